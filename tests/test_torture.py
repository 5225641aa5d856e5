"""Torture guides: a fault of grammar shows on made-up names before a real city hits it.

Their texts are in torture_golden/, read by people as goldens are: no flag writes them. A test that fails
prints what came out.
"""

import difflib
import re
from itertools import combinations
from pathlib import Path

import pytest

import torture
from conftest import ROOT
from guidegen.check import check
from guidegen.compose import compose
from guidegen.formats import rendered
from guidegen.guide import Guide, Said, texts
from guidegen.lookup import Read
from guidegen.outline import uses
from guidegen.pack import Pack

GOLDEN = Path(__file__).with_name("torture_golden")
LOCALES = tuple(Pack(ROOT).locales)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """The shipped rules and passages over made-up facts."""
    return Pack(torture.write_torture(tmp_path_factory.mktemp("torture") / "pack"))


@pytest.fixture(scope="module")
def guides(pack: Pack) -> list[Guide]:
    """The nine guides in each locale."""
    return [compose(pack, place, role, locale) for locale in LOCALES for place, role in torture.guides()]


def test_each_pair_of_values_meets(guides: list[Guide], pack: Pack) -> None:
    """Scope, factor, market and role: every value of one stands with every value of each other."""
    seen = set()
    for guide in guides:
        place = pack.facts.owner("place", guide.place)
        assert place is not None
        values = [place.scope, place.facts["factor"].value, place.facts["market"].value, guide.role]
        seen |= {
            (first, second, values[first], values[second]) for first, second in combinations(range(4), 2)
        }

    assert len(seen) == 6 * 9


def said(guides: list[Guide]) -> list[Said]:
    abouts = [text for g in guides for text in (g.meta.title, g.meta.description, g.meta.address)]
    shown = [text for guide in guides for block in guide.blocks for text in texts(block)]
    links = [block.address for guide in guides for block in guide.blocks if block.kind == "link"]  # type: ignore[union-attr]
    return [
        span.origin for text in [*abouts, *shown, *links] for span in text if isinstance(span.origin, Said)
    ]


def test_every_row_and_passage_is_reached(guides: list[Guide], pack: Pack) -> None:
    """Each row of each table decides a guide in each locale; each shared passage that is named is said."""
    rows = {
        (guide.locale, d.table.name, row.name) for guide in guides for d in guide.decisions for row in d.rows
    }
    origins = said(guides)

    assert rows == {
        (locale, table.name, row.name)
        for locale in LOCALES
        for table in pack.book.tables.values()
        for row in table.rows
    }
    named = {use.name for block in pack.outline.all() for use, _ in uses(block) if not use.decides}
    spoken = {origin.passage for origin in origins}
    assert {name for name in named if ":" not in name} <= spoken
    outcomes = {row.outcome for table in pack.book.tables.values() for row in table.rows if row.outcome}
    owned = {outcome for outcome in outcomes if ":" in outcome}
    assert outcomes - owned <= spoken
    assert owned == {"role:basis"}
    assert {"engineer:basis", "host:basis"} <= spoken


def names_read(origin: Said) -> set[str]:
    def flat(reads: tuple[Read, ...]) -> set[str]:
        return {name for read in reads for name in (read.name, *flat(read.because))}

    return flat(origin.reads)


def test_every_form_is_read(guides: list[Guide], pack: Pack) -> None:
    """Each form of a name that some shared passage reads is read for each place and role."""
    pattern = re.compile(
        r"(?:place|place\.country|role)\.(?:name|in|of|one|many|title_one|title_many|of_many)"
    )
    for locale in LOCALES:
        shared = [p for p in pack.shared(locale).values() if p.location.path.endswith("guide.md")]
        wanted = {name for p in shared for name in p.names() if pattern.fullmatch(name)}
        read = {n for o in said([g for g in guides if g.locale == locale]) for n in names_read(o)}

        assert wanted <= read


def test_entries_stand_with_a_note_and_without(guides: list[Guide]) -> None:
    """Lists of one entry and of several, entries with a note and without."""
    for guide in guides:
        lists = {block.id: block.entries for block in guide.blocks if block.kind == "list"}  # type: ignore[union-attr]
        companies = ["".join(span.text for span in entry) for entry in lists["place.companies"]]

        assert any("(" in entry for entry in companies)
        assert not all("(" in entry for entry in companies)
    counts = {len(block.entries) for g in guides for block in g.blocks if block.id == "place.hubs"}  # type: ignore[union-attr]

    assert counts == {1, 2, 3}


def test_check_finds_nothing(pack: Pack) -> None:
    """No problem and no warning in the prose of made-up names; translations are accepted elsewhere."""
    found = [problem.message for problem in check(pack) if problem.kind != "unfollowed-translation"]

    assert found == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("place", "role"), torture.guides())
def test_guide(pack: Pack, place: str, role: str, locale: str) -> None:
    """The guide reads as it did when somebody read it."""
    golden = GOLDEN / locale / f"{place}-{role}.txt"
    now = rendered(compose(pack, place, role, locale), pack.settings.layout, "text").decode()
    was = golden.read_text("utf-8") if golden.is_file() else ""

    if now != was:
        lines = difflib.unified_diff(was.split("\n"), now.split("\n"), "accepted", "now", lineterm="")
        pytest.fail("\n".join(lines) + f"\n\nIf this reads well, it is {golden.name}.", pytrace=False)


def test_no_golden_is_left_over() -> None:
    """Each text in the folder belongs to a guide."""
    wanted = {f"{locale}/{place}-{role}.txt" for locale in LOCALES for place, role in torture.guides()}

    assert {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.txt")} == wanted
