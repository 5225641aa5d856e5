"""`guidegen schema`: JSON Schema of a pack's files and of guides."""

from __future__ import annotations

import json
from pathlib import Path

import click

from guidegen.cli.complete import complete_folder, complete_schema
from guidegen.cli.console import complain, keep_out_of_pack, open_pack, put


@click.command("schema")
@click.argument("kind", metavar="KIND", required=False, shell_complete=complete_schema)
@click.option(
    "-o",
    "output",
    metavar="DIR",
    shell_complete=complete_folder,
    help="Write DIR/KIND.json instead, in place of what was written there before.",
)
@click.pass_obj
def command(pack_folder: str | None, kind: str | None, output: str | None) -> None:
    """Print JSON Schema, from the definitions that the files are read by.

    KIND is pack, place, role, pair, vocabulary, rules, outline, site, or guide (what `render --format json`
    prints); without it, all of them by name.

    \b
    guidegen schema -o schema
    guidegen schema place > place.schema.json
    """
    from guidegen.editor import KINDS, schema_file, schema_of
    from guidegen.problems import Refused, errors, refuse, suggest

    if kind is not None and kind not in KINDS:
        raise refuse("unknown-schema", f"unknown kind of file '{kind}'", hint=suggest(kind, KINDS))
    if output == "":
        raise refuse("output", "the folder after -o has no name", hint="name one, or leave -o out")
    pack = open_pack(pack_folder, or_shipped=True)
    if errors(pack.problems):
        raise Refused(pack.problems)
    if output is not None:
        kinds = (kind,) if kind else KINDS
        _save({Path(output) / f"{name}.json": schema_file(name, pack) for name in kinds}, pack.root)
        return
    made = schema_of(kind, pack) if kind else {name: schema_of(name, pack) for name in KINDS}
    put((json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode())


def _save(schemas: dict[Path, bytes], root: Path) -> None:
    """Write the files, and name those that changed; none if one of them isn't ours to replace."""
    from guidegen.files import write
    from guidegen.problems import Problem, Refused
    from guidegen.source import Location

    for path in schemas:
        keep_out_of_pack(path, root)
    foreign = [
        Problem(
            "file-exists",
            "this file is there already, and `guidegen schema` didn't make it",
            Location.of_file(path.as_posix()),
            "rename it, or write to another folder",
        )
        for path in schemas
        if not _is_ours(path)
    ]
    if foreign:
        raise Refused(foreign)
    written = [path for path, data in schemas.items() if write(path, data)]
    put("".join(f"{path.as_posix()}\n" for path in written).encode())
    if not written:
        complain("nothing to write: the files are up to date")


def _is_ours(path: Path) -> bool:
    """Whether a schema may be written here: nothing is, or a file that says it was made by us."""
    try:
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and "`guidegen schema`" in str(found.get("$comment"))
