"""`guidegen impact`: what would change in the guides if facts did, or has since a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from guidegen.cli.causes import effect_json, effect_text
from guidegen.cli.console import complain, open_pack, put, report

if TYPE_CHECKING:
    from guidegen.between import Effect
    from guidegen.impact import Impact
    from guidegen.pack import Pack


@click.command("impact")
@click.argument("assignments", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--since", metavar="REV", default="", help="What has changed in the pack since this commit.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def command(pack_folder: str | None, assignments: tuple[str, ...], since: str, format_: str) -> None:
    """Show which lines of which guides would change, and to what, if facts did. Nothing is written.

    A KEY is as `guidegen list facts` shows it; a VALUE is written as in a facts file, `missing` takes the
    fact away. With --since, what has changed in the files of the pack, whatever the goldens say.

    \b
    guidegen impact CITY.NAME=VALUE
    guidegen impact --since HEAD
    """
    from guidegen.problems import refuse

    if bool(assignments) == bool(since):
        hint = "write KEY=VALUE for each fact, or --since REV for what has changed since a commit"
        message = "facts, or a commit: not both" if since else "there is nothing to suppose"
        raise refuse("impact", message, hint=hint)
    pack = open_pack(pack_folder, or_shipped=bool(assignments))
    found, effects = _since(pack, since) if since else _supposed(pack, assignments)
    if format_ == "json":
        _put_json(effects)
    else:
        put("".join(effect_text(effect, most=None) for effect in effects).encode())
    if found.problems:
        report(found.problems)
        complain("\nwhat can't be made then isn't shown")
    count = len(found.touched)
    complain(
        f"{count:,} guide{'s' * (count != 1)} would change" if count else "no published guide would change"
    )


def _supposed(pack: Pack, assignments: tuple[str, ...]) -> tuple[Impact, list[Effect]]:
    from guidegen.between import Between
    from guidegen.impact import effects_of, impact, supposed

    mixed, causes = supposed(pack, assignments)
    between = Between(pack, mixed, causes, "text")
    found = impact(pack, mixed, between)
    return found, effects_of(found, between)


def _since(pack: Pack, since: str) -> tuple[Impact, list[Effect]]:
    from guidegen.impact import effects_of, impact
    from guidegen.review import compared
    from guidegen.revision import commit_of

    with compared(pack, commit_of(pack.root, since), "text") as between:
        found = impact(between.old, pack, between)
        return found, effects_of(found, between)


def _put_json(effects: list[Effect]) -> None:
    import json

    rows = [effect_json(effect, "guides") for effect in effects]
    put((json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode())
