"""What a site puts around a page: its address, its other languages, the way to it and onward."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """A page that another leads to: what it is called, where it lies from there, and its whole address."""

    text: str
    href: str
    address: str


class Tongue(NamedTuple):
    """A page in one of its languages: the locale's tag, what the language calls itself, where that page is.

    `territory` is Babel's name of the locale (`nl_BE`).
    """

    tag: str
    name: str
    territory: str
    step: Step


class Labels(NamedTuple):
    """What groups of links are called; the first two are heard and not seen."""

    trail: str
    languages: str
    more: str


class Frame(NamedTuple):
    """What stands around a page of a site.

    `trail` leads from the site's first page to this one, which isn't in it; `more` is what a reader may want
    next. `tongues` has the page in each of its languages, itself too, and `default` is the address of the
    one for readers of any other; of a page in one language both are empty. `kind` is Open Graph's.
    """

    address: str
    site: str
    kind: str
    territory: str
    labels: Labels
    trail: tuple[Step, ...] = ()
    tongues: tuple[Tongue, ...] = ()
    default: str = ""
    more: tuple[Step, ...] = ()
