"""Places and roles kept from build to build: what was read from YAML once isn't read from it again.

An owner is found by the text of its file; what was kept holds for one version of the tool, and for a pack's
locales, fields and vocabularies as they were. Nothing counts without its sum: where one is wrong, the YAML
is read.
"""

from __future__ import annotations

import os
import stat
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import FileIO
from pathlib import Path
from struct import Struct, error
from typing import NamedTuple
from weakref import finalize

from guidegen import __version__
from guidegen.build.digests import of_value
from guidegen.build.disk import OWN, drop, failing, open_folder, open_new, rename, scratch, shut, write_all
from guidegen.build.packed import packed, unpacked
from guidegen.facts import FOLDERS, Facts, Owner
from guidegen.files import read_bytes
from guidegen.problems import Refused
from guidegen.source import Source

FILE = f"{OWN}/owners"
FORMAT = 1
_MARK = b"guidegen"
_ENTRY = Struct(">16s16s16sQI")
_END = Struct(">8s16sQQ16s")  # mark, what it holds for, where the entries begin, how many, sum of all this
_SUM = 16  # bytes
_WORTH_IT = 100  # the file is written anew if there is one new owner to this many that are kept
_AT_ONCE = 1 << 18  # bytes


class Kept(NamedTuple):
    """An owner as it is kept: its name (`place/SLUG`), the digest of its file's text, what that states."""

    name: str
    text: bytes
    data: bytes


class _Entry(NamedTuple):
    """Where an owner is kept: digests of its name, of its file's text and of what is there."""

    name: bytes
    text: bytes
    sum: bytes
    offset: int
    length: int


class _Index:
    """The entries of a file, in the order of their names' digests."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data) // _ENTRY.size

    def __getitem__(self, number: int) -> bytes:
        return self._data[number * _ENTRY.size : number * _ENTRY.size + 16]

    def entry(self, number: int) -> _Entry:
        return _Entry(*_ENTRY.unpack_from(self._data, number * _ENTRY.size))

    def find(self, name: str) -> _Entry | None:
        wanted = _digest(name.encode("utf-8"))
        number = bisect_left(self, wanted)
        return self.entry(number) if number < len(self) and self[number] == wanted else None


class Loaded:
    """Places and roles of a pack as an earlier build read them, for `Facts.kept`.

    What was kept in the output folder may be gone, cut short, or anybody's. It is read as it is asked for.
    """

    def __init__(self, out: Path, facts: Facts) -> None:
        self.stamp = _stamp(facts)
        self._facts = facts
        self._taken: list[Kept] = []
        self._file, self._index = _opened(out / FILE, self.stamp)
        if self._file:
            finalize(self, self._file.close)

    def owner(self, kind: str, slug: str) -> Owner | None:
        """A place or role as its file states it now; None if that isn't kept, or not to be trusted."""
        entry = self._index.find(f"{kind}/{slug}")
        if entry is None:
            return None
        file = f"{FOLDERS[kind]}/{slug}.yaml"
        try:
            text = read_bytes(self._facts.root, file)
        except Refused:
            return None
        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n")
        kept = self._read(entry) if _digest(text) == entry.text else None
        if kept is None:
            return None
        source = Source(file, text.decode("utf-8"))
        fields, vocabularies = self._facts.fields[kind], self._facts.vocabularies
        try:
            return unpacked(kept.data, kind, slug, source, fields, vocabularies)
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
            return None

    def take(self, owner: Owner) -> None:
        """Keep an owner that was read from YAML, and that nothing is wrong with."""
        name, text = f"{owner.kind}/{owner.slug}", owner.location.source.text
        data = packed(owner, self._facts.fields[owner.kind])
        self._taken.append(Kept(name, _digest(text.encode("utf-8")), data))

    def taken(self) -> list[Kept]:
        """What was taken since this was last asked, for a `Keeper`."""
        taken, self._taken = self._taken, []
        return taken

    @property
    def number(self) -> int:
        """How many places and roles are kept, be they to be trusted or not."""
        return len(self._index)

    def all(self) -> Iterator[Kept]:
        """Whatever is kept and can be trusted."""
        for number in range(len(self._index)):
            if kept := self._read(self._index.entry(number)):
                yield kept

    def _read(self, entry: _Entry) -> Kept | None:
        if self._file is None:
            return None
        try:
            data = os.pread(self._file.fileno(), entry.length, entry.offset)
        except (OSError, OverflowError):
            return None
        name, _, rest = data.partition(b"\n")
        is_whole = _digest(data) == entry.sum and _digest(name) == entry.name
        return Kept(name.decode("utf-8"), entry.text, rest) if is_whole else None


def _stamp(facts: Facts) -> bytes:
    """What kept owners hold for: another tool, or other fields, read the same file otherwise."""
    types = {kind: {name: field.type for name, field in facts.fields[kind].items()} for kind in FOLDERS}
    terms = {name: list(found) for name, found in facts.vocabularies.items()}
    holds_for = (FORMAT, __version__, facts.locales, facts.draft_locales, types, terms)
    return _digest(of_value(holds_for).encode("ascii"))


def _opened(path: Path, stamp: bytes) -> tuple[FileIO | None, _Index]:
    """The file and its index; nothing if there is none that is whole, ours and for this pack."""
    try:
        file = FileIO(path) if stat.S_ISREG(path.lstat().st_mode) else None
    except OSError:
        file = None
    if file is None:
        return None, _Index(b"")
    index = _whole_index(file.fileno(), stamp)
    if not index:
        file.close()
    return file if index else None, _Index(index)


def _whole_index(file: int, stamp: bytes) -> bytes:
    """The entries of an open file; none if it isn't whole, or holds for something else."""
    try:
        size = os.fstat(file).st_size
        end = os.pread(file, _END.size, max(0, size - _END.size))
        mark, holds_for, offset, number, whole = _END.unpack(end)
        length = number * _ENTRY.size
        if (mark, holds_for) != (_MARK, stamp) or offset + length + _END.size != size:
            return b""
        index = os.pread(file, length, offset)
    except (OSError, error):
        return b""
    return index if _digest(index + end[:-_SUM]) == whole else b""


def _digest(data: bytes) -> bytes:
    return sha256(data).digest()[:16]


class Keeper:
    """Writes what a later build is to find; in the end that takes the old file's place. Under the lock.

    Its methods raise `MachineFailed` if it can't be written; the old file stays then.
    """

    def __init__(self, out: Path, before: Loaded) -> None:
        self._before = before
        self._path = out / FILE
        self._entries: dict[bytes, bytes] = {}  # by the digest of the name
        self._waiting: list[bytes] = []
        self._waits = self._length = 0
        self._root = self._file = -1
        with self._writing():
            self._root = open_folder(out)
            self._beside = scratch()
            self._file = open_new(self._root, self._beside)

    def put(self, kept: Iterable[Kept]) -> None:
        """Keep these places and roles. What comes first under a name counts."""
        for one in kept:
            name = one.name.encode("utf-8")
            key = _digest(name)
            if key not in self._entries:
                data = b"%s\n%s" % (name, one.data)
                self._entries[key] = _ENTRY.pack(key, one.text, _digest(data), self._length, len(data))
                self._add(data)

    def close(self, is_there: Callable[[str, str], bool]) -> None:
        """Add what was kept before of places and roles that are still there, and let all this count.

        Where next to nothing is new the old file stays: to write it anew would take longer than is won.
        """
        if len(self._entries) * _WORTH_IT <= self._before.number:
            self.abandon()
            return
        self.put(one for one in self._before.all() if is_there(*one.name.split("/")))
        index = b"".join([self._entries[key] for key in sorted(self._entries)])
        end = _END.pack(_MARK, self._before.stamp, self._length, len(self._entries), b"")[:-_SUM]
        self._add(index + end + _digest(index + end))
        self._flush()
        with self._writing():
            rename(self._root, self._beside, FILE)
        self._let_go()

    def abandon(self) -> None:
        """Leave the old file as it is, and nothing behind. Nothing happens after `close`."""
        if self._file >= 0:
            drop(self._root, self._beside)
        self._let_go()

    def _add(self, data: bytes) -> None:
        self._waiting.append(data)
        self._waits += len(data)
        self._length += len(data)
        if self._waits > _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._waits = 0
        with self._writing():
            write_all(self._file, data)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with failing("can't be written", self._path):
                yield
        except BaseException:
            self.abandon()
            raise

    def _let_go(self) -> None:
        for number in (self._file, self._root):
            if number >= 0:
                shut(number)
        self._root = self._file = -1
