"""The pack that `init` begins with: the smallest that is complete, copied from this package."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from guidegen.editor import KINDS, schema_file
from guidegen.keys import visible_key
from guidegen.pack import Pack
from guidegen.problems import MachineFailed, Problem, refuse
from guidegen.scaffold.plan import Plan
from guidegen.schema import SCOPES
from guidegen.settings import FILE
from guidegen.source import Location

STARTER = Path(__file__).with_name("starter")
_MAY_BE_THERE = (".git",)


class First(NamedTuple):
    """The place and the role of the guide to look at first."""

    place: str
    role: str


def first_guide() -> First:
    """The guide of the starter pack that a newcomer is shown."""
    pack = Pack(STARTER)
    cities = [place.slug for place in pack.published("place") if place.scope == SCOPES[0]]
    return First(cities[0], next(pack.published("role")).slug)


def plan_starter(folder: Path) -> Plan:
    """The files of a new pack in a folder that is empty or isn't there yet.

    Raises `Refused` for any other folder, and for one inside of a pack; `MachineFailed` if it can't be looked
    into.
    """
    if "\0" in str(folder):
        raise refuse("folder", "a folder's name has no NUL character", hint="give another name")
    try:
        _check_free(folder)
    except (OSError, RuntimeError) as error:  # too long a name, a folder one may not look into, a loop
        reason = getattr(error, "strerror", None) or "a link that leads to itself"
        problem = Problem("machine", f"can't be made: {reason}", Location.of_file(str(folder)))
        raise MachineFailed(problem) from None
    pack = Pack(STARTER)
    paths = sorted(path for path in STARTER.rglob("*") if path.is_file())
    files = {path.relative_to(STARTER).as_posix(): path.read_bytes() for path in paths}
    return Plan({**files, **{f"schema/{kind}.json": schema_file(kind, pack) for kind in KINDS}}, {})


def _check_free(folder: Path) -> None:
    shown = visible_key(str(folder))
    whole = folder.resolve()
    if folder.is_symlink() and not folder.exists():
        raise refuse("folder", f"'{shown}' is a link that leads nowhere", hint=_ANOTHER)
    if (whole / FILE).exists():
        raise refuse("folder", f"'{shown}' is a pack already: it has a {FILE}", hint=_ADD)
    for above in whole.parents:
        if (above / FILE).is_file():
            message = f"'{shown}' lies inside of the pack '{above.name or above}'"
            raise refuse("folder", message, hint=f"a pack has no other inside: {_ANOTHER}")
    if whole.exists() and not whole.is_dir():
        raise refuse("folder", f"'{shown}' is a file", hint=_ANOTHER)
    found = sorted(path.name for path in whole.iterdir()) if whole.exists() else []
    if others := [name for name in found if name not in _MAY_BE_THERE]:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        raise refuse("folder", f"'{shown}' isn't empty: it has {visible_key(others[0])}{more}", hint=_ANOTHER)


_ANOTHER = "give a new folder, or an empty one"
_ADD = "add to it from there: guidegen new city NAME"
