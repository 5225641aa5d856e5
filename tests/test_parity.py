"""Parity: the guides to one place and role mention the same facts in every published locale."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from bilingual import (
    DUTCH,
    EN,
    GUIDE,
    NL,
    SCENE,
    SETTINGS,
    write_dutch,
    write_trilingual,
)
from guidegen.check import check
from guidegen.compose import Composer
from guidegen.followed import follow, to_accept
from guidegen.pack import Pack
from guidegen.parity import Parity
from guidegen.problems import Problem, errors

Tree = dict[str, str | bytes | None]


def accepted(root: Path) -> Path:
    """A pack whose translations are in step: parity is another matter."""
    for locale in Pack(root).locales[1:]:
        pack = Pack(root)
        follow(pack, locale, to_accept(pack, locale))
    return root


def dutch(folder: Path, changes: Tree) -> Path:
    return accepted(write_dutch(folder / "pack", changes))


def parity(root: Path) -> list[str]:
    """What `check` says of facts that one guide mentions and another doesn't; nothing else is wrong."""
    found = check(Pack(root))
    assert [one for one in found if one.kind != "parity"] == []
    return [f"{one.location}: {one.message}" for one in found]


def without(text: str, old: str, new: str = "") -> str:
    assert old in text
    return text.replace(old, new)


def missed(at: str, key: str, *, by: str, has: str, about: str = "port-ellen", more: str = "") -> str:
    """A finding, as `parity` gives it."""
    message = f"the {by} guide to {about} × netmaker doesn't mention '{key}', which the {has} one does"
    return f"{at}: {message}{more}"


# What is reported


def test_guides_that_mention_the_same_are_fine(tmp_path: Path) -> None:
    """In other words, in another order, in forms of names that only one language has."""
    changed = without(GUIDE, "{{ item.title }}", "{{ item.title | lower }}")
    assert parity(dutch(tmp_path, {"snippets/nl/guide.md": changed})) == []
    assert parity(accepted(write_trilingual(tmp_path / "three"))) == []


def test_a_fact_that_the_translation_leaves_out(tmp_path: Path) -> None:
    """It is an error at the slot of the guide that mentions it, and names where to say it."""
    scene = "## scene\nEr varen schepen uit {{ place.name }}.\n"
    root = dutch(tmp_path, {"snippets/nl/places/port-ellen.md": scene})

    (found,) = check(Pack(root))
    assert found == Problem(
        "parity",
        "the nl guide to port-ellen × netmaker doesn't mention 'port-ellen.figures.ships',"
        " which the en one does",
        found.location,
        "say it in snippets/nl/places/port-ellen.md:1 too, or leave it out here",
    )
    assert str(found.location) == "snippets/en/places/port-ellen.md:2:1"
    assert errors([found])


def test_a_fact_that_the_translation_adds(tmp_path: Path) -> None:
    """Then it is the source that lacks it."""
    scene = SCENE + "In {{ place.figures.ships.dated }} geteld.\n"
    root = dutch(tmp_path, {"snippets/nl/places/port-ellen.md": scene})

    at = "snippets/nl/places/port-ellen.md:3:4"
    assert parity(root) == [missed(at, "port-ellen.figures.ships.dated", by="en", has="nl")]


def test_one_passage_of_several_guides_is_said_once(tmp_path: Path) -> None:
    """A slot that all guides share is one mistake, with the number of facts that it is about."""
    changed = without(GUIDE, "tussen {{ band.junior.from | thousands }} en", "hoogstens op")
    changed = without(changed, "{{ item.from | money }} – ", "tot ")
    root = dutch(tmp_path, {"snippets/nl/guide.md": changed})

    last = {"by": "nl", "has": "en", "about": "marland", "more": " (and 1 more like this)"}
    assert parity(root) == [
        missed("snippets/en/guide.md:20:8", "netmaker.levels.junior.from", **last),
        missed("snippets/en/guide.md:35:1", "netmaker.levels.senior.from", **last),
    ]


def test_a_note_that_is_left_out(tmp_path: Path) -> None:
    """Of an entry, its note is a fact of its own; whether it is read by name or as a whole isn't."""
    changed = without(GUIDE, "{{ item.name }}{% if item.note %} ({{ item.note }}){% endif %}", "{{ item }}")
    root = dutch(tmp_path, {"snippets/nl/guide.md": changed})

    at = "snippets/en/guide.md:17:34"
    assert parity(root) == [missed(at, "port-ellen.employers[1].note", by="nl", has="en")]


def test_a_list_that_is_cut_shorter(tmp_path: Path) -> None:
    """Of a list, each entry that is named is a fact; how they are joined is the language's affair."""
    changed = without(GUIDE, "first(2) | and_list", "first(2) | join(' / ')")
    assert parity(dutch(tmp_path / "a", {"snippets/nl/guide.md": changed})) == []

    changed = without(GUIDE, "first(2) | and_list", "first(1) | and_list")
    at = "snippets/en/guide.md:11:11"
    found = parity(dutch(tmp_path / "b", {"snippets/nl/guide.md": changed}))
    assert found == [missed(at, "port-ellen.trades[1]", by="nl", has="en")]


def test_how_many_there_are(tmp_path: Path) -> None:
    """A list that is counted is told of in another way than by its entries."""
    changed = without(GUIDE, "Werkgevers", "De {{ place.employers | count | number }} werkgevers")
    (found,) = parity(dutch(tmp_path, {"snippets/nl/guide.md": changed}))

    assert "the en guide to marland × netmaker doesn't mention 'marland.employers', which" in found


def test_a_sentence_that_depends_on_a_fact(tmp_path: Path) -> None:
    """A condition says something of a fact too: a guide that goes without it says less."""
    told = "{% if place.remote %}Nets are made anywhere.{% endif %}"
    tree: Tree = {
        "snippets/en/places/port-ellen.md": "## scene\n{{ place.figures.ships | number }} ships. " + told,
        "facts/places/port-ellen.yaml": f"{DUTCH['facts/places/port-ellen.yaml']}remote: yes\n",
    }

    at = "snippets/en/places/port-ellen.md:2:64"
    assert parity(dutch(tmp_path, tree)) == [missed(at, "port-ellen.remote", by="nl", has="en")]


def test_of_three_locales_each_that_lacks_it_is_named(tmp_path: Path) -> None:
    scene = "## scene\nUit {{ place.name }} varen schepen.\n"
    changes: Tree = {"snippets/nl/places/port-ellen.md": scene}
    (one,) = parity(accepted(write_trilingual(tmp_path / "one", changes)))
    assert "the nl guide" in one
    assert "the en one" in one

    changes["snippets/en/places/port-ellen.md"] = "## scene\nShips leave {{ place.name }}.\n"
    found = parity(accepted(write_trilingual(tmp_path / "two", changes)))
    assert [text[: text.index(" to ")] for text in found] == [
        "snippets/fr/places/port-ellen.md:2:29: the en guide",
        "snippets/fr/places/port-ellen.md:2:29: the nl guide",
    ]


# What isn't


def test_names_and_the_site_are_no_facts(tmp_path: Path) -> None:
    """A language may go without a name that another repeats, and speak of the site or not."""
    changed = without(GUIDE, "Alle vacatures op {{ site.name }}", "Alle vacatures")
    changed = without(changed, "meer dan in {{ place.country.name }}", "veel")
    changed = without(changed, "Er zijn veel {{ role.many }} in {{ place.name }}", "Er zijn er veel")
    changed = without(changed, "{{ item.title }}", "{{ item.key }}")
    changed = without(changed, "/nl/{{ place.slug }}", "/nl")

    assert parity(dutch(tmp_path, {"snippets/nl/guide.md": changed})) == []


@pytest.mark.parametrize("override", ["text: Vraag ons ernaar.", "absent: yes"])
def test_what_a_person_wrote_over_is_not_compared(tmp_path: Path, override: str) -> None:
    """An override is one locale's own text for a block: the facts of that block are left out."""
    line = f"  - {{locale: nl, block: 'place:scene', {override}, owner: A, reason: B, source: C}}\n"
    tree: Tree = {"facts/pairs/port-ellen/netmaker.yaml": "overrides:\n" + line}
    changed = without(GUIDE, "{% if item.note %} ({{ item.note }}){% endif %}")

    assert parity(dutch(tmp_path / "a", tree)) == []
    (found,) = parity(dutch(tmp_path / "b", {**tree, "snippets/nl/guide.md": changed}))
    assert "port-ellen.employers[1].note" in found


def test_drafts_are_not_compared(tmp_path: Path) -> None:
    """Neither a draft locale nor a draft place has published guides."""
    scene = "## scene\nEr varen schepen uit {{ place.name }}.\n"
    tree: Tree = {"snippets/nl/places/port-ellen.md": scene}
    draft: Tree = {"pack.yaml": SETTINGS.replace(EN, EN + NL.replace("}", ", status: draft}"))}
    place = str(DUTCH["facts/places/port-ellen.yaml"]).replace("published", "draft")

    root = write_dutch(tmp_path / "a", {**tree, **draft})
    pack = Pack(root)
    follow(pack, "nl", to_accept(pack, "nl"))
    assert parity(root) == []
    assert parity(dutch(tmp_path / "b", {**tree, "facts/places/port-ellen.yaml": place})) == []


def test_a_guide_that_cannot_be_made_is_not_compared(tmp_path: Path) -> None:
    """What keeps it from being made is one mistake; that it mentions nothing isn't another."""
    root = dutch(tmp_path, {"snippets/nl/places/port-ellen.md": None})

    assert [one.kind for one in check(Pack(root))] == ["missing-passage"]


# For any facts


def texts_of(root: Path) -> list[str]:
    """What parity says of guides that are composed one after the other."""
    pack = Pack(root)
    composer, compared = Composer(pack), Parity(pack)
    for locale, place, role in sorted(pack.guides(), key=lambda guide: guide[1:]):
        compared.note(composer.compose(place, role, locale))
    return [found.message for found in compared.problems()]


WORDS = st.text("abcdefgh", min_size=1, max_size=8)
ENTRIES = st.lists(st.tuples(WORDS, st.none() | WORDS), min_size=1, max_size=5, unique_by=lambda one: one[0])


@examples(max_examples=40)
@given(
    st.decimals("0.5", "2", places=2),
    st.sampled_from(["deep", "small"]),
    st.lists(st.sampled_from(["salt", "fishing", "weaving"]), min_size=2, max_size=3, unique=True),
    ENTRIES,
    st.integers(1, 10**9),
)
def test_the_same_slots_mention_the_same_facts(
    factor: object, market: str, trades: list[str], employers: list[tuple[str, str | None]], ships: int
) -> None:
    """Whatever the facts are, and whichever sentences tables choose by them."""
    notes = {note: f", note: '{note}'" if note else "" for _, note in employers}
    listed = ", ".join(f"{{name: '{name}'{notes[note]}}}" for name, note in employers)
    place = f"""\
names: {{en: Port Ellen, nl: Port Ellen, fr: Port-Hélène}}
scope: city
within: marland
status: published
source: an invented atlas
factor: {factor}
market: {market}
trades: [{", ".join(trades)}]
employers: [{listed}]
figures: {{ships: {ships}}}
"""
    with tempfile.TemporaryDirectory() as folder:
        root = write_trilingual(Path(folder) / "pack", {"facts/places/port-ellen.yaml": place})
        assert texts_of(root) == []


SLOTS = {
    "{{ place.trades | first(2) | and_list }}": {"port-ellen.trades[0]", "port-ellen.trades[1]"},
    "{{ place.figures.ships | number }}": {"port-ellen.figures.ships", "marland.figures.ships"},
    "{{ item.note }}": {"port-ellen.employers[1].note"},
    "{{ item.to | money }}": {"netmaker.levels.junior.to"},
    "{{ band.junior.from | thousands }}": set(),
    "{{ band.senior.to | thousands }}": set(),
    "{{ item.title }}": set(),
    "{{ role.many }}": set(),
    "{{ place.country.name }}": set(),
}


@examples(max_examples=30)
@given(st.sets(st.sampled_from(sorted(SLOTS))))
def test_exactly_the_facts_that_are_left_out_are_missed(left_out: set[str]) -> None:
    """Slots go missing from the Dutch, one by one or together; what is said elsewhere still is."""
    guide, scene = GUIDE, SCENE
    expected = {key for slot in left_out for key in SLOTS[slot]}
    if "{{ item.note }}" in left_out:
        guide = guide.replace("{% if item.note %} ({{ item.note }}){% endif %}", "")
    if {"{{ item.to | money }}", "{{ band.senior.to | thousands }}"} <= left_out:
        expected.add("netmaker.levels.senior.to")
    for slot in left_out:
        guide, scene = guide.replace(slot, "x"), scene.replace(slot, "x")
    with tempfile.TemporaryDirectory() as folder:
        places = {f"snippets/nl/places/{slug}.md": scene for slug in ("port-ellen", "marland")}
        root = write_dutch(Path(folder) / "pack", {"snippets/nl/guide.md": guide, **places})
        found = texts_of(root)

    assert {text.split("'")[-2] for text in found} == expected
    assert all("the nl guide" in text for text in found)


def test_the_order_of_locales_makes_no_difference(tmp_path: Path) -> None:
    """The guides to one place are compared among themselves, whichever comes first, and with no other's."""
    scene = "## scene\nEr varen schepen uit {{ place.name }}.\n"
    pack = Pack(write_trilingual(tmp_path / "pack", {"snippets/nl/places/port-ellen.md": scene}))
    composer = Composer(pack)
    said = []
    for order in (1, -1):
        compared = Parity(pack)
        for place in ("port-ellen", "marland"):
            for locale in pack.locales[::order]:
                compared.note(composer.compose(place, "netmaker", locale))
        said.append([found.message.split(",")[0] for found in compared.problems()])

    assert said[0] == said[1]
    assert said[0] == ["the nl guide to port-ellen × netmaker doesn't mention 'port-ellen.figures.ships'"]
