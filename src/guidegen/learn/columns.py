"""What explains each column: a template, variants, texts of places, sentences, a list or a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from guidegen.learn.grids import grid, items, table
from guidegen.learn.holes import Hole, merged, named
from guidegen.learn.kinds import (
    Open,
    Outcome,
    Said,
    agreed,
    filled,
    outcome,
    put_together,
    rendered,
    template_of,
)
from guidegen.learn.model import (
    PAIR,
    Column,
    Explained,
    Figure,
    Grid,
    Items,
    Own,
    Part,
    Sentences,
    Shared,
    Slip,
    Slot,
    Template,
    Variants,
)
from guidegen.learn.sentences import SAVING, columns, fused
from guidegen.learn.slips import Mistake, mended
from guidegen.learn.templates import Group, grouped, size
from guidegen.learn.tokens import Cells, Known

_PART = 10  # bytes that a part of a paragraph costs besides its text
_CONSTANT = 2  # a name that one document in two says although it isn't about it is a constant

By = Said | Sentences | Items | Grid
Facts = dict[str, dict[int, str]]


class Explanation(NamedTuple):
    """A column explained; the facts behind new slots, by their names (`known_for`); what is open about it."""

    explained: Explained
    facts: Facts
    open: tuple[Open, ...] = ()


def explain(columns_: Sequence[Column], known: Known) -> list[Explanation]:
    """All columns of a family explained, figures numbered and new facts named across them.

    A fact that says the same as one before it isn't told twice.
    """
    known = known.with_constants(known.constants | _constants(columns_, known))
    explanations: list[Explanation] = []
    facts: Facts = {}
    figure = 0
    for number, column in enumerate(columns_):
        explanation = explain_column(column, known, number, figure, facts)
        figure += len(_figures(explanation.explained.by))
        facts.update(explanation.facts)
        explanations.append(explanation)
    return explanations


def explain_column(
    column: Column, known: Known, number: int = 0, figure: int = 0, taken: Facts | None = None
) -> Explanation:
    """What explains a column; exact for every document, whatever was understood of it.

    `number` is the column's, `figure` that of the next figure, `taken` are facts that have names already.
    What the explanation doesn't give back exactly becomes the pair's own text.
    """
    blocks = [block for _, block in sorted(column.cells.items())]
    kinds = {(block.kind, block.marker) for block in blocks}
    made: Explanation | None = None
    if len(kinds) == 1 and blocks[0].kind == "list":
        by, slips = items(column, known)
        made = Explanation(Explained(column, by, slips), {})
    elif len(kinds) == 1 and blocks[0].kind == "table":
        found = grid(column, known)
        if found:
            made = _checked(column, _numbered(found[0], figure), found[1], {}, (), known)
    if made is None:
        made = _explained(column, known, number, figure, taken or {})
        if blocks[0].kind != "line" and isinstance(made.explained.by, Shared):
            whole = Variants((made.explained.by.template,), dict.fromkeys(sorted(column.cells), 0))
            made = made._replace(explained=made.explained._replace(by=whole))
    return made


def said(explanation: Explanation, document: int, known: Known) -> str | None:
    """What a document has in the column, exactly; None if it has nothing there."""
    explained = explanation.explained
    for slip in explained.slips:
        if slip.document == document:
            return slip.text
    if document not in explained.column.cells:
        return None
    return _said(explained.column, explained.by, document, known, explanation.facts)


def _said(column: Column, by: By, document: int, known: Known, facts: Facts) -> str | None:
    block = column.cells[document]
    if isinstance(by, Items):
        return "\n".join(block.marker + entry for entry in by.of[document])
    if isinstance(by, Grid):
        rows = [[filled(cell, document, known, facts) for cell in row] for row in (by.header, *by.rows)]
        if any(cell is None for row in rows for cell in row) or len(block.lines) < 2:
            return None
        return table([[cell or "" for cell in row] for row in rows], block.lines[1])
    return rendered(by, document, known, facts)


def _explained(column: Column, known: Known, number: int, figure: int, taken: Facts) -> Explanation:
    """A column's blocks as texts."""
    cells = {document: known.tokens(block.text, document) for document, block in sorted(column.cells.items())}
    holes: dict[Slot, Hole] = {}
    groups, mistakes = mended(grouped(cells, known), known)
    whole = _outcome(groups, known, holes, mistakes)
    by: By = whole.by
    mistaken, opens = list(whole.mistakes), list(whole.open)
    parts = _parts(groups, known, holes) if len(groups) > 1 else []
    if len(parts) > 1 and whole.cost - sum(part.cost + _PART for part in parts) >= SAVING:
        together = put_together([part.by for part in parts])
        by = Sentences(together) if len(together) > 1 else together[0]
        mistaken = [*mistakes, *(mistake for part in parts for mistake in part.mistakes)]
        opens = [one for part in parts for one in part.open]
    by, facts = _with_names(by, holes, taken, known)
    why = {mistake.document: mistake.why for mistake in reversed(mistaken)}
    asked = tuple(sorted({one._replace(column=number) for one in opens}))
    return _checked(column, _numbered(by, figure), why, facts, asked, known)


def _outcome(
    groups: list[Group], known: Known, holes: dict[Slot, Hole], mistakes: Iterable[Mistake]
) -> Outcome:
    made, typos = mended(merged(groups, known, holes), known, holes)
    joined, others = agreed(made, known)
    return outcome(joined, known, holes, (*mistakes, *typos, *others))


def _parts(groups: list[Group], known: Known, holes: dict[Slot, Hole]) -> list[Outcome]:
    """The paragraph's sentences explained, those together that part the documents in the same way."""
    found = columns(groups)
    documents = sorted(document for group in groups for document in group.cells)
    if len(found) < 2:
        return []

    def explained(cells: Cells) -> Outcome:
        every = {document: cells.get(document, ()) for document in documents}
        some, mistakes = mended(grouped(every, known), known)
        return _outcome(some, known, holes, mistakes)

    alone = [explained(cells) for cells in found]
    together = fused(found, [one.partition for one in alone])
    if len(together) == len(found):
        return alone
    return [explained(cells) for cells in together]


def _checked(
    column: Column, by: By, why: Mapping[int, str], facts: Facts, opens: tuple[Open, ...], known: Known
) -> Explanation:
    """The explanation with slips where it isn't a document's text; without any of it if it misses others."""
    slips = []
    for document, block in sorted(column.cells.items()):
        text = _said(column, by, document, known, facts)
        if text == block.text:
            continue
        if document not in why:
            literal = {index: _literal(column.cells[index].text) for index in sorted(column.cells)}
            return Explanation(Explained(column, Own(PAIR, literal)), {})
        slips.append(Slip(document, block.text, why[document], text or ""))
    return Explanation(Explained(column, by, tuple(slips)), facts, opens)


def _literal(text: str) -> Template:
    return (text,) if text else ()


def _with_names(by: By, holes: Mapping[Slot, Hole], taken: Facts, known: Known) -> tuple[By, Facts]:
    """The explanation with names for the slots of holes, and their facts."""
    facts: Facts = {}
    names: dict[Slot, Slot] = {}
    for part in _each(by):
        if isinstance(part, Slot) and part in holes and part not in names:
            hole = holes[part]
            name = next((name for name, of in (*taken.items(), *facts.items()) if of == hole.of), None)
            if name is None:
                name = named(hole, {*taken, *known.names, *_others(hole, holes, names, facts)})
            facts[name] = dict(sorted({**facts.get(name, {}), **hole.of}.items()))
            names[part] = Slot(f"{hole.by}.{name}")
    return _mapped(by, lambda part: names.get(part, part) if isinstance(part, Slot) else part), facts


def _others(hole: Hole, holes: Mapping[Slot, Hole], names: Mapping[Slot, Slot], facts: Facts) -> set[str]:
    """The facts of a column that a hole is none of: stated for one of its documents, or after other words."""
    alike = {
        name.name.partition(".")[2]
        for slot, name in names.items()
        if holes[slot].by == hole.by and named(holes[slot], ()) == named(hole, ())
    }
    return {name for name, of in facts.items() if name not in alike or {*of} & {*hole.of}}


def _numbered(by: By, figure: int) -> By:
    """The explanation with its figures numbered, in order."""
    numbers: dict[int, Figure] = {}

    def number(part: Part) -> Part:
        if not isinstance(part, Figure):
            return part
        return numbers.setdefault(id(part), part._replace(number=figure + len(numbers)))

    return _mapped(by, number)


def _templates(by: By) -> list[Template]:
    if isinstance(by, Sentences):
        return [template for part in by.parts for template in _templates(part)]
    if isinstance(by, Grid):
        return [cell for row in (by.header, *by.rows) for cell in row]
    if isinstance(by, Shared):
        return [by.template]
    if isinstance(by, Variants):
        return list(by.templates)
    return list(by.of.values()) if isinstance(by, Own) else []


def _each(by: By) -> list[Part]:
    return [part for template in _templates(by) for part in template]


def _figures(by: By) -> set[int]:
    return {part.number for part in _each(by) if isinstance(part, Figure)}


def _mapped(by: By, change: Callable[[Part], Part]) -> By:
    """The explanation with each part of its templates changed."""
    if isinstance(by, Items):
        return by
    if isinstance(by, Grid):
        header, *rows = [
            tuple(template_of(map(change, cell)) for cell in row) for row in (by.header, *by.rows)
        ]
        return Grid(header, tuple(rows))
    if isinstance(by, Sentences):
        return Sentences(tuple(_changed(part, change) for part in by.parts))
    return _changed(by, change)


def _changed(by: Said, change: Callable[[Part], Part]) -> Said:
    if isinstance(by, Shared):
        return Shared(template_of(map(change, by.template)))
    if isinstance(by, Variants):
        return Variants(tuple(template_of(map(change, template)) for template in by.templates), by.of)
    return Own(by.by, {document: template_of(map(change, template)) for document, template in by.of.items()})


def _constants(columns_: Sequence[Column], known: Known) -> frozenset[str]:
    """Names that half of the documents say, at least, of those that aren't about them."""
    saying: dict[str, set[int]] = {}
    documents: set[int] = set()
    for column in columns_:
        for document, block in column.cells.items():
            documents.add(document)
            for name in known.others(block.text, document):
                saying.setdefault(name, set()).add(document)
    return frozenset(
        name
        for name, by in saying.items()
        if _CONSTANT * len(by) >= len(documents) - sum(known.is_own(name, document) for document in documents)
    )


def shares(explanations: Sequence[Explanation], known: Known) -> dict[str, int]:
    """Bytes of the documents by what explains them: shared, variants, own, entries, table, slips."""
    counted = dict.fromkeys(("shared", "variants", "own", "entries", "table", "slips"), 0)
    for explanation in explanations:
        explained = explanation.explained
        slips = {slip.document for slip in explained.slips}
        for document, block in explained.column.cells.items():
            if document in slips:
                counted["slips"] += size(block.text)
            elif isinstance(explained.by, Items):
                counted["entries"] += size(block.text)
            elif isinstance(explained.by, Grid):
                counted["table"] += size(block.text)
            else:
                parts = explained.by.parts if isinstance(explained.by, Sentences) else (explained.by,)
                for part in parts:
                    text = rendered(part, document, known, explanation.facts) or ""
                    counted[_kind(part)] += size(text)
    return counted


def _kind(part: Said) -> str:
    return "shared" if isinstance(part, Shared) else "variants" if isinstance(part, Variants) else "own"
