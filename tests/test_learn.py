"""Learning as a team would use it: a folder of guides becomes a pack that renders them back."""

import os
import random
import subprocess
import sys
from collections.abc import Iterable
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest

from conftest import ROOT, run
from families import PLACES, ROLES, all_guides, name
from guidegen.compose import Composer
from guidegen.formats.text import text_bytes
from guidegen.learn.gather import gathered
from guidegen.learn.questions import Decisions, read_decisions
from guidegen.learn.segment import read_document
from guidegen.learn.whole import Lesson, learned_from
from guidegen.pack import Pack
from guidegen.problems import Refused
from guidegen.source import Source
from guidegen.yamlfile import need_yaml

SOURCES = os.environ.get("GUIDEGEN_SOURCES")
needs_sources = pytest.mark.skipif(
    not SOURCES, reason="GUIDEGEN_SOURCES names no folder with the source documents"
)
NO_DECISIONS = read_decisions(None)


def lesson(
    documents: dict[str, str | bytes],
    axis: dict[str, str] | None = None,
    decisions: Decisions = NO_DECISIONS,
    locale: str = "en",
) -> Lesson:
    """What is learned of some documents."""
    read = [
        read_document(path, text.encode() if isinstance(text, str) else text)
        for path, text in sorted(documents.items())
    ]
    return learned_from(read, locale, axis or {}, decisions, "Site", lambda _done: None)


def pack_of(found: Lesson, folder: Path, within: str = "") -> Pack:
    """A learned pack, on disk."""
    for path, data in found.files.items():
        if path.startswith(within):
            file = folder / path.removeprefix(within)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    return Pack(folder)


def rendered(pack: Pack) -> dict[str, bytes]:
    """All published guides, by place and role."""
    composer = Composer(pack)
    return {
        f"{place}/{role}": text_bytes(composer.compose(place, role, locale), pack.settings.layout)
        for locale, place, role in pack.guides()
    }


def goldens(found: Lesson) -> list[bytes]:
    return sorted(data for path, data in found.files.items() if "golden/" in path)


def literal(found: Lesson) -> int:
    """How many blocks are kept as they stand."""
    return sum(data.count(b"owner: learned") for path, data in found.files.items() if "/pairs/" in path)


def numbers(pack: Pack) -> tuple[dict[str, Decimal], dict[str, dict[str, tuple[Decimal, ...]]]]:
    """Factors by place, and bases by role and level."""
    factors, bases = {}, {}
    for place in pack.published("place"):
        value = place.facts["factor"].value
        assert isinstance(value, Decimal)
        factors[place.slug] = value
    for role in pack.published("role"):
        levels = role.facts["levels"].value
        assert isinstance(levels, dict)
        bases[role.slug] = {
            level: tuple(end.value for end in record.value.values())  # type: ignore[union-attr,misc]
            for level, record in levels.items()
        }
    return factors, bases


# The four guides that the site published


def sources(*names: str) -> dict[str, str | bytes]:
    assert SOURCES
    wanted = names or ("belgium", "bruges", "leuven", "mechelen")
    return {f"{one}.txt": (Path(SOURCES) / f"{one}.txt").read_bytes() for one in wanted}


BASES = {"junior": (36000, 48000), "mid_level": (46000, 63000), "senior": (60000, 85000)}
FACTORS = {"belgium": "1", "leuven": "1.03", "mechelen": "0.97", "bruges": "0.93"}


@needs_sources
def test_the_source_documents_come_back_byte_for_byte(tmp_path: Path) -> None:
    """The mission's test: learned and rendered, the four are what they were; nothing is kept literally."""
    found = lesson(sources())
    pack = pack_of(found, tmp_path)
    guides = rendered(pack)

    assert {path.split("/")[0]: data for path, data in guides.items()} == {
        path.removesuffix(".txt"): data for path, data in sources().items()
    }
    assert literal(found) == 0
    assert run("diff", cwd=tmp_path).code == 0
    assert run("check", cwd=tmp_path).code == 0


@needs_sources
def test_their_figures_are_base_times_factor(tmp_path: Path) -> None:
    """Bases and factors are found as exact decimals; short figures are derived, not stored."""
    pack = pack_of(lesson(sources()), tmp_path)
    factors, bases = numbers(pack)
    prose = (tmp_path / "snippets/en/guide.md").read_text("utf-8")

    assert {place: str(factor) for place, factor in factors.items()} == FACTORS
    assert list(bases.values()) == [BASES]
    assert prose.count("| thousands }}") == 4, "all short figures that the documents have"
    assert not any("figure" in field for field in pack.fields["place"])


@needs_sources
@pytest.mark.parametrize("count", [2, 3])
def test_any_of_them_give_the_same_figures(count: int, tmp_path: Path) -> None:
    """From any two or three of the four the same bases and factors follow."""
    for names in combinations(FACTORS, count):
        factors, bases = numbers(pack_of(lesson(sources(*names)), tmp_path / "-".join(names)))
        assert {place: str(factor) for place, factor in factors.items()} == {
            one: FACTORS[one] for one in names
        }
        assert list(bases.values()) == [BASES]


@needs_sources
def test_no_rule_is_believed_on_four_places(tmp_path: Path) -> None:
    """Each choice is an editorial fact, with the alternatives as questions; no table is over a factor."""
    found = lesson(sources())
    pack = pack_of(found, tmp_path)
    rules = [question for question in found.questions if question.default == "field"]

    assert len(rules) == 3
    assert all(len(question.answers) >= 2 for question in rules), "the default, and an alternative at least"
    for table in pack.book.tables.values():
        assert all(column.name.endswith("_text") for column in table.columns)


@needs_sources
def test_with_the_editors_decisions_the_tables_are_the_designs(tmp_path: Path) -> None:
    """Pay follows from the factor; the talent pool and the fit are facts with names that an editor gives."""
    questions = [question for question in lesson(sources()).questions if question.default == "field"]
    by_labels = {question.about.count("; v") + 1: question for question in questions}
    pay = next(question for question in questions if "sentence" in question.about)
    fit = next(one for one in questions if one is not pay and one is not by_labels[3])
    text = (
        f'"{pay.id}": {{by: place.factor}}\n'
        f'"{by_labels[3].id}": {{field: market, labels: [niche, deep, balanced]}}\n'
        f'"{fit.id}": {{field: fit, labels: [other-strengths, in-field]}}\n'
    )
    decisions = read_decisions(need_yaml(Source("decisions.yaml", text)))
    plain, decided = lesson(sources()), lesson(sources(), decisions=decisions)
    pack = pack_of(decided, tmp_path)
    columns = {tuple(column.name for column in table.columns) for table in pack.book.tables.values()}

    assert columns == {("place.factor",), ("place.market",), ("place.fit",)}
    assert decisions.unused(decided.questions) == []
    assert goldens(plain) == goldens(decided)
    assert set(rendered(pack).values()) == set(goldens(decided))
    outcomes = {}
    for decision in Composer(pack).compose("bruges", "backend-developers", "en").decisions:
        outcomes[decision.table.columns[0].name] = decision.rows[0].name
    assert outcomes["place.market"] == "niche"
    assert outcomes["place.fit"] == "other-strengths"


@needs_sources
def test_the_phrase_they_share_can_become_the_role(tmp_path: Path) -> None:
    """'Backend Developers' is offered as the role; if the editor says so, its forms are slots."""
    found = lesson(sources())
    offered = next(question for question in found.questions if "Backend Developers" in question.about)
    decided = lesson(sources(), axis={"role": "Backend Developers"})
    pack = pack_of(decided, tmp_path)

    assert offered.default == "no"
    assert "{{ role.title_many }}" in (tmp_path / "snippets/en/guide.md").read_text("utf-8")
    assert set(rendered(pack).values()) == set(sources().values())


# A family of our own: six places, four roles


def test_both_axes_and_every_figure_are_found(tmp_path: Path) -> None:
    """Places and roles, optional sections, bands, a rule over the factor: and every guide as it was."""
    found = lesson(all_guides())
    pack = pack_of(found, tmp_path)
    factors, bases = numbers(pack)

    assert {place.names.label("en") for place in pack.published("place")} == {*PLACES}
    assert sorted(bases) == sorted(f"{role.lower().replace(' ', '-')}s" for role in ROLES)
    assert {slug: str(factor) for slug, factor in factors.items()} == {
        place.lower().replace(" ", "-"): of[0] for place, of in PLACES.items()
    }
    assert bases == {
        f"{role.lower().replace(' ', '-')}s": {"junior": of[0], "senior": of[1]} for role, of in ROLES.items()
    }
    assert sorted(rendered(pack).values()) == sorted(text.encode() for text in all_guides().values())
    assert literal(found) == 0
    columns = {tuple(column.name for column in table.columns) for table in pack.book.tables.values()}
    assert columns == {("place.factor",), ("trades_and_wanted_in_meet",)}, "also what both tell together"
    assert {block.when.name for block in pack.outline.all() if block.when} == {
        "place.has_places_to_work",
        "role.has_on_call",
    }


@pytest.mark.parametrize("place", PLACES)
def test_a_combination_left_out_comes_back(place: str, tmp_path: Path) -> None:
    """What place and role have together follows from what each has with others: no document needed."""
    for role in ROLES:
        rest = {path: text for path, text in all_guides().items() if path != name(place, role)}
        pack = pack_of(lesson(rest), tmp_path / role)
        slugs = place.lower().replace(" ", "-"), f"{role.lower().replace(' ', '-')}s"
        guide = Composer(pack).compose(*slugs, "en")

        assert text_bytes(guide, pack.settings.layout).decode() == all_guides()[name(place, role)]
        assert ("en", *slugs) not in set(pack.guides()), "no document, no golden: not published"


def test_fourteen_of_twenty_four_are_enough(tmp_path: Path) -> None:
    """From fourteen documents the other ten follow."""
    chance = random.Random(3)  # noqa: S311  # the same documents each time
    every = all_guides()
    for round_ in range(3):
        kept = dict(sorted(every.items())[index] for index in sorted(chance.sample(range(24), 14)))
        pack = pack_of(lesson(kept), tmp_path / str(round_))
        composer = Composer(pack)
        for place in PLACES:
            for role in ROLES:
                slugs = place.lower().replace(" ", "-"), f"{role.lower().replace(' ', '-')}s"
                text = text_bytes(composer.compose(*slugs, "en"), pack.settings.layout).decode()
                assert text == every[name(place, role)]


def test_the_shipped_guides_are_learned_in_every_language(tmp_path: Path) -> None:
    """The guides of a role in each of three languages: exact, and mostly text that they share."""
    for locale in ("en", "nl", "fr"):
        documents: dict[str, str | bytes] = {
            f"{path.parent.name}.txt": path.read_bytes()
            for path in (ROOT / "golden" / locale).glob("*/backend.txt")
        }
        found = lesson(documents, locale=locale)
        pack = pack_of(found, tmp_path / locale)

        assert sorted(rendered(pack).values()) == sorted(documents.values())
        assert literal(found) == 0
        assert run("check", cwd=tmp_path / locale).code == 0


# Damage


def damaged() -> dict[str, str]:
    """One document of the family, damaged in two dozen ways."""
    text = all_guides()[DAMAGED]
    lines = text.split("\n")
    return {
        "a missing line": "\n".join(lines[:3] + lines[4:]),
        "a missing section": "\n".join(lines[:7] + lines[10:]),
        "sections in another order": "\n".join(lines[:4] + lines[7:10] + lines[4:7] + lines[10:]),
        "a section twice": "\n".join(lines[:10] + lines[7:10] + lines[10:]),
        "a list in another order": text.replace("- Quayline\n- Merrow Foods", "- Merrow Foods\n- Quayline"),
        "a typo": text.replace("advertise", "advertice"),
        "two blanks": text.replace("above what", "above  what"),
        "CRLF": text.replace("\n", "\r\n"),
        "one CRLF": text.replace("\n", "\r\n", 1),
        "a blank line": text.replace("Skills\n", "\nSkills\n"),
        "a line of blanks": text.replace("Skills\n", "   \nSkills\n"),
        "a trailing blank": text.replace("Pay\n", "Pay \n"),
        "a byte order mark": "\ufeff" + text,
        "a wrong figure": text.replace("€29,120", "€39,120"),
        "braces": text.replace("the country", "{{ the }} {% country %} {# so #}"),
        "no final newline": text[:-1],
        "two final newlines": text + "\n",
        "a blank line first": "\n" + text,
        "a tab": text.replace("What to", "What\tto"),
        "a hash": text.replace("Skills\n", "# Skills\n"),
        "an entry more": text.replace("- Scripting", "- Scripting\n- Luck"),
        "an entry less": text.replace("- Scripting\n", ""),
        "a paragraph more": text.replace("Skills\n", "Something that nobody else says.\nSkills\n"),
        "other quotes": text.replace("country pays", "“country” pays"),
        "another bullet": text.replace("- Test design", "* Test design"),
        "backslashes": text.replace("all the year", "\\all 'the' \\year"),
        "a row less": "\n".join(line for line in lines if not line.startswith("| Senior")),
        "another document": "Milk\nBread\nButter\n",
    }


DAMAGED = name("Port Sorrel", "Test Engineer")


@pytest.mark.parametrize("damage", damaged())
def test_damage_is_exact_local_and_named(damage: str, tmp_path: Path) -> None:
    """The damaged document comes back damaged; the others are explained as ever; the report says it."""
    documents: dict[str, str | bytes] = {**all_guides(), DAMAGED: damaged()[damage]}
    found = lesson(documents)
    whole = lesson(all_guides())
    pack = pack_of(found, tmp_path)

    assert goldens(found) == sorted(
        text.encode() if isinstance(text, str) else text for text in documents.values()
    )
    assert all((tmp_path / "golden").rglob("*.txt"))
    assert run("diff", cwd=tmp_path).code == 0
    assert literal(found) <= 3
    others = {path for path in whole.files if "/places/" in path or "/roles/" in path} - {
        "facts/places/port-sorrel.yaml"
    }
    changed = {path for path in others if found.files.get(path) != whole.files[path]}
    assert not {path for path in changed if path.startswith("snippets/")}, "the others' prose is as it was"
    assert pack.problems == []
    if damage in NAMED:
        assert NAMED[damage] in found.files["report.md"].decode()


def line_of(beginning: str) -> str:
    """Where a line of the damaged document stands, as the report names it."""
    lines = all_guides()[DAMAGED].split("\n")
    return f"{DAMAGED}:{next(number for number, line in enumerate(lines, 1) if line.startswith(beginning))}"


NAMED = {
    "a typo": "advertice",
    "a missing line": "a block that the others have is missing",
    "a wrong figure": "39,120 doesn't fit: 29,120 expected",
    "a trailing blank": "`Pay ` where `Pay`",
    "two blanks": line_of("Pay in"),
    "a list in another order": line_of("- Quayline"),
}


# Laws


def test_order_and_seed_make_no_difference(tmp_path: Path) -> None:
    """The same pack, byte for byte, whatever the order of arguments, the hash seed and the folder."""
    packs = []
    for seed, where in (("0", "one"), ("1", "two"), ("77", "three")):
        folder = tmp_path / where / "documents"
        for path, text in all_guides().items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        names = sorted((str(path) for path in folder.rglob("*.txt")), reverse=seed == "1")
        code = "import sys; from guidegen.cli.main import run; raise SystemExit(run())"
        subprocess.run(
            [sys.executable, "-c", code, "learn", *names, "-o", str(tmp_path / where / "pack")],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        root = tmp_path / where / "pack"
        packs.append(
            {path.relative_to(root): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
        )

    assert packs[0] == packs[1] == packs[2]


ODD_LINES = ["", "   ", "- x", "| a |", "# h", "{% if %}", "{{ place.name }}", "…"]


def scrambled(chance: random.Random) -> dict[str, str | bytes]:
    """A small family with damage at random."""
    documents: dict[str, str | bytes] = {}
    every = sorted(all_guides().items())
    for path, text in chance.sample(every, chance.randint(2, 5)):
        lines = text.split("\n")[: chance.randint(3, 16)]
        for _ in range(chance.randint(0, 4)):
            at = chance.randrange(len(lines))
            what = chance.randrange(8)
            if what == 0:
                del lines[at]
            elif what == 1:
                lines.insert(
                    at, chance.choice(["", "   ", "- x", "| a |", "# h", "{% if %}", "{{ place.name }}", "…"])
                )
            elif what == 2:
                lines[at] = lines[at][::-1].strip() or "x"
            elif what == 3:
                lines[at] += chance.choice([" ", ".", "{", "'", '"', "\\", ": #", "é"])
            elif what == 4:
                lines[at], lines[0] = lines[0], lines[at]
            elif what == 5:
                lines[at] = lines[at].replace(" ", "  ", 1)
            elif what == 6:
                lines[at] = lines[at].upper()
            else:
                lines.append(lines[at])
            lines = lines or ["x"]
        if not any(line.strip() for line in lines):
            lines.append("x")
        documents[path] = chance.choice(["\n", "\n", "\r\n"]).join(lines) + chance.choice(["", "\n", "\n\n"])
    return documents


@pytest.mark.parametrize("block", range(10))
def test_five_hundred_scrambled_families(block: int) -> None:
    """Whatever documents look like, they come back, or it is said where one can't."""
    for seed in range(block * 50, block * 50 + 50):
        documents = scrambled(random.Random(seed))  # noqa: S311  # the same families each time
        found = lesson(documents)
        assert goldens(found) == sorted(
            text.encode() if isinstance(text, str) else text for text in documents.values()
        ), seed


# Documents that nobody wrote for this


def foreign() -> dict[str, list[Path]]:
    """Families of texts that are on most machines."""
    installed = Path(os.__file__).parent
    return {
        "copyright files": sorted(Path("/usr/share/doc").glob("lib[a-d]*/copyright"))[:60],
        "licences": sorted(Path("/usr/share/common-licenses").glob("*")),
        "package metadata": sorted(Path(pytest.__file__).parents[1].glob("*.dist-info/METADATA")),
        "readmes": sorted(installed.rglob("README*.txt")) + sorted(installed.rglob("README*.md")),
        "licence texts of packages": sorted(Path(pytest.__file__).parents[1].glob("*.dist-info/**/LICENSE*")),
    }


@pytest.mark.parametrize("kind", foreign())
def test_a_foreign_family_comes_back(kind: str) -> None:
    """Documents of any template, wherever they are from, are exact; what can't be held is said."""
    documents: dict[str, str | bytes] = {}
    for path in foreign()[kind]:
        try:
            data = path.read_bytes()[:60_000]
            read_document("x", data)
        except (Refused, OSError):
            continue
        documents[f"{len(documents):03}-{path.parent.name}.txt"] = data
    if len(documents) < 3:
        pytest.skip(f"this machine has no {kind}")

    assert goldens(lesson(documents)) == sorted(documents.values())


# Several families, and what belongs to none


def test_families_are_told_apart(tmp_path: Path) -> None:
    """Two templates in one folder are two packs; a shopping list is kept whole and reported."""
    dutch = {
        f"nl/{path.parent.name}.txt": path.read_bytes() for path in (ROOT / "golden/nl").glob("*/backend.txt")
    }
    found = lesson({**all_guides(), **dutch, "list.txt": "Milk\nBread\nButter\n"})

    assert {path.split("/")[0] for path in found.files} == {"family-1", "family-2", "kept-whole"}
    assert "list.txt belongs to no other document" in found.files["kept-whole/report.md"].decode()
    for folder in ("family-1/", "family-2/", "kept-whole/"):
        pack = pack_of(found, tmp_path / folder, folder)
        golden = {data for path, data in found.files.items() if path.startswith(f"{folder}golden/")}
        assert set(rendered(pack).values()) == golden


def test_one_document_two_equal_ones_and_two_that_share_nothing(tmp_path: Path) -> None:
    """The smallest cases: still exact."""
    one = all_guides()[DAMAGED]
    for number, documents in enumerate(
        ({"a.txt": one}, {"a.txt": one, "b.txt": one}, {"a.txt": one, "b.txt": "Milk\nBread\n"})
    ):
        found = lesson(dict(documents))
        assert goldens(found) == sorted(text.encode() for text in documents.values())
        for folder in {
            path.split("/")[0] + "/" for path in found.files if path.startswith(("family", "kept"))
        } or {""}:
            assert pack_of(found, tmp_path / f"{number}{folder}", folder).problems == []


# The command


def write_documents(folder: Path, documents: Iterable[tuple[str, str]]) -> Path:
    for path, text in documents:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def test_learn_and_then_diff_is_empty(tmp_path: Path) -> None:
    """A folder in, a pack out, and nothing differs."""
    write_documents(tmp_path / "guides", all_guides().items())
    done = run("learn", "guides", "-o", "pack", cwd=tmp_path)

    assert done.code == 0, done.err
    assert "renders 24 documents byte for byte" in done.out
    assert "6 places and 4 roles" in done.out
    assert run("--pack", "pack", "diff", cwd=tmp_path).code == 0
    assert "| **all** |" in (tmp_path / "pack/report.md").read_text("utf-8")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A folder with anything in it is refused; `--into` shows a difference and asks."""
    write_documents(tmp_path / "guides", all_guides().items())
    run("learn", "guides", "-o", "pack", cwd=tmp_path)
    before = {path: path.read_bytes() for path in (tmp_path / "pack").rglob("*") if path.is_file()}
    refused = run("learn", "guides", "-o", "pack", cwd=tmp_path)
    assert (refused.code, "is there already" in refused.err) == (2, True)

    (tmp_path / "guides" / DAMAGED).write_text(damaged()["a typo"], "utf-8")
    asked = run("learn", "guides", "--into", "pack", cwd=tmp_path)
    assert (asked.code, "files would change" in asked.err) == (2, True)
    assert "+    reason:" in asked.out
    assert {path: path.read_bytes() for path in (tmp_path / "pack").rglob("*") if path.is_file()} == before
    assert run("learn", "guides", "--into", "pack", "--yes", cwd=tmp_path).code == 0
    assert run("--pack", "pack", "diff", cwd=tmp_path).code == 0


def test_decisions_are_read_and_unused_ones_refused(tmp_path: Path) -> None:
    """An answer to a question that isn't there is an error, with its line."""
    write_documents(tmp_path / "guides", all_guides().items())
    (tmp_path / "decisions.yaml").write_text('"00000000": field\n', "utf-8")
    refused = run("learn", "guides", "-o", "pack", "--decisions", "decisions.yaml", cwd=tmp_path)

    assert refused.code == 2
    assert "decisions.yaml:1:13: no question '00000000'" in refused.err
    assert not (tmp_path / "pack").exists()


@pytest.mark.parametrize(
    ("files", "arguments", "said"),
    [
        ({}, ("guides", "-o", "pack"), "there is no such file"),
        ({"guides/a.txt": b""}, ("guides", "-o", "pack"), "nothing in it"),
        ({"guides/a.txt": b"\xff\xfea\x00"}, ("guides", "-o", "pack"), "UTF-16"),
        ({"guides/a.txt": b"a\x00b"}, ("guides", "-o", "pack"), "NUL"),
        ({"guides/a.txt": b"caf\xe9 au lait\n"}, ("guides", "-o", "pack"), "not UTF-8"),
        ({"guides/a.bin": b"x"}, ("guides", "-o", "pack"), "no documents in this folder"),
        ({"guides/a.txt": b"x" * 3_000_000}, ("guides", "-o", "pack"), "2,000,000"),
        ({"guides/a.txt": b"x" * 1_000_000}, ("guides", "-o", "pack"), "characters"),
        ({"guides/a.txt": b"x\n"}, ("guides",), "where to?"),
        ({"guides/a.txt": b"x\n"}, ("-o", "pack"), "which documents?"),
        ({"guides/a.txt": b"x\n"}, ("guides", "-o", "pack", "--axis", "town=x"), "is no axis"),
        ({"guides/a.txt": b"x\n"}, ("guides", "--into", "pack"), "is no pack"),
        ({"guides/a.txt": b"x\n"}, ("guides", "-o", "pack", "--locale", "qq"), "unknown locale 'qq'"),
        ({"guides/a.txt": b"x\n"}, ("g*.txt", "-o", "pack"), "nothing matches"),
        (
            {"guides/a.txt": b"x\n", "d.yaml": b"x: []\n"},
            ("guides", "-o", "p", "--decisions", "d.yaml"),
            "has no answer",
        ),
    ],
)
def test_bad_input_is_said_and_nothing_written(
    files: dict[str, bytes], arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    """Each mistake has its message; there is no traceback, and no pack."""
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    refused = run("learn", *arguments, cwd=tmp_path)

    assert refused.code == 2, refused.out
    assert said in refused.err
    assert "Traceback" not in refused.err
    assert not (tmp_path / "pack").exists()


def test_thousands_of_entries_end_soon(tmp_path: Path) -> None:
    """Long lists and hostile repetitions take bounded time; the test's own limit is generous."""
    entries = "\n".join(f"- entry {number}" for number in range(6_000))
    hostile = "word " * 2_000
    documents: dict[str, str | bytes] = {
        f"{place}.txt": f"Jobs in {place}\nList\n{entries}\n{hostile}{place}\nEnd of {place}\n"
        for place in PLACES
    }

    assert goldens(lesson(documents)) == sorted(
        text.encode() for text in documents.values() if isinstance(text, str)
    )


def test_gathered_in_the_order_of_paths(tmp_path: Path) -> None:
    """Files, folders and patterns; each once; called by their path from the folder that all share."""
    write_documents(
        tmp_path, [("a/one.txt", "x\n"), ("b/two.txt", "y\n"), ("b/three.md", "z\n"), ("b/no.log", "")]
    )
    named = [str(tmp_path / "b"), str(tmp_path / "a/one.txt"), str(tmp_path / "*/two.txt")]

    assert [document.path for document in gathered(named)] == ["a/one.txt", "b/three.md", "b/two.txt"]


FOUR = ("askwood", "dunhythe", "port", "saint")


def test_questions_can_be_answered_here(tmp_path: Path) -> None:
    """`--ask` goes through what is open; the answers are kept, and read by the next run."""
    guides = {path: text for path, text in all_guides().items() if path.startswith(FOUR)}
    write_documents(tmp_path / "guides", guides.items())
    run("learn", "guides", "-o", "plain", cwd=tmp_path)
    asked = (tmp_path / "plain/questions.yaml").read_text("utf-8")
    rule = next(line.split("answer: ")[1].split(",")[0] for line in asked.splitlines() if "rule-" in line)
    command = [sys.executable, "-m", "guidegen", "learn", "guides", "-o", "asked", "--ask"]
    environment = {key: value for key, value in os.environ.items() if key != "CI"}
    done = subprocess.run(
        command,
        cwd=tmp_path,
        input=f"nonsense\n{rule}\n\n\n\n".encode(),
        capture_output=True,
        env=environment,
        check=False,
    )

    assert done.returncode == 0, done.stderr.decode()
    assert "one of: field, rule-" in done.stderr.decode()
    assert rule in (tmp_path / "asked/decisions.yaml").read_text("utf-8")
    assert (tmp_path / "asked/rules/rules.yaml").read_text("utf-8") != (
        tmp_path / "plain/rules/rules.yaml"
    ).read_text("utf-8")
    again = run("learn", "guides", "-o", "again", "--decisions", "asked/decisions.yaml", cwd=tmp_path)
    assert again.code == 0
    assert run("--pack", "again", "diff", cwd=tmp_path).code == 0


@needs_sources
@pytest.mark.parametrize("left_out", FACTORS)
def test_a_source_document_left_out_is_imported(left_out: str, tmp_path: Path) -> None:
    """Learned without it, it is read back, factor and lists; two come out exactly, two have own texts."""
    assert SOURCES
    rest = {path: text for path, text in sources().items() if path != f"{left_out}.txt"}
    pack_of(lesson(rest), tmp_path)
    document = Path(SOURCES) / f"{left_out}.txt"
    done = run("import", str(document), cwd=tmp_path)
    place = Pack(tmp_path).facts.owner("place", left_out)

    assert place
    assert place.facts["factor"].value == Decimal(FACTORS[left_out])
    lists = [line[2:] for line in document.read_text("utf-8").splitlines() if line.startswith("- ")]
    stated = [
        str(entry.value)
        for name in ("key_companies", "tech_hubs_coworking", "universities_education")
        for entry in place.facts[name].value  # type: ignore[union-attr]  # lists
    ]
    assert stated == lists
    odd = {"leuven": {28, 30}, "belgium": {36, 37}}.get(left_out, set())
    told = {
        int(line.split(".txt:")[1].split(":")[0])
        for line in f"{done.out}\n{done.err}".splitlines()
        if ".txt:" in line
    }
    assert told == odd
    assert done.code == (1 if odd else 0)
    if not odd:
        guide = Composer(Pack(tmp_path)).compose(left_out, "backend-developers", "en")
        assert text_bytes(guide, Pack(tmp_path).settings.layout) == document.read_bytes()
