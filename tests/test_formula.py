"""Formulas: exact to the last digit, halves upwards, nothing read that isn't needed."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidegen import schema
from guidegen.lookup import MISSING, Catalogue, Read
from guidegen.rules.formula import Failed, evaluate, exact, names, parse_formula, type_of
from guidegen.rules.syntax import SyntaxFault
from guidegen.source import Location
from guidegen.values import Entries, Fact, Names, Provenance, Term

HERE = Location.of_file("facts.yaml")


def terms(*keys: str) -> Entries:
    """A list of keys of a vocabulary."""
    return Entries(
        Fact(f"list[{key}]", Term(key, Names({"": {"name": key}}, HERE)), HERE, Provenance()) for key in keys
    )


def value(formula: str, **known: Any) -> Any:
    """What a formula comes to for these facts of a place."""
    return evaluate(parse_formula(formula), reader(known))[0]


def reader(known: dict[str, Any]) -> Callable[[str], Read]:
    def read(name: str) -> Read:
        found = known.get(name.removeprefix("place."), MISSING)
        return Read(name, name, found)

    return read


def shown(formula: str, **known: Any) -> str:
    return f"{value(formula, **known):f}"


# Exactness


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("0.1 + 0.2", "0.3"),
        ("1 - 0.9", "0.1"),
        ("3 * 1.1", "3.3"),
        ("1 / 3 * 3", "1"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("10 - 4 - 3", "3"),
        ("24 / 4 / 3", "2"),
        ("-2 * -3", "6"),
        ("2 - -3", "5"),
        ("99999999999999 + 0.000000000001", "99999999999999.000000000001"),
        ("min(3, 1.5, 2)", "1.5"),
        ("max(3, 1.5, 2)", "3"),
        ("floor(2.7)", "2"),
        ("floor(-2.1)", "-3"),
        ("ceil(2.1)", "3"),
        ("ceil(37080.5, 10)", "37090"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("half_even(2.5)", "2"),
        ("half_even(3.5)", "4"),
        ("round(1.005, 0.01)", "1.01"),
        ("round(12, 5)", "10"),
        ("round(12.5, 5)", "15"),
        ("round(2 / 3, 0.001)", "0.667"),
    ],
)
def test_arithmetic_is_exact(formula: str, result: str) -> None:
    """Signs bind as in school, and every result is the exact one."""
    assert shown(formula) == result


def test_a_half_goes_up_where_half_to_even_would_not() -> None:
    """36,500 × 1.03 is 37,595, which lies between two tens: the upper one is said."""
    assert shown("round(36500 * 1.03, 10)") == "37600"
    assert shown("round(36650 * 1.03, 10)") == "37750"  # 37,749.5
    assert shown("round(45250 * 0.9, 10)") == "40730"  # 40,725: half to even says 40,720
    assert shown("half_even(45250 * 0.9, 10)") == "40720"


def test_a_half_goes_up_where_floating_point_loses_it() -> None:
    """As floats, 1.005 × 1000 is 1004.9999999999999, a step below the half that it is."""
    assert 1.005 * 1000 < 1005  # what floats make of it

    assert shown("round(1.005 * 1000, 10)") == "1010"


FACTORS = st.integers(1, 99_999).map(lambda number: Decimal(number) / 10_000)
UNITS = st.sampled_from(["0.01", "0.5", "1", "5", "10", "25", "100", "1000"])


@given(st.integers(0, 10**9), FACTORS, UNITS)
def test_bands_are_rounded_as_fractions_are(base: int, factor: Decimal, unit: str) -> None:
    """For any base and factor, the result is the nearest multiple of the unit, a half upwards."""
    exact = Fraction(base) * Fraction(factor)
    step = Fraction(unit)
    below = exact // step * step
    expected = below if exact - below < step / 2 else below + step

    assert Fraction(value(f"round(base * factor, {unit})", base=Decimal(base), factor=factor)) == expected


@given(st.integers(0, 10**9), FACTORS, UNITS)
def test_roundings_of_a_negative_mirror_those_of_its_opposite(base: int, factor: Decimal, unit: str) -> None:
    """A half goes away from zero on both sides of it; floor and ceil change places."""
    known = {"base": Decimal(base), "factor": factor}

    assert value(f"round(-base * factor, {unit})", **known) == -value(
        f"round(base * factor, {unit})", **known
    )
    assert value(f"floor(-base * factor, {unit})", **known) == -value(f"ceil(base * factor, {unit})", **known)


@given(st.decimals(0, 10**6, places=4), st.decimals(0, 10**6, places=4))
def test_sums_and_products_are_exact(one: Decimal, other: Decimal) -> None:
    """Sum, difference and product agree with fractions, digit for digit."""
    known = {"one": one, "other": other}
    a, b = Fraction(one), Fraction(other)

    assert Fraction(value("one + other", **known)) == a + b
    assert Fraction(value("one - other", **known)) == a - b
    assert Fraction(value("one * other", **known)) == a * b


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("1 / 3", "no end"),
        ("1 / (2 - 2)", "division by zero"),
        ("99999999999999 + 1", "too many digits"),
        ("0.000001 * 0.0000001", "too many digits"),
        ("round(3, 0)", "multiple of 0"),
        ("round(3, -1)", "multiple of -1"),
    ],
)
def test_what_has_no_exact_value_fails(formula: str, message: str) -> None:
    """A result without end, or with more digits than a fact may have, is refused and never cut off."""
    with pytest.raises(Failed, match=message):
        value(formula)


# Reading


def test_a_missing_value_fails_where_it_stands() -> None:
    """A formula over a fact that nobody stated names the fact, where to state it, and how to guard."""
    with pytest.raises(Failed) as failed:
        value("1 + place.pay")

    assert failed.value.message == "'place.pay' is missing"
    assert failed.value.offset == 4
    assert "present(place.pay)" in failed.value.hint


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("if present(place.pay) then place.pay else 7", "7"),
        ("if not present(place.pay) then 7 else place.pay", "7"),
        ("if present(place.pay) and place.pay > 3 then 1 else 2", "2"),
        ("if not present(place.pay) or place.pay > 3 then 1 else 2", "1"),
    ],
)
def test_what_is_not_needed_is_not_read(formula: str, result: str) -> None:
    """`if`, `and` and `or` leave unread what can't matter: a guarded fact may be missing."""
    assert shown(formula) == result


def test_only_what_was_read_is_noted() -> None:
    """What a result rests on are the facts that it took, and no branch that wasn't gone."""
    formula = parse_formula("if place.open then place.one else place.other")
    known = {"open": True, "one": Decimal(1), "other": Decimal(2)}

    found, reads = evaluate(formula, reader(known))

    assert found == 1
    assert [read.name for read in reads] == ["place.open", "place.one"]
    assert [name.name for name in names(formula)] == ["place.open", "place.one", "place.other"]


def test_comparisons_and_logic() -> None:
    """Comparisons are of exact numbers, words and truth; `and` binds closer than `or`."""
    assert value("1.0 = 1") is True
    assert value("1 != 1.0") is False
    assert value("2 >= 2 and 2 <= 2 and not 2 > 2 and not 2 < 2") is True
    assert value("yes or no and no") is True
    assert value("(yes or no) and no") is False
    assert value("place.market = 'deep'", market="small") is False
    assert value("place.market = 'deep'", market="deep") is True
    assert value("if place.open = yes then 1 else 2", open=True) == 1


def test_lists() -> None:
    """Lists are compared by key and keep the order of the first; an empty one overlaps with none."""
    known = {"one": terms("salt", "fish", "looms"), "other": terms("looms", "salt"), "none": terms()}

    def keys(formula: str) -> list[str]:
        return [fact.value.key for fact in value(formula, **known)]

    assert keys("common(one, other)") == ["salt", "looms"]
    assert keys("common(other, one)") == ["looms", "salt"]
    assert keys("without(one, other)") == ["fish"]
    assert keys("without(other, one)") == []
    assert value("overlaps(one, other)", **known) is True
    assert value("overlaps(one, none)", **known) is False
    assert value("count(without(one, other))", **known) == 1


# Types

CATALOGUE = Catalogue(
    {
        "place": {
            name: schema.Field("place", name, kind, False, "", HERE)
            for name, kind in {
                "pay": schema.Number(),
                "open": schema.Boolean(),
                "market": schema.Choice(("deep", "small")),
                "trades": schema.ListOf(schema.KeyOf("trades")),
                "figures": schema.Figures(),
            }.items()
        },
        "role": {},
        "pair": {},
    },
    {},
)


@pytest.mark.parametrize(
    ("formula", "type_"),
    [
        ("place.pay * 2", schema.Number),
        ("place.figures.ships + 1", schema.Number),
        ("place.pay > 2", schema.Boolean),
        ("place.market = 'deep'", schema.Boolean),
        ("overlaps(place.trades, place.trades)", schema.Boolean),
        ("common(place.trades, place.trades)", schema.ListOf),
        ("if place.open then place.pay else 1", schema.Number),
        ("present(place.trades)", schema.Boolean),
    ],
)
def test_a_formula_has_a_type(formula: str, type_: type) -> None:
    """The type of a formula follows from its facts, without any value."""
    assert isinstance(type_of(parse_formula(formula), CATALOGUE, None), type_)


@pytest.mark.parametrize(
    ("formula", "message", "offset"),
    [
        ("1 + place.open", "'+' takes a number, not yes or no", 4),
        ("place.pay and yes", "'and' takes yes or no, not a number", 0),
        ("place.trades * 2", "'*' takes a number, not a list", 0),
        ("place.market > 2", "'>' takes a number, not a word", 0),
        ("place.market = 2", "a word is compared with a number", 13),
        ("if place.pay then 1 else 2", "a condition is yes or no, not a number", 3),
        ("if place.open then 1 else no", "'then' gives a number, 'else' yes or no", 0),
        ("count(place.pay)", "'count' takes a list, not a number", 6),
        ("round(1, 2, 3)", "'round' takes 1", 0),
        ("overlaps(place.trades)", "'overlaps' takes 2 arguments, not 1", 0),
        ("present(1 + 1)", "'present' takes a name", 0),
        ("1 + place.paid", "unknown name 'place.paid'", 4),
        ("1 + band.low", "unknown name 'band.low'", 4),
        ("item.from", "'item.from' stands outside of a list or table", 0),
    ],
)
def test_what_cannot_be_computed_is_refused_unseen(formula: str, message: str, offset: int) -> None:
    """A mistake of types or names shows before any guide is made, at its place in the formula."""
    with pytest.raises(Failed) as failed:
        type_of(parse_formula(formula), CATALOGUE, None)

    assert failed.value.message.startswith(message)
    assert failed.value.offset == offset


@pytest.mark.parametrize(
    ("formula", "offset"),
    [
        ("1 +", 3),
        ("1,5 + 2", 1),
        ("rond(1)", 0),
        ("__import__('os')", 0),
        ("place.pay ** 2", 11),
        ("1 < 2 < 3", 6),
        ("01", 0),
        ("1e3", 1),
        ("x = = 1", 4),
        ("if yes then 1", 13),
        ("Place.pay", 0),
        ("[1]", 0),
        ("lambda", None),
    ],
)
def test_what_is_no_formula_is_shown(formula: str, offset: int | None) -> None:
    """A text that is no formula is refused where it goes wrong; there is no other language inside."""
    if offset is None:
        assert [name.name for name in names(parse_formula(formula))] == [formula]  # a name as any other
        return
    with pytest.raises(SyntaxFault) as fault:
        parse_formula(formula)
    assert fault.value.offset == offset


@pytest.mark.parametrize("formula", ["(" * 500 + "1" + ")" * 500, "-" * 5000 + "1", "1" + "+1" * 3000])
def test_a_formula_without_end_is_refused(formula: str) -> None:
    """What is nested or long beyond reason is refused at once, not gone through."""
    with pytest.raises(SyntaxFault, match=r"nested|longer"):
        parse_formula(formula)


AMOUNTS = st.decimals(-10_000, 10_000, allow_nan=False, allow_infinity=False, places=3)
MULTIPLES = st.sampled_from(["0.01", "0.5", "1", "3", "7", "10", "250"])
STEPS = st.recursive(
    st.sampled_from(["one", "other", "2", "0.05"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(st.sampled_from(["round", "floor", "ceil", "half_even"]), inner, MULTIPLES).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
        ),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
        ),
        inner.map(lambda part: f"-{part}"),
        st.tuples(inner, st.sampled_from(["<", "<=", "=", ">", ">="]), inner).map(
            lambda parts: f"(if {' '.join(parts)} then one else other)"
        ),
    ),
    max_leaves=8,
)


@given(one=AMOUNTS, other=AMOUNTS, formula=STEPS)
def test_every_way_of_computing_comes_to_the_same(one: Decimal, other: Decimal, formula: str) -> None:
    expression = parse_formula(formula)
    read = reader({"one": one, "other": other})
    try:
        wanted = exact(expression, read)
    except Failed:
        with pytest.raises(Failed):
            evaluate(expression, read)
        return
    if is_decimal(wanted):
        found, _ = evaluate(expression, read)
        assert Fraction(found) == wanted
        assert not str(found).startswith("-0") or found < 0
    else:
        with pytest.raises(Failed, match=r"no end|too many digits"):
            evaluate(expression, read)


def is_decimal(number: Fraction) -> bool:
    """Whether a number has few enough digits to be written out."""
    return (number * 10**12).denominator == 1 and abs(number) < 10**14
