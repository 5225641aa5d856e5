"""The door to the disk: reads a pack's text strictly, and is the only writer of files."""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from guidegen.problems import MachineFailed, Problem, refuse
from guidegen.source import Location, Source

PARTS_OF_PACK = ("pack.yaml", "facts", "rules", "snippets", "golden")  # no output is written over these
LARGEST = 2_000_000  # bytes of one file; the longest written by hand we know of is under 100 KB
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufffd-\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_FIRST_BYTES = bytes((*range(9), *range(11, 32), 0x7F, 0xC2, 0xD8, 0xE2, 0xED, 0xEF, 0xF3))  # of FORBIDDEN
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FORBIDDEN_NAMES = {
    "\r": "a carriage return on its own",
    "\ufeff": "a byte order mark",
    "\ufffd": "a replacement character, left by an earlier wrong conversion",
}


def read_source(root: Path, name: str) -> Source:
    """A text file of the pack; `name` is its path inside the pack, with slashes.

    Strict UTF-8 without a byte order mark, at most `LARGEST` bytes, no tabs, no control, bidirectional
    or invisible characters, composed (NFC). CRLF counts as LF. Raises `Refused` with a location, or
    `MachineFailed` if the file can't be read.
    """
    return Source(name, decode(read_bytes(root, name), name))


def read_bytes(root: Path, name: str) -> bytes:
    """The bytes of a file of the pack, at most `LARGEST`.

    Raises `Refused` for what is no file or lies outside, `MachineFailed` if it can't be read.
    """
    data = _at_once(f"{root}/{name}")
    return _with_care(root, name) if data is None else data


def _at_once(path: str) -> bytes | None:
    """The bytes of an ordinary file, by the fewest calls of the system; None if it isn't quite that."""
    if not _NO_LINK:
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | _NO_LINK)
    except OSError:
        return None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
            return None
        data = os.read(descriptor, found.st_size + 1)
        return data if len(data) == found.st_size else None
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _with_care(root: Path, name: str) -> bytes:
    """The same for any other file, or why not."""
    path = root / name
    here = Location.of_file(name)
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            if not path.resolve().is_relative_to(root.resolve()):
                raise refuse(
                    "file-outside",
                    "a link that leads out of the pack",
                    here,
                    "put the file itself into the pack",
                )
            found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise refuse("file-kind", "not a file", here, "a text file is expected here")
        if found.st_size > LARGEST:
            raise refuse(
                "file-too-large",
                f"{found.st_size:,} bytes; a file may have {LARGEST:,}",
                here,
                "split it: a place, a role or a pair each have a file of their own",
            )
        return path.read_bytes()
    except RuntimeError:
        raise refuse(
            "file-kind", "a link that leads to itself", here, "put the file itself in its place"
        ) from None
    except FileNotFoundError:
        raise refuse("file-missing", "there is no such file", here) from None
    except OSError as error:
        raise MachineFailed(machine_problem("can't be read", name, error)) from None


def read_document(path: Path) -> bytes:
    """The bytes of a document that lies anywhere, at most `LARGEST` and one more.

    Raises `Refused` for what is no file, `MachineFailed` for what can't be read.
    """
    try:
        if not path.is_file():
            raise refuse(
                "file-kind",
                "there is no such file",
                Location.of_file(str(path)),
                "name documents, or their folder",
            )
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise MachineFailed(machine_problem("can't be read", str(path), error)) from None


def decode(data: bytes, name: str) -> str:
    """The text of these bytes, by the rules of `read_source`."""
    without_mark = data[1:4:2] == b"\0\0" and data[:1] != b"\0"
    if without_mark or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse("encoding", "this is UTF-16", Location.of_file(name), "save it as UTF-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8").replace("\r\n", "\n")
        shown = good + data[error.start :].decode("utf-8", "replace").replace("\r\n", "\n")
        raise refuse(
            "encoding",
            f"not UTF-8: byte 0x{data[error.start]:02X}",
            Source(name, shown).at(len(good)),
            "save the file as UTF-8",
        ) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    source = Source(name, text)
    if found := forbidden_in(text):
        what = _FORBIDDEN_NAMES.get(found[0], "a control or invisible character")
        hint = "save the file as UTF-8 without it" if found.start() == 0 else "delete it"
        raise refuse("character", f"{what} (U+{ord(found[0]):04X})", source.at(found.start()), hint)
    if (tab := text.find("\t")) >= 0:
        raise refuse("tab", "a tab", source.at(tab), "indent and separate with spaces")
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        composed = unicodedata.normalize("NFC", text)
        offset = next(i for i, (a, b) in enumerate(zip(text, composed + " ")) if a != b)
        raise refuse(
            "character",
            "a letter and its accent stand apart (not NFC)",
            source.at(offset),
            f"type it as one character: {composed[offset]}",
        )
    return text


def forbidden_in(text: str) -> re.Match[str] | None:
    """The first character that no text of a pack may have."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data.translate(None, _FIRST_BYTES)) == len(data):  # most texts: five times as fast as the search
        return None
    return FORBIDDEN.search(text)


def same(path: Path, data: bytes) -> bool:
    """Whether the file is there and holds exactly these bytes."""
    try:
        return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def alike(one: Path, other: Path) -> bool:
    """Whether two files hold the same bytes, or neither is there."""
    if not one.is_file():
        return not other.is_file()
    return same(other, one.read_bytes())


def write(path: Path, data: bytes) -> bool:
    """Put these bytes into a file: whole or not at all, beside it and then renamed.

    An equal file is left alone (returns False). What was there stays until the new file is complete.
    Raises `MachineFailed`; nothing is left behind then.
    """
    path = path.resolve()
    if same(path, data):
        return False
    beside = path.parent / f".{path.name}.{os.getpid()}.guidegen"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_beside(beside, data, path)
    except OSError as error:
        _discard(beside)
        raise MachineFailed(machine_problem("can't be written", str(path), error)) from None
    except BaseException:
        _discard(beside)
        raise
    return True


def scratch_folder(within: str = "") -> Path:
    """A new folder of one's own for files that may go whenever the system clears them away.

    `within` is a folder for such files, the system's if empty. Raises `MachineFailed` if none can be made.
    """
    import tempfile

    try:
        return Path(tempfile.mkdtemp(prefix="guidegen-", dir=within or None))
    except OSError as error:
        where = within or tempfile.gettempdir()
        raise MachineFailed(machine_problem("can't be written", where, error)) from None


@contextmanager
def discarded_folder(within: str = "") -> Iterator[Path]:
    """A new folder of one's own that is gone afterwards, with all that is in it."""
    import shutil

    folder = scratch_folder(within)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fill_scratch(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Put files into a folder that is discarded anyway, by their paths in it: the disk isn't waited for.

    Raises `MachineFailed`.
    """
    for name, data in files:
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise MachineFailed(machine_problem("can't be written", str(path), error)) from None


def create(path: Path, data: bytes) -> None:
    """Put these bytes into a file that isn't there yet: whole or not at all, and never over another.

    Raises `Refused` if it is there, `MachineFailed` if it can't be written; nothing is left behind then.
    """
    path = path.parent.resolve() / path.name
    beside = path.parent / f".{path.name}.{os.getpid()}.guidegen"
    try:
        if path.parent.exists() and not path.parent.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))  # mkdir says that it is there
        path.parent.mkdir(parents=True, exist_ok=True)
        _fill(beside, data, 0o666)
        _name_unless_taken(beside, path)
    except FileExistsError:
        raise refuse(
            "file-exists",
            "this file is there already",
            Location.of_file(str(path)),
            "nothing is written over: delete or rename it",
        ) from None
    except OSError as error:
        raise MachineFailed(machine_problem("can't be written", str(path), error)) from None
    finally:
        _discard(beside)


def _name_unless_taken(beside: Path, path: Path) -> None:
    try:
        path.hardlink_to(beside)  # fails where the name is taken, however recently
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if path.exists() or path.is_symlink():
            raise FileExistsError from None
        beside.rename(path)


def _discard(path: Path) -> None:
    """Delete a file that may not be there; what keeps it from being deleted isn't what went wrong first."""
    with suppress(OSError):
        path.unlink()


def _write_beside(beside: Path, data: bytes, path: Path) -> None:
    _fill(beside, data, stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666)
    beside.replace(path)


def _fill(path: Path, data: bytes, mode: int) -> None:
    """Make a file with these bytes, on the disk before this returns."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def remove(path: Path) -> None:
    """Delete a file, and the folders that it leaves empty. Raises `MachineFailed`."""
    try:
        path.unlink()
        for folder in path.parents:
            if any(folder.iterdir()):
                break
            folder.rmdir()
    except OSError as error:
        raise MachineFailed(machine_problem("can't be deleted", str(path), error)) from None


def machine_problem(what: str, name: str, error: OSError) -> Problem:
    """What to say where the machine failed: what couldn't be done, and why the system says so."""
    reason = error.strerror or type(error).__name__
    return Problem("machine", f"{what}: {reason}", Location.of_file(name))
