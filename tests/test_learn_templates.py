"""What explains a column: every text comes back, and what is understood is what a reader would say."""

import random
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from guidegen.language import Language
from guidegen.learn.columns import Explanation, explain, explain_column, said, shares
from guidegen.learn.model import (
    ALL,
    PAIR,
    PLACE,
    ROLE,
    Block,
    Column,
    Entity,
    Figure,
    Grid,
    Items,
    Own,
    Sentences,
    Shared,
    Slot,
    Template,
    Variants,
)
from guidegen.learn.sentences import breaks
from guidegen.learn.tokens import Known, joined

ENGLISH = Language("en_GB", "¤#,##0", "¤#,##0k", "EUR")
NAME, MANY, TITLE = Slot("place.name"), Slot("role.many"), Slot("role.title_many")
PLACES = ("Arnmouth", "Bellwick", "Corvenna", "Dunhallow")
ROLES = ("net makers", "lock keepers", "salt traders")


SCENES = (
    "Arnmouth ships rope from Anchor Quay, where {0} meet at seven.",
    "In Bellwick, the Old Lock Company trains {0} from Marland and from Ostia.",
    "Corvenna sells glass to the Duke of Lorn; {0} carry it.",
    "Nothing in Dunhallow is as old as Saint Osyth's Mill, say {0} of 3 towns.",
)


class Number(NamedTuple):
    """A figure as `figures_of` finds one."""

    start: int
    end: int
    form: str
    value: Decimal


def figures_of(text: str) -> list[Number]:
    found = []
    for match in re.finditer(r"(€?)(\d{1,3}(?:,\d{3})+|(?<![\w,.])\d+)(k?)(?![\w])", text):
        form = {"€": "money", "€k": "thousands", "": "number"}.get(match[1] + match[3])
        value = Decimal(match[2].replace(",", ""))
        if form and written(form, value) == match[0]:
            found.append(Number(match.start(), match.end(), form, value))
    return found


def written(form: str, value: Decimal) -> str:
    number = f"{int(value):,}"
    return {"money": f"€{number}", "thousands": f"€{number}k", "number": number}[form]


def known_of(
    places: Sequence[str],
    roles: Sequence[str] | None = None,
    lists: dict[str, dict[int, tuple[str, ...]]] | None = None,
) -> Known:
    numbers = range(len(places))
    entities = [Entity("place", {"name": dict(enumerate(places))}, {"name": NAME})]
    if roles:
        forms = {
            "many": dict(enumerate(roles)),
            "title_many": {i: role.title() for i, role in enumerate(roles)},
        }
        entities.append(Entity("role", forms, {"many": MANY, "title_many": TITLE}))
    slugs = {number: roles[number].replace(" ", "-") if roles else "keeper" for number in numbers}
    return Known(
        {i: place.lower() for i, place in enumerate(places)},
        slugs,
        entities,
        ENGLISH,
        figures_of,
        written,
        lists,
    )


def lines(*texts: str | None) -> Column:
    """A column of lines, a document for each; None where a document has none."""
    return Column({i: Block("line", (text,), "", 0, 1) for i, text in enumerate(texts) if text is not None})


def listed(*entries: tuple[str, ...]) -> Column:
    return Column({i: Block("list", each, "- ", 0, 1) for i, each in enumerate(entries)})


def tables(*texts: str) -> Column:
    return Column({i: Block("table", tuple(text.split("\n")), "", 0, 1) for i, text in enumerate(texts)})


def explained(column: Column, known: Known) -> Explanation:
    """The column explained, after a look at its exactness."""
    explanation = explain_column(column, known)
    assert_exact(column, explanation, known)
    return explanation


def assert_exact(column: Column, explanation: Explanation, known: Known) -> None:
    for document, block in column.cells.items():
        assert said(explanation, document, known) == block.text


def shown(template: Template) -> str:
    """A template as a writer of passages would put it."""
    texts = []
    for part in template:
        if isinstance(part, Slot):
            texts.append("{" + " | ".join((part.name, *part.filters)) + "}")
        else:
            texts.append(f"<{part.form}>" if isinstance(part, Figure) else part)
    return "".join(texts)


# One template


def test_a_name_becomes_a_slot_only_where_all_documents_say_their_own() -> None:
    """The name of a country in all documents is a constant, in its own document too (pitfall 1)."""
    places = ("Marland", *PLACES)
    column = lines(*[f"All about hiring in {place}, Marland." for place in places])

    by = explained(column, known_of(places)).explained.by

    assert isinstance(by, Shared)
    assert shown(by.template) == "All about hiring in {place.name}, Marland."


def test_forms_of_both_axes_and_figures_make_one_template() -> None:
    column = lines(
        *[
            f"{role.title()} in {place} earn €{900 + 10 * i} to €{i + 2}k; {role} like {place}."
            for place in PLACES
            for i, role in enumerate(ROLES)
        ]
    )
    known = known_of([p for p in PLACES for _ in ROLES], [*ROLES] * len(PLACES))

    by = explained(column, known).explained.by

    assert isinstance(by, Shared)
    assert shown(by.template) == (
        "{role.title_many} in {place.name} earn <money> to <thousands>; {role.many} like {place.name}."
    )


def test_a_number_that_is_the_same_everywhere_is_a_word() -> None:
    by = explained(
        lines(*[f"In 2022, {place} had {i + 3} mills." for i, place in enumerate(PLACES)]), known_of(PLACES)
    ).explained.by

    assert isinstance(by, Shared)
    assert shown(by.template) == "In 2022, {place.name} had <number> mills."
    [figure] = [part for part in by.template if isinstance(part, Figure)]
    assert figure.values == {0: 3, 1: 4, 2: 5, 3: 6}


def test_entries_of_a_list_in_prose_are_filters_of_the_list() -> None:
    mills = {0: ("Oak", "Elm", "Ash"), 1: ("Tide", "Rye"), 2: ("Salt",), 3: ("Lace", "Rope", "Glass", "Ink")}
    texts = [
        f"Known for {' and '.join(mills[i][:2])}: {len(mills[i])} mills, {mills[i][0].lower()} first."
        for i in range(4)
    ]

    by = explained(lines(*texts), known_of(PLACES, lists={"place.mills": mills})).explained.by

    assert isinstance(by, Variants)  # Salt is alone, so that there is no second
    together = lines(*texts[:2], None, texts[3])
    by = explained(together, known_of(PLACES, lists={"place.mills": mills})).explained.by
    assert isinstance(by, Shared)
    assert shown(by.template) == (
        "Known for {place.mills | first(2) | and_list}: {place.mills | count | number} mills, "
        "{place.mills | first(1) | and_list | lower} first."
    )


def test_a_possessive_is_a_name_and_its_ending() -> None:
    by = explained(lines(*[f"{place}'s mills are old." for place in PLACES]), known_of(PLACES)).explained.by

    assert isinstance(by, Shared)
    assert shown(by.template) == "{place.name}'s mills are old."


# Variants, own texts, what is open


DEEP = "{0} has many keepers, and each year brings more of them to its mills without any effort of yours."
NICHE = "Few keepers live in {0}; whoever wants one has to ask in the taverns, and to ask with patience."


def test_a_few_texts_are_variants_with_the_documents_that_have_them() -> None:
    column = lines(*[(DEEP if i % 2 else NICHE).format(place) for i, place in enumerate(PLACES)])

    by = explained(column, known_of(PLACES)).explained.by

    assert isinstance(by, Variants)
    assert {shown(template) for template in by.templates} == {
        DEEP.format("{place.name}"),
        NICHE.format("{place.name}"),
    }
    assert by.of[0] == by.of[2] != by.of[1] == by.of[3]


def test_a_constant_in_a_text_seen_once_is_left_open() -> None:
    """Where all others say the name of the country too, nobody can tell; elsewhere a name is a slot."""
    places = ("Marland", *PLACES)
    known = known_of(places)
    columns = [lines(*[f"Mills of Marland near {place}" for place in places])]
    columns.append(
        lines(
            "One of Marland's oldest.", *[f"{place} is young." for place in PLACES[:3]], "We like Dunhallow."
        )
    )

    opening, texts = explain(columns, known)

    by = texts.explained.by
    assert isinstance(opening.explained.by, Shared)
    assert isinstance(by, Variants)
    assert {shown(each) for each in by.templates} == {
        "One of Marland's oldest.",
        "{place.name} is young.",
        "We like {place.name}.",
    }
    [asked] = texts.open
    assert (asked.column, asked.document, asked.text, asked.slot) == (1, 0, "Marland", NAME)
    assert columns[1].cells[0].text[asked.at :].startswith("Marland's")
    assert not asked.is_slot


def test_paragraphs_of_a_place_keep_its_name_and_slot_the_role() -> None:
    """Own text of a place, whatever the role: its name is a word there, the role's isn't (pitfall 13)."""
    column = lines(*[scene.format(role) for scene in SCENES for role in ROLES])
    known = known_of([place for place in PLACES for _ in ROLES], [*ROLES] * len(PLACES))

    by = explained(column, known).explained.by

    assert isinstance(by, Own)
    assert by.by == PLACE
    assert shown(by.of[1]) == SCENES[0].format("{role.many}")
    assert by.of[0] == by.of[1] == by.of[2] != by.of[3]


def test_paragraphs_of_a_role_are_its_own() -> None:
    texts = [
        "Every day {0} mend rope in {1}.",
        "Who opens a gate? {0} of {1} do.",
        "Trade makes {0} rich, in {1} too.",
    ]
    column = lines(*[text.format(role, place) for place in PLACES for text, role in zip(texts, ROLES)])
    known = known_of([place for place in PLACES for _ in ROLES], [*ROLES] * len(PLACES))

    by = explained(column, known).explained.by

    assert isinstance(by, Own)
    assert by.by == ROLE
    assert shown(by.of[0]) == "Every day net makers mend rope in {place.name}."


def test_specific_texts_of_one_role_are_each_places_own() -> None:
    texts = [
        "The port of Arnmouth counts 7 cranes, and the Duke's Wharf is one of 3 in all of Marland.",
        "Bellwick spins wool for Ostia, Lorn and Tarn; 400 looms stand in Weaver Street.",
        "Since 1611 the Glass Hall makes lenses, many of them for the Observatory of Mount Ary.",
        "A canal joins Dunhallow to the River Osk, and with it to Ostia, Lorn and the Sea of Ary.",
    ]

    by = explained(lines(*texts), known_of(PLACES)).explained.by

    assert isinstance(by, Own)
    assert by.by == PLACE
    assert by.of[0] == (texts[0],)


# Sentences


def test_a_paragraph_is_parted_where_its_sentences_vary() -> None:
    """A shared sentence, one that some have, and two endings; neighbours with one partition are one part."""
    start = "Keepers in {0} get from {1} to {2} a year, before tax and without any supplement."
    extra = " Remote work has widened the pool, and nobody expects that to change soon."
    ends = (
        " That is a premium. It reflects the cost of living in the port.",
        " That is less than elsewhere. Plan on the upper end.",
    )
    texts = [
        start.format(place, f"€{900 + i}", f"€{1200 + i:,}") + (extra if i > 1 else "") + ends[i % 2]
        for i, place in enumerate(PLACES)
    ]

    by = explained(lines(*texts), known_of(PLACES)).explained.by

    assert isinstance(by, Sentences)
    first, second, third = by.parts
    assert isinstance(first, Shared)
    assert shown(first.template) == start.format("{place.name}", "<money>", "<money>")
    assert isinstance(second, Variants)
    assert {shown(each) for each in second.templates} == {"", extra.strip()}
    assert isinstance(third, Variants)
    assert {shown(each) for each in third.templates} == {end.strip() for end in ends}


def test_little_in_common_is_no_reason_to_part_a_paragraph() -> None:
    texts = ["All is well. " + (DEEP if i % 2 else NICHE).format(place) for i, place in enumerate(PLACES)]

    by = explained(lines(*texts), known_of(PLACES)).explained.by

    assert isinstance(by, Variants)


def test_sentences_end_where_exactly_one_blank_follows() -> None:
    text = 'One. Two "three." Four?  Five! six 7.5. (Eight.) Nine'
    tokens = known_of(PLACES).tokens(text, 0)

    assert [joined(tokens[start:end]) for start, end in breaks(tokens)] == [
        "One.", ' Two "three."', " Four?  Five! six 7.5.", " (Eight.)", " Nine",
    ]  # fmt: skip


# Phrases


def test_a_phrase_that_each_place_has_of_its_own_is_a_fact_named_after_the_words_before_it() -> None:
    trades = ("rope and sailcloth", "wool", "glass and lenses", "eels, salt and mud")
    texts = [
        f"While {p} is better known for {t}, demand for keepers grows all the same."
        for p, t in zip(PLACES, trades)
    ]

    explanation = explained(lines(*texts), known_of(PLACES))

    by = explanation.explained.by
    assert isinstance(by, Shared)
    assert shown(by.template) == (
        "While {place.name} is better known for {place.known_for}, demand for keepers grows all the same."
    )
    assert explanation.facts == {"known_for": dict(enumerate(trades))}


def test_two_phrases_of_many_places_are_variants_and_no_fact() -> None:
    """A hole is explained by a fact; otherwise it is a variant."""
    texts = [
        f"For {p} we think that the market is {'deep' if i % 2 else 'shallow'} enough for all of us."
        for i, p in enumerate(PLACES)
    ]

    explanation = explained(lines(*texts), known_of(PLACES))

    assert isinstance(explanation.explained.by, Variants)
    assert explanation.facts == {}


def test_a_fact_told_twice_is_one_fact() -> None:
    trades = ("rope and sailcloth", "wool", "glass and lenses", "eels, salt and mud")
    known = known_of(PLACES)
    columns = [
        lines(*[f"While {p} is known for {t}, demand for keepers grows." for p, t in zip(PLACES, trades)]),
        lines(
            *[f"Employers who are in {t} open the advert with it, in {p}." for p, t in zip(PLACES, trades)]
        ),
        lines(
            *[f"The people we know are known for {t[::-1]}, they say in {p}." for p, t in zip(PLACES, trades)]
        ),
    ]

    explanations = explain(columns, known)

    first, second, third = [{*explanation.facts} for explanation in explanations]
    assert first == second == {"known_for"}
    assert third == {"known_for_2"}
    for column, explanation in zip(columns, explanations):
        assert_exact(column, explanation, known)


# Lists and tables


def test_a_list_is_told_by_the_coarsest_that_determines_it() -> None:
    places, roles = [p for p in PLACES for _ in ROLES], [*ROLES] * len(PLACES)
    known = known_of(places, roles)
    same = [("a", "b")] * 12
    by_place = [(place, "mill") for place in places]
    by_role = [(role,) for role in roles]
    by_pair = [(str(i),) for i in range(12)]

    for entries, by in ((same, ALL), (by_place, PLACE), (by_role, ROLE), (by_pair, PAIR)):
        found = explained(listed(*entries), known).explained
        assert isinstance(found.by, Items)
        assert (found.by.by, found.slips) == (by, ())


def test_a_document_that_lists_otherwise_than_its_place_is_a_slip() -> None:
    places, roles = [p for p in PLACES for _ in ROLES], [*ROLES] * len(PLACES)
    entries = [(place, "mill") for place in places]
    entries[4] = entries[4][::-1]

    found = explained(listed(*entries), known_of(places, roles)).explained

    assert isinstance(found.by, Items)
    assert found.by.by == PLACE
    [slip] = found.slips
    assert (slip.document, slip.why, slip.text, slip.meant) == (
        4,
        "entry",
        "- mill\n- Bellwick",
        "- Bellwick\n- mill",
    )


def salaries(low: int, place: str = "Pay") -> str:
    rows = (f"| Junior | €{low:,} – €{low + 500:,} |", f"| Senior | €{2 * low:,} – €{3 * low:,} |")
    return "\n".join((f"| Level | {place} |", "|---|---|", *rows))


def test_a_table_is_a_template_for_each_cell() -> None:
    found = explained(tables(*[salaries(900 + 7 * i) for i in range(4)]), known_of(PLACES)).explained.by

    assert isinstance(found, Grid)
    assert [shown(cell) for cell in found.header] == ["Level", "Pay"]
    assert [[shown(cell) for cell in row] for row in found.rows] == [
        ["Junior", "<money> – <money>"],
        ["Senior", "<money> – <money>"],
    ]


@pytest.mark.parametrize(
    "odd",
    [
        salaries(900).replace("Senior", "Seniour"),
        salaries(900).rpartition("\n")[0],
        salaries(900).replace("| €900 –", "|  €900 –"),
        salaries(900).replace("€900 – €1,400", "n/a"),
    ],
)
def test_a_table_that_alone_is_otherwise_is_a_slip(odd: str) -> None:
    found = explained(
        tables(*[salaries(900 + 7 * i) for i in range(1, 5)], odd), known_of((*PLACES, "Ely"))
    ).explained

    assert isinstance(found.by, Grid)
    assert [slip.document for slip in found.slips] == [4]


def test_tables_that_are_unlike_are_never_lost() -> None:
    column = tables(
        salaries(900), salaries(800, "Wage") + "\n| Chief | €9 – €10 |", "| A |\n|:-:|\n| 1 |", salaries(7)
    )

    assert not isinstance(explained(column, known_of(PLACES)).explained.by, Grid)


# Slips


LONG = "Keepers in {0} mend the gates of the old canal by hand, and each of them has a boat of their own."


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (LONG.replace("canal", "cnaal"), "typo"),
        (LONG.replace(" by hand", "  by hand"), "blank"),
        (LONG + " ", "blank"),
        (LONG.replace("{0}", "Arnmouth"), "name"),
        (LONG.replace("the old", "the the old"), None),
        (LONG.replace("by hand", "at night"), None),
    ],
)
def test_one_document_against_three_is_a_slip_if_it_looks_like_one(wrong: str, why: str | None) -> None:
    texts = [LONG.format(place) for place in PLACES[:3]]

    found = explained(lines(*texts, wrong.format("Dunhallow")), known_of(PLACES)).explained

    if why:
        assert isinstance(found.by, Shared)
        [slip] = found.slips
        assert (slip.document, slip.why, slip.meant) == (3, why, LONG.format("Dunhallow"))
    else:
        assert isinstance(found.by, Variants)
        assert found.slips == ()


def test_other_quotes_than_all_documents_have_are_a_slip() -> None:
    texts = [f"It's \"{place}\" to some - and to others a mill's name." for place in PLACES]
    texts[1] = texts[1].replace("'", "’").replace(' "', " “").replace('" ', "” ").replace(" - ", " – ")

    found = explained(lines(*texts), known_of(PLACES)).explained

    assert isinstance(found.by, Shared)
    assert [(slip.document, slip.why) for slip in found.slips] == [(1, "blank")]


def test_a_number_that_one_of_ten_documents_has_otherwise_is_a_slip() -> None:
    places = [f"Town{letter}" for letter in "abcdefghij"]
    texts = [
        f"In {place} as elsewhere, {787 if i == 4 else 786} boats were counted."
        for i, place in enumerate(places)
    ]

    found = explained(lines(*texts), known_of(places)).explained

    assert isinstance(found.by, Shared)
    assert not any(isinstance(part, Figure) for part in found.by.template)
    [slip] = found.slips
    assert (slip.document, slip.why, slip.meant) == (4, "figure", texts[4].replace("787", "786"))


def test_two_against_two_is_no_slip() -> None:
    texts = [LONG.format(p).replace("canal", "cnaal" if i > 1 else "canal") for i, p in enumerate(PLACES)]

    found = explained(lines(*texts), known_of(PLACES)).explained

    assert isinstance(found.by, Variants)


def test_a_typo_in_one_sentence_leaves_the_others_as_they_are() -> None:
    """Where variants make each paragraph another one, the sentence is what a slip is seen in (pitfall 10)."""
    ends = (
        " That is a premium over what others pay in the port.",
        " Others pay more than that, and they pay sooner.",
    )
    texts = [LONG.format(p) + ends[i % 2] for i, p in enumerate((*PLACES, "Ely", "Ary"))]
    column = lines(*texts[:5], texts[5].replace("canal", "cannal"))

    found = explained(column, known_of((*PLACES, "Ely", "Ary"))).explained

    [slip] = found.slips
    assert (slip.document, slip.why, slip.meant) == (5, "typo", texts[5])
    clean = explained(lines(*texts), known_of((*PLACES, "Ely", "Ary"))).explained
    assert found.by == clean.by


def test_a_typo_in_a_sentence_with_a_phrase_is_seen() -> None:
    trades = ("rope and sailcloth", "wool", "glass and lenses", "eels, salt and mud")
    texts = [
        f"While {p} is better known for {t}, demand for keepers grows all the same."
        for p, t in zip(PLACES, trades)
    ]
    texts[2] = texts[2].replace("demand", "demnad")

    explanation = explained(lines(*texts), known_of(PLACES))

    [slip] = explanation.explained.slips
    assert (slip.document, slip.why) == (2, "typo")
    assert "known for glass and lenses, demand for" in slip.meant
    assert explanation.facts["known_for"] == dict(enumerate(trades))


def test_a_text_that_one_role_of_a_place_has_otherwise_is_a_slip() -> None:
    places, roles = [p for p in PLACES for _ in range(5)], ["a b", "c d", "e f", "g h", "i j"] * 4
    scenes = dict(zip(PLACES, SCENES))
    texts = [scenes[place] for place in places]
    texts[7] = "Somebody wrote something wholly different here, for reasons of their own."

    found = explained(lines(*texts), known_of(places, roles)).explained

    assert isinstance(found.by, Own | Shared)
    [slip] = found.slips
    assert (slip.document, slip.why, slip.meant) == (7, "differs", scenes["Bellwick"])


# The laws


WORDS = [
    "Arnmouth",
    "Bellwick",
    "net makers",
    "Net Makers",
    "mill",
    "known for",
    "€900",
    "€9k",
    "12",
    "the",
    "and",
    "{{",
    "%}",
]
GLUE = [" ", " ", " ", "  ", ". ", ", ", "\u00a0", "\u2028", "-", "'s ", "", "! ", ".\t"]
TEXT = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GLUE)), min_size=1, max_size=14).map(
    lambda parts: "".join(word + glue for word, glue in parts)
)


@given(st.lists(st.one_of(st.none(), TEXT), min_size=2, max_size=12).filter(any))
def test_every_text_comes_back(texts: list[str | None]) -> None:
    known = known_of([PLACES[i % 3] for i in range(12)], [ROLES[i // 3 % 3] for i in range(12)])

    explained(lines(*texts), known)


@given(st.randoms(use_true_random=False), st.integers(2, 4), st.integers(1, 3), st.integers(0, 3))
def test_a_damaged_family_comes_back(rng: random.Random, places: int, roles: int, damages: int) -> None:
    known, columns = family(places, roles)
    for _ in range(damages):
        cells = columns[rng.randrange(len(columns))].cells
        number = rng.choice(sorted(cells))
        text = cells[number].text
        at = rng.randrange(len(text) + 1)
        text = (
            text[:at]
            + rng.choice(["", " ", "x", "{{ a }}", "€7", "Bellwick"])
            + text[at + rng.randrange(3) :]
        )
        cells[number] = cells[number]._replace(kind="line", lines=(text,), marker="")

    for column, explanation in zip(columns, explain(columns, known)):
        assert_exact(column, explanation, known)


def family(places: int, roles: int) -> tuple[Known, list[Column]]:
    """Places times roles, with all that documents may have."""
    pairs = [(p, r) for p in range(places) for r in range(roles)]
    names, many = [PLACES[p] for p, _ in pairs], [ROLES[r] for _, r in pairs]
    trades = ("rope and sailcloth", "wool", "glass", "eels, salt and mud")
    mills = {
        i: (f"{PLACES[p]} Works", trades[p].title(), "Osk")[: 2 + p % 2] for i, (p, _) in enumerate(pairs)
    }
    start = (
        "Here {0} get from €{1:,} to €{2:,} a year. While {3} is better known for {4}, demand for {0} grows."
    )
    pay = [
        start.format(many[i], 900 + 100 * r + p, 1300 + 100 * r + p, names[i], trades[p])
        + (" That is a premium over the country, which reflects the cost of living." if p % 2 else "")
        + (" Remote work helps, they say." if (p + r) % 3 == 0 else "")
        for i, (p, r) in enumerate(pairs)
    ]
    columns = [
        lines(*[f"Hiring {role.title()} in {place}" for place, role in zip(names, many)]),
        lines(*[SCENES[p].format(many[i]) for i, (p, _) in enumerate(pairs)]),
        listed(*mills.values()),
        lines(*[f"Ask {mills[i][0]} and {mills[i][1]} in {names[i]} first." for i in range(len(pairs))]),
        lines(*[(DEEP if p % 2 else NICHE).format(names[i]) for i, (p, _) in enumerate(pairs)]),
        lines(*pay),
        tables(*[salaries(900 + 100 * r + p) for p, r in pairs]),
        lines(*[f"Only {ROLES[r]} read this." if r else None for _, r in pairs])
        if roles > 1
        else lines("Once"),
    ]
    return known_of(names, many if roles > 1 else None, {"place.mills": mills}), columns


def test_a_family_is_understood() -> None:
    known, columns = family(4, 3)

    title, scene, mills, ask, pool, pay, table, some = explain(columns, known)

    assert [type(each.explained.by) for each in (title, scene, mills, ask, pool, table, some)] == [
        Shared, Own, Items, Shared, Variants, Grid, Shared,
    ]  # fmt: skip
    assert isinstance(pay.explained.by, Sentences)
    assert [type(part) for part in pay.explained.by.parts] == [Shared, Variants, Variants]
    assert {*pay.facts} == {"known_for"}
    assert not any(each.explained.slips for each in (title, scene, mills, ask, pool, pay, table, some))
    indexes = [part.number for each in (pay, table) for part in figures(each)]
    assert indexes == list(range(len(indexes)))
    counted = shares((title, scene, mills, ask, pool, pay, table, some), known)
    assert counted["own"] == sum(len(block.text) for block in columns[1].cells.values())
    assert counted["slips"] == 0 < counted["variants"] < counted["shared"]


def figures(explanation: Explanation) -> list[Figure]:
    by = explanation.explained.by
    if isinstance(by, Sentences):
        templates = [part.template for part in by.parts if isinstance(part, Shared)]
    elif isinstance(by, Grid):
        templates = [cell for row in by.rows for cell in row]
    else:
        pytest.fail(f"no figures are looked for in {by}")
    return [part for template in templates for part in template if isinstance(part, Figure)]


def test_the_order_of_documents_changes_nothing_but_numbers() -> None:
    known, columns = family(4, 3)
    shuffled = list(range(12))
    random.Random(7).shuffle(shuffled)  # noqa: S311
    back = {new: old for old, new in enumerate(shuffled)}
    names = [PLACES[back[new] // 3] for new in range(12)]
    many = [ROLES[back[new] % 3] for new in range(12)]
    mills = {shuffled[old]: block.lines for old, block in columns[2].cells.items()}
    other = known_of(names, many, {"place.mills": mills})
    moved = [Column(dict(sorted((shuffled[i], b) for i, b in c.cells.items()))) for c in columns]

    for one, two in zip(explain(columns, known), explain(moved, other)):
        assert summary(one) == summary(two, back)


def summary(explanation: Explanation, back: dict[int, int] | None = None) -> object:
    """What was understood, with documents as they were numbered first."""
    of = (lambda number: back[number]) if back else (lambda number: number)

    def told(by: object) -> object:
        if isinstance(by, Sentences):
            return [told(part) for part in by.parts]
        if isinstance(by, Shared):
            return shown(by.template)
        if isinstance(by, Variants):
            return sorted((of(number), shown(by.templates[index])) for number, index in by.of.items())
        if isinstance(by, Own):
            return by.by, sorted((of(number), shown(template)) for number, template in by.of.items())
        if isinstance(by, Items):
            return by.by, sorted((of(number), entries) for number, entries in by.of.items())
        assert isinstance(by, Grid)
        return [[shown(cell) for cell in row] for row in (by.header, *by.rows)]

    facts = {
        name: sorted((of(number), text) for number, text in values.items())
        for name, values in explanation.facts.items()
    }
    return told(explanation.explained.by), facts


@pytest.mark.parametrize("locale", ["en", "nl", "fr"])
def test_the_shipped_guides_are_understood_as_their_pack_has_them(locale: str) -> None:
    """Headings are shared, scenes are the places' own, and choices have as many variants as rows."""
    folders = sorted((ROOT / "golden" / locale).iterdir())
    texts = [(folder / "backend.txt").read_text("utf-8").split("\n") for folder in folders]
    names = [re.sub(r"^.* (?:in|à|en) ", "", text[0]) for text in texts]
    known = known_of(names)
    prose = [[line for line in text if line.endswith(".") and len(line) > 200] for text in texts]
    columns = [lines(*[text[row] for text in texts]) for row in (0, 1, 2)]
    columns += [lines(*[each[number] for each in prose]) for number in range(8)]  # a note isn't in all

    explanations = explain(columns, known)
    scene, about, market, demand, pool, fit, working, pay = explanations[3:]

    for column, explanation in zip(columns, explanations):
        assert_exact(column, explanation, known)
        assert not explanation.explained.slips
    assert isinstance(scene.explained.by, Own)
    assert isinstance(demand.explained.by, Own)
    assert isinstance(working.explained.by, Own)
    assert isinstance(about.explained.by, Shared)
    assert isinstance(market.explained.by, Shared)
    if locale == "fr":  # whose places have a preposition each, which the test doesn't know
        return
    assert isinstance(pool.explained.by, Variants)
    assert isinstance(fit.explained.by, Variants)
    assert len(pool.explained.by.templates) == 3
    assert len(fit.explained.by.templates) == 2
    if locale == "en":  # whose figures the test knows
        assert isinstance(pay.explained.by, Sentences)
        assert [type(part) for part in pay.explained.by.parts] == [Shared, Variants]


def test_hundreds_of_documents_take_no_time_that_grows_with_their_square() -> None:
    """A thousand texts of one column are one pass over their tokens: counted in calls, not in seconds."""
    places = [f"Town{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(400)]
    calls = 0

    def counting(text: str) -> list[Number]:
        nonlocal calls
        calls += 1
        return figures_of(text)

    known = Known(
        dict(enumerate(places)), dict.fromkeys(range(400), "keeper"),
        [Entity("place", {"name": dict(enumerate(places))}, {"name": NAME})], ENGLISH, counting, written,
    )  # fmt: skip

    by = explain_column(lines(*[LONG.format(place) for place in places]), known).explained.by

    assert isinstance(by, Shared)
    assert calls == 400
