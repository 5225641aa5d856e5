"""Causes: every changed line is laid to what makes it, as packs on disk with some of the changes show."""

import random
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pytest

from changing import EDITS, Edit, write_base
from guidegen.between import Between
from guidegen.changes import Change, causes, changes
from guidegen.compose import Composer
from guidegen.formats import rendered
from guidegen.mixed import MixedPack
from guidegen.pack import Pack
from guidegen.problems import Refused

GuideName = tuple[str, str, str]
IDS = [edit.cause for edit in EDITS]


def edited(folder: Path, *edits: Edit) -> Pack:
    """The pack with some edits, as files."""
    write_base(folder)
    for edit in edits:
        edit.make(folder)
    return Pack(folder)


def texts(pack: Pack, format_: str = "text") -> dict[GuideName, bytes]:
    """Every published guide. Raises `Refused` if one can't be made."""
    composer = Composer(pack)
    return {
        (locale, place, role): rendered(composer.compose(place, role, locale), pack.settings.layout, format_)
        for locale, place, role in pack.guides()
    }


def lines(data: bytes | None) -> list[str]:
    return (data or b"").decode().splitlines(keepends=True)


def compatible(edits: Iterable[Edit], folder: Path) -> bool:
    """Whether these edits can be made one after the other, and leave a pack that renders."""
    try:
        texts(edited(folder, *edits))
    except (AssertionError, Refused):
        return False
    return True


@pytest.mark.parametrize("edit", EDITS, ids=IDS)
def test_one_change_is_the_only_cause_of_all_that_differs(edit: Edit, tmp_path: Path) -> None:
    """Each kind of thing, changed alone: it is named, and every line that differs is laid to it."""
    old, new = edited(tmp_path / "old"), edited(tmp_path / "new", edit)
    was, now = texts(old), texts(new)
    between = Between(old, new, causes(old, new), "text")
    differing = [guide for guide in {**was, **now} if was.get(guide) != now.get(guide)]

    assert list(between.causes) == [edit.cause]
    assert differing, "an edit that shows nowhere proves nothing"
    for guide in {**was, **now}:
        found = between.lines(guide, was.get(guide))
        assert {line.was for line in found if line.was} >= {*lines(was.get(guide))} - {*lines(now.get(guide))}
        assert {line.now for line in found if line.now} >= {*lines(now.get(guide))} - {*lines(was.get(guide))}
        assert all(line.causes == (edit.cause,) for line in found)
        assert bool(found) == (guide in differing)


def hard_pairs() -> list[tuple[Edit, Edit]]:
    """Pairs that meet in a line or in a guide, and as many others by lot."""
    by_cause = {edit.cause: edit for edit in EDITS}
    met = [
        ("fact:port-ellen.factor", "formula:band.to"),
        ("fact:port-ellen.factor", "fact:netmaker.levels.junior.from"),
        ("fact:port-ellen.market", "passage:en/pool.small"),
        ("fact:port-ellen.market", "fact:port-ellen.trades"),
        ("fact:port-ellen.names.nl", "passage:nl/jobs.link"),
        ("fact:port-ellen.factor", "row:pay/above"),
        ("fact:marland.rent", "formula:yearly_rent"),
        ("fact:marland.rent", "setting:as_of"),
        ("fact:marland.names", "row:pay/above"),
        ("row:good/both", "table:good"),
        ("place:isle", "formula:band.to"),
        ("place:isle", "layout:text.bullet"),
        ("place:isle", "term:trades.salt"),
        ("place:port-ellen", "layout:text.bullet"),
        ("locale:fr", "setting:site.name"),
        ("locale:fr", "place:isle"),
        ("layout:text.bullet", "fact:port-ellen.employers"),
        ("layout:text.bullet", "term:trades.salt"),
        ("file:port-ellen/netmaker.file.newline", "fact:port-ellen.factor"),
        ("override:port-ellen/netmaker.en:employers.heading", "block:pay.again"),
        ("order:outline", "fact:port-ellen.employers"),
        ("fact:netmaker.wanted_in", "fact:port-ellen.trades"),
    ]
    pairs = [(by_cause[one], by_cause[other]) for one, other in met]
    rest = [pair for pair in combinations(EDITS, 2) if pair not in pairs and not within_a_place(*pair)]
    return pairs + random.Random(5).sample(rest, 40)  # noqa: S311  # the same pairs each time


def within_a_place(one: Edit, other: Edit) -> bool:
    """Whether one edit is but a piece of the other: a place comes and goes with all of its facts."""
    return any(edit.cause.startswith("place:") for edit in (one, other)) and one.file == other.file


@pytest.mark.parametrize("pair", hard_pairs(), ids=lambda pair: f"{pair[0].cause} {pair[1].cause}")
def test_two_changes_are_told_apart(pair: tuple[Edit, Edit], tmp_path: Path) -> None:
    """Of two changes at once, each line has the one, the other or both, as packs with only one of them show.

    A line that only stands elsewhere has moved.
    """
    one, other = pair
    if not compatible(pair, tmp_path / "new"):
        pytest.skip("the two edits are of the same lines")
    old, new = Pack(write_base(tmp_path / "old")), Pack(tmp_path / "new")
    alone = {edit.cause: texts(edited(tmp_path / edit.cause.replace("/", "-"), edit)) for edit in pair}
    was, now = texts(old), texts(new)
    between = Between(old, new, causes(old, new), "text")
    shown = set()
    for guide in {**was, **now}:
        with_one, with_other = (lines(alone[edit.cause].get(guide)) for edit in pair)
        for line in between.lines(guide, was.get(guide)):
            expected = set()
            for edit, made, undone in ((one, with_one, with_other), (other, with_other, with_one)):
                if line.was is not None and line.was not in made:
                    expected.add(edit.cause)
                if line.now is not None and line.now not in undone:
                    expected.add(edit.cause)
            moved = None in (line.was, line.now) and (line.was or line.now) in lines(was.get(guide))
            if (
                "order:outline" in between.causes
                and moved
                and (line.was or line.now) in lines(now.get(guide))
            ):
                expected.add("order:outline")
            shown |= expected
            assert set(line.causes) == expected, (guide, line)

    assert set(between.causes) == {one.cause, other.cause}
    assert shown


@pytest.mark.parametrize("pair", hard_pairs()[:30], ids=lambda pair: f"{pair[0].cause} {pair[1].cause}")
def test_accepted_one_by_one_the_guides_are_the_new_ones(pair: tuple[Edit, Edit], tmp_path: Path) -> None:
    """With one cause the old pack renders what one with that edit alone does; with both, what is new."""
    if not compatible(pair, tmp_path / "new"):
        pytest.skip("the two edits are of the same lines")
    old, new = Pack(write_base(tmp_path / "old")), Pack(tmp_path / "new")
    now = texts(new)
    between = Between(old, new, causes(old, new), "text")
    for edit in pair:
        alone = texts(edited(tmp_path / edit.cause.replace("/", "-"), edit))
        for guide in {**texts(old), **now}:
            settled = between.settled(guide, [edit.cause])
            assert settled.data == alone.get(guide)
            assert not settled.left
    assert {
        guide: between.settled(guide, between.causes).data for guide in {**texts(old), **now}
    } == dict.fromkeys({**texts(old), **now}) | now


# Packs in between


def test_all_changes_make_the_new_pack_and_undone_the_old_one(tmp_path: Path) -> None:
    """Law: an old pack with every change renders what the new one does, origins too; and the other way."""
    chance = random.Random(7)  # noqa: S311  # the same edits each time
    for round_ in range(12):
        edits: list[Edit] = []
        for edit in chance.sample(EDITS, 9):
            if compatible([*edits, edit], tmp_path / f"try{round_}"):
                edits.append(edit)
        old, new = edited(tmp_path / f"old{round_}"), edited(tmp_path / f"new{round_}", *edits)
        made = changes(old, new)
        undone = [Change(one.container, one.path, one.now, one.was) for one in made]

        assert len(edits) > 5
        assert texts(MixedPack(old, made), "json") == texts(new, "json")
        assert texts(MixedPack(new, undone), "json") == texts(old, "json")


def test_comments_and_moved_lines_are_no_changes(tmp_path: Path) -> None:
    """Where a thing stands in its file, and what is said about it there, changes no guide."""
    old, new = edited(tmp_path / "old"), edited(tmp_path / "new")
    for path in sorted((tmp_path / "new").rglob("*.yaml")):
        path.write_text("# A comment.\n\n" + path.read_text("utf-8"), "utf-8")
    for path in sorted((tmp_path / "new").rglob("*.md")):
        path.write_text("For authors.\n\n" + path.read_text("utf-8"), "utf-8")

    assert changes(old, Pack(tmp_path / "new")) == []
    assert new.root != old.root


def test_what_needs_another_waits_for_it(tmp_path: Path) -> None:
    """A block that names a new passage can't be rendered without it; both together can, in either order."""
    block = Edit(
        "block:news",
        "rules/outline.yaml",
        "  - heading: employers",
        "  - paragraph: news\n  - heading: employers",
    )
    said = [
        Edit("", f"snippets/{tag}/guide.md", "", f"\n## news\nNews {tag}.\n") for tag in ("en", "nl", "fr")
    ]
    old, new = edited(tmp_path / "old"), edited(tmp_path / "new", block, *said)
    between = Between(old, new, causes(old, new), "text")
    guide = ("en", "marland", "netmaker")
    (line,) = between.lines(guide, texts(old)[guide])

    assert line.now == "News en.\n"
    assert set(line.causes) == {"block:news", "passage:en/news"}
    waiting = between.settled(guide, ["block:news"])
    assert waiting.data == texts(old)[guide]
    assert "there is no passage 'news'" in waiting.left["block:news"]
    assert between.settled(guide, ["passage:en/news"]).data == texts(old)[guide]
    assert between.settled(guide, ["block:news", "passage:en/news"]).data == texts(new)[guide]
