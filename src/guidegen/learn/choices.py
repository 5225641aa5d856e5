"""Which fact decides each choice: by the evidence, or by the editor; else a fact of its own says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from guidegen.learn.evidence import BOOLEAN, INTEGER, NUMBER, Feature, Unit
from guidegen.learn.induce import Induction, decided, induce
from guidegen.learn.learned import Choice, labels_of
from guidegen.learn.model import PAIR, PLACE, ROLE, Document, Explained, Sentences, Variants
from guidegen.learn.naming import first_words, names
from guidegen.learn.numbers import Scaling
from guidegen.learn.questions import FIELD, Answer, Decision, Decisions, Question, question_id
from guidegen.learn.tabled import Rule
from guidegen.problems import Problem, Refused

Lists = Mapping[tuple[str, str], Mapping[int, tuple[str, ...]]]  # by level and key, entries by document


class Chosen(NamedTuple):
    """How each choice is made, by column and part; what is open about it; rules that were accepted."""

    choices: dict[tuple[int, int], Choice]
    questions: tuple[Question, ...]
    models: tuple[str, ...]


def choices(
    documents: Sequence[Document],
    explained: Sequence[Explained],
    place_of: Mapping[int, str],
    role_of: Mapping[int, str],
    lists: Lists,
    scaling: Scaling | None,
    decisions: Decisions,
) -> Chosen:
    """A choice for each column's variants.

    Raises `Refused` with all decisions that the documents don't bear out.
    """
    found: dict[tuple[int, int], Choice] = {}
    questions: list[Question] = []
    models: list[str] = []
    problems: list[Problem] = []
    called = names(list(explained))
    for index, one in enumerate(explained):
        for part, variants in _variants(one):
            level = _level(variants.of, place_of, role_of)
            unit_of = {document: _unit(level, document, place_of, role_of) for document in variants.of}
            labels = {unit_of[document]: f"v{number + 1}" for document, number in variants.of.items()}
            features = list(_features(level, unit_of, lists, scaling, place_of))
            induction = induce(labels, features)
            heading = called[index].heading or "the title"
            question = _question(documents, one, variants, part, heading, induction)
            decision = decisions.of(question.id)
            try:
                found[index, part] = _chosen(variants, labels, features, induction, decision)
            except Refused as refused:
                problems += refused.problems
            if induction.accepted:
                models.append(f"what stands under {heading} follows from {_said(induction.rules[0])}")
            elif len(labels) > 1:
                questions.append(question)
    if problems:
        raise Refused(problems)
    return Chosen(found, tuple(questions), tuple(models))


def _variants(one: Explained) -> Iterator[tuple[int, Variants]]:
    parts = one.by.parts if isinstance(one.by, Sentences) else (one.by,)
    for number, part in enumerate(parts):
        if isinstance(part, Variants):
            yield number, part


def _chosen(
    variants: Variants,
    labels: Mapping[Unit, str],
    features: list[Feature],
    induction: Induction,
    decision: Decision | None,
) -> Choice:
    """How a choice is made. Raises `Refused` for a decision that can't be."""
    if decision is None:
        return Choice(induction.rules[0]) if induction.accepted else Choice()
    if decision.word == FIELD:
        if decision.labels and len(decision.labels) != len(variants.templates):
            message = f"{len(decision.labels)} labels for {len(variants.templates)} texts"
            hint = f"one for each, in this order: {', '.join(labels_of(variants))}"
            raise Refused([Problem("decision", message, decision.location, hint)])
        return Choice(None, decision.field, decision.labels)
    return Choice(decided(labels, features, decision.by or decision.word, decision.location))


def _question(
    documents: Sequence[Document],
    one: Explained,
    variants: Variants,
    part: int,
    heading: str,
    induction: Induction,
) -> Question:
    """Which fact decides; the default is an editorial one."""
    texts = "; ".join(
        f"{label}: {first_words(template) or 'nothing'}"
        for label, template in zip(labels_of(variants), variants.templates)
    )
    number = f", sentence {part + 1}" if part else ""
    id_ = question_id("rule", heading, f"{part} {texts}")
    answers = [Answer(FIELD, "an editorial fact says it for each")]
    answers += [Answer(rule.id, f"{_said(rule)} ({rule.bits} bits)") for rule in induction.rules]
    firsts = {number: document for document, number in reversed(variants.of.items())}
    seen = [document for _, document in sorted(firsts.items())]
    evidence = (f"{documents[index].path}:{one.column.cells[index].number}" for index in seen)
    about = f"What decides which text stands under {heading}{number}? {texts}"
    return Question(id_, about, FIELD, tuple(answers), tuple(evidence))


def _said(rule: Rule) -> str:
    """A rule in a line."""
    rows = "; ".join(
        f"{' and '.join(f'{column} {cell}' for column, cell in zip(rule.columns, row.cells))} → {row.label}"
        for row in rule.rows
    )
    return rows + (f"; else {rule.otherwise}" if rule.otherwise is not None else "")


# -- what a table could look at


def _level(of: Mapping[int, int], place_of: Mapping[int, str], role_of: Mapping[int, str]) -> str:
    for level, owner_of in ((PLACE, place_of), (ROLE, role_of)):
        seen: dict[str, int] = {}
        if all(seen.setdefault(owner_of[document], number) == number for document, number in of.items()):
            return level
    return PAIR


def _unit(level: str, document: int, place_of: Mapping[int, str], role_of: Mapping[int, str]) -> Unit:
    place, role = place_of[document], role_of[document]
    return place if level == PLACE else role if level == ROLE else (place, role)


def _features(
    level: str,
    unit_of: Mapping[int, Unit],
    lists: Lists,
    scaling: Scaling | None,
    place_of: Mapping[int, str],
) -> Iterator[Feature]:
    """Facts and simple formulas over them that each unit has one value of."""
    if scaling and level != ROLE:
        factors: dict[Unit, Decimal] = {
            unit: scaling.factors[place_of[document]]
            for document, unit in unit_of.items()
            if place_of[document] in scaling.factors
        }
        yield Feature("place.factor", NUMBER, factors)
    usable = [(owner, key, of) for (owner, key), of in lists.items() if level in (PAIR, owner)]
    for owner, key, of in usable:
        counts = {unit: len(of[document]) for document, unit in unit_of.items() if document in of}
        yield Feature(f"{key}_count", INTEGER, counts, f"count({owner}.{key})")
    for number, (owner, key, of) in enumerate(usable):
        for other_owner, other_key, other in usable[number + 1 :]:
            shared = {
                unit: bool({*of[document]} & {*other[document]})
                for document, unit in unit_of.items()
                if document in of and document in other
            }
            formula = f"overlaps({owner}.{key}, {other_owner}.{other_key})"
            yield Feature(f"{key}_and_{other_key}_meet", BOOLEAN, shared, formula)
