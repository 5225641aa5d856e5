"""What differs between two packs: each change of a part, and the causes that changes come to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from typing import NamedTuple

from guidegen.facts import FOLDERS, PAIRS
from guidegen.files import alike
from guidegen.pack import Pack, kind_of_file
from guidegen.parts import (
    FIELDS,
    ORDER,
    OUTLINE,
    PAIR,
    PASSAGES,
    PLACE,
    ROLE,
    RULES,
    SETTINGS,
    TERMS,
    Container,
    Part,
    Parts,
    Path,
    parts,
)
from guidegen.source import Location


class Change(NamedTuple):
    """A part that one pack has otherwise than another; None where a pack hasn't got it."""

    container: Container
    path: Path
    was: Part | None
    now: Part | None

    @property
    def part(self) -> Part:
        """The part as it is now; as it was, if it is gone."""
        found = self.now or self.was
        assert found is not None
        return found


class Cause(NamedTuple):
    """What a reviewer takes for one change, as `fact:CITY.NAME`; a place that is new has many."""

    kind: str
    key: str
    changes: tuple[Change, ...]

    @property
    def id(self) -> str:
        """What names the cause on the command line."""
        return f"{self.kind}:{self.key}"

    @property
    def at(self) -> Location:
        """Where it stands now, or stood."""
        return self.changes[0].part.at

    @property
    def mark(self) -> str:
        """A mark of what was and what is now."""
        said = [
            (change.container, change.path, change.was and change.was.says, change.now and change.now.says)
            for change in self.changes
        ]
        return sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:12]


def changes(old: Pack, new: Pack) -> list[Change]:
    """Every change between two packs, by kind of part and in the new one's order; comments are none."""
    retyped = _retyped(old, new)
    found: list[Change] = []
    for container in _containers(old, new, retyped):
        was, now = parts(old, container), parts(new, container)
        found += _whole_tables(_compared(container, was, now, retyped))
    return found


def _compared(container: Container, was: Parts, now: Parts, retyped: frozenset[Path]) -> Iterator[Change]:
    for path in dict.fromkeys(chain(now, was)):
        before, after = was.get(path), now.get(path)
        if before and after and after.kind == ORDER:
            if _reordered(before.says, after.says):
                yield Change(container, path, before, after)
        elif ORDER not in (before and before.kind, after and after.kind):
            same = before and after and before.says == after.says
            if not same or (path[0] == "facts" and (container[0], path[1]) in retyped):
                yield Change(container, path, before, after)


def _reordered(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether what both have stands in another order."""
    return [name for name in before if name in after] != [name for name in after if name in before]


def _whole_tables(found: Iterable[Change]) -> list[Change]:
    """Changes of rows are part of their table's, if that is new, gone, or has other columns."""
    listed = list(found)
    whole = {
        change.path
        for change in listed
        if change.part.kind == "table"
        and not (change.was and change.now and change.was.says[1] == change.now.says[1])
    }
    return [change for change in listed if change.path[:2] not in whole or change.path in whole]


# -- where to look


def _retyped(old: Pack, new: Pack) -> frozenset[Path]:
    """The fields, as owner and name, that are new or gone, or whose facts are read as another type now."""
    was, now = parts(old, FIELDS), parts(new, FIELDS)
    return frozenset(
        path
        for path in (*was, *now)
        if path not in was or path not in now or was[path].says != now[path].says
    )


def _containers(old: Pack, new: Pack, retyped: frozenset[Path]) -> Iterator[Container]:
    """Whatever may hold a change: of places, roles, pairs and their passages those whose files differ."""
    yield from (SETTINGS, FIELDS, RULES, OUTLINE)
    for vocabulary in dict.fromkeys((*old.facts.vocabularies, *new.facts.vocabularies)):
        yield TERMS, vocabulary
    for kind in (PLACE, ROLE):
        of_kind = any(owner == kind for owner, _ in retyped)
        for slug in sorted({*old.facts.slugs(kind), *new.facts.slugs(kind)}):
            if of_kind or not _same(old, new, f"{FOLDERS[kind]}/{slug}.yaml"):
                yield kind, slug
    for place, role in sorted({*old.facts.pair_slugs(), *new.facts.pair_slugs()}):
        if any(owner == PAIR for owner, _ in retyped) or not _same(old, new, f"{PAIRS}/{place}/{role}.yaml"):
            yield PAIR, place, role
    for locale in dict.fromkeys((*old.all_locales, *new.all_locales)):
        yield PASSAGES, locale, "", ""
        files = dict.fromkeys((*old.snippet_files(locale), *new.snippet_files(locale)))
        for file, owner in files:
            if owner and not _same(old, new, file):
                yield PASSAGES, locale, kind_of_file(file), owner


def _same(old: Pack, new: Pack, name: str) -> bool:
    return alike(old.root / name, new.root / name)


# -- causes


def causes(old: Pack, new: Pack) -> list[Cause]:
    """What changed between two packs as a reviewer counts it.

    What came or went with a place, a role or a locale is one cause, and so is a field with its facts.
    """
    retyped = _retyped(old, new)
    grouped: dict[tuple[str, str], list[Change]] = {}
    for change in changes(old, new):
        name = _group(old, new, change, retyped) or (change.part.kind, change.part.key)
        grouped.setdefault(name, []).append(change)
    return [Cause(kind, key, tuple(held)) for (kind, key), held in grouped.items()]


def _group(old: Pack, new: Pack, change: Change, retyped: frozenset[Path]) -> tuple[str, str] | None:
    """What a change is but a piece of."""
    kind, *names = change.container
    path = change.path
    if kind in (PLACE, ROLE) and _comes_or_goes(old, new, kind, names[0]):
        return kind, names[0]
    if kind == PASSAGES:
        locale, of, slug = names
        if of in (PLACE, ROLE) and _comes_or_goes(old, new, of, slug):
            return of, slug
        return ("locale", locale) if (locale in old.locales) != (locale in new.locales) else None
    if path[:1] == ("facts",) and (kind, path[1]) in retyped:
        return "field", f"{kind}.{path[1]}"
    if path[:1] in (("locales",), ("names",)) and (path[1] in old.locales) != (path[1] in new.locales):
        return "locale", path[1]
    return None


def _comes_or_goes(old: Pack, new: Pack, kind: str, slug: str) -> bool:
    """Whether guides of a place or role are published in one of the two packs only."""

    def is_made(pack: Pack) -> bool:
        owner = pack.facts.owner(kind, slug) if pack.facts.has(kind, slug) else None
        return owner is not None and owner.is_published

    return is_made(old) != is_made(new)
