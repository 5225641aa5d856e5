"""Text that was read, and locations in it."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple


class Source:
    """A text file of a pack, as it was read: its path inside the pack and its text (LF lines)."""

    __slots__ = ("_starts", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._starts: list[int] | None = None

    def __repr__(self) -> str:
        return f"Source({self.path!r})"

    def line(self, number: int) -> str:
        """The text of a line, counted from 1; empty past the end."""
        starts = self._line_starts()
        if not 1 <= number <= len(starts):
            return ""
        end = self.text.find("\n", starts[number - 1])
        return self.text[starts[number - 1] : end if end >= 0 else len(self.text)]

    def at(self, offset: int, width: int = 1) -> Location:
        """The location of a character, counted from 0."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return Location(self, line, offset - starts[line - 1] + 1, width)

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = [0]
            offset = self.text.find("\n")
            while offset >= 0:
                self._starts.append(offset + 1)
                offset = self.text.find("\n", offset + 1)
        return self._starts


class Location(NamedTuple):
    """A stretch of one line: line and column are counted from 1, width in characters."""

    source: Source
    line: int
    column: int
    width: int = 1

    @classmethod
    def of_file(cls, path: str) -> Location:
        """A whole file, also one that isn't there: it has no line to show."""
        return cls(Source(path, ""), 0, 0, 0)

    @property
    def path(self) -> str:
        """The file's path inside the pack."""
        return self.source.path

    @property
    def text(self) -> str:
        """What stands there."""
        return self.source.line(self.line)[self.column - 1 : self.column - 1 + self.width]

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path
