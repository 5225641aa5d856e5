"""Rules from labelled units: what is found, what is believed, and what an editor may choose."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidegen.learn.evidence import Feature, Unit
from guidegen.learn.induce import decided, induce
from guidegen.learn.tabled import Rule, is_proved, written
from guidegen.lookup import MISSING
from guidegen.problems import Refused
from guidegen.rules.cells import Looked, matches, parse_cell

PLACES = ["belgium", "bruges", "leuven", "mechelen"]
FACTOR = Feature("place.factor", "number", dict(zip(PLACES, map(Decimal, ["1.00", "0.93", "1.03", "0.97"]))))
MARKET = Feature("place.market", "choice", dict(zip(PLACES, ["deep", "niche", "balanced", "niche"])))
IN_FIELD = Feature(
    "in_field",
    "boolean",
    dict(zip(PLACES, [True, False, False, False])),
    "overlaps(role.industries, place.specialties)",
)
SPECIALTIES = Feature(
    "place.specialties",
    "keys",
    dict(
        zip(
            PLACES,
            map(
                frozenset,
                [["fintech", "aerospace"], ["ports"], ["chips", "ai-research"], ["telecom", "ai-research"]],
            ),
        )
    ),
)
SCHOOLS = Feature(
    "many_schools", "integer", dict(zip(PLACES, map(Decimal, [3, 1, 2, 1]))), "count(place.universities)"
)
SEEDS = [FACTOR, MARKET, IN_FIELD, SPECIALTIES, SCHOOLS]
PAY = dict(zip(PLACES, ["affordable", "affordable", "premium", "affordable"]))


def cells(rule: Rule) -> dict[tuple[str, ...], str]:
    return {row.cells: row.label for row in rule.rows}


def number(name: str, values: Mapping[Unit, str]) -> Feature:
    return Feature(name, "number", {unit: Decimal(value) for unit, value in values.items()})


def values_at(rule: Rule, features: Iterable[Feature], unit: Unit) -> list[Looked]:
    by_name = {feature.name: feature for feature in features}
    found = []
    for name in rule.columns:
        value = by_name[name].values.get(unit, MISSING)
        if by_name[name].kind == "presence":
            value = value is not MISSING
        found.append(value)
    return found


def explains(rule: Rule, features: list[Feature], labels: Mapping[Unit, str]) -> bool:
    return all(rule.label_of(values_at(rule, features, unit)) == label for unit, label in labels.items())


# -- the tables of the source documents


def test_the_pay_note_is_written_as_an_editor_would() -> None:
    rule = decided(PAY, SEEDS, "place.factor")
    assert written(rule, {"premium": "pay.premium", "affordable": "pay.affordable"}) == (
        "| row        | place.factor || passage        |\n"
        "| affordable | at most 1.00 || pay.affordable |\n"
        "| premium    | over 1.00    || pay.premium    |\n"
    )


def test_fit_and_talent_come_out_when_their_columns_are_named() -> None:
    fit = decided(dict(zip(PLACES, ["v1", "v2", "v2", "v2"])), SEEDS, "in_field")
    assert cells(fit) == {("yes",): "v1", ("no",): "v2"}
    assert fit.formulas == ("overlaps(role.industries, place.specialties)",)
    talent = decided(dict(zip(PLACES, ["a", "c", "b", "c"])), SEEDS, ("place.market",))
    assert cells(talent) == {("balanced",): "b", ("deep",): "a", ("niche",): "c"}


def test_four_places_never_settle_a_rule() -> None:
    accepted = []
    for labels in (PAY, dict(zip(PLACES, "abbb")), dict(zip(PLACES, "acbc")), dict(zip(PLACES, "abcd"))):
        induction = induce(labels, SEEDS)
        accepted.append(induction.accepted)
        assert len(induction.rules) >= 2 or len({*labels.values()}) == 4
        assert induction.why
    assert not any(accepted)


def test_alternatives_are_said_with_what_they_lead_to() -> None:
    induction = induce(PAY, SEEDS)
    columns = [rule.columns for rule in induction.rules]
    assert columns[0] == ("place.factor",)
    assert ("place.market",) in columns
    assert [rule.bits for rule in induction.rules] == sorted(rule.bits for rule in induction.rules)
    assert len({rule.id for rule in induction.rules}) == len(induction.rules) <= 12
    assert all(len(case.says) == len(columns) and len({*case.says}) > 1 for case in induction.cases)
    case = induction.cases[0]
    assert case.like in PLACES
    assert case.column in {name for rule in induction.rules for name in rule.columns}


def test_an_alternative_is_chosen_by_its_id() -> None:
    induction = induce(PAY, SEEDS)
    for rule in (*induction.rules, *induction.flips):
        assert decided(PAY, SEEDS, rule.id) == rule


def test_an_id_stays_when_a_place_is_added_that_fits() -> None:
    more = dict(PAY, gent="affordable")
    grown = FACTOR._replace(values={**FACTOR.values, "gent": Decimal("0.99")})
    assert decided(more, [grown], "place.factor").id == decided(PAY, SEEDS, "place.factor").id


def test_what_the_editor_names_may_not_fit() -> None:
    with pytest.raises(Refused) as refused:
        decided(
            dict(zip(PLACES, "abba")),
            [*SEEDS, number("place.size", dict.fromkeys(PLACES, "5"))],
            "place.size",
        )
    assert [problem.message for problem in refused.value.problems] == [
        "'place.size' can't decide: belgium and bruges have the same there, and different variants"
    ]
    with pytest.raises(Refused) as refused:
        decided(PAY, SEEDS, "place.facto")
    assert "place.factor" in refused.value.problems[0].hint
    with pytest.raises(Refused, match="rule-00000000"):
        decided(PAY, SEEDS, "rule-00000000")


# -- cells


def one(labels: str, values: list[str], kind: str = "number") -> dict[tuple[str, ...], str]:
    units = [f"p{number:02}" for number in range(len(values))]
    feature = Feature("x", kind, {unit: Decimal(value) for unit, value in zip(units, values)})
    rule = decided(dict(zip(units, labels)), [feature], "x")
    assert is_proved(rule, {"x": feature})
    return cells(rule)


def test_bounds_are_natural() -> None:
    assert one("aabb", ["0.95", "0.97", "1.03", "1.08"]) == {("at most 1.00",): "a", ("over 1.00",): "b"}
    assert one("aabb", ["0.95", "0.97", "1.00", "1.08"]) == {("under 1.00",): "a", ("at least 1.00",): "b"}
    assert one("aabb", ["12000", "18500", "41250", "90000"]) == {
        ("at most 30000",): "a",
        ("over 30000",): "b",
    }
    assert one("aabb", ["0", "1", "4", "9"], "integer") == {("at most 2",): "a", ("at least 3",): "b"}
    assert one("aabb", ["-3", "-2", "5", "6"]) == {("at most 1",): "a", ("over 1",): "b"}


def test_three_labels_over_one_number() -> None:
    assert one("aabbcc", ["0.8", "0.9", "1.1", "1.2", "1.6", "1.7"]) == {
        ("under 1.0",): "a",
        ("1.0..1.4",): "b",
        ("over 1.4",): "c",
    }
    assert one("aabcc", ["0.8", "0.9", "1.0", "1.2", "1.6"]) == {
        ("under 1.0",): "a",
        ("1.0",): "b",
        ("over 1.0",): "c",
    }
    assert one("aabbcc", ["1", "2", "5", "6", "8", "9"], "integer") == {
        ("at most 3",): "a",
        ("4..6",): "b",
        ("at least 7",): "c",
    }


def test_a_number_of_its_own() -> None:
    assert one("aaabaaa", ["0.7", "0.8", "0.9", "1.0", "1.1", "1.2", "1.3"]) == {
        ("1.0",): "b",
        ("not 1.0",): "a",
    }


def test_an_open_bound_is_said_and_has_both_sides() -> None:
    units = [f"p{number}" for number in range(4)]
    open_factor = number("place.factor", dict(zip(units, ["0.95", "0.97", "1.03", "1.08"])))
    induction = induce(dict(zip(units, "aabb")), [open_factor])
    (cut,) = induction.rules[0].cuts
    assert (cut.below, cut.bound, cut.above) == (Decimal("0.97"), 1, Decimal("1.03"))
    assert not cut.is_seen
    assert cells(induction.flips[0]) == {("under 1.00",): "a", ("at least 1.00",): "b"}
    assert induction.flips[0].id != induction.rules[0].id
    seen = number("place.factor", dict(zip(units, ["0.95", "1.00", "1.03", "1.08"])))
    settled = induce(dict(zip(units, "aabb")), [seen])
    assert settled.rules[0].cuts[0].is_seen
    assert settled.flips == ()


def test_words_are_quoted_and_the_rest_is_not_listed() -> None:
    words = ["any", "Two words", "plain", "d", "e", "f", "g"]
    units = [f"p{number}{twin}" for number in range(7) for twin in "xy"]
    feature = Feature("place.kind", "choice", {unit: words[int(unit[1])] for unit in units})
    labels = {unit: "odd" if unit[1] in "01" else "rest" for unit in units}
    rule = decided(labels, [feature], "place.kind")
    assert cells(rule) == {('"Two words", "any"',): "odd", ('not "Two words", "any"',): "rest"}
    assert explains(rule, [feature], labels)
    assert is_proved(rule, {"place.kind": feature})


def test_a_fact_that_is_missing_has_its_row() -> None:
    units = list("pqrst")
    some = number("place.size", {"p": "1", "q": "2", "r": "8"})
    rule = decided(dict(zip(units, "aabcc")), [some], "place.size")
    assert rule.label_of([MISSING]) == "c"
    assert cells(rule)["missing",] == "c"
    present = Feature("place.campus", "presence", {"p": "x", "q": "y"})
    asked = present._replace(name="has_campus", formula="present(place.campus)")
    labels = dict(zip(units, "aabbb"))
    assert cells(decided(labels, [present], "place.campus")) == {("present",): "a", ("missing",): "b"}
    assert cells(decided(labels, [asked], "has_campus")) == {("yes",): "a", ("no",): "b"}


def test_a_list_is_asked_for_keys() -> None:
    lists = {"p": "ab", "q": "ac", "r": "bc", "s": "c", "t": ""}
    feature = Feature("place.keys", "keys", {unit: frozenset(keys) for unit, keys in lists.items()})
    for labels, cell in (
        ("yynnn", "contains a"),
        ("yyynn", "contains any of a, b"),
        ("ynnnn", "contains a, b"),
    ):
        rule = decided(dict(zip("pqrst", labels)), [feature], "place.keys")
        assert cells(rule) == {(cell,): "y"}, labels
        assert rule.otherwise == "n"
        assert is_proved(rule, {"place.keys": feature})


# -- two columns


def test_two_columns_only_where_one_is_not_enough() -> None:
    units = [f"p{number:02}" for number in range(16)]
    level = number("place.level", {unit: f"0.{90 + at % 8}" for at, unit in enumerate(units)})
    flag = Feature("place.flag", "boolean", {unit: at % 16 >= 8 for at, unit in enumerate(units)})
    both = {u: "in" if flag.values[u] and level.values[u] > Decimal("0.94") else "out" for u in units}
    induction = induce(both, [level, flag])
    assert induction.rules[0].columns in (("place.flag", "place.level"), ("place.level", "place.flag"))
    assert explains(induction.rules[0], [level, flag], both)
    three = {u: "c" if flag.values[u] else "ab"[level.values[u] > Decimal("0.94")] for u in units}
    chain = decided(three, [level, flag], ("place.level", "place.flag"))
    assert cells(chain) == {("no", "at most 0.94"): "a", ("no", "over 0.94"): "b", ("yes", "any"): "c"}
    assert all(
        len(rule.columns) == 1
        for rule in induce({u: str(flag.values[u]) for u in units}, [level, flag]).rules
    )


def test_a_key_within_a_flag() -> None:
    units = [f"p{number}" for number in range(8)]
    keys = Feature(
        "place.keys", "keys", {u: frozenset("ab" if at % 2 else "b") for at, u in enumerate(units)}
    )
    flag = Feature("place.flag", "boolean", {u: at >= 4 for at, u in enumerate(units)})
    labels = {u: "in" if flag.values[u] and "a" in keys.values[u] else "out" for u in units}
    rule = decided(labels, [keys, flag], ("place.flag", "place.keys"))
    assert explains(rule, [keys, flag], labels)
    assert is_proved(rule, {"place.keys": keys, "place.flag": flag})
    assert rule.otherwise == "out"


# -- laws


KEYS = ["ka", "kb", "kc", "kd", "ke", "kf", "kg", "kh"]


def random_features(random: Random, units: list[Unit]) -> list[Feature]:
    """Seven facts as places have them, without any bearing on labels."""
    return [
        number("place.level", {unit: f"{random.randint(85, 115)}e-2" for unit in units}),
        Feature("place.kind", "choice", {unit: random.choice("xyz") for unit in units}),
        Feature(
            "many_a", "integer", {unit: Decimal(random.randint(0, 6)) for unit in units}, "count(place.a)"
        ),
        Feature(
            "many_b", "integer", {unit: Decimal(random.randint(1, 9)) for unit in units}, "count(place.b)"
        ),
        Feature("place.keys", "keys", {unit: frozenset(random.sample(KEYS, 3)) for unit in units}),
        Feature("place.flag", "boolean", {unit: random.choice([True, False]) for unit in units}),
        Feature(
            "has_c", "presence", {u: "x" for u in units if random.choice("yn") == "y"}, "present(place.c)"
        ),
    ]


def places(count: int) -> list[Unit]:
    return [f"p{number:03}" for number in range(count)]


def some_labels(random: Random, units: list[Unit], labels: str) -> dict[Unit, str]:
    return {unit: random.choice(labels) for unit in units}


WORDS = ["a", "b", "c"]
cases = st.integers(3, 9).flatmap(
    lambda count: st.tuples(
        st.lists(st.sampled_from(WORDS), min_size=count, max_size=count),
        st.lists(st.sampled_from(["0", "0.5", "1", "1.5", "2", "-"]), min_size=count, max_size=count),
        st.lists(st.sampled_from(["red", "green", "blue", "-"]), min_size=count, max_size=count),
        st.lists(st.sampled_from(["yes", "no", "-"]), min_size=count, max_size=count),
        st.lists(st.sets(st.sampled_from(["ka", "kb", "kc"])), min_size=count, max_size=count),
        st.booleans(),
    )
)


@settings(max_examples=60, deadline=None)
@given(cases)
def test_every_rule_fits_and_decides_everything_once(case: tuple[list, ...]) -> None:
    labels, numbers, words, flags, keys, whole = case
    units = places(len(labels))
    stated = [
        {u: value for u, value in zip(units, column) if value != "-"} for column in (numbers, words, flags)
    ]
    scale = 2 if whole else 1
    features = [
        Feature("n", "integer" if whole else "number", {u: Decimal(v) * scale for u, v in stated[0].items()}),
        Feature("w", "choice", stated[1], options=("red", "green", "blue", "black")),
        Feature("f", "boolean", {u: value == "yes" for u, value in stated[2].items()}),
        Feature("k", "keys", {u: frozenset(value) for u, value in zip(units, keys)}),
    ]
    by_name = {feature.name: feature for feature in features}
    wanted = dict(zip(units, labels))
    induction = induce(wanted, features)
    domains = {
        "n": [*(Decimal(at) if whole else Decimal(at) / 4 for at in range(-2, 11)), MISSING],
        "w": ["red", "green", "blue", "black", MISSING],
        "f": [True, False, MISSING],
        "k": [frozenset(), frozenset(["ka"]), frozenset(["kb", "kc"]), frozenset(["ka", "kb", "kc"])],
    }
    for rule in (*induction.rules, *induction.flips):
        assert explains(rule, features, wanted)
        assert is_proved(rule, by_name)
        asks = [
            any(row.cells[at] in ("missing", "present") for row in rule.rows)
            for at in range(len(rule.columns))
        ]
        seen = [
            [value for value in domains[name] if value is not MISSING or asked]
            for name, asked in zip(rule.columns, asks)
        ]
        for values in product(*seen):
            fitting = [
                row for row in rule.rows if all(matches(parse_cell(c), v) for c, v in zip(row.cells, values))
            ]
            assert len(fitting) == 1 or (not fitting and rule.otherwise is not None)


def test_the_order_of_what_is_given_changes_nothing() -> None:
    random = Random(3)  # noqa: S311
    units = places(9)
    features = random_features(random, units)
    labels = some_labels(random, units, "ab")
    expected = induce(labels, features)
    for _ in range(4):
        random.shuffle(features)
        random.shuffle(units)
        assert induce({unit: labels[unit] for unit in units}, features) == expected


def test_nor_does_the_hash_seed() -> None:
    program = (
        "from random import Random; from test_learn_induce import *; units = places(8); random = Random(6); "
        "print(repr(induce(some_labels(random, units, 'ab'), random_features(random, units))))"
    )
    said = []
    for seed in "012":
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)}
        ran = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, check=True
        )
        said.append(ran.stdout)
    assert b"Rule(" in said[0]
    assert len({*said}) == 1


def test_what_is_known_by_the_label_alone_is_no_reason() -> None:
    units = places(12)
    campus = Feature("has_campus", "presence", dict.fromkeys(units[:5], "x"), "present(place.campus)")
    level = number("place.level", {unit: f"{at}" for at, unit in enumerate(units)})
    labels = {u: "with" if u in units[:5] else "without" for u in units}
    assert induce(labels, [campus, level]).rules[0].columns == ("has_campus",)
    for circular in ({"place.campus"}, {"has_campus"}):
        assert {rule.columns for rule in induce(labels, [campus, level], circular=circular).rules} == {
            ("place.level",)
        }


def test_how_many_and_whether_any_are_one_reason() -> None:
    units = places(12)
    amounts = {unit: Decimal(at % 3) for at, unit in enumerate(units)}
    many = Feature("many_hubs", "integer", amounts, "count(place.hubs)")
    some = Feature("has_hubs", "presence", {u: "x" for u in units if amounts[u]}, "present(place.hubs)")
    labels = {u: "with" if amounts[u] else "without" for u in units}
    induction = induce(labels, [many, some])
    assert induction.rules[0].columns == ("has_hubs",)
    assert induction.margin is None
    assert induction.accepted


def test_pairs_of_few_places_are_few() -> None:
    roles = ["r1", "r2", "r3", "r4", "r5"]
    pairs: list[Unit] = [(place, role) for place in PLACES for role in roles]
    level = Feature("place.factor", "number", {pair: FACTOR.values[pair[0]] for pair in pairs})
    by_place = induce({pair: PAY[pair[0]] for pair in pairs}, [level])
    assert by_place.chance == Fraction(1, 2)
    assert not by_place.accepted
    random = Random(5)  # noqa: S311
    flags = {pair: random.choice([True, False]) for pair in pairs}
    asked = Feature("in_field", "boolean", flags, "overlaps(role.industries, place.specialties)")
    by_pair = induce({pair: str(flags[pair]) for pair in pairs}, [level, asked])
    assert by_pair.accepted


def test_equal_evidence_is_no_evidence() -> None:
    units = places(14)
    flag = Feature("place.flag", "boolean", {u: at % 2 == 0 for at, u in enumerate(units)})
    twin = flag._replace(name="place.twin")
    labels = {u: "ab"[at % 2] for at, u in enumerate(units)}
    assert induce(labels, [flag]).accepted
    induction = induce(labels, [flag, twin])
    assert (induction.margin, induction.accepted) == (0, False)
    assert induction.why == "another rule over place.twin fits just as well"
    case = induction.cases[0]
    assert {*case.says} == {"a", "b"}


def test_one_label_needs_no_rule() -> None:
    induction = induce(dict.fromkeys(PLACES, "same"), SEEDS)
    assert (induction.rules, induction.accepted) == ((), False)


# -- figures


@pytest.mark.slow
def test_random_labels_are_hardly_ever_explained() -> None:
    accepted = []
    for seed in range(200):
        random = Random(seed)  # noqa: S311
        units = places(4 + seed % 5)
        features = random_features(random, units)
        if induce(some_labels(random, units, "abc"[: 2 + seed // 5 % 2]), features).accepted:
            accepted.append(len(units))
    assert len(accepted) < 10
    assert 4 not in accepted


@pytest.mark.slow
@pytest.mark.parametrize("count", [12, 14, 16])
def test_true_rules_are_found_where_each_label_has_three_places(count: int) -> None:
    accepted = tried = 0
    for seed in range(300):
        random = Random(seed)  # noqa: S311
        units = places(count)
        features = random_features(random, units)
        labels = ruled(random, features, units)
        if tried < 100 and min(list(labels.values()).count(label) for label in "ab") > 2:
            tried += 1
            induction = induce(labels, features)
            accepted += induction.accepted and explains(induction.rules[0], features, labels)
    assert tried == 100
    assert accepted > 95


def ruled(random: Random, features: list[Feature], units: list[Unit]) -> dict[Unit, str]:
    """Labels by a rule over one of the facts."""
    feature = random.choice([feature for feature in features if feature.kind != "keys"])
    if feature.kind in ("number", "integer"):
        bound = feature.values[random.choice(units)]
        return {unit: "ab"[feature.values[unit] < bound] for unit in units}
    if feature.kind == "presence":
        return {unit: "ab"[unit in feature.values] for unit in units}
    return {unit: "ab"[feature.values[unit] in (True, "x")] for unit in units}


def test_a_hundred_places_take_under_a_second() -> None:
    random = Random(1)  # noqa: S311
    units = places(100)
    features = random_features(random, units)
    features += [feature._replace(name=f"{feature.name}_b") for feature in random_features(random, units)[:5]]
    level = features[0].values
    labels = {u: "abcd"[sum(level[u] >= Decimal(cut) for cut in ("0.92", "1.00", "1.08"))] for u in units}
    start = process_time()
    induction = induce(labels, features)
    assert process_time() - start < 1
    assert induction.accepted
    assert explains(induction.rules[0], features, labels)
