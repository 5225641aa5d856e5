"""The pages that lead to guides: an index of each language, a page of each place and of each role."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from typing import NamedTuple

from guidegen.build.work import Output
from guidegen.formats.collection import Collection, Entry, Links
from guidegen.formats.html import collection_bytes
from guidegen.problems import Problem, Refused, errors
from guidegen.site.address import Spot
from guidegen.site.claims import Claims
from guidegen.site.plan import Sheet
from guidegen.site.sitemap import Mapped
from guidegen.site.ways import Way, Ways, step

Order = tuple[str, ...]


class Published(NamedTuple):
    """A guide that the site has: its page's file, and the newest date of a fact in it."""

    place: str
    role: str
    locale: str
    path: str
    dated: str


class _Line(NamedTuple):
    """A link of a list that is being gathered: where it comes, its text, its page's file, the text's date."""

    order: Order
    text: str
    path: str
    dated: str


class _Group(NamedTuple):
    """A page in each of its languages, by locale: the files, and the newest date in each."""

    paths: dict[str, str]
    dated: dict[str, str]


class Lists:
    """The pages of lists for some guides; what keeps one from being made gathers in `problems`."""

    def __init__(self, ways: Ways, published: Iterable[Published]) -> None:
        self.ways = ways
        self.rows = sorted(published)
        self.locales = ways.pack.locales
        self.problems: list[Problem] = []
        self._claims = Claims(ways)
        self._groups: list[_Group] = []
        self._places: dict[str, list[_Line]] = {}
        self._roles: dict[str, list[_Line]] = {}
        self._of_role: dict[tuple[str, str], list[_Line]] = {}
        for row in self.rows:
            with self._going_on():
                self._claims.guide(row.place, row.role, row.locale, row.path)
        with self._going_on():
            self._claims.front()

    def pages(self) -> Iterator[Output]:
        """Each place's page in each language, then the roles', the indexes and the front page.

        A place's facts are read once, and not needed any more when the next place's are.
        """
        for place, rows in groupby(self.rows, lambda row: row.place):
            yield from self._place_pages(place, [*rows])
            self.ways.speaker.forget(place)
        for role in dict.fromkeys(role for role, _ in sorted(self._of_role)):
            yield from self._role_pages(role)
        yield from self._indexes()
        if self.ways.front:
            with self._going_on():
                yield self._front_page(self.ways.front)

    def mapped(self) -> Iterator[Mapped]:
        """All pages for the sitemap, once `pages` has made its own."""
        for group in reversed(self._groups):
            yield from self._mapped(group.paths, group.dated)
        for _, rows in groupby(self.rows, lambda row: row[:2]):
            by_locale = {row.locale: row for row in rows}
            there = [by_locale[tag] for tag in self.locales if tag in by_locale]
            paths, dated = ({row.locale: row[field] for row in there} for field in (3, 4))
            yield from self._mapped(paths, dated)

    def _mapped(self, paths: Mapping[str, str], dated: Mapping[str, str]) -> Iterator[Mapped]:
        spots = {tag: self.ways.ground.at(path) for tag, path in paths.items()}
        languages = self.ways.languages(spots)
        yield from (Mapped(spot.address, dated[tag], languages) for tag, spot in spots.items())

    # -- pages

    def _place_pages(self, place: str, rows: list[Published]) -> Iterator[Output]:
        say, sheets = self.ways.speaker.say, self.ways.plan.sheets
        spots = self._spots("place", {row.locale for row in rows}, place)
        newest: dict[str, str] = {}
        for locale, here in spots.items():
            lines = []
            with self._going_on():
                order = self._order(place, locale)
                for row in (row for row in rows if row.locale == locale):
                    text, dated = say(sheets["place"].lists["guides"].entry, locale, place, row.role)
                    lines.append(_Line((_alphabetic(text), row.role), text, row.path, dated))
                    said = say(sheets["role"].lists["guides"].entry, locale, place, row.role)
                    of_role = self._of_role.setdefault((row.role, locale), [])
                    of_role.append(_Line(order, said.text, row.path, said.dated))
                page = self._page(sheets["place"], locale, spots, {"guides": lines}, place=place)
                said = say(sheets["index"].lists["places"].entry, locale, place)
                self._places.setdefault(locale, []).append(_Line(order, said.text, here.path, said.dated))
                newest[locale] = page.dated
                yield Output(here.path, collection_bytes(page))
        self._note(spots, newest)

    def _role_pages(self, role: str) -> Iterator[Output]:
        say, sheets = self.ways.speaker.say, self.ways.plan.sheets
        spots = self._spots("role", {tag for tag in self.locales if (role, tag) in self._of_role}, role)
        newest: dict[str, str] = {}
        for locale, here in spots.items():
            lines = {"guides": self._of_role.pop((role, locale))}
            with self._going_on():
                page = self._page(sheets["role"], locale, spots, lines, role=role)
                text, dated = say(sheets["index"].lists["roles"].entry, locale, role=role)
                line = _Line((_alphabetic(text), role), text, here.path, dated)
                self._roles.setdefault(locale, []).append(line)
                newest[locale] = page.dated
                yield Output(here.path, collection_bytes(page))
        self._note(spots, newest)

    def _indexes(self) -> Iterator[Output]:
        spots = self._spots("index", {*self.locales})
        newest: dict[str, str] = {}
        for locale, here in spots.items():
            lines = {"places": self._places.get(locale, []), "roles": self._roles.get(locale, [])}
            with self._going_on():
                page = self._page(self.ways.plan.sheets["index"], locale, spots, lines)
                newest[locale] = page.dated
                yield Output(here.path, collection_bytes(page))
        self._note(spots, newest)

    def _front_page(self, here: Spot) -> Output:
        ways, source = self.ways, self.locales[0]
        sheet = ways.plan.sheets["front"]
        entries = tuple(
            Entry(step(here, (ways.speaker.say(sheet.lists["languages"].entry, tag).text, spot)), tag)
            for tag in self.locales
            for spot in [ways.page("index", tag)]
        )
        page = self._page(sheet, source, {source: here}, {})
        heading = page.lists[0].heading
        page = page._replace(lists=(Links(heading, entries),))
        self._note({source: here}, {source: page.dated})
        return Output(here.path, collection_bytes(page))

    def _page(
        self,
        sheet: Sheet,
        locale: str,
        spots: Mapping[str, Spot],
        lines: Mapping[str, list[_Line]],
        **about: str,
    ) -> Collection:
        ways, here = self.ways, spots[locale]
        title, heading, description, intro = (
            ways.speaker.say(use, locale, **about) if use else None
            for use in (sheet.title, sheet.heading, sheet.description, sheet.intro)
        )
        assert title
        assert heading
        assert description
        links = []
        dates = [said.dated for said in (title, heading, description, intro) if said]
        for name, listed in sheet.lists.items():
            over = ways.speaker.say(listed.heading, locale, **about) if listed.heading else None
            dates += [over.dated] if over else []
            dates += [line.dated for line in lines.get(name, ())]
            entries = tuple(
                Entry(step(here, (line.text, ways.ground.at(line.path))), locale)
                for line in sorted(lines.get(name, ()))
            )
            links.append(Links(over.text if over else "", entries))
        return Collection(
            locale,
            title.text,
            heading.text,
            description.text,
            intro.text if intro else "",
            tuple(links),
            max(dates),
            ways.ground.home,
            ways.frame("website", locale, spots, self._trail(sheet.kind, locale)),
        )

    def _trail(self, kind: str, locale: str) -> list[Way]:
        ways = self.ways.trail(locale)
        return {"front": [], "index": ways[:-1]}.get(kind, ways)

    # -- where they are

    def _spots(self, kind: str, locales: set[str], slug: str = "") -> dict[str, Spot]:
        """A page in the languages that it has and can have."""
        spots = {}
        for tag in self.locales:
            if tag in locales:
                with self._going_on():
                    spots[tag] = self._claims.page(kind, tag, slug)
        return spots

    def _note(self, spots: Mapping[str, Spot], dated: dict[str, str]) -> None:
        """Note the pages of these that were made."""
        self._groups.append(_Group({tag: spots[tag].path for tag in spots if tag in dated}, dated))

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        """Note what is wrong with one page, and go on with the others."""
        try:
            yield
        except Refused as refused:
            self.problems += refused.problems

    def _order(self, place: str, locale: str) -> Order:
        """Where a place comes in lists: under its country, which comes first, by name."""
        facts = self.ways.pack.facts
        owner = facts.owner("place", place)
        if owner is None:
            raise Refused(errors(self.ways.pack.problems))
        country = facts.country(owner)
        names = [one.names.label(locale) if one else "" for one in (country, owner)]
        is_within = "" if country and country.slug == place else "within"
        return (_alphabetic(names[0]), is_within, _alphabetic(names[1]), place)


def _alphabetic(text: str) -> str:
    """The text for putting in order: without accents, capitals like small letters."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))
