"""Changes of facts in words, and the numbers between the bounds of cells that may be changed to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from guidegen import schema
from guidegen.lookup import MISSING, Found, Missing
from guidegen.rules.arithmetic import in_words
from guidegen.rules.cells import Cell, Interval, literals
from guidegen.rules.formula import key_of
from guidegen.supposing import Leaf
from guidegen.values import Entries, Entry

STATED = "…"  # a text or an entry that isn't there yet: what it would say is nobody's guess


class Change(NamedTuple):
    """One fact that would have to be otherwise: what it is, and what it would be, in words."""

    key: str
    was: str
    becomes: str

    def __str__(self) -> str:
        if self.becomes == "missing":
            return f"{self.key} left out"
        if self.was == "missing":
            return f"{self.key} stated" + ("" if self.becomes == STATED else f", as {self.becomes}")
        if self.becomes.startswith(("with ", "without ")):
            return f"{self.key} {self.becomes}"
        return f"{self.key} from {self.was} to {self.becomes}"


def step_of(leaf: Leaf, *others: Decimal) -> Decimal:
    """How finely a number is tried: as finely as it and others are written; a hundredth, if it is small."""
    assert isinstance(leaf.type, schema.Number)
    if leaf.type.integral:
        return Decimal(1)
    stated = [number for number in (leaf.value, *others) if isinstance(number, Decimal)]
    decimals = [-int(number.as_tuple().exponent) for number in stated]
    small = 2 if all(abs(number) < 100 for number in stated) else 0
    return Decimal(1).scaleb(-max([small, *decimals]))


def atoms(cells: Iterable[Cell], leaf: Leaf) -> list[tuple[Interval, Decimal]]:
    """The stretches between the bounds of cells, and the bounds, each with a number that lies in it."""
    kind = leaf.type
    assert isinstance(kind, schema.Number)
    bounds = {number for cell in cells for number in _numbers_of(cell) if not schema.in_domain(number, kind)}
    edges = sorted(bounds | {edge for edge in (kind.low, kind.high) if edge is not None})
    ends: list[Decimal | None] = [None, *edges, None]
    found = []
    for low, high in zip(ends, ends[1:]):
        inside = _inside(low, high, leaf)
        if inside is not None:
            found.append((Interval(low, high, low_open=True, high_open=True), inside))
        if high is not None and not schema.in_domain(high, kind):
            found.append((Interval(high, high), high))
    return found


def _numbers_of(cell: Cell) -> Iterator[Decimal]:
    yield from (value for value in literals(cell) if isinstance(value, Decimal))


def _inside(low: Decimal | None, high: Decimal | None, leaf: Leaf) -> Decimal | None:
    """A number between two bounds, the nearest to the present one that is written as finely."""
    assert isinstance(leaf.type, schema.Number)
    step = step_of(leaf, *(edge for edge in (low, high) if edge is not None))
    here = leaf.value if isinstance(leaf.value, Decimal) else None
    tried = [here] if here is not None else []
    if low is not None:
        tried.append(low + step)
    if high is not None:
        tried.append(high - step)
    if low is not None and high is not None and not leaf.type.integral:
        tried.append((low + high) / 2)
    for number in sorted(tried, key=lambda one: abs(one - here) if here is not None else one) or [Decimal(0)]:
        between = (low is None or number > low) and (high is None or number < high)
        if between and not schema.in_domain(number, leaf.type):
            return number
    return None


def described(leaf: Leaf, values: list[Found], cells: list[Cell], locale: str) -> Change:
    """A fact with the values that it may change to, in words."""
    was = in_words(leaf.value, locale)
    if isinstance(leaf.value, Entries) or any(isinstance(value, Entries) for value in values):
        return Change(leaf.key, was, _lists_in_words(leaf, values))
    numbers = [value for value in values if isinstance(value, Decimal)]
    if cells and numbers and isinstance(leaf.type, schema.Number):
        return Change(leaf.key, was, _stretch(leaf, cells, numbers))
    words = ["missing" if isinstance(one, Missing) else in_words(one, locale) for one in values]
    present = [word for word in words if word != "missing"] or words
    return Change(leaf.key, was, _or(present))


def _lists_in_words(leaf: Leaf, values: list[Found]) -> str:
    """What lists have more or fewer than the present one: the smallest difference counts."""
    now = [key_of(fact) for fact in leaf.value] if isinstance(leaf.value, Entries) else []
    added: dict[int, list[str]] = {}
    taken: dict[int, list[str]] = {}
    for value in values:
        then = [key_of(fact) for fact in value] if isinstance(value, Entries) else []
        more, fewer = [key for key in then if key not in now], [key for key in now if key not in then]
        if more and not fewer:
            added.setdefault(len(more), []).append(" and ".join(map(_named, more)))
        elif isinstance(value, Entries):
            taken.setdefault(len(fewer), []).append(" and ".join(map(_named, fewer)))
    if added:
        return f"with {_or(added[min(added)])} added"
    return f"without {_or(taken[min(taken)])}" if taken else "missing"


def _named(key: object) -> str:
    if isinstance(key, Entry):
        return "one more entry" if key.name == STATED else f"'{in_words(key.name)}'"
    return str(key)


def _stretch(leaf: Leaf, cells: list[Cell], values: list[Decimal]) -> str:
    """The stretch of numbers, all of which do, that lies nearest to the present one."""
    parts = atoms(cells, leaf)
    kept = [index for index, (_, number) in enumerate(parts) if number in values]
    here = leaf.value if isinstance(leaf.value, Decimal) else parts[kept[0]][1]
    first = last = min(kept, key=lambda index: abs(parts[index][1] - here))
    while first - 1 in kept:
        first -= 1
    while last + 1 in kept:
        last += 1
    low, high = parts[first][0], parts[last][0]
    return _interval(Interval(low.low, high.high, low.low_open, high.high_open), leaf)


def _interval(one: Interval, leaf: Leaf) -> str:
    assert isinstance(leaf.type, schema.Number)
    if one.low is not None and one.low == one.high:
        return in_words(one.low)
    above = f"{'over' if one.low_open else 'at least'} {in_words(one.low)}" if one.low is not None else ""
    below = f"{'under' if one.high_open else 'at most'} {in_words(one.high)}" if one.high is not None else ""
    if above and below:
        at_top, at_bottom = one.high == leaf.type.high, one.low == leaf.type.low
        if at_top and not at_bottom:
            return f"anything {above} (up to {in_words(one.high or MISSING)})"
        if at_bottom and not at_top:
            return f"anything {below} (down to {in_words(one.low or MISSING)})"
        return f"anything {above} and {below}"
    return f"anything {above or below}" if above or below else "any number"


def _or(words: list[str]) -> str:
    once = [*dict.fromkeys(words)]
    return f"{', '.join(once[:-1])} or {once[-1]}" if len(once) > 1 else once[0]
