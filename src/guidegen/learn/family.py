"""One family of documents, from blocks to what explains them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from guidegen.facts import MARKUP
from guidegen.keys import visible_key
from guidegen.language import is_known
from guidegen.learn.align import align, key_words
from guidegen.learn.amounts import Amounts, amounts
from guidegen.learn.choices import Chosen, choices
from guidegen.learn.columns import Explanation, explain
from guidegen.learn.draft import Money
from guidegen.learn.entities import Found, entities, slug_of, unique
from guidegen.learn.figures import figures_in, locale_of, written
from guidegen.learn.grids import items
from guidegen.learn.learned import Learned
from guidegen.learn.model import (
    PAIR,
    PLACE,
    ROLE,
    Block,
    Column,
    Document,
    Entity,
    Explained,
    Own,
    Template,
    templates_of,
)
from guidegen.learn.naming import list_keys
from guidegen.learn.questions import Answer, Decisions, Question, question_id
from guidegen.learn.surfaces import Surfaces
from guidegen.learn.tokens import Known
from guidegen.problems import refuse
from guidegen.schema import PLACE_FORMS, ROLE_FORMS
from guidegen.settings import is_tag

BABEL = {  # what a language's documents may be written as, the likeliest first
    "en": ("en_GB", "en_US"),
    "nl": ("nl_BE", "nl_NL"),
    "fr": ("fr_BE", "fr_FR", "fr_CH"),
    "de": ("de_DE", "de_AT", "de_CH"),
}
_CHUNK = 10_000  # characters of a passage
_LONGEST_TEMPLATE = 15_000  # characters, where names stand between


def babels_of(locale: str) -> tuple[str, ...]:
    """Babel's names for what a language's documents may be written as. Raises `Refused` if it knows none."""
    names = BABEL.get(locale, (locale.replace("-", "_"),))
    if not is_tag(locale) or not is_known(names[0]):
        hint = f"write the documents' language: {', '.join(BABEL)}, or a tag as pt-PT"
        raise refuse("unknown-locale", f"unknown locale '{visible_key(locale)}'", hint=hint)
    return names


class Family(NamedTuple):
    """What explains a family, what it leaves open, and what was found in the way of models.

    Documents that are `left` have the same place and role as one that isn't.
    """

    learned: Learned
    questions: tuple[Question, ...]
    models: tuple[str, ...]
    notes: tuple[str, ...]
    left: tuple[Document, ...] = ()


def kept_whole(documents: Sequence[Document], locale: str, site: str) -> Family:
    """Documents that nothing explains: a place for each, called as its file is, and all of its lines."""
    places: dict[int, str] = {}
    for index, document in enumerate(documents):
        stem = document.path.rpartition("/")[2].rpartition(".")[0] or document.path
        places[index] = unique(slug_of(stem) or "document", places.values())
    columns = [_first_lines(documents), *_other_lines(documents)]
    explained = [
        Explained(column, Own(PLACE, {index: (block.text,) for index, block in column.cells.items()}))
        for column in columns
        if column.cells
    ]
    patterns = locale_of([], babels_of(locale))
    learned = Learned(
        locale,
        patterns.babel,
        Money(patterns.currency, patterns.money, patterns.thousands),
        site,
        tuple(documents),
        places,
        dict.fromkeys(places, "document"),
        {slug: {"name": slug} for slug in places.values()},
        {"document": {"one": "document"}},
        explained,
        {},
        {},
        {},
        {},
    )
    notes = [f"{document.path} belongs to no other document, and is kept whole" for document in documents]
    return Family(learned, (), (), tuple(notes))


def _first_lines(documents: Sequence[Document]) -> Column:
    cells = {}
    for index, document in enumerate(documents):
        first = document.blocks[0]
        cells[index] = first._replace(kind="line", lines=(first.marker + first.lines[0],), marker="")
    return Column(cells)


def _other_lines(documents: Sequence[Document]) -> list[Column]:
    """All behind the first line of each document, in blocks that keep their breaks: passages have an end."""
    columns: list[Column] = []
    for index, document in enumerate(documents):
        first, *rest = document.blocks
        left = [first._replace(lines=first.lines[1:], gap=0)] if first.lines[1:] else []
        blocks = [*left, *rest]
        lines = [line for block in blocks for line in ("",) * block.gap + tuple(block.text.split("\n"))]
        number = first.number + 1
        for chunk, part in enumerate(_chunks(lines)):
            gap = next(count for count, line in enumerate(part) if line)
            if chunk == len(columns):
                columns.append(Column({}))
            columns[chunk].cells[index] = Block("table", tuple(part[gap:]), "", gap, number)
            number += len(part)
    return columns


def _chunks(lines: list[str]) -> Iterator[list[str]]:
    """Lines in parts of at most `_CHUNK` characters, unless one is longer, that don't end with blank ones."""
    part: list[str] = []
    size = 0
    for line in lines:
        if line and part and part[-1] and size + len(line) > _CHUNK:
            yield part
            part, size = [], 0
        part.append(line)
        size += len(line) + 1
    if part:
        yield part


def family(
    documents: Sequence[Document],
    locale: str,
    axis: Mapping[str, str],
    decisions: Decisions,
    site: str,
) -> Family:
    """What explains the documents of a family.

    `axis` says which phrase of the documents is the role. Raises `Refused` for decisions that don't fit.
    """
    first = align(documents, lambda _, block: key_words(block.text))
    found = entities(documents, first, locale, dict(axis))
    if not _are_names(found):
        found = entities(documents, (), locale, dict(axis))  # then each document is called as its file is
    phrase = _phrase_question(found, documents, axis, decisions)
    if phrase and phrase[1]:
        found = entities(documents, first, locale, {**axis, ROLE: phrase[1]})
    surfaces = Surfaces(found.entities)
    if found.doubled:
        again = {index for same in found.doubled for index in same[1:]}
        once = [document for index, document in enumerate(documents) if index not in again]
        rest = tuple(documents[index] for index in sorted(again))
        return family(once, locale, axis, decisions, site)._replace(left=rest)
    columns = align(documents, lambda number, block: key_words(surfaces.mask(block.text, number)))
    texts = (block.text for document in documents for block in document.blocks)
    patterns = locale_of(texts, babels_of(locale))
    language = patterns.language
    keys = list_keys(columns, surfaces.mask)

    def known_with(lists: dict[str, dict[int, tuple[str, ...]]]) -> Known:
        return Known(
            found.place_of,
            found.role_of,
            found.entities,
            language,
            lambda text: figures_in(text, language),
            lambda form, value: written(form, value, language),
            lists,
            found.constants,
        )

    without_lists = known_with({})
    levels = {index: items(columns[index], without_lists)[0].by or ROLE for index in keys}
    lists = {
        (levels[index], key): {document: block.lines for document, block in columns[index].cells.items()}
        for index, key in keys.items()
    }
    known = known_with({f"{level}.{key}": of for (level, key), of in lists.items()})
    explanations = [_with_plain_facts(one) for one in explain(columns, known)]
    explained = [one.explained for one in explanations]
    reckoned = amounts(explained, found.place_of, found.role_of)
    chosen = choices(documents, explained, found.place_of, found.role_of, lists, reckoned.scaling, decisions)
    learned = Learned(
        locale,
        patterns.babel,
        Money(patterns.currency, patterns.money, patterns.thousands),
        site,
        tuple(documents),
        found.place_of,
        found.role_of,
        _forms(found.place, found.place_of),
        _forms(found.role, found.role_of),
        explained,
        reckoned.slots,
        chosen.choices,
        keys,
        _texts(found, explanations),
        reckoned.bands,
        reckoned.declared,
        reckoned.stated,
        reckoned.derivations,
    )
    questions = (*((phrase[0],) if phrase else ()), *chosen.questions)
    notes = tuple(_notes(documents, explanations, reckoned, found))
    return Family(learned, questions, tuple(_models(found, reckoned, chosen)), notes)


def _are_names(found: Found) -> bool:
    """Whether places and roles can be called what their documents call them: names have no markup in them."""
    texts = (
        text for entity in (found.place, found.role) for of in entity.forms.values() for text in of.values()
    )
    return not any(MARKUP.search(text) or "\t" in text for text in texts)


def _with_plain_facts(one: Explanation) -> Explanation:
    """An explanation that a pack can state; what has tabs in facts, or is too long, is given up."""
    tabs = any("\t" in text for of in one.facts.values() for text in of.values())
    size = max((sum(map(_size, template)) for template in templates_of(one.explained.by)), default=0)
    if not tabs and size <= _LONGEST_TEMPLATE:
        return one
    column = one.explained.column
    texts: dict[int, Template] = {index: (block.text,) for index, block in column.cells.items()}
    return Explanation(Explained(column, Own(PAIR, texts)), {})


def _size(part: object) -> int:
    return len(part) if isinstance(part, str) else 0


def _phrase_question(
    found: Found, documents: Sequence[Document], axis: Mapping[str, str], decisions: Decisions
) -> tuple[Question, str] | None:
    """Whether a phrase that all documents have is the role; the phrase too, if somebody decided so."""
    if found.offered is None or ROLE in axis:
        return None
    text = found.offered.text
    id_ = question_id("role", "", text)
    question = Question(
        id_,
        f"Is '{text}' the role that the documents are about? Then its forms are the role's names.",
        "no",
        (Answer("no", "it is a constant phrase"), Answer("yes", "it is the role; a second one may come")),
        (f"{documents[0].path}:{documents[0].blocks[0].number}",),
    )
    decision = decisions.of(id_)
    return question, text if decision and decision.word == "yes" else ""


def _forms(entity: Entity, owner_of: Mapping[int, str]) -> dict[str, dict[str, str]]:
    """The texts of an entity's forms by slug; what follows by a filter isn't stated."""
    known = PLACE_FORMS if entity.kind == PLACE else ROLE_FORMS
    found: dict[str, dict[str, str]] = {}
    for document, slug in owner_of.items():
        forms = found.setdefault(slug, {})
        for form, texts in entity.forms.items():
            if document in texts and form in known:
                forms.setdefault(form, texts[document])
    return found


def _kept_whole(found: Found, first: int, whole: Sequence[Document]) -> dict[int, str]:
    """A place for each document that is kept whole, numbered from `first` on: called as its file is."""
    places: dict[int, str] = {}
    for number, document in enumerate(whole, first):
        stem = document.path.rpartition("/")[2].rpartition(".")[0] or document.path
        taken = [*found.place_of.values(), *found.role_of.values(), *places.values()]
        places[number] = unique(slug_of(stem) or "document", taken)
    return places


def _texts(found: Found, explanations: Sequence[Explanation]) -> dict[str, dict[int, str]]:
    """Facts that are words of a sentence, by name: forms that no pack has of itself, and what fills holes."""
    built_in = {"slug", *PLACE_FORMS, *ROLE_FORMS}
    texts: dict[str, dict[int, str]] = {}
    for entity in found.entities:
        for form, slot in entity.slots.items():
            name = slot.name.partition(".")[2]
            if not slot.filters and name not in built_in:
                texts.setdefault(name, entity.forms[form])
    for one in explanations:
        texts |= one.facts
    return texts


def _models(found: Found, reckoned: Amounts, chosen: Chosen) -> Iterator[str]:
    """What was found, a line each."""
    places, roles = len({*found.place_of.values()}), len({*found.role_of.values()})
    yield f"{places} places" + (f" and {roles} roles" if roles > 1 else "")
    if reckoned.scaling:
        scaling = reckoned.scaling
        factors = ", ".join(f"{place} {factor}" for place, factor in scaling.factors.items())
        unit, mode = scaling.rounding
        yield f"amounts are base × factor, {mode} to {unit:f}: factors {factors}"
        others = [f"{one.mode} to {one.unit:f}" for one in scaling.roundings[1:]]
        if scaling.is_exact:
            yield "no amount had to be rounded: how the next one is, the documents don't say"
        elif others:
            yield f"the amounts would be the same with {', '.join(others)}"
    yield from chosen.models


def _notes(
    documents: Sequence[Document], explanations: Sequence[Explanation], reckoned: Amounts, found: Found
) -> Iterator[str]:
    """What doesn't fit, with the line of the document that it stands in."""
    for one in explanations:
        for slip in one.explained.slips:
            cell = one.explained.column.cells[slip.document]
            at = f"{documents[slip.document].path}:{cell.number}"
            meant = f" where `{slip.meant}` was to be expected" if slip.meant else ""
            yield f"{at}: {slip.why}: `{slip.text}`{meant}"
    for (number, document), outlier in reckoned.outliers.items():
        cell = explanations[number].explained.column.cells[document]
        at = f"{documents[document].path}:{cell.number}"
        yield f"{at}: {outlier.stated:,} doesn't fit: {outlier.expected:,} expected"
    for note in found.notes:
        yield note.message
