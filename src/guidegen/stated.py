"""Facts as files state them: values read from YAML by the types of their fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple, TypeGuard

from guidegen import schema
from guidegen.keys import (
    BOOLEANS,
    DATE,
    KEY,
    Keys,
    date_hint,
    decimal_of,
    is_date,
    kind_of,
    list_hint,
    visible_key,
)
from guidegen.nodes import NOTHING, Mapping, Node, Scalar, Sequence
from guidegen.problems import Problem, suggest
from guidegen.provenance import STATED, at_a_glance, provenance_in, read_provenance
from guidegen.source import Location
from guidegen.values import Entries, Entry, Fact, Localized, Provenance, Series, Term, Value


class Reading(NamedTuple):
    """What reading a value needs to know beside its field."""

    locales: tuple[str, ...]
    vocabularies: dict[str, dict[str, Term]]
    problems: list[Problem]

    def note(self, kind: str, message: str, location: Location, hint: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(kind, message, location, hint))


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text in NOTHING and node.plain


def read_fact(
    node: Node, kind: schema.Type, key: str, inherited: Provenance, reading: Reading
) -> Fact | None:
    """The fact that a node states for a field of this type; None, with problems noted, if none."""
    provenance = inherited
    if isinstance(node, Scalar):
        if node.text in NOTHING and node.plain:
            hint = "write one, or leave the key out"
            reading.note("empty-value", f"'{key}' has no value", node.location, hint)
            return None
        if isinstance(kind, schema.Entry):
            return Fact(key, Entry(node.text, None), node.location, inherited)
    elif isinstance(node, Mapping):
        if glanced := _glanced(node, kind, inherited):
            node, provenance = node.entries["value"], glanced
        elif not _is_series(node):
            if "value" in node.entries:
                inner, provenance = _valued(node, kind, key, inherited, reading)
                if inner is None:
                    return None
                node = inner
            elif isinstance(kind, schema.Entry):
                return _entry(node, key, inherited, reading)
        if _is_series(node):
            return _series(node, kind, key, provenance, reading)
    value = _value(node, kind, key, provenance, reading)
    return None if value is None else Fact(key, value, node.location, provenance)


def _glanced(node: Mapping, kind: schema.Type, inherited: Provenance) -> Provenance | None:
    """The provenance beside a value, if nothing but that is stated and nothing is wrong with it."""
    value = node.entries.get("value")
    if value is None or _is_empty(value):
        return None
    return at_a_glance(node, ("value",), _texts_of(kind), inherited)


def _texts_of(kind: schema.Type) -> tuple[str, ...]:
    """What may stand beside a value."""
    return _OF_NUMBER if isinstance(kind, schema.Number) else schema.PROVENANCE


def _valued(
    node: Mapping, kind: schema.Type, key: str, inherited: Provenance, reading: Reading
) -> tuple[Node | None, Provenance]:
    """What stands under `value`, and the provenance beside it."""
    keys = Keys(node, f"'{key}'", reading.problems)
    inner = keys.node("value")
    provenance = read_provenance(keys, inherited)
    for name in _texts_of(kind)[len(schema.PROVENANCE) :]:
        keys.text(name)
    keys.close()
    return inner, provenance


def _value(node: Node, kind: schema.Type, key: str, provenance: Provenance, reading: Reading) -> Value | None:
    if compound := _COMPOUND.get(type(kind)):
        return compound(node, kind, key, provenance, reading)
    if not isinstance(node, Scalar):
        message = f"'{key}' is {_in_words(kind)}, not {kind_of(node)}"
        reading.note("wrong-type", message, node.location, _one_hint(kind))
        return None
    if single := _SINGLE.get(type(kind)):
        return single(node, kind, key, reading)
    return Entry(node.text, None)


def _is_series(node: Node) -> TypeGuard[Mapping]:
    """Whether a mapping is one by date, also if one of its dates is none."""
    if not isinstance(node, Mapping) or min(node.entries, default="") > "9999-12-31":  # no digit comes first
        return False
    return any(map(DATE.fullmatch, node.entries))


def _one_hint(kind: schema.Type) -> str:
    if isinstance(kind, schema.Choice):
        return f"write one of {', '.join(kind.options[:12])}"
    return (
        "write {name: …, note: …}" if isinstance(kind, schema.Entry) else "write one value, without brackets"
    )


def _in_words(kind: schema.Type) -> str:
    words = {
        schema.Number: "a number",
        schema.Boolean: "yes or no",
        schema.Choice: "one word",
        schema.KeyOf: "a key",
        schema.Entry: "a name, or a name and a note",
    }
    return words.get(type(kind), "one value")


def _boolean(node: Scalar, kind: schema.Boolean, key: str, reading: Reading) -> bool | None:
    if node.text not in BOOLEANS:
        reading.note("wrong-type", f"'{key}' is yes or no, not '{visible_key(node.text)}'", node.location)
    return BOOLEANS.get(node.text)


def _choice(node: Scalar, kind: schema.Choice, key: str, reading: Reading) -> str | None:
    if node.text in kind.options:
        return node.text
    reading.note(
        "unknown-choice",
        f"unknown {key.rpartition('.')[2]} '{visible_key(node.text)}'",
        node.location,
        suggest(node.text, kind.options),
    )
    return None


def _number(node: Scalar, kind: schema.Number, key: str, reading: Reading) -> Decimal | None:
    number = decimal_of(node, key, reading.problems)
    if number is not None and kind.integral and "." in node.text:
        grouped = re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{3})+", node.text)
        hint = (
            f"write it without separators: {node.text.replace('.', '')}"
            if grouped
            else "write it without a point"
        )
        reading.note("not-a-number", f"'{key}' is a whole number, not {node.text}", node.location, hint)
        return None
    if number is not None and (asked := schema.in_domain(number, kind)):
        reading.note(
            "out-of-range",
            f"'{key}' is {asked}, not {node.text}",
            node.location,
            "mend the value, or the field's range in pack.yaml",
        )
        return None
    return number


def _term(node: Scalar, kind: schema.KeyOf, key: str, reading: Reading) -> Term | None:
    vocabulary = kind.vocabulary
    terms = reading.vocabularies.get(vocabulary, {})
    if node.text in terms:
        return terms[node.text]
    reading.note(
        "unknown-term",
        f"unknown {_singular(vocabulary)} '{visible_key(node.text)}'",
        node.location,
        suggest(node.text, list(terms), f"known {vocabulary} are listed in facts/{vocabulary}.yaml"),
    )
    return None


def _singular(vocabulary: str) -> str:
    return f"{vocabulary[:-3]}y" if vocabulary.endswith("ies") else vocabulary.removesuffix("s")


def _text(
    node: Node, kind: schema.Text, key: str, provenance: Provenance, reading: Reading
) -> str | Localized | None:
    return read_text(node, key, reading)


def read_text(node: Node, key: str, reading: Reading) -> str | Localized | None:
    """A text, or a map of texts by locale."""
    if isinstance(node, Scalar):
        return node.text
    if not isinstance(node, Mapping):
        reading.note(
            "wrong-type", f"'{key}' is a text, not a list", node.location, "write it without brackets"
        )
        return None
    texts = {}
    for locale, inner in node.entries.items():
        if locale not in reading.locales:
            reading.note(
                "unknown-locale",
                f"unknown locale '{visible_key(locale)}'",
                node.keys[locale],
                suggest(locale, reading.locales),
            )
        elif not isinstance(inner, Scalar) or inner.is_empty:
            reading.note("wrong-type", f"'{key}' in '{locale}' is a text", inner.location)
        else:
            texts[locale] = inner.text
    return Localized(texts)


def _entry(node: Mapping, key: str, inherited: Provenance, reading: Reading) -> Fact | None:
    name, note = node.entries.get("name"), node.entries.get("note")
    provenance = at_a_glance(node, ("name", "note"), STATED, inherited)
    if provenance and name and not _is_empty(name) and not (note and _is_empty(note)):
        text = read_text(name, key, reading)
        noted = read_text(note, key, reading) if note else None
        return Fact(key, Entry(text, noted), node.location, provenance) if text else None
    keys = Keys(node, f"'{key}'", reading.problems)
    name, note = keys.node("name", required=True), keys.node("note")
    texts = [read_text(part, key, reading) if part else None for part in (name, note)]
    provenance = provenance_in(keys, inherited)  # an entry's note is shown: it may be a text for each locale
    keys.close()
    return Fact(key, Entry(texts[0], texts[1]), node.location, provenance) if texts[0] else None


def _list(
    node: Node, kind: schema.ListOf, key: str, provenance: Provenance, reading: Reading
) -> Entries | None:
    if not isinstance(node, Sequence):
        reading.note(
            "wrong-type",
            f"'{key}' is a list, not {kind_of(node)}",
            node.location,
            list_hint(node),
        )
        return None
    facts = [
        read_fact(item, kind.item, f"{key}[{index}]", provenance, reading)
        for index, item in enumerate(node.items)
    ]
    kept = Entries(fact for fact in facts if fact)
    if len({_label(fact.value) for fact in kept}) == len(kept):
        return kept
    seen: dict[object, Fact] = {}
    for fact in kept:
        name = fact.value.key if isinstance(fact.value, Term) else repr(fact.value)
        if name in seen:
            reading.note(
                "duplicate-entry",
                f"'{key}' lists this twice",
                fact.location,
                f"it is first given in line {seen[name].location.line}; keep one of the two",
            )
        seen.setdefault(name, fact)
    return kept


def _label(value: Value) -> str:
    """A text that two entries share if they are the same, and seldom if they aren't."""
    if isinstance(value, Entry) and isinstance(value.name, str):
        return value.name
    return value.key if isinstance(value, Term) else repr(value)


def _figures(
    node: Node, kind: schema.Figures, key: str, provenance: Provenance, reading: Reading
) -> dict[str, Fact] | None:
    if not isinstance(node, Mapping):
        reading.note(
            "wrong-type",
            f"'{key}' holds figures by name",
            node.location,
            "write `name: {value: 5000, unit: researchers, source: …}`",
        )
        return None
    figures = {}
    for name, inner in node.entries.items():
        if not KEY.fullmatch(name):
            reading.note(
                "key",
                f"'{visible_key(name)}' can't name a figure",
                node.keys[name],
                "use lower-case letters, digits and _, a letter first",
            )
        elif fact := read_fact(inner, schema.Number(), f"{key}.{name}", provenance, reading):
            figures[name] = fact
    return figures


def _records(
    node: Node, kind: schema.Record, key: str, provenance: Provenance, reading: Reading
) -> dict[str, Fact] | None:
    terms = reading.vocabularies.get(kind.vocabulary, {})
    if not isinstance(node, Mapping):
        message = f"'{key}' holds a record for each of {kind.vocabulary}, not {kind_of(node)}"
        wanted = ", ".join(f"{name}: …" for name in kind.fields)
        hint = f"write lines `{next(iter(terms), 'KEY')}: {{{wanted}}}`"
        reading.note("wrong-type", message, node.location, hint)
        return None
    found: dict[str, Fact] = {}
    mark = len(reading.problems)
    for name, inner in node.entries.items():
        if name not in terms:
            reading.note(
                "unknown-term",
                f"unknown {_singular(kind.vocabulary)} '{visible_key(name)}'",
                node.keys[name],
                suggest(
                    name, list(terms), f"known {kind.vocabulary} are listed in facts/{kind.vocabulary}.yaml"
                ),
            )
        elif fact := _record(inner, kind, f"{key}.{name}", provenance, reading):
            found[name] = fact
    records = {name: found[name] for name in terms if name in found}
    if len(reading.problems) == mark:
        _check_rising(records, kind, key, reading)
    return records


def _record(
    node: Node, kind: schema.Record, key: str, inherited: Provenance, reading: Reading
) -> Fact | None:
    if not isinstance(node, Mapping):
        wanted = ", ".join(f"{name}: …" for name in kind.fields)
        reading.note(
            "wrong-type", f"'{key}' is a record, not {kind_of(node)}", node.location, f"write {{{wanted}}}"
        )
        return None
    keys = Keys(node, f"'{key}'", reading.problems)
    provenance = read_provenance(keys, inherited)
    values: dict[str, Fact] = {}
    for name, field in kind.fields.items():
        inner = keys.node(name, required=True)
        if inner and (fact := read_fact(inner, field.type, f"{key}.{name}", provenance, reading)):
            values[name] = fact
    keys.close()
    for low, high in zip(kind.ascending, kind.ascending[1:]):
        if low in values and high in values and values[low].value > values[high].value:  # type: ignore[operator]
            reading.note(
                "out-of-order",
                f"'{low}' is above '{high}' in '{key}'",
                values[low].location,
                f"{values[low].value} is more than {values[high].value}",
            )
    return Fact(key, values, node.location, provenance)


def _check_rising(records: dict[str, Fact], kind: schema.Record, key: str, reading: Reading) -> None:
    for name in kind.rising:
        column = [
            (term, fact.value[name])
            for term, fact in records.items()
            if isinstance(fact.value, dict) and name in fact.value
        ]
        for (below, lower), (above, upper) in zip(column, column[1:]):
            if lower.value > upper.value:
                reading.note(
                    "out-of-order",
                    f"'{name}' falls from {below} to {above} in '{key}'",
                    upper.location,
                    f"{upper.value} is less than {lower.value}; each level begins and ends no lower "
                    "than the one before",
                )


def _series(
    node: Mapping, kind: schema.Type, key: str, inherited: Provenance, reading: Reading
) -> Fact | None:
    facts = []
    for date, inner in sorted(node.entries.items()):
        if len(date) != 10 or not is_date(date):
            shaped = is_date(date)
            hint = date_hint(date, whole=True)
            hint = f"a series begins each value on a day: {(date + '-01-01')[:10]}" if shaped else hint
            reading.note("wrong-type", f"'{visible_key(date)}' is no day", node.keys[date], hint)
            return None
        if fact := read_fact(inner, kind, key, inherited, reading):
            facts.append((date, fact))
    return Fact(key, Series(tuple(facts)), node.location, inherited) if facts else None


_OF_NUMBER = (*schema.PROVENANCE, "unit")
_COMPOUND: dict[type, Callable[[Node, Any, str, Provenance, Reading], Value | None]] = {
    schema.ListOf: _list,
    schema.Record: _records,
    schema.Figures: _figures,
    schema.Text: _text,
}
_SINGLE: dict[type, Callable[[Scalar, Any, str, Reading], Value | None]] = {
    schema.Number: _number,
    schema.Boolean: _boolean,
    schema.Choice: _choice,
    schema.KeyOf: _term,
}
