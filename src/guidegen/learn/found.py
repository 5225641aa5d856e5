"""Facts from what a document tells: lists, figures, rows of tables, and what formulas must have come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from guidegen import schema
from guidegen.learn.beforehand import Beforehand
from guidegen.learn.inverse import Claim, Counted, Exactly, Listed, Saying, Unread, Within
from guidegen.learn.rounding import Interval
from guidegen.learn.solving import back, exactly, solved, unknowns
from guidegen.learn.told import Chosen, Testimony, Told
from guidegen.lookup import MISSING, Item
from guidegen.problems import Refused
from guidegen.rules.book import Derivation
from guidegen.rules.cells import Absent, Literal, OneOf, Present
from guidegen.rules.table import Table

OWNERS = ("place", "role", "pair")
Plain = str | Decimal | bool | tuple[tuple[str, str], ...]  # a list has name and note of each entry


class Fact(NamedTuple):
    """The value of a fact by its dotted name, and the first line that says it (0: none does).

    Of a list with `is_whole` unset, more entries may follow. `may_be` is what else a number may be.
    """

    value: Plain
    line: int
    is_whole: bool = True
    may_be: Interval | None = None


class Found(NamedTuple):
    """Facts by dotted name; notes say what was supposed, or can't be read, by name."""

    facts: dict[str, Fact]
    supposed: dict[str, str]
    unread: dict[str, str]


def found_facts(told: Testimony, before: Beforehand, *, is_place_known: bool = False) -> Found:
    """The facts of place, role and pair that a document tells and that nobody can know without it.

    With `is_place_known`, formulas read the place's facts as they are stated: then the role's can be found.
    """
    finder = _Finder(told, before, is_place_known=is_place_known)
    finder.lists()
    finder.values()
    finder.choices()
    finder.formulas()
    finder.confidences()
    return Found(finder.facts, finder.supposed, finder.unread)


class _Finder:
    """Facts, as one thing after the other is found."""

    def __init__(self, told: Testimony, before: Beforehand, *, is_place_known: bool) -> None:
        self.told, self.before, self.is_place_known = told, before, is_place_known
        self.facts: dict[str, Fact] = {}
        self.supposed: dict[str, str] = {}
        self.unread: dict[str, str] = {}

    def is_asked(self, name: str) -> bool:
        """Whether a name is a fact that the document has to tell: nothing else is certain of it."""
        root = name.partition(".")[0]
        if root not in OWNERS or self.before.is_around(name):
            return False
        if self.before.is_certain(name):
            return root == "role" and self._is_missing(name)
        return True

    def _is_missing(self, name: str) -> bool:
        try:
            return self.before.known.read(name).value is MISSING
        except Refused:
            return True

    # -- what is told plainly

    def lists(self) -> None:
        for one in self.told.lists:
            entries = tuple(entry for entry in one.entries if entry)
            if entries and self.is_asked(one.name) and one.name not in self.facts:
                self.facts[one.name] = Fact(entries, one.line)

    def values(self) -> None:
        by_name: dict[str, list[Told]] = {}
        for one in self.told.claims:
            if self.is_asked(one.name):
                by_name.setdefault(one.name, []).append(one)
        for name, claims in by_name.items():
            if name in self.facts:
                continue
            fact = self._of(name, claims)
            if fact:
                self.facts[name] = fact
            elif unread := next((one.claim.why for one in claims if isinstance(one.claim, Unread)), ""):
                self.unread[name] = unread

    def _of(self, name: str, claims: list[Told]) -> Fact | None:
        listed = [(one, one.claim) for one in claims if isinstance(one.claim, Listed)]
        if listed:
            one, longest = max(listed, key=lambda each: (len(each[1].entries), each[1].is_whole))
            entries = tuple((entry, "") for entry in longest.entries)
            return Fact(entries, one.line, longest.is_whole)
        said = [(one.claim.texts[0], one.line) for one in claims if isinstance(one.claim, Saying)]
        if said:
            [(text, _)] = Counter(text for text, _ in said).most_common(1)
            return Fact(text, next(line for each, line in said if each == text))
        numbers = [(one, numbers) for one in claims if (numbers := interval_of(one.claim))]
        kind = self.before.type_of(name)
        if not numbers or not isinstance(kind, schema.Number):
            return None
        exact = [one.claim.value for one, _ in numbers if isinstance(one.claim, Exactly)]
        if exact:
            [(value, _)] = Counter(exact).most_common(1)
            return Fact(value, numbers[0][0].line)
        best = solved([each for _, each in numbers], kind)
        return Fact(best.value, numbers[0][0].line, may_be=best.may_be) if best else None

    # -- what rows and conditions tell

    def choices(self) -> None:
        options: dict[str, tuple[list[Literal], int]] = {}
        for one in self.told.rows:
            table = self.before.pack.book.tables.get(one.name)
            for name, allowed in self._allowed(table, str(one.outcome)) if table else ():
                kept, line = options.get(name, (allowed, one.line))
                options[name] = [value for value in kept if value in allowed], line
        for name, (values, line) in options.items():
            if name == "place.scope" and values:
                likely = self.before.place.scope if self.before.place.scope in values else values[0]
                self.facts[name] = Fact(likely, line)
                if len(values) > 1:
                    self.supposed["scope"] = (
                        f"{likely}, and may be {' or '.join(str(v) for v in values if v != likely)}"
                    )
            elif len(values) == 1 and name not in self.facts:
                self.facts[name] = Fact(values[0], line)
            elif len(values) > 1 and name not in self.facts:
                listed = " or ".join("yes" if v is True else "no" if v is False else str(v) for v in values)
                self.unread[name] = f"{listed}: what is said holds for each"
        for one in self.told.conditions:
            self._condition(one)

    def _condition(self, one: Chosen) -> None:
        name = self.before.own(one.name)
        if not self.is_asked(name) or name in self.facts:
            return
        if isinstance(self.before.type_of(name), schema.Boolean):
            self.facts[name] = Fact(bool(one.outcome), one.line)

    def _allowed(self, table: Table, row: str) -> Iterator[tuple[str, list[Literal]]]:
        """The values that a fact may have where a table comes to a row, by columns that say so plainly."""
        for at, column in enumerate(table.columns):
            name = self.before.own(column.name)
            domain = self._domain(name)
            if not domain:
                continue
            if row == "otherwise":
                if len(table.columns) == 1:
                    taken = [value for each in table.rows for value in _values(each.cells[at], domain)]
                    yield name, [value for value in domain if value not in taken]
                continue
            cell = next((each.cells[at] for each in table.rows if each.name == row), None)
            if isinstance(cell, (OneOf, Present)):
                yield name, _values(cell, domain)

    def _domain(self, name: str) -> list[Literal]:
        """The values that a fact may have; none if they can't be counted, or if it is known already."""
        if name == "place.scope":
            return [*schema.SCOPES]
        of, _, aspect = name.rpartition(".")
        fact = of if aspect == "confidence" else name
        if not self.is_asked(name) or fact.count(".") != 1 or (fact == of and not self._is_missing(fact)):
            return []
        kind = self.before.type_of(name)
        if isinstance(kind, schema.Choice):
            return [*kind.options]
        if isinstance(kind, schema.KeyOf):
            return [*self.before.pack.facts.vocabularies.get(kind.vocabulary, {})]
        return [True, False] if isinstance(kind, schema.Boolean) else []

    def confidences(self) -> None:
        """Leave out how sure a fact is that nothing tells."""
        for name in [*self.facts]:
            of, _, aspect = name.rpartition(".")
            told = (each for each in self.facts if each != name and f"{each}.".startswith(f"{of}."))
            if aspect == "confidence" and of.count(".") == 1 and not any(told):
                del self.facts[name]

    # -- what formulas must have come from

    def formulas(self) -> None:
        """Numbers that formulas came from: each figure leaves an interval to the one that isn't known."""
        for _ in range(3):  # what one formula tells, another may need
            claims: dict[str, list[tuple[Interval, int]]] = {}
            for one in self.told.claims:
                target = interval_of(one.claim)
                found = self._leaf(one.name, target) if target else None
                if found:
                    claims.setdefault(found[0], []).append((found[1], one.line))
            if not claims:
                return
            for name, numbers in claims.items():
                kind = self.before.type_of(name)
                best = (
                    solved([each for each, _ in numbers], kind) if isinstance(kind, schema.Number) else None
                )
                if best:
                    self.facts[name] = Fact(best.value, numbers[0][1], may_be=best.may_be)
                else:
                    self.unread[name] = "the figures that follow from it contradict each other"
            if not any(name in self.facts for name in claims):
                return

    def _leaf(self, name: str, target: Interval) -> tuple[str, Interval] | None:
        """The one fact behind a figure that isn't known, and what it may be."""
        for _ in range(20):  # through as many formulas
            formula = self._formula(name)
            if formula is None:
                fact = self.is_asked(name) and name not in self.facts
                return (name, target) if fact else None
            derivation, item = formula

            def value(each: str, item: Item | None = item, over: str = self._over(name)) -> Fraction | None:
                return self._number(each, item, over)

            waiting = unknowns(derivation.expression, value)
            if len({*waiting}) != 1:
                for each in waiting if len({*waiting}) > 1 else ():
                    self._note_open(self._full(each, name), "more than one fact behind its figures is open")
                return None
            inner = back(derivation.expression, target, waiting[0], value)
            if inner is None:
                why = "the formula that reads it can't be run backwards"
                self._note_open(self._full(waiting[0], name), why)
                return None
            name, target = self._full(waiting[0], name), inner
        return None

    def _note_open(self, name: str, why: str) -> None:
        if self.is_asked(name):
            self.unread.setdefault(name, why)

    def _formula(self, name: str) -> tuple[Derivation, Item | None] | None:
        root, *path = name.split(".")
        book = self.before.pack.book
        if root in book.derivations and not path:
            return book.derivations[root], None
        each = book.eaches.get(root)
        if each and len(path) == 2 and path[1] in each.fields:
            items = {one.key.rpartition(".")[2]: one for one in self.before.items(each.over)}
            return each.fields[path[1]], items.get(path[0])
        return None

    def _over(self, name: str) -> str:
        """What `item` stands for in the formula behind a name: the record that it is made from."""
        root, *path = name.split(".")
        each = self.before.pack.book.eaches.get(root)
        return f"{each.over}.{path[0]}" if each and path else ""

    def _full(self, name: str, within: str) -> str:
        """A name in a formula as one that holds outside of it."""
        if name.startswith("item."):
            return f"{self._over(within)}.{name.removeprefix('item.')}"
        return self.before.own(name)

    def _number(self, name: str, item: Item | None, over: str) -> Fraction | None:
        full = f"{over}.{name.removeprefix('item.')}" if name.startswith("item.") else self.before.own(name)
        fact = self.facts.get(full)
        if fact:
            return Fraction(fact.value) if isinstance(fact.value, Decimal) else None
        if full.startswith("place.") and not (self.is_place_known or self.before.is_certain(full)):
            return None
        try:
            found = item.read(name, self.before.locale) if item and name.startswith("item.") else None
            found = found or self.before.known.read(full)
        except Refused:
            return None
        return Fraction(found.value) if isinstance(found.value, Decimal) else None


def interval_of(claim: Claim) -> Interval | None:
    """The numbers that a claim allows."""
    if isinstance(claim, Exactly):
        return exactly(claim.value)
    if isinstance(claim, Counted):
        return None
    return claim.numbers if isinstance(claim, Within) else None


def _values(cell: object, domain: Iterable[Literal]) -> list[Literal]:
    if isinstance(cell, OneOf):
        return [value for value in domain if (value in cell.values) != cell.negated]
    return [] if isinstance(cell, Absent) else [*domain] if isinstance(cell, Present) else []
