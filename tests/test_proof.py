"""Law 6: what proofs say of a table holds by brute force on every small domain."""

from decimal import Decimal
from itertools import chain, combinations, product, repeat
from pathlib import Path
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import MINI, run, write_pack
from guidegen import schema
from guidegen.lookup import MISSING, Read
from guidegen.problems import Refused
from guidegen.rules.atoms import cut
from guidegen.rules.cells import Absent, Cell, Looked, Present, matches, parse_cell
from guidegen.rules.cover import uncovered, uncovered_by_apart
from guidegen.rules.idle import idle_columns
from guidegen.rules.proof import Proof, prove
from guidegen.rules.table import Column, Row, Table, decide
from guidegen.source import Location
from guidegen.values import Entries, Fact, Provenance

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
    "set": [frozenset(keys) for keys in chain.from_iterable(combinations(KEYS, n) for n in range(5))],
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
    outcomes: list[str | None] | None = None,
    otherwise: str | None = None,
) -> Table:
    made, assumed = (
        tuple(
            Row(f"r{number}", tuple(map(parse_cell, cells)), outcome, HERE, (HERE,) * len(cells), HERE)
            for number, (cells, outcome) in enumerate(zip(stated, outcomes or repeat("x")))
        )
        for stated in (rows, impossible or [])
    )
    columns = tuple(Column(kind, HERE) for kind in kinds)
    return Table("t", "", hit, columns, made, "passage", otherwise, complete, HERE, HERE, assumed)


def kinds_of(table: Table) -> tuple[schema.Type, ...]:
    return tuple(KINDS[column.name] for column in table.columns)


def proof_of(table: Table) -> Proof:
    return prove(table, kinds_of(table), TERMS)


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


def outcome(table: Table, values: tuple[Looked, ...]) -> tuple[str, ...] | None:
    """What a guide would say, by the very function that decides for guides; None if it is refused."""
    stated = iter(
        Entries(Fact(key, key, HERE, Provenance()) for key in value)
        if isinstance(value, frozenset)
        else value
        for value in values
    )
    try:
        decision = decide(table, lambda name: Read(name, name, next(stated)))
    except Refused:
        return None
    return tuple(said for _, said in decision.outcomes)


def make_no_difference(table: Table, columns: tuple[int, ...]) -> bool:
    """Whether all values that differ in these columns alone come to the same."""
    found: dict[tuple[Looked, ...], set[tuple[str, ...] | None]] = {}
    for values in everything(table):
        others = tuple(value for index, value in enumerate(values) if index not in columns)
        found.setdefault(others, set()).add(outcome(table, values))
    return all(len(outcomes) == 1 for outcomes in found.values())


@st.composite
def tables(draw: st.DrawFn) -> Table:
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=3))
    row = st.tuples(*(st.sampled_from(CELLS[kind]) for kind in kinds)).map(list)
    rows = draw(st.lists(row, min_size=1, max_size=6))
    outcomes = draw(st.lists(st.sampled_from(["x", "y", None]), min_size=len(rows), max_size=len(rows)))
    return table_of(
        kinds,
        rows,
        draw(st.sampled_from(["unique", "first", "collect"])),
        complete=draw(st.booleans()),
        impossible=draw(st.lists(row, max_size=2)),
        outcomes=outcomes,
        otherwise=draw(st.sampled_from(["x", None])),
    )


@given(table=tables())
@settings(max_examples=400)
def test_proofs_hold_by_brute_force(table: Table) -> None:
    """Gaps, overlaps and unreachable rows are exactly those that going through all values finds."""
    proof = proof_of(table)
    decided = {values: matching(table, values) for values in everything(table)}

    assert (proof.gap is not None) == (table.is_complete and any(not rows for rows in decided.values()))
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


HALVES = {
    "boolean": ["yes", "no"],
    "choice": ["red", "not red"],
    "whole": ["at most 3", "over 3"],
    "open": ["under 1", "at least 1"],
    "set": ["missing", "present"],
}


@st.composite
def grids(draw: st.DrawFn) -> Table:
    """Tables whose rows don't meet: most have no gap, and some a column that tells nothing apart."""
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=3))
    rows = [list(row) for row in product(*(HALVES[kind] for kind in kinds))]
    outcomes = draw(st.lists(st.sampled_from(["x", "x", "y", None]), min_size=len(rows), max_size=len(rows)))
    kept = draw(st.integers(max(1, len(rows) - 2), len(rows)))
    return table_of(
        kinds,
        rows[:kept],
        draw(st.sampled_from(["unique", "first", "collect"])),
        complete=draw(st.booleans()),
        impossible=draw(st.lists(st.sampled_from(rows), max_size=2)),
        outcomes=outcomes,
        otherwise=draw(st.sampled_from(["x", None])),
    )


@given(table=st.one_of(tables(), grids()))
@settings(max_examples=300)
def test_idle_columns_by_brute_force(table: Table) -> None:
    """A guide would say the same without the columns that are named, and not without one more."""
    idle = idle_columns(table, cut(table, kinds_of(table), TERMS))

    assert make_no_difference(table, idle)
    for index in set(range(len(table.columns))) - set(idle):
        assert not make_no_difference(table, (*idle, index))
    proof = proof_of(table)
    assert proof.idle == (() if proof.gap or proof.overlaps else idle)


@given(table=tables())
@settings(max_examples=400)
def test_duplicate_rows_by_brute_force(table: Table) -> None:
    """A duplicate is a row that matches what an earlier one does; the first such is named."""
    seen: dict[object, int] = {}
    expected = []
    spoken = table._replace(rows=(*table.rows, *table.impossible), impossible=())
    values = everything(spoken)
    for number, row in enumerate(table.rows):
        matched = frozenset(
            index for index, found in enumerate(values) if all(map(matches, row.cells, found))
        )
        same = (matched, row.outcome if table.hit == "collect" else "")
        if matched and seen.setdefault(same, number) != number:
            expected.append((seen[same], number))

    assert list(proof_of(table).duplicates) == expected


@given(table=tables())
@settings(max_examples=200)
def test_counting_finds_what_searching_finds(table: Table) -> None:
    """Of rows that don't meet, those left uncovered can be counted."""
    columns = cut(table._replace(impossible=()), kinds_of(table), TERMS)
    everywhere = [column.within() for column in columns]
    apart: list[int] = []
    for row in range(len(table.rows)):
        if not any(all(found.of(row) & found.of(other) for found, _ in everywhere) for other in apart):
            apart.append(row)
    counted = uncovered_by_apart(everywhere, apart)

    assert (counted is None) == (uncovered(everywhere, sum(1 << row for row in apart)) is None)
    assert counted is None or not set(matching(table, counted)) & {*apart}


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
        ("set", ["contains any of a, b, c", "contains d"], (frozenset(),)),
        ("set", ["contains any of a, b", "contains d"], (frozenset("c"),)),
        ("set", ["contains any of a, b", "present"], (MISSING,)),
        ("set", ["contains any of a, b", "any"], None),
        ("set", ["contains any of a, b", "missing"], (frozenset("c"),)),
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
    assert proof_of(table) == Proof(("blue",) * 4 + (False, False), (), (), (), ())


MANY = {"keys": [f"k{number}" for number in range(60)]}


@pytest.mark.parametrize("hit", ["unique", "first", "collect"])
@pytest.mark.parametrize("last", ["any", "contains any of k0, k1, k2"])
def test_what_is_too_large_to_enumerate_is_proved(hit: str, last: str) -> None:
    """Sixty keys have 2^60 lists, next to six columns more; the gap is found, or that there is none."""
    kinds = ["set", "whole", "open", "choice", "choice", "boolean", "set"]
    rows = [[f"contains k{number}", "any", "any", "not blue", "any", "any", "any"] for number in range(60)]
    rows += [["any", "any", "any", "blue", "any", "any", "contains any of k3, k4, k5"]]
    rows += [["any", "over 2", "any", "any", "any", "any", last], ["any", "at most 2", *["any"] * 4, last]]
    table = table_of(kinds, rows, hit)
    proof = prove(table, kinds_of(table), MANY)

    assert (proof.gap is None) == (last == "any")
    assert proof.gap is None or matching(table, proof.gap) == []
    assert (len(proof.overlaps) > 60 * 59 / 2) == (hit == "unique")
    for first, second, witness in proof.overlaps:
        assert {first, second} <= set(matching(table, witness))
    assert proof.unreachable == ()


def test_a_list_of_none_of_sixty_keys_is_decided_too() -> None:
    """A row for lists with any key leaves the empty list to the last; a row for all leaves it nothing."""
    cells = [f"contains k{number}" for number in range(60)]
    every = f"contains any of {', '.join(MANY['keys'])}"

    def unreachable(*more: str) -> tuple[int, ...]:
        return prove(
            table_of(["set"], [[cell] for cell in (*cells, *more)], "first"), (SET,), MANY
        ).unreachable

    assert unreachable("any") == ()
    assert unreachable(every, "any") == (60,)
    assert unreachable("any", every) == (61,)


def test_nothing_is_claimed_of_columns_that_take_too_long() -> None:
    """Whether the second column matters would take 2^60 lists to know; a column of `any` never does."""
    rows = [[f"contains k{number}", "red", "any"] for number in range(60)] + [["any", "any", "any"]]
    table = table_of(["set", "choice", "boolean"], rows, "first")

    assert proof_of(table_of(["set", "choice", "boolean"], [["any"] * 3], "first")).idle == (0, 1, 2)
    assert prove(table, kinds_of(table), MANY).idle == (2,)


def test_many_rows_that_meet_are_proved() -> None:
    """Three hundred rows over six columns of numbers, each cut by most of them, in next to no time."""
    chance = Random(7)  # noqa: S311  # the same table each time

    def cell() -> str:
        low = chance.randrange(51, 199)
        high = min(200, low + chance.randrange(1, 60))
        over, under = f"over {Decimal(low) / 100}", f"under {Decimal(low) / 100}"
        return chance.choice(["any", over, under, f"{Decimal(low) / 100}..<{Decimal(high) / 100}"])

    table = table_of(["open"] * 6, [[cell() for _ in range(6)] for _ in range(300)], "first")
    start = process_time()
    proof = proof_of(table)

    assert process_time() - start < 5
    assert proof.gap is None or matching(table, proof.gap) == []
    assert proof.unreachable


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
