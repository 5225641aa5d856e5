"""What a build hands from room to room: batches of guides to make, what came of each, files on the disk."""

from __future__ import annotations

from typing import NamedTuple

from guidegen.problems import Problem

SITE = "site"  # in the place of a format: each guide a page of a site, and pages that lead to them


class Batch(NamedTuple):
    """Guides of one place in one locale, by the slugs of their roles in order: made and written together."""

    place: str
    locale: str
    roles: tuple[str, ...]


class Output(NamedTuple):
    """One file to write: its path below the output folder, with slashes, and its bytes."""

    path: str
    data: bytes


class Made(NamedTuple):
    """One guide, made: an output for each format asked for, and the keys of what it read.

    `reads` are relative to the guide, so that most guides share one set of them:

    - `place.FIELD`, `place.country.FIELD` and `role.FIELD`: a field of an owner as its file states it
      (a fact, or `names`, `scope`, `status`, `within`), whether or not it is there;
    - `pair`: all that is so for this place and role only;
    - `passage NAME`, NAME as the outline or a table writes it (`fit.in-field`, `place:scene`);
    - `rule NAME`: a derivation, an each or a table; `terms NAME`: a vocabulary;
    - `outline` and `settings`, which every guide reads.
    """

    role: str
    outputs: tuple[Output, ...]
    reads: frozenset[str]
    title: str
    dated: str


class Failed(NamedTuple):
    """One guide that can't be made, and all that is wrong with what it reaches."""

    role: str
    problems: tuple[Problem, ...]


class File(NamedTuple):
    """A file that a build wrote: path, what the system says of it, and its digest (see `digests`)."""

    path: str
    size: int
    mtime: int  # nanoseconds
    inode: int
    digest: str
