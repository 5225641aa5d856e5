"""Selectors: which of a pack's guides are meant, as `city:NAME,NAME`, `locale:nl` or `changed`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from guidegen.finding import find
from guidegen.keys import visible_key
from guidegen.pack import Pack
from guidegen.problems import Refused, nearest, refuse, suggest

KINDS = {"city": "place", "role": "role", "locale": "locale"}
CHANGED = "changed"


class Selection(NamedTuple):
    """The slugs and tags that are wanted, by kind; a kind that isn't there is all of it.

    With `only_changed`, only guides whose render isn't their golden are: `golden.differs` tells which.
    """

    wanted: dict[str, frozenset[str]]
    only_changed: bool = False

    def has(self, locale: str, place: str, role: str) -> bool:
        """Whether a guide is selected by its place, role and locale."""
        of = {"locale": locale, "place": place, "role": role}
        return all(of[kind] in wanted for kind, wanted in self.wanted.items())

    def guides(self, pack: Pack) -> Iterator[tuple[str, str, str]]:
        """Locale, place and role of the selected guides, in order."""
        return (guide for guide in pack.guides() if self.has(*guide))


def parse_selectors(selectors: Iterable[str], pack: Pack) -> Selection:
    """What selectors mean in a pack; several are joined by and. Raises `Refused`."""
    wanted: dict[str, frozenset[str]] = {}
    only_changed = False
    for selector in selectors:
        if selector == CHANGED:
            only_changed = True
            continue
        kind, colon, names = selector.partition(":")
        if kind not in KINDS or not colon or not names:
            hint = "write city:NAME, role:NAME, locale:TAG or changed; several names with commas"
            near = _meant(kind, names, pack)
            guess = f"did you mean '{near}'? " if near else ""
            shown = visible_key(selector)
            raise refuse("unknown-selector", f"'{shown}' is no selector", hint=guess + hint)
        found = frozenset(_resolve(KINDS[kind], name.strip(), pack) for name in names.split(","))
        wanted[KINDS[kind]] = wanted.get(KINDS[kind], found) & found
    return Selection(wanted, only_changed)


def _meant(kind: str, names: str, pack: Pack) -> str:
    """The selector that is most like what was typed: of a kind, or of what somebody names; or none."""
    if names:
        near = nearest(kind, KINDS)
        return f"{near}:{visible_key(names)}" if near else ""
    for known, of in KINDS.items():
        with suppress(Refused):
            return f"{known}:{_resolve(of, kind, pack)}"
    return nearest(kind, [CHANGED]) or ""


def _resolve(kind: str, name: str, pack: Pack) -> str:
    if kind != "locale":
        return find(pack.facts, kind, name)
    if name not in pack.all_locales:
        raise refuse("unknown-locale", f"unknown locale '{name}'", hint=suggest(name, pack.all_locales))
    return name
