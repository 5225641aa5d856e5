"""Documents become blocks, and the blocks are the document again, to the byte."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from guidegen.learn.model import Block
from guidegen.learn.segment import LONGEST_LINE, MOST_LINES, document_bytes, read_document
from guidegen.problems import Refused, show

GUIDE = """\
Keeping Nets in Port Ellen

Everything about nets.
Employers
- Tidal Mills
- Lock & Sluice (R&D)
* Another mark
Pay
| Level | Yearly |
|---|---|
| Junior | €9,100 |
| Senior | €20,000 |
The end
"""
LINES = st.one_of(
    st.sampled_from(
        [
            *("", "", "- one", "- two ", "* one", "• one", "- ", "-", "* * *", "- - -", "1. one", "2. two"),
            *(
                "| a | b |",
                "|---|---|",
                "| c | d |",
                "| c |",
                "|---|",
                "| a |  |",
                "a\tb",
                "{{ a }}",
                "{% if %}",
            ),
            *("   ", "# Head", "A sentence. ", " indented", "\u00a0", "é"),
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp", "M"]), max_size=8),
)
TEXTS = st.tuples(
    st.booleans(),
    st.lists(st.tuples(LINES, st.sampled_from(["\n", "\n", "\r\n"])), min_size=1, max_size=24),
    st.booleans(),
)


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_document("port-ellen.txt", data)
    [problem] = caught.value.problems
    return show(problem)


def kinds(text: str) -> list[str]:
    return [block.kind for block in read_document("a.txt", text.encode()).blocks]


# There and back


@given(TEXTS)
def test_bytes_come_back(parts: tuple[bool, list[tuple[str, str]], bool]) -> None:
    """Whatever lines, endings, mark and blanks a document has: if it is read, its blocks are its bytes."""
    mark, lines, ends = parts
    text = "".join(line + newline for line, newline in lines)
    data = b"\xef\xbb\xbf" * mark + (text if ends else text.rstrip("\r\n")).encode()
    try:
        document = read_document("a.txt", data)
    except Refused:
        return

    assert document_bytes(document) == data
    assert [block.number for block in document.blocks] == sorted({b.number for b in document.blocks})


@pytest.mark.parametrize("path", sorted((ROOT / "golden").glob("??/*/*.txt")), ids=lambda p: p.parent.name)
def test_published_guides_come_back(path: Path) -> None:
    """Guides of the shipped pack come back, also in another dress."""
    plain = path.read_bytes()
    for data in (
        plain,
        plain.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + plain,
        plain.rstrip(),
        plain + b"\n\n",
    ):
        assert document_bytes(read_document("a.txt", data)) == data


def test_sources_come_back() -> None:
    """The published documents come back, each in 26 blocks."""
    folder = os.environ.get("GUIDEGEN_SOURCES")
    if folder is None:
        pytest.skip("needs the documents: GUIDEGEN_SOURCES=FOLDER pytest tests/test_learn_segment.py")
    for path in sorted(Path(folder).glob("*.txt")):
        document = read_document(path.name, path.read_bytes())
        assert document_bytes(document) == path.read_bytes()
        assert [len(document.blocks), sum(block.kind == "table" for block in document.blocks)] == [26, 1]


# Blocks


def test_a_document_is_lines_lists_and_tables() -> None:
    """Entries with one marker are a list, rows under a rule a table; all else is a line for itself."""
    document = read_document("a.txt", GUIDE.encode())

    assert document.blocks == (
        Block("line", ("Keeping Nets in Port Ellen",), "", 0, 1),
        Block("line", ("Everything about nets.",), "", 1, 3),
        Block("line", ("Employers",), "", 0, 4),
        Block("list", ("Tidal Mills", "Lock & Sluice (R&D)"), "- ", 0, 5),
        Block("list", ("Another mark",), "* ", 0, 7),
        Block("line", ("Pay",), "", 0, 8),
        Block(
            "table",
            ("| Level | Yearly |", "|---|---|", "| Junior | €9,100 |", "| Senior | €20,000 |"),
            "",
            0,
            9,
        ),
        Block("line", ("The end",), "", 0, 13),
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- a\n\n- b", ["list", "list"]),
        ("- a\n  - b\n- c", ["list", "line", "list"]),
        ("1. a\n2. b", ["line", "line"]),
        ("-\n- \n- -\n* * *\n-a", ["line"] * 5),
        ("a\n   \nb", ["line"] * 3),
        ("| a | b |\n|---|---|", ["line"] * 2),
        ("| a | b |\n|---|---|\n| c | d |\n| e |", ["table", "line"]),
        ("| a | b |\n| --- | --- |\n| c | d |", ["line"] * 3),
        ("| a | b |\n|---|---|\n|  | d |", ["line"] * 3),
        ("| a | b |\n|---|\n| c | d |", ["line"] * 3),
        ("| a | b |\n|---|---|\n| c | d | \n| e | f |", ["line"] * 4),
        ("a\u00a0\x20b\tc", ["line"]),
    ],
)
def test_what_is_no_list_or_table_is_lines(text: str, found: list[str]) -> None:
    """Only what the text format would write in the same way is a list or a table."""
    assert kinds(text) == found


def test_layout_is_what_most_lines_have() -> None:
    """The usual line ending is the document's, others are kept by the line's number."""
    document = read_document("a.txt", b"\xef\xbb\xbfa\r\n\r\n\nb\r\nc\r\n\r\n\r\n")

    assert (document.newline, document.odd_newlines) == ("\r\n", (3,))
    assert (document.byte_order_mark, document.final_newline, document.blank_end) == (True, True, 2)
    assert [block.gap for block in document.blocks] == [0, 2, 0]
    assert read_document("a.txt", b"a").final_newline is False


# What can't be read


@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", b" \r\n\t\n"])
def test_an_empty_document_is_refused(data: bytes) -> None:
    """A file without a word in it is named."""
    assert refused(data) == "port-ellen.txt: nothing in it\n  leave this file out, or fill it"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Hall\nCaf\xe9", "port-ellen.txt:2:4: not UTF-8: byte 0xE9"),
        ("Café".encode("utf-16"), "port-ellen.txt: this is UTF-16"),
        ("Café".encode("utf-16-le"), "port-ellen.txt: this is UTF-16"),
        (b"\x7fELF\x02\x00\x00\xff", "port-ellen.txt: this is no text: there are NUL bytes in it"),
        (b"a\r\nb\rc\n", "port-ellen.txt:2:2: a carriage return on its own (U+000D)"),
        ("a\nb\u2028".encode(), "port-ellen.txt:2:2: a control or invisible character (U+2028)"),
        (b"a\x0c\n", "port-ellen.txt:1:2: a control or invisible character (U+000C)"),
        ("\ufeff\ufeffa".encode(), "port-ellen.txt:1:1: a byte order mark (U+FEFF)"),
        ("\ta\nab\u202e".encode(), "port-ellen.txt:2:3: a control or invisible character (U+202E)"),
        (b"a\n" * (MOST_LINES + 1), "port-ellen.txt: 20,001 lines; a document may have 20,000"),
        (b"a" * 3_000_000, "port-ellen.txt: over 2,000,000 bytes"),
        (
            b"a\n" + b"b" * (LONGEST_LINE + 5),
            "port-ellen.txt:2:100001: a line of 100,005 characters; one may have 100,000",
        ),
        (
            "a\nCafe\u0301".encode(),
            "port-ellen.txt:2:4: a letter and its accent stand apart (not NFC)",
        ),
    ],
)
def test_what_a_pack_cannot_hold_is_refused(data: bytes, said: str) -> None:
    """Bytes that aren't text, characters that no pack may have, and what is too long: with their place."""
    message, *rest = refused(data).splitlines()

    assert message == said
    assert rest[-1].strip()  # what to do about it
