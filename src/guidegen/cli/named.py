"""The guide that a command line names, and the day it is to be read as of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guidegen.cli.console import complain

if TYPE_CHECKING:
    from guidegen.compose import Composer
    from guidegen.guide import Guide
    from guidegen.pack import Pack


def day_named(text: str | None) -> str:
    """The day that an option gives, empty without it. Raises `Refused` for what is no day."""
    from guidegen.keys import date_hint, is_date, visible_key
    from guidegen.problems import refuse

    if text is not None and (len(text) != 10 or not is_date(text)):
        raise refuse("wrong-type", f"'{visible_key(text)}' is no day", hint=date_hint(text, whole=True))
    return text or ""


def guide_named(pack: Pack, city: str, role: str, locale: str | None, as_of: str) -> tuple[Composer, Guide]:
    """The guide of a place and a role, by any of their names, and what composed it; a draft is told of.

    Raises `Refused` for a name that the pack doesn't have, and for all that is wrong with the guide.
    """
    from guidegen.compose import Composer
    from guidegen.finding import find

    tag = locale or pack.locales[0]
    pack.language(tag)
    place_slug, role_slug = find(pack.facts, "place", city), find(pack.facts, "role", role)
    composer = Composer(pack, as_of)
    guide = composer.compose(place_slug, role_slug, tag)
    for kind, slug in (("place", place_slug), ("role", role_slug)):
        owner = pack.facts.owner(kind, slug)
        if owner and not owner.is_published:
            complain(f"{slug} is a draft: this guide isn't published")
    if tag not in pack.locales:
        complain(f"the locale {tag} is a draft: this guide isn't published")
    return composer, guide
