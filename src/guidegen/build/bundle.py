"""A pack's files as bytes, for workers that don't see this disk, and a folder of them there."""

from __future__ import annotations

import atexit
import json
import threading
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from guidegen.build.digests import of_bytes
from guidegen.files import discarded_folder, fill_scratch, machine_problem
from guidegen.problems import MachineFailed

_READ = (  # what a guide may be made from
    "pack.yaml",
    "facts/*.yaml",
    "facts/*/*.yaml",
    "facts/*/*/*.yaml",
    "rules/*.yaml",
    "snippets/*/*.md",
    "snippets/*/*/*.md",
    "snippets/*/*/*/*.md",
)
_HEAD = 8  # bytes that say how long the list of files is


class Bundle(NamedTuple):
    """The files of a pack, compressed; `digest` is of what they hold, whenever and wherever they lie."""

    digest: str
    data: bytes


def bundled(root: Path) -> Bundle:
    """All that guides of a pack are made from, as it is now. Raises `MachineFailed` for what can't be read.

    Links that lead out of the pack stay where they are: no guide is made from them.
    """
    names = []
    contents = []
    for path in sorted(path for pattern in _READ for path in root.glob(pattern)):
        try:
            if not path.is_file() or not path.resolve().is_relative_to(root.resolve()):
                continue
            contents.append(path.read_bytes())
        except OSError as error:
            name = path.relative_to(root).as_posix()
            raise MachineFailed(machine_problem("can't be read", name, error)) from None
        names.append((path.relative_to(root).as_posix(), len(contents[-1])))
    head = json.dumps(names).encode()
    whole = b"".join([len(head).to_bytes(_HEAD), head, *contents])
    return Bundle(of_bytes(whole), zlib.compress(whole, 1))


def _files(bundle: Bundle) -> Iterator[tuple[str, bytes]]:
    whole = memoryview(zlib.decompress(bundle.data))
    start = _HEAD + int.from_bytes(whole[:_HEAD])
    for name, size in json.loads(bytes(whole[_HEAD:start])):
        yield name, bytes(whole[start : start + size])
        start += size


class _Unpacked:
    """A folder with a bundle's files, and how many are reading there."""

    def __init__(self, bundle: Bundle, within: str) -> None:
        self.readers = 0
        self._end = ExitStack()
        self.folder = self._end.enter_context(discarded_folder(within))
        try:
            fill_scratch(self.folder, _files(bundle))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Do away with the folder."""
        self._end.close()


_lock = threading.Lock()
_unpacked: dict[str, _Unpacked] = {}  # by the bundle's digest: one, but while several builds are under way


@contextmanager
def unpacked(bundle: Bundle, within: str = "") -> Iterator[Path]:
    """The folder of a bundle's files in this process, unpacked when it is first asked for.

    It stays for the next time, until another bundle comes or the process ends. `within` is a folder for
    what may go at any time, the system's if empty. Raises `MachineFailed` if it can't be written.
    """
    with _lock:
        if bundle.digest not in _unpacked:
            for digest in [digest for digest, other in _unpacked.items() if not other.readers]:
                _unpacked.pop(digest).close()
            _unpacked[bundle.digest] = _Unpacked(bundle, within)
        one = _unpacked[bundle.digest]
        one.readers += 1
    try:
        yield one.folder
    finally:
        with _lock:
            one.readers -= 1


@atexit.register
def _clear() -> None:
    for one in _unpacked.values():
        one.close()
