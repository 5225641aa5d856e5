"""What came of a build: how many guides were made, and all that is wrong, each thing once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guidegen.problems import Problem

_NAMED_AT_MOST = 1000  # of outputs, and of problems: more are counted


class Names:
    """The first of many names, and how many there are."""

    def __init__(self) -> None:
        self.first: list[str] = []
        self.count = 0

    def add(self, name: str) -> None:
        """Add one."""
        self.count += 1
        if self.count <= _NAMED_AT_MOST:
            self.first.append(name)


class Outcome:
    """What a build did, in guides; `late` are out of date, and weren't selected.

    By paths: `stale` outputs are what an earlier build wrote for guides that can't be made now; `kept` are
    of no guide any more, but somebody edited them. `is_current`: a table was up to date, and not counted.
    """

    def __init__(self) -> None:
        self.made = self.unchanged = self.removed = self.failed = self.late = 0
        self.stale, self.kept = Names(), Names()
        self.is_current = False
        self._first: dict[tuple[str, str, str], Problem] = {}
        self._messages: dict[tuple[str, str, str], set[int]] = {}

    @property
    def is_fine(self) -> bool:
        """Whether nothing failed."""
        return not self.failed and not self._first

    def note(self, problems: Iterable[Problem]) -> None:
        """Note what is wrong; what has one place and one cure is kept once, and the others counted."""
        for problem in problems:
            key = problem.kind, str(problem.location), problem.hint
            if key in self._first:
                self._messages[key].add(hash(problem.message))
            elif len(self._first) < _NAMED_AT_MOST:
                self._first[key] = problem
                self._messages[key] = {hash(problem.message)}

    def problems(self) -> list[Problem]:
        """All that is wrong."""
        return [
            problem._replace(message=f"{problem.message} (and {more} more like this)") if more else problem
            for key, problem in self._first.items()
            for more in [len(self._messages[key]) - 1]
        ]
