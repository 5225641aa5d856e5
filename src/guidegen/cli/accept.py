"""`guidegen accept`: the goldens become what the pack renders now; translations are in step again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from guidegen.cli.complete import complete_locale, complete_selector
from guidegen.cli.console import colours, complain, open_pack, put
from guidegen.cli.diff import shown

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from guidegen.followed import Standing
    from guidegen.snippets import Passage

_WORDS = {
    "stale": "translates an earlier text of its source",
    "unfollowed": "isn't accepted yet",
    "gone": "is no passage of the source language any more",
}


def _complete(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Selectors; after --translation nothing, for what to accept is read first."""
    return [] if ctx.params.get("translation") else complete_selector(ctx, param, typed)


@click.command("accept")
@click.argument("selectors", nargs=-1, metavar="[SELECTOR]...", shell_complete=_complete)
@click.option(
    "--translation",
    metavar="LOCALE",
    shell_complete=complete_locale,
    help="Accept translations instead: of the passages that are named, else of all that need it.",
)
@click.pass_obj
def command(pack_folder: str | None, selectors: tuple[str, ...], translation: str | None) -> int:
    """Make the goldens what the pack renders now, and show each difference that is accepted.

    A golden whose guide is gone is deleted. Refuses where CI is set: a machine accepts nothing.

    \b
    guidegen accept city:NAME
    guidegen accept
    guidegen accept --translation LOCALE
    guidegen accept --translation LOCALE PASSAGE

    With --translation, shows passages beside their source, and notes that they are written for what it
    says now. A PASSAGE is named as in the origins of a guide: guide.title, CITY:scene. No golden changes.
    """
    _keep_machines_out("goldens" if translation is None else "translations")
    if translation is None:
        return _accept_goldens(pack_folder, selectors)
    return _accept_translations(pack_folder, translation, selectors)


def _keep_machines_out(what: str) -> None:
    """Refuse where CI is set."""
    from guidegen.problems import refuse

    if os.environ.get("CI", "").lower() not in ("", "0", "false", "no"):
        raise refuse(
            "ci",
            f"{what} aren't accepted where CI is set",
            hint="run `guidegen accept` yourself, read what it shows, and commit the goldens"
            if what == "goldens"
            else "run it yourself, read what it shows, and commit what it writes",
        )


def _accept_goldens(pack_folder: str | None, selectors: tuple[str, ...]) -> int:
    from guidegen.golden import Difference, accept, differences
    from guidegen.problems import Problem, Refused
    from guidegen.select import parse_selectors

    pack = open_pack(pack_folder)
    found = list(differences(pack, parse_selectors(selectors, pack)))
    accepted: list[Difference] = []
    left: list[Problem] = []
    for difference in found:
        try:
            accept(pack, difference)
            accepted.append(difference)
        except Refused as refused:
            left += refused.problems
    put("".join(map(shown, accepted)).encode())
    complain(f"accepted {len(accepted)}" if found else "nothing to accept")
    if left:
        raise Refused(left)
    return 0


def _accept_translations(pack_folder: str | None, locale: str, ids: tuple[str, ...]) -> int:
    from guidegen.followed import follow, to_accept

    pack = open_pack(pack_folder)
    found = to_accept(pack, locale, ids)
    follow(pack, locale, found)
    put("".join(map(_beside_its_source, found)).encode())
    complain(f"accepted {len(found)}" if found else "nothing to accept")
    return 0


def _beside_its_source(one: Standing) -> str:
    """A passage's text below that of its source."""
    heading = f"{one.id} {_WORDS[one.kind]}"
    lines = [click.style(heading, bold=True) if colours() else heading]
    for passage in one.passages or ():
        lines += _text_of(passage)
    return "\n".join(lines) + "\n\n"


def _text_of(passage: Passage) -> list[str]:
    from guidegen.problems import visible

    place = f"{passage.location.path}:{passage.location.line}"
    return [
        click.style(place, fg="cyan") if colours() else place,
        *(f"  {visible(line)}" for line in passage.text.split("\n")),
    ]
