"""A document's bytes as blocks, and the very same bytes from its blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from guidegen.files import LARGEST, decode
from guidegen.learn.model import Block, Document
from guidegen.problems import Refused, refuse
from guidegen.source import Location, Source

MOST_LINES = 20_000  # of one document: four hundred pages
LONGEST_LINE = 100_000  # characters; fifty pages without a line break are no text for readers
MARKERS = ("- ", "* ", "• ")
_MARK = b"\xef\xbb\xbf"
_NO_ENTRY = re.compile(r"[\s*•_-]*")  # nothing, or a rule such as `* * *`
_ROW = re.compile(r"\|(?: [^\s|](?:[^|\n]*[^\s|])? \|)+")
_RULE = re.compile(r"\|(?:---\|)+")


def read_document(path_name: str, data: bytes) -> Document:
    """The blocks of a document, and all else that its bytes say; `document_bytes` is the inverse.

    Lines end with LF or CRLF. Consecutive lines with the same marker are a list; a header, a rule and rows
    as the text format writes them are a table; any other line is a block of its own. A numbered list is
    lines, for the text format has no numbers to give back. Raises `Refused` with a location: no UTF-8, no
    text, nothing but blank lines, over `LARGEST` bytes, `MOST_LINES` lines or `LONGEST_LINE` characters in
    one, or a character that a pack can't hold (a pack's files may hold all that a document may, but tabs).
    """
    body = data.removeprefix(_MARK)
    text = _text(path_name, body)
    lines, final_newline = text.split("\n"), text.endswith("\n")
    if final_newline:
        lines.pop()
    _refuse_lines(path_name, text, lines)
    newline, odd = _newlines(body, len(lines) - (not final_newline))
    blocks = tuple(_blocks(lines))
    written = blocks[-1].number + len(blocks[-1].lines) - 1
    return Document(
        path_name, blocks, newline, odd, final_newline, len(body) < len(data), len(lines) - written
    )


def document_bytes(document: Document) -> bytes:
    """The bytes that a document was read from."""
    lines = [line for block in document.blocks for line in [*[""] * block.gap, *block.text.split("\n")]]
    lines += [""] * document.blank_end
    newlines = [document.newline] * (len(lines) if document.final_newline else len(lines) - 1) + [""]
    for number in document.odd_newlines:
        newlines[number - 1] = "\n" if document.newline == "\r\n" else "\r\n"
    text = "".join(line + newline for line, newline in zip(lines, newlines))
    return _MARK * document.byte_order_mark + text.encode()


def _text(name: str, body: bytes) -> str:
    """The text, with LF for CRLF, of bytes that are one."""
    here = Location.of_file(name)
    if not body.strip():
        raise refuse("document-empty", "nothing in it", here, "leave this file out, or fill it")
    if len(body) > LARGEST:
        raise refuse(
            "document-too-large",
            f"over {LARGEST:,} bytes",
            here,
            "a guide is a few pages: leave this file out, or divide it",
        )
    try:  # what a pack's files may hold, and tabs
        decode(body.replace(b"\t", b" "), name)
    except Refused as refused:
        if b"\0" in body and "UTF-16" not in refused.problems[0].message:
            raise refuse(
                "document-binary",
                "this is no text: there are NUL bytes in it",
                here,
                "leave it out: documents are text or Markdown, in UTF-8",
            ) from None
        raise
    return body.decode().replace("\r\n", "\n")


def _refuse_lines(name: str, text: str, lines: Sequence[str]) -> None:
    if len(lines) > MOST_LINES:
        raise refuse(
            "document-too-large",
            f"{len(lines):,} lines; a document may have {MOST_LINES:,}",
            Location.of_file(name),
            "a guide is a few pages: leave this file out, or divide it",
        )
    source = Source(name, text)
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise refuse(
                "line-too-long",
                f"a line of {len(line):,} characters; one may have {LONGEST_LINE:,}",
                Location(source, number, LONGEST_LINE + 1),
                "divide it, or leave this file out",
            )


def _newlines(body: bytes, ended: int) -> tuple[str, tuple[int, ...]]:
    """How most of the lines that end do so, LF if as many do either way, and the numbers of the others."""
    with_return = body.count(b"\r\n")
    newline = "\r\n" if 2 * with_return > ended else "\n"
    if with_return in (0, ended):
        return newline, ()
    ends = [line.endswith(b"\r") for line in body.split(b"\n")[:ended]]
    return newline, tuple(n for n, end in enumerate(ends, 1) if end != (newline == "\r\n"))


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    start = gap = 0
    while start < len(lines):
        line = lines[start]
        if not line:
            start, gap = start + 1, gap + 1
            continue
        end, kind, marker = start + 1, "line", _marker(line)
        if marker:
            kind = "list"
            while end < len(lines) and _marker(lines[end]) == marker:
                end += 1
        elif rows := _rows(lines, start):
            kind, end = "table", start + rows
        texts = tuple(text.removeprefix(marker) for text in lines[start:end])
        yield Block(kind, texts, marker, gap, start + 1)
        start, gap = end, 0


def _marker(line: str) -> str:
    """What makes the line an entry of a list, or nothing."""
    if line[:2] not in MARKERS or _NO_ENTRY.fullmatch(line, 2):
        return ""
    return line[:2]


def _rows(lines: Sequence[str], start: int) -> int:
    """How many lines the table has that begins here; 0 if none does."""
    if not lines[start].startswith("| ") or len(lines) < start + 3 or not _RULE.fullmatch(lines[start + 1]):
        return 0
    columns = lines[start + 1].count("|")
    rows = 0
    for row in range(start, len(lines)):
        if row != start + 1 and (not _ROW.fullmatch(lines[row]) or lines[row].count("|") != columns):
            break
        rows += 1
    return rows if rows > 2 else 0
