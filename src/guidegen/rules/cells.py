"""Cells of decision tables: each is a set of values of its column."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from guidegen.lookup import MISSING, Missing
from guidegen.rules.syntax import SyntaxFault, parse

Literal = Decimal | bool | str
Looked = Literal | frozenset[str] | Missing  # what a column may read; a set for lists of keys


class Anything(NamedTuple):
    """Everything, missing too."""

    kind: str = "any"  # NamedTuples compare by content: each set has some of its own


class Absent(NamedTuple):
    """Only missing."""

    kind: str = "missing"


class Present(NamedTuple):
    """Everything but missing."""

    kind: str = "present"


class OneOf(NamedTuple):
    """These values; all but these, if `negated`."""

    values: tuple[Literal, ...]
    negated: bool = False


class Interval(NamedTuple):
    """Numbers from `low` to `high`; None is unbounded, `open` leaves the bound itself out."""

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False


class Contains(NamedTuple):
    """Sets that have all of these keys, or any of them."""

    keys: tuple[str, ...]
    all: bool


Cell = Anything | Absent | Present | OneOf | Interval | Contains
FORMS = (
    "a cell is: any · a value · a, b · not a, b · 1..5 · 1..<5 · over, under, at least, at most N · "
    "contains a, b · contains any of a, b · missing · present · yes · no"
)


def matches(cell: Cell, value: Looked) -> bool:
    """Whether a value lies in the cell's set. Missing lies in `any` and `missing` alone."""
    if isinstance(cell, Anything):
        return True
    if isinstance(cell, Absent) or value is MISSING:
        return isinstance(cell, Absent) and value is MISSING
    if isinstance(cell, Present):
        return True
    if isinstance(cell, Contains):
        inside = [key in value for key in cell.keys] if isinstance(value, frozenset) else [False]
        return all(inside) if cell.all else any(inside)
    if isinstance(cell, OneOf):
        return (value in cell.values) != cell.negated
    return isinstance(value, Decimal) and _within(cell, value)


def _within(cell: Interval, value: Decimal) -> bool:
    if cell.low is not None and (value < cell.low or (cell.low_open and value == cell.low)):
        return False
    return not (cell.high is not None and (value > cell.high or (cell.high_open and value == cell.high)))


def literals(cell: Cell) -> tuple[Literal, ...]:
    """The values that a cell names, to be checked against its column's domain."""
    if isinstance(cell, OneOf):
        return cell.values
    if isinstance(cell, Contains):
        return cell.keys
    if isinstance(cell, Interval):
        return tuple(bound for bound in (cell.low, cell.high) if bound is not None)
    return ()


_PLAIN: dict[str, Cell] = {"any": Anything(), "missing": Absent(), "present": Present()}


@lru_cache(maxsize=10_000)
def parse_cell(text: str) -> Cell:
    """The set that a cell's text stands for; empty text is `any`. Raises `SyntaxFault`."""
    if not text or text == "any":
        return Anything()
    tree = parse(text, "cell")
    kind, children = str(tree.data), tree.children
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in ("closed", "half_open"):
        low, high = _amount(children[0]), _amount(children[1])
        if low > high or (low == high and kind == "half_open"):
            raise SyntaxFault("no number lies in it", 0, len(text), "write the lower number first")
        return Interval(low, high, high_open=kind == "half_open")
    if kind in ("over", "at_least"):
        return Interval(_amount(children[0]), None, low_open=kind == "over")
    if kind in ("under", "at_most"):
        return Interval(None, _amount(children[0]), high_open=kind == "under")
    values = tuple(_literal(child) for child in children[0].children)
    if len(set(values)) < len(values):
        raise SyntaxFault("the same value stands here twice", 0, len(text), "delete one of the two")
    if kind.startswith("contains"):
        return Contains(tuple(str(value) for value in values), kind == "contains_all")
    return OneOf(values, negated=kind == "none_of")


def _amount(tree: Any) -> Decimal:
    return Decimal(str(tree.children[0]))


def _literal(tree: Any) -> Literal:
    kind = str(tree.data)
    if kind == "number":
        return _amount(tree)
    if kind in ("yes", "no"):
        return kind == "yes"
    text = str(tree.children[0])
    return text[1:-1] if kind == "text" else text
