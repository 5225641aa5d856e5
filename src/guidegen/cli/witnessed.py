"""What `guidegen check --witness` writes, and what it says about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from guidegen.cli.console import complain, keep_out_of_pack

if TYPE_CHECKING:
    from guidegen.pack import Pack
    from guidegen.problems import Problem


def refuse_witness_in(folder: str, root: Path) -> None:
    """Raise `Refused` for a folder that has no name, or that is part of the pack."""
    from guidegen.problems import refuse

    if not folder:
        raise refuse("output", "the folder after --witness has no name", hint="name one, or leave it out")
    keep_out_of_pack(Path(folder), root)


def witnessed(pack: Pack | None, problems: list[Problem], folder: str) -> str:
    """Write the witnesses of these problems into a folder; gives their paths, each on a line.

    `pack` is None if it couldn't be read. Raises `Refused`, with nothing written, if one is there already.
    """
    from guidegen.problems import Refused
    from guidegen.scaffold.plan import Plan, carry_out
    from guidegen.witness import Witnesses, witnesses

    found = witnesses(pack, problems) if pack else Witnesses({}, ())
    for table in found.unshown:
        complain(
            f"no witness for table '{table}': not all of its columns are facts of the place or role itself; "
            "the values are in the message\n"
        )
    if not found.files and not found.unshown:
        complain("nothing to witness: no table was found to have a gap or an overlap\n")
    try:
        written = carry_out(Plan(found.files, {}), Path(folder))
    except Refused as refused:
        raise Refused(_in_folder(problem, folder) for problem in refused.problems) from None
    return "".join(f"{(Path(folder) / path).as_posix()}\n" for path in written)


def _in_folder(problem: Problem, folder: str) -> Problem:
    """What is wrong with a file, the file being named as it is from here."""
    from guidegen.source import Location

    at = Location.of_file((Path(folder) / problem.location.path).as_posix()) if problem.location else None
    hint = "nothing is written over: delete or rename it, or name another folder"
    return problem._replace(location=at, hint=hint)
