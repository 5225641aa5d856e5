"""Drafts: what each still lacks until its guides can be made, in the order one would write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from guidegen.compose import Composer
from guidegen.facts import FOLDERS, Owner, stub
from guidegen.pack import Pack, owned_file
from guidegen.problems import Problem, Refused
from guidegen.source import Location


def lacking(pack: Pack, known: list[Problem]) -> list[Problem]:
    """What keeps the guides of draft places and roles from being made, as warnings; postponed ones wait.

    `known` is what has been found already, and isn't said again.
    """
    composer = Composer(pack)
    said = {(str(problem.location), problem.message) for problem in known}
    unsaid_passages = {
        problem.location.path for problem in known if problem.kind == "empty-passage" and problem.location
    }
    found: list[Problem] = []
    for kind in FOLDERS:
        for slug in pack.facts.slugs(kind):
            owner = pack.facts.owner(kind, slug)
            if owner and owner.status == "draft":
                found += _lacked(pack, owner, _attempts(pack, composer, owner), unsaid_passages)
    return [problem for problem in found if (str(problem.location), problem.message) not in said]


def _attempts(pack: Pack, composer: Composer, draft: Owner) -> list[Problem]:
    """What goes wrong with a draft's guides: with each published role of a place, and the other way."""
    other = next(kind for kind in FOLDERS if kind != draft.kind)
    others = [owner.slug for owner in pack.published(other)] or pack.facts.slugs(other)
    problems: list[Problem] = []
    for locale in pack.locales:
        for slug in others:
            place, role = (draft.slug, slug) if draft.kind == "place" else (slug, draft.slug)
            try:
                problems += composer.attempt(place, role, locale)[1]
            except Refused as refused:
                problems += refused.problems
    return problems


class Lack(NamedTuple):
    """What keeps an owner's guides from being made: facts and passages by name, and what else is wrong."""

    facts: dict[str, Problem]
    passages: dict[str, Problem]
    rest: dict[str, Problem]


def lack_of(pack: Pack, owner: Owner) -> Lack:
    """What keeps the guides of a place or role from being made; its facts as pack.yaml declares them."""
    return _lack(pack, owner, _attempts(pack, Composer(pack), owner), set())


def _lacked(
    pack: Pack, draft: Owner, problems: list[Problem], unsaid_passages: set[str]
) -> Iterator[Problem]:
    """The draft's own facts, as pack.yaml declares them, then its passages, then what else is wrong."""
    lack = _lack(pack, draft, problems, unsaid_passages)
    for name, problem in lack.facts.items():
        yield _missing_fact(pack, draft, name, problem)
    yield from map(_missing_passage, lack.passages.values())
    yield from (problem._replace(warning=True) for problem in lack.rest.values())


def _lack(pack: Pack, draft: Owner, problems: list[Problem], unsaid_passages: set[str]) -> Lack:
    own_files = {owned_file(locale, draft.kind, draft.slug) for locale in pack.locales}
    facts: dict[str, Problem] = {}
    passages: dict[str, Problem] = {}
    rest: dict[str, Problem] = {}
    for problem in problems:
        owner, _, name = problem.lacks.partition(".")
        file = problem.lacks.partition("#")[0]
        at = problem.location.path if problem.location else ""
        if file in own_files:
            passages.setdefault(problem.lacks, problem)
        elif owner == draft.slug:
            if not _is_said(draft, name):
                facts.setdefault(name, problem)
        elif not (problem.kind == "empty-passage" and at in unsaid_passages & own_files):
            rest.setdefault(problem.message, problem)
    declared = list(pack.fields[draft.kind])
    in_order = sorted(facts, key=lambda name: place_in(declared, name))
    return Lack({name: facts[name] for name in in_order}, passages, rest)


def _is_said(draft: Owner, name: str) -> bool:
    """Whether reading the file says it: what lies around, a language without a name, an unreadable value."""
    field, _, form = name.partition(".")
    if field == "names":
        return not draft.names.stated(form.partition(".")[0])
    is_stated = re.search(rf"^{re.escape(name)}:", draft.location.source.text, re.MULTILINE)
    return field == "within" or is_stated is not None


def place_in(declared: list[str], name: str) -> int:
    """Where one would write a fact: names and what else is built in first, then by the declarations."""
    field = name.partition(".")[0]
    return declared.index(field) if field in declared else -1


def _missing_fact(pack: Pack, draft: Owner, name: str, problem: Problem) -> Problem:
    field = pack.fields[draft.kind].get(name.partition(".")[0])
    needed = f"{problem.location} reads it"
    hint = f"{field.about}\n{needed}" if field and field.about else needed
    at = _waiting_place(draft, name)
    return Problem("draft", f"'{name}' is still missing", at, hint, warning=True)


def _waiting_place(draft: Owner, name: str) -> Location:
    """The line of a scaffold that waits for a fact or for a form of the name; else the file."""
    source = draft.location.source
    head, _, inner = name.partition(".")
    waits_for = inner.partition(".")[2] if head == "names" else head
    return stub(source, waits_for) or Location.of_file(source.path)


def _missing_passage(problem: Problem) -> Problem:
    file, _, name = problem.lacks.partition("#")
    hint = f"write it below `## {name}`\n{problem.location} names it"
    return Problem("draft", f"passage '{name}' is still missing", Location.of_file(file), hint, warning=True)
