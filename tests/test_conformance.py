"""The shipped pack against the published guides that it replaces, as recorded in golden/sources/."""

import re
from functools import cache
from typing import Any

import pytest
from ruamel.yaml import YAML

from conftest import ROOT
from guidegen.compose import compose
from guidegen.guide import Chart, Grid, Guide, Link, Listing, Prose, flat, plain
from guidegen.pack import Pack

PLACES = sorted(path.stem for path in (ROOT / "golden" / "sources").glob("*.yaml"))
PACK = Pack(ROOT)


@cache
def guide(place: str) -> Guide:
    return compose(PACK, place, "backend", "en")


@cache
def record(place: str) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(ROOT / "golden" / "sources" / f"{place}.yaml")
    return found


def prose(place: str, kind: str) -> list[tuple[str, str]]:
    """Id and text of a guide's blocks of one kind."""
    return [
        (block.id, plain(block.text))
        for block in flat(guide(place).blocks)
        if isinstance(block, Prose) and block.kind == kind
    ]


def under_headings(place: str) -> dict[str, list[Prose | Listing | Grid | Link]]:
    """A guide's blocks by the heading they stand under."""
    found: dict[str, list[Prose | Listing | Grid | Link]] = {"": []}
    heading = ""
    for block in flat(guide(place).blocks):
        if isinstance(block, Prose) and block.kind == "heading":
            heading = plain(block.text)
            found[heading] = []
        else:
            found[heading].append(block)
    return found


def entries(block: Any) -> list[str]:
    assert isinstance(block, Listing)
    return [plain(entry) for entry in block.entries]


def test_there_are_four_records() -> None:
    """Each published guide is compared: none is lost from the list of records."""
    assert PLACES == ["belgium", "bruges", "leuven", "mechelen"]


@pytest.mark.parametrize("place", PLACES)
def test_title(place: str) -> None:
    """The title is the published one, first in the guide and known beside it."""
    assert prose(place, "title") == [("guide.title", record(place)["title"])]
    assert plain(guide(place).meta.title) == record(place)["title"]
    assert guide(place).blocks[0].id == "guide.title"


@pytest.mark.parametrize("place", PLACES)
def test_headings_in_order(place: str) -> None:
    """All headings are there, in order, the one over the link last."""
    wanted = [*record(place)["headings"], record(place)["browse"]]

    assert [text for _, text in prose(place, "heading")] == wanted


@pytest.mark.parametrize("place", PLACES)
def test_lists(place: str) -> None:
    """Each list has the published entries, in their order, notes included."""
    lists = record(place)["lists"]

    assert lists
    for heading, wanted in lists.items():
        (block,) = under_headings(place)[heading]
        assert entries(block) == wanted


@pytest.mark.parametrize("place", PLACES)
def test_career(place: str) -> None:
    """The career path has the published steps, joined by arrows."""
    (block,) = under_headings(place)["Career Path"]
    assert isinstance(block, Prose)

    assert plain(block.text).split(" → ") == record(place)["career"]


@pytest.mark.parametrize("place", PLACES)
def test_figures_of_the_sentence_on_pay(place: str) -> None:
    """The sentence on pay has the published figures in thousands, junior before senior, low before high."""
    pay = record(place)["pay"]
    wanted = [pay[level][end] for level in ("junior", "senior") for end in ("from", "to")]
    (text,) = [text for id_, text in prose(place, "paragraph") if id_ == "pay.range"]

    assert re.findall(r"€\d+k", text)[:4] == wanted
    junior, senior = text.index("junior"), text.index("senior")
    assert text.index(wanted[0]) < junior < text.index(f"{wanted[2]} – {wanted[3]}") < senior


@pytest.mark.parametrize("place", PLACES)
def test_salary_table(place: str) -> None:
    """The table has the published header, levels and bands, to the euro; the chart draws the same."""
    table = record(place)["table"]
    block, chart = under_headings(place)["Salary Ranges"]
    assert isinstance(block, Grid)
    assert isinstance(chart, Chart)
    drawn = [f"€{bar.low.value:,f} – €{bar.high.value:,f}" for bar in chart.bars]

    assert [plain(cell) for cell in block.header] == table["header"]
    assert [[plain(cell) for cell in row] for row in block.rows] == [
        [row["level"], f"{row['from']} – {row['to']}"] for row in table["rows"]
    ]
    assert drawn == [plain(bar.value) for bar in chart.bars] == [plain(row[1]) for row in block.rows]
    assert [plain(bar.label) for bar in chart.bars] == [row["level"] for row in table["rows"]]


@pytest.mark.parametrize("place", PLACES)
def test_decisions(place: str) -> None:
    """Each decision has the published outcome, by the name of its row."""
    decided = {
        decision.table.name: [row.name for row in decision.rows] for decision in guide(place).decisions
    }

    for decision, outcome in record(place)["decisions"].items():
        assert decided[decision] == [outcome]


@pytest.mark.parametrize("place", PLACES)
def test_specialties_are_named_where_fit_is_decided(place: str) -> None:
    """The paragraph on fit names the published specialties, in their order, and no other of the place."""
    (text,) = [text for id_, text in prose(place, "paragraph") if id_ == "fit"]
    named = record(place)["specialties"]
    listed = ", ".join(named[:-1]) + f" and {named[-1]}"

    assert f"known above all for {listed}" in text


@pytest.mark.parametrize("place", PLACES)
def test_what_was_empty_is_filled(place: str) -> None:
    """The lists that the published guides left empty have entries now, each said once."""
    for heading in record(place)["empty"]:
        (block,) = under_headings(place)[heading]
        found = entries(block)
        assert len(found) == len(set(found)) >= 5


# Every guide


@pytest.mark.parametrize("place", [place for _, place, _ in PACK.guides()])
def test_no_place_lies_in_itself(place: str) -> None:
    """No guide says that a place lies in itself, as `Belgium, Belgium`, or compares it with itself."""
    names = {owner.names.label("en") for owner in PACK.published("place")}
    text = "\n".join(
        plain(block.text) for block in flat(guide(place).blocks) if isinstance(block, (Prose, Link))
    )

    for name in names:
        for wrong in (f"{name}, {name}", f"{name} in {name}", f"{name} ({name})", f"{name} than {name}"):
            assert wrong not in text


@pytest.mark.parametrize("place", [place for _, place, _ in PACK.guides()])
def test_no_heading_stands_over_nothing(place: str) -> None:
    """Under each heading of every guide there is something to read."""
    assert [heading for heading, blocks in under_headings(place).items() if not blocks] == []


@pytest.mark.parametrize("place", [place for _, place, _ in PACK.guides()])
def test_every_guide_has_an_own_scene(place: str) -> None:
    """What is said of a place is its own: no two guides share the paragraph on their scene."""
    scenes = {
        other: text
        for other in (slug for _, slug, _ in PACK.guides())
        for id_, text in prose(other, "paragraph")
        if id_ == "place:scene"
    }

    assert [other for other, text in scenes.items() if text == scenes[place]] == [place]
