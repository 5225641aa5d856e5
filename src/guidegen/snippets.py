"""Passages: named prose with slots, read from snippet files, and what each says for given facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from guidegen import schema, template
from guidegen.filters import BOOLEAN, FILTERS, LIST, NUMBER, SEVERAL, TEXT, apply, kind_of
from guidegen.language import Language
from guidegen.lookup import Catalogue, Missing, Read, Reader, UnknownName, Unusable, home_of, is_present, say
from guidegen.problems import Problem, Refused, refuse, suggest
from guidegen.source import Location, Source
from guidegen.template import Branch, Leaf, Part, Slot, TemplateFault, Words

PASSAGE = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*", re.ASCII)
_HEADING = re.compile(r"(#{1,6})(\s*)(.*)")
_BREAK = re.compile(r" *\n *")


class Said(NamedTuple):
    """What one leaf of a passage says: a piece of text for each entry, and what was read for it."""

    leaf: Leaf
    pieces: list[str]
    reads: tuple[Read, ...]


class Passage:
    """A named piece of prose of one locale. `owner` is the slug (or pair) it belongs to, if any."""

    def __init__(
        self, name: str, owner: str, locale: str, location: Location, lines: list[tuple[int, str]]
    ) -> None:
        self.name = name
        self.owner = owner
        self.locale = locale
        self.location = location
        while lines and not lines[0][1].strip():
            lines = lines[1:]
        while lines and not lines[-1][1].strip():
            lines = lines[:-1]
        self.text = "\n".join(line for _, line in lines)
        self._numbers = [number for number, _ in lines]
        self._parts: tuple[Part, ...] | None = None

    @property
    def id(self) -> str:
        """The passage's name in origins: `fit.in-field`, `CITY:scene`."""
        return f"{self.owner}:{self.name}" if self.owner else self.name

    @property
    def parts(self) -> tuple[Part, ...]:
        """The passage's parts. Raises `Refused` with all that its syntax may not have."""
        if self._parts is None:
            try:
                self._parts = template.parse(self.text)
            except TemplateFault as fault:
                raise Refused(
                    Problem("passage-syntax", message, self.at(*place), hint)
                    for message, place, hint in fault.faults
                ) from None
        return self._parts

    def at(self, offset: int, width: int = 1) -> Location:
        """The location of a character of the text."""
        line = self.text.count("\n", 0, offset)
        start = self.text.rfind("\n", 0, offset) + 1
        number = self._numbers[line] if self._numbers else self.location.line
        return Location(self.location.source, number, offset - start + 1, width)

    def leaves(self) -> Iterator[Leaf]:
        """Words and slots, in the order of the text."""
        return template.leaves(self.parts)

    def names(self) -> Iterator[str]:
        """Every name that the passage reads or may read."""
        return template.names(self.parts)

    def where(self, part: Part, word: str = "") -> Location:
        """Where a part stands; where a word in its tag stands, if it does."""
        return self.at(*template.place_of(self.text, part, word))


# -- snippet files


def read_snippets(source: Source, locale: str, owner: str, problems: list[Problem]) -> dict[str, Passage]:
    """The passages of a snippet file by name; text before the first `## ` is for authors."""
    found: dict[str, Passage] = {}
    opened: tuple[str, Location] | None = None
    lines: list[tuple[int, str]] = []

    def close() -> None:
        if opened and opened[0] in found:
            problems.append(
                Problem(
                    "duplicate-passage",
                    f"passage '{opened[0]}' stands here a second time",
                    opened[1],
                    f"it is first given in line {found[opened[0]].location.line}",
                )
            )
        elif opened:
            passage = Passage(opened[0], owner, locale, opened[1], lines)
            found[opened[0]] = passage
            if not passage.text:
                problems.append(
                    Problem(
                        "empty-passage",
                        f"passage '{opened[0]}' says nothing",
                        opened[1],
                        "write it, or delete its heading",
                    )
                )

    for number, line in enumerate(source.text.split("\n"), 1):
        heading = _HEADING.match(line)
        if heading and (opened or heading[1] == "##"):
            at = Location(source, number, 1, len(line))
            if heading[1] == "##" and heading[2] and PASSAGE.fullmatch(heading[3].rstrip()):
                close()
                opened, lines = (heading[3].rstrip(), at), []
                continue
            problems.append(_heading_problem(heading, at))
            close()
            opened, lines = None, []  # what follows belongs to no passage, least of all to the one before
        elif opened:
            lines.append((number, line))
    close()
    return found


def _heading_problem(heading: re.Match[str], at: Location) -> Problem:
    if heading[1] == "##" and heading[2]:
        return Problem(
            "passage-name",
            f"'{heading[3].strip()[:60]}' can't name a passage",
            at,
            "write lower-case letters, digits, . and -, as in `## fit.in-field`",
        )
    return Problem(
        "heading",
        "a heading within a passage",
        at,
        "a passage opens with `## name`; for a # at the beginning of a line write {{ '#' }}",
    )


# -- checking against the catalogue


def check_passage(passage: Passage, catalogue: Catalogue, item: schema.Type | None) -> Iterator[Problem]:
    """Names that don't exist and filters that don't fit. Raises `Refused` for wrong syntax."""
    yield from _check_parts(passage, passage.parts, catalogue, item)


def _check_parts(
    passage: Passage, parts: tuple[Part, ...], catalogue: Catalogue, item: schema.Type | None
) -> Iterator[Problem]:
    for part in parts:
        if isinstance(part, Words):
            continue
        try:
            kind = catalogue.type_of(part.name, item)
        except UnknownName as unknown:
            yield _slot_problem(passage, part, part.name, "unknown-name", unknown.message, unknown.hint)
        except Unusable:
            pass
        else:
            if isinstance(part, Slot):
                yield from _check_filters(passage, part, kind_of(kind))
        if isinstance(part, Branch):
            yield from _check_parts(passage, part.then, catalogue, item)
            yield from _check_parts(passage, part.otherwise, catalogue, item)


def _check_filters(passage: Passage, slot: Slot, kind: str) -> Iterator[Problem]:
    for name, arguments in slot.filters:
        known = FILTERS.get(name)
        if known is None:
            yield _slot_problem(
                passage,
                slot,
                name,
                "unknown-filter",
                f"unknown filter '{name}'",
                suggest(name, list(FILTERS)),
            )
            return
        if known.takes != kind:
            yield _slot_problem(
                passage,
                slot,
                name,
                "filter",
                f"'{name}' takes {known.takes}, not {kind}",
                _FILTERS_FOR.get(kind, ""),
            )
            return
        if tuple(map(type, arguments)) != known.arguments or (name == "first" and arguments[0] in (0, "")):
            wanted = ", ".join("a text" if type_ is str else "a whole number" for type_ in known.arguments)
            yield _slot_problem(
                passage,
                slot,
                name,
                "filter",
                f"'{name}' takes {wanted or 'no argument'} in its brackets",
                "as first(2), join(' → '), plural('office', 'offices')",
            )
            return
        kind = known.gives
    if kind != TEXT:
        yield _slot_problem(
            passage,
            slot,
            slot.name,
            "filter",
            f"'{slot.name}' is {kind} and needs a filter to become text"
            if kind in _FILTERS_FOR
            else f"'{slot.name}' is {kind}, and no text",
            _FILTERS_FOR.get(kind, _NO_TEXT.get(kind, "").replace("NAME", slot.name)),
        )


_FILTERS_FOR = {
    NUMBER: "a number's filters: number, decimals, money, thousands, percent, plural",
    LIST: "a list's filters: and_list, or_list, comma_list, join, first, count",
    TEXT: "a text's filters: capital, lower",
}
_NO_TEXT = {
    BOOLEAN: "say something where it is yes: {% if NAME %}…{% endif %}",
    SEVERAL: "write which of them is meant, as NAME.KEY.VALUE",
}


def _slot_problem(
    passage: Passage, part: Slot | Branch, word: str, kind: str, message: str, hint: str
) -> Problem:
    return Problem(kind, message, passage.where(part, word), hint)


# -- evaluation


def evaluate(
    passage: Passage, read: Reader, language: Language, parts: tuple[Part, ...] | None = None
) -> Iterator[Said]:
    """What the passage says, or some `parts` of it, leaf by leaf. Raises `Refused` for what is missing."""
    return _evaluate(passage, passage.parts if parts is None else parts, read, language, ())


def _evaluate(
    passage: Passage, parts: tuple[Part, ...], read: Reader, language: Language, because: tuple[Read, ...]
) -> Iterator[Said]:
    for part in parts:
        if isinstance(part, Words):
            yield Said(part, [part.text], because)
            continue
        found = read(part.name)
        if isinstance(part, Branch):
            chosen = part.then if is_present(found.value) else part.otherwise
            yield from _evaluate(passage, chosen, read, language, (*because, found))
        else:
            yield Said(part, fill(passage, part, found, language), (*because, found))


def told(
    passage: Passage, parts: tuple[Part, ...], read: Reader, language: Language, *, flow: bool
) -> tuple[str, str]:
    """What parts of a passage say, as text without origins, and the newest date of what was read for it.

    The words flow if lines mean nothing. Raises `Refused` for what is missing.
    """
    texts = []
    dated = ""
    for part in parts:
        if isinstance(part, Words):
            texts.append(flowed(part.text) if flow else part.text)
            continue
        found = read(part.name)
        if isinstance(part, Slot):
            texts += fill(passage, part, found, language)
            dated = max(dated, found.dated)
        elif chosen := part.then if is_present(found.value) else part.otherwise:
            text, newest = told(passage, chosen, read, language, flow=flow)
            texts.append(text)
            dated = max(dated, newest, found.dated)
    return "".join(texts), dated


def fill(passage: Passage, slot: Slot, found: Read, language: Language) -> list[str]:
    """The pieces of text that a slot is for what was read. Raises `Refused` if that is nothing."""
    value: Any = found.value
    if type(value) is str and value and not slot.filters:
        return [value]
    if isinstance(value, Missing):
        raise _missing(passage, slot, found)
    text = say(value, passage.locale)
    if kind_is_text := text is not None:
        value = [text]
    for name, arguments in slot.filters:
        value = apply(name, value, arguments, language, passage.locale)
    if not (kind_is_text or isinstance(value, list)):
        raise _missing(passage, slot, found)
    pieces: list[str] = value
    if not any(pieces):
        raise refuse(
            "empty-slot",
            f"'{slot.name}' is empty ({found.key})",
            passage.where(slot, slot.name),
            "state it, or guard it with {% if %}",
        )
    return pieces


def _missing(passage: Passage, slot: Slot, found: Read) -> Refused:
    message = f"'{slot.name}' is missing: there is no '{found.key}'"
    hint = f"{home_of(found)}, or guard it: {{% if {slot.name} %}}…{{% endif %}}"
    at = passage.where(slot, slot.name)
    return Refused([Problem("missing-fact", message, at, hint, lacks=found.key)])


def flowed(text: str) -> str:
    """Text of a passage as one block of prose: its lines joined by spaces."""
    return _BREAK.sub(" ", text) if "\n" in text else text
