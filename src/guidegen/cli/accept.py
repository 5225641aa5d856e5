"""`guidegen accept`: the goldens become what the pack renders now."""

from __future__ import annotations

import os

import click

from guidegen.cli.complete import complete_selector
from guidegen.cli.console import complain, open_pack, put
from guidegen.cli.diff import shown


@click.command("accept")
@click.argument("selectors", nargs=-1, metavar="[SELECTOR]...", shell_complete=complete_selector)
@click.pass_obj
def command(pack_folder: str | None, selectors: tuple[str, ...]) -> int:
    """Make the goldens what the pack renders now, and show each difference that is accepted.

    A golden whose guide is gone is deleted. Refuses where CI is set: a machine accepts nothing.

    \b
    guidegen accept city:NAME
    guidegen accept
    """
    from guidegen.golden import Difference, accept, differences
    from guidegen.problems import Problem, Refused, refuse
    from guidegen.select import parse_selectors

    if os.environ.get("CI", "").lower() not in ("", "0", "false", "no"):
        raise refuse(
            "ci",
            "goldens aren't accepted where CI is set",
            hint="run `guidegen accept` yourself, read what it shows, and commit the goldens",
        )
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
