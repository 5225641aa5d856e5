"""What passages say as atoms: which of them are fixed, and which read a place, a role or both."""

from __future__ import annotations

from collections.abc import Callable

from guidegen.compose import Composer
from guidegen.composition import BLANK_LINE, Composition
from guidegen.guide import Span, plain
from guidegen.moulds.depends import Depends, is_item
from guidegen.moulds.runs import BOTH, FIXED, PLACE, ROLE, Atom, Node, Said, Told
from guidegen.moulds.scene import Scene, Unsure
from guidegen.outline import Use
from guidegen.snippets import Passage, fill, flowed, told
from guidegen.template import Part, Slot, Words, names

OWN = "place.slug"  # the key of what no two places share


class Atoms:
    """Atoms of one role in one locale, kept by what they are: those of several roles are the same ones.

    The places' own passages that read the role are in `mixed`, once that has been seen.
    """

    def __init__(
        self,
        composer: Composer,
        depends: Depends,
        locale: str,
        role: str,
        kept: dict[object, Atom],
        mixed: set[str],
    ) -> None:
        self.composer = composer
        self.pack = composer.pack
        self.depends = depends
        self.locale = locale
        self.role = role
        self.mixed = mixed
        self._kept = kept

    def of(
        self,
        read: tuple[str, ...],
        uses: list[Use],
        say: Callable[[Scene], Said],
        tell: Callable[[Scene], Told] | None = None,
    ) -> Atom:
        """An atom of some passages; a role's own passage is another for each role, whatever it reads."""
        kind = self.kind(read)
        if any(use.name.startswith("role:") for use in uses):
            kind = {FIXED: ROLE, PLACE: BOTH}.get(kind, kind)
        return Atom(kind, self.keys(read) if kind == BOTH else (), say, tell)

    def hushed(self, node: Node) -> Node:
        """A part that is said without being shown."""
        assert isinstance(node, Atom)

        def say(scene: Scene) -> Said:
            return node.say(scene)._replace(spans=())

        def tell(scene: Scene) -> Told:
            return node.tell(scene)._replace(text="")

        return self._keep(("hushed", node), lambda: Atom(node.kind, node.keys, say, tell))

    def shared(self, key: object, atom: Atom) -> Atom:
        """The atom of another role in its stead, if it reads no role."""
        return self._kept.setdefault(key, atom) if atom.kind in (FIXED, PLACE) else atom

    def kind(self, read: tuple[str, ...]) -> str:
        """What is read by these names: neither place nor role, one of them, or both."""
        of_place = any(self.depends.is_read_from("place", name) for name in read)
        of_role = any(self.depends.is_read_from("role", name) for name in read)
        if of_place and of_role:
            return BOTH
        return PLACE if of_place else ROLE if of_role else FIXED

    def keys(self, read: tuple[str, ...]) -> tuple[str, ...]:
        """The names whose values settle what these names say for one role."""
        return tuple(sorted({key for name in read for key in self.depends.keys(name)}))

    def fixed(self, *spans: Span) -> Atom:
        """What always stands there."""
        return self._keep(("fixed", *spans), lambda: constant(Said(spans, "", frozenset())))

    def _keep(self, key: object, make: Callable[[], Atom]) -> Atom:
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    # -- passages

    def passage(
        self, use: Use, *, flow: bool = True, must_speak: bool = False, decided: tuple[str, str] = ("", "")
    ) -> list[Node]:
        """A passage's parts, each on its own; one that isn't known before its place is stays whole."""
        if use.name.startswith("place:"):
            return [self._place_passage(use, flow, must_speak, decided)]
        passage = self.found(use)
        if must_speak and not any(map(_speaks, passage.parts)):
            raise Unsure
        if flow and BLANK_LINE.search(passage.text):
            raise Unsure
        return [self._leaf(use, passage, part, flow, must_speak, decided) for part in passage.parts]

    def found(self, use: Use, over: str = "") -> Passage:
        """A passage that is known before the place is; `over` is what its `item` is one of."""
        if use.decides or use.name.startswith(("place:", "pair:")):
            raise Unsure
        passage = self.pack.passage(use.name, self.locale, "", self.role, use.location)
        self.composer.memory.check(passage, over)
        return passage

    def _leaf(
        self, use: Use, passage: Passage, part: Part, flow: bool, must_speak: bool, decided: tuple[str, str]
    ) -> Atom:
        read = tuple(names((part,)))
        reads = frozenset({f"passage {use.name}"}).union(*map(self.depends.reads, read))
        must_show = must_speak and isinstance(part, Slot)

        def say(scene: Scene) -> Said:
            text, dated = scene.composition().say(passage, None, *decided, flow=flow, parts=(part,))
            if must_show and not plain(text).strip():
                raise Unsure
            return Said(text, dated, reads)

        def tell(scene: Scene) -> Told:
            if isinstance(part, Slot):
                found = scene.read(part.name)
                text, dated = "".join(fill(passage, part, found, scene.here.language)), found.dated
            else:
                text, dated = told(passage, (part,), scene.read, scene.here.language, flow=flow)
            if must_show and not text.strip():
                raise Unsure
            return Told(text, dated, reads)

        fixed = Told(flowed(part.text) if flow else part.text, "", reads) if isinstance(part, Words) else None
        key = (use.name, passage, part, flow, must_show, decided)
        return self._keep(key, lambda: self.of(read, [use], say, _telling(fixed) if fixed else tell))

    def _place_passage(self, use: Use, flow: bool, must_speak: bool, decided: tuple[str, str]) -> Atom:
        is_mixed = use.name in self.mixed

        def found(scene: Scene) -> tuple[Passage, frozenset[str]]:
            place, role = scene.here.place.slug, scene.there.role.slug
            passage = self.pack.passage(use.name, self.locale, place, role, use.location)
            self.composer.memory.check(passage, "")
            read = tuple(passage.names())
            if not is_mixed and self.kind(read) not in (FIXED, PLACE):
                self.mixed.add(use.name)
                raise Unsure
            if flow and BLANK_LINE.search(passage.text):
                raise Unsure
            return passage, frozenset({f"passage {use.name}"}).union(*map(self.depends.reads, read))

        def say(scene: Scene) -> Said:
            passage, reads = found(scene)
            text, dated = scene.composition().say(passage, None, *decided, flow=flow)
            return Said(text, dated, reads)

        def tell(scene: Scene) -> Told:
            passage, reads = found(scene)
            text, dated = told(passage, passage.parts, scene.read, scene.here.language, flow=flow)
            if must_speak and not text.strip():
                raise Unsure
            return Told(text, dated, reads)

        key = (use.name, flow, must_speak, decided, is_mixed)
        return self._keep(
            key, lambda: Atom(BOTH if is_mixed else PLACE, (OWN,) if is_mixed else (), say, tell)
        )

    # -- several passages as one

    def composed(
        self,
        uses: list[Use],
        each: Use,
        ends: list[Use],
        compose: Callable[[Composition], tuple[Span, ...]],
        tell: Callable[[Scene], tuple[str, str]] | None = None,
    ) -> Atom:
        """What some passages say together, for each entry of a list; `ends` are of its numbers."""
        found = [name for use in uses for name in self.found(use, each.name).names()]
        found += [each.name, *(use.name for use in ends)]
        read = tuple(dict.fromkeys(each.name if is_item(name) else name for name in found))
        reads = frozenset(f"passage {use.name}" for use in uses).union(*map(self.depends.reads, read))

        def say(scene: Scene) -> Said:
            composition = scene.composition()
            spans = compose(composition)
            return Said(spans, composition.dated, reads)

        def told_with_reads(scene: Scene) -> Told:
            assert tell is not None
            return Told(*tell(scene), reads)

        atom = self.of(read, uses, say, told_with_reads if tell else None)
        if each.name in atom.keys:
            atom.keys = (OWN,)  # entries carry more than values: where these are from, how sure they are
        return atom


def constant(said: Said) -> Atom:
    """An atom of what is known beforehand."""

    def say(_: Scene) -> Said:
        return said

    return Atom(FIXED, (), say, _telling(Told(plain(said.spans), said.dated, said.reads)))


def _telling(fixed: Told) -> Callable[[Scene], Told]:
    def tell(_: Scene) -> Told:
        return fixed

    return tell


def _speaks(part: Part) -> bool:
    """Whether a part of a passage can't be empty or blank: a slot never is."""
    return isinstance(part, Slot) or (isinstance(part, Words) and bool(part.text.strip()))
