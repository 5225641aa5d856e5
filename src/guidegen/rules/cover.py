"""Whether rows cover all values of some columns; if not, values that none of them matches.

Exact and without a list of combinations. A row that leaves something out in one column alone settles what
lies in it there: the rest goes on without. Where no row does, the values are parted in two, at a cell of the
row that leaves out the least columns. What is kept is the parts to come, and they are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from guidegen.rules.atoms import Part
from guidegen.rules.cells import Looked

Witness = tuple[Looked, ...]  # a value for each column


def uncovered(columns: Sequence[Part], rows: int) -> Witness | None:
    """Values, one of each column, that none of these rows matches; None if there are none."""
    if not all(part for _, part in columns):
        return None
    atoms = [found for found, _ in columns]
    waiting = [[part for _, part in columns]]
    while waiting:
        parts = waiting.pop()
        spans = [found.span(part) for found, part in zip(atoms, parts)]
        while True:
            alive = rows
            for some, _ in spans:
                alive &= some
            if not alive:
                return tuple(found.first(part) for found, part in zip(atoms, parts))
            lacking, nearest = _nearest(alive, [every for _, every in spans])
            if lacking != 1:
                break
            for index, found in enumerate(atoms):
                if narrow := nearest & ~spans[index][1]:
                    parts[index] = found.without(parts[index], narrow)
                    spans[index] = found.span(parts[index])
            if not all(parts):
                break
        if lacking > 1:
            waiting += _parted(columns, parts, spans, (nearest & -nearest).bit_length() - 1)
    return None


def _nearest(alive: int, full: list[int]) -> tuple[int, int]:
    """The least number of columns that a row doesn't match whole, and the rows that leave out so many.

    Counts all rows at once: digits by the power of two, each digit a mask.
    """
    digits: list[int] = []
    for every in full:
        carry = alive & ~every
        for place, digit in enumerate(digits):
            digits[place], carry = digit ^ carry, digit & carry
        if carry:
            digits.append(carry)
    least, nearest = 0, alive
    for place in range(len(digits) - 1, -1, -1):
        without = nearest & ~digits[place]
        nearest, least = (without, least) if without else (nearest, least | 1 << place)
    return least, nearest


def _parted(
    columns: Sequence[Part], parts: list[int], spans: list[tuple[int, int]], row: int
) -> list[list[int]]:
    """The values in two, inside and outside of a row's cell: where it matches most of a column.

    The half with the first value is the last, to be looked at first.
    """
    insides = [
        (found.of(row) & part, part, index)
        for index, ((found, _), part) in enumerate(zip(columns, parts))
        if not spans[index][1] >> row & 1
    ]
    inside, part, index = insides[0]
    for other, whole, number in insides[1:]:
        if other.bit_count() * part.bit_count() > inside.bit_count() * whole.bit_count():
            inside, part, index = other, whole, number
    outside = part & ~inside
    first, second = (inside, outside) if inside & -inside < outside & -outside else (outside, inside)
    return [[*parts[:index], half, *parts[index + 1 :]] for half in (second, first)]


def uncovered_by_apart(columns: Sequence[Part], rows: Sequence[int]) -> Witness | None:
    """The same for rows of which no two match the same values: then it is enough to count."""
    left = [row for row in rows if all(found.of(row) & part for found, part in columns)]
    sizes = {
        row: [(found.of(row) & part).bit_count() for found, part in columns] for row in left
    }  # how many atoms of each column
    whole = [part.bit_count() for _, part in columns]
    if sum(prod(sizes[row]) for row in left) == prod(whole):
        return None
    values: list[Looked] = []
    for index, (found, part) in enumerate(columns):
        behind = prod(whole[index + 1 :])
        number = next(
            number
            for number in range(part.bit_length())
            if part >> number & 1
            and sum(prod(sizes[row][index + 1 :]) for row in left if found.of(row) >> number & 1) < behind
        )
        left = [row for row in left if found.of(row) >> number & 1]
        values.append(found.values[number])
    return tuple(values)
