"""Guides of a pack as text, put together from what was said before of their place, role and locale."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from guidegen.compose import Composer
from guidegen.facts import Owner
from guidegen.guide import Span
from guidegen.moulds.atoms import Atoms
from guidegen.moulds.depends import Depends
from guidegen.moulds.parts import Parts
from guidegen.moulds.runs import Atom, Fork, Node, Runs
from guidegen.moulds.scene import Here, Piece, Scene, There, Unsure
from guidegen.problems import Refused


class Cast(NamedTuple):
    """A guide in the text format: its bytes, title and newest date, and what it read (`build.work.Made`)."""

    data: bytes
    title: str
    dated: str
    reads: frozenset[str]


class Mould:
    """What makes the guides of one role in one locale: steps to the title, and to all that follows."""

    def __init__(self, there: There, runs: Runs, parts: Parts) -> None:
        self.there = there
        self.runs = runs
        self.is_titled = parts.is_titled
        self.nodes = parts.all()
        self.head, self.rest = (runs.steps(part) for part in self.nodes)

    def cast(self, scene: Scene) -> Cast:
        """One guide. Raises `Unsure` or `Refused` where composing it whole has to say what is so."""
        head: list[Piece] = []
        for step in self.head:
            step(scene, head)
        title = b"".join([piece.data for piece in head]).decode().strip("\r\n") if self.is_titled else ""
        pieces = head
        for step in self.rest:
            step(scene, pieces)
        data = b"".join([piece.data for piece in pieces])
        dated = max([piece.dated for piece in pieces])
        return Cast(data, title, dated, self.runs.union(tuple([piece.reads for piece in pieces])))


class Moulds:
    """The moulds of a pack, made when they are first needed; and the place that was last asked for."""

    def __init__(self, composer: Composer) -> None:
        self.composer = composer
        self._depends = Depends(composer.pack)
        self._mixed: set[str] = set()
        self._atoms: dict[str, dict[object, Atom]] = {}
        self._runs: dict[str, Runs] = {}
        self._moulds: dict[tuple[str, str], Mould | None] = {}
        self._pairs = frozenset(composer.pack.facts.pair_slugs())
        self._here: Here | None = None

    def cast(self, place: Owner, role: Owner, locale: str) -> Cast | None:
        """A guide as text; None where it has to be composed whole, be it for what is wrong with it."""
        if (place.slug, role.slug) in self._pairs:
            return None
        known = len(self._mixed)
        mould = self._mould(role, locale)
        try:
            if mould is None:
                return None
            return mould.cast(Scene(self.composer, self._at(place, locale), mould.there))
        except (Unsure, Refused):
            if len(self._mixed) == known:
                return None
            self._moulds.clear()  # a place's passage reads the role, as none did before
            return self.cast(place, role, locale)

    def spans(self, place: Owner, role: Owner, locale: str) -> Iterator[Span]:
        """The characters of the same text, each with its origin in this guide."""
        mould = self._mould(role, locale)
        assert mould is not None
        scene = Scene(self.composer, self._at(place, locale), mould.there)
        return (span for part in mould.nodes for span in said(scene, part))

    def _at(self, place: Owner, locale: str) -> Here:
        here = self._here
        if here is None or here.place is not place or here.locale != locale:
            here = self._here = Here(place, locale, self.composer.pack.language(locale))
        return here

    def _mould(self, role: Owner, locale: str) -> Mould | None:
        key = (role.slug, locale)
        if key not in self._moulds:
            self._moulds[key] = self._made(role, locale)
        return self._moulds[key]

    def _made(self, role: Owner, locale: str) -> Mould | None:
        runs = self._runs.setdefault(locale, Runs(self.composer.pack.settings.layout.newline))
        kept = self._atoms.setdefault(locale, {})
        atoms = Atoms(self.composer, self._depends, locale, role.slug, kept, self._mixed)
        try:
            return Mould(There(role, self._depends), runs, Parts(atoms))
        except (Unsure, Refused):
            return None


def said(scene: Scene, nodes: tuple[Node, ...]) -> Iterator[Span]:
    """What parts say for one guide, with origins."""
    for node in nodes:
        if isinstance(node, Atom):
            yield from node.say(scene).spans
        elif isinstance(node, Fork):
            yield from said(scene, node.choose(scene)[1])
