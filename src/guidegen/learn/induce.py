"""Which facts decide a variant: the smallest rules that fit, and whether the evidence is enough for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from math import factorial, prod
from random import Random
from typing import NamedTuple

from guidegen.learn.evidence import CHOICE, Column, Feature, Labelling, Unit, reads_of
from guidegen.learn.tabled import Rule, Sample, is_fitted, is_proved, over_one, over_two, sample_of
from guidegen.lookup import Missing
from guidegen.problems import refuse, suggest
from guidegen.rules.cells import Looked
from guidegen.rules.table import shown
from guidegen.source import Location

LISTED = 12
_LEAST_MARGIN = 1
_MOST_CHANCE = Fraction(1, 20)
_LABELLINGS = 1_000
_CLEAR = 200  # labellings that none fits: enough of them
_PROBES = 150
_CASES = 5
_KEPT = 200  # rules that are compared, the cheapest


class Case(NamedTuple):
    """Facts that no document has: those of a unit, but for one. `says` is what each rule listed gives."""

    like: Unit
    column: str
    value: str
    says: tuple[str | None, ...]


class Induction(NamedTuple):
    """The rules that explain some labels, cheapest first, and how good the evidence for the first is.

    `chance` is the share of labellings that a rule of the first one's cost fits: exact where all were tried,
    None where the rule costs no less than `field_bits`, what stating each unit's label takes. `margin` counts
    the bits to the next rule that behaves differently; None if there is none. `why` says why no rule is
    accepted; empty if one is. `flips` are listed rules with a bound, that no unit has, on its other side.
    """

    rules: tuple[Rule, ...]
    chance: Fraction | None
    is_exact: bool
    margin: int | None
    field_bits: int
    accepted: bool
    why: str
    cases: tuple[Case, ...] = ()
    flips: tuple[Rule, ...] = ()


def induce(
    labels: Mapping[Unit, str], features: Iterable[Feature], *, circular: Collection[str] = ()
) -> Induction:
    """The smallest decision tables that give each unit its label, and whether the first is to be believed.

    Tables over two columns are looked for only if none over one fits. A rule is accepted if it is cheaper
    than a label for each unit; if rules of at most its cost fit at most 5 % of all labellings with the same
    sizes (all are tried, if they are at most 1,000; else up to 1,000 by a seeded random); and if it is a bit
    cheaper than the next that behaves differently on 150 probes. Measured on 4 to 16 places: of random labels
    at most 4 % are believed; of true rules from 12 places on, if three have each label, over 95 %.

    Units that are pairs and whose labels follow from the place (or the role) count as places: each once.
    `circular` names facts that are known by the label alone: no feature that reads one is a reason.
    """
    known = [feature for feature in features if not reads_of(feature) & {*circular}]
    sample = sample_of(labels, known)
    blocks = _blocks(sample)
    field_bits = len(blocks) * max(0, len(sample.names) - 1).bit_length()
    if len(sample.names) < 2:
        return Induction((), None, True, None, field_bits, False, "there is nothing to choose")
    rules = _rules(sample, known)
    if not rules:
        why = "no table over one fact or two gives each its variant"
        return Induction((), None, True, None, field_bits, False, why)
    probes = _probes(sample, rules)
    groups = _alike([rule for rule in rules if not rule.is_flip], probes)
    margin = groups[1].bits - groups[0].bits if len(groups) > 1 else None
    chance, is_exact = None, False
    if groups[0].bits < field_bits:
        chance, is_exact = _chance(sample, blocks, groups[0].bits)
    why = _why_not(chance, margin, groups)
    listed = tuple(groups[:LISTED])
    ids = {(rule.columns, rule.bits) for rule in listed}
    flips = tuple(rule for rule in rules if rule.is_flip and (rule.columns, rule.bits) in ids)
    cases = tuple(_cases(listed, probes))
    return Induction(listed, chance, is_exact, margin, field_bits, not why, why, cases, flips)


def decided(
    labels: Mapping[Unit, str],
    features: Iterable[Feature],
    choice: str | tuple[str, ...],
    at: Location | None = None,
) -> Rule:
    """The rule that an editor chose: by its id, or by the column or columns that it looks at.

    Of several over these columns the cheapest; a number may have as many rows as it needs. Raises `Refused`,
    at `at`, if there is no such rule or column, or no table over the columns fits.
    """
    known = sorted(features, key=lambda feature: feature.name)
    sample = sample_of(labels, known)
    if isinstance(choice, str) and choice.startswith("rule-"):
        rules = [*over_one(sample), *over_two(sample)]
        chosen = next((rule for rule in rules if rule.id == choice), None)
        if chosen is None:
            hint = "the documents have changed: delete the decision, and look at questions.yaml again"
            raise refuse("decision", f"no rule '{choice}' fits the documents", at, hint)
        return chosen
    names, there_are = (choice,) if isinstance(choice, str) else choice, [feature.name for feature in known]
    for name in names:
        if name not in there_are:
            message = f"'{name}' is nothing that a table could look at here"
            raise refuse("decision", message, at, suggest(name, there_are))
    chosen_columns = [feature for feature in known if feature.name in names]
    narrowed = sample_of(labels, chosen_columns)
    rules = [*over_one(narrowed, most_runs=len(narrowed.units)), *over_two(narrowed)]
    found = _proved(sorted(rules, key=_order), chosen_columns)
    first = next((rule for rule in found if not rule.is_flip), None)
    if first is None:
        raise _not_over(narrowed, names, at)
    return first


def _not_over(sample: Sample, names: tuple[str, ...], at: Location | None) -> Exception:
    """Why no table over some columns fits: two units that they don't tell apart, or no small table."""
    over = " and ".join(f"'{name}'" for name in names)
    seen: dict[tuple[Looked, ...], int] = {}
    for number, label in enumerate(sample.labels):
        values = tuple(column.values[number] for column in sample.columns)
        other = seen.setdefault(values, number)
        if sample.labels[other] != label:
            one, two = _named(sample.units[other]), _named(sample.units[number])
            message = f"{over} can't decide: {one} and {two} have the same there, and different variants"
            return refuse("decision", message, at, "name another column, or one more")
    return refuse("decision", f"no small table over {over} fits", at, "name other columns, or one more")


def _named(unit: Unit) -> str:
    return unit if isinstance(unit, str) else " × ".join(unit)


# -- rules that fit


def _rules(sample: Sample, features: list[Feature]) -> list[Rule]:
    """The rules that fit, cheapest first; none that names each unit by a word of its own."""
    telling = [column for column in sample.columns if not _is_a_name(column, len(sample.units))]
    narrowed = sample._replace(columns=telling)
    for found in (over_one(narrowed), over_two(narrowed)):
        if rules := list(islice(_proved(sorted(found, key=_order), features), _KEPT)):
            return rules
    return []


def _is_a_name(column: Column, units: int) -> bool:
    return column.feature.kind == CHOICE and len(column.classes) == units


def _proved(rules: Iterable[Rule], features: Iterable[Feature]) -> Iterator[Rule]:
    by_name = {feature.name: feature for feature in features}
    return (rule for rule in rules if is_proved(rule, by_name))


def _order(rule: Rule) -> tuple[int, bool, int, tuple[str, ...], str]:
    return rule.bits, rule.is_flip, len(rule.rows), rule.columns, rule.id


# -- chance


def _blocks(sample: Sample) -> list[list[int]]:
    """Units whose labels are one fact: pairs with the same place or role, where that determines the label."""
    alone = [[number] for number in range(len(sample.units))]
    options = [alone]
    for part in (0, 1):
        together: dict[str, list[int]] = {}
        for number, unit in enumerate(sample.units):
            key = unit if isinstance(unit, str) else unit[part]
            together.setdefault(key, []).append(number)
        if all(len({sample.labels[number] for number in block}) == 1 for block in together.values()):
            options.append(list(together.values()))
    return min(options, key=len)


def _chance(sample: Sample, blocks: list[list[int]], most: int) -> tuple[Fraction, bool]:
    """The share of labellings of blocks, with as many of each label, that rules of so many bits fit."""
    of_blocks = [sample.labels[block[0]] for block in blocks]
    sizes = [of_blocks.count(label) for label in range(len(sample.names))]
    count = factorial(len(blocks)) // prod(map(factorial, sizes))
    is_exact = count <= _LABELLINGS
    fitted = tried = 0
    for arranged in _arrangements(sizes) if is_exact else _shuffled(of_blocks):
        labels = [0] * len(sample.units)
        for label, block in zip(arranged, blocks):
            for number in block:
                labels[number] = label
        tried += 1
        fitted += is_fitted(sample.columns, Labelling(labels, len(sample.names)), most)
        if not is_exact and (fitted > 2 * _MOST_CHANCE * _LABELLINGS or (tried == _CLEAR and not fitted)):
            break  # whatever the others are, they change nothing
    return (Fraction(fitted, tried), True) if is_exact else (Fraction(fitted + 1, tried + 1), False)


def _shuffled(labels: list[int]) -> Iterator[list[int]]:
    random = Random(len(labels))  # noqa: S311 - the same each time, and no secret
    arranged = list(labels)
    for _ in range(_LABELLINGS):
        random.shuffle(arranged)
        yield arranged


def _arrangements(sizes: list[int]) -> Iterator[list[int]]:
    """All orders of so many of each label."""
    if not any(sizes):
        yield []
        return
    for label, size in enumerate(sizes):
        if size:
            fewer = [*sizes[:label], size - 1, *sizes[label + 1 :]]
            for rest in _arrangements(fewer):
                yield [label, *rest]


def _why_not(chance: Fraction | None, margin: int | None, groups: list[Rule]) -> str:
    """Why the first rule isn't accepted, in words; nothing if it is."""
    if chance is None:
        return "stating each variant takes no more than the rule"
    if chance > _MOST_CHANCE:
        percent = -(-chance.numerator * 100 // chance.denominator)
        return f"some rule as simple fits {percent} % of all ways to deal out the variants"
    if margin is not None and margin < _LEAST_MARGIN:
        columns = " and ".join(groups[1].columns)
        return f"another rule over {columns} fits just as well"
    return ""


# -- behaviour


class _Probe(NamedTuple):
    """The facts of a unit, of which one was changed."""

    unit: int
    column: str
    values: dict[str, Looked]
    like: Unit


def _probes(sample: Sample, rules: list[Rule]) -> list[_Probe]:
    """Facts of units with one column changed: beyond, between and at what was seen."""
    used = {name for rule in rules for name in rule.columns}
    columns = [column for column in sample.columns if column.name in used]
    own = [{column.name: column.values[number] for column in columns} for number in range(len(sample.units))]
    found: list[_Probe] = []
    for number, column in enumerate(columns):
        share = (_PROBES * (number + 1)) // len(columns) - (_PROBES * number) // len(columns)
        wanted = (
            (unit, value)
            for turn in range(len(sample.units))
            for value, unit in _nearest(column, turn)
            if own[unit][column.name] != value
        )
        for unit, value in islice(wanted, share):
            changed = {**own[unit], column.name: value}
            _follow(columns, column, value, changed)
            found.append(_Probe(unit, column.name, changed, sample.units[unit]))
    return found


def _nearest(column: Column, turn: int) -> Iterator[tuple[Looked, int]]:
    """Each value to try, with the unit that is so many steps from the one whose number is nearest to it."""
    units = range(len(column.values))
    for place, value in enumerate(column.probes()):
        if isinstance(value, Decimal):
            far = {number: _distance(column.values[number], value) for number in units}
            ranked = sorted(units, key=lambda number: far[number])
            yield value, ranked[turn]
        else:
            yield value, (place + turn) % len(units)


def _distance(value: Looked, other: Decimal) -> tuple[bool, Decimal]:
    return (False, abs(value - other)) if isinstance(value, Decimal) else (True, Decimal(0))


def _follow(columns: list[Column], changed: Column, value: Looked, values: dict[str, Looked]) -> None:
    """What else changes with a list: how many it has, and whether there is any."""
    subject = _subject(changed)
    is_empty = not value or isinstance(value, Missing)
    for column in columns:
        if column is changed or not subject or _subject(column) != subject:
            continue
        before = values[column.name]
        if isinstance(before, bool):
            values[column.name] = not is_empty
        elif isinstance(before, Decimal) and (is_empty or not before):
            values[column.name] = Decimal(int(not is_empty))
        elif isinstance(before, frozenset) and is_empty:
            values[column.name] = frozenset[str]()


def _subject(column: Column) -> str:
    """The fact whose presence or number the column is, or that it is itself."""
    formula = column.feature.formula
    function, bracket, name = formula.partition("(")
    if bracket and function.strip() in ("count", "present"):
        return name.rstrip(") ").strip()
    return "" if formula else column.name


def _said(rule: Rule, probes: list[_Probe]) -> tuple[str | None, ...]:
    said: dict[tuple[Looked, ...], str | None] = {}
    asked = [tuple(probe.values[name] for name in rule.columns) for probe in probes]
    for values in asked:
        if values not in said:
            said[values] = rule.label_of(values)
    return tuple(said[values] for values in asked)


def _alike(rules: list[Rule], probes: list[_Probe]) -> list[Rule]:
    """The first of those rules that say the same of every probe."""
    found: dict[tuple[str | None, ...], Rule] = {}
    for rule in rules:
        found.setdefault(_said(rule, probes), rule)
    return list(found.values())


def _cases(rules: tuple[Rule, ...], probes: list[_Probe]) -> Iterator[Case]:
    """A few probes that tell most of the rules apart which the earlier ones don't."""
    said = [_said(rule, probes) for rule in rules]
    apart = [(one, other) for one in range(len(rules)) for other in range(one)]
    for _ in range(_CASES):
        split = [
            sum(said[one][number] != said[other][number] for one, other in apart)
            for number in range(len(probes))
        ]
        if not any(split):
            return
        best = split.index(max(split))
        apart = [(one, other) for one, other in apart if said[one][best] == said[other][best]]
        probe = probes[best]
        value = probe.values[probe.column]
        yield Case(probe.like, probe.column, shown(value), tuple(answers[best] for answers in said))
