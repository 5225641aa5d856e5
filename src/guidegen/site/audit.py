"""What is wrong with a site before any of its pages is made: passages, addresses, pages in one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guidegen.pack import Pack
from guidegen.problems import Problem, Refused, errors, together
from guidegen.site.claims import Claims
from guidegen.site.plan import Plan, uses
from guidegen.site.ways import Ways
from guidegen.site.words import foreign, misplaced


def site_problems(pack: Pack) -> list[Problem]:
    """What `build --site` would stumble over, each with its place; nothing for a pack without a site."""
    if pack.site is None:
        return []
    if found := list(_misread(pack, pack.site)):
        return found
    try:
        ways = Ways(pack, pack.settings.as_of)
    except Refused as refused:
        return list(refused.problems)
    found = together(_unsaid(pack, ways, pack.site))
    return found if errors(found) else together(_shared(pack, ways))


def _misread(pack: Pack, plan: Plan) -> Iterator[Problem]:
    """Passages that read what their page isn't about."""
    for use, about in uses(plan):
        if wrong := misplaced(use, about):
            yield wrong
        for locale in pack.locales:
            passage = pack.shared(locale).get(use.name)
            try:
                yield from foreign(passage, use, about, pack.book) if passage else ()
            except Refused as refused:
                yield from refused.problems


def _unsaid(pack: Pack, ways: Ways, plan: Plan) -> Iterator[Problem]:
    """What can't be said for a place or role that has guides, and addresses where no page can lie."""
    addresses = {sheet.address for sheet in plan.sheets.values()}
    guides = list(pack.guides())
    for use, about in uses(plan):
        say = ways.speaker.spot if use in addresses else ways.speaker.say
        for locale, place, role in _each(guides, about):
            try:
                say(use, locale, place, role)
            except Refused as refused:
                yield from refused.problems
    for locale, place, role in guides:
        try:
            ways.guide(place, role, locale)
        except Refused as refused:
            yield from refused.problems


def _shared(pack: Pack, ways: Ways) -> Iterator[Problem]:
    """Pages that would be one file with another."""
    claims = Claims(ways)
    claims.front()
    seen: set[tuple[str, str, str]] = set()
    for locale, place, role in pack.guides():
        pages = {("index", locale, ""), ("place", locale, place), ("role", locale, role)} - seen
        seen |= pages
        try:
            claims.guide(place, role, locale, ways.guide(place, role, locale).path)
        except Refused as refused:
            yield from refused.problems
        for page in sorted(pages):
            try:
                claims.page(*page)
            except Refused as refused:
                yield from refused.problems


def _each(guides: Iterable[tuple[str, str, str]], about: tuple[str, ...]) -> dict[tuple[str, str, str], None]:
    """Locale, place and role of each thing that a passage is about, with guides; "" for what it isn't."""
    return {
        (locale, place if "place" in about else "", role if "role" in about else ""): None
        for locale, place, role in guides
    }
