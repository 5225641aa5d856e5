"""Words and sentences of a text, told by its form: where each begins and ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from guidegen.prose.tongue import Tongue

# A slot of a passage, which is text only in a guide: one character for each slot that differs.
FIRST_SLOT, LAST_SLOT = "\ue000", "\uf8ff"
SLOT = f"{FIRST_SLOT}-{LAST_SLOT}"  # within the brackets of a pattern
_TOKEN = re.compile(r"\S+")
_OPENING = "([{«“‘„\"'"
_CLOSING = ")]}»”’\"'"
_STOPS = ".!?…"
_SHORT = 4  # letters of a word with a full stop that may be an abbreviation nobody listed


class Word(NamedTuple):
    """A stretch without blanks: where its inside stands, and the marks before and after it."""

    start: int
    inside: str
    before: str
    after: str

    @property
    def end(self) -> int:
        """Where the inside ends."""
        return self.start + len(self.inside)

    @property
    def folded(self) -> str:
        """The inside, whatever its case."""
        return self.inside.casefold()

    @property
    def is_spoken(self) -> bool:
        """Whether it has a letter, or is a slot."""
        return any(letter.isalpha() or is_slot(letter) for letter in self.inside)


def is_slot(letter: str) -> bool:
    """Whether a character stands for a slot."""
    return FIRST_SLOT <= letter <= LAST_SLOT


@lru_cache(maxsize=16)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text, in order; several rules in turn ask for those of one text."""
    return tuple(_word(found[0], found.start()) for found in _TOKEN.finditer(text))


def _word(token: str, start: int) -> Word:
    rest = token.lstrip(_OPENING)
    inside = rest.rstrip(_CLOSING + _STOPS + ",;:")
    before = token[: len(token) - len(rest)]
    return Word(start + len(before), inside, before, rest[len(inside) :])


def sentences_of(text: str, tongue: Tongue) -> Iterator[list[Word]]:
    """The sentences of a text, each as its words; marks that stand alone are words without an inside."""
    sentence: list[Word] = []
    words = words_of(text)
    for index, word in enumerate(words):
        sentence.append(word)
        if word.after and _ends(word, words, index + 1, tongue):
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _ends(word: Word, words: tuple[Word, ...], after: int, tongue: Tongue) -> bool:
    """Whether a sentence ends with this word."""
    stop = word.after.rstrip(_CLOSING)[-1:]
    if not stop or stop not in _STOPS:
        return False
    following = next((one.inside[0] for one in words[after : after + 3] if one.inside), "")
    if stop != ".":
        return not following.islower()
    is_initial = len(word.inside) == 1 and word.inside.isupper()
    if is_initial or f"{word.folded}." in tongue.abbreviations:
        return False
    return not following.islower() or (len(word.inside) > _SHORT and "." not in word.inside)
