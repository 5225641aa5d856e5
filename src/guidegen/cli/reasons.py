"""The reasons of a guide's lines, as people read them on a terminal and as programs read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from guidegen.cli.console import colours
from guidegen.formats.json import value_of
from guidegen.problems import visible
from guidegen.rules.arithmetic import in_words

if TYPE_CHECKING:
    from guidegen.explain import Cell, Choice, Computed, Line
    from guidegen.source import Location
    from guidegen.trace import Traced
    from guidegen.values import Provenance

_LABEL, _WIDEST, _LONGEST = 10, 68, 100
_KINDS = ("fact", "name", "term", "setting")


class Row(NamedTuple):
    """A reason in one row: what it is, what it says, where it stands; and what is said below it."""

    label: str
    says: str
    place: str
    details: tuple[str, ...] = ()


def place_of(at: Location) -> str:
    """A file and its line, to open in an editor."""
    return f"{at.path}:{at.line}" if at.line else at.path


def stated(key: str, value: Any, locale: str) -> str:
    """A key with its value, cut where that is long."""
    said = in_words(value, locale)
    return f"{key} = {said if len(said) <= _LONGEST else said[: _LONGEST - 1] + '…'}"


def source_of(provenance: Provenance) -> str:
    """Dates, confidence and source of a fact in one line, the source last."""
    parts = [
        f"dated {provenance.dated}" if provenance.dated else "",
        f"checked {provenance.checked}" if provenance.checked else "",
        f"confidence {provenance.confidence}" if provenance.confidence else "",
        provenance.source or "no source",
    ]
    return ", ".join(part for part in parts if part)


def rows_of_choice(choice: Choice) -> tuple[str, ...]:
    """The cells of a row that a table chose, in columns."""
    if not choice.cells:
        return ("the table has no columns",)
    return tuple(rows_of_cells(choice.cells))


def rows_of_cells(cells: Iterable[Cell]) -> Iterator[str]:
    """Cells in columns: what the guide has, whether that matches, and the cell as written."""
    words = {True: "matches", False: "doesn't match"}
    return in_columns(
        (
            f"{cell.column} = {cell.value}",
            *((words[cell.matched], cell.cell) if cell.cell else ("in no row",)),
        )
        for cell in cells
    )


def in_columns(cells: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Cells as text, each column as wide as its widest."""
    rows = list(cells)
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()


def lines_of_rows(rows: Iterable[Row], margin: int) -> Iterator[str]:
    """Rows as lines, their labels and places in columns; a label that repeats isn't said again."""
    listed = list(rows)
    wide = max((len(row.says) for row in listed if len(row.says) <= _WIDEST), default=0)
    last = ""
    for row in listed:
        label = "" if row.label == last else row.label
        last = row.label
        head = styled(label.ljust(_LABEL), fg="cyan")
        says = visible(row.says).ljust(wide)
        yield f"{' ' * margin}{head}{says}  {styled(row.place, dim=True)}".rstrip()
        for detail in row.details:
            yield f"{' ' * (margin + _LABEL + 2)}{visible(detail)}"


def styled(text: str, **style: Any) -> str:
    """A text with colours, where the terminal wants them."""
    return click.style(text, **style) if text.strip() and colours() else text


def worked_out(one: Computed) -> tuple[str, ...]:
    """A derivation as lines: its formula, and below it its steps; of a table's value, its row and cells."""
    if one.choice:
        head = f"{stated(one.key, one.value, '')}, by row {one.choice.row} of its table"
        return (head, *(f"  {row}" for row in rows_of_choice(one.choice)))
    steps = [str(step) for step in one.steps] or [f"= {in_words(one.value)}"]
    return (f"{one.key} = {one.formula}", *(f"  {step}" for step in steps))


class Report:
    """Writes out lines with their reasons; `in_full` with each fact's source below it.

    Else sources are numbered and listed at the end, and a formula is worked out where it is first needed.
    """

    def __init__(self, locale: str, *, in_full: bool) -> None:
        self.locale = locale
        self.in_full = in_full
        self.sources: dict[str, int] = {}
        self.worked: dict[str, int] = {}

    def line(self, line: Line, digits: int) -> str:
        """One line of a guide and, below it, its reasons."""
        number = styled(str(line.number).rjust(digits), dim=True)
        text = styled(visible(line.text), bold=True)
        rows = [*self._passages(line), *self._guards(line), *self._computed(line), *self._facts(line)]
        rows += self._others(line, alone=not rows)
        return "\n".join([f"{number}  {text}".rstrip(), *lines_of_rows(rows, digits + 4)]) + "\n\n"

    def ending(self) -> str:
        """The sources that were numbered."""
        if not self.sources:
            return ""
        width = len(str(len(self.sources))) + 2
        listed = [f"  {f'[{number}]'.rjust(width)}  {visible(said)}" for said, number in self.sources.items()]
        return "\n".join([styled("sources", bold=True), *listed]) + "\n"

    def _passages(self, line: Line) -> Iterator[Row]:
        for passage in line.passages:
            yield Row("passage", passage.id, place_of(passage.location))
        choices = {(one.choice.table, one.choice.row): one.choice for one in line.passages if one.choice}
        for choice in choices.values():
            yield Row("table", _named(choice), place_of(choice.location), rows_of_choice(choice))

    def _guards(self, line: Line) -> Iterator[Row]:
        for guard in line.guards:
            yield Row("when", f"{guard.when}, for block {guard.block}", place_of(guard.location))

    def _computed(self, line: Line) -> Iterator[Row]:
        for one in line.computed:
            said = [text for text in one.said if _digits(text) != _digits(in_words(one.value))]
            written = (f"written {', '.join(said)}",) if said else ()
            first = self.worked.setdefault(one.key, line.number)
            if first != line.number and not self.in_full:
                yield Row("computed", stated(one.key, one.value, self.locale), f"see line {first}", written)
            else:
                yield self._worked_out(one, written)

    def _worked_out(self, one: Computed, said: tuple[str, ...]) -> Row:
        at = place_of(one.location)
        says, *worked = worked_out(one)
        return Row("computed", says, at, (*(row.strip() for row in worked), *said))

    def _facts(self, line: Line) -> Iterator[Row]:
        for fact in sorted(line.facts, key=lambda fact: _KINDS.index(fact.kind)):
            place = place_of(fact.location)
            says, details = stated(fact.key, fact.value, self.locale), self._follows(fact)
            if fact.kind == "fact" and any(fact.provenance):
                said = source_of(fact.provenance)
                if self.in_full:
                    details += (said,)
                else:
                    place += f"  [{self.sources.setdefault(said, len(self.sources) + 1)}]"
            yield Row(fact.kind, says, place, details)

    def _follows(self, fact: Traced) -> tuple[str, ...]:
        rule = f"made from its form '{fact.follows}' by a rule of the language ({self.locale})"
        return (rule,) if fact.follows else ()

    def _others(self, line: Line, *, alone: bool) -> Iterator[Row]:
        for override in line.overrides:
            says = f"{override.block}, by {override.owner}: {override.reason}"
            yield Row("override", says, place_of(override.location))
        if alone and not line.overrides:
            marks = [setting for setting in line.settings if "newline" not in setting.key]
            for setting in marks or line.settings:
                yield Row("layout", setting.key, place_of(setting.location))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _named(choice: Choice) -> str:
    return f"{choice.table}, row {choice.row}"


# -- for programs


def line_value(line: Line) -> dict[str, Any]:
    """A line with its reasons, as plain values."""
    return {
        "line": line.number,
        "text": line.text,
        "block": line.block or None,
        "passages": [
            {
                "passage": one.id,
                "file": place_of(one.location),
                "table": one.choice.table if one.choice else None,
                "row": one.choice.row if one.choice else None,
                "cells": cell_values(one.choice),
            }
            for one in line.passages
        ],
        "when": [
            {
                "block": guard.block,
                "when": guard.when,
                "value": value_of(guard.value),
                "file": place_of(guard.location),
            }
            for guard in line.guards
        ],
        "derivations": [_derivation_value(one) for one in line.computed],
        "facts": [fact_value(fact) for fact in line.facts],
        "overrides": [
            {"key": one.key, "owner": one.owner, "reason": one.reason, "file": place_of(one.location)}
            for one in line.overrides
        ],
        "settings": [{"setting": one.key, "file": place_of(one.location)} for one in line.settings],
    }


def cell_values(choice: Choice | None) -> list[dict[str, Any]]:
    """The cells of a row, as plain values; a cell is null where no row matched."""
    return [
        {
            "column": cell.column,
            "value": cell.value,
            "cell": cell.cell or None,
            "matches": cell.matched,
        }
        for cell in (choice.cells if choice else ())
    ]


def _derivation_value(one: Computed) -> dict[str, Any]:
    return {
        "name": one.key,
        "formula": one.formula or None,
        "steps": [str(step) for step in one.steps],
        "value": value_of(one.value),
        "row": one.choice.row if one.choice else None,
        "cells": cell_values(one.choice),
        "file": place_of(one.location),
    }


def fact_value(fact: Traced) -> dict[str, Any]:
    """A fact, name, term or setting with its provenance, as plain values."""
    return {
        "kind": fact.kind,
        "key": fact.key,
        "value": value_of(fact.value),
        "source": fact.provenance.source,
        "dated": fact.provenance.dated,
        "checked": fact.provenance.checked,
        "confidence": fact.provenance.confidence,
        "follows": fact.follows or None,
        "file": place_of(fact.location),
    }
