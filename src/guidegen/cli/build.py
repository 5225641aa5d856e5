"""`guidegen build`: all guides into a folder or a table, those that changed and no others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from guidegen.cli.complete import complete_folder, complete_formats, complete_selector, complete_word
from guidegen.cli.console import find_pack, keep_out_of_pack, put, report
from guidegen.cli.progress import Watch

if TYPE_CHECKING:
    from guidegen.build.outcome import Names, Outcome
    from guidegen.build.wanted import Wanted

_NAMED_AT_MOST = 12


@click.command("build")
@click.argument("selectors", nargs=-1, metavar="[SELECTOR]...", shell_complete=complete_selector)
@click.option(
    "-o", "output", metavar="DIR", shell_complete=complete_folder, help="The folder: a file for each guide."
)
@click.option(
    "--sink",
    metavar="KIND:FILE",
    shell_complete=complete_word(("sqlite:", "parquet:")),
    help="One file for all instead: sqlite:FILE or parquet:FILE.",
)
@click.option(
    "--format",
    "format_",
    metavar="FORMAT,...",
    shell_complete=complete_formats,
    help="text (without this option), markdown, html, json; several with commas.",
)
@click.option(
    "--site", is_flag=True, help="A site instead: a page for each guide, and pages that lead to them."
)
@click.option("--as-of", metavar="DATE", help="Read facts as of this day (2026-11-20); else the pack's.")
@click.option("--jobs", metavar="N", help="How many processes make guides; else as many as pay.")
@click.option(
    "--executor",
    metavar="NAME",
    default="",
    shell_complete=complete_word(("threads", "processes", "dask:")),
    help="Who makes guides: threads, processes, or a cluster's workers, dask:ADDRESS.",
)
@click.option("--explain", is_flag=True, help="Say of each guide that is made why it is.")
@click.option("--verify", is_flag=True, help="Read every output again; don't trust sizes and times.")
@click.option("--quiet", is_flag=True, help="Say nothing but what is wrong.")
@click.pass_obj
def command(
    pack_folder: str | None,
    selectors: tuple[str, ...],
    output: str | None,
    sink: str | None,
    format_: str | None,
    site: bool,
    as_of: str | None,
    jobs: str | None,
    executor: str,
    explain: bool,
    verify: bool,
    quiet: bool,
) -> int:
    """Make all published guides, or those selected: LOCALE/CITY/ROLE.txt in the folder.

    Only what changed is made: a guide whose facts, passages or rules aren't what it read, or whose output
    was edited or is gone. What is no guide any more is removed, unless somebody edited it; files that
    guidegen didn't write are left alone. A guide that can't be made doesn't keep the others from it: what
    was there of it stays, problems are told at the end, and the exit code is 1.

    \b
    guidegen build -o DIR
    guidegen build -o DIR city:NAME --format text,html
    guidegen build -o DIR --site
    guidegen build -o DIR --explain
    guidegen build --sink sqlite:guides.db

    A SELECTOR is city:NAME, role:NAME, locale:TAG, or `changed`: what differs from its golden.
    """
    from guidegen.build.wanted import Wanted

    root = find_pack(pack_folder)
    formats = _formats(format_, sink, site=site)
    wanted = Wanted(formats, _day(as_of), selectors, _jobs(jobs), _executor(executor), verify)
    watch = Watch(explain=explain, quiet=quiet)
    try:
        outcome = _built(root, output, sink, wanted, watch)
    finally:
        watch.ended()
    if not quiet:
        put(_summary(outcome, sink).encode())
    if not outcome.is_fine:
        from guidegen.problems import ordered

        report(ordered(outcome.problems()))
        return 1
    return 0


def _built(root: Path, output: str | None, sink: str | None, wanted: Wanted, watch: Watch) -> Outcome:
    if output is not None and sink is None:
        from guidegen.build.run import build

        keep_out_of_pack(Path(output), root)
        return build(root, Path(output), wanted, watch)
    if sink is not None and output is None:
        from guidegen.build.tabled import build_table

        return build_table(root, sink, wanted, watch)
    from guidegen.problems import refuse

    message = "where to? a folder or a table" + (", not both" if output is not None else "")
    raise refuse("output", message, hint="write -o DIR, or --sink sqlite:FILE for one file with all guides")


def _formats(text: str | None, sink: str | None, *, site: bool) -> tuple[str, ...]:
    """The formats that are named, each once. Raises `Refused` for one that is none."""
    if site:
        from guidegen.build.work import SITE
        from guidegen.problems import refuse

        if text is not None or sink is not None:
            message = f"a site is built without {'--format' if text is not None else '--sink'}"
            raise refuse(
                "site", message, hint="write --site -o DIR, and build other formats into another folder"
            )
        return (SITE,)
    if text is None:
        return ("text",)
    from guidegen.settings import FORMATS

    named = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in named:
        if name not in FORMATS:
            from guidegen.keys import visible_key
            from guidegen.problems import refuse, suggest

            hint = suggest(name, FORMATS)
            raise refuse("unknown-format", f"unknown format '{visible_key(name)}'", hint=hint)
    return named


def _day(text: str | None) -> str:
    if text is None:
        return ""
    from guidegen.cli.named import day_named

    return day_named(text)


def _jobs(text: str | None) -> int:
    """How many processes are asked for; 0 if that isn't said. Raises `Refused`."""
    if text is None:
        return 0
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= _MOST_JOBS:
        from guidegen.keys import visible_key
        from guidegen.problems import refuse

        hint = f"write how many may work at once, 1 to {_MOST_JOBS:,}: --jobs 2"
        raise refuse("jobs", f"'{visible_key(text)}' is no number of processes", hint=hint)
    return int(text)


def _executor(name: str) -> str:
    if name:
        from guidegen.build.workers import check_executor

        check_executor(name)
    return name


def _summary(outcome: Outcome, sink: str | None) -> str:
    """What came of a build, in lines."""
    if outcome.is_current:
        return f"{sink} is up to date\n"
    counts = {
        "made": outcome.made,
        "unchanged": outcome.unchanged,
        "removed": outcome.removed,
        "failed": outcome.failed,
    }
    said = ", ".join(f"{what} {count:,}" for what, count in counts.items())
    lines = [said]
    if outcome.late:
        lines.append(f"out of date, and not selected: {_counted(outcome.late, 'guide')}")
    if outcome.stale.count:
        lines.append(f"stale, because they can't be made now: {_named(outcome.stale)}")
    if outcome.kept.count:
        lines.append(f"of no guide any more, and kept because somebody edited them: {_named(outcome.kept)}")
    return "".join(f"{line}\n" for line in lines)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _named(names: Names) -> str:
    shown = names.first[:_NAMED_AT_MOST]
    more = names.count - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


_MOST_JOBS = 1000
