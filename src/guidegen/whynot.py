"""Why a guide doesn't say a passage, and the fewest facts whose change would make it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from guidegen import outline as planned
from guidegen.compose import Composer
from guidegen.explain import OTHERWISE, Computed, Explainer, cells_of
from guidegen.explain import Cell as Seen
from guidegen.facts import FOLDERS
from guidegen.guide import Guide, Said, Span
from guidegen.keys import visible_key
from guidegen.lines import chains_of, elsewhere, lines_of
from guidegen.lookup import Read, is_present
from guidegen.outline import uses
from guidegen.problems import Refused, nearest, refuse
from guidegen.rules.cells import Cell
from guidegen.rules.known import Known
from guidegen.rules.table import Decision, Row, Table, decide
from guidegen.snippets import Passage
from guidegen.source import Location
from guidegen.supposing import Behind, Supposing, Values, behind, behind_table
from guidegen.turning import Goal, Search, Turn


class Obstacle(NamedTuple):
    """Something that keeps a passage out: what, where it stands, the cells of the row that doesn't match.

    `computed` are the derivations that it failed on, and those behind them. Each of `turns` is a change of
    facts after which it keeps nothing out any more; `note` says why there is none.
    """

    says: str
    location: Location
    cells: tuple[Seen, ...] = ()
    computed: tuple[Computed, ...] = ()
    turns: tuple[Turn, ...] = ()
    note: str = ""


class Absence(NamedTuple):
    """A passage and what keeps it out of a guide; or the lines, or other parts, that it is in after all."""

    passage: str
    location: Location
    lines: tuple[int, ...]
    parts: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]


def why_not(composer: Composer, guide: Guide, asked: str) -> Absence:
    """Why a guide doesn't say a passage, named as in origins or as in the outline.

    Raises `Refused` for a passage that there isn't, or that this guide can't have.
    """
    known = composer.known(guide.place, guide.role, guide.locale)
    assert known is not None  # the guide was composed
    name, passage = _passage(composer, guide, asked)
    lines = [
        number
        for number, (_, line) in enumerate(lines_of(composer, guide), 1)
        if any(_says(span, passage.id) for span in line)
    ]
    parts = [where for where, _, text in elsewhere(guide) if any(_says(span, passage.id) for span in text)]
    obstacles: list[Obstacle] = []
    if not (lines or parts):
        obstacles = list(_Absent(composer, guide, known, name).obstacles())
    return Absence(passage.id, passage.location, tuple(lines), tuple(dict.fromkeys(parts)), tuple(obstacles))


def _says(span: Span, id_: str) -> bool:
    return isinstance(span.origin, Said) and span.origin.passage == id_


def _passage(composer: Composer, guide: Guide, asked: str) -> tuple[str, Passage]:
    """A passage by the name that outline and tables have for it, and itself."""
    pack = composer.pack
    own = {"place": guide.place, "role": guide.role, "pair": f"{guide.place}/{guide.role}"}
    known = {name: (name, passage) for name, passage in pack.shared(guide.locale).items()}
    for kind, slug in own.items():
        for name, passage in pack.owned(guide.locale, kind, slug).items():
            known[f"{slug}:{name}"] = known[f"{kind}:{name}"] = (f"{kind}:{name}", passage)
    if asked in known:
        return known[asked]
    owner = asked.rpartition(":")[0]
    if owner not in own.values() and any(pack.facts.has(kind, owner) for kind in FOLDERS):
        message = f"'{visible_key(asked)}' is {owner}'s own passage: this guide can't say it"
        hint = f"ask a guide to {owner}, or for a passage of this one: {' or '.join(own.values())}"
        raise refuse("unknown-passage", message, hint=hint)
    near = nearest(asked, known)
    guess = f"did you mean '{near}'? " if near else ""
    hint = f"{guess}`guidegen list passages` shows them all"
    raise refuse("unknown-passage", f"unknown passage '{visible_key(asked)}'", hint=hint)


class _Absent:
    """Finds what keeps a passage out of one guide."""

    def __init__(self, composer: Composer, guide: Guide, known: Known, name: str) -> None:
        self.composer = composer
        self.pack = composer.pack
        self.guide = guide
        self.known = known
        self.name = name
        self.explainer = Explainer(composer, guide, known)

    def obstacles(self) -> Iterator[Obstacle]:
        """Everything that keeps the passage out: of its blocks, then of the tables that choose it."""
        choosing = [table for table in self.pack.book.tables.values() if self._chooses(table)]
        decided = set()
        named = False
        for block in self.pack.outline.all():
            for use, _ in uses(block):
                table = next((one for one in choosing if use.decides and one.name == use.name), None)
                if table or (not use.decides and use.name == self.name):
                    named = True
                    yield from self._of_block(block)
                if table and table.name not in decided:
                    decided.add(table.name)
                    yield from self._of_table(table)
        for table in choosing:
            if table.name not in decided:
                named = True
                says = f"table {table.name} would choose it, but no block of the outline decides by it"
                yield Obstacle(says, table.location)
        if not named:
            at = Location.of_file(planned.FILE)
            yield Obstacle("no block of the outline names it, and no table chooses it", at)

    def _chooses(self, table: Table) -> bool:
        outcomes = [row.outcome for row in table.rows] + [table.otherwise]
        return table.gives == "passage" and self.name in outcomes

    # -- blocks

    def _of_block(self, block: planned.Block) -> Iterator[Obstacle]:
        chain = chains_of(self.pack.outline)[block.id]
        for around in chain:
            if around.when:
                name = around.when.name.removeprefix("not ")
                if is_present(self.known.read(name).value) != (name == around.when.name):
                    yield self._of_guard(around, around.when, name)
        standing = {around.id for around in chain}
        for override in self.known.subject.pair.overrides:
            if override.locale == self.guide.locale and override.block in standing:
                what = "leaves it out" if override.text is None else "has another text for it"
                who = f"an override by {override.owner} ({override.reason})"
                yield Obstacle(f"block {override.block}: {who} {what}", override.location)

    def _of_guard(self, block: planned.Block, when: planned.Use, name: str) -> Obstacle:
        wanted = name == when.name
        what = "section" if isinstance(block, planned.Section) else "block"
        says = f"{what} {block.id} stands only `when: {when.name}`"

        def goal(values: Values) -> bool:
            supposed = self._supposed(values)
            return supposed is not None and is_present(supposed.read(name).value) == wanted

        search = Search(goal, behind(self.pack, self.known, [name]), self.pack.facts.vocabularies, {}, {})
        computed = self._worked_out([self.known.read(name)])
        return self._turned(Obstacle(says, when.location, (), computed), search)

    # -- tables

    def _of_table(self, table: Table) -> Iterator[Obstacle]:
        try:
            decision: Decision | None = self.known.decide(table)
        except Refused as refused:
            decision = None
            yield Obstacle(str(refused), table.location)
        for row in table.rows:
            if row.outcome == self.name and not (decision and row in decision.rows):
                yield self._of_row(table, row, decision)
        if table.otherwise == self.name and not (decision and not decision.rows):
            yield self._of_otherwise(table, decision)

    def _of_row(self, table: Table, row: Row, decision: Decision | None) -> Obstacle:
        reads = [self.known.read(column.name) for column in table.columns]
        cells = cells_of(table, row, reads)
        says = f"table {table.name}, row {row.name} doesn't match"
        if all(cell.matched for cell in cells) and decision and row not in decision.rows:
            first = ", ".join(one.name for one in decision.rows)
            says = f"table {table.name}, row {row.name} matches, but row {first} comes before it"
        facts = behind_table(self.pack, self.known, table)
        failing = {
            read.key: cell
            for read, cell, seen in zip(reads, row.cells, cells)
            if not seen.matched and read.key in facts.leaves
        }
        goal, direct = self._goal(table, row.name), self._direct(table, facts)
        search = Search(goal, facts, self.pack.facts.vocabularies, direct, failing)
        failed = [read for read, seen in zip(reads, cells) if not seen.matched]
        return self._turned(Obstacle(says, row.location, cells, self._worked_out(failed)), search)

    def _of_otherwise(self, table: Table, decision: Decision | None) -> Obstacle:
        rows = decision.rows if decision else ()
        taken = ", ".join(row.name for row in rows)
        says = f"table {table.name} says it where no row matches, and row {taken} does"
        cells = cells_of(table, rows[0], decision.reads) if decision and rows else ()
        facts = behind_table(self.pack, self.known, table)
        goal = self._goal(table, OTHERWISE)
        search = Search(goal, facts, self.pack.facts.vocabularies, self._direct(table, facts), {})
        return self._turned(Obstacle(says, table.otherwise_location, cells), search)

    def _goal(self, table: Table, row: str) -> Goal:
        def goal(values: Values) -> bool:
            supposed = self._supposed(values)
            if supposed is None:
                return False
            outcomes = decide(table, supposed.read).outcomes
            return (row, self.name) in outcomes

        return goal

    def _direct(self, table: Table, facts: Behind) -> dict[str, list[Cell]]:
        """The cells of each column that is a number of a place, role or pair which nothing else looks at."""
        reached = [behind(self.pack, self.known, [column.name]).leaves for column in table.columns]
        found = {}
        for column, own in zip(table.columns, reached):
            key = (
                self.known.subject.read(column.name).key
                if any(leaf.name == column.name for leaf in own.values())
                else ""
            )
            leaf = facts.leaves.get(key)
            alone = sum(key in leaves for leaves in reached) == 1
            if leaf and alone and column.name.count(".") <= 1 + column.name.count(".country"):
                found[key] = facts.cells[column.name]
        return found

    def _worked_out(self, reads: Iterable[Read]) -> tuple[Computed, ...]:
        """Derivations with their arithmetic, and below them those behind them, each once."""
        found: dict[str, Computed] = {}
        open_ = list(reads)
        while open_:
            read = open_.pop(0)
            if read.is_derived and read.key not in found:
                found[read.key] = self.explainer.computed(read)
            open_ = [*read.because, *open_]
        return tuple(found.values())

    # -- trying

    def _supposed(self, values: Values) -> Known | None:
        """What would be known with these values; None for what the fields don't allow."""
        subject = Supposing.of(self.known.subject, values)
        if not subject.is_allowed(self.pack.fields):
            return None
        return Known(subject, self.pack.book, self.pack.catalogue)

    def _turned(self, obstacle: Obstacle, search: Search) -> Obstacle:
        turns, complete = search.turns(self.guide.locale)
        note = ""
        if not turns and not search.facts.leaves:
            note = "no fact stands behind it"
        elif not turns:
            note = "no change of one or two facts was found that turns it"
            note += "" if complete else ", among as many as are tried"
        return obstacle._replace(turns=tuple(turns), note=note)
