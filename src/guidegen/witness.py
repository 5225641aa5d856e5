"""Test places and roles that show a gap or an overlap of a table, to be copied into the pack."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from guidegen import schema
from guidegen.facts import FOLDERS
from guidegen.keys import NUMBER
from guidegen.lookup import MISSING
from guidegen.pack import OWNED, Pack
from guidegen.problems import Problem
from guidegen.proofs import Finding, findings
from guidegen.rules.cells import Looked
from guidegen.scaffold.naming import as_yaml

_COMMAND = "guidegen check --witness"
_WIDTH = 90
_STEM = 50  # letters of a table's name that go into a slug
_SCOPE = ("place", "scope")
_CITY, _COUNTRY = schema.SCOPES[0], schema.SCOPES[-1]


class Witnesses(NamedTuple):
    """Files by path inside a folder of their own, and the tables with something that no file can show."""

    files: dict[str, bytes]
    unshown: tuple[str, ...]


class _Stated(NamedTuple):
    """What a file states of a fact: its value, None where it is missing, and how sure that is."""

    value: str | None
    confidence: str | None


_Facts = dict[tuple[str, ...], _Stated]  # by owner and path: place, figures, NAME


def witnesses(pack: Pack, problems: list[Problem]) -> Witnesses:
    """A place, a role or both for each gap and overlap among these problems whose values files can state."""
    files: dict[str, bytes] = {}
    unshown: dict[str, None] = {}
    numbers: dict[str, int] = {}
    asked = {_identity(problem) for problem in problems}
    for finding in findings(pack):
        if finding.witness is None or _identity(finding.problem) not in asked:
            continue
        facts = _facts(pack, finding)
        roots = {column.name.partition(".")[0] for column in finding.table.columns}
        kinds = [kind for kind in FOLDERS if kind in roots]
        if facts is None or not kinds:
            unshown[finding.table.name] = None
            continue
        slug = _slug(pack, finding.table.name, numbers)
        slugs = {kind: slug if kind == kinds[0] else f"{slug}-{kind}" for kind in kinds}
        for kind in kinds:
            lines = [
                *_comment(pack, finding, facts, slugs),
                *_names(pack, kind, slug),
                *(_around(pack, facts) if kind == "place" else ()),
                "status: draft",
                f"source: made up by `{_COMMAND}`",
                *_lines(facts, kind),
            ]
            files[f"{OWNED[kind]}/{slugs[kind]}.yaml"] = ("\n".join(lines) + "\n").encode()
    return Witnesses(files, tuple(unshown))


def _identity(problem: Problem) -> tuple[str, str, str]:
    return problem.kind, str(problem.location), problem.message


def _slug(pack: Pack, table: str, numbers: dict[str, int]) -> str:
    """A slug that nobody has: witnesses that were copied into the pack keep theirs."""
    stem = "-".join(["witness", *re.findall("[a-z0-9]+", table[:_STEM])])
    taken = {slug for kind in FOLDERS for slug in pack.facts.slugs(kind)}
    while True:
        numbers[stem] = numbers.get(stem, 0) + 1
        slug = f"{stem}-{numbers[stem]}"
        if not {slug, *(f"{slug}-{kind}" for kind in FOLDERS)} & taken:
            return slug


# -- what is to be stated


def _facts(pack: Pack, finding: Finding) -> _Facts | None:
    """The facts that the columns are; None if a column is none of a place or role, or can't be stated."""
    read = dict(zip((column.name for column in finding.table.columns), finding.witness or ()))
    facts: _Facts = {}
    for name, value in read.items():
        path = tuple(name.split("."))
        if path[-1] == "confidence":
            if value is not MISSING and read.get(".".join(path[:-1]), MISSING) is MISSING:
                return None  # it is stated with a value, and which is anybody's guess
            continue
        kind = _type(pack, path)
        text = _text(value, kind) if kind else None
        sure = read.get(f"{name}.confidence", MISSING)
        if kind is None or (text is None and (value is not MISSING or path == _SCOPE)):
            return None
        if path == _SCOPE and sure is not MISSING:
            return None
        facts[path] = _Stated(text, None if sure is MISSING else str(sure))
    return facts


def _type(pack: Pack, path: tuple[str, ...]) -> schema.Type | None:
    """The type of a fact that the file of a place or a role states by itself."""
    owner, *inner = path
    if path == _SCOPE:
        return schema.Choice(schema.SCOPES)
    if owner not in FOLDERS or not inner or inner[0] not in pack.fields[owner]:
        return None
    kind = pack.fields[owner][inner[0]].type
    if isinstance(kind, schema.Figures) and len(inner) == 2:
        return schema.Number()
    return kind if len(inner) == 1 else None


def _text(value: Looked, kind: schema.Type) -> str | None:
    """A value as files state it; None for one that none can."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        whole = isinstance(kind, schema.Number) and kind.integral
        text = format(value.to_integral_value() if whole else value, "f")
        return text if NUMBER.fullmatch(text) else None
    if isinstance(value, frozenset):
        return f"[{', '.join(as_yaml(key) for key in sorted(value))}]"
    return as_yaml(value) if isinstance(value, str) else None


# -- as lines of a file


def _comment(pack: Pack, finding: Finding, facts: _Facts, slugs: dict[str, str]) -> Iterator[str]:
    """Which table this is a test of, what it shows, and how to see that."""
    copied = " and ".join(f"{OWNED[kind]}/{slug}.yaml to {FOLDERS[kind]}/" for kind, slug in slugs.items())
    options = []
    for option, kind in (("city", "place"), ("role", "role")):
        published = next((owner.slug for owner in pack.published(kind)), "NAME")
        options.append(f"--{option} {slugs.get(kind, published)}")
    left_out = [".".join(path) for path, stated in facts.items() if stated.value is None]
    missing = f" ({', '.join(left_out)}: left out here on purpose)" if left_out else ""
    table = finding.table
    at = f"{table.location.path}, line {table.location.line}"
    for text in (
        f"Made by `{_COMMAND}`, as a test of table '{table.name}' in {at}:",
        f"{finding.problem.message}{missing}.",
        f"To see it, copy {copied}, and run this command, which also says what else a guide reads:",
    ):
        lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
        yield from (f"# {line}" for line in lines)
    yield f"#   guidegen render {' '.join(options)}"


def _names(pack: Pack, kind: str, slug: str) -> Iterator[str]:
    name = slug.replace("-", " ").capitalize()
    if kind == "place":
        yield f"names: {name}"
        return
    yield "names:"
    for locale in pack.all_locales:
        forms = ", ".join(f"{form}: {name}" for form in ("name", *schema.ROLE_FORMS))
        yield f"  {locale}: {{{forms}}}"


def _around(pack: Pack, facts: _Facts) -> Iterator[str]:
    """The scope, and for what is no country one that it lies within."""
    countries = [owner.slug for owner in pack.published("place") if owner.scope == _COUNTRY]
    stated = facts.get(_SCOPE)
    scope = (stated and stated.value) or (_CITY if countries else _COUNTRY)
    yield f"scope: {scope}"
    if scope != _COUNTRY:
        yield from (f"within: {slug}" for slug in countries[:1])


def _lines(facts: _Facts, kind: str) -> Iterator[str]:
    figures: dict[str, list[str]] = {}
    for (owner, field, *inner), stated in facts.items():
        if owner != kind or stated.value is None or (owner, field) == _SCOPE:
            continue
        sure = stated.confidence
        text = f"{{value: {stated.value}, confidence: {sure}}}" if sure else stated.value
        if inner:
            figures.setdefault(field, []).append(f"  {inner[0]}: {text}")
        else:
            yield f"{field}: {text}"
    for field, lines in figures.items():
        yield from (f"{field}:", *lines)
