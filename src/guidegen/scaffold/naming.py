"""The name and slug of a new place or role: nobody else's, and written so that it reads back as it was."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator

from guidegen.facts import FOLDERS, MARKUP, PAIRS
from guidegen.files import FORBIDDEN
from guidegen.finding import fold, known_as
from guidegen.keys import SLUG
from guidegen.pack import Pack, owned_file
from guidegen.problems import refuse
from guidegen.schema import LONGEST_SLUG, is_slug
from guidegen.source import Location

LONGEST_NAME = 200
_JOINERS = "\u200c\u200d"  # some scripts spell words with these
_PLAIN = re.compile(r"[^\W\d_](?:[\w '’.()/+-]*[\w'’.()+-])?")
_READ_AS_SOMETHING_ELSE = ("yes", "no", "on", "off", "y", "n", "true", "false", "null")


def name_of(given: str) -> str:
    """The name that was typed, without blanks around it. Raises `Refused` for one that can't be a name."""
    name = unicodedata.normalize("NFC", given).strip(" ")
    if not name.strip(_JOINERS):
        raise refuse(
            "name", "the name is empty", hint="write it behind the command, in quotes if it has spaces"
        )
    if len(name) > LONGEST_NAME:
        raise refuse(
            "name",
            f"this name has {len(name)} characters; a name has at most {LONGEST_NAME}",
            hint="write what readers would call it",
        )
    if found := MARKUP.search(name):
        hint = "a name is plain text, and shown as it stands: leave it out"
        raise refuse("name", f"markup in the name: {found[0]}", hint=hint)
    for letter in name:
        if FORBIDDEN.match(letter) or (
            unicodedata.category(letter)[0] in "CZ" and letter not in f" {_JOINERS}"
        ):
            what = "a control or invisible character"
            what = "a line break" if letter in "\r\n" else f"{what} (U+{ord(letter):04X})"
            raise refuse("name", f"{what} in the name", hint="type the name on one line, without it")
    return name


def slug_of(name: str, given: str, kind: str) -> str:
    """The slug that was given, else the one that the name makes. Raises `Refused` if it is none."""
    slug = given or fold(name)
    if is_slug(slug):
        return slug
    another = f"give one yourself: --slug {'CITY' if kind == 'place' else 'ROLE'}; "
    if SLUG.fullmatch(slug) and len(slug) <= LONGEST_SLUG:
        message, rule = f"'{slug}' can't be a slug", "operating systems keep this name for themselves"
    elif given:
        message, rule, another = f"'{_short(given)}' is no slug", _SLUG, ""
    elif SLUG.fullmatch(slug):
        message, rule = f"'{_short(name)}' makes a slug of {len(slug)} characters", _SLUG
    else:
        message, rule = f"'{_short(name)}' makes no slug", _SLUG
    raise refuse("slug", message, hint=another + rule)


_SLUG = (
    f"a slug has lower-case letters a to z and digits, its words joined by hyphens, at most {LONGEST_SLUG} "
    "characters"
)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def check_free(pack: Pack, kind: str, name: str, slug: str) -> None:
    """Raise `Refused` if another place or role goes by the name or the slug, or has a file for it."""
    for other in FOLDERS:
        if found := known_as(pack.facts, other, fold(name)):
            message = f"the {other} '{found[0]}' goes by '{_short(name)}' already"
            raise refuse(
                "name-taken", message, found[1], "work on that one, or give the new one another name"
            )
        if slug != fold(name) and (found := known_as(pack.facts, other, slug)):
            message = f"the slug '{slug}' is taken: the {other} '{found[0]}' goes by it"
            raise refuse("slug-taken", message, found[1], "give another: --slug SLUG")
    for path in _files_of(pack, kind, slug):
        if (pack.root / path).exists() or (pack.root / path).is_symlink():
            hint = "delete or rename this file, or give another slug: --slug SLUG"
            raise refuse("slug-taken", f"the slug '{slug}' is taken", Location.of_file(path), hint)


def _files_of(pack: Pack, kind: str, slug: str) -> Iterator[str]:
    """The files that one of this slug has or would have, as a place or as a role; its own comes first."""
    for owner in sorted(FOLDERS, key=lambda one: one != kind):
        yield f"{FOLDERS[owner]}/{slug}.yaml"
        for locale in pack.all_locales:
            yield owned_file(locale, owner, slug)
    pairs = f"{slug}/*.yaml" if kind == "place" else f"*/{slug}.yaml"
    for path in sorted((pack.root / PAIRS).glob(pairs)):
        yield f"{PAIRS}/{path.parent.name}/{path.name}"


def as_yaml(text: str) -> str:
    """A text as YAML reads it back exactly: plain where that is safe, else in quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _READ_AS_SOMETHING_ELSE:
        return text
    return json.dumps(text, ensure_ascii=False)
