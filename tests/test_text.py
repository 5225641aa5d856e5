"""The text format's odd corners: line endings, blank lines and lines as they stand, each with an origin."""

from pathlib import Path

import pytest

from conftest import write_pack
from guidegen.compose import compose, location_of
from guidegen.formats.text import spans, text_bytes
from guidegen.guide import Joined, Laid
from guidegen.pack import Pack

PAIR = "facts/pairs/marland/netmaker.yaml"
OUTLINE = (Path(__file__).parent / "mini_pack/rules/outline.yaml").read_text("utf-8")


def made(folder: Path, tree: dict[str, str | bytes | None]) -> bytes:
    """Marland's guide by the mini pack with some files changed; every character's origin resolves."""
    pack = Pack(write_pack(folder, tree))
    guide = compose(pack, "marland", "netmaker", "en")
    assert pack.problems == []
    for span in spans(guide, pack.settings.layout):
        assert location_of(pack, span.origin, "en").path
    return text_bytes(guide, pack.settings.layout)


@pytest.fixture
def plain(tmp_path: Path) -> bytes:
    return made(tmp_path / "plain", {})


def test_blank_lines_before_a_block(tmp_path: Path, plain: bytes) -> None:
    """An outline says where a blank line stands; a pair's file may say otherwise for its text alone."""
    outline = OUTLINE.replace(
        "- heading: employers.heading", "- {heading: employers.heading, blank_lines: 2}"
    )
    with_gaps = made(tmp_path / "one", {"rules/outline.yaml": outline})
    pair = "file: {blank_lines: {employers.heading: 1, guide.title: 1}, blank_end: 1}\n"
    own = made(tmp_path / "two", {"rules/outline.yaml": outline, PAIR: pair})

    assert with_gaps == plain.replace(b"\nEmployers", b"\n\n\nEmployers")
    assert own == b"\n" + plain.replace(b"\nEmployers", b"\n\nEmployers") + b"\n"


def test_lines_that_end_the_other_way(tmp_path: Path, plain: bytes) -> None:
    """A text of LF lines with one CRLF, and the other way round, comes out as it was."""
    lines = plain.split(b"\n")
    odd = made(tmp_path / "lf", {PAIR: "file: {odd_newlines: [2, 3]}\n"})
    even = made(tmp_path / "crlf", {PAIR: "file: {newline: crlf, odd_newlines: [1]}\n"})

    assert odd == b"\n".join([lines[0], lines[1] + b"\r", lines[2] + b"\r", *lines[3:]])
    assert even == plain.replace(b"\n", b"\r\n").replace(b"\r\n", b"\n", 1)


def test_lines_in_place_of_a_block(tmp_path: Path, plain: bytes) -> None:
    """Any block, a list too, may have lines in its place: put out as they stand, blank ones with them."""
    pair = (
        "overrides:\n  - {locale: en, block: place.employers, owner: a, reason: b, source: c,\n"
        '     lines: "* Royal Looms\\n\\n  and others  "}\n'
    )
    found = made(tmp_path / "lines", {PAIR: f"file: {{newline: crlf}}\n{pair}"})

    assert found == plain.replace(b"- Royal Looms", b"* Royal Looms\n\n  and others  ").replace(
        b"\n", b"\r\n"
    )


def test_where_blank_lines_come_from(tmp_path: Path) -> None:
    """The layout's are the layout's, a block's are the outline's."""
    outline = OUTLINE.replace(
        "- heading: employers.heading", "- {heading: employers.heading, blank_lines: 1}"
    )
    pack = Pack(write_pack(tmp_path, {"rules/outline.yaml": outline}))
    guide = compose(pack, "marland", "netmaker", "en")
    between = [span.origin for span in spans(guide, pack.settings.layout) if span.text == "\n"]

    assert between.count(Joined("employers.heading")) == 1
    assert Laid("text.newline") in between
