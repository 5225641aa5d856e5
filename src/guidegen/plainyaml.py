"""YAML of the plainest shape, read line by line: the quick way, for what people mostly write.

It reads lines `key: value` and `- value`, indented with blanks, their values bare, in quotes without
escapes, in brackets on one line, or as even blocks of lines; and comments. Whatever else it meets, and
whatever a pack may not hold, it leaves to the parser: a file is read here as the parser reads it, or not
at all.
"""

from __future__ import annotations

import re

from guidegen.files import forbidden_in
from guidegen.nodes import Mapping, Node, Scalar, Sequence
from guidegen.source import Location, Source

LONGEST = 50_000  # characters; a longer file may hold more values than a file of a pack may
DEEPEST = 9  # of lines within lines, and of brackets within brackets

_SIGNS = "-?:,[]{}#&*!|>'\"%@`"  # of YAML's: a bare text begins with none of them
_KEY = "[A-Za-z0-9_][A-Za-z0-9_./-]{0,99}"
_BEGINS = rf"[^\s{re.escape(_SIGNS)}]"
_BARE = rf"{_BEGINS}[^:#\n]*(?::(?! )[^:#\n]+)*(?<! )(?=\n)"
_FURTHER_IN = r"\n\1 +[^ \n](?:.*[^ \n])?"
_BLOCK = rf"[>|]-?(?:{_FURTHER_IN})++(?:\n(?=\n))*+(?!\n *\n|\n\1 )"  # no line after it can be part of it
_LINE = re.compile(rf"( *)(- +)?(?:({_KEY}):(?=[ \n])( *))?(?:({_BARE})|({_BLOCK}|[^#\n].*)?(?:#.*)?)\n")
_QUOTED = re.compile(r"""(?:"([^"\\]*)"|'([^']*)') *(?: #.*)?""")
_SAID = r"[^,\[\]{}:#?]*"  # in brackets, where more signs end a bare text
_BARE_INSIDE = rf"{_BEGINS}{_SAID}(?:(?::(?=[A-Za-z0-9/])|(?<! )#){_SAID})*"
_PART = re.compile(rf""" *(?:({_KEY}): +)?(?:[\[{{]|({_BARE_INSIDE})|("[^"\\]*"|'[^']*') *)""")
_END = re.compile(r" *(?: #.*)?")
_new = tuple.__new__  # makes named tuples without the detour by their names: there are hundreds in a file


class _NotPlain(Exception):
    """Something that only the parser can judge."""


class _Open:
    """A list or mapping whose lines are being read, and what it lies in.

    `begins` is how its lines do: after how many blanks, and whether with a dash.
    """

    __slots__ = ("around", "begins", "depth", "entries", "items", "keys", "location", "pending")

    def __init__(self, source: Source, number: int, begins: tuple[int, bool], around: _Open | None) -> None:
        self.location: Location = _new(Location, (source, number, begins[0] + 1, 1))
        self.begins = begins
        self.around = around
        self.depth: int = around.depth + 1 if around else 0
        if self.depth > DEEPEST:
            raise _NotPlain
        self.items: list[Node] = []
        self.entries: dict[str, Node] = {}
        self.keys: dict[str, Location] = {}
        self.pending = ""  # a key whose value begins in a later line, or nowhere

    def close(self) -> _Open:
        """What this lies in, now with this in it."""
        around = self.around
        if around is None:
            raise _NotPlain
        if self.begins[1]:
            node: Node = Sequence(tuple(self.items), self.location)
        else:
            node = Mapping(self.entries, self.keys, self.location)
        if around.begins[1]:
            around.items.append(node)
        else:
            around.entries[around.pending] = node
            around.pending = ""
        return around


def read_plain(source: Source, *, is_checked: bool = False) -> Mapping | None:
    """The mapping that a file holds; None if that is for the parser to say.

    `is_checked` if the text is as `read_source` gives it, with no characters that can't be in a pack.
    """
    text = source.text
    if len(text) > LONGEST or text[-1:] != "\n":
        return None
    if not is_checked and ("\t" in text or forbidden_in(text)):
        return None
    try:
        root = _read(source, _LINE.findall(text))
    except _NotPlain:
        return None
    return root if isinstance(root, Mapping) else None


def _read(source: Source, lines: list[tuple[str, ...]]) -> Node:
    here = file = _Open(source, 0, (-1, False), None)
    file.keys["file"] = file.location
    file.pending = "file"
    number = 0
    for indent, dash, key, gap, bare, rest in lines:
        number += 1
        if not (key or dash or bare or rest):
            continue
        begins = (len(indent), dash != "")
        if begins != here.begins or here.pending:
            here = _turn(here, source, number, begins)
        column = len(indent) + len(dash) + 1
        if key:
            if dash:
                here = _Open(source, number, (column - 1, False), here)
            if key in here.keys:
                raise _NotPlain
            here.keys[key] = _new(Location, (source, number, column, len(key)))
            column += len(key) + 1 + len(gap)
            if bare:
                here.entries[key] = _bare(bare, source, number, column)
            elif rest:
                here.entries[key] = _value(rest, source, number, column, here)
                number += rest.count("\n")
            else:
                here.pending = key
        elif bare and dash:
            here.items.append(_bare(bare, source, number, column))
        elif rest and dash:
            here.items.append(_value(rest, source, number, column, here))
            number += rest.count("\n")
        else:
            raise _NotPlain
    _turn(here, source, 0, file.begins)
    return file.entries["file"]


def _turn(here: _Open, source: Source, number: int, begins: tuple[int, bool]) -> _Open:
    """What a line that begins otherwise, or after a key without a value, belongs to."""
    if here.pending:
        if begins[0] > here.begins[0]:
            return _Open(source, number, begins, here)
        here.entries[here.pending] = Scalar("", here.keys[here.pending])
        here.pending = ""
    while begins[0] < here.begins[0]:
        here = here.close()
    if begins != here.begins:
        raise _NotPlain
    return here


def _bare(text: str, source: Source, number: int, column: int) -> Scalar:
    return _new(Scalar, (text, _new(Location, (source, number, column, len(text))), True, False))


def _value(text: str, source: Source, number: int, column: int, here: _Open) -> Node:
    """What stands behind a key or a dash in the lines of `here`."""
    if text[0] not in _SIGNS:
        bare = text.partition(" #")[0].rstrip(" ")
        if ": " in bare or bare[-1] == ":":
            raise _NotPlain
        return _bare(bare, source, number, column)
    if text[0] in "[{":
        node, end = _bracketed(text, 0, source, number, column, 1)
        if _END.fullmatch(text, end):
            return node
    elif quoted := _QUOTED.fullmatch(text):
        inner = quoted[1] or quoted[2] or ""
        return Scalar(inner, Location(source, number, column, len(inner) + 2), plain=False)
    elif "\n" in text:
        return _block(text, Location(source, number, column), here.begins[0])
    raise _NotPlain


def _bracketed(
    text: str, start: int, source: Source, number: int, column: int, depth: int
) -> tuple[Node, int]:
    """A list or mapping in brackets, and where it ends; `column` is that of the text."""
    items: list[Node] = []
    entries: dict[str, Node] = {}
    keys: dict[str, Location] = {}
    end = start + 1
    sign = ","
    while sign == ",":
        part = _PART.match(text, end)
        if part is None or depth > DEEPEST:
            raise _NotPlain
        key, bare, quoted = part.groups()
        end = part.end()
        if bare:
            node: Node = _bare(bare.rstrip(" "), source, number, column + part.start(2))
        elif quoted:
            at = Location(source, number, column + part.start(3), len(quoted))
            node = Scalar(quoted[1:-1], at, plain=False)
        else:
            node, end = _bracketed(text, end - 1, source, number, column, depth + 1)
        if key is None:
            items.append(node)
        else:
            if key in keys:
                raise _NotPlain
            entries[key] = node
            keys[key] = _new(Location, (source, number, column + part.start(1), len(key)))
        sign = text[end : end + 1]
        end += 1
    location = _new(Location, (source, number, column + start, 1))
    brackets = text[start] + sign
    if brackets == "[]" and not keys:
        return Sequence(tuple(items), location), end
    if brackets == "{}" and not items:
        return Mapping(entries, keys, location), end
    raise _NotPlain


def _block(text: str, location: Location, indent: int) -> Scalar:
    """A text in lines of their own, all of them further in than `indent`."""
    header, *lines = text.rstrip("\n").split("\n")
    inner = [line.lstrip(" ") for line in lines]
    indents = {len(line) - len(rest) for line, rest in zip(lines, inner)}
    if len(indents) > 1 or indents.pop() <= indent:
        raise _NotPlain
    is_literal = header[0] == "|"
    content = ("\n" if is_literal else " ").join(inner) + ("" if header[1:] else "\n")
    return Scalar(content, location, plain=False, block=is_literal)
