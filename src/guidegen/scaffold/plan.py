"""What a scaffold writes: new files that never replace one, and files that gain some lines."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from guidegen.files import create, write
from guidegen.problems import Problem, Refused
from guidegen.source import Location


class Plan(NamedTuple):
    """Files by path inside the pack: those to be made, and those that exist and gain lines."""

    new: dict[str, bytes]
    gaining: dict[str, bytes]


def carry_out(plan: Plan, root: Path) -> list[str]:
    """Write a plan's files into a folder; gives their paths, in order.

    Raises `Refused` before anything is written if one that is to be made is there already.
    """
    there = [path for path in plan.new if (root / path).exists() or (root / path).is_symlink()]
    if there:
        raise Refused(
            Problem("file-exists", "this file is there already", Location.of_file(path), _HINT)
            for path in there
        )
    for path, data in plan.new.items():
        create(root / path, data)
    for path, data in plan.gaining.items():
        write(root / path, data)
    return [*plan.new, *plan.gaining]


_HINT = "nothing is written over: delete or rename it, or give the new one another slug"
