"""A crew of processes forked from this one: what is loaded here they have too, from the first moment."""

from __future__ import annotations

import os
import pickle
import select
import signal
import warnings
from _thread import start_new_thread
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from guidegen.build.crew import Lost, Piece
from guidegen.build.hand import Hand, attempt, spare_the_loaded
from guidegen.build.order import Done, Stopped

PATIENCE = 3  # workers that a batch may cost
_HEAD = 8  # bytes that say how many follow
_PIPE = 1 << 20  # bytes that a pipe should hold: what comes of a chunk
_LEAVE = 5_000  # milliseconds to finish a chunk in that nobody waits for any more

_ours: set[int] = set()  # this process's ends of all pipes to children: each child closes those of the others


class Forked:
    """Workers that are this process's children, and end with it, however it ends.

    Each has one piece to make and one to go on with; they are made in order, so it is known which one a
    child died of.
    """

    patience = PATIENCE
    exact = True

    def __init__(self, jobs: int, hand: Callable[[], Hand]) -> None:
        self.room = 2 * jobs
        self._hand = hand
        self._watched, self._lifeline = os.pipe()  # the second end closes when this process ends
        _ours.add(self._lifeline)
        self._children: list[_Child] = []
        for _ in range(jobs):
            self._children.append(self._forked())

    def give(self, piece: Piece) -> None:
        """Have a piece made by the child that has least to do."""
        min(self._children, key=lambda child: len(child.pieces)).give(piece)

    def take(self) -> tuple[Piece, list[Done] | Stopped | Lost]:
        """Wait for a piece; what a child was making when it died is lost."""
        while True:
            for index, child in enumerate(self._children):
                if child.has_answered:
                    return child.pieces.popleft(), child.answer()
                if child.has_died and (lost := self._replaced(index)):
                    return lost, Lost()
            self._wait()

    def close(self) -> None:
        """Send the children home: each finishes what it is making, if that doesn't take long."""
        for child in self._children:
            child.dismiss()
        for child in self._children:
            child.bury(_LEAVE)
        self._children.clear()
        _close(self._lifeline)
        os.close(self._watched)

    def _wait(self) -> None:
        """Until a child has said something, died, or can be told something."""
        poll = select.poll()
        does = {}
        for child in self._children:
            does[child.hears] = child.hear
            poll.register(child.hears, select.POLLIN)
            if child.unsent:
                does[child.tells] = child.tell
                poll.register(child.tells, select.POLLOUT)
        for file, _ in poll.poll():
            does[file]()

    def _replaced(self, index: int) -> Piece | None:
        """Have another child in place of one that died; gives the piece that died with it, if it had any."""
        dead = self._children[index]
        dead.dismiss()
        dead.bury(0)
        self._children[index] = heir = self._forked()
        lost = dead.pieces.popleft() if dead.pieces else None
        for piece in dead.pieces:
            heir.give(piece)
        return lost

    def _forked(self) -> _Child:
        gets, tells = os.pipe()
        hears, puts = os.pipe()
        _ours.update((tells, hears))
        _widen(tells)
        _widen(hears)
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # or a child would run what is ours
        try:
            with warnings.catch_warnings():
                # Python warns where threads run: they may hold locks. A child only makes guides.
                warnings.filterwarnings("ignore", "This process", DeprecationWarning)
                pid = os.fork()
            if pid == 0:
                self._live(gets, puts)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.close(gets)
        os.close(puts)
        return _Child(pid, tells, hears)

    def _live(self, gets: int, puts: int) -> None:
        """A child's life, which ends here: whatever happens, nothing of the parent's is run."""
        code = 1
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and sends us home
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            for file in _ours:
                os.close(file)
            start_new_thread(_end_with_parent, (self._watched,))
            spare_the_loaded()
            with os.fdopen(gets, "rb") as orders, suppress(BrokenPipeError):
                while head := orders.read(_HEAD):
                    tasks = pickle.loads(orders.read(int.from_bytes(head)))  # noqa: S301  # the parent's
                    for part in _framed(attempt(self._hand, tasks)):
                        _say(puts, part)
                code = 0
        finally:
            os._exit(code)


class _Child:
    """A child as its parent sees it: the pieces it was given, and the ends of two pipes."""

    def __init__(self, pid: int, tells: int, hears: int) -> None:
        self.pid = pid
        self.tells = tells
        self.hears = hears
        self.pieces: deque[Piece] = deque()
        self.unsent = bytearray()
        self.has_died = False
        self._heard = bytearray()
        os.set_blocking(tells, False)

    def give(self, piece: Piece) -> None:
        """Add a piece to those it has."""
        self.pieces.append(piece)
        self.unsent += b"".join(_framed(piece.tasks))
        self.tell()

    def tell(self) -> None:
        """Send as much as it takes now: it may be busy with saying something."""
        with suppress(BlockingIOError):
            try:
                del self.unsent[: os.write(self.tells, self.unsent)]
            except BrokenPipeError:  # it has died, which is heard
                self.unsent.clear()

    def hear(self) -> None:
        """Take in what it says; an end of it is its end."""
        said = os.read(self.hears, _PIPE)
        self._heard += said
        self.has_died = not said

    @property
    def has_answered(self) -> bool:
        """Whether it has said all about its first piece."""
        return len(self._heard) > _HEAD and len(self._heard) >= self._end()

    def _end(self) -> int:
        return _HEAD + int.from_bytes(self._heard[:_HEAD])

    def answer(self) -> list[Done] | Stopped:
        """What it has said about it."""
        end = self._end()
        with memoryview(self._heard) as heard, heard[_HEAD:end] as said:
            outcome: list[Done] | Stopped = pickle.loads(said)  # noqa: S301  # our own child's
        del self._heard[:end]
        return outcome

    def dismiss(self) -> None:
        """Tell it that nothing will come any more."""
        _close(self.tells)

    def bury(self, patience: int) -> None:
        """Wait for its end so many milliseconds, then bring it about."""
        poll = select.poll()
        poll.register(self.hears, select.POLLIN)
        while not self.has_died and poll.poll(patience):
            self.hear()
        if not self.has_died:
            os.kill(self.pid, signal.SIGKILL)
        _close(self.hears)
        os.waitpid(self.pid, 0)


def _say(puts: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(puts, rest) :]


def _end_with_parent(watched: int) -> None:
    """Wait for the end of the process that forked this one, and end."""
    os.read(watched, 1)
    os._exit(1)


def _framed(value: object) -> tuple[bytes, bytes]:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(_HEAD), data


def _close(file: int) -> None:
    """Close an end of a pipe of this process."""
    _ours.discard(file)
    os.close(file)


def _widen(pipe: int) -> None:
    """Have a pipe hold a whole chunk, where the system lets it."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)
