"""The rules of a pack: their order is inferred, each name has one writer, records and lists derive."""

import itertools
from pathlib import Path

import pytest

from conftest import write_pack
from guidegen.compose import compose
from guidegen.formats.text import text_bytes
from guidegen.guide import plain
from guidegen.pack import Pack
from guidegen.problems import Refused

RULES = {
    "band": "\n  each: role.levels\n  from: round(item.from * level, 10)\n  to: round(item.to * level, 10)\n",
    "level": "place.factor * extra",
    "extra": "if at_home then 1.5 else 1",
    "at_home": "overlaps(role.wanted_in, shared)",
    "shared": "common(place.trades, role.wanted_in)",
}
OUTLINE = "blocks:\n  - title: guide.title\n  - paragraph: pay\n"
PASSAGES = "## guide.title\nT\n## pay\n{{ band.junior.from | money }} {{ band.senior.to | money }}\n"


def rules(names: tuple[str, ...]) -> str:
    return "".join(f"{name}: {RULES[name]}\n" for name in names)


def paragraph(folder: Path, tree: dict[str, str | bytes | None], place: str = "port-ellen") -> str:
    """The one paragraph of the guide in a pack with these files."""
    files = {"rules/outline.yaml": OUTLINE, "snippets/en/guide.md": PASSAGES, **tree}
    blocks = compose(Pack(write_pack(folder, files)), place, "netmaker", "en").blocks
    (block,) = [block for block in blocks if block.kind == "paragraph"]
    return plain(getattr(block, "text", ()))


def problems(folder: Path, text: str) -> list[tuple[str, str, str]]:
    """Kind, message and line of what is wrong with these rules."""
    pack = Pack(write_pack(folder, {"rules/rules.yaml": text}))
    found = [(problem.kind, problem.message, str(problem.location)) for problem in pack.problems]
    return [problem for problem in found if problem[2].startswith("rules/rules.yaml")]


# Order


def test_rules_may_stand_in_any_order(tmp_path: Path) -> None:
    """A rule may use another that stands after it; every order of the rules gives the same guide."""
    # the port catches fish, which the net maker is wanted for: 1.03 times 1.5 is 1.545
    expected = "€30,900 €56,390"  # 20,000 and 36,500 times 1.545; 56,392.5 to the nearest ten
    for number, order in enumerate(itertools.permutations(RULES)):
        if number % 15 == 0:
            assert paragraph(tmp_path / str(number), {"rules/rules.yaml": rules(order)}) == expected


def test_rules_may_stand_in_any_file(tmp_path: Path) -> None:
    """Rules are one book, however many files it has and whatever these are called."""
    whole = paragraph(tmp_path / "one", {"rules/rules.yaml": rules(tuple(RULES))})
    for number, names in enumerate(["abcde", "edcba", "cebda"]):
        files = {f"rules/{name}.yaml": rules((rule,)) for name, rule in zip(names, RULES)}

        assert paragraph(tmp_path / str(number), {"rules/rules.yaml": None, **files}) == whole


def test_a_name_has_one_writer(tmp_path: Path) -> None:
    """A name that two files write is refused at the second, with the place of the first."""
    pack = Pack(write_pack(tmp_path, {"rules/salary.yaml": "at_home: yes\n"}))
    (problem,) = pack.problems

    assert problem.kind == "duplicate-key"
    assert str(problem.location) == "rules/salary.yaml:1:1"
    assert "rules/rules.yaml:5" in problem.hint


def test_a_circle_is_shown_as_a_chain(tmp_path: Path) -> None:
    """Rules that need each other are refused once, with the chain that leads back."""
    assert problems(tmp_path, "one: two + 1\ntwo: three * 2\nthree: one\n") == [
        ("cycle", "'one' is computed from itself: one → two → three → one", "rules/rules.yaml:1:6"),
    ]


@pytest.mark.parametrize("name", ["place", "role", "pair", "site", "item", "Big", "1st", "a-b"])
def test_some_names_cannot_be_given(tmp_path: Path, name: str) -> None:
    """A derivation can't be called as what facts are read by, nor what a slot couldn't name."""
    (problem,) = problems(tmp_path, f"{name}: 1 + 1\n")

    assert problem[0] == "key"


def test_a_mistake_in_a_formula_is_shown_in_its_line(tmp_path: Path) -> None:
    """The caret of a wrong name stands under the name, also in a record and in quotes."""
    text = 'one: 1 + place.fctor\nband:\n  each: role.levels\n  from: "2 * item.form"\n'

    assert [(kind, at) for kind, _, at in problems(tmp_path, text)] == [
        ("formula", "rules/rules.yaml:1:10"),
        ("formula", "rules/rules.yaml:4:14"),
    ]


def test_records_derive_only_from_records(tmp_path: Path) -> None:
    """`each` goes over a map of records; a list or a number is refused where it is named."""
    assert problems(tmp_path, "band:\n  each: place.trades\n  from: 1\n") == [
        ("wrong-type", "'place.trades' has no records to go over", "rules/rules.yaml:2:9")
    ]


# Values


def test_derived_lists_can_be_listed(tmp_path: Path) -> None:
    """`common` and `without` make lists that slots join, lists go over, and conditions ask for."""
    tree: dict[str, str | bytes | None] = {
        "rules/rules.yaml": "shared: common(place.trades, role.wanted_in)\n"
        "others: without(place.trades, role.wanted_in)\n",
        "rules/outline.yaml": "blocks:\n  - title: guide.title\n  - paragraph: trades\n"
        "  - list: {each: others, entry: trade}\n  - {heading: none, when: not others}\n",
        "snippets/en/guide.md": "## guide.title\nT\n## trade\n{{ item.name | capital }}\n## none\nNone\n"
        "## trades\n{{ shared | and_list }}{% if others %}, {{ others | and_list }}{% endif %}\n",
    }
    pack = Pack(write_pack(tmp_path / "pack", tree))

    def text(place: str) -> list[str]:
        guide = compose(pack, place, "netmaker", "en")
        return text_bytes(guide, pack.settings.layout).decode().splitlines()

    assert text("port-ellen") == ["T", "fishing, salt", "- Salt"]
    assert text("marland") == ["T", "fishing, weaving", "- Weaving"]
    (tmp_path / "pack/facts/roles/netmaker.yaml").write_text(
        (tmp_path / "pack/facts/roles/netmaker.yaml")
        .read_text("utf-8")
        .replace("wanted_in: [fishing]", "wanted_in: [salt, fishing]"),
        "utf-8",
    )
    pack = Pack(tmp_path / "pack")
    with pytest.raises(Refused, match="'others' has no entries for port-ellen × netmaker"):
        compose(pack, "port-ellen", "netmaker", "en")


def test_a_guide_says_why_a_rule_has_no_value(tmp_path: Path) -> None:
    """A formula that lacks a fact for one guide names the rule, the guide and the fact."""
    tree: dict[str, str | bytes | None] = {
        "rules/rules.yaml": "half: place.figures.boats / 2\n",
        "snippets/en/guide.md": "## guide.title\nT\n## pay\n{{ half | number }}\n",
    }

    with pytest.raises(Refused) as refused:
        paragraph(tmp_path, tree)
    (problem,) = refused.value.problems
    assert problem.message == (
        "'half' can't be computed for port-ellen × netmaker: 'place.figures.boats' is missing"
    )
    assert str(problem.location) == "rules/rules.yaml:1:7"
    assert "facts/places/port-ellen.yaml" in problem.hint
