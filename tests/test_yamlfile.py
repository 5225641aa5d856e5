"""YAML as it is read: scalars are text, every node knows its line and column, both parsers agree."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from guidegen import yamlfile
from guidegen.files import read_source
from guidegen.plainyaml import read_plain
from guidegen.problems import Problem
from guidegen.source import Source
from guidegen.yamlfile import Mapping, Node, Scalar, Sequence, pure_events, read_yaml

SHIPPED = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "pack.yaml", *ROOT.glob("facts/**/*.yaml"), *ROOT.glob("rules/*.yaml"))
)


def read(text: str) -> Mapping:
    """A file of this text, in which nothing is wrong."""
    problems: list[Problem] = []
    root = read_yaml(Source("a.yaml", text), problems)
    assert root is not None
    assert problems == []
    return root


def scalar(text: str, key: str = "a") -> Scalar:
    """The scalar under a key of a file."""
    node = read(text).entries[key]
    assert isinstance(node, Scalar)
    return node


def shape(node: Node | None) -> Any:
    """A node with every location, as plain values that can be compared."""
    if isinstance(node, Scalar):
        return ("scalar", node.text, node.plain, node.block, tuple(node.location)[1:])
    if isinstance(node, Sequence):
        return ("list", [shape(item) for item in node.items], tuple(node.location)[1:])
    assert isinstance(node, Mapping)
    return (
        "map",
        [(key, tuple(node.keys[key])[1:], shape(inner)) for key, inner in node.entries.items()],
        tuple(node.location)[1:],
    )


# Scalars are text


@pytest.mark.parametrize(
    "written",
    ["no", "yes", "12:30", "1.10", "1e3", "010", "0x1F", "1_000", ".inf", "2026-01-01", "3.0", "NaN", "="],
)
def test_a_scalar_is_its_text(written: str) -> None:
    """What YAML would turn into a truth value, a time or another number stays as it was written."""
    assert scalar(f"a: {written}\n").text == written


@pytest.mark.parametrize("written", ["", "~", "null"])
def test_nothing_is_told_from_a_quoted_nothing(written: str) -> None:
    """No value at all is empty; the same characters in quotes are a text."""
    assert scalar(f"a: {written}\n").is_empty
    assert not scalar(f'a: "{written}"\n').is_empty
    assert scalar(f'a: "{written}"\n').text == written


# Locations


def test_nodes_know_line_and_column() -> None:
    """Keys, values, entries and lists are found where they stand, counted from 1."""
    root = read("one: 1\nmany:\n  - first\n  - {key: value}\n")
    many = root.entries["many"]
    assert isinstance(many, Sequence)
    second = many.items[1]
    assert isinstance(second, Mapping)

    assert str(root.keys["one"]) == "a.yaml:1:1"
    assert str(root.entries["one"].location) == "a.yaml:1:6"
    assert str(root.keys["many"]) == "a.yaml:2:1"
    assert str(many.items[0].location) == "a.yaml:3:5"
    assert many.items[0].location.width == len("first")
    assert str(second.keys["key"]) == "a.yaml:4:6"
    assert str(second.entries["key"].location) == "a.yaml:4:11"


@pytest.mark.parametrize(
    ("text", "offset", "line", "column"),
    [
        ("a: one two\n", 4, 1, 8),
        ("a: 'one two'\n", 4, 1, 9),
        ('a: "one two"\n', 4, 1, 9),
        ("a: |\n  one\n  two\n", 5, 3, 4),
        ("b: 1\na: |\n    one\n\n    two\n", 5, 5, 5),
        ("a: |\n  one\n    two\n", 6, 3, 5),
    ],
)
def test_a_character_in_a_scalar_is_found(text: str, offset: int, line: int, column: int) -> None:
    """A character of a scalar is found in its file: bare, in quotes, in a block of several lines."""
    found = scalar(text)
    at = found.at(offset, 1)

    assert (at.line, at.column) == (line, column)
    assert at.source.line(line)[column - 1] == found.text[offset]


def test_where_a_character_cannot_be_told_the_scalar_is_shown() -> None:
    """An escape or a folded block shifts characters: the whole scalar is shown instead of a wrong one."""
    for text in ('a: "x\\u00e9y z"\n', "a: >\n  one\n  two\n", "a: 'it''s here'\n"):
        found = scalar(text)

        assert found.at(len(found.text) - 1) == found.location


@given(st.lists(st.text("abc |-#:", min_size=1, max_size=12).map(str.strip).filter(bool), min_size=1))
def test_every_character_of_a_block_is_found(lines: list[str]) -> None:
    """In a block of any lines, each character is where `at` says."""
    found = scalar("a: |\n" + "".join(f"  {line}\n" for line in lines))

    assert found.text == "".join(f"{line}\n" for line in lines)
    for offset, letter in enumerate(found.text):
        if letter != "\n":
            at = found.at(offset)
            assert at.source.line(at.line)[at.column - 1] == letter


# Both parsers


def both(source: Source, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """What libyaml's events and the pure parser's events come to, problems included."""
    found = []
    for quick in (True, False):
        problems: list[Problem] = []
        with monkeypatch.context() as patch:
            patch.setattr(yamlfile, "read_plain", lambda *_, **__: None)
            if not quick:
                patch.setattr(yamlfile, "_quick_events", pure_events)
            root = read_yaml(source, problems)
        found.append((root and shape(root), [(problem.kind, str(problem.location)) for problem in problems]))
    return found[0], found[1]


def test_libyaml_is_there() -> None:
    """The comparison of the parsers compares two: ruamel.yaml.clib is installed where tests run."""
    from _ruamel_yaml import CParser

    assert CParser is not None


@pytest.mark.parametrize("name", SHIPPED)
def test_both_parsers_read_the_shipped_pack_alike(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pure parser gives the same nodes and locations as libyaml, for every file of the pack."""
    quick, pure = both(read_source(ROOT, name), monkeypatch)

    assert quick == pure
    assert quick[0] is not None
    assert quick[1] == []


def test_the_shipped_pack_has_files() -> None:
    """The list of files to compare isn't empty, and has the settings, facts and rules."""
    assert {"pack.yaml", "rules/outline.yaml"} < set(SHIPPED)
    assert len(SHIPPED) > 8


KEY = st.text("abcxyz", min_size=1, max_size=4)
WORDS = st.text("ab1 .:é#-", max_size=10).map(str.strip)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


PLAIN = st.sampled_from(["one", "1.0", "no", "a b", "1:2", "x-y", "été", "~", "a#b", "2026-01-01"])
SCALARS = st.one_of(PLAIN, WORDS.map(quoted), WORDS.map(lambda text: f'"{text}"'))
FLOW = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(KEY, inner, max_size=3).map(
            lambda entries: "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}"
        ),
    ),
    max_leaves=6,
)
BLOCK = st.lists(st.sampled_from(["one", "two three", "| x | y |", "", "# no comment"]), min_size=1).map(
    lambda lines: "|\n" + "\n".join(f"    {line}".rstrip() for line in ["begin", *lines, "end"])
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A file as people write them: keys with bare, quoted, flow and block values, comments, blanks."""
    lines = []
    for key in draw(st.lists(KEY, min_size=1, max_size=5, unique=True)):
        kind = draw(st.sampled_from(["value", "list", "map", "comment"]))
        if kind == "comment":
            lines += ["", "# a comment, with: colon"]
        if kind == "list":
            lines.append(f"{key}:")
            lines += [f"  - {item}" for item in draw(st.lists(FLOW, min_size=1, max_size=3))]
        elif kind == "map":
            lines.append(f"{key}:")
            inner = draw(st.dictionaries(KEY, st.one_of(FLOW, BLOCK), min_size=1, max_size=3))
            lines += [f"  {name}: {value}" for name, value in inner.items()]
        else:
            lines.append(f"{key}: {draw(SCALARS)}")
    return "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n"]))


@settings(max_examples=200, deadline=None)
@given(documents())
def test_both_parsers_read_any_document_alike(text: str) -> None:
    """Whatever people write, both parsers give the same nodes, locations and problems."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        quick, pure = both(Source("a.yaml", text), monkeypatch)

    assert quick == pure
    assert quick[0] is not None


# Line by line, as the parser reads it or not at all


def parsed(source: Source) -> tuple[Any, list[Problem]]:
    """What the parser makes of a file, and its problems."""
    problems: list[Problem] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yamlfile, "read_plain", lambda *_, **__: None)
        root = read_yaml(source, problems)
    return root and shape(root), problems


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_pack_is_read_line_by_line_as_it_is_parsed(name: str) -> None:
    """The quick way makes no difference, and every file goes it but pack.yaml, which has escapes."""
    source = read_source(ROOT, name)
    plain = read_plain(source)

    assert (plain is None) == (name == "pack.yaml")
    assert plain is None or (shape(plain), []) == parsed(source)


@pytest.mark.parametrize(
    "text",
    [
        "a: one\n",
        "a: one two  # said\n# of it: all\n\nb: 12:30\n",
        "a:\n  b:\n    c: 1\n  d:\ne: 2\n",
        "a:\n  - one\n  - b: 1\n    c: 2\n  -   {d: e}\nf: ~\n",
        "a: [b, c, [d, {e: f}]]\ng: {h: i, j: [k], l: \"m, n\", o: 'p'}\n",
        "a: \"b: # c\"\nd: 'e'  # f\ng: ''\n",
        "a: C# and R&D, l'été\nb: [C#, it's]\n",
        "a: https://example.org/b?c=d\ne: [https://example.org/f, g]\n",
        "a: >-\n  one\n  two: three\n\nb: |\n    - four\n    # five\nc: |-\n  six\nd: >\n  seven\n",
        "  a: one\n  b: two\n",
    ],
)
def test_what_people_write_is_read_line_by_line(text: str) -> None:
    """Values bare, quoted, in brackets, in blocks; lists, mappings and comments don't need the parser."""
    source = Source("a.yaml", text)
    plain = read_plain(source)

    assert plain is not None
    assert (shape(plain), []) == parsed(source)


@pytest.mark.parametrize(
    "text",
    [
        "a: one\n  two\n",
        "a: one: two\n",
        "a: 1\na: 2\n",
        "a: {b: 1, b: 2}\n",
        "a: &b c\n",
        "a: *b\n",
        "a: !b c\n",
        "<<: {a: b}\n",
        "%YAML 1.1\n---\na: b\n",
        "a: b\n---\nc: d\n",
        "a: [b\n",
        "a: b]\n- c\n",
        "- a\n",
        "a\n",
        "# nothing\n",
        'a: "\\u00e9"\n',
        "a: 'it''s'\n",
        "a: >-\n  one\n\n  # of the text\n",
        "a: >-\n  one\n    two\n",
        "a: |\n  one\n\n  two\n",
        "a: b\u2028c: d\n",
        "a: b\x85c: d\n",
        "a:\tb\n",
        "a: b",
        "a: " + "[" * 12 + "b" + "]" * 12 + "\n",
        "".join("  " * depth + "a:\n" for depth in range(12)),
        "a: b\n" * 20_000,
    ],
)
def test_what_takes_judgement_is_left_to_the_parser(text: str) -> None:
    """What goes on over lines, is refused, or means something else: no guess is made at it."""
    assert read_plain(Source("a.yaml", text)) is None


PIECES = st.sampled_from(
    [
        *"ab-:?#,[]{}&*!|>'\"%@`~=<.\\é\xa0\u2028\x85",
        " ",
        "  ",
        ": ",
        " #",
        "- ",
        "a: ",
        "b:",
        "a: b",
        ">-",
        "|",
    ]
)
LINES = st.lists(
    st.builds(
        lambda indent, pieces: " " * indent + "".join(pieces), st.integers(0, 5), st.lists(PIECES, max_size=6)
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=500, deadline=None)
@given(st.one_of(LINES.map(lambda lines: "\n".join(lines) + "\n"), documents()))
def test_any_lines_are_read_as_they_are_parsed_or_not_at_all(text: str) -> None:
    """What is read line by line has the parser's nodes and locations, and nothing in it is refused."""
    source = Source("a.yaml", text)
    plain = read_plain(source)

    assert plain is None or (shape(plain), []) == parsed(source)


def test_what_libyaml_refuses_is_read_all_the_same(tmp_path: Path) -> None:
    """`[place:scene]` is a list of one text on every machine, though libyaml alone wouldn't take it."""
    node = read("a: [place:scene, b]\n").entries["a"]
    assert isinstance(node, Sequence)

    assert [item.text for item in node.items if isinstance(item, Scalar)] == ["place:scene", "b"]
