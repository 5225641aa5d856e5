"""Passages, filters and formulas run backwards: what comes out is what went in, and nothing takes long."""

import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidegen import schema
from guidegen.grammar import undone
from guidegen.language import Language
from guidegen.learn.backwards import Own, Steps, feasible, filled, key_of, matched, ways_of
from guidegen.learn.inverse import Counted, Exactly, Inverse, Listed, Saying, Unread, Within
from guidegen.learn.solving import back, exactly, solved
from guidegen.lookup import Read
from guidegen.rules.formula import evaluate, parse_formula
from guidegen.source import Location
from guidegen.template import Slot, parse
from guidegen.values import Names, Term

HERE = Location.of_file("")
LANGUAGES = {
    "en": Language("en_GB", "¤#,##0", "¤#,##0k", "EUR"),
    "nl": Language("nl_BE", "¤\u00a0#,##0", "¤\u00a0#,##0k", "EUR"),
    "fr": Language("fr_BE", "#,##0\u00a0¤", "#,##0\u00a0k¤", "EUR"),
}
TRADES = {
    key: Term(key, Names({"": {"name": name}}, HERE))
    for key, name in {"nets": "nets", "salt": "salt and brine", "ships": "ships, boats"}.items()
}
NUMBER, TEXT, NAMED = schema.Number(), schema.Text(), schema.ListOf(schema.KeyOf("trades"))
TEXTS = schema.ListOf(schema.Text())


def inverse(locale: str = "en") -> Inverse:
    return Inverse(LANGUAGES[locale], locale, {"trades": TRADES})


def slot(text: str) -> Slot:
    [one] = parse(f"{{{{ {text} }}}}")
    assert isinstance(one, Slot)
    return one


def read(passage: str, text: str, steps: int = 10_000) -> dict[str, str] | None:
    """What the slots of a passage hold in a text, any text fitting any slot."""
    for elements, _ in ways_of(parse(passage)):
        held = matched(elements, text, lambda _slot, piece: piece == piece.strip(), {}, Steps(steps))
        if held is not None:
            return {one.name: piece for one, piece in held}
    return None


# Passages


def test_a_passage_is_read_back() -> None:
    """Each slot holds the text between the passage's words; other words are no such passage."""
    passage = "{{ place.name }} has {{ place.many }} ships."

    assert read(passage, "Port Ellen has 340 ships.") == {"place.name": "Port Ellen", "place.many": "340"}
    assert read(passage, "Port Ellen has 340 boats.") is None
    assert read(passage, " has ships.") is None


def test_lines_are_joined_as_composition_joins_them() -> None:
    assert read("In {{ a }}\n   and {{ b }}.", "In one and two.") == {"a": "one", "b": "two"}


def test_a_condition_has_two_ways_and_one_answer() -> None:
    """The way with more words comes first, and one condition asked twice is met twice or not at all."""
    passage = "{{ a }}{% if b %} ({{ b }}){% endif %}"

    assert read(passage, "Nets (north)") == {"a": "Nets", "b": "north"}
    assert read(passage, "Nets") == {"a": "Nets"}
    assert len(ways_of(parse("{% if a %}x{% endif %} {% if a %}y{% endif %}"))) == 2


def test_one_slot_holds_one_text() -> None:
    assert read("{{ a }}, {{ a }} and {{ b }}", "x, x and y") == {"a": "x", "b": "y"}
    assert read("{{ a }}, {{ a }} and {{ b }}", "x, z and y") is None


def test_what_is_known_tells_where_a_slot_ends() -> None:
    """A slot with a hint holds that, though a shorter text would do."""
    [(elements, _)] = ways_of(parse("{{ a }} and {{ b }}"))
    hints = {key_of(slot("a")): "Salt and Sons"}
    held = matched(elements, "Salt and Sons and Nets", lambda *_: True, hints, Steps(100))

    assert held is not None
    assert [piece for _, piece in held] == ["Salt and Sons", "Nets"]


@given(st.lists(st.text("ab ,", max_size=3), min_size=1, max_size=5), st.text("ab ,", max_size=12))
def test_what_is_found_is_what_was_put_in(words: list[str], text: str) -> None:
    """Whatever is read back makes the text again; what isn't feasible is never read."""
    passage = "".join(f"{word}{{{{ s.{name} }}}}" for word, name in zip(words, "abcde"))
    [(elements, _)] = ways_of(parse(passage), flow=False)
    held = matched(elements, text, lambda *_: True, {}, Steps(10_000))

    if held is None:
        return
    assert feasible(elements, text)
    texts = {key_of(one): piece for one, piece in held}
    assert filled(elements, lambda one: texts[key_of(one)]) == (text,)


@pytest.mark.parametrize(
    ("passage", "text"),
    [
        ("{{ a }} and {{ b }} and {{ c }} and {{ d }}!", "x and " * 3_000),
        ("{{ a }} {{ b }} {{ c }} {{ d }} {{ e }} {{ f }}.", "a " * 9_000 + "!"),
        ("{{ a }}{{ b }}{{ c }}{{ d }}", "word " * 4_000),
        ("a" * 5_000 + "{{ a }}b", "a" * 90_000),
    ],
)
def test_hostile_text_takes_no_time(passage: str, text: str) -> None:
    """However often a passage's words are repeated, the answer is there at once."""
    begun = time.process_time()
    read(passage, text)

    assert time.process_time() - begun < 1


# Filters


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("form", ["number", "money", "percent"])
@given(value=st.decimals("0", "9999999", places=2))
def test_numbers_come_back(locale: str, form: str, value: Decimal) -> None:
    """What a locale prints, by its own patterns, is read as the number that it was."""
    shown = getattr(LANGUAGES[locale], form)(value)

    assert inverse(locale).claim(slot(f"n | {form}"), shown, NUMBER) == Exactly(value)


@pytest.mark.parametrize("locale", LANGUAGES)
@given(value=st.integers(501, 9_999_999))
def test_thousands_leave_an_interval(locale: str, value: int) -> None:
    """A number that was rounded lies where it may have come from, halves belonging to the next."""
    claim = inverse(locale).claim(slot("n | thousands"), LANGUAGES[locale].thousands(Decimal(value)), NUMBER)

    assert isinstance(claim, Within)
    assert claim.numbers.holds(Fraction(value))
    assert claim.numbers.high - claim.numbers.low == 1000


@pytest.mark.parametrize("text", ["", "x", "4,0,76", "€", "12,34", "1.2.3", "0x10", "1e5", " 5", "٣٬٠٠٠x"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert inverse().claim(slot("n | number"), text, NUMBER) is None


@pytest.mark.parametrize(
    ("filters", "text", "claim"),
    [
        ("and_list", "nets", Listed(("nets",), is_whole=True)),
        ("and_list", "nets and salt and brine", Listed(("nets", "salt"), is_whole=True)),
        ("or_list", "ships, boats, salt and brine or nets", Listed(("ships", "salt", "nets"), is_whole=True)),
        ("first(2) | and_list", "salt and brine and nets", Listed(("salt", "nets"), is_whole=False)),
        ("first(2) | and_list", "salt and brine", Listed(("salt",), is_whole=True)),
        (
            "first(2) | and_list | capital",
            "Salt and brine and nets",
            Listed(("salt", "nets"), is_whole=False),
        ),
        ("join(' → ')", "nets → ships, boats", Listed(("nets", "ships"), is_whole=True)),
        ("first(1) | and_list", "nets and salt and brine", None),
        ("and_list", "nets and wool", None),
        ("count | number", "3", Counted(Decimal(3))),
    ],
)
def test_lists_of_known_entries_come_apart(filters: str, text: str, claim: object) -> None:
    """Entries with commas and `and` in them are told apart by what the vocabulary has."""
    assert inverse().claim(slot(f"place.trades | {filters}"), text, NAMED) == claim


def test_unknown_entries_come_apart_only_one_way() -> None:
    """A text with two `and` may be parted in two ways: unless its entries are known, nobody says how."""
    one = slot("place.firms | and_list")
    backwards = inverse()

    assert backwards.claim(one, "Nets, Salt and Wool", TEXTS) == Listed(
        ("Nets", "Salt", "Wool"), is_whole=True
    )
    assert backwards.claim(one, "Salt and Sons and Wool", TEXTS) is None

    backwards.entries["place.firms"] = ["Wool", "Salt and Sons"]
    assert backwards.claim(one, "Salt and Sons and Wool", TEXTS) == Listed(
        ("Salt and Sons", "Wool"), is_whole=True
    )


def test_texts_come_back_as_far_as_they_can() -> None:
    """A capital may have been none; of a word in small letters, what the pack knows comes first."""
    choice = schema.Choice(("Deep", "small"))
    backwards = inverse()

    assert backwards.claim(slot("a | capital"), "Nets", TEXT) == Saying(("nets", "Nets"))
    assert backwards.claim(slot("a | capital"), "nets", TEXT) is None
    assert backwards.claim(slot("a | lower"), "deep", choice) == Saying(("Deep",))
    assert backwards.claim(slot("a"), "shallow", choice) is None
    assert isinstance(backwards.claim(slot("n | plural('ship', 'ships')"), "ships", NUMBER), Unread)
    assert backwards.claim(slot("n | plural('ship', 'ships')"), "boats", NUMBER) is None


# Formulas


@pytest.mark.parametrize(
    "formula",
    [
        "round(base * x, 10)",
        "floor(x * base)",
        "ceil(base * x + 3, 0.5)",
        "half_even(base / x, 5)",
        "200000 - round(x * base, 10)",
        "base - -(x * 2)",
    ],
)
@given(x=st.decimals("0.5", "2", places=2), base=st.integers(20_000, 90_000))
def test_a_formula_is_run_backwards(formula: str, x: Decimal, base: int) -> None:
    """What a formula came from lies in what is found from its result."""
    values = {"x": x, "base": Decimal(base)}
    value, _ = evaluate(parse_formula(formula), lambda name: Read(name, name, values[name]))
    assert isinstance(value, Decimal)
    found = back(parse_formula(formula), exactly(value), "x", {"base": Fraction(base)}.get)

    assert found is not None
    assert found.holds(Fraction(x))


@pytest.mark.parametrize(
    "formula", ["x * x", "min(x, base)", "if yes then x else base", "x * other", "x * (base - base)"]
)
def test_what_is_not_plain_is_not_guessed(formula: str) -> None:
    known = {"base": Fraction(2)}

    assert back(parse_formula(formula), exactly(Decimal(4)), "x", known.get) is None


def test_the_factor_with_fewest_digits_is_taken() -> None:
    """Cells leave intervals; what they have in common may be many numbers: the simplest of them counts."""
    expression = parse_formula("round(base * x, 10)")
    cells = {36_000: 37_080, 48_000: 49_440, 46_000: 47_380}
    claims = []
    for base, cell in cells.items():
        claim = back(expression, exactly(Decimal(cell)), "x", {"base": Fraction(base)}.get)
        assert claim is not None
        claims.append(claim)
    found = solved(claims, schema.Number(low=Decimal("0.5"), high=Decimal(2)))

    assert found is not None
    assert found.value == Decimal("1.03")
    assert found.out == ()
    assert solved(claims, schema.Number(low=Decimal("1.05"))) is None


def test_a_cell_that_contradicts_the_others_is_left_out() -> None:
    claims = [exactly(Decimal("0.97")), exactly(Decimal("0.97")), exactly(Decimal("0.79"))]
    found = solved(claims, NUMBER)

    assert found is not None
    assert (found.value, found.out) == (Decimal("0.97"), (2,))


def test_a_whole_number_is_asked_for() -> None:
    """A base that has to be whole is the roundest whole one."""
    claim = back(parse_formula("round(x * 1.03, 10)"), exactly(Decimal(37_080)), "x", lambda _: None)
    assert claim is not None
    found = solved([claim], schema.Number(integral=True))

    assert found is not None
    assert found.value == 36_000


@pytest.mark.parametrize(
    ("locale", "kinds", "form", "text", "names"),
    [
        ("fr", ("city", "place"), "in", "au Bourg", ["Le Bourg"]),
        ("fr", ("city", "place"), "in", "à Gand", ["Gand"]),
        ("fr", ("city", "place"), "of", "d'Anvers", ["Anvers"]),
        ("fr", ("country", "place"), "in", "en Yvelle", []),
        ("nl", ("city", "place"), "in", "in Den Burg", ["Den Burg"]),
        ("nl", ("city", "place"), "in", "te Gent", []),
    ],
)
def test_a_form_leads_back_to_its_name(
    locale: str, kinds: tuple[str, ...], form: str, text: str, names: list[str]
) -> None:
    """By the language's own rules; where none makes the form, no name is made up."""
    assert undone(locale, kinds, form, text) == names


def test_any_text_of_an_owner_is_its_own() -> None:
    held = matched((Own("place:scene"), " The end."), "Once. The end.", lambda *_: True, {}, Steps(100))

    assert held == ((Own("place:scene"), "Once."),)
