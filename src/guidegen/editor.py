"""JSON Schema of a pack's files: what an editor needs to complete and check them while one types."""

from __future__ import annotations

import json
import re
from typing import Any

from guidegen import schema
from guidegen.facts import STATUSES_OF_OWNERS
from guidegen.limits import AGEING, DURATION, NEVER
from guidegen.outline import PERIODS
from guidegen.pack import Pack
from guidegen.rules.book import EXAMPLES
from guidegen.rules.examples import COUNTRY, SCOPE
from guidegen.rules.table import HIT_POLICIES
from guidegen.rules.tabular import NOTHING
from guidegen.settings import FORMATS, PROSE_RULES, STATUSES
from guidegen.site.form import site_schema

KINDS = ("pack", "place", "role", "pair", "vocabulary", "rules", "outline", "site", "guide")
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_DAY = r"^\d{4}-\d{2}-\d{2}$"
_WORD: dict[str, Any] = {"type": "string", "minLength": 1}
_SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_YES_NO: dict[str, Any] = {"enum": [True, False, "yes", "no"]}


def schema_of(kind: str, pack: Pack) -> dict[str, Any]:
    """JSON Schema (2020-12) of one kind of file of a pack; `guide` is what `--format json` prints."""
    if kind == "guide":
        from guidegen.formats.json import guide_schema

        return guide_schema()
    made = {
        "pack": _pack,
        "place": _owner,
        "role": _owner,
        "pair": _pair,
        "vocabulary": _vocabulary,
        "rules": _rules,
        "outline": _outline,
        "site": _site,
    }[kind]
    return {"$schema": _DRAFT, "title": f"guidegen: {kind}", **made(pack, kind)}


def schema_file(kind: str, pack: Pack) -> bytes:
    """The schema of one kind of file, as a file for editors."""
    made = schema_of(kind, pack)
    comment = {"$schema": made["$schema"], "$comment": "Made by `guidegen schema`; edits are lost."}
    return (json.dumps({**comment, **made}, ensure_ascii=False, indent=2) + "\n").encode()


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _map_of(inner: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": inner}


# -- facts


def _date(pattern: str = r"^\d{4}(-\d{2}(-\d{2})?)?$") -> dict[str, Any]:
    return {
        "anyOf": [
            {"type": "string", "pattern": pattern},
            {"type": "integer", "minimum": 1000, "maximum": 9999},
        ]
    }


def _provenance() -> dict[str, Any]:
    return {
        "source": {**_WORD, "description": "Where it comes from: an address, or a title."},
        "dated": {**_date(), "description": "What the value describes: a year, a month or a day."},
        "checked": {"type": "string", "pattern": _DAY, "description": "The day someone looked."},
        "confidence": {"enum": list(schema.CONFIDENCES)},
        "note": {**_WORD, "description": "For authors; no guide shows it."},
    }


def _names(pack: Pack, forms: tuple[str, ...]) -> dict[str, Any]:
    one = {"anyOf": [_WORD, _object(dict.fromkeys(forms, _WORD))]}
    return {
        "description": "What it is called: one text, or by locale; forms where grammar needs them.",
        "anyOf": [
            _WORD,
            {
                **_map_of(one),
                "properties": dict.fromkeys(pack.all_locales, one),
                "required": list(pack.locales),
            },
        ],
    }


def _value(pack: Pack, kind: schema.Type) -> dict[str, Any]:
    """A value of a field: bare, with its provenance, or a series of either by day."""
    bare = _bare(pack, kind)
    extra = {"unit": _WORD} if isinstance(kind, schema.Number) else {}
    stated = _object({"value": bare, **extra, **_provenance()}, ("value",))
    series = {
        "type": "object",
        "patternProperties": {_DAY: {"anyOf": [bare, stated]}},
        "additionalProperties": False,
        "minProperties": 1,
    }
    return {"anyOf": [bare, stated, series]}


def _bare(pack: Pack, kind: schema.Type) -> dict[str, Any]:
    if isinstance(kind, schema.Number):
        return _number(kind)
    if isinstance(kind, schema.Boolean):
        return _YES_NO
    if isinstance(kind, schema.Choice):
        return {"enum": list(kind.options)}
    if isinstance(kind, schema.KeyOf):
        return {"enum": list(pack.facts.vocabularies.get(kind.vocabulary, {}))}
    if isinstance(kind, schema.Entry):
        return {
            "anyOf": [
                _SCALAR,
                _object({**_provenance(), "name": _text(pack), "note": _text(pack)}, ("name",)),
            ]
        }
    if isinstance(kind, schema.ListOf):
        return {"type": "array", "items": _value(pack, kind.item)}
    if isinstance(kind, schema.Figures):
        return {
            "type": "object",
            "patternProperties": {"^[a-z][a-z0-9_]*$": _value(pack, schema.Number())},
            "additionalProperties": False,
        }
    if isinstance(kind, schema.Record):
        fields = {name: _field(pack, field) for name, field in kind.fields.items()}
        record = _object({**fields, **_provenance()}, tuple(fields))
        return _object(dict.fromkeys(pack.facts.vocabularies.get(kind.vocabulary, {}), record))
    return _text(pack)


def _number(kind: schema.Number) -> dict[str, Any]:
    bounds: dict[str, Any] = {}
    for side, name in (("low", "inimum"), ("high", "aximum")):
        bound = getattr(kind, side)
        if bound is not None:
            key = f"exclusiveM{name}" if getattr(kind, f"{side}_open") else f"m{name}"
            whole = bound == bound.to_integral_value()
            bounds[key] = int(bound) if whole else float(bound)  # JSON Schema knows no other number
    return {"type": "integer" if kind.integral else "number", **bounds}


def _text(pack: Pack) -> dict[str, Any]:
    return {"anyOf": [_SCALAR, _object(dict.fromkeys(pack.all_locales, _SCALAR))]}


def _field(pack: Pack, field: schema.Field) -> dict[str, Any]:
    return {"description": field.about, **_value(pack, field.type)}


def _owner(pack: Pack, kind: str) -> dict[str, Any]:
    forms = schema.PLACE_FORMS if kind == "place" else ("name", *schema.ROLE_FORMS)
    built_in: dict[str, Any] = {
        "names": _names(pack, forms),
        "aliases": {"type": "array", "items": _WORD, "description": "Other names it is found by."},
        "status": {
            "enum": list(STATUSES_OF_OWNERS),
            "description": "A draft has no goldens and fails nothing; a postponed one isn't asked for more.",
        },
    }
    required = ["names", "status"]
    if kind == "place":
        built_in["scope"] = {"enum": list(schema.SCOPES)}
        built_in["within"] = {"enum": pack.facts.slugs("place"), "description": "The region or country."}
        required.append("scope")
    fields = {name: _field(pack, field) for name, field in pack.fields[kind].items()}
    return _object({**built_in, **_provenance(), **fields}, tuple(required))


def _pair(pack: Pack, kind: str) -> dict[str, Any]:
    override = _object(
        {
            "locale": {"enum": list(pack.all_locales)},
            "block": {"enum": [block.id for block in pack.outline.all()]},
            "text": _SCALAR,
            "lines": {"type": "string", "description": "Lines in its place, put out as they stand."},
            "absent": _YES_NO,
            "owner": _WORD,
            "reason": _WORD,
            "expires": {"type": "string", "pattern": _DAY, "description": "The last day it holds."},
            "source": _WORD,
        },
        ("locale", "block", "owner", "reason"),
    )
    file = _object(
        {
            "newline": {"enum": ["lf", "crlf"]},
            "final_newline": _YES_NO,
            "byte_order_mark": _YES_NO,
            "odd_newlines": {"type": "array", "items": _COUNT, "description": "Lines that end otherwise."},
            "blank_lines": {
                "type": "object",
                "additionalProperties": _COUNT,
                "description": "Blank lines before a block, by its id.",
            },
            "blank_end": _COUNT,
        }
    )
    fields = {name: _field(pack, field) for name, field in pack.fields["pair"].items()}
    return _object(
        {
            "status": {"enum": list(STATUSES), "description": "A draft has no guide."},
            "file": file,
            "overrides": {"type": "array", "items": override},
            **_provenance(),
            **fields,
        }
    )


def _vocabulary(pack: Pack, kind: str) -> dict[str, Any]:
    one = {"anyOf": [_WORD, _map_of(_WORD)]}
    return _map_of({"anyOf": [_WORD, _map_of(one)]})


# -- rules and settings


def _rules(pack: Pack, kind: str) -> dict[str, Any]:
    formula = {"type": ["string", "number"], "description": "A formula."}
    each = {
        "type": "object",
        "properties": {"each": {**_WORD, "description": "The records to go over."}},
        "required": ["each"],
        "not": {"required": ["table"]},
        "additionalProperties": formula,
    }
    table = _object(
        {
            "about": _WORD,
            "hit": {"enum": list(HIT_POLICIES)},
            "table": _WORD,
            "otherwise": {**_WORD, "description": "A passage, or `nothing`."},
            "impossible": {**_WORD, "description": "Values that never stand together: rows, no outcome."},
        },
        ("table",),
    )
    return {**_map_of({"anyOf": [formula, each, table]}), "properties": {EXAMPLES: _examples(pack)}}


def _examples(pack: Pack) -> dict[str, Any]:
    """What examples may give (facts, derivations) and expect (what rules come to)."""
    given: dict[str, Any] = {SCOPE: {"enum": list(schema.SCOPES)}}
    figures: dict[str, Any] = {}
    for owner in (*schema.OWNERS, COUNTRY):
        for name, field in pack.fields[owner.partition(".")[0]].items():
            given[f"{owner}.{name}"] = _field(pack, field)
            if isinstance(field.type, schema.Figures):
                figures[rf"^{re.escape(owner)}\.{name}\.[a-z][a-z0-9_]*$"] = _value(pack, schema.Number())
    expected: dict[str, Any] = {}
    for name, kind in pack.catalogue.derived.items():
        if isinstance(kind, schema.Record):
            keys = pack.facts.vocabularies.get(kind.vocabulary, {})
            for key, field in ((key, field) for key in keys for field in kind.fields.values()):
                expected[f"{name}.{key}.{field.name}"] = _expected(pack, field.type)
        else:
            given[name], expected[name] = _value(pack, kind), _expected(pack, kind)
    for table in pack.book.tables.values():
        if table.gives == "passage":
            outcomes = [*(row.outcome for row in table.rows), table.otherwise]
            passage = {"enum": [*dict.fromkeys(outcome for outcome in outcomes if outcome), NOTHING]}
            several = {"type": "array", "items": passage}
            expected[table.name] = {"anyOf": [passage, several]} if table.hit == "collect" else passage
    given_schema = {**_object(given), "patternProperties": figures, "minProperties": 1}
    example = _object(
        {
            "about": {**_WORD, "description": "What the example shows."},
            "given": {**given_schema, "description": "Facts and derivations; what isn't given is missing."},
            "expect": {
                **_object(expected),
                "minProperties": 1,
                "description": "What the rules make of them: passages of tables, values of derivations.",
            },
        },
        ("given", "expect"),
    )
    return {"type": "array", "items": example, "minItems": 1, "description": "`check` tries each."}


def _expected(pack: Pack, kind: schema.Type) -> dict[str, Any]:
    return {"anyOf": [_bare(pack, kind), {"const": "missing"}]}


_BARS = ("each", "label", "from", "to")


def _required(keys: tuple[str, ...]) -> dict[str, Any]:
    return _object(dict.fromkeys(keys, _WORD), keys)


def _about() -> dict[str, Any]:
    link = _required(("text", "to"))
    occupation = {**dict.fromkeys(("name", "where", *_BARS), _WORD), "per": {"enum": list(PERIODS)}}
    return _object(
        {
            "description": _WORD,
            "address": _WORD,
            "publisher": link,
            "breadcrumbs": {"type": "array", "items": link},
            "occupation": _object(occupation, ("name", *_BARS, "per")),
        }
    )


def _outline(pack: Pack, kind: str) -> dict[str, Any]:
    part = {
        "anyOf": [
            _WORD,
            _object(
                {
                    "decide": {
                        "enum": [
                            table.name for table in pack.book.tables.values() if table.gives == "passage"
                        ]
                    }
                },
                ("decide",),
            ),
        ]
    }
    prose = {"anyOf": [part, {"type": "array", "items": part, "minItems": 1}]}
    words = {"type": "array", "items": _WORD, "minItems": 1}
    common = {"when": _WORD, "id": _WORD, "blank_lines": _COUNT}
    blocks = [
        _object({kind_: prose, **common}, (kind_,)) for kind_ in ("title", "paragraph", "heading", "lines")
    ]
    blocks += [
        _object({"list": _object({"each": _WORD, "entry": _WORD}, ("each", "entry")), **common}, ("list",)),
        _object(
            {
                "table": _object({"header": words, "each": _WORD, "row": words}, ("header", "each", "row")),
                **common,
            },
            ("table",),
        ),
        _object({"chart": _required(("title", *_BARS, "value")), **common}, ("chart",)),
        _object({"link": _required(("text", "to")), **common}, ("link",)),
        _object(
            {"section": _WORD, **common, "blocks": {"type": "array", "items": {"$ref": "#/$defs/block"}}},
            ("section", "blocks"),
        ),
    ]
    return {
        **_object(
            {
                "meta": _about(),
                "blocks": {"type": "array", "items": {"$ref": "#/$defs/block"}},
            },
            ("blocks",),
        ),
        "$defs": {"block": {"anyOf": blocks}},
    }


def _site(pack: Pack, kind: str) -> dict[str, Any]:
    return site_schema()


def _pack(pack: Pack, kind: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "type": {
            **_WORD,
            "description": "text, integer, decimal, boolean, choice, entry, "
            "figures, key of VOCABULARY, list of TYPE, map of VOCABULARY",
        },
        "about": _WORD,
        "sourced": _YES_NO,
        "choices": {"type": "array", "items": _WORD},
        **{bound: {"type": "number"} for bound in ("over", "at_least", "under", "at_most")},
    }
    freshness = _freshness()
    words = {"type": "array", "items": _WORD}
    declared = _object(
        {
            **field,
            "record": _map_of(_object(field, ("type",))),
            "ascending": words,
            "rising": words,
            "freshness": {
                **freshness,
                "description": "How old it may be, if the pack's limits don't suit it.",
            },
        },
        ("type",),
    )
    status = {"enum": list(STATUSES), "description": "A draft is left out of guides; else published."}
    patterns = dict.fromkeys(("babel", "money", "thousands"), _WORD)
    locale = _object({**patterns, "status": status}, tuple(patterns))
    rules = {"type": "array", "items": {"enum": list(PROSE_RULES)}}
    text = _object(
        {
            "bullet": _WORD,
            "column": _WORD,
            "rule": _WORD,
            "blank_lines": {"enum": [0, 1, 2]},
            "newline": {"enum": ["lf", "crlf"]},
            "final_newline": _YES_NO,
        },
        ("bullet", "column", "rule", "blank_lines", "newline"),
    )
    return _object(
        {
            "site": _object({"name": _WORD, "address": _WORD}, ("name", "address")),
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            "as_of": {"type": "string", "pattern": _DAY},
            "locales": {**_map_of(locale), "minProperties": 1},
            "text": text,
            "golden": {"enum": list(FORMATS)},
            "prose": _object({"off": {**rules, "description": "What `check` passes over."}}, ("off",)),
            "freshness": {**freshness, "description": "How old facts may be, unless their field says."},
            "fields": _object({owner: _map_of(declared) for owner in schema.OWNERS}),
        },
        ("site", "currency", "as_of", "locales", "text", "fields"),
    )


def _freshness() -> dict[str, Any]:
    since = {"checked": "somebody looked", "dated": "the end of what the value describes"}
    past = {"warn": "Past this, `check` warns.", "fail": "Past this, `check` fails."}
    duration = {"type": "string", "pattern": f"^{DURATION}$"}
    limits = {name: {**duration, "description": description} for name, description in past.items()}
    return _object(
        {
            what: {
                "description": f"Since {since[what]}: 90 days, 18 months, 3 years.",
                "anyOf": [{**_object(limits), "minProperties": 1}, {"const": NEVER}],
            }
            for what in AGEING
        }
    )
