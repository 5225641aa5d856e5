"""A new place or role: a draft of its facts and passages, with a comment for each thing to fill in."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from guidegen import schema
from guidegen.editor import schema_file
from guidegen.facts import FOLDERS
from guidegen.files import read_source
from guidegen.grammar import derivable
from guidegen.pack import Pack, owned_file
from guidegen.problems import Refused, some
from guidegen.scaffold.naming import as_yaml, check_free, name_of, slug_of
from guidegen.scaffold.plan import Plan
from guidegen.scaffold.shown import Readers, Shown, wanted
from guidegen.scaffold.stubs import about, in_words, stub
from guidegen.source import Source
from guidegen.yamlfile import Scalar, read_yaml

_WIDTH = 100
_SCOPE = re.compile(r"^scope: *['\"]?([a-z]+)", re.MULTILINE)
_PUBLISHED = re.compile(r"^status: *['\"]?published\b", re.MULTILINE)
_FORMS = {
    "name": "by itself",
    "in": "with the word for being there",
    "of": "with the word for belonging to it",
    "one": "one of them, as in the middle of a sentence",
    "many": "several of them, as in the middle of a sentence",
    "title_one": "one of them, as in a title",
    "title_many": "several of them, as in a title",
    "of_many": "several of them, with the word for belonging to them",
}


class New(NamedTuple):
    """The place or role that is begun."""

    kind: str
    name: str
    slug: str

    @property
    def file(self) -> str:
        """The file of its facts."""
        return f"{FOLDERS[self.kind]}/{self.slug}.yaml"

    @property
    def what(self) -> str:
        """What the command line calls it."""
        return "city" if self.kind == "place" else self.kind


def plan_owner(pack: Pack, kind: str, name: str, slug: str) -> Plan:
    """The files that begin a place or a role; without a slug the name makes one.

    Raises `Refused` for a name or slug that can't be one, or that another has.
    """
    name = name_of(name)
    new = New(kind, name, slug_of(name, slug, kind))
    check_free(pack, kind, new.name, new.slug)
    readers = Readers(pack, kind)
    files = {new.file: _facts(pack, new, readers)}
    for locale in pack.all_locales:
        if passages := wanted(pack, kind, locale):
            files[owned_file(locale, kind, new.slug)] = _snippets(pack, new, locale, passages, readers)
    schemas = {f"schema/{kind}.json": schema_file(kind, pack)}
    return Plan({path: text.encode() for path, text in files.items()}, {}, schemas)


# -- facts


def _facts(pack: Pack, new: New, readers: Readers) -> str:
    blocks = [
        [f"# yaml-language-server: $schema=../../schema/{new.kind}.json", *_comment(*_preface(pack, new))],
        [*_names(pack, new, readers)],
        [*_aliases(new)],
        [*(_place(pack) if new.kind == "place" else ()), "status: draft"],
        _comment(_SOURCES, _QUOTES),
        *(_field(pack, new, field, readers) for field in pack.fields[new.kind].values()),
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _preface(pack: Pack, new: New) -> Iterator[str]:
    yield (
        f"{new.name}: what is true of this {new.what}. Lines with ## explain. Lines with one # are facts "
        "that wait for you: take away `# `, fill in what stands blank, and leave out the lines for which "
        "there is nothing. The lines of a list's entry are copied for each further one."
    )
    pair = {kind: new.slug if kind == new.kind else _example(pack, kind) for kind in FOLDERS}
    city, role = pair["place"] or "CITY", pair["role"] or "ROLE"
    passages = " and its passages" if wanted(pack, new.kind, pack.locales[0]) else ""
    yield (
        f"`guidegen check` says what is still missing here{passages}. When "
        f"`guidegen render --city {city} --role {role}` prints the guide that you want, write "
        f"`status: published`, then run `guidegen accept {new.what}:{new.slug}`."
    )
    if example := _example(pack, new.kind):
        yield f"A finished one to look at: {FOLDERS[new.kind]}/{example}.yaml"


_SOURCES = (
    "How a value says where it comes from: `source`, an address or a title; `dated`, what the value "
    "describes (2026, 2026-11 or 2026-11-20); `checked`, the day someone looked (2026-11-20); `confidence`: "
    "high, medium or low. On one line: {value: …, source: …, dated: …, checked: …, confidence: high}. At the "
    "top of this file they hold for all values that state none."
)
_QUOTES = 'A text with a colon, a #, or a bracket in it stands in quotes: "…".'


def _names(pack: Pack, new: New, readers: Readers) -> Iterator[str]:
    """The name in the first locale, and lines for the further ones and for the forms that passages read."""
    known = schema.PLACE_FORMS if new.kind == "place" else schema.ROLE_FORMS
    forms = [form for form in known if form != "name" and readers.of(form).passages]
    first, *others = pack.all_locales
    if new.kind == "role":
        yield from _comment(
            "What it is called. `name`, as you typed it, is for lists and --role; passages use the others."
        )
    kinds = (schema.SCOPES[0], "place") if new.kind == "place" else ("role",)
    by_rule = {locale: [f for kind in kinds for f in derivable(locale, kind)] for locale in pack.all_locales}
    if given := [form for form in forms if any(form in known for known in by_rule.values())]:
        exception = "An exception"
        if new.kind == "place":
            exception += ", and a region or country whose gender the name doesn't show,"
        rule = " and ".join(f"`{form}`" for form in given)
        where = some([tag for tag, known in by_rule.items() if known])
        yield from _comment(
            f"{rule} follow{'s' * (len(given) == 1)} from the rest by rule in {where}. {exception} states it "
            f"with the name: {{name: …, {given[0]}: …}}."
        )
    yield "names:"
    asked = [form for form in forms if form not in by_rule[first]]
    if asked:
        yield f"  {first}:"
        yield f"    name: {as_yaml(new.name)}"
    else:
        yield f"  {first}: {as_yaml(new.name)}"
    for form in asked:
        yield from _comment(f"{_FORMS[form]}; read by {some(readers.of(form).passages)}", indent="    ")
        yield f"    # {form}:"
    for locale in others:
        yield f"  # {locale}:"
        if further := [form for form in forms if form not in by_rule[locale]]:
            yield from (f"  #   {form}:" for form in ("name", *further))


def _aliases(new: New) -> Iterator[str]:
    yield from _comment(f"Other names that --{new.what} finds it by, besides every name above: [ONE, OTHER].")
    yield "# aliases: []"


def _place(pack: Pack) -> Iterator[str]:
    around = _around(pack)
    yield from _comment(f"One of: {', '.join(schema.SCOPES)}.")
    yield f"scope: {schema.SCOPES[0]}"
    if len(around) == 1:
        yield from _comment("The region or country that it lies in, by its slug.")
        yield f"within: {around[0]}"
    else:
        known = some(around, f"{FOLDERS['place']}/") or "none yet; begin one, with `scope: country`"
        yield from _comment(f"The region or country that it lies in, by its slug: {known}.")
        yield "# within:"


def _around(pack: Pack) -> list[str]:
    """The places that aren't cities: those that one can lie in."""
    return [slug for slug, source in _sources(pack, "place") if _scope(source) in schema.SCOPES[1:]]


def _example(pack: Pack, kind: str) -> str:
    """A published place or role; a city, if there is one."""
    published = [(slug, source) for slug, source in _sources(pack, kind) if _PUBLISHED.search(source.text)]
    cities = [slug for slug, source in published if kind == "place" and _scope(source) == schema.SCOPES[0]]
    return next(iter([*cities, *(slug for slug, _ in published)]), "")


def _sources(pack: Pack, kind: str) -> Iterator[tuple[str, Source]]:
    """The files of all places or roles: their facts aren't needed, and there may be thousands."""
    for slug in pack.facts.slugs(kind):
        try:
            yield slug, read_source(pack.root, f"{FOLDERS[kind]}/{slug}.yaml")
        except Refused:  # what is wrong with another's file is said where it is read
            continue


def _scope(source: Source) -> str:
    if found := _SCOPE.search(source.text):
        return found[1]
    mapping = read_yaml(source, [])  # one that isn't written a key to a line
    scope = mapping.entries.get("scope") if mapping else None
    return scope.text if isinstance(scope, Scalar) else ""


def _field(pack: Pack, new: New, field: schema.Field, readers: Readers) -> list[str]:
    source = "Needs a source." if field.sourced else "Needs no source."
    words = in_words(field.type, pack, sourced=field.sourced)
    return [
        *_comment(about(field), f"{words} {source}", *_where(new, field, readers)),
        *(f"# {line}" for line in stub(field, pack)),
    ]


def _where(new: New, field: schema.Field, readers: Readers) -> Iterator[str]:
    """Where a field shows, in words; what reads it only of a country is no reason to state it of a city."""
    shown = readers.of(field.name)
    here, further = _in_words(shown), _in_words(readers.by_way_of(shown))
    yield f"Shows in: {here}." if here else f"Nothing shows it of a {new.what} yet."
    if further:
        yield f"What is computed from it shows in: {further}."
    if shown.inner and isinstance(field.type, schema.Figures):
        yield f"Passages for all ask for: {some(shown.inner)}."
    if shown.around:
        yield f"Read of the country around it: passage{'s' * (len(shown.around) > 1)} {some(shown.around)}."


def _in_words(shown: Shown) -> str:
    words = [*shown.blocks]
    for one, names in (("table", shown.tables), ("formula", shown.formulas), ("passage", shown.passages)):
        if names:
            words.append(f"{one}{'s' * (len(names) > 1)} {some(names)}")
    return "; ".join(words)


def _comment(*paragraphs: str, indent: str = "") -> list[str]:
    """Lines that explain, told by ## from those with one # that wait to be filled in."""
    return [f"{indent}## {line}" for paragraph in paragraphs for line in _wrapped(paragraph)]


def _wrapped(text: str) -> list[str]:
    """A text in lines; what stands in backticks or braces is kept on one."""
    kept = re.sub(r"`[^`]*`|\{[^{}]*\}", lambda found: found[0].replace(" ", "\0"), text)
    further = "  " if text.startswith("- ") else ""
    lines = textwrap.wrap(
        kept, _WIDTH, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace("\0", " ") for line in lines] or [""]


# -- passages


def _snippets(pack: Pack, new: New, locale: str, passages: dict[str, list[str]], readers: Readers) -> str:
    language = pack.language(locale).locale.get_language_name() or locale
    there = "There is one" if len(passages) == 1 else "There are these"
    title = (
        f"{new.name}: what guides say of this {new.what} and of no other, in {language} ({locale}). Nothing "
        "above the first heading is shown: it is for authors, so note here what the next one should know."
    )
    rule = (
        "A passage is one paragraph under its heading: lines are joined by spaces, and no empty line stands "
        f"within it. {there} to write:"
    )
    listed = [f"- {name}: {'; '.join(where)}" for name, where in passages.items()]
    facts = f"What stands in double braces comes from the facts, in {new.file} and elsewhere:"
    slots = [f"- {slot}" for slot in _slots(pack, new, readers)]
    written = [title, "", rule, *listed, "", facts, *slots]
    lines = [line for text in written for line in _wrapped(text)]
    safe = [f"\\{line}" if line.startswith("#") else line for line in lines]  # no heading of a passage
    return "\n".join([*safe, "", *(f"## {name}\n" for name in passages), ""])


def _slots(pack: Pack, new: New, readers: Readers) -> Iterator[str]:
    """The slots that are of use in an owner's passages, the names first."""
    forms = ("name",) if new.kind == "place" else schema.ROLE_FORMS
    used = [form for form in forms if form == "name" or readers.of(form).passages]
    named = [f"{{{{ {new.kind}.{form} }}}}" for form in used]
    other = "{{ place.country.name }}" if new.kind == "place" else "{{ place.name }}"
    yield ", ".join([*named, other])
    for field in pack.fields[new.kind].values():
        if slot := _slot(f"{new.kind}.{field.name}", field.type):
            yield slot


def _slot(name: str, kind: schema.Type) -> str:
    """A slot for a field, with the filter that its type needs; none for what is no prose."""
    if isinstance(kind, schema.Figures):
        return f"{{{{ {name}.NAME | number }}}}, NAME being that of a figure; `money` for amounts"
    if isinstance(kind, schema.Number):
        return f"{{{{ {name} | number }}}}"
    if isinstance(kind, schema.ListOf):
        return f"{{{{ {name} | first(2) | and_list }}}}"
    if isinstance(kind, schema.Boolean):
        return f"{{% if {name} %}}…{{% endif %}}"
    return "" if isinstance(kind, (schema.Record, schema.Choice)) else f"{{{{ {name} }}}}"
