"""Values of facts: provenance is inherited, series are read as of a day, texts may differ by locale."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conftest import write_pack
from guidegen.compose import compose
from guidegen.guide import plain
from guidegen.lookup import MISSING, Subject
from guidegen.pack import Pack
from guidegen.problems import Refused
from guidegen.values import Entries, Entry, Fact, Localized, Provenance, Term

HEAD = "names: {en: Port Ellen}\nscope: city\nwithin: marland\nstatus: published\n"
PORT = "facts/places/port-ellen.yaml"


def facts_of(folder: Path, body: str, head: str = HEAD) -> dict[str, Fact]:
    """The facts of a port whose file says this, in an otherwise sound pack."""
    pack = Pack(write_pack(folder, {PORT: head + body}))
    owner = pack.facts.owner("place", "port-ellen")
    assert owner is not None
    assert pack.problems == []
    return owner.facts


def problems_of(folder: Path, body: str) -> list[tuple[str, str]]:
    """Kind and location of what is wrong with a port whose file says this."""
    pack = Pack(write_pack(folder, {PORT: HEAD + body}))
    pack.facts.owner("place", "port-ellen")
    return [(problem.kind, str(problem.location)) for problem in pack.problems]


def subject(folder: Path, body: str, as_of: str = "2026-01-01", locale: str = "en") -> Subject:
    """The port and its net maker, read as of a day."""
    pack = Pack(write_pack(folder, {PORT: HEAD + body}))
    place, role = pack.facts.owner("place", "port-ellen"), pack.facts.owner("role", "netmaker")
    assert place is not None
    assert role is not None
    pair = pack.facts.pair("port-ellen", "netmaker")
    return Subject(pack.facts, pack.settings.site, locale, as_of, place, role, pair)


# Types


def test_each_type_has_its_value(tmp_path: Path) -> None:
    """Numbers are exact decimals, choices words, keys terms with names, entries names with notes."""
    facts = facts_of(
        tmp_path,
        "source: x\nfactor: 1.10\nmarket: small\ntrades: [salt]\nremote: no\n"
        "employers: [Nets, {name: Looms, note: port}]\nfigures: {ships: 12}\n",
    )
    trades, employers, figures = (facts[name].value for name in ("trades", "employers", "figures"))
    assert isinstance(trades, Entries)
    assert isinstance(employers, Entries)
    assert isinstance(figures, dict)
    term = trades[0].value
    assert isinstance(term, Term)

    assert str(facts["factor"].value) == "1.10"
    assert facts["market"].value == "small"
    assert facts["remote"].value is False
    assert (term.key, term.names.form("name", "en")) == ("salt", "salt")
    assert [fact.value for fact in employers] == [Entry("Nets", None), Entry("Looms", "port")]
    assert figures["ships"].value == Decimal(12)
    assert figures["ships"].key == "port-ellen.figures.ships"
    assert employers[1].key == "port-ellen.employers[1]"


@pytest.mark.parametrize(
    ("body", "kind", "line", "column"),
    [
        ("factor: 36,000\n", "not-a-number", 5, 9),
        ("factor: 2.01\n", "out-of-range", 5, 9),
        ("market: vast\n", "unknown-choice", 5, 9),
        ("trades: [salt, slat]\n", "unknown-term", 5, 16),
        ("trades: [salt, salt]\n", "duplicate-entry", 5, 16),
        ("remote: 1\n", "wrong-type", 5, 9),
        ("employers: Nets\n", "wrong-type", 5, 12),
        ("factor:\n", "empty-value", 5, 1),
        ("factr: 1\n", "unknown-key", 5, 1),
        ("factor: {2025-02-30: 1}\n", "wrong-type", 5, 10),
        ("factor: {2025: 1}\n", "wrong-type", 5, 10),
    ],
)
def test_a_wrong_value_is_shown_where_it_stands(
    tmp_path: Path, body: str, kind: str, line: int, column: int
) -> None:
    """A value that its field can't have is one problem, at its line and column."""
    assert problems_of(tmp_path, body) == [(kind, f"{PORT}:{line}:{column}")]


def test_the_bounds_of_a_field_belong_to_it(tmp_path: Path) -> None:
    """`at_least: 0.5` and `at_most: 2` let 0.5 and 2 in."""
    assert problems_of(tmp_path, "factor: 0.5\n") == []
    assert problems_of(tmp_path, "factor: 2\n") == []
    assert problems_of(tmp_path, "factor: 0.49\n") == [("out-of-range", f"{PORT}:5:9")]


# Provenance


def test_provenance_comes_from_the_nearest_that_states_it(tmp_path: Path) -> None:
    """An entry's own source goes before its list's, the list's before the file's; the rest is filled in."""
    facts = facts_of(
        tmp_path,
        "source: file\ndated: 2020\nconfidence: low\n"
        "employers:\n  value:\n    - Nets\n    - {name: Looms, source: own}\n"
        "    - {name: Sails, dated: 2023-05, confidence: high}\n"
        "  source: list\n  dated: 2022\n"
        "market: deep\n",
    )
    employers = facts["employers"].value
    assert isinstance(employers, Entries)

    assert facts["market"].provenance == Provenance("file", "2020", None, "low")
    assert facts["employers"].provenance == Provenance("list", "2022", None, "low")
    assert employers[0].provenance == Provenance("list", "2022", None, "low")
    assert employers[1].provenance == Provenance("own", "2022", None, "low")
    assert employers[2].provenance == Provenance("list", "2023-05", None, "high")


def test_figures_and_records_inherit_too(tmp_path: Path) -> None:
    """A figure has its own source or the file's; a band has its map's."""
    facts = facts_of(
        tmp_path, "source: file\nfigures: {ships: {value: 1, source: own}, boats: 2}\n", head=HEAD
    )
    figures = facts["figures"].value
    assert isinstance(figures, dict)
    pack = Pack(
        write_pack(
            tmp_path / "roles",
            {
                "facts/roles/netmaker.yaml": "names: {en: {one: n, many: n, title_one: N, title_many: N}}\n"
                "status: published\nsource: file\nlevels:\n  value:\n"
                "    junior: {from: 1, to: 2}\n    senior: {from: 3, to: 4, source: own}\n  source: map\n"
            },
        )
    )
    role = pack.facts.owner("role", "netmaker")
    assert role is not None
    levels = role.facts["levels"].value
    assert isinstance(levels, dict)
    sources = {}
    for name in ("junior", "senior"):
        band = levels[name].value
        assert isinstance(band, dict)
        sources[name] = band["from"].provenance.source

    assert figures["ships"].provenance.source == "own"
    assert figures["boats"].provenance.source == "file"
    assert sources == {"junior": "map", "senior": "own"}


def test_the_newest_date_reaches_the_guide(tmp_path: Path) -> None:
    """`dated` of a guide is the newest date of the facts that it says, and of no others."""
    head = "source: x\nfactor: 1\nmarket: small\ntrades: [salt]\nemployers: [{name: A, dated: 2023}]\n"
    said = write_pack(
        tmp_path / "said", {PORT: HEAD + head + "figures: {ships: {value: 1, dated: 2025-03}}\n"}
    )
    unsaid = write_pack(
        tmp_path / "unsaid",
        {PORT: HEAD + head + "figures: {ships: {value: 1, dated: 2021}, boats: {value: 1, dated: 2025}}\n"},
    )

    assert compose(Pack(said), "port-ellen", "netmaker", "en").meta.dated == "2025-03"
    assert compose(Pack(unsaid), "port-ellen", "netmaker", "en").meta.dated == "2023"


# Series


SERIES = "factor: {2025-01-01: 1.02, 2026-01-01: 1.03}\n"


@pytest.mark.parametrize(
    ("as_of", "value"),
    [
        ("2025-01-01", "1.02"),
        ("2025-12-31", "1.02"),
        ("2026-01-01", "1.03"),
        ("2026-01-02", "1.03"),
        ("2031-01-01", "1.03"),
    ],
)
def test_a_series_is_read_as_of_a_day(tmp_path: Path, as_of: str, value: str) -> None:
    """Each value of a series holds from its day on, that day included, until the next begins."""
    assert str(subject(tmp_path, SERIES, as_of).read("place.factor").value) == value


def test_a_series_is_an_error_before_it_begins(tmp_path: Path) -> None:
    """The day before a series begins has no value, and the fact and the day are named."""
    with pytest.raises(Refused, match=r"port-ellen\.factor.*2025-01-01.*2024-12-31"):
        subject(tmp_path, SERIES, "2024-12-31").read("place.factor")


def test_the_order_of_a_series_is_of_its_days(tmp_path: Path) -> None:
    """A series may be written newest first: the days count, not the lines."""
    turned = subject(tmp_path, "factor: {2026-01-01: 1.03, 2025-01-01: 1.02}\n", "2025-06-30")

    assert str(turned.read("place.factor").value) == "1.02"


def test_values_of_a_series_have_provenance_of_their_own(tmp_path: Path) -> None:
    """The confidence in a series is that of the value which holds."""
    body = "confidence: low\nfactor:\n  2025-01-01: 1.02\n  2026-01-01: {value: 1.03, confidence: high}\n"

    assert subject(tmp_path, body, "2025-06-30").read("place.factor.confidence").value == "low"
    assert subject(tmp_path, body, "2026-06-30").read("place.factor.confidence").value == "high"


def test_a_list_may_be_a_series(tmp_path: Path) -> None:
    """Who hires can change on a day, as a number can; the guide as of each day says so."""
    body = (
        "source: x\nfactor: 1\nmarket: small\ntrades: [salt]\nfigures: {ships: 1}\n"
        "employers: {2025-01-01: [Nets], 2026-06-01: [Nets, Sails]}\n"
    )
    pack = Pack(write_pack(tmp_path, {PORT: HEAD + body}))

    def entries(as_of: str) -> list[str]:
        guide = compose(pack, "port-ellen", "netmaker", "en", as_of)
        (block,) = [block for block in guide.blocks if block.id == "place.employers"]
        return [plain(entry) for entry in getattr(block, "entries", ())]

    assert entries("2026-05-31") == ["Nets"]
    assert entries("2026-06-01") == ["Nets", "Sails"]


# Localized texts


def test_a_text_may_differ_by_locale(tmp_path: Path) -> None:
    """A name by locale is said in the guide's; a bare one in every; a locale without is missing."""
    body = "employers: [Nets, {name: {en: Looms, fr: Métiers}, note: {en: port}}]\n"
    pack = Pack(
        write_pack(
            tmp_path,
            {
                "pack.yaml": Path(__file__)
                .with_name("mini_pack")
                .joinpath("pack.yaml")
                .read_text("utf-8")
                .replace(
                    "text: {", '  fr: {babel: fr_BE, money: "#,##0 ¤", thousands: "#,##0k ¤"}\ntext: {', 1
                ),
                PORT: HEAD.replace("{en: Port Ellen}", "{en: Port Ellen, fr: Port-Hélène}") + body,
            },
        )
    )
    owner = pack.facts.owner("place", "port-ellen")
    assert owner is not None
    employers = owner.facts["employers"].value
    assert isinstance(employers, Entries)
    value: Any = employers[1].value

    assert value == Entry(Localized({"en": "Looms", "fr": "Métiers"}), Localized({"en": "port"}))
    assert owner.names.form("name", "fr") == "Port-Hélène"


def test_an_unknown_locale_of_a_text_is_a_problem(tmp_path: Path) -> None:
    """A text in a locale that the pack doesn't have is noticed where it stands."""
    assert problems_of(tmp_path, "employers: [{name: {en: Looms, de: Weber}}]\n") == [
        ("unknown-locale", f"{PORT}:5:32")
    ]


def test_what_nobody_stated_is_missing(tmp_path: Path) -> None:
    """A declared fact without a value reads as missing, in itself and inside of lists and figures."""
    about = subject(tmp_path, "figures: {ships: 1}\nemployers: [Nets]\n")

    assert about.read("place.factor").value is MISSING
    assert about.read("place.figures.boats").value is MISSING
    assert about.read("place.figures.ships.source").value is MISSING
    assert about.read("pair.note").value is MISSING
