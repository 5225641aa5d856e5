"""A gap or an overlap as a file: copied into the pack, it is what the message says."""

import json
from pathlib import Path

import pytest

from conftest import MINI, run, write_pack
from guidegen.check import check
from guidegen.compose import Composer
from guidegen.facts import FOLDERS
from guidegen.pack import OWNED, Pack
from guidegen.problems import Problem, Refused

RULES = (MINI / "rules" / "rules.yaml").read_text("utf-8")
POOL = RULES[RULES.index("pool:") : RULES.index("pay:")]
PACK = (MINI / "pack.yaml").read_text("utf-8")
FIELDS = """
    age: {type: integer, about: Years.}
    trade: {type: key of trades, about: The one that it lives by.}
    no: {type: choice, choices: ["no", "1.10", "two words", "a: b"], about: What YAML takes for others.}
  role:
    rank: {type: choice, choices: [low, top], about: A rank.}
"""


def pack_with(folder: Path, header: str, *rows: str, hit: str = "unique") -> Path:
    """The mini pack with another table `pool`: columns and cells as they are written, the last an outcome."""
    lines = [f"    | row | {header} || passage |"]
    lines += [f"    | r{number} | {row.replace(' -> ', ' || ')} |" for number, row in enumerate(rows)]
    text = "\n".join(["pool:", f"  hit: {hit}", "  table: |", *lines, ""])
    return write_pack(
        folder,
        {
            "rules/rules.yaml": RULES.replace(POOL, text),
            "pack.yaml": PACK.replace("\n  role:\n", FIELDS),
        },
    )


def witness(pack: Path, *options: str, folder: str = "trial") -> tuple[int, list[Path], str]:
    """Exit code of `check --witness`, the files that it names, and what it says beside them."""
    done = run("--pack", str(pack), "check", "--witness", folder, *options, cwd=pack.parent)
    return done.code, [pack.parent / line for line in done.out.splitlines()], done.err


def copied(pack: Path, files: list[Path]) -> dict[str, str]:
    """The files copied to where such facts are, as people would; gives their slugs by kind."""
    slugs = {}
    for file in files:
        kind = next(kind for kind, folder in OWNED.items() if folder == file.parent.name)
        (pack / FOLDERS[kind] / file.name).write_bytes(file.read_bytes())
        slugs[kind] = file.stem
    return slugs


def problems_with(pack: Path, slugs: dict[str, str]) -> list[Problem]:
    """What is wrong with the guide to a place and role; those that aren't named are the mini pack's."""
    place, role = slugs.get("place", "port-ellen"), slugs.get("role", "netmaker")
    try:
        return Composer(Pack(pack)).attempt(place, role, "en")[1]
    except Refused as refused:
        return list(refused.problems)


def reading_problems(pack: Path) -> list[Problem]:
    """What is wrong with the pack's places and roles as they are read."""
    opened = Pack(pack)
    for kind in FOLDERS:
        for slug in opened.facts.slugs(kind):
            opened.facts.owner(kind, slug)
    return opened.problems


CASES = [
    ("place.market", ["small -> pool.small"], "place.market is deep"),
    (
        "place.market | place.factor",
        ["deep | any -> pool.deep", "small | over 1 -> pool.small"],
        "place.factor is 0.5",
    ),
    ("place.factor", ["under 1.10 -> pool.deep", "over 1.10 -> pool.small"], "place.factor is 1.10"),
    ("place.age", ["under 2 -> pool.deep", "over 3.0 -> pool.small"], "place.age is 2"),
    ("place.remote", ["yes -> pool.deep", "missing -> pool.small"], "place.remote is no"),
    ("place.remote", ["present -> pool.deep"], "place.remote is missing"),
    ("place.trade", ["salt -> pool.deep", "not salt, weaving -> pool.small"], "place.trade is weaving"),
    ("place.trades", ["contains any of salt, fishing -> pool.deep"], "place.trades is weaving"),
    ("place.trades", ["contains any of salt, fishing, weaving -> pool.deep"], "place.trades is empty"),
    ("place.figures.ships", ["under 10 -> pool.deep", "over 20 -> pool.small"], "place.figures.ships is 10"),
    ("place.scope", ["city -> pool.deep", "country -> pool.small"], "place.scope is region"),
    ("place.scope", ["city, region -> pool.deep"], "place.scope is country"),
    ("place.no", ['not "no" -> pool.deep'], "place.no is no"),
    ("place.no", ['not "1.10" -> pool.deep'], "place.no is 1.10"),
    ("role.rank", ["low -> pool.deep"], "role.rank is top"),
    ("place.factor.confidence", ["present -> pool.deep"], "place.factor.confidence is missing"),
    (
        "role.rank | place.market",
        ["low | any -> pool.deep", "top | deep -> pool.small"],
        "place.market is small",
    ),
    (
        "place.factor | place.factor.confidence",
        ["any | high, low -> pool.deep", "under 2 | medium -> pool.small"],
        "place.factor.confidence is medium",
    ),
    (
        "place.trades | place.trades.confidence",
        ["any | high, low, medium -> pool.deep", "contains salt | missing -> pool.small"],
        "place.trades.confidence is missing",
    ),
    (
        "place.figures.ships.confidence | place.figures.ships",
        ["high, medium | any -> pool.deep", "low | under 5 -> pool.small"],
        "place.figures.ships.confidence is low",
    ),
]


@pytest.mark.parametrize(("header", "rows", "where"), CASES)
def test_a_copied_witness_falls_into_the_gap(
    tmp_path: Path, header: str, rows: list[str], where: str
) -> None:
    """What the message says of the table happens to the guide of the copied place, in the same words."""
    pack = pack_with(tmp_path / "pack", header, *rows)
    gap = next(found for found in check(Pack(pack)) if found.kind == "gap" and found.location)
    code, files, _ = witness(pack)
    slugs = copied(pack, files)

    assert code == 1
    assert where in gap.message
    assert reading_problems(pack) == []
    assert gap.message in [found.message for found in problems_with(pack, slugs)]


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("place.factor", ["at most 1.1 -> pool.deep", "over 1 -> pool.small"]),
        ("place.market | place.remote", ["deep | any -> pool.deep", "any | missing -> pool.small"]),
        (
            "role.rank | place.trades",
            ["low | any -> pool.deep", "any | contains salt, fishing -> pool.small"],
        ),
    ],
)
def test_a_copied_witness_matches_both_rows(tmp_path: Path, header: str, rows: list[str]) -> None:
    """Both rows match the guide of what was copied: they are named there too."""
    pack = pack_with(tmp_path / "pack", header, *rows)
    code, files, _ = witness(pack)
    overlaps = [file for file in files if "both match" in file.read_text("utf-8")]
    slugs = copied(pack, overlaps)
    found = [problem for problem in problems_with(pack, slugs) if problem.kind == "overlap"]

    assert code == 1
    assert overlaps
    assert reading_problems(pack) == []
    assert "rows 'r0' (line 10) and 'r1' (line 11) both match" in found[0].hint


def test_a_witness_says_what_it_is(tmp_path: Path) -> None:
    """Its first lines name the command, the table, what is wrong, and how to see that."""
    pack = pack_with(tmp_path / "pack", "place.remote | place.market", "present | any -> pool.deep")
    _, files, _ = witness(pack)

    assert [file.relative_to(tmp_path).as_posix() for file in files] == ["trial/places/witness-pool-1.yaml"]
    assert files[0].read_text("utf-8") == (
        "# Made by `guidegen check --witness`, as a test of table 'pool' in rules/rules.yaml, line 6:\n"
        "# table 'pool' has no row where place.remote is missing, place.market is deep (place.remote:\n"
        "# left out here on purpose).\n"
        "# To see it, copy places/witness-pool-1.yaml to facts/places/, and run this command, which\n"
        "# also says what else a guide reads:\n"
        "#   guidegen render --city witness-pool-1 --role netmaker\n"
        "names: Witness pool 1\n"
        "scope: city\n"
        "within: marland\n"
        "status: draft\n"
        "source: made up by `guidegen check --witness`\n"
        "market: deep\n"
    )


def test_a_place_and_a_role_go_together(tmp_path: Path) -> None:
    """A slug belongs to a place or to a role, so each has its own; both say which to take."""
    pack = pack_with(tmp_path / "pack", "role.rank | place.market", "low | any -> pool.deep")
    _, files, _ = witness(pack)

    assert [file.name for file in files] == ["witness-pool-1.yaml", "witness-pool-1-role.yaml"]
    for file in files:
        assert "--city witness-pool-1 --role witness-pool-1-role\n" in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("at_home", "yes -> pool.deep"),
        ("place.country.market", "deep -> pool.deep"),
        ("place.factor.confidence", "high -> pool.deep"),
        ("role.levels.junior.from", "over 3 -> pool.deep"),
    ],
)
def test_what_no_file_can_state_is_said(tmp_path: Path, header: str, row: str) -> None:
    """Where a column isn't a fact of the place or role itself, the values stand in the message alone."""
    code, files, said = witness(pack_with(tmp_path / "pack", header, row))

    assert (code, files) == (1, [])
    assert "no witness for table 'pool': not all of its columns are facts" in said
    assert f"has no row where {header} is" in said
    assert not (tmp_path / "trial").exists()


def test_nothing_to_witness(tmp_path: Path) -> None:
    """A pack without gaps and overlaps has none, and `check` ends as it would."""
    code, files, said = witness(write_pack(tmp_path / "pack"))

    assert (code, files) == (0, [])
    assert "nothing to witness: no table was found to have a gap or an overlap\n" in said
    assert not (tmp_path / "trial").exists()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """One file that is there keeps the others from being written; it stays as it was."""
    pack = pack_with(
        tmp_path / "pack", "place.market", "deep -> pool.deep", "deep -> pool.deep", "any -> nothing"
    )
    _, files, _ = witness(pack)
    kept = files.pop()
    kept.write_text("mine", "utf-8")
    for file in files:
        file.unlink()
    code, written, said = witness(pack)

    assert (code, written) == (2, [])
    assert f"trial/places/{kept.name}: this file is there already" in said
    assert [path.name for path in (tmp_path / "trial" / "places").iterdir()] == [kept.name]
    assert kept.read_text("utf-8") == "mine"


def test_a_copied_witness_keeps_its_name(tmp_path: Path) -> None:
    """What is in the pack already isn't meant by another file of the same name."""
    pack = pack_with(tmp_path / "pack", "place.market", "deep -> pool.deep")
    copied(pack, witness(pack)[1])

    assert [file.name for file in witness(pack)[1]] == ["witness-pool-2.yaml"]


def test_the_pack_is_left_alone(tmp_path: Path) -> None:
    """No witness is written among the pack's own files, and none for a pack that can't be read."""
    pack = pack_with(tmp_path / "pack", "place.market", "deep -> pool.deep")

    assert witness(pack, folder=str(pack / "facts"))[0] == 2
    assert not list(pack.rglob("witness*"))
    (pack / "pack.yaml").write_text("site: [", "utf-8")
    assert "nothing to witness" in witness(pack)[2]


def test_programs_read_standard_output(tmp_path: Path) -> None:
    """JSON stays JSON: the paths are told on standard error."""
    pack = pack_with(tmp_path / "pack", "place.market", "deep -> pool.deep")
    done = run("--pack", str(pack), "check", "--witness", "trial", "--format", "json", cwd=tmp_path)

    assert [problem["kind"] for problem in json.loads(done.out)][:1] == ["gap"]
    assert "trial/places/witness-pool-1.yaml\n" in done.err
