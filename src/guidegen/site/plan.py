"""rules/site.yaml: which passages the pages of a site say around the guides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from guidegen.keys import Keys
from guidegen.outline import Use
from guidegen.problems import Problem
from guidegen.yamlfile import Mapping, Scalar, read_file

FILE = "rules/site.yaml"
LABELS = ("language", "languages", "trail", "more")
PAGES = ("front", "index", "place", "role")
LISTS = {"front": ("languages",), "index": ("places", "roles"), "place": ("guides",), "role": ("guides",)}
ABOUT = {"front": (), "index": (), "place": ("place",), "role": ("role",)}
_ENTRY_ABOUT = {
    "languages": (),
    "places": ("place",),
    "roles": ("role",),
    "guides": ("place", "role", "pair"),
}
SAID = ("title", "heading", "description")


class Listed(NamedTuple):
    """A list of links: what it stands under, if anything, and what each link says."""

    heading: Use | None
    entry: Use


class Sheet(NamedTuple):
    """What a kind of page is made of.

    `name` is what trails call it, `title` the browser's, `heading` the reader's. The front page has no
    `address`: it stands at the site's own. A role's page has no `name`: no trail leads over it.
    """

    kind: str
    address: Use | None
    name: Use | None
    title: Use
    heading: Use
    description: Use
    intro: Use | None
    lists: dict[str, Listed]


class Plan(NamedTuple):
    """What rules/site.yaml says: `labels` by name, and a sheet for each kind of page (perhaps no `front`)."""

    labels: dict[str, Use]
    sheets: dict[str, Sheet]


def read_plan(root: Path, problems: list[Problem]) -> Plan | None:
    """What a site is made of; None if the pack has no rules/site.yaml, or (problems noted) a wrong one."""
    if not (root / FILE).exists():
        return None
    mapping = read_file(root, FILE, problems)
    if mapping is None:
        return None
    found: list[Problem] = []
    keys = Keys(mapping, FILE, found)
    labels = _labels(keys.mapping_of("labels", required=True), found)
    sheets = {
        kind: _sheet(kind, node, found)
        for kind in PAGES
        if (node := keys.mapping_of(kind, required=kind != "front"))
    }
    keys.close()
    problems += found
    return None if found else Plan(labels, {kind: sheet for kind, sheet in sheets.items() if sheet})


def uses(plan: Plan) -> Iterator[tuple[Use, tuple[str, ...]]]:
    """Each passage that the plan names, and what it is about: `place`, `role`, both and `pair`, or none."""
    for use in plan.labels.values():
        yield use, ()
    for sheet in plan.sheets.values():
        about = ABOUT[sheet.kind]
        said = (sheet.address, sheet.name, sheet.title, sheet.heading, sheet.description, sheet.intro)
        yield from ((use, about) for use in said if use)
        for name, listed in sheet.lists.items():
            if listed.heading:
                yield listed.heading, about
            yield listed.entry, _ENTRY_ABOUT[name]


def _labels(mapping: Mapping | None, problems: list[Problem]) -> dict[str, Use]:
    if mapping is None:
        return {}
    keys = Keys(mapping, "'labels'", problems)
    labels = {name: use for name in LABELS if (use := _named(keys.scalar(name, required=True)))}
    keys.close()
    return labels


def _sheet(kind: str, mapping: Mapping, problems: list[Problem]) -> Sheet | None:
    keys = Keys(mapping, f"'{kind}'", problems)
    address = _named(keys.scalar("address", required=True)) if kind != "front" else None
    said = {name: use for name in SAID if (use := _named(keys.scalar(name, required=True)))}
    name = _named(keys.scalar("name", required=True)) if kind != "role" else None
    intro = _named(keys.scalar("intro"))
    lists = {
        name: listed
        for name in LISTS[kind]
        if (node := keys.mapping_of(name, required=True)) and (listed := _listed(name, node, problems))
    }
    keys.close()
    is_whole = len(said) == len(SAID) and len(lists) == len(LISTS[kind])
    return Sheet(kind, address, name, **said, intro=intro, lists=lists) if is_whole else None


def _listed(name: str, mapping: Mapping, problems: list[Problem]) -> Listed | None:
    keys = Keys(mapping, f"'{name}'", problems)
    heading, entry = _named(keys.scalar("heading")), _named(keys.scalar("entry", required=True))
    keys.close()
    return Listed(heading, entry) if entry else None


def _named(scalar: Scalar | None) -> Use | None:
    return Use(scalar.text, False, scalar.location) if scalar else None
