"""Builds that go wrong: guides that can't be made, records in doubt, packs that are edited meanwhile."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from building import (
    ALL,
    PORTS,
    RECORD,
    Heard,
    clean,
    made,
    outputs,
    replace,
    run_build,
    write_towns,
    written,
)
from changing import EDITS, EN, LAND, NL, PORT, ROLE, RULES, Edit
from guidegen.build import wanted as asked
from guidegen.build.run import build
from guidegen.build.wanted import Wanted
from guidegen.problems import Refused


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack of two towns, two trades and two languages."""
    return write_towns(tmp_path / "pack")


@pytest.fixture
def out(tmp_path: Path, pack: Path) -> Path:
    """The folder that the pack was built into."""
    made(pack, tmp_path / "out")
    return tmp_path / "out"


def texts(folder: Path) -> dict[str, tuple[int, int]]:
    """What changes whenever an output is written, by path."""
    return {path: was for path, was in written(folder).items() if path.endswith(".txt")}


# Guides that can't be made


@pytest.mark.parametrize(
    ("file", "was", "now", "failing"),
    [
        (PORT, "market: small\n", "", PORTS),
        (PORT, "market: small", "market: [", PORTS),
        (PORT, "market: small", "markt: small", PORTS),
        (LAND, "market: deep", "market: [", ALL),
        (ROLE, "wanted_in: [fishing]", "wanted_in: [fish]", {g for g in ALL if "netmaker" in g}),
        (
            "snippets/en/places/port-ellen.md",
            "place.figures.ships",
            "place.figures.boats",
            {g for g in PORTS if g[:2] == "en"},
        ),
        ("facts/pairs/port-ellen/netmaker.yaml", "guild:", "gild:", {g for g in PORTS if "netmaker" in g}),
    ],
)
def test_what_cannot_be_made_fails_alone(
    pack: Path, out: Path, file: str, was: str, now: str, failing: set[str]
) -> None:
    """What is wrong fails the guides that depend on it, whose outputs stay; the others are made."""
    before, first = outputs(out), texts(out)
    replace(pack, EN, "All jobs on", "Jobs on")
    replace(pack, file, was, now)
    _, outcome = run_build(pack, out)

    assert outcome.failed == len(failing)
    assert sorted(outcome.stale.first) == sorted(f"{guide}.txt" for guide in failing)
    assert {path: was for path, was in texts(out).items() if path[:-4] in failing} == {
        path: was for path, was in first.items() if path[:-4] in failing
    }
    good = clean(pack)
    assert set(good) == {f"{guide}.txt" for guide in ALL - failing}
    assert {path: data for path, data in outputs(out).items() if path in good} == good
    _, again = run_build(pack, out)
    assert (again.failed, again.made, again.stale.count) == (len(failing), 0, len(failing))

    replace(pack, EN, "Jobs on", "All jobs on")
    replace(pack, file, now, was) if now else replace(pack, file, "factor:", f"{was}factor:")
    why = made(pack, out)
    assert {guide: why[guide] for guide in failing} == dict.fromkeys(failing, "it couldn't be made last time")
    assert outputs(out) == before


def test_one_mistake_is_told_once(pack: Path, out: Path) -> None:
    """A mistake that fails many guides is one problem."""
    replace(pack, PORT, "market: small", "markt: small")
    _, outcome = run_build(pack, out)

    assert [(str(found.location), found.message) for found in outcome.problems()] == [
        (f"{PORT}:8:1", "unknown key 'markt' in place 'port-ellen'")
    ]


@pytest.mark.parametrize(
    ("file", "was", "now"),
    [
        ("pack.yaml", "currency: EUR", "currency: ["),
        ("rules/outline.yaml", "title: guide.title", "titel: guide.title"),
        (RULES, "deep  | deep ", "deep  | dep "),
        (EN, "## jobs.link", "### jobs.link"),
        ("pack.yaml", "  fr: {", "  EN: {"),
    ],
)
def test_a_pack_that_cannot_be_loaded_is_refused(
    pack: Path, out: Path, file: str, was: str, now: str
) -> None:
    """What is wrong with what all guides share is told, and nothing is touched; a new folder isn't made."""
    before = {path: was for path, was in written(out).items() if not path.endswith("lock")}
    replace(pack, file, was, now)
    if now == "  EN: {":
        replace(pack, file, ", status: draft", "")
    for folder in (out, pack.parent / "new"):
        with pytest.raises(Refused):
            run_build(pack, folder)

    assert {path: was for path, was in written(out).items() if not path.endswith("lock")} == before
    assert not (pack.parent / "new").exists()
    with pytest.raises(Refused):
        run_build(pack, out, jobs=2)


# Records that can't be trusted


def flip(record: bytes) -> bytes:
    middle = len(record) // 2
    return record[:middle] + bytes([record[middle] ^ 1]) + record[middle + 1 :]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (flip, "the record can't be trusted: the record is damaged"),
        (lambda record: record[: len(record) // 2], "the record can't be trusted: the record is damaged"),
        (lambda _: b"", "the record can't be trusted: the record isn't one of guidegen's"),
        (lambda _: b"{}\n", "the record can't be trusted: the record isn't one of guidegen's"),
    ],
    ids=["flipped", "cut", "empty", "foreign"],
)
def test_a_record_that_is_damaged(pack: Path, out: Path, spoil, why: str) -> None:
    """All guides are made again, and what is right already isn't written."""
    first = texts(out)
    record = (out / RECORD).read_bytes()
    (out / RECORD).write_bytes(spoil(record))

    assert made(pack, out) == dict.fromkeys(ALL, why)
    assert texts(out) == first
    assert made(pack, out) == {}


def test_a_record_of_another_folder(pack: Path, out: Path, tmp_path: Path) -> None:
    """A record that tells of other files is found out by the files: what differs is made."""
    replace(pack, PORT, "factor: 1.03", "factor: 1.07")
    made(pack, tmp_path / "other")
    shutil.copy(tmp_path / "other" / RECORD, out / RECORD)

    assert made(pack, out) == dict.fromkeys(PORTS, "the output was edited")
    assert outputs(out) == outputs(tmp_path / "other")


def test_no_record(pack: Path, out: Path) -> None:
    """Without a record what is there and right is taken over; what isn't right is somebody's."""
    first = texts(out)
    (out / RECORD).unlink()
    (out / "en/marland/weaver.txt").write_text("mine", "utf-8")
    _, outcome = run_build(pack, out)

    assert (outcome.made, outcome.failed) == (7, 1)
    assert {path: was for path, was in texts(out).items() if path != "en/marland/weaver.txt"} == {
        path: was for path, was in first.items() if path != "en/marland/weaver.txt"
    }
    assert (out / "en/marland/weaver.txt").read_text("utf-8") == "mine"


def test_another_version(pack: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of guidegen, or of what writes numbers, makes all guides again."""
    for versions, why in (
        (
            {**asked.versions(), "guidegen": "99.1"},
            f"guidegen changed ({asked.versions()['guidegen']} → 99.1)",
        ),
        (
            {**asked.versions(), "guidegen": "99.1", "babel": "1"},
            f"babel changed ({asked.versions()['babel']} → 1)",
        ),
    ):
        monkeypatch.setattr(asked, "versions", lambda versions=versions: versions)
        assert made(pack, out) == dict.fromkeys(ALL, why)
        assert made(pack, out) == {}


def test_other_formats(pack: Path, out: Path) -> None:
    """Formats that are asked for no more go, new ones come; an edited one of no format is kept."""
    assert made(pack, out, formats=("html", "text")) == dict.fromkeys(
        ALL, "the formats changed (text → html, text)"
    )
    assert outputs(out) == clean(pack, formats=("html", "text"))
    (out / "en/marland/weaver.txt").write_text("mine", "utf-8")
    _, outcome = run_build(pack, out, formats=("html",))
    assert outcome.kept.first == ["en/marland/weaver.txt"]
    (out / "en/marland/weaver.txt").unlink()
    assert outputs(out) == clean(pack, formats=("html",))


# Builds that are broken off, and packs that are edited meanwhile


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_build_that_is_broken_off(pack: Path, out: Path, jobs: int) -> None:
    """Each file is whole, and the next build completes it: nothing is left over."""

    def stop(_guide: str) -> None:
        raise KeyboardInterrupt

    replace(pack, RULES, "place.rent * 12", "place.rent * 12 + 60")
    before, after = outputs(out), clean(pack)
    with pytest.raises(KeyboardInterrupt):
        build(pack, out, Wanted(jobs=jobs), Heard(stop))

    assert all(data in (before[path], after[path]) for path, data in outputs(out).items())
    assert set(outputs(out)) == set(before)
    made(pack, out)
    assert outputs(out) == after
    assert {path.name for path in (out / ".guidegen").iterdir()} <= {"record.jsonl", "lock", "owners"}
    assert made(pack, out) == {}


def test_a_first_build_that_is_broken_off(pack: Path, tmp_path: Path) -> None:
    """What a first build left is guidegen's own for the next one, also if it says something else by then."""

    def stop(_guide: str) -> None:
        raise KeyboardInterrupt

    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        build(pack, out, Wanted(), Heard(stop))
    replace(pack, RULES, "place.rent * 12", "place.rent * 12 + 60")

    assert made(pack, out) == dict.fromkeys(ALL, "not built before")
    assert outputs(out) == clean(pack)


def test_a_pack_that_is_edited_while_it_is_built(pack: Path, out: Path) -> None:
    """The build says so, and the next one makes all guides again."""
    replace(pack, RULES, "place.rent * 12", "place.rent * 12 + 60")
    edits = [lambda: replace(pack, PORT, "factor: 1.03", "factor: 1.07")]
    outcome = build(pack, out, Wanted(), Heard(lambda _guide: edits and edits.pop()()))

    assert [problem.message for problem in outcome.problems()] == [
        f"the pack was edited while it was built: {PORT}"
    ]
    assert not outcome.is_fine
    assert made(pack, out) == dict.fromkeys(ALL, "the pack was edited while it was built last")
    assert outputs(out) == clean(pack)


def test_a_file_that_comes_while_it_is_built(pack: Path, out: Path) -> None:
    """A new place is an edit too."""
    edits = [lambda: shutil.copy(pack / LAND, pack / "facts/places/otherland.yaml")]
    replace(pack, RULES, "place.rent * 12", "place.rent * 12 + 60")
    outcome = build(pack, out, Wanted(), Heard(lambda _guide: edits and edits.pop()()))

    assert [problem.kind for problem in outcome.problems()] == ["pack-edited"]


# Any edits in any order


def undone(edit: Edit) -> Edit:
    return Edit(edit.cause, edit.file, edit.now, edit.was, tuple((f, now, was) for f, was, now in edit.also))


class Disturbance:
    """Somebody's hands in the output folder."""

    def __init__(self, kind: str, number: int) -> None:
        self.kind, self.number = kind, number

    def __repr__(self) -> str:
        return f"{self.kind} {self.number}"

    def make(self, out: Path) -> None:
        files = sorted(path for path in out.rglob("*.txt"))
        if not files:
            return
        file = files[self.number % len(files)]
        if self.kind == "delete":
            file.unlink()
        elif self.kind == "edit":
            file.write_bytes(file.read_bytes()[::-1])
        elif self.kind == "touch":
            file.touch()
        elif self.kind == "spoil":
            (out / RECORD).write_bytes(flip((out / RECORD).read_bytes()))


BREAKS = (
    Edit("no market", PORT, "market: small\n", ""),
    Edit("no YAML", LAND, "market: deep", "market: ["),
    Edit("no term", ROLE, "wanted_in: [fishing]", "wanted_in: [fish]"),
    Edit("no slot", NL, "{{ role.many }} in", "{{ role.some }} in"),
    Edit("no field", "facts/pairs/port-ellen/netmaker.yaml", "guild:", "gild:"),
    Edit("no country", PORT, "within: marland", "within: morland"),
)
ACTS = st.one_of(
    st.sampled_from(EDITS),
    st.sampled_from(BREAKS),
    st.builds(Disturbance, st.sampled_from(["delete", "edit", "touch"]), st.integers(0, 20)),
)


@pytest.mark.slow
@settings(max_examples=20)
@given(acts=st.lists(ACTS, min_size=1, max_size=6), formats=st.sampled_from([("text",), ("text", "json")]))
def test_incremental_equals_clean(
    tmp_path_factory: pytest.TempPathFactory, acts: list[Edit | Disturbance], formats: tuple[str, ...]
) -> None:
    """Whatever was edited, undone or deleted, a build gives what one into a new folder does.

    What can't be made there is as it was here, and told of.
    """
    folder = tmp_path_factory.mktemp("edits")
    pack, out = write_towns(folder / "pack"), folder / "out"
    run_build(pack, out, formats=formats)
    done: set[str] = set()
    for act in acts:
        if isinstance(act, Disturbance):
            act.make(out)
        else:
            edit = undone(act) if act.cause in done else act
            texts = [
                ((pack / file).read_text("utf-8"), was)
                for file, was, _ in ((edit.file, edit.was, ""), *edit.also)
            ]
            if not all(was in text for text, was in texts):
                continue
            edit.make(pack)
            done ^= {act.cause}
        before = outputs(out)
        _, outcome = run_build(pack, out, formats=formats)
        wanted = clean(pack, formats=formats)
        stale = {path: before[path] for path in outcome.stale.first if path in before}
        assert outputs(out) == {**stale, **wanted}
        assert not {*stale} & {*wanted}
        assert bool(outcome.failed) == bool(outcome.problems())
        assert outcome.is_fine or done & {edit.cause for edit in BREAKS}
    _, outcome = run_build(pack, out, formats=formats)
    assert outcome.made == 0
