"""Made-up places and roles that together reach every row, passage, form and joint of the shipped pack.

Nine guides, an orthogonal array of strength two over scope, factor, market and role: each pair of their
values meets in one. The nine places' names have nine shapes in each language, the roles' names three; lists
are as short as passages allow, and longer; entries have notes or none. The rules and the shared passages are
the shipped pack's own.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from conftest import ROOT

SCOPES = ("city", "region", "country")
FACTORS = ("0.93", "1.00", "1.08")
MARKETS = ("deep", "balanced", "niche")
COUNTRY = "tortland"

# en, nl, fr; French states what a region's or country's name doesn't show. No name is a plural: verbs of
# the shared passages agree with one place.
NAMES: dict[str, tuple[str, str, dict[str, str]]] = {
    "aubin": ("Aubin", "Oubijn", {"name": "Aubin"}),
    "le-bourg": ("Le Bourg", "Den Burg", {"name": "Le Bourg"}),
    "les-etangs": ("Les Étangs", "'s-Vijverrode", {"name": "Les Étangs"}),
    "yvelle": ("Yvelle", "IJvel", {"name": "Yvelle", "in": "en Yvelle", "of": "de l'Yvelle"}),
    "haut-pays": (
        "Uplands",
        "het Hoogland",
        {"name": "le Haut-Pays", "in": "dans le Haut-Pays", "of": "du Haut-Pays"},
    ),
    "plaine": (
        "Great Plain",
        "de Vlakte",
        {"name": "la Plaine", "in": "dans la Plaine", "of": "de la Plaine"},
    ),
    "tortland": (
        "Tortland",
        "Tortland",
        {"name": "la Tortlande", "in": "en Tortlande", "of": "de Tortlande"},
    ),
    "haute-ile": (
        "High Isle",
        "het Hoge Eiland",
        {"name": "l'Île-Haute", "in": "à l'Île-Haute", "of": "de l'Île-Haute"},
    ),
    "ostreland": (
        "Ostreland",
        "Ostreland",
        {"name": "l'Ostrelande", "in": "en Ostrelande", "of": "d'Ostrelande"},
    ),
}
ROLES: dict[str, dict[str, dict[str, str]]] = {
    "keeper": {
        "en": {"one": "keeper", "many": "keepers", "title_one": "Keeper", "title_many": "Keepers"},
        "nl": {"one": "wachter", "many": "wachters", "title_one": "Wachter", "title_many": "Wachters"},
        "fr": {
            "one": "gardienne ou gardien",
            "many": "gardiennes et gardiens",
            "title_one": "Gardienne ou gardien",
            "title_many": "Gardiennes et gardiens",
        },
    },
    "engineer": {
        "en": {"one": "engineer", "many": "engineers", "title_one": "Engineer", "title_many": "Engineers"},
        "nl": {
            "one": "ingenieur",
            "many": "ingenieurs",
            "title_one": "Ingenieur",
            "title_many": "Ingenieurs",
        },
        "fr": {
            "one": "ingénieure ou ingénieur",
            "many": "ingénieures et ingénieurs",
            "title_one": "Ingénieure ou ingénieur",
            "title_many": "Ingénieures et ingénieurs",
        },
    },
    "host": {
        "en": {"one": "host", "many": "hosts", "title_one": "Host", "title_many": "Hosts"},
        "nl": {
            "one": "gastheer of gastvrouw",
            "many": "gastheren en gastvrouwen",
            "title_one": "Gastheer of gastvrouw",
            "title_many": "Gastheren en gastvrouwen",
        },
        "fr": {
            "one": "hôtesse ou hôte",
            "many": "hôtesses et hôtes",
            "title_one": "Hôtesse ou hôte",
            "title_many": "Hôtesses et hôtes",
        },
    },
}
SPECIALTIES = (
    ["fintech", "aerospace", "ai-research"],
    ["biotech", "media-tech", "govtech"],
    ["saas", "healthtech", "logistics-tech", "tourism-tech", "smart-city"],
)
INDUSTRIES = {
    "keeper": ["fintech", "govtech"],
    "engineer": ["saas", "maritime-tech", "creative-digital"],
    "host": ["tourism-tech", "telecommunications", "semiconductors", "sales-tech"],
}
SCENES = {
    "en": "{{ place.name }} has {{ place.figures.wells | number }} wells.",
    "nl": "{{ place.name | capital }} telt {{ place.figures.wells | number }} putten.",
    "fr": "On compte {{ place.figures.wells | number }} puits {{ place.in }}.",
}
SURE = {  # of a country's factor and of one role's bands somebody is; of the others partly, or nobody says
    "city": {"confidence": "medium"},
    "region": {},
    "country": {"confidence": "high"},
    "keeper": {"confidence": "high"},
    "engineer": {"confidence": "low"},
    "host": {},
}
WORK = "\n\n## demand\n—\n\n## working\n—\n"


def guides() -> list[tuple[str, str]]:
    """The nine pairs of place and role."""
    return [(place, tuple(ROLES)[(row + 2 * column) % 3]) for row, column, place in _places()]


def _places() -> list[tuple[int, int, str]]:
    """Row and column in the array, scope by row and factor by column, and the place that stands there."""
    return [(index // 3, index % 3, slug) for index, slug in enumerate(NAMES)]


def write_torture(folder: Path) -> Path:
    """The shipped pack's settings, rules and shared passages, with these places and roles."""
    for name in ("pack.yaml", "rules", "facts/levels.yaml", "facts/specialties.yaml"):
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    for locale, scene in SCENES.items():
        shared = folder / "snippets" / locale
        shared.mkdir(parents=True)
        for name in ("guide.md", "site.md"):
            shutil.copy(ROOT / "snippets" / locale / name, shared / name)
        for slug in NAMES:
            _write(folder / f"snippets/{locale}/places/{slug}.md", f"## scene\n{scene}{WORK}")
        for slug in ROLES:
            _write(
                folder / f"snippets/{locale}/roles/{slug}.md", "## about\n—\n\n## market\n—\n\n## basis\n—\n"
            )
    for row, column, slug in _places():
        _write(folder / f"facts/places/{slug}.yaml", json.dumps(_place(row, column, slug), indent=1))
    for slug in ROLES:
        _write(folder / f"facts/roles/{slug}.yaml", json.dumps(_role(slug), indent=1))
    return folder


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _entries(count: int, what: str) -> list[Any]:
    """Entries with and without a note, in turn."""
    return [
        f"{what} {number}"
        if number % 2
        else {"name": f"{what} {number}", "note": {"en": "north", "nl": "noord", "fr": "nord"}}
        for number in range(1, count + 1)
    ]


def _place(row: int, column: int, slug: str) -> dict[str, Any]:
    english, dutch, french = NAMES[slug]
    scope = SCOPES[row]
    stated = french if scope != "city" else french["name"]
    figures = {"wells": 1234 + 100 * column}
    if scope == "country":
        figures |= {
            "ict_share": "5.6",
            "average_wage": 4076,
            "average_wage_brussels": 4748,
            "open_it_jobs": 20000,
        }  # type: ignore[dict-item]
    return {
        "names": {"en": english, "nl": dutch, "fr": stated},
        "scope": scope,
        **({"within": COUNTRY} if scope != "country" else {}),
        "status": "published",
        "source": "made up",
        "dated": "2026",
        "factor": {"value": FACTORS[column], **SURE[scope]},
        "market": MARKETS[(row + column) % 3],
        "specialties": SPECIALTIES[row],
        "companies": _entries(4 + row, "Works"),
        "hubs": _entries(1 + column, "Yard"),
        "universities": _entries(3 + column, "School"),
        "figures": {name: {"value": value, "unit": "things"} for name, value in figures.items()},
    }


def _role(slug: str) -> dict[str, Any]:
    band = {"junior": (30000, 40000), "mid": (40000, 50000), "senior": (50000, 70500)}
    return {
        "names": ROLES[slug],
        "status": "published",
        "source": "made up",
        "address": f"{slug}s",
        "entry": "experienced" if slug == "host" else "graduate",
        "industries": INDUSTRIES[slug],
        "levels": {
            "value": {level: {"from": low, "to": high} for level, (low, high) in band.items()},
            **SURE[slug],
        },
        "skills": ["One skill"],
        "tools": ["One tool"],
        "career": ["First step", "Second step"],
    }
