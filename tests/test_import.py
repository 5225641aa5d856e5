"""Import: each guide that a pack makes goes back into it, and what doesn't fit is named where it stands."""

import re
import shutil
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

import bilingual
import choices
import torture
from conftest import ROOT, Outcome, run, write_pack
from guidegen.compose import Composer, compose
from guidegen.formats import rendered
from guidegen.learn import compared
from guidegen.learn.segment import read_document
from guidegen.lookup import say
from guidegen.pack import Pack
from guidegen.problems import Refused
from guidegen.scaffold.plan import carry_out
from guidegen.values import Entries, Entry, Term

PLACES = tuple(dict.fromkeys(place for _, place, _ in Pack(ROOT).guides()))
LOCALES = Pack(ROOT).locales
FILES = ("pack.yaml", "facts", "rules", "snippets")
LIMIT = 10  # seconds that hostile text may take, on a machine that is busy with other things


def copied(folder: Path, without: str = "", pack: Path = ROOT) -> Path:
    """A copy of a pack, without all that is a place's or role's own."""
    folder.mkdir(parents=True)
    for name in FILES:
        source = pack / name
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy(source, folder / name)
    for path in [*folder.rglob(f"{without}.yaml"), *folder.rglob(f"{without}.md")] if without else ():
        path.unlink()
    return folder


def brought(pack: Path, data: bytes, **about: str) -> compared.Outcome:
    """A document read for a pack; nothing is written."""
    return compared.outcome(Pack(pack), read_document("guide.txt", data), **about)


def made(folder: Path, place: str, role: str = "backend", locale: str = "en") -> bytes:
    """The guide that a pack makes."""
    pack = Pack(folder)
    return rendered(compose(pack, place, role, locale), pack.settings.layout, "text")


def golden(place: str, locale: str = "en") -> bytes:
    return (ROOT / f"golden/{locale}/{place}/backend.txt").read_bytes()


def said(value: object, locale: str) -> object:
    """A fact as a guide says it: texts in its locale, terms by their keys."""
    if isinstance(value, Entries):
        return [said(fact.value, locale) for fact in value]
    if isinstance(value, Term):
        return value.key
    if isinstance(value, Entry):
        return say(value.name, locale), say(value.note, locale) if value.note else None
    return value if isinstance(value, (Decimal, bool)) else say(value, locale)  # type: ignore[arg-type]


# What a pack makes goes back into it


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("place", PLACES)
def test_each_golden_fits_its_own_pack(place: str, locale: str) -> None:
    """With the place in the pack nothing is new, nothing is written, and nothing is listed."""
    found = brought(ROOT, golden(place, locale))

    assert (found.read.locale, found.read.before.place.slug, found.read.new) == (locale, place, ())
    assert not found.placed.plan.new
    assert not found.placed.plan.gaining
    assert found.differing == ()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("place", PLACES)
def test_each_golden_comes_back_without_its_place(tmp_path: Path, place: str, locale: str) -> None:
    """Read into a pack that never heard of the place, a guide makes a place that renders the guide."""
    folder = copied(tmp_path / "pack", place)
    data = golden(place, locale)
    found = brought(folder, data)
    carry_out(found.placed.plan, folder)
    slug = found.read.before.place.slug

    assert found.differing == ()
    assert found.read.new == ("place",)
    assert made(folder, slug, "backend", locale) == data

    shown, stated = Pack(folder).facts.owner("place", slug), Pack(ROOT).facts.owner("place", place)
    assert shown is not None
    assert stated is not None
    assert shown.status == "draft"
    for name in ("factor", "market", "companies", "hubs", "universities"):
        assert said(shown.facts[name].value, locale) == said(stated.facts[name].value, locale), name
    first = said(shown.facts["specialties"].value, locale)
    assert isinstance(first, list)
    assert first == said(stated.facts["specialties"].value, locale)[: len(first)]  # type: ignore[index]
    assert (shown.scope == "country") == (stated.scope == "country")
    assert (shown.within and shown.within.text) == (stated.within and stated.within.text)
    for form in ("in", "name"):
        mine, theirs = ((owner.scope, "place") for owner in (shown, stated))
        assert shown.names.form(form, locale, mine) == stated.names.form(form, locale, theirs), form


def test_what_the_guide_does_not_show_is_named(tmp_path: Path) -> None:
    """The fields that nothing shows, lists of which only the beginning is shown, and names elsewhere."""
    found = brought(copied(tmp_path / "pack", "leuven"), golden("leuven"))

    assert found.read.untold() == ["specialties beyond the first 2", "figures", "names in nl, fr"]
    assert found.read.supposed == {"scope": "city, and may be region"}
    assert brought(ROOT, golden("belgium")).read.untold() == ["specialties beyond the first 3"]


@pytest.mark.parametrize(
    "write",
    [write_pack, bilingual.write_trilingual, choices.with_choices],
    ids=["mini", "trilingual", "choices"],
)
def test_other_packs_are_read_back(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    """Packs with other rules, branches and guarded sections: each guide fits, with its place and without."""
    source = write(tmp_path / "source")
    for locale, place, role in Pack(source).guides():
        data = made(source, place, role, locale)
        without = brought(copied(tmp_path / locale / place, place, source), data)

        assert brought(source, data).differing == (), (place, locale)
        assert {problem.kind for problem in without.differing} <= {"row"}, (place, locale)
        for problem in without.differing:
            assert "what the document doesn't show" in problem.hint


@pytest.mark.parametrize("locale", LOCALES)
def test_odd_names_and_lists_are_read_back(tmp_path: Path, locale: str) -> None:
    """Names with articles, lists of any length, regions and countries: all that is shown is found."""
    source = torture.write_torture(tmp_path / "source")
    for place, role in torture.guides():
        data = made(source, place, role, locale)
        found = brought(copied(tmp_path / place, place, source), data)

        assert brought(source, data).differing == (), place
        assert found.read.before.role.slug == role
        assert {problem.kind for problem in found.differing} <= {"row"}, place


def test_a_role_is_read_too(tmp_path: Path) -> None:
    """Where the place's factor is known, a new role's bases are what its bands come from."""
    source = torture.write_torture(tmp_path / "source")
    data = made(source, "aubin", "host", "fr")
    folder = copied(tmp_path / "pack", "host", source)
    found = brought(folder, data)
    carry_out(found.placed.plan, folder)
    role = found.read.before.role
    read, stated = Pack(folder).facts.owner("role", role.slug), Pack(source).facts.owner("role", "host")

    assert (found.read.new, found.differing) == (("role",), ())
    assert read is not None
    assert stated is not None
    assert {form: stated.names.forms["fr"][form] for form in role.names.forms["fr"]} == role.names.forms["fr"]
    assert said(read.facts["industries"].value, "fr") == said(stated.facts["industries"].value, "fr")
    for level, record in stated.facts["levels"].value.items():  # type: ignore[union-attr]
        mine = read.facts["levels"].value[level].value  # type: ignore[index, call-overload]
        assert {name: fact.value for name, fact in mine.items()} == {
            name: fact.value for name, fact in record.value.items()
        }


def test_what_nothing_tells_is_not_guessed(tmp_path: Path) -> None:
    """With place and role both new, bases and factor could be anything: neither is made up."""
    source = torture.write_torture(tmp_path / "source")
    data = made(source, "aubin", "host", "en")
    folder = copied(copied(tmp_path / "a", "host", source).parent / "b", "aubin", tmp_path / "a")
    found = brought(folder, data)

    assert found.read.new == ("place", "role")
    assert "place.factor" not in found.read.found.facts
    assert "more than one fact" in found.read.found.unread["place.factor"]
    assert {problem.kind for problem in found.differing} == {"not-said"}


def test_a_second_language_joins_the_first(tmp_path: Path) -> None:
    """A guide in another locale adds its name and its passages to the place, and changes nothing there."""
    folder = copied(tmp_path / "pack", "mechelen")
    carry_out(brought(folder, golden("mechelen")).placed.plan, folder)
    before = (folder / "facts/places/mechelen.yaml").read_text("utf-8")
    found = brought(folder, golden("mechelen", "fr"), city="Mechelen")
    carry_out(found.placed.plan, folder)

    assert found.read.locale == "fr"
    assert (folder / "facts/places/mechelen.yaml").read_text("utf-8") == before.replace(
        "  en: Mechelen\n", "  en: Mechelen\n  fr: Malines\n"
    )
    assert (folder / "snippets/fr/places/mechelen.md").is_file()
    assert {problem.kind for problem in found.differing} <= {"fact"}


def test_a_file_gains_what_it_lacks_and_keeps_the_rest(tmp_path: Path) -> None:
    """Into a file with facts missing, lines are added with their source; comments and values stay."""
    folder = copied(tmp_path / "pack")
    file = folder / "facts/places/bruges.yaml"
    whole = file.read_text("utf-8")
    lacking = re.sub(r"(?ms)^factor:\n.*?(?=^\S)", "", whole).replace("market: niche\n", "")
    file.write_text(lacking, "utf-8")
    found = brought(folder, golden("bruges"))
    carry_out(found.placed.plan, folder)
    now = file.read_text("utf-8")

    assert "factor:" not in lacking
    assert found.differing == ()
    assert now.startswith(lacking.rstrip("\n"))
    assert now.removeprefix(lacking.rstrip("\n")).strip().splitlines() == [
        "factor: {value: 0.93, source: guide.txt, confidence: high}",  # no line says that it is an estimate
        "market: niche",
    ]
    pack = Pack(folder)
    assert rendered(compose(pack, "bruges", "backend", "en"), pack.settings.layout, "text") == golden(
        "bruges"
    )


def test_a_heading_that_waits_is_filled(tmp_path: Path) -> None:
    """A draft that `new city` began gets its passage under the heading that is there."""
    folder = copied(tmp_path / "pack", "ghent")
    assert run("new", "city", "Ghent", cwd=folder).code == 0
    found = brought(folder, golden("ghent"))
    carry_out(found.placed.plan, folder)
    text = (folder / "snippets/en/places/ghent.md").read_text("utf-8")

    assert found.differing == ()
    assert text.count("## scene") == 1
    assert "## scene\nGhent came out" in text


# What doesn't fit


def damaged(old: str, new: str, text: str = "") -> bytes:
    text = text or golden("leuven").decode()
    assert old in text
    return text.replace(old, new, 1).encode()


def without(*lines: str) -> bytes:
    kept = [line for line in golden("leuven").decode().split("\n") if not line.startswith(lines)]
    return "\n".join(kept).encode()


HUBS = "Tech Hubs & Coworking\n- imec\n- Leuven.inc\n- KBC Start it @KBC\n- Leuven MindGate\n"
SCHOOLS = "Universities & Education\n- KU Leuven\n- UCLL (University College Leuven-Limburg)\n"
PREMIUM = golden("leuven").decode().split("with mid-level at €47k – €65k. ")[1].split("\n")[0]
LEVEL = golden("ghent").decode().split("with mid-level at €46k – €63k. ")[1].split("\n")[0]
DAMAGE = {
    "typo": (damaged("middling", "midling"), "slip", 47, "'midling' stands where the pack says 'middling'"),
    "typo in a heading": (damaged("Key Skills", "Key Skils"), "slip", 21, "'Skils' stands where"),
    "typo in the title": (damaged("Recruiting", "Recruting"), "slip", 1, "'Recruting' stands where"),
    "typo in a list": (damaged("Microservices", "Microservises"), "slip", 25, "'Microservises' stands where"),
    "word twice": (damaged("a larger plan", "a a larger plan"), "slip", 47, "'a' isn't in the pack's text"),
    "word left out": (damaged("a single vacancy", "a vacancy"), "slip", 47, "'single' is missing here"),
    "blank": (damaged("Key Skills\n", "Key Skills \n"), "slip", 21, "a blank is too many here"),
    "figure": (damaged("€47,380", "€47,830"), "figure", 55, "€47,830 doesn't fit: €47,380 expected"),
    "short figure": (damaged("€37k", "€38k"), "figure", 50, "€38k doesn't fit: €37k expected"),
    "figure of the country": (damaged("5.6 per", "5.7 per"), "figure", 47, "5.7 doesn't fit: 5.6 expected"),
    "heading missing": (without("Key Companies"), "missing", 5, "'Key Companies' before this line"),
    "entry missing": (damaged("- Docker\n", ""), "missing", 36, "the pack lists '- Docker'"),
    "extra line": (damaged("Key Skills\n", "By the way.\nKey Skills\n"), "extra", 21, "'By the way.'"),
    "extra entry": (damaged("- Docker\n", "- Docker\n- Abacus\n"), "extra", 37, "'- Abacus'"),
    "new variant": (
        damaged(PREMIUM, "Nobody ever said this."),
        "variant",
        50,
        "a new variant: no row of table 'pay-note' says this",
    ),
    "another row": (
        damaged(PREMIUM, LEVEL),
        "row",
        50,
        "row 'affordable' of table 'pay-note' is said here, but place.factor is 1.03",
    ),
    "CRLF": (golden("leuven").replace(b"\n", b"\r\n"), "newline", 0, "end with CRLF, the pack's with LF"),
    "one CRLF": (damaged("Key Skills\n", "Key Skills\r\n"), "newline", 21, "ends otherwise"),
    "byte order mark": (b"\xef\xbb\xbf" + golden("leuven"), "newline", 0, "a byte order mark"),
    "no last newline": (golden("leuven").rstrip(b"\n"), "newline", 58, "doesn't end with a line break"),
    "blank line": (damaged("Key Skills\n", "\nKey Skills\n"), "blank-lines", 22, "1 blank line before"),
    "blank lines at the end": (golden("leuven") + b"\n\n", "blank-lines", 58, "2 blank lines at the end"),
}


@pytest.mark.parametrize("known", [True, False], ids=["known", "new"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_one_damage_is_one_finding_where_it_is(tmp_path: Path, damage: str, known: bool) -> None:
    """A guide with one thing wrong in it is read as before, and that one thing is named, at its line."""
    data, kind, line, message = DAMAGE[damage]
    found = brought(ROOT if known else copied(tmp_path / "pack", "leuven"), data)
    [problem] = found.differing

    assert problem.kind == kind
    assert message in problem.message
    assert problem.location is not None
    assert problem.location.line == line
    assert known or found.read.found.facts["place.factor"].value == Decimal("1.03")
    assert known or found.read.found.facts["place.market"].value == "balanced"


@pytest.mark.parametrize("known", [True, False], ids=["known", "new"])
def test_a_moved_section_is_read_where_it_stands(tmp_path: Path, known: bool) -> None:
    """Two sections that change places: named as moved, and neither's entries taken for the other's."""
    data = damaged(HUBS + SCHOOLS, SCHOOLS + HUBS)
    found = brought(ROOT if known else copied(tmp_path / "pack", "leuven"), data)

    assert {problem.kind for problem in found.differing} == {"moved"}
    assert [problem.location and problem.location.line for problem in found.differing] == [11, 12]
    assert found.read.found.facts["place.universities"].value == (
        ("KU Leuven", ""),
        ("UCLL", "University College Leuven-Limburg"),
    )


@pytest.mark.parametrize("known", [True, False], ids=["known", "new"])
def test_a_missing_list_takes_no_other(tmp_path: Path, known: bool) -> None:
    """Where a list is gone, its heading keeps the next list from being taken for it."""
    found = brought(
        ROOT if known else copied(tmp_path / "pack", "leuven"),
        damaged(HUBS, "Tech Hubs & Coworking\n"),
    )

    assert [problem.kind for problem in found.differing] == ["missing"]
    assert "place.hubs" not in found.read.found.facts
    assert found.read.found.facts["place.companies"].value[0] == ("imec", "")  # type: ignore[index]


def test_a_fact_that_differs_is_listed_and_left(tmp_path: Path) -> None:
    """The pack has another factor: said once, with both; the cells that follow from it are no news."""
    folder = copied(tmp_path / "pack")
    file = folder / "facts/places/leuven.yaml"
    file.write_text(file.read_text("utf-8").replace("value: 1.03", "value: 1.05"), "utf-8")
    found = brought(folder, golden("leuven"))
    [problem] = found.differing

    assert problem.kind == "fact"
    assert problem.message == "leuven.factor is '1.03' here, and '1.05' in the pack"
    assert not found.placed.plan.gaining


def test_text_like_a_template_stays_text(tmp_path: Path) -> None:
    """Braces, quotes and a # in a place's own words are written so that they come back."""
    folder = copied(tmp_path / "pack", "leuven")
    odd = "{{ Chips }} {% if %} {# set #} 'the' \"tempo\"  # \\"
    data = damaged("Chips set the tempo", odd)
    found = brought(folder, data)
    carry_out(found.placed.plan, folder)

    assert found.differing == ()
    assert made(folder, "leuven") == data


def mutated(text: str, random: Random) -> str:
    """The text with one to four lines deleted, doubled, exchanged, joined, or with odd characters in them."""
    lines = text.split("\n")
    for _ in range(random.randint(1, 4)):
        one, other = random.randrange(len(lines)), random.randrange(len(lines))
        at = random.randrange(len(lines[one]) + 1)
        odd = random.choice(["x", "{{", "%}", "#", " ", "|", "- ", "'", '"', "é", "1", ",", " and "])
        change = random.randrange(7)
        if change == 0:
            lines[one : one + random.randint(1, 4)] = [""]
        elif change == 1:
            lines.insert(other, lines[one])
        elif change == 2:
            lines[one], lines[other] = lines[other], lines[one]
        elif change == 3:
            lines[one] += f" {lines[other]}"
        elif change == 4:
            lines[one] = odd + lines[one]
        else:
            lines[one] = lines[one][:at] + odd + lines[one][at + random.randint(0, 3) :]
    return "\n".join(lines)


def test_no_damage_is_too_much(tmp_path: Path) -> None:
    """Whatever is done to a guide: it is refused, or each finding has its place, and nothing else differs."""
    random = Random(8)  # noqa: S311  # no secret is made of it
    packs = {place: copied(tmp_path / place, place) for place in ("leuven", "belgium")}
    read = 0
    for _ in range(80):
        place, locale = random.choice(list(packs)), random.choice(LOCALES)
        data = mutated(golden(place, locale).decode(), random).encode()
        try:
            found = brought(random.choice([ROOT, packs[place]]), data)
        except Refused:
            continue
        read += 1
        assert all(problem.location for problem in found.differing)
        assert not any("please report" in problem.hint for problem in found.differing)

    assert read > 60


# Time

SCENE = "Leuven both trains people and employs them: graduates of "
HOSTILE = {
    "joints": damaged(SCENE, SCENE + "a and " * 8_000 + "b come onto a market where " + " and c, " * 4_000),
    "one long line": b"Leuven " * 14_000 + b"\n" + golden("leuven"),
    "lines of words": golden("leuven") + b"word word in word\n" * 1_400,
    "titles": b"Recruiting Backend Developers in Leuven in Leuven in Leuven\n" * 1_000 + golden("leuven"),
    "a long title": damaged("Developers in Leuven", "Developers in " + "in " * 20_000 + "Leuven"),
    "entries": damaged("- imec\n", "- imec\n" + "".join(f"- Works {n} (n{n})\n" for n in range(5_000))),
    "brackets": damaged("- imec\n", "- imec\n- " + "(" * 3_000 + "\n- " + " (" * 4_000 + ")\n"),
    "digits": damaged("€37k", "€" + "3" * 50_000 + "k"),
    "rows": damaged("| Senior |", "".join(f"| L{n} | €1 – €2 |\n" for n in range(4_000)) + "| Senior |"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_text_takes_no_time(tmp_path: Path, what: str) -> None:
    """Thousands of names, joints, brackets, entries: bounded time, and something to say."""
    folder = copied(tmp_path / "pack", "leuven")
    begun = time.process_time()
    found = brought(folder, HOSTILE[what])

    assert time.process_time() - begun < LIMIT
    assert found.differing or what == "entries"


def test_a_document_takes_a_tenth_of_a_second(tmp_path: Path) -> None:
    """Besides the start of the program, on a machine that does nothing else; here with some room."""
    folder = copied(tmp_path / "pack", "leuven")
    brought(folder, golden("leuven"))
    pack, document = Pack(folder), read_document("guide.txt", golden("leuven"))
    compared.outcome(pack, document)
    begun = time.process_time()
    compared.outcome(pack, document)

    assert time.process_time() - begun < 0.5


# On the command line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack without Leuven, and the guide to Leuven beside it."""
    (tmp_path / "guide.txt").write_bytes(golden("leuven"))
    return copied(tmp_path / "pack", "leuven")


def imports(folder: Path, *arguments: str) -> Outcome:
    return run("import", *arguments, cwd=folder)


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_import_writes_what_it_names(folder: Path) -> None:
    """The files are named, the guide renders from them, and a second import changes nothing."""
    done = imports(folder, "../guide.txt")

    assert (done.code, done.out) == (0, "facts/places/leuven.yaml\nsnippets/en/places/leuven.md\n")
    assert done.err.splitlines() == [
        "supposed: scope is city, and may be region",
        "not shown in the document: specialties beyond the first 2, figures, names in nl, fr",
        "en/leuven/backend is ../guide.txt, byte for byte",
    ]
    assert run("render", "--city", "leuven", "--role", "backend", cwd=folder).out.encode() == golden("leuven")
    after = files_in(folder)
    again = imports(folder, "../guide.txt")
    assert (again.code, again.out, files_in(folder)) == (0, "", after)


def test_a_dry_run_shows_and_writes_nothing(folder: Path) -> None:
    """What would be written, as a diff that `patch` takes; the pack is as before."""
    before = files_in(folder)
    done = imports(folder, "../guide.txt", "--dry-run")

    assert done.code == 0
    assert "--- /dev/null\n+++ b/facts/places/leuven.yaml\n@@ -0,0 +1," in done.out
    assert "+factor: {value: 1.03, confidence: high}\n+market: balanced\n" in done.out
    assert files_in(folder) == before


def test_what_is_listed_makes_exit_code_1(folder: Path) -> None:
    """The line of the document with a mark under it, what the pack says, and the number of findings."""
    (folder.parent / "guide.txt").write_bytes(damaged("middling", "midling"))
    done = imports(folder, "../guide.txt")

    assert done.code == 1
    assert "../guide.txt:47:208: 'midling' stands where the pack says 'middling'\n  47 | …" in done.out
    assert done.err.splitlines()[-1] == "en/leuven/backend: 1 problem"
    assert (folder / "facts/places/leuven.yaml").is_file()


def test_place_role_and_locale_can_be_said(folder: Path) -> None:
    """What the document calls otherwise is what the command line says; a wrong locale fits nothing."""
    done = imports(folder, "../guide.txt", "--city", "Dijle", "--dry-run")
    assert done.code == 1
    assert "+++ b/facts/places/dijle.yaml" in done.out
    assert "'Leuven' stands where the pack says 'Dijle'" in done.out

    assert imports(folder, "../guide.txt", "--role", "Backend", "--locale", "en").code == 0
    assert "hardly a line" in imports(folder, "../guide.txt", "--locale", "nl").err
    assert "unknown locale 'de'" in imports(folder, "../guide.txt", "--locale", "de").err


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("empty.txt", b"", "nothing in it"),
        ("binary.txt", b"\0\1\2\3", "this is no text"),
        ("latin.txt", b"Caf\xe9\n", "not UTF-8"),
        ("other.txt", b"Eggs\nMilk\n- bread\n", "this is no guide of this pack"),
        ("title.txt", b"Recruiting Backend Developers in Leuven\n", "this is no guide of this pack"),
        ("prose.txt", b"The quick brown fox jumps over the dog.\n" * 300, "this is no guide of this pack"),
        ("lines.txt", golden("leuven") + b"word\n" * 19_000, "no guide of this pack has so many"),
        ("large.txt", b"x" * 2_100_000, "over 2,000,000 bytes"),
        ("missing.txt", None, "there is no such file"),
    ],
)
def test_what_is_no_guide_is_refused(folder: Path, name: str, data: bytes | None, message: str) -> None:
    """A word on what is wrong, exit code 2, and nothing written."""
    if data is not None:
        (folder.parent / name).write_bytes(data)
    before = files_in(folder)
    done = imports(folder, f"../{name}")

    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "Traceback" not in done.err
    assert files_in(folder) == before


def test_a_pack_with_errors_takes_nothing(folder: Path) -> None:
    """What is wrong with the pack is said first; nothing is written into it."""
    rules = folder / "rules/prose.yaml"
    rules.write_text(rules.read_text("utf-8").replace("overlaps(role.industries", "overlaps(role.industry"))
    before = files_in(folder)
    done = imports(folder, "../guide.txt")

    assert done.code == 2
    assert "unknown name 'role.industry'" in done.err
    assert files_in(folder) == before


def test_nothing_is_written_over(folder: Path) -> None:
    """A file in the way is named, and none of the others is made."""
    (folder / "snippets/en/places/leuven.md").write_text("## other\nSomething.\n")
    before = files_in(folder)
    done = imports(folder, "../guide.txt")

    assert done.code == 2
    assert "leuven" in done.err
    assert files_in(folder) == before


def test_names_that_no_line_tells_are_asked_for(tmp_path: Path) -> None:
    """A pack whose passages name no place can't know whom a guide is about, until somebody says."""
    folder = write_pack(
        tmp_path / "pack",
        {
            "snippets/en/guide.md": (ROOT / "tests/mini_pack/snippets/en/guide.md")
            .read_text("utf-8")
            .replace("{{ place.name }}", "here"),
            "facts/places/birk.yaml": "names: Birk\nscope: country\nstatus: published\nsource: x\n"
            "factor: 1.2\nmarket: deep\nemployers: [Mill]\n",
            "snippets/en/places/birk.md": "## scene\nThe mill stands.\n",
        },
    )
    pack = Pack(folder)
    guide, _ = Composer(pack).attempt("birk", "netmaker", "en")
    assert guide is not None
    data = rendered(guide, pack.settings.layout, "text")

    with pytest.raises(Refused, match="no line says which place"):
        brought(folder, data)
    assert brought(folder, data, city="Birk").differing == ()
