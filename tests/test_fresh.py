"""Freshness: how old facts are by a day, which limits hold, and what is said once; overrides that end."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from jsonschema import Draft202012Validator

from conftest import MINI, ROOT, TODAY, run, write_pack
from guidegen.check import check
from guidegen.compose import compose
from guidegen.editor import schema_of
from guidegen.formats import rendered
from guidegen.fresh import age, last_day
from guidegen.limits import Duration
from guidegen.pack import Pack
from guidegen.problems import Problem, errors

PACK = (MINI / "pack.yaml").read_text("utf-8")
PORT = (MINI / "facts/places/port-ellen.yaml").read_text("utf-8")
LIMITS = "{checked: {warn: 12 months, fail: 3 years}, dated: {warn: 18 months, fail: 4 years}}"
KINDS = ("stale", "expired")
Tree = dict[str, str | bytes | None]


def limited(limits: str = LIMITS, factor: str = "") -> Tree:
    """The mini pack's settings with limits, and with limits of one field."""
    text = PACK.replace("fields:\n", f"freshness: {limits}\nfields:\n", 1) if limits else PACK
    return {"pack.yaml": text.replace("factor: {", f"factor: {{freshness: {factor}, ") if factor else text}


def port(**changed: str) -> Tree:
    """The port's facts, some of them stated otherwise; `checked` at the file's top holds for the rest."""
    text = PORT.replace("figures:\n  ships: {value: 340, unit: ships, dated: 2024}", "figures: {ships: 340}")
    lines = [line for line in text.splitlines() if line.partition(":")[0] not in changed]
    own = [f"{key}: {stated}" for key, stated in changed.items()]
    return {"facts/places/port-ellen.yaml": "\n".join([*lines[:4], *own, *lines[4:], ""])}


def old(folder: Path, today: str, *trees: Tree) -> list[Problem]:
    """What has grown old by a day in a pack with these files."""
    tree = {name: text for one in trees for name, text in one.items()}
    root = write_pack(folder / today, tree)
    return [problem for problem in check(Pack(root), today) if problem.kind in KINDS]


def told(problems: list[Problem]) -> list[tuple[bool, str]]:
    """Whether each is a warning, and what it says."""
    return [(problem.warning, problem.message) for problem in problems]


# The calendar


@pytest.mark.parametrize(
    ("dated", "number", "unit", "last"),
    [
        ("2025", 12, "month", "2026-12-31"),  # from the end of the period that a date names
        ("2025-11", 12, "month", "2026-11-30"),
        ("2025-11", 3, "month", "2026-02-28"),  # a month's end stays one
        ("2025-02", 1, "month", "2025-03-31"),
        ("2023-02", 1, "year", "2024-02-29"),
        ("2025-11-20", 12, "month", "2026-11-20"),
        ("2025-01-31", 1, "month", "2025-02-28"),
        ("2024-01-31", 1, "month", "2024-02-29"),
        ("2025-01-30", 1, "month", "2025-02-28"),
        ("2024-02-29", 1, "year", "2025-02-28"),
        ("2024-02-29", 4, "year", "2028-02-29"),
        ("2025-02-28", 12, "month", "2026-02-28"),
        ("2025-12-31", 1, "month", "2026-01-31"),
        ("2025-12-31", 2, "day", "2026-01-02"),
        ("2024-02", 1, "day", "2024-03-01"),
        ("9999", 1, "day", ""),  # the calendar ends before
        ("2025", 9999, "year", ""),
        ("2025-06-30", 9999, "year", ""),
    ],
)
def test_a_limit_ends_on_a_day_of_the_calendar(dated: str, number: int, unit: str, last: str) -> None:
    """A duration is counted on the calendar: months of 28 to 31 days, years of 365 or 366."""
    assert last_day(dated, Duration(number, unit)) == last


@given(
    day=some.dates(date(1900, 1, 1), date(2200, 1, 1)),
    months=some.integers(1, 400),
    days=some.integers(0, 60),
)
def test_age_and_limit_agree(day: date, months: int, days: int) -> None:
    """Something is N months old from the very day on which it has reached N months, until N + 1."""
    reached = date.fromisoformat(last_day(day.isoformat(), Duration(months, "month")))
    assert age(day.isoformat(), reached.isoformat(), "month") == str(Duration(months, "month"))
    before = (reached - timedelta(days=1)).isoformat()
    assert age(day.isoformat(), before, "month") != str(Duration(months, "month"))
    later = (reached + timedelta(days=days)).isoformat()
    following = last_day(day.isoformat(), Duration(months + 1, "month"))
    assert (age(day.isoformat(), later, "month") == str(Duration(months, "month"))) == (later < following)


@pytest.mark.parametrize(
    ("dated", "today", "unit", "words"),
    [
        ("2025-11-20", "2025-11-21", "day", "1 day"),
        ("2025-11-20", "2026-11-20", "day", "365 days"),
        ("2025", "2026-01-20", "month", "20 days"),
        ("2025-11", "2026-12-31", "month", "13 months"),
        ("2025-11-20", "2026-05-20", "year", "6 months"),
        ("2023-11-20", "2026-11-20", "year", "3 years"),
        ("2023-11-20", "2026-12-25", "year", "3 years and 1 month"),
    ],
)
def test_an_age_is_told_in_its_limits_unit(dated: str, today: str, unit: str, words: str) -> None:
    assert age(dated, today, unit) == words


# Facts


def test_a_fact_grows_old_the_day_after_its_limit(tmp_path: Path) -> None:
    """On the last day of a limit nothing is said; the day after a warning, past the second an error."""
    tree = {**limited(), **port(factor="{value: 1.03, checked: 2025-02-28}")}

    assert old(tmp_path, "2026-02-28", tree) == []
    (warning,) = old(tmp_path, "2026-03-01", tree)
    assert told([warning]) == [
        (
            True,
            "'port-ellen.factor' was last checked on 2025-02-28, over 12 months ago: the limit is 12 months",
        )
    ]
    assert str(warning.location) == "facts/places/port-ellen.yaml:5:17"
    assert "after 2028-02-28 it is an error" in warning.hint
    assert old(tmp_path, "2028-02-28", tree)[0].warning
    (error,) = old(tmp_path, "2028-02-29", tree)
    assert told([error]) == [
        (False, "'port-ellen.factor' was last checked on 2025-02-28, over 3 years ago: the limit is 3 years")
    ]


def test_what_a_value_describes_grows_old_too(tmp_path: Path) -> None:
    """`dated` has limits of its own, from the end of the year or month that it names."""
    tree = {**limited(), **port(factor="{value: 1.03, dated: 2025-06, checked: 2026-12-01}")}

    assert old(tmp_path, "2026-12-31", tree) == []
    (found,) = old(tmp_path, "2027-01-01", tree)
    assert (
        found.message == "'port-ellen.factor' describes 2025-06, over 18 months ago: the limit is 18 months"
    )
    assert "a newer value" in found.hint


def test_nothing_grows_old_without_limits_dates_or_a_day(tmp_path: Path) -> None:
    """A pack without limits has none, a fact without dates no age; without a day, check tells no age."""
    dated = port(factor="{value: 1.03, dated: 2001, checked: 2001-01-01}")

    assert old(tmp_path / "a", "2099-01-01", dated) == []
    assert old(tmp_path / "b", "2099-01-01", limited(), port()) == []
    root = write_pack(tmp_path / "c", {**limited(), **dated})
    assert check(Pack(root)) == []
    assert len(check(Pack(root), "2099-01-01")) == 2


def test_a_fields_own_limits_win(tmp_path: Path) -> None:
    """What a field says of one date replaces the pack's limits for that date, and of the other keeps them."""
    facts = port(
        factor="{value: 1.03, dated: 2025, checked: 2025-12-31}", market="{value: small, checked: 2025-12-31}"
    )
    own = "{checked: {fail: 10 days}}"

    assert told(old(tmp_path / "a", "2026-01-11", limited(factor=own), facts)) == [
        (False, "'port-ellen.factor' was last checked on 2025-12-31, 11 days ago: the limit is 10 days")
    ]
    assert [
        found.message.split()[1] for found in old(tmp_path / "b", "2027-07-01", limited(factor=own), facts)
    ] == [
        "was",
        "describes",
        "was",
    ]


def test_what_never_grows_old_says_so(tmp_path: Path) -> None:
    """`never` takes a field out of the pack's limits: a founding year describes its year for good."""
    facts = port(factor="{value: 1.03, dated: 1425, checked: 2026-01-01}")

    assert len(old(tmp_path / "a", "2026-01-02", limited(), facts)) == 1
    assert old(tmp_path / "b", "2026-01-02", limited(factor="{dated: never}"), facts) == []


def test_one_of_the_two_limits_will_do(tmp_path: Path) -> None:
    """With `warn` alone nothing fails, with `fail` alone nothing is warned of before."""
    facts = port(factor="{value: 1.03, checked: 2020-01-01}")

    (warned,) = old(tmp_path / "a", "2099-01-01", limited("{checked: {warn: 1 day}}"), facts)
    assert warned.warning
    assert "it is an error" not in warned.hint
    only_fail = limited("{checked: {fail: 2 years}}")
    assert old(tmp_path / "b", "2022-01-01", only_fail, facts) == []
    assert [found.warning for found in old(tmp_path / "b", "2022-01-02", only_fail, facts)] == [False]


def test_facts_of_a_file_that_age_together_are_said_once(tmp_path: Path) -> None:
    """A date at the top of a file is one thing to look up again, not a line for each fact."""
    (found,) = old(tmp_path, "2027-02-01", limited(), port(checked="2026-01-31"))

    assert found.message == (
        "5 facts of this file were last checked on 2026-01-31, over 12 months ago: the limit is 12 months"
    )
    assert found.hint.startswith(
        "port-ellen.factor, port-ellen.market, port-ellen.trades, port-ellen.employers, port-ellen.figures\n"
    )
    assert str(found.location).startswith("facts/places/port-ellen.yaml:8:")


def test_entries_count_for_themselves_where_they_say_when(tmp_path: Path) -> None:
    """A list is old once; an entry with a date of its own is old by that one, and so is a figure."""
    entries = "[Salt & Sons, Ropes, {name: Nets, checked: 2020-05-05}]"
    figures = "{ships: {value: 340, checked: 2020-06-06}, crews: {value: 9, checked: 2026-01-01}}"
    limits = limited("{checked: {warn: 1 year}}")
    tree = port(employers=f"{{checked: 2019-01-01, value: {entries}}}", figures=figures, checked="2018-01-01")

    found = old(tmp_path, "2026-01-01", limits, tree)

    assert sorted(problem.message.split(",")[0] for problem in found) == [
        "'port-ellen.employers' was last checked on 2019-01-01",
        "'port-ellen.employers[2]' was last checked on 2020-05-05",
        "'port-ellen.figures.ships' was last checked on 2020-06-06",
        "3 facts of this file were last checked on 2018-01-01",  # the figures have dates of their own
    ]


def test_of_a_series_the_value_in_force_counts(tmp_path: Path) -> None:
    """What held before and what will hold are no concern: `as_of` in pack.yaml says which one does."""
    series = (
        "{2020-01-01: {value: 1.01, checked: 2019-12-01}, 2025-01-01: {value: 1.02, checked: 2025-01-02},"
        " 2030-01-01: {value: 1.03, checked: 2019-12-01}}"
    )
    tree = {**limited(), **port(factor=series)}

    assert old(tmp_path, "2026-01-02", tree) == []
    (found,) = old(tmp_path, "2026-01-03", tree)
    assert "last checked on 2025-01-02" in found.message


def test_a_draft_is_only_warned_of(tmp_path: Path) -> None:
    """However old its facts are, a draft fails nothing."""
    tree = {**limited(), **port(factor="{value: 1.03, checked: 1999-01-01}", status="draft")}

    assert [found.warning for found in old(tmp_path, "2026-01-01", tree)] == [True]


def test_facts_of_roles_and_pairs_grow_old_too(tmp_path: Path) -> None:
    """What is true of a role, or of a role in one place only, is looked at as well."""
    settings = str(limited()["pack.yaml"]) + "  pair:\n    hires: {type: integer, about: Hires a year.}\n"
    role = (
        (MINI / "facts/roles/netmaker.yaml")
        .read_text("utf-8")
        .replace("\nsource:", "\nchecked: 2020-01-01\nsource:")
    )
    pair = "hires: {value: 12, checked: 2020-01-01}\n"
    tree: Tree = {
        "pack.yaml": settings,
        "facts/roles/netmaker.yaml": role,
        "facts/pairs/port-ellen/netmaker.yaml": pair,
    }

    assert [
        found.message.split(" were")[0].split(" was")[0] for found in old(tmp_path, "2026-01-01", tree)
    ] == [
        "'port-ellen/netmaker.hires'",
        "2 facts of this file",
    ]


def test_freshness_changes_no_guide(tmp_path: Path) -> None:
    """Limits, and facts past them, leave the guide as it is, and it renders."""
    tree = {**limited(), **port(factor="{value: 1.03, checked: 1999-01-01}")}
    made = []
    for name, files in (("a", port(factor="1.03")), ("b", tree)):
        pack = Pack(write_pack(tmp_path / name, files))
        made.append(rendered(compose(pack, "port-ellen", "netmaker", "en"), pack.settings.layout, "text"))

    assert made[0] == made[1]
    assert (
        run("--pack", str(tmp_path / "b"), "render", "--city", "port-ellen", "--role", "netmaker").code == 0
    )
    assert run("--pack", str(tmp_path / "b"), "check", "--today", "2026-01-01").code == 1


# Overrides


def override(rest: str) -> Tree:
    text = (
        f"overrides:\n  - {{locale: en, block: jobs.link, text: Jobs, owner: ann, reason: shorter, {rest}}}\n"
    )
    return {"facts/pairs/port-ellen/netmaker.yaml": text}


def test_an_override_holds_through_its_last_day(tmp_path: Path) -> None:
    """On the day after `expires` check fails there, and names who wrote it; the guide stays as it is."""
    tree = override("expires: 2027-01-31")

    assert old(tmp_path, "2027-01-31", tree) == []
    (found,) = old(tmp_path, "2027-02-01", tree)
    assert told([found]) == [(False, "the override of 'jobs.link' in 'en' expired on 2027-01-31, 1 day ago")]
    assert found.location
    assert found.location.text == "2027-01-31"
    assert "ann wrote it: shorter" in found.hint


def test_a_learned_override_never_expires(tmp_path: Path) -> None:
    """One with a source instead of an end holds for good; one of a draft is only warned of."""
    assert old(tmp_path / "a", "2999-01-01", override("source: a published guide")) == []
    tree = {**override("expires: 2027-01-31"), **port(status="draft")}
    assert [found.warning for found in old(tmp_path / "b", "2027-02-01", tree)] == [True]


# The command line, editors, the shipped pack


def test_the_machines_day_is_the_default(tmp_path: Path) -> None:
    """Without `--today` the machine's day counts: what was checked today is fresh."""
    today = date.today()  # noqa: DTZ011 - the machine's own day is what is asked for
    for name, day, expected in (("new", today.isoformat(), 0), ("old", "1999-01-01", 1)):
        tree = {**limited("{checked: {fail: 5 days}}"), **port(factor=f"{{value: 1.03, checked: {day}}}")}
        assert run("--pack", str(write_pack(tmp_path / name, tree)), "check").code == expected


def test_problems_of_age_are_problems_as_others(tmp_path: Path) -> None:
    """Programs read them with kind and place; warnings alone end with 0."""
    root = str(write_pack(tmp_path, {**limited(), **port(factor="{value: 1.03, checked: 2025-01-01}")}))
    done = run("--pack", root, "check", "--today", "2026-06-01", "--format", "json")
    (row,) = json.loads(done.out)

    assert done.code == 0
    assert (row["kind"], row["warning"], row["line"], row["column"]) == ("stale", True, 5, 17)


@pytest.mark.parametrize("day", ["yesterday", "2026", "2026-11", "2026-02-30", "", "20261121"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    done = run("--pack", str(MINI), "check", "--today", day)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"'{day}' is no day\n")


@pytest.mark.parametrize(
    ("limits", "fits"),
    [
        (LIMITS, True),
        ("{checked: {warn: 90 days}}", True),
        ("{dated: never}", True),
        ("{checked: 12 months}", False),
        ("{checked: {warn: 12}}", False),
        ("{checked: {}}", False),
        ("{looked: {warn: 1 year}}", False),
    ],
)
def test_editors_know_limits_as_check_does(tmp_path: Path, limits: str, fits: bool) -> None:
    """The schema of pack.yaml takes what check takes, for the pack and for a field."""
    from ruamel.yaml import YAML

    validator = Draft202012Validator(schema_of("pack", Pack(MINI)))
    for number, text in enumerate((limited(limits), limited("", limits))):
        root = write_pack(tmp_path / str(number), text)
        stated = YAML(typ="safe", pure=True).load(str(text["pack.yaml"]))
        stated["as_of"] = str(stated["as_of"])
        assert validator.is_valid(stated) == fits
        assert (run("--pack", str(root), "check").code == 0) == fits


def test_the_shipped_pack_is_fresh_and_will_not_be_for_ever() -> None:
    """Nothing is old on the day its facts were looked up; a year on check warns, and later it fails."""
    pack = Pack(ROOT)

    assert [found for found in check(pack, TODAY) if found.kind in KINDS] == []
    year_on = [found for found in check(pack, "2027-11-21") if found.kind in KINDS]
    assert year_on
    assert errors(year_on) == []
    assert len(year_on) < 30  # said by file, not by fact: there are over two hundred
    assert errors(check(pack, "2030-01-01"))
