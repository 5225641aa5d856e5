"""What a locale lacks next to the source language, or the other way: names in facts, and passages."""

from __future__ import annotations

from collections.abc import Container, Iterator

from guidegen.facts import Untranslated
from guidegen.pack import Pack, kind_of_file
from guidegen.problems import Problem, some
from guidegen.snippets import Passage
from guidegen.source import Location

_NO_SOURCE = "write them, or delete their headings"


def untranslated(pack: Pack, locale: str) -> Iterator[Problem]:
    """Names that a draft locale hasn't: one problem for each file of facts that was read."""
    by_file: dict[str, list[Untranslated]] = {}
    for one in pack.facts.untranslated:
        if one.locale == locale:
            by_file.setdefault(one.location.path, []).append(one)
    for lacking in by_file.values():
        names = some([f"'{one.what}'" for one in lacking])
        have = "has" if len(lacking) == 1 else "have"
        message = f"{names} {have} no name in '{locale}'"
        hint = f"add `{locale}:`" + (" to each" if len(lacking) > 1 else "")
        yield Problem("missing-key", message, lacking[0].location, hint)


def unwritten(pack: Pack, locale: str) -> Iterator[Problem]:
    """Passages of a draft locale that are empty, and those of the source language that it hasn't.

    One problem for each file, at its first empty passage: that is where to go on.
    """
    source = pack.locales[0]
    theirs = {_counterpart(file, source, locale): file for file, _ in pack.snippet_files(source)}
    for file, owner in pack.snippet_files(locale):
        passages = pack.in_file(locale, file, owner)
        if empty := [passage for passage in passages if not passage.text]:
            message = _empty([passage.name for passage in empty], len(passages))
            hint = f"{theirs[file]} has the source" if file in theirs else _NO_SOURCE
            yield Problem("empty-passage", message, empty[0].location, hint)
    for file, owner in pack.snippet_files(source):
        there = pack.shared(locale)
        if kind := kind_of_file(file):
            there = pack.owned(locale, kind, owner)
        if missing := [one.name for one in pack.in_file(source, file, owner) if one.name not in there]:
            are = "passage is" if len(missing) == 1 else "passages are"
            at = Location.of_file(_counterpart(file, source, locale))
            hint = f"write `## {missing[0]}` there; {file} has the source"
            yield Problem("missing-passage", f"{len(missing)} {are} missing: {some(missing)}", at, hint)


def one_sided(pack: Pack, named: Container[str], said: Container[str]) -> Iterator[Problem]:
    """Passages of a place, role or pair that the source language has and a published locale hasn't, or back.

    `named` are the passages that the outline and the tables name: others are reported as unused. `said` are
    those (`FILE#NAME`) that a guide has missed; these here keep no guide from being made.
    """
    source = pack.locales[0]
    for having, lacking in (
        pair for locale in pack.locales[1:] for pair in ((source, locale), (locale, source))
    ):
        for file, owner in pack.snippet_files(having):
            kind = kind_of_file(file)
            if not kind or not is_known(pack, kind, owner):
                continue
            there = pack.owned(lacking, kind, owner)
            at = _counterpart(file, having, lacking)
            for one in pack.in_file(having, file, owner):
                if one.name not in there and f"{kind}:{one.name}" in named and f"{at}#{one.name}" not in said:
                    yield _lacked(one, at, is_of_draft=is_draft(pack, kind, owner))


def _lacked(passage: Passage, at: str, *, is_of_draft: bool) -> Problem:
    """A passage that is missing; that of a draft in the words in which other drafts are reported."""
    there = f"{passage.location.path}:{passage.location.line}"
    hint = f"write `## {passage.name}` there, or delete the one in {there}"
    kind, message = "missing-passage", f"there is no passage '{passage.name}' in {at}"
    if is_of_draft:
        kind, message = "draft", f"passage '{passage.name}' is still missing"
    return Problem(kind, message, Location.of_file(at), hint, warning=True)


def is_draft(pack: Pack, kind: str, owner: str) -> bool:
    """Whether the place or role that owns a snippet file, or one of its pair, is a draft."""
    found = (pack.facts.owner(of, slug) for of, slug in _owners(kind, owner))
    return any(one and not one.is_published for one in found)


def is_known(pack: Pack, kind: str, owner: str) -> bool:
    """Whether the place or role that owns a snippet file, or both of its pair, are there."""
    return all(pack.facts.has(of, slug) for of, slug in _owners(kind, owner))


def _owners(kind: str, owner: str) -> Iterator[tuple[str, str]]:
    kinds = {"place": ("place",), "role": ("role",), "pair": ("place", "role")}.get(kind, ())
    return zip(kinds, owner.split("/"))


def _empty(names: list[str], of: int) -> str:
    if of == 1:
        return f"passage '{names[0]}' still says nothing"
    say = "says" if len(names) == 1 else "say"
    return f"{len(names)} of {of} passages still {say} nothing: {some(names)}"


def _counterpart(file: str, source: str, locale: str) -> str:
    """The file of a locale that says what a file of the source language says."""
    return f"snippets/{locale}/{file.removeprefix(f'snippets/{source}/')}"
