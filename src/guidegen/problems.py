"""What can be wrong with a pack or a request: its kind, its location, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from guidegen.source import Location

SHOWN_AT_MOST = 100
_LINE_SHOWN = 100
_MESSAGE_SHOWN = 600
_PATH_SHOWN = 300
_NAMED_AT_MOST = 12
_UNSHOWABLE = "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"


class Problem(NamedTuple):
    """One thing that is wrong; `warning` if it keeps no guide from being made.

    `lacks` is the key of the fact that isn't there, or `FILE#NAME` of the passage, if that is what is wrong.
    """

    kind: str
    message: str
    location: Location | None = None
    hint: str = ""
    warning: bool = False
    lacks: str = ""


class Refused(Exception):
    """A pack, a file or a request can't be used; carries every problem that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


class MachineFailed(Exception):
    """The machine failed to read or write: a full disk, a read-only folder."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


def refuse(kind: str, message: str, location: Location | None = None, hint: str = "") -> Refused:
    """A `Refused` with one problem, to be raised."""
    return Refused([Problem(kind, message, location, hint)])


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Those of the problems that are no warnings."""
    return [problem for problem in problems if not problem.warning]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like this one, if any is like it at all."""
    import difflib

    by_lower = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def suggest(word: str, known: Sequence[str], known_are: str = "") -> str:
    """A hint for an unknown word: the nearest known one, then what is known."""
    near = nearest(word, known)
    guess = f"did you mean '{near}'? " if near else ""
    if known_are:
        return guess + known_are
    if not known:
        return guess + "there are none yet"
    listed = ", ".join(sorted(known)[:24]) + (", …" if len(known) > 24 else "")
    return f"{guess}known: {listed}"


def some(words: Iterable[str], file: str = "") -> str:
    """The words by comma, the first dozen if they are many; `file` has them all."""
    listed = list(words)
    rest = f", … see {file}" if file else ", …"
    return ", ".join(listed[:_NAMED_AT_MOST]) + (rest if len(listed) > _NAMED_AT_MOST else "")


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, by file, line and column, else as found; those without a location first."""

    def key(problem: Problem) -> tuple[str, int, int]:
        at = problem.location
        return (at.path, at.line, at.column) if at else ("", 0, 0)

    once = {(str(problem.location), problem.message): problem for problem in problems}
    return sorted(once.values(), key=key)


def once_per_lack(problems: Iterable[Problem]) -> list[Problem]:
    """Problems of one guide; what is missing is said where it is first read, and where else it is."""
    found: list[Problem] = []
    first: dict[str, int] = {}
    for problem in problems:
        index = first.setdefault(problem.lacks, len(found)) if problem.lacks else len(found)
        if index == len(found):
            found.append(problem)
        elif problem.location != found[index].location:
            also = f"{problem.location} reads it too"
            hint = found[index].hint
            found[index] = found[index]._replace(hint=hint if also in hint else f"{hint}\n{also}")
    return found


def together(problems: Iterable[Problem]) -> list[Problem]:
    """Problems of several guides, those with one place and one cure said once, with their number."""
    alike: dict[tuple[str, str, str], dict[str, Problem]] = {}
    for problem in problems:
        key = (problem.kind, str(problem.location), problem.hint)
        alike.setdefault(key, {}).setdefault(problem.message, problem)
    found = []
    for same in alike.values():
        first = next(iter(same.values()))
        more = f" (and {len(same) - 1} more like this)" if len(same) > 1 else ""
        found.append(first._replace(message=first.message + more))
    return found


def visible(text: str) -> str:
    """The text with characters that would disturb a terminal written as U+202E."""
    return re.sub(_UNSHOWABLE, lambda found: f"U+{ord(found[0]):04X}", text)


def _shortened(text: str) -> str:
    return text if len(text) <= _MESSAGE_SHOWN else text[: _MESSAGE_SHOWN - 1] + "…"


def _ending(path: str) -> str:
    return path if len(path) <= _PATH_SHOWN else f"…{path[1 - _PATH_SHOWN :]}"


def show(problem: Problem) -> str:
    """The problem as people read it: location, message, the line with a caret, the hint."""
    at = problem.location
    head = f"{_ending(str(at))}: " if at else ""
    head += "warning: " if problem.warning else ""
    lines = [visible(head + _shortened(problem.message))]
    if at and at.line and at.source.line(at.line):
        lines += _excerpt(at)
    lines += [f"  {visible(line)}" for line in _shortened(problem.hint).splitlines()]
    return "\n".join(lines)


def _excerpt(at: Location) -> list[str]:
    line = at.source.line(at.line).replace("\t", " ")
    start = max(0, min(at.column - 1 - _LINE_SHOWN // 2, len(line) - _LINE_SHOWN))
    before, rest = line[start : at.column - 1], line[at.column - 1 : start + _LINE_SHOWN]
    marked = rest[: max(1, at.width)]
    before = ("…" if start else "") + visible(before)
    after = visible(rest[len(marked) :]) + ("…" if start + _LINE_SHOWN < len(line) else "")
    number = str(at.line)
    caret = "^" * max(1, len(visible(marked)))
    return [
        f"  {number} | {before}{visible(marked)}{after}",
        f"  {' ' * len(number)} | {' ' * len(before)}{caret}",
    ]
