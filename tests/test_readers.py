"""`explain --fact`: who reads a fact, how, and in which sentences; held against composing without it."""

import json
import re
from pathlib import Path

import pytest

from conftest import ROOT, run
from guidegen import readers as module
from guidegen.compose import Composer
from guidegen.formats.text import text_bytes
from guidegen.pack import Pack
from guidegen.readers import Reader, readers
from reasoned_pack import PORT, write_reasoned


@pytest.fixture(scope="module")
def reasoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack with a reason of every kind; not to be changed."""
    return write_reasoned(tmp_path_factory.mktemp("reasoned"))


def by_passage(root: Path, key: str) -> dict[str, Reader]:
    return {reader.passage: reader for reader in readers(Pack(root), key)}


def lines(found: dict[str, Reader]) -> set[str]:
    """Every guide and line that reads it."""
    return {
        str(at) for one in found.values() for places in one.sentences.values() for at in places if at.line
    }


def test_directly_through_rules_and_by_deciding(reasoned: Path) -> None:
    """A factor is read through formulas, decides passages, and is said itself by those within the country."""
    found = by_passage(reasoned, "port-ellen.factor")

    assert found["premium.text"].how == ("through premium",)
    assert found["pay.band-cell"].how[0] == "through band.junior.from"
    assert found["tone.paying"].how == ("decides tone (row paying)",)
    assert found["crowd.quiet"].how == ("decides crowd (row quiet, through premium)",)
    country = by_passage(reasoned, "marland.factor")["tone.paying"]
    assert (country.how, list(country.sentences)) == (("directly",), ["Pay is above Marland, where it is 1."])


def test_a_when_and_a_computed_list(reasoned: Path) -> None:
    """What a block stands by, and the list that a rule makes for it."""
    assert by_passage(reasoned, "port-ellen.notes")["quiet.heading"].how == ("when of block quiet.heading",)
    assert "through strengths" in by_passage(reasoned, "netmaker.wanted_in")["strength.entry"].how


def test_the_sentence_is_the_one_that_reads_it(reasoned: Path) -> None:
    """Of a paragraph of several sentences, that one; of a passage that a table chose, its first."""
    sizes = by_passage(reasoned, "port-ellen.figures.ships")

    assert list(sizes["harbour.small"].sentences) == ["A small harbour of 340 ships."]
    assert list(by_passage(reasoned, "site.name")["licence.notice"].sentences) == ["Line three, by Quay."]
    chips = by_passage(ROOT, "specialties.semiconductors")["fit.other-strengths"]
    assert all(re.search("semicon|semi-con|chiptech", sentence) for sentence in chips.sentences)


@pytest.mark.parametrize(
    ("key", "passages"),
    [
        ("port-ellen.trades", {"strength.entry"}),
        ("port-ellen.trades[0]", {"strength.entry"}),
        ("trades.salt", {"strength.entry"}),
        ("levels.junior", {"pay.level-cell"}),
        ("netmaker.levels.junior.from", {"pay.band-cell"}),
        ("netmaker.levels", {"pay.band-cell"}),
        ("port-ellen/netmaker.bonus", {"premium.text", "crowd.quiet"}),
        ("port-ellen.figures", {"harbour.small"}),
        ("site.name", {"licence.notice", "jobs.link"}),
        ("site.address", {"jobs.address"}),
        ("port-ellen.names", {"guide.title"}),
        ("port-ellen.within", {"tone.paying"}),
        ("basis", {"premium.text", "crowd.quiet"}),
        ("size", {"harbour.small", "harbour.large"}),
        ("band.junior.from", {"pay.band-cell"}),
    ],
)
def test_whatever_key_is_asked_for(reasoned: Path, key: str, passages: set[str]) -> None:
    """A key finds what reads it and what lies below it: facts, entries, terms, names, settings, rules."""
    assert set(by_passage(reasoned, key)) == passages


def test_only_guides_that_can_read_it_are_composed(reasoned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A city's fact is looked for in its own guides, a country's in those within it too."""
    composed: list[str] = []

    class Counting(Composer):
        def compose(self, place: str, role: str, locale: str):  # type: ignore[no-untyped-def]
            composed.append(place)
            return super().compose(place, role, locale)

    monkeypatch.setattr(module, "Composer", Counting)
    readers(Pack(reasoned), "port-ellen.factor")
    assert composed == ["port-ellen"]
    composed.clear()
    readers(Pack(reasoned), "marland.factor")
    assert composed == ["marland", "port-ellen"]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("value: 340", "value: 341", "port-ellen.figures.ships"),
        ("value: 1.03", "value: 1.25", "port-ellen.factor"),
        ("en: Port Ellen", "en: Porto", "port-ellen.names"),
        ("[salt, fishing]", "[weaving, fishing]", "port-ellen.trades"),
        ("market: small", "market: small\nnotes: Ask.", "port-ellen.notes"),
    ],
)
def test_a_line_that_changes_with_a_fact_is_one_that_reads_it(
    reasoned: Path, tmp_path: Path, old: str, new: str, key: str
) -> None:
    """Change the fact: every line of every guide that differs was listed as its reader."""
    changed = write_reasoned(tmp_path, {"facts/places/port-ellen.yaml": PORT.replace(old, new)})
    listed = {int(at.rpartition(":")[2]) for at in lines(by_passage(reasoned, key))}
    before, after = (
        text_bytes(Composer(pack).compose("port-ellen", "netmaker", "en"), pack.settings.layout)
        .decode()
        .split("\n")
        for pack in (Pack(reasoned), Pack(changed))
    )

    assert before != after
    differing = {number for number, line in enumerate(before, 1) if line and line not in after}
    assert differing <= listed


def test_parts_that_are_no_lines(reasoned: Path) -> None:
    """What reads a fact outside of the text is listed by what it is part of."""
    found = by_passage(ROOT, "leuven.factor")

    assert [str(at) for places in found["guide.description"].sentences.values() for at in places] == [
        f"{locale}/{place}/{role} (description)"
        for locale, place, role in Pack(ROOT).guides()
        if place == "leuven"
    ]


def test_the_command() -> None:
    """The fact with its source, then each passage, its sentences and their guides and lines."""
    done = run("explain", "--fact", "leuven.factor")

    assert (done.code, done.err) == (0, "")
    first, second, *_ = done.out.split("\n")
    assert re.fullmatch(r"leuven\.factor = 1\.03  facts/places/leuven\.yaml:\d+", first)
    assert second.startswith("  dated 2026, checked 2026-11-20, confidence high, ")
    assert "\npay.premium  decides pay-note (row premium)\n" in done.out
    assert "\n    fr/leuven/backend:50 fr/leuven/cloud-architect:49 " in done.out
    assert "\n    fr/leuven/security-engineer:51\n" in done.out  # whole, on a line
    assert "en/ghent" not in done.out


def test_json() -> None:
    """The same for programs."""
    found = json.loads(run("explain", "--fact", "leuven.factor", "--format", "json").out)

    assert found["stated"][0]["value"] == "1.03"
    premium = next(one for one in found["readers"] if one["passage"] == "pay.premium")
    assert premium["how"] == ["decides pay-note (row premium)"]
    guides = premium["sentences"][0]["guides"]
    assert guides[0] == {"guide": "en/leuven/backend", "line": 50, "part": "text"}
    assert [one["guide"] for one in guides] == [
        f"{locale}/{place}/{role}"
        for locale, place, role in Pack(ROOT).guides()
        if (locale, place) == ("en", "leuven")
    ]


def test_a_fact_that_nobody_reads() -> None:
    """It is known, stated with its source, and nobody's: that is said, and is no failure."""
    done = run("explain", "--fact", "leuven.figures.imec_researchers")

    assert done.code == 0
    assert done.out.startswith("leuven.figures.imec_researchers = 5,000  ")
    assert done.err == "no published guide reads leuven.figures.imec_researchers\n"


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("leuven.facter", "did you mean 'leuven.factor'?"),
        ("leuvn.factor", "did you mean 'leuven.factor'?"),
        ("nothing.at.all.like.it", "`guidegen list facts --drafts` shows"),
        ("", "unknown fact ''"),
    ],
)
def test_a_key_that_there_is_not(key: str, message: str) -> None:
    """Refused, with the nearest."""
    done = run("explain", "--fact", key)

    assert (done.code, done.out) == (2, "")
    assert message in done.err
