"""Documents of one template are told from those of another, and from those of none."""

import os
import random
from functools import cache
from pathlib import Path

import pytest

from conftest import MINI, ROOT
from families import all_guides
from guidegen.compose import compose
from guidegen.formats import rendered
from guidegen.learn.families import families
from guidegen.learn.model import Document
from guidegen.learn.segment import document_bytes, read_document
from guidegen.pack import Pack
from guidegen.problems import Refused

SHOPPING = "Shopping list\n- milk\n- eggs\n- twelve bags of flour\nBack by six.\n"
DOC = Path("/usr/share/doc")
LICENCES = Path("/usr/share/common-licenses")


def read(text: str, path: str = "a.txt") -> Document:
    return read_document(path, text.encode())


@cache
def shipped(locale: str) -> tuple[Document, ...]:
    paths = sorted((ROOT / "golden" / locale).rglob("*.txt"))
    return tuple(
        read_document(f"{locale}/{path.parent.name}/{path.stem}", path.read_bytes()) for path in paths
    )


@cache
def made() -> tuple[Document, ...]:
    return tuple(read(text, path) for path, text in sorted(all_guides().items()))


def found(paths: list[Path]) -> list[Document]:
    """Those of the files that are texts a pack could hold."""
    read_ones = []
    for path in paths:
        try:
            read_ones.append(read_document(str(path), path.read_bytes()))
        except Refused:
            continue
    return read_ones


def copyrights() -> list[Document]:
    read_ones = found(sorted(DOC.glob("*/copyright")))
    if len(read_ones) < 50:
        pytest.skip("needs Debian's copyright files")
    return read_ones


# Families


@pytest.mark.parametrize("locale", ["en", "nl", "fr"])
def test_shipped_guides_are_a_family(locale: str) -> None:
    """Guides of one language belong together, all of them, and any two."""
    documents = shipped(locale)

    assert families(documents) == ([list(range(len(documents)))], [])
    assert families(documents[2:4]) == ([[0, 1]], [])


def test_languages_are_families() -> None:
    """Guides of three languages name the same companies, but are three families; nothing is left over."""
    documents = [guide for guides in zip(shipped("en"), shipped("nl"), shipped("fr")) for guide in guides]

    assert families(documents) == ([list(range(first, len(documents), 3)) for first in range(3)], [])


def test_two_families_and_a_shopping_list() -> None:
    """Two templates in one folder are told apart, and what is of neither is named."""
    documents = [*made()[:12], read(SHOPPING), *shipped("en"), *made()[12:]]
    groups, alone = families(documents)

    end = 13 + len(shipped("en"))
    assert groups == [[*range(12), *range(end, end + 12)], list(range(13, end))]
    assert alone == [12]


def test_the_mini_packs_guides_are_a_family() -> None:
    """Short guides belong together too."""
    pack = Pack(MINI)
    guides = [
        read_document(
            f"{place}/{role}", rendered(compose(pack, place, role, "en"), pack.settings.layout, "text")
        )
        for place in pack.facts.slugs("place")
        for role in pack.facts.slugs("role")
    ]

    assert families([*guides, *shipped("en")])[0] == [
        list(range(len(guides))),
        list(range(len(guides), len(guides) + len(shipped("en")))),
    ]


def test_sources_are_a_family_of_their_own() -> None:
    """The published documents belong together, and aren't taken for guides of the shipped pack."""
    folder = os.environ.get("GUIDEGEN_SOURCES")
    if folder is None:
        pytest.skip("needs the documents: GUIDEGEN_SOURCES=FOLDER pytest tests/test_learn_families.py")
    sources = [read_document(path.name, path.read_bytes()) for path in sorted(Path(folder).glob("*.txt"))]

    assert families(sources) == ([[0, 1, 2, 3]], [])
    assert families([sources[0], sources[3]]) == ([[0, 1]], [])
    end = 4 + len(shipped("en"))
    assert families([*sources, *shipped("en"), read(SHOPPING)]) == (
        [[0, 1, 2, 3], list(range(4, end))],
        [end],
    )


def test_a_damaged_guide_stays_in_its_family() -> None:
    """Half of a guide, and one with other blank lines and endings, belong to the family still."""
    half, other = (document_bytes(document) for document in shipped("en")[:2])
    documents = [
        *shipped("en")[2:],
        read_document("half", half[: len(half) // 2].rsplit(b"\n", 1)[0]),
        read_document("other", b"\xef\xbb\xbf" + other.replace(b"\n", b"\r\n\r\n")),
    ]

    assert families(documents) == ([list(range(len(documents)))], [])


# One, two, nothing in common


def test_one_document_is_a_family() -> None:
    """There is nothing that a single document could differ from."""
    assert families([read(SHOPPING)]) == ([[0]], [])
    assert families([]) == ([], [])


def test_two_documents_with_nothing_in_common_are_none() -> None:
    """Two documents of different kinds belong to no family."""
    assert families([read(SHOPPING), shipped("en")[0]]) == ([], [0, 1])


@pytest.mark.parametrize("text", [SHOPPING, "- a\n- b\n", "---\n", "One line"])
def test_equal_documents_are_a_family(text: str) -> None:
    """However little is in them."""
    assert families([read(text), shipped("nl")[0], read(text)]) == ([[0, 2]], [1])


# Order, and foreign documents


def test_the_order_of_documents_changes_nothing() -> None:
    """Families are the same sets whatever the order of documents, and are named by their first."""
    documents = [*shipped("en"), *shipped("fr"), *made(), read(SHOPPING), *found(sorted(LICENCES.glob("*")))]
    expected = partition(documents)
    for seed in range(4):
        random.Random(seed).shuffle(documents)  # noqa: S311
        groups, alone = families(documents)
        assert partition(documents) == expected
        assert [group[0] for group in groups] == sorted(min(group) for group in groups)
        assert sorted([*alone, *(number for group in groups for number in group)]) == list(
            range(len(documents))
        )


def partition(documents: list[Document]) -> set[frozenset[tuple[str, int]]]:
    groups, alone = families(documents)
    return {
        frozenset((documents[number].path, len(documents[number].blocks)) for number in group)
        for group in [*groups, *([number] for number in alone)]
    }


def test_licences_go_by_their_kin() -> None:
    """Versions of one licence are a family; licences that only quote each other's words are not."""
    documents = found([path for path in sorted(LICENCES.glob("*")) if not path.is_symlink()])
    if len(documents) < 8:
        pytest.skip("needs Debian's common licences")
    groups, _ = families(documents)
    names = [{Path(documents[number].path).name for number in group} for group in groups]

    assert {"MPL-1.1", "MPL-2.0"} in names
    assert {"GFDL-1.2", "GFDL-1.3"} in names
    assert not [group for group in names if {"Apache-2.0", "GPL-3"} <= group]


def test_guides_among_copyright_files() -> None:
    """A family stays whole, and by itself, among hundreds of files of another kind."""
    documents = [*copyrights(), *shipped("en"), *made()]
    groups, alone = families(documents)

    middle = len(documents) - len(made())
    start = middle - len(shipped("en"))
    assert [group for group in groups if group[-1] >= start] == [
        list(range(start, middle)),
        list(range(middle, len(documents))),
    ]
    assert [number for number in alone if number >= start] == []


def test_equal_copyright_files_are_of_one_family() -> None:
    """Packages of one source have the same file: it is never in two families."""
    documents = copyrights()
    groups, alone = families(documents)
    group_of = {number: index for index, group in enumerate(groups) for number in group}
    by_text: dict[bytes, list[int]] = {}
    for number, document in enumerate(documents):
        by_text.setdefault(document_bytes(document), []).append(number)
    several = [numbers for numbers in by_text.values() if len(numbers) > 1]

    assert several
    assert [numbers for numbers in several if len({group_of.get(n, -n) for n in numbers}) > 1] == []
    assert len(alone) < len(documents)


def test_thousands_of_documents_that_share_nothing() -> None:
    """Each is a kind of its own, and that takes no comparison of each with each."""
    dice = random.Random(3)  # noqa: S311
    texts = [
        " ".join(f"{dice.getrandbits(40):x}".translate(LETTERS) for _ in range(120)) for _ in range(3_000)
    ]

    assert families([read(f"{text}.") for text in texts]) == ([], list(range(3_000)))


LETTERS = str.maketrans("0123456789", "ghijklmnop")
