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
    from guidegen.scaffold.plan import carry_out
    from guidegen.scaffold.starter import plan_starter

    put("".join(f"{path}\n" for path in carry_out(plan_starter(Path(folder)), Path(folder))).encode())
    complain(f"a pack of its own: see {folder}/README.md for what to do first")
