"""Staying in step: which text of the source language each translation was accepted for, and which are behind.

`snippets/<locale>/.followed.yaml` has a line for each translation: the passage's id, and a mark of the text
that its source had when the translation was accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple

from guidegen.files import remove, write
from guidegen.keys import Keys, visible_key
from guidegen.pack import Pack, kind_of_file
from guidegen.problems import Problem, Refused, errors, refuse, some, suggest
from guidegen.snippets import Passage, flowed
from guidegen.source import Location
from guidegen.translation import is_draft, is_known
from guidegen.yamlfile import read_file

FILE = ".followed.yaml"
_MARK = re.compile("[0-9a-f]{12}")
_HEADER = """\
# The text of the source language that each passage here was accepted for, as a mark of it.
# `guidegen accept --translation {locale}` writes this file.

"""


class Standing(NamedTuple):
    """A translation that isn't in step. `kind` is stale, unfollowed or gone.

    It is stale if its source has changed since it was accepted, and unfollowed if it never was. What is
    gone is a line for a passage that the source language has no more: it has no passages. `file` is the
    snippet file, `location` the passage's heading, or the line.
    """

    kind: str
    id: str
    file: str
    location: Location
    passages: tuple[Passage, Passage] | None = None  # the source's, and its translation
    warning: bool = False


class Line(NamedTuple):
    """A line of the file: the mark, empty if it is none, and where the passage's id stands."""

    mark: str
    location: Location


def followed_file(locale: str) -> str:
    """The file of a locale that says which texts it follows."""
    return f"snippets/{locale}/{FILE}"


def mark_of(passage: Passage) -> str:
    """A mark of a passage's text, as a guide says it: where its lines are broken makes no difference."""
    return sha256(flowed(passage.text).encode()).hexdigest()[:12]


# -- what isn't in step


def out_of_step(pack: Pack, locale: str) -> Iterator[Problem]:
    """Translations of a locale that are behind, or were never accepted; lines that are for none.

    Those of a draft locale are said once for each file. What is wrong with the file itself comes first.
    """
    problems: list[Problem] = []
    found = _standings(pack, locale, problems)
    yield from problems
    found.sort(key=lambda one: (one.file, one.kind))
    for (_, kind), group in groupby(found, lambda one: (one.file, one.kind)):
        alike = list(group)
        if locale in pack.draft_locales and kind != "gone" and len(alike) > 1:
            yield _said_together(locale, alike)
        else:
            yield from (_said(locale, one) for one in alike)


def _said(locale: str, one: Standing) -> Problem:
    if one.passages is None:
        hint = f"delete this line, as `guidegen accept --translation {locale}` does"
        message = f"the source language has no passage '{visible_key(one.id)}' any more"
        return Problem("gone-translation", message, one.location, hint, warning=True)
    at = one.passages[0].location
    source = f"{at.path}:{at.line}"
    hint = f"look at both, then `guidegen accept --translation {locale} {one.id}`"
    message = f"the source of '{one.id}' has changed since it was translated: {source}"
    if one.kind == "unfollowed":
        message = f"'{one.id}' isn't accepted yet as a translation of {source}"
    return Problem(f"{one.kind}-translation", message, one.location, hint, one.warning)


def _said_together(locale: str, alike: list[Standing]) -> Problem:
    names = some([one.id for one in alike])
    message = f"the sources of {len(alike)} passages have changed since they were translated: {names}"
    if alike[0].kind == "unfollowed":
        message = f"{len(alike)} passages aren't accepted yet as translations: {names}"
    hint = f"look at them and at their sources, then `guidegen accept --translation {locale}`"
    return Problem(f"{alike[0].kind}-translation", message, alike[0].location, hint, warning=True)


def _standings(pack: Pack, locale: str, problems: list[Problem]) -> list[Standing]:
    """All that isn't in step, as it is read; nothing, with problems noted, if that can't be known."""
    marks = _read(pack, locale, problems)
    if marks is None:
        return []
    found = []
    for translation in _translations(pack, locale):
        line = marks.get(translation.id)
        if line is None:
            found.append(translation)
        elif line.mark and line.mark != mark_of(_source_of(translation)):
            found.append(translation._replace(kind="stale"))
    return [*found, *_gone(pack, marks, locale)]


def _source_of(translation: Standing) -> Passage:
    assert translation.passages
    return translation.passages[0]


def _translations(pack: Pack, locale: str) -> Iterator[Standing]:
    """The passages of a locale that say something, and whose source does, as if none were accepted."""
    for file, owner in pack.snippet_files(locale):
        kind = kind_of_file(file)
        if not is_known(pack, kind, owner):
            continue
        sources = pack.owned(pack.locales[0], kind, owner) if owner else pack.shared(pack.locales[0])
        warning = locale in pack.draft_locales or is_draft(pack, kind, owner)
        for passage in pack.in_file(locale, file, owner):
            source = sources.get(passage.name)
            if passage.text and source and source.text:
                both = (source, passage)
                yield Standing("unfollowed", passage.id, file, passage.location, both, warning)


def _gone(pack: Pack, marks: dict[str, Line], locale: str) -> Iterator[Standing]:
    """Lines for what the source language hasn't; what the locale hasn't is missing, and reported as that."""
    source = pack.locales[0]
    there = {
        passage.id
        for file, owner in pack.snippet_files(source)
        for passage in pack.in_file(source, file, owner)
    }
    if any(found.kind != "empty-passage" for found in _problems_of(pack, source)):
        return  # what couldn't be read may be there
    for id_, line in marks.items():
        if id_ not in there:
            yield Standing("gone", id_, followed_file(locale), line.location, warning=True)


def _problems_of(pack: Pack, *locales: str) -> list[Problem]:
    folders = tuple(f"snippets/{locale}/" for locale in locales)
    return [found for found in pack.problems if found.location and found.location.path.startswith(folders)]


# -- the file


def _read(pack: Pack, locale: str, problems: list[Problem]) -> dict[str, Line] | None:
    """The mark of each passage, with its place; None, with problems noted, if the file can't be read."""
    file = followed_file(locale)
    if not (pack.root / file).exists():
        return {}
    found: list[Problem] = []
    mapping = read_file(pack.root, file, found)
    marks: dict[str, Line] = {}
    if mapping:
        keys = Keys(mapping, file, found)
        for id_ in mapping.entries:
            hint = "delete this line, and accept the translation anew"
            scalar = keys.scalar(id_, hint=hint)
            if scalar and not _MARK.fullmatch(scalar.text):
                keys.note("wrong-type", f"'{visible_key(scalar.text)}' is no mark", scalar.location, hint)
                scalar = None
            marks[id_] = Line(scalar.text if scalar else "", mapping.keys[id_])
    is_only_warned = locale in pack.draft_locales
    problems += [problem._replace(warning=is_only_warned) for problem in found]
    return None if mapping is None else marks


# -- accepting


def to_accept(pack: Pack, locale: str, ids: Iterable[str] = ()) -> list[Standing]:
    """What isn't in step of a locale, all of it or the passages asked for.

    Raises `Refused` for what is no translation, says nothing, or can't be read.
    """
    _check_locale(pack, locale)
    problems: list[Problem] = []
    found = _standings(pack, locale, problems)
    problems = [problem._replace(warning=False) for problem in problems]
    problems += errors(_problems_of(pack, locale, pack.locales[0]))
    if problems:
        raise Refused(problems)
    wanted = [*ids]
    for id_ in wanted:
        if id_ not in {one.id for one in found}:
            _check_passage(pack, locale, id_)
    return [one for one in found if not wanted or one.id in wanted]


def follow(pack: Pack, locale: str, accepted: Iterable[Standing]) -> None:
    """Note that these translations are written for what their sources say now; drop the lines of the gone.

    Raises `Refused` if the file can't be read or lies outside of the pack, `MachineFailed` if it can't be
    written.
    """
    problems: list[Problem] = []
    lines = _read(pack, locale, problems)
    if lines is None or problems:
        raise Refused(problems)
    marks = {id_: line.mark for id_, line in lines.items()}
    for one in accepted:
        if one.passages is None:
            marks.pop(one.id, None)
        else:
            marks[one.id] = mark_of(one.passages[0])
    path = pack.root / followed_file(locale)
    if not path.resolve().is_relative_to(pack.root.resolve()):
        at = Location.of_file(followed_file(locale))
        raise refuse("file-outside", "a link leads out of the pack", at, "put a folder in its place")
    said = "".join(f"{id_}: {mark}\n" for id_, mark in sorted(marks.items()))
    if said:
        write(path, (_HEADER.format(locale=locale) + said).encode())
    elif path.exists():
        remove(path)


def _check_locale(pack: Pack, locale: str) -> None:
    others = pack.all_locales[1:]
    if locale not in pack.all_locales:
        raise refuse("unknown-locale", f"unknown locale '{locale}'", hint=suggest(locale, others))
    if locale not in others:
        hint = f"translations are in {', '.join(others)}" if others else "the pack has no other locale"
        raise refuse("source-locale", f"'{locale}' is the source language, and follows no other", hint=hint)


def _check_passage(pack: Pack, locale: str, id_: str) -> None:
    """Refuse what is no passage that can be accepted; one that is in step is fine."""
    ours, theirs = (
        {
            passage.id: passage
            for file, owner in pack.snippet_files(of)
            for passage in pack.in_file(of, file, owner)
        }
        for of in (locale, pack.locales[0])
    )
    shown = visible_key(id_)
    if id_ not in ours:
        at = theirs[id_].location if id_ in theirs else None
        hint = f"write it first; its source is {at.path}:{at.line}" if at else suggest(id_, sorted(ours))
        raise refuse("unknown-passage", f"there is no passage '{shown}' in snippets/{locale}/", hint=hint)
    for passage in (ours[id_], theirs.get(id_)):
        if passage and not passage.text:
            message = f"passage '{passage.name}' says nothing"
            raise refuse("empty-passage", message, passage.location, "write it first")
    if id_ not in theirs:
        message = f"there is no passage '{shown}' in snippets/{pack.locales[0]}/"
        raise refuse("unknown-passage", message, ours[id_].location, "it translates nothing: delete it")
