"""The journal: what a build is about to write, so that a killed one leaves no file unexplained.

Each line is one batch's intent, with a sum of its own, appended in one piece before the first of its files
is begun; it starts with a line end, so that a line that was cut spoils no other. When the new record is in
its place the journal goes. What a killed build left in it is looked up on the disk by the next one, under
the lock, and kept as `left` until a record has these files, or they are gone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress

from guidegen.build.digests import of_bytes
from guidegen.build.disk import (
    NOT_A_FOLDER,
    OWN,
    drop,
    drop_folders,
    enter,
    exists,
    open_shared,
    read,
    set_in,
    shut,
    write_all,
)
from guidegen.build.work import File

JOURNAL = f"{OWN}/journal"
LEFT = f"{OWN}/left"
_SUM = 16  # hexadecimal digits


def intend(root: int, folder: str, digests: Mapping[str, str]) -> None:
    """Say that files will be written: their names in a folder below the output folder, and digests."""
    number = open_shared(root, JOURNAL, os.O_WRONLY | os.O_APPEND)
    try:
        write_all(number, _line(folder, digests))
    finally:
        os.close(number)


def _line(folder: str, digests: Mapping[str, str]) -> bytes:
    said = json.dumps([folder, [*digests], "".join(digests.values())], ensure_ascii=False).encode()
    return b"\n%s %s\n" % (of_bytes(said)[:_SUM].encode(), said)


def _intents(root: int, name: str) -> dict[str, dict[str, set[str]]]:
    """By folder and name the digests that a file was to have; a line that isn't whole says nothing."""
    found: dict[str, dict[str, set[str]]] = {}
    try:
        whole = read(name, root)
    except FileNotFoundError:
        return found
    for line in whole[0].split(b"\n") if whole else ():
        summed, _, said = line.partition(b" ")
        if not said or of_bytes(said)[:_SUM].encode() != summed:
            continue
        folder, names, digests = json.loads(said)
        width = len(digests) // len(names)
        for index, name_ in enumerate(names):
            digest = digests[index * width : (index + 1) * width]
            found.setdefault(folder, {}).setdefault(name_, set()).add(digest)
    return found


def recover(root: int, theirs: Iterable[str]) -> dict[str, File]:
    """The files that killed builds wrote and no record has, as they are now, by path.

    To be called under the lock, before anything is written. A file that holds anything but what it was
    to have isn't among them; but one that is empty, or of zeros, is: a power loss leaves these. Folders
    that were made for such files and are empty go, but for `theirs`.
    """
    intents = _intents(root, LEFT)
    for folder, names in _intents(root, JOURNAL).items():
        for name, digests in names.items():
            intents.setdefault(folder, {}).setdefault(name, set()).update(digests)
    found: dict[str, File] = {}
    for folder, names in intents.items():
        found |= _standing(root, folder, names)
        parts = folder.split("/")
        around = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
        drop_folders(root, [path for path in around if path and path not in theirs])
    _keep(root, {path: file.digest for path, file in found.items()})
    drop(root, JOURNAL)
    return found


def _standing(root: int, folder: str, names: Mapping[str, set[str]]) -> dict[str, File]:
    found: dict[str, File] = {}
    try:
        at = enter(root, folder)
    except OSError as error:
        if isinstance(error, FileNotFoundError) or error.errno in NOT_A_FOLDER:
            return found
        raise
    try:
        for name, digests in names.items():
            with suppress(FileNotFoundError, PermissionError):
                if (whole := read(name, at)) is None:
                    continue
                data, seen = whole
                if (digest := of_bytes(data)) in digests or not data.strip(b"\0"):
                    path = f"{folder}/{name}" if folder else name
                    found[path] = File(path, seen.st_size, seen.st_mtime_ns, seen.st_ino, digest)
    finally:
        shut(at)
    return found


def left(root: int) -> dict[str, str]:
    """The digests, by path, of files that are noted as ours though no record has them."""
    return {
        f"{folder}/{name}" if folder else name: min(digests)
        for folder, names in _intents(root, LEFT).items()
        for name, digests in names.items()
    }


def settle(root: int, unrecorded: Mapping[str, str]) -> None:
    """Let the journal go, now that a record is in its place, but for files that it doesn't have."""
    drop(root, JOURNAL)
    _keep(root, {path: digest for path, digest in unrecorded.items() if exists(root, path)})


def _keep(root: int, digests: Mapping[str, str]) -> None:
    by_folder: dict[str, dict[str, str]] = {}
    for path, digest in digests.items():
        folder, _, name = path.rpartition("/")
        by_folder.setdefault(folder, {})[name] = digest
    if by_folder:
        set_in(root, LEFT, b"".join(_line(folder, names) for folder, names in by_folder.items()))
    else:
        drop(root, LEFT)
