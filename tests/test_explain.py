"""`explain`: each line of a guide with its reasons, on the shipped pack and on one made for the purpose."""

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conftest import MINI, ROOT, run
from guidegen.compose import Composer
from guidegen.explain import Line, explain
from guidegen.formats.text import text_bytes
from guidegen.guide import Joined, Laid, Overridden, Said
from guidegen.lookup import MISSING
from guidegen.pack import Pack
from guidegen.rules.arithmetic import in_words
from guidegen.values import Entries, Entry, Localized, Term
from reasoned_pack import PORT, tree, write_reasoned


@pytest.fixture(scope="module")
def reasoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack with a reason of every kind; not to be changed."""
    return write_reasoned(tmp_path_factory.mktemp("reasoned"))


def lines_of(root: Path, place: str, role: str, locale: str = "en", as_of: str = "") -> list[Line]:
    composer = Composer(Pack(root), as_of)
    return list(explain(composer, composer.compose(place, role, locale)))


def line_with(found: list[Line], text: str) -> Line:
    (line,) = [line for line in found if text in line.text]
    return line


def shown(root: Path, *args: str) -> str:
    """What `explain` prints of the guide to Port Ellen."""
    done = run("--pack", str(root), "explain", "--city", "port-ellen", "--role", "netmaker", *args)
    assert (done.code, done.err) == (0, "")
    return done.out


# Every line of every guide


@pytest.fixture(scope="module", params=["shipped", "mini", "reasoned"])
def pack(request: pytest.FixtureRequest, reasoned: Path) -> Pack:
    """The shipped pack, the mini pack, and the one with a reason of every kind."""
    return Pack({"shipped": ROOT, "mini": MINI, "reasoned": reasoned}[request.param])


@pytest.fixture(scope="module")
def explained(pack: Pack) -> list[tuple[Any, list[Line]]]:
    """Every published guide with its lines."""
    composer = Composer(pack)
    guides = [composer.compose(place, role, locale) for locale, place, role in pack.guides()]
    assert guides
    return [(guide, list(explain(composer, guide))) for guide in guides]


def test_lines_are_those_of_render(pack: Pack, explained: list[tuple[Any, list[Line]]]) -> None:
    """Line by line the text is what `render` prints, numbered from 1."""
    for guide, found in explained:
        printed = text_bytes(guide, pack.settings.layout).decode().split("\n")

        assert [line.text for line in found] == printed[:-1]
        assert [line.number for line in found] == list(range(1, len(printed)))


def test_every_visible_character_has_a_reason(explained: list[tuple[Any, list[Line]]]) -> None:
    """What each span comes from is among the reasons of its line: passage, row, override or setting."""
    for _, found in explained:
        for line in found:
            for span in line.spans:
                origin = span.origin
                if isinstance(origin, Said):
                    passages = {(one.id, one.choice and one.choice.row) for one in line.passages}
                    assert (origin.passage, origin.row or None) in passages
                elif isinstance(origin, Overridden):
                    assert origin.key in [override.key for override in line.overrides]
                elif isinstance(origin, Laid):
                    assert origin.setting in [setting.key for setting in line.settings]
                else:
                    assert isinstance(origin, Joined)
                    assert not span.text.strip()


def test_everything_that_was_read_is_a_reason(explained: list[tuple[Any, list[Line]]]) -> None:
    """Each fact and derivation in the origins of a line is listed; of a list that is said, its entries."""
    for _, found in explained:
        for line in found:
            listed = {fact.key for fact in line.facts}
            worked_out = {one.key for one in line.computed}
            for span in line.spans:
                if isinstance(span.origin, Said):
                    assert {read.key for read in span.origin.derivations} <= worked_out
                    for read in span.origin.facts:
                        entries = [key for key in listed if key.startswith((f"{read.key}[", f"{read.key}."))]
                        own = read.key.rpartition(".")[0] in listed and "[" in read.key
                        assert read.key in listed or entries or own, read.key


@cache
def rows(path: Path) -> list[str]:
    return path.read_text("utf-8").split("\n")


def test_facts_stand_where_they_are_said_to(pack: Pack, explained: list[tuple[Any, list[Line]]]) -> None:
    """The line of the file that a reason names has the value in it; of a list, its first entry."""
    checked = set()
    for guide, found in explained:
        for line in found:
            for fact in line.facts:
                at = fact.location
                if fact.value is MISSING or not at.line:
                    assert fact.value is MISSING or fact.key.endswith(".slug")
                    assert (pack.root / at.path).exists() or "pairs" in at.path
                    continue
                row = rows(pack.root / at.path)[at.line - 1]
                checked.add(fact.kind)
                if fact.follows:
                    continue
                assert as_in_file(fact.value, guide.locale) in row.replace('"', ""), fact
    assert {"fact", "name"} <= checked


@cache
def folded(path: Path) -> str:
    """A file as one line, texts that are folded over several too."""
    return " ".join(path.read_text("utf-8").split())


def as_in_file(value: Any, locale: str) -> str:
    """How a YAML file has a value, or the beginning of it."""
    if isinstance(value, Entries):
        return as_in_file(value[0].value, locale)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (Term, Entry, Localized)):
        return in_words(value, locale).partition(" (")[0]
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def test_provenance_is_that_of_the_file(pack: Pack, explained: list[tuple[Any, list[Line]]]) -> None:
    """Each source that a reason names stands in the file of the fact, with it or above it."""
    for _, found in explained:
        for line in found:
            for fact in line.facts:
                for said in filter(None, fact.provenance):
                    assert said in folded(pack.root / fact.location.path), fact


def test_formulas_and_rows_stand_where_they_are_said_to(
    pack: Pack, explained: list[tuple[Any, list[Line]]]
) -> None:
    """The formula is in its line of the rules, and so are a row's name and cells; steps end in the value."""
    formulas = cells = 0
    for _, found in explained:
        for line in found:
            choices = [one.choice for one in line.passages]
            for one in line.computed:
                row = rows(pack.root / one.location.path)[one.location.line - 1]
                choices.append(one.choice)
                if one.choice is None:
                    formulas += 1
                    assert one.formula in row
                    assert not one.steps or one.steps[-1].value == in_words(one.value).removesuffix(".0")
            for choice in filter(None, choices):
                row = rows(pack.root / choice.location.path)[choice.location.line - 1]
                if choice.row != "otherwise":
                    assert re.search(rf"\| {choice.row} +\|", row)
                    assert all(
                        cell.matched and (cell.cell in row or cell.cell == "any") for cell in choice.cells
                    )
                    cells += len(choice.cells)
    assert formulas
    assert cells


# Kinds of reasons


def test_arithmetic_of_nested_formulas(reasoned: Path) -> None:
    """A formula comes first, then those it reads, each once, though two lead to one of them."""
    line = line_with(lines_of(reasoned, "port-ellen", "netmaker"), "A premium of")

    assert [(one.key, [str(step) for step in one.steps]) for one in line.computed] == [
        (
            "premium",
            [
                "1,030 > 1,010: yes",
                "round(257.5, 10) = 260",
                "260 + 300 = 560",
                "if yes then 560 else … = 560",
            ],
        ),
        ("basis", ["1.03 × 1,000 = 1,030"]),
        ("third", ["1,030 ÷ 4 = 257.5"]),
    ]


def test_a_branch_that_is_not_taken_is_not_worked_out(reasoned: Path) -> None:
    """As of a day with a lower factor the other branch is taken, and nothing of the first is a reason."""
    found = lines_of(
        reasoned, "marland", "netmaker"
    )  # its factor is 1.00: the premium is 0, without the bonus
    line = line_with(found, "A premium of")

    assert [str(step) for step in line.computed[0].steps] == ["1,000 > 1,010: no", "if no then … else 0 = 0"]
    assert "third" not in [one.key for one in line.computed]
    assert "marland/netmaker.bonus" not in [fact.key for fact in line.facts]


def test_facts_of_a_pair_and_of_the_country(reasoned: Path) -> None:
    """They lead to the files that they are in, with their own sources."""
    line = line_with(lines_of(reasoned, "port-ellen", "netmaker"), "A premium of")
    facts = {fact.key: fact for fact in line.facts}

    bonus = facts["port-ellen/netmaker.bonus"]
    assert (bonus.location.path, bonus.location.line) == ("facts/pairs/port-ellen/netmaker.yaml", 1)
    assert bonus.provenance.source == "a letter"
    assert facts["marland.factor"].location.path == "facts/places/marland.yaml"
    assert facts["marland.names.en.name"].kind == "name"


def test_a_series_is_read_as_of_the_day(reasoned: Path) -> None:
    """The value that held on the day, with its source; not the newest."""
    now, then = (
        next(fact for fact in line_with(found, "€").facts if fact.key == "port-ellen.factor")
        for found in (
            [lines_of(reasoned, "port-ellen", "netmaker")[2]],
            [lines_of(reasoned, "port-ellen", "netmaker", as_of="2025-06-01")[2]],
        )
    )

    assert (str(now.value), now.provenance.source) == ("1.03", "a wage survey")
    assert (str(then.value), then.provenance.source) == ("1.02", "an invented atlas")
    assert now.location.column > then.location.column


def test_an_entry_of_a_computed_list(reasoned: Path) -> None:
    """What is said is the entry's name; why it is in the list is the formula's."""
    line = line_with(lines_of(reasoned, "port-ellen", "netmaker"), "- Salt")

    assert [str(step) for one in line.computed for step in one.steps] == [
        "without([salt, fishing], [fishing]) = [salt]"
    ]
    assert {"port-ellen.trades[0]", "trades.salt.name", "netmaker.wanted_in"} <= {
        fact.key for fact in line.facts
    }


def test_the_row_that_came_first(reasoned: Path) -> None:
    """Of a table with `hit: first` the row that chose is shown, with an empty cell as `any`."""
    line = line_with(lines_of(reasoned, "port-ellen", "netmaker"), "A premium of")
    (choice,) = [one.choice for one in line.passages if one.choice]

    assert (choice.table, choice.row) == ("tone", "paying")
    assert [(cell.column, cell.value, cell.cell) for cell in choice.cells] == [
        ("place.factor", "1.03", "over 1.00"),
        ("place.market", "small", "any"),
    ]


def test_otherwise_is_said(reasoned: Path, tmp_path: Path) -> None:
    """Where no row matched the reason is `otherwise`, with what the columns had."""
    found = lines_of(reasoned, "marland", "netmaker")
    line = line_with(found, "Nothing special")
    (choice,) = [one.choice for one in line.passages if one.choice]

    assert choice.row == "otherwise"
    assert [(cell.column, cell.value, cell.matched) for cell in choice.cells] == [
        ("place.factor", "1.00", False),
        ("place.market", "deep", False),
    ]
    done = run(
        "--pack",
        str(reasoned),
        "explain",
        "--city",
        "marland",
        "--role",
        "netmaker",
        "--grep",
        "nothing special",
    )
    assert "tone, row otherwise" in done.out
    assert "place.market = deep  in no row" in done.out


def test_when_is_a_reason_of_all_that_stands_by_it(reasoned: Path, tmp_path: Path) -> None:
    """A block's own `when`, and that of the section around it, with the facts that they read."""
    quiet = line_with(lines_of(reasoned, "port-ellen", "netmaker"), "Quiet times")
    assert [(guard.block, guard.when, guard.value) for guard in quiet.guards] == [
        ("quiet.heading", "not welcoming", False)
    ]
    assert {"port-ellen.campus", "port-ellen.notes"} == {fact.key for fact in quiet.facts}

    root = write_reasoned(
        tmp_path, {"facts/places/port-ellen.yaml": PORT + "notes: Ask at the harbour office.\n"}
    )
    advice = line_with(lines_of(root, "port-ellen", "netmaker"), "Advice")
    assert [(guard.block, guard.when) for guard in advice.guards] == [("advice", "place.notes")]


def test_overrides_and_settings(reasoned: Path) -> None:
    """An override says who and why; a line of marks leads to the layout."""
    said = shown(reasoned)

    assert re.search(
        r"13  All & sundry\n +override  jobs.link, by ann: shorter  facts/pairs/.*yaml:3\n", said
    )
    assert re.search(
        r"7  \|---\|---\|\n +layout    text.column  pack.yaml:\d+\n +text.rule    pack.yaml:\d+\n", said
    )


def test_lines_of_one_block(reasoned: Path) -> None:
    """A block that is put out as it stands has several lines, each of its passage, the empty one too."""
    found = lines_of(reasoned, "port-ellen", "netmaker")
    licence = [line for line in found if line.block == "licence.notice"]

    assert [line.text for line in licence] == ["Line one.", "", "Line three, by Quay."]
    assert all([passage.id for passage in line.passages] == ["licence.notice"] for line in licence)
    assert "site.name" in [fact.key for fact in licence[2].facts]


def test_blank_lines_and_carriage_returns(tmp_path: Path) -> None:
    """A layout with blank lines and CR LF moves no reason to another line."""
    changes = tree()
    settings = str(changes["pack.yaml"]).replace(
        "blank_lines: 0, newline: lf", "blank_lines: 1, newline: crlf"
    )
    root = write_reasoned(tmp_path, {"pack.yaml": settings})
    found = lines_of(root, "port-ellen", "netmaker")
    printed = run("--pack", str(root), "render", "--city", "port-ellen", "--role", "netmaker").out

    assert [line.text for line in found] == printed.replace("\r\n", "\n").split("\n")[:-1]
    assert printed.count("\r\n") > 10
    assert found[1].text == ""
    assert [setting.key for setting in found[1].settings] == ["text.blank_lines"]
    assert line_with(found, "Quiet times").guards
    assert line_with(found, "All & sundry").block == "jobs.link"


def test_a_name_by_a_rule_of_the_language() -> None:
    """A form that nobody stated says which form it follows from, and where that stands."""
    names = [
        fact
        for line in lines_of(ROOT, "leuven", "backend", "fr")
        for fact in line.facts
        if fact.key == "leuven.names.fr.in"
    ]

    assert {(fact.value, fact.follows) for fact in names} == {("à Louvain", "name")}
    assert names[0].location.text == "Louvain"


# The command


def test_a_sentence_of_the_shipped_pack() -> None:
    """The salary table's line, in full."""
    done = run("explain", "--city", "Louvain", "--role", "backend", "--grep", "| SENIOR")

    assert done.code == 0
    assert "60,000 × 1.03 = 61,800\n" in done.out
    assert "round(87,550, 10) = 87,550\n" in done.out
    assert done.out.count("dated 2026, checked 2026-11-20, confidence high, BeDevs") == 3


def test_sources_are_listed_once_for_a_whole_guide(reasoned: Path) -> None:
    """Without narrowing, sources are numbered where they are named and listed at the end."""
    said = shown(reasoned)
    body, _, sources = said.partition("\nsources\n")

    listed = dict(re.findall(r"\[(\d+)\]  (.*)", sources))
    assert set(re.findall(r"\[(\d+)\]$", body, re.MULTILINE)) == set(listed)
    assert len(set(listed.values())) == len(listed)
    assert "a letter" not in body
    assert body.count("1.03 × 1,000 = 1,030") == 1
    assert re.search(r"basis = 1,030 +see line 3", body)


def test_narrowed_everything_is_in_full(reasoned: Path) -> None:
    """With --line the arithmetic and the sources are there, wherever they come first in the guide."""
    said = shown(reasoned, "--line", "4")

    assert said.startswith("4  A small harbour of 340 ships. Quiet.\n")
    assert "1.03 × 1,000 = 1,030" in said
    assert "dated 2024, an invented atlas" in said
    assert "see line" not in said
    assert "\n5  " not in said


def test_json(reasoned: Path) -> None:
    """Programs read the same reasons; numbers are exact texts."""
    (line,) = json.loads(shown(reasoned, "--format", "json", "--line", "3"))

    assert line["text"].startswith("A premium of €560.")
    assert line["block"] == "money"
    assert [(one["passage"], one["table"], one["row"]) for one in line["passages"]] == [
        ("premium.text", None, None),
        ("tone.paying", "tone", "paying"),
    ]
    assert line["passages"][1]["cells"][0] == {
        "column": "place.factor",
        "value": "1.03",
        "cell": "over 1.00",
        "matches": True,
    }
    assert line["derivations"][1] == {
        "name": "basis",
        "formula": "place.factor * 1000",
        "steps": ["1.03 × 1,000 = 1,030"],
        "value": "1030",
        "row": None,
        "cells": [],
        "file": line["derivations"][1]["file"],
    }
    factor = next(fact for fact in line["facts"] if fact["key"] == "port-ellen.factor")
    assert (factor["value"], factor["dated"], factor["confidence"]) == ("1.03", "2026", "high")
    whole = json.loads(shown(reasoned, "--format", "json"))
    assert [one["line"] for one in whole] == list(range(1, 14))
    assert whole[6]["settings"][0]["setting"] == "text.column"
    assert whole[12]["overrides"][0]["owner"] == "ann"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--city", "leuven"], "--role is missing"),
        (["--role", "backend"], "--city is missing"),
        ([], "--city is missing"),
        (["--city", "leuven", "--role", "backend", "--line", "59"], "the guide has no line 59"),
        (["--city", "leuven", "--role", "backend", "--line", "0"], "it has 58 lines"),
        (["--city", "leuven", "--role", "backend", "--grep", "zebra"], "no line has 'zebra' in it"),
        (["--city", "leuven", "--role", "backend", "--line", "1", "--grep", "x"], "don't go together"),
        (["--city", "leuven", "--role", "backend", "--line", "1", "--why-not", "x"], "don't go together"),
        (["--fact", "leuven.factor", "--city", "leuven"], "--fact and --city don't go together"),
        (["--fact", "leuven.factor", "--locale", "en"], "--fact and --locale don't go together"),
        (["--city", "leuvan", "--role", "backend"], "did you mean 'leuven'?"),
        (["--city", "leuven", "--role", "backend", "--locale", "xx"], "unknown locale 'xx'"),
        (["--city", "leuven", "--role", "backend", "--as-of", "today"], "'today' is no day"),
    ],
)
def test_what_cannot_be_asked(args: list[str], message: str) -> None:
    """A wrong command line does nothing, and says what to do."""
    done = run("explain", *args)

    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_a_pack_that_is_wrong_is_refused(tmp_path: Path) -> None:
    """A guide that can't be made can't be explained: what is wrong is said, as by render."""
    root = write_reasoned(
        tmp_path, {"facts/places/port-ellen.yaml": PORT.replace("ships: {value: 340", "ships: {value: many")}
    )
    done = run("--pack", str(root), "explain", "--city", "port-ellen", "--role", "netmaker")

    assert done.code == 2
    assert "is a number, not 'many'" in done.err


def test_the_shipped_pack_serves_anywhere(tmp_path: Path) -> None:
    """Where there is no pack, the shipped one is explained, and that is said."""
    done = run("explain", "--city", "leuven", "--role", "backend", "--line", "1", cwd=tmp_path)

    assert done.code == 0
    assert "using the pack that comes with guidegen" in done.err
