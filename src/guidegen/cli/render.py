"""`guidegen render`: one guide to standard output or a file."""

from __future__ import annotations

from pathlib import Path

import click

from guidegen.cli.complete import (
    complete_city,
    complete_file,
    complete_format,
    complete_locale,
    complete_role,
)
from guidegen.cli.console import keep_out_of_pack, open_pack, put
from guidegen.cli.named import day_named, guide_named


@click.command("render")
@click.option(
    "--city",
    required=True,
    metavar="NAME",
    shell_complete=complete_city,
    help="The place, by any of its names, in any case.",
)
@click.option(
    "--role",
    required=True,
    metavar="NAME",
    shell_complete=complete_role,
    help="The role, by any of its names.",
)
@click.option(
    "--locale", metavar="TAG", shell_complete=complete_locale, help="The language; else the pack's first."
)
@click.option(
    "--format",
    "format_",
    metavar="text|markdown|html|json",
    default="text",
    show_default=True,
    shell_complete=complete_format,
    help="How the guide is written out.",
)
@click.option("--as-of", metavar="DATE", help="Read facts as of this day (2026-11-20); else the pack's.")
@click.option(
    "-o", "output", metavar="FILE", shell_complete=complete_file, help="Write to a file, whole or not at all."
)
@click.option("--open", "opened", is_flag=True, help="Show the page in the browser; with --format html.")
@click.pass_obj
def command(
    pack_folder: str | None,
    city: str,
    role: str,
    locale: str | None,
    format_: str,
    as_of: str | None,
    output: str | None,
    opened: bool,
) -> None:
    """Make one guide.

    \b
    guidegen render --city NAME --role NAME
    guidegen render --city NAME --role NAME --format html --open
    guidegen render --city NAME --role NAME --format json -o guide.json
    """
    from guidegen.files import write
    from guidegen.formats import rendered
    from guidegen.problems import refuse, suggest
    from guidegen.settings import FORMATS

    if format_ not in FORMATS:
        raise refuse("unknown-format", f"unknown format '{format_}'", hint=suggest(format_, FORMATS))
    if opened and format_ != "html":
        raise refuse("open", "the browser shows pages", hint="write --format html --open")
    day = day_named(as_of)
    pack = open_pack(pack_folder, or_shipped=True)
    _, guide = guide_named(pack, city, role, locale, day)
    data = rendered(guide, pack.settings.layout, format_)
    if output is not None:
        keep_out_of_pack(Path(output), pack.root)
        write(Path(output), data)
    elif not opened:
        put(data)
    if opened:
        from guidegen.cli.browser import show_page

        show_page(data, Path(output) if output else None, f"{guide.place}-{guide.role}-{guide.locale}.html")
