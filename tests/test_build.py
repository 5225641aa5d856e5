"""Builds: each guide as `render` gives it, what changed made again, and nothing else touched (law 4)."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from building import (
    ALL,
    ENGLISH,
    PORTS,
    WEAVER,
    WEAVERS,
    Heard,
    clean,
    made,
    outputs,
    replace,
    run_build,
    write_towns,
    written,
)
from changing import EN, ISLE, LAND, OUTLINE, PORT, ROLE, RULES
from conftest import MINI, ROOT
from guidegen.build.run import build
from guidegen.build.tabled import build_table
from guidegen.build.wanted import Wanted
from guidegen.compose import Composer
from guidegen.formats import rendered
from guidegen.golden import ENDINGS, accept, differences
from guidegen.pack import Pack
from guidegen.problems import Refused
from guidegen.select import parse_selectors
from guidegen.settings import FORMATS


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack of two towns, two trades and two languages."""
    return write_towns(tmp_path / "pack")


@pytest.fixture
def out(tmp_path: Path, pack: Path) -> Path:
    """The folder that the pack was built into."""
    made(pack, tmp_path / "out")
    return tmp_path / "out"


# What a build makes


@pytest.mark.parametrize("root", [MINI, ROOT], ids=["mini", "shipped"])
@pytest.mark.parametrize("formats", [(name,) for name in FORMATS] + [("text", "html"), FORMATS], ids=",".join)
def test_a_build_is_what_render_gives(root: Path, formats: tuple[str, ...], tmp_path: Path) -> None:
    """Every published guide in every format is there, byte for byte as it is rendered, and nothing else."""
    run_build(root, tmp_path / "out", formats=formats)
    loaded = Pack(root)
    composer = Composer(loaded)

    assert outputs(tmp_path / "out") == {
        f"{locale}/{place}/{role}.{ENDINGS[name]}": rendered(
            composer.compose(place, role, locale), loaded.settings.layout, name
        )
        for locale, place, role in loaded.guides()
        for name in formats
    }


def test_all_guides_are_made_once(pack: Path, tmp_path: Path) -> None:
    """The first build makes each guide, as it wasn't built before, and goes past all that there can be."""
    heard = Heard()
    outcome = build(pack, tmp_path / "out", Wanted(), heard)

    assert heard.why == dict.fromkeys(ALL, "not built before")
    assert heard.done == heard.total >= len(ALL)
    assert (outcome.made, outcome.unchanged, outcome.removed, outcome.failed) == (8, 0, 0, 0)


def test_a_second_build_writes_nothing(pack: Path, out: Path) -> None:
    """Where nothing changed nothing is written, guidegen's own files included.

    What was written in the last moment of a build is read once more by the next, its time not telling.
    """
    assert made(pack, out) == {}
    before = {path: was for path, was in written(out).items() if not path.endswith("lock")}
    why, outcome = run_build(pack, out)

    assert why == {}
    assert (outcome.made, outcome.unchanged) == (0, 8)
    assert {path: was for path, was in written(out).items() if not path.endswith("lock")} == before


def test_another_day(pack: Path, out: Path) -> None:
    """Facts are read as of the day that is asked for, and as of the pack's again afterwards."""
    replace(pack, PORT, "factor: 1.03", "factor: {2020-01-01: 1.03, 2026-06-01: 1.50}")
    made(pack, out)
    before = outputs(out)
    later = made(pack, out, as_of="2026-07-01")

    assert later == dict.fromkeys(ALL, "the day changed (the pack's → 2026-07-01)")
    assert outputs(out) == clean(pack, as_of="2026-07-01") != before
    assert set(made(pack, out).values()) == {"the day changed (2026-07-01 → the pack's)"}
    assert outputs(out) == before


def test_several_processes_make_the_same(pack: Path, out: Path, tmp_path: Path) -> None:
    """Two processes, or threads, write what one does, and note what lets the next build find it right."""
    for executor in ("", "processes", "threads"):
        other = tmp_path / f"other-{executor}"
        assert made(pack, other, jobs=2, executor=executor) == dict.fromkeys(ALL, "not built before")
        assert outputs(other) == outputs(out)
        assert made(pack, other) == {}
    replace(pack, PORT, "factor: 1.03", "factor: 1.07")
    assert made(pack, other, jobs=2) == dict.fromkeys(PORTS, f"place.factor changed ({PORT})")


# What is made again


def test_one_factor(pack: Path, out: Path) -> None:
    """A factor changed: the guides that it shows in are made, of this place and no other."""
    before = written(out)
    replace(pack, PORT, "factor: 1.03", "factor: 1.07")

    assert made(pack, out) == dict.fromkeys(PORTS, f"place.factor changed ({PORT})")
    assert outputs(out) == clean(pack)
    assert {path for path, was in written(out).items() if was != before[path] and path.endswith(".txt")} == {
        f"{guide}.txt" for guide in PORTS
    }
    assert made(pack, out) == {}


@pytest.mark.parametrize(
    ("file", "was", "now"),
    [
        (PORT, "factor: 1.03", "factor: 1.03  # of 2024"),
        (PORT, "scope: city\n", "\n\nscope: city\n"),
        (PORT, "scope: city\nwithin: marland\n", "within: 'marland'\nscope: \"city\"\n"),
        (
            PORT,
            "figures:\n  ships: {value: 340, unit: ships, dated: 2024}",
            "figures: {ships: {dated: 2024, unit: ships, value: 340}}",
        ),
        (PORT, "aliases: [Ellenport]\n", "aliases: [Ellenport, Port]\n"),
        ("facts/trades.yaml", "salt:", "# the white one\nsalt:"),
        (ROLE, "status: published", "status: published  # since May"),
        (RULES, "pool:", "# depth\npool:"),
        (RULES, "about: How many there are.", "about: How many we know of."),
        (RULES, "| deep  | deep         ||", "| deep  | deep ||"),
        (OUTLINE, "  - title: guide.title", "  # first\n  - {title: guide.title}"),
        ("pack.yaml", "currency: EUR", "currency: 'EUR'  # as everywhere"),
        (EN, "What every guide", "What each guide"),
        ("facts/places/isle.yaml", "factor: 0.90", "factor: 0.95"),
        (ISLE, "names:", "name:"),
    ],
)
def test_what_says_nothing_else_changes_nothing(pack: Path, out: Path, file: str, was: str, now: str) -> None:
    """Comments, blank lines, quotes, idle order, words for authors, drafts: nothing is made."""
    before = {path: was for path, was in written(out).items() if path.endswith(".txt")}
    replace(pack, file, was, now)

    assert made(pack, out) == {}
    assert {path: was for path, was in written(out).items() if path.endswith(".txt")} == before
    assert made(pack, out) == {}


@pytest.mark.parametrize(
    ("file", "was", "now", "guides", "why"),
    [
        (
            PORT,
            "source: an invented atlas",
            "source: a later atlas",
            PORTS,
            "place.employers changed ({file}), and 6 more",
        ),
        (PORT, "dated: 2024", "dated: 2025", PORTS, "place.figures changed ({file})"),
        (PORT, "en: Port Ellen", "en: Port Helen", PORTS, "place.names changed ({file})"),
        (LAND, "names: Marland", "names: Merland", ALL, "place.country.names changed ({file})"),
        (ROLE, "from: 20000", "from: 21000", ALL - WEAVERS, "role.levels changed ({file})"),
        (
            "facts/roles/weaver.yaml",
            "wanted_in: [weaving]",
            "wanted_in: [salt]",
            WEAVERS,
            "role.wanted_in changed ({file})",
        ),
        (
            "facts/pairs/port-ellen/netmaker.yaml",
            "Net Guild",
            "Guild of Nets",
            PORTS - WEAVERS,
            "pair changed ({file})",
        ),
        (EN, "All jobs on", "Jobs on", ENGLISH, "passage jobs.link changed ({file})"),
        (
            "snippets/nl/places/port-ellen.md",
            "Er varen",
            "Er zeilen",
            PORTS - ENGLISH,
            "passage place:scene changed ({file})",
        ),
        (RULES, "to: round(item.to * place.factor, 10)", "to: item.to", ALL, "rule band changed ({file})"),
        (
            RULES,
            "| deep  | deep         || pool.deep  |",
            "| deep  | deep         || pool.small |",
            ALL,
            "rule pool changed ({file})",
        ),
        (OUTLINE, "  - heading: cost.heading\n", "", ALL, "outline changed ({file})"),
        ("facts/trades.yaml", "nl: zout", "nl: zeezout", ALL, "terms trades changed ({file})"),
        ("pack.yaml", "name: Quay", "name: Key", ALL, "settings changed ({file})"),
    ],
)
def test_what_is_read_is_what_counts(
    pack: Path, out: Path, file: str, was: str, now: str, guides: set[str], why: str
) -> None:
    """What reads a fact, a passage, a rule or a setting that changed is made again, and says why."""
    replace(pack, file, was, now)
    found = made(pack, out)

    assert set(found) == guides
    assert why.format(file=file) in found.values()
    assert outputs(out) == clean(pack)


def test_only_what_changed_is_read(pack: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the places only the one that changed is read again, and the country that it lies in."""
    from guidegen import yamlfile

    for number in range(5):
        town = (
            (pack / PORT)
            .read_text("utf-8")
            .replace("Port Ellen", f"Port {number}")
            .replace("Ellenport", f"P{number}")
        )
        (pack / f"facts/places/town-{number}.yaml").write_text(
            town.replace("Port-Hélène", f"Port-{number}"), "utf-8"
        )
        for locale in ("en", "nl"):
            scene = (pack / f"snippets/{locale}/places/port-ellen.md").read_text("utf-8")
            (pack / f"snippets/{locale}/places/town-{number}.md").write_text(scene, "utf-8")
    made(pack, out)
    replace(pack, PORT, "factor: 1.03", "factor: 1.07")
    files: list[str] = []
    read = yamlfile.read_source
    monkeypatch.setattr(yamlfile, "read_source", lambda root, name: files.append(name) or read(root, name))

    assert set(made(pack, out)) == PORTS
    assert [file for file in files if file.startswith("facts/places/")].count(PORT) == 1
    assert {file for file in files if file.startswith("facts/places/")} <= {PORT, LAND}


# Which guides there are


def test_a_new_role(pack: Path, out: Path) -> None:
    """A role that is added is made in every place; nothing else is."""
    salter = WEAVER.replace("weaver", "salter").replace("Weaver", "Salter").replace("ever", "outer")
    (pack / "facts/roles/salter.yaml").write_text(salter, "utf-8")

    assert made(pack, out) == {
        f"{locale}/{place}/salter": "not built before"
        for locale in ("en", "nl")
        for place in ("marland", "port-ellen")
    }
    assert outputs(out) == clean(pack)


@pytest.mark.parametrize(
    ("file", "was", "now", "gone"),
    [
        (PORT, "status: published", "status: draft", PORTS),
        ("facts/roles/weaver.yaml", "status: published", "status: draft", WEAVERS),
        ("facts/pairs/port-ellen/netmaker.yaml", "guild:", "status: draft\nguild:", PORTS - WEAVERS),
        (
            "pack.yaml",
            'nl: {babel: nl_BE, money: "¤ #,##0",',
            'nl: {babel: nl_BE, status: draft, money: "¤ #,##0",',
            ALL - ENGLISH,
        ),
    ],
)
def test_what_is_no_guide_any_more_goes(
    pack: Path, out: Path, file: str, was: str, now: str, gone: set[str]
) -> None:
    """Guides of what became a draft are removed with the folders that are empty then, and come back later."""
    before = outputs(out)
    replace(pack, file, was, now)
    _, outcome = run_build(pack, out)

    assert outcome.removed == len(gone)
    assert outputs(out) == clean(pack)
    assert set(before) - set(outputs(out)) == {f"{guide}.txt" for guide in gone}
    assert {path for path in out.rglob("*") if path.is_dir() and not any(path.iterdir())} == set()
    replace(pack, file, now, was)
    assert gone <= set(made(pack, out))
    assert outputs(out) == before


def test_a_place_that_is_deleted(pack: Path, out: Path) -> None:
    """Its guides go with it."""
    (pack / PORT).unlink()
    shutil.rmtree(pack / "facts/pairs/port-ellen")
    _, outcome = run_build(pack, out)

    assert outcome.removed == len(PORTS)
    assert outputs(out) == clean(pack)


def test_an_edited_output_of_no_guide_is_kept(pack: Path, out: Path) -> None:
    """What somebody edited isn't deleted, but named; from then on it is nobody's but theirs."""
    page = out / "en/port-ellen/weaver.txt"
    page.write_text("my own words", "utf-8")
    replace(pack, PORT, "status: published", "status: draft")
    _, outcome = run_build(pack, out)

    assert outcome.removed == len(PORTS) - 1
    assert outcome.kept.first == ["en/port-ellen/weaver.txt"]
    assert page.read_text("utf-8") == "my own words"
    _, again = run_build(pack, out)
    assert (again.kept.count, again.unchanged) == (0, 4)


# Outputs


def test_an_output_that_was_edited_or_deleted(pack: Path, out: Path) -> None:
    """Just that one is made again."""
    before = outputs(out)
    (out / "en/marland/weaver.txt").write_text("x", "utf-8")
    (out / "nl/port-ellen/netmaker.txt").unlink()

    assert made(pack, out) == {
        "en/marland/weaver": "the output was edited",
        "nl/port-ellen/netmaker": "the output is gone",
    }
    assert outputs(out) == before


def test_an_edit_that_hides(pack: Path, out: Path) -> None:
    """An output of the same size and time is trusted, and found out by reading all of them."""
    page = out / "en/marland/weaver.txt"
    found, before = page.stat(), page.read_bytes()
    with page.open("r+b") as file:
        file.write(b"X")
    os.utime(page, ns=(found.st_atime_ns, found.st_mtime_ns))

    assert made(pack, out) == {}
    assert made(pack, out, verify=True) == {"en/marland/weaver": "the output was edited"}
    assert page.read_bytes() == before


def test_an_input_that_hides(pack: Path, out: Path) -> None:
    """A fact that changed in a file of the same size and time is noticed all the same."""
    found = (pack / PORT).stat()
    data = (pack / PORT).read_bytes().replace(b"factor: 1.03", b"factor: 1.07")
    with (pack / PORT).open("r+b") as file:
        file.write(data)
    os.utime(pack / PORT, ns=(found.st_atime_ns, found.st_mtime_ns))

    assert set(made(pack, out)) == PORTS


def test_touched_files_are_read_and_believed(pack: Path, out: Path) -> None:
    """A pack and outputs copied elsewhere have other times: they say the same, and nothing is made."""
    there = pack.parent / "there"
    shutil.copytree(pack, there / "pack")
    shutil.copytree(out, there / "out")

    assert made(there / "pack", there / "out") == {}
    assert made(pack, there / "out") == {}


def test_a_file_that_guidegen_did_not_write(pack: Path, tmp_path: Path) -> None:
    """A file in the way of an output stays, and fails that guide; what is beside it is left alone."""
    out = tmp_path / "out"
    for name in ("en/marland/weaver.txt", "en/marland/notes.txt", "readme.txt"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("mine", "utf-8")
    _, outcome = run_build(pack, out)

    assert (outcome.made, outcome.failed) == (7, 1)
    (problem,) = outcome.problems()
    assert problem.location is not None
    assert problem.location.path.endswith("out/en/marland/weaver.txt")
    assert {path for path, data in outputs(out).items() if data == b"mine"} == {
        "en/marland/weaver.txt",
        "en/marland/notes.txt",
        "readme.txt",
    }
    (out / "en/marland/weaver.txt").unlink()
    assert set(made(pack, out)) == {"en/marland/weaver"}


# Selectors


def test_only_what_is_selected(pack: Path, tmp_path: Path) -> None:
    """With selectors only those guides are built, joined by and; the others come when all are built."""
    out = tmp_path / "out"
    chosen = PORTS & ENGLISH
    assert set(made(pack, out, selectors=("city:Ellenport", "locale:en"))) == chosen
    assert set(outputs(out)) == {f"{guide}.txt" for guide in chosen}
    assert set(made(pack, out)) == ALL - chosen
    assert outputs(out) == clean(pack)


def test_what_is_not_selected_stays(pack: Path, out: Path) -> None:
    """Guides that weren't selected stay as they are, out of date or no guides any more, until they are."""
    before = outputs(out)
    replace(pack, RULES, "place.rent * 12", "place.rent * 12 + 60")
    replace(pack, "facts/roles/weaver.yaml", "status: published", "status: draft")
    why, outcome = run_build(pack, out, selectors=("city:marland",))

    lands = ALL - PORTS - WEAVERS
    assert why == dict.fromkeys(lands, f"rule yearly_rent changed ({RULES})")
    assert (outcome.made, outcome.late, outcome.removed) == (2, 2, 2)
    assert {path: data for path, data in outputs(out).items() if "port-ellen" in path} == {
        path: data for path, data in before.items() if "port-ellen" in path
    }
    again, outcome = run_build(pack, out)
    assert again == dict.fromkeys(PORTS - WEAVERS, "it was out of date last time, and not selected")
    assert outcome.removed == 2
    assert outputs(out) == clean(pack)


def test_guides_that_are_not_their_goldens(pack: Path, tmp_path: Path) -> None:
    """`changed` selects what differs from its golden, or has none."""
    loaded = Pack(pack)
    for difference in differences(loaded, parse_selectors((), loaded)):
        accept(loaded, difference)
    replace(pack, PORT, "factor: 1.03", "factor: 1.07")
    (pack / "golden/nl/marland/weaver.txt").unlink()

    assert set(made(pack, tmp_path / "out", selectors=("changed",))) == {*PORTS, "nl/marland/weaver"}
    assert set(made(pack, tmp_path / "out", selectors=("changed", "locale:nl"))) == set()
    loaded = Pack(pack)
    for difference in differences(loaded, parse_selectors(("changed",), loaded)):
        accept(loaded, difference)
    assert made(pack, tmp_path / "other", selectors=("changed",)) == {}


def test_a_draft_that_is_selected(pack: Path, out: Path) -> None:
    """Nothing is built if all that is selected are drafts."""
    with pytest.raises(Refused, match="no published guide is selected"):
        run_build(pack, out, selectors=("city:isle",))
    with pytest.raises(Refused, match="no published guide is selected"):
        run_build(pack, out, selectors=("city:marland", "city:port-ellen"))


# Tables


def rows(file: Path) -> dict[str, tuple[str, ...]]:
    with closing(sqlite3.connect(file)) as database:
        found = database.execute(
            "SELECT locale, place, role, format, text, title, inputs, digest FROM guides"
        )
        return {
            f"{locale}/{place}/{role}.{ENDINGS[name]}": rest for locale, place, role, name, *rest in found
        }


def test_a_table_has_what_the_folder_has(pack: Path, out: Path, tmp_path: Path) -> None:
    """The same guides with the same text, and nothing to do the second time."""
    file = tmp_path / "guides.db"
    outcome = build_table(pack, f"sqlite:{file}", Wanted(), Heard())
    first = rows(file)

    assert {path: row[0].encode() for path, row in first.items()} == outputs(out)
    assert (outcome.made, outcome.is_current) == (8, False)
    before = file.stat()
    assert build_table(pack, f"sqlite:{file}", Wanted(), Heard()).is_current
    assert file.stat() == before
    with_two = build_table(pack, f"sqlite:{file}", Wanted(formats=("text", "html"), jobs=2), Heard())
    assert with_two.made == 8
    assert len(rows(file)) == 16
    assert {path: row for path, row in rows(file).items() if path.endswith(".txt")}.keys() == first.keys()


def test_hashes_of_inputs(pack: Path, tmp_path: Path) -> None:
    """The hash of what a guide read changes with it, and with nothing else."""
    file = tmp_path / "guides.db"
    build_table(pack, f"sqlite:{file}", Wanted(), Heard())
    before = {path: row[2] for path, row in rows(file).items()}
    assert len(set(before.values())) == len(ALL)
    for target, was, now, changed in (
        (PORT, "factor: 1.03", "factor: 1.07", PORTS),
        (PORT, "status: published", "status: published  # since May", set()),
        (LAND, "names: Marland", "names: Merland", ALL),
        ("facts/roles/weaver.yaml", "wanted_in: [weaving]", "wanted_in: [salt]", WEAVERS),
        ("facts/pairs/port-ellen/netmaker.yaml", "Net Guild", "Guild of Nets", PORTS - WEAVERS),
        (EN, "All jobs on", "Jobs on", ENGLISH),
    ):
        replace(pack, target, was, now)
        build_table(pack, f"sqlite:{file}", Wanted(), Heard())
        after = {path: row[2] for path, row in rows(file).items()}
        assert {path[:-4] for path in after if after[path] != before[path]} == changed
        before = after


def test_a_table_that_lacks_a_guide(pack: Path, tmp_path: Path) -> None:
    """A guide that can't be made keeps the row that it has, and the next build tries again."""
    file = tmp_path / "guides.db"
    build_table(pack, f"sqlite:{file}", Wanted(), Heard())
    before = rows(file)
    replace(pack, PORT, "market: small", "markt: small")
    replace(pack, EN, "All jobs on", "Jobs on")
    for _ in range(2):
        outcome = build_table(pack, f"sqlite:{file}", Wanted(), Heard())
        assert (outcome.made, outcome.failed, outcome.is_fine) == (4, 4, False)
        assert sorted(outcome.stale.first) == sorted(PORTS)
    after = rows(file)
    assert {path for path in after if after[path] == before[path]} == {
        f"{guide}.txt" for guide in ALL if guide in PORTS or guide[:2] == "nl"
    }


def test_a_table_of_what_is_selected(pack: Path, tmp_path: Path) -> None:
    """Other guides keep the rows that they have."""
    file = tmp_path / "guides.db"
    build_table(pack, f"sqlite:{file}", Wanted(selectors=("locale:en",)), Heard())
    assert set(rows(file)) == {f"{guide}.txt" for guide in ENGLISH}
    outcome = build_table(pack, f"sqlite:{file}", Wanted(selectors=("locale:nl",)), Heard())
    assert (outcome.made, outcome.unchanged) == (4, 4)
    assert set(rows(file)) == {f"{guide}.txt" for guide in ALL}
    assert not build_table(pack, f"sqlite:{file}", Wanted(), Heard()).is_current
