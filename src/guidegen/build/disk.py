"""What is done to the disk in an output folder: files whole or not at all, and no link is followed."""

from __future__ import annotations

import errno
import os
import stat
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from guidegen.files import machine_problem
from guidegen.problems import MachineFailed

OWN = ".guidegen"  # the folder, in an output folder, of all that isn't output
SCRATCH = f"{OWN}/new"  # of files that aren't whole yet
NOT_A_FOLDER = (errno.ENOTDIR, errno.ELOOP)  # what opening a file or a link says, where a folder is wanted
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe in the place of a file keeps nobody waiting
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_CHUNK = 1 << 20
_NO_NAMES = ("", ".", "..")  # of a folder below another
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)  # of a file system without hard links
_STAYS = (  # what deleting a folder says that isn't empty, isn't there, or isn't ours to delete
    errno.ENOTEMPTY,
    errno.EEXIST,
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EBUSY,
    errno.EACCES,
    errno.EPERM,
)
_number = count()


@contextmanager
def failing(what: str, path: Path | str) -> Iterator[None]:
    """Let what the system refuses be a `MachineFailed` that says what couldn't be done to what."""
    try:
        yield
    except OSError as error:
        raise MachineFailed(machine_problem(what, str(path), error)) from None


def folded(name: str) -> str:
    """The name as file systems see it that don't tell case, or accents' forms, apart."""
    return name.casefold() if name.isascii() else unicodedata.normalize("NFC", name.casefold())


# -- folders


def make_path(path: Path) -> list[Path]:
    """Make a folder and those around it; gives those that weren't there, the outermost first."""
    made: list[Path] = []
    try:
        for folder in (*reversed(path.parents), path):
            if not folder.is_dir():
                with suppress(FileExistsError):
                    folder.mkdir()
                    made.append(folder)
    except OSError:
        drop_path(made)
        raise
    return made


def drop_path(made: list[Path]) -> None:
    """Delete those of these folders that are empty, the last first."""
    for folder in reversed(made):
        with suppress(OSError):
            folder.rmdir()


def open_folder(path: Path) -> int:
    """Open a folder by its path."""
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY)


def enter(root: int, folder: str) -> int:
    """Open a folder below an open one, through no link. Raises `OSError`, see `NOT_A_FOLDER`."""
    at = os.dup(root)
    for part in folder.split("/") if folder else ():
        try:
            if part in _NO_NAMES:
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            inner = os.open(part, _FOLDER, dir_fd=at)
        finally:
            shut(at)
        at = inner
    return at


def shut(number: int) -> None:
    """Close an open folder, or a file that was only read: nothing can be lost by that."""
    with suppress(OSError):
        os.close(number)


def make_folders(root: int, folder: str) -> list[str]:
    """Make a folder below an open one, and those around it; gives those that weren't there."""
    made = []
    parts = folder.split("/") if folder else []
    for end in range(1, len(parts) + 1):
        path = "/".join(parts[:end])
        with suppress(FileExistsError):
            os.mkdir(path, dir_fd=root)
            made.append(path)
    shut(enter(root, folder))  # what was there may be a file, or a link
    return made


def make_folder(root: int, folder: str) -> int:
    """Make a folder that isn't there yet, and open it."""
    os.mkdir(folder, dir_fd=root)
    return os.open(folder, _FOLDER, dir_fd=root)


def drop_folders(root: int, folders: list[str]) -> None:
    """Delete folders that are empty, the last first; those that aren't, or can't be deleted by us, stay."""
    for folder in reversed(folders):
        try:
            os.rmdir(folder, dir_fd=root)
        except OSError as error:
            if error.errno not in _STAYS:
                raise


def names(at: int) -> list[str]:
    """What is in an open folder, in no order."""
    return os.listdir(at)


def sweep(root: int, folder: str) -> None:
    """Delete all that is in a folder of our own, however deep, and the folder. Nothing there is fine."""
    try:
        at = enter(root, folder)
    except FileNotFoundError:
        return
    try:
        for name in names(at):
            path = f"{folder}/{name}"
            if stat.S_ISDIR(os.lstat(name, dir_fd=at).st_mode):
                sweep(root, path)
            else:
                os.unlink(name, dir_fd=at)
    finally:
        shut(at)
    os.rmdir(folder, dir_fd=root)


# -- files


def read(name: str, at: int | None = None) -> tuple[bytes, os.stat_result] | None:
    """The bytes of a file and what the system says of it; None if it is no file, but a link or a folder."""
    try:
        number = os.open(name, _READ, dir_fd=at)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO, errno.EISDIR):
            return None
        raise
    try:
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode):
            return None
        data = os.read(number, found.st_size + 1)
        while len(data) < found.st_size and (more := os.read(number, _CHUNK)):
            data += more
        return data, found
    finally:
        shut(number)


def exists(root: int, name: str) -> bool:
    """Whether anything stands there, be it a link that leads nowhere."""
    try:
        os.lstat(name, dir_fd=root)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def fill(name: str, data: bytes, at: int | None = None, mode: int = 0o666) -> os.stat_result:
    """Make a file with these bytes, and say what the system says of it."""
    number = os.open(name, _NEW, mode, dir_fd=at)
    try:
        write_all(number, data)
        return os.fstat(number)
    finally:
        os.close(number)


def write_all(number: int, data: bytes) -> None:
    """Write all of the bytes to an open file: on a disk that is nearly full a part is written first."""
    written = os.write(number, data)
    while written < len(data):
        written += os.write(number, data[written:])


def open_new(root: int, name: str) -> int:
    """Open a file that isn't there yet, for writing."""
    return os.open(name, _NEW, 0o666, dir_fd=root)


def open_shared(root: int, name: str, flags: int) -> int:
    """Open a file that is kept, `flags` saying what for; it is made if it isn't there."""
    return os.open(name, os.O_CREAT | os.O_NOFOLLOW | flags, 0o666, dir_fd=root)


def scratch() -> str:
    """A name below `SCRATCH` that no worker has, or had that was killed."""
    return f"{SCRATCH}/{os.getpid()}-{time.monotonic_ns()}-{next(_number)}"


def set_in(root: int, name: str, data: bytes) -> None:
    """Put these bytes into one of our own files, beside it and then renamed."""
    beside = scratch()
    try:
        fill(beside, data, root)
        rename(root, beside, name)
    except BaseException:
        drop(root, beside)
        raise


def name_new(root: int, beside: str, at: int, name: str) -> bool:
    """Give a whole file its name in an open folder; False if that is taken by now."""
    try:
        os.link(beside, name, src_dir_fd=root, dst_dir_fd=at)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if name in names(at):
            return False
        rename(root, beside, name, at)
    else:
        delete(beside, root)
    return True


def delete(name: str, at: int) -> None:
    """Delete a file."""
    os.unlink(name, dir_fd=at)


def rename(root: int, old: str, new: str, at: int | None = None) -> None:
    """Give a file or a folder another name, there or in another open folder; what was there is gone."""
    os.rename(old, new, src_dir_fd=root, dst_dir_fd=root if at is None else at)


def drop(root: int, name: str) -> None:
    """Delete a file that may not be there; what keeps it from being deleted isn't what went wrong first."""
    with suppress(OSError):
        os.unlink(name, dir_fd=root)
