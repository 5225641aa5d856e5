"""What a draft locale still lacks, next to the source language: names in facts, and passages."""

from __future__ import annotations

from collections.abc import Iterator

from guidegen.facts import Untranslated
from guidegen.pack import Pack, kind_of_file
from guidegen.problems import Problem
from guidegen.source import Location

_NAMED_AT_MOST = 12
_NO_SOURCE = "write them, or delete their headings"


def untranslated(pack: Pack, locale: str) -> Iterator[Problem]:
    """Names that a draft locale hasn't: one problem for each file of facts that was read."""
    by_file: dict[str, list[Untranslated]] = {}
    for one in pack.facts.untranslated:
        if one.locale == locale:
            by_file.setdefault(one.location.path, []).append(one)
    for lacking in by_file.values():
        names = _some([f"'{one.what}'" for one in lacking])
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
            yield Problem("missing-passage", f"{len(missing)} {are} missing: {_some(missing)}", at, hint)


def _empty(names: list[str], of: int) -> str:
    if of == 1:
        return f"passage '{names[0]}' still says nothing"
    say = "says" if len(names) == 1 else "say"
    return f"{len(names)} of {of} passages still {say} nothing: {_some(names)}"


def _counterpart(file: str, source: str, locale: str) -> str:
    """The file of a locale that says what a file of the source language says."""
    return f"snippets/{locale}/{file.removeprefix(f'snippets/{source}/')}"


def _some(names: list[str]) -> str:
    return ", ".join(names[:_NAMED_AT_MOST]) + (", …" if len(names) > _NAMED_AT_MOST else "")
