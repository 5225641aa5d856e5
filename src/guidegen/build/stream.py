"""The stream of a build: tasks go to workers, and each step is taken in its turn, with what came of it."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from guidegen.build.maker import Maker
from guidegen.build.noted import Noted
from guidegen.build.order import Done, Order, Task
from guidegen.build.plan import Verdict
from guidegen.build.workers import working

PAYS = 2000  # guides: for fewer, a second process costs more than it brings


class Step(NamedTuple):
    """Guides of a place in a locale, with a task if some are to be made; without a verdict, the place's end.

    Its end has the files of the place, as they are now.
    """

    place: str
    verdict: Verdict | None
    task: Task | None = None
    files: tuple[Noted, ...] = ()


class Stream:
    """Takes steps one by one, in their order; those with a task as soon as it is done."""

    def __init__(self, steps: Iterable[Step], take: Callable[[Step, Done | None], None]) -> None:
        self._steps = steps
        self._take = take
        self._waiting: deque[Step] = deque()

    def run(self, order: Order, executor: str, jobs: int, maker: Callable[[], Maker]) -> None:
        """Take all steps. `jobs` 0 is as many as pay; a `maker` is asked for if there is anything to make.

        Raises `Refused`, or `MachineFailed`, as workers do.
        """
        tasks = self._tasks()
        first: list[Task] = []
        guides = 0
        for task in tasks:
            first.append(task)
            guides += len(task.batch.roles)
            if guides > PAYS:
                break
        if not first:
            return
        jobs = jobs or (cores() if guides > PAYS or executor else 1)
        with working(order, executor, jobs, maker()) as work:
            for done in work(chain(first, tasks)):
                self._take(self._waiting.popleft(), done)
                self._take_ready()

    def _tasks(self) -> Iterator[Task]:
        """What workers are to make; steps that need none of them are taken on the way."""
        for step in self._steps:
            self._waiting.append(step)
            if step.task:
                yield step.task
            else:
                self._take_ready()

    def _take_ready(self) -> None:
        while self._waiting and self._waiting[0].task is None:
            self._take(self._waiting.popleft(), None)


def cores() -> int:
    """How many processes can run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
