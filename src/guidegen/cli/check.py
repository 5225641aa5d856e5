"""`guidegen check`: everything that is wrong with a pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from guidegen.cli.console import complain, open_pack, put, report

if TYPE_CHECKING:
    from guidegen.problems import Problem


@click.command("check")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def command(pack_folder: str | None, format_: str) -> int:
    """Find everything that is wrong with the pack.

    Ends with 1 if there is a problem; warnings alone end with 0.

    \b
    guidegen check
    guidegen check --format json
    """
    from guidegen.check import check
    from guidegen.problems import Refused, errors, ordered

    try:
        problems = check(open_pack(pack_folder, or_shipped=True))
    except Refused as refused:
        if any(problem.kind == "no-pack" for problem in refused.problems):
            raise
        problems = ordered(refused.problems)
    if format_ == "json":
        put(_json(problems))
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
