"""Which base, factor and rounding figures come from: the simplest that gives each cell, or none."""

import os
import random
import time
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidegen.learn.figures import figures_in, patterns_in
from guidegen.learn.numbers import (
    Outlier,
    Rounding,
    bases_of,
    factor_of,
    fit,
    predict,
    same_as,
    shortened,
)
from guidegen.learn.rounding import (
    MODES,
    UNITS,
    Interval,
    as_decimal,
    before,
    rounded,
    simplest,
    vote,
)
from guidegen.lookup import Found
from guidegen.rules.formula import exact, parse_formula

Cells = dict[tuple[str, str], Decimal]
BASES = {
    "junior.from": 36000,
    "junior.to": 48000,
    "mid.from": 46000,
    "mid.to": 63000,
    "senior.from": 60000,
    "senior.to": 85000,
}
FACTORS = {"belgium": "1", "leuven": "1.03", "mechelen": "0.97", "bruges": "0.93"}


def grid(
    bases: Mapping[str, int] = BASES,
    factors: Mapping[str, str] = FACTORS,
    unit: int = 10,
    mode: str = "round",
    places: Iterable[str] = (),
) -> Cells:
    """A cell for each base and factor, or for some of the places."""
    return {
        (row, place): as_decimal(rounded(Fraction(base) * Fraction(factors[place]), Fraction(unit), mode))
        for row, base in bases.items()
        for place in (places or factors)
    }


def seeded(seed: object) -> random.Random:
    """Random numbers that are the same each time."""
    return random.Random(str(seed))  # noqa: S311


def assert_true(cells: Cells) -> None:
    """The model of these cells has the bases and factors above, for the rows and places that there are."""
    scaling = fit(cells)
    assert scaling is not None
    assert scaling.bases == {row: BASES[row] for row in sorted({row for row, _ in cells})}
    assert scaling.factors == {place: Decimal(FACTORS[place]) for place in sorted({one for _, one in cells})}


# The simplest model


@pytest.mark.parametrize(
    "places",
    [places for count in (2, 3, 4) for places in combinations(FACTORS, count)],
    ids=" ".join,
)
def test_bases_and_factors_are_found_from_any_two_places(places: tuple[str, ...]) -> None:
    """Any two places or more give the bases and factors, also where none of them has the factor 1."""
    assert_true(grid(places=places))


@pytest.mark.parametrize("places", [tuple(FACTORS), ("leuven", "mechelen", "bruges")], ids=len)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("unit", [10, 50, 100, 500])
def test_rounding_is_seen_through(unit: int, mode: str, places: tuple[str, ...]) -> None:
    """Whatever cells are rounded to, and whichever way, the same bases and factors come out."""
    cells = grid(unit=unit, mode=mode, places=places)
    scaling = fit(cells)

    assert_true(cells)
    assert scaling is not None
    assert (Decimal(unit), mode) in scaling.roundings
    assert all(predict(scaling, *cell) == value for cell, value in cells.items())


def test_the_unit_is_what_divides_all_cells() -> None:
    """Where rounding changes nothing, the unit is the largest that divides, and all modes are left open."""
    scaling = fit(grid())

    assert scaling is not None
    assert scaling.is_exact
    assert scaling.rounding == Rounding(Decimal(10), "round")
    assert {(10, mode) for mode in MODES} <= {(int(unit), mode) for unit, mode in scaling.roundings}
    assert all(unit <= 10 for unit, _ in scaling.roundings)


def test_what_rounding_leaves_open_is_said() -> None:
    """Rounded to 50, half up and half even can't be told apart, floor and ceil can; factors have bounds."""
    scaling = fit(grid(unit=50))

    assert scaling is not None
    assert not scaling.is_exact
    assert scaling.roundings == ((50, "round"), (50, "half_even"))
    for place, factor in FACTORS.items():
        assert scaling.factors_may_be[place].holds(Fraction(factor))
        assert not scaling.factors_may_be[place].holds(Fraction(factor) + Fraction(1, 500))


@pytest.mark.parametrize("seed", range(12))
def test_fourteen_of_twenty_four_cells_are_enough(seed: int) -> None:
    """A grid with holes gives the model of the full one, and the cells that aren't there."""
    chosen = seeded(seed)
    cells = grid(unit=50)
    some = {cell: cells[cell] for cell in chosen.sample(sorted(cells), 14)}
    scaling = fit(some)

    assert scaling is not None
    assert scaling.bases == {row: BASES[row] for row in scaling.bases}
    assert scaling.factors == {place: Decimal(FACTORS[place]) for place in scaling.factors}
    fifties = scaling._replace(rounding=Rounding(Decimal(50), "round"))
    assert fifties.rounding in scaling.roundings
    for (row, place), value in cells.items():
        is_joined = row in scaling.bases and place in scaling.factors
        assert predict(fifties, row, place) == (value if is_joined else None)
    assert all(cell in scaling.apart for cell in some if predict(scaling, *cell) is None)


def test_what_hangs_apart_has_no_part_in_the_model() -> None:
    """A place with rows that no other place has doesn't keep the others from having a model."""
    cells = grid()
    scaling = fit({**cells, ("tester", "ghent"): Decimal(41000)})

    assert scaling is not None
    assert scaling.apart == (("tester", "ghent"),)
    assert predict(scaling, "tester", "ghent") is None
    assert scaling.bases == BASES


def test_numbers_that_do_not_vary_have_factors_of_one() -> None:
    """The same figures everywhere are those of factors 1."""
    scaling = fit(grid(factors={"a": "1", "b": "1", "c": "1"}))

    assert scaling is not None
    assert set(scaling.factors.values()) == {Decimal(1)}
    assert scaling.bases == BASES


def test_any_decimals_will_do() -> None:
    """Figures below 1 and with digits behind the point have models as well."""
    factors = {"a": "1", "b": "1.1", "c": "0.85"}
    cells = {
        (row, place): as_decimal(rounded(Fraction(base) * Fraction(factor), Fraction("0.05"), "round"))
        for row, base in (("x", "12.5"), ("y", "30"), ("z", "0.75"), ("w", "8"))
        for place, factor in factors.items()
    }
    scaling = fit(cells)

    assert scaling is not None
    assert all(predict(scaling, *cell) == value for cell, value in cells.items())
    assert scaling.factors == {place: Decimal(factor) for place, factor in factors.items()}


@st.composite
def grids(draw: st.DrawFn, steps: tuple[int, ...]) -> Cells:
    """Cells of 3 to 6 rows and places: bases that are multiples of a step, two decimals, any rounding."""
    step = draw(st.sampled_from(steps))
    bases = draw(st.lists(st.integers(20_000 // step, 120_000 // step), min_size=3, max_size=6))
    factors = draw(st.lists(st.integers(70, 139), min_size=3, max_size=6))
    return grid(
        {f"row {number}": base * step for number, base in enumerate(bases)},
        {f"place {number}": str(Decimal(factor).scaleb(-2)) for number, factor in enumerate(factors)},
        draw(st.sampled_from([1, 5, 10, 25, 50, 100])),
        draw(st.sampled_from(MODES)),
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(grids((100, 500, 1000)), st.randoms(use_true_random=False))
def test_a_model_gives_every_cell(cells: Cells, chosen: random.Random) -> None:
    """Whatever generated a grid is found again, or something simpler that gives each of its cells.

    The order of cells changes nothing.
    """
    scaling = fit(cells)
    shuffled = sorted(cells)
    chosen.shuffle(shuffled)

    assert scaling is not None or _are_sums(cells)
    if scaling:
        assert scaling.outliers == ()
        assert all(predict(scaling, *cell) == value for cell, value in cells.items())
        for place, factor in scaling.factors.items():
            assert scaling.factors_may_be[place].holds(Fraction(factor))
        for unit, mode in scaling.roundings:
            other = scaling._replace(rounding=Rounding(unit, mode))
            assert all(predict(other, *cell) == value for cell, value in cells.items())
    assert fit({cell: cells[cell] for cell in shuffled}) == scaling


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(grids((1, 10)))
def test_a_model_gives_or_names_every_cell(cells: Cells) -> None:
    """A cell that would need an odd base among round ones may be taken for wrong: it is named then."""
    scaling = fit(cells)

    assert scaling is not None or _are_sums(cells)
    if scaling:
        wrong = {(one.row, one.place): one.expected for one in scaling.outliers}
        assert len(wrong) <= len(cells) // 10
        assert all(predict(scaling, *cell) == wrong.get(cell, value) for cell, value in cells.items())


def _are_sums(cells: Cells) -> bool:
    """Whether each row has the same differences: then they are as good an explanation."""
    rows = sorted({row for row, _ in cells})
    places = sorted({place for _, place in cells})
    return len({tuple(cells[row, one] - cells[row, places[0]] for one in places) for row in rows}) == 1


# No model


@pytest.mark.parametrize("kind", ["wide", "near", "hundreds", "small"])
def test_random_numbers_have_no_model(kind: str) -> None:
    """Unrelated numbers, however near to each other or round, have no model: 200 seeded grids."""
    fitted = []
    for seed in range(50):
        chosen = seeded(f"{kind} {seed}")
        rows, places = chosen.choice([(2, 2), (2, 4), (3, 3), (6, 2), (6, 4), (4, 6)])
        cells = {}
        for row in range(rows):
            base = 30_000 + 500 * chosen.randrange(100)
            for place in range(places):
                value = {
                    "wide": chosen.randrange(20_000, 90_000),
                    "near": base * chosen.randrange(9_700, 10_300) // 10_000,
                    "hundreds": base * chosen.randrange(900, 1_100) // 100_000 * 100,
                    "small": chosen.randrange(1, 30),
                }[kind]
                cells[f"row {row}", f"place {place}"] = Decimal(value)
        if fit(cells):
            fitted.append(seed)

    assert fitted == []


@pytest.mark.parametrize("premiums", [(0, 1080, -1080, -2520), (0, 1000, -1000, -2500), (0, 500, 1500, 300)])
def test_sums_have_no_model(premiums: tuple[int, ...]) -> None:
    """A premium in euros isn't taken for a factor."""
    cells = {
        (row, place): Decimal(base + premium)
        for row, base in BASES.items()
        for place, premium in zip(FACTORS, premiums)
    }

    assert fit(cells) is None


def test_a_factor_for_each_pair_is_no_model() -> None:
    """Where every role has its own factor in every place, nothing is made up."""
    chosen = seeded(5)
    cells = {
        (row, place): Decimal(base * chosen.randrange(85, 116)).scaleb(-2)
        for row, base in BASES.items()
        for place in FACTORS
    }

    assert fit(cells) is None


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {("a", "x"): Decimal(36000)},
        {("a", "x"): Decimal(36000), ("b", "x"): Decimal(48000)},
        {("a", "x"): Decimal(36000), ("a", "y"): Decimal(37080), ("a", "z"): Decimal(34920)},
        {("a", "x"): Decimal(0), ("a", "y"): Decimal(0), ("b", "x"): Decimal(-1), ("b", "y"): Decimal(1)},
    ],
    ids=["none", "one", "one place", "one row", "not positive"],
)
def test_too_little_has_no_model(cells: Cells) -> None:
    """From a single place or row, or numbers that aren't positive, nothing can be known."""
    assert fit(cells) is None


# Cells that don't fit


@pytest.mark.parametrize("by", [-5000, -10, 1, 90])
@pytest.mark.parametrize("cell", sorted(grid()), ids=" ".join)
def test_a_wrong_cell_is_named(cell: tuple[str, str], by: int) -> None:
    """One wrong cell, even by a single unit, costs no model: it is named with what was expected."""
    cells = grid()
    wrong = {**cells, cell: cells[cell] + by}
    scaling = fit(wrong)

    assert scaling is not None
    assert scaling.outliers == (Outlier(*cell, wrong[cell], cells[cell]),)
    assert scaling.bases == BASES


@pytest.mark.parametrize("seed", range(20))
def test_two_wrong_cells_are_named(seed: int) -> None:
    """Two of 24 cells may be wrong, wherever they stand."""
    chosen = seeded(seed)
    cells = grid(unit=50)
    wrong = {
        cell: cells[cell] + chosen.choice([-3000, -900, 450, 2000])
        for cell in chosen.sample(sorted(cells), 2)
    }
    scaling = fit({**cells, **wrong})

    assert scaling is not None
    assert {(one.row, one.place): one.expected for one in scaling.outliers} == {
        cell: cells[cell] for cell in wrong
    }


def test_of_two_places_the_rounder_base_is_right() -> None:
    """In a row of two cells, the wrong one is the one that leaves an odd base."""
    cells = grid(places=("belgium", "leuven"))
    wrong = {**cells, ("mid.to", "leuven"): Decimal(64980)}
    scaling = fit(wrong)

    assert scaling is not None
    assert scaling.outliers == (Outlier("mid.to", "leuven", Decimal(64980), Decimal(64890)),)


def test_a_small_grid_has_no_wrong_cells() -> None:
    """Of nine cells none may be wrong: too little would be left to say so."""
    cells = grid({"a": 36000, "b": 48000, "c": 60000}, {"x": "1", "y": "1.03", "z": "0.97"})

    assert fit(cells) is not None
    assert fit({**cells, ("a", "x"): Decimal(39000)}) is None


def test_more_wrong_cells_than_one_in_ten_are_no_model() -> None:
    """Three wrong ones of 24 are too many."""
    cells = grid()
    for cell in [("junior.from", "leuven"), ("mid.to", "bruges"), ("senior.from", "belgium")]:
        cells[cell] += 3210

    assert fit(cells) is None


# Import


def test_the_factor_of_a_new_place() -> None:
    """A document left out gives its factor; what it may be; and which figures it doesn't give."""
    for place, factor in FACTORS.items():
        others = [other for other in FACTORS if other != place]
        scaling = fit(grid(places=others))
        assert scaling is not None
        cells = {row: value for (row, one), value in grid().items() if one == place}

        found = factor_of(place, cells, scaling)
        assert found is not None
        assert found.value == Decimal(factor)
        assert found.may_be.holds(Fraction(factor))
        assert found.outliers == ()

        slipped = factor_of(place, {**cells, "mid.to": Decimal(70000)}, scaling)
        assert slipped is not None
        assert slipped.value == found.value
        assert slipped.outliers == (Outlier("mid.to", place, Decimal(70000), cells["mid.to"]),)


def test_figures_that_do_not_agree_give_no_factor() -> None:
    """Where no factor gives half of the figures, or no row is known, there is none."""
    scaling = fit(grid())
    assert scaling is not None

    assert factor_of("ghent", {"tester": Decimal(40000)}, scaling) is None
    assert factor_of("ghent", {}, scaling) is None
    figures = [Decimal(30000), Decimal(51000), Decimal(45000), Decimal(70000), Decimal(65000), Decimal(80000)]
    assert factor_of("ghent", dict(zip(BASES, figures)), scaling) is None


def test_the_bases_of_a_new_role() -> None:
    """The figures of a role in one place or more give its bases, where the factors are known."""
    scaling = fit(grid(unit=50))
    assert scaling is not None
    bases = {"tester.from": 32000, "tester.to": 41500}
    cells = grid(bases, FACTORS, unit=50, places=("leuven", "bruges"))

    assert {row: found.value for row, found in bases_of(cells, scaling).items()} == bases
    one = {cell: value for cell, value in cells.items() if cell[1] == "leuven"}
    assert {row: found.value for row, found in bases_of(one, scaling).items()} == bases
    assert bases_of({("tester.from", "nowhere"): Decimal(1)}, scaling) == {}


# Short figures and references


def test_short_figures_say_how_they_are_rounded() -> None:
    """46,560 as 47 isn't rounded down, 33,480 as 33 isn't rounded up; no half tells the other two apart."""
    pairs = [(Decimal(46560), Decimal(47)), (Decimal(33480), Decimal(33))]

    assert shortened(pairs) == ("round", "half_even")
    assert shortened([*pairs, (Decimal(36500), Decimal(37))]) == ("round",)
    assert shortened([*pairs, (Decimal(36500), Decimal(36))]) == ("half_even",)
    assert shortened([*pairs, (Decimal(36500), Decimal(40))]) == ()


def test_the_same_values_are_a_reference() -> None:
    """A figure that agrees with the count of a list wherever it stands is that count."""
    companies = {0: Decimal(7), 1: Decimal(5), 2: Decimal(8)}
    candidates = {"place.hubs": {0: Decimal(7), 1: Decimal(4), 2: Decimal(8)}, "place.companies": companies}

    assert same_as(companies, candidates) == "place.companies"
    assert same_as({0: Decimal(7), 2: Decimal(8)}, candidates) == "place.hubs"
    assert same_as({0: Decimal(7), 1: Decimal(6)}, candidates) is None
    assert same_as({0: Decimal(7), 3: Decimal(8)}, candidates) is None
    assert same_as({0: Decimal(7)}, candidates) is None  # one value agrees with much


# Rounding


def _reads_nothing(name: str) -> Found:
    raise AssertionError(name)


@given(
    st.fractions(min_value=Fraction(1, 100), max_value=10**6, max_denominator=1000),
    st.sampled_from([Fraction(unit) for unit in UNITS]),
    st.sampled_from(MODES),
)
def test_rounding_is_that_of_formulas(value: Fraction, unit: Fraction, mode: str) -> None:
    """A mode rounds as the formula of its name does, and what is rounded so is in the interval before it."""
    printed = rounded(value, unit, mode)

    text = f"{mode}({value.numerator} / {value.denominator}, {as_decimal(unit)})"

    assert exact(parse_formula(text), _reads_nothing) == printed
    assert before(printed, unit, mode).holds(value)
    assert not before(printed + unit, unit, mode).holds(value)
    assert before(printed, unit, mode).high - before(printed, unit, mode).low == unit


@given(
    st.fractions(0, 10**5, max_denominator=500),
    st.fractions(Fraction(1, 10**4), 10**4, max_denominator=10**4),
)
def test_the_simplest_number_has_fewest_digits(low: Fraction, width: Fraction) -> None:
    """No number of the interval has fewer digits behind it: none is a multiple of ten times the step."""
    numbers = Interval(low, low + width, has_low=False, has_high=True)
    simple = simplest(numbers)

    assert simple is not None
    assert numbers.holds(simple.value)
    larger = 10 * simple.step
    assert (numbers.high / larger).__floor__() * larger <= numbers.low


def test_most_claims_win_a_vote() -> None:
    """What most intervals share is found, and who has no part in it."""
    claims = [Interval(Fraction(low), Fraction(low + 3), True, False) for low in (1, 2, 9, 3)]

    assert vote(claims) == (Interval(Fraction(3), Fraction(4), True, False), (2,))


# Speed, and the published documents


@pytest.mark.parametrize(("unit", "wrong"), [(10, 0), (100, 0), (10, 30)])
def test_a_hundred_places_and_ten_roles_take_seconds(unit: int, wrong: int) -> None:
    """The model of 6,000 cells, also with some that are wrong, is found in a few seconds."""
    chosen = seeded(1)
    bases = {f"row {number}": 500 * chosen.randrange(60, 200) for number in range(60)}
    factors = {f"place {number}": str(Decimal(chosen.randrange(80, 120)).scaleb(-2)) for number in range(100)}
    cells = grid(bases, factors, unit=unit)
    odd = {cell: cells[cell] + 7 * unit for cell in chosen.sample(sorted(cells), wrong)}
    start = time.process_time()
    scaling = fit({**cells, **odd})

    assert time.process_time() - start < 10
    assert scaling is not None
    assert scaling.factors == {place: Decimal(factors[place]) for place in sorted(factors)}
    assert {(one.row, one.place) for one in scaling.outliers} == set(odd)


SOURCES = os.environ.get("GUIDEGEN_SOURCES")


@pytest.mark.skipif(not SOURCES, reason="GUIDEGEN_SOURCES doesn't name the folder of the published documents")
def test_the_published_tables_have_one_model() -> None:
    """Any two of the published documents give the bases and factors; the short figures are rounded ones."""
    texts = {place: (Path(str(SOURCES)) / f"{place}.txt").read_text("utf-8") for place in FACTORS}
    patterns = patterns_in(texts.values(), "en_GB")
    cells: Cells = {}
    short = []
    for place, text in texts.items():
        figures = figures_in(text, patterns.language)
        amounts = [one.value for one in figures if one.form == "money"]
        cells.update({(row, place): amount for row, amount in zip(BASES, amounts, strict=True)})
        in_thousands = [one.value for one in figures if one.form == "thousands"]
        short += zip((amounts[0], amounts[1], amounts[4], amounts[5]), in_thousands, strict=True)

    assert patterns[1:4] == ("EUR", "¤#,##0", "¤#,##0k")
    assert shortened(short) == ("round", "half_even")
    for count in (2, 3, 4):
        for places in combinations(FACTORS, count):
            assert_true({cell: value for cell, value in cells.items() if cell[1] in places})
