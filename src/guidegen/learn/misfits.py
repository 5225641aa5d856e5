"""Models of a grid with names, of all its cells or but for some that are wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import median_low
from typing import NamedTuple

from guidegen.learn.products import Grid, Model, contradiction, digits_of, exact_models, rounded_models
from guidegen.learn.rounding import MODES, UNITS, rounded
from guidegen.learn.spread import Cell, Contradiction

Named = tuple[str, str]  # row, place
_OUTLIER = Fraction(7, 2)  # digits that a model has to save for a cell that it leaves out
_SURELY = Fraction(2, 3)  # of squares that contradict: the cell is wrong
_MOVES = 24  # other choices of cells to leave out that are tried at a time
_ROUNDS = 4  # of such trials, each with one of them left out for good
_LARGE = 600  # cells from which on none are tried
_FEW = 2  # wrong cells, at most, that are looked for in all ways
_FOUND_SINGLY = 24  # wrong cells that are found one by one, by a contradiction each


class Table(NamedTuple):
    """A connected grid with names; rows and places go by number, the fullest and roundest first."""

    rows: tuple[str, ...]
    places: tuple[str, ...]
    cells: dict[Cell, Fraction]

    @property
    def budget(self) -> int:
        """How many cells may be wrong: one in ten."""
        return len(self.cells) // 10


class Found(NamedTuple):
    """A model of the cells that aren't left out, and others nearly as simple."""

    model: Model
    unit: Fraction
    mode: str
    left_out: frozenset[Cell]
    rivals: tuple[Model, ...]


def connected(cells: Mapping[Named, Decimal]) -> tuple[Table, tuple[Named, ...]]:
    """The largest part of a grid whose rows and places hang together, and the cells of the others."""
    part: dict[tuple[bool, str], int] = {}
    members: dict[tuple[bool, str], list[tuple[bool, str]]] = {}
    for row, place in sorted(cells):
        members.setdefault((True, row), []).append((False, place))
        members.setdefault((False, place), []).append((True, row))
    for start in members:
        if start not in part:
            part[start] = len(part)
            waiting = [start]
            for node in waiting:
                waiting += [each for each in dict.fromkeys(members[node]) if each not in part]
                part.update(dict.fromkeys(members[node], part[start]))
    sizes = Counter(part[True, row] for row, _ in cells)
    main = min(sizes, key=lambda each: (-sizes[each], each), default=0)
    inside = {cell: Fraction(value) for cell, value in sorted(cells.items()) if part[True, cell[0]] == main}
    rows, places = (_by_weight(inside, side) for side in (0, 1))
    number = [{name: index for index, name in enumerate(names)} for names in (rows, places)]
    numbered = {(number[0][row], number[1][place]): value for (row, place), value in inside.items()}
    return Table(rows, places, numbered), tuple(sorted(cell for cell in cells if cell not in inside))


def _by_weight(cells: Mapping[Named, Fraction], side: int) -> tuple[str, ...]:
    counts = Counter(cell[side] for cell in cells)
    digits: Counter[str] = Counter()
    for cell, value in cells.items():
        digits[cell[side]] += len(digits_of(value))
    return tuple(sorted(counts, key=lambda name: (-counts[name], Fraction(digits[name], counts[name]), name)))


def best_model(table: Table) -> Found | None:
    """The simplest model of a grid, of all its cells if there is one, else without those that are wrong.

    At most one cell in ten is left out, as long as all rows and places hang together: those first that are in
    most squares of cells that contradict each other. Then a cell less is tried, or another one of a pair, if
    that makes bases and factors simpler by some four digits.
    """
    found = _solved(table, MODES)
    if found is None and table.budget:
        for unit in _units(table):
            found = _without_some(table, unit, found)
    return _improved(table, found) if found and len(table.cells) <= _LARGE else found


def _units(table: Table) -> list[Fraction]:
    """To what may be rounded: units that divide all cells but those that may be wrong.

    Where a unit doesn't fit the cells that it divides, no smaller one fits them.
    """
    fewest = len(table.cells) - table.budget
    units = []
    for unit in map(Fraction, UNITS):
        divided = sum(divides(unit, cell) for cell in table.cells.values())
        if divided >= fewest:
            units.append(unit)
            fewest = divided + 1
    return units


def divides(unit: Fraction, value: Fraction) -> bool:
    """Whether the value is a multiple of the unit."""
    return (value / unit).denominator == 1


def _solved(
    table: Table,
    modes: Sequence[str],
    left_out: frozenset[Cell] = frozenset(),
    at_most: Fraction | None = None,
) -> Found | None:
    """The simplest model of all cells but some; exact if there is one, else rounded in one of the modes."""
    cells = {cell: value for cell, value in table.cells.items() if cell not in left_out}
    grid = Grid(cells, len(table.rows), len(table.places))
    units = map(Fraction, UNITS)
    unit = next((unit for unit in units if all(divides(unit, each) for each in cells.values())), None)
    if unit is None or not _holds_together(cells, table):
        return None
    best, chosen = exact_models(grid, unit), "round"
    if not best:
        smallest = min(cells.values())
        for mode in modes:
            if mode == "ceil" and smallest <= unit:
                continue
            models = rounded_models(grid, unit, mode, best[0].cost if best else at_most)
            if isinstance(models, Contradiction) or not models:
                continue
            if not best or models[0].cost < best[0].cost:
                best, chosen = models, mode
    if not best:
        return None
    left_out = frozenset(cell for cell in left_out if given(best[0], cell, unit, chosen) != table.cells[cell])
    return Found(best[0], unit, chosen, left_out, best[1:])


def _holds_together(cells: Collection[Cell], table: Table) -> bool:
    """Whether all rows and places are still joined by these cells."""
    by_node: dict[tuple[bool, int], list[tuple[bool, int]]] = {}
    for row, place in cells:
        by_node.setdefault((True, row), []).append((False, place))
        by_node.setdefault((False, place), []).append((True, row))
    seen = dict.fromkeys([(False, 0)])
    waiting = list(seen)
    for node in waiting:
        new = [each for each in by_node.get(node, ()) if each not in seen]
        seen.update(dict.fromkeys(new))
        waiting += dict.fromkeys(new)
    return len(seen) == len(table.rows) + len(table.places)


def _without_some(table: Table, unit: Fraction, best: Found | None) -> Found | None:
    """The best model of the cells but those that contradict others; the one that there is if none is better.

    Few wrong cells are found in all the ways that there are, many as the most doubtful ones.
    """
    doubts = _doubts(table, unit)
    ways: dict[frozenset[Cell], list[str]] = {}
    for mode in MODES:
        for out in _ways(table, unit, mode) if table.budget <= _FEW else _way(table, unit, mode, doubts):
            ways.setdefault(out, []).append(mode)
    for out in sorted(ways, key=lambda out: (len(out), sorted(out))):
        at_most = _price(best) - _OUTLIER * len(out) if best else None
        found = _solved(table, ways[out], out, at_most)
        if found and (best is None or _price(found) < _price(best)):
            best = found
    return best


def _way(table: Table, unit: Fraction, mode: str, doubts: Mapping[Cell, Fraction]) -> list[frozenset[Cell]]:
    """A way to leave out the cells that are most in doubt, then one of each contradiction that is left."""
    kept = {cell: value for cell, value in table.cells.items() if cell in doubts}
    left = [Counter(cell[side] for cell in kept) for side in (0, 1)]
    for cell in sorted(kept, key=lambda cell: (-doubts[cell], cell)):
        if doubts[cell] >= _SURELY and left[0][cell[0]] > 1 and left[1][cell[1]] > 1:
            del kept[cell]
            left[0][cell[0]] -= 1
            left[1][cell[1]] -= 1
    for _ in range(_FOUND_SINGLY):
        if not _is_enough(table, kept, unit, mode):
            break
        wrong = contradiction(Grid(kept, len(table.rows), len(table.places)), unit, mode)
        if wrong is None:
            return [frozenset(cell for cell in table.cells if cell not in kept)]
        del kept[max(wrong.cells, key=lambda cell: (doubts[cell], cell))]
    return []


def _ways(table: Table, unit: Fraction, mode: str) -> list[frozenset[Cell]]:
    """All ways to leave out so few cells that the others don't contradict: one of each contradiction."""
    ways: list[frozenset[Cell]] = []
    waiting = {frozenset(cell for cell, value in table.cells.items() if not divides(unit, value)): None}
    for count in range(table.budget + 1):
        more: dict[frozenset[Cell], None] = {}
        for out in waiting:
            kept = {cell: value for cell, value in table.cells.items() if cell not in out}
            if _is_enough(table, kept, unit, mode):
                wrong = contradiction(Grid(kept, len(table.rows), len(table.places)), unit, mode)
                if wrong is None:
                    ways.append(out)
                elif count < table.budget:
                    more.update({out | {cell}: None for cell in sorted(wrong.cells)})
        waiting = more
    return ways


def _is_enough(table: Table, kept: Mapping[Cell, Fraction], unit: Fraction, mode: str) -> bool:
    """Whether so many cells may be kept, and have the mode."""
    is_enough = len(kept) >= len(table.cells) - table.budget and _holds_together(kept, table)
    return is_enough and (mode != "ceil" or min(kept.values()) > unit)


def _doubts(table: Table, unit: Fraction) -> dict[Cell, Fraction]:
    """By cell, in which share of the squares of four cells that it is in these contradict each other.

    A wrong cell is in few squares that hold, a right one in few that don't. Looks at some 30 for each cell
    that the unit divides.
    """
    steps = {
        cell: 2 * (value / unit).numerator for cell, value in table.cells.items() if divides(unit, value)
    }  # in half units, so that a cell is one more or less
    in_row: dict[int, list[int]] = {}
    in_place: dict[int, list[int]] = {}
    for row, place in sorted(steps):
        in_row.setdefault(row, []).append(place)
        in_place.setdefault(place, []).append(row)
    doubts = {}
    for (row, place), this in steps.items():
        tried = wrong = 0
        for other_place in _some(in_row[row], place):
            beside = steps[row, other_place]
            for other_row in _some(in_place[place], row):
                across = steps.get((other_row, other_place))
                if across:
                    below = steps[other_row, place]
                    tried += 1
                    wrong += abs(this * across - beside * below) > this + across + beside + below
        doubts[row, place] = Fraction(wrong, tried or 1)
    return doubts


def _some(numbers: Sequence[int], but: int) -> list[int]:
    """Some five of them, evenly spaced behind one of them."""
    at = numbers.index(but)
    others = [*numbers[at + 1 :], *numbers[:at]]
    return others[:: max(1, len(others) // 5)]


def _improved(table: Table, found: Found) -> Found:
    """A simpler model with other cells left out, if a row or place takes more digits than most.

    A wrong cell that still fits makes the base of its row, or the factor of its place, an odd one; and in a
    row of two cells it is the simpler base that says which is wrong.
    """
    tried: set[frozenset[Cell]] = set()
    for _ in range(min(table.budget, _ROUNDS)):
        best = found
        for left_out in [move for move in _moves(table, found) if move not in tried][:_MOVES]:
            tried.add(left_out)
            at_most = _price(best) - _OUTLIER * len(left_out)
            other = _solved(table, tuple(dict.fromkeys((found.mode, "round"))), left_out, at_most)
            if other and _price(other) < _price(best):
                best = other
        if best is found:
            break
        found = best
    return found


def _moves(table: Table, found: Found) -> list[frozenset[Cell]]:
    """Other choices of cells to leave out: a cell more of an odd row or place, or one instead of another."""
    digits = (
        [len(digits_of(base)) for base in found.model.bases],
        [len(digits_of(factor)) for factor in found.model.factors],
    )
    usual = [median_low(each) for each in digits]
    kept = [cell for cell in table.cells if cell not in found.left_out]
    odd = {cell: sum(digits[side][cell[side]] > usual[side] + 1 for side in (0, 1)) for cell in kept}
    more = sorted((cell for cell in kept if odd[cell]), key=lambda cell: (-odd[cell], cell))
    counts = [Counter(cell[side] for cell in kept) for side in (0, 1)]
    instead = [
        found.left_out - {out} | {cell}
        for out in sorted(found.left_out)
        for cell in kept
        for side in (0, 1)
        if cell[side] == out[side] and counts[side][cell[side]] == 1
    ]
    is_enough = len(found.left_out) >= table.budget
    return [*instead, *(() if is_enough else (found.left_out | {cell} for cell in more))]


def _price(found: Found) -> Fraction:
    return found.model.cost + _OUTLIER * len(found.left_out)


def given(model: Model, cell: Cell, unit: Fraction, mode: str) -> Fraction:
    """What the model gives for a cell."""
    row, place = cell
    return rounded(model.bases[row] * model.factors[place], unit, mode)


def gives(model: Model, cells: Mapping[Cell, Fraction], unit: Fraction, mode: str) -> bool:
    """Whether the model, rounded so, gives all of these cells."""
    return all(given(model, cell, unit, mode) == value for cell, value in cells.items())
