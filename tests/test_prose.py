"""The prose linter: what each rule finds in each language, what it leaves alone, and where it says so."""

import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from conftest import MINI, ROOT, write_pack
from guidegen.check import check
from guidegen.compose import Composer
from guidegen.editor import schema_of
from guidegen.language import Language
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused
from guidegen.prose import lint_guide, lint_lines, lint_passage
from guidegen.prose.sentences import sentences_of
from guidegen.prose.tongue import tongue_of
from guidegen.settings import PROSE_RULES
from guidegen.source import Source

LOCALES = ("en", "nl", "fr")
LANGUAGES = {
    "en": Language("en_GB", "¤#,##0", "¤#,##0k", "EUR"),
    "nl": Language("nl_BE", "¤\u00a0#,##0", "¤\u00a0#,##0k", "EUR"),
    "fr": Language("fr_BE", "#,##0\u00a0¤", "#,##0\u00a0k¤", "EUR"),
    "de": Language("de_DE", "#,##0\u00a0¤", "#,##0\u00a0k¤", "EUR"),
}
PLACES = ("Yvelle", "Port Ellen")  # what one place is called
GUIDE = "snippets/en/guide.md"


def lint(locale: str, text: str) -> list[Problem]:
    """What is found in a text in one of three languages; ~ stands for a narrow no-break space."""
    source = Source("text", text.replace("~", "\u202f"))
    return list(lint_lines(source, locale, LANGUAGES[locale], PLACES, LOCALES))


def found(locale: str, text: str) -> list[tuple[str, str]]:
    """The rules that find something, each with the stretch that it shows."""
    shown = []
    for problem in lint(locale, text):
        assert problem.location is not None
        at = problem.location
        shown.append((problem.kind, at.source.line(at.line)[at.column - 1 :][: at.width]))
    return shown


# -- each rule, in each language: rule, locale, text, and what is shown of it

BAD = [
    ("doubled-word", "en", "They sail from the the port.", "the"),
    ("doubled-word", "en", "The the port is old.", "the"),
    ("doubled-word", "en", "Hiring in Aldermoor, Aldermoor.", "Aldermoor"),
    ("doubled-word", "en", "Hiring in Port Ellen, Port Ellen", "Port Ellen"),
    ("doubled-word", "en", "Aldermoor Aldermoor's mills turn.", "Aldermoor's"),
    ("doubled-word", "nl", "Er is een een haven.", "een"),
    ("doubled-word", "nl", "Werken in Yvelle, Yvelle.", "Yvelle"),
    ("doubled-word", "fr", "Il y a un un port.", "un"),
    ("doubled-word", "fr", "Recruter à Yvelle, Yvelle.", "Yvelle"),
    ("same-place", "en", "Pay in Yvelle is higher than in Yvelle.", "Yvelle"),
    ("same-place", "en", "Compared with the rest of Yvelle, life in Yvelle is dear.", "Yvelle"),
    ("same-place", "en", "Yvelle offers one of Yvelle's largest pools.", "Yvelle"),
    ("same-place", "en", "Port Ellen is as large as Port Ellen.", "Port Ellen"),
    ("same-place", "nl", "De lonen in Yvelle liggen hoger dan in Yvelle.", "Yvelle"),
    ("same-place", "nl", "Yvelle betaalt meer ten opzichte van Yvelle.", "Yvelle"),
    ("same-place", "fr", "On paie plus à Yvelle que dans le reste d'Yvelle.", "Yvelle"),
    ("same-place", "fr", "Plus cher à Yvelle qu'à Yvelle.", "Yvelle"),
    ("same-place", "fr", "Par rapport à Yvelle, on vit bien à Yvelle.", "Yvelle"),
    ("double-space", "en", "Two  spaces.", "  "),
    ("double-space", "nl", "Twee \u00a0spaties.", " \u00a0"),
    ("double-space", "fr", "Trois   espaces.", "   "),
    ("unbalanced-quotes", "en", "It is called “the mill.", "“"),
    ("unbalanced-quotes", "en", "The mill” turns.", "”"),
    ("unbalanced-quotes", "en", "The mill (of wood turns.", "("),
    ("unbalanced-quotes", "en", 'The "mill turns.', '"'),
    ("unbalanced-quotes", "en", "A (pair] of them)", "]"),
    ("unbalanced-quotes", "nl", "Men zegt „molen.", "„"),
    ("unbalanced-quotes", "nl", "Dat is ‘s avonds.", "‘"),
    ("unbalanced-quotes", "fr", "On dit «~moulin.", "«"),
    ("unbalanced-quotes", "fr", "On dit moulin~».", "»"),
    ("same-opening", "en", "The mill turns. The mill stops.", "The mill"),
    ("same-opening", "en", "Developers arrive. Developers leave.", "Developers"),
    ("same-opening", "en", "The port is old, e.g. its mill. The port grows.", "The port"),
    ("same-opening", "nl", "De haven groeit. De haven werft aan.", "De haven"),
    ("same-opening", "nl", "Ontwikkelaars komen. Ontwikkelaars gaan.", "Ontwikkelaars"),
    ("same-opening", "fr", "Le port grandit. Le port recrute.", "Le port"),
    ("same-opening", "fr", "Développeurs ici. Développeurs ailleurs.", "Développeurs"),
    ("foreign-words", "en", "Many mills, voor het land.", "het"),
    ("foreign-words", "en", "Mills dans les villes.", "les"),
    ("foreign-words", "nl", "De molens with the sails.", "the"),
    ("foreign-words", "nl", "De molens et les ports.", "les"),
    ("foreign-words", "fr", "Les moulins and the port.", "the"),
    ("foreign-words", "fr", "Les moulins met het oog.", "het"),
    ("number-form", "en", "It costs 1.000,50 a year.", "1.000,50"),
    ("number-form", "en", "It has 36.000 inhabitants.", "36.000"),
    ("number-form", "en", "It has 36 000 inhabitants.", "36 000"),
    ("number-form", "en", "It grew by 5,6 per cent.", "5,6"),
    ("number-form", "en", "It has 1'200'000 inhabitants.", "1'200'000"),
    ("number-form", "en", "It costs 36,000 € a year.", "€"),
    ("number-form", "nl", "Het kost 1,000.50 per jaar.", "1,000.50"),
    ("number-form", "nl", "Er wonen 36,000 mensen.", "36,000"),
    ("number-form", "nl", "Er wonen 36 000 mensen.", "36 000"),
    ("number-form", "nl", "Dat is een groei van 5.6 procent.", "5.6"),
    ("number-form", "nl", "Het kost 36.000 € per jaar.", "€"),
    ("number-form", "fr", "Cela coûte 1,000.50 par an.", "1,000.50"),
    ("number-form", "fr", "La ville a 36.000 habitants.", "36.000"),
    ("number-form", "fr", "La ville a 36 000 habitants.", "36 000"),
    ("number-form", "fr", "Une hausse de 5.6 pour cent.", "5.6"),
    ("number-form", "fr", "Cela coûte €36~000 par an.", "€"),
    ("narrow-space", "fr", "Un port ; un moulin.", ";"),
    ("narrow-space", "fr", "Un port; un moulin.", ";"),
    ("narrow-space", "fr", "Quel port !", "!"),
    ("narrow-space", "fr", "Quel port?", "?"),
    ("narrow-space", "fr", "Un port: un moulin.", ":"),
    ("narrow-space", "fr", "Un « port~».", "«"),
    ("narrow-space", "fr", "Un «~port ».", "»"),
    ("narrow-space", "fr", "Une hausse de 5 pour l'un et de 6% pour l'autre.", "%"),
    ("narrow-space", "fr", "Cela coûte 36~000 € par an.", "€"),
]

GOOD = [
    ("en", "He said that that port had had mills."),
    ("en", "It is old, and 10, 10 and 10 make 30: no, it is very old."),
    ("en", "Most build on C, C# and .NET, Node.js or Python."),
    ("en", "In Aldermoor. Aldermoor grows (Aldermoor: a town)."),
    ("en", "Senior Keeper → Keeper of the Lock → Senior Keeper"),
    ("en", "Pay in Yvelle is higher than in Aldermoor, and Yvelle grows."),
    ("en", "Life in Yvelle is dearer than elsewhere; Yvelle grows."),
    ("en", "Graduates of Yvelle choose KU Yvelle rather than Yvelle Airport."),
    ("en", "The port of Aldermoor-Yvelle is larger than that of Yvelle."),
    ("en", "It’s the developers’ choice (theirs alone) in the ’90s, rock 'n' roll, “so ‘they’ say”."),
    ("en", "They want a) a port and b) a mill."),
    ("en", "The mill turns. A mill stops. The port grows."),
    ("en", "Some build mills, e.g. The Mill. Some ports, i.e. The Port, don't."),
    (
        "en",
        "Karel de Grote and Université de la Mer et des Ports teach here; the Internet of Things is taught.",
    ),
    ("en", "It costs €36,000.50 in 2022, 5.6 per cent more, on 10.11.2026, from 1.2.3.4, at 9.30 am."),
    ("en", "Between €36k and €48k gross; call 016 123 456."),
    ("en", "Why? It grew: 5%; «no»!"),
    ("nl", "Ze zeiden dat dat klopt, en die die komen, zijn zijn vrienden."),
    ("nl", "De lonen in Yvelle liggen hoger dan in Aldermoor."),
    ("nl", "’s Avonds is 't rustig, zegt men („‘nooit’”)."),
    ("nl", "De haven groeit. Een molen draait. De molen staat stil."),
    ("nl", "Wie o.a. Java kent, bv. De Molen, blijft. Wie vertrekt, ca. 5 procent, komt terug."),
    ("nl", "Het netwerk van de haven, met team.blue en Node.js, is in handen van een bedrijf."),
    ("nl", "De vestiging van University of the Arts en van L'Institut de la Mer is open."),
    (
        "nl",
        "Het kost €\u00a036.000,50, 5,6 procent meer, om 12.30 uur, met Python 3.12, en Industrie 4.0.",
    ),
    ("nl", "Waarom? Het groeide: 5%; klaar!"),
    ("fr", "Nous nous voyons~; vous vous voyez."),
    (
        "fr",
        "On paie plus à Yvelle que dans le reste du pays. On sait que Yvelle grandit et que Yvelle recrute.",
    ),
    ("fr", "C'est l’usage à l'Aubin. L'entreprise recrute. L'université forme."),
    ("fr", "Pourquoi~? Parce que~: «~moulin~» et «\u00a0port\u00a0»\u202f; quoi~?!"),
    ("fr", "Voir https://port.example/?x=1 à 12:30, (?) et le port…"),
    ("fr", "Cela coûte 36~000,50~€, ou 36\u00a0k€, soit 5,6~% de plus, avec Python 3.12 et l'industrie 4.0."),
    ("fr", "Le Centre of the Arts et Vrije Universiteit Brussel sont ici."),
    ("fr", "Le port, c.-à-d. Le Moulin, grandit. Cf. Le Moulin. Un port vit."),
]


@pytest.mark.parametrize(("rule", "locale", "text", "shown"), BAD)
def test_a_rule_finds(rule: str, locale: str, text: str, shown: str) -> None:
    assert (rule, shown) in found(locale, text)
    assert {kind for kind, _ in found(locale, text)} == {rule}


@pytest.mark.parametrize(("locale", "text"), GOOD)
def test_what_reads_well_is_left_alone(locale: str, text: str) -> None:
    assert found(locale, text) == []


def test_each_rule_is_shown_in_each_language() -> None:
    """Every rule has an example in every language, but for the spaces that only French wants."""
    shown = {(rule, locale) for rule, locale, _, _ in BAD}
    wanted = {(rule, locale) for rule in PROSE_RULES for locale in LOCALES}

    assert wanted - shown == {("narrow-space", "en"), ("narrow-space", "nl")}
    assert shown <= wanted


def test_a_number_is_shown_as_its_locale_writes_it() -> None:
    """The hint says how to mend it, in the signs that Babel has for the locale."""
    ways = {"en": "36.000,50", "nl": "36,000.50", "fr": "36,000.50", "de": "36,000.50"}
    hints = {}
    for locale, typed in ways.items():
        (problem,) = lint_lines(Source("text", f"x {typed} x"), locale, LANGUAGES[locale])
        hints[locale] = problem.hint

    assert hints["en"].startswith("write 36,000.50,")
    assert hints["nl"].startswith("write 36.000,50,")
    assert hints["fr"].startswith("write 36\u202f000,50 (with a narrow no-break space, U+202F),")
    assert hints["de"].startswith("write 36.000,50,")


def test_a_language_without_data_has_what_all_share() -> None:
    """German has no file: words, spaces, brackets and numbers are looked at, quotes aren't."""
    text = "Der der Hafen  hat „36,000“ Leute: ja! (nein"
    kinds = [found.kind for found in lint_lines(Source("text", text), "de", LANGUAGES["de"], PLACES, LOCALES)]

    assert kinds == ["doubled-word", "double-space", "unbalanced-quotes", "number-form"]


# -- sentences

SENTENCES = [  # ¦ stands where one ends
    ("en", "A mill.¦A port?¦Yes!¦So…¦The end."),
    ("en", "Use C# and .NET, e.g. Node.js.¦Then team.blue came.¦“He stays.”¦They left."),
    ("en", "It rose by 5.6 per cent. imec grew."),
    ("en", "It employs engineers.¦imec grew."),
    ("en", "J. Smith left (see No. 5).¦They left."),
    ("en", "Start-ups live in Oh! which the town owns.¦Yes"),
    ("nl", "Dat is bv. Java.¦En o.a. Kafka.¦’s Avonds niet."),
    ("nl", "Zo is 't.¦In 2022.¦5 mensen."),
    ("fr", "Quoi\u202f?¦Rien, c.-à-d. Cf. Dr. Moulin.¦Fin."),
]


@pytest.mark.parametrize(("locale", "marked"), SENTENCES)
def test_sentences_end_where_they_end(locale: str, marked: str) -> None:
    text = marked.replace("¦", " ")
    sentences = sentences_of(text, tongue_of(locale))
    starts = [words[0].start - len(words[0].before) for words in sentences]
    ends = [*(start - 1 for start in starts[1:]), len(text)]

    assert "¦".join(text[start:end] for start, end in zip(starts, ends)) == marked


# -- passages


def prose(pack: Pack | Path) -> list[tuple[str, str, int, int]]:
    """The prose findings of `check`: rule, file, line, column."""
    problems = check(pack if isinstance(pack, Pack) else Pack(pack))
    assert [found for found in problems if found.kind not in PROSE_RULES and not found.warning] == []
    return [
        (found.kind, found.location.path, found.location.line, found.location.column)
        for found in problems
        if found.kind in PROSE_RULES and found.location
    ]


def guide_with(tmp_path: Path, old: str, new: str, more: dict[str, str] | None = None) -> Path:
    """The mini pack, with a change in the passages of all guides."""
    text = (MINI / GUIDE).read_text("utf-8")
    assert old in text
    return write_pack(tmp_path / "pack", {GUIDE: text.replace(old, new), **(more or {})})


def linted(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    """What is found in one passage: the rule, and the line from its column on."""
    root = guide_with(tmp_path, "Employers\n", f"{text}\n")
    pack = Pack(root)
    shown = []
    for problem in lint_passage(pack, pack.shared("en")["employers.heading"]):
        at = problem.location
        assert at is not None
        shown.append((problem.kind, at.source.line(at.line)[at.column - 1 :][: at.width]))
    return shown


def test_a_finding_in_a_passage_is_said_once_at_its_own_line(tmp_path: Path) -> None:
    """Two guides have the passage, in one line of its own; one finding says so, where it stands."""
    root = guide_with(tmp_path, "Pay is {{", "Pay is the\nthe {{")

    assert prose(root) == [("doubled-word", GUIDE, 21, 1)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{ place.name }} {{ place.name }}", [("doubled-word", "{{ place.name }}")]),
        ("{{ place.name }} {{ role.many }}", []),
        ("Of {{ place.name }}s and  {{ role.many }}", [("double-space", "  ")]),
        ("A{% if place.remote %} or a{% endif %} a port", [("doubled-word", "a")]),
        ("A mill{% if place.remote %} or two {% endif %} and a port", [("double-space", " ")]),
        ("A mill {% if place.remote %}or two{% endif %} and a port", [("double-space", " ")]),
        ("A {% if place.remote %}(mill{% endif %}) here", [("unbalanced-quotes", ")")]),
        ("A{% if place.remote %} (mill){% else %} port{% endif %} here", []),
        ("Of {{ 'Oh!  Oh!' }} and {{ '(' }}", []),
        ("{{ place.name }} grows. {{ place.name }} hires.", []),
        ("In {{ place.name }} it grows. In {{ place.name }} it stops.", [("same-opening", "In ")]),
        ("36.000 of {{ place.figures.ships | number }} ships", [("number-form", "36.000")]),
        ("{{ place.figures.ships | number }} € of it", [("number-form", "€")]),
        ("lines that\n    flow with   three", [("double-space", "   ")]),
    ],
)
def test_slots_are_holes_in_a_passage(tmp_path: Path, text: str, shown: list[tuple[str, str]]) -> None:
    """A slot stands for one word; words in an `if` are read with what is around them, and without."""
    assert linted(tmp_path, text) == shown


def test_a_slot_is_named_in_a_message(tmp_path: Path) -> None:
    root = guide_with(tmp_path, "Employers\n", "{{ place.name }}, {{ place.name }}\n")
    pack = Pack(root)
    (problem,) = lint_passage(pack, pack.shared("en")["employers.heading"])

    assert problem.message == "'{{ place.name }}' stands twice in a row"


def test_a_passage_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    root = guide_with(tmp_path, "Employers\n", "{{ place.name\n")
    pack = Pack(root)

    with pytest.raises(Refused):
        list(lint_passage(pack, pack.shared("en")["employers.heading"]))


def test_french_spaces_around_slots(tmp_path: Path) -> None:
    """What stands after a slot needs its space too, also where the number is the slot's."""
    passage = "{{ place.name }} : {{ place.figures.ships | number }}% et {{ place.name }}!\n"
    pack_yaml = (MINI / "pack.yaml").read_text("utf-8")
    french = '  fr: {babel: fr_BE, money: "#,##0 ¤", thousands: "#,##0 k ¤", status: draft}\n'
    tree = {
        "pack.yaml": pack_yaml.replace("text: {", french + "text: {"),
        "snippets/fr/guide.md": "## a\n" + passage,
    }
    pack = Pack(write_pack(tmp_path / "pack", tree))
    problems = list(lint_passage(pack, pack.shared("fr")["a"]))

    assert [problem.message for problem in problems] == [
        "an ordinary space before ':'",
        "no space before '%'",
        "no space before '!'",
    ]
    assert all(found.warning for found in check(pack) if found.kind == "narrow-space")


# -- guides


def test_the_second_part_is_where_a_join_is_said(tmp_path: Path) -> None:
    """A scene ends where pool.small begins: no passage is at fault alone, the second is shown."""
    tree = {"snippets/en/places/port-ellen.md": "## scene\nThere are ships.\n"}
    root = write_pack(tmp_path / "pack", tree)

    assert prose(root) == [("same-opening", GUIDE, 10, 1)]


def test_a_slot_that_repeats_a_word_is_found_in_guides_alone(tmp_path: Path) -> None:
    root = guide_with(tmp_path, "in {{ place.name }}\n", "in Marland {{ place.name }}\n")

    assert prose(root) == [("doubled-word", GUIDE, 4, 34)]


def test_what_several_guides_have_is_said_once(tmp_path: Path) -> None:
    root = guide_with(tmp_path, "{{ role.title_many }} in", "{{ role.title_many }} makers in")
    (problem,) = [found for found in check(Pack(root)) if found.kind in PROSE_RULES]

    assert problem.message == "marland × netmaker: 'makers' stands twice in a row (and 1 more like this)"


def test_names_from_facts_are_theirs(tmp_path: Path) -> None:
    """A name that doubles a word, or that has words of another language, is nobody's slip."""
    facts = (MINI / "facts/places/port-ellen.yaml").read_text("utf-8")
    facts = facts.replace("Salt & Sons", "Bora Bora and the the")
    root = write_pack(tmp_path / "pack", {"facts/places/port-ellen.yaml": facts})

    assert prose(root) == []


def test_a_part_of_another_name_is_not_the_place(tmp_path: Path) -> None:
    """Somebody who hires more than Marland Looms isn't compared with Marland; Marland itself is."""
    place = "facts/places/marland.yaml"
    looms = (MINI / place).read_text("utf-8").replace("Royal", "Marland")
    old = "many {{ role.many }} in {{ place.name }}."
    new = "more {{ role.many }} in {{ place.name }} than at {{ place.employers | and_list }}."
    root = guide_with(tmp_path, old, new, {place: looms})
    assert prose(root) == []

    root = guide_with(tmp_path, old, new.replace("employers | and_list", "country.name"))
    assert prose(root) == [("same-place", GUIDE, 7, 60)]


def test_a_finding_keeps_no_guide_from_being_read(tmp_path: Path) -> None:
    """What is wrong with a guide is said, though a passage of its place reads badly."""
    tree = {
        "snippets/en/places/port-ellen.md": "## scene\nThe the port.\n",
        GUIDE: (MINI / GUIDE).read_text("utf-8"),
    }
    tree[GUIDE] = tree[GUIDE].replace(
        "known for {{ place.trades | first(2)", "known for {{ place.trades | first(3)"
    )
    kinds = [found.kind for found in check(Pack(write_pack(tmp_path / "pack", tree)))]

    assert kinds == ["short-list", "doubled-word"]


def test_a_draft_s_findings_are_warnings(tmp_path: Path) -> None:
    facts = (MINI / "facts/places/port-ellen.yaml").read_text("utf-8").replace("published", "draft")
    tree = {
        "facts/places/port-ellen.yaml": facts,
        "snippets/en/places/port-ellen.md": "## scene\nThe the port.\n",
    }
    problems = check(Pack(write_pack(tmp_path / "pack", tree)))

    assert [(found.kind, found.warning) for found in problems if found.kind in PROSE_RULES] == [
        ("doubled-word", True)
    ]


def test_a_text_that_a_pair_has_instead_is_read_too(tmp_path: Path) -> None:
    """An override is shown in the pair's file, where it is written."""
    pair = "facts/pairs/port-ellen/netmaker.yaml"
    override = (
        "overrides:\n  - {locale: en, block: guide.title, text: In the the port, owner: Ann, reason: x, "
    )
    root = write_pack(tmp_path / "pack", {pair: override + "expires: 2027-01-31}\n"})

    assert [(kind, file) for kind, file, *_ in prose(root)] == [("doubled-word", pair)]


# -- switched off


def test_a_rule_can_be_switched_off(tmp_path: Path) -> None:
    """In passages and in guides, that rule and no other."""
    change = (
        "{{ role.title_many }} in {{ place.name }}",
        "The the  {{ role.title_many }} in Marland, {{ place.name }}",
    )
    root = guide_with(tmp_path, *change)
    assert [kind for kind, *_ in prose(root)] == ["doubled-word", "double-space", "doubled-word"]

    settings = (MINI / "pack.yaml").read_text("utf-8")
    (root / "pack.yaml").write_text(settings + "prose: {off: [doubled-word]}\n", "utf-8")
    assert [kind for kind, *_ in prose(root)] == ["double-space"]

    (root / "pack.yaml").write_text(settings + "prose:\n  off: [doubled-word, double-space]\n", "utf-8")
    assert prose(root) == []


def test_an_editor_knows_the_rules() -> None:
    """The JSON Schema of pack.yaml has the rules that may be switched off, and no other."""
    off = {"prose": {"off": list(PROSE_RULES)}}
    whole = schema_of("pack", Pack(MINI))
    schema = {**whole, "required": []}

    assert not list(Draft202012Validator(schema).iter_errors(off))
    assert list(Draft202012Validator(schema).iter_errors({"prose": {"off": ["spelling"]}}))
    assert list(Draft202012Validator(schema).iter_errors({"prose": {}}))


# -- what is published


def sources() -> Path:
    """The folder of the published documents; without one, the test is skipped."""
    folder = os.environ.get("GUIDEGEN_SOURCES")
    if folder is None:
        pytest.skip("needs the documents: GUIDEGEN_SOURCES=FOLDER pytest tests/test_prose.py")
    if not Path(folder).is_dir():
        pytest.fail(f"GUIDEGEN_SOURCES names {folder!r}, which is not a folder")
    return Path(folder)


@pytest.mark.parametrize(
    ("city", "rules"),
    [("belgium", ["doubled-word", "same-place"]), ("bruges", []), ("leuven", []), ("mechelen", [])],
)
def test_the_documents_have_their_slips(city: str, rules: list[str]) -> None:
    """The guide to a country says its name twice in a row, and calls the country one of its own."""
    text = (sources() / f"{city}.txt").read_text("utf-8")
    problems = list(lint_lines(Source(city, text), "en", LANGUAGES["en"], [city.title()], LOCALES))

    assert [problem.kind for problem in problems] == rules
    for problem in problems:
        at = problem.location
        assert at is not None
        assert at.source.line(at.line)[at.column - 1 :].startswith(city.title())


def test_our_own_prose_has_none() -> None:
    """No passage of the shipped pack and none of its guides, drafts of locales too, has a finding."""
    pack = Pack(ROOT)
    problems = [found for found in check(pack) if found.kind in PROSE_RULES]
    composer = Composer(pack)
    for locale, place, role in pack.guides():
        guide, _ = composer.attempt(place, role, locale)
        assert guide is not None
        problems += lint_guide(pack, guide)

    assert [f"{found.location}: {found.message}" for found in problems] == []
    assert pack.settings.prose_off == ()


# -- whatever is written

SIGNS = "\x00 \n,.:;!?%€«»“”‘’'\"()[]-…—\u00a0\u202f\ue000\uf8ff"
WORDS = ("1", "000", "12.5", "the", "de", "Yvelle", "plus", "than", "que", "e.g.", "É", "𝔸", "a\u0301")
PIECES = st.sampled_from([*SIGNS, *WORDS])


@given(
    st.sampled_from(["en", "nl", "fr", "de"]),
    st.lists(PIECES | st.text(max_size=3), max_size=60).map("".join),
)
@example("en", "")
@example("fr", "%")
def test_any_text_can_be_read(locale: str, text: str) -> None:
    """No text stops the linter, and what it shows lies within the line that it names."""
    source = Source("text", text)
    for problem in lint_lines(source, locale, LANGUAGES[locale], PLACES, LOCALES):
        at = problem.location
        assert problem.kind in PROSE_RULES
        assert at is not None
        assert 1 <= at.column <= at.column + at.width - 1 <= len(source.line(at.line))


LONG = [
    "a",
    "the ",
    "(",
    "( ",
    "“ ",
    "‘",
    " ",
    "1,",
    "1 000 ",
    "12.5 ",
    "plus x ",
    "than Yvelle, ",
    "Yvelle than ",
]
LONG += ["Port Ellen ", "a. ", "?", "« ", "€ ", "A de la ", "\u202f", "(]", " Yvelle plus que", "' ", "1€"]


@pytest.mark.slow
@pytest.mark.parametrize("piece", LONG)
def test_a_line_may_be_long(piece: str) -> None:
    """A line of 100 KB is read to its end: with a rule that isn't linear, nobody would wait for that."""
    line = (piece * 100_000)[:100_000]
    for locale in LOCALES:
        for problem in lint_lines(Source("text", line), locale, LANGUAGES[locale], PLACES, LOCALES):
            assert problem.kind in PROSE_RULES
