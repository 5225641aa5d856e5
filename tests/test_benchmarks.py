"""The benchmarks measure the same work: their pack's guides are the documents that plain programs make."""

import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from conftest import ROOT
from guidegen.check import check
from guidegen.compose import Composer
from guidegen.formats import rendered
from guidegen.pack import Pack

BENCHMARKS = ROOT / "benchmarks"
KIT = ROOT.parent / "shared" / "bench"
Documents = dict[tuple[str, str], str]


@pytest.fixture
def own_text(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The text of our own documents; from here on the benchmarks' modules can be imported."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import own_text

    return own_text


def cities() -> list[dict[str, Any]]:
    """Cities on both sides of every limit, with factors of each shape."""
    import own_data

    found = []
    for number, (factor, cost) in enumerate(
        ((100, 89), (90, 90), (117, 110), (81, 111), (105, 60), (99, 140))
    ):
        city = own_data.city(number)
        written = f"{factor // 100}.{factor % 100:02}"
        found.append(
            {**city, "factor": written, "factor_pct": factor, "cost_index": cost, "tier": number % 3 + 1}
        )
    return found


def roles() -> list[dict[str, Any]]:
    """Roles, one of whose amounts are halves of what is written of them, and whole thousands."""
    import own_data

    found = [own_data.role(number) for number in range(4)]
    ends = ((20_050, 30_000), (30_049, 39_950), (39_951, 100_000))
    bands = [{"level": level, "low": low, "high": high} for level, (low, high) in zip(own_data.LEVELS, ends)]
    found[0] = {**found[0], "bands": bands}
    return found


def plain(own_text: ModuleType, city: dict[str, Any], role: dict[str, Any]) -> str:
    """The document as a plain program writes it: strings, integers and f-strings."""

    def kilo(amount: int) -> str:
        tenths = (amount + 50) // 100
        return f"€{tenths // 10}.{tenths % 10}k"

    bands = [
        (band["level"], band["low"] * city["factor_pct"] // 100, band["high"] * city["factor_pct"] // 100)
        for band in role["bands"]
    ]
    common = [field for field in city["specialties"] if field in role["affinity"]]
    cost = "lo" if city["cost_index"] < 90 else "hi" if city["cost_index"] > 110 else "mid"
    words = {
        "IF1": own_text.MARKET[city["tier"]],
        "IF2": own_text.MATCH[min(len(common), 2)],
        "IF3": own_text.COST[cost],
        "R": role["name"],
        "C": city["name"],
        "COUNTRY": city["country"],
        "TIER": f"{city['tier']}",
        "SPECS": ", ".join(city["specialties"]),
        "SCENE": city["scene"],
        "COMPANIES": "\n".join(f"- {name}" for name in city["companies"]),
        "HUBS": "\n".join(f"- {name}" for name in city["hubs"]),
        "UNIS": "\n".join(f"- {name}" for name in city["universities"]),
        "ABOUT": role["about"],
        "MARKET": role["market"],
        "PATH": " → ".join(role["path"]),
        "STARTUPS": f"{city['startups']}",
        "COST": f"{city['cost_index']}",
        "SPEC0": city["specialties"][0],
        "COMMON0": [*common, ""][0],
        "COMMON1": [*common, "", ""][1],
        "FACTOR": city["factor"],
        "TABLE": "\n".join(f"| {level} | €{low:,} | €{high:,} |" for level, low, high in bands),
        **{f"K{n}0": kilo(low) for n, (_, low, _) in enumerate(bands)},
        **{f"K{n}1": kilo(high) for n, (_, _, high) in enumerate(bands)},
    }
    text: str = own_text.BODY
    while marks := set(re.findall("@([A-Z0-9]+)@", text)):
        for mark in marks:
            text = text.replace(f"@{mark}@", words[mark])
    return text


def guides(root: Path) -> Documents:
    """Every published guide of a pack as text."""
    pack = Pack(root)
    composer = Composer(pack)
    return {
        (place.slug, role.slug): rendered(
            composer.compose(place.slug, role.slug, "en"), pack.settings.layout, "text"
        ).decode()
        for place in pack.published("place")
        for role in pack.published("role")
    }


def test_the_pack_says_what_a_plain_program_says(own_text: ModuleType, tmp_path: Path) -> None:
    """Byte for byte, with every sentence that can be chosen, rounding and all; and `check` finds nothing."""
    import kit_pack

    places, trades = cities(), roles()
    kit_pack.write_pack(tmp_path / "pack", kit_pack.OWN_TEXT, places, trades, source="a test")
    wanted = {(one["slug"], two["slug"]): plain(own_text, one, two) for one in places for two in trades}

    assert guides(tmp_path / "pack") == wanted
    whole = "".join(wanted.values())
    for sentences in (own_text.MARKET, own_text.MATCH, own_text.COST):
        assert all(re.split("@[A-Z0-9]+@", sentence)[-1] in whole for sentence in sentences.values())
    assert "€20.1k to €30.0k" in whole  # 20,050 and 30,000
    assert "it is €30.0k to €40.0k" in whole  # 30,049 and 39,950
    assert [problem for problem in check(Pack(tmp_path / "pack")) if not problem.warning] == []


@pytest.mark.skipif(not KIT.exists(), reason="the peers' kit isn't there")
def test_the_kits_documents_come_out_of_a_pack(own_text: ModuleType, tmp_path: Path) -> None:
    """What the kit's own program writes and what the pack made of its data renders are the same bytes."""
    import matrix

    made = matrix.prepared(tmp_path / "matrix", 6, 5, KIT)

    wanted = {
        (path.parent.name, path.stem): path.read_text("utf-8") for path in made.documents.glob("*/*.md")
    }
    assert len(wanted) == 30
    assert guides(made.pack) == wanted


def test_a_mark_that_nothing_is_known_of_is_named(own_text: ModuleType, tmp_path: Path) -> None:
    """A new version of the kit may say more: nobody measures a pack that says less."""
    import kit_pack

    text = kit_pack.OWN_TEXT._replace(body=own_text.BODY + "\nThe mayor is @MAYOR@.\n")
    with pytest.raises(SystemExit, match="@MAYOR@"):
        kit_pack.write_pack(tmp_path / "pack", text, cities(), roles(), source="a test")


def test_documents_that_differ_are_found(own_text: ModuleType, tmp_path: Path) -> None:
    """A missing guide, a guide too many, and one other byte: no figures without the documents."""
    import matrix

    for name in ("a", "b"):
        (tmp_path / "documents" / "town").mkdir(parents=True, exist_ok=True)
        (tmp_path / "documents" / "town" / f"{name}.md").write_text(f"Guide {name}\n")
    built = tmp_path / "out" / "en" / "town"
    built.mkdir(parents=True)
    (built / "a.txt").write_text("Guide a\n")
    assert "1 guides of 2" in matrix.different(tmp_path / "documents", tmp_path / "out")

    (built / "b.txt").write_text("Guide c\n")
    assert matrix.different(tmp_path / "documents", tmp_path / "out") == "1 guides differ"

    (built / "b.txt").write_text("Guide b\n")
    assert matrix.different(tmp_path / "documents", tmp_path / "out") == ""

    (built / "c.txt").write_text("Guide c\n")
    assert "3 guides of 2" in matrix.different(tmp_path / "documents", tmp_path / "out")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("peers.py", r"\| guidegen, 2 procs .* same \|"),
        ("build.py", r"\| one place's factor changed .*\| +20 \|"),
    ],
)
def test_the_programs_run(program: str, shown: str, tmp_path: Path) -> None:
    """A small run of each ends well, its guides being the documents, and shows its table."""
    done = subprocess.run(
        [sys.executable, BENCHMARKS / program, "--smoke", "--work", tmp_path],
        capture_output=True,
        check=False,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(shown, done.stdout)
    assert "written, not" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_our_own_data_stays_as_it_is(own_text: ModuleType, tmp_path: Path) -> None:
    """A city is the same however many there are: figures of two sizes are of the same work."""
    import own_data

    own_data.write_data(tmp_path / "few", 2, 2)
    own_data.write_data(tmp_path / "many", 300, 3)
    few, many = (json.loads((tmp_path / name / "cities.json").read_text("utf-8")) for name in ("few", "many"))

    assert many[:2] == few
    assert len({city["name"] for city in many}) == 300
