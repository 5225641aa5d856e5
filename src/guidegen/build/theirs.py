"""Folders that were in the output folder before guidegen came: they stay, also when they are empty."""

from __future__ import annotations

import json
import os
from contextlib import suppress

from guidegen.build.disk import OWN, enter, exists, read, set_in, shut
from guidegen.build.journal import JOURNAL, LEFT
from guidegen.build.recorded import FILE

THEIRS = f"{OWN}/theirs"


def theirs(root: int) -> frozenset[str]:
    """These folders, by their paths below the output folder, two deep: no folder of guides lies deeper."""
    with suppress(FileNotFoundError, ValueError):
        found = read(THEIRS, root)
        return frozenset(map(str, json.loads(found[0]))) if found else frozenset()
    return frozenset()


def note_theirs(root: int) -> None:
    """Note the folders that are there, unless guidegen wrote into this output folder before."""
    if any(exists(root, name) for name in (THEIRS, FILE, JOURNAL, LEFT)):
        return
    outer = [name for name in _folders(root, "") if name != OWN]
    found = outer + [f"{folder}/{name}" for folder in outer for name in _folders(root, folder)]
    if found:
        set_in(root, THEIRS, json.dumps(sorted(found)).encode())


def _folders(root: int, folder: str) -> list[str]:
    try:
        at = enter(root, folder)
    except PermissionError:
        return []
    try:
        with os.scandir(at) as entries:
            return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    finally:
        shut(at)
