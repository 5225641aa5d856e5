"""Turns cities.json and roles.json, and the text of the documents about them, into a pack."""

from __future__ import annotations

import argparse
import json
import re
import runpy
import shutil
import textwrap
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import own_text

FRAME = Path(__file__).resolve().parent / "frame"  # what all these packs have in common
LOCALE = "en"
FILES = ("cities.json", "roles.json")
LEVELS = ("Junior", "Mid", "Senior")
_MARK = re.compile(r"@([A-Z0-9]+)@")
_PLAIN = re.compile(r"[A-Za-z][\w .&-]*\w")

_SLOTS = {  # what a mark of the documents' text is in a passage
    "R": "role.one",
    "C": "place.name",
    "COUNTRY": "place.country.name",
    "TIER": "place.tier | number",
    "SPECS": "place.specialties | comma_list",
    "PATH": "role.career | join(' → ')",
    "STARTUPS": "place.startups | number",
    "COST": "place.cost_index | number",
    "SPEC0": "place.specialties | first(1) | comma_list",
    "COMMON0": "shared | first(1) | comma_list",
    "BOTH": "shared | first(2) | and_list",
}
_BLOCKS = {  # what a mark that is a block of its own is in the outline
    "SCENE": "paragraph: place:scene",
    "ABOUT": "paragraph: role:about",
    "MARKET": "paragraph: role:market",
    "COMPANIES": "list: {each: place.companies, entry: entry.name}",
    "HUBS": "list: {each: place.hubs, entry: entry.name}",
    "UNIS": "list: {each: place.universities, entry: entry.name}",
    "IF1": "paragraph: {decide: market}",
    "IF2": "paragraph: {decide: match}",
    "IF3": "paragraph: {decide: cost}",
}
# The passages that tables choose, by the case that the documents' text has them for.
_MARKET = {1: "market.first", 2: "market.second", 3: "market.third"}
_MATCH = {2: "match.strong", 1: "match.bridge", 0: "match.none"}
_COST = {"lo": "cost.low", "mid": "cost.average", "hi": "cost.high"}


class Text(NamedTuple):
    """The documents' text with marks (`@C@`): the whole, and the sentences of each choice by case."""

    body: str
    market: Mapping[int, str]
    match: Mapping[int, str]
    cost: Mapping[str, str]


OWN_TEXT = Text(own_text.BODY, own_text.MARKET, own_text.MATCH, own_text.COST)


def kit_text(kit: Path) -> Text:
    """The text that the kit makes its peers' templates from."""
    made = runpy.run_path(str(kit / "gen_templates.py"))
    return Text(made["BODY"], made["W1"], made["W2"], made["W3"])


def write_pack(
    pack: Path, text: Text, cities: list[dict[str, Any]], roles: list[dict[str, Any]], *, source: str
) -> None:
    """Write the pack into a folder, which isn't there yet."""
    outline, passages = _outline(text)
    specialties = sorted({one for owner in cities for one in owner["specialties"]} | _wanted(roles))
    shared = {
        "facts/specialties.yaml": "".join(f"{key}: {key}\n" for key in specialties),
        "rules/outline.yaml": outline,
        f"snippets/{LOCALE}/guide.md": _snippets(passages),
    }
    countries = sorted({city["country"] for city in cities})
    for country in countries:
        shared[f"facts/places/{country.lower()}.yaml"] = (
            f"names: {_scalar(country)}\nscope: country\nstatus: draft\n"
        )
    shutil.copytree(FRAME, pack)
    for folder in ("facts/places", "facts/roles", f"snippets/{LOCALE}/places", f"snippets/{LOCALE}/roles"):
        (pack / folder).mkdir(parents=True)
    for name, content in shared.items():
        (pack / name).write_text(content, encoding="utf-8")
    for role in roles:
        own = {"about": role["about"], "market": role["market"]}
        _write(pack, "roles", role["slug"], _role(role, source), _snippets(own))
    for city in cities:
        _write(pack, "places", city["slug"], _place(city, source), _snippets({"scene": city["scene"]}))


def _wanted(roles: list[dict[str, Any]]) -> set[str]:
    return {one for role in roles for one in role["affinity"]}


def _write(pack: Path, kind: str, slug: str, facts: str, snippets: str) -> None:
    (pack / "facts" / kind / f"{slug}.yaml").write_text(facts, encoding="utf-8")
    (pack / "snippets" / LOCALE / kind / f"{slug}.md").write_text(snippets, encoding="utf-8")


# -- facts


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _stated(name: str, value: str, source: str) -> Iterator[str]:
    """A fact with all that is known about it."""
    yield f"{name}:"
    yield f"  value: {value}" if not value.startswith("\n") else f"  value:{value}"
    yield from (f"  source: {_scalar(source)}", "  dated: 2025", "  checked: 2026-01-01")


def _entries(names: list[str]) -> str:
    return "".join(f"\n    - {_scalar(name)}" for name in names)


def _place(city: Mapping[str, Any], source: str) -> str:
    if Decimal(city["factor"]) * 100 != city["factor_pct"]:
        raise SystemExit(f"{city['slug']}: its factor, {city['factor']}, isn't {city['factor_pct']} per cent")
    lines = [
        f"names: {_scalar(city['name'])}",
        "scope: city",
        f"within: {city['country'].lower()}",
        "status: published",
        f"tier: {city['tier']}",
        *_stated("factor", city["factor"], source),
        *_stated("cost_index", str(city["cost_index"]), source),
        *_stated("startups", str(city["startups"]), source),
    ]
    for name in ("specialties", "companies", "hubs", "universities"):
        lines += _stated(name, _entries(city[name]), source)
    return "\n".join([*lines, ""])


def _role(role: Mapping[str, Any], source: str) -> str:
    if tuple(band["level"] for band in role["bands"]) != LEVELS:
        raise SystemExit(f"{role['slug']}: its levels aren't {', '.join(LEVELS)}")
    bands = "".join(
        f"\n    {band['level'].lower()}: {{low: {band['low']}, high: {band['high']}}}"
        for band in role["bands"]
    )
    lines = [
        f"names: {{{LOCALE}: {{one: {_scalar(role['name'])}}}}}",
        "status: published",
        "affinity:",
        *(f"  - {one}" for one in role["affinity"]),
        "career:",
        *(f"  - {_scalar(step)}" for step in role["path"]),
        *_stated("levels", bands, source),
    ]
    return "\n".join([*lines, ""])


# -- passages and outline


def _outline(text: Text) -> tuple[str, dict[str, str]]:
    """rules/outline.yaml for a text, and the shared passages by name."""
    passages: dict[str, str] = {"entry.name": "{{ item.name }}"}
    blocks: list[str] = []
    for piece in text.body.removeprefix("@PRE@").rstrip("\n").split("\n\n"):
        mark = _MARK.fullmatch(piece)
        if mark and mark[1] in _BLOCKS:
            blocks.append(f"  - {_BLOCKS[mark[1]]}")
        elif not blocks:  # the title, and what stands right below it
            title, *below = piece.split("\n")
            passages["guide.title"] = title
            blocks.append("  - title: guide.title")
            if below:
                passages["guide.facts"] = "\n".join(below)
                kind = "lines" if below[1:] else "paragraph"
                blocks.append(f"  - {kind}: guide.facts\n    blank_lines: 0")
        else:
            kind = "heading" if piece.startswith("#") else "lines" if "\n" in piece else "paragraph"
            name = _name(kind, piece, passages)
            passages[name] = piece
            blocks.append(f"  - {kind}: {name}")
    passages |= {name: text.market[case] for case, name in _MARKET.items()}
    passages |= {name: text.match[case] for case, name in _MATCH.items()}
    passages |= {name: text.cost[case] for case, name in _COST.items()}
    outline = "# The order of a guide's blocks.\n\nblocks:\n" + "\n".join(blocks) + "\n"
    return outline, {name: _passage(words) for name, words in passages.items()}


def _name(kind: str, piece: str, taken: Mapping[str, str]) -> str:
    """A passage's name: its kind and its first words."""
    words = re.findall(r"[a-z]+", _MARK.sub(" ", piece).lower())[:3]
    name = "-".join(words) or "words"
    return f"{kind}.{name}" if f"{kind}.{name}" not in taken else f"{kind}.{name}-{len(taken)}"


def _passage(words: str) -> str:
    """A text with marks, as a passage: marks become slots, and a # that begins a line is written out."""
    words = words.replace("@TABLE@", "\n".join(_row(level) for level in LEVELS))
    words = words.replace("@COMMON0@ and @COMMON1@", "@BOTH@")
    words = re.sub(r"^#+", lambda found: f"{{{{ '{found[0]}' }}}}", words, flags=re.MULTILINE)
    return _MARK.sub(lambda found: _slot(found[1]), words)


def _row(level: str) -> str:
    key = level.lower()
    return f"| {level} | {{{{ band.{key}.from | money }}}} | {{{{ band.{key}.to | money }}}} |"


def _slot(mark: str) -> str:
    if mark == "FACTOR":
        return "{{ place.factor | decimals(2) }}"
    if re.fullmatch(r"K[0-2][01]", mark):
        return f"{{{{ band.{LEVELS[int(mark[1])].lower()}.{('from', 'to')[int(mark[2])]} | thousands }}}}"
    if mark not in _SLOTS:
        raise SystemExit(f"the documents' text has a mark that nothing is known of: @{mark}@")
    return f"{{{{ {_SLOTS[mark]} }}}}"


def _snippets(passages: Mapping[str, str]) -> str:
    """A snippet file; what is one line is wrapped as writers wrap it, but for what holds a slot."""
    shown = (f"## {name}\n{_wrapped(words)}\n" for name, words in passages.items())
    return "\n".join(shown)


def _wrapped(words: str) -> str:
    if "\n" in words or "{{" in words:
        return words
    return textwrap.fill(words, 100, break_on_hyphens=False, break_long_words=False)


def main() -> None:
    """Read the command line, and write the pack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with cities.json and roles.json")
    parser.add_argument("pack", type=Path, help="a new folder for the pack")
    parser.add_argument("--kit", type=Path, help="the kit whose text the documents have; else our own")
    asked = parser.parse_args()
    cities, roles = (json.loads((asked.data / name).read_text("utf-8")) for name in FILES)
    text = kit_text(asked.kit) if asked.kit else OWN_TEXT
    write_pack(asked.pack, text, cities, roles, source="invented, for timing alone")


if __name__ == "__main__":
    main()
