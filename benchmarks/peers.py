"""Our build beside other ways to make the same documents, in one run: wall, CPU, memory, rate, ratios."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from matrix import KIT, different, prepared, program
from measured import GUIDEGEN, MEGABYTES, run, seconds, table

HERE = Path(__file__).resolve().parent
OURS = {"guidegen": "1", "guidegen, 2 procs": "2"}  # what it is called in the table, and --jobs
JINJA, WRITING, HUGO = "Jinja2 raw", "floor Python os.write", "Hugo pages"
NEEDS_NODE = ("node literal", "RosaeNLG", "RosaeNLG, filter off", "Eleventy Nunjucks", "Eleventy 11ty.js")
NEEDS_LITTLE = (  # of the kit's ways, those that work with no more installed than guidegen itself
    "floor C, 1 proc|floor C, 2 procs|floor Python os.write|floor Python open()|floor Python, 2 procs|"
    "f-string|string.Template|Jinja2 raw|Jinja2 raw, 2 procs"
)


class Row(NamedTuple):
    """What one way took, by repetition; `failed` says why there are no figures. Memory in megabytes.

    `same` says whether its documents are the right ones.
    """

    walls: list[float]
    cpu: float = 0
    memory: float = 0
    failed: str = ""
    same: str = "same"


class Promise(NamedTuple):
    """What is promised of a way at some number of guides: at most a multiple of another's time."""

    fewest: int
    most: int
    way: str
    other: str
    limit: float

    def said(self) -> str:
        """The promise in words."""
        if self.other == HUGO:
            return f"{self.way}: at least {1 / self.limit:.0f} × the rate of {self.other}"
        return f"{self.way}: at most {self.limit} × the time of {self.other}"


ONE, TWO = OURS
PROMISES = (
    Promise(1, 999, ONE, JINJA, 1.5),
    Promise(1_000, 99_999, ONE, JINJA, 0.5),
    Promise(1_000, 99_999, TWO, JINJA, 0.35),
    Promise(1_000, 99_999, ONE, WRITING, 1.6),
    Promise(1_000, 99_999, TWO, HUGO, 1 / 5),
    Promise(100_000, 10**9, TWO, HUGO, 1 / 8),
)


def build_command(guidegen: Sequence[str], pack: Path, out: str, jobs: str) -> list[str]:
    """The command that builds a pack into a new folder."""
    return [*guidegen, "--pack", str(pack), "build", "-o", out, "--quiet", "--jobs", jobs]


# -- with the kit


def beside_the_kit(asked: argparse.Namespace, work: Path, kit: Path) -> dict[str, Row]:
    """Run the kit, and our build as one more of its ways."""
    matrix = prepared(work / "matrix", asked.cities, asked.roles, kit)
    python, only, skip = _set_up(asked)
    figures = work / "figures.json"
    command = [str(python), str(kit / "run.py"), "--work", str(asked.work), "--outroot", str(work), "--keep"]
    command += ["--cities", str(asked.cities), "--roles", str(asked.roles), "--reps", str(asked.reps)]
    command += ["--json", str(figures), "--timeout", str(asked.timeout)]
    command += [*(["--only", only] if only else []), *(["--skip", skip] if skip else [])]
    for name, jobs in OURS.items():
        # The kit makes {out} and looks into it; a build wants a folder of its own, so it gets one beside.
        build = build_command(asked.guidegen, matrix.pack, f"{{out}}.{jobs}", jobs)
        if any(" " in word for word in build):
            raise SystemExit(f"the kit can't run a command with a blank in a word: {build}")
        command += ["--extra", f"{name}={' '.join(build)}"]
    run(build_command(asked.guidegen, matrix.pack, str(work / "first"), "1"), work / "log")  # leaves bytecode
    shown = None if asked.verbose else subprocess.DEVNULL
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, env=env, stdout=shown)
    rows = {name: _row(row) for name, row in json.loads(figures.read_bytes())["rows"].items()}
    for name, jobs in OURS.items():
        if rows[name].walls:
            _check(name, next(work.glob(f"out-*/0-*.{jobs}")), matrix.documents)
            rows[name] = rows[name]._replace(same="same")
    return rows


def _row(row: dict[str, Any]) -> Row:
    """What the kit says of one way; its memory is in MiB."""
    if row.get("failed") or "walls" not in row:
        return Row([], failed=row.get("failed") or "not run")
    return Row(row["walls"], row["cpu"], row["rss"] * 1.048576, "", row["bytes"].partition(" ")[0].lower())


def _set_up(asked: argparse.Namespace) -> tuple[Path, str, str]:
    """The Python that runs the kit, and which of its ways to run or leave out, by what is installed."""
    python = asked.work / "venv" / "bin" / "python"
    ours = "|".join(OURS)
    only, skip = f"{asked.only}|{ours}" if asked.only else "", asked.skip
    if not python.exists():
        print(f"no {python}: only what needs nothing installed is run (see the kit's README)\n")
        return Path(sys.executable), only or f"{NEEDS_LITTLE}|{ours}", skip
    if not (asked.work / "node" / "node_modules").exists():
        print("no node/node_modules in the work folder: what needs Node.js is left out\n")
        skip = "|".join([*([skip] if skip else []), *NEEDS_NODE])
    return python, only, skip


def _check(name: str, out: Path, documents: Path) -> None:
    """A figure counts only if the documents are the right ones."""
    if found := different(documents, out):
        raise SystemExit(f"{name} doesn't build the documents: {found} (look into {out})")


# -- without it


def on_our_own(asked: argparse.Namespace, work: Path) -> dict[str, Row]:
    """Measure our build beside Jinja2 in a loop, and beside writing the same bytes, on our own data."""
    matrix = prepared(work / "matrix", asked.cities, asked.roles, None)
    raw, packed = HERE / "raw.py", work / "matrix" / "blob"
    program(raw, "blob", matrix.documents, packed)
    python = sys.executable
    ways = {
        WRITING: [python, str(raw), "bytes", str(packed), "{out}"],
        JINJA: [python, str(raw), "jinja", str(matrix.data), "{out}"],
        f"{JINJA}, 2 procs": [python, str(raw), "jinja", str(matrix.data), "{out}", "2"],
        **{name: build_command(asked.guidegen, matrix.pack, "{out}", jobs) for name, jobs in OURS.items()},
    }
    ways = {name: way for name, way in ways.items() if _is_wanted(name, asked)}
    run(build_command(asked.guidegen, matrix.pack, str(work / "first"), "1"), work / "log")  # leaves bytecode
    runs: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ways}
    for number in range(asked.reps):
        for index, (name, way) in enumerate(ways.items()):
            out = work / "out" / f"{number}-{index}"
            out.parent.mkdir(exist_ok=True)
            done = run([word.replace("{out}", str(out)) for word in way], work / "log")
            runs[name].append(done[:3])
            if not number and name in OURS:
                _check(name, out, matrix.documents)
    return {
        name: Row([one[0] for one in taken], median(one[1] for one in taken), max(one[2] for one in taken))
        for name, taken in runs.items()
    }


def _is_wanted(name: str, asked: argparse.Namespace) -> bool:
    return (not asked.only or name in (*asked.only.split("|"), *OURS)) and name not in asked.skip.split("|")


# -- the table


def ratio(rows: dict[str, Row], name: str, other: str) -> float | None:
    """How many times as long one took as another, of runs that lie close in time; None without figures."""
    if not (rows.get(name) and rows.get(other)):
        return None
    pairs = list(zip(rows[name].walls, rows[other].walls))
    return median(one / two for one, two in pairs) if pairs else None


def report(rows: dict[str, Row], guides: int) -> str:
    """The table, and what becomes of the promises."""
    others = [JINJA, WRITING, HUGO]
    header = [
        "",
        "wall s",
        "least",
        "CPU s",
        "MB",
        "documents/s",
        *(f"× {other}" for other in others),
        "bytes",
    ]
    lines = []
    for name, row in rows.items():
        if not row.walls:
            lines.append([name, row.failed or "not run", *[""] * (len(header) - 2)])
            continue
        ratios = [ratio(rows, name, other) for other in others]
        figures = [seconds(median(row.walls)), seconds(min(row.walls)), seconds(row.cpu), f"{row.memory:.0f}"]
        rate = f"{guides / median(row.walls):,.0f}"
        lines.append([name, *figures, rate, *(f"{one:.2f}" if one else "" for one in ratios), row.same])
    kept = [table(header, lines)]
    for promise in PROMISES:
        found = ratio(rows, promise.way, promise.other)
        if found and promise.fewest <= guides <= promise.most:
            verdict = "kept" if found <= promise.limit else "NOT KEPT"
            shown = f"{1 / found:.1f}" if promise.other == HUGO else f"{found:.2f}"
            kept.append(f"{promise.said()}: {shown}, {verdict}")
    large = (name for name in OURS if name in rows and rows[name].memory > MEGABYTES)
    kept += (f"{name}: {rows[name].memory:.0f} MB, more than {MEGABYTES}: NOT KEPT" for name in large)
    return "\n".join(kept)


def main() -> None:
    """Read the command line, run everything, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=500, metavar="N")
    parser.add_argument("--roles", type=int, default=20, metavar="N")
    parser.add_argument("--reps", type=int, default=3, metavar="N", help="how often each is run")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(tempfile.gettempdir()) / "guide-bench",
        metavar="DIR",
        help="where everything is made; the kit's venv and node are looked for here",
    )
    parser.add_argument("--only", default="", metavar="'A|B'", help="beside ours, run only these")
    parser.add_argument("--skip", default="", metavar="'A|B'", help="leave these out")
    parser.add_argument("--timeout", type=float, default=300, metavar="S", help="for each of the kit's runs")
    parser.add_argument("--kit", type=Path, default=KIT, metavar="DIR", help="where the peers' kit is")
    parser.add_argument("--own", action="store_true", help="don't use the kit")
    parser.add_argument(
        "--guidegen", type=shlex.split, default=GUIDEGEN, metavar="COMMAND", help="what to measure"
    )
    parser.add_argument("--keep", action="store_true", help="leave what was made in the work folder")
    parser.add_argument("--verbose", action="store_true", help="show what the kit says")
    parser.add_argument("--smoke", action="store_true", help="100 guides once, without the kit")
    asked = parser.parse_args()
    if asked.smoke:
        asked.cities, asked.roles, asked.reps, asked.own = 10, 10, 1, True
    asked.work = asked.work.resolve()
    asked.work.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="peers-", dir=asked.work))
    try:
        if asked.own or not (asked.kit / "run.py").exists():
            rows = on_our_own(asked, work)
        else:
            # The kit writes templates and layouts into its own folder, which may be shared: a copy.
            kit = shutil.copytree(asked.kit, work / "kit", copy_function=shutil.copyfile)
            rows = beside_the_kit(asked, work, kit)
        guides = asked.cities * asked.roles
        print(f"{guides:,} guides ({asked.cities:,} × {asked.roles}), {asked.reps} times, medians\n")
        print(report(rows, guides))
    finally:
        if not asked.keep:
            shutil.rmtree(work)


if __name__ == "__main__":
    main()
