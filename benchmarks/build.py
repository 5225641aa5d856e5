"""Times `guidegen build`: into new folders and SQLite, and again after nothing, little or much changed."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from kit_pack import LOCALE
from matrix import KIT, Matrix, different, prepared
from measured import GUIDEGEN, MEGABYTES, Figures, Run, run, seconds, table

ROLES = 20
FOLDERS = (100, 10_000, 100_000)
DATABASE = 1_000_000
NOTHING, ONE_FACTOR = "no-op, outputs checked", "one place's factor changed"
LIMITS = {(10_000, NOTHING): 0.15, (100_000, NOTHING): 1.0, (10_000, ONE_FACTOR): 0.4}  # seconds
SAME_RATE = 1.3  # a guide at 100,000 takes at most this much longer than one at 10,000
FRESH = "new folder"
Snapshot = dict[str, tuple[int, int]]


class Case(NamedTuple):
    """One case at one size: its runs, how many guides the last of them wrote, and how many it should."""

    guides: int
    name: str
    runs: list[Run]
    written: int
    wanted: int


class Bench(NamedTuple):
    """What all cases of one size share."""

    guidegen: Sequence[str]
    matrix: Matrix
    guides: int
    work: Path

    def build(self, out: Path, *options: str) -> Run:
        """Build the pack into a folder, in a process of its own."""
        pack = str(self.matrix.pack)
        command = [*self.guidegen, "--pack", pack, "build", "-o", str(out), "--quiet", *options]
        return run(command, self.work / "log")


# -- what was written, and edits of the pack


def snapshot(out: Path) -> Snapshot:
    """Every guide's file with its inode and time: one that was written has another of either."""
    found = {}
    for folder in os.scandir(out / LOCALE) if (out / LOCALE).exists() else ():
        for file in os.scandir(folder):
            stated = file.stat()
            found[file.path] = stated.st_ino, stated.st_mtime_ns
    return found


def written(before: Snapshot, after: Snapshot) -> int:
    """How many files are new, or were written again."""
    return sum(before.get(path) != stated for path, stated in after.items())


def edit(path: Path, change: Callable[[str], str]) -> None:
    """Change a file of the pack as an editor would; nothing is measured where nothing changes."""
    text = path.read_text("utf-8")
    changed = change(text)
    if changed == text:
        raise SystemExit(f"{path}: the edit changes nothing")
    path.write_text(changed, encoding="utf-8")


def another_factor(text: str) -> str:
    """The facts of a place with another factor."""
    old = re.search(r"^factor:\n  value: (.*)$", text, re.MULTILINE)
    assert old
    new = "1.07" if old[1] != "1.07" else "1.08"
    return text[: old.start(1)] + new + text[old.end(1) :]


def another_title(text: str) -> str:
    """The shared passages with another title: every guide says it."""
    return re.sub(r"^(## guide\.title\n.*)$", r"\1, again", text, count=1, flags=re.MULTILINE)


def more(text: str) -> str:
    """A file of passages whose last one says a little more."""
    return f"{text.rstrip()} And so on.\n"


def out_of_memory(root: Path) -> None:
    """Put a folder's files out of the system's memory, so that they are read from the disk again."""
    if not hasattr(os, "posix_fadvise"):
        return
    os.sync()
    for path in root.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)


# -- cases


def fresh_cases(bench: Bench, reps: int) -> Iterator[Case]:
    """Builds into new folders: the pack read from the disk, or from memory with one process and with two."""
    for name, options, is_cold in (
        (f"{FRESH}, pack not in memory", ["--jobs", "1"], True),
        (f"{FRESH}, 1 process", ["--jobs", "1"], False),
        (f"{FRESH}, 2 processes", ["--jobs", "2"], False),
    ):
        runs = []
        for number in range(1 if is_cold else reps):
            if is_cold:
                out_of_memory(bench.matrix.pack)
            out = bench.work / f"{len(name)}-{number}"
            runs.append(bench.build(out, *options))
        if found := different(bench.matrix.documents, out):
            raise SystemExit(f"{name}: {found}")
        yield Case(bench.guides, name, runs, len(snapshot(out)), bench.guides)


def later_cases(bench: Bench, reps: int) -> Iterator[Case]:
    """Builds into a folder that was built before, after nothing, little or much has changed."""
    out, pack = bench.work / "again", bench.matrix.pack
    place = min(path.name for path in (out / LOCALE).iterdir())
    facts = pack / "facts" / "places" / f"{place}.yaml"
    scene = pack / "snippets" / LOCALE / "places" / f"{place}.md"
    shared = pack / "snippets" / LOCALE / "guide.md"
    guide = out / LOCALE / place / f"{min(path.stem for path in (out / LOCALE / place).iterdir())}.txt"
    comment = "# looked at once more\n"

    def nothing() -> None:
        pass

    cases: list[tuple[str, Callable[[], None], int, list[str]]] = [
        (NOTHING, nothing, 0, []),
        ("no-op, every byte checked", nothing, 0, ["--verify"]),
        ("a comment added", lambda: edit(facts, lambda text: f"{text}{comment}"), 0, []),
        (ONE_FACTOR, lambda: edit(facts, another_factor), ROLES, []),
        ("one place's prose edited", lambda: edit(scene, more), ROLES, []),
        ("one output deleted", guide.unlink, 1, []),
        ("a shared passage edited", lambda: edit(shared, another_title), bench.guides, []),
    ]
    for name, change, wanted, options in cases:
        runs = []
        for _ in range(reps):
            before = snapshot(out)
            change()
            runs.append(bench.build(out, *options))
            count = written(before, snapshot(out))
        yield Case(bench.guides, name, runs, count, wanted)


def database_case(bench: Bench) -> Case:
    """One build into a database."""
    file = bench.work / "guides.db"
    pack = str(bench.matrix.pack)
    command = [*bench.guidegen, "--pack", pack, "build", "--sink", f"sqlite:{file}", "--quiet"]
    done = run(command, bench.work / "log")
    with closing(sqlite3.connect(file)) as database:
        ((count,),) = database.execute("SELECT count(*) FROM guides").fetchall()
    return Case(bench.guides, "new SQLite file", [done], count, bench.guides)


# -- the report


def rows(cases: Sequence[Case]) -> Iterator[list[str]]:
    """A line of the table for each case."""
    for case in cases:
        figures = Figures.of(case.runs)
        limit = LIMITS.get((case.guides, case.name))
        yield [
            case.name,
            f"{case.guides:,}",
            seconds(figures.wall),
            seconds(figures.least),
            seconds(figures.cpu),
            f"{figures.memory:.0f}",
            f"{case.written:,}",
            f"{case.written / figures.wall:,.0f}" if case.written else "",
            f"{limit} s: {'kept' if figures.wall <= limit else 'NOT KEPT'}" if limit else "",
        ]


def verdicts(cases: Sequence[Case]) -> Iterator[str]:
    """What becomes of the promises that no one line shows."""
    for case in cases:
        if case.written != case.wanted:
            yield f"{case.guides:,}, {case.name}: {case.written:,} written, not {case.wanted:,}: NOT KEPT"
    each = {
        case.guides: Figures.of(case.runs).wall / case.guides
        for case in cases
        if case.name == f"{FRESH}, 1 process"
    }
    if {10_000, 100_000} <= each.keys():
        found = each[100_000] / each[10_000]
        verdict = "kept" if found <= SAME_RATE else "NOT KEPT"
        yield f"a guide at 100,000 takes {found:.2f} × as long as at 10,000 (at most {SAME_RATE}): {verdict}"
    most = max(one.memory for case in cases for one in case.runs)
    verdict = "kept" if most <= MEGABYTES else "NOT KEPT"
    yield f"memory of the largest process: {most:.0f} MB (at most {MEGABYTES}): {verdict}"


HEADER = ("case", "guides", "wall s", "least", "CPU s", "MB", "written", "written/s", "limit")


def sized(asked: argparse.Namespace, work: Path, guides: int, *, database: bool) -> list[Case]:
    """All cases of one size; what they leave behind is removed by the caller, all at once."""
    kit = None if asked.own or not (asked.kit / "make_data.py").exists() else work / "kit"
    if kit and not kit.exists():
        shutil.copytree(asked.kit, kit, copy_function=shutil.copyfile)
    inner = work / f"{guides}{'-db' if database else ''}"
    matrix = prepared(inner, max(1, guides // ROLES), ROLES, kit, documents=not database)
    bench = Bench(asked.guidegen, matrix, guides, inner)
    if database:
        return [database_case(bench)]
    bench.build(inner / "again")  # isn't counted: it also leaves bytecode on the disk
    reps = asked.reps if guides < 100_000 else min(asked.reps, 2)
    return [*fresh_cases(bench, reps), *later_cases(bench, reps)]


def main() -> None:
    """Read the command line, measure each size, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sizes", default=",".join(map(str, FOLDERS)), metavar="N,N", help="guides, in folders"
    )
    parser.add_argument(
        "--database", type=int, default=DATABASE, metavar="N", help="guides, in SQLite; 0: none"
    )
    parser.add_argument(
        "--reps", type=int, default=5, metavar="N", help="how often each is run; large ones twice"
    )
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()), metavar="DIR")
    parser.add_argument(
        "--kit", type=Path, default=KIT, metavar="DIR", help="whose data to use, if it is there"
    )
    parser.add_argument("--own", action="store_true", help="use our own data")
    parser.add_argument(
        "--guidegen", type=shlex.split, default=GUIDEGEN, metavar="COMMAND", help="what to measure"
    )
    parser.add_argument("--keep", action="store_true", help="leave what was made")
    parser.add_argument(
        "--smoke", action="store_true", help="100 guides, each case once: that it works at all"
    )
    asked = parser.parse_args()
    if asked.smoke:
        asked.sizes, asked.database, asked.reps, asked.own = "100", 100, 1, True
    work = Path(tempfile.mkdtemp(prefix="build-", dir=asked.work))
    try:
        cases = []
        for size in map(int, filter(None, asked.sizes.split(","))):
            cases += sized(asked, work, size, database=False)
        if asked.database:
            cases += sized(asked, work, asked.database, database=True)
        print(table(HEADER, rows(cases)))
        print("\n".join(verdicts(cases)))
    finally:
        if not asked.keep:
            shutil.rmtree(work)


if __name__ == "__main__":
    main()
