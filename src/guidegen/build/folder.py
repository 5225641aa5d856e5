"""The output folder: what it holds of ours, whether that is as it was, and what leaves it."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from guidegen.build import journal
from guidegen.build.digests import of_bytes
from guidegen.build.disk import (
    NOT_A_FOLDER,
    SCRATCH,
    delete,
    drop_folders,
    enter,
    failing,
    make_folders,
    read,
    shut,
    sweep,
)
from guidegen.build.lock import Held, held
from guidegen.build.recorded import Record
from guidegen.build.theirs import note_theirs, theirs
from guidegen.build.work import File


class Folder:
    """An output folder while one build has it to itself.

    `out` is its real path, for `put` and the record. `began` is when the lock was taken, in nanoseconds by
    the folder's clock. `left` has, by path, files that a killed build wrote and no record has, as they are
    now; `renewed` has, by folder and path, files that hold what is recorded but had to be read to tell.
    """

    def __init__(self, held_: Held, left: dict[str, File]) -> None:
        self.out = held_.real
        self.began = held_.began
        self.left = left
        self.renewed: dict[str, dict[str, File]] = {}
        self._root = held_.root
        self._base = f"{os.fspath(held_.real)}/"
        self._theirs: frozenset[str] | None = None
        self._left_by_folder: dict[str, dict[str, str]] = {}
        for path, file in left.items():
            self._left_by_folder.setdefault(path.rpartition("/")[0], {})[path] = file.digest

    def left_in(self, place: str, locale: str) -> dict[str, str]:
        """Of the files in `left` those of one place in one locale: path → digest, to add to `ours`."""
        return self._left_by_folder.get(f"{locale}/{place}", {})

    def trusted(self, file: File, *, verify: bool) -> str:
        """Empty if the file still holds what is recorded; else "gone" or "edited".

        Trusted by size, time and inode; by its bytes where these don't tell, or `verify` asks for it.
        Raises `MachineFailed` if it can't be read.
        """
        if file.mtime and not verify:
            with suppress(OSError):
                found = os.lstat(self._base + file.path)
                if (found.st_size, found.st_mtime_ns, found.st_ino) == (file.size, file.mtime, file.inode):
                    return ""
        return self._by_bytes(file)

    def _by_bytes(self, file: File) -> str:
        with failing("can't be read", self._base + file.path):
            try:
                whole = read(self._base + file.path)
            except (FileNotFoundError, NotADirectoryError):
                return "gone"
            except PermissionError:
                return "edited"
        if whole is None or of_bytes(whole[0]) != file.digest:
            return "edited"
        found = whole[1]
        self.renewed.setdefault(file.path.rpartition("/")[0], {})[file.path] = File(
            file.path, found.st_size, found.st_mtime_ns, found.st_ino, file.digest
        )
        return ""

    def untouched(self, record: Record, *, verify: bool) -> Iterator[tuple[str, str, str, str]]:
        """Every guide with a file that isn't as recorded: place, locale, role, and "gone" or "edited".

        After a reboot of the machine all files are read, as if `verify` were given.
        """
        settled = 0 if verify else record.settled
        lstat = os.lstat
        for row in record.rows():
            place, _, locale = row.key.partition("/")
            folder = f"{locale}/{place}"
            base = f"{self._base}{folder}/"
            if row.newest < settled:
                with suppress(OSError):
                    for name, size, time, inode in zip(row.names, row.sizes, row.times, row.inodes):
                        found = lstat(base + name)
                        if found.st_mtime_ns != time or found.st_size != size or found.st_ino != inode:
                            break
                    else:
                        continue
            seen = -1
            for number, file in enumerate(row.files(folder, settled)):
                guide = bisect_right(row.ends, number)
                if guide != seen and (why := self.trusted(file, verify=verify)):
                    seen = guide
                    yield place, locale, row.roles[guide], why

    def remove(self, file: File) -> bool:
        """Delete a file that holds what is recorded, and the folders that it leaves empty.

        False if somebody edited it or put something else there: it stays. Folders that were there before
        guidegen came stay too. Raises `MachineFailed`.
        """
        folder, _, name = file.path.rpartition("/")
        with failing("can't be deleted", self._base + file.path):
            gone = self._delete(folder, name, file.digest)
            if gone:
                self._drop_if_empty(folder)
        return gone

    def _delete(self, folder: str, name: str, digest: str) -> bool:
        try:
            at = enter(self._root, folder)
        except OSError as error:
            if error.errno in NOT_A_FOLDER:
                return False
            if isinstance(error, FileNotFoundError):
                return True
            raise
        try:
            with suppress(FileNotFoundError):
                if (data := _readable(name, at)) is None or of_bytes(data) != digest:
                    return False
                delete(name, at)
        finally:
            shut(at)
        return True

    def _drop_if_empty(self, folder: str) -> None:
        if self._theirs is None:
            self._theirs = theirs(self._root)
        parts = folder.split("/") if folder else []
        around = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
        drop_folders(self._root, [path for path in around if path not in self._theirs])


def _readable(name: str, at: int) -> bytes | None:
    try:
        whole = read(name, at)
    except PermissionError:
        return None
    return whole[0] if whole else None


@contextmanager
def locked(out: Path, pack_root: Path) -> Iterator[Folder]:
    """Have an output folder to oneself; it is made if it isn't there. What a killed build left is cleared up.

    Raises `Refused` for a path that is no place for outputs, or while another build has it (after some
    seconds), `MachineFailed` if it can't be written.
    """
    with held(out, pack_root) as held_:
        with failing("can't be written", held_.real):
            sweep(held_.root, SCRATCH)
            make_folders(held_.root, SCRATCH)
            note_theirs(held_.root)
            left = journal.recover(held_.root, theirs(held_.root))
        try:
            yield Folder(held_, left)
        finally:
            with suppress(OSError):
                sweep(held_.root, SCRATCH)
