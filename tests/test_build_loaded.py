"""Places and roles kept from build to build: what comes out is what YAML gives, or nothing does."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from conftest import MINI, ROOT, write_pack
from guidegen import facts as facts_module
from guidegen.build import loaded
from guidegen.build.disk import SCRATCH
from guidegen.build.folder import locked
from guidegen.build.loaded import FILE, Keeper, Loaded
from guidegen.build.packed import packed, unpacked
from guidegen.facts import FOLDERS, Facts, Owner
from guidegen.pack import Pack
from guidegen.problems import MachineFailed, Problem
from guidegen.source import Source
from guidegen.yamlfile import Mapping, read_file

DRAFT = "  nl: {babel: nl_BE, money: '¤#,##0', thousands: '¤#,##0k', status: draft}\n"
PORT = "facts/places/port-ellen.yaml"


def bare(value: Any) -> Any:
    """A value with all that is in it, so that equal texts of two sources are equal."""
    if isinstance(value, Source):
        return value.path, value.text
    if isinstance(value, dict):
        return [(key, bare(one)) for key, one in value.items()]
    if isinstance(value, tuple):
        return type(value), [bare(one) for one in value]
    return type(value), repr(value)


def owners(facts: Facts) -> dict[tuple[str, str], Owner | None]:
    return {(kind, slug): facts.owner(kind, slug) for kind in FOLDERS for slug in facts.slugs(kind)}


def facts_of(root: Path, out: Path | None = None) -> Facts:
    """The facts of a pack, with what is kept in an output folder."""
    facts = Pack(root).facts
    if out:
        facts.kept = Loaded(out, facts)
    return facts


@contextmanager
def keeper(root: Path, out: Path, facts: Facts) -> Iterator[Keeper]:
    assert isinstance(facts.kept, Loaded)
    with locked(out, root):
        yield Keeper(out, facts.kept)


def keep(root: Path, out: Path) -> Facts:
    """Read all places and roles, and keep them as a build does."""
    facts = facts_of(root, out)
    owners(facts)
    assert isinstance(facts.kept, Loaded)
    with keeper(root, out, facts) as keeping:
        keeping.put(facts.kept.taken())
        keeping.close(facts.has)
    return facts


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The slugs of places and roles that are read from YAML, as they are."""
    slugs: list[str] = []

    def spy(root: Path, name: str, problems: list[Problem]) -> Mapping | None:
        if name.startswith(tuple(FOLDERS.values())):
            slugs.append(Path(name).stem)
        return read_file(root, name, problems)

    monkeypatch.setattr(facts_module, "read_file", spy)
    return slugs


# What comes out


@pytest.mark.parametrize("root", [ROOT, MINI], ids=["shipped", "mini"])
def test_what_was_kept_is_what_yaml_gives(root: Path, tmp_path: Path, parsed: list[str]) -> None:
    """Every place and role of a pack comes back with its facts, where they stand and where they come from."""
    read = owners(keep(root, tmp_path))
    assert all(read.values())
    assert len(parsed) == len(read)

    kept = owners(facts_of(root, tmp_path))

    assert len(parsed) == len(read)
    assert bare(kept) == bare(read)


FIELDS = """
fields:
  place:
    factor: {type: decimal, at_least: 0.5, at_most: 2}
    count: {type: integer}
    motto: {type: text}
    mottos: {type: list of text}
    numbers: {type: list of decimal}
    mood: {type: choice, choices: [calm, rough]}
    open: {type: boolean}
    trade: {type: key of trades}
    trades: {type: list of key of trades}
    boss: {type: entry}
    employers: {type: list of entry}
    figures: {type: figures}
    pay: {type: map of levels, record: {from: {type: integer}, tags: {type: list of text}, w: {type: entry}}}
  role:
    wanted_in: {type: list of key of trades}
    levels: {type: map of levels, record: {from: {type: integer}, to: {type: integer}}}
"""
RICH = MINI.joinpath("pack.yaml").read_text("utf-8").partition("fields:")[0] + FIELDS
QUOTED = st.text("ab é€'\"\\#:,-{}\U0001f600", min_size=1, max_size=8).map(
    lambda text: json.dumps(text, ensure_ascii=False)
)
TEXTS = st.one_of(QUOTED, QUOTED.map(lambda text: f"{{en: {text}}}"))
WHOLE = st.integers(-99, 99).map(str)
DECIMALS = st.decimals(-9, 9, places=3).map(str)
TRADES = st.sampled_from(["fishing", "salt", "weaving"])
ENTRIES = st.one_of(
    QUOTED,
    TEXTS.map(lambda name: f"{{name: {name}}}"),
    st.tuples(TEXTS, TEXTS).map(lambda both: f"{{name: {both[0]}, note: {both[1]}, source: an atlas}}"),
)
SAID = st.sampled_from(
    ["source: an atlas", "dated: 2024", "checked: 2025-01-02", "confidence: high", "note: see there"]
)


def stated(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A value bare, with some provenance, or by dates."""
    told = st.tuples(values, st.sets(SAID)).map(lambda both: f"{{value: {', '.join((both[0], *both[1]))}}}")
    one = st.one_of(values, told)
    return st.one_of(
        one, st.tuples(one, one).map(lambda two: f"{{2020-01-01: {two[0]}, 2021-02-03: {two[1]}}}")
    )


def listed(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return stated(st.lists(stated(values), max_size=4).map(lambda items: f"[{', '.join(items)}]"))


def mapped(**values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.fixed_dictionaries({}, optional=values).map(
        lambda chosen: "{" + ", ".join(f"{name}: {value}" for name, value in chosen.items()) + "}"
    )


PLACES = st.fixed_dictionaries(
    {},
    optional={
        "source": QUOTED,
        "dated": st.just("2023"),
        "within": st.just("marland"),
        "factor": stated(st.sampled_from(["1.00", "0.5", "1.25"])),
        "count": stated(WHOLE),
        "motto": stated(TEXTS),
        "mottos": listed(TEXTS),
        "numbers": listed(DECIMALS),
        "mood": stated(st.sampled_from(["calm", "rough"])),
        "open": stated(st.sampled_from(["yes", "no"])),
        "trade": stated(TRADES),
        "trades": listed(TRADES),
        "boss": stated(ENTRIES),
        "employers": listed(ENTRIES),
        "figures": mapped(ships=stated(DECIMALS), boats=stated(WHOLE)),
        "pay": mapped(
            junior=stated(WHOLE).map(lambda value: f"{{from: {value}, tags: [a], w: B}}"),
            senior=st.just("{from: 100, tags: [], w: {name: C, note: d}, source: e}"),
        ),
    },
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(stated=PLACES)
def test_any_place_comes_back_as_it_was(stated: dict[str, str], tmp_path: Path) -> None:
    """Whatever a file states without a mistake is the same again: types, digits, dates, notes, columns."""
    lines = [f"{name}: {value}\n" for name, value in stated.items()]
    text = "names: {en: Ellen}\nscope: country\nstatus: published\n" + "".join(lines)
    root = write_pack(tmp_path / "pack", {"pack.yaml": RICH, PORT: text, "rules/rules.yaml": ""})
    facts = facts_of(root)
    owner = facts.owner("place", "port-ellen")
    assume(not [problem for problem in facts.problems if problem.location and problem.location.path == PORT])
    assert owner is not None

    source = owner.location.source
    fields = facts.fields["place"]
    again = unpacked(packed(owner, fields), "place", "port-ellen", source, fields, facts.vocabularies)

    assert again == owner
    assert bare(again) == bare(owner)


# What may have changed since


def again(root: Path, out: Path, parsed: list[str]) -> Facts:
    """Read all places and roles once more; `parsed` are those that weren't kept."""
    parsed.clear()
    facts = facts_of(root, out)
    owners(facts)
    return facts


def test_an_edited_file_alone_is_read_again(mini_pack: Path, tmp_path: Path, parsed: list[str]) -> None:
    """What a file states now is what counts; the others aren't read from YAML for it."""
    keep(mini_pack, tmp_path)
    port = mini_pack / PORT
    port.write_text(port.read_text("utf-8").replace("factor: 1.03", "factor: 1.04"), "utf-8")

    facts = again(mini_pack, tmp_path, parsed)

    assert parsed == ["port-ellen"]
    owner = facts.owner("place", "port-ellen")
    assert owner
    assert str(owner.facts["factor"].value) == "1.04"


def test_line_ends_make_no_difference(mini_pack: Path, tmp_path: Path, parsed: list[str]) -> None:
    """CRLF is read as LF, kept or not."""
    read = owners(keep(mini_pack, tmp_path))
    port = mini_pack / PORT
    port.write_bytes(port.read_bytes().replace(b"\n", b"\r\n"))

    kept = owners(again(mini_pack, tmp_path, parsed))

    assert parsed == []
    assert bare(kept) == bare(read)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("pack.yaml", "at_most: 2", "at_most: 3"),
        ("pack.yaml", "[deep, small]", "[deep, small, tiny]"),
        ("pack.yaml", "text:", f"{DRAFT}text:"),
        ("facts/trades.yaml", "", "kelp: {en: kelp}\n"),
    ],
)
def test_what_fields_and_terms_say_counts(
    name: str, old: str, new: str, mini_pack: Path, tmp_path: Path, parsed: list[str]
) -> None:
    """Other fields, terms or locales may read a file otherwise: nothing that was kept holds for them."""
    keep(mini_pack, tmp_path)
    text = (mini_pack / name).read_text("utf-8")
    (mini_pack / name).write_text(text.replace(old, new, 1) if old else new + text, "utf-8")

    again(mini_pack, tmp_path, parsed)

    assert set(parsed) == {"marland", "port-ellen", "netmaker"}


def test_another_version_of_the_tool_reads_all(
    mini_pack: Path, tmp_path: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may know what this one doesn't."""
    keep(mini_pack, tmp_path)
    monkeypatch.setattr(loaded, "__version__", "99")

    again(mini_pack, tmp_path, parsed)

    assert set(parsed) == {"marland", "port-ellen", "netmaker"}


def test_a_comment_about_a_field_counts_for_nothing(
    mini_pack: Path, tmp_path: Path, parsed: list[str]
) -> None:
    """What a field is for is told to people; its facts are read as before."""
    keep(mini_pack, tmp_path)
    settings = mini_pack / "pack.yaml"
    settings.write_text(settings.read_text("utf-8").replace("Pay level.", "How pay is."), "utf-8")

    again(mini_pack, tmp_path, parsed)

    assert parsed == []


def test_a_place_whose_country_is_gone_is_read_again(
    mini_pack: Path, tmp_path: Path, parsed: list[str]
) -> None:
    """A file that didn't change may name one that is deleted: that is said as ever."""
    keep(mini_pack, tmp_path)
    (mini_pack / "facts/places/marland.yaml").unlink()

    facts = again(mini_pack, tmp_path, parsed)

    assert parsed == ["port-ellen"]
    assert [problem.message for problem in facts.problems] == ["unknown place 'marland'"]


def test_what_something_is_wrong_with_is_not_kept(mini_pack: Path, tmp_path: Path, parsed: list[str]) -> None:
    """Mistakes are found again each time, and a draft's warnings too."""
    for slug, status in (("wrong", "published"), ("begun", "draft")):
        text = f"names: {slug.title()}\nscope: country\nstatus: {status}\nfactor: much\n"
        (mini_pack / f"facts/places/{slug}.yaml").write_text(text, "utf-8")
    before = keep(mini_pack, tmp_path).problems

    after = again(mini_pack, tmp_path, parsed).problems

    assert parsed == ["begun", "wrong"]
    assert [str(problem) for problem in after] == [str(problem) for problem in before]
    assert [problem.warning for problem in after] == [True, False]


def test_names_that_a_draft_locale_lacks_are_told_all_the_same(tmp_path: Path) -> None:
    """They are nothing wrong with a place: it is kept, and the translator still hears of them."""
    settings_ = (MINI / "pack.yaml").read_text("utf-8")
    settings_ = settings_.replace("text:", f"{DRAFT}text:")
    root = write_pack(tmp_path / "pack", {"pack.yaml": settings_})
    read = keep(root, tmp_path).untranslated
    kept = facts_of(root, tmp_path)
    owners(kept)

    assert "port-ellen" in {one.what for one in read}
    assert bare(tuple(kept.untranslated)) == bare(tuple(read))


# What isn't to be trusted


@pytest.fixture(scope="module")
def kept_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    out = tmp_path_factory.mktemp("kept")
    keep(MINI, out)
    return (out / FILE).read_bytes()


DAMAGE = st.one_of(
    st.tuples(st.just("cut"), st.integers(0, 5000), st.just(0)),
    st.tuples(st.just("flip"), st.integers(0, 5000), st.integers(1, 255)),
    st.tuples(st.just("insert"), st.integers(0, 5000), st.integers(0, 255)),
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=DAMAGE)
def test_damage_gives_nothing_wrong(damage: tuple[str, int, int], kept_file: bytes, tmp_path: Path) -> None:
    """Whatever happens to the file, an owner comes out as its YAML has it."""
    how, at, byte = damage
    at %= len(kept_file)
    head, rest = kept_file[:at], kept_file[at:]
    data = {
        "cut": head,
        "flip": head + bytes([rest[0] ^ (byte or 1)]) + rest[1:],
        "insert": head + bytes([byte]) + rest,
    }[how]
    (tmp_path / FILE).parent.mkdir(exist_ok=True)
    (tmp_path / FILE).write_bytes(data)
    keeping = Loaded(tmp_path, Pack(MINI).facts)

    for (kind, slug), owner in owners(Pack(MINI).facts).items():
        found = keeping.owner(kind, slug)
        assert found is None or bare(found) == bare(owner)


def test_a_foreign_file_is_nothing(mini_pack: Path, tmp_path: Path, parsed: list[str]) -> None:
    """A folder, a link, a pipe or somebody's text where the file should be: the YAML is read."""
    file = tmp_path / FILE
    file.parent.mkdir()
    elsewhere = tmp_path / "elsewhere"
    keep(mini_pack, elsewhere)
    for make in (
        file.mkdir,
        lambda: file.symlink_to(elsewhere / FILE),
        lambda: os.mkfifo(file),
        lambda: file.write_text("places: none\n"),
        lambda: file.write_bytes(b""),
        lambda: file.write_bytes(bytes(4096)),
    ):
        make()
        again(mini_pack, tmp_path, parsed)
        assert set(parsed) == {"marland", "port-ellen", "netmaker"}
        if file.is_dir():
            file.rmdir()
        else:
            file.unlink()


# What is kept for the next time


def test_what_was_kept_stays_with_what_is_new(mini_pack: Path, tmp_path: Path, parsed: list[str]) -> None:
    """A build that reads one new place keeps that one, and those before; what was deleted goes."""
    keep(mini_pack, tmp_path)
    (mini_pack / "facts/roles/netmaker.yaml").unlink()
    text = (mini_pack / PORT).read_text("utf-8").replace("Ellenport", "Portellen")
    (mini_pack / "facts/places/new-port.yaml").write_text(text, "utf-8")
    facts = facts_of(mini_pack, tmp_path)
    facts.owner("place", "new-port")
    assert isinstance(facts.kept, Loaded)
    with keeper(mini_pack, tmp_path, facts) as keeping:
        keeping.put(facts.kept.taken())
        keeping.close(facts.has)

    facts = again(mini_pack, tmp_path, parsed)

    assert parsed == []
    assert isinstance(facts.kept, Loaded)
    assert {one.name for one in facts.kept.all()} == {"place/marland", "place/new-port", "place/port-ellen"}


def test_the_old_file_stays_where_nothing_is_new(mini_pack: Path, tmp_path: Path) -> None:
    """Nothing read, nothing written."""
    facts = keep(mini_pack, tmp_path)
    before = (tmp_path / FILE).stat()
    facts = facts_of(mini_pack, tmp_path)
    with keeper(mini_pack, tmp_path, facts) as keeping:
        keeping.close(facts.has)

    assert (tmp_path / FILE).stat() == before


def test_a_full_disk_leaves_the_old_file(
    mini_pack: Path, tmp_path: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can't be written is said, and what was kept is there as it was; nothing else is left behind."""
    keep(mini_pack, tmp_path)
    before = (tmp_path / FILE).read_bytes()
    port = mini_pack / PORT
    port.write_text(port.read_text("utf-8") + "# seen\n", "utf-8")
    facts = again(mini_pack, tmp_path, parsed)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(loaded, "write_all", full)
    assert isinstance(facts.kept, Loaded)
    with keeper(mini_pack, tmp_path, facts) as keeping:
        keeping.put(facts.kept.taken())
        with pytest.raises(MachineFailed, match="No space left"):
            keeping.close(facts.has)

    assert (tmp_path / FILE).read_bytes() == before
    assert list((tmp_path / SCRATCH).glob("*")) == []


# Place by place


def test_what_is_forgotten_is_read_again(mini_pack: Path) -> None:
    """A build goes place by place and keeps none; who asks again gets what the file says then."""
    facts = facts_of(mini_pack)
    first = facts.owner("place", "port-ellen")
    assert facts.owner("place", "port-ellen") is first
    port = mini_pack / PORT
    port.write_text(port.read_text("utf-8").replace("factor: 1.03", "factor: 1.04"), "utf-8")

    facts.forget("place", "port-ellen")
    second = facts.owner("place", "port-ellen")

    assert second
    assert str(second.facts["factor"].value) == "1.04"


def test_pairs_go_with_their_place_or_role(mini_pack: Path) -> None:
    """What is so for a pair is read again once its place or its role is forgotten."""
    pair = mini_pack / "facts/pairs/port-ellen/netmaker.yaml"
    pair.parent.mkdir(parents=True)
    pair.write_text("status: draft\n", "utf-8")
    facts = facts_of(mini_pack)
    for kind, slug in (("place", "port-ellen"), ("role", "netmaker")):
        pair.write_text("status: draft\n", "utf-8")
        facts.forget(kind, slug)
        assert not facts.pair("port-ellen", "netmaker").is_published
        pair.write_text("status: published\n", "utf-8")
        assert not facts.pair("port-ellen", "netmaker").is_published
        facts.forget(kind, slug)
        assert facts.pair("port-ellen", "netmaker").is_published
