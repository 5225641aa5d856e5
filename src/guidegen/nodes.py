"""What YAML holds: scalars, lists and mappings that know where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from guidegen.source import Location

NOTHING = frozenset(("", "~", "null", "Null", "NULL"))  # the texts of no value, unless they are quoted


class Scalar(NamedTuple):
    """A text; `plain` if it stands without quotes, `block` if it is a literal block (`|`)."""

    text: str
    location: Location
    plain: bool = True
    block: bool = False

    @property
    def is_empty(self) -> bool:
        """No value at all: nothing, `~` or `null` without quotes."""
        return self.text in NOTHING and self.plain

    def at(self, offset: int, width: int = 1) -> Location:
        """The location of a character of the text; of the whole where that can't be told."""
        source, line, column, _ = self.location
        if self.block:
            number = self.text.count("\n", 0, offset)
            content = self.text.split("\n")[number]
            whole = source.line(line + 1 + number)
            inside = offset - (self.text.rfind("\n", 0, offset) + 1)
            if whole.endswith(content):
                return Location(source, line + 1 + number, len(whole) - len(content) + inside + 1, width)
        start = column - 1 + (not self.plain)
        if source.line(line)[start : start + len(self.text)] == self.text:
            return Location(source, line, start + offset + 1, width)
        return self.location


class Sequence(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    location: Location


class Mapping(NamedTuple):
    """Entries by key; `keys` has where each key stands."""

    entries: dict[str, Node]
    keys: dict[str, Location]
    location: Location

    def each(self) -> Iterator[tuple[str, Location, Node]]:
        """Every key, where it stands, and what stands under it."""
        for key, node in self.entries.items():
            yield key, self.keys[key], node


Node = Scalar | Sequence | Mapping
