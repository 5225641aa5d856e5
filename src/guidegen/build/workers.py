"""Workers by name: this process, threads, processes, or a cluster elsewhere."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

from guidegen.build.crew import Crew, made_by
from guidegen.build.hand import Hand, little_garbage, written
from guidegen.build.maker import Maker
from guidegen.build.order import Done, Order, Task
from guidegen.problems import refuse, suggest

__all__ = ["Done", "Order", "Task", "check_executor", "working"]

KINDS = ("threads", "processes", "dask")


@contextmanager
def working(
    order: Order, executor: str, jobs: int, maker: Maker | None = None
) -> Iterator[Callable[[Iterable[Task]], Iterator[Done]]]:
    """Workers for an order; gives what makes tasks: results come in the order of the tasks, as a stream.

    `executor` is "" (this process for one job, else processes), `threads`, `processes` or `dask:ADDRESS`,
    whose workers are as many as there are. A `maker` of this order that is there already is used by this
    process, and by those forked from it. Forks happen here: begin threads afterwards.

    Raises `Refused` for an executor that isn't known or can't be had; and then or from the stream for a
    pack that can't be loaded, `MachineFailed` if outputs can't be written or a cluster is lost.
    """
    check_executor(executor)
    kind, _, address = executor.partition(":")
    if kind != "dask" and jobs == 1:
        hand = Hand(order, maker)
        with little_garbage():
            yield lambda tasks: map(hand.make, tasks)
        return
    with _crew(order, kind, address, jobs, maker) as crew, little_garbage():
        if kind == "dask" and order.out:
            yield lambda tasks: _written_here(crew, order.out, tasks)
        else:
            yield lambda tasks: made_by(crew, tasks)


def check_executor(executor: str) -> None:
    """Raise `Refused` for an executor that isn't one."""
    kind, colon, address = executor.partition(":")
    hint = "write dask:HOST:PORT, as the scheduler says it when it begins: dask:10.0.0.7:8786"
    if kind and kind not in KINDS:
        raise refuse("unknown-executor", f"unknown executor '{kind}'", hint=suggest(kind, KINDS))
    if kind == "dask" and not address.strip():
        raise refuse("unknown-executor", "an executor 'dask' without an address", hint=hint)
    if kind != "dask" and colon:
        raise refuse(
            "unknown-executor", f"'{kind}' are of this machine and have no address", hint=f"write {kind}"
        )


def _crew(
    order: Order, kind: str, address: str, jobs: int, maker: Maker | None
) -> AbstractContextManager[Crew]:
    if kind == "dask":
        from guidegen.build.cluster import cluster

        return cluster(order, address)
    if kind == "threads":
        from guidegen.build.pooled import threads

        return closing(threads(order, jobs))
    if can_fork():
        from guidegen.build.forked import Forked

        hand = Hand(order, maker)
        return closing(Forked(jobs, lambda: hand))
    from guidegen.build.pooled import spawned

    return closing(spawned(order, jobs))


def can_fork() -> bool:
    """Whether a process can be forked here; macOS has forks, but its own libraries don't bear them."""
    return hasattr(os, "fork") and sys.platform != "darwin"


def _written_here(crew: Crew, out: str, tasks: Iterable[Task]) -> Iterator[Done]:
    """What a crew elsewhere makes, written by this process."""
    begun: deque[Task] = deque()

    def noted() -> Iterator[Task]:
        for task in tasks:
            begun.append(task)
            yield task

    for done in made_by(crew, noted()):
        yield written(out, begun.popleft(), done)
