"""Structured data of a guide for search engines: schema.org's terms, as JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from guidegen.formats.json import value_of
from guidegen.guide import Bar, Guide, Link, Occupation, plain

_INERT = str.maketrans({mark: f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"})
Thing = dict[str, Any]


def json_ld(guide: Guide) -> str:
    """The guide as an Article with its breadcrumbs, and as an Occupation if the pack asks for one.

    Safe inside a `<script>` element: no character of it can end the element or open a comment.
    """
    things = [_article(guide)]
    if guide.meta.breadcrumbs:
        things.append(_breadcrumbs(guide))
    if guide.meta.occupation:
        things.append(_occupation(guide.meta.occupation))
    value = {"@context": "https://schema.org", "@graph": things}
    return json.dumps(value, ensure_ascii=False, indent=2).translate(_INERT)


def _article(guide: Guide) -> Thing:
    meta = guide.meta
    publisher = _organization(meta.publisher) if meta.publisher else None
    return _stated(
        {
            "@type": "Article",
            "headline": plain(meta.title),
            "description": plain(meta.description),
            "inLanguage": guide.locale,
            "mainEntityOfPage": plain(meta.address),
            "dateModified": meta.dated,
            "author": publisher,
            "publisher": publisher,
        }
    )


def _organization(link: Link) -> Thing:
    return {"@type": "Organization", "name": plain(link.text), "url": plain(link.address)}


def _breadcrumbs(guide: Guide) -> Thing:
    steps = [(plain(link.text), plain(link.address)) for link in guide.meta.breadcrumbs]
    steps.append((plain(guide.meta.title), plain(guide.meta.address)))
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
