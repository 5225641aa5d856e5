"""Law 2: every character of a guide has an origin, every origin resolves, and evaluating it again says it.

Over every published guide of the shipped pack and of the mini pack. The facts that origins name are
compared with the YAML files as another reader (ruamel.yaml's safe loader) sees them.
"""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from conftest import MINI, ROOT, write_pack
from guidegen.compose import compose, location_of
from guidegen.formats.json import value_of
from guidegen.formats.text import spans, text_bytes
from guidegen.guide import Guide, Joined, Laid, Overridden, Said, Span, flat, plain, texts
from guidegen.lookup import MISSING, Read, is_present
from guidegen.pack import Pack
from guidegen.snippets import evaluate, flowed
from guidegen.template import Branch, Leaf, Part, Slot, Words
from guidegen.values import Entries, Term

EXTRA = {
    "facts/pairs/port-ellen/netmaker.yaml": "file: {newline: crlf, byte_order_mark: yes}\noverrides:\n"
    "  - {locale: en, block: jobs.link, text: All & sundry, owner: a, reason: b, source: c}\n"
}


@pytest.fixture(scope="module", params=["shipped", "mini", "pair"])
def pack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """The shipped pack, the mini pack, and the mini pack with a pair that has texts of its own."""
    if request.param == "pair":
        return Pack(write_pack(tmp_path_factory.mktemp("pair"), dict(EXTRA)))
    return Pack(ROOT if request.param == "shipped" else MINI)


def guides(pack: Pack) -> Iterator[Guide]:
    """Every published guide; there is at least one."""
    found = list(pack.guides())
    assert found
    for locale, place, role in found:
        yield compose(pack, place, role, locale)


def said(pack: Pack) -> Iterator[tuple[Guide, Span, Said]]:
    """Every span that a passage says, also in what is said about a guide."""
    for guide in guides(pack):
        links = [block.address for block in flat(guide.blocks) if block.kind == "link"]  # type: ignore[union-attr]
        about = [guide.meta.title, guide.meta.description, guide.meta.address, *links]
        for text in [*(text for block in guide.blocks for text in texts(block)), *about]:
            for span in text:
                if isinstance(span.origin, Said):
                    yield guide, span, span.origin


def leaf_of(pack: Pack, guide: Guide, origin: Said) -> Leaf:
    passage = pack.passage_by_id(origin.passage, guide.locale)
    return next(leaf for leaf in passage.leaves() if leaf.number == origin.part)


# Every character


def test_every_character_has_an_origin(pack: Pack) -> None:
    """The spans of the text format are the text, character for character, and none is empty."""
    for guide in guides(pack):
        layout = pack.settings.layout
        pieces = list(spans(guide, layout))
        mark = b"\xef\xbb\xbf" if guide.file.byte_order_mark else b""

        assert mark + plain(pieces).encode() == text_bytes(guide, layout)
        assert all(span.text for span in pieces)
        assert all(isinstance(span.origin, (Said, Joined, Overridden, Laid)) for span in pieces)


def test_every_origin_resolves(pack: Pack) -> None:
    """What an origin names stands in a file of the pack, at a line and column that are there."""
    for guide in guides(pack):
        for span in spans(guide, pack.settings.layout):
            at = location_of(pack, span.origin, guide.locale)
            lines = (pack.root / at.path).read_text("utf-8").split("\n")

            assert 1 <= at.line <= len(lines), (at, span)
            assert 1 <= at.column <= len(lines[at.line - 1]) + 1, (at, span)


def test_origins_lead_to_what_they_name(pack: Pack) -> None:
    """At the place of a slot's origin its name stands; at that of words, the words; of a setting, its key."""
    for guide in guides(pack):
        for span in spans(guide, pack.settings.layout):
            at = location_of(pack, span.origin, guide.locale)
            rest = (pack.root / at.path).read_text("utf-8").split("\n", at.line - 1)[-1][at.column - 1 :]
            if isinstance(span.origin, Laid):
                assert rest.startswith(span.origin.setting.removeprefix("text."))
            elif isinstance(span.origin, Said):
                leaf = leaf_of(pack, guide, span.origin)
                if isinstance(leaf, Slot):
                    assert leaf.name in rest[: rest.index("}}")]
                else:
                    said = flowed(span.text).lstrip()
                    assert flowed(rest).lstrip().startswith((said, f"{{{{ '{said}' }}}}"))


def in_this_guide(passage: str, guide: Guide) -> str:
    """The passage that a rule names: `role:basis` is the basis of the very role that the guide is about."""
    kind, colon, name = passage.rpartition(":")
    owners = {"place": guide.place, "role": guide.role}
    return f"{owners[kind]}:{name}" if colon else passage


def test_passages_and_rows_stand_in_the_guide_they_shaped(pack: Pack) -> None:
    """A passage that a table chose names table and row, and that row is the guide's decision."""
    chosen = 0
    for guide in guides(pack):
        decided = {
            (decision.table.name, row): outcome
            for decision in guide.decisions
            for row, outcome in decision.outcomes
        }
        for span in spans(guide, pack.settings.layout):
            if isinstance(span.origin, Said) and span.origin.table:
                chosen += 1
                outcome = decided[span.origin.table, span.origin.row]
                assert in_this_guide(outcome, guide) == span.origin.passage

    assert chosen


# Said again


def test_evaluating_an_origin_again_says_the_same(pack: Pack) -> None:
    """The leaf of an origin, evaluated on the values that it recorded, gives exactly the span's text."""
    slots = words = 0
    for guide, span, origin in said(pack):
        passage = pack.passage_by_id(origin.passage, guide.locale)
        recorded = {read.name: read for read in origin.reads}

        def reader(name: str, recorded: dict[str, Read] = recorded) -> Read:
            return recorded.get(name, Read(name, name, MISSING))

        leaf = leaf_of(pack, guide, origin)
        alone = Alone(passage, path_to(leaf, passage.parts))
        (again,) = [
            found for found in evaluate(alone, reader, pack.language(guide.locale)) if found.leaf is leaf
        ]  # type: ignore[arg-type]
        piece = again.pieces[origin.piece]
        slots += isinstance(leaf, Slot)
        words += isinstance(leaf, Words)

        assert span.text in (piece, flowed(piece) if isinstance(leaf, Words) else piece)
        assert [read.name for read in again.reads] == [read.name for read in origin.reads]

    assert slots
    assert words


class Alone:
    """A passage of which only one leaf is left, with the condition that it stands under."""

    def __init__(self, passage: Any, parts: tuple[Part, ...]) -> None:
        self.parts = parts
        self.locale = passage.locale


def path_to(leaf: Leaf, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts without all that isn't the leaf."""
    for part in parts:
        if part is leaf:
            return (part,)
        if isinstance(part, Branch):
            then, otherwise = path_to(leaf, part.then), path_to(leaf, part.otherwise)
            if then or otherwise:
                return (part._replace(then=then, otherwise=otherwise),)
    return ()


def test_conditions_were_as_recorded(pack: Pack) -> None:
    """Words under an `if` were said because its name had a value, and the name is in their origin."""
    guarded = 0
    for guide, _, origin in said(pack):
        passage = pack.passage_by_id(origin.passage, guide.locale)
        leaf = leaf_of(pack, guide, origin)
        for part in path_to(leaf, passage.parts):
            if isinstance(part, Branch):
                guarded += 1
                assert part.name == origin.reads[0].name
                assert is_present(origin.reads[0].value) is bool(part.then)

    assert guarded


# Facts are said


def test_a_value_stands_where_it_is_claimed(pack: Pack) -> None:
    """The value that a slot read is in the span's text: its digits, its name, its entry of the list."""
    checked = {"number": 0, "text": 0, "list": 0}
    for guide, span, origin in said(pack):
        leaf = leaf_of(pack, guide, origin)
        if not isinstance(leaf, Slot):
            continue
        read = origin.reads[-1]
        filters = [name for name, _ in leaf.filters]
        if isinstance(read.value, Decimal):
            checked["number"] += 1
            figure = span.text if guide.locale == "en" else in_english(span.text)
            assert digits(read.value, filters[-1]) == re.sub("[^0-9.-]", "", figure), span
        elif isinstance(read.value, Entries):
            checked["list"] += 1
            entry, is_entry = divmod(origin.piece, 2)
            name = in_words(read.value[entry].value, guide.locale) if is_entry else None
            assert span.text == name if is_entry else span.text.strip() in JOINTS[guide.locale], span
        else:
            checked["text"] += 1
            text = in_words(read.value, guide.locale)
            assert span.text == (text[0].upper() + text[1:] if "capital" in filters else text), span

    assert all(checked.values())


def digits(number: Decimal, style: str) -> str:
    """The digits of a number as English text has them."""
    if style == "thousands":
        number = (number / 1000).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{number.normalize():f}"


JOINTS = {
    "en": ("", ",", "and", "or", "→"),
    "nl": ("", ",", "en", "of", "→"),
    "fr": ("", ",", "et", "ou", "→"),
}


def in_english(figure: str) -> str:
    """A figure of Belgian Dutch or French as English writes it: a comma is a decimal point there."""
    return figure.replace(".", "").replace(",", ".")


def in_words(value: Any, locale: str) -> str:
    if isinstance(value, Term):
        return value.names.forms.get(locale, value.names.forms.get("", {}))["name"]
    found = value_of(value)
    for part in ("name", locale):  # of an entry; of a text for each locale
        found = found[part] if isinstance(found, dict) and part in found else found
    return str(found)


# Facts are those of the files


@cache
def loaded(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text("utf-8"))


def in_file(root: Path, key: str) -> Any:
    """What the pack's files have under a key, as ruamel.yaml's safe loader reads them."""
    owner, *path = re.findall(r"[^.\[\]]+", key)
    folders = ("facts/places", "facts/roles", "facts/pairs", "facts")
    files = [root / folder / f"{owner}.yaml" for folder in folders]
    value = loaded(next(file for file in files if file.exists()) if owner != "site" else root / "pack.yaml")
    if owner == "site":
        value = value["site"]
    if path == ["slug"]:
        return owner
    for step in path:
        if isinstance(value, dict) and "value" in value:
            value = value["value"]
        if isinstance(value, list):
            value = value[int(step)] if step.isdigit() else value
        elif isinstance(value, dict):
            value = value.get(step) if step in value or step == "note" else value
        elif step == "note":
            value = None
    return value["value"] if isinstance(value, dict) and "value" in value else value


def agrees(root: Path, read: Read, stated: Any) -> bool:
    """Whether what a guide read is what the file states."""
    value = read.value
    if isinstance(value, Entries):
        return (
            isinstance(stated, list)
            and len(value) == len(stated)
            and all(agrees(root, Read("", fact.key, fact.value), entry) for fact, entry in zip(value, stated))
        )
    if isinstance(stated, dict) and "value" in stated:
        stated = stated["value"]
    if isinstance(value, Decimal):
        return isinstance(stated, (int, float)) and Decimal(repr(stated)) == value
    if isinstance(value, Term):
        return bool(stated == value.key)
    if value is MISSING:
        return stated is None
    plain_ = value_of(value)
    if isinstance(stated, dict) and "name" in stated and not (isinstance(plain_, dict) and "name" in plain_):
        stated = stated["name"]
    if isinstance(plain_, dict) and isinstance(stated, dict):
        return all(stated[key] == plain_[key] for key in plain_)
    return bool(plain_ == stated)


def test_facts_in_origins_are_those_of_the_files(pack: Pack) -> None:
    """Every fact that an origin names has the value which its file states under that key."""
    seen = set()
    for _, _, origin in said(pack):
        for read in origin.facts:
            owner, _, path = read.key.partition(".")
            if path.startswith("names.") or (pack.root / f"facts/{owner}.yaml").exists():
                continue  # these have tests of their own
            seen.add(read.key)
            assert agrees(pack.root, read, in_file(pack.root, read.key)), read

    owners = {key.partition(".")[0] for key in seen}
    assert {"site", *(slug for _, place, role in pack.guides() for slug in (place, role))} <= owners
    assert any("[" in key for key in seen)


def test_names_in_origins_are_those_of_the_files(pack: Pack) -> None:
    """Names of places and roles, and terms of vocabularies, are said as their files spell them."""
    seen = 0
    for guide, _, origin in said(pack):
        for read in origin.facts:
            owner, _, path = read.key.partition(".")
            if path.startswith("names."):
                _, locale, form = path.split(".")
                kind = "places" if owner in pack.facts.slugs("place") else "roles"
                names = loaded(pack.root / f"facts/{kind}/{owner}.yaml")["names"]
                names = names[locale] if isinstance(names, dict) else names
                stated = names.get(form) if isinstance(names, dict) else names if form == "name" else None
                base = names if isinstance(names, str) else names.get("many", names.get("name"))
                assert read.value == stated if stated else str(read.value).endswith(base), read
                seen += 1
            elif (pack.root / f"facts/{owner}.yaml").exists():
                term, _, form = path.partition(".")
                stated = loaded(pack.root / f"facts/{owner}.yaml")[term]
                names = stated.get(guide.locale) if form else term
                assert read.value == (names if isinstance(names, str) else names[form]), read
                seen += 1

    assert seen


def test_derivations_rest_on_the_facts_of_their_formulas(pack: Pack) -> None:
    """A band in an origin is the band of the file times the factor of the file, to the nearest ten."""
    seen = 0
    for _, _, origin in said(pack):
        for read in origin.derivations:
            if not read.key.startswith("band."):
                continue
            _, level, end = read.key.split(".")
            values = {because.key: because.value for because in read.because}
            (base,) = [value for key, value in values.items() if key.endswith(f".levels.{level}.{end}")]
            (factor,) = [value for key, value in values.items() if key.endswith(".factor")]
            assert isinstance(base, Decimal)
            assert isinstance(factor, Decimal)
            exact = base * factor / 10
            assert read.value == exact.quantize(Decimal(1), ROUND_HALF_UP) * 10
            seen += 1

    assert seen


# What a format adds


def test_what_a_format_adds_is_the_setting(pack: Pack) -> None:
    """What isn't said by a passage, a pair or a joint has the text of a setting of pack.yaml."""
    stated = loaded(pack.root / "pack.yaml")["text"]
    seen = set()
    for guide in guides(pack):
        newline = guide.file.newline or {"lf": "\n", "crlf": "\r\n"}[stated["newline"]]
        wanted = {
            "text.newline": newline,
            "text.final_newline": newline,
            "text.blank_lines": newline * stated["blank_lines"],
            "text.bullet": stated["bullet"],
            "text.rule": stated["rule"],
        }
        for span in spans(guide, pack.settings.layout):
            if isinstance(span.origin, Laid):
                setting = span.origin.setting
                seen.add(setting)
                if setting == "text.column":
                    assert span.text.strip() == stated["column"]
                else:
                    assert span.text == wanted[setting]
            elif isinstance(span.origin, Joined):
                assert span.text == " "

    assert {"text.newline", "text.bullet", "text.column", "text.rule", "text.final_newline"} <= seen
