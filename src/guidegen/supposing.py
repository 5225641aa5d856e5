"""What rules would come to if facts were otherwise, and which facts they come down to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from guidegen import schema
from guidegen.facts import Owner
from guidegen.lookup import Catalogue, Found, Missing, Read, Subject, UnknownName, at_day
from guidegen.pack import Pack
from guidegen.pairs import NO_PAIR, Pair
from guidegen.rules.book import Book, Derivation
from guidegen.rules.cells import Cell, literals
from guidegen.rules.formula import Call, Constant, Expression, names
from guidegen.rules.known import Known
from guidegen.rules.table import Table
from guidegen.schema import Schema
from guidegen.source import Location
from guidegen.values import Fact, Provenance

Values = dict[str, Found]  # by key of the fact


class Leaf(NamedTuple):
    """A fact that rules come down to: the name they read it by, its key, its type and its value."""

    name: str
    key: str
    type: schema.Type
    value: Found


class Supposing(Subject):
    """What a guide is about, with some facts otherwise."""

    changed: dict[str, dict[str, Fact | None]]

    @classmethod
    def of(cls, subject: Subject, values: Values) -> Supposing:
        """The same subject, with these values of facts; `MISSING` takes a fact away."""
        place, pair = subject.place, subject.pair
        if pair is NO_PAIR:
            pair = Pair(f"{place.slug}/{subject.role.slug}", {}, pair.file, (), None)
        scope = values.get(f"{place.slug}.scope")
        if isinstance(scope, str):
            place = place._replace(scope=scope)
        made = cls(subject.facts, subject.site, subject.locale, subject.as_of, place, subject.role, pair)
        made.changed = {}
        for key, value in values.items():
            made._suppose(key, value)
        return made

    def is_allowed(self, fields: Schema) -> bool:
        """Whether the records that were changed keep the order that their fields ask for."""
        for slug, facts in self.changed.items():
            kind = "pair" if "/" in slug else "role" if slug == self.role.slug else "place"
            for field, fact in facts.items():
                type_ = fields[kind][field].type if field in fields[kind] else None
                if fact and isinstance(type_, schema.Record) and not _in_order(fact, type_):
                    return False
        return True

    def _suppose(self, key: str, value: Found) -> None:
        slug, _, rest = key.partition(".")
        field, *path = rest.split(".")
        changed = self.changed.setdefault(slug, {})
        stated = changed[field] if field in changed else self._stated(slug).get(field)
        changed[field] = _with(stated and at_day(stated, self.as_of), f"{slug}.{field}", path, value)

    def _stated(self, slug: str) -> dict[str, Fact]:
        if slug == self.pair.slug:
            return self.pair.facts
        found: list[Owner | None] = [self.place, self.role, self.facts.country(self.place)]
        return next((owner.facts for owner in found if owner and owner.slug == slug), {})

    def _fact(self, name: str, slug: str, facts: dict[str, Fact], path: list[str]) -> Read:
        if slug in self.changed:
            merged = {**facts, **self.changed[slug]}
            facts = {field: fact for field, fact in merged.items() if fact is not None}
        return super()._fact(name, slug, facts, path)


def _with(fact: Fact | None, key: str, path: list[str], value: Found) -> Fact | None:
    """A fact with a value at a path; None if nothing is left of it."""
    at = fact.location if fact else Location.of_file("")
    provenance = fact.provenance if fact else Provenance()
    if not path:
        return None if isinstance(value, Missing) else Fact(key, value, at, provenance)
    head, *rest = path
    inner = dict(fact.value) if fact and isinstance(fact.value, dict) else {}
    if head in schema.ASPECTS and head not in inner and fact:
        stated = value if isinstance(value, str) else None
        return fact._replace(provenance=provenance._replace(**{head: stated}))
    made = _with(inner.get(head), f"{key}.{head}", rest, value)
    if made:
        inner[head] = made
    else:
        inner.pop(head, None)
    return Fact(key, inner, at, provenance)


def _in_order(fact: Fact, kind: schema.Record) -> bool:
    """Whether records rise within themselves and from one to the next, where they have to."""
    stated = fact.value if isinstance(fact.value, dict) else {}
    records = [one.value for one in stated.values() if isinstance(one.value, dict)]
    rows = [[record[name].value for name in kind.ascending if name in record] for record in records]
    rows += [[record[name].value for record in records if name in record] for name in kind.rising]
    return all(low <= high for row in rows for low, high in zip(row, row[1:]))


# -- what rules come down to


class Behind(NamedTuple):
    """What names come down to: facts, and the numbers and cells that the rules on the way compare with."""

    leaves: dict[str, Leaf]
    numbers: set[Decimal]
    cells: dict[str, list[Cell]]


def behind(pack: Pack, known: Known, wanted: Iterable[str]) -> Behind:
    """The facts that some names come down to through all rules, read or not."""
    found = Behind({}, set(), {})
    _Walk(pack.book, pack.catalogue, known, found).names(wanted)
    return found


def behind_table(pack: Pack, known: Known, table: Table) -> Behind:
    """The facts that a table comes down to, with all its cells."""
    found = Behind({}, set(), {})
    _Walk(pack.book, pack.catalogue, known, found).table(table)
    return found


class _Walk:
    def __init__(self, book: Book, catalogue: Catalogue, known: Known, found: Behind) -> None:
        self.book = book
        self.catalogue = catalogue
        self.known = known
        self.found = found
        self.seen: set[str] = set()

    def names(self, wanted: Iterable[str]) -> None:
        for name in wanted:
            if name not in self.seen:
                self.seen.add(name)
                self._name(name)

    def _name(self, name: str) -> None:
        root, *path = name.split(".")
        if root in self.book.derivations:
            self._formula(self.book.derivations[root], "")
        elif root in self.book.tables:
            self.table(self.book.tables[root])
        elif root in self.book.eaches:
            each = self.book.eaches[root]
            for item in self.known.items(each.name):
                key = item.key.partition(".")[2]
                for field, derivation in each.fields.items():
                    if path in ([], [key], [key, field]):
                        self._formula(derivation, f"{each.over}.{key}")
        elif root not in ("site", "item"):
            self._leaf(name)

    def table(self, table: Table) -> None:
        """What a table looks at."""
        for index, column in enumerate(table.columns):
            cells = [row.cells[index] for row in (*table.rows, *table.impossible)]
            self.found.cells.setdefault(column.name, []).extend(cells)
            numbers = (value for cell in cells for value in literals(cell) if not isinstance(value, bool))
            self.found.numbers.update(value for value in numbers if isinstance(value, Decimal))
        self.names(column.name for column in table.columns)

    def _formula(self, derivation: Derivation, item: str) -> None:
        self.found.numbers.update(_constants(derivation.expression))
        for name in names(derivation.expression):
            self.names(
                [item + name.name.removeprefix("item") if name.name.startswith("item.") else name.name]
            )

    def _leaf(self, name: str) -> None:
        try:
            kind = self.catalogue.type_of(name)
        except UnknownName:
            return
        read = self.known.subject.read(name)
        slug, _, path = read.key.partition(".")
        if slug and not path.startswith(("names.", "slug", "within")) and "[" not in path:
            self.found.leaves.setdefault(read.key, Leaf(name, read.key, kind, read.value))


def _constants(expression: Expression) -> Iterator[Decimal]:
    if isinstance(expression, Constant) and isinstance(expression.value, Decimal):
        yield expression.value
    elif isinstance(expression, Call):
        for argument in expression.arguments:
            yield from _constants(argument)
