"""A pack as it was committed: its files at a revision, asked of git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guidegen.files import create, discarded_folder
from guidegen.golden import FOLDER
from guidegen.keys import visible_key
from guidegen.pack import Pack
from guidegen.problems import Refused, refuse
from guidegen.settings import FILE

_WHERE = ("rev-parse", "--git-dir")
SOURCES = (FILE, "facts", "rules", "snippets")


def last_accepted(root: Path) -> str:
    """The last commit that changed the goldens of a pack. Raises `Refused` if git knows of none."""
    found = _git(root, "log", "-1", "--format=%H", "--", FOLDER).decode().strip()
    if not found:
        raise refuse(
            "no-revision", "no commit has goldens of this pack", hint="commit them, or name --since REV"
        )
    return found


def commit_of(root: Path, revision: str) -> str:
    """The commit that a revision names: a branch, a tag, HEAD~3. Raises `Refused` if there is none."""
    _need_repository(root)
    try:
        found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except _GitFailed:
        hint = "name a commit, a branch or a tag: --since HEAD~1"
        if is_shallow(root):
            hint = "this clone is shallow: `git fetch --unshallow`, or `fetch-depth: 0` in a workflow"
        message = f"git knows no revision '{visible_key(revision)}' here"
        raise refuse("unknown-revision", message, hint=hint) from None
    return found.decode().strip()


def is_shallow(root: Path) -> bool:
    """Whether the clone that holds the pack lacks its older commits."""
    return _git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"


@contextmanager
def pack_at(root: Path, commit: str) -> Iterator[Pack]:
    """The pack as a commit has it, in a folder that is gone afterwards.

    Raises `Refused` if the commit has no such pack, or one that can't be opened.
    """
    with discarded_folder() as folder:
        for name, data in _files(root, commit):
            create(folder / name, data)
        if not (folder / FILE).is_file():
            raise refuse("no-revision", f"commit {commit[:10]} has no {FILE} in this folder")
        yield Pack(folder)


def author(root: Path) -> str:
    """Who works here, by what git has been told; else by the machine's name for them."""
    try:
        return _git(root, "var", "GIT_AUTHOR_IDENT").decode("utf-8", "replace").rpartition(" <")[0].strip()
    except Refused:
        from getpass import getuser

        return getuser()


def _files(root: Path, commit: str) -> Iterator[tuple[str, bytes]]:
    """The pack's files in a commit, by their path inside the pack; links are passed over."""
    listed = _git(root, "ls-tree", "-r", "-z", commit, "--", *SOURCES).split(b"\0")
    entries = [entry.partition(b"\t") for entry in listed if entry.startswith(b"100")]
    blobs = b"".join(about.split()[2] + b"\n" for about, _, _ in entries)
    rest = _git(root, "cat-file", "--batch", data=blobs)
    for _, _, name in entries:
        head, _, rest = rest.partition(b"\n")
        size = int(head.split()[2])
        yield os.fsdecode(name), rest[:size]
        rest = rest[size + 1 :]


class _GitFailed(Refused):
    """git ended with an error."""


def _git(root: Path, *arguments: str, data: bytes = b"") -> bytes:
    """What git answers, asked in the pack's folder. Raises `Refused`: no git, no repository, an error."""
    command = ["git", "-C", str(root), *arguments]  # a revision is never taken for an option
    try:
        done = subprocess.run(command, input=data, capture_output=True, check=False)  # noqa: S603
    except OSError:
        raise refuse(
            "no-git", "git isn't installed", hint="install it: causes come from its history"
        ) from None
    if done.returncode:
        if arguments != _WHERE:
            _need_repository(root)
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        failed = refuse("git", f"git {arguments[0]} failed: {said[0] if said else 'no reason given'}")
        raise _GitFailed(failed.problems)
    return done.stdout


def _need_repository(root: Path) -> None:
    try:
        _git(root, *_WHERE)
    except _GitFailed:
        hint = "`git init`, and commit the pack with its goldens"
        raise refuse("no-git", "this folder is in no git repository", hint=hint) from None
