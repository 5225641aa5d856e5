"""Texts as tokens: words, figures and names, each with the slots that it may stand for in its document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from decimal import Decimal
from typing import NamedTuple, Protocol

from guidegen.language import Language
from guidegen.learn.model import PAIR, PLACE, ROLE, Entity, Slot
from guidegen.schema import BUILT_IN

LISTED = ("and_list", "or_list", "comma_list")
_FIRST = (1, 2, 3, 4)  # passages that name more entries than this name all of them
_PIECE = re.compile(r"(\s*)(\w+|[^\w\s]|\Z)")
COUNTED = "number"  # the form of figures that may count the entries of a list


class Found(Protocol):
    """A number in a text: where it stands, how it is written, and what it is."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where the text goes on."""

    @property
    def form(self) -> str:
        """How it is written: `money`, `thousands`, `number`."""

    @property
    def value(self) -> Decimal:
        """What it is."""


class Token(NamedTuple):
    """A word, a mark, a figure or a name, with the blanks before it; `at` is where it stands in its block.

    `slots` are all that give this very text in this document; the text itself is always possible too.
    """

    space: str
    raw: str
    at: int
    slots: tuple[Slot, ...] = ()
    is_name: bool = False  # of any document: in one it is a slot, in others it may be a word like any other
    form: str = ""
    value: Decimal = Decimal(0)

    @property
    def shape(self) -> str | tuple[str, str]:
        """What tokens have in common that may be the same part of a template."""
        if self.is_name:
            return (self.space, "")
        return (self.space, self.form) if self.form else self.space + self.raw


Tokens = tuple[Token, ...]
Cells = dict[int, Tokens]  # by document


class Known:
    """What is known of a family before its columns are explained.

    `places` and `roles` are the slugs of each document's place and role, `lists` the entries by the name
    that slots have for them (`place.companies`); `figures_of` finds numbers in a text, `written` writes one
    in a form. `constants` are names that most documents say although they aren't about them.
    """

    def __init__(
        self,
        places: Mapping[int, str],
        roles: Mapping[int, str],
        entities: Sequence[Entity],
        language: Language,
        figures_of: Callable[[str], Sequence[Found]],
        written: Callable[[str, Decimal], str],
        lists: Mapping[str, Mapping[int, tuple[str, ...]]] | None = None,
        constants: frozenset[str] = frozenset(),
    ) -> None:
        self.places, self.roles = places, roles
        self.written, self.constants = written, constants
        self._figures_of = figures_of
        # A list that all documents share says nothing that its words don't.
        self.lists = {
            name: of for name, of in (lists or {}).items() if len({*of.values()}) > 1 or len(self.places) == 1
        }
        self._texts = _texts_of(entities, self.lists, language)
        self._order = {slot: index for index, slot in enumerate(self._texts)}
        self._own: dict[int, dict[str, list[Slot]]] = {}
        for slot, by_document in self._texts.items():
            for document, text in by_document.items():
                if _is_name(text):
                    self._own.setdefault(document, {}).setdefault(text, []).append(slot)
        self._own_starts = {document: _starts(own) for document, own in self._own.items()}
        self._starts = _starts({text: None for own in self._own.values() for text in own})
        self._counts = _counts_of(self.lists)
        self._figures: dict[str, dict[int, Found]] = {}
        self._named: dict[str, frozenset[str]] = {}

    def with_constants(self, constants: frozenset[str]) -> Known:
        """The same with these constants."""
        other = copy(self)
        other.constants = constants
        return other

    @property
    def names(self) -> frozenset[str]:
        """Names that facts have already, or that packs have for every place and role."""
        slots = {slot.name.partition(".")[2].partition(".")[0] for slot in self._texts}
        return frozenset({*slots, *BUILT_IN})

    def is_own(self, name: str, document: int) -> bool:
        """Whether a slot says this in the document."""
        return name in self._own.get(document, {})

    def others(self, text: str, document: int) -> set[str]:
        """The names of other documents that a text says."""
        if text not in self._named:
            self._named[text] = frozenset(self._names_in(text))
        own = self._own.get(document, {})
        return {name for name in self._named[text] if name not in own}

    def _names_in(self, text: str) -> Iterator[str]:
        for piece in _PIECE.finditer(text):
            if piece[2] in self._starts and (name := _longest(self._starts[piece[2]], text, piece.start(2))):
                yield name

    def value(self, by: str, document: int) -> str | tuple[str, str]:
        """The document's place, role, pair of both, or nothing."""
        place, role = self.places[document], self.roles[document]
        if by == PAIR:
            return (place, role)
        return place if by == PLACE else role if by == ROLE else ""

    def text(self, slot: Slot, document: int) -> str | None:
        """What a slot says in a document, if that is known."""
        if slot.filters[-2:] == ("count", "number"):
            entries = self.lists.get(slot.name, {}).get(document)
            return None if entries is None else self.written(COUNTED, Decimal(len(entries)))
        return self._texts.get(slot, {}).get(document)

    def is_said_by(self, slot: Slot, text: str) -> bool:
        """Whether the slot says this in any document."""
        return text in self._texts.get(slot, {}).values()

    def order(self, slot: Slot) -> int:
        """Which of several slots that say the same is meant: an entity's, then the simplest."""
        return self._order.get(slot, len(self._order))

    def tokens(self, text: str, document: int) -> Tokens:
        """The tokens of a document's text; put together again they are the text.

        The document's own names go before others', long ones before short ones; names of other documents
        are tokens of their own too, so that a constant can be compared with a slot at the same position.
        """
        return tuple(self._tokens(text, document))

    def _tokens(self, text: str, document: int) -> Iterator[Token]:
        if text not in self._figures:
            self._figures[text] = {found.start: found for found in self._figures_of(text)}
        figures, own = self._figures[text], self._own.get(document, {})
        own_starts, at = self._own_starts.get(document, {}), 0
        while at < len(text):
            piece = _PIECE.match(text, at)
            if piece is None:  # pragma: no cover
                raise AssertionError
            space, word = piece.groups()
            start = piece.start(2)
            name = _longest(own_starts.get(word, ()), text, start)
            name = name or _longest(self._starts.get(word, ()), text, start)
            if name:
                yield Token(space, name, start, tuple(own.get(name, ())), is_name=True)
                at = start + len(name)
            elif start in figures:
                found = figures[start]
                slots = self._counts.get(document, {}).get(found.value, ()) if found.form == COUNTED else ()
                raw = text[start : found.end]
                yield Token(space, raw, start, slots, form=found.form, value=found.value)
                at = found.end
            else:
                yield Token(space, word, start)
                at = piece.end()


def joined(tokens: Sequence[Token]) -> str:
    """The text that the tokens are of."""
    return "".join(token.space + token.raw for token in tokens)


def _texts_of(
    entities: Sequence[Entity], lists: Mapping[str, Mapping[int, tuple[str, ...]]], language: Language
) -> dict[Slot, dict[int, str]]:
    """What each slot says by document, the likelier of two slots first."""
    texts: dict[Slot, dict[int, str]] = {}
    for entity in entities:
        for form, slot in entity.slots.items():
            texts.setdefault(slot, entity.forms[form])
    chains: dict[Slot, dict[int, str]] = {}
    made: dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]] = {}
    for name, of in lists.items():
        for document, entries in of.items():
            if entries not in made:
                made[entries] = list(_chains(entries, language))
            for filters, text in made[entries]:
                chains.setdefault(Slot(name, filters), {})[document] = text
    simple = sorted(chains, key=lambda slot: (len(slot.filters), slot.filters, slot.name))
    texts.update((slot, chains[slot]) for slot in simple if slot not in texts)
    return texts


def _chains(entries: tuple[str, ...], language: Language) -> Iterator[tuple[tuple[str, ...], str]]:
    """What a list is through the filters that make a text of it."""
    for count in (*_FIRST, 0):
        taken = entries[:count] if count else entries
        cut = (f"first({count})",) if count else ()
        if len(entries) >= count and taken:
            for style in LISTED:
                text = _listed(taken, style, language)
                yield (*cut, style), text
                if text.lower() != text:
                    yield (*cut, style, "lower"), text.lower()


def _listed(entries: tuple[str, ...], style: str, language: Language) -> str:
    if style == "comma_list":
        return ", ".join(entries)
    before, *joints = language.joints(style.removesuffix("_list"), len(entries))
    return before + "".join(entry + joint for entry, joint in zip(entries, joints))


def _counts_of(
    lists: Mapping[str, Mapping[int, tuple[str, ...]]],
) -> dict[int, dict[Decimal, tuple[Slot, ...]]]:
    """By document and number, the slots that count a list with this many entries."""
    counts: dict[int, dict[Decimal, tuple[Slot, ...]]] = {}
    for name in sorted(lists):
        for document, entries in lists[name].items():
            by_number = counts.setdefault(document, {})
            number = Decimal(len(entries))
            by_number[number] = (*by_number.get(number, ()), Slot(name, ("count", "number")))
    return counts


def _is_name(text: str) -> bool:
    return len(text) > 1 and text.strip() == text and not text.isdigit()


def _starts(texts: Mapping[str, object]) -> dict[str, list[str]]:
    """The texts by their first piece, the longest first."""
    starts: dict[str, list[str]] = {}
    for text in sorted(texts, key=lambda text: (-len(text), text)):
        piece = _PIECE.match(text)
        if piece:
            starts.setdefault(piece[2], []).append(text)
    return starts


def _longest(names: Sequence[str], text: str, start: int) -> str:
    """The first of the names that stands here as words of its own."""
    for name in names:
        if text.startswith(name, start):
            end = start + len(name)
            if end == len(text) or not (_wordlike(text[end - 1]) and _wordlike(text[end])):
                return name
    return ""


def _wordlike(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
