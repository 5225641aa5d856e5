"""Numbers, money, lists and plurals as each locale writes them; no digit is lost, halves go up."""

import re
from decimal import Decimal

import pytest
from babel.numbers import get_decimal_symbol
from hypothesis import given
from hypothesis import strategies as st

from guidegen.language import Language, is_known

EN = Language("en_GB", "¤#,##0", "¤#,##0k", "EUR")
NL = Language("nl_BE", "¤ #,##0", "¤ #,##0k", "EUR")
FR = Language("fr_BE", "#,##0 ¤", "#,##0k ¤", "EUR")
ALL = (EN, NL, FR)
NARROW = "\u202f"  # the space that groups digits in French


@pytest.mark.parametrize(
    ("value", "english", "dutch", "french"),
    [
        ("36000", "36,000", "36.000", f"36{NARROW}000"),
        ("999", "999", "999", "999"),
        ("1.03", "1.03", "1,03", "1,03"),
        ("1.10", "1.1", "1,1", "1,1"),
        ("-1234.5", "-1,234.5", "-1.234,5", f"-1{NARROW}234,5"),
        ("263927", "263,927", "263.927", f"263{NARROW}927"),
        ("0.125", "0.125", "0,125", "0,125"),
        ("0", "0", "0", "0"),
    ],
)
def test_numbers_are_grouped_as_the_locale_does(value: str, english: str, dutch: str, french: str) -> None:
    """Thousands and decimals are marked as readers of the locale expect them."""
    number = Decimal(value)

    assert [language.number(number) for language in ALL] == [english, dutch, french]


@pytest.mark.parametrize(
    ("value", "english", "dutch", "french"),
    [
        ("37080", "€37,080", "€\u00a037.080", f"37{NARROW}080\u00a0€"),
        ("4748", "€4,748", "€\u00a04.748", f"4{NARROW}748\u00a0€"),
        ("500", "€500", "€\u00a0500", "500\u00a0€"),
    ],
)
def test_money_follows_the_pattern_of_the_pack(value: str, english: str, dutch: str, french: str) -> None:
    """The currency stands where pack.yaml puts it, the digits as the locale groups them."""
    number = Decimal(value)

    assert [language.money(number).replace(" ", "\u00a0") for language in ALL] == [english, dutch, french]


@pytest.mark.parametrize(
    ("value", "thousands"),
    [
        ("37080", "37"),
        ("49440", "49"),
        ("87550", "88"),
        ("36500", "37"),  # half to even would say 36
        ("37500", "38"),
        ("36499.999999999999", "36"),
        ("500", "1"),
        ("499", "0"),
        ("1234567", "1,235"),
    ],
)
def test_thousands_round_halves_up(value: str, thousands: str) -> None:
    """An amount in thousands is the nearest one, and a half goes up: 36,500 is 37, as 37,500 is 38."""
    assert EN.thousands(Decimal(value)) == f"€{thousands}k"


def test_thousands_follow_the_pattern_of_the_pack() -> None:
    """Each locale writes thousands with its own pattern."""
    value = Decimal(37080)

    assert [language.thousands(value).replace("\u00a0", " ") for language in ALL] == [
        "€37k",
        "€ 37k",
        "37k €",
    ]


def test_percentages_keep_their_digits() -> None:
    """A share becomes a percentage, with all its digits and the locale's sign."""
    assert EN.percent(Decimal("0.125")) == "12.5%"
    assert NL.percent(Decimal("0.125")) == "12,5%"
    assert FR.percent(Decimal("0.12345")) in (f"12,345{NARROW}%", "12,345\u00a0%")  # never torn apart


@pytest.mark.parametrize(
    ("count", "english", "dutch", "french"),
    [
        (1, "a", "a", "a"),
        (2, "a and b", "a en b", "a et b"),
        (3, "a, b and c", "a, b en c", "a, b et c"),
        (6, "a, b, c, d, e and f", "a, b, c, d, e en f", "a, b, c, d, e et f"),
    ],
)
def test_lists_end_with_the_word_of_the_locale(count: int, english: str, dutch: str, french: str) -> None:
    """A list is joined by commas and the locale's `and`, for any number of entries."""
    entries = "abcdef"[:count]
    joined = []
    for language in ALL:
        first, *joints = language.joints("and", count)
        joined.append(first + "".join(entry + joint for entry, joint in zip(entries, joints)))

    assert joined == [english, dutch, french]


def test_lists_of_alternatives() -> None:
    """`or` is said in the locale's word as well."""
    assert EN.joints("or", 2) == ("", " or ", "")
    assert NL.joints("or", 3) == ("", ", ", " of ", "")
    assert FR.joints("or", 2) == ("", " ou ", "")


def test_an_empty_list_has_nothing_around_it() -> None:
    """No entries make no text, one makes itself."""
    assert EN.joints("and", 0) == ("",)
    assert EN.joints("and", 1) == ("", "")


def test_plural_follows_the_locale() -> None:
    """One takes the singular; zero does in French, and not in English or Dutch."""
    forms = [
        [language.plural(Decimal(n), "office", "offices") for n in (0, 1, 2)] for language in (EN, NL, FR)
    ]

    assert forms == [
        ["offices", "office", "offices"],
        ["offices", "office", "offices"],
        ["office", "office", "offices"],
    ]


def test_unknown_locales_are_told() -> None:
    """Babel's locales are known, invented and broken ones aren't, and none of them is an error."""
    assert [is_known(tag) for tag in ("en_GB", "nl_BE", "fr_BE")] == [True, True, True]
    assert [is_known(tag) for tag in ("xx_XX", "en-", "", "../en")] == [False] * 4


# No digit is lost

DECIMALS = st.builds(
    lambda sign, whole, decimals: Decimal(f"{sign}{whole}" + (f".{decimals}" if decimals else "")),
    st.sampled_from(["", "-"]),
    st.integers(0, 10**14 - 1),
    st.text("0123456789", max_size=12),
)


def digits(text: str, language: Language) -> Decimal:
    """The number that a reader of this locale sees."""
    whole, _, fraction = text.replace("\u2212", "-").partition(get_decimal_symbol(language.locale))
    return Decimal(re.sub("[^0-9-]", "", whole) + "." + re.sub("[^0-9]", "", fraction))


@given(DECIMALS, st.sampled_from(ALL))
def test_numbers_and_money_lose_no_digit(value: Decimal, language: Language) -> None:
    """Whatever a fact may hold (14 digits, 12 decimals) can be read back from the text, exactly."""
    assert digits(language.number(value), language) == value
    assert digits(language.money(value), language) == value


@given(DECIMALS)
def test_thousands_are_the_nearest(value: Decimal) -> None:
    """The thousands said are less than a half away, or exactly a half above in size."""
    said = digits(EN.thousands(value), EN)
    away = abs(value / 1000) - abs(said)

    assert Decimal("-0.5") <= away < Decimal("0.5")
