"""Guides put together from runs of text: the bytes, dates and origins of composing each of them whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changing import EDITS, Edit, write_base
from conftest import MINI, ROOT, write_pack
from guidegen.compose import Composer
from guidegen.formats.text import spans, text_bytes
from guidegen.guide import plain
from guidegen.moulds.cast import Cast, Moulds
from guidegen.pack import Pack
from guidegen.problems import Refused
from torture import write_torture

OUTLINE = (MINI / "rules/outline.yaml").read_text("utf-8")
PASSAGES = (MINI / "snippets/en/guide.md").read_text("utf-8")
SECOND = """\
names: {en: Port Logan}
scope: city
within: marland
status: published
source: an invented atlas
dated: 2031
factor: 1.03
market: deep
trades: [weaving]
employers: [Looms of Logan, {name: Salt & Sons, note: the second yard}]
figures: {ships: 12}
"""


def cast_and_compared(root: Path) -> Iterator[tuple[str, Cast | None]]:
    """Every guide of a pack, cast and held against the one composed whole, by its name."""
    pack = Pack(root)
    composer = Composer(pack)
    moulds = Moulds(Composer(pack))
    roles = [role.slug for role in pack.published("role")]
    for place in list(pack.published("place")):
        for locale in pack.locales:
            for slug in roles:
                role = pack.facts.owner("role", slug)
                assert role is not None
                cast = moulds.cast(place, role, locale)
                name = f"{locale}/{place.slug}/{slug}"
                yield name, cast
                if cast is None:
                    continue
                guide = composer.compose(place.slug, slug, locale)
                assert cast.data.decode() == text_bytes(guide, pack.settings.layout).decode(), name
                assert (cast.title, cast.dated) == (plain(guide.meta.title), guide.meta.dated), name
                said = list(spans(guide, pack.settings.layout))
                assert list(moulds.spans(place, role, locale)) == said, name


def cast_all(root: Path) -> set[str]:
    """The names of the guides that were cast; all of them are right."""
    return {name for name, cast in cast_and_compared(root) if cast}


def test_every_published_guide_is_cast(shipped_pack: Path) -> None:
    pack = Pack(shipped_pack)
    assert cast_all(shipped_pack) == {f"{locale}/{place}/{role}" for locale, place, role in pack.guides()}


def test_names_and_figures_of_every_shape_are_cast(tmp_path: Path) -> None:
    assert len(cast_all(write_torture(tmp_path / "pack"))) == 81


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.cause)
def test_whatever_changes_is_cast_as_it_is_composed(tmp_path: Path, edit: Edit) -> None:
    pack = write_base(tmp_path / "pack")
    edit.make(pack)
    cast = cast_all(pack)
    named = {"/".join(name.split("/")[1:]) for name in cast}
    assert "port-ellen/netmaker" not in named, "a pair's own file is no business of moulds"
    assert "marland/netmaker" in named


def test_what_places_share_keeps_the_date_of_each(tmp_path: Path) -> None:
    scene = "## scene\nLogan weaves.\n"
    tree = {"facts/places/port-logan.yaml": SECOND, "snippets/en/places/port-logan.md": scene}
    pack = write_pack(tmp_path / "pack", tree)
    found = {name: cast for name, cast in cast_and_compared(pack) if cast}
    assert len(found) > 2
    assert found["en/port-logan/netmaker"].dated == "2031"
    assert found["en/port-ellen/netmaker"].dated != "2031"


@pytest.mark.parametrize(
    ("outline", "passages"),
    [
        ("  - paragraph: mixed\n", "## mixed\n{{ role.many | capital }} of {{ place.name }}.\n"),
        (
            "  - paragraph: mixed\n",
            "## mixed\n{% if place.remote %}{{ role.one }} at home{% else %}{{ place.name }}{% endif %}.\n",
        ),
        ("  - paragraph: [mixed, {decide: pay}, {decide: pool}]\n", "## mixed\nIt is said:\n"),
        ("  - paragraph: [{decide: pay}, mixed, {decide: pool}]\n", "## mixed\nIt is said:\n"),
        ("  - {paragraph: mixed, when: place.remote}\n", "## mixed\nFrom home, {{ role.one }}.\n"),
        ("  - {paragraph: mixed, when: not place.remote}\n", "## mixed\nOn site, {{ role.one }}.\n"),
        (
            "  - section: all\n    when: place.factor\n    blocks: [{paragraph: mixed}]\n",
            "## mixed\n{{ place.factor | number }} for {{ role.one }}.\n",
        ),
        ("  - lines: mixed\n", "## mixed\nOne  two\n\n  {{ place.name }}\nthree {{ role.one }}\n"),
        (
            "  - list: {each: role.wanted_in, entry: mixed}\n",
            "## mixed\n{{ item.name }} in {{ place.name }}, {{ item.confidence }}\n",
        ),
        (
            "  - list: {each: place.trades, entry: mixed}\n",
            "## mixed\n{{ item.name }}, {{ role.one }}{% if item.source %}: {{ item.source }}{% endif %}\n",
        ),
        ("  - paragraph: place:scene\n    id: again\n    blank_lines: 2\n", ""),
    ],
    ids=range(11),
)
def test_parts_of_every_kind_are_cast(tmp_path: Path, outline: str, passages: str) -> None:
    tree = {
        "rules/outline.yaml": OUTLINE + outline,
        "snippets/en/guide.md": f"{PASSAGES}\n{passages}",
        "facts/places/port-logan.yaml": SECOND.replace("2031", "2019") + "remote: yes\n",
        "snippets/en/places/port-logan.md": "## scene\n{{ role.many | capital }} in {{ place.name }}.\n",
    }
    pack = write_pack(tmp_path / "pack", tree)
    cast = cast_all(pack)
    assert "en/port-logan/netmaker" in cast or "confidence" in passages
    assert "en/port-ellen/netmaker" in cast or "confidence" in passages


def test_what_is_wrong_is_left_to_composing_it_whole(tmp_path: Path) -> None:
    broken = SECOND.replace("factor: 1.03\n", "")
    tree = {"facts/places/port-logan.yaml": broken, "snippets/en/places/port-logan.md": "## scene\nHere.\n"}
    pack = write_pack(tmp_path / "pack", tree)
    found = dict(cast_and_compared(pack))
    assert found["en/port-logan/netmaker"] is None
    assert found["en/port-ellen/netmaker"]
    with pytest.raises(Refused):
        Composer(Pack(pack)).compose("port-logan", "netmaker", "en")


@given(
    factors=st.lists(st.sampled_from(["0.97", "1.00", "1.03", "1.1"]), min_size=2, max_size=4),
    markets=st.lists(st.sampled_from(["small", "deep"]), min_size=4, max_size=4),
    dates=st.lists(st.sampled_from(["2019", "2024-05"]), min_size=4, max_size=4),
    order=st.randoms(use_true_random=False),
)
def test_places_in_any_order_get_what_is_theirs(tmp_path_factory, factors, markets, dates, order) -> None:
    tree = {}
    for number, factor in enumerate(factors):
        text = (
            SECOND.replace("1.03", factor).replace("2031", dates[number]).replace("Logan", f"Logan {number}")
        )
        text = text.replace("market: deep", f"market: {markets[number]}")
        tree[f"facts/places/port-{number}.yaml"] = text
        tree[f"snippets/en/places/port-{number}.md"] = "## scene\n{{ place.name }} weaves.\n"
    pack = Pack(write_pack(tmp_path_factory.mktemp("packs") / "pack", tree))
    moulds, composer = Moulds(Composer(pack)), Composer(pack)
    role = pack.facts.owner("role", "netmaker")
    places = [place for place in pack.published("place") if place.slug.startswith("port-")]
    order.shuffle(places)
    for place in places:
        cast = moulds.cast(place, role, "en")
        guide = composer.compose(place.slug, "netmaker", "en")
        assert cast is not None
        assert (cast.data, cast.dated) == (text_bytes(guide, pack.settings.layout), guide.meta.dated)


def test_what_a_guide_read_names_what_it_was_made_from(shipped_pack: Path) -> None:
    found = dict(cast_and_compared(ROOT))
    leuven = found["en/leuven/backend"]
    assert leuven is not None
    assert {
        "place.factor",
        "place.names",
        "place.country.names",
        "role.levels",
        "rule band",
        "rule pay-note",
        "terms levels",
        "passage place:scene",
        "passage pay.premium",
        "outline",
        "settings",
    } <= leuven.reads
    assert "passage pay.affordable" not in leuven.reads, "the other row's passage wasn't read"
    assert "passage pay.affordable" in (found["en/bruges/backend"] or leuven).reads
