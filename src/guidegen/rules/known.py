"""What is known for one guide: its facts, and what the rules derive from them when it is asked for."""

from __future__ import annotations

from guidegen import schema
from guidegen.lookup import MISSING, Catalogue, Item, Read, Reader, Subject, term_reads
from guidegen.problems import Refused, refuse
from guidegen.rules.book import Book, Derivation, Each, formula_problem
from guidegen.rules.formula import Failed, evaluate
from guidegen.rules.table import Decision, Table, decide, value_of, value_type


class Known:
    """Reads facts and derivations of one subject; each derivation is computed once.

    `given` has derivations by name that are taken as they are.
    """

    def __init__(
        self, subject: Subject, book: Book, catalogue: Catalogue, given: dict[str, Read] | None = None
    ) -> None:
        self.subject = subject
        self.book = book
        self.catalogue = catalogue
        self._derived: dict[str, Read] = dict(given or {})
        self._items: dict[str, list[Item]] = {}

    def read(self, name: str) -> Read:
        """What a dotted name stands for. Raises `Refused` where a rule has no value for these facts."""
        root = name.split(".", maxsplit=1)[0]
        if root in self.book.eaches:
            return self._in_each(name)
        if root not in self._derived:
            if root in self.book.derivations:
                self._derived[root] = self._compute(root, self.book.derivations[root], self.read)
            elif root in self.book.tables:
                self._derived[root] = self._choose(self.book.tables[root])
            else:
                return self.subject.read(name)
        return self._derived[root]

    def items(self, name: str) -> list[Item]:
        """The entries or records that a name stands for."""
        if name not in self._items:
            each = self.book.eaches.get(name)
            if each:
                self._items[name] = [self._record(each, item) for item in self.items(each.over)]
            elif name.split(".", maxsplit=1)[0] in self.book.derivations:
                self._items[name] = self._derived_items(name)
            else:
                self._items[name] = self.subject.items(name, self.catalogue.type_of(name))
        return self._items[name]

    def decide(self, table: Table) -> Decision:
        """The rows of a table that match. Raises `Refused` where its hit policy isn't met."""
        return decide(table, self.read)

    def reader(self, item: Item | None) -> Reader:
        """A reader that also knows the names of an item."""
        if item is None:
            return self.read
        locale = self.subject.locale
        return lambda name: (
            item.read(name, locale) if name == "item" or name.startswith("item.") else self.read(name)
        )

    def _in_each(self, name: str) -> Read:
        root, *path = name.split(".")
        items = self.items(root)
        if not items:
            behind = self.read(self.book.eaches[root].over)
            return Read(name, behind.key, MISSING, because=(behind,))
        if path:
            key, wanted = f"{root}.{path[0]}", ".".join(("item", *path[1:]))
            for item in items:
                if item.key == key and wanted in item.reads:
                    return item.reads[wanted]._replace(name=name)
        return Read(name, name, MISSING)

    def _record(self, each: Each, item: Item) -> Item:
        key = item.reads["item.key"].value
        base = self.catalogue.derived[each.name]
        assert isinstance(base, schema.Record)
        term = self.subject.facts.vocabularies[base.vocabulary][str(key)]
        kept = term_reads(term, base.vocabulary, self.subject.locale)
        for field, derivation in each.fields.items():
            computed = self._compute(f"{each.name}.{key}.{field}", derivation, self.reader(item))
            kept[f"item.{field}"] = computed._replace(name=f"item.{field}")
        return Item(f"{each.name}.{key}", kept, each.name, term.names)

    def _derived_items(self, name: str) -> list[Item]:
        return self.subject.items_of(self.read(name), self.catalogue.type_of(name))

    def _compute(self, key: str, derivation: Derivation, read: Reader) -> Read:
        try:
            value, reads = evaluate(derivation.expression, read)
        except RecursionError:
            failed = Failed("too many steps follow on each other", 0, 0, "compute it in fewer steps")
            raise Refused([formula_problem(derivation, failed)]) from None
        except Failed as failed:
            raise Refused(
                [
                    formula_problem(
                        derivation, failed, f"'{key}' can't be computed for {self._who()}: {failed.message}"
                    )
                ]
            ) from None
        return Read(
            key, key, value, max([found.dated for found in reads], default=""), reads, is_derived=True
        )

    def _choose(self, table: Table) -> Read:
        decision = self.decide(table)
        outcomes = decision.outcomes
        if len(outcomes) > 1:
            raise refuse(
                "overlap",
                f"table '{table.name}' gives more than one value",
                table.location,
                "a value is chosen by `hit: unique` or `hit: first`",
            )
        value = value_of(outcomes[0][1], value_type(table)) if outcomes else MISSING
        dated = max((found.dated for found in decision.reads), default="")
        return Read(table.name, table.name, value, dated, decision.reads, is_derived=True)

    def _who(self) -> str:
        return f"{self.subject.place.slug} × {self.subject.role.slug}"
