"""Impact: what would change in the guides if facts did, or has since a commit; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from guidegen import schema
from guidegen.between import Between, Effect, GuideName, Line, effects
from guidegen.changes import Cause, Change
from guidegen.facts import FOLDERS
from guidegen.finding import find
from guidegen.keys import visible_key
from guidegen.mixed import MixedPack
from guidegen.pack import Pack
from guidegen.parts import PAIR, PLACE, Path, fact_parts, parts
from guidegen.problems import Problem, Refused, refuse, suggest, together
from guidegen.source import Source
from guidegen.stated import Reading, read_fact
from guidegen.values import Fact, Provenance
from guidegen.yamlfile import Mapping, need_yaml

MISSING = "missing"


class Touched(NamedTuple):
    """A guide that would differ, and its lines."""

    guide: GuideName
    lines: tuple[Line, ...]


class Impact(NamedTuple):
    """The guides that would differ, and what would keep others from being made."""

    touched: tuple[Touched, ...]
    problems: tuple[Problem, ...]


def impact(old: Pack, new: Pack, between: Between) -> Impact:
    """What differs between the guides of two packs."""
    touched: list[Touched] = []
    problems: list[Problem] = []
    for guide in dict.fromkeys((*old.guides(), *new.guides())):
        if between.reaching(guide):
            lines = tuple(between.lines(guide, between.settled(guide, ()).data))
            touched += [Touched(guide, lines)] if lines else []
            problems += between.problems(guide)
    return Impact(tuple(touched), tuple(together(problems)))


def effects_of(found: Impact, between: Between) -> list[Effect]:
    """What would differ, by its causes."""
    return effects(between, (("/".join(one.guide), one.lines) for one in found.touched))


def supposed(pack: Pack, assignments: Iterable[str]) -> tuple[Pack, list[Cause]]:
    """The pack as it would be with other facts, each as `CITY.NAME=VALUE`, and a cause for each.

    A value is written as in a facts file; `missing` takes the fact away. Raises `Refused` for an unknown
    key or a value that its field can't have.
    """
    causes: dict[str, Cause] = {}
    problems: list[Problem] = []
    for assignment in assignments:
        try:
            cause = _supposed(pack, assignment)
        except Refused as refused:
            problems += refused.problems
            continue
        if cause.key in causes:
            message = f"'{cause.key}' is given twice"
            problems.append(Problem("assignment", message, hint="give it one value"))
        causes[cause.key] = cause
    if problems:
        raise Refused(problems)
    return MixedPack(pack, (change for cause in causes.values() for change in cause.changes)), [
        *causes.values()
    ]


def _supposed(pack: Pack, assignment: str) -> Cause:
    key, sign, text = assignment.partition("=")
    if not sign or "." not in key:
        message = f"'{visible_key(assignment)}' gives no fact another value"
        raise refuse("assignment", message, hint="write CITY.NAME=VALUE, as list facts has the keys")
    owner, _, inner = key.strip().partition(".")
    kind, slug = _owner(pack, owner)
    path = tuple(inner.split("."))
    held = _type_at(pack, kind, f"{slug}.{inner}", path)
    container = (kind, *slug.split("/"))
    was = {at: part for at, part in parts(pack, container).items() if at[1 : 1 + len(path)] == path}
    stated = next((part.content for part in was.values() if isinstance(part.content, Fact)), None)
    fact = _stated(pack, held, f"{slug}.{inner}", text.strip(), stated)
    now = dict(fact_parts(("facts", *path), fact)) if fact else {}
    changes = tuple(
        Change(container, at, was.get(at), now.get(at))
        for at in dict.fromkeys((*now, *was))
        if at not in was or at not in now or was[at].says != now[at].says
    )
    if not changes:
        raise refuse("assignment", f"'{slug}.{inner}' is {text.strip()} already", hint="give another value")
    return Cause("fact", f"{slug}.{inner}", changes)


def _owner(pack: Pack, name: str) -> tuple[str, str]:
    """Kind and slug of the place, role or pair that a key begins with."""
    place, slash, role = name.partition("/")
    if slash:
        return PAIR, f"{find(pack.facts, PLACE, place)}/{find(pack.facts, 'role', role)}"
    for kind in FOLDERS:
        try:
            return kind, find(pack.facts, kind, name)
        except Refused:
            continue
    known = [slug for kind in FOLDERS for slug in pack.facts.slugs(kind)]
    message = f"'{visible_key(name)}' is no place and no role"
    raise refuse("unknown-key", message, hint=suggest(name, known))


def _type_at(pack: Pack, kind: str, key: str, path: Path) -> schema.Type:
    """The type of the fact at a path. Raises `Refused` if no field declares it."""
    fields = pack.fields[kind]
    slug = key.partition(".")[0]
    if path[0] not in fields:
        near = suggest(path[0], list(fields))
        raise refuse("unknown-key", f"no {kind} has a fact '{visible_key(path[0])}'", hint=near)
    held = fields[path[0]].type
    reached = f"{slug}.{path[0]}"
    for index, name in enumerate(path[1:], 1):
        known: list[str] = []
        if isinstance(held, schema.Figures) and index == 1:
            held = schema.Number()
        elif isinstance(held, schema.Record) and index == 1:
            known = list(pack.facts.vocabularies.get(held.vocabulary, {}))
        elif isinstance(held, schema.Record) and name in held.fields:
            held = held.fields[name].type
        else:
            known = list(held.fields) if isinstance(held, schema.Record) else [""]
        if known and name not in known:
            hint = suggest(name, known) if known != [""] else f"give {reached} as a whole"
            raise refuse("unknown-key", f"'{reached}' has no '{visible_key(name)}'", hint=hint)
        reached += f".{name}"
    if isinstance(held, schema.Record) and len(path) == 2:
        names = " and ".join(f"{reached}.{name}" for name in held.fields)
        raise refuse("unknown-key", f"'{reached}' is a record", hint=f"give a value to {names}")
    return held


def _stated(pack: Pack, kind: schema.Type, key: str, text: str, stated: Fact | None) -> Fact | None:
    """The fact that a value states, from where the earlier one came; None takes it away."""
    if text == MISSING:
        return None
    problems: list[Problem] = []
    try:
        mapping: Mapping = need_yaml(Source(key, f"value: {text}\n"))
    except Refused as refused:
        raise Refused(problem._replace(location=None) for problem in refused.problems) from None
    inherited = stated.provenance if stated else Provenance()
    reading = Reading(pack.all_locales, pack.facts.vocabularies, problems)
    fact = read_fact(mapping.entries["value"], kind, key, inherited, reading)
    if problems or fact is None:
        raise Refused(problem._replace(location=None) for problem in problems)
    return fact._replace(location=stated.location) if stated else fact
