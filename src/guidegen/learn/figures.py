"""Numbers in texts, as slots print them: where they stand, how they are written and what they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from guidegen.keys import NUMBER as NUMBER_OF_A_FACT
from guidegen.language import Language

MONEY, THOUSANDS, PERCENT, NUMBER = FORMS = ("money", "thousands", "percent", "number")
CURRENCIES = (
    "EUR",
    "GBP",
    "USD",
    "CHF",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "RON",
    "CAD",
    "AUD",
    "JPY",
)
_NUMBERS = "#,##0"  # in a pattern
_BLANKS = " \u00a0\u2009\u202f"
_LONGEST = 40  # characters of a number, with what groups its digits
# Digits and what joins them: a sign between digits, and a blank before a group of three.
_RUN = re.compile(rf"[0-9]+(?:[.,'’/:·‐‑–—-][0-9]+|(?<![0-9]{{4}})[{_BLANKS}][0-9]{{3}}(?![0-9]))*")
_DASHES = re.compile(r"[‐‑–—-]")
_ROW = re.compile(rf"(?<![0-9])[0-9]{{1,4}}(?:[{_BLANKS}][0-9]{{1,4}}){{2,}}(?![0-9])")  # as of phone numbers
_PART_BEFORE = re.compile(r"[\w/\\#@&=+.,:'’]$")  # of a name, a version, an address, a longer number
_PART_AFTER = re.compile(r"[\w\\@=]|[.:]\w")
_NAME_BEFORE = re.compile(r"\w[‐‑-]$")  # some names end in numbers: COVID-19


class Found(NamedTuple):
    """A number in a text: from where to where, by which filter it is printed so, and what it is.

    The value of `thousands` is the number that is printed, 37 for €37k.
    """

    start: int
    end: int
    form: str
    value: Decimal


class Patterns(NamedTuple):
    """How documents write money: what `pack.yaml` says of a locale, and the currency.

    `amounts` says how many there are of that currency.
    """

    babel: str
    currency: str
    money: str
    thousands: str
    amounts: int

    @property
    def language(self) -> Language:
        """The language that writes so."""
        return Language(self.babel, self.money, self.thousands, self.currency)


class _Signs(NamedTuple):
    """What a language writes around and in its numbers; `around` by form: before, behind."""

    around: tuple[tuple[str, str, str], ...]
    group: str
    decimal: str
    minus: str


def written(form: str, value: Decimal, language: Language) -> str:
    """A figure as the filter of that name prints it; the value of `thousands` is in thousands."""
    if form == THOUSANDS:
        return language.thousands(value.scaleb(3))
    if form == MONEY:
        return language.money(value)
    return language.percent(value) if form == PERCENT else language.number(value)


def figures_in(text: str, language: Language) -> list[Found]:
    """The numbers of a text that one of the filters prints so, to the letter, in this language.

    A slot with that filter gives the text back, therefore. Of several forms it is the longest: with its
    currency or sign. Parts of names, versions, dates, times, fractions, addresses and phone numbers are left
    alone; of a range like 10-20 both numbers are found, or neither. Takes time that grows with the text.
    """
    signs = _signs(language)
    figures: list[Found] = []
    for run in _RUN.finditer(text):
        before = figures[-1].end if figures else 0
        if whole := _figure(text, run.span(), language, signs, before):
            figures.append(whole)
        elif dashes := _DASHES.findall(run[0]):
            middle = run.start() + run[0].index(dashes[0])
            if len(dashes) == 1 and (first := _figure(text, (run.start(), middle), language, signs, before)):
                second = _figure(text, (middle + 1, run.end()), language, signs, first.end)
                figures += [first, second] if second else []
    return list(_out_of_rows(text, figures, signs.group))


def _figure(
    text: str, digits: tuple[int, int], language: Language, signs: _Signs, before: int
) -> Found | None:
    """The number with these digits; `before` is where the last one ended."""
    if digits[1] - digits[0] > _LONGEST:
        return None
    plain = text[slice(*digits)].replace(signs.group, "").replace(signs.decimal, ".")
    if not NUMBER_OF_A_FACT.fullmatch(plain):
        return None
    for form, ahead, behind in signs.around:
        start, end = digits[0] - len(ahead), digits[1] + len(behind)
        if start < before or not (text.startswith(ahead, start) and text.startswith(behind, digits[1])):
            continue
        value = Decimal(plain).scaleb(-2) if form == PERCENT else Decimal(plain)
        if _PART_AFTER.match(text, end) or _written(form, value, language) != text[start:end]:
            continue
        if before and start == before + 1 and _DASHES.match(text, before):
            return Found(start, end, form, value)  # a range's second number
        signed = start - len(signs.minus)
        is_signed = signed > before or signed == 0
        is_signed = is_signed and not text[signed - 1 : signed].isalnum()
        if is_signed and _written(form, -value, language) == text[signed:end]:
            start, value = signed, -value
        around = text[max(0, start - 2) : start]
        if not _PART_BEFORE.search(around) and not _NAME_BEFORE.search(around):
            return Found(start, end, form, value)
    return None


def _out_of_rows(text: str, figures: Sequence[Found], group: str) -> Iterator[Found]:
    """The figures but for bare numbers in a row of three and more, which are no amounts."""
    rows = _ROW.finditer(text)
    row = next(rows, None)
    for figure in figures:
        while row and row.end() <= figure.start:
            row = next(rows, None)
        is_grouped = group and group in text[figure.start : figure.end]
        if figure.form != NUMBER or is_grouped or not (row and row.start() <= figure.start):
            yield figure


@lru_cache(maxsize=16)
def _signs(language: Language) -> _Signs:
    one = {form: written(form, Decimal("0.01" if form == PERCENT else 1), language) for form in FORMS}
    around = [(form, *text.partition("1")[::2]) for form, text in one.items() if text.count("1") == 1]
    around.sort(key=lambda each: (-len(each[1] + each[2]), FORMS.index(each[0])))
    million, half = language.number(Decimal(1_000_000)), language.number(Decimal("1.5"))
    group = million[1:-6] if len(million) == 7 else million[1:-1].strip("0")[:1]
    return _Signs(tuple(around), group or "\0", half[1:-1], language.number(Decimal(-1)).partition("1")[0])


@lru_cache(maxsize=8192)
def _written(form: str, value: Decimal, language: Language) -> str:
    return written(form, value, language)


def patterns_in(texts: Iterable[str], babel: str, currencies: Sequence[str] = CURRENCIES) -> Patterns:
    """How texts of a locale of Babel's write amounts, whole and in thousands, and of which currency.

    The currency with most amounts, then the pattern that most of them have, with the very blanks that are
    there; only what prints back counts. Where there are none: the first currency, and CLDR's patterns. Of
    whole amounts and thousands, one stands in for the other where only that is there.
    """
    signs = _signs(Language(babel, f"¤{_NUMBERS}", f"¤{_NUMBERS}k", currencies[0]))
    names = _names(babel, currencies)
    amount = _amount(names, signs)
    counts: Counter[tuple[str, bool, str]] = Counter()
    for text in texts:
        for found in amount.finditer(text):
            counts.update(_patterned(found, names, babel))
    totals = Counter(dict.fromkeys(currencies[:1], 0))
    for (currency, _, _), count in counts.items():
        totals[currency] += count
    currency = min(totals, key=lambda each: (-totals[each], currencies.index(each)))
    money, thousands = (
        min(
            (key for key in counts if key[0] == currency and key[1] is in_thousands),
            key=lambda key: (-counts[key], key[2]),
            default=("", in_thousands, ""),
        )[2]
        for in_thousands in (False, True)
    )
    whole, short = _usual(babel)
    money = money or (re.sub(rf"[{_BLANKS}]?[kK](?=[{_BLANKS}]?¤|$)", "", thousands) if thousands else whole)
    thousands = thousands or (_in_thousands(money) if counts else short)
    return Patterns(babel, currency, money, thousands, totals[currency])


def locale_of(
    texts: Iterable[str], babels: Sequence[str], currencies: Sequence[str] = CURRENCIES
) -> Patterns:
    """Of several locales the one in which most amounts and grouped numbers print back; else the first.

    As `patterns_in` says for that one: texts with $36,000 are en_US rather than en_GB, where it is US$36,000.
    """
    listed = list(texts)
    best, most = None, -1
    for babel in babels:
        patterns = patterns_in(listed, babel, currencies)
        count = sum(
            not text[found.start : found.end].isdigit()
            for text in listed
            for found in figures_in(text, patterns.language)
        )
        if count > most:
            best, most = patterns, count
    assert best is not None  # there is a locale
    return best


def _names(babel: str, currencies: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Signs and codes of currencies, each with its currency and what it is in a pattern."""
    from babel.numbers import get_currency_symbol

    names: dict[str, tuple[str, str]] = {}
    for currency in currencies:
        names.setdefault(get_currency_symbol(currency, babel), (currency, "¤"))
    for currency in currencies:
        names.setdefault(currency, (currency, "¤¤"))
    return names


def _amount(names: Iterable[str], signs: _Signs) -> re.Pattern[str]:
    """An amount with its currency, before or behind, and perhaps a k."""
    name = "|".join(re.escape(each) for each in sorted(names, key=lambda each: (-len(each), each)))
    number = rf"[0-9]{{1,3}}(?:{re.escape(signs.group)}[0-9]{{2,3}}){{1,5}}(?![0-9])|[0-9]{{1,15}}(?![0-9])"
    decimals = rf"(?:{re.escape(signs.decimal)}[0-9]{{1,9}}(?![0-9]))?"
    ahead = rf"(?<!\w)(?P<before>{name})(?P<gap>[{_BLANKS}]?)"
    short = rf"(?P<short>[{_BLANKS}]?[kK](?!\w))?"
    behind = rf"(?P<last>[{_BLANKS}]?[kK])?(?P<space>[{_BLANKS}]?)(?P<behind>{name})(?!\w)"
    digits = rf"(?:{number}){decimals}"
    return re.compile(
        rf"{ahead}{digits}{short}(?!\w|[.,][0-9])"
        rf"|(?<![\w.,/]){digits}{behind}"
    )


def _patterned(
    found: re.Match[str], names: dict[str, tuple[str, str]], babel: str
) -> list[tuple[str, bool, str]]:
    """The currency of an amount, whether it is in thousands, and its pattern: if that prints it so."""
    if found["before"]:
        currency, sign = names[found["before"]]
        pattern = f"{sign}{found['gap']}{_NUMBERS}{found['short'] or ''}"
    else:
        currency, sign = names[found["behind"]]
        pattern = f"{_NUMBERS}{found['last'] or ''}{found['space']}{sign}"
    in_thousands = bool(found["short"] or found["last"])
    language = _language(babel, pattern, currency)
    figures = figures_in(found[0], language)
    is_printed = [figure.end - figure.start for figure in figures] == [len(found[0])]
    return [(currency, in_thousands, pattern)] if is_printed else []


@lru_cache(maxsize=64)
def _language(babel: str, pattern: str, currency: str) -> Language:
    return Language(babel, pattern, pattern, currency)


def _in_thousands(money: str) -> str:
    """A pattern for amounts, with a k: before a currency that stands behind."""
    if money.endswith(_NUMBERS):
        return f"{money}k"
    gap = money.removeprefix(_NUMBERS)[:1].strip("¤")
    return f"{_NUMBERS}{gap}k{money.removeprefix(_NUMBERS).removeprefix(gap)}"


def _usual(babel: str) -> tuple[str, str]:
    """CLDR's patterns."""
    from guidegen.scaffold.locale import money_pattern, thousands_pattern

    return money_pattern(babel), thousands_pattern(babel)[0]
