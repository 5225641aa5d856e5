"""The filters that a slot may use: closed, per locale, a piece of text per entry of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from guidegen import schema
from guidegen.language import Language
from guidegen.lookup import say
from guidegen.template import Argument
from guidegen.values import Fact

TEXT, NUMBER, LIST, BOOLEAN, SEVERAL = "a text", "a number", "a list", "yes or no", "several values"


class Filter(NamedTuple):
    """What a filter takes and gives, the types of its arguments, and how it works.

    A text is a list of pieces, so that each entry of a list keeps a piece of its own.
    """

    takes: str
    gives: str
    arguments: tuple[type, ...]
    apply: Callable[..., Any]


def kind_of(type_: schema.Type) -> str:
    """What a value of this type is to filters."""
    if isinstance(type_, schema.Number):
        return NUMBER
    if isinstance(type_, schema.ListOf):
        return LIST
    if isinstance(type_, schema.Boolean):
        return BOOLEAN
    if isinstance(type_, (schema.Record, schema.Figures)):
        return SEVERAL
    return TEXT


def _capital(pieces: list[str], language: Language) -> list[str]:
    """The beginning of all with a capital."""
    for index, piece in enumerate(pieces):
        if piece:
            return [*pieces[:index], language.capital(piece), *pieces[index + 1 :]]
    return pieces


def _lower(pieces: list[str], language: Language) -> list[str]:
    return [piece.lower() for piece in pieces]


def _first(entries: Sequence[Fact], language: Language, count: int) -> Sequence[Fact]:
    return entries[:count]


def _count(entries: Sequence[Fact], language: Language) -> Decimal:
    return Decimal(len(entries))


def _listed(style: str) -> Callable[[Sequence[str], Language], list[str]]:
    def apply(texts: Sequence[str], language: Language) -> list[str]:
        return _between(texts, language.joints(style, len(texts)))

    return apply


def _comma_list(texts: Sequence[str], language: Language) -> list[str]:
    return _join(texts, language, ", ")


def _join(texts: Sequence[str], language: Language, separator: str) -> list[str]:
    return _between(texts, ("", *[separator] * (len(texts) - 1), ""))


def _between(texts: Sequence[str], joints: Sequence[str]) -> list[str]:
    pieces = [joints[0]]
    for text, joint in zip(texts, joints[1:]):
        pieces += [text, joint]
    return pieces


FILTERS: dict[str, Filter] = {
    "capital": Filter(TEXT, TEXT, (), _capital),
    "lower": Filter(TEXT, TEXT, (), _lower),
    "first": Filter(LIST, LIST, (int,), _first),
    "count": Filter(LIST, NUMBER, (), _count),
    "and_list": Filter(LIST, TEXT, (), _listed("and")),
    "or_list": Filter(LIST, TEXT, (), _listed("or")),
    "comma_list": Filter(LIST, TEXT, (), _comma_list),
    "join": Filter(LIST, TEXT, (str,), _join),
    "number": Filter(NUMBER, TEXT, (), lambda value, language: [language.number(value)]),
    "money": Filter(NUMBER, TEXT, (), lambda value, language: [language.money(value)]),
    "thousands": Filter(NUMBER, TEXT, (), lambda value, language: [language.thousands(value)]),
    "decimals": Filter(
        NUMBER, TEXT, (int,), lambda value, language, count: [language.decimals(value, count)]
    ),
    "percent": Filter(NUMBER, TEXT, (), lambda value, language: [language.percent(value)]),
    "plural": Filter(
        NUMBER, TEXT, (str, str), lambda value, language, one, other: [language.plural(value, one, other)]
    ),
}


def apply(name: str, value: Any, arguments: tuple[Argument, ...], language: Language, locale: str) -> Any:
    """A filter on a value: pieces of text, a number, or entries of a list."""
    used = FILTERS[name]
    if used.takes == LIST and used.gives == TEXT:
        value = [say(entry.value, locale) or "" for entry in value]
    return used.apply(value, language, *arguments)
