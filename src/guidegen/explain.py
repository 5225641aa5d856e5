"""Where each line of a guide comes from: passages, table rows, formulas, facts, settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from guidegen import outline as planned
from guidegen.compose import Composer, location_of
from guidegen.guide import (
    Guide,
    Joined,
    Laid,
    Overridden,
    Said,
    Span,
    plain,
)
from guidegen.lines import entry_of, guards_of, lines_of, ruled_lists, slots_of
from guidegen.lookup import Found, Read
from guidegen.pairs import Override
from guidegen.rules.arithmetic import Step, in_words, steps
from guidegen.rules.book import Book, Derivation
from guidegen.rules.cells import matches
from guidegen.rules.known import Known
from guidegen.rules.table import Decision, Row, Table, decide, look, shown
from guidegen.source import Location
from guidegen.trace import Traced, Tracer
from guidegen.values import Entries, Term

OTHERWISE = "otherwise"


class Cell(NamedTuple):
    """A column of a row: the value that the guide has there, the cell as written, whether it matched.

    There is no cell where a table fell to `otherwise`.
    """

    column: str
    value: str
    cell: str
    matched: bool


class Choice(NamedTuple):
    """The row of a table that decided, cell by cell."""

    table: str
    row: str
    location: Location
    cells: tuple[Cell, ...]


class Passed(NamedTuple):
    """A passage that a line has words of, and what chose it, if a table did."""

    id: str
    location: Location
    choice: Choice | None


class Computed(NamedTuple):
    """A derivation: its formula, its value, its arithmetic; of a value that a table gives, the row.

    `said` has the words it stands for in the line, where they aren't the value itself: €37k.
    """

    key: str
    value: Found
    formula: str
    steps: tuple[Step, ...]
    location: Location
    choice: Choice | None
    said: tuple[str, ...]


class Guard(NamedTuple):
    """That a block stands in the guide by its `when`, and the value that this has."""

    block: str
    when: str
    value: Found
    location: Location


class Setting(NamedTuple):
    """A setting of the layout that a line has marks of."""

    key: str
    location: Location


class Line(NamedTuple):
    """A line of a guide's text, with its reasons, each once; `number` counts from 1."""

    number: int
    text: str
    block: str
    spans: tuple[Span, ...]
    passages: tuple[Passed, ...]
    guards: tuple[Guard, ...]
    computed: tuple[Computed, ...]
    facts: tuple[Traced, ...]
    overrides: tuple[Override, ...]
    settings: tuple[Setting, ...]


def explain(composer: Composer, guide: Guide) -> Iterator[Line]:
    """Every line of a guide's text, as the text format lays it out, with its reasons.

    The guide was composed by this composer. Raises `Refused` as composing does.
    """
    known = composer.known(guide.place, guide.role, guide.locale)
    assert known is not None  # the guide was composed
    explainer = Explainer(composer, guide, known)
    for number, (block, line) in enumerate(lines_of(composer, guide), 1):
        yield explainer.line(number, block, line)


def choice_of(decision: Decision, row: str) -> Choice:
    """A row of a decision with its cells, as written and as the guide has them; `otherwise` too."""
    table = decision.table
    values = [shown(look(read.value)) for read in decision.reads]
    found = next((one for one in decision.rows if one.name == row), None)
    if found is None:
        cells = [Cell(column.name, value, "", False) for column, value in zip(table.columns, values)]
        return Choice(table.name, OTHERWISE, table.otherwise_location, tuple(cells))
    return Choice(table.name, row, found.location, cells_of(table, found, decision.reads))


def cells_of(table: Table, row: Row, reads: Iterable[Read]) -> tuple[Cell, ...]:
    """The cells of a row, against what was read."""
    return tuple(
        Cell(
            column.name,
            shown(look(read.value)),
            at.text.strip(" |") or "any",
            matches(cell, look(read.value)),
        )
        for column, read, cell, at in zip(table.columns, reads, row.cells, row.cell_locations)
    )


class Explainer:
    """Explains the lines of one guide."""

    def __init__(self, composer: Composer, guide: Guide, known: Known) -> None:
        self.pack = composer.pack
        self.guide = guide
        self.known = known
        self.tracer = Tracer(self.pack, guide.locale, guide.as_of)
        self.guards = guards_of(self.pack.outline)
        self.each = ruled_lists(self.pack)
        self.decisions = {decision.table.name: decision for decision in guide.decisions}
        self.is_slot = slots_of(self.pack, guide.locale)

    def line(self, number: int, block: str, line: tuple[Span, ...]) -> Line:
        """One line with its reasons."""
        reasons = _Reasons(self)
        for span in line:
            reasons.add(span)
        for guarding in self.guards.get(block, ()):
            reasons.add_guard(guarding)
        if block in self.each:
            reasons.read(self.known.read(self.each[block]))
        return Line(
            number,
            plain(line).rstrip("\r\n"),
            block,
            line,
            tuple(reasons.passages.values()),
            tuple(reasons.guards),
            tuple(
                one._replace(said=tuple(reasons.said.get(one.key, ()))) for one in reasons.computed.values()
            ),
            tuple(reasons.facts.values()),
            tuple(reasons.overrides.values()),
            tuple(reasons.settings.values()),
        )

    def computed(self, read: Read) -> Computed:
        """A derivation with its formula and arithmetic, from what its formula read."""
        by_name = {found.name: found for found in read.because}

        def again(name: str) -> Read:
            return by_name.get(name) or by_name[name.partition(".")[0]]

        rule = rule_of(self.pack.book, read.key)
        if isinstance(rule, Table):
            decision = decide(rule, again)
            choice = choice_of(decision, decision.rows[0].name if decision.rows else OTHERWISE)
            return Computed(read.key, read.value, "", (), choice.location, choice, ())
        formula = " ".join(rule.text.text.split())
        worked = steps(rule.expression, again, self.guide.locale)
        return Computed(read.key, read.value, formula, worked, rule.location, None, ())


def rule_of(book: Book, key: str) -> Derivation | Table:
    """The rule that a derivation's key names: `NAME`, `EACH.KEY.FIELD`."""
    root, *path = key.split(".")
    if root in book.eaches:
        return book.eaches[root].fields[path[-1]]
    return book.tables[root] if root in book.tables else book.derivations[root]


class _Reasons:
    """The reasons of one line, each once, in the order in which the line needs them."""

    def __init__(self, explainer: Explainer) -> None:
        self.of = explainer
        self.passages: dict[tuple[str, str], Passed] = {}
        self.guards: list[Guard] = []
        self.computed: dict[str, Computed] = {}
        self.facts: dict[str, Traced] = {}
        self.said: dict[str, list[str]] = {}
        self.overrides: dict[str, Override] = {}
        self.settings: dict[str, Setting] = {}

    def add(self, span: Span) -> None:
        """What one span comes from."""
        origin = span.origin
        if isinstance(origin, Said):
            self._passage(origin)
            is_slot = self.of.is_slot(origin)
            for read in origin.reads[:-1] if is_slot else origin.reads:
                self.read(read)
            if is_slot:
                self._slot(span, origin, origin.reads[-1])
        elif isinstance(origin, Overridden):
            overrides = self.of.known.subject.pair.overrides
            self.overrides[origin.key] = next(found for found in overrides if found.key == origin.key)
        elif isinstance(origin, Laid):
            at = location_of(self.of.pack, origin, self.of.guide.locale)
            self.settings.setdefault(origin.setting, Setting(origin.setting, at))
        else:
            assert isinstance(origin, Joined)  # a space, which its block has between two parts

    def add_guard(self, block: planned.Block) -> None:
        """A `when` that holds."""
        assert block.when
        read = self.of.known.read(block.when.name.removeprefix("not "))
        self.guards.append(Guard(block.id, block.when.name, read.value, block.when.location))
        self.read(read)

    def read(self, read: Read) -> None:
        """A name that was read: a fact, or a derivation with all that is behind it."""
        if read.is_derived and read.key not in self.computed:
            self.computed[read.key] = self.of.computed(read)
        if not (read.is_derived or read.because):
            self._note(self.of.tracer.trace(read))
        for behind in read.because:
            self.read(behind)

    def _passage(self, origin: Said) -> None:
        if (origin.passage, origin.row) not in self.passages:
            choice = None
            if origin.table:
                decision = self.of.decisions[origin.table]
                choice = choice_of(decision, origin.row)
                for read in decision.reads:
                    self.read(read)
            passage = self.of.pack.passage_by_id(origin.passage, self.of.guide.locale)
            found = Passed(origin.passage, passage.location, choice)
            self.passages[origin.passage, origin.row] = found

    def _slot(self, span: Span, origin: Said, read: Read) -> None:
        entry = entry_of(read, origin.piece)
        if entry is not None:
            self._note(self.of.tracer.entry(entry))
        if read.is_derived or not isinstance(read.value, Entries) or origin.piece == 0:
            self.read(read)
        if isinstance(read.value, Term) and not read.is_derived:
            self._note([self.of.tracer.term(read.value, "name")])
        if not isinstance(read.value, (Entries, Term)):
            said = self.said.setdefault(read.key, [])
            if span.text not in said and span.text != in_words(read.value, self.of.guide.locale):
                said.append(span.text)

    def _note(self, found: Iterable[Traced]) -> None:
        for traced in found:
            self.facts.setdefault(traced.key, traced)
