"""Snippet files: passages, what each says for given facts, piece by piece, and where each slot stands."""

from decimal import Decimal
from typing import Any

import pytest

from guidegen.language import Language
from guidegen.lookup import MISSING, Read
from guidegen.problems import Problem, Refused
from guidegen.snippets import Passage, evaluate, flowed, read_snippets
from guidegen.source import Location, Source
from guidegen.values import Entries, Entry, Fact, Localized, Names, Provenance, Term

LANGUAGE = Language("en_GB", "¤#,##0", "¤#,##0k", "EUR")
HERE = Location.of_file("facts.yaml")


def passages(text: str) -> tuple[dict[str, Passage], list[Problem]]:
    problems: list[Problem] = []
    return read_snippets(Source("snippets/en/a.md", text), "en", "", problems), problems


def passage(text: str) -> Passage:
    """A passage of this text."""
    found, problems = passages(f"## it\n{text}\n")
    assert problems == []
    return found["it"]


def pieces(text: str, **known: Any) -> list[list[str]]:
    """The pieces that each leaf of a passage gives for these values of `x.…`."""

    def read(name: str) -> Read:
        return Read(name, name, known.get(name.removeprefix("x."), MISSING))

    return [said.pieces for said in evaluate(passage(text), read, LANGUAGE)]


def said(text: str, **known: Any) -> str:
    return "".join("".join(leaf) for leaf in pieces(text, **known))


def entries(*values: Any) -> Entries:
    return Entries(Fact(f"x[{n}]", value, HERE, Provenance()) for n, value in enumerate(values))


def term(key: str, name: str) -> Term:
    return Term(key, Names({"en": {"name": name, "title": name.title()}}, HERE))


# Files


def test_passages_open_with_their_names() -> None:
    """Text before the first `##` is for authors; blank lines around a passage aren't part of it."""
    found, problems = passages(
        "# Notes\nfor authors\n\n## one.two\n\nFirst\nline.\n\n\n## three-4\nSecond.\n"
    )

    assert problems == []
    assert {name: found[name].text for name in found} == {"one.two": "First\nline.", "three-4": "Second."}
    assert [str(found[name].location) for name in found] == [
        "snippets/en/a.md:4:1",
        "snippets/en/a.md:10:1",
    ]


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ("## one\nA.\n## one\nB.\n", "duplicate-passage", 3),
        ("## one\n## two\nB.\n", "empty-passage", 1),
        ("## One\nA.\n", "passage-name", 1),
        ("## one two\nA.\n", "passage-name", 1),
        ("##one\nA.\n", "heading", 1),
        ("## one\nA.\n# B\n", "heading", 3),
        ("## one\nA.\n### B\n", "heading", 3),
    ],
)
def test_what_is_wrong_with_a_file_is_shown(text: str, kind: str, line: int) -> None:
    """A passage that stands twice or says nothing, and a heading that opens none, are problems."""
    (problem,) = passages(text)[1]

    assert (problem.kind, problem.location and problem.location.line) == (kind, line)


def test_lines_are_joined_by_spaces() -> None:
    """The lines of a passage are one block of prose, however they are broken."""
    assert flowed("one\ntwo  \n  three") == "one two three"
    assert flowed("one  two") == "one  two"


# Slots


def test_a_list_gives_a_piece_for_each_entry() -> None:
    """Each entry of a list is a piece of its own, so that each has an origin of its own."""
    trades = entries(term("salt", "salt"), term("fish", "fishing"), term("looms", "weaving"))

    assert pieces("{{ x.trades | and_list }}", trades=trades) == [
        ["", "salt", ", ", "fishing", " and ", "weaving", ""]
    ]
    assert said("{{ x.trades | and_list }}", trades=trades) == "salt, fishing and weaving"


@pytest.mark.parametrize(
    ("slot", "text"),
    [
        ("x.name | capital", "Port Ellen"),
        ("x.name | lower", "port ellen"),
        ("x.trades | first(2) | and_list", "salt and fishing"),
        ("x.trades | first(9) | and_list", "salt, fishing and weaving"),
        ("x.trades | or_list", "salt, fishing or weaving"),
        ("x.trades | comma_list", "salt, fishing, weaving"),
        ("x.trades | join(' → ')", "salt → fishing → weaving"),
        ("x.trades | and_list | capital", "Salt, fishing and weaving"),
        ("x.trades | count | number", "3"),
        ("x.trades | first(1) | count | plural('trade', 'trades')", "trade"),
        ("x.trades | count | plural('trade', 'trades')", "trades"),
        ("x.ships | number", "36,500.5"),
        ("x.ships | money", "€36,500.5"),
        ("x.ships | thousands", "€37k"),
        ("x.share | percent", "12.5%"),
        ("x.employers | comma_list", "Nets, Looms"),
        ("x.trade", "fishing"),
        ("x.employer", "Looms"),
        ("x.word", "quay"),
    ],
)
def test_filters(slot: str, text: str) -> None:
    """Each filter does what it says, alone and after others."""
    assert (
        said(
            f"{{{{ {slot} }}}}",
            name="port Ellen",
            trades=entries(term("salt", "salt"), term("fish", "fishing"), term("looms", "weaving")),
            ships=Decimal("36500.5"),
            share=Decimal("0.125"),
            employers=entries(Entry("Nets", None), Entry("Looms", "port")),
            trade=term("fish", "fishing"),
            employer=Entry("Looms", "port"),
            word=Localized({"en": "quay", "fr": "quai"}),
        )
        == text
    )


def test_capital_is_for_the_first_letter() -> None:
    """Only the first letter of all becomes a capital, and letters with accents too."""
    assert said("{{ x.name | capital }}", name="élan vital") == "Élan vital"
    assert said("{{ x.names | comma_list | capital }}", names=entries("imec", "KBC")) == "Imec, KBC"


def test_constants_are_said_as_they_are() -> None:
    """A constant says braces and what else couldn't be written."""
    assert said("a {{ '{{' }} b {{ '#' }} c") == "a {{ b # c"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (MISSING, "no"),
        ("", "no"),
        (entries(), "no"),
        (False, "no"),
        (True, "yes"),
        ("a", "yes"),
        (Decimal(0), "yes"),
        (entries("a"), "yes"),
    ],
)
def test_conditions_ask_whether_there_is_something(value: Any, text: str) -> None:
    """`if` asks whether a name has a value: missing, empty and `no` haven't; zero is a value."""
    assert said("{% if x.it %}yes{% else %}no{% endif %}", it=value) == text


def test_a_condition_without_else_says_nothing() -> None:
    """What isn't the case is left out, without a trace."""
    assert said("a{% if x.it %} ({{ x.it }}){% endif %}.", it="b") == "a (b)."
    assert said("a{% if x.it %} ({{ x.it }}){% endif %}.") == "a."


def test_a_leaf_knows_what_it_read_and_under_which_condition() -> None:
    """Reads of a slot are its own name and the conditions it stands under, and nothing else."""

    def read(name: str) -> Read:
        return Read(name, name, "v")

    found = evaluate(passage("{{ x.a }} b{% if x.c %}{{ x.d }}{% endif %}{{ x.e }}"), read, LANGUAGE)

    assert [[read.name for read in said.reads] for said in found] == [
        ["x.a"],
        [],
        ["x.c", "x.d"],
        ["x.e"],
    ]


@pytest.mark.parametrize("known", [{}, {"it": ""}, {"it": entries()}])
def test_a_slot_that_would_be_empty_is_refused(known: dict[str, Any]) -> None:
    """A sentence with a hole is never said: the slot is shown, and how to guard it."""
    filters = " | and_list" if isinstance(known.get("it"), Entries) else ""
    with pytest.raises(Refused) as refused:
        said(f"one\ntwo {{{{ x.it{filters} }}}}", **known)

    (problem,) = refused.value.problems
    assert str(problem.location) == "snippets/en/a.md:3:8"
    assert "if" in problem.hint


def test_faults_are_shown_in_the_lines_of_the_file() -> None:
    """A slot in the third line of a passage is shown in its line and column of the file."""
    found, _ = passages("Notes.\n\n## it\n\nOne line,\nanother {{ x.a }} and\n  {{ x.b + 1 }}.\n")

    with pytest.raises(Refused) as refused:
        list(found["it"].leaves())
    assert [str(problem.location) for problem in refused.value.problems] == ["snippets/en/a.md:7:3"]


def test_a_slot_over_several_lines_is_found() -> None:
    """A slot that is broken over lines is found, and so is a word in it."""
    found, _ = passages("## it\nOne {{ x.a\n  | capital\n  | lower }} two {{ x.b }}.\n")
    _, first, _, second, _ = found["it"].leaves()

    assert str(found["it"].where(first)) == "snippets/en/a.md:2:5"
    assert str(found["it"].where(first, "lower")) == "snippets/en/a.md:4:5"
    assert str(found["it"].where(second, "x.b")) == "snippets/en/a.md:4:21"
