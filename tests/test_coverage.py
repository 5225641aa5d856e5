"""`check --coverage`: which published guides use each row, variant, passage and guarded block."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bilingual import GUIDE as DUTCH
from bilingual import write_dutch
from choices import GUIDE, RULES, Tree, with_choices
from conftest import MINI, ROOT, run, write_pack
from guidegen.compose import Composer
from guidegen.coverage import coverage
from guidegen.guide import Said, texts
from guidegen.pack import Pack

COOPER = (
    (MINI / "facts/roles/netmaker.yaml")
    .read_text("utf-8")
    .replace("net maker", "cooper")
    .replace("Net Maker", "Cooper")
)


def users(root: Path) -> dict[str, list[str]]:
    """Who uses what, by slug; places alone, since there is one role and one language."""
    found = coverage(Pack(root))
    return {one.slug: [place for _, place, _ in one.guides] for one in found.all}


def table(root: Path) -> dict[str, list[str]]:
    """The lines of the table by their first column, each as its other columns."""
    done = run("--pack", str(root), "check", "--coverage")
    assert done.err == "no problems\n"
    lines = done.out.split("\n\n")[0].splitlines()
    cells = [[*re.split(" {2,}", line), ""] for line in lines[1:]]
    return {what: rest[:3] for what, *rest in cells}


def tell(root: Path, *args: str) -> list[dict[str, Any]]:
    done = run("--pack", str(root), "check", "--coverage", "--format", "json", *args)
    found: list[dict[str, Any]] = json.loads(done.out)
    return found


# What is used


def test_rows_and_otherwise(tmp_path: Path) -> None:
    """A row is used where it matched, also if it says nothing; who falls to `otherwise` is named."""
    found = users(with_choices(tmp_path))

    assert found["pool/deep"] == ["marland"]
    assert found["pool/small"] == ["port-ellen"]
    assert found["pool/otherwise"] == ["birk"]
    assert found["pay/sure"] == []
    assert found["pay/huge"] == []
    assert found["pay/above"] == ["port-ellen"]
    assert found["pay/level"] == ["birk", "marland"]
    assert "pay/otherwise" not in found


def test_rows_of_a_value_that_rules_look_up(tmp_path: Path) -> None:
    """They count where a guide depended on the value, through a table, a `when` or an `if`."""
    assert users(with_choices(tmp_path / "table"))["port/great"] == ["marland"]
    assert users(with_choices(tmp_path / "again"))["port/other"] == ["birk", "port-ellen"]

    no_trade = RULES[: RULES.index("trade:")]
    outline = "blocks:\n  - title: guide.title\n  - paragraph: place:scene\n"
    rules = no_trade.replace("|| big   |", "|| yes   |").replace("|| plain |", "|| no    |")
    unread = with_choices(tmp_path / "unread", {"rules/rules.yaml": rules, "rules/outline.yaml": outline})
    assert users(unread)["port/great"] == users(unread)["port/other"] == []

    guarded = {"rules/rules.yaml": rules, "rules/outline.yaml": f"{outline}    when: port\n"}
    by_when = with_choices(tmp_path / "when", guarded)
    assert users(by_when)["port/great"] == ["marland"]
    assert users(by_when)["port/other"] == ["birk", "port-ellen"]

    branching = GUIDE.replace("{{ role.title_many }}", "{% if port %}{{ role.title_many }}{% endif %}")
    by_if = with_choices(
        tmp_path / "if",
        {"rules/rules.yaml": rules, "rules/outline.yaml": outline, "snippets/en/guide.md": branching},
    )
    assert users(by_if)["port/great"] == ["marland"]
    assert users(by_if)["port/other"] == ["birk", "port-ellen"]


def test_both_sides_of_a_branch(tmp_path: Path) -> None:
    """A side without words is taken where the passage was asked for and the other wasn't."""
    found = users(with_choices(tmp_path))

    assert found["pay.range/with:place.remote"] == ["marland"]
    assert found["pay.range/without:place.remote"] == ["birk", "port-ellen"]
    assert found["employers.entry/with:item.note"] == ["port-ellen"]
    assert found["employers.entry/without:item.note"] == ["birk", "marland", "port-ellen"]


def test_a_passage_that_is_all_branch(tmp_path: Path) -> None:
    """Where it says nothing it isn't said, but its empty side is taken."""
    found = users(with_choices(tmp_path))

    assert found["pay.extra"] == ["port-ellen"]
    assert found["pay.extra/with:place.campus"] == ["port-ellen"]
    assert found["pay.extra/without:place.campus"] == ["birk", "marland"]


def test_two_branches_on_one_name(tmp_path: Path) -> None:
    """They are told apart."""
    twice = "{% if place.campus %}Yes.{% endif %}{% if place.campus %}{% else %}No.{% endif %}\n"
    guide = GUIDE[: GUIDE.rindex("{% if")] + twice
    found = users(with_choices(tmp_path, {"snippets/en/guide.md": guide}))

    assert found["pay.extra/with:place.campus"] == ["port-ellen"]
    assert found["pay.extra/without:place.campus"] == ["birk", "marland"]
    assert found["pay.extra/with:place.campus#2"] == ["port-ellen"]
    assert found["pay.extra/without:place.campus#2"] == ["birk", "marland"]
    assert found["pay.extra"] == ["birk", "marland", "port-ellen"]


def test_guarded_blocks(tmp_path: Path) -> None:
    """A block with a `when` is used where it stands, as are the passages in it."""
    found = users(with_choices(tmp_path))

    assert found["sea"] == ["marland"]
    assert found["sea.heading"] == found["sea.harbour"] == ["marland"]
    assert found["land"] == ["birk", "port-ellen"]


def test_what_an_override_replaces_isnt_used(tmp_path: Path) -> None:
    """Literal text takes the place of the passages, and of the row that would have chosen one."""
    says = "block: 'place:scene', locale: en, text: Birk., owner: Bo, reason: a test, source: a letter"
    pair = f"overrides:\n  - {{{says}}}\n"
    found = users(with_choices(tmp_path, {"facts/pairs/birk/netmaker.yaml": pair}))

    assert found["birk:scene"] == []
    assert found["pool/otherwise"] == []
    assert found["pay/level"] == ["birk", "marland"]


@pytest.mark.parametrize("root", [ROOT, MINI], ids=["shipped", "mini"])
def test_passages_agree_with_the_origins(root: Path) -> None:
    """Each passage is used by exactly the guides whose blocks have words of it."""
    pack = Pack(root)
    composer, said = Composer(pack), dict[tuple[str, str], set[tuple[str, str, str]]]()
    for locale, place, role in pack.guides():
        guide = composer.compose(place, role, locale)
        origins = [span.origin for block in guide.blocks for text in texts(block) for span in text]
        for origin in origins:
            if isinstance(origin, Said):
                said.setdefault((locale, origin.passage), set()).add((locale, place, role))
    found = {(one.locale, one.slug): set(one.guides) for one in coverage(pack).all if one.kind == "passage"}

    assert said
    assert {key: found[key] for key in said} == said


# How it is shown


def test_the_table(tmp_path: Path) -> None:
    """Rows say how many places of how many, where they stand, and which places; nobody is marked."""
    lines = table(with_choices(tmp_path))

    assert lines["pool: otherwise"] == ["1 of 3", "rules/rules.yaml:13", "birk"]
    assert lines["pay: huge"] == ["nobody", "rules/rules.yaml:24", ""]
    assert lines["pay: level"] == ["2 of 3", "rules/rules.yaml:26", "all but port-ellen"]
    assert lines["trade: otherwise"] == ["2 of 3", "rules/rules.yaml:28", "birk, port-ellen"]
    assert lines["block sea"] == ["1 of 3", "rules/outline.yaml:6", "marland"]
    assert lines["guide.title"] == ["3 of 3", "snippets/en/guide.md:1", "all"]
    assert lines["pay.range with place.remote"] == ["1 of 3", "snippets/en/guide.md:29", "marland"]


def test_the_table_goes_by_file_and_line(tmp_path: Path) -> None:
    """One reads it along with the files."""
    places = [where.rsplit(":", 1) for _, where, *_ in table(with_choices(tmp_path)).values()]
    order = [(file, int(line)) for file, line in places]

    assert order == sorted(order)


def test_what_belongs_to_one_place(tmp_path: Path) -> None:
    """It is shown only where its own guides don't use it."""
    lines = table(with_choices(tmp_path))
    done = run("--pack", str(tmp_path), "check", "--coverage")

    assert [what for what in lines if ":scene" in what] == [
        "birk:scene with place.harbour",
        "port-ellen:scene with place.harbour",
    ]
    assert lines["birk:scene with place.harbour"] == ["nobody", "snippets/en/places/birk.md:2", ""]
    assert "\n6 of 36 used by nobody\nnot shown: 7 that belong to one place or role" in done.out


def test_the_mini_pack(mini_pack: Path) -> None:
    """Where all is used, it says so."""
    done = run("--pack", str(mini_pack), "check", "--coverage")

    assert done.code == 0
    assert "\neverything is used\n" in done.out
    assert "nobody" not in done.out


def test_languages_are_shown_apart_only_where_they_differ(tmp_path: Path) -> None:
    """What the same places use in all languages stands once, at the source's line; else once for each."""
    said = "Dat is meer dan in {{ place.country.name }}."
    dutch = DUTCH.replace(said, f"{{% if place.remote %}}{said}{{% endif %}}")
    assert dutch != DUTCH
    same = write_dutch(tmp_path / "same")
    differs = write_dutch(tmp_path / "differs", {"snippets/nl/guide.md": dutch})

    def lines(root: Path, what: str) -> list[list[str]]:
        done = run("--pack", str(root), "check", "--coverage")
        return [re.split(" {2,}", line)[1:] for line in done.out.splitlines() if line.startswith(f"{what} ")]

    english = ["1 of 2", "snippets/en/guide.md:22", "port-ellen"]
    assert lines(same, "pay.above") == [english]
    assert lines(differs, "pay.above") == [
        english,
        ["nobody", "snippets/nl/guide.md:22"],
        ["nobody", "snippets/nl/guide.md:23"],
        ["1 of 2", "snippets/nl/guide.md:23", "port-ellen"],
    ]


def test_json(tmp_path: Path) -> None:
    """Programs read every thing with its guides, the trivial too; problems are text beside it."""
    root = with_choices(tmp_path)
    found = {one["slug"]: one for one in tell(root)}

    assert found["pool/otherwise"] == {
        "slug": "pool/otherwise",
        "kind": "otherwise",
        "file": "rules/rules.yaml",
        "line": 13,
        "guides": ["en/birk/netmaker"],
        "count": 1,
    }
    assert found["pay/huge"]["count"] == 0
    assert found["marland:scene"]["guides"] == ["en/marland/netmaker"]
    assert {one["kind"] for one in found.values()} == {"row", "otherwise", "branch", "passage", "block"}


def test_several_roles(tmp_path: Path) -> None:
    """Then places × roles are counted; a place or role stands for itself where it is meant whole."""
    guide = GUIDE.replace("{{ place.name }}", "{{ place.name }}{% if role.wanted_in %}!{% endif %}", 1)
    cooper = COOPER.replace("wanted_in: [fishing]\n", "")
    changes: Tree = {
        "facts/roles/cooper.yaml": cooper,
        "snippets/en/guide.md": guide,
    }
    lines = table(with_choices(tmp_path, changes))

    assert lines["guide.title"][0] == "6 of 6"
    assert lines["pool: deep"] == ["2 of 6", "rules/rules.yaml:16", "marland"]
    assert lines["guide.title with role.wanted_in"][::2] == ["3 of 6", "netmaker"]
    assert lines["guide.title without role.wanted_in"][::2] == ["3 of 6", "cooper"]


def test_many_places(tmp_path: Path) -> None:
    """The first few are named, and how many more there are; all that fall to `otherwise` are."""
    birk = (with_choices(tmp_path) / "facts/places/birk.yaml").read_text("utf-8")
    for number in range(20):
        changes: Tree = {
            f"facts/places/elm-{number:02}.yaml": birk.replace("Birk", f"Elm {number:02}").replace(
                "factor: 0.9", "factor: 1.1" if number < 12 else "factor: 0.9"
            ),
            f"snippets/en/places/elm-{number:02}.md": "## scene\nElms.\n",
        }
        for name, text in changes.items():
            (tmp_path / name).write_text(str(text), "utf-8")
    lines = table(tmp_path)

    assert lines["pay: above"][0] == "13 of 23"
    assert lines["pay: above"][2] == "elm-00, elm-01, elm-02, elm-03, elm-04, elm-05 and 7 more"
    assert lines["pool: otherwise"][2].endswith("elm-17, elm-18, elm-19")


# What isn't there


def test_guides_that_cant_be_made_are_left_out(tmp_path: Path) -> None:
    """`check` says why and ends with 1; the others are covered, and the table says how many are missing."""
    broken = with_choices(
        tmp_path, {"facts/places/birk.yaml": "names: Birk\nscope: city\nstatus: published\n"}
    )
    done = run("--pack", str(broken), "check", "--coverage")

    assert done.code == 1
    assert "facts/places/birk.yaml" in done.err
    assert "left out: 1 guide that can't be made" in done.out
    assert "birk" not in done.out
    assert "2 of 2" in done.out


def test_a_fact_that_was_misread_is_no_missing_fact(tmp_path: Path) -> None:
    """A guide that would be made without a misspelt value isn't covered as if that were meant."""
    done = run("--pack", str(with_choices(tmp_path)), "check", "--coverage")
    assert "birk" in done.out

    birk = (tmp_path / "facts/places/birk.yaml").read_text("utf-8")
    (tmp_path / "facts/places/birk.yaml").write_text(f"{birk}market: dep\n", "utf-8")
    done = run("--pack", str(tmp_path), "check", "--coverage")

    assert done.code == 1
    assert "birk" not in done.out


def test_drafts_are_left_out(tmp_path: Path) -> None:
    """Neither a draft's guides nor its passages are covered."""
    root = with_choices(tmp_path)
    birk = (root / "facts/places/birk.yaml").read_text("utf-8")
    (root / "facts/places/birk.yaml").write_text(birk.replace("published", "draft"), "utf-8")
    found = coverage(Pack(root))

    assert len(found.guides) == 2
    assert found.left_out == 0
    assert not [one.slug for one in found.all if one.slug.startswith("birk")]
    assert [one.guides for one in found.all if one.slug == "pool/otherwise"] == [()]


@pytest.mark.parametrize(
    "changes", [{"rules/rules.yaml": "pool: [\n"}, {"pack.yaml": "site: 1\n"}], ids=["rules", "settings"]
)
def test_of_a_pack_with_broken_rules_nothing_is_told(tmp_path: Path, changes: Tree) -> None:
    """Problems are said as ever; programs get an empty list."""
    root = write_pack(tmp_path, changes)
    done = run("--pack", str(root), "check", "--coverage")

    assert done.code == 1
    assert done.out == "no published guide can be made: nothing can be told of coverage\n"
    assert tell(root) == []


def test_problems_are_text_beside_json(tmp_path: Path) -> None:
    """With --format json the coverage is on standard output, and problems are on standard error."""
    root = with_choices(tmp_path, {"snippets/en/guide.md": f"{GUIDE}\n## pay.unused\nNobody says this.\n"})
    done = run("--pack", str(root), "check", "--coverage", "--format", "json")

    assert done.code == 0
    assert [one["count"] for one in json.loads(done.out) if one["slug"] == "pay.unused"] == [0]
    assert "warning: no outline or table names passage 'pay.unused'" in done.err


def test_annotations_stay_annotations(tmp_path: Path) -> None:
    """--format github writes its annotations below the table."""
    root = with_choices(tmp_path, {"snippets/en/guide.md": f"{GUIDE}\n## pay.unused\nNobody says this.\n"})
    done = run("--pack", str(root), "check", "--coverage", "--format", "github")

    assert done.out.startswith("what ")
    assert done.out.splitlines()[-1].startswith("::warning file=")


def test_without_the_option_nothing_is_printed(mini_pack: Path) -> None:
    assert run("--pack", str(mini_pack), "check").out == ""
