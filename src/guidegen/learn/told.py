"""What a document tells of the names that a pack reads: claims, rows and conditions, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from guidegen import schema
from guidegen.learn.backwards import Held, Own
from guidegen.learn.beforehand import Beforehand
from guidegen.learn.expected import Expected
from guidegen.learn.inverse import Claim, Inverse, Saying
from guidegen.learn.laid import Laid, Pairing
from guidegen.outline import Grid, Listing
from guidegen.template import Slot


class Told(NamedTuple):
    """That a line says something of a name."""

    name: str
    claim: Claim
    line: int


class Entered(NamedTuple):
    """The entries of a list: name and note of each, None for one that can't be read."""

    name: str
    entries: tuple[tuple[str, str] | None, ...]
    line: int


class Chosen(NamedTuple):
    """That a table came to a row, or a condition turned out so, at a line (0: it stands nowhere)."""

    name: str
    outcome: str | bool
    line: int


class Owned(NamedTuple):
    """A passage of an owner's own, as it stands."""

    name: str
    text: str
    line: int
    as_lines: bool = False


class Testimony(NamedTuple):
    """All that a document tells."""

    claims: tuple[Told, ...]
    lists: tuple[Entered, ...]
    rows: tuple[Chosen, ...]
    conditions: tuple[Chosen, ...]
    passages: tuple[Owned, ...]


def testimony(laid: Laid, planned: Sequence[Expected], before: Beforehand, inverse: Inverse) -> Testimony:
    """What a document says, laid along the blocks that are expected."""
    heard = _Heard(before, inverse)
    for pairing in laid.pairings:
        one = planned[pairing.planned]
        line = laid.blocks[pairing.start].number
        for name, wanted in one.guards:
            heard.conditions.append(Chosen(name, wanted, line))
        if pairing.reading.kind == "lines":
            heard.as_they_stand(laid, pairing, line)
        elif isinstance(one.block, Listing):
            heard.listed(one, pairing, line)
        elif isinstance(one.block, Grid):
            heard.tabled(one, pairing, line)
        else:
            heard.said(pairing, line)
    for index in laid.missing:
        guards = planned[index].guards
        if len(guards) == 1:
            heard.conditions += [Chosen(name, not wanted, 0) for name, wanted in guards]
        elif not guards:
            heard.unsaid(planned[index])
    return heard.all()


class _Heard:
    """What is heard so far."""

    def __init__(self, before: Beforehand, inverse: Inverse) -> None:
        self.before, self.inverse = before, inverse
        self.claims: list[Told] = []
        self.lists: list[Entered] = []
        self.rows: list[Chosen] = []
        self.conditions: list[Chosen] = []
        self.passages: list[Owned] = []

    def all(self) -> Testimony:
        return Testimony(
            tuple(self.claims),
            tuple(self.lists),
            tuple(self.rows),
            tuple(self.conditions),
            tuple(self.passages),
        )

    def said(self, pairing: Pairing, line: int) -> None:
        way = pairing.reading.way
        for slot, text in pairing.reading.held:
            if isinstance(slot, Own):
                if slot.name:
                    self.passages.append(Owned(slot.name, text, line))
            elif claim := self.inverse.claim(slot, text, self.before.type_of(slot.name)):
                self.claims.append(Told(self.before.own(slot.name), claim, line))
        if way:
            self.rows += [Chosen(table, row, line) for table, row in way.rows if row]
            self.conditions += [Chosen(name, met, line) for name, met in way.branches]

    def unsaid(self, one: Expected) -> None:
        """That tables came to the rows that say nothing, where a text isn't there that may be silent."""
        if one.is_optional:
            for part in one.parts:
                silent = [way for way in part if not way.elements]
                self.rows += [Chosen(*row, 0) for way in silent if len(silent) == 1 for row in way.rows]

    def as_they_stand(self, laid: Laid, pairing: Pairing, line: int) -> None:
        if pairing.reading.way is None:
            return
        texts: list[str] = []
        for block in laid.blocks[pairing.start : pairing.start + pairing.size]:
            texts += [*[""] * (block.gap if texts else 0), *block.text.split("\n")]
        names = [one.name for one in pairing.reading.way.elements if isinstance(one, Own)]
        self.passages += [Owned(name, "\n".join(texts), line, as_lines=True) for name in names]

    def listed(self, one: Expected, pairing: Pairing, line: int) -> None:
        assert isinstance(one.block, Listing)
        name = self.before.own(one.block.each.name)
        item = self.before.item_of(name)
        entries = tuple(self._entry(held, item) for held in pairing.reading.rows)
        self.lists.append(Entered(name, entries, line))
        self._further(pairing.reading.rows, line, rest=0)

    def _entry(self, held: Held | None, item: schema.Type | None) -> tuple[str, str] | None:
        """The name (of a term, the key) and the note that an entry holds."""
        name = note = ""
        for slot, text in held or ():
            if not isinstance(slot, Slot) or not slot.name.startswith("item"):
                continue
            form = slot.name.removeprefix("item").removeprefix(".")
            claim = self.inverse.claim(slot, text, self.before.type_of(slot.name, item))
            said = claim.texts[0] if isinstance(claim, Saying) else text
            if isinstance(item, schema.KeyOf):
                said = self.inverse.term(item.vocabulary, form, said) or said if form else said
            if form == "note":
                note = said
            else:
                name = name or said
        return (name, note) if name else None

    def _further(self, rows: Sequence[Held | None], line: int, rest: int) -> None:
        """What entries and rows say of other names than their items."""
        for at, held in enumerate(rows):
            for slot, text in held or ():
                if isinstance(slot, Slot) and not slot.name.startswith("item"):
                    claim = self.inverse.claim(slot, text, self.before.type_of(slot.name))
                    if claim:
                        self.claims.append(Told(self.before.own(slot.name), claim, line + at + rest))

    def tabled(self, one: Expected, pairing: Pairing, line: int) -> None:
        assert isinstance(one.block, Grid)
        each = self.before.own(one.block.each.name)
        item = self.before.item_of(each)
        rows, labels = pairing.reading.rows, pairing.reading.labels
        self._further(rows, line, rest=2)
        if not isinstance(item, schema.Record):
            entries = tuple(self._entry(held, item) for held in rows)
            self.lists.append(Entered(each, entries, line))
            return
        for at, (held, label) in enumerate(zip(rows, labels)):
            for slot, text in self._of_record(held or (), item) if label else ():
                if claim := self.inverse.claim(slot, text, self.before.type_of(slot.name, item)):
                    name = f"{each}.{label}.{slot.name.removeprefix('item.')}"
                    self.claims.append(Told(name, claim, line + 2 + at))

    def _of_record(self, held: Held, item: schema.Record) -> Iterator[tuple[Slot, str]]:
        """The slots that hold a value of the record, and not what its term is called."""
        for slot, text in held:
            if isinstance(slot, Slot) and slot.name.removeprefix("item.") in item.fields:
                yield slot, text
