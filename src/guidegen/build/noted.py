"""What a build knew of the pack's files: kept with the record, and read again file by file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from guidegen.build.inputs import Keys
from guidegen.build.listing import Stat
from guidegen.build.record import Recorder
from guidegen.build.recorded import Record

_SHARED = "pack"
_PLACES = "places "
_AT_ONCE = 64  # places that are kept, and parsed, together


class Noted(NamedTuple):
    """A file of the pack as it was when guides were made; `stat` is what the system said of it."""

    file: str
    stat: Stat
    digest: str
    keys: Keys


class Shared(NamedTuple):
    """What all guides of a pack share, or all of a locale: its files, and what they state together."""

    files: tuple[Noted, ...] = ()
    keys: Mapping[str, str] = {}


class Before:
    """What the build before knew of the pack, parsed as it is asked for."""

    def __init__(self, record: Record) -> None:
        said = record.attached(_SHARED) or {}
        self.pack = _shared(said.get("pack"))
        self.locales = {locale: _shared(one) for locale, one in said.get("locales", {}).items()}
        self.published: tuple[str, ...] = tuple(said.get("published", ()))  # locales, in the pack's order
        self._roles: dict[str, Any] = said.get("roles", {})
        self._firsts: list[str] = said.get("firsts", [])
        self._record = record
        self._number = -1
        self._places: dict[str, Any] = {}

    def owner(self, kind: str, slug: str) -> tuple[Noted, ...]:
        """The files of a place or a role; none if it wasn't there."""
        return _files((self._places_around(slug) if kind == "place" else self._roles).get(slug, ()))

    def _places_around(self, slug: str) -> dict[str, Any]:
        number = bisect_right(self._firsts, slug) - 1
        if number >= 0 and number != self._number:
            self._number, self._places = number, self._record.attached(f"{_PLACES}{number}")
        return self._places


class Notebook:
    """Notes in a new record what is known of the pack. Places come in the order of their slugs."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._places: dict[str, Any] = {}
        self._firsts: list[str] = []

    def place(self, slug: str, files: Iterable[Noted]) -> None:
        """Note the files of a place."""
        self._places[slug] = _dumped(files)
        if len(self._places) == _AT_ONCE:
            self._attach_places()

    def rest(
        self,
        pack: Shared,
        locales: Mapping[str, Shared],
        published: tuple[str, ...],
        roles: Mapping[str, Iterable[Noted]],
    ) -> None:
        """Note what isn't of one place, after all places."""
        self._attach_places()
        said = {
            "pack": _dumped_shared(pack),
            "locales": {locale: _dumped_shared(shared) for locale, shared in locales.items()},
            "published": published,
            "roles": {slug: _dumped(files) for slug, files in roles.items()},
            "firsts": self._firsts,
        }
        self._recorder.attach(_SHARED, said)

    def _attach_places(self) -> None:
        if self._places:
            self._recorder.attach(f"{_PLACES}{len(self._firsts)}", self._places)
            self._firsts.append(next(iter(self._places)))
            self._places = {}


def _dumped(files: Iterable[Noted]) -> list[Any]:
    return [[file, *stat, digest, keys] for file, stat, digest, keys in files]


def _files(said: Iterable[Any]) -> tuple[Noted, ...]:
    return tuple([Noted(file, tuple(stat), digest, keys) for file, *stat, digest, keys in said])


def _dumped_shared(shared: Shared) -> Any:
    return {"files": _dumped(shared.files), "keys": shared.keys}


def _shared(said: Any) -> Shared:
    return Shared(_files(said["files"]), said["keys"]) if said else Shared()
