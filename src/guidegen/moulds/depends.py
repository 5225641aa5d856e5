"""What a name comes down to, through all rules: facts of the place, facts of the role, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guidegen import schema
from guidegen.pack import Pack
from guidegen.rules.book import Derivation, Each
from guidegen.rules.formula import names
from guidegen.rules.table import Table
from guidegen.schema import PLACE_FORMS, ROLE_FORMS

ITEM = "item"


class Depends:
    """Which facts the names of a pack may read, worked out from its rules alone, and kept."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._facts: dict[str, frozenset[str]] = {}
        self._direct: dict[str, tuple[str, ...]] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._reads: dict[str, frozenset[str]] = {}

    def facts(self, name: str) -> frozenset[str]:
        """The dotted names of facts that a name may read: itself, if no rule writes it."""
        if name not in self._facts:
            behind = self.direct(name)
            found = (self.facts(inner) for inner in behind)
            self._facts[name] = frozenset({name}) if behind == (name,) else frozenset().union(*found)
        return self._facts[name]

    def direct(self, name: str) -> tuple[str, ...]:
        """The names that a rule's formula or table mentions; the name itself, if no rule writes it."""
        if name not in self._direct:
            book, root = self.pack.book, name.partition(".")[0]
            rule = book.derivations.get(root) or book.eaches.get(root) or book.tables.get(root)
            self._direct[name] = tuple(dict.fromkeys(_mentioned(rule))) if rule else (name,)
        return self._direct[name]

    def is_read_from(self, root: str, name: str) -> bool:
        """Whether a name may read facts of the `place` or of the `role`."""
        return any(fact.startswith(f"{root}.") for fact in self.facts(name))

    def keys(self, name: str) -> tuple[str, ...]:
        """The names whose values, for one role, settle what a name says: as few kinds of them as can be.

        Facts of the place, where these are single values, as its factor is; else the name itself: what
        rules make of two lists says less than the lists.
        """
        if name not in self._keys:
            of_place = sorted(fact for fact in self.facts(name) if fact.startswith("place."))
            simple = all(self._is_single(fact) for fact in of_place)
            self._keys[name] = tuple(of_place) if simple else (name,)
        return self._keys[name]

    def reads(self, name: str) -> frozenset[str]:
        """What of a pack a name may read, as `build.work.Made` has it."""
        if name not in self._reads:
            self._reads[name] = frozenset(self._read(name))
        return self._reads[name]

    def _read(self, name: str) -> Iterator[str]:
        root, *path = name.split(".")
        if root == "pair":
            yield "pair"
        elif root == "site":
            yield "settings"
        elif root in ("place", "role"):
            yield from self._field(root, path)
        else:
            yield f"rule {root}"
            for inner in self.direct(name):
                yield from self.reads(inner)

    def _field(self, root: str, path: list[str]) -> Iterator[str]:
        prefix = root
        while root == "place" and path[:1] == ["country"]:
            yield from (f"{prefix}.within", f"{prefix}.scope")
            prefix, path = "place.country", path[1:]
        forms = PLACE_FORMS if root == "place" else ROLE_FORMS
        head = path[0]
        yield f"{prefix}.{'names' if head in forms or head == 'slug' else head}"
        if root == "place" and head in forms:
            yield f"{prefix}.scope"  # the forms that a language's rules give go by it
        field = self.pack.fields[root].get(head)
        yield from (f"terms {name}" for name in _vocabularies(field.type)) if field else ()

    def _is_single(self, name: str) -> bool:
        kind = self.pack.catalogue.type_of(name)
        return isinstance(kind, (schema.Number, schema.Boolean, schema.Choice, schema.KeyOf, schema.Text))


def _mentioned(rule: Derivation | Each | Table) -> Iterable[str]:
    if isinstance(rule, Derivation):
        return (name.name for name in names(rule.expression))
    if isinstance(rule, Table):
        return (column.name for column in rule.columns)
    of_fields = (name.name for field in rule.fields.values() for name in names(field.expression))
    return (rule.over, *(name for name in of_fields if not is_item(name)))


def is_item(name: str) -> bool:
    """Whether a name is `item`, or something of it."""
    return name == ITEM or name.startswith(f"{ITEM}.")


def _vocabularies(kind: schema.Type) -> Iterator[str]:
    if isinstance(kind, schema.ListOf):
        yield from _vocabularies(kind.item)
    elif isinstance(kind, schema.KeyOf):
        yield kind.vocabulary
    elif isinstance(kind, schema.Record):
        yield kind.vocabulary
        for field in kind.fields.values():
            yield from _vocabularies(field.type)
