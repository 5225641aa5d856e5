"""Examples in rules files: facts that are given, and what the rules are expected to make of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from guidegen import schema
from guidegen.keys import Keys, kind_of, visible_key
from guidegen.lookup import MISSING, Catalogue, Found, Read, UnknownName, Unusable
from guidegen.problems import suggest
from guidegen.rules.book import EXAMPLES, Book
from guidegen.rules.table import Table
from guidegen.rules.tabular import NOTHING
from guidegen.source import Location
from guidegen.stated import Reading, read_fact
from guidegen.values import Fact, Provenance
from guidegen.yamlfile import Mapping, Node, Scalar, Sequence

COUNTRY = "place.country"
SCOPE = "place.scope"
_MISSING = "missing"
_FORM = "write `given:` and `expect:`, and below each of them lines `NAME: VALUE`"


class Expected(NamedTuple):
    """What a name is to come to: passages, if a table chooses them, else a value."""

    name: str
    passages: tuple[str, ...] | None
    value: Found
    location: Location


class Example(NamedTuple):
    """What is given, and what is expected of the rules.

    `facts` are by whose they are (place, place.country, role, pair) and name; `derived` is taken as it is.
    """

    about: str
    facts: dict[str, dict[str, Fact]]
    scope: str
    derived: dict[str, Read]
    expected: tuple[Expected, ...]


def read_examples(
    stated: Iterable[tuple[Location, Node]], book: Book, catalogue: Catalogue, reading: Reading
) -> list[Example]:
    """The examples that can be tried; notes what is wrong with the others.

    One that names a rule which can't be read is passed over: that is said where the rule stands.
    """
    found = []
    for at, node in stated:
        if not isinstance(node, Sequence):
            hint = f"give the rule another name: '{EXAMPLES}' is no rule"
            if isinstance(node, Mapping):
                hint = "begin each example with `- `"
            message = f"'{EXAMPLES}' is a list of examples, not {kind_of(node)}"
            reading.note("wrong-type", message, at, hint)
            continue
        if not node.items:
            reading.note("empty-value", f"'{EXAMPLES}' is empty", at, "write one, or leave the key out")
        for item in node.items:
            example = _Reader(book, catalogue, reading).example(item)
            if example:
                found.append(example)
    return found


class _Reader:
    """Reads one example."""

    def __init__(self, book: Book, catalogue: Catalogue, reading: Reading) -> None:
        self.book = book
        self.catalogue = catalogue
        self.reading = reading
        self.facts: dict[str, dict[str, Fact]] = {}
        self.scope = ""
        self.derived: dict[str, Read] = {}

    def example(self, node: Node) -> Example | None:
        """The example that a node states; None, with problems noted, if it can't be tried."""
        if not isinstance(node, Mapping):
            message = f"an example holds 'given' and 'expect', not {kind_of(node)}"
            self.reading.note("wrong-type", message, node.location, _FORM)
            return None
        mark = len(self.reading.problems)
        keys = Keys(node, "the example", self.reading.problems)
        about = keys.text("about")
        given, expect = (keys.mapping_of(key, required=True) for key in ("given", "expect"))
        keys.close()
        for key, mapping in (("given", given), ("expect", expect)):
            if mapping is not None and not mapping.entries:
                keys.note("empty-value", f"'{key}' is empty", node.keys[key], "write a line `NAME: VALUE`")
        try:
            for name, at, inner in given.each() if given else ():
                self._give(name, at, inner)
            wanted = [self._expect(name, at, inner) for name, at, inner in (expect.each() if expect else ())]
        except Unusable:
            return None
        if len(self.reading.problems) > mark:
            return None
        expected = tuple(one for one in wanted if one)
        return Example(about, self.facts, self.scope, self.derived, expected)

    # -- given

    def _give(self, name: str, at: Location, node: Node) -> None:
        root, *path = name.split(".")
        if root in schema.OWNERS:
            self._give_fact(name, root, path, at, node)
        elif root in self.book.eaches:
            over = self.book.eaches[root].over
            self._refuse(name, at, "is computed, a record at a time", f"give what it is made from: {over}, …")
        elif root in self.book.tables and self.book.tables[root].gives == "passage":
            columns = ", ".join(column.name for column in self.book.tables[root].columns)
            why = "is a table of passages: it can be expected, not given"
            self._refuse(name, at, why, f"give what it looks at: {columns}")
        elif not path and (root in self.book.derivations or root in self.book.tables):
            if fact := self._read(node, self.catalogue.type_of(root), root):
                self.derived[root] = Read(root, root, fact.value, is_derived=True)
        elif self._is_known(name, at, [*schema.OWNERS, *self.book.derivations]):
            self._refuse(name, at, "can't be given", "give facts of place, role and pair, or derivations")

    def _give_fact(self, name: str, root: str, path: list[str], at: Location, node: Node) -> None:
        owner = root
        while root == "place" and path[:1] == ["country"]:
            owner, path = COUNTRY, path[1:]
        field = self.catalogue.fields[root].get(path[0]) if path else None
        key = ".".join((owner, *path))
        if key == SCOPE:
            if fact := self._read(node, schema.Choice(schema.SCOPES), key):
                self.scope = str(fact.value)
        elif not self._is_known(name, at, []):
            return
        elif field and len(path) == 1:
            if fact := self._read(node, field.type, key):
                self._keep(owner, field.name, fact, at)
        elif field and len(path) == 2 and isinstance(field.type, schema.Figures):
            if fact := self._read(node, schema.Number(), key):
                self._keep_figure(owner, field.name, path[1], fact, at)
        elif path[-1] in schema.ASPECTS and len(path) > 1:
            whole = f"{name.rpartition('.')[0]}: {{value: …, {path[-1]}: …}}"
            self._refuse(name, at, "isn't given by itself", f"give it beside its value: {whole}")
        elif field:
            self._refuse(name, at, "isn't given by itself", f"give '{owner}.{field.name}' as a whole")
        else:
            self._refuse(name, at, "can't be given", "an example gives facts that pack.yaml declares")

    def _keep(self, owner: str, name: str, fact: Fact, at: Location) -> None:
        kept = self.facts.setdefault(owner, {})
        if name in kept:
            self._note_twice(kept[name].key, at)
        kept[name] = fact

    def _keep_figure(self, owner: str, name: str, figure: str, fact: Fact, at: Location) -> None:
        kept = self.facts.setdefault(owner, {})
        whole = kept.get(name)
        figures = dict(whole.value) if whole and isinstance(whole.value, dict) else {}
        if figure in figures:
            self._note_twice(fact.key, at)
        figures[figure] = fact
        kept[name] = Fact(f"{owner}.{name}", figures, fact.location, Provenance())

    def _note_twice(self, key: str, at: Location) -> None:
        self.reading.note("duplicate-key", f"'{key}' is given twice", at, "keep one of the two")

    # -- expected

    def _expect(self, name: str, at: Location, node: Node) -> Expected | None:
        root, *path = name.split(".")
        if root in schema.OWNERS:
            hint = "expect what rules make of facts: a table, or a derivation"
            self._refuse(name, at, "is a fact, which can only be given", hint)
        elif name in self.derived:
            self._refuse(name, at, "is given here: it can't be expected too", "give what it is made from")
        elif root in self.book.tables and not path and self.book.tables[root].gives == "passage":
            passages = self._passages(self.book.tables[root], node)
            return None if passages is None else Expected(name, passages, MISSING, node.location)
        elif root in self.book.eaches:
            return self._expect_of_record(name, path, at, node)
        elif not path and (root in self.book.derivations or root in self.book.tables):
            return self._value(name, node)
        elif self.catalogue.is_partial or root in self.catalogue.derived:
            raise Unusable
        else:
            known = [*self.book.derivations, *self.book.tables, *self.book.eaches]
            message = f"no rule is called '{visible_key(name)}'"
            self.reading.note("unknown-name", message, at, suggest(root, known))
        return None

    def _expect_of_record(self, name: str, path: list[str], at: Location, node: Node) -> Expected | None:
        root = name.split(".", maxsplit=1)[0]
        record = self.catalogue.derived[root]
        if not isinstance(record, schema.Record):
            raise Unusable
        keys, fields = self.reading.vocabularies[record.vocabulary], record.fields
        if len(path) == 2 and path[0] in keys and path[1] in fields:
            return self._value(name, node)
        known = [f"{root}.{key}.{field}" for key in keys for field in fields]
        message = f"'{visible_key(name)}' names no value of '{root}'"
        self.reading.note("unknown-name", message, at, suggest(name, known))
        return None

    def _value(self, name: str, node: Node) -> Expected | None:
        kind = self.catalogue.type_of(name)
        if isinstance(node, Scalar) and node.text == _MISSING:
            return Expected(name, None, MISSING, node.location)
        fact = self._read(node, kind, name)
        return Expected(name, None, fact.value, fact.location) if fact else None

    def _passages(self, table: Table, node: Node) -> tuple[str, ...] | None:
        """The passages that are expected of a table; None, with problems noted, if none could be."""
        one = isinstance(node, Scalar)
        words = node.items if isinstance(node, Sequence) else (node,)
        if not one and not (table.hit == "collect" and isinstance(node, Sequence)):
            what = "passages" if table.hit == "collect" else "one passage"
            message = f"table '{table.name}' says {what}, not {kind_of(node)}"
            self.reading.note("wrong-type", message, node.location, f"write a passage, or `{NOTHING}`")
            return None
        known = [row.outcome for row in table.rows if row.outcome] + [table.otherwise or NOTHING]
        found = []
        for word in words:
            text = word.text if isinstance(word, Scalar) and not word.is_empty else ""
            if text not in known and not (text == NOTHING and one):
                message = f"table '{table.name}' has no passage '{visible_key(text)}'"
                hint = suggest(text, list(dict.fromkeys((*known, NOTHING))))
                self.reading.note("unknown-passage", message, word.location, hint)
                return None
            found.append(text)
        return () if found == [NOTHING] else tuple(found)

    # -- names and values

    def _read(self, node: Node, kind: schema.Type, key: str) -> Fact | None:
        """A value, read as facts are."""
        if isinstance(kind, schema.Broken):
            raise Unusable
        return read_fact(node, kind, key, Provenance(), self.reading)

    def _is_known(self, name: str, at: Location, known: list[str]) -> bool:
        """Whether there is such a name; notes it if not."""
        try:
            self.catalogue.type_of(name)
        except UnknownName as unknown:
            hint = suggest(name, known) if known else unknown.hint
            self.reading.note("unknown-name", visible_key(unknown.message), at, hint)
            return False
        return True

    def _refuse(self, name: str, at: Location, why: str, hint: str) -> None:
        self.reading.note("example", f"'{visible_key(name)}' {why}", at, hint)
