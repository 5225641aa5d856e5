"""What facts say of units with labels: the tables over one column that fit, and what each costs.

Costs are in whole bits. A column costs 1 (`yes` and `no`, presence, numbers), 2 (choices) or 4 (lists of
keys), and one for each name that its formula reads and each function it calls; a word what it takes to tell
it from the others; a bound 1 and its number (`bounds`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from guidegen.lookup import MISSING, Missing
from guidegen.rules.cells import Looked, OneOf, parse_cell
from guidegen.rules.formula import Call, Expression, names, parse_formula
from guidegen.rules.syntax import SyntaxFault

Unit = str | tuple[str, str]  # a place, a role, or both
NUMBER, INTEGER, CHOICE, BOOLEAN, KEYS, PRESENCE = (
    "number",
    "integer",
    "choice",
    "boolean",
    "keys",
    "presence",
)
_BASE = {NUMBER: 1, INTEGER: 1, CHOICE: 2, BOOLEAN: 1, KEYS: 4, PRESENCE: 1}
_LISTED = 3  # a longer list of words is said by what isn't in it


class Feature(NamedTuple):
    """What a table could look at: its name as a column, and its value for each unit.

    `kind` is number, integer, choice, boolean, keys or presence. Values are numbers, words, yes or no, sets
    of keys; of presence, whatever is there. A unit without one lacks it. A derivation has its formula.
    `options` are words that no unit has. Presence is asked by `present` and `missing`, as tables do of facts
    that they can look at; with a formula, `present(NAME)`, by `yes` and `no`.
    """

    name: str
    kind: str
    values: Mapping[Unit, Looked | int]
    formula: str = ""
    options: tuple[str, ...] = ()


class Cut(NamedTuple):
    """A bound in a table, and the nearest numbers below and above that were seen.

    Nothing tells where between them it lies; `above_has_it` where the bound itself belongs to what is above.
    """

    column: str
    below: Decimal
    above: Decimal
    bound: Decimal
    above_has_it: bool

    @property
    def is_seen(self) -> bool:
        """Whether a unit has the bound itself, so that its side is known."""
        return self.bound in (self.below, self.above)


class Labelling:
    """Labels by number, each a mask of the units that have it."""

    def __init__(self, labels: Iterable[int], count: int) -> None:
        self.masks = [0] * count
        for unit, label in enumerate(labels):
            self.masks[label] |= 1 << unit
        self.whole = sum(self.masks)

    def of(self, part: int) -> int | None:
        """The label that all of some units have."""
        for label, mask in enumerate(self.masks):
            if part & mask:
                return None if part & ~mask else label
        return None

    def among(self, part: int) -> list[int]:
        """The labels that some units have."""
        return [label for label, mask in enumerate(self.masks) if part & mask]


class Shape(NamedTuple):
    """Cells over a column, each with its label; `otherwise` is the label where none matches.

    `is_flip` if it is another shape but for a bound that no unit has, put on the other side.
    """

    bits: int
    cells: tuple[tuple[str, int], ...]
    cuts: tuple[Cut, ...] = ()
    otherwise: int | None = None
    is_flip: bool = False


class Root(NamedTuple):
    """A column parted in two: cells, and the units in each."""

    bits: int
    parts: tuple[tuple[str, int], tuple[str, int]]
    cuts: tuple[Cut, ...] = ()


class Column:
    """A feature seen at some units: each value a mask of the units that have it."""

    def __init__(self, feature: Feature, units: list[Unit]) -> None:
        self.feature = feature
        self.name = feature.name
        self.base = _BASE[feature.kind] + (0 if feature.kind == PRESENCE else _formula_bits(feature.formula))
        self.missing = 0
        self.values: list[Looked] = []
        classes: dict[Looked, int] = {}
        for number, unit in enumerate(units):
            value = _looked(feature, feature.values.get(unit, MISSING))
            self.values.append(value)
            if isinstance(value, Missing):
                self.missing |= 1 << number
            else:
                classes[value] = classes.get(value, 0) | 1 << number
        self.classes = classes
        self.least = self.base  # bits of its cheapest table

    def shapes(self, labelling: Labelling, among: int, most_runs: int) -> Iterator[Shape]:
        """The tables that give units among these their labels, in at most so many rows of numbers."""
        raise NotImplementedError

    def roots(self, labelling: Labelling, among: int) -> Iterator[Root]:
        """Ways to part the column in two that leave something to a second column."""
        return iter(())

    def refutation(self, labelling: Labelling, most_runs: int) -> int:
        """Units of which one can tell that no shape fits where all of them are; 0 if nothing is known."""
        return 0

    def probes(self) -> list[Looked]:
        """Values that tell tables over the column apart: seen ones, and others between and beyond."""
        raise NotImplementedError

    def lacking(self, among: int, labelling: Labelling) -> tuple[bool, int | None]:
        """Whether units among these lack a value; and the label of those."""
        lacking = self.missing & among
        return bool(lacking), labelling.of(lacking) if lacking else None


class Words(Column):
    """A column of words, of yes and no, or of presence."""

    def __init__(self, feature: Feature, units: list[Unit]) -> None:
        super().__init__(feature, units)
        self.texts = _texts(feature, self.classes)
        self._bits = 0 if feature.kind != CHOICE else max(1, (len(self.classes) - 1).bit_length())
        self.least += 0 if self.missing else self._bits

    def shapes(self, labelling: Labelling, among: int, most_runs: int) -> Iterator[Shape]:
        """The words of each label; those that no unit has go with the label that has most words."""
        lacks, lacking = self.lacking(among, labelling)
        words: dict[int, list[Looked]] = {}
        for value, mask in self.classes.items():
            if part := mask & among:
                label = labelling.of(part)
                if label is None:
                    return
                words.setdefault(label, []).append(value)
        labels = {*words, *([lacking] if lacking is not None else [])}
        if len(labels) < 2 or (lacks and lacking is None):
            return
        if len(words) == 1 and self.feature.kind == CHOICE:
            yield Shape(self.base, (("present", next(iter(words))), ("missing", lacking or 0)))
            return
        bulk = max(sorted(words), key=lambda label: len(words[label]))
        if len(words) == 1:  # who has no answer is like who says the other
            assert lacking is not None
            bulk = lacking
        named = {value for label, found in words.items() if label != bulk for value in found}
        cells = {label: self._said(found) for label, found in words.items() if label != bulk}
        cells[bulk] = self._rest(named)
        order = sorted(
            cells, key=lambda label: min(self._place(words.get(label, [])), default=len(self.texts))
        )
        said = [(cells[label], label) for label in order]
        if lacking is not None:
            said.append(("missing", lacking))
        yield Shape(self.base + len(named) * self._bits + int(lacks), tuple(said))

    def roots(self, labelling: Labelling, among: int) -> Iterator[Root]:
        """The words of one label, or one of them, against the rest; of two words, these."""
        pure: dict[int, list[Looked]] = {}
        seen = [value for value, mask in self.classes.items() if mask & among]
        for value in seen:
            label = labelling.of(self.classes[value] & among)
            if label is not None:
                pure.setdefault(label, []).append(value)
        sets = [found for _, found in sorted(pure.items())]
        sets += [[value] for found in sets if len(found) > 1 for value in found]
        for found in [seen[:1]] if len(seen) == 2 else sets:
            if len(found) == len(seen):
                continue
            inside = union(self.classes[value] for value in found) & among
            cells = (self._said(found), inside), (self._rest({*found}), among & ~inside)
            yield Root(self.base + len(found) * self._bits, cells)

    def refutation(self, labelling: Labelling, most_runs: int) -> int:
        """Two units of one word with different labels."""
        return next(
            (two_apart(labelling, mask) for mask in self.classes.values() if labelling.of(mask) is None), 0
        )

    def probes(self) -> list[Looked]:
        """All words there are."""
        return list(self.texts)

    def _place(self, values: list[Looked]) -> list[int]:
        return [number for number, value in enumerate(self.texts) if value in values]

    def _said(self, values: Iterable[Looked]) -> str:
        chosen = {*values}
        return ", ".join(text for value, text in self.texts.items() if value in chosen)

    def _rest(self, named: set[Looked]) -> str:
        rest = [value for value in self.texts if value not in named]
        return self._said(rest) if len(rest) <= _LISTED or not named else f"not {self._said(named)}"


class Keyed(Column):
    """A column of lists of keys: what a list has can be said, what it lacks is `otherwise`."""

    def __init__(self, feature: Feature, units: list[Unit]) -> None:
        super().__init__(feature, units)
        having: dict[str, int] = {}
        for value, mask in self.classes.items():
            for key in value if isinstance(value, frozenset) else ():
                having[key] = having.get(key, 0) | mask
        self.having = [(_word(key), mask) for key, mask in sorted(having.items()) if _word(key)]
        self.keys = sorted(having)
        self._bits = max(1, (len(having) - 1).bit_length())
        self.least += self._bits

    def shapes(self, labelling: Labelling, among: int, most_runs: int) -> Iterator[Shape]:
        """A key, or two, that all of one label's units have and none of the other's."""
        labels = labelling.among(among)
        if len(labels) != 2:
            return
        within = [(word, mask & among) for word, mask in self.having]
        for label, other in (labels, labels[::-1]):
            for cell, keys in _keys_for(labelling.masks[label] & among, within):
                bits = self.base + keys * self._bits + (keys - 1)
                yield Shape(bits, ((cell, label),), otherwise=other)

    def probes(self) -> list[Looked]:
        """No key, each alone, and the lists that were seen."""
        alone: list[Looked] = [frozenset([key]) for key in self.keys]
        return list(dict.fromkeys([frozenset[str](), *alone, *self.classes]))


def _keys_for(wanted: int, having: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Cells that just the wanted units match, and how many keys they name."""
    for word, mask in having:
        if mask == wanted:
            yield f"contains {word}", 1
    some = [found for found in having if found[1] and not found[1] & ~wanted and found[1] != wanted]
    for (one, mask), (other, more) in combinations(some, 2):
        if mask | more == wanted:
            yield f"contains any of {one}, {other}", 2
    wide = [found for found in having if not wanted & ~found[1] and found[1] != wanted]
    for (one, mask), (other, more) in combinations(wide, 2):
        if mask & more == wanted:
            yield f"contains {one}, {other}", 2


def reads_of(feature: Feature) -> set[str]:
    """The names that a feature looks at: its own, and those in its formula."""
    expression = _expression(feature.formula)
    return {feature.name, *(name.name for name in names(expression))} if expression else {feature.name}


def _expression(formula: str) -> Expression | None:
    try:
        return parse_formula(formula) if formula else None
    except SyntaxFault:
        return None


def _formula_bits(formula: str) -> int:
    """A bit for each name that is read and each function that is called."""
    expression = _expression(formula)
    return sum(1 for _ in names(expression)) + _calls(expression) if expression else 0


def _calls(expression: Expression) -> int:
    if not isinstance(expression, Call):
        return 0
    return 1 + sum(map(_calls, expression.arguments))


def _looked(feature: Feature, value: Looked | int) -> Looked:
    """A value as cells see it; presence is yes or no."""
    if feature.kind == PRESENCE:
        return not isinstance(value, Missing)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _texts(feature: Feature, seen: Iterable[Looked]) -> dict[Looked, str]:
    """The words of a column in order, each as a cell has it: the declared ones first."""
    if feature.kind == PRESENCE and not feature.formula:
        return {True: "present", False: "missing"}
    if feature.kind in (BOOLEAN, PRESENCE):
        return {True: "yes", False: "no"}
    words = dict.fromkeys([*feature.options, *sorted(str(value) for value in seen)])
    return {word: _word(word) or repr(word) for word in words}


def _word(text: str) -> str:
    """A word as a cell has it, in quotes where it needs them; empty if no cell can have it."""
    for said in (text, f'"{text}"', f"'{text}'"):
        try:
            if parse_cell(said) == OneOf((text,)) and not ("|" in said and said[0] != '"'):
                return said
        except SyntaxFault:
            continue
    return ""


def two_apart(labelling: Labelling, part: int) -> int:
    """Two units among some that have different labels."""
    first, second = [part & mask & -(part & mask) for mask in labelling.masks if part & mask][:2]
    return first | second


def union(masks: Iterable[int]) -> int:
    """Units of any of some masks."""
    found = 0
    for mask in masks:
        found |= mask
    return found
