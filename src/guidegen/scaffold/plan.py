"""What a scaffold writes: new files that never replace one, and files that gain some lines."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from guidegen.files import create, remove, write
from guidegen.problems import MachineFailed, Problem, Refused
from guidegen.source import Location

_NONE: Mapping[str, bytes] = MappingProxyType({})


class Plan(NamedTuple):
    """Files by path inside the pack: those to be made, and those that exist and gain lines.

    `unless_there` are made too, but for those that are there already.
    """

    new: dict[str, bytes]
    gaining: dict[str, bytes]
    unless_there: Mapping[str, bytes] = _NONE


def carry_out(plan: Plan, root: Path) -> list[str]:
    """Write a plan's files into a folder; gives their paths, in order.

    Raises `Refused` before anything is written if one that is to be made is there already. Where that, or
    the machine, stops it halfway, what it made is deleted.
    """
    there = [path for path in plan.new if (root / path).exists() or (root / path).is_symlink()]
    if there:
        raise Refused(
            Problem("file-exists", "this file is there already", Location.of_file(path), _HINT)
            for path in there
        )
    made: list[str] = []
    try:
        for path, data in plan.new.items():
            _make(path, data, root)
            made.append(path)
        for path, data in plan.unless_there.items():
            with suppress(Refused):
                create(root / path, data)
                made.append(path)
    except BaseException:
        for path in reversed(made):
            with suppress(MachineFailed):  # what stopped it is worth saying, and not this
                remove(root / path)
        raise
    for path, data in plan.gaining.items():
        write(root / path, data)
    return [*made, *plan.gaining]


def _make(path: str, data: bytes, root: Path) -> None:
    try:
        create(root / path, data)
    except Refused as refused:  # another run was faster; the file is named as it is in the pack
        raise Refused(
            problem._replace(location=Location.of_file(path), hint=_HINT) for problem in refused.problems
        ) from None


_HINT = "nothing is written over: delete or rename it, or give the new one another slug"
