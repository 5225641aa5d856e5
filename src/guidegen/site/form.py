"""JSON Schema of rules/site.yaml."""

from __future__ import annotations

from typing import Any

from guidegen.site.plan import LABELS, LISTS, PAGES, SAID

_PASSAGE: dict[str, Any] = {"type": "string", "minLength": 1}
_ABOUT = {
    "labels": "What groups of links are called, and what each language calls itself.",
    "language": "What the language calls itself.",
    "languages": "Names the links to other languages, for those who hear the page.",
    "trail": "Names the way back, for those who hear the page.",
    "more": "Stands over the links at the end of a guide.",
    "front": "The first page, which leads to the index of each language; left out if an index is that.",
    "index": "One page in each language: all its places and roles.",
    "place": "A page for each place: its guides.",
    "role": "A page for each role: its guides.",
    "address": "Where the page lies: below the site's address.",
    "name": "What trails call the page.",
    "title": "What the browser's tab and search results call it.",
    "heading": "What stands above what follows.",
    "description": "What search results say of it.",
    "intro": "Stands below the heading.",
    "entry": "What a link of the list says.",
}


def site_schema() -> dict[str, Any]:
    """What rules/site.yaml may hold; all names in it are passages."""
    return _object(
        {"labels": _object({name: _passage(name) for name in LABELS}, LABELS, "labels")}
        | {kind: _page(kind) for kind in PAGES},
        ("labels", *(kind for kind in PAGES if kind != "front")),
    )


def _page(kind: str) -> dict[str, Any]:
    own = [*(["address"] if kind != "front" else []), *(["name"] if kind != "role" else [])]
    lists = {
        name: _object({part: _passage(part) for part in ("heading", "entry")}, ("entry",))
        for name in LISTS[kind]
    }
    named = {name: _passage(name) for name in (*own, *SAID, "intro")}
    return _object(named | lists, (*own, *SAID, *LISTS[kind]), kind)


def _passage(name: str) -> dict[str, Any]:
    return {**_PASSAGE, "description": _ABOUT[name]}


def _object(properties: dict[str, Any], required: tuple[str, ...], name: str = "") -> dict[str, Any]:
    described = {"description": _ABOUT[name]} if name else {}
    closed = {"required": list(required), "additionalProperties": False}
    return {"type": "object", **described, "properties": properties, **closed}
