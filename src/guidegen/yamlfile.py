"""YAML to values that know their place: the plainest line by line, all else from the parser's events.

Events show what a loader hides: anchors, aliases, tags, directives, duplicate keys. Nothing is typed
here: a scalar is its text, and the field that it is read for decides what the text means.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from guidegen.files import FORBIDDEN, read_source
from guidegen.nodes import Mapping, Node, Scalar, Sequence
from guidegen.plainyaml import read_plain
from guidegen.problems import Problem, Refused
from guidegen.source import Location, Source

__all__ = ["Mapping", "Node", "Scalar", "Sequence", "need_yaml", "pure_events", "read_file", "read_yaml"]

AS_IT_STANDS = "lines"  # the key whose text is put out as it stands, tabs too, if they are written as escapes
DEEPEST = 20
MOST_NODES = 50_000
RETRIED_UP_TO = 100_000  # characters; the slower parser takes about a second for them


def read_yaml(source: Source, problems: list[Problem]) -> Mapping | None:
    """The mapping that a file holds; None, with problems noted, if it holds none or isn't plain YAML."""
    return read_plain(source) or _parsed(source, problems)


def _parsed(source: Source, problems: list[Problem]) -> Mapping | None:
    """The same from a parser's events.

    What libyaml can't read is read once more by ruamel.yaml's own parser, which knows more of YAML
    (`[place:scene]`) and says more plainly what is wrong: no machine takes what another refuses.
    """
    try:
        root, found = _nodes(source, _quick_events(source.text))
    except _NotRead as quick:
        try:
            if len(source.text) > RETRIED_UP_TO:
                raise
            root, found = _nodes(source, pure_events(source.text))
        except _NotRead as error:
            problems.append(error.problem if error.problem.location else quick.problem)
            return None
    problems += found
    if found:
        return None
    if root is None:
        hint = "write `key: value` lines, or delete the file"
        problems.append(Problem("empty-file", "the file is empty", Location.of_file(source.path), hint))
        return None
    if not isinstance(root, Mapping):
        hint = "write `key: value` lines"
        problems.append(Problem("wrong-type", "keys and values are expected here", root.location, hint))
        return None
    return root


def _nodes(source: Source, events: Iterator[Any]) -> tuple[Node | None, list[Problem]]:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    problems: list[Problem] = []
    try:
        return _Reader(source, events, problems).document(), problems
    except MarkedYAMLError as error:
        raise _NotRead(_syntax_problem(source, error)) from None
    except (YAMLError, ValueError, OverflowError, RecursionError) as error:
        text = str(error).partition("\n")[0]
        raise _NotRead(Problem("yaml", f"not YAML: {text}", Location.of_file(source.path))) from None


def read_file(root: Path, name: str, problems: list[Problem]) -> Mapping | None:
    """The mapping that a file of the pack holds; None, with problems noted, if it can't be read."""
    try:
        source = read_source(root, name)
    except Refused as refused:
        problems += refused.problems
        return None
    return read_plain(source, is_checked=True) or _parsed(source, problems)


def need_yaml(source: Source) -> Mapping:
    """As `read_yaml`, for a file that nothing works without. Raises `Refused`."""
    problems: list[Problem] = []
    root = read_yaml(source, problems)
    if problems or root is None:
        raise Refused(problems)
    return root


def _quick_events(text: str) -> Iterator[Any]:
    try:
        from _ruamel_yaml import CParser
    except ImportError:
        yield from pure_events(text)
        return
    parser = CParser(text)
    while parser.check_event():
        yield parser.get_event()


def pure_events(text: str) -> Iterator[Any]:
    """The events of ruamel.yaml's own parser, which is there without libyaml, and slower."""
    from ruamel.yaml import YAML

    yield from YAML(typ="safe", pure=True).parse(text)


class _NotRead(Exception):
    """A file that is no YAML, or more of it than anyone writes."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Reader:
    """Builds nodes from a stream of events; notes what a pack may not hold."""

    kinds: Any

    def __init__(self, source: Source, events: Iterator[Any], problems: list[Problem]) -> None:
        self.source = source
        self.events = events
        self.problems = problems
        self.nodes = 0

    def document(self) -> Node | None:
        from ruamel.yaml import events as kinds

        self.kinds = kinds
        root: Node | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, kinds.DocumentStartEvent):
                documents += 1
                self._check_document(event, documents)
            elif isinstance(event, (kinds.StreamStartEvent, kinds.StreamEndEvent, kinds.DocumentEndEvent)):
                continue
            elif documents > 1:
                break
            else:
                root = self._node(event, 1)
        return None if isinstance(root, Scalar) and root.is_empty else root

    def _check_document(self, event: Any, number: int) -> None:
        start = self._location(event)
        if number > 1:
            self._note("yaml-documents", "a second document", start, "one file holds one document")
        elif event.explicit:
            for line in range(1, event.end_mark.line + 2):
                if self.source.line(line).startswith("%"):
                    at = Location(self.source, line, 1, len(self.source.line(line)))
                    self._note("yaml-directive", "a YAML directive", at, "delete this line")

    def _node(self, event: Any, depth: int, key: Location | None = None) -> Node:
        location = self._location(event)
        self.nodes += 1
        if depth > DEEPEST or self.nodes > MOST_NODES:
            self._refuse_size(location, depth)
        kind = type(event)
        if kind is self.kinds.AliasEvent:
            self._note(
                "yaml-alias", f"an alias (*{event.anchor})", location, "write the value out, or quote it"
            )
            return Scalar("*" + event.anchor, location)
        if event.anchor is not None:
            at = location._replace(width=len(event.anchor) + 1)
            self._note("yaml-anchor", f"an anchor (&{event.anchor})", at, "delete it, or quote the value")
        elif event.tag is not None:
            line = self.source.line(location.line)
            written = line[location.column - 1 :].split(" ")[0]
            hint = "delete it, or quote the value: the field decides how that is read"
            at = location._replace(width=max(1, len(written)))
            self._note("yaml-tag", f"a tag ({written[:60]})", at, hint)
        if kind is self.kinds.ScalarEvent:
            return self._scalar(event, location, key)
        if kind is self.kinds.SequenceStartEvent:
            return self._sequence(location, depth)
        return self._mapping(location, depth)

    def _scalar(self, event: Any, location: Location, key: Location | None) -> Scalar:
        text: str = event.value
        tab = "\t" in text and (key is None or key.text != AS_IT_STANDS) and "\t"
        if event.style == '"' and (bad := FORBIDDEN.search(text) or tab):
            code = ord(bad if isinstance(bad, str) else bad[0])
            self._note(
                "character",
                f"an escape for U+{code:04X}",
                location,
                "delete it: control and invisible characters have no place in a guide",
            )
            text = ""
        plain = not event.style
        if plain and not text:
            return Scalar("", key or location)
        return Scalar(text, location, plain, event.style == "|")

    def _sequence(self, location: Location, depth: int) -> Sequence:
        items = []
        for event in self.events:
            if type(event) is self.kinds.SequenceEndEvent:
                break
            items.append(self._node(event, depth + 1))
        return Sequence(tuple(items), location)

    def _mapping(self, location: Location, depth: int) -> Mapping:
        entries: dict[str, Node] = {}
        keys: dict[str, Location] = {}
        for event in self.events:
            if type(event) is self.kinds.MappingEndEvent:
                break
            key = self._node(event, depth + 1)
            value = self._node(next(self.events), depth + 1, key.location)
            if not isinstance(key, Scalar):
                self._note("yaml-key", "a key that is a list or a mapping", key.location, "a key is a word")
            elif key.plain and key.text == "<<":
                self._note("yaml-merge", "a merge key (<<)", key.location, "write the values out")
            elif key.text in entries:
                first = keys[key.text].line
                self._note(
                    "duplicate-key",
                    f"'{key.text}' stands here a second time",
                    key.location,
                    f"it is first given in line {first}; keep one of the two",
                )
            else:
                entries[key.text] = value
                keys[key.text] = key.location
        return Mapping(entries, keys, location)

    def _location(self, event: Any) -> Location:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if start.line == end.line else 1
        return Location(self.source, start.line + 1, start.column + 1, max(1, width))

    def _refuse_size(self, location: Location, depth: int) -> None:
        if depth > DEEPEST:
            hint = "nothing in a pack lies so deep: is a bracket left open?"
            raise _NotRead(Problem("yaml-depth", f"nested deeper than {DEEPEST} levels", location, hint))
        raise _NotRead(
            Problem("yaml-size", f"more than {MOST_NODES:,} values in one file", location, "split the file")
        )

    def _note(self, kind: str, message: str, location: Location, hint: str) -> None:
        self.problems.append(Problem(kind, message, location, hint))


def _syntax_problem(source: Source, error: Any) -> Problem:
    """What a parser stumbled over, in plain words, at the place that has to be mended."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Problem("yaml", f"not YAML: {error.problem or error.context}", Location.of_file(source.path))
    found = Location(source, mark.line + 1, mark.column + 1)
    opened = found
    if error.context_mark:
        opened = Location(source, error.context_mark.line + 1, error.context_mark.column + 1)
    what, context = (error.problem or "").strip(), (error.context or "").strip()
    if "mapping values are not allowed" in what:
        return _second_colon(found)
    if (
        "<stream end>" in what
        and "flow node" in context
        and (bracket := max(map(source.text.rfind, "[{"))) >= 0
    ):
        return Problem(
            "yaml", "this bracket isn't closed", source.at(bracket), "close it before the file ends"
        )
    for sign, (message, hint, at_opening) in _SYNTAX.items():
        if sign in what or sign in context:
            at = opened if at_opening else found
            return Problem("yaml", message, at, hint.format(_rest(at)))
    return Problem("yaml", f"not YAML: {what or context}", found, _QUOTE.format(_rest(found)))


def _second_colon(at: Location) -> Problem:
    """A colon where a value stands already: the value's own, or that of a line out of place."""
    line = at.source.line(at.line)
    before = line[: at.column - 1]
    if ": " in before:
        key = before.partition(": ")[0]
        value = line[len(key) + 2 :].strip()
        quoted = "quote the value" if '"' in value else f'quote the value: "{value[:60]}"'
        return Problem("yaml", "a colon within a value", at, quoted)
    indent = len(before) - len(before.lstrip())
    at = Location(at.source, at.line, indent + 1, max(1, len(before) - indent))
    return Problem("yaml", "this line isn't indented as the ones around it", at, _ALIKE)


def _rest(at: Location) -> str:
    return at.source.line(at.line)[at.column - 1 :].strip()[:60]


_QUOTE = "a value with a `: ` or ` #`, or that begins with one of [ ] {{ }} * & ! | > @ %, is quoted"
_ALIKE = "begin the keys of one mapping in the same column"
_UNREAD = "a value can't begin with this character", 'quote it: "{}"'
_SYNTAX = {  # what the parsers say, in problem or context: message, hint, whether it is where it opened
    "flow sequence": ("this bracket isn't closed", "close it with ]", True),
    "flow mapping": ("this bracket isn't closed", "close it with }}", True),
    "unknown escape character": ("a backslash that means nothing", "write a backslash as two: \\\\", False),
    "quoted scalar": ("this quote isn't closed", "close it with the same sign", True),
    "found '<scalar>'": ("a value goes on after its end", "quote the whole value", False),
    "cannot start any token": (*_UNREAD, False),
    "scanning an alias": (*_UNREAD, True),
    "scanning an anchor": (*_UNREAD, True),
    "scanning a tag": (*_UNREAD, True),
    "expected the node content": ("a value is missing here", "write it, or delete the comma", False),
    "did not find expected node content": ("a value is missing here", "write it, or delete the comma", False),
    "could not find expected ':'": ("a key without a colon", "write `key: value`", True),
    "expected <block end>": (
        "this line isn't indented as the ones around it, or has a word too many",
        _ALIKE,
        False,
    ),
    "did not find expected key": ("this line isn't indented as the ones around it", _ALIKE, False),
}
