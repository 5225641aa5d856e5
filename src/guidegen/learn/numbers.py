"""Numbers: which base, factor and rounding give the figures of a grid, and which of them they don't.

A cell is `round(base of its row × factor of its place, unit)`, or with another mode than `round`. Rows are
slots, or slots by role; places are the values of the axis that has factors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from guidegen.learn.misfits import Found, Table, best_model, connected, divides, given, gives
from guidegen.learn.products import NEAR, Grid, are_sums
from guidegen.learn.rounding import MODES, UNITS, Interval, as_decimal, before, rounded, simplest, vote

Cell = tuple[str, str]  # row, place

_EVIDENCE = 10  # bits: unrelated numbers would have one chance in a thousand
_THOUSAND = 1000
_SCALES = 3  # others that are told
_PER_OUTLIER = 8  # bits: which cell it is, of some hundred


class Outlier(NamedTuple):
    """A cell that the model doesn't give: what is stated, and what was to be expected."""

    row: str
    place: str
    stated: Decimal
    expected: Decimal


class Rounding(NamedTuple):
    """To multiples of what, and which way: `round` (halves up), `half_even`, `floor` or `ceil`."""

    unit: Decimal
    mode: str


class Scaling(NamedTuple):
    """A model of a grid, and what the grid leaves open.

    `is_exact` says that rounding changes no cell. `roundings` are all that give the same cells from these
    bases and factors, the chosen one first; `factors_may_be` what each factor may be with these bases and
    this rounding; `scales` the factors of other models that are nearly as simple. `apart` are cells that
    nothing joins to the others, so that they have no part in the model.
    """

    bases: dict[str, Decimal]
    factors: dict[str, Decimal]
    rounding: Rounding
    is_exact: bool
    outliers: tuple[Outlier, ...]
    roundings: tuple[Rounding, ...]
    factors_may_be: dict[str, Interval]
    scales: tuple[dict[str, Decimal], ...]
    apart: tuple[Cell, ...]


class Fitted(NamedTuple):
    """A factor or base found from cells of a known model: what it may be, the simplest choice, and the rest.

    `outliers` say what the chosen value would give.
    """

    value: Decimal
    may_be: Interval
    outliers: tuple[Outlier, ...]


def fit(cells: Mapping[Cell, Decimal]) -> Scaling | None:
    """The simplest model of a grid, cells by row and place; None where the numbers have no such model.

    The exact model is tried first, then each mode with the largest unit that divides all cells: where that
    doesn't fit, no smaller one does. Failing these, cells are left out, at most one in ten, as long as all
    rows and places hang together: those in most contradictions first. Of all models the one with fewest
    digits is taken, its factors near 1. It counts where unrelated numbers of the same spread would fit with
    a chance of less than 1 in 1,000, and sums wouldn't fit better.

    A single row or place has no model, nor have numbers that aren't positive. Numbers that don't vary over
    the places have factors of 1.
    """
    if any(value <= 0 or not value.is_finite() for value in cells.values()):
        return None
    table, apart = connected(cells)
    if len(table.rows) < 2 or len(table.places) < 2:
        return None
    found = best_model(table)
    if found is None or not _is_evident(table, found):
        return None
    return _scaling(table, found, apart)


def predict(scaling: Scaling, row: str, place: str) -> Decimal | None:
    """The figure of a row and place; None where either has no part in the model."""
    if row not in scaling.bases or place not in scaling.factors:
        return None
    return _printed(scaling.bases[row], scaling.factors[place], scaling.rounding)


def factor_of(place: str, cells: Mapping[str, Decimal], scaling: Scaling) -> Fitted | None:
    """The factor of a new place from its figures by row: what most of them allow, and of that the simplest.

    Rows that have no base say nothing. None where no row has one, or where fewer than half of the figures
    agree.
    """
    known = {row: value for row, value in sorted(cells.items()) if row in scaling.bases and value > 0}
    found = _agreed([(value, scaling.bases[row]) for row, value in known.items()], scaling.rounding, 0)
    if found is None:
        return None
    factor, may_be = found
    given = {row: _printed(scaling.bases[row], factor, scaling.rounding) for row in known}
    wrong = (Outlier(row, place, known[row], given[row]) for row in known if given[row] != known[row])
    return Fitted(factor, may_be, tuple(wrong))


def bases_of(cells: Mapping[Cell, Decimal], scaling: Scaling) -> dict[str, Fitted]:
    """The bases of new rows from their figures in places that have factors, by row, as `factor_of`.

    A row has none where its figures don't agree, or are all of places without a factor.
    """
    bases = {}
    for row in sorted({row for row, _ in cells}):
        known = {
            place: value
            for (other, place), value in sorted(cells.items())
            if other == row and place in scaling.factors and value > 0
        }
        found = _agreed([(value, scaling.factors[place]) for place, value in known.items()], scaling.rounding)
        if found:
            base, may_be = found
            given = {place: _printed(base, scaling.factors[place], scaling.rounding) for place in known}
            wrong = (Outlier(row, one, known[one], given[one]) for one in known if given[one] != known[one])
            bases[row] = Fitted(base, may_be, tuple(wrong))
    return bases


def _agreed(
    figures: Sequence[tuple[Decimal, Decimal]], rounding: Rounding, largest_step: int | None = None
) -> tuple[Decimal, Interval] | None:
    """What most figures allow, each with the number that it is a multiple of, and the simplest of that."""
    unit = Fraction(rounding.unit)
    claims = [
        before(Fraction(value), unit, rounding.mode).times(1 / Fraction(by))
        for value, by in figures
        if divides(unit, Fraction(value))
    ]
    if not claims:
        return None
    may_be, out = vote(claims)
    simple = simplest(may_be, largest_step)
    if simple is None or 2 * (len(claims) - len(out)) < len(figures):
        return None
    return as_decimal(simple.value), may_be


def shortened(pairs: Iterable[tuple[Decimal, Decimal]]) -> tuple[str, ...]:
    """The modes by which amounts rounded to thousands are the short ones: 46,560 and 47 exclude `floor`.

    `round` is what the filter `thousands` does.
    """
    listed = [(Fraction(exact) / _THOUSAND, short) for exact, short in pairs]
    return tuple(
        mode
        for mode in MODES
        if all(rounded(exact, Fraction(1), mode) == Fraction(short) for exact, short in listed)
    )


def same_as(values: Mapping[int, Decimal], candidates: Mapping[str, Mapping[int, Decimal]]) -> str | None:
    """The first candidate that has these values wherever there are some, as the counts of a list may.

    None for values that are all the same: they agree with anything that doesn't vary.
    """
    if len(set(values.values())) < 2:
        return None
    return next(
        (
            name
            for name, candidate in candidates.items()
            if all(candidate.get(document) == value for document, value in values.items())
        ),
        None,
    )


def _is_evident(table: Table, found: Found) -> bool:
    """Whether unrelated numbers of this spread would hardly have a model.

    Each cell that the model gives without a base or factor of its own counts with the bits that it takes to
    say which of the values it is that lie within the spread of rows; a cell left out takes some away.
    """
    cells = {cell: value for cell, value in table.cells.items() if cell not in found.left_out}
    rows: dict[int, list[Fraction]] = {}
    for (row, _), value in cells.items():
        rows.setdefault(row, []).append(value)
    spread = max((max(values) / min(values) - 1 for values in rows.values()), default=Fraction(0))
    if spread == 0:
        return True
    if not _is_exact(found, cells) and are_sums(Grid(cells, len(table.rows), len(table.places))):
        return False  # of a row's number and a place's, which are simpler
    choices = [int(16 * (spread * value / found.unit + 1)) for value in cells.values()]  # in sixteenths
    eighths = sum((choice**8).bit_length() - 33 for choice in choices)
    spare = len(cells) - len(table.rows) - len(table.places) + 1
    bits = Fraction(eighths * spare, 8 * len(cells))
    return bits >= _EVIDENCE + _PER_OUTLIER * len(found.left_out)


def _scaling(table: Table, found: Found, apart: tuple[Cell, ...]) -> Scaling:
    model, unit, mode = found.model, found.unit, found.mode
    cells = {cell: value for cell, value in table.cells.items() if cell not in found.left_out}
    may_be: dict[str, Interval] = {}
    for (row, place), value in sorted(cells.items()):
        claim = before(value, unit, mode).times(1 / model.bases[row])
        name = table.places[place]
        may_be[name] = may_be[name].common(claim) if name in may_be else claim
    outliers = [
        Outlier(table.rows[row], table.places[place], as_decimal(value), as_decimal(expected))
        for (row, place), value in table.cells.items()
        if (expected := given(model, (row, place), unit, mode)) != value
    ]
    is_exact = _is_exact(found, cells)
    roundings = [
        Rounding(as_decimal(other), way)
        for other, way in product(map(Fraction, UNITS), MODES)
        if other >= min(Fraction(1), unit)
        and (other, way) != (unit, mode)
        and all(divides(other, value) for value in cells.values())
        and (is_exact or gives(model, cells, other, way))
    ]
    chosen = Rounding(as_decimal(unit), mode)
    near = [
        other for other in found.rivals if other.cost <= model.cost + NEAR and other.factors != model.factors
    ]
    return Scaling(
        bases=_named(table.rows, model.bases),
        factors=_named(table.places, model.factors),
        rounding=chosen,
        is_exact=is_exact,
        outliers=tuple(sorted(outliers)),
        roundings=(chosen, *roundings),
        factors_may_be=dict(sorted(may_be.items())),
        scales=tuple(_named(table.places, other.factors) for other in near[:_SCALES]),
        apart=apart,
    )


def _is_exact(found: Found, cells: Mapping[tuple[int, int], Fraction]) -> bool:
    bases, factors = found.model.bases, found.model.factors
    return all(bases[row] * factors[place] == value for (row, place), value in cells.items())


def _named(names: Sequence[str], values: Sequence[Fraction]) -> dict[str, Decimal]:
    return {name: as_decimal(value) for name, value in sorted(zip(names, values))}


def _printed(base: Decimal, factor: Decimal, rounding: Rounding) -> Decimal:
    value = Fraction(base) * Fraction(factor)
    return as_decimal(rounded(value, Fraction(rounding.unit), rounding.mode))
