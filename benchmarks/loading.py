"""What loading 500 place files costs: as our facts, checked and with positions, beside their events alone."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from matrix import prepared
from measured import GUIDEGEN, run, table

PLACES = 500
TIMES, UNCHANGED = 1.5, 0.05  # limits: times the events alone; seconds
EVENTS, OURS, SECOND, NOTHING = (
    "events of the C parser alone",
    "our facts, checked, with positions",
    "build of what is unchanged",
    "guidegen --version",
)


def events(pack: Path) -> Callable[[], int]:
    """Reads each file and goes through its events; gives how many files there were."""
    from _ruamel_yaml import CParser

    def read() -> int:
        files = 0
        for path in pack.glob("facts/places/*.yaml"):
            parser = CParser(path.read_bytes().decode("utf-8"))
            while parser.check_event():
                parser.get_event()
            files += 1
        return files

    return read


def ours(pack: Path) -> Callable[[], int]:
    """Reads each place as a guide would; what all places need (pack.yaml, vocabularies) is loaded before."""
    from guidegen.pack import Pack

    loaded = Pack(pack)
    assert loaded.facts.vocabularies
    country = next(
        path.stem for path in pack.glob("facts/places/*.yaml") if "country" in path.read_text("utf-8")
    )
    loaded.facts.owner("place", country)  # what the first file of all costs is the libraries' loading

    def read() -> int:
        slugs = loaded.facts.slugs("place")
        places = [loaded.facts.owner("place", slug) for slug in slugs]
        if loaded.facts.problems:
            raise SystemExit(str(loaded.facts.problems[0]))
        return sum(place is not None for place in places)

    return read


def one(what: str, pack: Path) -> None:
    """Read everything once, and print seconds and files."""
    read = {"events": events, "ours": ours}[what](pack)
    start = time.perf_counter()
    files = read()
    print(time.perf_counter() - start, files)


def measured(pack: Path, what: str) -> float:
    """Seconds that one reading takes in a process of its own."""
    command = [sys.executable, __file__, "--one", what, str(pack)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    spent, files = done.stdout.split()
    assert int(files) >= PLACES
    return float(spent)


def main() -> None:
    """Measure in turn, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=7, metavar="N")
    parser.add_argument("--one", nargs=2, metavar=("WHAT", "PACK"), help="read once, and print seconds")
    parser.add_argument("--smoke", action="store_true", help="each once: that it works at all")
    asked = parser.parse_args()
    if asked.one:
        one(asked.one[0], Path(asked.one[1]))
        return
    taken: dict[str, list[float]] = {name: [] for name in (EVENTS, OURS, SECOND, NOTHING)}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        pack = prepared(work / "matrix", PLACES, 1, None, documents=False).pack
        lines = [path.read_text("utf-8").count("\n") for path in pack.glob("facts/places/place-*.yaml")]
        build = [*GUIDEGEN, "--pack", str(pack), "build", "-o", str(work / "out"), "--quiet"]
        run(build, work / "log")
        for _ in range(1 if asked.smoke else asked.reps):
            taken[EVENTS].append(measured(pack, "events"))
            taken[OURS].append(measured(pack, "ours"))
            taken[SECOND].append(run(build, work / "log").wall)
            taken[NOTHING].append(run([*GUIDEGEN, "--version"], work / "log").wall)
    print(f"{PLACES} place files of {sum(lines) / len(lines):.0f} lines\n")
    rows = (
        [name, f"{1000 * median(walls):.1f}", f"{1000 * min(walls):.1f}"] for name, walls in taken.items()
    )
    print(table(("", "ms", "least"), rows))
    times = median(mine / alone for mine, alone in zip(taken[OURS], taken[EVENTS]))
    said = "kept" if times <= TIMES else "NOT KEPT"
    print(f"ours: {times:.2f} × the events alone (at most {TIMES}): {said}")
    more = median(two - none for two, none in zip(taken[SECOND], taken[NOTHING]))
    said = "kept" if more <= UNCHANGED else "NOT KEPT"
    print(f"unchanged: {more:.3f} s more than a process that does nothing (at most {UNCHANGED} s): {said}")


if __name__ == "__main__":
    main()
