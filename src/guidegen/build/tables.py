"""Guides as rows of one file, where many small files would be the cost: `sqlite:FILE`, `parquet:FILE`."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from guidegen.build.disk import failing
from guidegen.build.rows import TABLE_FORMAT, Kind, Row, Table, rows_of, told
from guidegen.problems import Refused, refuse, suggest

__all__ = ["Row", "Table", "check_sink", "kept_in", "rows_of", "stamp_of", "table"]

KINDS = ("sqlite", "parquet")
_SPEC = "write sqlite:FILE or parquet:FILE"


class _Sink(NamedTuple):
    """A file for a table, as it was named and as it is; what writes it; what the one there says of itself."""

    named: str
    path: Path
    kind: Kind
    about: dict[str, str]


def check_sink(spec: str) -> None:
    """Raise what `table` would for a sink that can't be had, before any guide is made."""
    _sink(spec)


def stamp_of(spec: str) -> str:
    """The stamp of the table that is there; empty if there is none that can be trusted.

    Raises `Refused` and `MachineFailed` as `table` does.
    """
    about = _sink(spec).about
    return about.get("stamp", "") if about.get("format") == TABLE_FORMAT else ""


@contextmanager
def table(spec: str, stamp: str, as_of: str = "") -> Iterator[Table]:
    """A table to put rows into. It is in its place when it is whole; until then what was there stays.

    `spec` is `sqlite:FILE` or `parquet:FILE`; `stamp` stands for all that the table is made from, the day
    `as_of` too. Raises `Refused` for a sink that is none, for a file that guidegen didn't write, and while
    another build writes it; `MachineFailed` if it can't be written.
    """
    sink = _sink(spec)
    with _beside(sink) as beside, sink.kind.written(beside, sink.named, told(as_of), stamp) as rows:
        yield rows


def kept_in(spec: str) -> Callable[[str, str, str], list[Row]]:
    """What gives the rows that a guide (locale, place, role) has in the table that is there, if any.

    For guides that can't be made: what they were stays. Raises as `table` does.
    """
    sink = _sink(spec)
    return lambda locale, place, role: sink.kind.kept(sink.path, locale, place, role) if sink.about else []


def _sink(spec: str) -> _Sink:
    name, _, file = spec.partition(":")
    if name not in KINDS:
        raise refuse("unknown-sink", f"unknown sink '{name}'", hint=suggest(name, KINDS, _SPEC))
    if not file:
        raise refuse("sink", f"a sink '{name}' without a file", hint=f"write {name}:FILE")
    with failing("can't be read", file):
        try:
            path = Path(file).resolve()
            found = path.stat() if path.exists() else None
            is_folder = path.is_dir() or file.endswith(os.sep)
            has_folder = path.parent.is_dir()
            is_loop = path.is_symlink()
        except (ValueError, RuntimeError):  # a NUL, or such a link to Python before 3.13
            raise _no_place(file, "is no name of a file") from None
    if is_loop:
        raise _no_place(file, "is no name of a file")
    if is_folder:
        raise _no_place(file, "is a folder", f"name a file in it: {name}:{Path(file) / 'guides'}.{name}")
    if not has_folder:
        raise _no_place(
            file, f"would be in a folder that isn't there, '{path.parent}'", "make the folder first"
        )
    if found and not stat.S_ISREG(found.st_mode):
        raise _no_place(file, "is no file")
    kind = _kind(name)
    about: dict[str, str] | str = {}
    if found:
        with failing("can't be read", file):
            about = kind.about(path)
    if isinstance(about, str):
        hint = "guidegen replaces its own tables, as it wrote them: move this away, or name another file"
        raise _no_place(file, about, hint)
    return _Sink(file, path, kind, about)


def _no_place(file: str, why: str, hint: str = "name another file") -> Refused:
    return refuse("sink", f"'{file}' {why}", hint=hint)


def _kind(name: str) -> Kind:
    """What writes tables of a kind."""
    if name == "sqlite":
        from guidegen.build import sqlite

        return sqlite
    try:
        from guidegen.build import parquet
    except ImportError:
        raise refuse(
            "extra-missing",
            "a Parquet file needs pyarrow, which isn't installed",
            hint="pip install 'guidegen[tables]'",
        ) from None
    return parquet


@contextmanager
def _beside(sink: _Sink) -> Iterator[Path]:
    """An empty file beside the table's, and ours alone: it takes the table's place if all goes well.

    What a killed build left there is used again; the lock is the kernel's, and ended with it.
    """
    beside = sink.path.with_name(f".{sink.path.name}.guidegen")
    with failing("can't be written", sink.named):
        number = _taken(beside, sink.named)
    try:
        with failing("can't be written", sink.named):
            os.ftruncate(number, 0)
            if sink.path.exists():
                os.fchmod(number, stat.S_IMODE(sink.path.stat().st_mode))
        yield beside
        with failing("can't be written", sink.named):
            os.fsync(number)
            beside.replace(sink.path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    finally:
        fcntl.flock(number, fcntl.LOCK_UN)  # forked workers would have it for as long as they run, else
        os.close(number)


def _taken(beside: Path, named: str) -> int:
    """The open file, once nobody else has it. Raises `Refused` while another build does."""
    while True:
        number = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if beside.exists() and os.path.samestat(os.fstat(number), beside.lstat()):
                return number
        except BlockingIOError:
            os.close(number)
            hint = "wait until it is done, or name another file"
            raise refuse("sink-busy", f"another build is writing '{named}'", hint=hint) from None
        except BaseException:
            os.close(number)
            raise
        os.close(number)  # it has become the table by now
