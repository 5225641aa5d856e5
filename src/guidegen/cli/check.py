"""`guidegen check`: everything that is wrong with a pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from guidegen.cli.annotations import annotation
from guidegen.cli.complete import complete_city, complete_folder
from guidegen.cli.console import complain, counted, find_pack, put, report
from guidegen.cli.covered import awaited, covered
from guidegen.cli.named import day_named
from guidegen.cli.witnessed import refuse_witness_in, witnessed

if TYPE_CHECKING:
    from guidegen.problems import Problem


@click.command("check")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How problems are written out; github marks them in a pull request.",
)
@click.option("--today", metavar="DATE", help="The day to tell the age of facts by; else the machine's.")
@click.option("--coverage", is_flag=True, help="Also show which guides use each row, variant and passage.")
@click.option(
    "--readiness",
    metavar="PLACE",
    shell_complete=complete_city,
    help="Show instead which missing facts would let the guides of a place say more.",
)
@click.option(
    "--witness",
    metavar="DIR",
    shell_complete=complete_folder,
    help="Write a test place to DIR for each gap and overlap of a table.",
)
@click.pass_obj
def command(
    pack_folder: str | None,
    format_: str,
    today: str | None,
    coverage: bool,
    readiness: str | None,
    witness: str | None,
) -> int:
    """Find everything that is wrong with the pack.

    Ends with 1 if there is a problem; warnings alone end with 0.

    \b
    guidegen check
    guidegen check --format json
    guidegen check --today 2027-06-30
    guidegen check --coverage
    guidegen check --readiness NAME
    guidegen check --witness DIR
    """
    from time import strftime

    from guidegen.check import check
    from guidegen.pack import Pack
    from guidegen.problems import Refused, errors, ordered

    day = day_named(today) or strftime("%Y-%m-%d")
    root = find_pack(pack_folder, or_shipped=True)
    if readiness is not None:
        _refuse_readiness_with(format_, coverage=coverage, witness=witness is not None)
        put(awaited(root, readiness, format_))
        return 0
    if witness is not None:
        refuse_witness_in(witness, root)
    pack = None
    try:
        pack = Pack(root)
        problems = check(pack, day)
    except Refused as refused:
        problems = ordered(refused.problems)
    if witness is not None:
        paths = witnessed(pack, problems, witness)
        if format_ == "text" and not coverage:
            put(paths.encode())
        elif paths:
            complain(paths)  # standard output is for programs then
    if coverage:
        put(covered(pack, format_))
        format_ = "text" if format_ == "json" else format_
    if format_ == "json":
        put(_json(problems))
    elif format_ == "github":
        put("".join(annotation(problem, root) for problem in problems).encode())
        complain(counted(problems))
    elif problems:
        report(problems)
    else:
        complain("no problems")
    return 1 if errors(problems) else 0


def _refuse_readiness_with(format_: str, *, coverage: bool, witness: bool) -> None:
    """Refuse what doesn't go with `--readiness`."""
    from guidegen.problems import refuse

    if witness:
        message = "--witness is about tables, --readiness about a place"
        raise refuse("option", message, hint="ask for one of them")
    if coverage:
        message = "--coverage is about all places, --readiness about one"
        raise refuse("option", message, hint="ask for one of them")
    if format_ == "github":
        message = "--format github marks problems, and --readiness shows none"
        raise refuse("option", message, hint="leave the format out, or write --format json")


def _json(problems: list[Problem]) -> bytes:
    import json

    rows = []
    for problem in problems:
        at = problem.location
        rows.append(
            {
                "kind": problem.kind,
                "warning": problem.warning,
                "message": problem.message,
                "hint": problem.hint,
                "file": at.path if at else None,
                "line": at.line if at else None,
                "column": at.column if at else None,
                "width": at.width if at else None,
            }
        )
    return (json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode()
