"""Where documents name what they are about: every written form of a place, a role or another entity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from guidegen.learn.model import Entity

_TOKEN = re.compile(r"\w+|[^\w\s]")
_FIRST_MARK = 0xE000  # private use: no word of any language, one token to whoever splits a text


class Span(NamedTuple):
    """A stretch of a text that is a form of an entity, which is meant by its number among the entities.

    Where forms look the same there is a span for each. `own` is no if the form is another document's.
    """

    start: int
    end: int
    entity: int
    form: str
    own: bool = True


class Surfaces:
    """The forms of some entities, to be found in texts: longest first, whole words, as they are written.

    Only forms that a slot gives count. A form of any document hides shorter ones inside of it, so that York
    isn't found in New York. Finding takes time linear in the text, however many forms there are.
    """

    def __init__(self, entities: Sequence[Entity]) -> None:
        self.entities = tuple(entities)
        self._own: dict[int, dict[str, list[tuple[int, str]]]] = {}
        everyone: dict[str, list[tuple[int, str]]] = {}
        for number, entity in enumerate(self.entities):
            for form in (form for form in entity.forms if form in entity.slots):
                for document, text in entity.forms[form].items():
                    if text:
                        self._own.setdefault(document, {}).setdefault(text, []).append((number, form))
                        meant = everyone.setdefault(text, [])
                        if (number, form) not in meant:
                            meant.append((number, form))
        self._everyone = everyone
        self._starting: dict[str, list[str]] = {}
        for text in sorted(everyone, key=lambda text: (-len(text), text)):
            if first := _TOKEN.search(text):
                self._starting.setdefault(first[0], []).append(text)

    def spans(self, text: str, document: int, *, others: bool = False) -> list[Span]:
        """Where a text of a document has forms of its entities, in order; of all documents' with `others`."""
        own = self._own.get(document, {})
        return [
            Span(start, start + len(found), number, form, found in own)
            for start, found in self._found(text)
            if others or found in own
            for number, form in own.get(found) or self._everyone[found]
        ]

    def mask(self, text: str, document: int) -> str:
        """The text with a mark for each form of the document's own entities, a character per entity."""
        pieces: list[str] = []
        end = 0
        for span in self.spans(text, document):
            if span.start >= end:
                pieces += (text[end : span.start], chr(_FIRST_MARK + span.entity))
                end = span.end
        return "".join(pieces) + text[end:] if pieces else text

    def _found(self, text: str) -> Iterator[tuple[int, str]]:
        end = 0
        for token in _TOKEN.finditer(text) if self._starting else ():
            if token.start() < end:
                continue
            for surface in self._starting.get(token[0], ()):
                if text.startswith(surface, token.start()) and _ends(text, token.start() + len(surface)):
                    end = token.start() + len(surface)
                    yield token.start(), surface
                    break


def _ends(text: str, at: int) -> bool:
    """Whether no word goes on here."""
    return at == len(text) or not (_is_word(text[at]) and _is_word(text[at - 1]))


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def spans(text: str, document: int, entities: Sequence[Entity], *, others: bool = False) -> list[Span]:
    """The same as `Surfaces(entities).spans`; for many texts make the `Surfaces` once."""
    return Surfaces(entities).spans(text, document, others=others)


def mask(text: str, document: int, entities: Sequence[Entity]) -> str:
    """The same as `Surfaces(entities).mask`; for many texts make the `Surfaces` once."""
    return Surfaces(entities).mask(text, document)
