"""What the passages of a site's pages say: for a place, a role, both or neither."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from guidegen.facts import Owner
from guidegen.keys import ADDRESS_HINT, is_address, visible_key
from guidegen.lookup import Subject
from guidegen.outline import Use
from guidegen.pack import OWNED, Pack
from guidegen.pairs import NO_PAIR
from guidegen.problems import Problem, Refused, errors, refuse
from guidegen.rules.book import Book
from guidegen.rules.known import Known
from guidegen.site.address import Ground, OffSite, Spot
from guidegen.snippets import Passage, check_passage, evaluate, flowed
from guidegen.source import Location
from guidegen.template import Branch, Part, Slot, Words
from guidegen.values import Names

_NOBODY = Owner("", "", Names({}, Location.of_file("")), "", "", None, {}, Location.of_file(""))


class Saying(NamedTuple):
    """A text of a page, and the newest date of a fact in it."""

    text: str
    dated: str


class Speaker:
    """Says passages of one pack as of one day, each once for what it reads.

    What reads a place is kept until another place is asked for.
    """

    def __init__(self, pack: Pack, as_of: str) -> None:
        self.pack = pack
        self.as_of = as_of
        self.ground = Ground(pack.settings)
        self._kept: dict[tuple[str, ...], Saying] = {}
        self._of_place: tuple[str, dict[tuple[str, ...], Saying]] = "", {}
        self._read: dict[tuple[Passage, tuple[str, ...]], frozenset[str]] = {}

    def say(self, use: Use, locale: str, place: str = "", role: str = "") -> Saying:
        """What a passage says; it may read the place and the role that are given, and no other.

        Raises `Refused`.
        """
        about = about_what(place, role)
        if wrong := misplaced(use, about):
            raise Refused([wrong])
        passage = self.pack.passage(use.name, locale, place, role, use.location)
        if (passage, about) not in self._read:
            self._read[passage, about] = self._reads(passage, use, about)
        reads = self._read[passage, about]
        key = (use.name, locale, place if "place" in reads else "", role if "role" in reads else "")
        kept = self._kept
        if key[2]:
            if self._of_place[0] != place:
                self._of_place = place, {}
            kept = self._of_place[1]
        if key not in kept:
            kept[key] = self._said(passage, locale, *key[2:])
        return kept[key]

    def forget(self, place: str) -> None:
        """Drop what is kept of a place."""
        if self._of_place[0] == place:
            self._of_place = "", {}

    def spot(self, use: Use, locale: str, place: str = "", role: str = "") -> Spot:
        """The page at the address that a passage says. Raises `Refused` if the site can't have one there."""
        text = self.say(use, locale, place, role).text
        try:
            if is_address(text):
                return self.ground.spot(text)
            message, hint = f"'{visible_key(text)}' is no address that can be linked to", ADDRESS_HINT
        except OffSite as off:
            message, hint = f"no page can lie at {text}: {off.message}", off.hint
        raise refuse("address", message, self.home_of(use, locale, place, role), hint)

    def home_of(self, use: Use, locale: str, place: str = "", role: str = "") -> Location:
        """Where a passage's first line stands."""
        passage = self.pack.passage(use.name, locale, place, role, use.location)
        return passage.at(0, len(passage.text.split("\n")[0]))

    def _reads(self, passage: Passage, use: Use, about: tuple[str, ...]) -> frozenset[str]:
        """Which of place and role a passage depends on, once it is known to be right for what it is about."""
        wrong = list(check_passage(passage, self.pack.catalogue, None))
        if wrong := wrong or list(foreign(passage, use, about, self.pack.book)):
            raise Refused(wrong)
        reads = self.pack.book.leaf_roots({name.split(".")[0] for name in passage.names()})
        kind = use.name.partition(":")[0] if passage.owner else ""
        return frozenset({"place", "role"}) if "pair" in (*reads, kind) else reads | {kind}

    def _said(self, passage: Passage, locale: str, place: str, role: str) -> Saying:
        facts = self.pack.facts
        about, wanted = (
            facts.owner(kind, slug) if slug else _NOBODY for kind, slug in (("place", place), ("role", role))
        )
        if about is None or wanted is None:
            raise Refused(errors(self.pack.problems))
        pair = facts.pair(place, role) if place and role else NO_PAIR
        subject = Subject(facts, self.pack.settings.site, locale, self.as_of, about, wanted, pair)
        known = Known(subject, self.pack.book, self.pack.catalogue)
        text, dated = "", ""
        for said in evaluate(passage, known.read, self.pack.language(locale)):
            dated = max(dated, *(read.dated for read in said.reads), "")
            text += "".join(map(flowed, said.pieces) if isinstance(said.leaf, Words) else said.pieces)
        if not text.strip():
            hint = "say something in each case"
            raise refuse("empty-block", f"passage '{passage.id}' comes to nothing", passage.location, hint)
        return Saying(text, dated)


def about_what(place: str, role: str) -> tuple[str, ...]:
    """What a page or entry is about, by the slugs that it has: `place`, `role`, with both also the `pair`."""
    return (*["place"] * bool(place), *["role"] * bool(role), *["pair"] * bool(place and role))


def misplaced(use: Use, about: tuple[str, ...]) -> Problem | None:
    """What is wrong with an owner's own passage (`place:scene`) where the page is about no such owner."""
    kind, colon, _ = use.name.partition(":")
    if not colon or kind not in OWNED or kind in about:
        return None
    message = f"'{use.name}' is a {kind}'s own passage, and what is said here is about no {kind}"
    return Problem("site", message, use.location, "name a passage that every page may have")


def foreign(passage: Passage, use: Use, about: tuple[str, ...], book: Book) -> Iterator[Problem]:
    """Names in a passage that read what its page isn't about. Raises `Refused` for wrong syntax."""
    for part in _named(passage.parts):
        if beyond := sorted(book.leaf_roots({part.name.split(".")[0]}) - {"site", *about}):
            message = f"'{part.name}' reads the {beyond[0]}, and what is said here is about no {beyond[0]}"
            hint = f"{use.location} names this passage: name another there, or leave it out here"
            yield Problem("site", message, passage.where(part, part.name), hint)


def _named(parts: tuple[Part, ...]) -> Iterator[Slot | Branch]:
    for part in parts:
        if not isinstance(part, Words):
            yield part
        if isinstance(part, Branch):
            yield from _named((*part.then, *part.otherwise))
