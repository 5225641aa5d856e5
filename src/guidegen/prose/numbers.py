"""Numbers typed in a text in a form that isn't its locale's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guidegen.prose.sentences import SLOT
from guidegen.prose.tongue import Numerals, Tongue

Fault = tuple[int, int, str, str]  # from, to, message, hint
_NUMBER = re.compile(r"(?<![\w#/.,])\d+(?:[.,'’\u00a0\u202f]\d+|[ \n](?=\d{3}(?!\d))\d{3})*")
_DIGITS = re.compile(r"\d+")
_WORD_BEFORE = re.compile(r"[^\s\d(«“\"]+$")
_WORD_AFTER = re.compile(r"\s?([^\W\d_]+)")
_WIDE, _NARROW = "\u00a0", "\u202f"
_LOOKED_BACK = 40  # letters of the word before a number


def number_forms(text: str, tongue: Tongue, numerals: Numerals) -> Iterator[Fault]:
    """Numbers with the signs of another locale, and currency on the wrong side.

    Versions (NAME 3.12), times (12.30 uur), dates and numbers of several points are left alone.
    """
    for found in _NUMBER.finditer(text):
        parts = _DIGITS.findall(found[0])
        if len(parts) > 1 and (written := _rewritten(found[0], parts, numerals)):
            is_decimal = len(parts) == 2 and len(parts[1]) != 3
            if is_decimal and _is_no_amount(text, found, parts[1], tongue):
                continue
            number = found[0].replace("\n", " ")
            message = f"numbers aren't written as '{number}' in '{tongue.language}'"
            named = " (with a narrow no-break space, U+202F)" if _NARROW in written else ""
            hint = f"write {written}{named}, or make it a fact and a slot: {{{{ NAME | number }}}}"
            yield *found.span(), message, hint
    yield from _currency(text, numerals)


def _rewritten(number: str, parts: list[str], numerals: Numerals) -> str:
    """The number as the locale writes it; empty if that is how it is written, or can't be known."""
    between = [sign.replace(_WIDE, _NARROW) for sign in re.split(r"\d+", number)[1:-1]]
    group = numerals.group.replace(_WIDE, _NARROW)
    is_whole = _is_grouped(parts)
    if len(set(between)) == 1 and is_whole:
        if between[0] == group:
            return ""
        return group.join(parts)
    if len(between) == 1:
        other = between[0] in ".," and between[0] != numerals.decimal
        return numerals.decimal.join(parts) if other else ""
    *heads, last = between
    if len(set(heads)) == 1 and last not in heads and last in ".," and _is_grouped(parts[:-1]):
        written = group.join(parts[:-1]) + numerals.decimal + parts[-1]
        return written if heads[0] != group or last != numerals.decimal else ""
    return ""


def _is_grouped(parts: list[str]) -> bool:
    """Whether these are groups of thousands."""
    return len(parts[0]) <= 3 and not parts[0].startswith("0") and all(len(part) == 3 for part in parts[1:])


def _is_no_amount(text: str, found: re.Match[str], fraction: str, tongue: Tongue) -> bool:
    """Whether digits around a point are a version, or a time of day."""
    after = _WORD_AFTER.match(text, found.end())
    if after and after[1].casefold() in tongue.hours:
        return True
    before = _WORD_BEFORE.search(text[max(0, found.start() - _LOOKED_BACK) : found.start()].rstrip())
    is_name = before and not before[0].islower() and before[0].casefold() not in tongue.words
    return fraction == "0" or bool(is_name and before and before[0][-1:].isalnum())


def _currency(text: str, numerals: Numerals) -> Iterator[Fault]:
    """The sign of the currency on the other side of its number than the locale has it."""
    sign = re.escape(numerals.currency or "¤")
    blank = r"[ \n\u00a0\u202f]?"
    for found in re.finditer(rf"([\d{SLOT}]{blank})?{sign}({blank}[\d{SLOT}])?", text):
        is_first, is_last = found[2] is not None, found[1] is not None
        if is_first not in (is_last, numerals.is_currency_first):
            start = found.start() + len(found[1] or "")
            side, other = ("before", "after") if is_first else ("after", "before")
            message = f"'{numerals.currency}' stands {side} its number"
            hint = f"write it {other} the number, or make it a fact and a slot: {{{{ NAME | money }}}}"
            yield start, start + len(numerals.currency), message, hint
