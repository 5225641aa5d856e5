"""Outputs put into their folder: each file whole or not at all, and nothing over what others wrote."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from guidegen.build import journal
from guidegen.build.digests import of_bytes
from guidegen.build.disk import (
    NOT_A_FOLDER,
    drop,
    drop_folders,
    enter,
    failing,
    fill,
    folded,
    make_folder,
    make_folders,
    name_new,
    names,
    open_folder,
    read,
    rename,
    scratch,
    shut,
    sweep,
)
from guidegen.build.theirs import theirs
from guidegen.build.work import File, Output
from guidegen.problems import Problem
from guidegen.source import Location

_MADE_MEANWHILE = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)
_AWAY = "move it away, or build into another folder"

Came = dict[int, File | Problem]  # what came of outputs, by their numbers


def put(out: Path, outputs: Sequence[Output], ours: Mapping[str, str]) -> list[File | Problem]:
    """Write these files whole or not at all; what was there stays until the new file is complete.

    `ours` has the paths that guidegen wrote before, as recorded or in `Folder.left`: these are replaced,
    also if somebody edited them. What else stands in the way of an output is a problem in its stead, and
    is left alone; a file that holds the very bytes is taken as it is. Any worker on this machine may call
    this while the build has the lock. Raises `MachineFailed`: then too each file is whole, old or new.
    """
    came = _clashes(outputs)
    folders: dict[str, dict[str, int]] = {}  # the outputs of each by their names
    for number, (path, _) in enumerate(outputs):
        if number not in came:
            folder, _, name = path.rpartition("/")
            folders.setdefault(folder, {})[name] = number
    with failing("can't be written", out):
        root = open_folder(out)
    try:
        for folder, numbers in folders.items():
            with failing("can't be written", f"{out}/{folder}"):
                came |= _Folder(root, out, folder, outputs, ours).put(numbers)
    finally:
        shut(root)
    return [came[number] for number in range(len(outputs))]


def _clashes(outputs: Sequence[Output]) -> Came:
    """The outputs whose path was given before, as it is or as file systems see it that don't tell case."""
    alike = folded("\0".join([path for path, _ in outputs])).split("\0")
    if len(set(alike)) == len(outputs):
        return {}
    first: dict[str, int] = {}
    return {
        number: clash(outputs[first[path]].path, outputs[number].path)
        for number, path in enumerate(alike)
        if first.setdefault(path, number) != number
    }


def clash(first: str, second: str) -> Problem:
    """What is wrong with two names that are one where case doesn't count."""
    message = f"'{first}' and '{second}' would be one file where capital letters don't count"
    return Problem("output-clash", message, hint="give one of them another name")


class _Folder:
    """A folder that outputs are put into, below the output folder, which is open as `root`."""

    def __init__(
        self, root: int, out: Path, folder: str, outputs: Sequence[Output], ours: Mapping[str, str]
    ) -> None:
        self.root = root
        self.out = out
        self.folder = folder
        self.outputs = outputs
        self.ours = ours

    def put(self, numbers: Mapping[str, int]) -> Came:
        digests = {name: of_bytes(self.outputs[number].data) for name, number in numbers.items()}
        try:
            try:
                at = enter(self.root, self.folder)
            except FileNotFoundError:
                if (other := self._written_otherwise()) is not None:
                    return {number: self._other(number, other) for number in numbers.values()}
                if (came := self._as_a_whole(numbers, digests)) is not None:
                    return came
                at = enter(self.root, self.folder)
        except OSError as error:
            if error.errno not in NOT_A_FOLDER:
                raise
            message = "a file or a link stands where a folder of guides would be"
            return {number: self._problem(message, self.folder) for number in numbers.values()}
        try:
            return self._one_by_one(at, numbers, digests)
        finally:
            shut(at)

    def _as_a_whole(self, numbers: Mapping[str, int], digests: Mapping[str, str]) -> Came | None:
        """Make the folder beside, with all of its files, then name it; None if that is taken by now."""
        journal.intend(self.root, self.folder, digests)
        beside = scratch()
        around: list[str] = []
        came: Came = {}
        try:
            at = make_folder(self.root, beside)
            try:
                for name, number in numbers.items():
                    path, data = self.outputs[number]
                    seen = fill(name, data, at)
                    came[number] = File(path, seen.st_size, seen.st_mtime_ns, seen.st_ino, digests[name])
            finally:
                shut(at)
            try:
                rename(self.root, beside, self.folder)
            except FileNotFoundError:
                around = make_folders(self.root, self.folder.rpartition("/")[0])
                rename(self.root, beside, self.folder)
        except BaseException as error:
            with suppress(OSError):
                sweep(self.root, beside)
                drop_folders(self.root, around)
            if isinstance(error, OSError) and error.errno in _MADE_MEANWHILE:
                return None
            raise
        return came

    def _one_by_one(self, at: int, numbers: Mapping[str, int], digests: Mapping[str, str]) -> Came:
        there = frozenset(names(at))
        by_folded = {folded(name): name for name in there}
        came: Came = {}
        modes: dict[str, int | None] = {}  # of files to write, by their names; None for those that are new
        for name, number in numbers.items():
            if name in there:
                found = self._standing(at, name, number, digests[name])
                if isinstance(found, (File, Problem)):
                    came[number] = found
                else:
                    modes[name] = found
            elif (other := by_folded.get(folded(name))) is not None:
                came[number] = self._other(number, f"{self.folder}/{other}" if self.folder else other)
            else:
                modes[name] = None
        if modes:
            journal.intend(self.root, self.folder, {name: digests[name] for name in modes})
        for name, mode in modes.items():
            with failing("can't be written", f"{self.out}/{self.folder}/{name}"):
                came[numbers[name]] = self._write(at, name, numbers[name], mode, digests[name])
        return came

    def _standing(self, at: int, name: str, number: int, digest: str) -> File | Problem | int | None:
        """The file if it is as wanted, else its mode if it is ours; None if it is gone again."""
        path, data = self.outputs[number]
        try:
            found = os.lstat(name, dir_fd=at)
            if not stat.S_ISREG(found.st_mode):
                return self._problem("a folder, a link or the like stands where a guide would be", path)
            with suppress(PermissionError):  # what can't be read isn't as wanted, for all we know
                if found.st_size == len(data) and (whole := read(name, at)) and whole[0] == data:
                    return _file(path, whole[1], digest)
        except FileNotFoundError:
            return None
        return stat.S_IMODE(found.st_mode) if path in self.ours else self._foreign(path)

    def _write(self, at: int, name: str, number: int, mode: int | None, digest: str) -> File | Problem:
        path, data = self.outputs[number]
        beside = scratch()
        try:
            seen = fill(beside, data, self.root, 0o666 if mode is None else mode)
            if mode is not None:
                rename(self.root, beside, name, at)
            elif not name_new(self.root, beside, at, name):
                drop(self.root, beside)
                return self._foreign(path)
        except BaseException:
            drop(self.root, beside)
            raise
        return _file(path, seen, digest)

    def _written_otherwise(self) -> str | None:
        """A folder that was there before guidegen came, and is this one where case doesn't count."""
        parts = self.folder.split("/")
        own = {folded(path): path for path in ("/".join(parts[: end + 1]) for end in range(len(parts)))}
        return next((path for path in theirs(self.root) if own.get(folded(path), path) != path), None)

    def _foreign(self, path: str) -> Problem:
        return self._problem("this file is there already, and guidegen didn't write it", path)

    def _other(self, number: int, other: str) -> Problem:
        message = f"'{other}' is there already, and is the same name where capital letters don't count"
        return self._problem(message, self.outputs[number].path)

    def _problem(self, message: str, path: str) -> Problem:
        return Problem("output-foreign", message, Location.of_file(str(self.out / path)), _AWAY)


def _file(path: str, seen: os.stat_result, digest: str) -> File:
    return File(path, seen.st_size, seen.st_mtime_ns, seen.st_ino, digest)
