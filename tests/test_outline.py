"""The outline: blocks in order, sections that stand or fall together, ids that are unique."""

from pathlib import Path

import pytest

from conftest import write_pack
from guidegen.outline import Outline, Section
from guidegen.outline_file import read_outline
from guidegen.problems import Problem
from guidegen.source import Source
from guidegen.yamlfile import read_yaml

TITLE = "  - title: guide.title\n"


def outline(blocks: str) -> tuple[Outline, list[Problem]]:
    """The outline of these blocks after a title, and what is wrong with it."""
    problems: list[Problem] = []
    root = read_yaml(Source("rules/outline.yaml", f"blocks:\n{TITLE}{blocks}"), problems)
    assert root is not None
    return read_outline(root, problems), problems


def test_blocks_keep_their_order() -> None:
    """Blocks come in the order of the file, those of a section in its place."""
    found, problems = outline(
        "  - section: one\n    when: not place.remote\n    blocks:\n      - heading: a\n      - lines: b\n"
        "  - paragraph: [c, {decide: d}]\n  - list: {each: place.e, entry: f}\n"
        "  - table: {header: [g, h], each: band, row: [i, j]}\n  - link: {text: k, to: l}\n"
    )

    assert problems == []
    assert [block.id for block in found.all()] == ["guide.title", "one", "a", "b", "c", "place.e", "g", "k"]
    section = found.blocks[1]
    assert isinstance(section, Section)
    assert [block.location.line for block in section.blocks] == [6, 7]


def test_a_block_is_named_after_what_it_names_first() -> None:
    """A block's id is its first passage, table or list; `id:` gives it another."""
    found, problems = outline("  - paragraph: {decide: fit}\n  - {heading: fit, id: fit.heading}\n")

    assert problems == []
    assert [block.id for block in found.all()] == ["guide.title", "fit", "fit.heading"]


@pytest.mark.parametrize(
    ("blocks", "kind", "line"),
    [
        ("  - heading: a\n  - paragraph: a\n", "duplicate-id", 4),
        ("  - title: other\n", "outline", 3),
        ("  - headin: a\n", "outline", 3),
        ("  - {heading: a, paragraph: b}\n", "outline", 3),
        ("  - heading\n", "outline", 3),
        ("  - {heading: a, wen: b}\n", "unknown-key", 3),
        ("  - list: {each: a}\n", "missing-key", 3),
        ("  - table: {header: [a, b], each: c, row: [d]}\n", "outline", 3),
        ("  - link: {text: a, to: b, rel: c}\n", "unknown-key", 3),
        ("  - list: place.a\n", "wrong-type", 3),
    ],
)
def test_what_is_wrong_with_an_outline_is_shown(blocks: str, kind: str, line: int) -> None:
    """A block that isn't one, lacks a part or takes another's id is one problem, in its line."""
    (problem,) = outline(blocks)[1]

    assert (problem.kind, problem.location and problem.location.line) == (kind, line)


def test_a_guide_has_a_title() -> None:
    """An outline without a title is refused."""
    problems: list[Problem] = []
    root = read_yaml(Source("rules/outline.yaml", "blocks:\n  - heading: a\n"), problems)
    assert root is not None
    read_outline(root, problems)

    assert [problem.kind for problem in problems] == ["outline"]
    assert "title" in problems[0].message


def test_check_names_what_the_outline_asks_for_in_vain(tmp_path: Path) -> None:
    """An unknown condition, list, table or passage is a problem at its place in the outline."""
    from guidegen.check import check
    from guidegen.pack import Pack

    blocks = (
        "  - {heading: employers.heading, when: place.emplyers}\n"
        "  - list: {each: place.market, entry: employers.entry}\n"
        "  - paragraph: {decide: poool}\n"
        "  - paragraph: jobs.lonk\n"
    )
    pack = Pack(write_pack(tmp_path, {"rules/outline.yaml": f"blocks:\n{TITLE}{blocks}"}))
    found = {
        (problem.kind, problem.location.line)
        for problem in check(pack)
        if problem.location and problem.location.path == "rules/outline.yaml"
    }

    assert found == {("unknown-name", 3), ("wrong-type", 4), ("unknown-table", 5), ("missing-passage", 6)}
