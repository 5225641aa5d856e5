"""`check --readiness PLACE`: which missing facts would let a place's guides say more."""

import json
from pathlib import Path
from typing import Any

import pytest

from bilingual import FRENCH_GUIDE, write_trilingual
from choices import BIRK, GUIDE, OUTLINE, RULES, SETTINGS, Tree, with_choices
from conftest import MINI, ROOT, run

DRAFT = "names: Elm\nscope: city\nwithin: marland\nstatus: draft\n"


def ask(root: Path, place: str = "birk") -> dict[str, list[tuple[str, str, str]]]:
    """Kind, what and words of all that each missing fact would bring, by the fact's key."""
    done = run("--pack", str(root), "check", "--readiness", place, "--format", "json")
    assert (done.code, done.err) == (0, ""), done.err
    found: list[dict[str, Any]] = json.loads(done.out)
    assert len({need["slug"] for need in found}) == len(found)
    return {
        need["slug"]: [(unlock["kind"], unlock["what"], unlock["text"]) for unlock in need["unlocks"]]
        for need in found
    }


def show(root: Path, place: str = "birk") -> str:
    done = run("--pack", str(root), "check", "--readiness", place)
    assert (done.code, done.err) == (0, "")
    return done.out


# What a fact would bring


def test_the_side_of_a_branch(tmp_path: Path) -> None:
    """The words that would be said instead are shown, as far as they are known."""
    found = ask(with_choices(tmp_path))

    assert found["birk.remote"] == [("branch", "pay.range with place.remote", ", at home too")]
    assert found["birk.campus"] == [
        ("branch", "pay.extra with place.campus", "Students work at {{ place.campus }}.")
    ]


def test_a_branch_in_the_places_own_prose_and_a_section(tmp_path: Path) -> None:
    """One fact may bring several things; a block that stands because the fact is missing is none."""
    found = ask(with_choices(tmp_path))

    assert found["birk.harbour"] == [
        ("branch", "birk:scene with place.harbour", "and {{ place.harbour }}"),
        ("block", "section sea", "By the sea"),
    ]
    assert not any("land" in what for unlocks in found.values() for _, what, _ in unlocks)


def test_rows(tmp_path: Path) -> None:
    """Each row that the fact could choose, with the cell that it has to meet, and what it says."""
    found = ask(with_choices(tmp_path))

    assert found["birk.market"] == [
        (
            "row",
            "pool: deep instead of otherwise, where place.market is deep",
            "There are many net makers in Birk.",
        ),
        (
            "row",
            "pool: small instead of otherwise, where place.market is small",
            "There are few net makers in Birk.",
        ),
    ]


def test_through_derivations(tmp_path: Path) -> None:
    """A table looks at a value, that at a formula, and that at a fact: the fact is what is missing."""
    found = ask(with_choices(tmp_path))

    assert found["birk.berths"] == [
        ("row", "trade: harbour instead of otherwise, where port is big", "Ships come day and night.")
    ]


def test_through_a_when(tmp_path: Path) -> None:
    """A block that a formula keeps away waits for the fact that the formula asks for."""
    outline = OUTLINE.replace("when: place.harbour", "when: busy", 1)
    found = ask(with_choices(tmp_path, {"rules/outline.yaml": outline}))

    assert ("block", "section sea", "By the sea") in found["birk.berths"]
    assert "section sea" not in {what for _, what, _ in found["birk.harbour"]}


def test_through_an_if(tmp_path: Path) -> None:
    """So does a side of a branch, also one that stands where something is not so."""
    rules = RULES + "quiet: not present(place.berths)\n"
    guide = GUIDE.replace(
        "{% if place.campus %}", "{% if quiet %}Calm.{% else %}Busy.{% endif %}{% if place.campus %}"
    )
    found = ask(with_choices(tmp_path, {"rules/rules.yaml": rules, "snippets/en/guide.md": guide}))

    assert ("branch", "pay.extra without quiet", "Busy.") in found["birk.berths"]


def test_a_value_that_is_no_is_known(tmp_path: Path) -> None:
    """`no` is an answer: nothing waits for it."""
    birk = f"{BIRK}remote: no\nmarket: small\nberths: 3\ncampus: the mill\nharbour: the weir\n"
    birk = birk.replace("[Birk Mill]", "[{name: Birk Mill, note: flour}]")
    root = with_choices(tmp_path, {"facts/places/birk.yaml": birk})

    assert ask(root) == {}
    assert show(root) == "birk: no fact is missing that would change what its guides say\n"


def test_low_confidence(tmp_path: Path) -> None:
    """A row that higher confidence would choose waits for a better source."""
    root = with_choices(tmp_path)
    found = ask(root, "port-ellen")
    text = show(root, "port-ellen")

    assert found["port-ellen.factor.confidence"] == [
        (
            "row",
            "pay: sure instead of above, where place.factor.confidence is high",
            "That is surely more than in Marland.",
        )
    ]
    assert "  factor.confidence (now low): Pay level.\n" in text


def test_confidence_that_isnt_stated(tmp_path: Path) -> None:
    """The confidence is what is missing if the fact is there; else the fact is."""
    above = BIRK.replace("0.9", "1.1")
    assert "birk.factor.confidence" in ask(with_choices(tmp_path / "a", {"facts/places/birk.yaml": above}))

    rules = RULES.replace("place.factor.confidence", "place.berths.confidence")
    found = ask(with_choices(tmp_path / "b", {"facts/places/birk.yaml": above, "rules/rules.yaml": rules}))
    assert "birk.berths.confidence" not in found
    assert "pay: sure instead of above, where place.berths.confidence is high" in {
        what for _, what, _ in found["birk.berths"]
    }


def test_confidence_that_doesnt_matter(tmp_path: Path) -> None:
    """Where no row would change, nobody is asked to look again."""
    low = BIRK.replace("factor: 0.9", "factor: {value: 0.9, confidence: low}")
    found = ask(with_choices(tmp_path, {"facts/places/birk.yaml": low}))

    assert "birk.factor.confidence" not in found


def test_a_row_that_an_earlier_one_hides(tmp_path: Path) -> None:
    """With `hit: first`, a row isn't promised if one before it goes on matching."""
    pool = "pool:\n  about: How many there are.\n  otherwise: pool.unknown\n"
    first = RULES.replace(pool, f"{pool}  hit: first\n")
    hidden = first.replace("| deep  | deep ", "| all   | any          || pool.unknown |\n    | deep  | deep ")
    assert hidden != first
    found = ask(with_choices(tmp_path / "hidden", {"rules/rules.yaml": hidden}))
    assert "birk.market" not in found

    shows = first.replace("| deep  | deep ", "| none  | missing      || pool.unknown |\n    | deep  | deep ")
    found = ask(with_choices(tmp_path / "shows", {"rules/rules.yaml": shows}))
    assert [what for _, what, _ in found["birk.market"]] == [
        "pool: deep instead of none, where place.market is deep",
        "pool: small instead of none, where place.market is small",
    ]


def test_rows_that_add_to_others(tmp_path: Path) -> None:
    """With `hit: collect` a row takes nobody's place."""
    rules = RULES.replace("  otherwise: pool.unknown\n", "  otherwise: pool.unknown\n  hit: collect\n")
    found = ask(with_choices(tmp_path, {"rules/rules.yaml": rules}))

    assert found["birk.market"][0][1] == "pool: deep, where place.market is deep"


def test_a_row_that_waits_for_two_facts(tmp_path: Path) -> None:
    """It stands under both, and names both."""
    rules = RULES[: RULES.index("trade:")] + (
        "trade:\n  otherwise: nothing\n  table: |\n"
        "    | row     | place.market | place.berths || passage     |\n"
        "    | harbour | deep         | over 10      || trade.great |\n"
    )
    found = ask(with_choices(tmp_path, {"rules/rules.yaml": rules}))
    what = "trade: harbour instead of otherwise, where place.market is deep and place.berths is over 10"

    assert what in {what for _, what, _ in found["birk.market"]}
    assert what in {what for _, what, _ in found["birk.berths"]}


def test_entries_of_a_list_stand_together(tmp_path: Path) -> None:
    """What entries lack is one thing, with their names."""
    birk = BIRK.replace("[Birk Mill]", "[Birk Mill, {name: Sails, note: cloth}, Ropes]")
    root = with_choices(tmp_path, {"facts/places/birk.yaml": birk})

    assert ask(root)["birk.employers[].note"] == [
        ("branch", "employers.entry with item.note, for Birk Mill, Ropes", "({{ item.note }})")
    ]
    assert "\n  note (of entries of employers)\n" in show(root)


def test_facts_of_the_country_and_of_the_pair(tmp_path: Path) -> None:
    """They stand after the place's own, each under the file that it belongs in."""
    settings = SETTINGS.replace(
        "fields:\n", "fields:\n  pair:\n    tip: {type: text, about: What to know.}\n", 1
    )
    guide = GUIDE.replace(
        "{% if place.campus %}",
        "{% if pair.tip %}Tip.{% endif %}{% if place.country.campus %}Far.{% endif %}{% if place.campus %}",
    )
    root = with_choices(tmp_path, {"pack.yaml": settings, "snippets/en/guide.md": guide})
    text = show(root)

    assert ask(root)["birk/netmaker.tip"] == [("branch", "pay.extra with pair.tip", "Tip.")]
    assert ask(root)["marland.campus"] == [("branch", "pay.extra with place.country.campus", "Far.")]
    own, pair, country = (
        text.index(f"{file}.yaml could say more:\n")
        for file in ("facts/places/birk", "facts/pairs/birk/netmaker", "facts/places/marland")
    )
    assert own < pair < country


def test_facts_of_the_role_are_no_business_of_the_place(tmp_path: Path) -> None:
    guide = GUIDE.replace(
        "{% if place.campus %}", "{% if role.wanted_in %}{% else %}Anywhere.{% endif %}{% if place.campus %}"
    )
    role = (MINI / "facts/roles/netmaker.yaml").read_text("utf-8").replace("wanted_in: [fishing]\n", "")
    changes: Tree = {"snippets/en/guide.md": guide, "facts/roles/netmaker.yaml": role}

    assert not [key for key in ask(with_choices(tmp_path, changes)) if not key.startswith("birk.")]


def test_forms_of_names_in_another_language(tmp_path: Path) -> None:
    """Of other languages than the source, only forms of names are asked for: all else is said once."""
    branches = "{% if place.of %}Venez {{ place.of }}.{% endif %}{% if place.remote %}Chez soi.{% endif %}"
    french = FRENCH_GUIDE.replace("Les {{ role.many }} sont nombreux", f"{branches} Ils sont nombreux")
    found = ask(write_trilingual(tmp_path, {"snippets/fr/guide.md": french}), "marland")

    assert found["marland.names.fr.of"] == [("branch", "pool.deep with place.of", "Venez {{ place.of }}.")]
    assert "marland.remote" not in found


def test_order_and_once(tmp_path: Path) -> None:
    """Facts stand in the order in which pack.yaml declares them."""
    assert list(ask(with_choices(tmp_path))) == [
        "birk.market",
        "birk.employers[].note",
        "birk.remote",
        "birk.campus",
        "birk.harbour",
        "birk.berths",
    ]


@pytest.mark.parametrize(
    ("key", "stated"),
    [
        ("market", "market: deep\n"),
        ("market", "market: small\n"),
        ("remote", "remote: yes\n"),
        ("campus", "campus: the mill\n"),
        ("harbour", "harbour: the weir\n"),
        ("berths", "berths: 20\n"),
    ],
)
def test_what_is_promised_is_said(tmp_path: Path, key: str, stated: str) -> None:
    """Once a fact is stated, its guides say what was promised, and it is waited for no more."""
    root = with_choices(tmp_path)
    value = stated.partition(": ")[2].strip()
    cells = (f"is {value}", "is big", "with place.", "section")
    texts = [text for _, what, text in ask(root)[f"birk.{key}"] if any(cell in what for cell in cells)]
    (root / "facts/places/birk.yaml").write_text(BIRK + stated, "utf-8")
    guide = run("--pack", str(root), "render", "--city", "birk", "--role", "netmaker").out

    assert texts
    for text in texts:
        assert text.replace(f"{{{{ place.{key} }}}}", value) in guide
    assert f"birk.{key}" not in ask(root)


# Drafts


def test_a_draft_lacks_facts_first_of_all(tmp_path: Path) -> None:
    """Facts without which no guide is made say so, and what reads them; what is no fact is counted."""
    root = with_choices(tmp_path, {"facts/places/elm.yaml": DRAFT})
    found = ask(root, "elm")
    text = show(root, "elm")

    assert found["elm.factor"][0] == ("guide", "its guides", "")
    assert found["elm.employers"] == [("guide", "its guides", "")]
    assert ("block", "section sea", "By the sea") in found["elm.harbour"]
    assert "    needed: rules/rules.yaml:3 reads it, and no guide is made without it\n" in text
    assert text.endswith("\n1 more thing keeps its guides from being made: `guidegen check` says what\n")


def test_a_published_place_that_lacks_a_fact(tmp_path: Path) -> None:
    """It is answered like a draft, though `check` calls it an error."""
    birk = BIRK.replace("factor: 0.9\n", "")
    root = with_choices(tmp_path, {"facts/places/birk.yaml": birk})

    assert ask(root)["birk.factor"][0] == ("guide", "its guides", "")
    assert run("--pack", str(root), "check").code == 1


def test_a_scaffold_of_the_shipped_pack(tmp_path: Path) -> None:
    """What `new city` begins waits for exactly the facts that `check` misses, in the same order."""
    import shutil

    for name in ("pack.yaml", "facts", "rules", "snippets"):
        source = ROOT / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path)
    assert run("--pack", str(tmp_path), "new", "city", "Zoutstad").code == 0
    done = run("--pack", str(tmp_path), "check", "--format", "json")
    missed = [
        problem["message"].split("'")[1]
        for problem in json.loads(done.out)
        if problem["message"].endswith("is still missing") and problem["file"].endswith("zoutstad.yaml")
    ]
    found = ask(tmp_path, "zoutstad")
    needed = [key for key, unlocks in found.items() if unlocks[0][0] == "guide"]

    assert missed
    assert needed == [f"zoutstad.{name}" for name in missed]


# On the command line


def test_any_name_of_the_place(tmp_path: Path) -> None:
    """Aliases, case and accents are as in `render`."""
    root = with_choices(tmp_path)

    assert show(root, "ELLENPORT") == show(root, "port-ellen") == show(root, "Port-Helene")


def test_an_unknown_place(tmp_path: Path) -> None:
    done = run("--pack", str(with_choices(tmp_path)), "check", "--readiness", "brik")

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("unknown city 'brik'\n  did you mean 'birk'?")


@pytest.mark.parametrize("name", ["rules/rules.yaml", "facts/places/birk.yaml", "snippets/en/guide.md"])
def test_what_cant_be_read(tmp_path: Path, name: str) -> None:
    """Nothing is told on top of what was misread."""
    root = with_choices(tmp_path)
    text = (root / name).read_text("utf-8")
    broken = f"{text}\n## Wrong name\n" if name.endswith(".md") else f"{text}\n  - [\n"
    (root / name).write_text(broken, "utf-8")
    done = run("--pack", str(root), "check", "--readiness", "birk")

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"{name}:")


def test_what_doesnt_go_together(tmp_path: Path) -> None:
    root = str(with_choices(tmp_path))
    both = run("--pack", root, "check", "--readiness", "birk", "--coverage")
    marked = run("--pack", root, "check", "--readiness", "birk", "--format", "github")

    assert (both.code, both.out) == (marked.code, marked.out) == (2, "")
    assert both.err == "--coverage is about all places, --readiness about one\n  ask for one of them\n"
    assert marked.err.startswith("--format github marks problems, and --readiness shows none\n")


def test_problems_elsewhere_are_not_its_business(tmp_path: Path) -> None:
    """It is a report: it ends with 0, whatever `check` would find with other places."""
    root = with_choices(
        tmp_path, {"facts/places/marland.yaml": "names: Marland\nscope: country\nstatus: published\n"}
    )

    assert run("--pack", str(root), "check").code == 1
    assert "birk.campus" in ask(root)


def test_json(tmp_path: Path) -> None:
    done = run("--pack", str(with_choices(tmp_path)), "check", "--readiness", "birk", "--format", "json")
    found = {need["slug"]: need for need in json.loads(done.out)}

    assert found["birk.campus"] == {
        "slug": "birk.campus",
        "about": "Where students work.",
        "file": "facts/places/birk.yaml",
        "confidence": None,
        "unlocks": [
            {
                "kind": "branch",
                "what": "pay.extra with place.campus",
                "file": "snippets/en/guide.md",
                "line": 44,
                "text": "Students work at {{ place.campus }}.",
            }
        ],
    }


def test_long_texts_are_shortened(tmp_path: Path) -> None:
    """At a word, with an ellipsis."""
    guide = GUIDE.replace("Students work at", "Students " + "come and go and " * 12 + "work at")
    ((_, _, text),) = ask(with_choices(tmp_path, {"snippets/en/guide.md": guide}))["birk.campus"]

    assert len(text) <= 91
    assert text.startswith("Students come and go and come")
    assert text.endswith("…")
    assert not text.endswith(" …")
