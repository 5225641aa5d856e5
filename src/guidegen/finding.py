"""Places and roles found by any of their names: any locale, case, and with or without accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from guidegen.facts import FOLDERS, Facts
from guidegen.files import read_source
from guidegen.keys import visible_key
from guidegen.problems import Problem, Refused, nearest, refuse
from guidegen.source import Location, Source
from guidegen.yamlfile import Mapping, Node, Scalar, read_yaml

_NAMED = ("names", "aliases")
_NOT_JOINED = "/\\\0"
_EXCERPT = re.compile(r"^(?:names|aliases):.*(?:\n(?:[ #-].*)?)*", re.MULTILINE)


def fold(name: str) -> str:
    """The form in which names are compared: no case, no accents, words joined by hyphens.

    A path is no name: what makes one stays, and finds nothing.
    """
    if not name.isascii():
        decomposed = unicodedata.normalize("NFKD", name)
        name = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    kept = "".join(c if c.isalnum() or c in _NOT_JOINED else " " for c in name.casefold())
    return "-".join(kept.split())


def find(facts: Facts, kind: str, asked: str) -> str:
    """The slug of the `place` or `role` that goes by a name. Raises `Refused` if none or several do."""
    if facts.has(kind, asked):
        return asked
    what = "city" if kind == "place" else kind
    wanted = fold(asked)
    hopeful = [slug for slug in facts.slugs(kind) if _may_be_called(facts, kind, slug, wanted)]
    found = _by_name(facts, kind, hopeful).get(wanted, [])
    if len(found) == 1:
        return found[0]
    if found:
        raise refuse(
            "ambiguous-name",
            f"{what} '{visible_key(asked)}' may be {' or '.join(found)}",
            hint=f"ask for it by its slug: --{what} {found[0]}",
        )
    near = nearest(wanted, _by_name(facts, kind, facts.slugs(kind)))
    guess = f"did you mean '{near}'? " if near else ""
    raise refuse(
        f"unknown-{what}",
        f"unknown {what} '{visible_key(asked)}'",
        hint=f"{guess}`guidegen list {kind}s --drafts` shows them all",
    )


def _by_name(facts: Facts, kind: str, slugs: list[str]) -> dict[str, list[str]]:
    """Slugs by each of their owners' names, folded."""
    found: dict[str, list[str]] = {}
    for slug in slugs:
        for name in dict.fromkeys((fold(slug), *_names_in(facts, kind, slug))):
            found.setdefault(name, []).append(slug)
    return found


def _may_be_called(facts: Facts, kind: str, slug: str, wanted: str) -> bool:
    """Whether a folded name can be among an owner's: a look at the text, much faster than reading it."""
    try:
        text = read_source(facts.root, f"{FOLDERS[kind]}/{slug}.yaml").text
    except Refused:
        return fold(slug) == wanted
    names = "\n".join(_EXCERPT.findall(text)) or text
    return wanted in fold(f"{slug} {names}") or "\\" in names


def known_as(facts: Facts, kind: str, name: str) -> tuple[str, Location] | None:
    """The place or role that goes by a folded name, with where it is given; None if none does."""
    for slug in facts.slugs(kind):
        if name in (fold(slug), *_names_in(facts, kind, slug)):
            file = f"{FOLDERS[kind]}/{slug}.yaml"
            scalars = _scalars(_mapping(facts, file, excerpt=False))
            given = (scalar.location for scalar in scalars if fold(scalar.text) == name)
            return slug, next(given, Location.of_file(file))
    return None


def claims(facts: Facts, kind: str) -> Iterator[Problem]:
    """Names that two places, or two roles, both claim."""
    first: dict[str, tuple[str, Location]] = {}
    for slug in facts.slugs(kind):
        file = f"{FOLDERS[kind]}/{slug}.yaml"
        claimed = {fold(slug): Location.of_file(file)}
        for scalar in _scalars(_mapping(facts, file, excerpt=False)):
            claimed.setdefault(fold(scalar.text), scalar.location)
        for name, at in claimed.items():
            owner, other = first.setdefault(name, (slug, at))
            if owner != slug:
                yield Problem(
                    "claimed-twice",
                    f"'{name}' names both {owner} and {slug}",
                    at,
                    f"{owner} claims it in {other}; one of them has to give it up",
                )


def _names_in(facts: Facts, kind: str, slug: str) -> list[str]:
    """The folded names of an owner, read from those lines of its file that hold them."""
    file = f"{FOLDERS[kind]}/{slug}.yaml"
    found = _mapping(facts, file, excerpt=True) or _mapping(facts, file, excerpt=False)
    return [fold(scalar.text) for scalar in _scalars(found)]


def _mapping(facts: Facts, file: str, *, excerpt: bool) -> Mapping | None:
    """A file, or only its names; what is wrong with it is said where the owner itself is read."""
    try:
        source = read_source(facts.root, file)
    except Refused:
        return None
    if excerpt:
        source = Source(file, "\n".join(_EXCERPT.findall(source.text)))
    return read_yaml(source, [])


def _scalars(node: Node | None, *, top: bool = True) -> Iterator[Scalar]:
    """Every text under `names` and `aliases`."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for key, inner in node.entries.items():
            if not top or key in _NAMED:
                yield from _scalars(inner, top=False)
    elif node is not None:
        for inner in node.items:
            yield from _scalars(inner, top=False)
