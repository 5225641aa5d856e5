"""Places, roles and pairs: names and aliases, drafts, vocabularies, the country a place lies in."""

import unicodedata
from pathlib import Path

import pytest

from conftest import ROOT, run, write_pack
from guidegen.finding import find, fold
from guidegen.lookup import MISSING, Subject
from guidegen.pack import Pack
from guidegen.pairs import PairFile
from guidegen.problems import Refused, errors

MARLAND = (
    "names: Marland\nscope: country\nstatus: published\nsource: x\nfactor: 1\nmarket: deep\n"
    "trades: [fishing]\nemployers: [A]\nfigures: {ships: 1}\n"
)


def place(name: str, scope: str, within: str = "", status: str = "published") -> str:
    lies = f"within: {within}\n" if within else ""
    return f"names: {name}\nscope: {scope}\n{lies}status: {status}\n"


# Names


@pytest.mark.parametrize(
    ("asked", "slug"),
    [
        *((name, "ghent") for name in ("ghent", "Ghent", "GHENT", "gent", "Gent", "gand", "Gand", "GÄND")),
        ("Belgium", "belgium"),
        ("België", "belgium"),
        ("belgie", "belgium"),
        ("BELGIQUE", "belgium"),
        ("Louvain", "leuven"),
        ("löwen", "leuven"),
        ("LOWEN", "leuven"),
        ("Malines", "mechelen"),
        ("Brugge", "bruges"),
        (" gent ", "ghent"),
    ],
)
def test_a_place_is_found_by_any_name(asked: str, slug: str) -> None:
    """Slug, names in every language and aliases are taken, in any case, with or without accents."""
    assert find(Pack(ROOT).facts, "place", asked) == slug


@pytest.mark.parametrize(
    "asked",
    ["backend", "Backend Developer", "BACKEND developers", "développeur Back-End", "Developpeurs back end"],
)
def test_a_role_is_found_by_any_form(asked: str) -> None:
    """A role goes by its slug and by each of its forms, singular or plural, in every language."""
    assert find(Pack(ROOT).facts, "role", asked) == "backend"


def test_composed_and_decomposed_letters_are_one() -> None:
    """A terminal that types an accent apart from its letter finds the same place."""
    assert fold(unicodedata.normalize("NFD", "Liège")) == fold("Liège") == "liege"
    assert fold("Sint-Niklaas") == fold("SINT NIKLAAS") == fold("sint—niklaas")


def test_an_alias_finds_its_place_only(mini_pack: Path) -> None:
    """An alias is as good as a name, and an unknown name is refused with the nearest one."""
    facts = Pack(mini_pack).facts

    assert find(facts, "place", "ELLENPORT") == find(facts, "place", "port hélène") == "port-ellen"
    with pytest.raises(Refused) as refused:
        find(facts, "place", "Port Ellin")
    assert "did you mean 'port-ellen'?" in refused.value.problems[0].hint


def test_a_name_of_two_places_is_asked_back(tmp_path: Path) -> None:
    """Where two places claim a name, neither is chosen silently; their slugs still work."""
    pack = Pack(write_pack(tmp_path, {"facts/places/ellen.yaml": place("Port Ellen", "city", "marland")}))

    with pytest.raises(Refused, match="ellen or port-ellen"):
        find(pack.facts, "place", "port ELLEN")
    assert find(pack.facts, "place", "port-ellen") == "port-ellen"


def test_finding_a_name_does_not_read_the_facts(tmp_path: Path) -> None:
    """What is wrong in another place's facts is not the business of the guide that is asked for."""
    broken = "names: {en: Far}\nscope: city\nwithin: marland\nstatus: published\nfactor: [[[\n"
    root = write_pack(tmp_path, {"facts/places/far.yaml": broken})

    asked = run("--pack", str(root), "render", "--city", "Ellenport", "--role", "netmaker")

    assert asked.code == 0
    assert asked.out.startswith("Net Makers in Port Ellen\n")


# Vocabularies


def test_terms_keep_the_order_of_their_file(tmp_path: Path) -> None:
    """Records are in the order of their vocabulary, whatever order a role states them in."""
    role = (
        "names: {en: {one: n, many: n, title_one: N, title_many: N}}\nstatus: published\nsource: x\n"
        "levels:\n  senior: {from: 3, to: 4}\n  junior: {from: 1, to: 2}\n"
    )
    pack = Pack(write_pack(tmp_path, {"facts/roles/netmaker.yaml": role}))
    owner = pack.facts.owner("role", "netmaker")
    assert owner is not None
    levels = owner.facts["levels"].value
    assert isinstance(levels, dict)

    assert list(pack.facts.vocabularies["levels"]) == list(levels) == ["junior", "senior"]


@pytest.mark.parametrize(
    ("levels", "told", "line"),
    [
        ("junior: {from: 20, to: 10}\n  senior: {from: 20, to: 30}", "'netmaker.levels.junior'", 5),
        ("junior: {from: 10, to: 20}\n  senior: {from: 9, to: 30}", "from junior to senior", 6),
        ("junior: {from: 10, to: 20}\n  senior: {from: 10, to: 19}", "from junior to senior", 6),
        ("senior: {from: 10, to: 19}\n  junior: {from: 10, to: 20}", "from junior to senior", 5),
    ],
)
def test_bands_may_not_fall(tmp_path: Path, levels: str, told: str, line: int) -> None:
    """A band that ends below its beginning, or a level below the one before it, is shown where it falls."""
    head = "names: {en: {one: n, many: n, title_one: N, title_many: N}}\nstatus: published\nsource: x\n"
    pack = Pack(write_pack(tmp_path, {"facts/roles/netmaker.yaml": f"{head}levels:\n  {levels}\n"}))
    pack.facts.owner("role", "netmaker")
    (problem,) = pack.problems

    assert problem.kind == "out-of-order"
    assert told in problem.message
    assert problem.location is not None
    assert problem.location.line == line


# Countries


def subject(pack: Pack, slug: str) -> Subject:
    owner, role = pack.facts.owner("place", slug), pack.facts.owner("role", "netmaker")
    assert owner is not None
    assert role is not None
    pair = pack.facts.pair(slug, "netmaker")
    return Subject(pack.facts, pack.settings.site, "en", "2026-01-01", owner, role, pair)


def test_the_country_is_the_nearest_upward(tmp_path: Path) -> None:
    """A city in a region in a country reads the country's facts; a country is its own country."""
    pack = Pack(
        write_pack(
            tmp_path,
            {
                "facts/places/coast.yaml": place("Coast", "region", "marland"),
                "facts/places/cove.yaml": place("Cove", "city", "coast"),
            },
        )
    )

    for slug in ("cove", "coast", "port-ellen", "marland"):
        read = subject(pack, slug).read("place.country.figures.ships")
        assert (str(read.value), read.key) == ("1200", "marland.figures.ships")
    assert subject(pack, "cove").read("place.country.country.slug").value == "marland"
    assert subject(pack, "cove").read("place.figures.ships").value is MISSING


def test_a_circle_of_places_ends(tmp_path: Path) -> None:
    """Two places that lie in each other lie in no country: it is missing, and check says why."""
    tree = {
        "facts/places/one.yaml": place("One", "region", "two", "draft"),
        "facts/places/two.yaml": place("Two", "region", "one", "draft"),
    }
    root = write_pack(tmp_path, tree)

    assert subject(Pack(root), "one").read("place.country.name").value is MISSING
    assert "facts/places/one.yaml:3:9: 'one' lies " in run("--pack", str(root), "check").err


# Drafts


def test_a_draft_warns_and_fails_nothing(tmp_path: Path) -> None:
    """What is wrong with a draft is a warning; published guides, check and goldens go on without it."""
    draft = place("Far", "city", "marland", "draft") + "factor: many\nunheard: 1\n"
    root = write_pack(tmp_path, {"facts/places/far.yaml": draft})
    pack = Pack(root)
    pack.facts.owner("place", "far")
    checked = run("--pack", str(root), "check")

    assert [problem.kind for problem in pack.problems] == ["not-a-number", "unknown-key"]
    assert errors(pack.problems) == []
    assert checked.code == 0
    assert "warning: 'far.factor' is a number" in checked.err
    assert [slug for _, slug, _ in pack.guides()] == ["marland", "port-ellen"]


def test_a_draft_can_be_rendered_and_says_so(tmp_path: Path) -> None:
    """A guide of a draft is made when it is asked for, with a word on standard error."""
    draft = MARLAND.replace("names: Marland", "names: Farland").replace("published", "draft")
    scene = "## scene\nFar off.\n"
    root = write_pack(tmp_path, {"facts/places/far.yaml": draft, "snippets/en/places/far.md": scene})

    asked = run("--pack", str(root), "render", "--city", "farland", "--role", "netmaker")

    assert asked.code == 0
    assert asked.out.startswith("Net Makers in Farland\nFar off. ")
    assert asked.err == "far is a draft: this guide isn't published\n"


# Pairs


def test_a_pair_file_is_read_for_its_pair(tmp_path: Path) -> None:
    """A pair's file says how its text differs; a pair without one differs in nothing."""
    text = (
        "file: {newline: crlf, final_newline: no, byte_order_mark: yes}\n"
        "overrides:\n"
        "  - {locale: en, block: jobs.link, text: Jobs, owner: ann, reason: shorter, expires: 2027-01-31}\n"
        "  - {locale: en, block: pay.range, absent: yes, owner: ann, reason: none, source: a letter}\n"
    )
    pack = Pack(write_pack(tmp_path, {"facts/pairs/port-ellen/netmaker.yaml": text}))
    pair = pack.facts.pair("port-ellen", "netmaker")

    assert pack.facts.pair_slugs() == [("port-ellen", "netmaker")]
    assert pair.file == PairFile("\r\n", False, True)
    assert [(override.block, override.text, override.location.line) for override in pair.overrides] == [
        ("jobs.link", "Jobs", 3),
        ("pay.range", None, 4),
    ]
    assert pack.facts.pair("marland", "netmaker").file == PairFile()
    assert pack.problems == []
