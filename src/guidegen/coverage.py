"""Coverage: which published guides use each row, variant, passage and guarded block of a pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from guidegen import guide as made
from guidegen import outline as planned
from guidegen.check import files_of
from guidegen.compose import Composer
from guidegen.guide import Guide, Overridden, Said, Text
from guidegen.lookup import Read
from guidegen.outline import Use, uses
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused, errors
from guidegen.rules.known import Known
from guidegen.rules.table import Table, decide
from guidegen.site.plan import uses as uses_of_site
from guidegen.snippets import Passage
from guidegen.source import Location
from guidegen.template import Branch, Part, leaves

KINDS = ("row", "otherwise", "branch", "passage", "block")
GuideId = tuple[str, str, str]  # locale, place, role
Key = tuple[str | int, ...]


class Covered(NamedTuple):
    """Something that guides may use, and those that do; `kind` is one of `KINDS`, `what` is for people.

    `locale` and `owner` are those of a passage, or of the passage that a branch stands in, else empty.
    `is_silent` is a side of a branch that has no words.
    """

    kind: str
    slug: str
    what: str
    location: Location
    guides: tuple[GuideId, ...]
    locale: str = ""
    owner: str = ""
    is_silent: bool = False


class Coverage(NamedTuple):
    """What the guides that can be made use, by file and line; `left_out` counts the others.

    Passages of owners and locales without such a guide aren't among it.
    """

    guides: tuple[GuideId, ...]
    left_out: int
    all: tuple[Covered, ...]


def coverage(pack: Pack) -> Coverage:
    """Who uses what, by the origins of every published guide that can be made.

    Raises `Refused` where settings or rules can't be read: then nothing is sure.
    """
    if wrong := [problem for problem in errors(pack.problems) if _is_of_all(problem)]:
        raise Refused(wrong)
    composer, used = Composer(pack), _Used(pack)
    published = list(pack.guides())
    composed: list[GuideId] = []
    for locale, place, role in published:
        try:
            guide, problems = composer.attempt(place, role, locale)
        except Refused:
            continue
        if guide and not errors(problems) and not _is_spoilt(pack, locale, place, role):
            composed.append((locale, place, role))
            used.note(guide, composer.known(place, role, locale))
    there = {
        (tag, owner)
        for locale, place, role in composed
        for tag in ("", locale)
        for owner in ("", place, role, f"{place}/{role}")
    }
    found = [one for one in _coverable(pack, used.by) if (one.locale, one.owner) in there]
    found.sort(key=lambda one: (one.location.path, one.location.line, one.location.column))
    return Coverage(tuple(composed), len(published) - len(composed), tuple(found))


def _is_spoilt(pack: Pack, locale: str, place: str, role: str) -> bool:
    """Whether a file of the guide's own can't be read as it stands: what it says then isn't what is meant."""
    wrong = errors(pack.problems)
    faulty = {problem.location.path for problem in wrong if problem.location}
    return bool(faulty) and bool(faulty & files_of(pack, locale, place, role))


def _is_of_all(problem: Problem) -> bool:
    return problem.location is None or not problem.location.path.startswith(("facts/", "snippets/"))


# -- what there is to use


def _coverable(pack: Pack, used: dict[Key, dict[GuideId, None]]) -> Iterator[Covered]:
    def guides(*key: str | int) -> tuple[GuideId, ...]:
        return tuple(used.get(key, ()))

    for block in pack.outline.all():
        if block.when:
            by = guides("block", block.id)
            yield Covered("block", block.id, f"block {block.id}", block.location, by)
    for table in pack.book.tables.values():
        for name, kind, at in _rows(table):
            by = guides("row", table.name, name)
            yield Covered(kind, f"{table.name}/{name}", f"{table.name}: {name}", at, by)
    of_site = {use.name for use, _ in uses_of_site(pack.site)} if pack.site else set()
    for locale in pack.locales:
        for file, owner in pack.snippet_files(locale):
            for passage in pack.in_file(locale, file, owner):
                by = guides("passage", locale, passage.id)
                if not by and not owner and passage.name in of_site:
                    continue  # no guide's business
                yield Covered("passage", passage.id, passage.id, passage.location, by, locale, owner)
                for side, other, at, parts in _sides(passage):
                    by = guides("branch", locale, passage.id, side)
                    what = f"{passage.id} {other}"
                    slug = f"{passage.id}/{other.replace(' ', ':', 1).replace(' ', '')}"
                    yield Covered("branch", slug, what, at, by, locale, owner, not _says(parts))


def _rows(table: Table) -> Iterator[tuple[str, str, Location]]:
    """Name, kind and place of each row, and of what happens where none matches."""
    for row in table.rows:
        yield row.name, "row", row.location
    if not table.is_complete:
        yield "otherwise", "otherwise", table.otherwise_location


def _sides(passage: Passage) -> Iterator[tuple[int, str, Location, tuple[Part, ...]]]:
    """Both sides of each branch: its number, `with NAME` or `without NAME`, where it is, what it says."""
    times: dict[str, int] = {}
    for index, branch in enumerate(_branches(passage)):
        times[branch.name] = times.get(branch.name, 0) + 1
        again = f" #{times[branch.name]}" if times[branch.name] > 1 else ""
        at = passage.where(branch)
        yield 2 * index, f"with {branch.name}{again}", at, branch.then
        yield 2 * index + 1, f"without {branch.name}{again}", at, branch.otherwise


def _branches(passage: Passage) -> list[Branch]:
    try:
        return [part for part in passage.parts if isinstance(part, Branch)]
    except Refused:
        return []


def _says(parts: tuple[Part, ...]) -> bool:
    return next(leaves(parts), None) is not None


# -- what one guide used


class _Used:
    """The guides that used each thing, noted guide by guide."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.by: dict[Key, dict[GuideId, None]] = {}
        self._values = [table.name for table in pack.book.tables.values() if table.gives == "value"]
        self._sides: dict[Passage, list[tuple[int, set[int], set[int]]]] = {}

    def note(self, guide: Guide, known: Known | None) -> None:
        """Note what a guide is made of."""
        by = (guide.locale, guide.place, guide.role)

        def use(*key: str | int) -> None:
            self.by.setdefault(key, {})[by] = None

        for decision in guide.decisions:
            for name in [row.name for row in decision.rows] or ["otherwise"]:
                use("row", decision.table.name, name)
        for block in _every(guide.blocks):
            use("block", block.id)
        for passage, text in self._sayings(guide):
            said = _parts_said(passage, text)
            if said:
                use("passage", guide.locale, passage.id)
            for side in self._taken(passage, said):
                use("branch", guide.locale, passage.id, side)
        if self._values and known:
            for table, row in self._chosen_values(guide, known):
                use("row", table, row)

    def _sayings(self, guide: Guide) -> Iterator[tuple[Passage, Text]]:
        """Each passage that the guide says, as often as it does, with the text that it stands in."""
        decided = {decision.table.name: decision.outcomes for decision in guide.decisions}
        told = (*_told(self.pack.outline.blocks, guide.blocks), *_told_about(self.pack.outline.about, guide))
        for use, text in told:
            if text and isinstance(text[0].origin, Overridden):
                continue
            chosen = [name for _, name in decided.get(use.name, ())] if use.decides else [use.name]
            for name in chosen:
                yield (
                    self.pack.passage(name, guide.locale, guide.place, guide.role, use.location),
                    text,
                )

    def _taken(self, passage: Passage, said: set[int]) -> Iterator[int]:
        """The sides of the passage's branches that were taken; of a silent one there is no other trace."""
        if passage not in self._sides:
            self._sides[passage] = [
                (2 * index, _numbers(branch.then), _numbers(branch.otherwise))
                for index, branch in enumerate(_branches(passage))
            ]
        for side, then, otherwise in self._sides[passage]:
            taken = bool(said & then) or (not said & otherwise and not then)
            yield side if taken else side + 1

    # what rules read by name leaves a mark in what was read, not in what was said

    def _chosen_values(self, guide: Guide, known: Known) -> Iterator[tuple[str, str]]:
        """Table and row of each value that was looked up on the way to this guide."""
        seen: set[str] = set()
        open_ = list(_reads(guide))
        open_ += [known.read(name) for name in self._names_asked(guide)]
        while open_:
            read = open_.pop()
            if read.key in seen or not read.because:
                continue
            seen.add(read.key)
            open_ += read.because
            if read.key in self._values and read.is_derived:
                table = self.pack.book.tables[read.key]
                by_name = {found.name: found for found in read.because}
                rows = decide(table, by_name.__getitem__).rows
                yield from ((table.name, row.name) for row in rows)
                if not rows:
                    yield table.name, "otherwise"

    def _names_asked(self, guide: Guide) -> Iterator[str]:
        """Names that decided whether something is said, but for those of items: these are facts."""
        wanted = {block.id for block in _every(guide.blocks)}
        for block in _asked(self.pack.outline.blocks, wanted):
            if block.when:
                yield block.when.name.removeprefix("not ")
            if block.id in wanted:
                yield from (each.name for _, each in uses(block) if each)
        for passage, _ in self._sayings(guide):
            for branch in _branches(passage):
                if branch.name.split(".")[0] != "item":
                    yield branch.name


def _every(blocks: Iterable[made.Block]) -> Iterator[made.Block]:
    for block in blocks:
        yield block
        if isinstance(block, made.Section):
            yield from _every(block.blocks)


def _asked(blocks: Iterable[planned.Block], wanted: set[str]) -> Iterator[planned.Block]:
    """The blocks whose `when` was looked at: those within a section only if the section stands."""
    for block in blocks:
        yield block
        if isinstance(block, planned.Section) and block.id in wanted:
            yield from _asked(block.blocks, wanted)


def _told(blocks: Iterable[planned.Block], composed: Iterable[made.Block]) -> Iterator[tuple[Use, Text]]:
    """What the outline asks for in each block that stands, with the text that it became part of."""
    there = {block.id: block for block in composed}
    for block in blocks:
        found = there.get(block.id)
        if isinstance(block, planned.Prose) and isinstance(found, made.Prose):
            yield from ((use, found.text) for use in block.parts)
        elif isinstance(block, planned.Listing) and isinstance(found, made.Listing):
            yield from ((block.entry, text) for text in found.entries)
        elif isinstance(block, planned.Grid) and isinstance(found, made.Grid):
            for uses_, texts in ((block.header, found.header), *((block.row, row) for row in found.rows)):
                yield from zip(uses_, texts)
        elif isinstance(block, planned.Chart) and isinstance(found, made.Chart):
            yield block.title, found.title
            for bar in found.bars:
                yield from ((block.bars.label, bar.label), (block.value, bar.value))
        elif isinstance(block, planned.Link) and isinstance(found, made.Link):
            yield from ((block.text, found.text), (block.to, found.address))
        elif isinstance(block, planned.Section) and isinstance(found, made.Section):
            yield from _told(block.blocks, found.blocks)


def _told_about(about: planned.About, guide: Guide) -> Iterator[tuple[Use, Text]]:
    """The same, for what is said about the guide."""
    meta = guide.meta
    if about.description:
        yield about.description, meta.description
    if about.address:
        yield about.address, meta.address
    links = [(about.publisher, meta.publisher), *zip(about.breadcrumbs, meta.breadcrumbs)]
    for link, found in links:
        if link and found:
            yield from ((link.text, found.text), (link.to, found.address))
    if about.occupation and meta.occupation:
        yield about.occupation.name, meta.occupation.name
        if about.occupation.where:
            yield about.occupation.where, meta.occupation.where
        for bar in meta.occupation.bars:
            yield about.occupation.bars.label, bar.label


def _parts_said(passage: Passage, text: Text) -> set[int]:
    """The numbers of the passage's leaves that are in a text."""
    origins = (span.origin for span in text)
    return {origin.part for origin in origins if isinstance(origin, Said) and origin.passage == passage.id}


def _numbers(parts: tuple[Part, ...]) -> set[int]:
    return {leaf.number for leaf in leaves(parts)}


def _reads(guide: Guide) -> Iterator[Read]:
    """What was read for what the guide says and decides."""
    for decision in guide.decisions:
        yield from decision.reads
    meta = guide.meta
    links = [*([meta.publisher] if meta.publisher else []), *meta.breadcrumbs]
    texts = [meta.description, meta.address, *(text for link in links for text in (link.text, link.address))]
    bars = list(meta.occupation.bars) if meta.occupation else []
    if meta.occupation:
        texts += [meta.occupation.name, meta.occupation.where, *(bar.label for bar in bars)]
    for block in made.flat(guide.blocks):
        texts += made.texts(block)
        if isinstance(block, made.Link):
            texts.append(block.address)
        if isinstance(block, made.Chart):
            bars += block.bars
    for bar in bars:
        yield from (bar.low, bar.high)
    for text in texts:
        for span in text:
            if isinstance(span.origin, Said):
                yield from span.origin.reads
