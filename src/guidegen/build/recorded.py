"""What was recorded of an output folder: what each guide read, and the files that were written for it.

Lines of JSON: the header, one line for each place and locale, the sets of keys that guides read, what was
attached, and the sum of all that: a record is whole and ours, or there is none. A line names its sets by
their digests, so that it can stay as it is from record to record.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from guidegen.build.digests import of_bytes
from guidegen.build.disk import OWN, failing, read
from guidegen.build.work import File

FILE = f"{OWN}/record.jsonl"
PAGES = "pages"  # what is attached for a site: its pages that aren't guides
FORMAT = 1
BEGINS = b'{"guidegen":'  # the header's line, before the format's number
SETS = b'{"sets":'
ATTACHED = b'{"attached":'
SUM = b'{"sum":"%s"}\n'
_BOOT = "/proc/sys/kernel/random/boot_id"


class Kept(NamedTuple):
    """One guide as it was recorded: its role, the set of keys that it read, and its files.

    `reads` is the number of that set in the record (`Record.reads`); most guides share one. A file whose
    time can't tell whether it was changed since has the time 0.
    """

    role: str
    reads: int
    files: tuple[File, ...]


class Row(NamedTuple):
    """A line of the record: guides of one place in one locale.

    `sets` has the digests of the sets that were read, `read` which of these each guide read, `ends` where
    each one's files end in what follows; `newest` is the newest time of a file. Names are as below the
    folder `LOCALE/PLACE`, or begin with a slash.
    """

    key: str  # PLACE/LOCALE
    sets: str
    newest: int
    country: str
    roles: list[str]
    read: list[int]
    ends: list[int]
    names: list[str]
    sizes: list[int]
    times: list[int]
    inodes: list[int]
    digests: str

    def files(self, folder: str, settled: int) -> list[File]:
        """The files of all its guides; those that aren't older than `settled` have the time 0."""
        return [
            File(
                f"{folder}/{name}" if name[0] != "/" else name[1:],
                size,
                time if time < settled else 0,
                inode,
                digest,
            )
            for name, size, time, inode, digest in zip(
                self.names, self.sizes, self.times, self.inodes, self.digests.split()
            )
        ]


class Record:
    """What a build noted. It is parsed as it is asked: a line per place and locale."""

    header: dict[str, Any]  # as it was given to `Recorder`
    same_boot: bool  # whether the machine has run ever since: else a power loss may have taken files back
    settled: int  # files older than this (ns, the file system's clock) can be told by their times; 0: none

    def __init__(self, lines: list[bytes], sets: bytes, attached: dict[str, bytes], settled: int) -> None:
        self.header = json.loads(lines[0])
        self.same_boot = self.header.pop("boot") == boot_id()
        self.settled = settled if self.same_boot else 0
        del self.header["guidegen"]
        self._lines = lines
        self._sets = sets
        self._attached = attached
        self._places: dict[str, int] | None = None
        self._numbers: dict[str, int] = {}
        self._members: list[list[int]] = []
        self._keys: list[str] = []

    def attached(self, name: str) -> Any:
        """What was attached under this name; None if nothing was. It is parsed each time."""
        line = self._attached.get(name)
        return json.loads(line)["value"] if line else None

    def pages(self) -> list[File]:
        """The pages of a site that aren't guides."""
        return [File(*file) for file in self.attached(PAGES) or ()]

    def reads(self, index: int) -> frozenset[str]:
        """The keys of one set of reads, relative to the guide."""
        self._parse_sets()
        return frozenset([self._keys[member] for member in self._members[index]])

    def sets(self, place: str, locale: str) -> tuple[int, ...]:
        """The sets of reads of this place's guides in this locale, without looking at the guides."""
        if not self.has(place, locale):
            return ()
        return tuple([self.number_of(name) for name in sets_of(self.line(place, locale))])

    def number_of(self, digest: str) -> int:
        """The number of the set with this digest, which lines name it by."""
        self._parse_sets()
        return self._numbers[digest]

    def has(self, place: str, locale: str) -> bool:
        """Whether guides of this place in this locale are recorded."""
        return f"{place}/{locale}" in self._by_key()

    def guides(self, place: str, locale: str) -> dict[str, Kept]:
        """The guides of this place in this locale by their roles; none if it isn't there."""
        if not self.has(place, locale):
            return {}
        row = row_of(self.line(place, locale))
        files = row.files(f"{locale}/{place}", self.settled)
        sets = [self.number_of(name) for name in row.sets.split()]
        return {
            role: Kept(role, sets[read_], tuple(files[start:end]))
            for role, read_, start, end in zip(row.roles, row.read, [0, *row.ends], row.ends)
        }

    def country(self, place: str, locale: str) -> str:
        """The country that the place was in; empty if none was noted."""
        return row_of(self.line(place, locale)).country if self.has(place, locale) else ""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Place and locale of each line, in the record's order."""
        for key in self._by_key():
            place, _, locale = key.partition("/")
            yield place, locale

    def __len__(self) -> int:
        """How many lines there are: pairs of a place and a locale."""
        return len(self._lines) - 1

    def line(self, place: str, locale: str) -> bytes:
        """The line of a place and locale that are there, as it stands."""
        return self._lines[self._by_key()[f"{place}/{locale}"]]

    def rows(self) -> Iterator[Row]:
        """Every line, in the record's order: the quick way over all files."""
        for line in self._lines[1:]:
            yield row_of(line)

    def _by_key(self) -> dict[str, int]:
        if self._places is None:
            keys = [line[2 : line.index(b'"', 2)].decode() for line in self._lines[1:]]
            self._places = {key: number for number, key in enumerate(keys, 1)}
        return self._places

    def _parse_sets(self) -> None:
        if not self._numbers:
            said = json.loads(self._sets)
            self._numbers = {digest: number for number, digest in enumerate(said["sets"])}
            self._members = [*said["sets"].values()]
            self._keys = said["keys"]


def sets_of(line: bytes) -> list[str]:
    """The digests of the sets of reads that a line of the record names."""
    return line.split(b'"', 4)[3].decode().split()


def newest_of(line: bytes) -> int:
    """The newest time of a file in a line of the record."""
    rest = line.split(b'"', 4)[4]
    return int(rest[1 : rest.index(b",", 1)])


def row_of(line: bytes) -> Row:
    """A line of the record, parsed."""
    return Row._make(json.loads(line))


def boot_id() -> str:
    """What tells this run of the machine from every other; empty where the system doesn't say."""
    try:
        found = read(_BOOT)
    except OSError:
        return ""
    return found[0].decode("ascii", "replace").strip() if found else ""


def read_record(out: Path) -> Record | str:
    """The record of an output folder; or why there is none to trust, empty if there never was one.

    Raises `MachineFailed` if it can't be read.
    """
    with failing("can't be read", out / FILE):
        try:
            found = read(os.fspath(out / FILE))
        except (FileNotFoundError, NotADirectoryError):
            return ""
    data = found[0] if found else b""
    if not data.startswith(BEGINS):
        return "the record isn't one of guidegen's"
    if not data.startswith(b"%s%d," % (BEGINS, FORMAT)):
        return "the record is of another version of guidegen"
    end = data.rfind(SUM[: SUM.index(b"%")])
    if data[end:] != SUM % of_bytes(data[:end]).encode():
        return "the record is damaged"
    lines = data[:end].split(b"\n")
    lines.pop()
    settled = json.loads(lines.pop())["settled"]
    attached = {}
    while lines[-1].startswith(ATTACHED):
        line = lines.pop()
        attached[json.loads(line[len(ATTACHED) : line.index(b',"value":')])] = line
    return Record(lines, lines.pop(), attached, settled)
