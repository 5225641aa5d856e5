"""Guides made into a table: all of them in one file, which is whole when it takes its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from guidegen.build.comparing import compared, edited
from guidegen.build.differences import Differences
from guidegen.build.digests import of_bytes
from guidegen.build.hashes import Hashes
from guidegen.build.inputs import drafts_in, is_draft
from guidegen.build.listing import Listing
from guidegen.build.maker import Maker
from guidegen.build.matrix import Matrix
from guidegen.build.order import Done, Order, Task
from guidegen.build.outcome import Outcome
from guidegen.build.plan import Plan
from guidegen.build.rows import Row, Table, rows_of
from guidegen.build.selecting import Selected
from guidegen.build.stream import Step, Stream
from guidegen.build.tables import check_sink, kept_in, stamp_of, table
from guidegen.build.wanted import Listener, Start, Wanted
from guidegen.build.work import Batch, Failed


def build_table(root: Path, sink: str, wanted: Wanted, listener: Listener) -> Outcome:
    """Make the guides of a pack into `sqlite:FILE` or `parquet:FILE`, unless the table there is up to date.

    A table is always written whole: guides that weren't selected, or can't be made, keep the rows that they
    have there. Raises `Refused` for a pack that can't be loaded, an unknown selector or sink; `MachineFailed`
    if it can't be written. What was there stays then.
    """
    check_sink(sink)
    listing = Listing(root)
    start = Start(listing, listing.sum(), None, "", {})
    stamp = of_bytes(f"{listing.contents()} {sorted(wanted.options().items())}".encode())
    outcome = Outcome()
    if stamp_of(sink) == stamp and not wanted.selectors:
        outcome.is_current = True
        return outcome
    tabling = _Tabling(root, sink, start, wanted, listener, outcome)
    with table(sink, stamp, wanted.as_of) as rows:
        tabling.into(rows)
    return outcome


class _Tabling:
    def __init__(
        self, root: Path, sink: str, start: Start, wanted: Wanted, listener: Listener, outcome: Outcome
    ) -> None:
        self._root = root
        self._start = start
        self._wanted = wanted
        self._listener = listener
        self._outcome = outcome
        self._kept = kept_in(sink)
        self._standing, _ = compared(root, start, wanted)
        self._selected = Selected(wanted.selectors, self._standing.pack if wanted.selectors else None)
        self._matrix = Matrix(self._standing)
        self._hashes = Hashes(self._standing, wanted.options())
        differences = Differences(self._standing, self._matrix)
        self._plan = Plan(self._matrix, differences, None, {}, self._selected)

    def into(self, rows: Table) -> None:
        """Make all, as rows of a table."""
        wanted = self._wanted
        self._rows = rows
        self._listener.began(self._matrix.size)
        order = Order(str(self._root.resolve()), wanted.formats, wanted.as_of, "")
        Stream(self._steps(), self._take).run(
            order,
            wanted.executor,
            wanted.jobs,
            lambda: Maker(self._standing.pack, wanted.formats, wanted.as_of),
        )
        problems = edited(self._root, self._start.sum)
        self._outcome.note(problems)
        self._selected.check()
        if wanted.selectors or not self._outcome.is_fine:
            rows.doubt()

    def _steps(self) -> Iterator[Step]:
        for place in self._matrix.places():
            for verdict in self._plan.verdicts(place):
                batch = Batch(place, verdict.locale, tuple(verdict.make))
                yield Step(place, verdict, Task(batch, {}) if verdict.make else None)

    def _take(self, step: Step, done: Done | None) -> None:
        assert step.verdict
        place, locale, outcome = step.place, step.verdict.locale, self._outcome
        made: dict[str, list[Row]] = {}
        if done:
            drafts = drafts_in(done.keys)
            for row in rows_of(done, self._wanted.formats, self._hashes.of(done)):
                if drafts and is_draft(place, row.role, drafts):
                    continue
                made.setdefault(row.role, []).append(row)
            for guide in done.guides:
                self._listener.made(f"{locale}/{place}/{guide.role}", step.verdict.make[guide.role])
                if isinstance(guide, Failed):
                    outcome.failed += 1
                    outcome.note(guide.problems)
        for role in step.verdict.roles:
            if role in made:
                outcome.made += 1
                self._rows.put(made[role])
            elif kept := self._kept(locale, place, role):
                self._rows.put(kept)
                if role in step.verdict.make:
                    outcome.stale.add(f"{locale}/{place}/{role}")
                else:
                    outcome.unchanged += 1
        self._listener.passed(len(self._matrix.roles))
