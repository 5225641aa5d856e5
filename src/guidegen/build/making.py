"""Guides made into a folder: those that aren't as they should be; what is there is recorded anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from guidegen.build.comparing import compared, edited
from guidegen.build.differences import Differences
from guidegen.build.folder import Folder
from guidegen.build.inputs import Keys
from guidegen.build.ledger import Ledger
from guidegen.build.loaded import Keeper, Loaded
from guidegen.build.maker import Maker
from guidegen.build.matrix import Matrix
from guidegen.build.noted import Notebook
from guidegen.build.order import Done, Order, Task
from guidegen.build.outcome import Outcome
from guidegen.build.plan import NEW, Plan, Verdict
from guidegen.build.record import Recorder
from guidegen.build.recorded import Record
from guidegen.build.selecting import Selected
from guidegen.build.standing import UNREAD
from guidegen.build.stream import Step, Stream
from guidegen.build.wanted import END, Listener, Start, Wanted
from guidegen.build.work import Batch

if TYPE_CHECKING:
    from guidegen.build.pages import Pages


def make(root: Path, folder: Folder, start: Start, wanted: Wanted, listener: Listener) -> Outcome:
    """Make what isn't as it should be, remove what isn't a guide any more, and record all that is there.

    Raises `Refused`, or `MachineFailed`; the old record stays then, and the journal has what was written.
    """
    making = _Making(root, folder, start, wanted, listener)
    recorder = Recorder(folder.out, wanted.options())
    keeper = making.keeper()
    try:
        outcome = making.into(recorder, keeper)
        keeper.close(making.is_there)
        recorder.close()
    finally:
        keeper.abandon()
        recorder.abandon()
    return outcome


class _Making:
    def __init__(self, root: Path, folder: Folder, start: Start, wanted: Wanted, listener: Listener) -> None:
        self._root = root
        self._folder = folder
        self._start = start
        self._wanted = wanted
        self._listener = listener
        self._standing, everything = compared(root, start, wanted)
        self._selected = Selected(wanted.selectors, self._standing.pack if wanted.selectors else None)
        self._matrix = Matrix(self._standing)
        self._plan = Plan(
            self._matrix,
            Differences(self._standing, self._matrix),
            start.record,
            start.touched,
            self._selected,
            new=f"the record can't be trusted: {start.doubt}" if start.doubt else NEW,
            everything=everything,
        )
        self._read: dict[str, Keys] = {}  # by file, what workers read of the place that is under way

    def keeper(self) -> Keeper:
        """What keeps places and roles for the next build."""
        return Keeper(self._folder.out, Loaded(self._folder.out, self._standing.pack.facts))

    def is_there(self, kind: str, slug: str) -> bool:
        """Whether a place or role has a file."""
        return self._standing.pack.facts.has(kind, slug)

    def into(self, recorder: Recorder, keeper: Keeper) -> Outcome:
        """Make all, and note it in a new record; what was read for it is kept."""
        self._keeper = keeper
        root, wanted = self._root, self._wanted
        pages = self._pages()
        self._ledger = Ledger(self._folder, self._start.record, recorder, pages)
        self._notebook = Notebook(recorder)
        self._listener.began(self._matrix.size)
        order = Order(str(root.resolve()), wanted.formats, wanted.as_of, str(self._folder.out))
        Stream(self._steps(), self._take).run(
            order,
            wanted.executor,
            wanted.jobs,
            lambda: Maker(self._standing.pack, wanted.formats, wanted.as_of),
        )
        self._clear_up()
        self._selected.check()
        if pages:
            pages.into(self._standing.pack, wanted.as_of, recorder, self._ledger.outcome)
        elif self._start.record:
            self._remove_pages(self._start.record)
        self._note_the_rest(recorder)
        return self._ledger.outcome

    def _pages(self) -> Pages | None:
        if not self._wanted.is_site:
            return None
        from guidegen.build.pages import Pages

        return Pages(self._folder, self._start.record)

    def _remove_pages(self, record: Record) -> None:
        """Remove the pages of a site that the folder held before."""
        for file in record.pages():
            if not self._folder.remove(file):
                self._ledger.outcome.kept.add(file.path)

    def _steps(self) -> Iterator[Step]:
        """All that there is to do, place by place. Nothing is kept of a place that is done with."""
        for place in self._matrix.places():
            if self._is_of_interest(place):
                for verdict in self._plan.verdicts(place):
                    yield Step(place, verdict, self._task(verdict))
                yield Step(place, None, files=self._standing.owner("place", place).files)

    def _is_of_interest(self, place: str) -> bool:
        """Whether anything of a place is selected or recorded."""
        record, locales = self._start.record, self._matrix.locales
        if record and any(record.has(place, locale) for locale in locales):
            return True
        roles = self._matrix.roles
        return any(self._selected.names(locale, place, role) for locale in locales for role in roles)

    def _task(self, verdict: Verdict) -> Task | None:
        if not verdict.make:
            return None
        place, locale = verdict.place, verdict.locale
        recorded = (verdict.recorded[role] for role in verdict.make if role in verdict.recorded)
        ours = {file.path: file.digest for kept in recorded for file in kept.files}
        left = self._folder.left_in(place, locale)
        if self._wanted.is_site:  # whose files lie elsewhere
            left = {path: file.digest for path, file in self._folder.left.items()}
        return Task(Batch(place, locale, tuple(verdict.make)), ours | left)

    def _take(self, step: Step, done: Done | None) -> None:
        """Take a step: book it, and say so."""
        if step.verdict:
            self._ledger.book(step.verdict, done)
            self._read |= done.keys if done else {}
            self._keeper.put(done.loaded if done else ())
            for role, why in step.verdict.make.items():
                self._listener.made(f"{step.verdict.locale}/{step.place}/{role}", why)
            self._listener.passed(len(self._matrix.roles))
            return
        files = [
            one._replace(keys=self._read.get(one.file, one.keys)) if UNREAD in one.keys else one
            for one in step.files
        ]
        self._notebook.place(step.place, files)
        self._read.clear()

    def _clear_up(self) -> None:
        """Remove what is recorded of places and locales that aren't there any more."""
        for place, locale in self._start.record or ():
            if locale not in self._matrix.locales or not self._standing.has_place(place):
                self._ledger.book(self._plan.without(place, locale), None)

    def _note_the_rest(self, recorder: Recorder) -> None:
        """Note what isn't of one place, and whether the pack is still as it was in the beginning."""
        standing, outcome = self._standing, self._ledger.outcome
        problems = edited(self._root, self._start.sum)
        outcome.note(problems)
        roles = {role: standing.owner("role", role).files for role in standing.listing.roles}
        locales = {locale: shared for locale, (shared, _) in standing.locales.items()}
        self._notebook.rest(standing.shared[0], locales, standing.published, roles)
        end = {
            "sum": self._start.sum.digest,
            "began": self._folder.began,
            "guides": self._ledger.guides,
            "whole": outcome.is_fine and not self._wanted.selectors,
            "edited": bool(problems),
        }
        recorder.attach(END, end)
