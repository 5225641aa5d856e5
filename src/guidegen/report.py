"""A review as one page: every changed line side by side, under what changed it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from guidegen.between import Effect, Line
from guidegen.review import Finding
from guidegen.told import told

_HERE = Path(__file__).parent
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_OPEN = 3  # goldens of a cause that are unfolded at first


class Run(NamedTuple):
    """A stretch of a line, and whether the other side has it otherwise."""

    text: str
    differs: bool


class Pair(NamedTuple):
    """A line on both sides; a side that hasn't got it has no number."""

    was_number: int
    now_number: int
    was: tuple[Run, ...]
    now: tuple[Run, ...]
    others: tuple[str, ...]


class Golden(NamedTuple):
    """A golden's lines under one cause."""

    name: str
    is_open: bool
    pairs: tuple[Pair, ...]


class Item(NamedTuple):
    """A cause with its goldens; `where` is empty for what no change explains."""

    id: str
    where: str
    was: str
    now: str
    goldens: tuple[Golden, ...]


def report_page(site: str, commit: str, findings: Iterable[Finding], effects: Iterable[Effect]) -> bytes:
    """The page, UTF-8: it loads nothing, runs no script, and can be sent or kept as it is."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    listed = list(findings)
    page = environment.get_template("report.html").render(
        site=site,
        commit=commit[:10],
        count=len(listed),
        items=[_item(effect) for effect in effects],
        unlaid=[_golden(one.difference.path, one.lines, "", 0) for one in listed if not commit and one.lines],
        strays=[one.difference.path for one in listed if not one.lines],
    )
    return page.encode()


def _item(effect: Effect) -> Item:
    was, now = told(effect.cause) if effect.cause else ("", "")
    at = effect.cause.at if effect.cause else None
    goldens = (
        _golden(name, lines, effect.id, index) for index, (name, lines) in enumerate(effect.lines.items())
    )
    return Item(effect.id, f"{at.path}:{at.line}" if at else "", was, now, tuple(goldens))


def _golden(name: str, lines: Iterable[Line], cause: str, index: int) -> Golden:
    pairs = tuple(
        Pair(
            line.was_number,
            line.now_number,
            *_marked(line.was, line.now),
            tuple(one for one in line.causes if one != cause),
        )
        for line in lines
    )
    return Golden(name, index < _OPEN, pairs)


def _marked(was: str | None, now: str | None) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Both sides of a line, word by word where there are two."""
    if was is None or now is None:
        return tuple(() if text is None else (Run(text.rstrip("\r\n"), differs=True),) for text in (was, now))  # type: ignore[return-value]  # one for each side
    before, after = (_WORDS.findall(text.rstrip("\r\n")) for text in (was, now))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return (
        tuple(_runs(before, [(tag, start, end) for tag, start, end, _, _ in matcher.get_opcodes()])),
        tuple(_runs(after, [(tag, start, end) for tag, _, _, start, end in matcher.get_opcodes()])),
    )


def _runs(words: list[str], stretches: Iterable[tuple[str, int, int]]) -> Iterator[Run]:
    for tag, start, end in stretches:
        if start < end:
            yield Run("".join(words[start:end]), tag != "equal")
