"""Edits of YAML files that leave every other byte as it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from guidegen.problems import Problem, Refused, refuse
from guidegen.source import Location, Source
from guidegen.yamlfile import Mapping, Node, Scalar, need_yaml, read_yaml

STEP = 2  # blanks by which lines that are to be inserted go deeper
_ESCAPES = {'"': '\\"', "\\": "\\\\"}
_TRIES = 20


def quoted(text: str) -> str:
    """A text as a scalar in double quotes, whatever can't be seen in it as an escape."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(letter: str) -> str:
    if letter == " " or (letter not in _ESCAPES and unicodedata.category(letter)[0] not in "CZ"):
        return letter
    code = ord(letter)
    return _ESCAPES.get(letter) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def insert_entry(text: str, mapping: Mapping, entry: Sequence[str]) -> str:
    """The text of a file with an entry more at the end of one of its block mappings.

    `text` has the file's own line endings; `mapping` was read from it. `entry` is the new key and what
    stands under it, as lines at the left margin that go `STEP` blanks deeper; they take on the indentation
    and the line ending of the file. All else stays as it is, comments too.

    Raises `Refused`, with the lines to add by hand, if the mapping is written in braces, or if the result
    doesn't read back as what was there and the entry.
    """
    source = mapping.location.source
    added = need_yaml(Source(source.path, "\n".join(entry) + "\n"))
    if source.line(mapping.location.line)[mapping.location.column - 1] == "{":
        raise refuse(
            "edit",
            "this mapping stands in braces, where no line can be added",
            mapping.location,
            "write it in lines of its own, or add this to it by hand:\n" + _inline(added)[1:-1],
        )
    taken = next((key for key in added.entries if key in mapping.entries), None)
    if taken is not None:
        message = f"'{taken}' stands here already"
        raise refuse("edit", message, mapping.keys[taken], "choose another key, or edit this one")
    wanted = _with_entries(need_yaml(source), mapping, added)
    for line in _places(mapping):
        edited = _inserted(text, line, _indented(entry, mapping), source)
        if _values(_read(source.path, edited)) == wanted:
            return edited
    raise refuse(
        "edit",
        "no line can be added here without changing what else is read",
        mapping.location,
        "add these lines below it by hand:\n" + "\n".join(entry),
    )


# -- where, and how it is written there


def _places(mapping: Mapping) -> Iterator[int]:
    """Lines after which an entry may stand, the likeliest first: then the file is read, to be sure.

    That is the end of the last value, and of comments as deep as the mapping. What ends where can't be
    told from a line alone: a `#` may stand in a block of text, a bracket may close further down.
    """
    source, indent = mapping.location.source, mapping.location.column - 1
    last = max(at.line for at in _locations(mapping))
    whole = need_yaml(source)
    after = [at.line for at in _locations(whole) if at.line > last]
    end = min(after) - 1 if after else source.text.count("\n") + (not source.text.endswith("\n"))
    likeliest = end
    while likeliest > last and _is_beside(source.line(likeliest), indent):
        likeliest -= 1
    yield likeliest
    yield from range(likeliest + 1, min(end, likeliest + _TRIES) + 1)
    yield from range(likeliest - 1, max(last, likeliest - _TRIES) - 1, -1)


def _is_beside(line: str, indent: int) -> bool:
    """Whether a line is blank, or a comment that stands to the left of the mapping."""
    content = line.lstrip(" ")
    return not content or (content[0] == "#" and len(line) - len(content) < indent)


def _locations(node: Node) -> Iterator[Location]:
    yield node.location
    if isinstance(node, Mapping):
        for _, at, inner in node.each():
            yield at
            yield from _locations(inner)
    elif not isinstance(node, Scalar):
        for inner in node.items:
            yield from _locations(inner)


def _indented(entry: Sequence[str], mapping: Mapping) -> list[str]:
    """The lines as deep as the mapping's keys, going deeper by the step that its values go."""
    indent = mapping.location.column - 1
    steps = [
        inner.location.column - 1 - indent
        for _, at, inner in mapping.each()
        if isinstance(inner, Mapping) and inner.location.line > at.line and inner.location.column - 1 > indent
    ]
    step = steps[-1] if steps else indent or STEP
    lines = []
    for line in entry:
        content = line.lstrip(" ")
        depth, rest = divmod(len(line) - len(content), STEP)
        lines.append(" " * (indent + depth * step + rest) + content if content else "")
    return lines


def _inserted(text: str, after: int, lines: Sequence[str], source: Source) -> str:
    """The text with lines put in after a line, counted from 1, each ended as its neighbours are."""
    kept = text.split("\n")
    neighbour = kept[after - 1] if after < len(kept) else kept[0] if len(kept) > 1 else ""
    ending = "\r" if neighbour.endswith("\r") else ""
    if after < len(kept):
        kept[after:after] = [line + ending for line in lines]
    else:  # the last line has no end: it gets one, and the new last line has none
        kept[-1:] = [kept[-1] + ending, *(line + ending for line in lines[:-1]), lines[-1]]
    return "\n".join(kept)


# -- reading back


def _read(path: str, text: str) -> Mapping | None:
    problems: list[Problem] = []
    try:
        root = read_yaml(Source(path, text.replace("\r\n", "\n")), problems)
    except Refused:
        return None
    return None if problems else root


def _values(node: Node | None) -> Any:
    """A node without locations, as values that can be compared."""
    if isinstance(node, Mapping):
        return [(key, _values(inner)) for key, inner in node.entries.items()]
    if isinstance(node, Scalar):
        return (node.text, node.plain, node.block)
    return node and ["list", *map(_values, node.items)]


def _with_entries(node: Node, mapping: Mapping, added: Mapping) -> Any:
    """What the file is to be read as: its values, and those that are added to one of its mappings."""
    if isinstance(node, Mapping):
        mine = [(key, _with_entries(inner, mapping, added)) for key, inner in node.entries.items()]
        there = tuple(node.location)[1:] == tuple(mapping.location)[1:]
        return mine + (_values(added) if there else [])
    if isinstance(node, Scalar):
        return _values(node)
    return ["list", *(_with_entries(inner, mapping, added) for inner in node.items)]


def _inline(node: Node) -> str:
    """A node in one line, in braces and brackets."""
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{key}: {_inline(inner)}" for key, inner in node.entries.items()) + "}"
    if isinstance(node, Scalar):
        return node.text if node.plain else quoted(node.text)
    return "[" + ", ".join(map(_inline, node.items)) + "]"
