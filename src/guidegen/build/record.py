"""The record of an output folder: a stream that takes the place of the old record once it is whole."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from json import JSONEncoder
from pathlib import Path
from typing import Any

from guidegen.build import journal
from guidegen.build.digests import of_bytes
from guidegen.build.disk import drop, failing, open_folder, open_new, rename, scratch, write_all
from guidegen.build.recorded import (
    ATTACHED,
    BEGINS,
    FILE,
    FORMAT,
    SETS,
    SUM,
    Record,
    Row,
    boot_id,
    newest_of,
    row_of,
    sets_of,
)
from guidegen.build.work import File

_WRITTEN_AT_ONCE = 1 << 18  # bytes
_SET = 16  # hexadecimal digits of a set's name
_json = JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class Recorder:
    """Writes a new record; the old one stays until `close`. To be used under the lock.

    `header` is anything that JSON can hold. It is parsed whenever the record is read: what is large, or
    known only at the end, is better attached.
    """

    def __init__(self, out: Path, header: Mapping[str, Any]) -> None:
        self._out = out
        self._sum = sha256()
        self._waiting: list[bytes] = []
        self._waits = 0
        self._names: dict[frozenset[str], str] = {}
        self._sets: dict[str, frozenset[str]] = {}
        self._attached: list[bytes] = []
        self._root = self._file = -1
        with self._writing():
            self._root = open_folder(out)
            self._beside = scratch()
            self._file = open_new(self._root, self._beside)
            self._left = journal.left(self._root)
        own = _dumped({"boot": boot_id(), **header})
        self._add(b"%s%d,%s" % (BEGINS, FORMAT, own[1:]))

    def note(
        self,
        place: str,
        locale: str,
        country: str,
        guides: Iterable[tuple[str, frozenset[str], tuple[File, ...]]],
    ) -> None:
        """Note guides of one place in one locale, each with its role, what it read and its files."""
        roles, read, ends = [], [], []
        files: list[File] = []
        sets: dict[str, int] = {}
        for role, reads, written in guides:
            roles.append(role)
            read.append(sets.setdefault(self._name(reads), len(sets)))
            files += written
            ends.append(len(files))
        for file in files if self._left else ():
            self._left.pop(file.path, None)
        row = Row(f"{place}/{locale}", " ".join(sets), 0, country, roles, read, ends, [], [], [], [], "")
        self._add(_dumped(_with(row, f"{locale}/{place}/", files)))

    def keep(
        self,
        old: Record,
        place: str,
        locale: str,
        renewed: Mapping[str, Mapping[str, File]] | None = None,
    ) -> None:
        """Note all guides of this place and locale as an older record has them.

        `renewed` is `Folder.renewed`: files that hold what is recorded, but that the older record's times
        don't tell. Where such a file isn't among them it is read again by the next build.
        """
        line = old.line(place, locale)
        folder = f"{locale}/{place}"
        for name in sets_of(line):
            if name not in self._sets:
                self._sets[name] = old.reads(old.number_of(name))
        fresh = (renewed or {}).get(folder)
        if fresh is None and not self._left and newest_of(line) < old.settled:
            self._add(line)
            return
        row = row_of(line)
        files = [(fresh or {}).get(file.path, file) for file in row.files(folder, old.settled)]
        for file in files:
            if self._left.get(file.path) == file.digest:
                del self._left[file.path]
        self._add(_dumped(_with(row, f"{folder}/", files)))

    def attach(self, name: str, value: Any) -> None:
        """Put something that JSON can hold into the record, to be parsed only when it is asked for."""
        self._attached.append(b'%s%s,"value":%s}' % (ATTACHED, _dumped(name), _dumped(value)))

    def close(self) -> None:
        """Put the record in the place of the old one: from now on it is what counts.

        The record is on the disk for good then, as a power loss would see it; outputs needn't be, for
        after one they are read again. Raises `MachineFailed`, and the old record stays.
        """
        self._add(b'%s%s,"keys":%s}' % (SETS, *self._said_of_sets()))
        for line in self._attached:
            self._add(line)
        self._flush()
        with self._writing():
            settled = os.fstat(self._file).st_mtime_ns
            self._add(_dumped({"settled": settled}))
            self._flush()
            write_all(self._file, SUM % self._sum.hexdigest()[: len(of_bytes(b""))].encode())
            os.fsync(self._file)
            rename(self._root, self._beside, FILE)
        with suppress(OSError):  # what stays of a journal says nothing wrong
            journal.settle(self._root, self._left)
        self._let_go()

    def abandon(self) -> None:
        """Leave the old record as it is, and nothing behind. Nothing happens after `close`."""
        if self._file >= 0:
            drop(self._root, self._beside)
        self._let_go()

    def _name(self, reads: frozenset[str]) -> str:
        name = self._names.get(reads)
        if name is None:
            name = of_bytes("\n".join(sorted(reads)).encode("utf-8", "surrogatepass"))[:_SET]
            self._names[reads] = name
            self._sets[name] = reads
        return name

    def _said_of_sets(self) -> tuple[bytes, bytes]:
        keys = sorted({key for reads in self._sets.values() for key in reads})
        number = {key: index for index, key in enumerate(keys)}
        sets = {name: sorted([number[key] for key in reads]) for name, reads in self._sets.items()}
        return _dumped(sets), _dumped(keys)

    def _add(self, line: bytes) -> None:
        self._waiting += (line, b"\n")
        self._waits += len(line)
        if self._waits > _WRITTEN_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._waits = 0
        self._sum.update(data)
        with self._writing():
            write_all(self._file, data)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with failing("can't be written", self._out / FILE):
                yield
        except BaseException:
            self.abandon()
            raise

    def _let_go(self) -> None:
        for number in (self._file, self._root):
            if number >= 0:
                with suppress(OSError):
                    os.close(number)
        self._root = self._file = -1


def _with(row: Row, folder: str, files: list[File]) -> Row:
    """A line with these files, for the guides that it has."""
    skipped = len(folder)
    return row._replace(
        newest=max([file.mtime for file in files], default=0),
        names=[file.path[skipped:] if file.path.startswith(folder) else f"/{file.path}" for file in files],
        sizes=[file.size for file in files],
        times=[file.mtime for file in files],
        inodes=[file.inode for file in files],
        digests=" ".join([file.digest for file in files]),
    )


def _dumped(value: Any) -> bytes:
    return _json(value).encode("utf-8", "surrogatepass")
