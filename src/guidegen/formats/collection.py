"""Pages that lead to others: a heading, a word about it, and lists of links."""

from __future__ import annotations

from typing import NamedTuple

from guidegen.formats.frame import Frame, Step


class Entry(NamedTuple):
    """A link of a list; `locale` is the tag of the language that the text and its page are in."""

    step: Step
    locale: str


class Links(NamedTuple):
    """A list of links, and the heading that it stands under; that may be empty."""

    heading: str
    entries: tuple[Entry, ...]


class Collection(NamedTuple):
    """A page of lists. `title` is the browser's, `heading` the reader's; `intro` may be empty.

    `home` is the address of the site that it is part of, `dated` the newest date of a fact that it shows,
    if it shows any.
    """

    locale: str
    title: str
    heading: str
    description: str
    intro: str
    lists: tuple[Links, ...]
    dated: str
    home: str
    frame: Frame
