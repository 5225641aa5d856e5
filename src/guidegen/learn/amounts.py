"""Amounts that follow from bases and factors: which figures do, and what each then reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from guidegen.finding import fold
from guidegen.learn.learned import Bands
from guidegen.learn.model import (
    PLACE,
    ROLE,
    Explained,
    Figure,
    Grid,
    Slot,
    Template,
    templates_of,
)
from guidegen.learn.numbers import Outlier, Scaling, fit, predict, shortened

_FIELDS = {1: ("amount",), 2: ("from", "to")}
_LEVELS, _BAND, _FACTOR = "levels", "band", "factor"
Stated = tuple[str, str, str, Decimal | dict[str, dict[str, Decimal]]]


class Amounts(NamedTuple):
    """What figures read, and the facts, fields and formulas behind it.

    `outliers` are cells that don't fit, by column and document, with what was to be expected. `scaling` is
    the model, None if there is none.
    """

    slots: dict[int, Slot]
    bands: Bands | None
    declared: dict[tuple[str, str], tuple[str, ...]]
    stated: tuple[Stated, ...]
    derivations: tuple[str, ...]
    outliers: dict[tuple[int, int], Outlier]
    scaling: Scaling | None


NONE = Amounts({}, None, {}, (), (), {}, None)


class _Cell(NamedTuple):
    """A figure of a table: the column that the table is, its level, and the field of the level's record."""

    figure: Figure
    level: str
    field: str


def amounts(explained: list[Explained], place_of: Mapping[int, str], role_of: Mapping[int, str]) -> Amounts:
    """The model of a family's money: bands by level in a table, and sums in prose.

    Each base is a role's, each factor a place's; short forms in thousands are those of exact amounts.
    """
    found = [(number, figure) for number, one in enumerate(explained) for figure in figures_of(one)]
    money = {figure.number: (number, figure) for number, figure in found if figure.form == "money"}
    cells = {
        (_row(index, role_of[document]), place_of[document]): value
        for index, (_, figure) in money.items()
        for document, value in figure.values.items()
    }
    scaling = fit(cells) if cells else None
    if scaling is None:
        return NONE
    roles = sorted({*role_of.values()})
    fitting = [
        index
        for index, (_, figure) in money.items()
        if all(_row(index, role_of[document]) in scaling.bases for document in figure.values)
    ]
    tabled = next(filter(None, (_bands(number, explained) for number in range(len(explained)))), None)
    bands, in_table = tabled or (None, [])
    if not all(cell.figure.number in fitting for cell in in_table):
        bands, in_table = None, []
    names = {cell.figure.number: f"{_BAND}.{cell.level}.{cell.field}" for cell in in_table}
    others = [index for index in fitting if index not in names]
    made = _Made(scaling, roles)
    if bands:
        made.levels(in_table)
    for number, index in enumerate(others, 1):
        same = next((one for one in names if money[one][1].values == money[index][1].values), None)
        names[index] = names[same] if same is not None else made.sum_of(index, number, len(others))
    slots = {index: Slot(name, ("money",)) for index, name in names.items()}
    expected = {
        index: _as_expected(index, figure, scaling, place_of, role_of)
        for index, (_, figure) in money.items()
        if index in names
    }
    slots |= _short(found, expected, names)
    return Amounts(
        slots,
        bands,
        made.declared,
        tuple(made.stated),
        tuple(made.derivations),
        dict(_outliers(scaling, money, place_of, role_of)),
        scaling,
    )


class _Made:
    """The facts and formulas of a model, as they are put down."""

    def __init__(self, scaling: Scaling, roles: list[str]) -> None:
        self.scaling, self.roles = scaling, roles
        about = "Level of amounts relative to the reference, which is 1. All bases are multiplied by it."
        self.declared: dict[tuple[str, str], tuple[str, ...]] = {
            (PLACE, _FACTOR): ("type: decimal", "over: 0", "sourced: yes", f"about: {about}")
        }
        self.stated: list[Stated] = [
            (PLACE, place, _FACTOR, factor) for place, factor in scaling.factors.items()
        ]
        self.derivations: list[str] = []

    def levels(self, cells: list[_Cell]) -> None:
        """A record of bases for each level of a table, and the band that each comes to."""
        fields = list(dict.fromkeys(cell.field for cell in cells))
        integral = all(base == base.to_integral_value() for base in self.scaling.bases.values())
        record = ", ".join(f"{field}: {{type: {'integer' if integral else 'decimal'}}}" for field in fields)
        self.declared[ROLE, _LEVELS] = (
            f"type: map of {_LEVELS}",
            f"record: {{{record}}}",
            "sourced: yes",
            "about: Bases of the table's amounts at each level, at factor 1.",
        )
        for role in self.roles:
            levels: dict[str, dict[str, Decimal]] = {}
            for cell in cells:
                base = self.scaling.bases.get(_row(cell.figure.number, role))
                if base is not None:
                    levels.setdefault(cell.level, {})[cell.field] = base
            if levels:
                self.stated.append((ROLE, role, _LEVELS, levels))
        self.derivations += [f"{_BAND}:", f"  each: role.{_LEVELS}"]
        self.derivations += [f"  {field}: {self._formula(f'item.{field}')}" for field in fields]

    def sum_of(self, index: int, number: int, count: int) -> str:
        """A base of its own, and the formula that a sum in prose is; gives its name."""
        name = f"sum_{number}" if count > 1 else "sum"
        self.declared[ROLE, f"{name}_base"] = (
            "type: decimal",
            "sourced: yes",
            "about: Base of an amount in prose, at factor 1.",
        )
        for role in self.roles:
            base = self.scaling.bases.get(_row(index, role))
            if base is not None:
                self.stated.append((ROLE, role, f"{name}_base", base))
        self.derivations.append(f"{name}: {self._formula(f'role.{name}_base')}")
        return name

    def _formula(self, base: str) -> str:
        unit, mode = self.scaling.rounding
        return f"{mode}({base} * place.{_FACTOR}, {unit:f})"


def _row(index: int, role: str) -> str:
    return f"{index} {role}"


def _outliers(
    scaling: Scaling,
    money: Mapping[int, tuple[int, Figure]],
    place_of: Mapping[int, str],
    role_of: Mapping[int, str],
) -> Iterator[tuple[tuple[int, int], Outlier]]:
    wrong = {(one.row, one.place): one for one in scaling.outliers}
    for index, (number, figure) in money.items():
        for document in figure.values:
            if found := wrong.get((_row(index, role_of[document]), place_of[document])):
                yield (number, document), found


def _as_expected(
    index: int, figure: Figure, scaling: Scaling, place_of: Mapping[int, str], role_of: Mapping[int, str]
) -> dict[int, Decimal]:
    """The values of a figure, by the model where a document states another."""
    return {
        document: predict(scaling, _row(index, role_of[document]), place_of[document]) or value
        for document, value in figure.values.items()
    }


def _short(
    found: Iterable[tuple[int, Figure]], exact: Mapping[int, Mapping[int, Decimal]], names: Mapping[int, str]
) -> Iterator[tuple[int, Slot]]:
    """Figures in thousands that are the short forms of exact ones, halves upwards as the filter rounds."""
    for _, figure in found:
        if figure.form == "thousands":
            for index, long in exact.items():
                shared = figure.values.keys() & long.keys()
                pairs = [(long[document], figure.values[document]) for document in sorted(shared)]
                if len(pairs) == len(figure.values) and "round" in shortened(pairs):
                    yield figure.number, Slot(names[index], ("thousands",))
                    break


# -- tables of levels


def _bands(number: int, explained: list[Explained]) -> tuple[Bands, list[_Cell]] | None:
    """A table whose rows differ by a label and by figures only."""
    grid = explained[number].by
    if not isinstance(grid, Grid) or not grid.rows:
        return None
    labels = [_plain(row[0]) for row in grid.rows]
    keys = [fold(label or "").replace("-", "_") for label in labels]
    skeletons = [[_skeleton(cell) for cell in row[1:]] for row in grid.rows]
    count = sum(isinstance(part, Figure) for cell in grid.rows[0][1:] for part in cell)
    if not all(key[:1].isalpha() for key in keys) or len({*keys}) < len(keys) or not count:
        return None
    if any(skeleton != skeletons[0] for skeleton in skeletons) or any(map(_has_figures, grid.header)):
        return None
    fields = _FIELDS.get(count, tuple(f"amount_{index}" for index in range(1, count + 1)))
    cells = [
        _Cell(figure, key, field)
        for key, row in zip(keys, grid.rows)
        for figure, field in zip(
            (part for cell in row[1:] for part in cell if isinstance(part, Figure)), fields
        )
    ]
    if any(cell.figure.form != "money" for cell in cells):
        return None
    left = iter(fields)
    row = [
        tuple(Slot(f"item.{next(left)}", (part.form,)) if isinstance(part, Figure) else part for part in cell)
        for cell in grid.rows[0][1:]
    ]
    levels = {key: label or "" for key, label in zip(keys, labels)}
    return Bands(number, levels, grid.header, ((Slot("item.name"),), *row)), cells


def _plain(template: Template) -> str | None:
    """The text of a template without holes."""
    return "".join(map(str, template)) if all(isinstance(part, str) for part in template) else None


def _skeleton(template: Template) -> list[object]:
    return [part.form if isinstance(part, Figure) else part for part in template]


def _has_figures(template: Template) -> bool:
    return any(isinstance(part, Figure) for part in template)


def figures_of(one: Explained) -> Iterator[Figure]:
    """The figures in what explains a column."""
    for template in templates_of(one.by):
        yield from (part for part in template if isinstance(part, Figure))
