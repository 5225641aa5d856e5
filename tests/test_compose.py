"""Composition: the blocks of a guide from its outline, and what a pair has of its own."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import ROOT, write_pack
from guidegen.compose import Composer, compose
from guidegen.formats import rendered
from guidegen.formats.text import text_bytes
from guidegen.guide import Prose, Said, plain
from guidegen.pack import Pack
from guidegen.problems import Refused

Tree = dict[str, str | bytes | None]
PAIR = "facts/pairs/port-ellen/netmaker.yaml"
PORT = """\
Net Makers in Port Ellen
340 ships sail from Port Ellen. There are few net makers in Port Ellen, known for salt and fishing.
Employers
- Salt & Sons
- Nets (harbour)
Pay is €21k to €38k. That is more than in Marland.
| Level | Pay |
|---|---|
| Junior | €20,600 – €26,780 |
| Senior | €25,750 – €37,600 |
All jobs on Quay
"""


def text(folder: Path, tree: Tree | None = None, place: str = "port-ellen") -> bytes:
    """The text of a guide of the mini pack with some files changed."""
    pack = Pack(write_pack(folder, tree))
    return text_bytes(compose(pack, place, "netmaker", "en"), pack.settings.layout)


def blocks(folder: Path, outline: str, passages: str, place: str = "port-ellen") -> list[str]:
    """The lines of a guide with this outline after a title `T`, and these passages."""
    tree: Tree = {
        "rules/outline.yaml": f"blocks:\n  - title: t\n{outline}",
        "rules/rules.yaml": "known: present(place.remote)\nsmall: place.market = 'small'\n",
        "snippets/en/guide.md": f"## t\nT\n{passages}",
    }
    return text(folder, tree, place).decode().splitlines()[1:]


def refused(folder: Path, outline: str, passages: str) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as found:
        blocks(folder, outline, passages)
    return [(problem.kind, problem.message) for problem in found.value.problems]


# A whole guide


def test_a_guide_from_its_facts(tmp_path: Path) -> None:
    """The mini pack's port: words by its facts and tables, bands by the formula, halves up."""
    # 20,000 times 1.03 is 20,600; 26,000 → 26,780; 25,000 → 25,750; 36,500 → 37,595, to the ten 37,600
    assert text(tmp_path).decode() == PORT


def test_another_place_decides_otherwise(tmp_path: Path) -> None:
    """Marland is a deep pool at the country's level: another passage on the pool, none on the level."""
    lines = text(tmp_path, place="marland").decode().splitlines()

    assert lines[1] == "1,200 ships sail from Marland. There are many net makers in Marland."
    assert lines[4] == "Pay is €20k to €37k."  # 36,500 in thousands, the half upwards
    assert lines[-2] == "| Senior | €25,000 – €36,500 |"


def test_what_is_said_about_a_guide(tmp_path: Path) -> None:
    """Title and newest date are known beside the text; the date is that of the ships."""
    guide = compose(Pack(write_pack(tmp_path)), "port-ellen", "netmaker", "en")

    assert guide.name == "en/port-ellen/netmaker"
    assert plain(guide.meta.title) == "Net Makers in Port Ellen"
    assert guide.meta.dated == "2024"
    assert {decision.table.name: decision.outcomes for decision in guide.decisions} == {
        "pool": [("small", "pool.small")],
        "pay": [("above", "pay.above")],
    }


# Blocks


def test_sections_stand_or_fall_with_their_condition(tmp_path: Path) -> None:
    """`when` asks a fact or a derivation, `not` its opposite; what falls leaves no trace."""
    outline = (
        "  - section: a\n    when: place.employers\n    blocks: [{heading: one}, {paragraph: two}]\n"
        "  - section: b\n    when: place.remote\n    blocks: [{heading: three}]\n"
        "  - section: c\n    when: not place.remote\n    blocks: [{heading: four}]\n"
        "  - {heading: five, when: small}\n  - {heading: six, when: not small}\n"
        "  - section: d\n    blocks: [{heading: seven, when: place.remote}]\n"
    )
    passages = "".join(
        f"## {name}\n{name}\n" for name in ("one", "two", "three", "four", "five", "six", "seven")
    )

    assert blocks(tmp_path / "1", outline, passages) == ["one", "two", "four", "five"]
    assert blocks(tmp_path / "2", outline, passages, "marland") == ["one", "two", "four", "six"]


@pytest.mark.parametrize(("remote", "said"), [("yes", ["yes"]), ("no", ["not"]), (None, ["not"])])
def test_no_is_not_wanted(tmp_path: Path, remote: str | None, said: list[str]) -> None:
    """A fact that is `no` counts as one that is missing: the block for `not` stands."""
    port = (
        "names: P\nscope: city\nwithin: marland\nstatus: published\n"
        + (f"remote: {remote}\n" if remote else "")
        + "market: small\n"
    )
    tree: Tree = {
        "facts/places/port-ellen.yaml": port,
        "rules/outline.yaml": "blocks:\n  - title: t\n  - {heading: y, when: place.remote}\n"
        "  - {heading: n, when: not place.remote}\n",
        "rules/rules.yaml": "one: 1\n",
        "snippets/en/guide.md": "## t\nT\n## y\nyes\n## n\nnot\n",
    }

    assert text(tmp_path, tree).decode().splitlines()[1:] == said


def test_parts_are_joined_by_a_space(tmp_path: Path) -> None:
    """The parts of a paragraph are joined by one space; a part that says nothing adds none."""
    outline = "  - paragraph: [one, none, two]\n  - {paragraph: [none, two], id: b}\n"
    passages = "## one\nOne,\nbroken.\n## two\nTwo.\n## none\n{% if place.remote %}No.{% endif %}\n"

    assert blocks(tmp_path, outline, passages) == ["One, broken. Two.", "Two."]


def test_a_paragraph_that_says_nothing_is_refused(tmp_path: Path) -> None:
    """An empty line is never printed: the block is named, and that `when` guards it."""
    passages = "## none\n{% if place.remote %}No.{% endif %}\n"

    assert refused(tmp_path, "  - paragraph: none\n", passages) == [
        ("empty-block", "the paragraph 'none' is empty")
    ]


def test_lines_are_put_out_as_they_stand(tmp_path: Path) -> None:
    """A `lines` block keeps its line breaks, blank lines and spaces; a paragraph may have no blank line."""
    passages = "## notice\nOne  two\n\n  {{ place.name }}\nthree\n"

    assert blocks(tmp_path / "1", "  - lines: notice\n", passages) == [
        "One  two",
        "",
        "  Port Ellen",
        "three",
    ]
    ((kind, message),) = refused(tmp_path / "2", "  - paragraph: notice\n", passages)
    assert kind == "blank-line"
    assert "'notice'" in message


def test_lists_and_tables_have_an_entry_for_each(tmp_path: Path) -> None:
    """A list or table goes over entries or records in their order, each seen as `item`."""
    outline = (
        "  - list: {each: place.trades, entry: trade}\n"
        "  - table: {header: [a, b], each: role.levels, row: [level, pay]}\n"
    )
    passages = (
        "## trade\n{{ item.name | capital }}\n## a\nA\n## b\nB\n"
        "## level\n{{ item.title }}\n## pay\n{{ item.from | number }}\n"
    )

    assert blocks(tmp_path, outline, passages) == [
        "- Salt",
        "- Fishing",
        "| A | B |",
        "|---|---|",
        "| Junior | 20,000 |",
        "| Senior | 25,000 |",
    ]


def test_a_list_over_nothing_is_refused_unless_guarded(tmp_path: Path) -> None:
    """A heading never stands over nothing by mistake: an empty list is refused, a guarded one left out."""
    port = "names: P\nscope: city\nwithin: marland\nstatus: published\nmarket: small\n"
    tree: Tree = {
        "facts/places/port-ellen.yaml": port,
        "rules/rules.yaml": "one: 1\n",
        "snippets/en/guide.md": "## t\nT\n## e\n{{ item.name }}\n",
    }
    each = "{each: place.employers, entry: e}"
    bare: Tree = {"rules/outline.yaml": f"blocks:\n  - title: t\n  - list: {each}\n"}
    guarded: Tree = {
        "rules/outline.yaml": f"blocks:\n  - title: t\n  - list: {each}\n    when: place.employers\n"
    }

    with pytest.raises(Refused, match=r"'place\.employers' has no entries for port-ellen × netmaker"):
        text(tmp_path / "1", tree | bare)
    assert text(tmp_path / "2", tree | guarded) == b"T\n"


def test_everything_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    """A guide that lacks several things says all of them in one run."""
    outline = "  - heading: a\n  - heading: b\n  - paragraph: c\n"
    found = refused(
        tmp_path,
        outline,
        "## a\n{{ place.figures.boats | number }}\n## b\n{{ place.figures.wrecks | number }}\n",
    )

    assert [kind for kind, _ in found if kind != "unused-passage"] == [
        "missing-fact",
        "missing-fact",
        "missing-passage",
    ]


# What a pair has of its own


def test_an_override_is_said_instead(tmp_path: Path) -> None:
    """A pair's text stands in place of the block's, literally; `absent` leaves a block out."""
    pair = (
        "overrides:\n"
        "  - {locale: en, block: 'place:scene', text: 'Nets & {{ more }}.', owner: a, reason: b, source: c}\n"
        "  - {locale: en, block: employers.heading, absent: yes, owner: a, reason: b, expires: 2027-01-31}\n"
        "  - {locale: en, block: place.employers, absent: yes, owner: a, reason: b, expires: 2027-01-31}\n"
        "  - {locale: en, block: jobs.link, text: Jobs, owner: a, reason: b, expires: 2027-01-31}\n"
    )

    lines = text(tmp_path / "1", {PAIR: pair}).decode().splitlines()

    assert lines[1:3] == ["Nets & {{ more }}.", PORT.splitlines()[5]]
    assert lines[-1] == "Jobs"
    assert text(tmp_path / "2", {PAIR: pair}, "marland") == text(tmp_path / "3", place="marland")


def test_an_override_of_nothing_is_a_problem(tmp_path: Path) -> None:
    """An override whose block isn't in the outline is noticed, not silently without effect."""
    pair = "overrides:\n  - {locale: en, block: pay.rang, text: A, owner: a, reason: b, source: c}\n"

    with pytest.raises(Refused, match=r"unknown block 'pay\.rang'"):
        text(tmp_path, {PAIR: pair})


def test_an_override_that_has_expired_changes_no_guide(tmp_path: Path) -> None:
    """No day changes a guide: an override is said before and after it expires."""
    for number, day in enumerate(["2001-01-01", "2999-01-01"]):
        entry = f"{{locale: en, block: jobs.link, text: J, owner: a, reason: b, expires: {day}}}"
        pair = f"overrides:\n  - {entry}\n"
        assert text(tmp_path / str(number), {PAIR: pair}).endswith(b"\nJ\n")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("{newline: crlf}", PORT.replace("\n", "\r\n").encode()),
        ("{final_newline: no}", PORT[:-1].encode()),
        ("{byte_order_mark: yes}", b"\xef\xbb\xbf" + PORT.encode()),
        (
            "{newline: crlf, final_newline: no, byte_order_mark: yes}",
            b"\xef\xbb\xbf" + PORT[:-1].replace("\n", "\r\n").encode(),
        ),
        ("{newline: lf, final_newline: yes, byte_order_mark: no}", PORT.encode()),
    ],
)
def test_a_pair_may_have_a_file_form_of_its_own(tmp_path: Path, file: str, expected: bytes) -> None:
    """Line ending, last newline and byte order mark differ where the pair says so, and only there."""
    assert text(tmp_path / "1", {PAIR: f"file: {file}\n"}) == expected
    assert b"\r" not in text(tmp_path / "2", {PAIR: f"file: {file}\n"}, "marland")


def test_the_layout_of_the_pack_is_followed(tmp_path: Path) -> None:
    """Bullet, table marks, blank lines and line ending are those of pack.yaml."""
    settings = Path(__file__).with_name("mini_pack").joinpath("pack.yaml").read_text("utf-8")
    other = settings.replace(
        'text: {bullet: "- ", column: "|", rule: "---", blank_lines: 0, newline: lf, final_newline: yes}',
        'text: {bullet: "* ", column: "!", rule: "==", blank_lines: 1, newline: crlf, final_newline: no}',
    )
    assert other != settings

    lines = text(tmp_path, {"pack.yaml": other}).decode().split("\r\n")

    assert lines[2:9] == [
        PORT.splitlines()[1],
        "",
        "Employers",
        "",
        "* Salt & Sons",
        "* Nets (harbour)",
        "",
    ]
    assert lines[11:13] == ["! Level ! Pay !", "!==!==!"]
    assert lines[-1] == "All jobs on Quay"


# Reuse

SECOND_ROLE = """\
names:
  en: {one: salter, many: salters, title_one: Salter, title_many: Salters}
status: published
source: an invented almanac
wanted_in: [salt]
levels:
  junior: {from: 15000, to: 16000}
  senior: {from: 15500, to: 18500}
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mini pack of two roles and three places, with passages of roles, pairs and shared ones."""
    port = Path(__file__).with_name("mini_pack").joinpath("facts/places/port-ellen.yaml").read_text("utf-8")
    outline = Path(__file__).with_name("mini_pack").joinpath("rules/outline.yaml").read_text("utf-8")
    guide = Path(__file__).with_name("mini_pack").joinpath("snippets/en/guide.md").read_text("utf-8")
    scene = "## scene\nIt is {{ place.name }}.\n"
    return write_pack(
        tmp_path_factory.mktemp("town"),
        {
            "facts/roles/salter.yaml": SECOND_ROLE,
            "facts/places/bay.yaml": port.replace("Port Ellen", "Bay")
            .replace("Port-Hélène", "Baie")
            .replace("Ellenport", "Bayport")
            .replace("factor: 1.03", "factor: 0.9"),
            "snippets/en/places/bay.md": scene,
            "snippets/en/roles/netmaker.md": "## about\nThey knot.\n",
            "snippets/en/roles/salter.md": "## about\n{{ role.many | capital }} boil.\n",
            "snippets/en/guide.md": f"{guide}\n## site\n{{{{ site.name }}}}.\n"
            "## who\n{{ role.many | capital }}.\n## home\nHome.\n## away\nAway.\n",
            "rules/prose.yaml": "near:\n  table: |\n    | row | at_home || passage |\n"
            "    | yes | yes || home |\n    | no | no || away |\n",
            "rules/outline.yaml": f"{outline}  - paragraph: ['role:about', site, who, {{decide: near}}]\n",
        },
    )


def alone(root: Path) -> dict[tuple[str, str], bytes]:
    """Each guide of a pack as JSON with its origins, composed by a composer of its own."""
    made = {}
    for _, place, role in Pack(root).guides():
        pack = Pack(root)
        made[place, role] = rendered(compose(pack, place, role, "en"), pack.settings.layout, "json")
    return made


def test_the_guides_of_the_town_differ(town: Path) -> None:
    """The pack on which reuse is tried has six guides, all different."""
    guides = alone(town)

    assert len(guides) == len(set(guides.values())) == 6
    assert list(guides) == list(product(["bay", "marland", "port-ellen"], ["netmaker", "salter"]))


def test_a_passage_that_is_said_twice_has_two_origins(tmp_path: Path) -> None:
    """A passage that one block names and a table chooses for another is told apart, and flows or stands."""
    tree: Tree = {
        "rules/outline.yaml": "blocks:\n  - title: t\n  - paragraph: note\n  - paragraph: {decide: one}\n"
        "  - {lines: note, id: lines}\n  - paragraph: {decide: other}\n",
        "rules/rules.yaml": "".join(
            f"{name}:\n  table: |\n    | row | place.scope || passage |\n    | {name}-row | any || note |\n"
            for name in ("one", "other")
        ),
        "snippets/en/guide.md": "## t\nT\n## note\nOne\ntwo.\n",
    }
    found = compose(Pack(write_pack(tmp_path, tree)), "port-ellen", "netmaker", "en").blocks[1:]
    spans = [block.text[0] for block in found if isinstance(block, Prose)]

    assert [span.text for span in spans] == ["One two.", "One two.", "One\ntwo.", "One two."]
    assert [(span.origin.table, span.origin.row) for span in spans if isinstance(span.origin, Said)] == [
        ("", ""),
        ("one", "one-row"),
        ("", ""),
        ("other", "other-row"),
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_reuse_changes_no_guide(
    town: Path, expected: dict[tuple[str, str], bytes], data: st.DataObject
) -> None:
    """Many guides by one composer, in any order and more than once, are those composed alone."""
    order: Sequence[tuple[str, str]] = data.draw(
        st.lists(st.sampled_from(sorted(expected)), min_size=2, max_size=12)
    )
    pack = Pack(town)
    composer = Composer(pack)

    for place, role in order:
        guide = composer.compose(place, role, "en")
        assert rendered(guide, pack.settings.layout, "json") == expected[place, role]


@pytest.fixture(scope="module")
def expected(town: Path) -> dict[tuple[str, str], bytes]:
    return alone(town)


def test_reuse_changes_no_guide_of_the_shipped_pack() -> None:
    """All guides of the shipped pack by one composer, forwards and backwards, are those made alone."""
    pack = Pack(ROOT)
    guides = list(pack.guides())
    composer = Composer(pack)
    made = alone(ROOT)

    assert guides
    for _, place, role in [*guides, *reversed(guides)]:
        assert (
            rendered(composer.compose(place, role, "en"), pack.settings.layout, "json") == made[place, role]
        )
