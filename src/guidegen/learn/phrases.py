"""Phrases that all documents have: the one that looks like their role, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from guidegen.grammar import derived
from guidegen.learn.forms import Written
from guidegen.learn.gaps import Unit

_COMPARED = 12  # documents: what these all say, nearly all say
_LONGEST = 6  # words
_COLUMNS, _CASES = 3, 2  # the title, at least so many more columns, and so many case forms
_WORDS = re.compile(r"\w[\w-]*(?: \w[\w-]*)*")
_WORD = re.compile(r"\w+(?:-\w+)*")


class Phrase(NamedTuple):
    """A phrase as titles have it, the columns that have it in any case, and all the ways it is written."""

    text: str
    columns: frozenset[int]
    written: tuple[tuple[str, frozenset[int]], ...]


def phrase_of(units: Sequence[Unit], documents: Sequence[int]) -> Phrase | None:
    """The phrase of the title that recurs in all documents, in lower case too, as the name of a role does.

    In the title, at least three more columns and two case forms. A part of a longer one isn't meant if the
    longer one stands in most of its columns.
    """
    columns = _columns(units, documents[:_COMPARED])
    lines = [unit for unit in units if all(len(unit.cells.cells[d].lines) == 1 for d in documents)]
    if not lines:
        return None
    title = min(lines).column
    by_case: dict[str, set[str]] = {}
    for text in columns:
        by_case.setdefault(text.casefold(), set()).add(text)
    whole = {
        folded: {column for text in cases for column in columns[text]}
        for folded, cases in by_case.items()
        if _may_be_role(folded)
    }
    whole = {
        folded: found
        for folded, found in whole.items()
        if title in found and len(found) > _COLUMNS and _cases(folded, columns) >= _CASES
    }
    kept = [
        text
        for text in whole
        if not any(
            text != other and f" {text} " in f" {other} " and len(whole[other]) * 5 >= len(whole[text]) * 3
            for other in whole
        )
    ]
    if not kept:
        return None
    best = max(kept, key=lambda text: (len(whole[text]), len(text), text))
    titled = next(text for text in sorted(by_case[best]) if title in columns[text])
    return Phrase(titled, frozenset(whole[best]), _written(best, columns))


def said(units: Sequence[Unit], documents: Sequence[int], phrase: str) -> Phrase | None:
    """How a phrase that somebody gave is written in documents; None if none has it."""
    columns: dict[str, set[int]] = {}
    size = len(_WORD.findall(phrase))
    for unit in units:
        for document in documents:
            for text in _parts(unit.text(document) or "", {size}):
                columns.setdefault(text, set()).add(unit.column)
    written = _written(phrase.casefold(), columns)
    equal = {column for text, found in written if text.casefold() == phrase.casefold() for column in found}
    return Phrase(phrase, frozenset(equal), written) if equal else None


def forms_of(phrase: Phrase, documents: Sequence[int]) -> list[Written]:
    """The ways a phrase is written, as the same in all documents; the most frequent first."""
    ordered = sorted(phrase.written, key=lambda each: (-len(each[1]), each[0]))
    first = phrase.text.casefold()
    ordered.sort(key=lambda each: each[0].casefold() != first)
    return [Written(dict.fromkeys(documents, text), columns) for text, columns in ordered]


def _columns(units: Sequence[Unit], documents: Sequence[int]) -> dict[str, set[int]]:
    """In which columns all of some documents have a phrase, by phrase."""
    columns: dict[str, set[int]] = {}
    sizes = set(range(1, _LONGEST + 1))
    for unit in units:
        texts = dict.fromkeys(unit.text(document) or "" for document in documents)
        common: dict[str, None] | None = None
        for text in texts:
            parts = dict.fromkeys(_parts(text, sizes))
            common = parts if common is None else {part: None for part in common if part in parts}
        for part in common or ():
            columns.setdefault(part, set()).add(unit.column)
    return columns


def _parts(text: str, sizes: set[int]) -> Iterator[str]:
    for run in _WORDS.finditer(text):
        words = [(word.start() + run.start(), word.end() + run.start()) for word in _WORD.finditer(run[0])]
        for at in range(len(words)):
            for size in sizes:
                if at + size <= len(words):
                    yield text[words[at][0] : words[at + size - 1][1]]


def _may_be_role(text: str) -> bool:
    """Whether it begins and ends with words, no particles, and is no number."""
    words = _WORD.findall(text)
    return len(words[0]) >= 4 and len(words[-1]) >= 3 and not any(word.isdigit() for word in words)


def _cases(folded: str, columns: dict[str, set[int]]) -> int:
    """How many of capital words and lower case it is written in, in any number."""
    return len({(text[:1].isupper(), text == text.lower()) for text, _ in _written(folded, columns)})


def _written(folded: str, columns: dict[str, set[int]]) -> tuple[tuple[str, frozenset[int]], ...]:
    """All phrases that are this one in another case or number, with their columns."""
    return tuple(
        (text, frozenset(columns[text])) for text in sorted(columns) if _is_form(folded, text.casefold())
    )


def _is_form(phrase: str, other: str) -> bool:
    return phrase == other or is_plural(phrase, other)


def is_plural(first: str, second: str) -> bool:
    """Whether texts are the same word by word, but for endings of two letters, and particles of three."""
    one, many = _WORD.findall(first), _WORD.findall(second)
    if len(one) != len(many):
        return False
    pairs = [(a, b) for a, b in zip(one, many) if a != b and max(len(a), len(b)) > 3]
    return bool(pairs) and all(_is_ending(*sorted(pair, key=len)) for pair in pairs)


def _is_ending(short: str, long: str) -> bool:
    return len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= 2


def place_of(units: Sequence[Unit], documents: Sequence[int], locale: str) -> str:
    """The phrase of the title that all documents have after the word for `in`; nothing if there is none."""
    columns = _columns(units, documents[:_COMPARED])
    title = min((unit.column for unit in units), default=0)
    found: dict[str, int] = {}
    for text, where in columns.items():
        after = columns.get(derived(locale, ("city", "place"), "in", {"name": text}) or "", set())
        if text[:1].isupper() and title in where and after and text.casefold() not in columns:
            found[text] = len(where)
    return max(found, key=lambda text: (found[text], len(text), text), default="")
