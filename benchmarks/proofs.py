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
WORDS = ("red", "green", "blue", "white", "black")
UNIT = 1 if sys.platform == "darwin" else 1024  # what the system counts memory in, in bytes


def prove_one(rows: int, columns: int, seed: int) -> None:
    """Prove a table of random cells: choices and numbers in turn, a third of them `any`."""
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

    def cell(index: int) -> str:
        if chance.random() < 1 / 3:
            return "any"
        if index % 2:
            return ", ".join(chance.sample(WORDS, chance.choice((1, 1, 2))))
        low = chance.randrange(5, 18)
        return f"{low / 10}..<{(low + chance.randrange(1, 4)) / 10}"

    made = tuple(
        Row(f"r{number}", tuple(parse_cell(cell(index)) for index in range(columns)), "x", here, (), here)
        for number in range(rows)
    )
    table = Table(
        "t", "", "unique", tuple(Column("c", here) for _ in kinds), made, "value", None, True, here, here
    )
    start = time.perf_counter()
    proof = prove(table, kinds, {})
    seconds = time.perf_counter() - start
    print(f"{seconds:.3f} {'a gap' if proof.gap else 'no gap'} {len(proof.overlaps)}")


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="two sizes: proves that it works")
    parser.add_argument("--one", nargs=2, type=int, metavar=("ROWS", "COLUMNS"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        prove_one(*asked.one, seed=7)
        return
    print(f"{'rows':>6}{'columns':>9}{'seconds':>10}{'memory':>10}   found")
    for rows, columns in SMOKE if asked.smoke else SIZES:
        command = [sys.executable, __file__, "--one", str(rows), str(columns)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        seconds, *found = process.stdout.read().split(" ", 1)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        megabytes = usage.ru_maxrss * UNIT / 1_000_000
        gap, _, overlaps = "".join(found).strip().rpartition(" ")
        print(f"{rows:>6}{columns:>9}{seconds:>10}{megabytes:>7.0f} MB   {gap}, {overlaps} overlaps")


if __name__ == "__main__":
    main()
