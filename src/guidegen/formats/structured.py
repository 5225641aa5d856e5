"""Structured data of pages for search engines: schema.org's terms, as JSON-LD."""

from __future__ import annotations

import json
import re
from typing import Any

from guidegen.formats.collection import Collection, Links
from guidegen.formats.frame import Frame
from guidegen.formats.json import value_of
from guidegen.guide import Bar, Guide, Link, Occupation, plain

_READ_BY_HTML = re.compile("[<>&\u2028\u2029]")
Thing = dict[str, Any]


def json_ld(guide: Guide, frame: Frame | None = None) -> str:
    """The guide as an Article with its breadcrumbs, and as an Occupation if the pack asks for one.

    On a site, address and breadcrumbs are those of its `frame`. Safe inside a `<script>` element: no
    character of it can end the element or open a comment.
    """
    title, address = plain(guide.meta.title), frame.address if frame else plain(guide.meta.address)
    trail = [(plain(link.text), plain(link.address)) for link in guide.meta.breadcrumbs]
    things = [_article(guide, address)]
    if frame:
        trail = [(step.text, step.address) for step in frame.trail]
    if trail:
        things.append(_breadcrumbs([*trail, (title, address)]))
    if guide.meta.occupation:
        things.append(_occupation(guide.meta.occupation))
    return _graph(things, indent=2)


def collection_ld(page: Collection) -> str:
    """A page of lists as a CollectionPage with an ItemList for each, and its breadcrumbs."""
    frame = page.frame
    collection = _stated(
        {
            "@type": "CollectionPage",
            "name": page.heading,
            "description": page.description,
            "inLanguage": page.locale,
            "url": frame.address,
            "dateModified": page.dated,
            "isPartOf": {"@type": "WebSite", "name": frame.site, "url": page.home},
            "mainEntity": [_item_list(links) for links in page.lists],
        }
    )
    trail = [(step.text, step.address) for step in frame.trail]
    return _graph([collection, *([_breadcrumbs([*trail, (page.heading, frame.address)])] if trail else [])])


def _graph(things: list[Thing], indent: int | None = None) -> str:
    value = {"@context": "https://schema.org", "@graph": things}
    written = json.dumps(value, ensure_ascii=False, indent=indent)
    return _READ_BY_HTML.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _item_list(links: Links) -> Thing:
    return _stated(
        {
            "@type": "ItemList",
            "name": links.heading,
            "numberOfItems": len(links.entries),
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": position,
                    "name": entry.step.text,
                    "url": entry.step.address,
                }
                for position, entry in enumerate(links.entries, 1)
            ],
        }
    )


def _article(guide: Guide, address: str) -> Thing:
    meta = guide.meta
    publisher = _organization(meta.publisher) if meta.publisher else None
    return _stated(
        {
            "@type": "Article",
            "headline": plain(meta.title),
            "description": plain(meta.description),
            "inLanguage": guide.locale,
            "mainEntityOfPage": address,
            "dateModified": meta.dated,
            "author": publisher,
            "publisher": publisher,
        }
    )


def _organization(link: Link) -> Thing:
    return {"@type": "Organization", "name": plain(link.text), "url": plain(link.address)}


def _breadcrumbs(steps: list[tuple[str, str]]) -> Thing:
    """The way to a page and the page itself, by names and addresses."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            _stated({"@type": "ListItem", "position": position, "name": name, "item": address})
            for position, (name, address) in enumerate(steps, 1)
        ],
    }


def _occupation(job: Occupation) -> Thing:
    return _stated(
        {
            "@type": "Occupation",
            "name": plain(job.name),
            "occupationLocation": {"@type": "Place", "name": plain(job.where)} if job.where else None,
            "estimatedSalary": [_salary(bar, job) for bar in job.bars],
        }
    )


def _salary(bar: Bar, job: Occupation) -> Thing:
    return {
        "@type": "MonetaryAmount",
        "name": plain(bar.label),
        "currency": job.currency,
        "value": {
            "@type": "QuantitativeValue",
            "minValue": value_of(bar.low.value),
            "maxValue": value_of(bar.high.value),
            "unitText": job.per.upper(),
        },
    }


def _stated(thing: Thing) -> Thing:
    """A thing without what nothing is known of."""
    return {key: value for key, value in thing.items() if value}
