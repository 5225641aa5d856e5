"""The outline as parts of a text: what is said once, what for each place, and what for each guide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from guidegen import outline
from guidegen.compose import BLANK_LINE, Composer, Composition
from guidegen.formats.text import lines_of
from guidegen.guide import Block, Joined, Laid, Span, plain
from guidegen.lookup import Reader, is_present
from guidegen.moulds.depends import Depends, is_item
from guidegen.moulds.runs import BOTH, FIXED, PLACE, ROLE, Address, Atom, Fork, Node, Said, Told
from guidegen.moulds.scene import Scene, Unsure
from guidegen.outline import Use
from guidegen.pack import Pack
from guidegen.problems import Refused
from guidegen.rules.table import Table
from guidegen.snippets import Passage, fill, flowed, told
from guidegen.template import Part, Slot, Words, names

OWN = "place.slug"  # the key of what no two places share


class Parts:
    """Parts of the guides of one role in one locale.

    Atoms are kept by what they are, so that those of all roles are the same ones. `place_passages` that
    read the role are in `mixed`.
    """

    def __init__(
        self, composer: Composer, depends: Depends, locale: str, kept: dict[object, Atom], mixed: set[str]
    ) -> None:
        self.composer = composer
        self.pack = composer.pack
        self.depends = depends
        self.locale = locale
        self.mixed = mixed
        self._kept = kept
        self._role = ""

    def of(self, role: str) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        """The title's parts, and all others. Raises `Unsure` where parts can't be told apart beforehand.

        Raises `Refused` for what is wrong with a passage.
        """
        self._role = role
        blocks = self.pack.outline.blocks
        if not blocks or not _opens(blocks[0]) or self.is_titled != _has_title(self.pack.outline):
            raise Unsure
        first, *others = blocks
        assert isinstance(first, outline.Prose)
        head = self._prose(first, self._before(first, is_first=True))
        nodes = [node for block in others for node in self._block(block)]
        if self.pack.settings.layout.final_newline:
            nodes.append(self._fixed(Span("\n", Laid("text.final_newline"))))
        return tuple(head), (*nodes, *self._about(), *self._outline_read())

    @property
    def is_titled(self) -> bool:
        """Whether guides open with their title; one that comes later, or not always, isn't known here."""
        first = self.pack.outline.blocks[0]
        return isinstance(first, outline.Prose) and first.kind == "title"

    def _outline_read(self) -> Iterator[Node]:
        yield _constant(Said((), "", frozenset({"outline", "settings"})))

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
            text = self._passage(block.text)
            return [*self._before(block), *text, *self._address(block.to)]
        return [self._whole(block)]

    def _before(self, block: outline.Block, *, is_first: bool = False) -> list[Node]:
        lead = self._lead(block, is_first=is_first)
        return [self._fixed(*lead)] if lead else []

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
        space = self._fixed(Span(" ", Joined(block.id)))
        first, *others = block.parts
        if first.decides:
            if others and not _always_speaks(self.pack.book.tables.get(first.name)):
                raise Unsure
            nodes = [self._decided(first, flow, space, before)]
        else:
            nodes = [*before, *self._passage(first, flow=flow, must_speak=True)]
        for use in others:
            if use.decides:
                nodes.append(self._decided(use, flow, space, [space]))
            else:
                nodes += [space, *self._passage(use, flow=flow, must_speak=True)]
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
                    said += self._passage(chosen, flow=flow, must_speak=True, decided=(table.name, row))
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
        kinds = {self._kind(columns), *(node.kind if isinstance(node, Atom) else BOTH for node in nodes)}
        kinds -= {FIXED}
        if len(kinds) > 1 or BOTH in kinds:
            return Fork(self._keys(columns), choose)

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

        return self._shared(("fork", id(decided_at)), Atom(kinds.pop() if kinds else FIXED, (), say, tell))

    # -- passages

    def _passage(
        self, use: Use, *, flow: bool = True, must_speak: bool = False, decided: tuple[str, str] = ("", "")
    ) -> list[Node]:
        """A passage's parts, each on its own; one that isn't known before its place is stays whole."""
        if use.name.startswith("place:"):
            return [self._place_passage(use, flow, must_speak, decided)]
        passage = self._found(use)
        if must_speak and not any(map(_speaks, passage.parts)):
            raise Unsure
        if flow and BLANK_LINE.search(passage.text):
            raise Unsure
        return [self._leaf(use, passage, part, flow, must_speak, decided) for part in passage.parts]

    def _found(self, use: Use, over: str = "") -> Passage:
        """A passage that is known before the place is; `over` is what its `item` is one of."""
        if use.decides or use.name.startswith(("place:", "pair:")):
            raise Unsure
        passage = self.pack.passage(use.name, self.locale, "", self._role, use.location)
        self.composer.check(passage, over)
        return passage

    def _leaf(
        self, use: Use, passage: Passage, part: Part, flow: bool, must_speak: bool, decided: tuple[str, str]
    ) -> Atom:
        read = tuple(names((part,)))
        reads = frozenset({f"passage {use.name}"}).union(*map(self.depends.reads, read))
        must_show = must_speak and isinstance(part, Slot)

        def say(scene: Scene) -> Said:
            text, dated = scene.composition().say(passage, None, *decided, flow=flow, parts=(part,))
            if must_show and not plain(text).strip():
                raise Unsure
            return Said(text, dated, reads)

        def tell(scene: Scene) -> Told:
            if isinstance(part, Slot):
                found = scene.read(part.name)
                text, dated = "".join(fill(passage, part, found, scene.here.language)), found.dated
            else:
                text, dated = told(passage, (part,), scene.read, scene.here.language, flow=flow)
            if must_show and not text.strip():
                raise Unsure
            return Told(text, dated, reads)

        fixed = Told(flowed(part.text) if flow else part.text, "", reads) if isinstance(part, Words) else None
        key = (use.name, passage, part, flow, must_show, decided)
        return self._keep(key, lambda: self._atom(read, [use], say, _telling(fixed) if fixed else tell))

    def _place_passage(self, use: Use, flow: bool, must_speak: bool, decided: tuple[str, str]) -> Atom:
        is_mixed = use.name in self.mixed

        def found(scene: Scene) -> tuple[Passage, frozenset[str]]:
            place, role = scene.here.place.slug, scene.role.slug
            passage = self.pack.passage(use.name, self.locale, place, role, use.location)
            self.composer.check(passage, "")
            read = tuple(passage.names())
            if not is_mixed and self._kind(read) not in (FIXED, PLACE):
                self.mixed.add(use.name)
                raise Unsure
            if flow and BLANK_LINE.search(passage.text):
                raise Unsure
            return passage, frozenset({f"passage {use.name}"}).union(*map(self.depends.reads, read))

        def say(scene: Scene) -> Said:
            passage, reads = found(scene)
            text, dated = scene.composition().say(passage, None, *decided, flow=flow)
            return Said(text, dated, reads)

        def tell(scene: Scene) -> Told:
            passage, reads = found(scene)
            text, dated = told(passage, passage.parts, scene.read, scene.here.language, flow=flow)
            if must_speak and not text.strip():
                raise Unsure
            return Told(text, dated, reads)

        key = (use.name, flow, must_speak, decided, is_mixed)
        return self._keep(
            key, lambda: Atom(BOTH if is_mixed else PLACE, (OWN,) if is_mixed else (), say, tell)
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
        return self._shared(("block", id(block)), self._composed(uses, each, ends, compose, tell))

    def _rows(self, block: outline.Listing | outline.Grid) -> Callable[[Scene], tuple[str, str]]:
        """The text of a list or table: a line for each entry, as `compose` lays it out."""
        layout = self.pack.settings.layout
        lead = "".join(span.text for span in self._lead(block))
        row = (block.entry,) if isinstance(block, outline.Listing) else block.row
        cells = [self._found(use, block.each.name) for use in row]
        head = [self._found(use) for use in block.header] if isinstance(block, outline.Grid) else []
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

    def _composed(
        self,
        uses: list[Use],
        each: Use,
        ends: list[Use],
        compose: Callable[[Composition], tuple[Span, ...]],
        tell: Callable[[Scene], tuple[str, str]] | None = None,
    ) -> Atom:
        """What some passages say together, for each entry of a list; `ends` are of its numbers."""
        found = [name for use in uses for name in self._found(use, each.name).names()]
        found += [each.name, *(use.name for use in ends)]
        read = tuple(dict.fromkeys(each.name if is_item(name) else name for name in found))
        reads = frozenset(f"passage {use.name}" for use in uses).union(*map(self.depends.reads, read))

        def say(scene: Scene) -> Said:
            composition = scene.composition()
            spans = compose(composition)
            return Said(spans, composition.dated, reads)

        def told_with_reads(scene: Scene) -> Told:
            assert tell is not None
            return Told(*tell(scene), reads)

        atom = self._atom(read, uses, say, told_with_reads if tell else None)
        if each.name in atom.keys:
            atom.keys = (OWN,)  # entries carry more than values: where these are from, how sure they are
        return atom

    # -- what is said about a guide: read, and checked, but no part of its text

    def _about(self) -> Iterator[Node]:
        about = self.pack.outline.about
        links = [*([about.publisher] if about.publisher else []), *about.breadcrumbs]
        for use in (about.description, *(link.text for link in links)):
            yield from map(self._hushed, self._passage(use)) if use else ()
        for use in (about.address, *(link.to for link in links)):
            yield from self._address(use) if use else ()
        if job := about.occupation:
            yield self._occupation(job)

    def _occupation(self, job: outline.Occupation) -> Atom:
        def compose(composition: Composition) -> tuple[Span, ...]:
            composition.occupation(job)
            return ()

        uses = [use for use in (job.name, job.where, job.bars.label) if use]
        return self._composed(uses, job.bars.each, [job.bars.low, job.bars.high], compose)

    def _address(self, use: Use) -> list[Node]:
        nodes = self._passage(use)
        return [Address(tuple(nodes))]

    # -- atoms

    def _atom(
        self,
        read: tuple[str, ...],
        uses: list[Use],
        say: Callable[[Scene], Said],
        tell: Callable[[Scene], Told] | None = None,
    ) -> Atom:
        """An atom of some passages; a role's own passage is another for each role, whatever it reads."""
        kind = self._kind(read)
        if any(use.name.startswith("role:") for use in uses):
            kind = {FIXED: ROLE, PLACE: BOTH}.get(kind, kind)
        return Atom(kind, self._keys(read) if kind == BOTH else (), say, tell)

    def _hushed(self, node: Node) -> Node:
        """A part that is said without being shown."""
        assert isinstance(node, Atom)

        def say(scene: Scene) -> Said:
            return node.say(scene)._replace(spans=())

        def tell(scene: Scene) -> Told:
            return node.tell(scene)._replace(text="")

        return self._keep(("hushed", node), lambda: Atom(node.kind, node.keys, say, tell))

    def _shared(self, key: object, atom: Atom) -> Atom:
        """The atom of another role in its stead, if it reads no role."""
        return self._kept.setdefault(key, atom) if atom.kind in (FIXED, PLACE) else atom

    def _kind(self, read: tuple[str, ...]) -> str:
        of_place = any(self.depends.is_read_from("place", name) for name in read)
        of_role = any(self.depends.is_read_from("role", name) for name in read)
        if of_place and of_role:
            return BOTH
        return PLACE if of_place else ROLE if of_role else FIXED

    def _keys(self, read: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted({key for name in read for key in self.depends.keys(name)}))

    def _fixed(self, *spans: Span) -> Atom:
        return self._keep(("fixed", *spans), lambda: _constant(Said(spans, "", frozenset())))

    def _keep(self, key: object, make: Callable[[], Atom]) -> Atom:
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


def _constant(said: Said) -> Atom:
    def say(_: Scene) -> Said:
        return said

    return Atom(FIXED, (), say, _telling(Told(plain(said.spans), said.dated, said.reads)))


def _telling(fixed: Told) -> Callable[[Scene], Told]:
    def tell(_: Scene) -> Told:
        return fixed

    return tell


def _has_title(planned: outline.Outline) -> bool:
    return any(isinstance(block, outline.Prose) and block.kind == "title" for block in planned.all())


def _opens(block: outline.Block) -> bool:
    """Whether a guide is sure to begin with this block, a title."""
    return isinstance(block, outline.Prose) and not block.when and not block.parts[0].decides


def _speaks(part: Part) -> bool:
    """Whether a part of a passage can't be empty or blank: a slot never is."""
    return isinstance(part, Slot) or (isinstance(part, Words) and bool(part.text.strip()))


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
