"""Readiness: which facts a place's guides still wait for, and what each of them would let a guide say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from guidegen import outline as planned
from guidegen.compose import Composer
from guidegen.drafts import lack_of, place_in
from guidegen.facts import FOLDERS, PAIRS, Owner
from guidegen.lookup import MISSING, Item, Missing, Read, Reader, is_present
from guidegen.outline import Block, Use, uses, uses_about
from guidegen.pack import Pack
from guidegen.problems import Refused, errors
from guidegen.rules.cells import Anything, matches
from guidegen.rules.known import Known
from guidegen.rules.table import Row, Table, look
from guidegen.schema import ASPECTS, CONFIDENCES
from guidegen.snippets import Passage, fill, flowed
from guidegen.source import Location
from guidegen.template import Branch, Part, Words, leaves

_SHOWN = 90
_INDEX = re.compile(r"\[\d+\]")


class Unlock(NamedTuple):
    """What a fact would bring: `what` says where it would be said, `text` which words, as far as known.

    `kind` is `guide` if no guide can be made without the fact, else `branch`, `block` or `row`.
    """

    kind: str
    what: str
    location: Location
    text: str = ""


class Need(NamedTuple):
    """A fact that isn't stated, or not with high confidence (`now` is that), and all that it would bring.

    `file` is where to state it, `about` what pack.yaml says of its field.
    """

    key: str
    about: str
    file: str
    now: str
    unlocks: tuple[Unlock, ...]


class Readiness(NamedTuple):
    """What a place's guides wait for; `others` counts what keeps them from being made and is no fact."""

    place: str
    needs: tuple[Need, ...]
    others: int


def readiness(pack: Pack, slug: str) -> Readiness:
    """What the guides of a place wait for: its own facts, those of its pairs and of its country.

    A draft serves too. Raises `Refused` where the place or the rules can't be read.
    """
    if errors(pack.problems):
        raise Refused(pack.problems)
    place = pack.facts.owner("place", slug)
    roles = [role.slug for role in pack.published("role")] or pack.facts.slugs("role")
    if place is None or errors(pack.problems):
        raise Refused(problem._replace(warning=False) for problem in pack.problems)
    own_file = f"{FOLDERS['place']}/{slug}.yaml"
    needs = _Needs(pack, place, roles)
    lack = lack_of(pack, place)
    for name, problem in lack.facts.items():
        assert problem.location is not None  # that of what reads it
        needs.note(f"{slug}.{name}", Unlock("guide", "its guides", problem.location))
    composer = Composer(pack)
    for locale in pack.locales:
        for role in roles:
            known = composer.known(slug, role, locale)
            if known:
                _Search(pack, known, needs).run()
    if errors(pack.problems):
        raise Refused(pack.problems)
    unread = sum(found.location is not None and found.location.path == own_file for found in pack.problems)
    return Readiness(slug, needs.all(), len(lack.passages) + len(lack.rest) + unread)


class _Needs:
    """Facts that would bring something, each once."""

    def __init__(self, pack: Pack, place: Owner, roles: list[str]) -> None:
        self.pack = pack
        country = pack.facts.country(place)
        self.files = {place.slug: f"{FOLDERS['place']}/{place.slug}.yaml"}
        self.files |= {f"{place.slug}/{role}": f"{PAIRS}/{place.slug}/{role}.yaml" for role in roles}
        if country:
            self.files.setdefault(country.slug, f"{FOLDERS['place']}/{country.slug}.yaml")
        self.owners = {owner.slug: owner for owner in (place, country) if owner}
        self._found: dict[str, dict[tuple[str, str], Unlock]] = {}
        self._for: dict[tuple[str, str, str], list[str]] = {}
        self._now: dict[str, str] = {}

    def behind(self, read: Read, pair: str) -> list[str]:
        """The keys of the facts that are missing, or not sure, behind what a guide of a pair read."""
        keys: dict[str, None] = {}
        open_, seen = [read], set()
        while open_:
            found = open_.pop()
            if found.because and found.key not in seen:
                seen.add(found.key)
                open_ += reversed(found.because)
            elif not found.because and (key := self._lacking(found, pair)):
                keys[key] = None
        return list(keys)

    def _lacking(self, read: Read, pair: str) -> str:
        """The key of the fact to state for a read that found nothing, or nothing sure; else empty."""
        owner, _, path = read.key.partition(".")
        if read.name.startswith("pair."):
            owner = pair  # which has no slug yet if it has no file
        if owner not in self.files:
            return ""
        if path.endswith(".confidence") and read.value in CONFIDENCES[1:]:
            self._now[f"{owner}.{path}"] = str(read.value)
        elif not isinstance(read.value, Missing):
            return ""
        field, _, aspect = path.partition(".")
        unstated = owner in self.owners and field not in self.owners[owner].facts
        return f"{owner}.{field}" if aspect in ASPECTS and unstated else f"{owner}.{path}"

    def note(self, key: str, unlock: Unlock, entry: str = "") -> None:
        """Note what a fact would bring; `entry` is which entry of a list it would be stated of."""
        key = _INDEX.sub("[]", key)
        known = self._found.setdefault(key, {})
        known.setdefault((unlock.what, str(unlock.location)), unlock)
        entries = self._for.setdefault((key, unlock.what, str(unlock.location)), [])
        if entry and entry not in entries:
            entries.append(entry)

    def all(self) -> tuple[Need, ...]:
        """Every need: the place's own first, each owner's in the order of pack.yaml's fields."""
        keys = sorted(self._found, key=self._rank)
        return tuple(self._need(key) for key in keys)

    def _rank(self, key: str) -> tuple[int, int]:
        owner, _, path = key.partition(".")
        declared = list(self.pack.fields[_kind(owner)])
        return list(self.files).index(owner), place_in(declared, path.replace("[]", ""))

    def _need(self, key: str) -> Need:
        owner, _, path = key.partition(".")
        field = self.pack.fields[_kind(owner)].get(path.partition(".")[0].partition("[")[0])
        unlocks = (self._named(key, unlock) for unlock in self._found[key].values())
        about = field.about if field else ""
        return Need(key, about, self.files[owner], self._now.get(key, ""), tuple(unlocks))

    def _named(self, key: str, unlock: Unlock) -> Unlock:
        entries = self._for[key, unlock.what, str(unlock.location)]
        more = f" and {len(entries) - 6} more" if len(entries) > 6 else ""
        return unlock._replace(
            what=f"{unlock.what}, for {', '.join(entries[:6])}{more}" if entries else unlock.what
        )


def _kind(owner: str) -> str:
    return "pair" if "/" in owner else "place"


class _Search:
    """Goes through the outline as one guide would, and notes where a missing fact makes it say less.

    In other locales than the source only forms of names count: all else is the same there.
    """

    def __init__(self, pack: Pack, known: Known, needs: _Needs) -> None:
        self.pack = pack
        self.known = known
        self.needs = needs
        self.locale = known.subject.locale
        self.language = pack.language(self.locale)
        self.place, self.role = known.subject.place.slug, known.subject.role.slug
        self.overridden = {
            override.block for override in known.subject.pair.overrides if override.locale == self.locale
        }

    def run(self) -> None:
        """Note all that this guide would gain."""
        self._blocks(self.pack.outline.blocks)
        for use, each in uses_about(self.pack.outline.about):
            self._use(use, each)

    def _note(self, keys: Iterable[str], unlock: Unlock, entry: str = "") -> None:
        of_names = f"{self.place}.names."
        for key in keys:
            if self.locale == self.pack.locales[0] or key.startswith(of_names):
                self.needs.note(key, unlock, entry)

    def _behind(self, read: Read) -> list[str]:
        return self.needs.behind(read, f"{self.place}/{self.role}")

    def _blocks(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            if block.id in self.overridden:
                continue
            if block.when:
                name = block.when.name.removeprefix("not ")
                read = self._read(name)
                if read is None:
                    continue
                if is_present(read.value) != (name == block.when.name):
                    what = f"{_word_for(block)} {block.id}"
                    unlock = Unlock("block", what, block.location, self._opening(block))
                    self._note(self._behind(read), unlock)
                    continue
            if isinstance(block, planned.Section):
                self._blocks(block.blocks)
            for use, each in uses(block):
                self._use(use, each)

    def _read(self, name: str) -> Read | None:
        """What a name stands for; None if a rule on the way lacks something that no guide is made without."""
        try:
            return self.known.read(name)
        except Refused:
            return None

    # -- rows

    def _use(self, use: Use, each: Use | None) -> None:
        if not use.decides:
            self._passage(use, each)
            return
        table = self.pack.book.tables.get(use.name)
        reads = [self._read(column.name) for column in table.columns] if table else []
        found = [read for read in reads if read]
        if table and len(found) == len(table.columns):
            chosen = self._rows(table, found)
            for outcome, at in chosen:
                self._passage(Use(outcome, False, at), None)

    def _rows(self, table: Table, reads: list[Read]) -> list[tuple[str, Location]]:
        """Note the rows that would match if more were known; gives the passages that are said now."""
        values = [look(read.value) for read in reads]
        behind = [self._behind(read) for read in reads]
        failing = {
            row.name: [i for i, cell in enumerate(row.cells) if not matches(cell, values[i])]
            for row in table.rows
        }
        matching = [row for row in table.rows if not failing[row.name]]
        if table.hit == "first":
            matching = matching[:1]
        said = [(row.outcome, row.outcome_location) for row in matching if row.outcome is not None]
        if not matching and table.otherwise:
            said = [(table.otherwise, table.otherwise_location)]
        spoken = [outcome for outcome, _ in said]
        for row in table.rows:
            changed = failing[row.name]
            if not changed or row.outcome is None or row.outcome in spoken:
                continue
            if table.hit == "first" and any(
                _stays(other, changed) for other in _before(row, matching, table)
            ):
                continue
            if all(behind[i] and _may_match(row, i, reads[i]) for i in changed):
                self._note_row(table, row, matching, [(reads[i], behind[i], i) for i in changed])
        return said

    def _note_row(
        self, table: Table, row: Row, matching: list[Row], changed: list[tuple[Read, list[str], int]]
    ) -> None:
        assert row.outcome is not None
        where = " and ".join(f"{read.name} is {_cell(row, i)}" for read, _, i in changed)
        now = ", ".join(other.name for other in matching) or ("" if table.is_complete else "otherwise")
        instead = f" instead of {now}" if now and table.hit != "collect" else ""
        text = self._outcome(Use(row.outcome, False, row.outcome_location))
        unlock = Unlock("row", f"{table.name}: {row.name}{instead}, where {where}", row.location, text)
        for _, keys, _ in changed:
            self._note(keys, unlock)

    def _outcome(self, use: Use) -> str:
        passage = self._find(use)
        return self._words(passage, passage.parts, self._reader(None)) if passage else ""

    # -- passages

    def _find(self, use: Use) -> Passage | None:
        try:
            found = self.pack.passage(use.name, self.locale, self.place, self.role, use.location)
            has_parts = bool(found.parts)
        except Refused:
            return None
        return found if has_parts else None

    def _passage(self, use: Use, each: Use | None) -> None:
        passage = self._find(use)
        if passage is None or not any(isinstance(part, Branch) for part in passage.parts):
            return
        for item in self._items(each) if each else (None,):
            for part in passage.parts:
                if isinstance(part, Branch):
                    self._branch(passage, part, item)

    def _items(self, each: Use) -> list[Item]:
        try:
            return self.known.items(each.name)
        except Refused:
            return []

    def _branch(self, passage: Passage, branch: Branch, item: Item | None) -> None:
        read = self._reader(item)
        try:
            found = read(branch.name)
        except Refused:
            return
        taken = is_present(found.value)
        side = branch.otherwise if taken else branch.then
        if next(leaves(side), None) is not None and (keys := self._behind(found)):
            what = f"{passage.id} {'without' if taken else 'with'} {branch.name}"
            text = self._words(passage, side, self._reader(None))
            self._note(keys, Unlock("branch", what, passage.where(branch), text), self._entry(item))

    def _entry(self, item: Item | None) -> str:
        """What people call an entry of a list."""
        for name in ("item.name", "item") if item else ():
            with suppress(KeyError):
                value = item.reads[name].value  # type: ignore[union-attr]
                return value if isinstance(value, str) else ""
        return ""

    def _reader(self, item: Item | None) -> Reader:
        """A reader for which there may be no item: what is said of one stays open then."""
        read = self.known.reader(item)
        if item:
            return read
        return lambda name: Read(name, name, MISSING) if name.split(".")[0] == "item" else read(name)

    def _opening(self, block: Block) -> str:
        """The first words of a block that isn't there."""
        if isinstance(block, planned.Section):
            return next(filter(None, map(self._opening, block.blocks)), "")
        named = (self._outcome(use) for use, _ in uses(block) if not use.decides)
        return next(filter(None, named), "")

    def _words(self, passage: Passage, parts: tuple[Part, ...], read: Reader) -> str:
        """What parts of a passage would say; a slot that nothing is known of stays as it is written."""
        text = flowed("".join(self._said(passage, parts, read))).strip()
        if len(text) <= _SHOWN:
            return text
        return f"{text[:_SHOWN].rpartition(' ')[0] or text[:_SHOWN]}…"

    def _said(self, passage: Passage, parts: tuple[Part, ...], read: Reader) -> Iterator[str]:
        for part in parts:
            if isinstance(part, Words):
                yield part.text
                continue
            try:
                found = read(part.name)
                if isinstance(part, Branch):
                    side = part.then if is_present(found.value) else part.otherwise
                    yield from self._said(passage, side, read)
                else:
                    yield from fill(passage, part, found, self.language)
            except Refused:
                if not isinstance(part, Branch):
                    yield f"{{{{ {part.name} }}}}"


def _word_for(block: Block) -> str:
    return "section" if isinstance(block, planned.Section) else "block"


def _cell(row: Row, index: int) -> str:
    return row.cell_locations[index].text.strip()


def _may_match(row: Row, index: int, read: Read) -> bool:
    """Whether a cell would match something better than what was read; what is computed may be anything."""
    if read.is_derived or isinstance(read.value, Missing):
        return True
    higher = CONFIDENCES[: CONFIDENCES.index(str(read.value))]
    return any(matches(row.cells[index], confidence) for confidence in higher)


def _before(row: Row, matching: list[Row], table: Table) -> list[Row]:
    """The rows that match now and come first."""
    return [other for other in matching if table.rows.index(other) < table.rows.index(row)]


def _stays(row: Row, changed: list[int]) -> bool:
    """Whether a row goes on matching whatever becomes known in some columns."""
    return all(isinstance(row.cells[index], Anything) for index in changed)
