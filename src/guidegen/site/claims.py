"""Which page each file of a site is: none is two, on any file system."""

from __future__ import annotations

from typing import NamedTuple

from guidegen.problems import refuse
from guidegen.site.address import Spot
from guidegen.site.plan import FILE
from guidegen.site.ways import Ways
from guidegen.source import Location


class _Page(NamedTuple):
    kind: str
    locale: str
    place: str
    role: str

    def __str__(self) -> str:
        if self.kind in ("front", "index"):
            return f"the {self.kind} page in '{self.locale}'"
        names = (
            (self.locale, self.place, self.role)
            if self.kind == "guide"
            else (self.locale, self.place or self.role)
        )
        return f"{'/'.join(names)}" if self.kind == "guide" else f"the {self.kind}'s page {'/'.join(names)}"


class Claims:
    """The pages of one site, noted as they turn up. Each raises `Refused` for a file that is taken."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self._pages: dict[str, _Page] = {}

    def guide(self, place: str, role: str, locale: str, path: str) -> None:
        """Note a guide's page."""
        self._claim(path, _Page("guide", locale, place, role))

    def page(self, kind: str, locale: str, slug: str = "") -> Spot:
        """Note the page of an index, a place or a role; gives where it is."""
        spot = self.ways.page(kind, locale, slug)
        place, role = (slug if kind == wanted else "" for wanted in ("place", "role"))
        self._claim(spot.path, _Page(kind, locale, place, role))
        return spot

    def front(self) -> None:
        """Note the site's first page, if it has one of its own."""
        if self.ways.front:
            self._claim(self.ways.front.path, _Page("front", self.ways.pack.locales[0], "", ""))

    def _claim(self, path: str, page: _Page) -> None:
        folded = path.casefold()
        other = self._pages.setdefault(path if folded == path else folded, page)  # one text, not two alike
        if other != page:
            message = f"{self.ways.ground.at(path).address} would be two pages: {other} and {page}"
            hint = "let each address name what tells its page from the others"
            raise refuse("address", message, self._location(page if page.kind != "front" else other), hint)

    def _location(self, page: _Page) -> Location:
        if page.kind == "guide":
            return self.ways.guide_location(page.place, page.role, page.locale)
        if page.kind == "front":
            return Location.of_file(FILE)
        return self.ways.location(page.kind, page.locale, page.place or page.role)
