"""The files of a pack that guides are made from, and what the system says of each."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from guidegen.build.digests import of_bytes

PACK = "pack.yaml"
NO_FILE = (0, 0, 0, 0)
_AT_ONCE = 1000  # files: of a large pack, the lines of all at once would be many megabytes
_READ_AT_MOST = 2_000_001  # bytes: one more than a file of a pack may have

Stat = tuple[
    int, int, int, int
]  # size, times of its content and of its inode (nanoseconds), number of the inode


class Sum(NamedTuple):
    """All files at once: a digest of what the system says of them, and when the last was changed (ns)."""

    digest: str
    newest: int


class Listing:
    """The names of a pack's files, looked up once; what the system says of a file is asked for each time.

    `places` and `roles` are the slugs of those that have a file, sorted; drafts too.
    """

    def __init__(self, root: Path) -> None:
        self.root = os.fspath(root)
        self.places = self._stems("facts/places", ".yaml")
        self.roles = self._stems("facts/roles", ".yaml")
        locales = [name for name in sorted(self._names("snippets")) if (root / "snippets" / name).is_dir()]
        self._passages = {
            kind: [(folder, frozenset(self._stems(folder, ".md"))) for folder in folders]
            for kind in ("place", "role")
            for folders in [[f"snippets/{locale}/{kind}s" for locale in locales]]
        }
        self._pairs = [
            (folder, ending, frozenset(self._names(folder)))
            for folder, ending in (
                ("facts/pairs", ".yaml"),
                *((f"snippets/{locale}/pairs", ".md") for locale in locales),
            )
        ]
        self._locales = locales

    def shared(self) -> list[str]:
        """The files that all guides share: pack.yaml, vocabularies, rules."""
        folders = [
            f"{folder}/{stem}.yaml" for folder in ("facts", "rules") for stem in self._stems(folder, ".yaml")
        ]
        return [PACK, *folders]

    def shared_passages(self) -> dict[str, list[str]]:
        """The snippet files that all guides of a locale share, by the locale's tag."""
        return {
            locale: [f"snippets/{locale}/{stem}.md" for stem in self._stems(f"snippets/{locale}", ".md")]
            for locale in self._locales
        }

    def owned(self, kind: str, slug: str) -> list[str]:
        """The files of a place or a role: its facts, its passages; a place has those of its pairs too."""
        found = [f"facts/{kind}s/{slug}.yaml"]
        found += [f"{folder}/{slug}.md" for folder, slugs in self._passages[kind] if slug in slugs]
        if kind == "place":
            for folder, ending, slugs in self._pairs:
                if slug in slugs:
                    inside = f"{folder}/{slug}"
                    found += [f"{inside}/{stem}{ending}" for stem in self._stems(inside, ending)]
        return found

    def stat(self, file: str) -> Stat:
        """What the system says of a file, links followed; `NO_FILE` if there is none."""
        try:
            found = os.stat(f"{self.root}/{file}")  # noqa: PTH116  # of every file, in every build
        except (OSError, ValueError):
            return NO_FILE
        if not stat.S_ISREG(found.st_mode):
            return NO_FILE
        return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino

    def sum(self) -> Sum:
        """All files at once, as they are now."""
        digest, newest = "", 0
        lines: list[str] = []
        for file in self._all():
            told = self.stat(file)
            newest = max(newest, told[1], told[2])
            lines.append(f"{file} {told}")
            if len(lines) == _AT_ONCE:
                digest, lines = _chained(digest, lines), []
        return Sum(_chained(digest, lines), newest)

    def contents(self) -> str:
        """A digest of what all files hold."""
        digest = ""
        for file in self._all():
            digest = _chained(digest, [file, of_bytes(self.read(file))])
        return digest

    def changed_after(self, moment: int) -> list[str]:
        """The files that were changed later than at this moment (ns)."""
        return [file for file in self._all() if max(self.stat(file)[1:3]) > moment]

    def read(self, file: str) -> bytes:
        """The bytes of a file; none if there is none, or it can't be read."""
        if self.stat(file) == NO_FILE:  # or a pipe would keep us waiting
            return b""
        try:
            with open(f"{self.root}/{file}", "rb") as opened:  # noqa: PTH123  # as above
                return opened.read(_READ_AT_MOST)
        except (OSError, ValueError):
            return b""

    def _all(self) -> Iterator[str]:
        yield from self.shared()
        for files in self.shared_passages().values():
            yield from files
        for slug in self.roles:
            yield from self.owned("role", slug)
        for slug in self.places:
            yield from self.owned("place", slug)

    def _names(self, folder: str) -> list[str]:
        try:
            return os.listdir(f"{self.root}/{folder}")  # noqa: PTH208  # as above
        except OSError:
            return []

    def _stems(self, folder: str, ending: str) -> list[str]:
        return sorted([name[: -len(ending)] for name in self._names(folder) if name.endswith(ending)])


def _chained(digest: str, lines: list[str]) -> str:
    """The digest of lines that follow on those of another."""
    return of_bytes("\n".join((digest, *lines)).encode("utf-8", "surrogateescape"))
