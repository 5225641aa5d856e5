"""Passages: named prose with slots, read from snippet files, and what each says for given facts.

Jinja2 parses; the few nodes that passages may have are turned into our own parts and evaluated here,
so nothing is compiled and each piece of text is known by where it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from guidegen import schema
from guidegen.filters import FILTERS, LIST, NUMBER, TEXT, Argument, apply, kind_of
from guidegen.language import Language
from guidegen.lookup import Catalogue, Missing, Read, Reader, UnknownName, is_present, say
from guidegen.problems import Problem, Refused, refuse, suggest
from guidegen.source import Location, Source

if TYPE_CHECKING:
    from jinja2 import Environment

LONGEST = 20_000
DEEPEST = 20
PASSAGE = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*", re.ASCII)
ONLY = "a passage has text, {{ name | filter }}, {{ 'a constant' }} and {% if name %}…{% else %}…{% endif %}"
_HEADING = re.compile(r"(#{1,6})(\s*)(.*)")
_CONTROL = re.compile(r"\{[{%#][-+]|[-+][%#}]\}")
_BREAK = re.compile(r" *\n *")


class Words(NamedTuple):
    """Literal text; `index` counts the leaves of a passage, `offset` is where it stands in it."""

    text: str
    index: int
    offset: int


class Slot(NamedTuple):
    """A name whose value is put here, through filters with constant arguments."""

    name: str
    filters: tuple[tuple[str, tuple[Argument, ...]], ...]
    index: int
    offset: int
    width: int


class Branch(NamedTuple):
    """Parts that stand only if a name has a value, and those that stand otherwise."""

    name: str
    then: tuple[Part, ...]
    otherwise: tuple[Part, ...]
    offset: int
    width: int


Leaf = Words | Slot
Part = Words | Slot | Branch


class Said(NamedTuple):
    """What one leaf of a passage says: a piece of text for each entry, and what was read for it."""

    leaf: Leaf
    pieces: list[str]
    reads: tuple[Read, ...]


class Passage:
    """A named piece of prose of one locale. `owner` is the slug (or pair) it belongs to, if any."""

    def __init__(self, name: str, owner: str, locale: str, location: Location,
                 lines: list[tuple[int, str]]) -> None:
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
        """The passage's name in origins: `fit.in-field`, `leuven:scene`."""
        return f"{self.owner}:{self.name}" if self.owner else self.name

    @property
    def parts(self) -> tuple[Part, ...]:
        """The passage's parts. Raises `Refused` with all that its syntax may not have."""
        if self._parts is None:
            self._parts = _parse(self)
        return self._parts

    def at(self, offset: int, width: int = 1) -> Location:
        """The location of a character of the text."""
        line = self.text.count("\n", 0, offset)
        start = self.text.rfind("\n", 0, offset) + 1
        number = self._numbers[line] if self._numbers else self.location.line
        return Location(self.location.source, number, offset - start + 1, width)

    def leaves(self) -> Iterator[Leaf]:
        """Words and slots, in the order of the text."""
        yield from _leaves(self.parts)

    def names(self) -> Iterator[str]:
        """Every name that the passage reads or may read."""
        yield from _names(self.parts)


def _leaves(parts: tuple[Part, ...]) -> Iterator[Leaf]:
    for part in parts:
        if isinstance(part, Branch):
            yield from _leaves(part.then)
            yield from _leaves(part.otherwise)
        else:
            yield part


def _names(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Branch):
            yield part.name
            yield from _names(part.then)
            yield from _names(part.otherwise)
        elif isinstance(part, Slot):
            yield part.name


# -- snippet files


def read_snippets(source: Source, locale: str, owner: str, problems: list[Problem]) -> dict[str, Passage]:
    """The passages of a snippet file by name; text before the first `## ` is for authors."""
    found: dict[str, Passage] = {}
    opened: tuple[str, Location] | None = None
    lines: list[tuple[int, str]] = []

    def close() -> None:
        if opened and opened[0] in found:
            problems.append(Problem("duplicate-passage", f"passage '{opened[0]}' stands here a second time",
                                    opened[1], f"it is first given in line {found[opened[0]].location.line}"))
        elif opened:
            passage = Passage(opened[0], owner, locale, opened[1], lines)
            found[opened[0]] = passage
            if not passage.text:
                problems.append(Problem("empty-passage", f"passage '{opened[0]}' says nothing", opened[1],
                                        "write it, or delete its heading"))

    for number, line in enumerate(source.text.split("\n"), 1):
        heading = _HEADING.match(line)
        if heading and (opened or heading[1] == "##"):
            at = Location(source, number, 1, len(line))
            if heading[1] == "##" and heading[2] and PASSAGE.fullmatch(heading[3].rstrip()):
                close()
                opened, lines = (heading[3].rstrip(), at), []
                continue
            problems.append(_heading_problem(heading, at))
        elif opened:
            lines.append((number, line))
    close()
    return found


def _heading_problem(heading: re.Match[str], at: Location) -> Problem:
    if heading[1] == "##" and heading[2]:
        return Problem("passage-name", f"'{heading[3].strip()[:60]}' can't name a passage", at,
                       "write lower-case letters, digits, . and -, as in `## fit.in-field`")
    return Problem("heading", "a heading within a passage", at,
                   "a passage opens with `## name`; for a # at the beginning of a line write {{ '#' }}")


# -- parsing


@cache
def _environment() -> Environment:
    from jinja2 import Environment

    return Environment(autoescape=False, optimized=False, keep_trailing_newline=True)  # noqa: S701  # parses only


def _parse(passage: Passage) -> tuple[Part, ...]:
    text = passage.text
    if "{{" not in text and "{%" not in text and "{#" not in text:
        return (Words(text, 0, 0),) if text else ()
    _check_size(passage)
    from jinja2 import TemplateSyntaxError

    try:
        tags = _tags(passage)
        tree = _environment().parse(text)
    except TemplateSyntaxError as error:
        raise _syntax_problem(passage, error) from None
    except RecursionError:
        raise refuse("passage-depth", "nested too deeply", passage.location, ONLY) from None
    parser = _Parser(passage, tags)
    parts = parser.parts(tree.body, 0)
    if parser.problems:
        raise Refused(parser.problems)
    return parts


def _check_size(passage: Passage) -> None:
    text = passage.text
    if len(text) > LONGEST:
        raise refuse("passage-size", f"a passage of more than {LONGEST:,} characters", passage.location,
                     "divide it into several")
    depth = 0
    for offset, letter in enumerate(text):
        depth = depth + (letter in "([") - (letter in ")]") if depth or letter in "([" else 0
        if depth > DEEPEST:
            raise refuse("passage-depth", f"brackets nested deeper than {DEEPEST} levels",
                         passage.at(offset), ONLY)
    if found := _CONTROL.search(text):
        raise refuse("passage-syntax", f"whitespace control ('{found[0]}')",
                     passage.at(found.start(), len(found[0])), "delete the - or +: " + ONLY)


def _tags(passage: Passage) -> list[tuple[int, int]]:
    """Offset and width of each {{ … }} and {% … %}, in order. Raises `Refused` for comments and raw."""
    tags: list[tuple[int, int]] = []
    offset = start = 0
    for _, token, value in _environment().lexer.tokeniter(passage.text, None):
        if token in ("comment_begin", "raw_begin"):
            what = "a comment" if token == "comment_begin" else "'raw'"
            raise refuse("passage-syntax", f"{what} in a passage", passage.at(offset, len(value)),
                         "notes for authors stand before the first passage; " + ONLY)
        if token in ("variable_begin", "block_begin"):
            start = offset
        offset += len(value)
        if token in ("variable_end", "block_end"):
            tags.append((start, offset - start))
    return tags


def _syntax_problem(passage: Passage, error: Any) -> Refused:
    lines = passage.text.split("\n")
    line = min(error.lineno, len(lines)) - 1
    start = sum(len(text) + 1 for text in lines[:line])
    tag = re.search(r"\{[{%#]", lines[line])
    inside = tag.start() if tag else 0
    width = len(lines[line]) - inside
    closing = re.search(r"[}%#]\}", lines[line][inside:])
    return refuse("passage-syntax", _jinja_words(str(error.message)),
                  passage.at(start + inside, closing.end() if closing else width), ONLY)


def _jinja_words(message: str) -> str:
    if "unexpected end of template" in message.lower() or "end of print statement" in message:
        return "a brace or an `if` isn't closed"
    if found := re.search(r"unknown tag '(\w+)'", message):
        return f"'{found[1]}' in a passage"
    return "this isn't closed or can't be read: " + message.split(". ")[0].rstrip(".")[:120]


class _Parser:
    """Turns Jinja2's nodes into parts; notes every node that a passage may not have."""

    def __init__(self, passage: Passage, tags: list[tuple[int, int]]) -> None:
        self.passage = passage
        self.tags = iter(tags)
        self.offset = 0
        self.index = 0
        self.problems: list[Problem] = []

    def parts(self, nodes: list[Any], depth: int) -> tuple[Part, ...]:
        parts: list[Part] = []
        for node in nodes:
            kind = type(node).__name__
            if kind == "Output":
                parts += [part for child in node.nodes if (part := self._output(child))]
            elif kind == "If" and depth == 0:
                if branch := self._branch(node):
                    parts.append(branch)
            else:
                start, width = next(self.tags, (self.offset, 1))
                what = "an `if` within an `if`" if kind == "If" else f"'{_TAGS.get(kind, kind.lower())}'"
                self._note(f"{what} in a passage", start, width)
                break  # what follows would be laid to the wrong tags
        return tuple(parts)

    def _leaf(self) -> int:
        self.index += 1
        return self.index - 1

    def _output(self, node: Any) -> Part | None:
        if type(node).__name__ == "TemplateData":
            words = Words(node.data, self._leaf(), self.offset)
            self.offset += len(node.data)
            return words
        start, width = next(self.tags)
        self.offset = start + width
        index = self._leaf()
        if type(node).__name__ == "Const" and isinstance(node.value, str):
            return Words(node.value, index, start)
        filters = []
        while type(node).__name__ == "Filter":
            if node.kwargs or node.dyn_args or node.dyn_kwargs or not all(map(_is_constant, node.args)):
                self._note(f"an argument of '{node.name}' that is no constant", start, width)
                return None
            filters.append((node.name, tuple(argument.value for argument in node.args)))
            node = node.node
        name = _dotted(node)
        if name is None:
            self._note(f"{_EXPRESSIONS.get(type(node).__name__, 'an expression')} in a slot", start, width)
            return None
        return Slot(name, tuple(reversed(filters)), index, start, width)

    def _branch(self, node: Any) -> Branch | None:
        start, width = next(self.tags)
        self.offset = start + width
        name = _dotted(node.test)
        if node.elif_:
            self._note("'elif' in a passage", *next(self.tags, (start, width)))
            return None
        if name is None:
            self._note("a condition that is no bare name", start, width)
        then = self.parts(node.body, 1)
        otherwise: tuple[Part, ...] = ()
        self.offset = sum(next(self.tags, (self.offset, 0)))
        if node.else_:
            otherwise = self.parts(node.else_, 1)
            self.offset = sum(next(self.tags, (self.offset, 0)))
        return Branch(name, then, otherwise, start, width) if name else None

    def _note(self, message: str, offset: int, width: int) -> None:
        self.problems.append(Problem("passage-syntax", message, self.passage.at(offset, width),
                                     "which sentence is said is a table's business, arithmetic a "
                                     "derivation's: " + ONLY))


_TAGS = {"For": "for", "Macro": "macro", "CallBlock": "call", "FilterBlock": "filter", "Assign": "set",
         "AssignBlock": "set", "Include": "include", "Import": "import", "FromImport": "from",
         "Extends": "extends", "Block": "block", "With": "with", "ScopedEvalContextModifier": "autoescape"}
_EXPRESSIONS = {"Call": "a call", "Getitem": "a subscript", "Const": "a value that is no text",
                "Compare": "a comparison", "Test": "a test", "CondExpr": "a condition", "And": "`and`",
                "Or": "`or`", "Not": "`not`", "Concat": "`~`", "List": "a list", "Dict": "a mapping",
                "Tuple": "several names", **dict.fromkeys(
                    ("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow", "Neg", "Pos"), "arithmetic")}


def _is_constant(node: Any) -> bool:
    return type(node).__name__ == "Const" and isinstance(node.value, (str, int)) and not isinstance(
        node.value, bool)


def _dotted(node: Any) -> str | None:
    path = []
    while type(node).__name__ == "Getattr":
        path.append(node.attr)
        node = node.node
    return ".".join((node.name, *reversed(path))) if type(node).__name__ == "Name" else None


# -- checking against the catalogue


def check_passage(passage: Passage, catalogue: Catalogue, item: schema.Type | None) -> Iterator[Problem]:
    """Names that don't exist and filters that don't fit. Raises `Refused` for wrong syntax."""
    yield from _check_parts(passage, passage.parts, catalogue, item)


def _check_parts(passage: Passage, parts: tuple[Part, ...], catalogue: Catalogue,
                 item: schema.Type | None) -> Iterator[Problem]:
    for part in parts:
        if isinstance(part, Words):
            continue
        try:
            kind = catalogue.type_of(part.name, item)
        except UnknownName as unknown:
            yield _slot_problem(passage, part, part.name, "unknown-name", unknown.message, unknown.hint)
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
            yield _slot_problem(passage, slot, name, "unknown-filter", f"unknown filter '{name}'",
                                suggest(name, list(FILTERS)))
            return
        if known.takes != kind:
            yield _slot_problem(passage, slot, name, "filter", f"'{name}' takes {known.takes}, not {kind}",
                                _FILTERS_FOR.get(kind, ""))
            return
        if tuple(map(type, arguments)) != known.arguments or (name == "first" and arguments[0] in (0, "")):
            wanted = ", ".join("a text" if type_ is str else "a whole number" for type_ in known.arguments)
            yield _slot_problem(passage, slot, name, "filter", f"'{name}' takes {wanted or 'no argument'} "
                                "in its brackets", "as first(2), join(' → '), plural('office', 'offices')")
            return
        kind = known.gives
    if kind != TEXT:
        yield _slot_problem(passage, slot, slot.name, "filter", f"'{slot.name}' is {kind} and needs a filter "
                            "to become text", _FILTERS_FOR.get(kind, "write what of it is meant"))


_FILTERS_FOR = {NUMBER: "number, money, thousands, percent or plural",
                LIST: "and_list, or_list, comma_list, join or count"}


def _slot_problem(passage: Passage, part: Slot | Branch, word: str, kind: str, message: str,
                  hint: str) -> Problem:
    return Problem(kind, message, slot_location(passage, part, word), hint)


def slot_location(passage: Passage, part: Slot | Branch, word: str = "") -> Location:
    """Where a slot or condition stands; where the word in it stands, if it does."""
    tag = passage.text[part.offset : part.offset + part.width]
    inside = tag.find(word) if word else -1
    if inside < 0:
        return passage.at(part.offset, part.width)
    return passage.at(part.offset + inside, len(word))


# -- evaluation


def evaluate(passage: Passage, read: Reader, language: Language) -> Iterator[Said]:
    """What the passage says, leaf by leaf. Raises `Refused` for what is missing."""
    return _evaluate(passage, passage.parts, read, language, ())


def _evaluate(passage: Passage, parts: tuple[Part, ...], read: Reader, language: Language,
              because: tuple[Read, ...]) -> Iterator[Said]:
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


def fill(passage: Passage, slot: Slot, found: Read, language: Language) -> list[str]:
    """The pieces of text that a slot is for what was read. Raises `Refused` if that is nothing."""
    if isinstance(found.value, Missing):
        raise _missing(passage, slot, found)
    value: Any = found.value
    text = say(value, passage.locale)
    if kind_is_text := text is not None:
        value = [text]
    for name, arguments in slot.filters:
        value = apply(name, value, arguments, language, passage.locale)
    if not (kind_is_text or isinstance(value, list)):
        raise _missing(passage, slot, found)
    pieces: list[str] = value
    if not any(pieces):
        raise refuse("empty-slot", f"'{slot.name}' is empty ({found.key})",
                     slot_location(passage, slot, slot.name), "state it, or guard it with {% if %}")
    return pieces


def _missing(passage: Passage, slot: Slot, found: Read) -> Refused:
    return refuse("missing-fact", f"'{slot.name}' is missing: there is no '{found.key}'",
                  slot_location(passage, slot, slot.name),
                  f"state it, or guard it: {{% if {slot.name} %}}…{{% endif %}}")


def flowed(text: str) -> str:
    """Text of a passage as one block of prose: its lines joined by spaces."""
    return _BREAK.sub(" ", text) if "\n" in text else text
