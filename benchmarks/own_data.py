"""A matrix of invented cities and roles, for where the kit isn't there: what `kit_pack` and `raw` read."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from own_text import template

LEVELS = ("Junior", "Mid", "Senior")
FILES = ("cities.json", "roles.json")

_SOUNDS = ("ba", "de", "fi", "go", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "ve", "zo")
_ENDINGS = ("brook", "cliff", "ford", "gate", "haven", "moor", "stead", "wold")
_COUNTRIES = ("Aldmark", "Brennland", "Costria", "Dornia", "Elvania", "Farrow")
_FIELDS = """acoustics batteries chemistry dredging film gardening glass healthcare laundry maps optics
packaging printing railways shipping tourism water"""
_FIRMS = "Anchor Beacon Cedar Drift Echo Falcon Gable Heron Ivory Jasper Keel Lark Maple Oak Pine Rook"
_TRADES = "Brothers Company Foods Group Holdings Makers Motors Partners Shipping Stores"
_ROOMS = "Barn Club Court Deck Hall House Lane Pier Rooms Studio"
_SCHOOLS = ("{} University", "{} Art School", "College of {}", "{} Evening School", "{} Academy")
_CRAFTS = ("Bridge", "Cable", "Chart", "Crane", "Garden", "Harbour", "Lens", "Paper", "Rail", "Timber")
_TITLES = ("Adviser", "Builder", "Drafter", "Inspector", "Planner", "Tester")
_WHO = (
    "Every older workshop",
    "One in two new firms",
    "The town council",
    "A family that moved here",
    "The evening school",
    "Whoever runs a small team",
    "The trade fair in spring",
    "The largest employer",
    "Nearly everyone who stayed",
)
_DOES = (
    "counts on",
    "asks for",
    "pays for",
    "speaks well of",
    "seldom hurries",
    "makes room for",
    "waits for",
)
_WHAT = (
    "careful work",
    "a second language",
    "plain contracts",
    "apprentices with patience",
    "a good night's sleep",
    "tools that last",
    "notes that others can read",
    "an honest estimate",
    "quiet mornings",
    "repairs done in time",
)
_WHY = (
    "because the orders come back each year.",
    "and nobody here thinks that odd.",
    "whatever the season brings.",
    "as every neighbour will tell you.",
    "though it takes a while to see why.",
    "for the ferry leaves only twice a day.",
    "and the books show it.",
)


def city(number: int) -> dict[str, Any]:
    """An invented city; no two have the same name."""
    chance = random.Random(f"city {number}")  # noqa: S311  # no secret: the same cities each time
    sounds: list[str] = []
    rest = number
    while rest or len(sounds) < 2:
        rest, one = divmod(rest, len(_SOUNDS))
        sounds.append(_SOUNDS[one])
    name = "".join(sounds).capitalize() + _ENDINGS[number % len(_ENDINGS)]
    hundredths = chance.randint(80, 120)
    return {
        "slug": f"place-{number:06}",
        "name": name,
        "country": chance.choice(_COUNTRIES),
        "factor": f"{hundredths // 100}.{hundredths % 100:02}",
        "factor_pct": hundredths,
        "tier": chance.randint(1, 3),
        "cost_index": chance.randint(60, 140),
        "startups": chance.randint(5, 999),
        "specialties": chance.sample(_FIELDS.split(), chance.randint(3, 7)),
        "companies": _several(chance, _FIRMS, _TRADES),
        "hubs": _several(chance, _FIRMS, _ROOMS),
        "universities": [one.format(name) for one in chance.sample(_SCHOOLS, chance.randint(3, 5))],
        "scene": _prose(chance, 880),
    }


def role(number: int) -> dict[str, Any]:
    """An invented role, with the bands of its three levels."""
    chance = random.Random(f"role {number}")  # noqa: S311  # likewise
    craft, title = _CRAFTS[number % len(_CRAFTS)], _TITLES[number // len(_CRAFTS) % len(_TITLES)]
    name = f"{craft} {title}"
    steps = [f"Apprentice {name}", name, f"Master {name}", "Head of the Workshop"]
    ends = [chance.randrange(25_000, 40_000, 250)]
    for _ in range(5):
        ends.append(ends[-1] + chance.randrange(1_250, 12_000, 250))
    return {
        "slug": f"role-{number:03}",
        "name": name,
        "about": _prose(chance, 880),
        "market": _prose(chance, 520),
        "path": steps,
        "affinity": chance.sample(_FIELDS.split(), chance.randint(3, 5)),
        "bands": [
            {"level": level, "low": low, "high": high}
            for level, low, high in zip(LEVELS, ends[::2], ends[1::2])
        ],
    }


def _several(chance: random.Random, firsts: str, seconds: str) -> list[str]:
    chosen = chance.sample(firsts.split(), chance.randint(3, 7))
    return [f"{first} {chance.choice(seconds.split())}" for first in chosen]


def _prose(chance: random.Random, length: int) -> str:
    sentences: list[str] = []
    while sum(map(len, sentences)) < length:
        words = (chance.choice(_WHO), chance.choice(_DOES), f"{chance.choice(_WHAT)},", chance.choice(_WHY))
        sentences.append(" ".join(words))
    return " ".join(sentences)


def write_data(folder: Path, cities: int, roles: int) -> None:
    """Write cities.json, roles.json, and guide.jinja, which makes the same documents of them with Jinja2."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, owners in zip(
        FILES, ([city(one) for one in range(cities)], [role(one) for one in range(roles)])
    ):
        (folder / name).write_text(json.dumps(owners, ensure_ascii=False), encoding="utf-8")
    (folder / "guide.jinja").write_text(template(), encoding="utf-8")
