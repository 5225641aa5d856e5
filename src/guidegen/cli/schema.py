"""`guidegen schema`: JSON Schema of a pack's files and of guides."""

from __future__ import annotations

import click

from guidegen.cli.console import open_pack, put


@click.command("schema")
@click.argument("kind", metavar="KIND", required=False)
@click.pass_obj
def command(pack_folder: str | None, kind: str | None) -> None:
    """Print JSON Schema, from the definitions that the files are read by.

    KIND is pack, place, role, pair, vocabulary, rules, outline, or guide (what `render --format json`
    prints); without it, all of them by name.

    \b
    guidegen schema place > place.schema.json
    """
    import json

    from guidegen.editor import KINDS, schema_of
    from guidegen.problems import Refused, errors, refuse, suggest

    if kind is not None and kind not in KINDS:
        raise refuse("unknown-schema", f"unknown kind of file '{kind}'", hint=suggest(kind, KINDS))
    pack = open_pack(pack_folder, or_shipped=True)
    if errors(pack.problems):
        raise Refused(pack.problems)
    made = schema_of(kind, pack) if kind else {name: schema_of(name, pack) for name in KINDS}
    put((json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode())
