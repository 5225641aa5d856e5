"""Columns of numbers: which bounds part the units of different labels, the most natural ones.

Between two numbers that were seen, a bound is 1 or 0 if it can be, else the number with the fewest digits.
It costs 1 bit for its side, and 1 where it is 0 or 1; else 1 and one for each digit, or what it takes to tell
the numbers seen apart if that is less.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from guidegen.learn.evidence import (
    INTEGER,
    Column,
    Cut,
    Feature,
    Labelling,
    Root,
    Shape,
    Unit,
    two_apart,
    union,
)
from guidegen.rules.cells import Looked


class Numbers(Column):
    """A column of numbers: rows are runs of them."""

    def __init__(self, feature: Feature, units: list[Unit]) -> None:
        super().__init__(feature, units)
        self.ordered = sorted(
            (value, mask) for value, mask in self.classes.items() if isinstance(value, Decimal)
        )
        self.is_whole = feature.kind == INTEGER
        exponents = [value.normalize().as_tuple().exponent for value, _ in self.ordered]
        stated = [value.as_tuple().exponent for value, _ in self.ordered] or [0]
        least = min(*(e for e in (*exponents, *stated, 0) if isinstance(e, int)), 0)
        self.step = Decimal(1) if self.is_whole else Decimal(1).scaleb(least)
        self._most_bits = 1 + max(1, (len(self.ordered) - 1).bit_length())
        self.least += 0 if self.missing else 1

    def shapes(self, labelling: Labelling, among: int, most_runs: int) -> Iterator[Shape]:
        """Bounds between runs of equal labels, or a single number against the rest."""
        runs = self._runs(labelling, among, most_runs)
        lacks, lacking = self.lacking(among, labelling)
        if not runs or (lacks and lacking is None):
            return
        if len(runs) == 1:
            if lacking is not None and lacking != runs[0][2]:
                yield Shape(self.base, (("present", runs[0][2]), ("missing", lacking)))
            return
        further = (("missing", lacking),) if lacking is not None else ()
        for shape in self._of_runs(runs):
            yield shape._replace(bits=shape.bits + len(further), cells=(*shape.cells, *further))

    def _runs(self, labelling: Labelling, among: int, most: int) -> list[tuple[Decimal, Decimal, int]]:
        """Runs of numbers with one label: the first, the last, the label; none if they are too many."""
        runs: list[tuple[Decimal, Decimal, int]] = []
        for value, mask in self.ordered:
            part = mask & among
            if not part:
                continue
            label = labelling.of(part)
            if label is None:
                return []
            if runs and runs[-1][2] == label:
                runs[-1] = (runs[-1][0], value, label)
            elif len(runs) == most:
                return []
            else:
                runs.append((value, value, label))
        return runs

    def _of_runs(self, runs: list[tuple[Decimal, Decimal, int]]) -> Iterator[Shape]:
        labels = [label for *_, label in runs]
        last = len(runs) - 1
        cuts = tuple(
            self._cut(below[1], above[0], is_last=number == last - 1)
            for number, (below, above) in enumerate(zip(runs, runs[1:]))
        )
        bits = self.base + sum(self._cut_bits(cut) for cut in cuts)
        yield Shape(bits, self._cells(cuts, labels), cuts)
        for number, cut in enumerate(cuts):
            if not cut.is_seen and not self.is_whole and number == last - 1:
                flipped = (*cuts[:number], cut._replace(above_has_it=not cut.above_has_it))
                yield Shape(bits, self._cells(flipped, labels), flipped, is_flip=True)
        for number, (low, high, label) in enumerate(runs):
            if low != high:
                continue
            single = self.base + self._literal_bits(low)
            if last == 1 or (last == 2 and number == 1 and labels[0] == labels[2]):
                other = labels[1 - number] if last == 1 else labels[0]
                yield Shape(single, ((self.text(low), label), (f"not {self.text(low)}", other)))
            if 0 < number == last - 1:
                around = cuts[: number - 1]
                bound = Cut(self.name, low, low, low, above_has_it=True)
                left = self._cells((*around, bound), labels[: number + 1])[:-1]
                over = (self.text(low), label), (f"over {self.text(low)}", labels[-1])
                yield Shape(single + 1 + sum(map(self._cut_bits, around)), (*left, *over), around)

    def _cut(self, below: Decimal, above: Decimal, *, is_last: bool) -> Cut:
        """The most natural bound between two numbers; a middle row has its lower bound."""
        if self.is_whole:
            return Cut(self.name, below, above, self._roundest(below + 1, above), above_has_it=True)
        bound = self._roundest(below, above)
        if not is_last and bound == below:
            bound = min(below + self.step, above)
        return Cut(self.name, below, above, bound, above_has_it=bound == above or not is_last)

    def _roundest(self, low: Decimal, high: Decimal) -> Decimal:
        """The number from low to high with the fewest digits; of several the one nearest to the middle."""
        for natural in (Decimal(1), Decimal(0)):
            if low <= natural <= high:
                return natural
        least = self.step.adjusted()
        for exponent in range(max(low.adjusted(), high.adjusted()) + 1, least - 1, -1):
            first = low.scaleb(-exponent).to_integral_value("ROUND_CEILING")
            last = high.scaleb(-exponent).to_integral_value("ROUND_FLOOR")
            if first <= last:
                middle = ((low + high).scaleb(-exponent) * Decimal("0.5")).to_integral_value(
                    "ROUND_HALF_DOWN"
                )
                return min(max(first, middle), last).scaleb(exponent)
        return high

    def _cells(self, cuts: tuple[Cut, ...], labels: list[int]) -> tuple[tuple[str, int], ...]:
        """A cell for each run: below the first bound, between two, from the last on."""
        said = []
        for low, high, label in zip((None, *cuts), (*cuts, None), labels):
            said.append((self._cell(low, high), label))
        return tuple(said)

    def _cell(self, low: Cut | None, high: Cut | None) -> str:
        if high is None:
            assert low is not None  # one run alone has no cell
            return f"{'at least' if low.above_has_it else 'over'} {self.text(low.bound)}"
        top = self.text(high.bound - 1 if self.is_whole else high.bound)
        is_open = high.above_has_it and not self.is_whole
        if low is None:
            return f"{'under' if is_open else 'at most'} {top}"
        bottom = self.text(low.bound)
        return bottom if bottom == top else f"{bottom}{'..<' if is_open else '..'}{top}"

    def text(self, number: Decimal) -> str:
        """A number as a cell has it: with as many decimals as the column's numbers have."""
        return f"{number.quantize(self.step):f}" if number % self.step == 0 else f"{number:f}"

    def _cut_bits(self, cut: Cut) -> int:
        digits = self._literal_bits(cut.bound)
        return 1 + (min(digits, self._literal_bits(cut.bound - 1)) if self.is_whole else digits)

    def _literal_bits(self, number: Decimal) -> int:
        """What a number costs: by its digits, or by its place among those seen."""
        if number in (0, 1):
            return 1
        return min(1 + len(number.normalize().as_tuple().digits), self._most_bits)

    def roots(self, labelling: Labelling, among: int) -> Iterator[Root]:
        """At the first and the last number where the label changes, where labels part, and at 0 and 1."""
        seen = [(value, mask & among) for value, mask in self.ordered if mask & among]
        for number in self._partings([mask for _, mask in seen], labelling):
            low, high = (union(mask for _, mask in part) for part in (seen[: number + 1], seen[number + 1 :]))
            cut = self._cut(seen[number][0], seen[number + 1][0], is_last=True)
            (first, _), (second, _) = self._cells((cut,), [0, 0])
            yield Root(self.base + self._cut_bits(cut), ((first, low), (second, high)), (cut,))
        for value, mask in seen:
            if value in (0, 1) and labelling.of(mask) is not None and mask != among:
                parts = (self.text(value), mask), (f"not {self.text(value)}", among & ~mask)
                yield Root(self.base + 1, parts)

    def _partings(self, parts: list[int], labelling: Labelling) -> list[int]:
        """Behind which of some parts to cut: behind all of one label from either end, or between labels."""
        found = {_pure(parts, labelling) - 1, len(parts) - _pure(parts[::-1], labelling) - 1}
        labels = labelling.among(union(parts))
        if len(labels) > 2:
            first = _first(parts, labels, labelling)
            last = {
                label: len(parts) - 1 - at for label, at in _first(parts[::-1], labels, labelling).items()
            }
            for cut in last.values():
                if all(last[label] <= cut or first[label] > cut for label in labels):
                    found.add(cut)
        return sorted(number for number in found if 0 <= number < len(parts) - 1)

    def refutation(self, labelling: Labelling, most_runs: int) -> int:
        """A unit of each of the first runs, one more than a table may have."""
        units, runs, before = 0, 0, -1
        for _, mask in self.ordered:
            label = labelling.of(mask)
            if label is None:
                return two_apart(labelling, mask)
            if label != before:
                units |= mask & -mask
                runs, before = runs + 1, label
                if runs > most_runs:
                    return units
        return 0

    def probes(self) -> list[Looked]:
        """Beyond both ends, between each two, and what was seen."""
        if not self.ordered:
            return []
        numbers = [value for value, _ in self.ordered]
        reach = max(numbers[-1] - numbers[0], self.step)
        between = [(one + other) * Decimal("0.5") for one, other in zip(numbers, numbers[1:])]
        if self.is_whole:
            between = [number.to_integral_value("ROUND_CEILING") for number in between]
        beyond = [numbers[-1] + reach, *([numbers[0] - reach] if numbers[0] > reach else [])]
        return list(dict.fromkeys([*beyond, *between, *numbers]))


def _pure(parts: list[int], labelling: Labelling) -> int:
    """How many parts from the first on have one label together."""
    together = 0
    for number, part in enumerate(parts):
        together |= part
        if labelling.of(together) is None:
            return number
    return len(parts)


def _first(parts: list[int], labels: list[int], labelling: Labelling) -> dict[int, int]:
    """The first part in which each label stands."""
    found: dict[int, int] = {}
    for number, part in enumerate(parts):
        for label in labels:
            if label not in found and part & labelling.masks[label]:
                found[label] = number
        if len(found) == len(labels):
            break
    return found
