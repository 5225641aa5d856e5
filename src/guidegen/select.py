"""Selectors: which of a pack's guides are meant, as `city:NAME,NAME` or `locale:nl`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from guidegen.finding import find
from guidegen.pack import Pack
from guidegen.problems import refuse, suggest

KINDS = {"city": "place", "role": "role", "locale": "locale"}


class Selection(NamedTuple):
    """The slugs and tags that are wanted, by kind; a kind that isn't there is all of it."""

    wanted: dict[str, frozenset[str]]

    def has(self, locale: str, place: str, role: str) -> bool:
        """Whether a guide is selected."""
        of = {"locale": locale, "place": place, "role": role}
        return all(of[kind] in wanted for kind, wanted in self.wanted.items())

    def guides(self, pack: Pack) -> Iterator[tuple[str, str, str]]:
        """Locale, place and role of the selected guides, in order."""
        return (guide for guide in pack.guides() if self.has(*guide))


def parse_selectors(selectors: Iterable[str], pack: Pack) -> Selection:
    """What selectors mean in a pack; several are joined by and. Raises `Refused`."""
    wanted: dict[str, frozenset[str]] = {}
    for selector in selectors:
        kind, colon, names = selector.partition(":")
        if kind not in KINDS or not colon or not names:
            raise refuse(
                "unknown-selector",
                f"'{selector}' is no selector",
                hint="write city:NAME, role:NAME or locale:TAG; several names with commas",
            )
        found = frozenset(_resolve(KINDS[kind], name.strip(), pack) for name in names.split(","))
        wanted[KINDS[kind]] = wanted.get(KINDS[kind], found) & found
    return Selection(wanted)


def _resolve(kind: str, name: str, pack: Pack) -> str:
    if kind != "locale":
        return find(pack.facts, kind, name)
    if name not in pack.all_locales:
        raise refuse("unknown-locale", f"unknown locale '{name}'", hint=suggest(name, pack.all_locales))
    return name
