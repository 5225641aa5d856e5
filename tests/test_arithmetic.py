"""Formulas written out: each step as one would do it on paper, exact, and in agreement with the value."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidegen.lookup import MISSING, Read
from guidegen.rules.arithmetic import in_words, steps
from guidegen.rules.formula import exact, parse_formula
from guidegen.source import Location
from guidegen.values import Entries, Entry, Fact, Localized, Names, Provenance, Term

NOWHERE = Location.of_file("")


def keys(*words: str) -> Entries:
    terms = [Term(word, Names({"": {"name": word.title()}}, NOWHERE)) for word in words]
    return Entries(Fact(f"a.b[{n}]", term, NOWHERE, Provenance()) for n, term in enumerate(terms))


VALUES = {
    "item.from": Decimal(36000),
    "place.factor": Decimal("1.03"),
    "place.level": Decimal("1.00"),
    "place.loss": Decimal(-3),
    "place.open": True,
    "place.far": False,
    "place.market": "deep",
    "place.campus": MISSING,
    "place.none": Entries(),
    "place.trades": keys("fintech", "ai"),
    "role.trades": keys("fintech", "saas"),
    "role.others": keys("salt"),
}


def read(name: str) -> Read:
    return Read(name, name.replace("place", "port").replace("role", "maker"), VALUES[name])


def said(formula: str) -> list[str]:
    return [str(step) for step in steps(parse_formula(formula), read, "en")]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("round(item.from * place.factor, 10)", ["36,000 × 1.03 = 37,080", "round(37,080, 10) = 37,080"]),
        ("item.from * place.level", ["36,000 × 1.00 = 36,000"]),
        ("1 / 3 * 6", ["1 ÷ 3 × 6 = 2"]),
        ("6 / (1 / 3)", ["1 ÷ 3 = 1/3", "6 ÷ (1/3) = 18"]),
        ("round(item.from / 7, 0.01)", ["36,000 ÷ 7 = 36,000/7", "round(36,000/7, 0.01) = 5,142.86"]),
        ("item.from - place.loss", ["36,000 − (−3) = 36,003"]),
        ("-place.loss", ["−(−3) = 3"]),
        ("1 + 2 - 3 + 4", ["1 + 2 − 3 + 4 = 4"]),
        ("1 + 2 * 3", ["2 × 3 = 6", "1 + 6 = 7"]),
        ("min(item.from, 500, place.loss)", ["min(36,000, 500, −3) = −3"]),
        ("place.factor > 1", ["1.03 > 1: yes"]),
        ("place.factor <= 1", ["1.03 ≤ 1: no"]),
        ("place.market = 'deep'", ["'deep' = 'deep': yes"]),
        ("not place.open", ["not yes: no"]),
        ("place.open and place.far and place.open", ["yes and no and …: no"]),
        ("place.far or place.open or place.far", ["no or yes or …: yes"]),
        ("present(place.campus)", ["present(place.campus) = no, for there is no port.campus"]),
        ("present(place.none)", ["present(place.none) = no, for port.none is empty"]),
        ("present(place.far)", ["present(place.far) = no, for port.far is no"]),
        ("present(place.market)", ["present(place.market) = yes"]),
        ("count(place.trades)", ["count([fintech, ai]) = 2"]),
        (
            "overlaps(role.trades, place.trades)",
            ["overlaps([fintech, saas], [fintech, ai]) = yes, for both have fintech"],
        ),
        (
            "overlaps(role.others, place.trades)",
            ["overlaps([salt], [fintech, ai]) = no, for they have nothing in common"],
        ),
        ("common(role.trades, place.trades)", ["common([fintech, saas], [fintech, ai]) = [fintech]"]),
        ("without(role.trades, place.trades)", ["without([fintech, saas], [fintech, ai]) = [saas]"]),
        (
            "if place.factor > 1 then item.from + 1 else item.from / 0",
            ["1.03 > 1: yes", "36,000 + 1 = 36,001", "if yes then 36,001 else … = 36,001"],
        ),
        ("if place.far then 1 else 2", ["if no then … else 2 = 2"]),
        ("if place.open then 'high' else 'low'", ["if yes then 'high' else … = high"]),
        ("place.factor", []),
        ("3", []),
    ],
)
def test_a_formula_is_written_out(formula: str, expected: list[str]) -> None:
    """Innermost first, one kind of operator to a step, what wasn't looked at left open."""
    assert said(formula) == expected


def test_values_are_written_as_people_write_them() -> None:
    """Thousands are grouped, digits are kept as stated, fractions stay fractions."""
    note = Entry("Nets", Localized({"en": "harbour", "nl": "haven"}))

    assert in_words(Decimal("1234567.50")) == "1,234,567.50"
    assert in_words(Fraction(-1, 3)) == "−1/3"
    assert in_words(Fraction(5, 4)) == "1.25"
    assert in_words(note, "nl") == "Nets (haven)"
    assert in_words(MISSING) == "missing"
    assert in_words(keys(*(f"k{n}" for n in range(25)))).endswith("k19, … (25 in all)]")


NUMBERS = st.decimals(-1000, 1000, places=2)
FORMULAS = st.recursive(
    st.sampled_from(["a", "b", "c", "2", "0.5"]),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner)
        | st.builds("(if {} > {} then {} else {})".format, inner, inner, inner, inner)
        | st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner)
        | st.builds("round({}, 0.1)".format, inner)
    ),
    max_leaves=12,
)


@given(FORMULAS, st.tuples(NUMBERS, NUMBERS, NUMBERS))
def test_the_last_step_is_the_value(formula: str, numbers: tuple[Decimal, ...]) -> None:
    """What the steps end with is what the formula comes to, and each sum in them adds up."""
    values = dict(zip("abc", numbers))

    def reader(name: str) -> Read:
        return Read(name, name, values[name])

    expression = parse_formula(formula)
    found = steps(expression, reader, "en")
    value = exact(expression, reader)

    assert not found or found[-1].value == in_words(value)
    for step in found:
        if re.fullmatch(r"[-−+×0-9,.() ]+", step.says):
            sum_ = step.says.replace("−", "-").replace("×", "*").replace(",", "")
            again = eval(re.sub(r"[0-9.]+", lambda number: f"Fraction('{number[0]}')", sum_))  # noqa: S307
            assert in_words(Fraction(again)) == step.value
