"""What is asked of workers, and what they hand back."""

from __future__ import annotations

from typing import NamedTuple

from guidegen.build.loaded import Kept
from guidegen.build.work import Batch, Failed, File, Made
from guidegen.problems import MachineFailed, Problem, Refused


class Order(NamedTuple):
    """What all guides of a build have in common.

    `root` is the pack's folder, `formats` are some of `settings.FORMATS`, `as_of` is a day (the pack's if
    empty). With `out` the outputs are written below that folder; without, they come back to the caller.
    """

    root: str
    formats: tuple[str, ...]
    as_of: str
    out: str


class Task(NamedTuple):
    """A batch to make; `ours` has the digests of files there that earlier builds wrote, by path."""

    batch: Batch
    ours: dict[str, str]


class Done(NamedTuple):
    """What came of a task.

    `guides` are in the order of the batch's roles. Where they were written, their outputs are empty and
    `files` says by role what became of each, in the order of the formats. `country` is the slug of the
    place's country, "" if it has none. `loaded` are places and roles that were read from YAML for it.
    """

    batch: Batch
    guides: list[Made | Failed]
    files: dict[str, list[File | Problem]]
    country: str
    keys: dict[str, dict[str, str]]
    loaded: tuple[Kept, ...] = ()


class Stopped(NamedTuple):
    """Why a worker can't go on: what `Refused` or `MachineFailed` said, which don't travel themselves.

    A `mistake` is one of ours: the traceback of what should never happen.
    """

    problems: tuple[Problem, ...]
    is_machine: bool = False
    mistake: str = ""

    def error(self) -> Refused | MachineFailed | RuntimeError:
        """What to raise where the build was asked for."""
        if self.mistake:
            return RuntimeError(self.mistake)
        return MachineFailed(self.problems[0]) if self.is_machine else Refused(self.problems)
