"""Between two packs: which changes make a line of a guide what it is, and which go together.

Between an old pack and a new one lie all packs that have some of the changes. A line is laid to a cause
if the old pack with that cause alone has it otherwise, or the new pack without that cause alone does. That
the old pack with one cause alone can't say a line says nothing of the line: others may have to come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from guidegen.changes import Cause, Change
from guidegen.compose import Composer
from guidegen.formats import rendered
from guidegen.mixed import MixedPack
from guidegen.pack import Pack
from guidegen.parts import PAIR, PASSAGES, PLACE, ROLE, SETTINGS
from guidegen.problems import Problem, Refused, errors

GOLDEN = "golden"  # what no cause explains: a golden that isn't what the old pack renders
GuideName = tuple[str, str, str]  # locale, place, role
Ids = frozenset[str]


class Line(NamedTuple):
    """A changed line: as it was and as it is, None where it isn't; numbers count from 1 (0: none).

    `causes` are the ids of what makes it so.
    """

    was: str | None
    now: str | None
    was_number: int
    now_number: int
    causes: tuple[str, ...]


class Settled(NamedTuple):
    """What the old pack renders with some causes; None if it makes no such guide.

    `left` are causes that can't be rendered without others, each with the reason.
    """

    ids: Ids
    data: bytes | None
    left: dict[str, str]


class Between:
    """The guides of two packs, and of those between them that have some of the changes.

    `commit` is the one that the old pack is of, if it is of one.
    """

    def __init__(self, old: Pack, new: Pack, causes: Sequence[Cause], format_: str, commit: str = "") -> None:
        self.commit = commit
        self.causes = {cause.id: cause for cause in causes}
        self.old, self.new = old, new
        self._format = format_
        self._all: Ids = frozenset(self.causes)
        self._composers = {frozenset(): Composer(old), self._all: Composer(new)}

    def reaching(self, guide: GuideName) -> list[Cause]:
        """The causes that may alter a guide."""
        around = {guide[1], *self.old.facts.around(guide[1]), *self.new.facts.around(guide[1])}
        return [
            cause
            for cause in self.causes.values()
            if any(_reaches(change, guide, around) for change in cause.changes)
        ]

    def settled(self, guide: GuideName, ids: Iterable[str]) -> Settled:
        """What the old pack renders with these causes, or with as many of them as go together."""
        wanted = frozenset(ids)
        try:
            return Settled(wanted, self._rendered(guide, wanted), {})
        except Refused:
            pass
        held: Ids = frozenset()
        data = self._rendered_at_first(guide)
        left = dict.fromkeys(sorted(wanted), "")
        progress = True
        while progress:
            progress = False
            for one in tuple(left):
                try:
                    data = self._rendered(guide, held | {one})
                except Refused as refused:
                    left[one] = refused.problems[0].message
                else:
                    held, progress = held | {one}, True
                    del left[one]
        return Settled(held, data, left)

    def problems(self, guide: GuideName) -> list[Problem]:
        """What keeps the new pack from making a guide; nothing if it doesn't mean to."""
        try:
            self._rendered(guide, self._all)
        except Refused as refused:
            return list(refused.problems)
        return []

    def lines(self, guide: GuideName, golden: bytes | None, accepted: Ids = frozenset()) -> list[Line]:
        """Each line in which a golden (None: there is none) isn't what the new pack renders, with its causes.

        `accepted` are causes that the golden has already.
        """
        reaching = frozenset(cause.id for cause in self.reaching(guide))
        was, now = _lines(golden), self._text(guide, self._all).lines
        held = self.held(guide, golden, accepted & reaching)
        base = self._text(guide, held).lines
        found = [line._replace(causes=(GOLDEN,)) for line in _changed(was, base)] if was != base else []
        pending = [one for one in self.causes if one in reaching - held]
        return [*found, *self._laid(guide, base, now, held, pending)]

    def held(self, guide: GuideName, golden: bytes | None, accepted: Ids) -> Ids:
        """The accepted causes that a golden really has: it may have been taken back since."""
        if accepted:
            settled = self.settled(guide, accepted)
            if settled.data == golden:
                return settled.ids
        return frozenset()

    def _laid(
        self, guide: GuideName, base: list[str], now: list[str], held: Ids, pending: list[str]
    ) -> Iterator[Line]:
        """The lines that differ, each laid to causes."""
        changed = list(_changed(base, now))
        if not changed:
            return
        sides = {}
        last = len(pending) == 1  # then what is made with it is the new text, and without it the base
        for one in pending:
            plus = _Text(now, is_whole=True) if last else self._text(guide, held | {one})
            minus = _Text(base, is_whole=True) if last else self._text(guide, self._all - {one})
            made = _altered(base, plus.lines, deleted=plus.is_whole)
            sides[one] = _Side(*made, *_altered(minus.lines, now), plus.lines, minus.lines)
        for line in changed:
            laid = [one for one, side in sides.items() if side.by_number(line)]
            laid = laid or [one for one, side in sides.items() if side.by_text(line)]
            laid = laid or self._in_turn(guide, line, base, now, held, pending)
            yield line._replace(causes=tuple(laid))

    def _in_turn(
        self, guide: GuideName, line: Line, base: list[str], now: list[str], held: Ids, pending: list[str]
    ) -> list[str]:
        """The cause that changes a line when all are made in turn: no one of them does alone."""
        for one in pending:
            held |= {one}
            text = self._text(guide, held).lines
            if line.was is not None and line.was_number - 1 in _altered(base, text)[0]:
                return [one]
            if line.was is None and line.now_number - 1 not in _altered(text, now)[1]:
                return [one]
        return []

    # -- packs in between

    def _composer(self, ids: Ids) -> Composer:
        if ids not in self._composers:
            changes = [change for one in self.causes if one in ids for change in self.causes[one].changes]
            self._composers[ids] = Composer(MixedPack(self.old, changes))
        return self._composers[ids]

    def _rendered(self, guide: GuideName, ids: Ids) -> bytes | None:
        """A guide by the pack with these causes; None if it makes no such guide. Raises `Refused`."""
        composer = self._composer(ids)
        if not _is_made(composer.pack, guide):
            return None
        locale, place, role = guide
        return rendered(composer.compose(place, role, locale), composer.pack.settings.layout, self._format)

    def _rendered_at_first(self, guide: GuideName) -> bytes | None:
        """A guide by the old pack, if that could make it."""
        try:
            return self._rendered(guide, frozenset())
        except Refused:
            return None

    def _text(self, guide: GuideName, ids: Ids) -> _Text:
        """The lines of a guide by the pack with these causes, as far as it can be made."""
        composer = self._composer(ids)
        locale, place, role = guide
        if not _is_made(composer.pack, guide):
            return _Text([], is_whole=True)
        try:
            made, problems = composer.attempt(place, role, locale)
        except Refused:
            return _Text([], is_whole=False)
        if made is None:
            return _Text([], is_whole=False)
        data = rendered(made, composer.pack.settings.layout, self._format)
        return _Text(_lines(data), not errors(problems))


class _Text(NamedTuple):
    """Lines, and whether they are all that there should be."""

    lines: list[str]
    is_whole: bool


class _Side(NamedTuple):
    """What one cause alters: in the base when it is made, in the new text when it is undone."""

    base_numbers: frozenset[int]
    plus_numbers: frozenset[int]
    minus_numbers: frozenset[int]
    now_numbers: frozenset[int]
    plus: list[str]
    minus: list[str]

    def by_number(self, line: Line) -> bool:
        return line.was_number - 1 in self.base_numbers or line.now_number - 1 in self.now_numbers

    def by_text(self, line: Line) -> bool:
        return any(line.was == self.minus[number] for number in self.minus_numbers) or any(
            line.now == self.plus[number] for number in self.plus_numbers
        )


class Effect(NamedTuple):
    """What a cause alters: lines by what they are in. `cause` is None for what no change explains."""

    id: str
    cause: Cause | None
    lines: dict[str, list[Line]]


def effects(between: Between, changed: Iterable[tuple[str, Iterable[Line]]]) -> list[Effect]:
    """Changed lines, each with the name of what it is in, by their causes; those that have none come last."""
    found: dict[str, dict[str, list[Line]]] = {one: {} for one in between.causes}
    found[GOLDEN] = {}
    for name, lines in changed:
        for line in lines:
            for one in line.causes or (GOLDEN,):
                found[one].setdefault(name, []).append(line)
    return [Effect(one, between.causes.get(one), lines) for one, lines in found.items() if lines]


def _is_made(pack: Pack, guide: GuideName) -> bool:
    """Whether a pack publishes a guide."""
    locale, place, role = guide
    if locale not in pack.locales:
        return False
    for kind, slug in ((PLACE, place), (ROLE, role)):
        owner = pack.facts.owner(kind, slug) if pack.facts.has(kind, slug) else None
        if owner is None or not owner.is_published:
            return False
    return pack.facts.pair(place, role).is_published


def _reaches(change: Change, guide: GuideName, around: set[str]) -> bool:
    """Whether a guide may read what changed."""
    locale, place, role = guide
    kind, *names = change.container
    if kind == PLACE:
        return names[0] in around
    if kind == ROLE:
        return names[0] == role
    if kind == PAIR:
        return names == [place, role]
    if kind == PASSAGES:
        return names[0] == locale and names[2] in ("", place, role, f"{place}/{role}")
    return not (change.container == SETTINGS and change.path[0] == "locales" and change.path[1] != locale)


# -- lines


def _lines(data: bytes | None) -> list[str]:
    """Lines, each with its ending."""
    return (data or b"").decode("utf-8", "replace").splitlines(keepends=True)


def _opcodes(before: list[str], after: list[str]) -> Iterator[tuple[range, range]]:
    for tag, start, end, other_start, other_end in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            yield range(start, end), range(other_start, other_end)


def _altered(
    before: list[str], after: list[str], *, deleted: bool = True
) -> tuple[frozenset[int], frozenset[int]]:
    """The numbers of the lines that differ, of both texts; what is deleted may not count."""
    pairs = list(_opcodes(before, after)) if before != after else []
    pairs = [(one, other) for one, other in pairs if other or deleted]
    return (
        frozenset(number for one, _ in pairs for number in one),
        frozenset(number for _, other in pairs for number in other),
    )


def changed_lines(was: bytes | None, now: bytes | None) -> Iterator[Line]:
    """The lines in which two texts differ, laid to nothing."""
    return _changed(_lines(was), _lines(now))


def _changed(before: list[str], after: list[str]) -> Iterator[Line]:
    """The lines that differ, those of as many as before in pairs."""
    for one, other in _opcodes(before, after):
        if len(one) == len(other):
            for was, now in zip(one, other):
                yield Line(before[was], after[now], was + 1, now + 1, ())
        else:
            for was in one:
                yield Line(before[was], None, was + 1, 0, ())
            for now in other:
                yield Line(None, after[now], 0, now + 1, ())
