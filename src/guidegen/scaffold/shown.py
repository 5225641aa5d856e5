"""Where facts and passages of an owner come in: the blocks, tables, formulas and passages that name them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from guidegen.files import read_source
from guidegen.outline import Block, Chart, Grid, Link, Listing, Prose, Section, uses, uses_about
from guidegen.pack import OWNED, Pack
from guidegen.problems import Refused
from guidegen.rules.formula import names
from guidegen.rules.table import Table
from guidegen.snippets import Passage, flowed, read_snippets


class Shown(NamedTuple):
    """Who reads a field: each list in words, in the order of the pack.

    `inner` has the names below the field that shared passages read; `around` the passages that read the
    field of the country around.
    """

    blocks: list[str]
    tables: list[str]
    formulas: list[str]
    passages: list[str]
    inner: list[str]
    around: list[str]


def _nobody() -> Shown:
    return Shown([], [], [], [], [], [])


class Readers:
    """Who reads what of the places, or of the roles, of a pack: by field, and by form of their names."""

    def __init__(self, pack: Pack, kind: str) -> None:
        self.kind = kind
        self._shown: dict[str, Shown] = {}
        self._derived: dict[str, Shown] = {name: _nobody() for name, _ in pack.book.all()}
        for text, name in _named_by_blocks(pack):
            self._add(name, "blocks", text)
        for table in pack.book.tables.values():
            for column in table.columns:
                self._add(column.name, "tables", table.name)
        for text, name in _named_by_formulas(pack):
            self._add(name, "formulas", text)
        for locale in pack.all_locales:
            for id_, passage in _passages(pack, kind, locale):
                for name in _names(passage):
                    self._add(name, "passages", id_)

    def of(self, name: str) -> Shown:
        """Who reads a field, or a form of the name."""
        return self._shown.get(name) or _nobody()

    def by_way_of(self, shown: Shown) -> Shown:
        """Who reads what is computed from the field, not counting those that read the field itself."""
        found = _nobody()
        names = [*shown.formulas, *shown.tables]
        for name in names:  # it grows on the way
            further = self._derived.get(name.partition(".")[0], found)
            names += [one for one in (*further.formulas, *further.tables) if one not in names]
            for mine, theirs, known in zip(found, further, shown):
                mine += [one for one in theirs if one not in mine and one not in known]
        return found

    def _add(self, name: str, which: str, text: str) -> None:
        root, *path = name.split(".")
        if root in self._derived and text not in getattr(self._derived[root], which):
            getattr(self._derived[root], which).append(text)
        if root != self.kind or not path:
            return
        around = False
        while self.kind == "place" and path[:1] == ["country"]:
            around, path = True, path[1:]
        if not path:
            return
        shown = self._shown.setdefault(path[0], self.of(path[0]))
        found: list[str] = shown.around if around else getattr(shown, which)
        if text not in found:
            found.append(text)
        if len(path) > 1 and not around and which == "passages" and ":" not in text:
            inner = ".".join(path[1:])
            shown.inner.extend([inner] if inner not in shown.inner else [])


def _named_by_blocks(pack: Pack) -> Iterator[tuple[str, str]]:
    """Each list, table and chart, and each condition, in words, with the name that it reads."""
    for block, heading in placed(pack):
        if isinstance(block, (Listing, Grid)):
            yield f"a {kind_of(block)} {under(pack, heading)}", block.each.name
        elif isinstance(block, Chart):
            yield f"a chart {under(pack, heading)}", block.bars.each.name
        if block.when:
            negated = block.when.name.startswith("not ")
            what = "without" if negated else "with"
            text = f"the {kind_of(block)} '{block.id}', which is there only {what} it"
            yield text, block.when.name.removeprefix("not ")
    if job := pack.outline.about.occupation:
        yield "structured data", job.bars.each.name


def _named_by_formulas(pack: Pack) -> Iterator[tuple[str, str]]:
    for name, derivation in pack.book.derivations.items():
        yield from ((name, read.name) for read in names(derivation.expression))
    for name, each in pack.book.eaches.items():
        yield name, each.over
        for field, derivation in each.fields.items():
            yield from ((f"{name}.{field}", read.name) for read in names(derivation.expression))


def _passages(pack: Pack, kind: str, locale: str) -> Iterator[tuple[str, Passage]]:
    """Shared passages, and those that the places (or roles) there are have of their own."""
    yield from pack.shared(locale).items()
    for file, owner in pack.snippet_files(locale):
        if f"/{OWNED[kind]}/" in file:
            try:
                own = read_snippets(read_source(pack.root, file), locale, owner, [])
            except Refused:  # another's file: what is wrong with it is said where it is read
                continue
            yield from ((f"{kind}:{name}", passage) for name, passage in own.items())


def _names(passage: Passage) -> list[str]:
    try:
        return list(passage.names())
    except Refused:  # likewise
        return []


# -- blocks


def placed(pack: Pack) -> Iterator[tuple[Block, Prose | None]]:
    """Every block in the guide's order, with the heading that it stands under."""
    heading: Prose | None = None
    for block in pack.outline.all():
        yield block, heading
        if isinstance(block, Prose) and block.kind == "heading":
            heading = block


def kind_of(block: Block) -> str:
    """What a block is called in the outline."""
    if isinstance(block, Prose):
        return block.kind
    return {Listing: "list", Grid: "table", Chart: "chart", Link: "link", Section: "section"}[type(block)]


def under(pack: Pack, heading: Prose | None, locale: str = "") -> str:
    """The words `under "HEADING"`, as its passage has it in a locale (the first if none is named)."""
    if heading is None:
        return "before the first heading"
    shared = pack.shared(locale or pack.locales[0])
    parts = [
        flowed(shared[part.name].text)
        if part.name in shared and not part.decides
        else f"({'the choice of table ' if part.decides else ''}{part.name})"
        for part in heading.parts
    ]
    return f'under "{" ".join(parts)}"'


_PROSE = {
    "title": "the title",
    "heading": "a heading",
    "paragraph": "a paragraph",
    "lines": "lines that are put out as they stand,",
}


def wanted(pack: Pack, kind: str, locale: str) -> dict[str, list[str]]:
    """The passages of an owner's own that the outline or a table names, each with where it shows."""
    found: dict[str, list[str]] = {}

    def note(name: str, where: str) -> None:
        owner, _, inner = name.partition(":")
        if owner == kind and inner and where not in found.setdefault(inner, []):
            found[inner].append(where)

    deciding: set[str] = set()
    for block, heading in placed(pack):
        for use, _ in uses(block):
            what = f"a text of a {kind_of(block)}"
            if isinstance(block, Prose):
                what = "part of " * (len(block.parts) > 1) + _PROSE[block.kind]
            where = what if what == _PROSE["title"] else f"{what} {under(pack, heading, locale)}"
            if use.decides and use.name in pack.book.tables:
                deciding.add(use.name)
                for outcome, row in _outcomes(pack.book.tables[use.name]):
                    note(outcome, f"{where}, {row}")
            else:
                note(use.name, where)
    for use, _ in uses_about(pack.outline.about):
        note(use.name, "what `meta` says about the guide")
    for name, table in pack.book.tables.items():
        for outcome, row in _outcomes(table) if name not in deciding else ():
            note(outcome, row)
    return found


def _outcomes(table: Table) -> Iterator[tuple[str, str]]:
    """The passages that a table chooses, each with the row that does."""
    for row in table.rows if table.gives == "passage" else ():
        if row.outcome is not None:
            yield row.outcome, f"where table '{table.name}' chooses row '{row.name}'"
    if table.gives == "passage" and table.otherwise is not None:
        yield table.otherwise, f"where no row of table '{table.name}' is chosen"
