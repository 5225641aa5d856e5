"""The record of an output folder: it says what was noted, and is trusted whole or not at all."""

import json
import os
import string
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidegen.build import recorded
from guidegen.build.digests import of_bytes, of_value
from guidegen.build.folder import Folder, locked
from guidegen.build.put import put
from guidegen.build.record import Recorder
from guidegen.build.recorded import Record, read_record
from guidegen.build.work import File, Output
from guidegen.source import Location, Source
from guidegen.values import Fact, Names, Provenance

FILE = Path(".guidegen", "record.jsonl")
Noted = dict[tuple[str, str], tuple[str, dict[str, tuple[frozenset[str], tuple[File, ...]]]]]


@pytest.fixture(autouse=True)
def unflushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flush changes nothing that a test sees, and takes long."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """An output folder that nobody else builds into."""
    (tmp_path / "pack").mkdir()
    with locked(tmp_path / "site", tmp_path / "pack") as folder:
        yield folder


def noted(out: Path, what: Noted, header: dict[str, object] | None = None) -> Record:
    """A record of all that, written and read back."""
    recorder = Recorder(out, header or {})
    for (place, locale), (country, guides) in what.items():
        recorder.note(place, locale, country, [(role, *said) for role, said in guides.items()])
    recorder.close()
    return trusted(out)


def trusted(out: Path) -> Record:
    found = read_record(out)
    assert isinstance(found, Record), found
    return found


def built(folder: Folder, header: dict[str, object] | None = None) -> Record:
    """A folder with four guides, and its record."""
    what: Noted = {}
    for place in ("quay", "mill"):
        outputs = [
            Output(f"en/{place}/{role}.txt", f"{role} in {place}".encode()) for role in ("cook", "smith")
        ]
        files = [file for file in put(folder.out, outputs, {}) if isinstance(file, File)]
        reads = frozenset({"place.names", "outline"})
        what[place, "en"] = (
            "shire",
            {"cook": (reads, (files[0],)), "smith": (reads | {"pair"}, (files[1],))},
        )
    return noted(folder.out, what, header)


# -- round trip

SLUGS = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=8)
NUMBERS = st.integers(0, 2**63)
KEYS = st.frozensets(st.sampled_from(["place.names", "passage été", "rule a b", "terms x", 'quo"te', "pair"]))


@st.composite
def guides(draw: st.DrawFn, place: str, locale: str) -> dict[str, tuple[frozenset[str], tuple[File, ...]]]:
    found = {}
    for role in draw(st.lists(SLUGS, unique=True, max_size=4)):
        names = [f"{locale}/{place}/{role}.txt", f"{locale}/{place}/{role}.html", f"elsewhere/{role}.md"]
        files = tuple(
            File(name, draw(NUMBERS), draw(NUMBERS), draw(NUMBERS), of_bytes(name.encode()))
            for name in draw(st.lists(st.sampled_from(names), unique=True))
        )
        found[role] = (draw(KEYS), files)
    return found


@st.composite
def whole_records(draw: st.DrawFn) -> Noted:
    pairs = draw(st.lists(st.tuples(SLUGS, st.sampled_from(["en", "nl", "fr-BE"])), unique=True, max_size=4))
    return {pair: (draw(SLUGS), draw(guides(*pair))) for pair in pairs}


def said(record: Record, place: str, locale: str) -> dict[str, tuple[frozenset[str], tuple[File, ...]]]:
    """What a record says of guides, as it was noted."""
    kept = record.guides(place, locale)
    return {role: (record.reads(guide.reads), guide.files) for role, guide in kept.items()}


def doubtful(what: Noted, settled: int) -> Noted:
    """The same with the time 0 for files that their times can't vouch for."""
    return {
        pair: (
            country,
            {
                role: (
                    reads,
                    tuple(file._replace(mtime=file.mtime * (file.mtime < settled)) for file in files),
                )
                for role, (reads, files) in own.items()
            },
        )
        for pair, (country, own) in what.items()
    }


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(whole_records(), st.dictionaries(st.text(), st.text()))
def test_a_record_says_what_was_noted(folder: Folder, what: Noted, header: dict[str, str]) -> None:
    """Places and locales in their order, countries, roles, what was read and the files: all comes back."""
    header = {f"our {key}": value for key, value in header.items()}
    record = noted(folder.out, what, header)

    assert record.header == header
    assert [*record] == [*what]
    assert len(record) == len(what)
    for (place, locale), (country, own) in doubtful(what, record.settled).items():
        assert record.has(place, locale)
        assert record.country(place, locale) == country
        assert said(record, place, locale) == own
        sets = {record.reads(index) for index in record.sets(place, locale)}
        assert sets == {reads for reads, _ in own.values()}


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(whole_records())
def test_what_is_kept_from_an_old_record_is_as_it_was(folder: Folder, what: Noted) -> None:
    """A record made of an older one's lines says the same, whichever sets of reads came before."""
    old = noted(folder.out, what)
    before = {pair: said(old, *pair) for pair in old}
    recorder = Recorder(folder.out, {})
    recorder.note("first", "en", "", [("cook", frozenset({"new"}), ())])
    for pair in reversed(list(old)):
        if pair != ("first", "en"):
            recorder.keep(old, *pair)
    recorder.close()

    new = trusted(folder.out)
    assert said(new, "first", "en") == {"cook": (frozenset({"new"}), ())}
    for pair in before.keys() - {("first", "en")}:
        assert said(new, *pair) == before[pair]
        assert new.country(*pair) == what[pair][0]


def test_what_isnt_recorded_is_empty(folder: Folder) -> None:
    """A place or a locale that the record doesn't have has no guides, no sets and no country."""
    record = built(folder)

    assert not record.has("quay", "nl")
    assert record.guides("quay", "nl") == {}
    assert record.sets("quay", "nl") == ()
    assert record.country("quay", "nl") == ""


def test_what_was_attached_is_there_when_asked_for(folder: Folder) -> None:
    """Parts that were attached come back under their names; others are nothing."""
    recorder = Recorder(folder.out, {"tool": "1"})
    recorder.attach("keys", {"facts/places/quay.yaml": {"names": "é"}})
    recorder.note("quay", "en", "", [])
    recorder.attach("more", [1, 2])
    recorder.close()

    record = trusted(folder.out)
    assert record.attached("keys") == {"facts/places/quay.yaml": {"names": "é"}}
    assert record.attached("more") == [1, 2]
    assert record.attached("less") is None
    assert [*record] == [("quay", "en")]


# -- trusted whole or not at all


def test_without_a_record_there_is_no_reason_to_name(tmp_path: Path) -> None:
    """A folder that was never built into, or isn't there, has no record: nothing is wrong with that."""
    assert read_record(tmp_path) == ""
    assert read_record(tmp_path / "nowhere") == ""


def test_a_cut_record_is_refused(folder: Folder) -> None:
    """A record that lacks its end, wherever it was cut, is none."""
    built(folder)
    path = folder.out / FILE
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        found = read_record(folder.out)
        assert isinstance(found, str), f"cut to {length} bytes"
        assert found.startswith("the record is")


def test_a_changed_record_is_refused(folder: Folder) -> None:
    """One byte that isn't as it was written, wherever it is, and all of the record is doubtful."""
    built(folder)
    path = folder.out / FILE
    data = bytearray(path.read_bytes())
    for place in range(len(data)):
        flip = 1 << place % 8
        data[place] ^= flip
        path.write_bytes(data)
        assert isinstance(read_record(folder.out), str), f"byte {place}, flipped by {flip}"
        data[place] ^= flip
    path.write_bytes(data)
    assert isinstance(read_record(folder.out), Record)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "the record isn't one of guidegen's"),
        (b"{}", "the record isn't one of guidegen's"),
        (b'{"version": 3, "files": []}\n', "the record isn't one of guidegen's"),
        (b"\x00" * 4096, "the record isn't one of guidegen's"),
        (b'{"guidegen":99,"boot":""}\n{"sum":"0"}\n', "the record is of another version of guidegen"),
        (b'{"guidegen":1,"boot":""}\n', "the record is damaged"),
    ],
)
def test_a_foreign_record_is_refused(folder: Folder, data: bytes, why: str) -> None:
    """What another program or version wrote under this name is no record, and what it is is said."""
    (folder.out / FILE).write_bytes(data)
    assert read_record(folder.out) == why


def test_a_record_with_a_line_more_or_less_is_refused(folder: Folder) -> None:
    """Lines can't be taken out, added or moved, whole as they are."""
    built(folder)
    path = folder.out / FILE
    lines = path.read_bytes().splitlines(keepends=True)
    for changed in (lines[:1] + lines[2:], [*lines, lines[1]], [lines[0], *lines[2:0:-1], *lines[3:]]):
        path.write_bytes(b"".join(changed))
        assert read_record(folder.out) == "the record is damaged"


def test_a_link_in_the_place_of_a_record_isnt_read(folder: Folder, tmp_path: Path) -> None:
    """A record that lies elsewhere says nothing about this folder."""
    built(folder)
    (folder.out / FILE).rename(tmp_path / "away")
    (folder.out / FILE).symlink_to(tmp_path / "away")

    assert read_record(folder.out) == "the record isn't one of guidegen's"


# -- the old one stays until the new one is whole


def test_an_unfinished_record_changes_nothing(folder: Folder) -> None:
    """Until it is closed the old record counts; abandoned it leaves nothing behind."""
    built(folder, {"tool": "old"})
    recorder = Recorder(folder.out, {"tool": "new"})
    recorder.note("ford", "en", "", [("cook", frozenset(), ())])
    assert trusted(folder.out).header == {"tool": "old"}
    recorder.abandon()

    assert trusted(folder.out).header == {"tool": "old"}
    assert {path.name for path in (folder.out / ".guidegen" / "new").iterdir()} == set()


def test_a_long_record_is_written_as_a_stream(folder: Folder) -> None:
    """Before it is closed most of a long record has left the memory, into a file beside."""
    recorder = Recorder(folder.out, {})
    for number in range(3000):
        recorder.note(f"place-{number}", "en", "", [(f"role-{one}", frozenset(), ()) for one in range(20)])
    (beside,) = (folder.out / ".guidegen" / "new").iterdir()
    there = beside.stat().st_size
    recorder.close()

    assert len(trusted(folder.out)) == 3000
    assert there > (folder.out / FILE).stat().st_size // 2


def test_a_record_is_on_the_disk_before_it_counts(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power loss leaves the old record or the new one, not a name without its bytes."""
    done = []
    rename = os.rename
    monkeypatch.setattr(os, "fsync", lambda _: done.append("flushed"))
    monkeypatch.setattr(os, "rename", lambda *names, **at: (done.append("renamed"), rename(*names, **at)))
    built(folder)

    assert done[-2:] == ["flushed", "renamed"]


# -- trust by time


def test_after_a_reboot_no_time_is_trusted(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power loss may have taken files back: their times count for nothing, in this record or the next."""
    monkeypatch.setattr("guidegen.build.record.boot_id", lambda: "one")
    monkeypatch.setattr(recorded, "boot_id", lambda: "one")
    old = File("en/quay/cook.txt", 3, 1_000, 7, of_bytes(b"abc"))
    what: Noted = {("quay", "en"): ("", {"cook": (frozenset(), (old,))})}
    assert noted(folder.out, what).guides("quay", "en")["cook"].files == (old,)

    monkeypatch.setattr("guidegen.build.record.boot_id", lambda: "two")
    monkeypatch.setattr(recorded, "boot_id", lambda: "two")
    record = trusted(folder.out)
    assert not record.same_boot
    assert record.guides("quay", "en")["cook"].files == (old._replace(mtime=0),)

    recorder = Recorder(folder.out, {})
    recorder.keep(record, "quay", "en")
    recorder.close()
    assert trusted(folder.out).same_boot
    assert trusted(folder.out).guides("quay", "en")["cook"].files == (old._replace(mtime=0),)

    recorder = Recorder(folder.out, {})
    recorder.keep(record, "quay", "en", {"en/quay": {old.path: old}})
    recorder.close()
    assert trusted(folder.out).guides("quay", "en")["cook"].files == (old,)


def test_a_file_younger_than_the_record_isnt_told_by_its_time(folder: Folder) -> None:
    """What was written in the same moment as the record may be edited in it too: its bytes are read."""
    young = File("en/quay/cook.txt", 3, 2**62, 7, of_bytes(b"abc"))
    what: Noted = {("quay", "en"): ("", {"cook": (frozenset(), (young,))})}
    record = noted(folder.out, what)
    assert record.guides("quay", "en")["cook"].files[0].mtime == 0

    recorder = Recorder(folder.out, {})
    recorder.keep(record, "quay", "en")
    recorder.close()
    assert trusted(folder.out).guides("quay", "en")["cook"].files[0].mtime == 0


# -- digests


def at(line: int) -> Location:
    return Location(Source("facts/places/quay.yaml", "a\nb\nc"), line, 1)


def test_a_value_has_one_digest_wherever_it_stands() -> None:
    """A fact that moved to another line is the same fact."""
    one = Fact("quay.factor", Decimal("1.05"), at(1), Provenance(source="a survey"))
    moved = one._replace(location=at(3))

    assert of_value(one) == of_value(moved)
    assert of_value({"factor": [one]}) == of_value({"factor": (moved,)})
    assert of_value(Names({"en": {"name": "Quay"}}, at(1))) == of_value(
        Names({"en": {"name": "Quay"}}, at(2))
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "b"),
        ("1", 1),
        (None, "None"),
        (Decimal("1.1"), Decimal("1.10")),
        (["a", "b"], ["b", "a"]),
        (["a, b"], ["a", "b"]),
        (["a"], "a"),
        ([["a"], "b"], ["a", ["b"]]),
        ({"a": "b"}, ["a", "b"]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({}, []),
        (frozenset({"a"}), ["a"]),
        (Names({}, at(1)), ({}, at(1))),
        ("\ud800", "?"),
    ],
)
def test_values_that_differ_have_digests_that_do(one: object, other: object) -> None:
    """Whatever a guide could show differently is told apart, the order of entries too."""
    assert of_value(one) != of_value(other)


def test_a_set_has_no_order() -> None:
    """The digest of a set is that of its members, in whichever order this process keeps them."""
    assert of_value({"a": {"z", "y", "x"}}) == of_value({"a": frozenset({"x", "y", "z"})})
    code = "from guidegen.build.digests import of_value; print(of_value({str(i) for i in range(50)}))"
    found = {_printed(code, seed) for seed in ("0", "1", "2")}
    assert found == {of_value({str(number) for number in range(50)})}


def _printed(code: str, seed: str) -> str:
    env = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_what_has_no_digest_is_said() -> None:
    """A thing that isn't a value is no part of a digest by accident of how it is printed."""
    with pytest.raises(TypeError, match="no digest of object"):
        of_value({"a": [object()]})


def test_each_line_is_json(folder: Folder) -> None:
    """Somebody who looks into a record can read it with what they have."""
    built(folder, {"tool": "1"})
    lines = (folder.out / FILE).read_text("utf-8").splitlines()

    assert json.loads(lines[0])["tool"] == "1"
    assert [json.loads(line)[0] for line in lines[1:3]] == ["quay/en", "mill/en"]
    assert all(json.loads(line) for line in lines)
