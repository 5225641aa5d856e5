"""An entry more in a YAML file: it is read, and every other byte stays."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidegen.files import FORBIDDEN
from guidegen.problems import Problem, Refused
from guidegen.source import Source
from guidegen.yamledit import insert_entry, quoted
from guidegen.yamlfile import Mapping, Node, Scalar, read_yaml

ENTRY = ["new:", '  money: "#,##0\\u00a0¤"  # a comment', "  deep:", "    - er"]
ADDED = {"money": "#,##0\u00a0¤", "deep": ["er"]}


def read(text: str) -> Mapping:
    """What a file of this text holds; nothing is wrong in it."""
    problems: list[Problem] = []
    root = read_yaml(Source("a.yaml", text.replace("\r\n", "\n")), problems)
    assert problems == []
    assert root is not None
    return root


def plain(node: Node) -> Any:
    """A node as dicts, lists and texts."""
    if isinstance(node, Mapping):
        return {key: plain(inner) for key, inner in node.entries.items()}
    return node.text if isinstance(node, Scalar) else [plain(item) for item in node.items]


def at(root: Mapping, *path: str) -> Mapping:
    """The mapping at a path of keys."""
    for key in path:
        inner = root.entries[key]
        assert isinstance(inner, Mapping)
        root = inner
    return root


def inserted(text: str, *path: str) -> str:
    """The text with `ENTRY` in the mapping at a path."""
    return insert_entry(text, at(read(text), *path), ENTRY)


def added_lines(before: str, after: str) -> list[str]:
    """The lines that one text has more than another; nothing else may differ."""
    old, new = before.split("\n"), after.split("\n")
    start = next((i for i, (a, b) in enumerate(zip(old, new)) if a != b), len(old))
    count = len(new) - len(old)
    assert new[:start] + new[start + count :] == old
    return new[start : start + count]


# Where it goes


def test_it_stands_at_the_end_of_its_mapping_and_before_what_follows() -> None:
    text = "# top\nlocales:  # here\n  en:\n    a: 1\n  # deep comment\n\n# of text\ntext: {b: 2}\n"
    wanted = (
        "# top\nlocales:  # here\n  en:\n    a: 1\n  # deep comment\n"
        '  new:\n    money: "#,##0\\u00a0¤"  # a comment\n    deep:\n      - er\n'
        "\n# of text\ntext: {b: 2}\n"
    )

    assert inserted(text, "locales") == wanted


@pytest.mark.parametrize(
    ("text", "indents"),
    [
        ("locales:\n    en:\n        a: 1\n", [4, 8, 8, 12]),
        ("locales:\n    en:\n      a: 1\n", [4, 6, 6, 8]),
        ("locales:\n   en: {a: 1}\n", [3, 6, 6, 9]),
        ("en: {a: 1}\n", [0, 2, 2, 4]),
        ("a:\n  locales:\n    en:\n      b: 1\n", [4, 6, 6, 8]),
    ],
)
def test_it_takes_on_the_indentation_of_the_file(text: str, indents: list[int]) -> None:
    root = read(text)
    path = ["a", "locales"] if "a" in root.entries else ["locales"] if "locales" in root.entries else []
    lines = added_lines(text, inserted(text, *path))

    assert [len(line) - len(line.lstrip()) for line in lines] == indents


@pytest.mark.parametrize(
    "value",
    [
        "|\n    # no comment\n    two",
        "|+\n    kept\n\n",
        ">-\n    folded\n    # still text",
        '"in quotes,\n    # of two lines"',
        "plain\n    of two lines",
        "[a,\n    # a comment\n    b\n    ]",
        "{a: 1,\n    b: 2\n  }",
        "\n    - a\n    - b",
        "",
    ],
)
@pytest.mark.parametrize(
    "rest", ["", "\n", "# a comment\n", "\nafter: 1\n", "  # deep\n\n# shallow\nafter: 1\n"]
)
def test_no_value_before_it_is_cut(value: str, rest: str) -> None:
    """A last value of any form is whole, whatever lines it takes."""
    text = f"locales:\n  en: {value}\n{rest}"
    before, after = plain(read(text)), plain(read(inserted(text, "locales")))

    assert after == {**before, "locales": {**before["locales"], "new": ADDED}}


def test_a_file_of_windows_stays_one() -> None:
    text = "locales:\r\n  en: {a: 1}\r\n\r\ntext: 1\r\n"
    edited = inserted(text, "locales")

    assert edited.replace("\r\n", "").count("\n") == 0
    assert len(added_lines(text, edited)) == len(ENTRY)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_last_line_without_an_end_gets_one(ending: str) -> None:
    """The new last line is like the old: it has none."""
    text = f"locales:{ending}  en: 1"
    edited = inserted(text, "locales")

    assert edited.startswith(text + ending)
    assert edited.endswith("- er")
    assert edited.count(ending) == edited.count("\n") == 1 + len(ENTRY)


def test_the_end_of_a_document_stays_the_end() -> None:
    text = "locales:\n  en: 1\n...\n"

    assert inserted(text, "locales").endswith("- er\n...\n")


# What is refused


def refusal(text: str, *path: str, entry: list[str] = ENTRY) -> Problem:
    """The problem of an entry that can't be put in."""
    with pytest.raises(Refused) as refused:
        insert_entry(text, at(read(text), *path), entry)
    (problem,) = refused.value.problems
    return problem


def test_braces_take_no_line() -> None:
    """The hint has what to put into them, and that is right."""
    problem = refusal("locales: {en: {a: 1}}\n", "locales")
    by_hand = problem.hint.split("\n")[1]

    assert problem.message == "this mapping stands in braces, where no line can be added"
    assert plain(read(f"locales: {{en: {{a: 1}}, {by_hand}}}\n"))["locales"]["new"] == ADDED


def test_a_key_stands_once() -> None:
    assert refusal("locales:\n  new: 1\n", "locales").message == "'new' stands here already"


def test_an_entry_that_would_read_otherwise_is_refused() -> None:
    """Text that isn't what the mapping was read from: nothing is put anywhere."""
    root = read("locales:\n  en: 1\n")
    with pytest.raises(Refused) as refused:
        insert_entry("other:\n  en: |\n    a\n", at(root, "locales"), ENTRY)

    assert refused.value.problems[0].hint.endswith("\n".join(ENTRY))


def test_a_block_of_text_that_would_gain_an_end_is_refused() -> None:
    """Without a last line end it says `first`, and with one it would say `first` and a line end."""
    problem = refusal("locales:\n  en: |\n    first", "locales")

    assert problem.message == "no line can be added here without changing what else is read"


# For any file


WORD = st.text("abcdefg", min_size=1, max_size=6)
INLINE = st.one_of(
    WORD,
    st.just(""),
    WORD.map(lambda word: f'"{word}: # {word}"'),
    WORD.map(lambda word: f"{word}  # a comment"),
    st.lists(WORD, max_size=3).map(lambda words: f"[{', '.join(words)}]"),
    WORD.map(lambda word: f"{{{word}: {word}}}"),
)
BESIDE = st.sampled_from(["", "", "", "# to the left", "@# as deep", "@  # deeper"])


@st.composite
def block(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Lines of a block mapping at the left margin, with comments and blank lines among them."""
    step = draw(st.integers(1, 4))
    lines: list[str] = []
    for key in draw(st.lists(WORD, min_size=1, max_size=3, unique=True)):
        form = draw(st.integers(0, 3 if depth < 3 else 2))
        if form == 3:
            lines += [f"{key}:", *(" " * step + line if line else "" for line in draw(block(depth + 1)))]
        elif form == 2:
            inner = draw(st.lists(st.sampled_from(["a", "# b", "c: d", ""]), max_size=3))
            lines += [
                f"{key}: |",
                " " * step + "first",
                *(" " * step + line if line else "" for line in inner),
            ]
        else:
            lines.append(f"{key}: {draw(INLINE)}".rstrip())
        beside = draw(BESIDE)
        lines += [beside.replace("@", "")] if beside else []
        lines += [""] * draw(st.integers(0, 1))
    return lines


def mappings(node: Node) -> list[Mapping]:
    """All block mappings of a file."""
    found = []
    if isinstance(node, Mapping):
        source, line, column, _ = node.location
        found = [node] if source.line(line)[column - 1] != "{" else []
        found += [one for inner in node.entries.values() for one in mappings(inner)]
    return found


@given(lines=block(), ending=st.sampled_from(["\n", "\r\n"]), is_ended=st.booleans(), data=st.data())
def test_any_block_mapping_takes_an_entry(
    lines: list[str], ending: str, is_ended: bool, data: st.DataObject
) -> None:
    """Every other byte stays, and the file is read as what it was and the entry."""
    text = ending.join([*lines, "" if is_ended else "# the end"])
    root = read(text)
    mapping = data.draw(st.sampled_from(mappings(root)))
    edited = insert_entry(text, mapping, ENTRY)
    shorter = edited if is_ended or edited.startswith(text + ending) is False else edited + ending
    added = added_lines(text if shorter is edited else text + ending, shorter)

    def with_entry(node: Node) -> Any:
        if isinstance(node, Mapping):
            own = {key: with_entry(inner) for key, inner in node.entries.items()}
            return {**own, "new": ADDED} if node is mapping else own
        return plain(node)

    assert plain(read(edited)) == with_entry(root)
    assert [line.strip() for line in added] == [line.strip() for line in ENTRY]
    assert all(line.endswith("\r") for line in edited.split("\n")[:-1]) == (ending == "\r\n")


# Quoting


READABLE = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)


@given(READABLE.filter(lambda text: not FORBIDDEN.search(text)))
def test_what_is_quoted_reads_back(text: str) -> None:
    assert plain(read(f"a: {quoted(text)}\n")) == {"a": text}


def test_what_cannot_be_seen_is_written_as_an_escape() -> None:
    assert quoted('a \u00a0\u202f"\\¤') == '"a \\u00a0\\u202f\\"\\\\¤"'
