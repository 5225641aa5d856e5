"""A guide line by line, and what it says beside its lines: spans, with the blocks that they are of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from guidegen import outline as planned
from guidegen.compose import Composer
from guidegen.formats.text import spans
from guidegen.guide import Chart, Guide, Link, Said, Span, Text, flat, plain, texts
from guidegen.lookup import Read
from guidegen.outline import Outline
from guidegen.pack import Pack
from guidegen.pairs import PairFile
from guidegen.template import Slot
from guidegen.values import Entries, Fact

_LINES = re.compile("[^\n]*\n|[^\n]+")


def lines_of(composer: Composer, guide: Guide) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """The lines of a guide's text as spans, each with the block that it is of; none of a blank line."""
    layout = composer.pack.settings.layout
    lines = list(_lines(spans(guide, layout)))
    file = PairFile(guide.file.newline, final_newline=False)
    blocks: list[str] = []
    for block in flat(guide.blocks):
        own = plain(spans(guide._replace(blocks=(block,), file=file), layout))
        if own:
            blocks += [block.id] * (own.count("\n") + 1) + [""] * layout.blank_lines
    yield from zip([*blocks, *[""] * len(lines)], lines)


def _lines(found: Iterable[Span]) -> Iterator[tuple[Span, ...]]:
    """Spans line by line; the newline that ends a line is its last."""
    line: list[Span] = []
    for span in found:
        for piece in _LINES.findall(span.text):
            line.append(Span(piece, span.origin))
            if piece.endswith("\n"):
                yield tuple(line)
                line = []
    if line:
        yield tuple(line)


def elsewhere(guide: Guide) -> Iterator[tuple[str, str, Text]]:
    """What a guide says beside its lines: about itself, in addresses, in charts.

    Each comes with what it is part of, and with the id of its block, if it has one.
    """
    meta = guide.meta
    yield "description", "", meta.description
    yield "address", "", meta.address
    for block in flat(guide.blocks):
        if isinstance(block, Link):
            yield "link", block.id, block.address
        elif isinstance(block, Chart):
            yield from (("chart", block.id, text) for text in texts(block))
    links = [*([meta.publisher] if meta.publisher else []), *meta.breadcrumbs]
    named = [text for link in links for text in (link.text, link.address)]
    if job := meta.occupation:
        named += [job.name, job.where, *(bar.label for bar in job.bars)]
    yield from (("structured data", "", text) for text in named)


def chains_of(outline: Outline) -> dict[str, tuple[planned.Block, ...]]:
    """Each block of an outline, by id, with the sections around it: the outermost first, itself last."""
    found: dict[str, tuple[planned.Block, ...]] = {}

    def visit(blocks: Iterable[planned.Block], around: tuple[planned.Block, ...]) -> None:
        for block in blocks:
            found[block.id] = (*around, block)
            if isinstance(block, planned.Section):
                visit(block.blocks, found[block.id])

    visit(outline.blocks, ())
    return found


def guards_of(outline: Outline) -> dict[str, tuple[planned.Block, ...]]:
    """The blocks with a `when` that each block stands under: sections, then itself."""
    return {id_: tuple(one for one in chain if one.when) for id_, chain in chains_of(outline).items()}


def ruled_lists(pack: Pack) -> dict[str, str]:
    """The lists and tables of an outline, by id, that go over what a formula gives; with its name."""
    return {
        block.id: block.each.name
        for block in pack.outline.all()
        if isinstance(block, (planned.Listing, planned.Grid))
        and block.each.name.partition(".")[0] in pack.book.derivations
    }


def slots_of(pack: Pack, locale: str) -> Callable[[Said], bool]:
    """Tells whether an origin's part of its passage is a slot, and no words."""
    known: dict[str, frozenset[int]] = {}

    def is_slot(origin: Said) -> bool:
        if origin.passage not in known:
            leaves = pack.passage_by_id(origin.passage, locale).leaves()
            known[origin.passage] = frozenset(leaf.number for leaf in leaves if isinstance(leaf, Slot))
        return origin.part in known[origin.passage]

    return is_slot


def entry_of(read: Read, piece: int) -> Fact | None:
    """The entry of a list that a piece of a slot's text names; None for what stands between entries."""
    entry, is_entry = divmod(piece, 2)
    if isinstance(read.value, Entries) and is_entry and entry < len(read.value):
        return read.value[entry]
    return None
