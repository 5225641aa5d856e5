"""`guidegen init`: a new pack, the smallest that is complete."""

from __future__ import annotations

from pathlib import Path

import click

from guidegen.cli.console import complain, put


@click.command("init")
@click.argument("folder", metavar="DIR")
@click.pass_obj
def command(pack_folder: str | None, folder: str) -> None:
    """Begin a pack in a new or empty folder: one invented place and role, which render.

    \b
    guidegen init DIR
    """
    import shlex

    from guidegen.problems import refuse
    from guidegen.scaffold.plan import carry_out
    from guidegen.scaffold.starter import first_guide, plan_starter

    if not folder:
        raise refuse("folder", "the folder's name is empty", hint="for the folder you are in, write a dot")
    put("".join(f"{path}\n" for path in carry_out(plan_starter(Path(folder)), Path(folder))).encode())
    first = first_guide()
    complain("a pack of its own, all of it invented for you to replace; README.md says how. Next:")
    if Path(folder).resolve() != Path.cwd():
        complain(f"  cd {shlex.quote(f'./{folder}' if folder.startswith('-') else folder)}")
    complain(f"  guidegen render --city {first.place} --role {first.role}")
