"""What the prose linter knows of a language, read from languages/, and how a locale writes numbers."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from guidegen.language import Language

_FILES = Path(__file__).parents[1] / "languages"
_SOME_WORDS = r"[^;:!?]{1,60}?"  # no more, so that the search stays linear
_ELLIPSIS = re.compile(r"\s*…\s*")


class Tongue(NamedTuple):
    """A language for the linter. Without a file of its own, a language has what all of them share."""

    language: str
    pairs: tuple[str, ...] = ("()", "[]", "{}", '""')
    apostrophe: str = "’"
    doubles: frozenset[str] = frozenset()
    comparing: re.Pattern[str] | None = None
    abbreviations: frozenset[str] = frozenset()
    opening_words: int = 2
    opening_letters: int = 9
    hours: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    space_before: str = ""
    space_after: str = ""
    space_before_unit: str = ""


class Numerals(NamedTuple):
    """How a locale writes numbers: its two signs, and the currency's, with the side that it stands on."""

    decimal: str
    group: str
    currency: str
    is_currency_first: bool


def tongue_of(locale: str) -> Tongue:
    """The language of a locale."""
    return _tongue(locale.partition("-")[0])


@cache
def _tongue(language: str) -> Tongue:
    file = _FILES / f"prose-{language}.toml"
    if not file.is_file():
        return Tongue(language)
    import tomllib

    return Tongue(language, **_typed(tomllib.loads(file.read_text("utf-8"))))


def _typed(data: dict[str, Any]) -> dict[str, Any]:
    named = ("doubles", "abbreviations", "hours", "words")
    sets: dict[str, Any] = {key: frozenset(data[key]) for key in named if key in data}
    return {**data, **sets, "pairs": tuple(data["pairs"]), "comparing": _comparing(data["comparing"])}


def _comparing(phrases: list[str]) -> re.Pattern[str]:
    """One pattern for all the ways to compare, the longer before the shorter."""
    written = (
        rf"\b{_SOME_WORDS}\b".join(map(re.escape, _ELLIPSIS.split(phrase)))
        for phrase in sorted(phrases, key=len, reverse=True)
    )
    return re.compile(rf"\b(?:{'|'.join(written)})\b", re.IGNORECASE)


def numerals_of(language: Language) -> Numerals:
    """The signs of a locale's numbers, by Babel's data and the pack's pattern for money."""
    return _numerals(language.babel, language.currency, language.patterns["money"])


@cache
def _numerals(babel: str, currency: str, money: str) -> Numerals:
    from babel import Locale
    from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol

    locale = Locale.parse(babel)
    return Numerals(
        get_decimal_symbol(locale),
        get_group_symbol(locale),
        get_currency_symbol(currency, locale=locale),
        money.find("¤") < money.find("#"),
    )
