"""Decision tables over one column or two that give each unit its label: found, proved and written out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import product
from typing import NamedTuple

from guidegen import schema
from guidegen.keys import SLUG
from guidegen.learn.bounds import Numbers
from guidegen.learn.evidence import (
    BOOLEAN,
    INTEGER,
    KEYS,
    NUMBER,
    PRESENCE,
    Column,
    Cut,
    Feature,
    Keyed,
    Labelling,
    Shape,
    Unit,
    Words,
)
from guidegen.rules.cells import Looked, matches, parse_cell
from guidegen.rules.proof import prove
from guidegen.rules.syntax import SyntaxFault
from guidegen.rules.table import Column as TableColumn
from guidegen.rules.table import Row, Table
from guidegen.source import Location

_JOINED = 4  # bits: that there is a second column, which, and how they go together
_SHAPES_TRIED = 4  # of the second column, in each part of the first
_ID = "rule-"


class Line(NamedTuple):
    """A row: a cell for each column, as tables have it, and its label."""

    cells: tuple[str, ...]
    label: str


class Rule(NamedTuple):
    """A decision table: its columns, their formulas (empty for facts), rows, and what it costs in bits.

    `otherwise` is the label where no row matches; where it is None the rows match everything. `cuts` are the
    bounds that the documents leave open. `is_flip` if it is another rule but for the side of such a bound.
    """

    columns: tuple[str, ...]
    formulas: tuple[str, ...]
    rows: tuple[Line, ...]
    otherwise: str | None
    bits: int
    cuts: tuple[Cut, ...] = ()
    is_flip: bool = False

    @property
    def id(self) -> str:
        """A name that stays as long as the rule says the same."""
        says = (self.columns, self.formulas, sorted(self.rows), self.otherwise)
        return _ID + sha256(repr(says).encode()).hexdigest()[:8]

    def label_of(self, values: Iterable[Looked]) -> str | None:
        """The label that the rule gives where its columns have these values."""
        seen = tuple(values)
        for row in self.rows:
            if all(matches(parse_cell(cell), value) for cell, value in zip(row.cells, seen)):
                return row.label
        return self.otherwise


class Sample(NamedTuple):
    """Units in order, their labels, and the columns that tables may have."""

    units: list[Unit]
    names: list[str]  # of labels
    labels: list[int]
    columns: list[Column]

    @property
    def labelling(self) -> Labelling:
        """The labels as they are."""
        return Labelling(self.labels, len(self.names))


def sample_of(labels: Mapping[Unit, str], features: Iterable[Feature]) -> Sample:
    """What is known of units with labels; in one order, whatever that of labels and features is."""
    units = sorted(labels, key=lambda unit: (unit,) if isinstance(unit, str) else unit)
    names = sorted({*labels.values()})
    columns = [_column(feature, units) for feature in sorted(features, key=lambda feature: feature.name)]
    return Sample(units, names, [names.index(labels[unit]) for unit in units], columns)


def _column(feature: Feature, units: list[Unit]) -> Column:
    kinds = {NUMBER: Numbers, INTEGER: Numbers, KEYS: Keyed}
    return kinds.get(feature.kind, Words)(feature, units)


def over_one(sample: Sample, *, most_runs: int = 0) -> Iterator[Rule]:
    """The rules over one column. Labels may stand in one row more than there are labels."""
    labelling = sample.labelling
    for column in sample.columns:
        for shape in column.shapes(labelling, labelling.whole, most_runs or len(sample.names) + 1):
            rows = tuple(Line((cell,), sample.names[label]) for cell, label in shape.cells)
            yield _rule(sample, (column,), rows, shape)


def over_two(sample: Sample) -> Iterator[Rule]:
    """The rules over two columns: one is parted in two, and another decides in one part or in both."""
    for first, second, shape, rows in _pairs(sample.columns, sample.labelling):
        named = tuple(Line(cells, sample.names[label]) for cells, label in rows)
        yield _rule(sample, (first, second), named, shape)


def _rule(sample: Sample, columns: tuple[Column, ...], rows: tuple[Line, ...], shape: Shape) -> Rule:
    otherwise = None if shape.otherwise is None else sample.names[shape.otherwise]
    formulas = tuple(column.feature.formula for column in columns)
    names = tuple(column.name for column in columns)
    return Rule(names, formulas, rows, otherwise, shape.bits, shape.cuts, shape.is_flip)


def is_fitted(columns: list[Column], labelling: Labelling, most: int) -> bool:
    """Whether some rule of at most so many bits gives all units these labels."""
    runs = len(labelling.masks) + 1
    for column in columns:
        if column.least <= most and any(
            shape.bits <= most for shape in column.shapes(labelling, labelling.whole, runs)
        ):
            return True
    return any(True for _ in _pairs(columns, labelling, most))


Rows = list[tuple[tuple[str, str], int]]


def _pairs(
    columns: list[Column], labelling: Labelling, most: int | None = None
) -> Iterator[tuple[Column, Column, Shape, Rows]]:
    runs = len(labelling.masks) + 1
    least = min((column.least for column in columns), default=0) + _JOINED
    if most is not None and least + least - _JOINED > most:
        return
    refuted = {column.name: column.refutation(labelling, runs) for column in columns}
    for first in columns:
        if first.missing or (most is not None and first.least + least > most):
            continue
        for root in first.roots(labelling, labelling.whole):
            for second in columns:
                spent = root.bits + _JOINED
                if second is first or (most is not None and spent + second.least > most):
                    continue
                conflict = refuted[second.name]
                if conflict and any(not conflict & ~part for _, part in root.parts):
                    continue
                for shape, rows in _joined(root.parts, second, labelling, runs):
                    bits = spent + shape.bits
                    if most is None or bits <= most:
                        yield first, second, shape._replace(bits=bits, cuts=root.cuts + shape.cuts), rows


def _joined(
    parts: tuple[tuple[str, int], ...], second: Column, labelling: Labelling, runs: int
) -> Iterator[tuple[Shape, Rows]]:
    """What the second column may say in each part of the first, put together."""
    choices: list[list[Shape]] = []
    for _, part in parts:
        label = labelling.of(part)
        if label is not None:
            choices.append([Shape(0, (("any", label),))])
            continue
        found = [shape for shape in second.shapes(labelling, part, runs) if not shape.is_flip]
        if not found:
            return
        choices.append(sorted(found, key=lambda shape: shape.bits)[:_SHAPES_TRIED])
    for shapes in product(*choices):
        rest = {shape.otherwise for shape in shapes if shape.otherwise is not None}
        if len(rest) > 1:
            continue
        used = sum(1 for shape in shapes if shape.bits)
        bits = sum(shape.bits for shape in shapes) - (second.base - 1) * max(0, used - 1)
        cuts = tuple(dict.fromkeys(cut for shape in shapes for cut in shape.cuts))
        rows = [
            ((cell, inner), label)
            for (cell, _), shape in zip(parts, shapes)
            for inner, label in shape.cells
            if {label} != rest or inner != "any"
        ]
        if used:
            yield Shape(bits, (), cuts, next(iter(rest), None)), rows


# -- tables


def is_proved(rule: Rule, features: Mapping[str, Feature]) -> bool:
    """Whether the rule makes a table that `check` accepts: nothing undecided, nothing twice, nothing idle."""
    try:
        table = table_of(rule)
    except SyntaxFault:
        return False
    terms: dict[str, list[str]] = {}
    kinds = tuple(_type(features[name], terms) for name in rule.columns)
    proof = prove(table, kinds, terms)
    return proof.gap is None and not (proof.overlaps or proof.unreachable or proof.duplicates or proof.idle)


def table_of(rule: Rule, name: str = "rule") -> Table:
    """The rule as a table whose outcomes are its labels. Raises `SyntaxFault` if a cell can't be written."""
    at = Location.of_file("rules")
    rows = tuple(
        Row(named, tuple(map(parse_cell, row.cells)), row.label, at, (at,) * len(row.cells), at)
        for named, row in zip(row_names(rule), rule.rows)
    )
    columns = tuple(TableColumn(column, at) for column in rule.columns)
    complete = rule.otherwise is None
    return Table(name, "", "unique", columns, rows, "value", rule.otherwise, complete, at, at)


def row_names(rule: Rule) -> list[str]:
    """A name for each row: its label's, with a number where a label has several rows."""
    names: list[str] = []
    for number, row in enumerate(rule.rows, 1):
        plain = row.label.rpartition(".")[2]
        plain = plain if SLUG.fullmatch(plain) else f"row-{number}"
        name, again = plain, 1
        while name in names:
            again += 1
            name = f"{plain}-{again}"
        names.append(name)
    return names


def written(rule: Rule, outcomes: Mapping[str, str], gives: str = "passage") -> str:
    """The lines of the table, for a rules file; `outcomes` are what labels stand for."""
    lines = [["row", *rule.columns, gives]]
    lines += [[name, *row.cells, outcomes[row.label]] for name, row in zip(row_names(rule), rule.rows)]
    widths = [max(map(len, cells)) for cells in zip(*lines)]
    said = [[cell.ljust(width) for cell, width in zip(line, widths)] for line in lines]
    return "".join(f"| {' | '.join(line[:-1])} || {line[-1]} |\n" for line in said)


def _type(feature: Feature, terms: dict[str, list[str]]) -> schema.Type:
    if feature.kind in (NUMBER, INTEGER):
        return schema.Number(integral=feature.kind == INTEGER)
    if feature.kind in (BOOLEAN, PRESENCE):
        return schema.Boolean()
    if feature.kind == KEYS:
        found = {key for value in feature.values.values() if isinstance(value, frozenset) for key in value}
        terms[feature.name] = sorted({*found, *feature.options})
        return schema.ListOf(schema.KeyOf(feature.name))
    words = {str(value) for value in feature.values.values() if isinstance(value, str)}
    return schema.Choice(tuple(sorted({*words, *feature.options})))
