"""Bases and factors whose products, rounded, are the cells of a grid: the simplest of all that there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm
from operator import add, mul, sub, truediv
from typing import NamedTuple

from guidegen.learn.rounding import Interval, Simple, before, fewest_digits, is_decimal, simplest
from guidegen.learn.spread import Bounds, Cell, Contradiction, bounds_of

_USUAL = tuple(Fraction(hundredths, 100) for hundredths in range(50, 201))  # factors of a first place
_TRIED = 4  # scales that are tried in full, of those that look simplest
_LOOKED_AT = 12  # bases, and as many factors, by which a scale looks simple
_REFERENCES = 12  # places that are tried as the one with factor 1
_FAR = 1  # digits that a factor of 2 costs, or one of nearly 0: factors are near 1
_ENDLESS = 99
NEAR = 2  # digits by which a model may be less simple than another and still be worth telling


class Grid(NamedTuple):
    """Cells by row and place, all connected; the scale is set by the first place."""

    cells: Mapping[Cell, Fraction]
    rows: int
    places: int


class Model(NamedTuple):
    """Bases by row and factors by place, all of them decimals; `cost` is in digits."""

    cost: Fraction
    bases: tuple[Fraction, ...]
    factors: tuple[Fraction, ...]


def exact_models(grid: Grid, unit: Fraction) -> tuple[Model, ...]:
    """Models without rounding, the simplest first: one for each scale. None where products can't be exact.

    Scales are those where a place has factor 1, where the first place has one of two decimals, and powers of
    2, 5 and 10 that keep all decimals finite.
    """
    found = _parts(grid, Fraction(1), mul, truediv)
    if found is None:
        return ()
    bases, factors = found
    shared = lcm(*(factor.denominator for factor in factors))
    whole = [(factor * shared).numerator for factor in factors]
    common = gcd(*whole)
    least = [number // common for number in whole]
    scales = [Fraction(number) for number in dict.fromkeys(least)]
    scales += [least[0] / usual for usual in _USUAL]
    for fives in range(14):
        for twos in range(40):
            scale = 5**fives * 2**twos
            if min(least) <= 2 * scale and (scale <= 2 * max(least) or fives == twos):
                scales.append(Fraction(scale))
    looks = []
    for scale in dict.fromkeys(scales):
        by = least[0] / scale
        if all(is_decimal(factor * by) for factor in factors) and all(
            is_decimal(base / by) for base in bases
        ):
            few = [factor * by for factor in factors[:_LOOKED_AT]], [base / by for base in bases[:_LOOKED_AT]]
            looks.append((cost(few[1], few[0], unit), by))
    models = []
    for _, by in sorted(looks)[: 2 * _TRIED]:
        of_rows, of_places = tuple(base / by for base in bases), tuple(factor * by for factor in factors)
        models.append(Model(cost(of_rows, of_places, unit), of_rows, of_places))
    return tuple(sorted(models, key=lambda model: (model.cost, model.factors)))


def are_sums(grid: Grid) -> bool:
    """Whether each cell is exactly the sum of a number of its row and one of its place."""
    return _parts(grid, Fraction(0), add, sub) is not None


def _parts(
    grid: Grid,
    start: Fraction,
    join: Callable[[Fraction, Fraction], Fraction],
    part: Callable[[Fraction, Fraction], Fraction],
) -> tuple[list[Fraction], list[Fraction]] | None:
    """Of what each cell is joined, by row and by place, if the first place has the start; or None."""
    cells = grid.cells
    by_row: list[list[int]] = [[] for _ in range(grid.rows)]
    by_place: list[list[int]] = [[] for _ in range(grid.places)]
    for row, place in cells:
        by_row[row].append(place)
        by_place[place].append(row)
    of_rows: dict[int, Fraction] = {}
    of_places = {0: start}
    waiting = [0]
    for place in waiting:
        for row in by_place[place]:
            if row in of_rows:
                if join(of_rows[row], of_places[place]) != cells[row, place]:
                    return None
                continue
            of_rows[row] = part(cells[row, place], of_places[place])
            for other in by_row[row]:
                if other not in of_places:
                    of_places[other] = part(cells[row, other], of_rows[row])
                    waiting.append(other)
    return [of_rows[row] for row in range(grid.rows)], [of_places[place] for place in range(grid.places)]


def contradiction(grid: Grid, unit: Fraction, mode: str) -> Contradiction | None:
    """Cells that can't all be products, rounded so; None if all of the grid can."""
    bounds = _bounds(grid, unit, mode)
    return bounds if isinstance(bounds, Contradiction) else None


def _bounds(grid: Grid, unit: Fraction, mode: str) -> Bounds | Contradiction:
    """The bounds of factors, and those of bases in half units."""
    halves = unit / 2
    ends = {cell: before(value / halves, Fraction(2), mode) for cell, value in grid.cells.items()}
    return bounds_of(ends, grid.rows, grid.places)


def rounded_models(
    grid: Grid, unit: Fraction, mode: str, at_most: Fraction | None = None
) -> tuple[Model, ...] | Contradiction:
    """Models with rounding, the simplest first: one for each of the scales that look simplest.

    There are none where all would cost more than `at_most`.

    For each scale the least ambiguous number is chosen first (the simplest one of its interval, where least
    others were as simple by chance), and its effect on all others seen to before the next: so that a grid
    that has a solution gets one, whatever is chosen.
    """
    bounds = _bounds(grid, unit, mode)
    if isinstance(bounds, Contradiction):
        return bounds
    halves = unit / 2
    of_rows = [bounds.interval(True, row).times(halves) for row in range(grid.rows)]
    of_places = [bounds.interval(False, place) for place in range(grid.places)]
    scales = _scales(of_places)
    few = of_rows[:_LOOKED_AT], of_places[:_LOOKED_AT]
    looks = sorted((_look(scale, *few, unit), scale) for scale in scales)[: 2 * _TRIED]
    if at_most is not None and looks[0][0] > at_most:
        return ()
    looks = sorted((_look(scale, of_rows, of_places, unit), scale) for _, scale in looks)
    models: list[Model] = []
    for least, scale in looks[:_TRIED]:
        if at_most is not None and least > at_most:
            break  # it can't be as simple
        found = _chosen(bounds.copy(), scale, grid, unit)
        found = found or _chosen(bounds.copy(), scale, grid, unit, is_inner=True)
        if found and found not in models:
            models.append(found)
            at_most = found.cost + NEAR if at_most is None else min(at_most, found.cost + NEAR)
    return tuple(sorted(models, key=lambda model: (model.cost, model.factors)))


def _scales(factors: Sequence[Interval]) -> tuple[Fraction, ...]:
    """What the anchor's factor may be: two decimals, or what gives another place the factor 1."""
    found = list(_USUAL)
    for factor in factors[:_REFERENCES]:
        if factor.low > 0:
            turned = Interval(1 / factor.high, 1 / factor.low, factor.has_high, factor.has_low)
            if simple := simplest(turned, 0):
                found.append(simple.value)
    return tuple(dict.fromkeys(found))


def _look(
    scale: Fraction, bases: Sequence[Interval], factors: Sequence[Interval], unit: Fraction
) -> Fraction:
    """What a model of this scale costs at least: each base and factor chosen for itself."""
    up, down, whole = scale.numerator, scale.denominator, _zeros(unit)
    price, far = 0, Fraction(0)
    for low, high, *has in bases:
        ends = (low.numerator * down, low.denominator * up), (high.numerator * down, high.denominator * up)
        found = fewest_digits(*ends, (has[0], has[1]), len(str(ends[1][0] // ends[1][1])))
        price += _price_of_base(len(str(found[0])), found[1] - whole) if found else _ENDLESS
    for low, high, *has in factors:
        ends = (low.numerator * up, low.denominator * down), (high.numerator * up, high.denominator * down)
        found = fewest_digits(*ends, (has[0], has[1]), 0)
        price += _price_of_factor(-found[1]) if found else _ENDLESS
        far += max(low * scale - 1, 1 - high * scale, Fraction(0))
    return price + _FAR * far


def _chosen(
    bounds: Bounds, scale: Fraction, grid: Grid, unit: Fraction, is_inner: bool = False
) -> Model | None:
    """The model of a scale: least ambiguous numbers first, and all others within what these leave.

    A number at the end of its interval may leave a single one to another, and none that is a decimal; not so
    if ends are avoided.
    """
    by = {True: unit / 2 / scale, False: scale}  # from bounds to bases, and to factors

    def simplest_of(key: tuple[bool, int]) -> tuple[Fraction, Simple] | None:
        numbers = bounds.interval(*key).times(by[key[0]])
        if is_inner and numbers.low < numbers.high:
            numbers = Interval(numbers.low, numbers.high, has_low=False, has_high=False)
        simple = simplest(numbers, None if key[0] else 0)
        return ((numbers.high - numbers.low) / simple.step, simple) if simple else None

    waiting = [(False, place) for place in range(1, grid.places)] + [(True, row) for row in range(grid.rows)]
    values = {(False, 0): scale}
    known = {key: bounds.ends(*key) for key in waiting}
    simple = {key: simplest_of(key) for key in waiting}
    while simple:
        ambiguity = {key: found[0] for key, found in simple.items() if found}
        if len(ambiguity) < len(simple):
            return None
        key = min(ambiguity, key=lambda each: ambiguity[each])
        found = simple.pop(key)
        assert found is not None  # all are
        values[key] = found[1].value
        bounds.choose(*key, values[key] / by[key[0]])
        for other in simple:
            ends = bounds.ends(*other)
            if ends != known[other]:
                known[other] = ends
                simple[other] = simplest_of(other)
    of_rows = tuple(values[True, row] for row in range(grid.rows))
    of_places = tuple(values[False, place] for place in range(grid.places))
    return Model(cost(of_rows, of_places, unit), of_rows, of_places)


def cost(bases: Sequence[Fraction], factors: Sequence[Fraction], unit: Fraction) -> Fraction:
    """Digits of bases but for zeros at the end, decimals of factors, and how far factors are from 1.

    Digits below the unit, and decimals behind the second, count twice: people hardly write them.
    """
    whole = _zeros(unit)
    digits = sum(_price_of_base(len(digits_of(base)), _zeros(base) - whole) for base in bases)
    decimals = sum(_price_of_factor(max(0, -_zeros(factor))) for factor in factors)
    return digits + decimals + _FAR * sum((abs(factor - 1) for factor in factors), Fraction(0))


def _price_of_base(digits: int, above_unit: int) -> int:
    return digits + max(0, -above_unit)


def _price_of_factor(decimals: int) -> int:
    return decimals + max(0, decimals - 2)


def _zeros(value: Fraction) -> int:
    """Zeros at the end of a decimal: 3 of 36,000, -2 of 0.97."""
    decimals = _decimals(value)
    if decimals:
        return -decimals
    return len(str(value.numerator)) - len(digits_of(value))


def digits_of(value: Fraction) -> str:
    """The digits of a decimal, without point and zeros at the end: 36 of 36,000."""
    return str(value.numerator * (10 ** _decimals(value) // value.denominator)).rstrip("0")


def _decimals(value: Fraction) -> int:
    """Digits behind the point of a decimal."""
    decimals, shifted = 0, 1
    while shifted % value.denominator:
        decimals += 1
        shifted *= 10
    return decimals
