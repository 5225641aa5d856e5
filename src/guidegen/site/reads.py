"""What a guide's page on a site reads besides the guide."""

from __future__ import annotations

from collections.abc import Iterator

from guidegen.moulds.depends import Depends
from guidegen.outline import Use
from guidegen.pack import OWNED, owned_file
from guidegen.problems import Refused
from guidegen.site.plan import FILE
from guidegen.site.ways import Ways


class SiteReads:
    """What the pages of guides read for what stands around them: trails, languages, onward links."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.pack = ways.pack
        self._depends = Depends(ways.pack)
        self._kept: dict[str, frozenset[str]] = {}
        labels, sheets = ways.plan.labels, ways.plan.sheets
        own = [use for sheet in sheets.values() for use in (sheet.name, sheet.address) if use]
        headings = [sheets[kind].heading for kind in ("place", "role")]
        self._here = [labels["trail"], labels["languages"], labels["more"], *own, *headings]
        indexes = [sheets["index"].address] if sheets["index"].address else []
        self._everywhere = [labels["language"], ways.guide_address, *indexes]

    def of(self, place: str, role: str, locale: str) -> frozenset[str]:
        """The keys for one guide, as `build.work.Made` has them, which are relative to it.

        What it reads of other languages has no such key, and stands as `snippets/LOCALE#NAME`.
        """
        if any(":" in use.name for use in (*self._here, *self._everywhere)):
            return frozenset(self._of(place, role, locale))
        if locale not in self._kept:
            self._kept[locale] = frozenset(self._of(place, role, locale))
        return self._kept[locale]

    def _of(self, place: str, role: str, locale: str) -> Iterator[str]:
        yield from ("settings", "outline", FILE)
        for tag in self.pack.locales:
            for use in (*(self._here if tag == locale else ()), *self._everywhere):
                yield f"passage {use.name}" if tag == locale else _elsewhere(use, tag, place, role)
                yield from self._behind(use, tag, place, role)

    def _behind(self, use: Use, locale: str, place: str, role: str) -> Iterator[str]:
        """What the passage's own names read."""
        try:
            passage = self.pack.passage(use.name, locale, place, role, use.location)
            for name in passage.names():
                yield from self._depends.reads(name)
        except Refused:
            return  # a passage that is missing or wrong reads nothing yet


def _elsewhere(use: Use, locale: str, place: str, role: str) -> str:
    kind, colon, name = use.name.partition(":")
    if not colon or kind not in OWNED:
        return f"snippets/{locale}#{use.name}"
    slug = {"place": place, "role": role, "pair": f"{place}/{role}"}[kind]
    return f"{owned_file(locale, kind, slug)}#{name}"
