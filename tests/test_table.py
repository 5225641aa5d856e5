"""Decision tables: `decide` reads a table as a person does, row by row and cell by cell."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import write_pack
from guidegen.compose import compose
from guidegen.guide import plain
from guidegen.lookup import MISSING, Read
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused
from guidegen.rules.table import Table, decide
from guidegen.rules.tabular import read_table
from guidegen.source import Source
from guidegen.values import Entries, Fact, Names, Provenance, Term
from guidegen.yamlfile import Mapping, read_yaml


def table_of(text: str) -> Table:
    """The one table of a rules file in which nothing is wrong."""
    found, problems = read(text)
    assert problems == []
    (table,) = found
    return table


def read(text: str) -> tuple[list[Table], list[Problem]]:
    """The tables of a rules file, and what is wrong with it."""
    problems: list[Problem] = []
    root = read_yaml(Source("rules/rules.yaml", text), problems)
    assert root is not None
    tables = []
    for name, node in root.entries.items():
        assert isinstance(node, Mapping)
        tables.append(read_table(name, node, root.keys[name], problems))
    return [table for table in tables if table], problems


def written(rows: list[str], hit: str = "unique", otherwise: str = "", columns: str = "a | b") -> str:
    """A rules file with one table of these rows."""
    head = f"fit:\n  hit: {hit}\n" + (f"  otherwise: {otherwise}\n" if otherwise else "")
    return (
        head + "  table: |\n" + "".join(f"    {row}\n" for row in [f"| row | {columns} || passage |", *rows])
    )


def decided(table: Table, **values: Any) -> list[tuple[str, str]]:
    """Row and outcome of each match; None for a value is missing."""

    def reader(name: str) -> Read:
        value = values.get(name)
        return Read(name, name, MISSING if value is None else value)

    return decide(table, reader).outcomes


# Reading


def test_rows_cells_and_outcomes_are_where_they_stand() -> None:
    """Names, cells and outcomes of a table are found in its file, at line and column."""
    table = table_of(written(["| big | over 1.5 | any || fit.big |"]))
    (row,) = table.rows

    assert (table.name, table.gives, table.hit, table.is_complete) == ("fit", "passage", "unique", True)
    assert [column.name for column in table.columns] == ["a", "b"]
    assert (row.name, row.outcome) == ("big", "fit.big")
    line = "    | big | over 1.5 | any || fit.big |"
    for location, text in (
        (row.location, "big"),
        (row.cell_locations[0], "over 1.5"),
        (row.cell_locations[1], "any"),
        (row.outcome_location, "fit.big"),
    ):
        assert (location.line, location.column - 1, location.width) == (5, line.index(text), len(text))


def test_a_table_may_be_ruled_and_aligned() -> None:
    """Lines of dashes, blank lines and any spacing change nothing; a cell may hold a quoted `|`."""
    plain_ = table_of(written(['| big | "x|y" | || fit.big |']))
    ruled = table_of(
        "fit:\n  table: |\n    | row   | a       | b ||  passage |\n    |-------|---|---||---|\n\n"
        '    |big|  "x|y"| any ||fit.big|\n'
    )

    assert [(row.name, row.cells, row.outcome) for row in plain_.rows] == [
        (row.name, row.cells, row.outcome) for row in ruled.rows
    ]


@pytest.mark.parametrize(
    ("rows", "kind", "line"),
    [
        (["| one | 1 || x |"], "ragged-row", 5),
        (["| one | 1 | 2 | 3 || x |"], "ragged-row", 5),
        (["| one | 1 | 2 | x |"], "table", 5),
        (["| one | 1 | 2 || x"], "table", 5),
        (["| one | 1 | 2 ||  |"], "table", 5),
        (["| one | 1 | 2 || x |", "| one | 2 | 2 || y |"], "duplicate-key", 6),
        (["| One | 1 | 2 || x |"], "key", 5),
        (["| one | 1 | two words || x |"], "cell", 5),
        ([], "table", 3),
    ],
)
def test_a_broken_table_is_shown_where_it_breaks(rows: list[str], kind: str, line: int) -> None:
    """A row that isn't closed, lacks a cell or stands twice is one problem, in its line."""
    tables, problems = read(written(rows))

    assert tables == []
    assert [problem.kind for problem in problems] == [kind]
    assert problems[0].location is not None
    assert problems[0].location.line == line


# Deciding


def test_the_row_that_matches_is_chosen() -> None:
    """All cells of a row have to match; any and empty cells match what is missing too."""
    table = table_of(
        written(
            ["| deep | deep | over 1 || x |", "| rest | not deep | || y |", "| none | missing | any || z |"]
        )
    )

    assert decided(table, a="deep", b=Decimal("1.01")) == [("deep", "x")]
    assert decided(table, a="small") == [("rest", "y")]
    assert decided(table, b=Decimal(5)) == [("none", "z")]


def test_a_gap_is_refused_with_the_values() -> None:
    """Where no row matches and nothing else is said, the table is refused with what it looked at."""
    table = table_of(written(["| deep | deep | any || x |"]))

    with pytest.raises(Refused, match="table 'fit' has no row where a is small, b is missing") as refused:
        decided(table, a="small")
    assert refused.value.problems[0].kind == "gap"


def test_an_overlap_is_refused_with_both_rows() -> None:
    """Where two rows of a unique table match, both are named with their lines."""
    table = table_of(written(["| big | over 1 | any || x |", "| all | any | any || y |"]))

    assert decided(table, a=Decimal(1)) == [("all", "y")]
    with pytest.raises(Refused) as refused:
        decided(table, a=Decimal(2))
    (problem,) = refused.value.problems
    assert problem.kind == "overlap"
    assert "'big' (line 5) and 'all' (line 6)" in problem.hint


def test_otherwise_says_something_or_nothing() -> None:
    """`otherwise` is what is said where no row matches; `nothing` is said by saying nothing."""
    rows = ["| deep | deep | any || x |", "| flat | flat | any || nothing |"]

    assert decided(table_of(written(rows, otherwise="y")), a="small") == [("otherwise", "y")]
    assert decided(table_of(written(rows, otherwise="nothing")), a="small") == []
    assert decided(table_of(written(rows, otherwise="y")), a="flat") == []


# A naive reading


class Cell(NamedTuple):
    """The text of a cell, and what it means."""

    text: str
    means: Callable[[Any], bool]


WORDS = ("deep", "small", "flat")


def given_(means: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """The same, but what is missing is never meant."""
    return lambda value: value is not None and means(value)


ALWAYS = [
    Cell("any", lambda _: True),
    Cell("", lambda _: True),
    Cell("missing", lambda value: value is None),
    Cell("present", lambda value: value is not None),
]
WORD_CELLS = st.one_of(
    st.sampled_from(ALWAYS),
    st.tuples(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True), st.booleans()).map(
        lambda made: Cell(
            ("not " if made[1] else "") + ", ".join(made[0]),
            given_(lambda value: (value in made[0]) is not made[1]),
        )
    ),
)
NUMBER_CELLS = st.one_of(
    st.sampled_from(ALWAYS),
    st.integers(0, 3).map(lambda n: Cell(f"over {n}", given_(lambda value: value > n))),
    st.integers(0, 3).map(lambda n: Cell(f"at most {n}", given_(lambda value: value <= n))),
    st.integers(0, 3).map(lambda n: Cell(f"{n}..<{n + 2}", given_(lambda value: n <= value < n + 2))),
    st.integers(0, 3).map(lambda n: Cell(f"{n}..{n + 1}", given_(lambda value: n <= value <= n + 1))),
)
ROWS = st.lists(
    st.tuples(WORD_CELLS, NUMBER_CELLS, st.sampled_from(["x", "y", "nothing"])), min_size=1, max_size=5
)
NUMBERS = st.one_of(st.none(), st.integers(0, 8).map(lambda n: Decimal(n) / 2))


def naive(rows: list[tuple[Cell, Cell, str]], hit: str, otherwise: str, values: tuple[Any, Any]) -> Any:
    """What a person would say that the table comes to: outcomes by row, or `gap` or `overlap`."""
    found = []
    for number, (*cells, outcome) in enumerate(rows):
        if all(cell.means(value) for cell, value in zip(cells, values)):
            found.append((f"row-{number}", outcome))
    if hit == "first":
        found = found[:1]
    if hit == "unique" and len(found) > 1:
        return "overlap"
    if not found and otherwise != "nothing":
        return [("otherwise", otherwise)] if otherwise else "gap"
    return [(row, outcome) for row, outcome in found if outcome != "nothing"]


@given(
    ROWS,
    st.sampled_from(["unique", "first", "collect"]),
    st.sampled_from(["", "nothing", "z"]),
    st.one_of(st.none(), st.sampled_from(WORDS)),
    NUMBERS,
)
def test_decide_agrees_with_a_naive_reading(
    rows: list[tuple[Cell, Cell, str]], hit: str, otherwise: str, word: str | None, number: Decimal | None
) -> None:
    """For any table and values, the rows that are chosen are those that a person would point at."""
    lines = [f"| row-{n} | {a.text} | {b.text} || {outcome} |" for n, (a, b, outcome) in enumerate(rows)]
    table = table_of(written(lines, hit, otherwise))
    try:
        found: Any = decided(table, a=word, b=number)
    except Refused as refused:
        found = refused.problems[0].kind

    assert found == naive(rows, hit, otherwise, (word, number))


def test_lists_of_keys_are_looked_into() -> None:
    """A column that is a list is looked into by its keys."""
    table = table_of(
        "fit:\n  hit: first\n  otherwise: z\n  table: |\n    | row | a || passage |\n"
        "    | both | contains salt, fish || x |\n    | one | contains any of salt, fish || y |\n"
    )

    def keys(*names: str) -> Entries:
        here = table.location
        found = (Term(name, Names({"": {"name": name.upper()}}, here)) for name in names)
        return Entries(Fact(term.key, term, here, Provenance()) for term in found)

    assert decided(table, a=keys("fish", "looms", "salt")) == [("both", "x")]
    assert decided(table, a=keys("looms", "salt")) == [("one", "y")]
    assert decided(table, a=keys("looms")) == [("otherwise", "z")]
    assert decided(table, a=keys()) == [("otherwise", "z")]


# In a guide


def said(folder: Path, rules: str, snippets: str, paragraph: str, place: str = "port-ellen") -> str:
    """A guide's one paragraph, by these rules and passages."""
    pack = Pack(
        write_pack(
            folder,
            {
                "rules/rules.yaml": rules,
                "rules/outline.yaml": f"blocks:\n  - title: guide.title\n  - paragraph: {paragraph}\n",
                "snippets/en/guide.md": "## guide.title\nT\n" + snippets,
            },
        )
    )
    blocks = compose(pack, place, "netmaker", "en").blocks
    (block,) = [block for block in blocks if block.kind == "paragraph"]
    return plain(getattr(block, "text", ()))


def test_collect_gives_its_parts_in_order(tmp_path: Path) -> None:
    """All rows that match are said, in the order of the rows, joined by a space."""
    rules = (
        "notes:\n  hit: collect\n  otherwise: nothing\n  table: |\n"
        "    | row | place.market | place.factor || passage |\n"
        "    | dear | any | over 1 || note.dear |\n"
        "    | deep | deep | any || note.deep |\n"
        "    | quiet | small | any || nothing |\n"
        "    | small | small | any || note.small |\n"
    )
    snippets = "## note.dear\nDear.\n## note.deep\nDeep.\n## note.small\nSmall.\n## open\nSo:\n"
    paragraph = "[open, {decide: notes}]"

    assert said(tmp_path / "1", rules, snippets, paragraph) == "So: Dear. Small."
    assert said(tmp_path / "2", rules, snippets, paragraph, "marland") == "So: Deep."


def test_a_table_of_values_is_read_by_other_rules(tmp_path: Path) -> None:
    """What one table decides can be a column of another and a number in a formula, in any order."""
    rules = (
        "pay:\n  table: |\n    | row | tier || passage |\n"
        "    | high | high || pay.high |\n    | low | low || pay.low |\n"
        "tier:\n  table: |\n    | row | ships || value |\n"
        "    | many | at least 680 || high |\n    | few | under 680 || low |\n"
        "ships: place.figures.ships * share\n"
        "share:\n  table: |\n    | row | place.scope || value |\n"
        "    | city | city || 2 |\n    | else | not city || 0.5 |\n"
    )
    snippets = "## pay.high\nHigh, {{ ships | number }}.\n## pay.low\nLow, {{ ships | number }}.\n"

    # 340 ships count double in the port; Marland's 1,200 count half
    assert said(tmp_path / "1", rules, snippets, "{decide: pay}") == "High, 680."
    assert said(tmp_path / "2", rules, snippets, "{decide: pay}", "marland") == "Low, 600."
