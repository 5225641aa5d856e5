"""Filters run backwards: what a slot's value may be, from the text that stands for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from guidegen import schema
from guidegen.keys import NUMBER
from guidegen.language import Language
from guidegen.learn.rounding import Interval
from guidegen.lookup import TERM
from guidegen.template import Slot
from guidegen.values import Term

LONGEST_TEXT = 400  # characters of a name or a text in a sentence
_MOST_PIECES = 60
_BLANKS = re.compile("[ \u00a0\u202f\u2009]")
_SIGNS = str.maketrans({"−": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " "})
_THOUSAND = 1000
_STYLES = {"and_list": "and", "or_list": "or"}


class Exactly(NamedTuple):
    """A number."""

    value: Decimal


class Within(NamedTuple):
    """A number that was rounded before it was printed."""

    numbers: Interval


class Listed(NamedTuple):
    """The first entries of a list, as texts or keys; all of them if `is_whole`."""

    entries: tuple[str, ...]
    is_whole: bool


class Counted(NamedTuple):
    """How many entries a list has."""

    entries: Decimal


class Saying(NamedTuple):
    """A text, or one of some; the first is the likeliest."""

    texts: tuple[str, ...]


class Unread(NamedTuple):
    """A text that fits, but that tells nothing of the value, for this reason."""

    why: str


Claim = Exactly | Within | Listed | Counted | Saying | Unread


class Affixes(NamedTuple):
    """What stands before and behind a number of some form."""

    before: str
    behind: str


class Inverse:
    """The filters of one locale, backwards.

    `terms` are the pack's vocabularies; `entries` are entries that lists of the document, or of the pack,
    are known to have, by the list's name.
    """

    def __init__(self, language: Language, locale: str, terms: dict[str, dict[str, Term]]) -> None:
        self.language = language
        self.locale = locale
        self.terms = terms
        self.entries: dict[str, list[str]] = {}
        probe = language.number(Decimal("1234567.5"))
        digits = [letter for letter in probe if not letter.isdigit()]
        self._group, self._point = (digits[0], digits[-1]) if len(digits) > 1 else ("", digits[0])
        self._affixes = {
            "number": Affixes("", ""),
            "money": _affixes(language.money(Decimal(1))),
            "thousands": _affixes(language.thousands(Decimal(_THOUSAND))),
            "percent": _affixes(language.percent(Decimal("0.01"))),
        }
        self._names: dict[str, dict[str, str]] = {}

    def claim(self, slot: Slot, text: str, kind: schema.Type) -> Claim | None:
        """What a text says of the value of a slot; None if the slot can't say it."""
        if not text or text != text.strip(" ") or "\n" in text:
            return None
        filters = list(slot.filters)
        if filters and filters[-1][0] == "capital" and len(filters) > 1:
            filters.pop()  # what it began with is told apart by what the other filter makes
            for one in self._uncapitalised(text):
                if claim := self.claim(slot._replace(filters=tuple(filters)), one, kind):
                    return claim
            return None
        if isinstance(kind, schema.ListOf):
            return self._list(slot.name, filters, text, kind)
        if isinstance(kind, schema.Number):
            return self._number(filters, text)
        return self._text(filters, text, kind)

    # -- numbers

    def _number(self, filters: Sequence[tuple[str, tuple[str | int, ...]]], text: str) -> Claim | None:
        if len(filters) != 1:
            return None
        [(name, arguments)] = filters
        if name == "plural":
            return Unread("its plural doesn't say the number") if text in arguments else None
        value = self.number(name, text)
        if value is None:
            return None
        if name == "percent":
            return Exactly(value.scaleb(-2))
        if name != "thousands":
            return Exactly(value)
        least = Fraction(value) * _THOUSAND - _THOUSAND // 2
        return Within(Interval(least, least + _THOUSAND, has_low=value > 0, has_high=False))

    def number(self, form: str, text: str) -> Decimal | None:
        """The number that a text writes in a form (`number`, `money`, `thousands`, `percent`).

        Any blanks between digits, or none, are as good as the language's own. None if it writes none.
        """
        affixes = self._affixes.get(form)
        plain, before, behind = (part.translate(_SIGNS) for part in (text, *(affixes or ("", ""))))
        if affixes is None or len(text) > LONGEST_TEXT or len(plain) <= len(before) + len(behind):
            return None
        if not (plain.startswith(before) and plain.endswith(behind)):
            return None
        digits = plain[len(before) : len(plain) - len(behind)]
        group = self._group.translate(_SIGNS)
        whole, _, decimals = digits.partition(self._point)
        if group and not re.fullmatch(rf"-?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+|-?\d+", whole):
            return None
        bare = whole.replace(group, "") if group else whole
        written = f"{bare}.{decimals}" if decimals else bare
        if self._point in digits and not decimals:
            return None
        return Decimal(written) if NUMBER.fullmatch(written) else None

    # -- lists

    def _list(
        self,
        name: str,
        filters: Sequence[tuple[str, tuple[str | int, ...]]],
        text: str,
        kind: schema.ListOf,
    ) -> Claim | None:
        most: int | None = None
        for index, (filter_, arguments) in enumerate(filters):
            if filter_ == "first" and isinstance(arguments[0], int):
                most = arguments[0] if most is None else min(most, arguments[0])
            elif filter_ == "count":
                rest = filters[index + 1 :]
                value = self._number(rest, text)
                return Counted(value.value) if isinstance(value, Exactly) else value
            elif index == len(filters) - 1:
                return self._split(name, filter_, arguments, text, kind, most)
        return None

    def _split(
        self,
        name: str,
        filter_: str,
        arguments: tuple[str | int, ...],
        text: str,
        kind: schema.ListOf,
        most: int | None,
    ) -> Claim | None:
        if most == 1:
            parted = [[text]]
        elif filter_ in ("join", "comma_list"):
            between = str(arguments[0]) if arguments else ", "
            parted = _cover(text, between, between, self._known(name, kind.item), most)
        else:
            style = _STYLES[filter_]
            between, last = self.language.joints(style, 4)[1], self.language.joints(style, 4)[-2]
            parted = _cover(text, between, last, self._known(name, kind.item), most)
        if isinstance(kind.item, schema.KeyOf):
            names = self.names(kind.item.vocabulary)
            keyed = [
                [names[one] for one in entries] for entries in parted if all(e in names for e in entries)
            ]
            parted = keyed
            if not parted:
                return None
        parted = [entries for entries in parted if len({*entries}) == len(entries)] or parted
        if not parted:
            return None
        if len({tuple(entries) for entries in parted}) > 1:
            return Unread("its entries can't be told apart")
        return Listed(tuple(parted[0]), most is None or len(parted[0]) < most)

    def _known(self, name: str, item: schema.Type) -> dict[str, str]:
        """The entries that may be in a list, as they are said."""
        if isinstance(item, schema.KeyOf):
            return self.names(item.vocabulary)
        return dict.fromkeys(self.entries.get(name, ()), "")

    def names(self, vocabulary: str) -> dict[str, str]:
        """Keys of a vocabulary by what they are called."""
        if vocabulary not in self._names:
            self._names[vocabulary] = {}
            for key, term in self.terms.get(vocabulary, {}).items():
                if said := term.names.form("name", self.locale):
                    self._names[vocabulary].setdefault(said, key)
        return self._names[vocabulary]

    def term(self, vocabulary: str, form: str, text: str) -> str | None:
        """The key of the term that a text is a form of."""
        terms = self.terms.get(vocabulary, {}).items()
        if form == "key":
            return text if text in dict(terms) else None
        return next((key for key, term in terms if term.names.form(form, self.locale, TERM) == text), None)

    # -- texts

    def _text(
        self, filters: Sequence[tuple[str, tuple[str | int, ...]]], text: str, kind: schema.Type
    ) -> Claim | None:
        if len(text) > LONGEST_TEXT or isinstance(kind, (schema.Boolean, schema.Record, schema.Figures)):
            return None
        options = [text]
        for name, _ in reversed(filters):
            options = [one for each in options for one in self._unchanged(name, each, kind)]
        if isinstance(kind, schema.Choice):
            options = [one for one in options if one in kind.options]
        if isinstance(kind, schema.KeyOf):
            options = [key for one in options if (key := self.names(kind.vocabulary).get(one))]
        return Saying(tuple(dict.fromkeys(options))) if options else None

    def _unchanged(self, name: str, text: str, kind: schema.Type) -> list[str]:
        """What a text may have been before a filter; what the pack knows comes first."""
        if name == "capital":
            return self._uncapitalised(text)
        if name == "lower" and text == text.lower():
            known: Iterable[str] = kind.options if isinstance(kind, schema.Choice) else ()
            known = self.names(kind.vocabulary) if isinstance(kind, schema.KeyOf) else known
            return [*(word for word in known if word.lower() == text), text]
        return []

    def _uncapitalised(self, text: str) -> list[str]:
        options = [text[:width].lower() + text[width:] for width in (1, 2)] + [text]
        return [one for one in dict.fromkeys(options) if self.language.capital(one) == text]


def _affixes(one: str) -> Affixes:
    before, _, behind = one.partition("1")
    return Affixes(before, behind)


def _cover(text: str, between: str, last: str, known: dict[str, str], most: int | None) -> list[list[str]]:
    """The ways to part a text into entries: by entries that are known, else where only one way is there."""
    cuts = re.split(f"({re.escape(last)}|{re.escape(between)})", text)
    if len(cuts) // 2 >= _MOST_PIECES:
        return []
    pieces, joints = cuts[::2], cuts[1::2]
    ways = [one for one in _ways(pieces, joints, between, last, known) if most is None or len(one) <= most]
    if ways:
        return ways[:2]
    entries, lasts = pieces, [index for index, joint in enumerate(joints) if joint == last]
    if (between != last and len(lasts) > 1) or not all(pieces):
        return []
    if between != last and joints and lasts != [len(joints) - 1]:
        return []
    return [entries] if most is None or len(entries) <= most else []


def _ways(
    pieces: list[str], joints: list[str], between: str, last: str, known: dict[str, str]
) -> list[list[str]]:
    """All ways to read the pieces as known entries, `last` standing before the last of several alone."""
    ends: list[list[list[str]]] = [[[]], *([] for _ in pieces)]  # by how many pieces are read
    for end in range(1, len(pieces) + 1):
        for start in range(max(0, end - 8), end):
            entry = "".join(
                piece + joint for piece, joint in zip(pieces[start:end], [*joints[start : end - 1], ""])
            )
            if entry not in known or not ends[start]:
                continue
            wanted = "" if not start else last if end == len(pieces) else between
            if not start or joints[start - 1] == wanted:
                ends[end] += [[*before, entry] for before in ends[start]][:2]
    return ends[-1]
