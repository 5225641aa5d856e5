"""Law 6: what proofs say of a table holds by brute force on every small domain."""

from decimal import Decimal
from itertools import chain, combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import MINI, run, write_pack
from guidegen import schema
from guidegen.lookup import MISSING
from guidegen.rules.cells import Absent, Cell, Looked, Present, matches, parse_cell
from guidegen.rules.proof import Proof, prove, uncovered
from guidegen.rules.table import Column, Row, Table
from guidegen.source import Location

HERE = Location.of_file("rules/x.yaml")
KEYS = ["a", "b", "c", "d"]
TERMS = {"keys": KEYS}
BOOLEAN = schema.Boolean()
CHOICE = schema.Choice(("red", "green", "blue"))
WHOLE = schema.Number(integral=True, low=Decimal(0), high=Decimal(6))
OPEN = schema.Number(low=Decimal(0), high=Decimal(2), low_open=True)
SET = schema.ListOf(schema.KeyOf("keys"))
KINDS: dict[str, schema.Type] = {
    "boolean": BOOLEAN,
    "choice": CHOICE,
    "whole": WHOLE,
    "open": OPEN,
    "set": SET,
}
DOMAINS: dict[str, list[Looked]] = {
    "boolean": [True, False],
    "choice": ["red", "green", "blue"],
    "whole": [Decimal(number) for number in range(7)],
    "open": [Decimal(number) / 4 for number in range(1, 9)],  # the cells' bounds are halves
    "set": [frozenset(keys) for keys in chain.from_iterable(combinations(KEYS, n) for n in range(1, 5))],
}
ANY = ["", "any", "missing", "present"]
CELLS = {
    "boolean": [*ANY, "yes", "no", "not yes"],
    "choice": [*ANY, "red", "red, green", "not blue", "not red, blue"],
    "whole": [
        *ANY,
        "0",
        "3",
        "1..4",
        "2..<3",
        "over 2",
        "under 3",
        "at least 5",
        "at most 0",
        "not 2, 3",
        "over 5",
    ],
    "open": [*ANY, "1", "0.5..1.5", "0.5..<1", "over 1", "under 0.5", "at least 1.5", "at most 1", "not 1"],
    "set": [
        *ANY,
        "contains a",
        "contains a, b",
        "contains any of a, b",
        "contains c",
        "contains any of c, d",
    ],
}


def table_of(
    kinds: list[str],
    rows: list[list[str]],
    hit: str = "unique",
    *,
    complete: bool = True,
    impossible: list[list[str]] | None = None,
) -> Table:
    made, assumed = (
        tuple(
            Row(f"r{number}", tuple(map(parse_cell, cells)), "x", HERE, (HERE,) * len(cells), HERE)
            for number, cells in enumerate(stated)
        )
        for stated in (rows, impossible or [])
    )
    columns = tuple(Column(kind, HERE) for kind in kinds)
    return Table("t", "", hit, columns, made, "passage", None, complete, HERE, HERE, assumed)


def proof_of(table: Table) -> Proof:
    return prove(table, tuple(KINDS[column.name] for column in table.columns), TERMS)


def everything(table: Table) -> list[tuple[Looked, ...]]:
    """Every combination of values; missing is one where a cell of the column speaks of it."""

    def domain(index: int, kind: str) -> list[Looked]:
        cells: list[Cell] = [row.cells[index] for row in (*table.rows, *table.impossible)]
        speaks = any(isinstance(cell, (Absent, Present)) for cell in cells)
        return [*DOMAINS[kind], *([MISSING] if speaks else [])]

    every = product(*(domain(index, column.name) for index, column in enumerate(table.columns)))
    return [
        values
        for values in every
        if not any(all(map(matches, row.cells, values)) for row in table.impossible)
    ]


def matching(table: Table, values: tuple[Looked, ...]) -> list[int]:
    return [number for number, row in enumerate(table.rows) if all(map(matches, row.cells, values))]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=3))
    row = st.tuples(*(st.sampled_from(CELLS[kind]) for kind in kinds)).map(list)
    rows = draw(st.lists(row, min_size=1, max_size=6))
    impossible = draw(st.lists(row, max_size=2))
    return table_of(kinds, rows, draw(st.sampled_from(["unique", "first", "collect"])), impossible=impossible)


@given(table=tables())
@settings(max_examples=400)
def test_proofs_hold_by_brute_force(table: Table) -> None:
    """Gaps, overlaps and unreachable rows are exactly those that going through all values finds."""
    proof = proof_of(table)
    decided = {values: matching(table, values) for values in everything(table)}

    assert (proof.gap is not None) == any(not rows for rows in decided.values())
    if proof.gap is not None:
        assert matching(table, proof.gap) == []
    met = {pair for rows in decided.values() for pair in combinations(rows, 2)}
    assert {(first, second) for first, second, _ in proof.overlaps} == (
        met if table.hit == "unique" else set()
    )
    for first, second, witness in proof.overlaps:
        assert {first, second} <= set(matching(table, witness))
    reached = {row for rows in decided.values() for row in (rows[:1] if table.hit == "first" else rows)}
    assert set(proof.unreachable) == set(range(len(table.rows))) - reached


@pytest.mark.parametrize(
    ("kind", "cells", "witness"),
    [
        ("open", ["over 1", "under 1"], (Decimal(1),)),
        ("open", ["at least 1", "at most 1"], None),
        ("whole", ["at most 2", "at least 3"], None),
        ("whole", ["under 2", "over 2"], (Decimal(2),)),
        ("choice", ["red", "not red, blue"], ("blue",)),
        ("boolean", ["yes", "missing"], (False,)),
        ("boolean", ["present"], (MISSING,)),
        ("set", ["contains any of a, b, c", "contains d"], None),
    ],
)
def test_a_gap_has_a_witness(kind: str, cells: list[str], witness: tuple[Looked, ...] | None) -> None:
    """The very value that no row decides; between whole numbers there is none."""
    assert proof_of(table_of([kind], [[cell] for cell in cells])).gap == witness


def test_a_table_with_otherwise_has_no_gap() -> None:
    """What falls to `otherwise` is decided."""
    assert proof_of(table_of(["boolean"], [["yes"]], complete=False)).gap is None


def test_many_rows_are_proved() -> None:
    """Three hundred rows over six columns: each of 3 x 3 x 3 x 3 x 2 x 2 values but one is decided."""
    values = list(product(*([["red", "green", "blue"]] * 4), *([["yes", "no"]] * 2)))
    kinds = ["choice"] * 4 + ["boolean"] * 2
    table = table_of(kinds, [list(row) for row in values[:-1]])

    assert len(table.rows) > 300
    assert proof_of(table) == Proof(("blue",) * 4 + (False, False), (), ())


def test_nothing_covers_where_there_are_no_rows() -> None:
    """Without rows any values are a witness."""
    table = table_of(["boolean"], [["yes"], ["no"]])

    assert uncovered((), 0) == ()
    assert proof_of(table).gap is None


RULES = (MINI / "rules" / "rules.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("| small | small        ||", "| small | missing      ||"),
            "table 'pool' has no row where place.market is small",
        ),
        (
            ("| small | small        ||", "| small | any          ||"),
            "rows 'deep' and 'small' both match where place.market is deep",
        ),
    ],
)
def test_check_proves_what_no_guide_runs_into(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    """A pack whose published places are all decided is told of the values that wouldn't be."""
    place = (
        (MINI / "facts/places/port-ellen.yaml").read_text("utf-8").replace("market: small", "market: deep")
    )
    rules = RULES.replace(*change)
    assert rules != RULES
    pack = write_pack(tmp_path / "pack", {"rules/rules.yaml": rules, "facts/places/port-ellen.yaml": place})
    done = run("--pack", str(pack), "check")

    assert done.code == 1
    assert said in done.err
