"""The outline as parts of a text: what is said once, what for each place, and what for each guide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from guidegen import outline
from guidegen.composition import BLANK_LINE, Composition
from guidegen.formats.text import lines_of
from guidegen.guide import Block, Joined, Laid, Span
from guidegen.lookup import Reader, is_present
from guidegen.moulds.atoms import Atoms, constant
from guidegen.moulds.runs import BOTH, FIXED, Address, Atom, Fork, Node, Said, Told
from guidegen.moulds.scene import Scene, Unsure
from guidegen.outline import Use
from guidegen.pack import Pack
from guidegen.problems import Refused
from guidegen.rules.table import Table
from guidegen.snippets import Passage, told


class Parts:
    """Parts of the guides of one role in one locale, made of its atoms."""

    def __init__(self, atoms: Atoms) -> None:
        self.atoms = atoms
        self.pack = atoms.pack
        self.depends = atoms.depends

    def all(self) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        """The title's parts, and all others. Raises `Unsure` where parts can't be told apart beforehand.

        Raises `Refused` for what is wrong with a passage.
        """
        blocks = self.pack.outline.blocks
        if not blocks or not _opens(blocks[0]) or self.is_titled != _has_title(self.pack.outline):
            raise Unsure
        first, *others = blocks
        assert isinstance(first, outline.Prose)
        head = self._prose(first, self._before(first, is_first=True))
        nodes = [node for block in others for node in self._block(block)]
        if self.pack.settings.layout.final_newline:
            nodes.append(self.atoms.fixed(Span("\n", Laid("text.final_newline"))))
        always = constant(Said((), "", frozenset({"outline", "settings"})))
        return tuple(head), (*nodes, *self._about(), always)

    @property
    def is_titled(self) -> bool:
        """Whether guides open with their title; one that comes later, or not always, isn't known here."""
        first = self.pack.outline.blocks[0]
        return isinstance(first, outline.Prose) and first.kind == "title"

    # -- blocks

    def _block(self, block: outline.Block) -> list[Node]:
        nodes = self._unguarded(block)
        return self._guarded(block.when, nodes) if block.when else nodes

    def _unguarded(self, block: outline.Block) -> list[Node]:
        if isinstance(block, outline.Section):
            return [node for inner in block.blocks for node in self._block(inner)]
        if isinstance(block, outline.Prose):
            return self._prose(block, self._before(block))
        if isinstance(block, outline.Link):
            text = self.atoms.passage(block.text)
            return [*self._before(block), *text, *self._address(block.to)]
        return [self._whole(block)]

    def _before(self, block: outline.Block, *, is_first: bool = False) -> list[Node]:
        lead = self._lead(block, is_first=is_first)
        return [self.atoms.fixed(*lead)] if lead else []

    def _lead(self, block: outline.Block, *, is_first: bool = False) -> tuple[Span, ...]:
        """What stands before a block: the end of the line above, and blank lines."""
        gaps, layout = self.pack.outline.gaps, self.pack.settings.layout
        spans = [] if is_first else [Span("\n", Laid("text.newline"))]
        blank = gaps.get(block.id, 0 if is_first else layout.blank_lines)
        if blank:
            origin = Joined(block.id) if block.id in gaps else Laid("text.blank_lines")
            spans.append(Span("\n" * blank, origin))
        return tuple(spans)

    def _guarded(self, when: Use, nodes: list[Node]) -> list[Node]:
        name = when.name.removeprefix("not ")
        wanted = name == when.name
        reads = self.depends.reads(name)

        def choose(scene: Scene) -> tuple[Said, tuple[Node, ...]]:
            found = scene.known.read(name)
            chosen = tuple(nodes) if is_present(found.value) == wanted else ()
            return Said((), found.dated, reads), chosen

        return [self._fork((name,), choose, (nodes,), when)]

    def _prose(self, block: outline.Prose, before: list[Node]) -> list[Node]:
        flow = block.kind != "lines"
        space = self.atoms.fixed(Span(" ", Joined(block.id)))
        first, *others = block.parts
        if first.decides:
            if others and not _always_speaks(self.pack.book.tables.get(first.name)):
                return [self._undivided(block)]
            nodes = [self._decided(first, flow, space, before)]
        else:
            nodes = [*before, *self.atoms.passage(first, flow=flow, must_speak=True)]
        for use in others:
            if use.decides:
                nodes.append(self._decided(use, flow, space, [space]))
            else:
                nodes += [space, *self.atoms.passage(use, flow=flow, must_speak=True)]
        return nodes

    def _decided(self, use: Use, flow: bool, space: Node, before: list[Node]) -> Node:
        table = self.pack.book.tables.get(use.name)
        if table is None:
            raise Unsure
        of_columns = (self.depends.reads(column.name) for column in table.columns)
        reads = frozenset({f"rule {table.name}"}).union(*of_columns)
        at = {row.name: row.outcome_location for row in table.rows} | {"otherwise": table.otherwise_location}
        made: dict[tuple[tuple[str, str], ...], tuple[Node, ...]] = {}

        def nodes(outcomes: tuple[tuple[str, str], ...]) -> tuple[Node, ...]:
            if outcomes not in made:
                said: list[Node] = []
                for row, outcome in outcomes:
                    chosen = Use(outcome, False, at[row])
                    said += [space] if said else before
                    said += self.atoms.passage(chosen, flow=flow, must_speak=True, decided=(table.name, row))
                made[outcomes] = tuple(said)
            return made[outcomes]

        def choose(scene: Scene) -> tuple[Said, tuple[Node, ...]]:
            decision = scene.known.decide(table)
            dated = max((read.dated for read in decision.reads), default="")
            return Said((), dated, reads), nodes(tuple(decision.outcomes))

        try:
            branches = [nodes((outcome,)) for outcome in _outcomes(table)]
        except Refused:
            branches = [(Address(()),)]  # said where it is chosen
        return self._fork(tuple(column.name for column in table.columns), choose, branches, use)

    def _fork(
        self,
        columns: tuple[str, ...],
        choose: Callable[[Scene], tuple[Said, tuple[Node, ...]]],
        branches: Iterable[Iterable[Node]],
        decided_at: Use,
    ) -> Node:
        """A fork; an atom where what is decided, and all that may follow, reads place or role alone."""
        nodes = [node for branch in branches for node in branch]
        kinds = {self.atoms.kind(columns), *(node.kind if isinstance(node, Atom) else BOTH for node in nodes)}
        kinds -= {FIXED}
        if len(kinds) > 1 or BOTH in kinds:
            return Fork(self.atoms.keys(columns), choose)

        def say(scene: Scene) -> Said:
            said, chosen = choose(scene)
            parts = [said, *(atom.say(scene) for atom in chosen if isinstance(atom, Atom))]
            spans = tuple(span for part in parts for span in part.spans)
            return Said(spans, max(part.dated for part in parts), _union([part.reads for part in parts]))

        def tell(scene: Scene) -> Told:
            said, chosen = choose(scene)
            parts = [atom.tell(scene) for atom in chosen if isinstance(atom, Atom)]
            text = "".join([part.text for part in parts])
            dated = max([said.dated, *(part.dated for part in parts)])
            return Told(text, dated, _union([said.reads, *(part.reads for part in parts)]))

        return self.atoms.shared(
            ("fork", id(decided_at)), Atom(kinds.pop() if kinds else FIXED, (), say, tell)
        )

    # -- what is said as one

    def _whole(self, block: outline.Listing | outline.Grid | outline.Chart) -> Atom:
        """A block that is composed as one; a chart is composed too, but is no part of the text."""
        is_chart = isinstance(block, outline.Chart)
        each = block.bars.each if isinstance(block, outline.Chart) else block.each
        ends = [block.bars.low, block.bars.high] if isinstance(block, outline.Chart) else []
        lead = () if is_chart else self._lead(block)

        def compose(composition: Composition) -> tuple[Span, ...]:
            made = composition.block(block)
            return (*lead, *_laid(made, self.pack)) if made and not is_chart else ()

        uses = [use for use, _ in outline.uses(block)]
        tell = self._rows(block) if isinstance(block, (outline.Listing, outline.Grid)) else None
        return self.atoms.shared(("block", id(block)), self.atoms.composed(uses, each, ends, compose, tell))

    def _rows(self, block: outline.Listing | outline.Grid) -> Callable[[Scene], tuple[str, str]]:
        """The text of a list or table: a line for each entry, as `compose` lays it out."""
        layout = self.pack.settings.layout
        lead = "".join(span.text for span in self._lead(block))
        row = (block.entry,) if isinstance(block, outline.Listing) else block.row
        cells = [self.atoms.found(use, block.each.name) for use in row]
        head = [self.atoms.found(use) for use in block.header] if isinstance(block, outline.Grid) else []
        if any(BLANK_LINE.search(passage.text) for passage in (*head, *cells)):
            raise Unsure
        opening, between, closing = f"{layout.column} ", f" {layout.column} ", f" {layout.column}"
        if isinstance(block, outline.Listing):
            opening, between, closing = layout.bullet, "", ""
        rule = layout.column + f"{layout.rule}{layout.column}" * len(head)

        def tell(scene: Scene) -> tuple[str, str]:
            dates = [""]

            def line(passages: list[Passage], read: Reader) -> str:
                texts = []
                for passage in passages:
                    text, dated = told(passage, passage.parts, read, scene.here.language, flow=True)
                    texts.append(text)
                    dates.append(dated)
                return f"{opening}{between.join(texts)}{closing}"

            items = scene.known.items(block.each.name)
            if not items:
                raise Unsure
            lines = [line(head, scene.read), rule] if head else []
            lines += [line(cells, scene.known.reader(item)) for item in items]
            return lead + "\n".join(lines), max(dates)

        return tell

    def _undivided(self, block: outline.Prose) -> Atom:
        """A paragraph of tables that may say nothing: whether a space comes first is seen as it is made."""
        tables = [self.pack.book.tables[use.name] for use in block.parts if use.decides]
        plain = [use for use in block.parts if not use.decides]
        chosen = [Use(outcome, False, block.location) for table in tables for _, outcome in _outcomes(table)]
        found = {use.name: self.atoms.found(use).names() for use in plain}
        for use in chosen:
            with suppress(Refused):  # said where it is chosen
                found[use.name] = self.atoms.found(use).names()
        uses = [*plain, *chosen]
        columns = [column.name for table in tables for column in table.columns]
        read = dict.fromkeys([*columns, *(name for names in found.values() for name in names)])
        reads = frozenset(f"passage {name}" for name in found) | {f"rule {table.name}" for table in tables}
        reads = reads.union(*map(self.depends.reads, read))
        lead = self._lead(block)

        def say(scene: Scene) -> Said:
            composition = scene.composition()
            made = composition.block(block)
            spans = (*lead, *_laid(made, self.pack)) if made else ()
            return Said(spans, composition.dated, reads)

        return self.atoms.shared(("block", id(block)), self.atoms.of(tuple(read), uses, say))

    # -- what is said about a guide: read, and checked, but no part of its text

    def _about(self) -> Iterator[Node]:
        about = self.pack.outline.about
        links = [*([about.publisher] if about.publisher else []), *about.breadcrumbs]
        for use in (about.description, *(link.text for link in links)):
            yield from map(self.atoms.hushed, self.atoms.passage(use)) if use else ()
        for use in (about.address, *(link.to for link in links)):
            yield from self._address(use) if use else ()
        if job := about.occupation:
            yield self._occupation(job)

    def _occupation(self, job: outline.Occupation) -> Atom:
        def compose(composition: Composition) -> tuple[Span, ...]:
            composition.occupation(job)
            return ()

        uses = [use for use in (job.name, job.where, job.bars.label) if use]
        return self.atoms.composed(uses, job.bars.each, [job.bars.low, job.bars.high], compose)

    def _address(self, use: Use) -> list[Node]:
        nodes = self.atoms.passage(use)
        return [Address(tuple(nodes))]


def _has_title(planned: outline.Outline) -> bool:
    return any(isinstance(block, outline.Prose) and block.kind == "title" for block in planned.all())


def _opens(block: outline.Block) -> bool:
    """Whether a guide is sure to begin with this block, a title."""
    return isinstance(block, outline.Prose) and not block.when and not block.parts[0].decides


def _outcomes(table: Table) -> Iterator[tuple[str, str]]:
    for row in table.rows:
        if row.outcome is not None:
            yield row.name, row.outcome
    if table.otherwise:
        yield "otherwise", table.otherwise


def _always_speaks(table: Table | None) -> bool:
    """Whether no row of a table, and no lack of one, says nothing."""
    return table is not None and all(row.outcome is not None for row in table.rows) and not _may_pass(table)


def _may_pass(table: Table) -> bool:
    return table.otherwise is None and not table.is_complete


def _laid(block: Block, pack: Pack) -> Iterator[Span]:
    """A block's lines, as the text format has them."""
    for index, line in enumerate(lines_of(block, pack.settings.layout)):
        if index:
            yield Span("\n", Laid("text.newline"))
        yield from line


def _union(sets: list[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)
