"""Whether a pack states a fact as a document tells it, and how it differs in words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from guidegen.learn.found import Fact, Plain
from guidegen.lookup import Found, say
from guidegen.values import Entries, Entry, Term


class Differing(NamedTuple):
    """A fact that the pack states otherwise than the document tells."""

    name: str
    stated: str
    told: str
    line: int


def shown(value: Plain) -> str:
    """A value as a file of facts has it, on one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        return ", ".join(f"{name} ({note})" if note else name for name, note in value)
    return value


def differing(name: str, stated: Found, fact: Fact, locale: str) -> list[Differing]:
    """How a fact differs; of lists of one length, entry by entry."""
    told = fact.value
    if isinstance(stated, Entries) and isinstance(told, tuple) and len(stated) == len(told):
        pairs = [(_of_entry(ours.value, locale), shown((theirs,))) for ours, theirs in zip(stated, told)]
        return [
            Differing(f"{name}[{at}]", ours, theirs, fact.line + at)
            for at, (ours, theirs) in enumerate(pairs)
            if ours != theirs
        ]
    return [Differing(name, _in_words(stated, locale), shown(told), fact.line)]


def _in_words(value: Found, locale: str) -> str:
    if isinstance(value, (bool, Decimal)):
        return shown(value)
    if isinstance(value, Entries):
        return ", ".join(_of_entry(each.value, locale) for each in value)
    return value.key if isinstance(value, Term) else say(value, locale) or "no text in this locale"


def _of_entry(value: Found, locale: str) -> str:
    if isinstance(value, Term):
        return value.key
    note = say(value.note, locale) if isinstance(value, Entry) and value.note else ""
    return f"{say(value, locale)} ({note})" if note else say(value, locale) or ""


def agree(stated: Found, fact: Fact, locale: str) -> bool:
    """Whether the pack has a fact as the document tells it."""
    told = fact.value
    if isinstance(stated, Entries) and isinstance(told, tuple):
        entries = [_of_entry(each.value, locale) for each in stated]
        heard = [f"{name} ({note})" if note else name for name, note in told]
        return entries == heard if fact.is_whole else entries[: len(heard)] == heard
    if isinstance(stated, Decimal) and isinstance(told, Decimal):
        return stated == told or bool(fact.may_be and fact.may_be.holds(Fraction(stated)))
    if isinstance(stated, Term):
        return stated.key == told
    return say(stated, locale) == told if isinstance(told, str) else stated == told
