"""Rounding backwards: what a printed number leaves open, and the simplest number in it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from typing import NamedTuple

MODES = ("round", "half_even", "floor", "ceil")  # as formulas name them; round: halves away from zero
UNITS = (  # to what people round
    *(Decimal(unit) for unit in (10000, 5000, 2500, 1000, 500, 250, 100, 50, 25, 10, 5, 1)),
    *(Decimal(unit) for unit in ("0.5", "0.25", "0.1", "0.05", "0.01", "0.001")),
)
_EXACT = Context(prec=200, traps=[Inexact])
_MOST_DECIMALS = 12
_HALF = Fraction(1, 2)


class Interval(NamedTuple):
    """The numbers from `low` to `high`; whether the ends belong to them is said of each."""

    low: Fraction
    high: Fraction
    has_low: bool
    has_high: bool

    def holds(self, value: Fraction) -> bool:
        """Whether the value is one of them."""
        above = value > self.low or (self.has_low and value == self.low)
        return above and (value < self.high or (self.has_high and value == self.high))

    @property
    def is_empty(self) -> bool:
        """Whether there is no number in it."""
        return self.low > self.high or (self.low == self.high and not (self.has_low and self.has_high))

    def times(self, by: Fraction) -> Interval:
        """Each of them by a positive number."""
        return Interval(self.low * by, self.high * by, self.has_low, self.has_high)

    def common(self, other: Interval) -> Interval:
        """Those that are in both; may be empty."""
        low, lacks_low = max((self.low, not self.has_low), (other.low, not other.has_low))
        high, has_high = min((self.high, self.has_high), (other.high, other.has_high))
        return Interval(low, high, not lacks_low, has_high)


class Simple(NamedTuple):
    """The number of an interval that takes fewest digits; `step` is the power of ten it is a multiple of."""

    value: Fraction
    step: Fraction

    @property
    def decimals(self) -> int:
        """Digits behind the point: 0 for 1, 2 for 0.97."""
        return len(str(self.step.denominator)) - 1

    @property
    def digits(self) -> int:
        """Digits but for zeros at the end: 2 for 36,000."""
        return len(str((self.value / self.step).numerator).rstrip("0")) or 1


def rounded(value: Fraction, unit: Fraction, mode: str) -> Fraction:
    """A positive number rounded to a multiple of the unit, as the formula of that name does it."""
    steps = value / unit
    if mode == "floor":
        return steps.__floor__() * unit
    if mode == "ceil":
        return steps.__ceil__() * unit
    if mode == "half_even":
        return round(steps) * unit
    return (steps + _HALF).__floor__() * unit


def before(printed: Fraction, unit: Fraction, mode: str) -> Interval:
    """The numbers that are printed so; `printed` is a multiple of the unit."""
    if mode == "floor":
        return Interval(printed, printed + unit, has_low=True, has_high=False)
    if mode == "ceil":
        return Interval(printed - unit, printed, has_low=False, has_high=True)
    low, high = printed - unit * _HALF, printed + unit * _HALF
    if mode == "half_even":
        is_even = (printed / unit).numerator % 2 == 0
        return Interval(low, high, has_low=is_even, has_high=is_even)
    return Interval(low, high, has_low=True, has_high=False)


def simplest(numbers: Interval, largest_step: int | None = None) -> Simple | None:
    """The number with fewest digits; of several, the nearest to the middle, then the lesser.

    Multiples of powers of ten, from 10 to the `largest_step` down (from the highest digit where that isn't
    given): 0 is for factors, where 1 is simpler than 10. None where it would take more than 12 decimals.
    """
    low, high = numbers.low, numbers.high
    first = len(str(high.__ceil__())) if largest_step is None else largest_step
    found = fewest_digits(
        (low.numerator, low.denominator), (high.numerator, high.denominator), numbers[2:], first
    )
    if found is None:
        return None
    number, power = found
    step = Fraction(10) ** power
    return Simple(number * step, step)


def fewest_digits(
    low: tuple[int, int], high: tuple[int, int], has: tuple[bool, bool], first: int
) -> tuple[int, int] | None:
    """As `simplest`, between two quotients: a whole number, and of which power of ten it is a multiple."""
    for power in range(first, -_MOST_DECIMALS - 1, -1):
        step, shift = (10**power, 1) if power >= 0 else (1, 10**-power)
        least, rest = divmod(low[0] * shift, low[1] * step)
        least = max(least + 1 if rest or not has[0] else least, 1)
        most, rest = divmod(high[0] * shift, high[1] * step)
        most -= not (rest or has[1])
        if least == most:
            return least, power
        if least < most:
            twice = (low[0] * high[1] + high[0] * low[1]) * shift
            middle = -((low[1] * high[1] * step - twice) // (2 * low[1] * high[1] * step))
            return min(max(middle, least), most), power
    return None


def vote(claims: Sequence[Interval]) -> tuple[Interval, tuple[int, ...]]:
    """What most intervals have in common, and the numbers of those that have no part in it.

    A sweep over their ends; of two places where as many meet, the one with the simpler number, then the
    lesser. There is at least one interval.
    """
    best: tuple[tuple[int, int, Fraction], Interval, tuple[int, ...]] | None = None
    for low, has_low in sorted({(claim.low, claim.has_low) for claim in claims}):
        out = tuple(
            index
            for index, claim in enumerate(claims)
            if not (claim.holds(low) if has_low else claim.low <= low < claim.high)
        )
        common = Interval(low, max(claim.high for claim in claims), has_low, has_high=True)
        for index, claim in enumerate(claims):
            if index not in out:
                common = common.common(claim)
        simple = simplest(common, 0)
        key = (len(out), simple.decimals if simple else _MOST_DECIMALS, low)
        if best is None or key < best[0]:
            best = key, common, out
    assert best is not None  # there is a claim
    return best[1], best[2]


def is_decimal(value: Fraction) -> bool:
    """Whether the value can be written with a point and digits that end."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def as_decimal(value: Fraction) -> Decimal:
    """The value as a decimal without exponent, all digits kept: raises Inexact where they don't end."""
    quotient = _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Decimal(f"{quotient.normalize(_EXACT):f}")
