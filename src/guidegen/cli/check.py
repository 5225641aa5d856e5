"""`guidegen check`: everything that is wrong with a pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from guidegen.cli.annotations import annotation
from guidegen.cli.console import complain, counted, find_pack, put, report

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
@click.pass_obj
def command(pack_folder: str | None, format_: str) -> int:
    """Find everything that is wrong with the pack.

    Ends with 1 if there is a problem; warnings alone end with 0.

    \b
    guidegen check
    guidegen check --format json
    """
    from guidegen.check import check
    from guidegen.pack import Pack
    from guidegen.problems import Refused, errors, ordered

    root = find_pack(pack_folder, or_shipped=True)
    try:
        problems = check(Pack(root))
    except Refused as refused:
        problems = ordered(refused.problems)
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
