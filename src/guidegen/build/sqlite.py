"""Guides in an SQLite file: a table `guides`, and `meta` about it."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from guidegen.build.disk import failing
from guidegen.build.rows import KEY, NOT_OURS, Row, Table

_OURS = int.from_bytes(b"guid")  # the application id in the header of our files
_CHANGES = 1  # transactions that a file of ours has seen: the one that wrote it
_COLUMNS = ", ".join(f"{name} TEXT NOT NULL" for name in Row._fields)
_BEGIN = (
    "PRAGMA page_size = 32768",  # some guides each: written in two thirds of the time of the usual pages
    "PRAGMA journal_mode = OFF",  # a file that isn't whole is thrown away
    "PRAGMA synchronous = OFF",  # whoever renames it waits for the disk
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA cache_size = -16384",  # KiB
    "BEGIN",
    f"PRAGMA application_id = {_OURS}",
    f"CREATE TABLE guides ({_COLUMNS}, PRIMARY KEY ({', '.join(KEY)}))",
    "CREATE INDEX guides_by_place ON guides (place, role)",  # made along with the rows, not from them all
    "CREATE INDEX guides_by_role ON guides (role, place)",
    "CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
)
# a text comes as UTF-8, which is what SQLite keeps: Python needn't decode it first
_VALUES = ", ".join("CAST(? AS TEXT)" if name == "text" else "?" for name in Row._fields)


class _Guides:
    """The table, open for rows; `named` is how messages name its file."""

    def __init__(self, database: sqlite3.Connection, named: str) -> None:
        self._database = database
        self._named = named
        self.is_doubted = False

    def put(self, rows: Iterable[Row]) -> None:
        with _writing(self._named):
            self._database.executemany(f"INSERT INTO guides VALUES ({_VALUES})", rows)  # noqa: S608  # ours

    def doubt(self) -> None:
        self.is_doubted = True


@contextmanager
def written(path: Path, named: str, about: dict[str, str], stamp: str) -> Iterator[Table]:
    """A new database in an empty file. Raises `MachineFailed` if it can't be written."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        with _writing(named):
            for statement in _BEGIN:
                database.execute(statement)
        guides = _Guides(database, named)
        yield guides
        with _writing(named):
            about = {**about, "stamp": "" if guides.is_doubted else stamp}
            database.executemany("INSERT INTO meta VALUES (?, ?)", sorted(about.items()))
            database.execute("COMMIT")


@contextmanager
def _writing(named: str) -> Iterator[None]:
    with failing("can't be written", named):
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OSError(errno.EIO, str(error)) from None


def about(path: Path) -> dict[str, str] | str:
    """What a database says about itself, nothing if it is damaged; or why it isn't as guidegen left it.

    Raises `OSError` if it can't be read.
    """
    with path.open("rb") as file:
        head = file.read(100)
    if head[:16] != b"SQLite format 3\0" or int.from_bytes(head[68:72]) != _OURS:
        return NOT_OURS
    unfinished = [path.with_name(path.name + ending) for ending in ("-journal", "-wal")]
    if int.from_bytes(head[24:28]) != _CHANGES or any(file.exists() for file in unfinished):
        return "was changed after guidegen wrote it"
    if path.stat().st_size != int.from_bytes(head[16:18]) * int.from_bytes(head[28:32]):
        return {}
    return dict(_asked(path, "SELECT key, value FROM meta"))


def kept(path: Path, locale: str, place: str, role: str) -> list[Row]:
    """The rows of one guide in a database of ours; none if it is damaged."""
    columns = ", ".join("CAST(text AS BLOB)" if name == "text" else name for name in Row._fields)
    where = "locale = ? AND place = ? AND role = ? ORDER BY rowid"
    found = _asked(path, f"SELECT {columns} FROM guides WHERE {where}", locale, place, role)  # noqa: S608  # ours
    return [Row(*values) for values in found]


def _asked(path: Path, query: str, *values: str) -> list[tuple[Any, ...]]:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            return database.execute(query, values).fetchall()
    except sqlite3.DatabaseError:
        return []
