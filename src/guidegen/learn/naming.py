"""What learned things are called: passages and facts after the heading that they stand under."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from guidegen.finding import fold
from guidegen.learn.model import Column, Explained, Shared, Template
from guidegen.schema import BUILT_IN

_MOST_WORDS = 4
_LONGEST_HEADING = 90
_ENDS_PROSE = (".", ":", ";", ",", "!")
_PLAIN = re.compile(r"[^a-z0-9-]+")


class Name(NamedTuple):
    """A column's name: as passages and tables have it (`key-companies`), and as facts do (`key_companies`).

    `is_heading` if it is one; what follows has its name.
    """

    kebab: str
    is_heading: bool
    heading: str

    @property
    def key(self) -> str:
        """The name as a fact has it; never one that is built in."""
        key = self.kebab.replace("-", "_")
        key = key if key[:1].isalpha() else f"n_{key}"
        return f"{key}_" if key in BUILT_IN else key


def names(explained: list[Explained]) -> list[Name]:
    """A name for each column, each once: the title's, headings', and what stands under each heading."""
    found: list[Name] = []
    taken: set[str] = set()
    under, heading = "opening", ""
    title = title_of(explained)
    for index, one in enumerate(explained):
        is_heading = index != title and _is_heading(explained, index)
        if index == title:
            wanted = "guide"
        elif is_heading:
            heading = f"'{first_words(one.by.template)}'" if isinstance(one.by, Shared) else ""
            under = wanted = _slug(_constant_words(one)) or f"part-{index + 1}"
        else:
            wanted = under
        if not is_heading and any(name.kebab == wanted and not name.is_heading for name in found):
            wanted = _free(wanted, taken)
        elif is_heading and any(name.kebab == wanted and name.is_heading for name in found):
            under = wanted = _free(wanted, taken)
        taken.add(wanted)
        found.append(Name(wanted, is_heading, heading))
    return found


def title_of(explained: Sequence[Explained]) -> int:
    """The number of the column that is the title: the first that is a line in every document; -1 for none."""
    lines = (index for index, one in enumerate(explained) if _is_line(one.column) and _is_said(one.column))
    return next(lines, -1)


def _is_said(column: Column) -> bool:
    return all(block.text.strip() for block in column.cells.values())


def _free(wanted: str, taken: set[str]) -> str:
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"


def _is_heading(explained: list[Explained], index: int) -> bool:
    """Whether a line reads as a heading of what follows it: short, no sentence, the same everywhere."""
    following = next((one for one in explained[index:] if not _is_short_line(one)), None)
    return _is_short_line(explained[index]) and following is not None


def _is_short_line(one: Explained) -> bool:
    return isinstance(one.by, Shared) and _is_line(one.column) and _is_short(one.column)


def _is_short(column: Column) -> bool:
    texts = [block.text for block in column.cells.values()]
    return all(len(text) <= _LONGEST_HEADING and not text.rstrip().endswith(_ENDS_PROSE) for text in texts)


def _constant_words(one: Explained) -> str:
    template: Template = one.by.template if isinstance(one.by, Shared) else ()
    return " ".join(" ".join(part for part in template if isinstance(part, str)).split())


def _slug(text: str) -> str:
    words = [word for word in _PLAIN.sub("-", fold(text)).split("-") if word]
    return "-".join(words[1 if words[:1] == ["the"] and len(words) > 1 else 0 :][:_MOST_WORDS])


def first_words(template: Template, most: int = 50) -> str:
    """How a text begins, for comments and questions."""
    text = " ".join("".join(part if isinstance(part, str) else "…" for part in template).split())
    return text if len(text) <= most else f"{text[:most].rpartition(' ')[0]} …"


def list_keys(columns: Sequence[Column], mask: Callable[[str, int], str]) -> dict[int, str]:
    """What each list is called as a fact, by the number of its column: after the heading before it."""
    found: dict[int, str] = {}
    for number, column in enumerate(columns):
        if any(block.kind != "list" for block in column.cells.values()):
            continue
        heading = next((one for one in reversed(columns[:number]) if _is_line(one) and _is_short(one)), None)
        text = ""
        if heading:
            document, block = next(iter(heading.cells.items()))
            text = mask(block.text, document)
        name = Name(_slug(text) or "entries", is_heading=False, heading="")
        key, again = name.key, 2
        while key in found.values():
            key, again = f"{name.key}_{again}", again + 1
        found[number] = key
    return found


def _is_line(column: Column) -> bool:
    return all(block.kind == "line" for block in column.cells.values())
