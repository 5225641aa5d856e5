"""What the groups of a text come to: one template, variants, or a text for each place, role or pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from guidegen.learn.holes import Hole, coarsest
from guidegen.learn.model import (
    PAIR,
    PLACE,
    ROLE,
    Figure,
    Own,
    Part,
    Sentences,
    Shared,
    Slot,
    Template,
    Variants,
)
from guidegen.learn.slips import DIFFERS, Mistake, meant
from guidegen.learn.templates import Contexts, Group, Piece, by_size, group_of, size
from guidegen.learn.tokens import LISTED, Known, Tokens

Said = Shared | Variants | Own
_SPECIFIC = 3  # capitals, digits and own list words per 100 words that make a text a place's own
_FEW = 6  # texts seen once that may still be variants of one thing
_NEARLY = 10  # one document in so many may differ from what an axis determines
_SLOT, _FIGURE = 12, 8  # bytes


class Open(NamedTuple):
    """A name in a text seen at one place only: a slot, or a word that is the same everywhere.

    `at` is where it stands in the document's block; `is_slot` tells what was taken for now.
    """

    column: int
    document: int
    text: str
    at: int
    slot: Slot
    is_slot: bool


class Outcome(NamedTuple):
    """What explains a text, what it takes in bytes, which documents are mistaken, what is open."""

    by: Said
    cost: int
    mistakes: tuple[Mistake, ...]
    open: tuple[Open, ...]
    partition: frozenset[frozenset[int]]


def agreed(groups: list[Group], known: Known) -> tuple[list[Group], list[Mistake]]:
    """The groups, documents among those that say what others of their place, or role, do, if few don't.

    An axis determines a text if each of its values has a text of its own in two documents of three, and
    one document in ten at most has another one, which no value has.
    """
    of = {document: index for index, group in enumerate(groups) for document in group.cells}
    for by in (ROLE, PLACE):
        labels: dict[object, Counter[int]] = {}
        for document in sorted(of):
            labels.setdefault(known.value(by, document), Counter())[of[document]] += 1
        usual = {value: counted.most_common(1)[0] for value, counted in labels.items()}
        owners = {index for index, _ in usual.values()}
        odd = [document for document in sorted(of) if of[document] not in owners]
        if (
            odd
            and len(odd) * _NEARLY <= len(of)
            and len(usual) > 1
            and len(owners) == len(usual)
            and all(count * 3 >= 2 * labels[value].total() for value, (_, count) in usual.items())
        ):
            said = {d: meant(groups[usual[known.value(by, d)][0]], d, known) for d in odd}
            joining = {document: tokens for document, tokens in said.items() if tokens is not None}
            if len(joining) == len(odd):
                return _joined(groups, owners, joining, {d: usual[known.value(by, d)][0] for d in odd}, known)
    return groups, []


def _joined(
    groups: list[Group], owners: set[int], joining: dict[int, Tokens], into: dict[int, int], known: Known
) -> tuple[list[Group], list[Mistake]]:
    kept = []
    for index, group in enumerate(groups):
        if index in owners:
            more = {document: tokens for document, tokens in joining.items() if into[document] == index}
            kept.append(group_of(dict(sorted({**group.cells, **more}.items())), known) if more else group)
    return by_size(kept), [Mistake(document, DIFFERS) for document in joining]


def outcome(
    groups: list[Group], known: Known, holes: dict[Slot, Hole], mistakes: Iterable[Mistake]
) -> Outcome:
    """What the groups come to.

    One group is shared. Groups that a place or role determines one to one, and that recur, are its own
    texts. So are texts nearly all of which differ, if they are specific: three capitals within sentences,
    digits or own list words per 100 words, in the median; or if they are more than six. Else variants.
    """
    contexts = Contexts(groups)
    by = _own_by(groups, known)
    templates, opens, cost = [], [], 0
    for group in groups:
        template, asked = _resolved(group, by, contexts, known)
        templates.append(template)
        opens += asked
        copies = len({known.value(by, document) for document in group.cells}) if by else 1
        cost += copies * size_of(template)
    cost += sum(_fact_size(holes[slot]) for slot in _slots(templates) if slot in holes)
    of = {document: index for index, group in enumerate(groups) for document in group.cells}
    said: Said
    if len(groups) == 1:
        said = Shared(templates[0])
    elif by:
        said = Own(by, {document: templates[of[document]] for document in sorted(of)})
    else:
        said = Variants(tuple(templates), dict(sorted(of.items())))
    partition = frozenset(frozenset(group.cells) for group in groups)
    return Outcome(said, cost, tuple(mistakes), tuple(opens), partition)


def _own_by(groups: Sequence[Group], known: Known) -> str:
    """What each of the groups is the own text of, if they are that."""
    if len(groups) == 1:
        return ""
    of = {document: index for index, group in enumerate(groups) for document in group.cells}
    for by in coarsest(of, known):
        values = {known.value(by, document): index for document, index in of.items()}
        if any(values[known.value(by, document)] != index for document, index in of.items()):
            continue
        recurs = by != PAIR and 2 * len(of) >= 3 * len(values)
        if recurs and len(groups) == len(values):
            return by
        told = [group for group in groups if group.pieces]
        nearly = 4 * len(groups) >= 3 * len(values)
        if nearly and len(told) > 1 and (len(told) > _FEW or _specificity(told) >= _SPECIFIC):
            return by
        return ""
    return ""


def _specificity(groups: Sequence[Group]) -> Fraction:
    """Capitals within sentences, digits and own list words, per 100 words; the median of the groups."""
    shares = sorted(_specific(group) for group in groups)
    return (
        shares[len(shares) // 2]
        if len(shares) % 2
        else sum(shares[len(shares) // 2 - 1 :][:2]) * Fraction(1, 2)
    )


def _specific(group: Group) -> Fraction:
    words = marks = 0
    start = True
    for token in next(iter(group.cells.values())):
        is_word = token.raw[:1].isalnum()
        if token.is_name and token.slots:
            listed = all({*LISTED} & {*slot.filters} for slot in token.slots)
            words += listed
            marks += listed
        elif is_word or token.form:
            words += 1
            marks += bool(token.form) or any(letter.isdigit() for letter in token.raw)
            marks += token.raw[0].isupper() and not start
        start = not is_word and (token.raw in ".!?…" or (start and not is_word))
    return Fraction(100 * marks, max(1, words))


def _resolved(group: Group, by: str, contexts: Contexts, known: Known) -> tuple[Template, list[Open]]:
    """The group's template, what is open decided: words in own texts, else slots but for constants."""
    parts: list[Part] = []
    opens: list[Open] = []
    for index, piece in enumerate(group.pieces):
        parts.append(piece.space)
        if piece.is_open and not _is_word(piece, by):
            constant = piece.raw in known.constants or contexts.is_constant(piece)
            is_slot = contexts.is_slot(group, index, default=not constant)
            parts.append(piece.slots[0] if is_slot else piece.raw)
            if constant:
                document = min(group.cells)
                token = group.cells[document][index]
                opens.append(Open(-1, document, token.raw, token.at, piece.slots[0], is_slot))
        elif piece.is_same:
            parts.append(piece.raw)
        elif piece.slots:
            parts.append(piece.slots[0])
        else:
            parts.append(Figure(-1, piece.form, piece.values))
    return template_of(parts), opens


def _is_word(piece: Piece, by: str) -> bool:
    """Whether a piece that may be a slot is a word anyway: in its owner's text, or a list's entries."""
    slot = piece.slots[0]
    return by == PAIR or slot.name.partition(".")[0] == by or bool({*LISTED} & {*slot.filters})


def template_of(parts: Iterable[Part]) -> Template:
    """The parts, texts side by side put together."""
    made: list[Part] = []
    for part in parts:
        if isinstance(part, str) and made and isinstance(made[-1], str):
            made[-1] += part
        elif part != "":
            made.append(part)
    return tuple(made)


def size_of(template: Template) -> int:
    """The bytes of a template in a pack, about."""
    return sum(
        size(part) if isinstance(part, str) else _SLOT if isinstance(part, Slot) else _FIGURE
        for part in template
    )


def _fact_size(hole: Hole) -> int:
    return sum(size(text) + 2 for text in {*hole.of.values()})


def _slots(templates: Iterable[Template]) -> list[Slot]:
    return list(dict.fromkeys(part for template in templates for part in template if isinstance(part, Slot)))


def put_together(parts: Sequence[Said]) -> tuple[Said, ...]:
    """The parts, neighbours in one that all share, or that one place, role or pair owns."""
    made: list[Said] = []
    for part in parts:
        last = made[-1] if made else None
        if isinstance(part, Shared) and isinstance(last, Shared):
            made[-1] = Shared(_side_by_side(last.template, part.template))
        elif isinstance(part, Own) and isinstance(last, Own) and part.by == last.by:
            made[-1] = Own(
                part.by,
                {
                    d: _side_by_side(last.of.get(d, ()), part.of.get(d, ()))
                    for d in sorted({*last.of, *part.of})
                },
            )
        else:
            made.append(part)
    return tuple(made)


def _side_by_side(first: Template, second: Template) -> Template:
    return template_of((*first, " ", *second)) if first and second else first or second


def rendered(
    by: Said | Sentences, document: int, known: Known, facts: dict[str, dict[int, str]]
) -> str | None:
    """What a document says by an explanation; None if that is nothing, or can't be told."""
    if isinstance(by, Sentences):
        texts = [rendered(part, document, known, facts) for part in by.parts]
        return None if None in texts else " ".join(text for text in texts if text)
    if isinstance(by, Shared):
        return filled(by.template, document, known, facts)
    if isinstance(by, Own):
        return filled(by.of[document], document, known, facts) if document in by.of else None
    return filled(by.templates[by.of[document]], document, known, facts) if document in by.of else None


def filled(template: Template, document: int, known: Known, facts: dict[str, dict[int, str]]) -> str | None:
    """The text of a template in a document; None if that can't be told."""
    texts = []
    for part in template:
        if isinstance(part, str):
            text: str | None = part
        elif isinstance(part, Slot):
            name = part.name.partition(".")[2]
            text = facts[name].get(document) if name in facts else known.text(part, document)
        else:
            value: Decimal | None = part.values.get(document)
            text = None if value is None else known.written(part.form, value)
        if text is None:
            return None
        texts.append(text)
    return "".join(texts)
