"""Fields: what pack.yaml declares that a place, a role or a pair may have, and of which type."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from decimal import Decimal
from typing import Any, NamedTuple

from guidegen.keys import KEY, SLUG, Keys, kind_of
from guidegen.limits import Freshness, read_freshness
from guidegen.problems import Problem, suggest
from guidegen.source import Location
from guidegen.yamlfile import Mapping, Node, Scalar

OWNERS = ("place", "role", "pair")
PLACE_FORMS = ("name", "in", "of")
ROLE_FORMS = ("one", "many", "title_one", "title_many", "of_many")
LONGEST_SLUG = 80
SCOPES = ("city", "region", "country")
CONFIDENCES = ("high", "medium", "low")
PROVENANCE = ("source", "dated", "checked", "confidence", "note")
ASPECTS = ("confidence", "source", "dated", "checked")
BUILT_IN = (
    "names",
    "status",
    "aliases",
    "scope",
    "within",
    "slug",
    "country",
    "file",
    "overrides",
    *PROVENANCE,
    *PLACE_FORMS,
    *ROLE_FORMS,
)


class Text(NamedTuple):
    """A text, the same in every locale or one for each."""

    kind: str = "text"  # NamedTuples compare by content: each type has some of its own


class Number(NamedTuple):
    """An exact number; bounds are inclusive unless `open`."""

    integral: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    low_open: bool = False
    high_open: bool = False


class Boolean(NamedTuple):
    """yes or no."""

    kind: str = "boolean"


class Choice(NamedTuple):
    """One of these words."""

    options: tuple[str, ...]


class KeyOf(NamedTuple):
    """A key of a vocabulary."""

    vocabulary: str


class Entry(NamedTuple):
    """A name, with a note or without."""

    kind: str = "entry"


class ListOf(NamedTuple):
    """Several values of one type, in order."""

    item: Type


class Record(NamedTuple):
    """Records by key of a vocabulary, in its order; `ascending` and `rising` name number fields.

    ascending: within a record each is at most the next; rising: from record to record none falls.
    """

    vocabulary: str
    fields: dict[str, Field]
    ascending: tuple[str, ...]
    rising: tuple[str, ...]


class Figures(NamedTuple):
    """Numbers by names of their own, each with a unit."""

    kind: str = "figures"


class Broken(NamedTuple):
    """No type: what defines the name is wrong, which is said there and nowhere else."""

    kind: str = "broken"


Type = Text | Number | Boolean | Choice | KeyOf | Entry | ListOf | Record | Figures | Broken


class Field(NamedTuple):
    """A declared fact of an owner; `about` says what it is for and where it shows.

    `freshness` is how old it may be, where the pack's limits don't suit it.
    """

    owner: str
    name: str
    type: Type
    sourced: bool
    about: str
    location: Location
    freshness: Freshness = Freshness()


Schema = dict[str, dict[str, Field]]  # owner -> name -> field

_TYPES: MappingOf[str, Type] = {
    "text": Text(),
    "boolean": Boolean(),
    "entry": Entry(),
    "figures": Figures(),
}
_BOUNDS = {
    "over": ("low", True),
    "at_least": ("low", False),
    "under": ("high", True),
    "at_most": ("high", False),
}


def read_fields(root: Mapping | None, problems: list[Problem]) -> Schema:
    """The fields that pack.yaml declares, by owner and name."""
    schema: Schema = {owner: {} for owner in OWNERS}
    if root is None:
        return schema
    owners = Keys(root, "'fields'", problems)
    for owner in OWNERS:
        mapping = owners.mapping_of(owner)
        for name, at, node in mapping.each() if mapping else ():
            if field := _field(owner, name, node, at, problems):
                schema[owner][name] = field
    owners.close()
    return schema


def _field(owner: str, name: str, node: Node, at: Location, problems: list[Problem]) -> Field | None:
    if not KEY.fullmatch(name):
        problems.append(
            Problem(
                "key",
                f"'{name}' can't name a field",
                at,
                "use lower-case letters, digits and _, a letter first",
            )
        )
    elif name in BUILT_IN:
        problems.append(Problem("key", f"'{name}' is built in", at, "choose another name"))
    if not isinstance(node, Mapping):
        problems.append(
            Problem(
                "wrong-type",
                f"field '{name}' holds keys and values, not {kind_of(node)}",
                node.location,
                f"write `{name}: {{type: {(isinstance(node, Scalar) and node.text) or 'text'}}}`",
            )
        )
        return None
    keys = Keys(node, f"field '{name}'", problems)
    kind, sourced, about = _type(keys, problems), keys.flag("sourced"), keys.text("about")
    freshness = read_freshness(keys, problems) if owner else Freshness()  # a record's is its field's
    if kind is None:
        keys.asked += node.entries  # which other keys there may be depends on the type
    keys.close()
    return Field(owner, name, kind, sourced, about, at, freshness) if kind else None


def _type(keys: Keys, problems: list[Problem]) -> Type | None:
    scalar = keys.scalar("type", required=True)
    if scalar is None:
        return None
    words = scalar.text
    inner = words.removeprefix("list of ")
    kind: Type | None = _TYPES.get(inner)
    if inner in ("integer", "decimal"):
        kind = _number(keys, inner == "integer")
    elif inner == "choice":
        kind = Choice(tuple(word.text for word in keys.words("choices", required=True)))
    elif found := re.fullmatch(r"key of (\S+)", inner):
        kind = KeyOf(found[1])
    elif found := re.fullmatch(r"map of (\S+)", words):
        kind = _record(keys, found[1], problems)
    if kind is None or (words != inner and isinstance(kind, Figures)):
        known = (
            "text",
            "integer",
            "decimal",
            "boolean",
            "choice",
            "key of VOCABULARY",
            "list of TYPE",
            "entry",
            "map of VOCABULARY",
            "figures",
        )
        problems.append(
            Problem("unknown-type", f"unknown type '{words}'", scalar.location, suggest(words, known))
        )
        return None
    return kind if words == inner else ListOf(kind)


def _number(keys: Keys, integral: bool) -> Number:
    number = Number(integral)
    for key, (side, open_) in _BOUNDS.items():
        if (bound := keys.decimal(key)) is not None:
            bounds: dict[str, Any] = {side: bound, f"{side}_open": open_}
            number = number._replace(**bounds)
    return number


def _record(keys: Keys, vocabulary: str, problems: list[Problem]) -> Record:
    fields: dict[str, Field] = {}
    mapping = keys.mapping_of("record", required=True)
    for name, at, node in mapping.each() if mapping else ():
        if field := _field("", name, node, at, problems):
            fields[name] = field
    orders = []
    for key in ("ascending", "rising"):
        words = keys.words(key)
        for word in words:
            field = fields.get(word.text)
            if field is None or not isinstance(field.type, Number):
                problems.append(
                    Problem(
                        "unknown-field",
                        f"the record has no number '{word.text}'",
                        word.location,
                        suggest(word.text, list(fields)),
                    )
                )
        orders.append(tuple(word.text for word in words if word.text in fields))
    return Record(vocabulary, fields, orders[0], orders[1])


def vocabularies(schema: Schema) -> dict[str, Location]:
    """Each vocabulary that a field names, with where it does."""
    found: dict[str, Location] = {}

    def visit(kind: Type, at: Location) -> None:
        if isinstance(kind, ListOf):
            visit(kind.item, at)
        elif isinstance(kind, (KeyOf, Record)):
            found.setdefault(kind.vocabulary, at)
        if isinstance(kind, Record):
            for field in kind.fields.values():
                visit(field.type, field.location)

    for fields in schema.values():
        for field in fields.values():
            visit(field.type, field.location)
    return found


def in_domain(number: Decimal, domain: Number) -> str:
    """Empty if the number lies in the domain, else what the domain asks for."""
    if domain.integral and number != number.to_integral_value():
        return "a whole number"
    if domain.low is not None and (number < domain.low or (domain.low_open and number == domain.low)):
        return f"{'over' if domain.low_open else 'at least'} {domain.low}"
    if domain.high is not None and (number > domain.high or (domain.high_open and number == domain.high)):
        return f"{'under' if domain.high_open else 'at most'} {domain.high}"
    return ""


def is_slug(text: str) -> bool:
    """Whether a text can name a place or a role, in addresses and on every file system."""
    return bool(SLUG.fullmatch(text)) and len(text) <= LONGEST_SLUG and text not in _RESERVED


_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    "index",
    *(f"com{n}" for n in range(10)),
    *(f"lpt{n}" for n in range(10)),
}
