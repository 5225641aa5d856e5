"""Times whole guidegen processes against one that only imports Jinja2 and ruamel.yaml."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = shutil.which("guidegen", path=str(Path(sys.executable).parent))
GUIDEGEN = [SCRIPT] if SCRIPT else [sys.executable, "-m", "guidegen"]
REFERENCE = "import jinja2, ruamel.yaml"
RENDER = "guidegen render"
COMMANDS = {
    REFERENCE: [sys.executable, "-c", REFERENCE],
    RENDER: [*GUIDEGEN, "render", "--city", "gent", "--role", "backend"],
    "guidegen --help": [*GUIDEGEN, "--help"],
    "guidegen --version": [*GUIDEGEN, "--version"],
}
LIMITS = {RENDER: 2.0, "guidegen --help": 1.0, "guidegen --version": 1.0}  # times the reference
MEGABYTES = 60
UNIT = 1 if sys.platform == "darwin" else 1024  # what the system counts memory in, in bytes


class Run(NamedTuple):
    """What one process took: seconds from start to end, and memory at its peak in megabytes."""

    seconds: float
    megabytes: float


def run(command: list[str]) -> Run:
    """Run a command in the repository. Children may write bytecode, whatever this shell says of it."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"this ended with {process.returncode}: {' '.join(command)}")
    return Run(seconds, usage.ru_maxrss * UNIT / 1_000_000)


def measure(rounds: int) -> dict[str, list[Run]]:
    """Runs by command, all commands in turn; the round before them, which writes bytecode, isn't kept."""
    runs: dict[str, list[Run]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 1):
        for name, command in COMMANDS.items():
            done = run(command)
            if number:
                runs[name].append(done)
    return runs


def report(runs: dict[str, list[Run]]) -> list[str]:
    """Print the table; returns what is over its limit, by the medians."""
    over = []
    reference = [run.seconds for run in runs[REFERENCE]]
    print(f"{'':28}{'median':>10}{'ratio':>8}{'minimum':>12}{'ratio':>8}{'limit':>8}")
    for name, done in runs.items():
        seconds = [run.seconds for run in done]
        ratios = median(seconds) / median(reference), min(seconds) / min(reference)
        limit = LIMITS.get(name)
        print(
            f"{name:28}{median(seconds) * 1000:7.1f} ms{ratios[0]:8.2f}"
            f"{min(seconds) * 1000:9.1f} ms{ratios[1]:8.2f}{limit or '':>8}"
        )
        if limit and ratios[0] > limit:
            over.append(name)
    peak = max(run.megabytes for run in runs[RENDER])
    print(f"\nmemory of {RENDER} at its peak: {peak:.0f} MB (limit {MEGABYTES} MB)")
    return [*over, *(["memory"] if peak > MEGABYTES else [])]


def main() -> None:
    """Measure and report; only `--strict` turns a slow machine into a failure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20, metavar="N", help="how often each command is run")
    parser.add_argument("--smoke", action="store_true", help="run each twice: proves that it works")
    parser.add_argument("--strict", action="store_true", help="end with 1 if a limit is passed")
    asked = parser.parse_args()
    over = report(measure(2 if asked.smoke else max(1, asked.runs)))
    if over:
        print(f"over the limit: {', '.join(over)}")
    if over and asked.strict:
        sys.exit(1)


if __name__ == "__main__":
    main()
