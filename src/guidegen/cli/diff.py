"""`guidegen diff`: goldens against what the pack renders now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from guidegen.cli.complete import complete_selector
from guidegen.cli.console import colours, complain, open_pack, put

if TYPE_CHECKING:
    from guidegen.golden import Difference

_WORDS = {
    "missing": "has no golden yet",
    "changed": "differs from its golden",
    "orphan": "is a golden without a guide",
    "stray": "is no golden and doesn't belong here",
}
_COLOURS = {"-": "red", "+": "green", "@": "cyan"}


@click.command("diff")
@click.argument("selectors", nargs=-1, metavar="[SELECTOR]...", shell_complete=complete_selector)
@click.pass_obj
def command(pack_folder: str | None, selectors: tuple[str, ...]) -> int:
    """Compare the goldens with what the pack renders now.

    Goldens that are missing, changed or without a guide all count: the exit code is 1 then.

    \b
    guidegen diff
    guidegen diff city:NAME,NAME role:NAME
    """
    from guidegen.golden import differences
    from guidegen.select import parse_selectors

    pack = open_pack(pack_folder)
    found = list(differences(pack, parse_selectors(selectors, pack)))
    for difference in found:
        put(shown(difference).encode())
    count = len(found)
    complain(f"{count} difference{'s' * (count != 1)}" if count else "no differences")
    return 1 if count else 0


def shown(difference: Difference) -> str:
    """A difference as a heading and a unified diff."""
    lines = [f"{difference.path} {_WORDS[difference.kind]}"]
    if difference.kind in ("missing", "changed"):
        lines += _unified(difference)
    if colours():
        lines = [click.style(lines[0], bold=True), *map(_coloured, lines[1:])]
    return "\n".join(lines) + "\n\n"


def _unified(difference: Difference) -> Iterator[str]:
    import difflib

    from guidegen.problems import visible

    was, now = (_lines(difference.was), _lines(difference.now))
    if was == now:
        yield "  only line endings or the end of the file differ"
    before = f"a/{difference.path}" if difference.was is not None else "/dev/null"
    for line in difflib.unified_diff(was, now, before, f"b/{difference.path}", n=1, lineterm=""):
        yield visible(line)


def _lines(data: bytes | None) -> list[str]:
    lines = (data or b"").decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _coloured(line: str) -> str:
    return click.style(line, fg=_COLOURS.get(line[:1]))
