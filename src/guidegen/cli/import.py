"""`guidegen import`: one more document into a pack."""
# ruff: noqa: N999  # a command's module has its name; it is imported by that name, as a text

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from guidegen.cli.complete import complete_city, complete_file, complete_locale, complete_role
from guidegen.cli.console import complain, open_pack, put

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guidegen.learn.imported import Imported
    from guidegen.pack import Pack
    from guidegen.problems import Problem
    from guidegen.scaffold.plan import Plan


@click.command("import")
@click.argument("document", metavar="DOC", shell_complete=complete_file)
@click.option(
    "--city", metavar="NAME", default="", shell_complete=complete_city, help="Which place it is about."
)
@click.option(
    "--role", metavar="NAME", default="", shell_complete=complete_role, help="Which role it is about."
)
@click.option(
    "--locale",
    metavar="TAG",
    default="",
    shell_complete=complete_locale,
    help="Its language; else the one of the pack that fits best.",
)
@click.option("--dry-run", "dry", is_flag=True, help="Show what would be written, and write nothing.")
@click.pass_obj
def command(pack_folder: str | None, document: str, city: str, role: str, locale: str, dry: bool) -> int:
    """Read one more document into the pack.

    DOC is a guide as text, of the kind that the pack makes. Its place becomes a draft: its facts and its own
    passages are read from it. What the pack has already is compared and never changed. Listed, line by line,
    is what the pack would say otherwise: the exit code is 1 then.

    \b
    guidegen import guide.txt --dry-run
    guidegen import guide.txt
    guidegen import guide.txt --city NAME --locale nl
    """
    from guidegen.files import read_document as bytes_of
    from guidegen.learn.compared import outcome
    from guidegen.learn.segment import read_document
    from guidegen.scaffold.plan import carry_out

    pack = open_pack(pack_folder)
    read = read_document(document, bytes_of(Path(document)))
    found = outcome(pack, read, city=city, role=role, locale=locale)
    if dry:
        put("".join(_diff(found.placed.plan, pack)).encode())
    else:
        put("".join(f"{path}\n" for path in carry_out(found.placed.plan, pack.root)).encode())
    _list(found.differing, found.read)
    return 1 if found.differing else 0


def _diff(plan: Plan, pack: Pack) -> Iterator[str]:
    """The files of a plan as a unified diff."""
    import difflib

    from guidegen.problems import visible

    for path, data in {**plan.new, **plan.gaining}.items():
        was = (pack.root / path).read_text("utf-8") if path in plan.gaining else ""
        before = f"a/{path}" if path in plan.gaining else "/dev/null"
        now = data.decode().replace("\r\n", "\n")
        lines = difflib.unified_diff(was.splitlines(), now.splitlines(), before, f"b/{path}", lineterm="")
        yield from (f"{visible(line)}\n" for line in lines)


def _list(found: Sequence[Problem], one: Imported) -> None:
    """Say what doesn't fit, on standard output, and what the document leaves open."""
    from guidegen.cli.console import counted
    from guidegen.problems import SHOWN_AT_MOST, show

    shown = "\n\n".join(show(problem) for problem in found[:SHOWN_AT_MOST])
    more = f"\n\n… and {len(found) - SHOWN_AT_MOST} more" if len(found) > SHOWN_AT_MOST else ""
    put(f"{shown}{more}\n".encode() if found else b"")
    for name, what in one.supposed.items():
        complain(f"supposed: {name} is {what}")
    for name, why in one.found.unread.items():
        complain(f"not readable back: {name} ({why})")
    if untold := one.untold():
        complain(f"not shown in the document: {', '.join(untold)}")
    guide = f"{one.locale}/{one.before.place.slug}/{one.before.role.slug}"
    if found:
        complain(f"{guide}: {counted(found)}")
    else:
        complain(f"{guide} is {one.document.path}, byte for byte")
