"""Where outputs may go, and one build at a time there.

The lock is the kernel's: it ends with the process that has it, however that ends, and with the workers that
it forked; no file of a killed build keeps anybody out. A second build waits some seconds, for most are over
by then, and refuses after that: somebody who waits for longer should know what for.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from guidegen.build.disk import (
    NOT_A_FOLDER,
    OWN,
    drop,
    drop_folders,
    drop_path,
    enter,
    failing,
    make_folders,
    make_path,
    names,
    open_folder,
    open_shared,
    shut,
)
from guidegen.build.theirs import THEIRS
from guidegen.files import PARTS_OF_PACK
from guidegen.problems import Refused, refuse

LOCK = f"{OWN}/lock"
PATIENCE = 3  # seconds that another build is waited for
_LOOKS = 60  # in that time
_DIGITS = 20  # room for the number of a process, in the lock


class Held(NamedTuple):
    """A folder that one has to oneself: its real path, the open folder, and since when (ns, its clock)."""

    real: Path
    root: int
    began: int


# -- where outputs may go


def real_folder(out: Path, pack_root: Path) -> Path:
    """The folder that a path for outputs leads to, which may not be there yet.

    Raises `Refused` for what is no folder, for the home folder and those around it, and for the pack and
    its parts.
    """
    if "\0" in str(out):
        raise refuse("output", "a folder's name has no NUL character", hint="give another name after -o")
    try:
        real = out.resolve()
        _keep_to_folders(out, real)
        _keep_out_of_pack(out, real, pack_root)
    except (OSError, RuntimeError) as error:  # of a link to itself some versions of Python say the latter
        reason: str | None = "a link that leads to itself"
        if isinstance(error, OSError) and error.errno != errno.ELOOP:
            reason = error.strerror
        raise refuse("output", f"'{out}' is no place for outputs: {reason}") from None
    _keep_out_of_home(out, real)
    if OWN in real.parts:
        raise _no_place(out, "is in a folder that guidegen keeps for itself")
    return real


def _no_place(out: Path, why: str, hint: str = "give a folder of its own after -o") -> Refused:
    return refuse("output", f"'{out}' {why}", hint=hint)


def _keep_to_folders(out: Path, real: Path) -> None:
    for folder in (real, *real.parents):
        with suppress(FileNotFoundError, NotADirectoryError):
            if stat.S_ISDIR(folder.stat().st_mode):
                break
            raise _no_place(out, "is a file" if folder == real else f"would be inside a file, '{folder}'")
    if out.is_symlink() and not real.exists():
        raise _no_place(out, "is a link that leads nowhere", "make the folder that it leads to, or delete it")


def _keep_out_of_home(out: Path, real: Path) -> None:
    if real.parent == real:
        raise _no_place(out, "is the root of the file system")
    with suppress(OSError, RuntimeError):  # somebody without a home
        home = Path.home().resolve()
        if home == real:
            raise _no_place(out, "is the home folder")
        if home.is_relative_to(real):
            raise _no_place(out, "has the home folder in it")


def _keep_out_of_pack(out: Path, real: Path, pack_root: Path) -> None:
    """By what the system says of folders, not by their names: a name may be written in several ways."""
    pack = _identity(pack_root)
    parts = {_identity(pack_root / name) for name in PARTS_OF_PACK} - {None}
    around = [_identity(folder) for folder in (real, *real.parents)]
    if pack and pack == around[0]:
        hint = "write to a folder inside it, or elsewhere"
        raise refuse("output-in-pack", f"'{out}' is the pack itself", hint=hint)
    if parts & {*around}:
        raise refuse("output-in-pack", f"'{out}' is part of the pack", hint="write to another folder")


def _identity(path: Path) -> tuple[int, int] | None:
    with suppress(FileNotFoundError, NotADirectoryError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None


# -- one build at a time


@contextmanager
def held(out: Path, pack_root: Path) -> Iterator[Held]:
    """Have an output folder to oneself. It is made if it isn't there, and goes again if it stays empty.

    Raises `Refused` for what is no place for outputs, or while another build has it for longer than
    `PATIENCE`; `MachineFailed` where the folder can't be written.
    """
    real = real_folder(out, pack_root)
    made: list[Path] = []
    try:
        with failing("can't be written", real):
            root, lock = _open(out, real, made)
    except BaseException:
        drop_path(made)
        raise
    try:
        with failing("can't be written", real / LOCK):
            os.pwrite(lock, _said(str(os.getpid())), 0)
            began = os.fstat(lock).st_mtime_ns
        yield Held(real, root, began)
    finally:
        with suppress(OSError):
            os.pwrite(lock, _said(""), 0)  # of a build that was killed its number stays
        _leave(root, made)
        fcntl.flock(lock, fcntl.LOCK_UN)  # forked workers would have it for as long as they run, else
        shut(lock)
        shut(root)


def _said(process: str) -> bytes:
    return f"{process:{_DIGITS}}\n".encode()


def _open(out: Path, real: Path, made: list[Path]) -> tuple[int, int]:
    """Open the folder and its lock, once nobody else has it; notes the folders that were made."""
    until = time.monotonic_ns() + PATIENCE * 1_000_000_000
    while True:
        made += make_path(real)
        root = open_folder(real)
        lock, holder = -1, ""
        try:
            make_folders(root, OWN)
            lock, holder = _take(root)
        except FileNotFoundError:
            pass  # another build made these folders, found nothing to do, and took them away just now
        except OSError as error:
            if error.errno not in NOT_A_FOLDER:
                raise
            why = f"has a file or a link named {OWN}, where guidegen keeps its record"
            raise _no_place(out, why, "move it away, or give another folder") from None
        finally:
            if lock < 0:
                with suppress(OSError):
                    drop_folders(root, [OWN])  # if it is empty
                shut(root)
        if lock >= 0:
            return root, lock
        if time.monotonic_ns() > until:
            raise _busy(out, holder)
        time.sleep(PATIENCE / _LOOKS)


def _take(root: int) -> tuple[int, str]:
    """The open lock; or -1 while another build has it, and the number of its process."""
    number = open_shared(root, LOCK, os.O_RDWR)
    holder = ""
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(number), os.lstat(LOCK, dir_fd=root)):
            kept, number = number, -1
            return kept, ""
    except BlockingIOError:
        holder = os.pread(number, _DIGITS, 0).decode("ascii", "replace").strip()
    finally:
        if number >= 0:
            shut(number)
    return -1, holder


def _busy(out: Path, holder: str) -> Refused:
    named = f" (process {holder})" if holder.isdecimal() else ""
    if named and not _runs(int(holder)):
        message = f"workers of a build that was killed{named} still write to '{out}'"
        return refuse("output-busy", message, hint="wait a moment: they end by themselves")
    message = f"another build{named} is writing to '{out}'"
    return refuse("output-busy", message, hint="wait until it is done, or build into another folder")


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)  # asks, and does nothing
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _leave(root: int, made: list[Path]) -> None:
    """Take away what was made for a build that did nothing."""
    with suppress(OSError):
        own = enter(root, OWN)
        try:
            kept = {f"{OWN}/{name}" for name in names(own)}
        finally:
            shut(own)
        if kept <= {LOCK, THEIRS}:
            for name in kept:
                drop(root, name)
            drop_folders(root, [OWN])
    drop_path(made)
