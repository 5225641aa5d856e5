"""Formulas run backwards: what a fact must be for a formula to come to the figure that is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from guidegen import schema
from guidegen.learn.rounding import MODES, Interval, as_decimal, before, rounded, simplest, vote
from guidegen.rules.formula import Call, Constant, Expression, Name, names

_ONE = Fraction(1)
_ROUNDABLE = 10  # from here on a number is simplest with zeros at its end
Value = Callable[[str], Fraction | None]  # of a name; None for one that isn't known


class Solved(NamedTuple):
    """What a fact is: the number of fewest digits that gives the figures; `out` are those it doesn't give.

    `may_be` is what else it may be.
    """

    value: Decimal
    may_be: Interval
    out: tuple[int, ...]


def exactly(value: Decimal) -> Interval:
    """A number alone."""
    return Interval(Fraction(value), Fraction(value), has_low=True, has_high=True)


def unknowns(expression: Expression, value: Value) -> list[str]:
    """The names in a formula that aren't known, each time that they stand there."""
    return [name.name for name in names(expression) if value(name.name) is None]


def back(expression: Expression, target: Interval, unknown: str, value: Value) -> Interval | None:
    """What an unknown name may be for a formula to come to a number in the target; None if that isn't plain.

    It is plain where the name stands once, below products, quotients, sums, differences and roundings.
    """
    if isinstance(expression, Name):
        return target if expression.name == unknown else None
    if isinstance(expression, Constant) or target.is_empty:
        return None
    holding = [
        index
        for index, argument in enumerate(expression.arguments)
        if any(name.name == unknown for name in names(argument))
    ]
    if len(holding) != 1:
        return None
    [at] = holding
    inner = _undone(expression, at, target, value)
    return back(expression.arguments[at], inner, unknown, value) if inner else None


def _undone(call: Call, at: int, target: Interval, value: Value) -> Interval | None:
    """What the argument that holds the unknown may be."""
    if call.function in MODES:
        unit = amount(call.arguments[1], value) if len(call.arguments) > 1 else _ONE
        return _unrounded(target, unit, call.function) if at == 0 and unit is not None else None
    if call.function == "negative":
        return _negated(target)
    if len(call.arguments) != 2:
        return None
    other = amount(call.arguments[1 - at], value)
    if other is None:
        return None
    if call.function == "+":
        return _moved(target, -other)
    if call.function == "-":
        return _moved(target, other) if at == 0 else _moved(_negated(target), other)
    if call.function == "*" and other > 0:
        return target.times(_ONE / other)
    if call.function == "/" and other > 0:
        if at == 0:
            return target.times(other)
        if target.low > 0:
            return Interval(other / target.high, other / target.low, target.has_high, target.has_low)
    return None


def _unrounded(target: Interval, unit: Fraction, mode: str) -> Interval | None:
    """What is rounded to a multiple of the unit in the target; positive numbers only."""
    if unit <= 0:
        return None
    least = -((-target.low / unit).__floor__()) * unit
    most = (target.high / unit).__floor__() * unit
    if not target.has_low and least == target.low:
        least += unit
    if not target.has_high and most == target.high:
        most -= unit
    if least <= 0 or most < least:
        return None
    low, high = before(least, unit, mode), before(most, unit, mode)
    return Interval(low.low, high.high, low.has_low, high.has_high)


def _negated(one: Interval) -> Interval:
    return Interval(-one.high, -one.low, one.has_high, one.has_low)


def _moved(one: Interval, by: Fraction) -> Interval:
    return Interval(one.low + by, one.high + by, one.has_low, one.has_high)


def amount(expression: Expression, value: Value) -> Fraction | None:
    """What a formula comes to, if that is plain: numbers, and names that are known."""
    if isinstance(expression, Constant):
        return Fraction(expression.value) if isinstance(expression.value, Decimal) else None
    if isinstance(expression, Name):
        return value(expression.name)
    found = [amount(argument, value) for argument in expression.arguments]
    numbers = [one for one in found if one is not None]
    if len(numbers) < len(found):
        return None
    if expression.function in MODES:
        unit = numbers[1] if len(numbers) > 1 else _ONE
        return rounded(numbers[0], unit, expression.function) if unit > 0 and numbers[0] > 0 else None
    return _computed(expression.function, numbers)


def _computed(function: str, numbers: list[Fraction]) -> Fraction | None:
    if function in ("min", "max"):
        return min(numbers) if function == "min" else max(numbers)
    if function == "negative":
        return -numbers[0]
    if len(numbers) != 2:
        return None
    one, other = numbers
    if function == "+":
        return one + other
    if function == "-":
        return one - other
    if function == "*":
        return one * other
    return one / other if function == "/" and other else None


def solved(claims: Iterable[Interval], domain: schema.Number) -> Solved | None:
    """The simplest number that most claims allow, within a domain; None if there is none."""
    listed = [claim for claim in claims if not claim.is_empty]
    if not listed:
        return None
    common, out = vote(listed)
    common = _within(common, domain)
    simple = simplest(common, None if common.high >= _ROUNDABLE or domain.integral else 0)
    if simple is None or common.is_empty or (domain.integral and simple.decimals):
        return None
    return Solved(as_decimal(simple.value), common, out)


def _within(numbers: Interval, domain: schema.Number) -> Interval:
    if domain.low is not None:
        above = Interval(
            Fraction(domain.low), max(numbers.high, Fraction(domain.low)), not domain.low_open, has_high=True
        )
        numbers = numbers.common(above)
    if domain.high is not None:
        below = Interval(
            min(numbers.low, Fraction(domain.high)),
            Fraction(domain.high),
            has_low=True,
            has_high=not domain.high_open,
        )
        numbers = numbers.common(below)
    return numbers
