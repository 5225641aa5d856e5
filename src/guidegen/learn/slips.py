"""Documents that say one or two words otherwise than all documents like them: mistakes, it seems."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from guidegen.learn.holes import Hole, alike
from guidegen.learn.model import Slot
from guidegen.learn.templates import ALIGNED, Group, Piece, by_size, group_of
from guidegen.learn.tokens import COUNTED, Cells, Known, Token, Tokens

TYPO, BLANK, NAME, FIGURE, DIFFERS = "typo", "blank", "name", "figure", "differs"
_TIMES = 3  # as many documents as this have to agree against one
_WORDS = 2
_ATOMS = 3 * _WORDS  # and so many words and marks, a name being several
_SHARE = 10  # one word in so many may differ
_NEAREST = 4  # groups that a text is compared with, those with most of their words in it
_AGREE = 9  # documents with one number against another one's
_FIGURE, _HOLE = "\0", "\1"  # what no document has
_ATOM = re.compile(r"(\s*)(\w+|[^\w\s]|\Z)")
_TYPED = str.maketrans("’‘ʼ“”„«»–—‑", '\'\'\'"""""---')


class Mistake(NamedTuple):
    """A document that says something else than it seems to mean, and of which kind that is."""

    document: int
    why: str


class _Atom(NamedTuple):
    """A word, mark, figure or hole, as two texts are compared; `position` is that of its token."""

    key: str
    text: str
    position: int

    @property
    def is_figure(self) -> bool:
        """Whether it stands for any number of a form."""
        return self.key.startswith(_FIGURE)


class _Difference(NamedTuple):
    """How one text differs from a template: in how many words, of which kind; its own figures and phrases."""

    words: int
    why: str
    own: dict[int, str | Token]


class _Look(NamedTuple):
    """What is known when texts are compared; `said` counts the groups that have a word."""

    known: Known
    holes: dict[Slot, Hole]
    said: Counter[str]
    words: dict[int, frozenset[str]]

    def words_of(self, group: Group) -> frozenset[str]:
        """The words that all of a group's documents have."""
        if id(group) not in self.words:
            said = (piece.raw for piece in group.pieces if piece.is_same and not piece.form)
            self.words[id(group)] = frozenset(word for word in said if word.isalpha())
        return self.words[id(group)]

    def is_hole(self, piece: Piece) -> bool:
        """Whether a piece stands for any phrase."""
        return not piece.is_same and any(slot in self.holes for slot in piece.slots[:1])


def mended(
    groups: list[Group], known: Known, holes: dict[Slot, Hole] | None = None
) -> tuple[list[Group], list[Mistake]]:
    """The groups without those that are another one with a mistake, whose documents are in that one.

    A document alone is compared with each group of at least three. It is a typo if at most two words and
    a tenth of all differ, and those are alike by six tenths; other blanks, quotes or dashes
    are a mistake however many they are; so is the name of one other document's place where all say theirs.
    No typo is a word that other documents have. Where a group has `holes`, the document has its own phrase.
    """
    holes = {} if holes is None else holes
    said = Counter(word for group in groups for word in {piece.raw for piece in group.pieces})
    look = _Look(known, holes, said, {})
    mistakes: list[Mistake] = []
    large = [group for group in groups if len(group.cells) >= _TIMES and len(group.pieces) <= ALIGNED]
    joining: dict[int, Cells] = {}
    kept = []
    for group in groups:
        [document, *more] = group.documents
        found = None if more else _nearest(group.cells[document], document, large, look)
        if found is None:
            kept.append(group)
        else:
            index, why, tokens = found
            for token in tokens:
                for slot in token.slots:
                    if slot in holes:
                        of = {**holes[slot].of, document: token.raw}
                        holes[slot] = holes[slot]._replace(of=dict(sorted(of.items())))
            joining.setdefault(index, {})[document] = tokens
            mistakes.append(Mistake(document, why))
    for index, cells in joining.items():
        at = kept.index(large[index])
        kept[at] = group_of(dict(sorted({**large[index].cells, **cells}.items())), known)
    kept = [_with_figures_agreed(group, known, mistakes) for group in kept]
    return by_size(kept), mistakes


def _nearest(
    tokens: Tokens, document: int, large: list[Group], look: _Look
) -> tuple[int, str, Tokens] | None:
    """The group that a document is of but for a mistake: its index, the kind, and what it should say."""
    best: tuple[int, int, int] | None = None
    found: tuple[int, str, Tokens] | None = None
    mine = {token.raw for token in tokens}
    large = [] if len(tokens) > ALIGNED else large
    lacking = [(len(look.words_of(group) - mine), index) for index, group in enumerate(large)]
    for _, index in sorted(each for each in lacking if each[0] <= _WORDS)[:_NEAREST]:
        group = large[index]
        words = ["" if look.is_hole(piece) else _said(piece, document, look.known) for piece in group.pieces]
        if None in words:
            continue
        difference = _compared(tokens, group, words, look)
        if difference is None:
            continue
        rank = (difference.words, -len(group.cells), index)
        if best is None or rank < best:
            best = rank
            found = (index, difference.why, _tokens(group, words, difference.own))
    return found


def meant(group: Group, document: int, known: Known) -> Tokens | None:
    """What a document outside of a group would say as one of it; None if that can't be told."""
    words = [_said(piece, document, known) for piece in group.pieces]
    if None in words or any(piece.form and not piece.is_same for piece in group.pieces):
        return None
    return _tokens(group, words, {})


def _said(piece: Piece, document: int, known: Known) -> str | None:
    """What a piece is in a document outside of its group; nothing for a figure, None if it can't be told."""
    if piece.is_same:
        return piece.raw
    return known.text(piece.slots[0], document) if piece.slots else ""


def _compared(tokens: Tokens, group: Group, words: Sequence[str | None], look: _Look) -> _Difference | None:
    """How a document's text differs from a template, if it does so by a mistake."""
    mine = _atoms_of_document(tokens, group)
    meant: list[_Atom] = []
    for position, (piece, word) in enumerate(zip(group.pieces, words)):
        if look.is_hole(piece):
            meant.append(_Atom(_HOLE, piece.space, position))
        elif piece.form and not piece.is_same:
            meant.append(_Atom(_FIGURE + piece.form, "", position))
        else:
            meant += _atoms(piece.space + (word or ""), position)
    keys, said = [atom.key for atom in meant], [atom.key for atom in mine]
    if _plain(keys) == _plain(said):
        return _Difference(1, BLANK, _in_order(tokens, meant, mine))
    holes = keys.count(_HOLE)
    if (Counter(keys) & Counter(said)).total() < len(keys) - holes - _ATOMS:
        return None
    matcher = SequenceMatcher(None, keys, said, autojunk=False)
    own: dict[int, str | Token] = {}
    left: list[_Atom] = []
    right: list[_Atom] = []
    for kind, start, end, from_, to in matcher.get_opcodes():
        expected, instead = meant[start:end], mine[from_:to]
        if kind == "equal":
            own.update((a.position, tokens[b.position]) for a, b in zip(expected, instead) if a.is_figure)
        elif [atom.key for atom in expected] == [_HOLE] and instead:
            text = "".join(atom.text for atom in instead)
            own[expected[0].position] = text.removeprefix(expected[0].text)
        elif any(atom.is_figure or atom.key == _HOLE for atom in (*expected, *instead)):
            return None
        else:
            left += expected
            right += instead
    return _judged(left, right, len(meant), own, group, look)


def _judged(
    left: Sequence[_Atom],
    right: Sequence[_Atom],
    length: int,
    own: dict[int, str | Token],
    group: Group,
    look: _Look,
) -> _Difference | None:
    """Whether a text that says the right instead of the left does so by a mistake, and by which."""
    expected, instead = ["".join(atom.text for atom in atoms).strip() for atoms in (left, right)]
    words = max(len(left), len(right))
    positions = {atom.position for atom in left}
    if _plain([expected]) == _plain([instead]):
        return _Difference(words, BLANK, own)
    if len(positions) == 1 and _is_other_name(group.pieces[positions.pop()], instead, look.known):
        return _Difference(words, NAME, own)
    if words > _WORDS or words * _SHARE > length or not alike(expected, instead):
        return None
    if all(look.said[atom.text.strip()] > 1 for atom in right if atom not in left):
        return None
    return _Difference(words, TYPO, own)


def _is_other_name(piece: Piece, name: str, known: Known) -> bool:
    """Whether a name stands where the group has a slot, and another document has that name."""
    if piece.is_same or not piece.slots:
        return False
    return name not in known.constants and known.is_said_by(piece.slots[0], name)


def _atoms_of_document(tokens: Tokens, group: Group) -> list[_Atom]:
    literal = {piece.space + piece.raw for piece in group.pieces if piece.form and piece.is_same}
    atoms: list[_Atom] = []
    for position, token in enumerate(tokens):
        if token.form and token.space + token.raw not in literal:
            atoms.append(_Atom(_FIGURE + token.form, token.space + token.raw, position))
        else:
            atoms += _atoms(token.space + token.raw, position)
    return atoms


def _atoms(text: str, position: int) -> list[_Atom]:
    return [_Atom(found[0], found[0], position) for found in _ATOM.finditer(text) if found[0]]


def _plain(words: Iterable[str]) -> str:
    """The text without its blanks, its quotes and dashes as typewriters have them."""
    return "".join("".join(word.split()).translate(_TYPED) for word in words)


def _in_order(tokens: Tokens, meant: Iterable[_Atom], mine: Iterable[_Atom]) -> dict[int, str | Token]:
    """The document's figures by the group's positions, where both have as many."""
    figures = zip((atom for atom in meant if atom.is_figure), (atom for atom in mine if atom.is_figure))
    return {expected.position: tokens[own.position] for expected, own in figures}


def _tokens(group: Group, words: Sequence[str | None], own: dict[int, str | Token]) -> Tokens:
    """What a document should say: the group's words, its own names, figures and phrases."""
    sample = next(iter(group.cells.values()))
    tokens = []
    for position, (token, piece) in enumerate(zip(sample, group.pieces)):
        mine = own.get(position)
        if isinstance(mine, Token):
            tokens.append(mine._replace(space=piece.space))
        elif piece.is_same:
            tokens.append(token._replace(slots=piece.slots))
        else:
            tokens.append(token._replace(raw=mine or words[position] or "", slots=piece.slots))
    return tuple(tokens)


def _with_figures_agreed(group: Group, known: Known, mistakes: list[Mistake]) -> Group:
    """The group with the number that all documents but one have in that one too, if they are ten or more."""
    cells = dict(group.cells)
    for position, piece in enumerate(group.pieces):
        if piece.form != COUNTED or piece.is_same or len(cells) <= _AGREE:
            continue
        counted = Counter(piece.values.values()).most_common(2)
        if len(counted) == 2 and counted[0][1] == len(cells) - 1:
            [odd] = [document for document, value in piece.values.items() if value != counted[0][0]]
            usual = next(tokens[position] for document, tokens in cells.items() if document != odd)
            cells[odd] = (*cells[odd][:position], usual, *cells[odd][position + 1 :])
            mistakes.append(Mistake(odd, FIGURE))
    return group if cells == group.cells else group_of(cells, known)
