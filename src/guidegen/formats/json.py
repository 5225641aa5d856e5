"""The JSON format: the guide itself, each span with its origin."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from guidegen.guide import (
    Bar,
    Block,
    Chart,
    Grid,
    Guide,
    Joined,
    Laid,
    Link,
    Listing,
    Origin,
    Overridden,
    Prose,
    Text,
    plain,
)
from guidegen.language import plain as digits
from guidegen.lookup import Found, Read
from guidegen.values import Entries, Entry, Localized, Term

FORMAT = 1  # counts up when a program that reads guides would have to change


def json_bytes(guide: Guide) -> bytes:
    """The guide as UTF-8 JSON, two spaces deep, in a fixed order, with a final newline."""
    return (json.dumps(guide_value(guide), ensure_ascii=False, indent=2) + "\n").encode()


def guide_value(guide: Guide) -> dict[str, Any]:
    """The guide as plain values: what `guidegen schema guide` describes. Numbers are texts, exact."""
    meta = guide.meta
    value: dict[str, Any] = {
        "guidegen": FORMAT,
        "place": guide.place,
        "role": guide.role,
        "locale": guide.locale,
        "as_of": guide.as_of,
        "meta": {
            "title": plain(meta.title),
            "description": plain(meta.description),
            "address": plain(meta.address),
            "dated": meta.dated,
            "breadcrumbs": [_link(link) for link in meta.breadcrumbs],
        },
        "decisions": [
            {
                "table": decision.table.name,
                "rows": [row.name for row in decision.rows],
                "reads": _reads(decision.reads),
            }
            for decision in guide.decisions
        ],
        "blocks": [_block(block) for block in guide.blocks],
    }
    if meta.publisher:
        value["meta"]["publisher"] = _link(meta.publisher)
    if job := meta.occupation:
        value["meta"]["occupation"] = {
            "name": plain(job.name),
            "where": plain(job.where),
            "currency": job.currency,
            "per": job.per,
            "bars": [
                {"label": plain(bar.label), "from": value_of(bar.low.value), "to": value_of(bar.high.value)}
                for bar in job.bars
            ],
        }
    return value


def _link(link: Link) -> dict[str, str]:
    return {"text": plain(link.text), "address": plain(link.address)}


def _bar(bar: Bar) -> dict[str, Any]:
    low, high = _reads((bar.low, bar.high))
    return {"label": _text(bar.label), "value": _text(bar.value), "from": low, "to": high}


def _block(block: Block) -> dict[str, Any]:
    value: dict[str, Any] = {"kind": block.kind, "id": block.id}
    if isinstance(block, Prose):
        return {**value, "text": _text(block.text)}
    if isinstance(block, Listing):
        return {**value, "entries": [_text(entry) for entry in block.entries]}
    if isinstance(block, Grid):
        return {
            **value,
            "header": [_text(cell) for cell in block.header],
            "rows": [[_text(cell) for cell in row] for row in block.rows],
        }
    if isinstance(block, Chart):
        return {**value, "title": _text(block.title), "bars": [_bar(bar) for bar in block.bars]}
    if isinstance(block, Link):
        return {**value, "text": _text(block.text), "address": _text(block.address)}
    return {**value, "blocks": [_block(inner) for inner in block.blocks]}


def _text(text: Text) -> list[dict[str, Any]]:
    return [{"text": span.text, "origin": _origin(span.origin)} for span in text]


def _origin(origin: Origin) -> dict[str, Any]:
    if isinstance(origin, Joined):
        return {"joined": origin.block}
    if isinstance(origin, Overridden):
        return {"override": origin.key}
    if isinstance(origin, Laid):
        return {"setting": origin.setting}
    value: dict[str, Any] = {"passage": origin.passage, "part": origin.part, "piece": origin.piece}
    for key in ("item", "table", "row"):
        if getattr(origin, key):
            value[key] = getattr(origin, key)
    for name, reads in (("facts", origin.facts), ("derivations", origin.derivations)):
        if reads:
            value[name] = _reads(reads)
    return value


def _reads(reads: Iterable[Read]) -> list[dict[str, Any]]:
    return [{"key": read.key, "value": value_of(read.value)} for read in reads]


def value_of(value: Found) -> Any:
    """A fact or derivation as a plain value; numbers as exact texts."""
    if isinstance(value, (str, bool)):
        return value
    if isinstance(value, Decimal):
        return f"{digits(value):f}"
    if isinstance(value, Term):
        return value.key
    if isinstance(value, Localized):
        return value.texts
    if isinstance(value, Entry):
        return (
            value_of(value.name)
            if value.note is None
            else {"name": value_of(value.name), "note": value_of(value.note)}
        )
    if isinstance(value, Entries):
        return [value_of(inner.value) for inner in value]
    if isinstance(value, dict):
        return {key: value_of(inner.value) for key, inner in value.items()}
    return None


_TEXT = {"type": "array", "items": {"$ref": "#/$defs/span"}}
_READ = {
    "type": "object",
    "required": ["key", "value"],
    "additionalProperties": False,
    "properties": {"key": {"type": "string"}, "value": {}},
}
_READS = {"type": "array", "items": _READ}


def _object(properties: dict[str, Any], optional: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "required": [key for key in properties if key not in set(optional)],
    }


def _block_schema(kinds: list[str], **content: Any) -> dict[str, Any]:
    return _object({"kind": {"enum": kinds}, "id": {"type": "string"}, **content})


def guide_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of what `guide_value` gives."""
    name = {"type": "string"}
    count = {"type": "integer", "minimum": 0}
    said = _object(
        {
            "passage": name,
            "part": count,
            "piece": count,
            "item": name,
            "table": name,
            "row": name,
            "facts": _READS,
            "derivations": _READS,
        },
        ("item", "table", "row", "facts", "derivations"),
    )
    link = _object({"text": name, "address": name})
    bar = _object({"label": name, "from": name, "to": name})
    occupation = _object(
        {
            "name": name,
            "where": name,
            "currency": name,
            "per": name,
            "bars": {"type": "array", "items": bar},
        }
    )
    meta = _object(
        {
            **dict.fromkeys(("title", "description", "address", "dated"), name),
            "breadcrumbs": {"type": "array", "items": link},
            "publisher": link,
            "occupation": occupation,
        },
        ("publisher", "occupation"),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A guide",
        **_object(
            {
                "guidegen": {"const": FORMAT},
                "place": name,
                "role": name,
                "locale": name,
                "as_of": name,
                "meta": meta,
                "decisions": {
                    "type": "array",
                    "items": _object(
                        {"table": name, "rows": {"type": "array", "items": name}, "reads": _READS}
                    ),
                },
                "blocks": {"type": "array", "items": {"$ref": "#/$defs/block"}},
            }
        ),
        "$defs": {
            "span": _object(
                {
                    "text": {"type": "string", "minLength": 1},
                    "origin": {
                        "anyOf": [
                            said,
                            _object({"joined": name}),
                            _object({"override": name}),
                            _object({"setting": name}),
                        ]
                    },
                }
            ),
            "block": {
                "anyOf": [
                    _block_schema(["title", "paragraph", "heading", "lines"], text=_TEXT),
                    _block_schema(["list"], entries={"type": "array", "items": _TEXT}),
                    _block_schema(
                        ["table"],
                        header={"type": "array", "items": _TEXT},
                        rows={"type": "array", "items": {"type": "array", "items": _TEXT}},
                    ),
                    _block_schema(
                        ["chart"],
                        title=_TEXT,
                        bars={
                            "type": "array",
                            "items": _object({"label": _TEXT, "value": _TEXT, "from": _READ, "to": _READ}),
                        },
                    ),
                    _block_schema(["link"], text=_TEXT, address=_TEXT),
                    _block_schema(["section"], blocks={"type": "array", "items": {"$ref": "#/$defs/block"}}),
                ]
            },
        },
    }
