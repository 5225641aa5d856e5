"""What a guide may say, block by block: the outline with each passage run backwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, islice, product
from typing import NamedTuple

from guidegen.learn.backwards import (
    Element,
    Elements,
    Own,
    Way,
    feasible,
    filled,
    joined,
    key_of,
    ways_of,
)
from guidegen.learn.beforehand import Beforehand
from guidegen.lookup import Item, say
from guidegen.outline import Block, Chart, Grid, Link, Listing, Prose, Section, Use
from guidegen.rules.table import Table
from guidegen.template import Slot

_MOST = 256  # ways that a line is compared with
_MOST_COLLECTED = 5  # rows of a table whose rows may all be said


class Expected(NamedTuple):
    """A block that a guide may have.

    `parts` are the ways to say each part of a text; `lines` are those of a list or of lines that are known,
    `stated` those of a list that the document may have otherwise; `entry` and `cells` are the ways to say an
    entry, or the cells of a row. `guards` are the conditions on which it stands, with how they turn out then.
    """

    block: Prose | Listing | Grid | Link
    parts: tuple[tuple[Way, ...], ...]
    lines: tuple[str, ...] | None
    entry: tuple[Way, ...]
    cells: tuple[tuple[Way, ...], ...]
    guards: tuple[tuple[str, bool], ...]
    is_optional: bool
    stated: tuple[str, ...] = ()

    def ways(self, text: str) -> Iterator[Way]:
        """The ways in which a text may say it: those whose words are in it, the most particular first."""
        possible = [
            [way for way in part if not way.elements or feasible(way.elements, text, inside=True)]
            for part in self.parts
        ]
        for part in possible:
            part.sort(key=lambda way: -way.weight)
        yield from islice((together(chosen) for chosen in product(*possible)), _MOST)

    def all_ways(self) -> Iterator[Way]:
        """All ways, the first `_MOST` of them."""
        return islice((together(chosen) for chosen in product(*self.parts)), _MOST)

    @property
    def is_heading(self) -> bool:
        """Whether it is a title or a heading."""
        return isinstance(self.block, Prose) and self.block.kind in ("title", "heading")

    @property
    def open_ways(self) -> list[Way]:
        """The ways in which one part that a table decides says what no row of it has."""
        found = []
        for index, part in enumerate(self.parts):
            table = next((way.rows[0][0] for way in part if way.rows), "")
            if table:
                new = Way((Own(""),), ((table, ""),))
                others = [(new,) if index == at else each for at, each in enumerate(self.parts)]
                found += [together(chosen) for chosen in islice(product(*others), _MOST)]
        return found


def together(ways: tuple[Way, ...]) -> Way:
    """Parts as one text, joined by blanks; one that says nothing adds none."""
    elements: list[Element] = []
    for way in ways:
        if way.elements:
            elements += [" ", *way.elements] if elements else way.elements
    return Way(
        joined(elements),
        tuple(row for way in ways for row in way.rows),
        tuple(branch for way in ways for branch in way.branches),
        tuple(name for way in ways for name in way.passages),
    )


def expected(before: Beforehand) -> list[Expected]:
    """The blocks that a guide about a place and role may have, in order.

    Raises `Refused` for a passage whose syntax is wrong.
    """
    return list(_expected(before, before.pack.outline.blocks, ()))


def _expected(
    before: Beforehand, blocks: tuple[Block, ...], guards: tuple[tuple[str, bool], ...]
) -> Iterator[Expected]:
    for block in blocks:
        if isinstance(block, Chart):
            continue
        on = guards
        if block.when:
            name = block.when.name.removeprefix("not ")
            wanted = name == block.when.name
            met = before.is_met(name)
            if met is not None and met != wanted:
                continue
            on = (*guards, (name, wanted)) if met is None else guards
        if isinstance(block, Section):
            yield from _expected(before, block.blocks, on)
        else:
            yield _of_block(before, block, on)


def _of_block(
    before: Beforehand, block: Prose | Listing | Grid | Link, guards: tuple[tuple[str, bool], ...]
) -> Expected:
    optional = bool(guards)
    if isinstance(block, Listing):
        entry = tuple(_ways(before, block.entry, over=block.each.name))
        passage = before.passage(block.entry)
        lines = tuple(before.lines(block.each.name, passage) or ()) if passage else ()
        known = lines if lines and before.is_certain(before.own(block.each.name)) else None
        return Expected(block, (), known, entry, (), guards, optional, lines)
    if isinstance(block, Grid):
        cells = tuple(tuple(_ways(before, use, over=block.each.name)) for use in block.row)
        header = tuple(tuple(_ways(before, use)) for use in block.header)
        return Expected(block, header, None, (), cells, guards, optional)
    if isinstance(block, Link):
        return Expected(block, (tuple(_ways(before, block.text)),), None, (), (), guards, optional)
    flow = block.kind != "lines"
    parts = tuple(tuple(_part(before, use, flow=flow)) for use in block.parts)
    if flow:
        silent = all(any(not way.elements for way in part) for part in parts)
        return Expected(block, parts, None, (), (), guards, optional or silent)
    [way, *_] = parts[0] or (Way(()),)
    text = "".join(one for one in way.elements if isinstance(one, str))
    is_known = text and all(isinstance(one, str) for one in way.elements)
    return Expected(block, parts, tuple(text.split("\n")) if is_known else None, (), (), guards, optional)


def _part(before: Beforehand, use: Use, *, flow: bool = True) -> Iterator[Way]:
    """The ways to say a part of a text: of its passage, or of those that its table may decide."""
    table = before.pack.book.tables.get(use.name) if use.decides else None
    if table is None:
        yield from () if use.decides else _ways(before, use, flow=flow)
        return
    outcomes = [(row.name, row.outcome) for row in table.rows]
    if table.hit == "collect":
        yield from _collected(before, table, outcomes)
        return
    if not table.is_complete:
        outcomes.append(("otherwise", table.otherwise))
    for row, outcome in outcomes:
        for way in _outcome(before, table, outcome):
            yield way._replace(rows=((table.name, row),))


def _outcome(before: Beforehand, table: Table, outcome: str | None) -> Iterator[Way]:
    if outcome is None:
        yield Way(())
    else:
        yield from _ways(before, Use(outcome, False, table.location))


def _collected(before: Beforehand, table: Table, outcomes: list[tuple[str, str | None]]) -> Iterator[Way]:
    """The rows of a table that may all be said, in order."""
    most = len(outcomes) if len(outcomes) <= _MOST_COLLECTED else 1
    for count in range(most, 0, -1):
        for rows in combinations(outcomes, count):
            for ways in islice(product(*(list(_outcome(before, table, said)) for _, said in rows)), _MOST):
                yield together(ways)._replace(rows=tuple((table.name, row) for row, _ in rows))
    fallen = table.otherwise if not table.is_complete else None
    for way in _outcome(before, table, fallen):
        yield way._replace(rows=((table.name, "otherwise"),))


def _ways(before: Beforehand, use: Use, *, flow: bool = True, over: str = "") -> Iterator[Way]:
    """The ways to say a passage; any text, if it is an owner's who hasn't written it."""
    passage = before.passage(use)
    if passage is None:
        if ":" in use.name:
            yield Way((Own(use.name),), passages=(use.name,))
        return
    for elements, branches in ways_of(passage.parts, flow=flow):
        answers = {name: before.is_met(name) for name in branches if not name.startswith("item")}
        if any(met is not None and met != branches[name] for name, met in answers.items()):
            continue
        yield Way(_filled(before, elements), (), tuple(branches.items()), (use.name,))


def _filled(before: Beforehand, elements: Elements) -> Elements:
    return filled(elements, before.certain)


def label_of(item: Item, ways: tuple[Way, ...], before: Beforehand) -> list[str]:
    """What a cell may say of an item."""
    found = []
    for way in ways:
        texts = [_said(element, item, before) for element in way.elements]
        if all(text is not None for text in texts):
            found.append("".join(text or "" for text in texts))
    return found


def _said(element: Element, item: Item, before: Beforehand) -> str | None:
    if isinstance(element, str):
        return element
    if not isinstance(element, Slot) or not element.name.startswith("item"):
        return None
    text = say(item.read(element.name, before.locale).value, before.locale)
    for name, _ in element.filters if text else ():
        if name not in ("capital", "lower"):
            return None
        text = before.language.capital(text or "") if name == "capital" else (text or "").lower()
    return text


def hints_of(ways: Iterable[Way], before: Beforehand) -> dict[tuple[str, object], str]:
    """The texts of slots by what is stated of the place so far."""
    slots = (one for way in ways for one in way.elements if isinstance(one, Slot))
    hints = ((key_of(slot), before.stated(slot)) for slot in slots if not slot.name.startswith("item"))
    return {key: text for key, text in hints if text}
