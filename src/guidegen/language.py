"""How a locale writes numbers, money, lists and plurals: Babel's data, rounded by us."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Literal

from guidegen.grammar import capital

if TYPE_CHECKING:
    from babel import Locale

_MARKS = ("\ue000", "\ue001", "\ue002", "\ue003")
_MOST_KEPT = 50_000
_DECIMALS = re.compile(r"\.(0+)")  # of a pattern: the digits that are always shown
_EXACT = Context(prec=60)  # more digits than fields and formulas can make; nothing is rounded by it
LIST_STYLES: dict[str, Literal["standard", "or"]] = {"and": "standard", "or": "or"}


def is_known(tag: str) -> bool:
    """Whether Babel has data for this locale (`en_GB`, `nl_BE`)."""
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(tag)
    except (ValueError, UnknownLocaleError, TypeError):
        return False
    return True


def direction(tag: str) -> str:
    """Which way a locale is written, `ltr` or `rtl`; left to right where Babel doesn't know the tag."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(tag, sep="-").text_direction
    except (ValueError, UnknownLocaleError):
        return "ltr"


class Language:
    """One locale's conventions. Numbers are never rounded here unless a method says so."""

    def __init__(self, babel: str, money: str, thousands: str, currency: str) -> None:
        self.babel = babel
        self.patterns = {"money": money, "thousands": thousands}
        self.currency = currency
        self._locale: Locale | None = None
        self._written: dict[tuple[str, Decimal], str] = {}
        self._joints: dict[tuple[str, int], tuple[str, ...]] = {}

    @property
    def locale(self) -> Locale:
        """Babel's locale, loaded when it is first needed."""
        if self._locale is None:
            from babel import Locale

            self._locale = Locale.parse(self.babel)
        return self._locale

    def number(self, value: Decimal) -> str:
        """All the digits that the value has, grouped: 36,000 or 1.03."""
        from babel.numbers import format_decimal

        return self._once(
            "number",
            value,
            lambda: format_decimal(plain(value), locale=self.locale, decimal_quantization=False),
        )

    def _once(self, style: str, value: Decimal, write: Callable[[], str]) -> str:
        """A number in a style, written once for all guides."""
        key = (style, value)
        if key not in self._written:
            if len(self._written) >= _MOST_KEPT:
                self._written.clear()
            self._written[key] = write()
        return self._written[key]

    def percent(self, value: Decimal) -> str:
        """A share as a percentage, with all its digits: 0.125 is 12.5%."""
        from babel.numbers import format_percent

        return format_percent(plain(value), locale=self.locale, decimal_quantization=False)

    def money(self, value: Decimal) -> str:
        """An amount of the pack's currency, with all its digits: €37,080."""
        return self._currency(value, "money")

    def thousands(self, value: Decimal) -> str:
        """An amount in thousands, halves rounded up: 37,080 is €37k and 87,550 is €88k.

        A pattern that shows decimals has as many of them: €37.1k by `¤0.0k`.
        """
        shown = _DECIMALS.search(self.patterns["thousands"])
        unit = Decimal(1).scaleb(-len(shown[1]) if shown else 0)
        return self._currency(value.scaleb(-3, _EXACT).quantize(unit, ROUND_HALF_UP, _EXACT), "thousands")

    def decimals(self, value: Decimal, count: int) -> str:
        """A number with this many decimals, halves rounded up, zeros too: 1.1 is 1.10 with two."""
        from babel.numbers import format_decimal

        rounded = value.quantize(Decimal(1).scaleb(-count), ROUND_HALF_UP, _EXACT)
        pattern = "#,##0" + ("." + "0" * count if count else "")
        return format_decimal(rounded, pattern, locale=self.locale, decimal_quantization=False)

    def _currency(self, value: Decimal, pattern: str) -> str:
        from babel.numbers import format_currency

        return self._once(
            pattern,
            value,
            lambda: format_currency(
                plain(value),
                self.currency,
                format=self.patterns[pattern],
                locale=self.locale,
                currency_digits=False,
                decimal_quantization=False,
            ),
        )

    def capital(self, text: str) -> str:
        """The text with a capital at its beginning, as this language writes one."""
        return capital(self.babel.replace("_", "-"), text)

    def plural(self, value: Decimal, one: str, other: str) -> str:
        """The form that goes with this many."""
        return one if self.locale.plural_form(plain(value)) == "one" else other

    def joints(self, style: str, count: int) -> tuple[str, ...]:
        """What stands around the entries of a list: before the first, between each, after the last.

        `style` is `and` or `or`; the result has `count` + 1 texts.
        """
        if count < 2:
            return ("",) * (count + 1)
        key = (style, min(count, 4))
        if key not in self._joints:
            from babel.lists import format_list

            marks = _MARKS[: key[1]]
            joined = format_list(marks, style=LIST_STYLES[style], locale=self.locale)
            parts = []
            for mark in marks:
                before, _, joined = joined.partition(mark)
                parts.append(before)
            self._joints[key] = (*parts, joined)
        first, *between, last, end = self._joints[key]
        if count > 4:
            between += [between[-1]] * (count - 4)
        return (first, *between, last, end)


def plain(value: Decimal) -> Decimal:
    """The value without an exponent and without trailing zeros: 37080, not 3.708E+4."""
    value = value.normalize(_EXACT)
    return value.quantize(Decimal(1), context=_EXACT) if value == value.to_integral_value() else value
