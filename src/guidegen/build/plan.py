"""What is to be made, and why: guides that read what isn't as it was, or whose outputs aren't."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from guidegen.build.differences import Change, Differences
from guidegen.build.matrix import Matrix
from guidegen.build.recorded import Kept, Record, row_of
from guidegen.build.selecting import Selected

NEW = "not built before"
MARK = "? "  # begins what is noted in the place of the keys that a guide read: why it is to be made again
FAILED = f"{MARK}it couldn't be made last time"
LATE = f"{MARK}it was out of date last time, and not selected"
_TOUCHED = {
    "gone": "the output is gone",
    "edited": "the output was edited",
    "left": "the last build was broken off",
}

Touched = Mapping[tuple[str, str], Mapping[str, str]]  # by place and locale: role → one of these


class Verdict(NamedTuple):
    """What becomes of the guides of one place in one locale, by their roles.

    `make` says why; `keep` are right as they are; `late` aren't, and weren't selected; `gone` are no guides
    of the pack any more. `recorded` are all that were before. `is_as_it_was`: all are kept, and their line
    in the record with them.
    """

    place: str
    locale: str
    roles: tuple[str, ...]
    recorded: dict[str, Kept]
    make: dict[str, str]
    keep: dict[str, Kept]
    late: dict[str, Kept]
    gone: dict[str, Kept]
    is_as_it_was: bool = False


class Plan:
    """Decides place by place and locale by locale.

    `new` is why a guide that isn't recorded is made, `everything` why all are, empty if only some are;
    `touched` are outputs that aren't as they were recorded.
    """

    def __init__(
        self,
        matrix: Matrix,
        differences: Differences,
        record: Record | None,
        touched: Touched,
        selected: Selected,
        *,
        new: str = NEW,
        everything: str = "",
    ) -> None:
        self._matrix = matrix
        self._differences = differences
        self._record = record
        self._touched = touched
        self._new = new
        self._everything = everything
        self._selected = selected
        self._kinds: dict[tuple[int, str], str] = {}

    def verdicts(self, place: str) -> Iterator[Verdict]:
        """What becomes of the guides of a place, in each published locale."""
        roles = self._matrix.roles_of(place)
        for locale in self._matrix.locales:
            if self._is_as_it_was(place, locale, roles):
                self._selected.look_among(place, locale, roles)
                yield Verdict(place, locale, roles, {}, {}, {}, {}, {}, is_as_it_was=True)
            else:
                yield self._verdict(place, locale, roles)

    def without(self, place: str, locale: str) -> Verdict:
        """What becomes of the guides of a place in a locale, where one of these isn't there any more."""
        return self._verdict(place, locale, ())

    def _is_as_it_was(self, place: str, locale: str, roles: tuple[str, ...]) -> bool:
        """Whether nothing at all that these guides depend on has changed."""
        if self._record is None or self._everything or not self._record.has(place, locale):
            return False
        row = row_of(self._record.line(place, locale))
        if row.roles != list(roles) or (place, locale) in self._touched:
            return False
        if self._differences.is_any(place, locale, row.country):
            return False
        return not any(self._is_doubtful(number, locale) for number in self._record.sets(place, locale))

    def _is_doubtful(self, number: int, locale: str) -> bool:
        """Whether guides that read this set are to be made, whatever place and role they are of."""
        assert self._record
        key = number, locale
        if key not in self._kinds:
            reads = self._record.reads(number)
            self._kinds[key] = _noted(reads) or self._differences.of_locale(locale).why(reads)
        return bool(self._kinds[key])

    def _verdict(self, place: str, locale: str, roles: tuple[str, ...]) -> Verdict:
        recorded = self._record.guides(place, locale) if self._record else {}
        verdict = Verdict(place, locale, roles, recorded, {}, {}, {}, {})
        of_place = Change()
        if roles and recorded and self._record and not self._everything:
            of_place = self._differences.of_place(place, locale, self._record.country(place, locale))
        for role in roles:
            kept = recorded.get(role)
            why = self._why(place, locale, kept, of_place)
            is_selected = self._selected.has(locale, place, role)
            if why and is_selected:
                verdict.make[role] = why
            elif kept:
                (verdict.late if why else verdict.keep)[role] = kept
        for role, kept in recorded.items():
            if role not in roles:
                is_selected = self._selected.has(locale, place, role)
                (verdict.gone if is_selected else verdict.keep)[role] = kept
        return verdict

    def _why(self, place: str, locale: str, kept: Kept | None, of_place: Change) -> str:
        """Why a guide is to be made; empty if it is right as it is."""
        if kept is None:
            return self._new
        assert self._record
        role = kept.role
        reads = self._record.reads(kept.reads)
        if why := _noted(reads) or self._everything:
            return why
        for change in (
            of_place,
            self._differences.of_role(role, place, locale),
            self._differences.of_locale(locale),
        ):
            if why := change.why(reads):
                return why
        return _TOUCHED.get(self._touched.get((place, locale), {}).get(role, ""), "")


def _noted(reads: frozenset[str]) -> str:
    """What was noted in the place of keys, if that is so."""
    only = next(iter(reads), "") if len(reads) == 1 else ""
    return only.removeprefix(MARK) if only.startswith(MARK) else ""
