"""Passages that are a place's or a role's own, quoted from a document as they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from guidegen import schema
from guidegen.files import read_source
from guidegen.learn.draft import line_text, passage_text
from guidegen.learn.imported import Imported
from guidegen.learn.model import Slot, Template
from guidegen.learn.told import Owned
from guidegen.learn.voted import forms_of
from guidegen.pack import kind_of_file, owned_file

_LONG_FORM = 8  # letters of a single word that hardly stands for anything else


def quoted(one: Imported) -> dict[str, dict[str, str]]:
    """The passages that a document has for owners who haven't written them: by file and name, as snippets."""
    before = one.before
    slugs = {"place": before.place.slug, "role": before.role.slug}
    slugs["pair"] = "/".join(slugs.values())
    files: dict[str, dict[str, str]] = {}
    for each in one.told.passages:
        kind, _, name = each.name.partition(":")
        texts = files.setdefault(owned_file(one.locale, kind, slugs[kind]), {})
        texts.setdefault(name, _passage(each, _slots(one, kind)))
    return files


def as_snippets(passages: Mapping[str, str]) -> str:
    """Passages as a snippet file has them."""
    return "\n".join(f"## {name}\n{text}\n" for name, text in passages.items())


def new_file(file: str, passages: Mapping[str, str], one: Imported) -> str:
    """A new snippet file with passages."""
    place, role = (owner.names.label(one.locale) for owner in (one.before.place, one.before.role))
    whose = {"place": place, "role": role, "pair": f"{role} × {place}"}[kind_of_file(file)]
    return (
        f"What guides say of {whose} and of no other, as it stood in a document.\n\n{as_snippets(passages)}"
    )


def with_passages(root: Path, file: str, passages: Mapping[str, str]) -> bytes:
    """A snippet file with passages more: under headings that wait for them, else at the end.

    Raises `Refused` for a file that can't be read.
    """
    text = read_source(root, file).text.rstrip("\n")
    lines = text.split("\n") if text.strip() else []
    for name, passage in passages.items():
        waiting = [at for at, line in enumerate(lines) if line.rstrip() == f"## {name}"]
        if waiting:
            lines.insert(waiting[0] + 1, passage)
        else:
            lines += [*([""] if lines else []), f"## {name}", passage]
    ending = "\r\n" if b"\r\n" in (root / file).read_bytes() else "\n"
    return ("\n".join(lines) + "\n").replace("\n", ending).encode()


def _passage(one: Owned, slots: Mapping[str, Slot]) -> str:
    if not one.as_lines:
        return passage_text(_named(one.text, slots))
    return "\n".join(line_text(_named(line, slots)) if line else "" for line in one.text.split("\n"))


def _named(text: str, slots: Mapping[str, Slot]) -> Template:
    """A text with slots for names."""
    if not slots:
        return (text,)
    listed = "|".join(re.escape(name) for name in sorted(slots, key=len, reverse=True))
    parts = re.split(rf"(?<!\w)({listed})(?!\w)", text)
    return tuple(slots[part] if at % 2 else part for at, part in enumerate(parts) if part)


def _slots(one: Imported, kind: str) -> dict[str, Slot]:
    """The names that become slots: the place's in a role's passage, the role's in a place's.

    A country's own name in a role's passage may mean the place or the country: it stays as it stands. So
    does a short word of a role's name, which may be there by chance.
    """
    found: dict[str, Slot] = {}
    place, role, locale = one.before.place, one.before.role, one.locale
    if kind == "place":
        for form, text in forms_of(role, locale, schema.ROLE_FORMS).items():
            if " " in text or len(text) >= _LONG_FORM:
                found.setdefault(text, Slot(f"role.{form}"))
    if kind == "role" and place.scope != "country":
        for owner, name in ((place, "place"), (one.before.country, "place.country")):
            for form, text in (forms_of(owner, locale, schema.PLACE_FORMS) if owner else {}).items():
                found.setdefault(text, Slot(f"{name}.{form}"))
                capital = one.before.language.capital(text)
                found.setdefault(capital, Slot(f"{name}.{form}", ("capital",)))
    return found
