"""The syntax of passages: Jinja2 parses, and the few nodes that a passage may have become parts.

Nothing is compiled or run, and constants aren't folded. Where a part stands in its text is worked out
only when somebody asks: most passages are never wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from jinja2 import Environment

LONGEST = 20_000
DEEPEST = 20
ONLY = "a passage has text, {{ name | filter }}, {{ 'a constant' }} and {% if name %}…{% else %}…{% endif %}"
_TABLE = "which sentence is said is a table's business: write one in rules/, and a passage for each row"
_COMPUTED = "compute it in rules/, and write the name of the result here"
_CONTROL = re.compile(r"\{[{%#][-+]|[-+][%#}]\}")
_RAW = re.compile(r"\{%\s*raw\b")
Argument = str | int


class Words(NamedTuple):
    """Literal text; `number` counts the leaves of a passage.

    `tag` is the number of the tag that it is, if it is a constant, else of the tag that it follows
    (-1: none).
    """

    text: str
    number: int
    tag: int
    is_constant: bool = False


class Slot(NamedTuple):
    """A name whose value is put here, through filters with constant arguments; `tag` as numbered."""

    name: str
    filters: tuple[tuple[str, tuple[Argument, ...]], ...]
    number: int
    tag: int


class Branch(NamedTuple):
    """Parts that stand only if a name has a value, and those that stand otherwise."""

    name: str
    then: tuple[Part, ...]
    otherwise: tuple[Part, ...]
    tag: int


Leaf = Words | Slot
Part = Words | Slot | Branch
Span = tuple[int, int]  # offset and width


class TemplateFault(Exception):
    """What a passage's syntax may not have: each fault a message, where it stands, and a hint."""

    def __init__(self, *faults: tuple[str, Span, str]) -> None:
        super().__init__(faults[0][0])
        self.faults = faults


def parse(text: str) -> tuple[Part, ...]:
    """The parts of a passage's text. Raises `TemplateFault`."""
    if "{{" not in text and "{%" not in text and "{#" not in text:
        return (Words(text, 0, -1),) if text else ()
    _check_form(text)
    from jinja2 import TemplateSyntaxError

    try:
        if "{#" in text or _RAW.search(text):
            _check_tags(text)
        parser = _Parser()
        parts = parser.parts(_environment().parse(text).body, 0)
    except TemplateSyntaxError as error:
        raise _syntax_fault(text, error) from None
    except RecursionError:
        raise TemplateFault(("nested too deeply", (0, 1), ONLY)) from None
    if parser.faults:
        places = tags(text)
        raise TemplateFault(
            *((message, places[min(tag, len(places) - 1)], hint) for message, tag, hint in parser.faults)
        )
    return parts


def tags(text: str) -> list[Span]:
    """Offset and width of each {{ … }} and {% … %}, in order."""
    found: list[Span] = []
    offset = start = 0
    for _, token, value in _environment().lexer.tokeniter(text, None):
        if token in ("variable_begin", "block_begin"):
            start = offset
        offset += len(value)
        if token in ("variable_end", "block_end"):
            found.append((start, offset - start))
    return found


def place_of(text: str, part: Part, word: str = "") -> Span:
    """Where a part stands in its text; where a word of its tag stands, if it does."""
    if isinstance(part, Words) and not part.is_constant:
        offset, width = tags(text)[part.tag] if part.tag >= 0 else (0, 0)
        return offset + width, 1
    offset, width = tags(text)[part.tag]
    inside = text[offset : offset + width].find(word) if word else -1
    return (offset + inside, len(word)) if inside >= 0 else (offset, width)


def leaves(parts: tuple[Part, ...]) -> Iterator[Leaf]:
    """Words and slots, in the order of the text."""
    for part in parts:
        if isinstance(part, Branch):
            yield from leaves(part.then)
            yield from leaves(part.otherwise)
        else:
            yield part


def names(parts: tuple[Part, ...]) -> Iterator[str]:
    """Every name that is read, or may be."""
    for part in parts:
        if isinstance(part, Branch):
            yield part.name
            yield from names(part.then)
            yield from names(part.otherwise)
        elif isinstance(part, Slot):
            yield part.name


@cache
def _environment() -> Environment:
    from jinja2 import Environment

    return Environment(autoescape=False, optimized=False, keep_trailing_newline=True)  # noqa: S701  # parses only


def _check_form(text: str) -> None:
    """What would be dangerous or dropped by the parser is refused before it."""
    if len(text) > LONGEST:
        raise TemplateFault(
            (f"a passage of more than {LONGEST:,} characters", (0, 1), "divide it into several")
        )
    depth = 0
    for offset, letter in enumerate(text if text.count("(") + text.count("[") > DEEPEST else ""):
        depth = max(0, depth + (letter in "([") - (letter in ")]"))
        if depth > DEEPEST:
            raise TemplateFault((f"brackets nested deeper than {DEEPEST} levels", (offset, 1), ONLY))
    if found := _CONTROL.search(text):
        raise TemplateFault(
            (
                f"whitespace control ('{found[0]}')",
                (found.start(), len(found[0])),
                "delete the - or +: the lines of a passage are joined by single spaces",
            )
        )


def _check_tags(text: str) -> None:
    offset = 0
    for _, token, value in _environment().lexer.tokeniter(text, None):
        if token in ("comment_begin", "raw_begin"):
            what = "'raw'" if token.startswith("raw") else "a comment"
            raise TemplateFault(
                (
                    f"{what} in a passage",
                    (offset, len(value)),
                    "write a brace as {{ '{{' }}"
                    if token.startswith("raw")
                    else "notes for authors stand above the first passage of a file",
                )
            )
        offset += len(value)


def _syntax_fault(text: str, error: Any) -> TemplateFault:
    """What the parser stumbled over, at the tag that is wrong: the first unclosed, else the first unread."""
    message = str(error.message)
    offset = 0
    open_ifs: list[Span] = []
    while (offset := _next_tag(text, offset)) >= 0:
        found = _WHOLE_TAG.match(text, offset)
        if not found:
            width = len(text[offset:].partition("\n")[0])
            return TemplateFault((f"this {text[offset : offset + 2]} isn't closed", (offset, width), ONLY))
        tag, span = found[0], (offset, len(found[0]))
        word = _TAG_WORD.match(tag)
        if word and word[1] == "if":
            open_ifs.append(span)
        elif word and word[1] in ("else", "elif", "endif") and not open_ifs:
            return TemplateFault((f"'{word[1]}' without an `if` before it", span, ONLY))
        elif word and word[1] == "endif":
            open_ifs.pop()
        elif word and f"unknown tag '{word[1]}'" in message:
            return TemplateFault((f"'{word[1]}' in a passage", span, ONLY))
        if fault := _unread(tag):
            return TemplateFault((fault, span, ONLY))
        offset = found.end()
    if open_ifs:
        return TemplateFault(("this `if` isn't closed", open_ifs[-1], "write {% endif %} where it ends"))
    return TemplateFault((_in_words(message), (0, 1), ONLY))


_WHOLE_TAG = re.compile(
    r"""\{\{(?:'[^'\n]*'|"[^"\n]*"|[^{}'"])*\}\}|\{%(?:'[^'\n]*'|"[^"\n]*"|[^{}%'"])*%\}"""
)
_TAG_WORD = re.compile(r"\{%\s*(\w+)")


def _next_tag(text: str, offset: int) -> int:
    found = re.compile(r"\{[{%]").search(text, offset)
    return found.start() if found else -1


def _unread(tag: str) -> str:
    """What is wrong with a slot or an `if` on its own; empty if nothing is."""
    from jinja2 import TemplateSyntaxError

    if tag.startswith("{%") and not re.match(r"\{%\s*if\b", tag):
        return ""
    try:
        _environment().parse(tag + ("{% endif %}" if tag.startswith("{%") else ""))
    except TemplateSyntaxError as error:
        return _in_words(str(error.message))
    return ""


def _in_words(message: str) -> str:
    if "got 'end of print statement'" in message or "got 'end of statement block'" in message:
        return "a name is missing here"
    if found := re.search(r"(?:got|unexpected) '(.*)'", message):
        return f"'{found[1][:40]}' has no meaning here"
    return "this can't be read: " + message.split(". ", maxsplit=1)[0].rstrip(".")[:120]


class _Parser:
    """Turns Jinja2's nodes into parts; notes every node that a passage may not have, by its tag."""

    def __init__(self) -> None:
        self.tag = -1
        self.index = -1
        self.faults: list[tuple[str, int, str]] = []

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
                what = "an `if` within an `if`" if kind == "If" else f"'{_TAGS.get(kind, kind.lower())}'"
                hint = {"If": _TABLE, "For": _LISTED}.get(kind, ONLY)
                self.faults.append((f"{what} in a passage", self.tag + 1, hint))
                break  # what follows would be laid to the wrong tags
        return tuple(parts)

    def _output(self, node: Any) -> Part | None:
        self.index += 1
        kind = type(node).__name__
        if kind == "TemplateData":
            return Words(node.data, self.index, self.tag)
        self.tag += 1
        if kind == "Const" and isinstance(node.value, str):
            return Words(node.value, self.index, self.tag, is_constant=True)
        filters = []
        while type(node).__name__ == "Filter":
            if node.kwargs or node.dyn_args or node.dyn_kwargs or not all(map(_is_constant, node.args)):
                hint = "write a number or a quoted text: first(2), join(' → ')"
                self.faults.append((f"an argument of '{node.name}' that is no constant", self.tag, hint))
                return None
            filters.append((node.name, tuple(argument.value for argument in node.args)))
            node = node.node
        name = _dotted(node)
        if name is None:
            what = _EXPRESSIONS.get(type(node).__name__, "an expression")
            self.faults.append((f"{what} in a slot", self.tag, _HINTS.get(what, ONLY)))
            return None
        return Slot(name, tuple(reversed(filters)), self.index, self.tag)

    def _branch(self, node: Any) -> Branch | None:
        self.tag += 1
        tag, name = self.tag, _dotted(node.test)
        if name is None:
            hint = "write {% if name %}, the name of a fact or of a derivation that is yes or no"
            self.faults.append(("a condition that is no bare name", tag, hint))
        then = self.parts(node.body, 1)
        if node.elif_:
            self.faults.append(("'elif' in a passage", self.tag + 1, _TABLE))
            return None
        self.tag += 1
        otherwise: tuple[Part, ...] = ()
        if node.else_:
            otherwise = self.parts(node.else_, 1)
            self.tag += 1
        return Branch(name, then, otherwise, tag) if name else None


_TAGS = {
    "For": "for",
    "Macro": "macro",
    "CallBlock": "call",
    "FilterBlock": "filter",
    "Assign": "set",
    "AssignBlock": "set",
    "Include": "include",
    "Import": "import",
    "FromImport": "from",
    "Extends": "extends",
    "Block": "block",
    "With": "with",
    "ScopedEvalContextModifier": "autoescape",
}
_EXPRESSIONS = {
    "Call": "a call",
    "Getitem": "a subscript",
    "Const": "a value that is no text",
    "Compare": "a comparison",
    "Test": "a test",
    "CondExpr": "a condition",
    "And": "`and`",
    "Or": "`or`",
    "Not": "`not`",
    "Concat": "`~`",
    "List": "a list",
    "Dict": "a mapping",
    "Tuple": "several names",
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow", "Neg", "Pos"), "arithmetic"),
}


_LISTED = "a list of the outline has an entry for each; within a sentence write {{ place.LIST | and_list }}"
_HINTS = {
    "a call": "write the name alone: {{ place.name }}; filters stand after a |",
    "a subscript": "write names with dots: {{ item.name }}",
    "a comparison": _TABLE,
    "a condition": "write {% if name %}…{% else %}…{% endif %}",
    "arithmetic": _COMPUTED,
    "`and`": _COMPUTED,
    "`or`": _COMPUTED,
    "`not`": _COMPUTED,
    "a value that is no text": "write it as text, without braces",
}


def _is_constant(node: Any) -> bool:
    return (
        type(node).__name__ == "Const"
        and isinstance(node.value, (str, int))
        and not isinstance(node.value, bool)
    )


def _dotted(node: Any) -> str | None:
    path = []
    while type(node).__name__ == "Getattr":
        path.append(node.attr)
        node = node.node
    return ".".join((node.name, *reversed(path))) if type(node).__name__ == "Name" else None
