"""How the files of a pack stand to what a build before knew of them: as they were, or not and in what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import NamedTuple

from guidegen.build.digests import of_bytes
from guidegen.build.inputs import (
    SAID,
    WRONG,
    Keys,
    locale_keys,
    owned_keys,
    owner_keys,
    pair_keys,
    shared_keys,
)
from guidegen.build.listing import Listing, Stat
from guidegen.build.noted import Before, Noted, Shared
from guidegen.pack import Pack

UNREAD = "?"  # among the keys of a file that wasn't read yet; changed together with it: anything may be
_PUBLISHED = re.compile(rb"^status: published *\r?$", re.MULTILINE)
_NONE: frozenset[str] = frozenset()


class State(NamedTuple):
    """The files of a place or a role as they are now, and by file the names of what isn't as it was."""

    files: tuple[Noted, ...]
    changed: Mapping[str, frozenset[str]]

    def said(self, name: str) -> str:
        """What the owner's own file says under a name that is kept as it stands; empty if it doesn't."""
        return self.files[0].keys.get(name, "").removeprefix(SAID)


class Standing:
    """Compares the files of a pack with what was known before, and reads those that changed.

    What was known is taken for so where the system's word holds: for files changed before `settled` (ns).
    Without `before` nothing is compared, and what takes long to read is left to those who make guides.
    """

    def __init__(
        self, listing: Listing, before: Before | None, settled: int, load: Callable[[], Pack]
    ) -> None:
        self.listing = listing
        self.before = before
        self._settled = settled
        self._load = load
        self._kept: dict[tuple[str, str], State] = {}
        self._last: tuple[str, State] | None = None
        self._read = ("", b"")
        self._places = frozenset(listing.places)

    @cached_property
    def pack(self) -> Pack:
        """The pack itself, loaded when it is first wanted. Raises `Refused`."""
        return self._load()

    def start_afresh(self) -> None:
        """Forget what was known of places and roles: all guides are made again."""
        self.before = None

    @property
    def is_loaded(self) -> bool:
        """Whether the pack was wanted yet."""
        return "pack" in self.__dict__

    def has_place(self, slug: str) -> bool:
        """Whether a place of this slug has a file."""
        return slug in self._places

    # -- what guides share

    @cached_property
    def shared(self) -> tuple[Shared, frozenset[str]]:
        """What pack.yaml, vocabularies, rules and outline say, and the names of what isn't as it was."""
        before = self.before.pack if self.before else Shared()
        return self._shared(before, self.listing.shared(), lambda: shared_keys(self.pack))

    @cached_property
    def locales(self) -> dict[str, tuple[Shared, frozenset[str]]]:
        """The same for the passages that guides share, by published locale."""
        files = self.listing.shared_passages()
        before = self.before.locales if self.before else {}
        return {
            locale: self._shared(
                before.get(locale, Shared()),
                files.get(locale, []),
                lambda locale=locale: locale_keys(self.pack, locale),  # type: ignore[misc]
            )
            for locale in self.published
        }

    @cached_property
    def published(self) -> tuple[str, ...]:
        """The published locales, in the pack's order."""
        before = self.before.published if self.before else ()
        return before if before and not self._is_pack_touched else self.pack.locales

    @property
    def _is_pack_touched(self) -> bool:
        shared, _ = self.shared
        return shared is not (self.before and self.before.pack)

    def _shared(
        self, before: Shared, files: list[str], read: Callable[[], Keys]
    ) -> tuple[Shared, frozenset[str]]:
        """Files as they are now; what they state is read again if one of them isn't as it was."""
        known = {one.file: one for one in before.files}
        now = tuple(self._known(file, known.get(file)) for file in files)
        if now == before.files:
            return before, _NONE
        if [(one.file, one.digest) for one in now] == [(one.file, one.digest) for one in before.files]:
            return Shared(now, before.keys), _NONE
        keys = read()
        return Shared(now, keys), _differing(before.keys, keys)

    # -- places and roles

    def owner(self, kind: str, slug: str, *, keep: bool = False) -> State:
        """How the files of a place or a role stand. Those of a place that many lie in are to be kept."""
        kept = self._kept.get((kind, slug))
        if kept:
            return kept
        keep = keep or kind == "role"
        if not keep and self._last and self._last[0] == slug:
            return self._last[1]
        state = self._owner(kind, slug, in_full=keep)
        if keep:
            self._kept[kind, slug] = state
        else:
            self._last = slug, state
        return state

    def country(self, place: str) -> tuple[str, bool]:
        """The country that a place lies in, empty if none; whether all that it lies in is there and sound."""
        found, seen = place, {place}
        sound = True
        while True:
            state = self.owner("place", found, keep=found != place)
            sound = sound and (found == place or WRONG not in state.files[0].keys)
            if state.said("scope") == "country":
                return found, sound
            found = state.said("within")
            if not found or found in seen:
                return "", sound
            if found not in self._places:
                return "", False
            seen.add(found)

    def _owner(self, kind: str, slug: str, *, in_full: bool) -> State:
        before = self.before.owner(kind, slug) if self.before else ()
        known = {one.file: one for one in before}
        files = []
        changed: dict[str, frozenset[str]] = {}
        for file in self.listing.owned(kind, slug):
            old = known.pop(file, None)
            now = self._known(file, old)
            if old is None or now.digest != old.digest or self._is_doubtful(file):
                now = now._replace(keys=self._keys(kind, slug, file, in_full=in_full or bool(before)))
                if before and (differing := _differing(old.keys if old else {}, now.keys)):
                    changed[file] = differing
            files.append(now)
        changed |= {file: frozenset(gone.keys) for file, gone in known.items()}
        return State(tuple(files), changed)

    def _known(self, file: str, old: Noted | None) -> Noted:
        """A file with what the system says of it now; its digest is taken where that isn't as it was."""
        stat = self.listing.stat(file)
        if old and old.stat == stat and self._is_settled(stat):
            return old
        digest = of_bytes(self._bytes(file))
        return Noted(file, stat, digest, old.keys if old and old.digest == digest else {})

    def _is_settled(self, stat: Stat) -> bool:
        return max(stat[1], stat[2]) < self._settled

    def _is_doubtful(self, file: str) -> bool:
        """Whether a file may say something else though it is as it was: a term that it names may be gone."""
        return file.startswith("facts/") and any(name.startswith("terms ") for name in self.shared[1])

    def _keys(self, kind: str, slug: str, file: str, *, in_full: bool) -> Keys:
        """What a file states; if not in full, what is easily seen: those who make guides read the rest."""
        top, second, *_, name = file.split("/")
        stem = name.rpartition(".")[0]
        if top == "snippets":
            if second not in self.published:
                return {}
            if not in_full:
                return {UNREAD: ""}
            is_pair = file.startswith(f"snippets/{second}/pairs/")
            return owned_keys(self.pack, second, *(("pair", f"{slug}/{stem}") if is_pair else (kind, slug)))
        is_pair = second == "pairs"
        if not in_full and self._is_plainly_published(file, or_silent=is_pair):
            return {UNREAD: "", "status": f"{SAID}published"}
        return pair_keys(self.pack, slug, stem) if is_pair else owner_keys(self.pack, kind, slug)

    def _is_plainly_published(self, file: str, *, or_silent: bool) -> bool:
        """Whether a file says so on a line of its own, or nowhere anything about it, if that will do."""
        data = self._bytes(file)
        count = data.count(b"status")
        return (count == 1 and bool(_PUBLISHED.search(data))) or (count == 0 and or_silent)

    def _bytes(self, file: str) -> bytes:
        if self._read[0] != file:
            self._read = file, self.listing.read(file)
        return self._read[1]


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> frozenset[str]:
    """The names of what is stated otherwise."""
    if UNREAD in old:
        return frozenset({UNREAD})
    return frozenset([name for name in {**old, **new} if old.get(name, "") != new.get(name, "")])
