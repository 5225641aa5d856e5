"""A crew made of executors of concurrent.futures: threads, processes started anew, or any other."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import suppress

from guidegen.build.crew import Lost, Piece
from guidegen.build.hand import Hand, attempt, spare_the_loaded
from guidegen.build.order import Done, Order, Stopped, Task
from guidegen.problems import MachineFailed, Refused

Outcome = list[Done] | Stopped
PATIENCE = 3  # workers that a batch may cost

_kept = threading.local()


class Pooled:
    """Executors side by side; `make` hands a piece to one of them, which holds `each` pieces at a time.

    An executor that breaks loses what it had and is replaced: of those that make one piece at a time it
    is known which one that was.
    """

    patience = PATIENCE
    exact = True

    def __init__(
        self,
        start: Callable[[], Executor],
        lanes: int,
        each: int,
        make: Callable[[Executor, Piece], Future[Outcome]],
    ) -> None:
        self.room = lanes * each
        self._start = start
        self._make = make
        self._lanes = [start() for _ in range(lanes)]
        self._given: dict[Future[Outcome], tuple[int, Piece]] = {}

    def give(self, piece: Piece) -> None:
        """Have a piece made by an executor that has least to do."""
        busy = [lane for lane, _ in self._given.values()]
        lane = min(range(len(self._lanes)), key=busy.count)
        self._given[self._make(self._lanes[lane], piece)] = lane, piece

    def take(self) -> tuple[Piece, Outcome | Lost]:
        """Wait for a piece; what an executor had when it broke is lost."""
        future = min(wait(self._given, return_when=FIRST_COMPLETED).done, key=self._number)
        lane, piece = self._given.pop(future)
        try:
            return piece, future.result()
        except BrokenExecutor:
            self._lanes[lane].shutdown()
            self._lanes[lane] = self._start()
            return piece, Lost()

    def _number(self, future: Future[Outcome]) -> int:
        return self._given[future][1].number

    def close(self) -> None:
        """End the executors: each finishes what it is making."""
        for lane in self._lanes:
            lane.shutdown(cancel_futures=True)


def threads(order: Order, jobs: int) -> Pooled:
    """A crew of threads of this process, each with a pack of its own."""

    def make(executor: Executor, piece: Piece) -> Future[Outcome]:
        return executor.submit(make_here, order, piece.tasks)

    return Pooled(lambda: ThreadPoolExecutor(jobs), 1, 2 * jobs, make)


def spawned(order: Order, jobs: int) -> Pooled:
    """A crew of processes that are started anew, each loading the pack from its folder."""
    context = multiprocessing.get_context("spawn")

    def start() -> Executor:
        return ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(order,))

    def make(executor: Executor, piece: Piece) -> Future[Outcome]:
        return executor.submit(make_here, order, piece.tasks)

    return Pooled(start, jobs, 1, make)


def make_here(order: Order, tasks: tuple[Task, ...]) -> Outcome:
    """Tasks made by this thread's own worker, which stays for the next ones of the order."""
    return attempt(lambda: _own(order), tasks)


def _own(order: Order) -> Hand:
    hand: Hand | None = getattr(_kept, "hand", None)
    if hand is None or hand.order != order:
        _kept.hand = None  # one pack at a time
        _kept.hand = hand = Hand(order)
    return hand


def _begin(order: Order) -> None:
    """Begin the life of a process that makes guides: load the pack, and end with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(Refused, MachineFailed):  # found again by the first piece
        _own(order)
    spare_the_loaded()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os._exit(1)
