"""Places and roles as JSON: what their files state, by the fields that were declared when they were read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from json import JSONDecoder, JSONEncoder
from typing import Any

from guidegen import schema
from guidegen.facts import Owner
from guidegen.nodes import Scalar
from guidegen.schema import Field, Type
from guidegen.source import Location, Source
from guidegen.values import Entries, Entry, Fact, Localized, Names, Provenance, Series, Term, Value

_encode = JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_decode = JSONDecoder().decode
_new = tuple.__new__  # makes named tuples without the detour by their names: there are dozens in a file


def packed(owner: Owner, fields: Mapping[str, Field]) -> bytes:
    """All that is known of an owner, whose facts are of these fields, but for the text of its file."""
    packing = _Packing()
    names = [*_at(owner.names.location), owner.names.forms]
    within = owner.within and [*_at(owner.within.location), owner.within.text, *owner.within[2:]]
    facts = {name: packing.fact(fact, fields[name].type) for name, fact in owner.facts.items()}
    said = [owner.status, owner.scope, _at(owner.location), names, within, list(packing.provenances), facts]
    return _encode(said).encode("utf-8")


def unpacked(
    data: bytes,
    kind: str,
    slug: str,
    source: Source,
    fields: Mapping[str, Field],
    vocabularies: Mapping[str, Mapping[str, Term]],
) -> Owner:
    """The owner that was packed, for the same fields and vocabularies; `source` is its file.

    Raises `ValueError`, `TypeError` or `LookupError` for what wasn't packed for them.
    """
    status, scope, at, names, within, provenances, facts = _decode(data.decode("utf-8"))
    unpacking = _Unpacking(source, [Provenance(*one) for one in provenances], vocabularies)
    return Owner(
        kind,
        slug,
        Names(names[3], Location(source, *names[:3])),
        status,
        scope,
        within and Scalar(within[3], Location(source, *within[:3]), *within[4:]),
        {name: unpacking.fact(fact, fields[name].type, f"{slug}.{name}") for name, fact in facts.items()},
        Location(source, *at),
    )


def _at(location: Location) -> list[int]:
    return [location.line, location.column, location.width]


class _Packing:
    """Makes lists of facts: line, column, width, the number of the provenance, the value.

    A series has behind that, where no value is, its dates and facts.
    """

    def __init__(self) -> None:
        self.provenances: dict[Provenance, int] = {}

    def fact(self, fact: Fact, kind: Type) -> list[Any]:
        number = self.provenances.setdefault(fact.provenance, len(self.provenances))
        if isinstance(fact.value, Series):
            series = [[date, self.fact(inner, kind)] for date, inner in fact.value.facts]
            return [*_at(fact.location), number, None, series]
        return [*_at(fact.location), number, self.value(fact.value, kind)]

    def value(self, value: Any, kind: Type) -> Any:
        if isinstance(value, Entries) and isinstance(kind, schema.ListOf):
            return [self.fact(fact, kind.item) for fact in value]
        if isinstance(value, dict) and isinstance(kind, schema.Record):
            return {term: self.record(fact, kind) for term, fact in value.items()}
        if isinstance(value, dict):
            return {name: self.fact(fact, schema.Number()) for name, fact in value.items()}
        if isinstance(value, Entry):
            name, note = _text(value.name), _text(value.note)
            return [name, note] if note is not None or isinstance(name, dict) else name
        if isinstance(value, Term):
            return value.key
        return str(value) if isinstance(value, Decimal) else _text(value)

    def record(self, fact: Fact, kind: schema.Record) -> list[Any]:
        number = self.provenances.setdefault(fact.provenance, len(self.provenances))
        inner: Any = fact.value
        values = {name: self.fact(one, kind.fields[name].type) for name, one in inner.items()}
        return [*_at(fact.location), number, values]


def _text(value: Any) -> Any:
    return value.texts if isinstance(value, Localized) else value


class _Unpacking:
    """Makes facts of such lists."""

    def __init__(
        self,
        source: Source,
        provenances: list[Provenance],
        vocabularies: Mapping[str, Mapping[str, Term]],
    ) -> None:
        self.source = source
        self.provenances = provenances
        self.vocabularies = vocabularies

    def fact(self, packed: list[Any], kind: Type, key: str) -> Fact:
        line, column, width, number, raw, *series = packed
        value: Value
        if series:
            value = Series(tuple((date, self.fact(inner, kind, key)) for date, inner in series[0]))
        else:
            value = _VALUES[type(kind)](self, raw, kind, key)
        at = _new(Location, (self.source, line, column, width))
        return _new(Fact, (key, value, at, self.provenances[number]))

    def entries(self, raw: list[Any], kind: schema.ListOf, key: str) -> Entries:
        return Entries([self.fact(one, kind.item, f"{key}[{index}]") for index, one in enumerate(raw)])

    def figures(self, raw: dict[str, Any], _: schema.Figures, key: str) -> dict[str, Fact]:
        return {name: self.fact(one, schema.Number(), f"{key}.{name}") for name, one in raw.items()}

    def records(self, raw: dict[str, Any], kind: schema.Record, key: str) -> dict[str, Fact]:
        return {term: self.record(one, kind, f"{key}.{term}") for term, one in raw.items()}

    def record(self, packed: list[Any], kind: schema.Record, key: str) -> Fact:
        line, column, width, number, raw = packed
        facts = {name: self.fact(one, kind.fields[name].type, f"{key}.{name}") for name, one in raw.items()}
        return Fact(key, facts, Location(self.source, line, column, width), self.provenances[number])

    def term(self, raw: str, kind: schema.KeyOf, _: str) -> Term:
        return self.vocabularies[kind.vocabulary][raw]

    def entry(self, raw: Any, _: schema.Entry, __: str) -> Entry:
        if isinstance(raw, str):
            return _new(Entry, (raw, None))
        name, note = raw
        return Entry(_localized(name), None if note is None else _localized(note))

    def number(self, raw: str, _: schema.Number, __: str) -> Decimal:
        return Decimal(raw)

    def text(self, raw: Any, _: schema.Text, __: str) -> str | Localized:
        return _localized(raw)

    def as_it_is(self, raw: Any, _: Type, __: str) -> Any:
        return raw


def _localized(raw: Any) -> str | Localized:
    return raw if isinstance(raw, str) else Localized(raw)


_VALUES: dict[type, Callable[[_Unpacking, Any, Any, str], Value]] = {
    schema.ListOf: _Unpacking.entries,
    schema.Figures: _Unpacking.figures,
    schema.Record: _Unpacking.records,
    schema.KeyOf: _Unpacking.term,
    schema.Entry: _Unpacking.entry,
    schema.Number: _Unpacking.number,
    schema.Text: _Unpacking.text,
    schema.Choice: _Unpacking.as_it_is,
    schema.Boolean: _Unpacking.as_it_is,
}
