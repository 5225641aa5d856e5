"""The fewest facts whose change brings something about, found by trying: what isn't tried isn't said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import combinations, islice, product

from guidegen import schema
from guidegen.alternatives import STATED, Change, atoms, described, step_of
from guidegen.lookup import MISSING, Found, Missing
from guidegen.problems import Refused
from guidegen.rules.cells import Cell, Contains, matches
from guidegen.rules.formula import key_of
from guidegen.rules.table import look
from guidegen.source import Location
from guidegen.supposing import Behind, Leaf, Values
from guidegen.values import Entries, Entry, Fact, Provenance, Term

MOST_TRIES = 20_000
_MOST_COMBINED, _MOST_IN_PAIRS, _MOST_DOUBLINGS, _MOST_TRIED = 64, 24, 40, 400
_BEYOND = 1_000  # times the value: how far a number without bounds is tried
Goal = Callable[[Values], bool]
Numbered = tuple[Decimal, ...]


Turn = tuple[Change, ...]  # the facts that have to change together


class _OutOfTries(Exception):
    """Everything has been tried that may be."""


class Search:
    """Looks for changes of facts after which a goal is met; each that is found has met it.

    `failing` has, by key, the cells that a fact has to lie in and doesn't. `direct` has, by key, the cells
    of the only column that a fact stands in, if no formula reads it: it is tried between all their bounds.
    """

    def __init__(
        self,
        goal: Goal,
        facts: Behind,
        terms: dict[str, dict[str, Term]],
        direct: dict[str, list[Cell]],
        failing: dict[str, Cell],
    ) -> None:
        self._goal = goal
        self.facts = facts
        self.terms = terms
        self.direct = direct
        self.forced = {key: self._within(facts.leaves[key], cell) for key, cell in failing.items()}
        self.tries = 0

    def turns(self, locale: str) -> tuple[list[Turn], bool]:
        """The smallest changes that were found, and whether everything was tried that had to be."""
        found: dict[tuple[str, ...], list[Values]] = {}
        complete = True
        try:
            for more in range(3):
                for values in self._with_more(more):
                    found.setdefault(tuple(values), []).append(values)
                if found:
                    break
        except _OutOfTries:
            complete = False
        return [self._described(keys, combos, locale) for keys, combos in found.items()], complete

    def _meets(self, values: Values) -> bool:
        self.tries += 1
        if self.tries > MOST_TRIES:
            raise _OutOfTries
        try:
            return self._goal(values)
        except Refused:
            return False

    def _bases(self) -> list[Values]:
        """The changes that can't be done without, in each way that they can be made."""
        combos = islice(product(*self.forced.values()), _MOST_COMBINED)
        return [dict(zip(self.forced, combo)) for combo in combos]

    def _with_more(self, more: int) -> Iterator[Values]:
        """Changes that meet the goal, of the forced facts and so many others."""
        others = [leaf for key, leaf in self.facts.leaves.items() if key not in self.forced]
        for base in self._bases():
            if more == 0 and base and self._meets(base):
                yield base
            if more == 1:
                for leaf in others:
                    for value in self._values(leaf, base):
                        yield {**base, leaf.key: value}
            if more == 2:
                yield from self._pairs(others, base)

    def _pairs(self, others: list[Leaf], base: Values) -> Iterator[Values]:
        for one, other in combinations(others, 2):
            for first in self._few(one):
                second = next(iter(self._values(other, {**base, one.key: first}, few=True)), None)
                if second is None:
                    continue
                values = {**base, one.key: first, other.key: second}
                if isinstance(first, Decimal) and isinstance(one.value, Decimal):
                    values[one.key] = self._nearer(one, first, {**base, other.key: second})
                yield values
                break

    # -- the values that a fact is tried with

    def _within(self, leaf: Leaf, cell: Cell) -> list[Found]:
        """The values to try of a fact that has to lie in a cell."""
        tried: list[Found] = [] if isinstance(leaf.value, Missing) else [MISSING]
        if isinstance(leaf.type, schema.Number):
            own = self.direct.get(leaf.key, self.facts.cells.get(leaf.name, []))
            tried += [number for _, number in atoms(own, leaf)]
        else:
            tried += self._choices(leaf)
        return [value for value in dict(zip(map(repr, tried), tried)).values() if matches(cell, look(value))]

    def _values(self, leaf: Leaf, base: Values, *, few: bool = False) -> Iterator[Found]:
        """The values of a fact that meet the goal, the nearest first."""
        if isinstance(leaf.type, schema.Number):
            yield from self._numbers(leaf, base)
            return
        for value in self._few(leaf) if few else self._choices(leaf):
            if self._meets({**base, leaf.key: value}):
                yield value

    def _few(self, leaf: Leaf) -> list[Found]:
        if isinstance(leaf.type, schema.Number):
            probes: list[Found] = [
                *self._hints(leaf),
                *self._probes(leaf, 1)[::4],
                *self._probes(leaf, -1)[::4],
            ]
            return [*dict.fromkeys(probes)][:_MOST_IN_PAIRS]
        return list(islice(self._choices(leaf), _MOST_IN_PAIRS))

    def _choices(self, leaf: Leaf) -> Iterator[Found]:
        """Every value that a fact can be tried with, if it is no number; the likely ones first."""
        kind = leaf.type
        if isinstance(kind, schema.Boolean):
            yield from (value for value in (True, False) if value is not leaf.value)
        elif isinstance(kind, schema.Choice):
            yield from (option for option in kind.options if option != leaf.value)
        elif isinstance(kind, schema.KeyOf):
            yield from (term for term in self.terms.get(kind.vocabulary, {}).values() if term != leaf.value)
        elif isinstance(kind, schema.ListOf):
            yield from self._lists(leaf, kind)
        elif isinstance(leaf.value, Missing) and isinstance(kind, (schema.Text, schema.Entry)):
            yield STATED
        if not isinstance(leaf.value, Missing):
            yield MISSING

    def _lists(self, leaf: Leaf, kind: schema.ListOf) -> Iterator[Found]:
        entries = leaf.value if isinstance(leaf.value, Entries) else Entries()
        if not isinstance(kind.item, schema.KeyOf):
            yield Entries((*entries, _entry(leaf, Entry(STATED, None), len(entries))))
            if len(entries) > 1:
                yield Entries(entries[:-1])
            return
        terms = self.terms.get(kind.item.vocabulary, {})
        has = [key_of(fact) for fact in entries]
        for key in dict.fromkeys([*self._mentioned(), *terms]):
            if key in terms and key not in has:
                yield Entries((*entries, _entry(leaf, terms[key], len(entries))))
        for fact in entries if len(entries) > 1 else ():
            yield Entries(one for one in entries if one is not fact)
        for cell in self.facts.cells.get(leaf.name, ()):
            if isinstance(cell, Contains):
                lacking = [key for key in cell.keys if key not in has]
                added = [_entry(leaf, terms[key], len(entries) + at) for at, key in enumerate(lacking)]
                yield Entries((*entries, *added))
                yield Entries(one for one in entries if key_of(one) not in cell.keys)

    def _mentioned(self) -> Iterator[str]:
        """Keys that cells name, and those that lists next to this one have."""
        for cells in self.facts.cells.values():
            for cell in cells:
                yield from cell.keys if isinstance(cell, Contains) else ()
        for leaf in self.facts.leaves.values():
            for fact in leaf.value if isinstance(leaf.value, Entries) else ():
                if isinstance(fact.value, Term):
                    yield fact.value.key

    # -- numbers

    def _numbers(self, leaf: Leaf, base: Values) -> Iterator[Found]:
        if leaf.key in self.direct:
            for _, value in atoms(self.direct[leaf.key], leaf):
                if self._meets({**base, leaf.key: value}):
                    yield value
        else:
            for value in self._hints(leaf) if isinstance(leaf.value, Missing) else ():
                if self._meets({**base, leaf.key: value}):
                    yield value
                    break
            for way in (1, -1) if isinstance(leaf.value, Decimal) else ():
                tried = {*self._every(leaf, way), *self._probes(leaf, way), *self._hints(leaf, way)}
                probes = sorted(tried, reverse=way < 0)
                for value in probes:
                    if self._meets({**base, leaf.key: value}):
                        yield self._nearer(leaf, value, base)
                        break
        if not isinstance(leaf.value, Missing) and self._meets({**base, leaf.key: MISSING}):
            yield MISSING

    def _nearer(self, leaf: Leaf, far: Decimal, base: Values) -> Decimal:
        """The value nearest to the present one, on the way to one that meets the goal, that meets it too."""
        assert isinstance(leaf.value, Decimal)
        step = step_of(leaf, far)
        missed, met = 0, int((far - leaf.value) / step)
        best = far
        while abs(met - missed) > 1:
            middle = (met + missed) // 2 if met > 0 else -((-met - missed) // 2)
            value = leaf.value + middle * step
            if self._meets({**base, leaf.key: value}):
                met, best = middle, value
            else:
                missed = middle
        return best

    def _hints(self, leaf: Leaf, way: int = 0) -> Numbered:
        """The numbers that rules compare with, and those next to them, the nearest first."""
        found: set[Decimal] = set()
        for number in self.facts.numbers:
            step = step_of(leaf, number)
            found |= {number - step, number, number + step}
        assert isinstance(leaf.type, schema.Number)
        found |= {bound for bound in (leaf.type.low, leaf.type.high) if bound is not None}
        fitting = [number for number in found if not schema.in_domain(number, leaf.type)]
        middle = leaf.value if isinstance(leaf.value, Decimal) else Decimal(0)
        fitting = [number for number in fitting if not way or (number - middle) * way > 0]
        return tuple(sorted(fitting, key=lambda number: (abs(number - middle), number)))

    def _every(self, leaf: Leaf, way: int) -> Numbered:
        """Every number to the end of the field, as finely as numbers are tried, where these aren't many."""
        assert isinstance(leaf.value, Decimal)
        assert isinstance(leaf.type, schema.Number)
        step, end = step_of(leaf, leaf.value), leaf.type.high if way > 0 else leaf.type.low
        count = int(abs(end - leaf.value) / step) if end is not None else _MOST_TRIED + 1
        numbers = (
            (leaf.value + way * step * index for index in range(1, count + 1)) if count <= _MOST_TRIED else ()
        )
        return tuple(number for number in numbers if not schema.in_domain(number, leaf.type))

    def _probes(self, leaf: Leaf, way: int) -> Numbered:
        """Numbers ever farther from the present one, as far as the field goes."""
        if not (isinstance(leaf.value, Decimal) and isinstance(leaf.type, schema.Number)):
            return ()
        step = step_of(leaf, leaf.value)
        end = leaf.type.high if way > 0 else leaf.type.low
        if end is None:
            end = leaf.value + way * _BEYOND * max(abs(leaf.value), step)
        found = []
        for doubling in range(_MOST_DOUBLINGS):
            value = leaf.value + way * step * 2**doubling
            if (end - value) * way <= 0:
                break
            found.append(value)
        found += [leaf.value + (end - leaf.value) * part / 16 // step * step for part in range(1, 16)]
        found.append(end if not schema.in_domain(end, leaf.type) else end - way * step)
        fitting = {one for one in found if not schema.in_domain(one, leaf.type) and one != leaf.value}
        return tuple(sorted(fitting, reverse=way < 0))

    # -- in words

    def _described(self, keys: tuple[str, ...], combos: list[Values], locale: str) -> Turn:
        """Values of facts as changes; alternatives only where each goes with all those of the others."""
        options = [[*{repr(values[key]): values[key] for values in combos}.values()] for key in keys]
        size = 1
        for option in options:
            size *= len(option)
        if size > len({repr(list(values.items())) for values in combos}):
            options = [[combos[0][key]] for key in keys]
        return tuple(
            described(self.facts.leaves[key], values, self.direct.get(key, []), locale)
            for key, values in zip(keys, options)
        )


def _entry(leaf: Leaf, value: Term | Entry, index: int) -> Fact:
    return Fact(f"{leaf.key}[{index}]", value, Location.of_file(""), Provenance())
