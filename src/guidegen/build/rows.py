"""A table's rows, and what a table says about itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Protocol

from guidegen import __version__
from guidegen.build.digests import of_bytes
from guidegen.build.order import Done
from guidegen.build.work import Made

TABLE_FORMAT = "1"  # of the columns and what is in them
NOT_OURS = "is no table that guidegen wrote"


class Row(NamedTuple):
    """One guide in one format: where it belongs, its text, and what stands for what it was made from.

    `text` is UTF-8, the very bytes that a folder would have; `digest` is theirs, `inputs` that of all the
    guide read. `dated` is the newest date of a fact in it, as far as it is known: a year, a month or a day.
    """

    locale: str
    place: str
    role: str
    format: str
    title: str
    dated: str
    text: bytes
    inputs: str
    digest: str


KEY = ("locale", "place", "role", "format")  # the columns by which a row is known


class Table(Protocol):
    """A table that is being written."""

    def put(self, rows: Iterable[Row]) -> None:
        """Add rows, which are there once the table is whole. Raises `MachineFailed`."""

    def doubt(self) -> None:
        """Note that the table isn't what its stamp stands for: it is whole without one."""


class Kind(Protocol):
    """A module that writes tables of one kind."""

    def written(
        self, path: Path, named: str, about: dict[str, str], stamp: str
    ) -> AbstractContextManager[Table]:
        """A new table in an empty file, which messages call `named`. Raises `MachineFailed`."""

    def about(self, path: Path) -> dict[str, str] | str:
        """What a table says about itself, nothing if it is damaged; or why it isn't as guidegen left it.

        Raises `OSError` if it can't be read.
        """

    def kept(self, path: Path, locale: str, place: str, role: str) -> list[Row]:
        """The rows of one guide in a table of ours; none if it is damaged. Raises `OSError` likewise."""


def told(as_of: str) -> dict[str, str]:
    """What a table says about itself, beside its stamp."""
    return {"as_of": as_of, "format": TABLE_FORMAT, "tool": f"guidegen {__version__}"}


def rows_of(done: Done, formats: tuple[str, ...], inputs: Callable[[Made], str]) -> Iterator[Row]:
    """The rows of what was made of a task and not written; `inputs` gives the hash of what a guide read."""
    locale, place = done.batch.locale, done.batch.place
    for made in done.guides:
        if isinstance(made, Made):
            read = inputs(made)
            for format_, (_, data) in zip(formats, made.outputs):
                digest = of_bytes(data)
                yield Row(locale, place, made.role, format_, made.title, made.dated, data, read, digest)
