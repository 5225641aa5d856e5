"""Cells: each form is the set of values that its author means, and nothing else is a cell."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidegen.lookup import MISSING
from guidegen.rules.cells import Looked, literals, matches, parse_cell
from guidegen.rules.syntax import SyntaxFault

NUMBERS = [Decimal(text) for text in ("-1", "0", "0.99", "1", "1.00", "1.01", "3", "4.99", "5", "5.01")]


def those(cell: str, values: list[Looked]) -> list[Looked]:
    """The values that lie in a cell's set."""
    return [value for value in values if matches(parse_cell(cell), value)]


def numbers(cell: str) -> list[str]:
    return [str(value) for value in those(cell, [*NUMBERS])]


# Forms


@pytest.mark.parametrize(
    ("cell", "inside"),
    [
        ("1..5", ["1", "1.00", "1.01", "3", "4.99", "5"]),
        ("1..<5", ["1", "1.00", "1.01", "3", "4.99"]),
        ("1 .. 5", ["1", "1.00", "1.01", "3", "4.99", "5"]),
        ("1..1", ["1", "1.00"]),
        ("-1..0", ["-1", "0"]),
        ("over 1.00", ["1.01", "3", "4.99", "5", "5.01"]),
        ("> 1", ["1.01", "3", "4.99", "5", "5.01"]),
        ("at least 1", ["1", "1.00", "1.01", "3", "4.99", "5", "5.01"]),
        (">= 1", ["1", "1.00", "1.01", "3", "4.99", "5", "5.01"]),
        ("under 1", ["-1", "0", "0.99"]),
        ("< 1", ["-1", "0", "0.99"]),
        ("at most 1.0", ["-1", "0", "0.99", "1", "1.00"]),
        ("<= 1", ["-1", "0", "0.99", "1", "1.00"]),
        ("3", ["3"]),
        ("1, 3", ["1", "1.00", "3"]),
        ("not 1, 3", ["-1", "0", "0.99", "1.01", "4.99", "5", "5.01"]),
    ],
)
def test_cells_of_numbers(cell: str, inside: list[str]) -> None:
    """Ranges, comparisons and lists hold the numbers they name; bounds are in unless they say not."""
    assert numbers(cell) == inside


@pytest.mark.parametrize(
    ("cell", "inside"),
    [
        ("deep", ["deep"]),
        ("deep, small", ["deep", "small"]),
        ("not deep", ["small", "mid-size", "any"]),
        ("mid-size", ["mid-size"]),
        ('"any"', ["any"]),
        ("'deep'", ["deep"]),
        ("any", ["deep", "small", "mid-size", "any"]),
        ("", ["deep", "small", "mid-size", "any"]),
        ("present", ["deep", "small", "mid-size", "any"]),
        ("missing", []),
    ],
)
def test_cells_of_words(cell: str, inside: list[str]) -> None:
    """Words, bare or quoted; a quoted cell word is a value as any other."""
    assert those(cell, ["deep", "small", "mid-size", "any"]) == inside


@pytest.mark.parametrize(
    ("cell", "inside"),
    [
        ("contains salt", ["salt", "salt fish"]),
        ("contains salt, fish", ["salt fish"]),
        ("contains any of salt, fish", ["salt", "fish", "salt fish"]),
        ("any", ["", "salt", "fish", "salt fish"]),
        ("present", ["", "salt", "fish", "salt fish"]),
    ],
)
def test_cells_of_lists(cell: str, inside: list[str]) -> None:
    """`contains` asks for all of its keys, `contains any of` for one of them."""
    sets = {text: frozenset(text.split()) for text in ("", "salt", "fish", "salt fish")}

    assert [text for text, value in sets.items() if matches(parse_cell(cell), value)] == inside


def test_cells_of_yes_and_no() -> None:
    """yes and no are told apart, and from the numbers 1 and 0."""
    assert those("yes", [True, False]) == [True]
    assert those("no", [True, False]) == [False]
    assert those("not yes", [True, False]) == [False]


@pytest.mark.parametrize(
    ("cell", "inside"),
    [
        ("any", True),
        ("", True),
        ("missing", True),
        ("present", False),
        ("deep", False),
        ("not deep", False),
        ("1..5", False),
        ("at most 1", False),
        ("contains a", False),
        ("yes", False),
        ("no", False),
    ],
)
def test_only_any_and_missing_hold_what_is_missing(cell: str, inside: bool) -> None:
    """What nobody stated lies in `any` and `missing`, in no other set, also not in `not x`."""
    assert matches(parse_cell(cell), MISSING) is inside


@pytest.mark.parametrize(
    ("cell", "offset"),
    [
        ("1,000..2,000", 2),
        ("1..", 3),
        ("5..1", 0),
        ("1..<1", 0),
        ("over", 4),
        ("at 5", 3),
        ("deep,, small", 5),
        ("deep, deep", 0),
        ("1, 1.0", 0),
        ("not", 3),
        ("contains", 8),
        ("Deep", 0),
        ("deep small", 5),
        ("place.market = deep", 5),
        ('"deep', 0),
        ("36 000", 3),
        ("1.2.3", 0),
        ("007", 0),
    ],
)
def test_what_is_no_cell_is_shown(cell: str, offset: int) -> None:
    """A text that is no cell is refused where it goes wrong; no other meaning is guessed."""
    with pytest.raises(SyntaxFault) as fault:
        parse_cell(cell)
    assert fault.value.offset == offset


def test_a_cell_names_its_literals() -> None:
    """The values that a cell names can be checked against its column's domain."""
    assert literals(parse_cell("deep, small")) == ("deep", "small")
    assert literals(parse_cell("1..<5")) == (Decimal(1), Decimal(5))
    assert literals(parse_cell("contains any of salt, fish")) == ("salt", "fish")
    assert literals(parse_cell("any")) == ()


# A naive reading

SIGNED = st.decimals(-20, 20, places=2).map(lambda value: value.normalize() + 0)
SIGNS = {
    "over": lambda value, bound: value > bound,
    ">": lambda value, bound: value > bound,
    "under": lambda value, bound: value < bound,
    "<": lambda value, bound: value < bound,
    "at least": lambda value, bound: not value < bound,
    ">=": lambda value, bound: not value < bound,
    "at most": lambda value, bound: not value > bound,
    "<=": lambda value, bound: not value > bound,
}
WORDS = ("deep", "small", "mid-size", "x1", "vast_sea")
KEYS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True)


def written(value: Decimal) -> str:
    return f"{value:f}"


@given(st.sampled_from(sorted(SIGNS)), SIGNED, SIGNED)
def test_comparisons_are_read_naively(sign: str, bound: Decimal, value: Decimal) -> None:
    """A comparison holds exactly the numbers for which it is true."""
    cell = parse_cell(f"{sign} {written(bound)}")

    assert matches(cell, value) is SIGNS[sign](value, bound)
    assert matches(cell, bound) is SIGNS[sign](bound, bound)


@given(SIGNED, SIGNED, st.booleans(), SIGNED)
def test_ranges_are_read_naively(one: Decimal, other: Decimal, half_open: bool, value: Decimal) -> None:
    """A range holds exactly the numbers between its bounds; `..<` leaves the upper one out."""
    low, high = sorted((one, other))
    if low == high and half_open:
        half_open = False
    cell = parse_cell(f"{written(low)}{'..<' if half_open else '..'}{written(high)}")

    for number in (value, low, high):
        assert matches(cell, number) is (low <= number and (number < high if half_open else number <= high))


@given(KEYS, st.booleans(), st.sampled_from(WORDS))
def test_lists_of_words_are_read_naively(words: list[str], negated: bool, value: str) -> None:
    """A list of words holds exactly these, `not` exactly the others."""
    cell = parse_cell(("not " if negated else "") + ", ".join(words))

    assert matches(cell, value) is ((value in words) != negated)


@given(KEYS, st.booleans(), st.frozensets(st.sampled_from(WORDS)))
def test_contains_is_read_naively(keys: list[str], every: bool, value: frozenset[str]) -> None:
    """`contains` holds the lists with all of its keys, `contains any of` those with one."""
    cell = parse_cell(("contains " if every else "contains any of ") + ", ".join(keys))

    assert matches(cell, value) is (set(keys) <= value if every else bool(set(keys) & value))
