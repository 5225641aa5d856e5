"""How a build goes on, on standard error: a bar on a terminal, lines now and then elsewhere."""

from __future__ import annotations

import os
import sys
from time import monotonic_ns
from typing import TYPE_CHECKING

from guidegen.cli.console import complain, put

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_SECOND = 1_000_000_000
_SHOWN_AFTER = _SECOND  # what is over sooner needs no bar
_LINE_EVERY = 10 * _SECOND
_LOOKED_EVERY = _SECOND // 10
_EXPLAINED_AT_ONCE = 200  # lines


class Watch:
    """Tells how a build goes on, if it isn't `quiet`; and why each guide is made, if it is to `explain`."""

    def __init__(self, *, explain: bool, quiet: bool) -> None:
        self._explain = explain
        self._is_terminal = not explain and sys.stderr.isatty() and not os.environ.get("CI")
        self._is_quiet = quiet
        self._total = self._done = 0
        self._reasons: list[str] = []
        self._bar: tuple[Progress, TaskID] | None = None

    def began(self, guides: int) -> None:
        """There are so many guides at most."""
        self._total = guides
        self._start = monotonic_ns()
        self._next = self._start + (_SHOWN_AFTER if self._is_terminal else _LINE_EVERY)

    def passed(self, guides: int) -> None:
        """So many guides more are done with."""
        self._done += guides
        if self._is_quiet:
            return
        now = monotonic_ns()
        if now >= self._next:
            self._show(now)

    def made(self, guide: str, why: str) -> None:
        """A guide was made, or couldn't be."""
        if self._explain:
            self._reasons.append(f"{guide}: {why}\n")
            if len(self._reasons) == _EXPLAINED_AT_ONCE:
                self._put_reasons()

    def ended(self) -> None:
        """The build is over, however it ended."""
        self._put_reasons()
        if self._bar:
            self._bar[0].stop()
            self._bar = None

    def _put_reasons(self) -> None:
        if self._reasons:
            put("".join(self._reasons).encode())
            self._reasons.clear()

    def _show(self, now: int) -> None:
        spent = max(now - self._start, 1)
        rate = self._done * _SECOND // spent
        if not self._is_terminal:
            left = (self._total - self._done) * spent // max(self._done, 1) // _SECOND
            complain(f"{self._done:,} of {self._total:,} guides, {rate:,} a second, {_in_words(left)} left")
            self._next = now + _LINE_EVERY
            return
        progress, task = self._bar = self._bar or self._begun_bar()
        progress.update(task, completed=self._done, rate=f"{rate:,}/s")
        self._next = now + _LOOKED_EVERY

    def _begun_bar(self) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("building"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        progress = Progress(*columns, console=Console(stderr=True), transient=True)
        progress.start()
        return progress, progress.add_task("", total=self._total, rate="")


def _in_words(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
