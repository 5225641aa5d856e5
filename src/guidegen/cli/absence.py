"""Why a guide doesn't say a passage, as people read it on a terminal and as programs read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from guidegen.cli.reasons import place_of, rows_of_cells, styled, worked_out
from guidegen.problems import visible
from guidegen.whynot import Absence, Obstacle, why_not

if TYPE_CHECKING:
    from guidegen.compose import Composer
    from guidegen.guide import Guide

_MOST_TURNS = 8


def absence(composer: Composer, guide: Guide, passage: str, format_: str) -> bytes:
    """Why a guide doesn't say a passage. Raises `Refused` for one that there isn't."""
    found = why_not(composer, guide, passage)
    if format_ == "json":
        return (json.dumps(_value(found), ensure_ascii=False, indent=2) + "\n").encode()
    return ("\n".join(_lines(found, guide)) + "\n").encode()


def _lines(found: Absence, guide: Guide) -> Iterator[str]:
    name = styled(found.passage, bold=True)
    place = styled(place_of(found.location), dim=True)
    if found.lines or found.parts:
        where = [f"line {number}" for number in found.lines] + [f"its {part}" for part in found.parts]
        yield f"{name} is in {guide.name} after all: {', '.join(where)}  {place}"
        return
    yield f"{name} isn't in {guide.name}  {place}"
    for obstacle in found.obstacles:
        yield ""
        yield from _obstacle(obstacle)


def _obstacle(obstacle: Obstacle) -> Iterator[str]:
    yield f"{visible(obstacle.says)}  {styled(place_of(obstacle.location), dim=True)}"
    for row in rows_of_cells(obstacle.cells):
        yield f"    {visible(row)}"
    for one in obstacle.computed:
        yield from (f"    {visible(row)}" for row in worked_out(one))
    if obstacle.turns:
        yield "  what would turn it:"
    for turn in obstacle.turns[:_MOST_TURNS]:
        yield f"    {styled(visible(' and '.join(map(str, turn))), fg='green')}"
    if len(obstacle.turns) > _MOST_TURNS:
        yield f"    … and {len(obstacle.turns) - _MOST_TURNS} other ways"
    if obstacle.note:
        yield f"  {visible(obstacle.note)}"


def _value(found: Absence) -> dict[str, Any]:
    return {
        "passage": found.passage,
        "file": place_of(found.location),
        "lines": list(found.lines),
        "parts": list(found.parts),
        "obstacles": [
            {
                "says": obstacle.says,
                "file": place_of(obstacle.location),
                "cells": [
                    {"column": cell.column, "value": cell.value, "cell": cell.cell, "matches": cell.matched}
                    for cell in obstacle.cells
                ],
                "turns": [
                    [{"key": one.key, "was": one.was, "becomes": one.becomes} for one in turn]
                    for turn in obstacle.turns
                ],
                "note": obstacle.note or None,
            }
            for obstacle in found.obstacles
        ],
    }
