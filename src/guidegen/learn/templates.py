"""Documents whose texts fit one template, and what stands at each position of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from guidegen.learn.model import Slot
from guidegen.learn.tokens import Cells, Known, Token

ALIGNED = 2_000  # pieces of a text, at most, that is aligned with others: a dozen pages


class Piece(NamedTuple):
    """A position of a template: `raw`, if all documents say the `same`, or one of `slots`, or a figure.

    A piece that is both the same and a slot was seen where that can't be told: at one place, for instance.
    """

    space: str
    raw: str
    is_same: bool
    slots: tuple[Slot, ...] = ()
    form: str = ""
    values: dict[int, Decimal] = {}  # noqa: RUF012 - never changed

    @property
    def is_open(self) -> bool:
        """Whether a word of the text and a slot explain it alike."""
        return self.is_same and bool(self.slots)

    @property
    def shown(self) -> str:
        """It as a reader of the template sees it; the same whatever the order of documents."""
        if self.is_same:
            return self.space + self.raw
        if self.slots:
            return f"{self.space}{{{self.slots[0].name}{self.slots[0].filters}}}"
        return f"{self.space}{{{self.form}}}"


class Group(NamedTuple):
    """Documents that one template explains, their tokens, and its pieces."""

    cells: Cells
    pieces: tuple[Piece, ...]

    @property
    def documents(self) -> tuple[int, ...]:
        """Them, by number."""
        return tuple(self.cells)

    @property
    def shown(self) -> str:
        """Its template as a reader sees it."""
        return "".join(piece.shown for piece in self.pieces)


def grouped(cells: Cells, known: Known) -> list[Group]:
    """The documents by template: as few groups as words, slots and figures allow; the largest first.

    Texts are put together by the hash of their tokens with names and figures masked. At each masked
    position all documents must agree on a word, a slot or the form of a figure; where they
    don't, each goes with the explanation that most of them have, so that a constant that looks like the
    name of one place is a constant for that place too.
    """
    alike: dict[tuple[str | tuple[str, str], ...], list[int]] = {}
    for document in sorted(cells):
        alike.setdefault(tuple(token.shape for token in cells[document]), []).append(document)
    groups: list[Group] = []
    for documents in alike.values():
        groups += [
            group_of({document: cells[document] for document in fitting}, known)
            for fitting in _fitting(documents, cells, known)
        ]
    return by_size(groups)


def by_size(groups: Iterable[Group]) -> list[Group]:
    """The groups with the most documents first, then by their texts."""
    return sorted(groups, key=lambda group: (-len(group.cells), group.shown))


def group_of(cells: Cells, known: Known) -> Group:
    """The group of these documents, whose tokens fit one template."""
    documents = tuple(cells)
    first = cells[documents[0]]
    pieces = []
    for position, token in enumerate(first):
        if token.is_name or token.form or token.slots:
            column = [cells[document][position] for document in documents]
            pieces.append(_piece(documents, column, known))
        else:
            pieces.append(Piece(token.space, token.raw, is_same=True))
    return Group(cells, tuple(pieces))


def _piece(documents: Sequence[int], column: Sequence[Token], known: Known) -> Piece:
    first = column[0]
    is_same = all(token.raw == first.raw for token in column)
    slots = _common(column, known)
    if first.form and not first.is_name:
        # A number that is the same everywhere may count a list by chance.
        values = {document: token.value for document, token in zip(documents, column)}
        counts = () if is_same else slots
        return Piece(first.space, first.raw, is_same, counts, "" if counts else first.form, values)
    return Piece(first.space, first.raw, is_same, slots)


def _common(column: Iterable[Token], known: Known) -> tuple[Slot, ...]:
    """The slots that all of the tokens may be, the likeliest first."""
    common: set[Slot] | None = None
    for token in column:
        common = {*token.slots} if common is None else common & {*token.slots}
        if not common:
            return ()
    return tuple(sorted(common or (), key=lambda slot: (known.order(slot), slot)))


def _fitting(documents: Sequence[int], cells: Cells, known: Known) -> list[list[int]]:
    """The documents, whose texts have one shape, apart where no one explanation of a name fits all."""
    labels: dict[int, list[str | Slot]] = {document: [] for document in documents}
    for position, token in enumerate(cells[documents[0]]):
        if not token.is_name:
            continue
        column = [cells[document][position] for document in documents]
        if all(other.raw == token.raw for other in column) or _common(column, known):
            continue
        share: Counter[str | Slot] = Counter()
        for other in column:
            share.update((other.raw, *other.slots))
        for document, other in zip(documents, column):
            slot = min(other.slots, key=lambda slot: (-share[slot], known.order(slot), slot), default=None)
            labels[document].append(other.raw if slot is None or share[other.raw] > share[slot] else slot)
    parts: dict[tuple[str | Slot, ...], list[int]] = {}
    for document in documents:
        parts.setdefault(tuple(labels[document]), []).append(document)
    return list(parts.values())


class Contexts:
    """What stands beside names in the templates of a column, to tell constants from slots.

    A country's name in the country's own text may be either. It is a slot if other templates have that slot
    beside the same words, and a constant if they have the constant there; where neither is so, nobody knows.
    """

    def __init__(self, groups: Iterable[Group]) -> None:
        self._seen: dict[tuple[str, str | Slot, str], set[int]] = {}
        self._constants: set[str] = set()
        many = list(groups)
        for group in many:
            self._constants.update(piece.raw for piece in group.pieces if piece.is_same and not piece.slots)
        for group in many:
            for index, piece in enumerate(group.pieces):
                constant = piece.is_same and not piece.slots
                if constant or (piece.slots and not self.is_constant(piece)):
                    meant = piece.raw if constant else piece.slots[0]
                    for side, word in _beside(group, index):
                        self._seen.setdefault((side, meant, word), set()).add(id(group.cells))

    def is_constant(self, piece: Piece) -> bool:
        """Whether a piece that may be a slot is also a word that other documents of the column say."""
        return piece.is_open and piece.raw in self._constants

    def is_slot(self, group: Group, index: int, *, default: bool) -> bool:
        """Whether an open piece of a template is its slot; `default` where words around it don't tell."""
        piece = group.pieces[index]
        beside = _beside(group, index)
        here = {id(group.cells)}  # a template is no evidence of itself
        as_slot = sum(
            bool(self._seen.get((side, piece.slots[0], word), here) - here) for side, word in beside
        )
        as_word = sum(bool(self._seen.get((side, piece.raw, word), here) - here) for side, word in beside)
        return default if as_slot == as_word else as_slot > as_word

    def keys(self, group: Group) -> list[tuple[str, str | Slot]]:
        """By what pieces of two groups are taken for the same: a slot for its name, a figure for its form."""
        keys: list[tuple[str, str | Slot]] = []
        for index, piece in enumerate(group.pieces):
            if piece.form:
                keys.append((piece.space, "\0" + piece.form))
            elif piece.slots and (not self.is_constant(piece) or self.is_slot(group, index, default=False)):
                keys.append((piece.space, piece.slots[0]))
            else:
                keys.append((piece.space, piece.raw))
        return keys


def _beside(group: Group, index: int) -> tuple[tuple[str, str], tuple[str, str]]:
    before = group.pieces[index - 1].raw if index else ""
    after = group.pieces[index + 1].raw if index + 1 < len(group.pieces) else ""
    return ("before", before), ("after", after)


def size(text: str) -> int:
    """Its bytes."""
    return len(text.encode("utf-8", "surrogatepass"))
