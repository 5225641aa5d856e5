"""Guides in a Parquet file: a column for each thing that is known of a guide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from guidegen.build.disk import failing
from guidegen.build.rows import KEY, NOT_OURS, Row, Table

_ROWS = 2048  # of a row group, which is what a reader reads at a time
_BYTES = 16 << 20  # of the texts of a row group at most: they are held until it is written
_PREFIX = "guidegen."  # before what the file says about itself, beside what others have it say
_REPEATED = [*KEY, "dated"]  # columns of few values, kept once each, with the first and last of a row group
_SCHEMA = pa.schema([pa.field(name, pa.string(), nullable=False) for name in Row._fields])


class _Guides:
    """The table, open for rows; `named` is how messages name its file."""

    def __init__(self, writer: parquet.ParquetWriter, named: str) -> None:
        self._writer = writer
        self._named = named
        self._rows: list[Row] = []
        self._size = 0
        self.is_doubted = False

    def doubt(self) -> None:
        self.is_doubted = True

    def put(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._rows.append(row)
            self._size += len(row.text)
            if len(self._rows) >= _ROWS or self._size >= _BYTES:
                self.write()

    def write(self) -> None:
        """Write a row group of what has gathered."""
        if self._rows:
            columns = [pa.array(values, pa.string()) for values in zip(*self._rows)]
            with failing("can't be written", self._named):
                self._writer.write_batch(pa.record_batch(columns, schema=_SCHEMA))
        self._rows = []
        self._size = 0


@contextmanager
def written(path: Path, named: str, about: dict[str, str], stamp: str) -> Iterator[Table]:
    """A new table in an empty file. Raises `MachineFailed` if it can't be written."""
    schema = _SCHEMA.with_metadata({_PREFIX + key: value for key, value in about.items()})
    with failing("can't be written", named):
        writer = parquet.ParquetWriter(
            path, schema, compression="zstd", use_dictionary=_REPEATED, write_statistics=_REPEATED
        )
    try:
        guides = _Guides(writer, named)
        yield guides
        guides.write()
        writer.add_key_value_metadata({f"{_PREFIX}stamp": "" if guides.is_doubted else stamp})
    finally:
        with failing("can't be written", named):
            writer.close()


def about(path: Path) -> dict[str, str] | str:
    """What a table says about itself, or why it isn't as guidegen left it.

    Raises `OSError` if it can't be read.
    """
    found = _read(path)
    if found is None or found.schema.names != [*Row._fields]:
        return NOT_OURS
    about = {key.decode(): value.decode() for key, value in (found.metadata or {}).items()}
    if f"{_PREFIX}stamp" not in about:
        return NOT_OURS
    return {key.removeprefix(_PREFIX): value for key, value in about.items() if key.startswith(_PREFIX)}


def kept(path: Path, locale: str, place: str, role: str) -> list[Row]:
    """The rows of one guide in a table of ours; none if it is damaged."""
    try:
        found = parquet.read_table(path, filters=list(zip(KEY, ("=",) * 3, (locale, place, role))))
    except (pa.ArrowException, OSError):
        return []
    return [Row(**{**values, "text": values["text"].encode()}) for values in found.to_pylist()]


def _read(path: Path) -> parquet.FileMetaData | None:
    """What stands at the end of a Parquet file; None if this is none. Raises `OSError`."""
    try:
        return parquet.read_metadata(path)
    except pa.ArrowException:
        return None
    except OSError as error:
        if error.errno is None:  # not the system's: an end that makes no sense
            return None
        raise
