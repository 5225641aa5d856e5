"""One guide in the making: blocks of passages, the decisions behind them, and what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar
from weakref import WeakKeyDictionary

from guidegen import guide as made
from guidegen import outline as planned
from guidegen.guide import Joined, Meta, Overridden, Said, Span, Text, plain
from guidegen.keys import ADDRESS_HINT, is_address, visible_key
from guidegen.language import Language
from guidegen.lookup import Item, Read, home_of, is_present
from guidegen.outline import Use
from guidegen.pack import Pack
from guidegen.pairs import Override
from guidegen.problems import Problem, Refused, refuse, suggest
from guidegen.rules.known import Known
from guidegen.rules.table import Decision
from guidegen.snippets import Passage, check_passage, evaluate, flowed
from guidegen.template import Part, Words

Planned = TypeVar("Planned")
Made = TypeVar("Made")
BLANK_LINE = re.compile(r"\n *\n\s*")


class Memory:
    """What was said in guides of a pack and is said in others too: what read only a role or nothing.

    A passage's spans are kept by what they read: the role, or neither place nor role. Those that read
    the place are of use for no other place, and aren't kept.
    """

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._kept: dict[tuple[str, ...], tuple[Text, str]] = {}
        self._right: WeakKeyDictionary[Passage, set[str]] = WeakKeyDictionary()  # by what their `item` is of
        self._roots: WeakKeyDictionary[Passage, frozenset[str]] = WeakKeyDictionary()

    def reads_only(self, passage: Passage) -> frozenset[str]:
        """What a passage depends on: some of `place`, `role`, `pair`, `item`."""
        if passage not in self._roots:
            roots = {name.split(".")[0] for name in passage.names()}
            self._roots[passage] = self.pack.book.leaf_roots(roots)
        return self._roots[passage]

    def check(self, passage: Passage, over: str) -> None:
        """Refuse a passage whose names or filters are wrong; `over` is what its `item` goes over."""
        right = self._right.setdefault(passage, set())
        if over not in right:
            item = self.pack.catalogue.item_of(over) if over else None
            problems = list(check_passage(passage, self.pack.catalogue, item))
            if problems:
                raise Refused(problems)
            right.add(over)

    def kept(self, key: tuple[str, ...]) -> tuple[Text, str] | None:
        """What was said before under a key: the text, and its newest date."""
        return self._kept.get(key)

    def keep(self, key: tuple[str, ...], text: Text, dated: str) -> None:
        """Keep what was said for guides to come."""
        self._kept[key] = text, dated


class Composition:
    """One guide in the making: its blocks, its decisions, and what goes wrong."""

    def __init__(self, memory: Memory, known: Known, locale: str, language: Language) -> None:
        self.memory = memory
        self.pack = memory.pack
        self.known = known
        self.locale = locale
        self.language = language
        self.place = known.subject.place.slug
        self.role = known.subject.role.slug
        self.problems: list[Problem] = []
        self.decisions: dict[str, Decision] = {}
        self.dated = ""
        self.overrides = {
            override.block: override for override in known.subject.pair.overrides if override.locale == locale
        }

    # -- blocks

    def blocks(self, planned_blocks: tuple[planned.Block, ...]) -> tuple[made.Block, ...]:
        """Blocks that are wanted, in order; what is wrong with one is noted, and the others are made."""
        found = []
        for block in planned_blocks:
            try:
                if self.is_wanted(block) and (composed := self.block(block)):
                    found.append(composed)
            except Refused as refused:
                self.problems += refused.problems
        return tuple(found)

    def is_wanted(self, block: planned.Block) -> bool:
        """Whether a block's guard, or the pair's override, lets it be."""
        override = self.overrides.get(block.id)
        if override:
            return override.text is not None
        if not block.when:
            return True
        name = block.when.name.removeprefix("not ")
        found = self.known.read(name)
        self._note_read(found)
        return is_present(found.value) == (name == block.when.name)

    def block(self, block: planned.Block) -> made.Block | None:
        """A block; None if its tables say nothing. Raises `Refused`."""
        override = self.overrides.get(block.id)
        if override:
            return self._overridden(block, override)
        if isinstance(block, planned.Prose):
            return self.prose(block)
        if isinstance(block, planned.Listing):
            entries = tuple(self.passage(block.entry, item) for item in self.items(block.each))
            return made.Listing(block.id, entries)
        if isinstance(block, planned.Grid):
            header = tuple(self.passage(use) for use in block.header)
            rows = tuple(
                tuple(self.passage(use, item) for use in block.row) for item in self.items(block.each)
            )
            return made.Grid(block.id, header, rows)
        if isinstance(block, planned.Chart):
            title = self.passage(block.title)
            return made.Chart(block.id, title, self._bars(block.bars, block.value))
        if isinstance(block, planned.Link):
            return self.link(block)
        inner = self.blocks(block.blocks)
        return made.Section(block.id, inner) if inner else None

    def _overridden(self, block: planned.Block, override: Override) -> made.Block:
        if not override.text or not (override.as_lines or override.text.strip()):
            hint = "write the text, or `absent: yes` to leave the block out"
            raise refuse("empty-block", f"the override of '{block.id}' is empty", override.location, hint)
        text = (Span(override.text, Overridden(override.key)),)
        if override.as_lines:
            return made.Prose("lines", block.id, text)
        if isinstance(block, planned.Prose):
            return made.Prose(block.kind, block.id, text)
        if isinstance(block, planned.Link):
            return made.Link(block.id, text, self.address(block.to))
        raise refuse(
            "override",
            f"block '{block.id}' is no text",
            override.location,
            "a list, table, chart or section can be left out (`absent: yes`), or have `lines: …` instead",
        )

    def prose(self, block: planned.Prose) -> made.Prose | None:
        """A title, heading, paragraph or lines; None if its tables say nothing. Raises `Refused`."""
        text: list[Span] = []
        problems: list[Problem] = []
        spoken = False
        for use in block.parts:
            try:
                for chosen, table, row in self._chosen(use):
                    spoken = True
                    part = self.passage(chosen, None, table, row, flow=block.kind != "lines")
                    if text and plain(part):
                        text.append(Span(" ", Joined(block.id)))
                    text += part
            except Refused as refused:
                problems += refused.problems
        if problems:
            raise Refused(problems)
        if not spoken:
            return None
        if not plain(text).strip() and (block.kind != "lines" or not text):
            raise refuse(
                "empty-block",
                f"the {block.kind} '{block.id}' is empty",
                block.location,
                "say something in its passage, or guard the block with `when:`",
            )
        return made.Prose(block.kind, block.id, tuple(text))

    def _chosen(self, use: Use) -> list[tuple[Use, str, str]]:
        """The passages that a part comes to: itself, or what its table decides, with table and row."""
        if not use.decides:
            return [(use, "", "")]
        table = self.pack.book.tables.get(use.name)
        if table is None:
            raise refuse("unknown-table", f"unknown table '{use.name}'", use.location)
        if use.name not in self.decisions:
            self.decisions[use.name] = decision = self.known.decide(table)
            for read in decision.reads:
                self._note_read(read)
        at = {row.name: row.outcome_location for row in table.rows} | {"otherwise": table.otherwise_location}
        return [
            (Use(outcome, False, at[row]), use.name, row)
            for row, outcome in self.decisions[use.name].outcomes
        ]

    def items(self, each: Use) -> list[Item]:
        """The entries or records that a list goes over. Raises `Refused` if there are none."""
        items = self.known.items(each.name)
        if not items:
            read = self.known.read(each.name)
            message = f"'{each.name}' has no entries for {self.place} × {self.role}"
            hint = f"{home_of(read)}, or guard the block: `when: {each.name}`"
            raise Refused([Problem("empty-block", message, each.location, hint, lacks=read.key)])
        return items

    def _bars(self, bars: planned.Bars, value: Use | None) -> tuple[made.Bar, ...]:
        return tuple(
            made.Bar(
                self.passage(bars.label, item),
                self.passage(value, item) if value else (),
                *self._ends(bars, item),
            )
            for item in self.items(bars.each)
        )

    def _ends(self, bars: planned.Bars, item: Item) -> tuple[Read, Read]:
        """The numbers that a bar lies between, in order and not below 0."""
        low, high = (self.known.reader(item)(use.name) for use in (bars.low, bars.high))
        for read, use in ((low, bars.low), (high, bars.high)):
            self._note_read(read)
            if not isinstance(read.value, Decimal):
                message = f"'{use.name}' is missing: there is no '{read.key}'"
                hint = home_of(read)
                raise Refused([Problem("missing-fact", message, use.location, hint, lacks=read.key)])
        if not 0 <= low.value <= high.value or high.value == 0:  # type: ignore[operator]  # two numbers
            hint = "a bar begins at 0 or above and ends no lower: look at the facts, or guard it with `when:`"
            ends = f"from {low.value} to {high.value}"
            message = f"{self.place} × {self.role}: a bar can't be drawn {ends} ('{low.key}', '{high.key}')"
            raise refuse("chart", message, bars.low.location, hint)
        return low, high

    def link(self, link: planned.Link) -> made.Link:
        """A text with its address. Raises `Refused`."""
        return made.Link(link.id, self.passage(link.text), self.address(link.to))

    def address(self, use: Use) -> Text:
        """What a passage says, if one can link to it."""
        text = self.passage(use)
        if not is_address(plain(text)):
            passage = self.pack.passage(use.name, self.locale, self.place, self.role, use.location)
            message = f"'{visible_key(plain(text))}' is no address that can be linked to"
            raise refuse("address", message, passage.at(0, len(passage.text.split("\n")[0])), ADDRESS_HINT)
        return text

    # -- passages

    def passage(
        self, use: Use, item: Item | None = None, table: str = "", row: str = "", flow: bool = True
    ) -> Text:
        """What a passage says, remembered if it reads no place. Raises `Refused`."""
        passage = self.pack.passage(use.name, self.locale, self.place, self.role, use.location)
        key = self._key(passage, item, table, row, flow)
        kept = self.memory.kept(key) if key else None
        if kept is None:
            self.memory.check(passage, item.over if item else "")
            kept = self.say(passage, item, table, row, flow=flow)
            if key:
                self.memory.keep(key, *kept)
        text, dated = kept
        self.dated = max(self.dated, dated)
        return text

    def _key(
        self, passage: Passage, item: Item | None, table: str, row: str, flow: bool
    ) -> tuple[str, ...] | None:
        roots = self.memory.reads_only(passage)
        owner = self.place if passage.owner == self.place else ""
        if owner or "place" in roots or "pair" in roots or "item" in roots or "/" in passage.owner:
            return None
        role = self.role if "role" in roots or passage.owner else ""
        return (self.locale, passage.id, role, table, row, str(flow))

    def say(
        self,
        passage: Passage,
        item: Item | None,
        table: str = "",
        row: str = "",
        *,
        flow: bool = True,
        parts: tuple[Part, ...] | None = None,
    ) -> tuple[Text, str]:
        """What a passage says, or some `parts` of it, and the newest date in it."""
        if flow and (blank := BLANK_LINE.search(passage.text)):
            raise refuse(
                "blank-line",
                f"a blank line within passage '{passage.id}'",
                passage.at(blank.end()),
                "a passage is one paragraph: delete the blank line above, or open another passage",
            )
        spans = []
        dated = ""
        item_key = item.key if item else ""
        for said in evaluate(passage, self.known.reader(item), self.language, parts):
            dated = max(dated, *(read.dated for read in said.reads), "")
            pieces = (
                [flowed(text) for text in said.pieces]
                if flow and isinstance(said.leaf, Words)
                else said.pieces
            )
            spans += [
                Span(text, Said(passage.id, said.leaf.number, number, said.reads, item_key, table, row))
                for number, text in enumerate(pieces)
                if text
            ]
        return tuple(spans), dated

    def _note_read(self, read: Read) -> None:
        self.dated = max(self.dated, read.dated)

    # -- about the guide

    def meta(self, outline: planned.Outline, blocks: tuple[made.Block, ...]) -> Meta:
        """What is said about the guide. Its parts are spans, as those of blocks."""
        title = next(
            (
                block.text
                for block in made.flat(blocks)
                if isinstance(block, made.Prose) and block.kind == "title"
            ),
            (),
        )
        about = outline.about
        description = self._said(self.passage, about.description) or ()
        address = self._said(self.address, about.address) or ()
        publisher = self._said(self.link, about.publisher)
        breadcrumbs = (self._said(self.link, link) for link in about.breadcrumbs)
        links = tuple(link for link in breadcrumbs if link)
        occupation = self._said(self.occupation, about.occupation)
        return Meta(title, description, address, self.dated, publisher, links, occupation)

    def _said(self, say: Callable[[Planned], Made], planned_: Planned | None) -> Made | None:
        """What is said about the guide, if that is planned and can be said."""
        try:
            return say(planned_) if planned_ else None
        except Refused as refused:
            self.problems += refused.problems
            return None

    def occupation(self, job: planned.Occupation) -> made.Occupation:
        """The role as structured data has it. Raises `Refused`."""
        where = self.passage(job.where) if job.where else ()
        bars = self._bars(job.bars, None)
        return made.Occupation(self.passage(job.name), where, bars, self.pack.settings.currency, job.per)

    def check_overrides(self) -> None:
        """Note an override of a block, or blank lines before one, that the outline doesn't have."""
        known = [block.id for block in self.pack.outline.all()]
        pair = self.known.subject.pair
        named = [(override.block, override.location) for override in self.overrides.values()]
        named += [(block, pair.location) for block, _ in pair.file.blank_lines if pair.location]
        for block, at in named:
            if block not in known:
                hint = suggest(block, known, "the outline's blocks are in rules/outline.yaml")
                self.problems.append(Problem("unknown-block", f"unknown block '{block}'", at, hint))
