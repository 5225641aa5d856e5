"""Runs commands as processes of their own: seconds from start to end, CPU, memory; and tables of that."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

MEGABYTES = 150  # what a process of a build may take
UNIT = 1 if sys.platform == "darwin" else 1024  # what the system counts memory in, in bytes
_SCRIPT = shutil.which("guidegen", path=str(Path(sys.executable).parent))
SPAWNED = Path(__file__).with_name("spawned.py")
GUIDEGEN = [_SCRIPT] if _SCRIPT else [sys.executable, "-m", "guidegen"]


class Run(NamedTuple):
    """What a process took: seconds on the clock and of CPU, and the memory of the largest in megabytes.

    CPU and memory are those of the process and of the children that it waited for.
    """

    wall: float
    cpu: float
    memory: float


def run(command: Sequence[str], log: Path) -> Run:
    """Run a command, what it says going to a file. What is not yet on the disk is written out first."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    result = log.with_suffix(".figures")
    os.sync()
    with log.open("wb") as output:
        subprocess.run(
            [sys.executable, "-I", "-S", str(SPAWNED), str(result), *command],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=True,
        )
    wall, cpu, memory, status = result.read_text("ascii").split()
    code = os.waitstatus_to_exitcode(int(status))
    if code:
        said = log.read_text("utf-8", errors="replace")[-2000:]
        raise SystemExit(f"this ended with {code}: {' '.join(command)}\n{said}")
    return Run(float(wall), float(cpu), int(memory) * UNIT / 1_000_000)


class Figures(NamedTuple):
    """What several runs of one command come to: medians, and the least that it took."""

    wall: float
    least: float
    cpu: float
    memory: float

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Figures:
        """The figures of some runs."""
        walls = [one.wall for one in runs]
        cpu, memory = median(one.cpu for one in runs), max(one.memory for one in runs)
        return cls(median(walls), min(walls), cpu, memory)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, its first column to the left and the others to the right."""
    lines = [list(header), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    shown = [
        "| "
        + " | ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths))
        )
        + " |"
        for line in lines
    ]
    rule = "|" + "|".join("-" * (width + 1) + (":" if column else "-") for column, width in enumerate(widths))
    return "\n".join([shown[0], f"{rule}|", *shown[1:], ""])


def seconds(value: float) -> str:
    """Seconds as a table shows them: three digits that mean something."""
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"
