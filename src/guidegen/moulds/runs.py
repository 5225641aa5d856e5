"""Runs of a guide's text: each is said once for the values that it reads, and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from guidegen.guide import Span, plain
from guidegen.keys import is_address
from guidegen.moulds.scene import Key, Piece, Scene, Unsure

FIXED, ROLE, PLACE, BOTH = "fixed", "role", "place", "both"
Kept = TypeVar("Kept")
MOST_KEPT = 20_000  # pieces of one run; what is dropped is said again
Step = Callable[[Scene, list[Piece]], None]


class Said(NamedTuple):
    """Spans, the newest date that they rest on, and what of the pack was read for them."""

    spans: tuple[Span, ...]
    dated: str
    reads: frozenset[str]


class Told(NamedTuple):
    """The same text without its origins."""

    text: str
    dated: str
    reads: frozenset[str]


class Atom:
    """A part of a guide that is never cut: what it reads (`kind`), and how it is said.

    One that reads facts of place and role together says the same where the `keys` have the same values.
    `say` gives its spans, `tell` the text of them.
    """

    __slots__ = ("keys", "kind", "say", "tell")

    def __init__(
        self,
        kind: str,
        keys: tuple[str, ...],
        say: Callable[[Scene], Said],
        tell: Callable[[Scene], Told] | None = None,
    ) -> None:
        self.kind = kind
        self.keys = keys
        self.say = say
        self.tell = tell or self._tell

    def _tell(self, scene: Scene) -> Told:
        said = self.say(scene)
        return Told(plain(said.spans), said.dated, said.reads)


class Fork:
    """Where it is decided which parts follow: the same ones where the `keys` have the same values."""

    __slots__ = ("choose", "keys")

    def __init__(
        self, keys: tuple[str, ...], choose: Callable[[Scene], tuple[Said, tuple[Node, ...]]]
    ) -> None:
        self.keys = keys
        self.choose = choose


class Address:
    """Parts that together have to be an address; they aren't shown here."""

    __slots__ = ("nodes",)

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self.nodes = nodes


Node = Atom | Fork | Address


class Run:
    """Atoms that stand side by side and read alike."""

    __slots__ = ("atoms", "maker")

    def __init__(self, atoms: tuple[Atom, ...], maker: Runs) -> None:
        self.atoms = atoms
        self.maker = maker

    def piece(self, scene: Scene) -> Piece:
        """What all of it says for one guide."""
        told = [atom.tell(scene) for atom in self.atoms]
        text = "".join([one.text for one in told])
        return self.maker.piece(text, max([one.dated for one in told]), [one.reads for one in told])


class _Group:
    """Atoms that will be one run: what is fixed goes with any other."""

    def __init__(self) -> None:
        self.atoms: list[Atom] = []
        self.kind = FIXED
        self.keys: tuple[str, ...] = ()

    def takes(self, atom: Atom) -> bool:
        """Whether an atom reads as those before it do."""
        return FIXED in (self.kind, atom.kind) or (self.kind, self.keys) == (atom.kind, atom.keys)

    def add(self, atom: Atom) -> None:
        """Take an atom."""
        self.atoms.append(atom)
        if atom.kind != FIXED:
            self.kind, self.keys = atom.kind, atom.keys


class Runs:
    """Groups nodes into runs, and makes a step of each; equal runs of several roles are one.

    `newline` is what a line feed is written as.
    """

    def __init__(self, newline: str) -> None:
        self.newline = newline
        self.sets: dict[frozenset[str], int] = {}
        self._joined: dict[tuple[frozenset[str], ...], int] = {}
        self._runs: dict[tuple[Atom, ...], Run] = {}
        self._unions: dict[tuple[int, ...], frozenset[str]] = {}

    def piece(self, text: str, dated: str, reads: list[frozenset[str]]) -> Piece:
        """Text as bytes, with what was read for it."""
        if self.newline != "\n":
            text = text.replace("\n", self.newline)
        return Piece(text.encode(), dated, self._number(tuple(reads)))

    def _number(self, reads: tuple[frozenset[str], ...]) -> int:
        number = self._joined.get(reads)
        if number is None:
            whole = frozenset().union(*reads)
            number = self._joined[reads] = self.sets.setdefault(whole, len(self.sets))
        return number

    def union(self, numbers: tuple[int, ...]) -> frozenset[str]:
        """The sets of these numbers, as one."""
        if numbers not in self._unions:
            sets = list(self.sets)
            self._unions[numbers] = frozenset().union(*(sets[number] for number in set(numbers)))
        return self._unions[numbers]

    def steps(self, nodes: Iterable[Node]) -> tuple[Step, ...]:
        """A step for each run and each fork, for one role."""
        steps: list[Step] = []
        group = _Group()
        for node in nodes:
            if isinstance(node, Atom) and group.takes(node):
                group.add(node)
                continue
            if group.atoms:
                steps.append(self._step(group))
            group = _Group()
            if isinstance(node, Atom):
                group.add(node)
            else:
                steps.append(self._fork(node) if isinstance(node, Fork) else self._address(node))
        return (*steps, self._step(group)) if group.atoms else tuple(steps)

    def _step(self, group: _Group) -> Step:
        atoms = tuple(group.atoms)
        run = self._runs.setdefault(atoms, Run(atoms, self))
        if group.kind == PLACE:
            return _of_place(run)
        return _varied(run, group.keys) if group.kind == BOTH else _constant(run)

    def _fork(self, fork: Fork) -> Step:
        kept: dict[Key, tuple[Piece, tuple[Step, ...]]] = {}
        branches: dict[tuple[Node, ...], tuple[Step, ...]] = {}
        keys = fork.keys

        def step(scene: Scene, pieces: list[Piece]) -> None:
            key = scene.values(keys)
            found = kept.get(key)
            if found is None:
                said, nodes = fork.choose(scene)
                if nodes not in branches:
                    branches[nodes] = self.steps(nodes)
                found = self.piece("", said.dated, [said.reads]), branches[nodes]
                _keep(kept, key, found)
            piece, steps = found
            pieces.append(piece)
            for inner in steps:
                inner(scene, pieces)

        return step

    def _address(self, address: Address) -> Step:
        steps = self.steps(address.nodes)

        def step(scene: Scene, pieces: list[Piece]) -> None:
            said: list[Piece] = []
            for inner in steps:
                inner(scene, said)
            if not is_address(b"".join([piece.data for piece in said]).decode()):
                raise Unsure
            pieces += [_hushed(piece) for piece in said]

        return step


def _hushed(piece: Piece) -> Piece:
    return Piece(b"", piece.dated, piece.reads)


def _constant(run: Run) -> Step:
    kept: list[Piece] = []

    def step(scene: Scene, pieces: list[Piece]) -> None:
        if not kept:
            kept.append(run.piece(scene))
        pieces.append(kept[0])

    return step


def _of_place(run: Run) -> Step:
    def step(scene: Scene, pieces: list[Piece]) -> None:
        piece = scene.said.get(run)
        if piece is None:
            piece = scene.said[run] = run.piece(scene)
        pieces.append(piece)

    return step


def _varied(run: Run, keys: tuple[str, ...]) -> Step:
    kept: dict[Key, Piece] = {}

    def step(scene: Scene, pieces: list[Piece]) -> None:
        key = scene.values(keys)
        piece = kept.get(key)
        if piece is None:
            piece = run.piece(scene)
            _keep(kept, key, piece)
        pieces.append(piece)

    return step


def _keep(kept: dict[Key, Kept], key: Key, found: Kept) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[key] = found
