"""Tasks handed out to a crew in chunks: results in order, a few chunks at a time, what is lost done again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from guidegen.build.order import Done, Stopped, Task
from guidegen.build.work import Batch, Failed
from guidegen.problems import Problem

CHUNK = 200  # guides: handing one over costs as little as making a few of them
LARGEST = 500  # guides of one place, which is better not cut: what is composed for it is kept
AHEAD = 3  # times what can be in hand: what is begun while something earlier isn't done


class Piece(NamedTuple):
    """Tasks that follow each other, by the number of the first; `losses` is how many workers they cost."""

    number: int
    tasks: tuple[Task, ...]
    losses: int = 0

    @property
    def guides(self) -> int:
        """How many guides are asked for."""
        return sum(len(task.batch.roles) for task in self.tasks)


class Lost(NamedTuple):
    """A worker is gone, and what it was making."""


class Crew(Protocol):
    """Workers that are given pieces and hand back what came of them, in any order.

    `room` is how many pieces it may have in hand. A batch that is lost `patience` times is given up; a crew
    that isn't `exact` loses others along with the one that a worker died of.
    """

    room: int
    patience: int
    exact: bool

    def give(self, piece: Piece) -> None:
        """Have a piece made."""

    def take(self) -> tuple[Piece, list[Done] | Stopped | Lost]:
        """Wait for a piece that was given."""


def made_by(crew: Crew, tasks: Iterable[Task]) -> Iterator[Done]:
    """What comes of the tasks, in their order. Raises `Refused` or `MachineFailed` if workers can't go on."""
    chunks = pieces(tasks)
    again: deque[Piece] = deque()
    waiting: dict[int, Done] = {}  # for what comes before them
    in_hand = doubted = due = begun = 0
    while True:
        while in_hand < (crew.room if crew.exact or not (again or doubted) else 1):
            piece = again.popleft() if again else None
            if piece is None and begun < AHEAD * crew.room * CHUNK and (piece := next(chunks, None)):
                begun += piece.guides
            if piece is None:
                break
            crew.give(piece)
            in_hand += 1
            doubted += bool(piece.losses)
        if not in_hand:
            return
        piece, outcome = crew.take()
        in_hand -= 1
        doubted -= bool(piece.losses)
        if isinstance(outcome, Stopped):
            raise outcome.error()
        if isinstance(outcome, Lost):
            outcome = _lost(piece, crew.patience, again)
        waiting.update(enumerate(outcome, piece.number))
        while due in waiting:
            done = waiting.pop(due)
            due += 1
            begun -= len(done.batch.roles)
            yield done


def _lost(piece: Piece, patience: int, again: deque[Piece]) -> list[Done]:
    """Have each task of a lost piece done again, alone; or give it up, if it is one that kills workers."""
    losses = piece.losses + 1
    if len(piece.tasks) == 1 and losses >= patience:
        return [_given_up(piece.tasks[0].batch)]
    again.extend(Piece(number, (task,), losses) for number, task in enumerate(piece.tasks, piece.number))
    return []


def _given_up(batch: Batch) -> Done:
    def problem(role: str) -> Problem:
        return Problem(
            "worker-killed",
            f"the worker process was killed while making {batch.locale}/{batch.place}/{role}",
            hint="the system kills processes when memory runs out: try fewer --jobs",
        )

    return Done(batch, [Failed(role, (problem(role),)) for role in batch.roles], {}, "", {})


def pieces(tasks: Iterable[Task]) -> Iterator[Piece]:
    """The tasks in chunks of at least `CHUNK` guides, which end with a place if they can."""
    number = size = 0
    chunk: list[Task] = []
    for task in tasks:
        if size >= LARGEST or (size >= CHUNK and task.batch.place != chunk[-1].batch.place):
            yield Piece(number, tuple(chunk))
            number, size, chunk = number + len(chunk), 0, []
        chunk.append(task)
        size += len(task.batch.roles)
    if chunk:
        yield Piece(number, tuple(chunk))
