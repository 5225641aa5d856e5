"""What was learned of a family, ready to be written as a pack."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from guidegen.learn.draft import Draft, Money, Override
from guidegen.learn.model import Document, Explained, Slot, Template, Variants
from guidegen.learn.tabled import Rule


class Choice(NamedTuple):
    """How a column's variants are chosen: by a rule, else by an editorial fact, and what that is called.

    `labels` are the fact's values, one for each variant; empty ones go by number.
    """

    rule: Rule | None = None
    field: str = ""
    labels: tuple[str, ...] = ()


class Bands(NamedTuple):
    """A table of amounts that follow from bases: which column it is, its levels, and each cell's template.

    `levels` are names of the rows by key; `header` and `row` are templates that read `item`.
    """

    column: int
    levels: dict[str, str]
    header: tuple[Template, ...]
    row: tuple[Template, ...]


class Learned(NamedTuple):
    """A family of documents and all that explains it.

    `places` and `roles` have the forms of each name by slug. `slots` say what figures read, `choices` what
    decides a column's variants (by column and part), `list_keys` what a column's list is called; each may
    lack some.
    """

    locale: str
    babel: str
    money: Money
    site: str
    documents: tuple[Document, ...]
    place_of: dict[int, str]
    role_of: dict[int, str]
    places: dict[str, dict[str, str]]
    roles: dict[str, dict[str, str]]
    explained: list[Explained]
    slots: Mapping[int, Slot]
    choices: Mapping[tuple[int, int], Choice]
    list_keys: Mapping[int, str]
    texts: Mapping[str, dict[int, str]]
    bands: Bands | None = None
    declared: Mapping[tuple[str, str], tuple[str, ...]] = {}
    stated: tuple[tuple[str, str, str, Decimal | dict[str, dict[str, Decimal]]], ...] = ()
    derivations: tuple[str, ...] = ()


class Block(NamedTuple):
    """A block of the outline: its id, and its keys and values as they are written there."""

    id: str
    keys: dict[str, str]


class Fix(NamedTuple):
    """A block that a document has otherwise than it is explained; no text where it lacks the block."""

    document: int
    column: int
    text: str | None


class Drafted(NamedTuple):
    """The pack in the making, the block that stands for each column, and documents' exceptions from them."""

    draft: Draft
    blocks: list[Block]
    fixes: tuple[Fix, ...]


def kept(block: str, text: str | None, reason: str, *, is_line: bool) -> Override:
    """A block as one document has it; put out as it stands where a text of one line couldn't say it."""
    odd = text is not None and (not is_line or "\t" in text or not text.strip())
    return Override(block, text, odd, " ".join(reason.split()))


def labels_of(part: Variants) -> tuple[str, ...]:
    """What variants are called as long as nobody names them: v1, v2 and so on."""
    return tuple(f"v{number}" for number in range(1, len(part.templates) + 1))
