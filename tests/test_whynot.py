"""`explain --why-not`: what keeps a passage out, and changes of facts that are true when they are made."""

import json
import re
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import ROOT, run, write_pack
from guidegen.compose import Composer
from guidegen.pack import Pack
from guidegen.whynot import Absence, why_not
from reasoned_pack import PAIR, PORT, write_reasoned


@pytest.fixture(scope="module")
def reasoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack with a reason of every kind; not to be changed."""
    return write_reasoned(tmp_path_factory.mktemp("reasoned"))


def absent(root: Path, passage: str, place: str = "port-ellen", role: str = "netmaker") -> Absence:
    composer = Composer(Pack(root))
    return why_not(composer, composer.compose(place, role, "en"), passage)


def turns(found: Absence) -> list[list[str]]:
    """What would turn each obstacle, in words."""
    return [[" and ".join(map(str, turn)) for turn in obstacle.turns] for obstacle in found.obstacles]


def says(root: Path, passage: str) -> bool:
    """Whether the guide to Port Ellen has a passage."""
    composer = Composer(Pack(root))
    found = why_not(composer, composer.compose("port-ellen", "netmaker", "en"), passage)
    return bool(found.lines)


@pytest.mark.parametrize(
    ("place", "passage", "expected"),
    [
        ("leuven", "pay.affordable", [["leuven.factor from 1.03 to anything at most 1.00 (down to 0.5)"]]),
        ("bruges", "pay.premium", [["bruges.factor from 0.93 to anything over 1.00 (up to 2)"]]),
        ("leuven", "talent.deep", [["leuven.market from balanced to deep"]]),
        ("leuven", "guide.intro-country", [["leuven.scope from city to country"]]),
        (
            "leuven",
            "fit.in-field",
            [
                [
                    "backend.industries with semiconductors, ai-research or healthtech added",
                    "leuven.specialties with fintech, logistics-tech, saas or govtech added",
                ]
            ],
        ),
        (
            "ghent",
            "fit.other-strengths",
            [["backend.industries without saas", "ghent.specialties without saas"]],
        ),
    ],
)
def test_the_shipped_pack(place: str, passage: str, expected: list[list[str]]) -> None:
    """One change of one fact, where one is enough: a number, a choice, a key added or taken away."""
    assert turns(absent(ROOT, passage, place, "backend")) == expected


def test_the_cells_that_failed(reasoned: Path) -> None:
    """Each cell with the value that the guide has; derivations that failed are worked out."""
    (obstacle,) = absent(reasoned, "crowd.big").obstacles

    assert [(cell.column, cell.value, cell.cell, cell.matched) for cell in obstacle.cells] == [
        ("premium", "560", "over 500", True),
        ("welcoming", "no", "yes", False),
    ]
    assert [one.key for one in obstacle.computed] == ["welcoming"]
    assert obstacle.location.path == "rules/rules.yaml"
    assert turns(absent(reasoned, "crowd.big")) == [
        ["port-ellen.campus stated, as yes", "port-ellen.notes stated"]
    ]


def test_an_earlier_row_took_it(reasoned: Path) -> None:
    """A row that matches after another is no failure of its own: the other has to give way."""
    found = absent(reasoned, "tone.dear")

    assert found.obstacles[0].says == "table tone, row dear matches, but row paying comes before it"
    assert turns(found) == [["port-ellen.factor from 1.03 to anything at most 1.00 (down to 0.5)"]]


def test_a_row_that_needs_two_facts(reasoned: Path) -> None:
    """Where two cells fail, both facts change; no single one is proposed."""
    ((turn,),) = turns(absent(reasoned, "tone.busy"))

    assert turn.split(" and ") == [
        "port-ellen.factor from 1.03 to anything at most 0.80 (down to 0.5)",
        "port-ellen.market from small to deep",
    ]


def test_otherwise(reasoned: Path) -> None:
    """For what is said where no row matches, every row has to give way."""
    found = absent(reasoned, "tone.plain")

    assert "where no row matches, and row paying does" in found.obstacles[0].says
    ((turn,),) = turns(found)
    assert turn == "port-ellen.factor from 1.03 to 1.00 and port-ellen.market from small to deep"


def test_a_number_behind_a_value_of_another_table(reasoned: Path) -> None:
    """The search goes through rules: the number of ships decides the size, and that the harbour."""
    assert turns(absent(reasoned, "harbour.large")) == [["port-ellen.figures.ships from 340 to 1,000"]]


def test_a_block_that_does_not_stand(reasoned: Path) -> None:
    """Of a passage in a section, the `when` that failed, and the fact to state for it."""
    found = absent(reasoned, "advice.text")

    assert found.obstacles[0].says == "section advice stands only `when: place.notes`"
    assert found.obstacles[0].location.path == "rules/outline.yaml"
    assert turns(found) == [["port-ellen.notes stated"]]


def test_a_block_that_stands_only_without(tmp_path: Path) -> None:
    """`when: not x` is turned by what makes x no."""
    root = write_reasoned(tmp_path, {"facts/places/port-ellen.yaml": PORT + "campus: yes\n"})

    assert turns(absent(root, "quiet.heading")) == [["port-ellen.campus from yes to no"]]


def test_an_override_keeps_it_out(reasoned: Path, tmp_path: Path) -> None:
    """Who wrote it, and why; also where a section is left out."""
    (obstacle,) = absent(reasoned, "jobs.link").obstacles
    assert obstacle.says == "block jobs.link: an override by ann (shorter) has another text for it"

    left_out = PAIR.replace("block: jobs.link, text: All & sundry", "block: advice, absent: yes")
    root = write_reasoned(
        tmp_path,
        {
            "facts/pairs/port-ellen/netmaker.yaml": left_out,
            "facts/places/port-ellen.yaml": PORT + "notes: Ask.\n",
        },
    )
    (obstacle,) = absent(root, "advice.heading").obstacles
    assert obstacle.says == "block advice: an override by ann (shorter) leaves it out"


def test_nobody_names_it(reasoned: Path) -> None:
    """A passage of no block and no table; one of a table that no block decides by."""
    assert "no block of the outline names it" in absent(reasoned, "nobody.names").obstacles[0].says
    assert "no block of the outline decides by it" in absent(reasoned, "spare.words").obstacles[0].says


def test_it_is_there_after_all(reasoned: Path) -> None:
    """A passage that the guide has is said to be there, with its lines or what else it is part of."""
    found = absent(reasoned, "licence.notice")
    assert (found.lines, found.obstacles) == ((10, 11, 12), ())
    assert absent(ROOT, "guide.description", "leuven", "backend").parts == ("description",)
    done = run("explain", "--city", "leuven", "--role", "backend", "--why-not", "place:scene")
    assert done.code == 0
    assert done.out.startswith("leuven:scene is in en/leuven/backend after all: line 4  snippets/en/places/")


@pytest.mark.parametrize(
    ("passage", "message"),
    [
        ("pay.premum", "did you mean 'pay.premium'?"),
        ("leuven:scen", "did you mean 'leuven:scene'?"),
        ("ghent:scene", "'ghent:scene' is ghent's own passage: this guide can't say it"),
        ("zzz", "`guidegen list passages` shows them all"),
    ],
)
def test_a_passage_that_there_is_not(passage: str, message: str) -> None:
    """Refused, with the nearest."""
    done = run("explain", "--city", "leuven", "--role", "backend", "--why-not", passage)

    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_json(reasoned: Path) -> None:
    """The same for programs."""
    args = ["--pack", str(reasoned), "explain", "--city", "port-ellen", "--role", "netmaker"]
    found = json.loads(run(*args, "--why-not", "tone.busy", "--format", "json").out)

    assert found["passage"] == "tone.busy"
    assert [one["key"] for one in found["obstacles"][0]["turns"][0]] == [
        "port-ellen.factor",
        "port-ellen.market",
    ]
    assert found["obstacles"][0]["cells"][0]["matches"] is False


# Proposals hold when they are made


@pytest.mark.parametrize(
    ("passage", "change"),
    [
        ("tone.high", {"factor: ": "factor: 1.51 #"}),
        ("tone.dear", {"factor: ": "factor: 1.00 #"}),
        ("tone.plain", {"factor: ": "factor: 1.00 #", "market: small": "market: deep"}),
        ("tone.busy", {"factor: ": "factor: 0.80 #", "market: small": "market: deep"}),
        ("harbour.large", {"value: 340": "value: 1000"}),
        ("crowd.big", {"market: small": "market: small\ncampus: yes"}),
        ("advice.text", {"market: small": "market: small\nnotes: Ask."}),
    ],
)
def test_what_is_proposed_turns_it(
    passage: str, change: dict[str, str], reasoned: Path, tmp_path: Path
) -> None:
    """With the proposed facts in the file, the guide says the passage; just beside them it doesn't."""
    port = PORT
    for old, new in change.items():
        port = port.replace(old, new)

    assert not says(reasoned, passage)
    assert says(write_reasoned(tmp_path, {"facts/places/port-ellen.yaml": port}), passage)


def test_just_short_of_a_proposal_nothing_turns(tmp_path: Path) -> None:
    """The number that is proposed is the nearest: one less doesn't do."""
    port = PORT.replace("value: 340", "value: 999")

    assert not says(write_reasoned(tmp_path, {"facts/places/port-ellen.yaml": port}), "harbour.large")


FORMULAS = """\
blocks:
  - title: guide.title
  - paragraph: {decide: mood}
"""
MOOD = """
mood:
  table: |
    | row | RULE || passage   |
    | yes | yes  || pool.deep |
    | no  | no   || pool.small |
"""


def with_rule(folder: Path, formula: str, more: str = "") -> Path:
    """The mini pack, its guide deciding by a formula; `more` is added to Port Ellen."""
    rules = f"rule: {formula}\n" + MOOD.replace("RULE", "rule")
    base = "band:\n  each: role.levels\n  from: round(item.from * place.factor, 10)\n"
    port = (Path(__file__).with_name("mini_pack") / "facts/places/port-ellen.yaml").read_text("utf-8")
    return write_pack(
        folder,
        {
            "rules/outline.yaml": FORMULAS,
            "rules/rules.yaml": base + rules,
            "facts/places/port-ellen.yaml": port + more,
        },
    )


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("place.factor > 1.5", ["port-ellen.factor from 1.03 to 1.51"]),
        ("place.factor * 2 = 2.4", ["port-ellen.factor from 1.03 to 1.20"]),
        ("band.junior.from >= 25000",
         ["netmaker.levels.junior.from from 20,000 to 24,267", "port-ellen.factor from 1.03 to 1.25"]),
        ("place.figures.ships / 7 > 100 and place.market = 'deep'",
         ["port-ellen.figures.ships from 340 to 701 and port-ellen.market from small to deep"]),
        ("count(place.trades) > 2", ["port-ellen.trades with weaving added"]),
        ("place.remote", ["port-ellen.remote from no to yes"]),
        ("place.factor.confidence = 'high'", ["port-ellen.factor.confidence from low to high"]),
        ("not present(place.market)", ["port-ellen.market left out"]),
        ("place.country.factor > 1", ["marland.factor from 1.00 to 1.01"]),
        ("overlaps(place.trades, place.country.trades) = no",
         ["marland.trades without fishing", "port-ellen.trades without fishing"]),
    ],
)  # fmt: skip
def test_facts_behind_a_formula(formula: str, expected: list[str], tmp_path: Path) -> None:
    """The smallest change is found through formulas: the nearest number, one word, one key, one `yes`."""
    root = with_rule(tmp_path, formula, "remote: no\n")
    file = root / "facts/places/port-ellen.yaml"
    factor = "factor: {value: 1.03, confidence: low}"
    file.write_text(re.sub("factor: 1.03", factor, file.read_text("utf-8")), "utf-8")
    (found,) = turns(absent(root, "pool.deep"))

    assert set(expected) <= set(found)


def test_no_change_is_found(tmp_path: Path) -> None:
    """What no facts can bring about is said plainly."""
    root = with_rule(tmp_path, "place.factor > 2 or place.factor < 0.5")
    (obstacle,) = absent(root, "pool.deep").obstacles

    assert obstacle.turns == ()
    assert obstacle.note == "no change of one or two facts was found that turns it"


def test_records_keep_their_order(tmp_path: Path) -> None:
    """What the fields forbid isn't proposed: a level doesn't begin above the next one."""
    root = with_rule(tmp_path, "role.levels.junior.from > 25500")
    (found,) = turns(absent(root, "pool.deep"))

    assert not any(turn.startswith("netmaker.levels.junior.from") and " and " not in turn for turn in found)


FAR = ("fit.other-strengths", True)  # three fields would have to go: more than two facts are never changed


def fields_shared(pack: Pack, place: str, role: str) -> int:
    """How many of a place's specialties are fields that want the role."""
    there, wanted = pack.facts.owner("place", place), pack.facts.owner("role", role)
    assert there is not None
    assert wanted is not None
    lists: Any = there.facts["specialties"].value, wanted.facts["industries"].value
    return len(set.intersection(*({fact.value.key for fact in entries} for entries in lists)))


def test_every_row_of_the_shipped_pack_can_be_asked() -> None:
    """Each passage that some guide says is either in a guide or has something that keeps it out."""
    pack = Pack(ROOT)
    composer = Composer(pack)
    asked = 0
    for locale, place, role in pack.guides():
        if locale == pack.locales[0]:
            guide = composer.compose(place, role, locale)
            for table in pack.book.tables.values():
                for outcome in (row.outcome for row in table.rows if row.outcome):
                    if outcome == "role:basis" and "basis" not in pack.owned(locale, "role", role):
                        continue  # a role whose bands are no estimate has none
                    found: Any = why_not(composer, guide, outcome)
                    asked += 1
                    assert bool(found.lines) is not bool(found.obstacles)
                    for obstacle in found.obstacles:
                        assert obstacle.turns or (outcome, fields_shared(pack, place, role) > 2) == FAR
    assert asked > 50


# Against brute force

MARKETS, REMOTE = ("deep", "small"), ("yes", "no")
FACTORS = [Decimal(hundredths) / 100 for hundredths in range(50, 201)]
CELLS = {
    "place.market": {"any": lambda _: True, "deep": lambda v: v == "deep", "small": lambda v: v == "small",
                     "missing": lambda v: v is None, "present": lambda v: v is not None},
    "place.remote": {"any": lambda _: True, "yes": lambda v: v == "yes", "no": lambda v: v == "no"},
    "place.factor": {"any": lambda _: True, "over 1.20": lambda v: v is not None and v > Decimal("1.20"),
                     "0.80..1.10": lambda v: v is not None and Decimal("0.80") <= v <= Decimal("1.10"),
                     "under 0.90": lambda v: v is not None and v < Decimal("0.90")},
}  # fmt: skip
ROWS = st.lists(
    st.tuples(*(st.sampled_from(list(cells)) for cells in CELLS.values())), min_size=1, max_size=4
)


def chosen(rows: list[tuple[str, ...]], values: tuple[Any, ...]) -> str:
    """The first row whose cells all match, by the test's own reading of cells; else `otherwise`."""
    for number, row in enumerate(rows):
        tests = (cells[cell] for cells, cell in zip(CELLS.values(), row))
        if all(test(value) for test, value in zip(tests, values)):
            return f"row.r{number}"
    return "row.otherwise"


def lies_in(words: str, value: Decimal) -> bool:
    """Whether a number lies in what a proposal says: `anything over 1.20 (up to 2)`, `0.80`."""
    found = re.findall(r"(over|at least|under|at most|up to|down to|^)\s*([0-9.]+)", words)
    holds = {
        "over": lambda bound: value > bound,
        "at least": lambda bound: value >= bound,
        "down to": lambda bound: value >= bound,
        "under": lambda bound: value < bound,
        "at most": lambda bound: value <= bound,
        "up to": lambda bound: value <= bound,
        "": lambda bound: value == bound,
    }
    return words == "any number" or (bool(found) and all(holds[word](Decimal(n)) for word, n in found))


@settings(max_examples=60)
@example([("any", "any", "0.80..1.10")], "deep", "yes", Decimal("0.5"))
@given(ROWS, st.sampled_from((*MARKETS, None)), st.sampled_from(REMOTE), st.sampled_from(FACTORS))
def test_single_changes_are_those_of_brute_force(
    rows: list[tuple[str, ...]], market: str | None, remote: str, factor: Decimal
) -> None:
    """Every single change that would do is found, and no other; two only where one won't do."""
    head = "mood:\n  hit: first\n  table: |\n"
    head += "    | row | place.market | place.remote | place.factor || passage |\n"
    body = "".join(f"    | r{n} | {' | '.join(row)} || row.r{n} |\n" for n, row in enumerate(rows))
    passages = [*(f"row.r{n}" for n in range(len(rows))), "row.otherwise"]
    stated = f"factor: {factor}\nremote: {remote}\n" + (f"market: {market}\n" if market else "")
    port = "names: {en: Port}\nscope: city\nwithin: marland\nstatus: published\nsource: an atlas\n" + stated
    with TemporaryDirectory() as folder:
        root = write_pack(
            Path(folder) / "pack",
            {
                "rules/rules.yaml": head + body + "  otherwise: row.otherwise\n",
                "rules/outline.yaml": FORMULAS,
                "snippets/en/guide.md": "## guide.title\nTitle\n" + "".join(f"## {p}\nx\n" for p in passages),
                "facts/places/port-ellen.yaml": port,
            },
        )
        composer = Composer(Pack(root))
        guide = composer.compose("port-ellen", "netmaker", "en")
        for passage in passages:
            singles = {
                "market": {v for v in MARKETS if chosen(rows, (v, remote, factor)) == passage},
                "remote": {v for v in REMOTE if chosen(rows, (market, v, factor)) == passage},
                "factor": {v for v in FACTORS if chosen(rows, (market, remote, v)) == passage},
            }
            found = why_not(composer, guide, passage)
            if chosen(rows, (market, remote, factor)) == passage:
                assert found.lines
                continue
            proposed = {
                turn[0].key.removeprefix("port-ellen."): turn[0].becomes
                for turn in found.obstacles[0].turns
                if len(turn) == 1
            }
            for name in ("market", "remote"):
                words = set(proposed.get(name, "").split(" or ")) - {"missing", ""}
                assert words == singles[name]
            words = proposed.get("factor", "missing")
            stretch = {value for value in FACTORS if lies_in(words, value)}
            assert stretch <= singles["factor"]
            assert bool(stretch) is bool(singles["factor"])
            if stretch:
                cent = Decimal("0.01")
                assert not {min(stretch) - cent, max(stretch) + cent} & singles["factor"]
                assert len(stretch) == (max(stretch) - min(stretch)) / cent + 1
                nearest = min(abs(value - factor) for value in singles["factor"])
                assert min(abs(value - factor) for value in stretch) == nearest
            if any(singles.values()):
                assert all(len(turn) == 1 for turn in found.obstacles[0].turns)
            if found.obstacles[0].turns and not proposed:
                assert not any(singles.values())
