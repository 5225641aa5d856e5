"""Times the proofs about decision tables of several sizes, each in a process of its own, with its memory."""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

SIZES = [(rows, columns) for rows in (20, 100, 300, 1000) for columns in (3, 6, 10)]
SMOKE = [(20, 3), (300, 6)]
SHAPES = {
    "apart": "a table as people write it: the values cut in two again and again, a row for each part",
    "random": "cells at random, a third of them `any`: thousands of rows meet",
    "first": "the same cells under `hit: first`, where rows hide others",
}
WORDS = ("red", "green", "blue", "white", "black")
OUTCOMES = ("one", "two", "three")
UNIT = 1 if sys.platform == "darwin" else 1024  # what the system counts memory in, in bytes

Cells = list[list[str]]


def cut_apart(rows: int, columns: int, chance: random.Random) -> Cells:
    """Rows of which no two meet and that leave no gap."""
    whole: list[tuple[object, ...]] = [WORDS if index % 2 else (50, 200) for index in range(columns)]
    parts = [whole]
    while len(parts) < rows:
        number, index = chance.randrange(len(parts)), chance.randrange(columns)
        part = parts[number][index]
        if index % 2:
            words = chance.sample(part, len(part))
            middle = len(words) // 2
            halves = tuple(words[:middle]), tuple(words[middle:])
            fits = middle > 0
        else:
            low, high = part
            fits = high - low > 1
            middle = chance.randrange(low + 1, high) if fits else low
            halves = (low, middle), (middle, high)
        if fits:
            parts[number : number + 1] = [
                [*parts[number][:index], half, *parts[number][index + 1 :]] for half in halves
            ]
    chance.shuffle(parts)
    return [
        ["any" if one == all_ else _cell(one, index) for index, (one, all_) in enumerate(zip(part, whole))]
        for part in parts
    ]


def _cell(part: tuple[object, ...], index: int) -> str:
    if index % 2:
        return ", ".join(map(str, part))
    low, high = (Decimal(str(bound)) / 100 for bound in part)
    if high == 2:
        return f"at least {low}"
    return f"{low}..<{high}"


def at_random(rows: int, columns: int, chance: random.Random) -> Cells:
    """Choices and numbers in turn, a third of them `any`."""

    def cell(index: int) -> str:
        if chance.random() < 1 / 3:
            return "any"
        if index % 2:
            return ", ".join(chance.sample(WORDS, chance.choice((1, 1, 2))))
        low = chance.randrange(5, 18)
        return f"{low / 10}..<{(low + chance.randrange(1, 4)) / 10}"

    return [[cell(index) for index in range(columns)] for _ in range(rows)]


def prove_one(rows: int, columns: int, shape: str, seed: int) -> None:
    """Prove a table of a shape: numbers and choices in turn, three outcomes."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    from guidegen import schema
    from guidegen.rules.cells import parse_cell
    from guidegen.rules.proof import prove
    from guidegen.rules.table import Column, Row, Table
    from guidegen.source import Location

    chance = random.Random(seed)  # noqa: S311  # no secret: the same tables each time
    here = Location.of_file("rules/x.yaml")
    factor = schema.Number(low=Decimal("0.5"), high=Decimal(2))
    kinds = tuple(schema.Choice(WORDS) if index % 2 else factor for index in range(columns))
    cells = (cut_apart if shape == "apart" else at_random)(rows, columns, chance)
    made = tuple(
        Row(f"r{number}", tuple(map(parse_cell, row)), chance.choice(OUTCOMES), here, (), here)
        for number, row in enumerate(cells)
    )
    names = tuple(Column("c", here) for _ in kinds)
    hit = "first" if shape == "first" else "unique"
    table = Table("t", "", hit, names, made, "value", None, True, here, here)
    start = time.perf_counter()
    proof = prove(table, kinds, {})
    seconds = time.perf_counter() - start
    found = ["a gap" if proof.gap else "no gap"]
    found += [f"{len(proof.overlaps):,} overlaps"] if hit == "unique" else []
    found += [f"{len(proof.unreachable):,} rows unreachable"] if proof.unreachable else []
    print(f"{seconds:.3f} {', '.join(found)}")


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="two sizes: proves that it works")
    parser.add_argument("--one", nargs=3, metavar=("ROWS", "COLUMNS", "SHAPE"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        rows, columns, shape = asked.one
        prove_one(int(rows), int(columns), shape, seed=7)
        return
    for shape, what in SHAPES.items():
        print(f"{shape}: {what}")
        print(f"{'rows':>6}{'columns':>9}{'seconds':>10}{'memory':>10}   found")
        for rows, columns in SMOKE if asked.smoke else SIZES:
            measure(rows, columns, shape)
        print()


def measure(rows: int, columns: int, shape: str) -> None:
    """Print what one table takes, proved in a process of its own."""
    command = [sys.executable, __file__, "--one", str(rows), str(columns), shape]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    seconds, _, found = process.stdout.read().strip().partition(" ")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    megabytes = usage.ru_maxrss * UNIT / 1_000_000
    print(f"{rows:>6}{columns:>9}{seconds:>10}{megabytes:>7.0f} MB   {found}", flush=True)


if __name__ == "__main__":
    main()
