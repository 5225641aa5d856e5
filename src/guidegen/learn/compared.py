"""What of a document a pack would say otherwise, line by line, once it has what the document tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from guidegen.compose import Composer
from guidegen.facts import FOLDERS
from guidegen.formats.text import lines_of, text_bytes
from guidegen.guide import Chart, Guide, flat, plain
from guidegen.learn.backwards import Own
from guidegen.learn.imported import Imported, imported
from guidegen.learn.laid import Pairing
from guidegen.learn.model import Document
from guidegen.learn.overlay import Overlay
from guidegen.learn.placing import Placed, placed
from guidegen.learn.segment import document_bytes
from guidegen.lookup import Read
from guidegen.outline import Listing
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused, errors
from guidegen.rules.table import look, shown
from guidegen.source import Location, Source

_TOKEN = re.compile(r"[$€£¥]?\u00a0?\d+(?:[.,\u00a0\u202f]\d+)*\w*|\w+|\s+|[^\w\s]")
_MOST_TOKENS = 4_000  # of a line, beyond which it isn't compared word by word
_SLIPS = 3  # stretches of words that differ in one line, beyond which it is another line
_ALIKE = 60  # hundredths of a line that have to be the same for the rest to be slips
_SHOWN = 60
_NEWLINES = {"\n": "LF", "\r\n": "CRLF"}
_PAIR = "mend the document, or state it under `file` in facts/pairs/"
_TABLE = "the table is in TABLE"
_FACTS = "mend the document, or the facts"
Lines = list[tuple[int, str]]


class _Stretch(NamedTuple):
    """Where a line differs: what the pack says, what stands there, and at which column."""

    ours: str
    theirs: str
    column: int


class Outcome(NamedTuple):
    """A document as it was read, the files that it makes, and what of it the pack would say otherwise."""

    read: Imported
    placed: Placed
    differing: tuple[Problem, ...]


def outcome(pack: Pack, document: Document, *, city: str = "", role: str = "", locale: str = "") -> Outcome:
    """One more document for a pack; nothing is written.

    Raises `Refused` for a document that the pack can't read, and for a pack with errors.
    """
    read = imported(pack, document, city=city, role=role, locale=locale)
    files = placed(pack, read)
    after = Overlay(pack, files.facts, files.snippets, files.taken)
    found = differences(after, read, files)
    if wrong := [*_concerning(read, errors(pack.problems)), *errors(after.problems)]:
        raise Refused(wrong)
    return Outcome(read, files, (*found, *files.by_hand))


def _concerning(read: Imported, problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems that are this guide's business: not those of other places and roles."""
    before = read.before
    owners = [before.place, before.role, *([before.country] if before.country else [])]
    files = {f"{FOLDERS[owner.kind]}/{owner.slug}.yaml" for owner in owners}
    for problem in problems:
        path = problem.location.path if problem.location else ""
        if path in files or not path.startswith(tuple(FOLDERS.values())):
            yield problem


def differences(pack: Pack, one: Imported, files: Placed) -> list[Problem]:
    """What doesn't fit, in the order of the document's lines; `pack` has what the document tells.

    Without any, the pack renders the document byte for byte.
    """
    before = one.before
    guide, problems = Composer(pack).attempt(before.place.slug, before.role.slug, one.locale)
    found = [*_Compared(pack, one, guide, errors(problems)).all(), *_facts(one, files)]
    data = text_bytes(guide, pack.settings.layout) if guide else b""
    if not found and data != document_bytes(one.document):
        message = "the pack makes other bytes of it, and nobody knows why"
        found = [Problem("differs", message, Location.of_file(one.document.path), "please report this")]
    return sorted(found, key=lambda each: each.location.line if each.location else 0)


def _facts(one: Imported, files: Placed) -> Iterator[Problem]:
    """Facts that the pack states otherwise."""
    source = _source(one)
    for each in files.differing:
        root, _, path = each.name.partition(".")
        slugs = {"place": one.before.place.slug, "role": one.before.role.slug}
        slugs["pair"] = "/".join(slugs.values())
        message = f"{slugs[root]}.{path} is '{each.told}' here, and '{each.stated}' in the pack"
        at = Location(source, each.line, 1, max(1, len(source.line(each.line))))
        hint = "the pack is left as it is: change it there if the document is right"
        yield Problem("fact", message, at, hint)


def _source(one: Imported) -> Source:
    text = document_bytes(one.document).decode("utf-8-sig").replace("\r\n", "\n")
    return Source(one.document.path, text)


class _Compared:
    """A document beside the guide that the pack makes."""

    def __init__(self, pack: Pack, one: Imported, guide: Guide | None, failed: Sequence[Problem]) -> None:
        self.pack, self.one, self.guide, self.failed = pack, one, guide, failed
        self.layout = pack.settings.layout
        self.source = _source(one)
        self.made: dict[str, list[str]] = {}
        for block in flat(guide.blocks if guide else ()):
            if not isinstance(block, Chart):
                text = "\n".join(plain(line) for line in lines_of(block, self.layout))
                self.made[block.id] = text.split("\n")

    def all(self) -> Iterator[Problem]:
        laid = self.one.laid
        for pairing in laid.pairings:
            yield from self._pair(pairing)
            yield from self._gap(pairing)
        for index in laid.extra:
            block = laid.blocks[index]
            hint = "for all guides, a block in rules/outline.yaml; for this one, an override in facts/pairs/"
            message = f"extra: '{_short(block.lines[0])}' isn't in the pack's guide"
            yield Problem("extra", message, self._line(block.number), hint)
        yield from self._missing()
        yield from self._file()

    # -- blocks

    def _pair(self, pairing: Pairing) -> Iterator[Problem]:
        planned = self.one.planned[pairing.planned]
        theirs = self._lines(pairing)
        ours = self.made.get(planned.block.id)
        if pairing.is_moved:
            message = f"moved: the pack has '{_short(theirs[0][1])}' {self._behind(pairing.planned)}"
            yield Problem("moved", message, self._line(theirs[0][0]), "mend the document, or the outline")
        if pairing.reading.kind == "new":
            yield from self._new(pairing, ours or [""], theirs)
        elif ours is None:
            why = "; ".join(dict.fromkeys(problem.message for problem in self.failed))
            message = f"the pack doesn't say '{_short(theirs[0][1])}' here"
            yield Problem("not-said", message, self._line(theirs[0][0]), why or "its condition isn't met")
        elif [line for _, line in theirs] != ours:
            found = list(self._rows(pairing, theirs[0][0]))
            yield from found or self._differing(ours, theirs, is_list=isinstance(planned.block, Listing))

    def _lines(self, pairing: Pairing) -> Lines:
        found: Lines = []
        for block in self.one.laid.blocks[pairing.start : pairing.start + pairing.size]:
            if found:
                found += [(block.number - block.gap + at, "") for at in range(block.gap)]
            found += [(block.number + at, line) for at, line in enumerate(block.text.split("\n"))]
        return found

    def _rows(self, pairing: Pairing, number: int) -> Iterator[Problem]:
        """Rows of tables that the document says and the facts don't lead to."""
        way = pairing.reading.way
        decided = {each.table.name: each for each in self.guide.decisions} if self.guide else {}
        for name, row in way.rows if way and pairing.reading.kind in ("same", "own") else ():
            decision = decided.get(name)
            if decision is None:
                continue
            rows = [each.name for each in decision.rows] or ["otherwise"]
            if row not in rows:
                seen = ", ".join(f"{read.name} is {shown(look(read.value))}" for read in decision.reads)
                message = f"row '{row}' of table '{name}' is said here, but {seen}: that is row '{rows[0]}'"
                hidden = self._hidden(decision.reads)
                hint = f"it depends on what the document doesn't show: {hidden}" if hidden else _TABLE
                hint = hint.replace("TABLE", str(decision.table.location))
                yield Problem("row", message, self._line(number), hint)

    def _hidden(self, reads: Iterable[Read]) -> str:
        """The facts behind some values that the document doesn't tell, or not to the end."""
        place = self.one.before.place.slug
        keys = {each.key for each in _leaves(reads)}
        return ", ".join(name for name in self.one.untold() if f"{place}.{name.split()[0]}" in keys)

    def _new(self, pairing: Pairing, ours: list[str], theirs: Lines) -> Iterator[Problem]:
        reading = pairing.reading
        assert reading.way is not None
        table = next(name for name, row in reading.way.rows if not row)
        text = next(text for slot, text in reading.held if isinstance(slot, Own) and not slot.name)
        [(number, line)] = theirs
        message = f"a new variant: no row of table '{table}' says this"
        said = _short(ours[0][_same(ours[0], line) :], 200)
        hint = f"the pack would say: {said}\n" if said else ""
        hint += "write a passage, and a row that chooses it"
        yield Problem("variant", message, Location(self.source, number, line.find(text) + 1, len(text)), hint)

    def _differing(self, ours: list[str], theirs: Lines, *, is_list: bool) -> Iterator[Problem]:
        matcher = SequenceMatcher(None, ours, [line for _, line in theirs], autojunk=False)
        for kind, start, end, from_, to in matcher.get_opcodes():
            if kind == "equal":
                continue
            pairs = list(zip(ours[start:end], theirs[from_:to]))
            for our, (number, their) in pairs:
                yield from self._line_differing(our, their, number)
            for our in ours[start + len(pairs) : end]:
                number = theirs[min(to, len(theirs) - 1)][0]
                what = "the pack lists" if is_list else "the pack has a line"
                yield Problem("missing", f"missing: {what} '{_short(our)}'", self._line(number), _FACTS)
            for number, their in theirs[from_ + len(pairs) : to]:
                message = f"extra: '{_short(their)}' isn't in the pack's guide"
                yield Problem("extra", message, self._line(number), _FACTS)

    def _line_differing(self, ours: str, theirs: str, number: int) -> Iterator[Problem]:
        stretches, alike = _stretches(ours, theirs)
        if len(stretches) > _SLIPS or alike < _ALIKE:
            message = "this line isn't what the pack would say"
            yield Problem("line", message, self._line(number), f"the pack would say: {_short(ours, 300)}")
            return
        for each in stretches:
            at = Location(self.source, number, each.column, max(1, len(each.theirs)))
            if _has_digits(each.ours) and _has_digits(each.theirs):
                message = f"{each.theirs} doesn't fit: {each.ours} expected"
                yield Problem("figure", message, at, "that is what the facts and formulas come to")
            elif not (each.ours + each.theirs).strip():
                what = "too many" if len(each.theirs) > len(each.ours) else "missing"
                yield Problem("slip", f"a blank is {what} here", at)
            elif not each.theirs.strip():
                yield Problem("slip", f"'{each.ours.strip()}' is missing here", at)
            elif not each.ours.strip():
                yield Problem("slip", f"'{each.theirs.strip()}' isn't in the pack's text", at)
            else:
                yield Problem("slip", f"'{each.theirs}' stands where the pack says '{each.ours}'", at)

    def _missing(self) -> Iterator[Problem]:
        laid = self.one.laid
        for index in laid.missing:
            planned = self.one.planned[index]
            ours = self.made.get(planned.block.id)
            if ours is None and planned.is_optional:
                continue
            what = f"'{_short(ours[0])}'" if ours else f"block '{planned.block.id}'"
            behind = [each.start for each in laid.pairings if each.planned > index and not each.is_moved]
            block = laid.blocks[behind[0] if behind else -1]
            where = "before this line" if behind else "at the end"
            hint = "" if ours else "the facts that it is made from aren't in the document"
            message = f"missing: the pack has {what} {where}"
            yield Problem("missing", message, self._line(block.number), hint)

    def _behind(self, index: int) -> str:
        """Behind what a block stands in the pack's guide."""
        for planned in reversed(self.one.planned[:index]):
            if ours := self.made.get(planned.block.id):
                return f"behind '{_short(ours[-1])}'"
        return "at the beginning"

    # -- layout

    def _gap(self, pairing: Pairing) -> Iterator[Problem]:
        block, block_id = self.one.laid.blocks[pairing.start], self.one.planned[pairing.planned].block.id
        if self.guide is None or block_id not in self.made or pairing.is_moved:
            return
        wanted = self.guide.gaps.get(block_id, self.layout.blank_lines if pairing.start else 0)
        if block.gap != wanted:
            message = f"{_blank(block.gap)} before this line, where the pack has {_blank(wanted)}"
            yield Problem("blank-lines", message, self._line(block.number), _PAIR)

    def _file(self) -> Iterator[Problem]:
        document, file = self.one.document, self.guide.file if self.guide else None
        if file is None:
            return
        whole, end = Location.of_file(document.path), self._line(self.one.laid.blocks[-1].number)
        newline = file.newline or self.layout.newline
        if document.newline != newline:
            message = f"lines end with {_NEWLINES[document.newline]}, the pack's with {_NEWLINES[newline]}"
            yield Problem("newline", message, whole, _PAIR)
        for number in sorted({*document.odd_newlines} ^ {*file.odd_newlines}):
            message = "this line ends otherwise than the others (LF, CRLF)"
            yield Problem("newline", message, self._line(number), _PAIR)
        final = self.layout.final_newline if file.final_newline is None else file.final_newline
        if document.final_newline != final:
            what = "ends" if document.final_newline else "doesn't end"
            yield Problem("newline", f"the last line {what} with a line break, unlike the pack's", end, _PAIR)
        if document.blank_end != file.blank_end:
            message = f"{_blank(document.blank_end)} at the end, where the pack has {_blank(file.blank_end)}"
            yield Problem("blank-lines", message, end, _PAIR)
        if document.byte_order_mark != file.byte_order_mark:
            what = "a" if document.byte_order_mark else "no"
            message = f"{what} byte order mark at the beginning, unlike the pack's"
            yield Problem("newline", message, whole, _PAIR)

    def _line(self, number: int) -> Location:
        return Location(self.source, number, 1, max(1, len(self.source.line(number))))


def _leaves(reads: Iterable[Read]) -> Iterator[Read]:
    for read in reads:
        if read.because:
            yield from _leaves(read.because)
        else:
            yield read


def _blank(count: int) -> str:
    return f"{count or 'no'} blank line{'s' * (count != 1)}"


def _short(text: str, most: int = _SHOWN) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _has_digits(text: str) -> bool:
    return any(map(str.isdigit, text))


def _same(one: str, other: str) -> int:
    """How many characters two lines have in common from the first on, in whole sentences."""
    ends = min(len(one), len(other))
    count = next((at for at, (a, b) in enumerate(zip(one, other)) if a != b), ends)
    return one.rfind(". ", 0, count) + 2 if ". " in one[:count] else 0


def _stretches(ours: str, theirs: str) -> tuple[list[_Stretch], int]:
    """Where two lines differ, word by word, and how many hundredths of them are the same."""
    one, other = _TOKEN.findall(ours), _TOKEN.findall(theirs)
    if len(one) > _MOST_TOKENS or len(other) > _MOST_TOKENS:
        return [], 0
    found: list[_Stretch] = []
    same = 0
    for kind, start, end, from_, to in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            same += len("".join(one[start:end]))
        else:
            same += _common("".join(one[start:end]), "".join(other[from_:to]))
            column = len("".join(other[:from_])) + 1
            found.append(_Stretch("".join(one[start:end]), "".join(other[from_:to]), column))
    return found, 200 * same // ((len(ours) + len(theirs)) or 1)


def _common(one: str, other: str) -> int:
    """How many letters two words have in common."""
    if max(len(one), len(other)) > _SHOWN:
        return 0
    return sum(
        block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    )
