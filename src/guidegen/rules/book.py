"""The rules of a pack: its derivations and tables, read from all rules files and put in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from guidegen import schema
from guidegen.keys import KEY, Keys, visible_key
from guidegen.lookup import ROOTS, Catalogue, UnknownName, Unusable
from guidegen.problems import Problem
from guidegen.rules.formula import Expression, Failed, names, parse_formula, type_of
from guidegen.rules.syntax import SyntaxFault
from guidegen.rules.table import Table, check_table, value_type
from guidegen.rules.tabular import read_table
from guidegen.source import Location
from guidegen.yamlfile import Mapping, Node, Scalar

LONGEST_CHAIN = 50
EXAMPLES = "examples"  # the one key of a rules file that is no rule
EACH_RESERVED = ("item", *ROOTS)


class Derivation(NamedTuple):
    """A value computed by a formula; `text` is the formula as written, with its location."""

    name: str
    expression: Expression
    text: Scalar

    @property
    def location(self) -> Location:
        """Where the formula stands."""
        return self.text.location


class Each(NamedTuple):
    """One record per record of `over`, its fields computed by formulas on `item`.

    `broken` names the fields whose formulas can't be read.
    """

    name: str
    over: str
    fields: dict[str, Derivation]
    location: Location
    over_location: Location
    broken: tuple[str, ...]


Rule = Derivation | Each | Table


class Book(NamedTuple):
    """All rules, by name."""

    derivations: dict[str, Derivation]
    eaches: dict[str, Each]
    tables: dict[str, Table]

    def all(self) -> Iterator[tuple[str, Rule]]:
        """Every rule with its name."""
        yield from self.derivations.items()
        yield from self.eaches.items()
        yield from self.tables.items()

    def leaf_roots(self, roots: Iterable[str]) -> frozenset[str]:
        """What the first words of names come down to, through all rules: `place`, `role` and others."""
        found, open_ = set(), list(roots)
        seen: set[str] = set()
        while open_:
            root = open_.pop()
            if root not in seen:
                seen.add(root)
                behind = self._behind(root)
                open_ += behind or []
                if behind is None:
                    found.add(root)
        return frozenset(found)

    def _behind(self, root: str) -> list[str] | None:
        """The first words of the names that a rule reads; None for what is no rule."""
        if root in self.derivations:
            return _mentioned(self.derivations[root])
        if root in self.eaches:
            each = self.eaches[root]
            fields = [name for field in each.fields.values() for name in _mentioned(field)]
            return [each.over.split(".")[0], *(name for name in fields if name != "item")]
        if root in self.tables:
            return [column.name.split(".")[0] for column in self.tables[root].columns]
        return None


def _mentioned(derivation: Derivation) -> list[str]:
    return [name.name.split(".")[0] for name in names(derivation.expression)]


def read_rules(root: Mapping, book: Book, problems: list[Problem]) -> set[str]:
    """Add to the book what a rules file states; gives the names of rules that can't be read."""
    broken: set[str] = set()
    written = {name: _location(rule) for name, rule in book.all()}
    for name, node in root.entries.items():
        at = root.keys[name]
        if name == EXAMPLES:
            continue
        if name in written:
            problems.append(
                Problem(
                    "duplicate-key",
                    f"'{name}' is written by two rules",
                    at,
                    f"the other is in {written[name]}; each name has one writer",
                )
            )
        elif isinstance(node, Mapping) and "table" in node.entries:
            if table := read_table(name, node, at, problems):
                book.tables[name] = table
            else:
                broken |= {name, name.lower().replace("_", "-").replace(" ", "-")}
        elif not KEY.fullmatch(name) or name in EACH_RESERVED:
            broken |= {name, name.lower().replace("-", "_").replace(" ", "_")} - {*EACH_RESERVED}
            problems.append(
                Problem(
                    "key",
                    f"'{visible_key(name)}' can't name a derivation",
                    at,
                    "use lower-case letters, digits and _, a letter first; not place, "
                    "role, pair, site or item",
                )
            )
        elif isinstance(node, Mapping):
            if each := _each(name, node, at, problems):
                book.eaches[name] = each
            else:
                broken.add(name)
        elif derivation := _derivation(name, node, problems):
            book.derivations[name] = derivation
        else:
            broken.add(name)
    return broken


def _location(rule: Rule) -> Location:
    return rule.location


def _derivation(name: str, node: Node, problems: list[Problem]) -> Derivation | None:
    if not isinstance(node, Scalar) or node.is_empty:
        says = f"'{name}' has no formula" if isinstance(node, Scalar) else f"'{name}' is no rule"
        hint = "a rule is a formula, a mapping with `each`, or one with `table`"
        problems.append(Problem("wrong-type", says, node.location, hint))
        return None
    try:
        return Derivation(name, parse_formula(node.text), node)
    except SyntaxFault as fault:
        problems.append(
            Problem(
                "formula",
                f"'{name}' is no formula: {fault.message}",
                node.at(fault.offset, fault.width),
                fault.hint or "as round(item.NUMBER * place.NUMBER, 10)",
            )
        )
        return None


def _each(name: str, node: Mapping, at: Location, problems: list[Problem]) -> Each | None:
    keys = Keys(node, f"'{name}'", problems)
    over = keys.scalar("each", required=True)
    fields, broken = {}, []
    for field, inner in node.entries.items():
        if field == "each":
            continue
        keys.asked.append(field)
        if not KEY.fullmatch(field):
            keys.note(
                "key",
                f"'{visible_key(field)}' can't name a value",
                node.keys[field],
                "use lower-case letters, digits and _, a letter first",
            )
        elif derivation := _derivation(field, inner, problems):
            fields[field] = derivation
        if field not in fields:
            broken.append(field)
    keys.close()
    return Each(name, over.text, fields, at, over.location, tuple(broken)) if over else None


def check_book(
    book: Book, catalogue: Catalogue, terms: dict[str, list[str]], broken: Iterable[str] = ()
) -> list[Problem]:
    """Infer the order of the rules and the type of each, into `catalogue.derived`.

    `broken` names rules that can't be read: what reads them isn't wrong for that.
    Returns what is wrong: unknown names, wrong types, cycles, cells outside their columns' domains.
    """
    problems: list[Problem] = []
    catalogue.derived |= dict.fromkeys(sorted(broken), schema.Broken())
    needs = {name: sorted({root for root, _ in _mentions(rule)}) for name, rule in book.all()}
    rules = dict(book.all())
    done: set[str] = set()

    def visit(name: str, chain: tuple[str, ...]) -> None:
        if name in chain:
            circle = (*chain[chain.index(name) :], name)
            problems.append(
                Problem(
                    "cycle",
                    f"'{name}' is computed from itself: " + " → ".join(circle),
                    _location(rules[name]),
                    "one of these has to come from facts alone",
                )
            )
            done.update(circle)
            catalogue.derived |= dict.fromkeys(circle, schema.Broken())
            return
        if name in done or name not in rules:
            return
        if len(chain) > LONGEST_CHAIN:
            message = f"'{chain[0]}' is computed through more than {LONGEST_CHAIN} rules"
            at = _location(rules[chain[0]])
            if all(problem.kind != "chain" for problem in problems):
                problems.append(Problem("chain", message, at, "compute it in fewer steps"))
            done.update(chain)
            catalogue.derived |= dict.fromkeys(chain, schema.Broken())
            return
        for needed in needs[name]:
            visit(needed, (*chain, name))
        if name not in done:
            done.add(name)
            problems.extend(_check_rule(rules[name], catalogue, terms))

    for name in rules:
        visit(name, ())
    return problems


def _mentions(rule: Rule) -> Iterator[tuple[str, str]]:
    """Root and name of everything that a rule reads."""
    found: list[str] = []
    if isinstance(rule, Derivation):
        found = [name.name for name in names(rule.expression)]
    elif isinstance(rule, Each):
        found = [rule.over]
        for field in rule.fields.values():
            found += [name.name for name in names(field.expression)]
    else:
        found = [column.name for column in rule.columns]
    for name in found:
        yield name.split(".")[0], name


def _check_rule(rule: Rule, catalogue: Catalogue, terms: dict[str, list[str]]) -> Iterator[Problem]:
    if isinstance(rule, Table):
        yield from check_table(rule, catalogue, terms)
        if rule.gives == "value":
            catalogue.derived[rule.name] = value_type(rule)
    elif isinstance(rule, Derivation):
        yield from _check_formula(rule, catalogue, None, catalogue.derived)
    else:
        yield from _check_each(rule, catalogue)


def _check_formula(
    derivation: Derivation, catalogue: Catalogue, item: schema.Type | None, types: dict[str, schema.Type]
) -> Iterator[Problem]:
    """What is wrong with a formula; notes its type under its name."""
    types[derivation.name] = schema.Broken()
    try:
        types[derivation.name] = type_of(derivation.expression, catalogue, item)
    except Failed as failed:
        yield formula_problem(derivation, failed)
    except Unusable:
        pass


def _check_each(rule: Each, catalogue: Catalogue) -> Iterator[Problem]:
    catalogue.derived[rule.name] = schema.Broken()
    try:
        base = catalogue.type_of(rule.over)
    except UnknownName as unknown:
        yield Problem("unknown-name", unknown.message, rule.over_location, unknown.hint)
        return
    except Unusable:
        return
    if not isinstance(base, schema.Record):
        yield Problem(
            "wrong-type",
            f"'{rule.over}' has no records to go over",
            rule.over_location,
            "`each` goes over a map of records",
        )
        return
    types: dict[str, schema.Type] = dict.fromkeys(rule.broken, schema.Broken())
    for derivation in rule.fields.values():
        yield from _check_formula(derivation, catalogue, base, types)
    fields = {name: schema.Field("", name, kind, False, "", rule.location) for name, kind in types.items()}
    catalogue.derived[rule.name] = schema.Record(base.vocabulary, fields, (), ())


def formula_problem(derivation: Derivation, failed: Failed, message: str = "") -> Problem:
    """What failed in a formula, as a problem at its place."""
    return Problem(
        "formula",
        message or failed.message,
        derivation.text.at(failed.offset, failed.width or len(derivation.text.text)),
        failed.hint,
        lacks=failed.lacks,
    )
