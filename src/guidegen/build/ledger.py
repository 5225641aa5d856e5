"""What came of guides, booked: what is recorded of each, what leaves the folder, what a build has to say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from guidegen.build.folder import Folder
from guidegen.build.inputs import drafts_in, is_draft
from guidegen.build.order import Done
from guidegen.build.outcome import Outcome
from guidegen.build.plan import FAILED, LATE, Verdict
from guidegen.build.record import Recorder
from guidegen.build.recorded import Kept, Record
from guidegen.build.work import Failed, File, Made
from guidegen.problems import Problem

if TYPE_CHECKING:
    from guidegen.build.pages import Pages

_Row = tuple[
    str, frozenset[str], tuple[File, ...]
]  # a guide as it is recorded: role, what it read, its files


class Ledger:
    """Books verdicts one by one, with what workers made of them. `guides` are those that are recorded.

    A site's `pages` lead to them.
    """

    def __init__(
        self, folder: Folder, record: Record | None, recorder: Recorder, pages: Pages | None = None
    ) -> None:
        self.outcome = Outcome()
        self._pages = pages
        self.guides = 0
        self._folder = folder
        self._record = record
        self._recorder = recorder

    def book(self, verdict: Verdict, done: Done | None) -> None:
        """Book what became of the guides of a place in a locale. Raises `MachineFailed`."""
        place, locale = verdict.place, verdict.locale
        if verdict.is_as_it_was and self._record:
            self._recorder.keep(self._record, place, locale, self._folder.renewed)
            self.outcome.unchanged += len(verdict.roles)
            self.guides += len(verdict.roles)
            if self._pages:
                recorded = self._record.guides(place, locale).values()
                self._show(place, locale, ((kept.role, kept.files) for kept in recorded))
            return
        rows = [self._kept(verdict, role, kept) for role, kept in verdict.keep.items()]
        rows += [(role, frozenset({LATE}), kept.files) for role, kept in verdict.late.items()]
        self.outcome.unchanged += sum(role in verdict.roles for role in verdict.keep)
        self.outcome.late += len(verdict.late)
        if done:
            drafts = drafts_in(done.keys)
            rows += [row for guide in done.guides for row in self._made(verdict, guide, done, drafts)]
        for kept in verdict.gone.values():
            self.outcome.removed += self._remove(kept.files)
        if rows:
            self._recorder.note(place, locale, self._country(verdict, done), sorted(rows))
            self.guides += len(rows)
            self._show(place, locale, [(role, files) for role, _, files in rows])

    def _show(self, place: str, locale: str, guides: Iterable[tuple[str, tuple[File, ...]]]) -> None:
        """Let a site's pages lead to these guides, if it is a site."""
        if self._pages is None:
            return
        for role, files in guides:
            for file in files:
                self._pages.lead_to(place, role, locale, file.path)

    def _country(self, verdict: Verdict, done: Done | None) -> str:
        """The country that guides were made for: as whoever made one found it, else as it was recorded."""
        if done and any(isinstance(guide, Made) for guide in done.guides):
            return done.country
        return self._record.country(verdict.place, verdict.locale) if self._record else ""

    def _kept(self, verdict: Verdict, role: str, kept: Kept) -> _Row:
        """A guide that is right as it is, with what the system says of its files now."""
        assert self._record
        renewed = self._folder.renewed.get(f"{verdict.locale}/{verdict.place}", {})
        files = tuple(renewed.get(file.path, file) for file in kept.files)
        return role, self._record.reads(kept.reads), files

    def _made(self, verdict: Verdict, guide: Made | Failed, done: Done, drafts: frozenset[str]) -> list[_Row]:
        """What is to be recorded of a guide that was to be made: nothing, if there is nothing of it."""
        role = guide.role
        came = done.files.get(role, [])
        files = tuple([one for one in came if isinstance(one, File)])
        problems = [one for one in came if isinstance(one, Problem)] if len(files) < len(came) else []
        left = _without(verdict.recorded[role].files, files) if role in verdict.recorded else ()
        if isinstance(guide, Failed) or problems:
            self.outcome.failed += 1
            self.outcome.note(guide.problems if isinstance(guide, Failed) else problems)
            for file in left:
                self.outcome.stale.add(file.path)
            return [(role, frozenset({FAILED}), files + left)] if files + left else []
        if drafts and is_draft(verdict.place, role, drafts):
            self._remove(files + left)
            return []
        if left:
            self._remove(left)
        self.outcome.made += 1
        if self._pages:
            self._pages.dates |= {file.path: guide.dated for file in files}
        return [(role, guide.reads, files)]

    def _remove(self, files: tuple[File, ...]) -> bool:
        """Remove files of guides that are none any more; those that somebody edited stay, and are named."""
        edited = [file.path for file in files if not self._folder.remove(file)]
        for path in edited:
            self.outcome.kept.add(path)
        return not edited


def _without(files: tuple[File, ...], others: tuple[File, ...]) -> tuple[File, ...]:
    paths = {file.path for file in others}
    return tuple([file for file in files if file.path not in paths])
