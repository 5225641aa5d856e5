"""Drafts: `check` says what one still lacks, in the order one would write it, and no guide fails by it."""

import json
from pathlib import Path
from typing import Any

from conftest import MINI, Outcome, run, write_pack

PLACE = "names: {en: Newtown}\nscope: city\nwithin: marland\nstatus: draft\n"
ROLE = "names: {en: Cooper}\nstatus: draft\n"
STUBS = "# employers:\n#   - name:\n# market:\n# factor: {value: }\n"
SCENE = "## scene\nA town of {{ place.figures.wells | number }} wells.\n"
COMPLETE = (
    PLACE
    + "source: an invented map\nfactor: 0.9\nmarket: small\ntrades: [salt, fishing]\nemployers: [Wells]\n"
    + "figures: {wells: {value: 9, unit: wells}}\n"
)


def check(pack: Path) -> list[dict[str, Any]]:
    done = run("--pack", str(pack), "check", "--format", "json")
    assert done.code == 0, done.out
    found: list[dict[str, Any]] = json.loads(done.out)
    assert all(problem["warning"] for problem in found)
    return found


def lacking(pack: Path) -> list[str]:
    return [problem["message"] for problem in check(pack)]


def with_place(folder: Path, facts: str, scene: str | None = None) -> Path:
    tree: dict[str, str | bytes | None] = {"facts/places/newtown.yaml": facts}
    if scene is not None:
        tree["snippets/en/places/newtown.md"] = scene
    return write_pack(folder / "pack", tree)


def still(name: str) -> str:
    return f"'{name}' is still missing"


def test_a_draft_place_lacks_facts_then_prose(tmp_path: Path) -> None:
    """Facts come in the order in which pack.yaml declares them, then the passages of the place."""
    pack = with_place(tmp_path, PLACE)

    assert lacking(pack) == [
        still("factor"),
        still("market"),
        still("employers"),
        "passage 'scene' is still missing",
    ]


def test_a_fact_is_missing_at_the_line_that_waits_for_it(tmp_path: Path) -> None:
    """Where a scaffold has a stub, `# NAME:`, the warning stands there, and says what the fact is for."""
    pack = with_place(tmp_path, PLACE + STUBS)
    found = check(pack)

    assert [(problem["line"], problem["column"], problem["message"]) for problem in found[:3]] == [
        (5, 3, still("employers")),
        (7, 3, still("market")),
        (8, 3, still("factor")),
    ]
    assert found[0]["hint"].startswith("Who hires.\nrules/outline.yaml:5:")


def test_warnings_go_as_the_draft_is_filled_in(tmp_path: Path) -> None:
    """Each thing that is written takes its warning away; a complete draft has none, and renders."""
    pack = with_place(tmp_path, PLACE + "source: a map\nfactor: 0.9\nmarket: small\n")

    assert lacking(pack) == [still("trades"), still("employers"), "passage 'scene' is still missing"]

    write_pack(pack, {"facts/places/newtown.yaml": COMPLETE.replace("figures", "# figures")})
    write_pack(pack, {"snippets/en/places/newtown.md": SCENE})

    assert lacking(pack) == [still("figures.wells")]

    write_pack(pack, {"facts/places/newtown.yaml": COMPLETE})
    guide = run("--pack", str(pack), "render", "--city", "newtown", "--role", "netmaker")

    assert lacking(pack) == []
    assert guide.code == 0
    assert "A town of 9 wells." in guide.out
    assert "newtown is a draft" in guide.err


def test_a_passage_with_a_heading_alone(tmp_path: Path) -> None:
    """It is said once, at its heading; rendering refuses, for a guide has no empty paragraph."""
    pack = with_place(tmp_path, COMPLETE, "For authors.\n\n## scene\n\n")
    (problem,) = check(pack)
    guide = run("--pack", str(pack), "render", "--city", "newtown", "--role", "netmaker")

    assert (problem["file"], problem["line"]) == ("snippets/en/places/newtown.md", 3)
    assert problem["message"] == "passage 'scene' says nothing"
    assert (guide.code, guide.out) == (2, "")
    assert "snippets/en/places/newtown.md:3:1: passage 'scene' says nothing" in guide.err


def test_a_draft_role(tmp_path: Path) -> None:
    """A role lacks the forms of its name that passages read, then its facts."""
    pack = write_pack(tmp_path / "pack", {"facts/roles/cooper.yaml": ROLE})
    found = lacking(pack)

    assert still("names.en.title_many") in found
    assert still("names.en.many") in found
    assert found[-1] == still("levels")


def test_one_that_is_postponed_is_not_asked_for_more(tmp_path: Path) -> None:
    """Facts that wait for a better source: read and checked, but nobody is at work on the rest."""
    waiting = PLACE.replace("status: draft", "status: postponed")
    pack = with_place(tmp_path, waiting + "factor: 0.9\nsource: an invented map\n")

    assert lacking(pack) == []
    assert "newtown" not in run("--pack", str(pack), "list", "places").out
    assert "postponed" in run("--pack", str(pack), "list", "places", "--drafts").out
    wrong = with_place(tmp_path / "wrong", waiting + "factor: 0,9\n")
    assert any("0,9" in message for message in lacking(wrong))


def test_a_draft_fails_no_other_guide(tmp_path: Path) -> None:
    """Published guides render byte for byte, and goldens are compared, as if the draft weren't there."""
    pack = with_place(tmp_path, PLACE, "## scene\n{{ broken\n")
    guide = ("render", "--city", "port-ellen", "--role", "netmaker")

    def published(root: Path) -> Outcome:
        return run("--pack", str(root), *guide)

    assert published(pack) == published(MINI)
    assert run("--pack", str(pack), "check").code == 0
    assert "newtown" not in run("--pack", str(pack), "diff").out


def test_what_publishing_turns_into_problems(tmp_path: Path) -> None:
    """What a draft lacks is an error on the day it is published."""
    pack = with_place(tmp_path, PLACE.replace("draft", "published"))
    done = run("--pack", str(pack), "check")

    assert done.code == 1
    assert "warning" not in done.err
    assert "factor" in done.err
