"""Examples in rules files: tried by the rules themselves, with what came instead, and rows none reaches."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from conftest import MINI, ROOT, run, write_pack
from guidegen.check import check
from guidegen.compose import compose
from guidegen.editor import schema_of
from guidegen.formats import rendered
from guidegen.pack import Pack
from guidegen.problems import Problem

SETTINGS = (MINI / "pack.yaml").read_text("utf-8")
OWN = ("example", "untried-row")


def found(folder: Path, examples: str, rules: str = "", **files: str) -> list[Problem]:
    """What check finds in a pack with these examples, and rules beside the mini pack's."""
    text = f"{rules}examples:\n{examples}" if examples else rules
    return check(Pack(write_pack(folder, {"rules/examples.yaml": text, **files})))


def one(given_: str, expect: str) -> str:
    return f"  - given: {{{given_}}}\n    expect: {{{expect}}}\n"


def table_of(name: str, header: str, *rows: str, **keys: str) -> str:
    """A table, its rows named a, b, c; `keys` are `hit` and `otherwise`."""
    lines = [f"| row | {header} |", *(f"| {letter} | {row} |" for letter, row in zip("abc", rows))]
    stated = "".join(f"  {key}: {value}\n" for key, value in keys.items())
    return f"{name}:\n{stated}  table: |\n" + "".join(f"    {line}\n" for line in lines)


TIER = table_of("tier", "place.factor || value", "over 1 || top", "at most 1 || low")


def failures(folder: Path, given_: str, expect: str, rules: str = "", **files: str) -> list[str]:
    """What one example says that fails; all that is found has to be of examples."""
    problems = found(folder, one(given_, expect), rules, **files)
    assert all(problem.kind in OWN for problem in problems), problems
    return [problem.message for problem in problems if problem.kind == "example"]


def meets(folder: Path, given_: str, expect: str, rules: str = "", **files: str) -> bool:
    return failures(folder, given_, expect, rules, **files) == []


# What holds and what doesn't


def test_an_example_that_holds_is_silent(tmp_path: Path) -> None:
    """Passages, yes and no, numbers, and a rule that says nothing: met, there is nothing to say."""
    tables = one("place.market: deep", "pool: pool.deep") + one("place.market: small", "pool: pool.small")
    pay = one("place.factor: 1.03", "pay: pay.above") + one("place.factor: 1", "pay: nothing")
    home = one("place.trades: [salt, fishing], role.wanted_in: [fishing]", "at_home: yes")
    levels = "role.levels: {junior: {from: 20000, to: 26000}}"
    band = one(f"place.factor: 1.03, {levels}", "band.junior.from: 20600, band.junior.to: 26780.0")

    assert found(tmp_path, tables + pay + home + band) == []


def test_an_example_that_fails_says_what_came(tmp_path: Path) -> None:
    """The error is at what was expected, and tells which row matched, by which cell, and which one didn't."""
    (problem, _) = found(
        tmp_path, "  - about: Level.\n    given: {place.factor: 1.00}\n    expect: {pay: pay.above}\n"
    )

    assert problem.message == "'pay': expected pay.above, got nothing"
    assert problem.location
    assert (str(problem.location), problem.location.text) == ("rules/examples.yaml:4:19", "pay.above")
    assert not problem.warning
    assert problem.hint.split("\n") == [
        "about: Level.",
        "row 'level' matched: place.factor is 1.00 (at most 1.00)",
        "row 'above' wants place.factor over 1.00",
        "the table is in rules/rules.yaml:12:1",
    ]


def test_a_value_that_differs_comes_with_its_formula(tmp_path: Path) -> None:
    """What was computed, from which values, by which formula and where that stands."""
    levels = "role.levels: {junior: {from: 20001, to: 26000}}"
    (problem,) = found(tmp_path, one(f"place.factor: 1.03, {levels}", "band.junior.from: 20610"))

    assert problem.message == "'band.junior.from': expected 20610, got 20600"
    assert problem.hint.split("\n") == [
        "round(item.from * place.factor, 10): 20,001 × 1.03 = 20,601.03; round(20,601.03, 10) = 20,600",
        "the formula is in rules/rules.yaml:3:9",
    ]


@pytest.mark.parametrize(
    ("expect", "holds"),
    [
        ("ratio: 0.5", True),
        ("ratio: 0.50", True),
        ("ratio: 0.500001", False),
        ("ratio: missing", False),
        ("note: far", True),
        ("note: near", False),
        ("shared: [fishing]", True),
        ("shared: []", False),
        ("rest: [salt, weaving]", True),
        ("rest: [weaving, salt]", False),  # a list has an order
        ("size: some", True),
        ("size: many", False),
        ("score: 2", True),
        ("score: 3", False),
        ("is_big: no", True),
        ("is_big: yes", False),
    ],
)
def test_values_of_each_kind_are_compared_exactly(tmp_path: Path, expect: str, holds: bool) -> None:
    """Numbers, words, lists, choices, numbers and yes/no of tables: equal is met, all else isn't."""
    rules = (
        "ratio: 1 / 2\n"
        "note: if at_home then 'far' else 'near'\n"
        "shared: common(place.trades, role.wanted_in)\n"
        "rest: without(place.trades, role.wanted_in)\n"
        + "".join(
            f"{name}:\n  table: |\n    | row | place.figures.ships || value |\n"
            f"    | low | at most 10 || {low} |\n    | high | over 10 || {high} |\n"
            for name, low, high in (("size", "some", "many"), ("score", "2", "3"), ("is_big", "no", "yes"))
        )
    )
    given_ = "place.trades: [salt, fishing, weaving], role.wanted_in: [fishing], place.figures.ships: 10"

    assert meets(tmp_path, given_, expect, rules) == holds


def test_what_is_missing_can_be_expected(tmp_path: Path) -> None:
    """What isn't given is missing, also a record, a table's value and a fact of the country."""
    rules = (
        table_of("tier", "place.factor || value", "over 1.5 || top", otherwise="nothing")
        + "known: present(place.country.factor)\n"
        "scoped: if place.scope = 'city' then 1 else 2\n"
    )
    levels = "role.levels: {junior: {from: 1, to: 2}}"

    assert meets(
        tmp_path / "a", "place.factor: 1", "band.junior.from: missing, tier: missing, known: no", rules
    )
    assert meets(tmp_path / "b", f"place.factor: 1, {levels}", "band.senior.from: missing", rules)
    (said,) = failures(tmp_path / "c", "place.factor: 1", "scoped: 2", rules)
    assert (
        said
        == "'scoped': expected 2, but 'scoped' can't be computed for the example: 'place.scope' is missing"
    )


# What may be given


@pytest.mark.parametrize(
    ("given_", "expect"),
    [
        ("place.scope: city", "kind: 1"),
        ("place.scope: region", "kind: 2"),
        ("place.country.factor: 1.5, place.factor: 1", "ratio: 1.5"),
        ("place.country.country.factor: 1.5, place.factor: 1", "ratio: 1.5"),
        ("place.scope: country, place.factor: 1.5", "ratio: 1"),  # a country is its own
        ("place.figures: {ships: 3, crews: 4}", "per: 0.75"),
        ("place.figures.ships: 3, place.figures.crews: 4", "per: 0.75"),
        ("place.figures: {ships: 3}, place.figures.crews: 4", "per: 0.75"),
        ("pair.hires: 7", "hired: 8"),
        ("ratio: 2, place.factor: 1", "double: 4"),  # a derivation as it is
        ("at_home: yes", "at: 1"),
        ("tier: low", "low: yes"),  # and the value of a table
        ("shared: [salt]", "many: 1"),
        ("place.factor: {value: 1.03, confidence: low}", "sure: no"),
        ("place.factor: {value: 1.03, confidence: high, source: a book}", "sure: yes"),
        ("place.factor: {2020-01-01: 0.9, 2030-01-01: 1.9}, ratio: 1", "factor: 0.9"),  # in force on as_of
    ],
)
def test_all_that_rules_read_can_be_given(tmp_path: Path, given_: str, expect: str) -> None:
    """Facts of place, country, role and pair, with what is known of them; derivations, values of tables."""
    rules = (
        "kind: if place.scope = 'city' then 1 else 2\n"
        "ratio: place.country.factor / place.factor\n"
        "double: ratio * 2\n"
        "factor: place.factor\n"
        "per: place.figures.ships / place.figures.crews\n"
        "hired: pair.hires + 1\n"
        "at: if at_home then 1 else 0\n"
        "shared: common(place.trades, role.wanted_in)\n"
        "many: count(shared)\n"
        "low: tier = 'low'\n"
        + TIER
        + table_of("sure", "place.factor.confidence || value", "high || yes", "not high || no")
    )
    settings = {"pack.yaml": SETTINGS + "  pair:\n    hires: {type: integer, about: Hires a year.}\n"}

    assert failures(tmp_path, given_, expect, rules, **settings) == []


def test_no_place_is_touched(tmp_path: Path) -> None:
    """An example knows nothing of the pack's places: what it doesn't give is missing, whatever they say."""
    (said,) = failures(tmp_path, "place.factor: 1.5", "pool: pool.deep")

    assert said == "'pool': expected pool.deep, but table 'pool' has no row where place.market is missing"


@given(
    factor=some.decimals("0.5", "2", places=2),
    low=some.integers(1, 99_999),
    more=some.integers(0, 99_999),
)
def test_an_example_is_what_a_guide_would_say(factor: Decimal, low: int, more: int) -> None:
    """What examples come to is what the same facts come to in a guide: there is one way to evaluate."""
    pack = Pack(MINI)
    from guidegen.examples import example_problems
    from guidegen.source import Source
    from guidegen.yamlfile import need_yaml

    exact = (Decimal(low) * factor / 10).quantize(Decimal(1), "ROUND_HALF_UP") * 10
    text = "examples:\n" + one(
        f"place.factor: {factor}, role.levels: {{junior: {{from: {low}, to: {low + more}}}}}",
        f"band.junior.from: {exact:f}, pay: {'pay.above' if factor > 1 else 'nothing'}",
    )
    root = need_yaml(Source("rules/examples.yaml", text))
    pack.examples = [(root.keys["examples"], root.entries["examples"])]

    assert [problem.message for problem in example_problems(pack) if problem.kind == "example"] == []


# Tables


NOTES = (
    "place.figures.ships | place.market || passage",
    "over 100 | any || pay.above",
    "any | deep || pool.deep",
    "any | small || pool.small",
)


@pytest.mark.parametrize(
    ("hit", "ships", "market", "expect", "holds"),
    [
        ("collect", 340, "deep", "[pay.above, pool.deep]", True),
        ("collect", 340, "deep", "[pool.deep, pay.above]", False),
        ("collect", 340, "deep", "pay.above", False),
        ("collect", 3, "deep", "pool.deep", True),
        ("collect", 3, "deep", "[pool.deep]", True),
        ("collect", 3, "deep", "nothing", False),
        ("first", 340, "deep", "pay.above", True),
        ("first", 340, "deep", "pool.deep", False),
    ],
)
def test_hit_policies_are_met(
    tmp_path: Path, hit: str, ships: int, market: str, expect: str, holds: bool
) -> None:
    """A table that collects comes to its passages in order, another to one."""
    given_ = f"place.figures.ships: {ships}, place.market: {market}"
    said = failures(tmp_path, given_, f"notes: {expect}", table_of("notes", *NOTES, hit=hit))

    assert (said == []) == holds


def test_a_row_that_comes_later_is_told(tmp_path: Path) -> None:
    """Under `hit: first` a row may match and yet not be the one: the hint says so."""
    problems = found(
        tmp_path,
        one("place.figures.ships: 340, place.market: deep", "notes: pool.deep"),
        table_of("notes", *NOTES, hit="first"),
    )
    (problem,) = [problem for problem in problems if problem.kind == "example"]

    assert "row 'a' matched: place.figures.ships is 340 (over 100)" in problem.hint
    assert "row 'b' comes later" in problem.hint


def test_rows_that_no_example_reaches_are_named_once(tmp_path: Path) -> None:
    """For a table that some example decides, one warning has all its rows that none does; for others none."""
    problems = found(
        tmp_path,
        one("place.figures.ships: 3, place.market: deep", "notes: pool.deep"),
        table_of("notes", *NOTES, hit="first"),
    )

    assert [(problem.kind, problem.warning, problem.message) for problem in problems] == [
        ("untried-row", True, "table 'notes': no example reaches rows 'a', 'c'")
    ]
    assert str(problems[0].location) == "rules/examples.yaml:1:1"


def test_falling_to_otherwise_is_reached_too(tmp_path: Path) -> None:
    """`otherwise` is an outcome as a row is: it wants an example, and has one where no row matches."""
    rules = table_of("top", "place.factor || passage", "over 1.5 || pay.above", otherwise="nothing")
    high, low = one("place.factor: 1.6", "top: pay.above"), one("place.factor: 1", "top: nothing")

    assert [problem.message for problem in found(tmp_path / "a", high, rules)] == [
        "table 'top': no example reaches row `otherwise`"
    ]
    assert found(tmp_path / "b", high + low, rules) == []


def test_a_table_that_another_rule_reads_is_reached(tmp_path: Path) -> None:
    """Rows count as reached by whatever needed the table; a value that is given needs none."""
    rules = TIER + "low: tier = 'low'\n"
    through, given_ = one("place.factor: 1", "low: yes"), one("tier: low", "low: yes")

    assert [problem.message for problem in found(tmp_path / "a", through, rules)] == [
        "table 'tier': no example reaches row 'a'"
    ]
    assert found(tmp_path / "b", given_, rules) == []


# Beside the rules


def test_examples_change_nothing_else(tmp_path: Path) -> None:
    """A failing example stops check and nothing else; the guide is the same, and `list` knows no new rule."""
    bad = "examples:\n" + one("place.factor: 1", "pay: pay.above")
    root = write_pack(tmp_path, {"rules/examples.yaml": bad})
    made = [
        rendered(compose(pack, "port-ellen", "netmaker", "en"), pack.settings.layout, "json")
        for pack in (Pack(MINI), Pack(root))
    ]

    assert made[0] == made[1]
    assert run("--pack", str(root), "check").code == 1
    assert run("--pack", str(root), "render", "--city", "port-ellen", "--role", "netmaker").code == 0
    assert "examples" not in run("--pack", str(root), "list", "tables").out


def test_examples_stand_in_any_rules_file(tmp_path: Path) -> None:
    """Beside rules, before or after them, or in files of their own; each file's are tried."""
    rules = (MINI / "rules/rules.yaml").read_text("utf-8")
    wrong = "examples:\n" + one("place.factor: 1", "pay: pay.above")
    files = {"rules/rules.yaml": wrong + rules, "rules/a.yaml": wrong, "rules/b.yaml": f"one: 1\n{wrong}"}
    root = write_pack(tmp_path, dict(files))

    problems = [problem for problem in check(Pack(root)) if problem.kind == "example"]
    assert [problem.location.path for problem in problems if problem.location] == sorted(files)


def test_a_broken_rule_is_said_where_it_stands(tmp_path: Path) -> None:
    """Where a rule can't be read, examples of it add nothing; what is wrong with them themselves is said."""
    wrong = (
        one("place.factor: 1", "ratio: 3")
        + one("ratio: 1", "pay: nothing")
        + one("place.fctor: 1", "pay: nothing")
    )
    problems = found(tmp_path, wrong, "ratio: place.factor *\n")

    assert [problem.kind for problem in problems] == ["formula", "unknown-name"]


def test_an_example_that_cant_be_read_hides_no_other(tmp_path: Path) -> None:
    """One with a mistake isn't tried; the others are, and rows aren't called unreached for its sake."""
    wrong = one("place.factor: x", "pay: nothing") + one("place.factor: 1.5", "pay: nothing")

    assert [problem.kind for problem in found(tmp_path, wrong)] == ["not-a-number", "example"]


# Editors, the shipped pack


@pytest.mark.parametrize(
    ("examples", "fits"),
    [
        (one("place.factor: 1.03, place.scope: city", "pay: pay.above, at_home: no"), True),
        (
            one("place.figures.ships: 3, place.country.factor: 1", "band.junior.from: 3, at_home: missing"),
            True,
        ),
        (one("at_home: no", "pay: nothing"), True),
        (one("place.fctor: 1.03", "pay: pay.above"), False),
        (one("place.factor: 3", "pay: pay.above"), False),
        (one("place.factor: 1", "pay: pay.abov"), False),
        (one("place.factor: 1", "band.junor.from: 1"), False),
        (one("", "pay: pay.above"), False),
        ("  - given: {place.factor: 1}\n", False),
        ("  - {given: {place.factor: 1}, expects: {pay: nothing}}\n", False),
    ],
)
def test_editors_know_examples_as_check_does(tmp_path: Path, examples: str, fits: bool) -> None:
    """The schema of rules files takes what check takes."""
    stated: Any = YAML(typ="safe", pure=True).load(f"examples:\n{examples}")
    problems = found(tmp_path, examples)

    assert Draft202012Validator(schema_of("rules", Pack(MINI))).is_valid(stated) == fits
    assert all(problem.kind in OWN for problem in problems) == fits


def test_the_shipped_examples_reach_every_row() -> None:
    """Each table and each level of the shipped pack has examples that hold; every row is reached by one."""
    pack = Pack(ROOT)
    text = "".join((ROOT / at.path).read_text("utf-8") for at, _ in pack.examples)
    names = [*pack.book.tables, *(f"band.{level}.to" for level in pack.facts.vocabularies["levels"])]

    assert [problem for problem in check(pack) if problem.kind in OWN] == []
    assert all(f"{name}:" in text.split("examples:", 1)[1] for name in names)


def test_failures_are_read_by_programs(tmp_path: Path) -> None:
    root = write_pack(
        tmp_path, {"rules/examples.yaml": "examples:\n" + one("place.factor: 1", "pay: pay.above")}
    )
    rows = json.loads(run("--pack", str(root), "check", "--format", "json").out)

    assert [(row["kind"], row["warning"], row["file"]) for row in rows] == [
        ("example", False, "rules/examples.yaml"),
        ("untried-row", True, "rules/rules.yaml"),
    ]
