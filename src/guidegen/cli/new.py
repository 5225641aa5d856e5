"""`guidegen new`: a commented draft of a city, a role or a locale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from guidegen.cli.console import complain, open_pack, put
from guidegen.cli.group import Group

if TYPE_CHECKING:
    from guidegen.pack import Pack
    from guidegen.scaffold.plan import Plan


@click.group("new", cls=Group)
def command() -> None:
    """Begin a city, a role or a locale: files with a comment for each thing to fill in, as drafts.

    \b
    guidegen new city NAME
    guidegen new role NAME
    guidegen new locale TAG
    """


_SLUG = click.option(
    "--slug", metavar="SLUG", default="", help="How files are named; else made from the name."
)


@command.command("city")
@click.argument("name")
@_SLUG
@click.pass_obj
def city(pack_folder: str | None, name: str, slug: str) -> None:
    """Begin a city: its facts, and its passages in each locale.

    \b
    guidegen new city NAME
    """
    _begin(pack_folder, "place", name, slug)


@command.command("role")
@click.argument("name")
@_SLUG
@click.pass_obj
def role(pack_folder: str | None, name: str, slug: str) -> None:
    """Begin a role: its facts, and its passages in each locale. Lists call it NAME, and --role finds it so.

    \b
    guidegen new role NAME
    """
    _begin(pack_folder, "role", name, slug)


def _begin(pack_folder: str | None, kind: str, name: str, slug: str) -> None:
    from guidegen.scaffold.owner import plan_owner

    pack = open_pack(pack_folder)
    _carry_out(plan_owner(pack, kind, name, slug), pack)


@command.command("locale")
@click.argument("tag")
@click.pass_obj
def locale(pack_folder: str | None, tag: str) -> None:
    """Begin a locale: its lines in pack.yaml, and a heading for every passage of the first locale.

    \b
    guidegen new locale TAG
    """
    from guidegen.scaffold.locale import plan_locale

    pack = open_pack(pack_folder)
    _carry_out(plan_locale(pack, tag), pack)


def _carry_out(plan: Plan, pack: Pack) -> None:
    """Write the files, name each on standard output, and say what comes next."""
    from guidegen.problems import Refused, errors
    from guidegen.scaffold.plan import carry_out

    if errors(pack.problems):
        raise Refused(pack.problems)
    put("".join(f"{path}\n" for path in carry_out(plan, pack.root)).encode())
    complain("fill them in; `guidegen check` says what is still missing")
