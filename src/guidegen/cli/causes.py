"""Causes as text and as JSON: what changed in the pack, and below it the lines that differ for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from guidegen.cli.console import colours

if TYPE_CHECKING:
    from guidegen.between import Effect, Line
    from guidegen.changes import Cause

SAMPLES = 3
_NAMED_AT_MOST = 6
_UNEXPLAINED = (
    "no change since explains these: the goldens were edited, or accepted for files that weren't committed"
)
Pair = tuple[str | None, str | None]


def effect_text(effect: Effect, most: int | None = SAMPLES) -> str:
    """A cause as a heading, the guides it alters, and lines: `most` of them, those that read alike once."""
    pairs = _alike(effect)
    shown = list(pairs.items())[:most]
    lines = [_heading(effect), f"  {_many(len(effect.lines), 'guide')}: {_some(map(_guide, effect.lines))}"]
    for (was, now), places in shown:
        lines.append(f"  {_place(places)}")
        lines += _pair(was, now)
    if more := len(pairs) - len(shown):
        lines.append(f"  … and {_many(more, 'line')} more")
    return "\n".join(lines) + "\n\n"


def effect_json(effect: Effect, root_name: str) -> dict[str, Any]:
    """A cause for programs; `root_name` is what its goldens or guides are called in it."""
    cause = effect.cause
    value: dict[str, Any] = {"slug": effect.id}
    if cause:
        was, now = _told(cause)
        at = cause.at
        value |= {"was": was, "now": now, "file": at.path, "line": at.line}
    value[root_name] = [
        {"slug": name, "lines": [line_json(line) for line in lines]} for name, lines in effect.lines.items()
    ]
    return value


def line_json(line: Line) -> dict[str, Any]:
    """A changed line for programs; numbers count from 1, null where there is none."""
    return {
        "was": None if line.was is None else line.was.rstrip("\n"),
        "now": None if line.now is None else line.now.rstrip("\n"),
        "was_line": line.was_number or None,
        "now_line": line.now_number or None,
        "causes": list(line.causes),
    }


def _told(cause: Cause) -> tuple[str, str]:
    from guidegen.told import told

    return told(cause)


def heading_of(cause: Cause) -> str:
    """What changed, in words: `1.03 → 1.05`, or what is new or gone."""
    was, now = _told(cause)
    if was and now:
        return f"{was} → {now}" if len(was) + len(now) < 60 else f"\n  - {was}\n  + {now}"
    if was or now:
        return f"new: {now}" if now else f"gone: {was}"
    return _many(len(cause.changes), "change") if len(cause.changes) > 1 else ""


def _heading(effect: Effect) -> str:
    from guidegen.problems import visible

    if effect.cause is None:
        return f"{_bold('golden')}  {_UNEXPLAINED}"
    said, _, more = heading_of(effect.cause).partition("\n")
    at = effect.cause.at
    place = f"({at.path}:{at.line})" if at.line else f"({at.path})"
    first = "  ".join(part for part in (_bold(effect.id), visible(said), place) if part)
    return "\n".join((first, *map(visible, more.splitlines())))


def _bold(text: str) -> str:
    return click.style(text, bold=True) if colours() else text


def _alike(effect: Effect) -> dict[Pair, list[str]]:
    """The lines by what they say, cut to where they differ, each with its places."""
    from guidegen.told import differing

    found: dict[Pair, list[str]] = {}
    for name, lines in effect.lines.items():
        for line in lines:
            was, now = (None if text is None else text.rstrip("\n") for text in (line.was, line.now))
            cut = differing(was, now) if was is not None and now is not None and was != now else (was, now)
            found.setdefault(cut, []).append(f"{name}:{line.now_number or line.was_number}")
    return found


def _guide(name: str) -> str:
    """The name of a guide, of which a golden's path is made."""
    return name.removeprefix("golden/").rpartition(".")[0] or name


def _place(places: list[str]) -> str:
    others = len(dict.fromkeys(place.rpartition(":")[0] for place in places)) - 1
    return places[0] + (f" and in {_many(others, 'guide')} more" if others else "")


def _pair(was: str | None, now: str | None) -> Iterator[str]:
    from guidegen.problems import visible

    if was is not None and was == now:
        yield "    only the line's ending differs"
        return
    for sign, text, colour in (("-", was, "red"), ("+", now, "green")):
        if text is not None:
            line = f"    {sign} {visible(text)}"
            yield click.style(line, fg=colour) if colours() else line


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _some(found: Iterable[str]) -> str:
    names = list(found)
    rest = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {rest} more" if rest > 0 else "")
