"""`guidegen explain`: where each line of a guide comes from, why it isn't another, and who reads a fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from guidegen.cli.complete import complete_city, complete_locale, complete_role
from guidegen.cli.console import open_pack, put
from guidegen.cli.named import day_named, guide_named

if TYPE_CHECKING:
    from guidegen.compose import Composer
    from guidegen.guide import Guide


@click.command("explain")
@click.option("--city", metavar="NAME", shell_complete=complete_city, help="The place, by any of its names.")
@click.option("--role", metavar="NAME", shell_complete=complete_role, help="The role, by any of its names.")
@click.option(
    "--locale", metavar="TAG", shell_complete=complete_locale, help="The language; else the pack's first."
)
@click.option("--as-of", metavar="DATE", help="Read facts as of this day (2026-11-20); else the pack's.")
@click.option("--line", type=int, metavar="N", help="Only this line, counted as `render` prints them.")
@click.option("--grep", metavar="TEXT", help="Only lines with this text in them, in any case.")
@click.option("--why-not", metavar="PASSAGE", help="Why the guide doesn't say this, and what would make it.")
@click.option("--fact", metavar="KEY", help="Instead: every line of every published guide that reads it.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def command(pack_folder: str | None, /, **asked: Any) -> None:
    """Show where each line of a guide comes from.

    \b
    guidegen explain --city NAME --role NAME
    guidegen explain --city NAME --role NAME --grep TEXT
    guidegen explain --city NAME --role NAME --why-not PASSAGE
    guidegen explain --fact CITY.NAME

    Below each line stand its passages, the row of the table that chose each, formulas worked out, and
    facts with their sources. PASSAGE is named as there: guide.title, CITY:scene.
    """
    _check_together(asked)
    day = day_named(asked["as_of"])
    pack = open_pack(pack_folder, or_shipped=True)
    if asked["fact"] is not None:
        from guidegen.cli.readership import readership

        put(readership(pack, asked["fact"], day, asked["format_"]))
        return
    composer, guide = guide_named(pack, asked["city"], asked["role"], asked["locale"], day)
    if asked["why_not"] is not None:
        from guidegen.cli.absence import absence

        put(absence(composer, guide, asked["why_not"], asked["format_"]))
    else:
        put(_explained(composer, guide, asked))


def _check_together(asked: dict[str, Any]) -> None:
    """Refuse options that don't go together."""
    from guidegen.problems import refuse

    given = [f"--{name.replace('_', '-')}" for name, value in asked.items() if value is not None]
    if "--fact" in given:
        apart = ("--city", "--role", "--locale", "--line", "--grep", "--why-not")
        if other := next((name for name in given if name in apart), None):
            hint = "it asks all published guides: leave the other out"
            raise refuse("options", f"--fact and {other} don't go together", hint=hint)
        return
    for name in ("--city", "--role"):
        if name not in given:
            hint = "name a guide, as --city NAME --role NAME, or a fact, as --fact CITY.NAME"
            raise refuse("options", f"{name} is missing", hint=hint)
    narrowing = [name for name in given if name in ("--line", "--grep", "--why-not")]
    if len(narrowing) > 1:
        message = f"{narrowing[0]} and {narrowing[1]} don't go together"
        raise refuse("options", message, hint="give one of them")


def _explained(composer: Composer, guide: Guide, asked: dict[str, Any]) -> bytes:
    import json

    from guidegen.cli.reasons import Report, line_value
    from guidegen.explain import explain
    from guidegen.keys import visible_key
    from guidegen.problems import refuse

    lines = list(explain(composer, guide))
    number, text = asked["line"], asked["grep"]
    wanted = lines
    if number is not None:
        wanted = [line for line in lines if line.number == number]
        if not wanted:
            hint = f"it has {len(lines)} lines: --line 1 to --line {len(lines)}"
            raise refuse("line", f"the guide has no line {number}", hint=hint)
    elif text is not None:
        wanted = [line for line in lines if text.casefold() in line.text.casefold()]
        if not wanted:
            hint = "`guidegen render` prints the guide; text is found in any case, but letter by letter"
            raise refuse("grep", f"no line has '{visible_key(text)}' in it", hint=hint)
    if asked["format_"] == "json":
        values = [line_value(line) for line in wanted]
        return (json.dumps(values, ensure_ascii=False, indent=2) + "\n").encode()
    report = Report(guide.locale, in_full=wanted is not lines)
    digits = len(str(wanted[-1].number)) if wanted else 1
    return ("".join(report.line(line, digits) for line in wanted) + report.ending()).encode()
