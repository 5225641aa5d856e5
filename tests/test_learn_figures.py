"""Numbers in texts: found where a slot would print just these characters, and nowhere else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from guidegen.language import Language
from guidegen.learn.figures import Patterns, figures_in, locale_of, patterns_in, written
from guidegen.pack import Pack
from guidegen.settings import is_money_pattern

WIDE, NARROW = "\u00a0", "\u202f"  # blanks that don't break
EN = Language("en_GB", "¤#,##0", "¤#,##0k", "EUR")
NL = Language("nl_BE", f"¤{WIDE}#,##0", f"¤{WIDE}#,##0k", "EUR")
FR = Language("fr_BE", f"#,##0{WIDE}¤", f"#,##0{WIDE}k¤", "EUR")
SWEDISH = Language("sv_SE", f"#,##0{WIDE}¤", f"#,##0{WIDE}k¤", "SEK")
AMERICAN = Language("en_US", "¤#,##0", "¤#,##0k", "USD")
ALL = (EN, NL, FR, SWEDISH, AMERICAN)


def found(text: str, language: Language = EN) -> list[tuple[str, str, Decimal]]:
    """Each figure as it stands in the text, its form and its value; each prints back as it stands."""
    figures = figures_in(text, language)
    for figure in figures:
        assert written(figure.form, figure.value, language) == text[figure.start : figure.end]
    return [(text[one.start : one.end], one.form, one.value) for one in figures]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("from €36,000 a year", EN, [("€36,000", "money", 36000)]),
        ("from €37k a year.", EN, [("€37k", "thousands", 37)]),
        ("€1,235k", EN, [("€1,235k", "thousands", 1235)]),
        ("over 36,000 people, of 12.", EN, [("36,000", "number", 36000), ("12", "number", 12)]),
        ("a factor of 1.03", EN, [("1.03", "number", "1.03")]),
        ("12.5% of them", EN, [("12.5%", "percent", "0.125")]),
        ("a loss of -€1,234 or -5%", EN, [("-€1,234", "money", -1234), ("-5%", "percent", "-0.05")]),
        (f"van €{WIDE}36.000 per jaar", NL, [(f"€{WIDE}36.000", "money", 36000)]),
        (f"€{WIDE}37k en 12,5%", NL, [(f"€{WIDE}37k", "thousands", 37), ("12,5%", "percent", "0.125")]),
        (f"de 36{NARROW}000{WIDE}€ par an", FR, [(f"36{NARROW}000{WIDE}€", "money", 36000)]),
        (f"37{WIDE}k€", FR, [(f"37{WIDE}k€", "thousands", 37)]),
        (f"environ 12,5{WIDE}%", FR, [(f"12,5{WIDE}%", "percent", "0.125")]),
        (f"1{NARROW}234{NARROW}567 habitants", FR, [(f"1{NARROW}234{NARROW}567", "number", 1234567)]),
        (f"36{WIDE}000{WIDE}kr om året", SWEDISH, [(f"36{WIDE}000{WIDE}kr", "money", 36000)]),
        ("$36,000.5 and $37k", AMERICAN, [("$36,000.5", "money", "36000.5"), ("$37k", "thousands", 37)]),
    ],
)
def test_what_a_filter_prints_is_found(
    text: str, language: Language, expected: list[tuple[str, str, str]]
) -> None:
    """Money, thousands, numbers and shares are found as the locale writes them, with their exact values."""
    assert found(text, language) == [(token, form, Decimal(value)) for token, form, value in expected]


@pytest.mark.parametrize(
    "text",
    [
        "R2D2",
        "v3.1",
        "3.1.2",
        "1st and 22nd",
        "24/7",
        "2026-11-20",
        "20.11.2026",
        "12:30",
        "2026",
        "COVID-19",
        "UTF-8",
        "page=2",
        "#5",
        "https://quay.example/5",
        "a_1",
        "3.x",
        "1/2",
        "007",
        "1.50",
        "36.000",
        "3600,0",
        "+32 16 20 30 40",
        "016 20 30 40",
        "1,2,3",
        "€36m",
        "37k",
        "10-20-30",
        "12 000",
        "x-5",
        "1٣",
    ],
)
def test_what_no_filter_prints_is_left_alone(text: str) -> None:
    """Names, versions, dates, times, addresses, and numbers as another locale writes them hold no figure."""
    assert found(f"before {text} behind") == []


@pytest.mark.parametrize("dash", [" – ", "–", "-", " to "])
def test_a_range_has_two_figures(dash: str) -> None:
    """Both ends of a range are found, and no minus between them."""
    assert found(f"€36,000{dash}€48,000") == [
        ("€36,000", "money", Decimal(36000)),
        ("€48,000", "money", Decimal(48000)),
    ]
    assert found(f"5%{dash}10%") == [("5%", "percent", Decimal("0.05")), ("10%", "percent", Decimal("0.1"))]
    assert [token for token, _, _ in found(f"10{dash}20 people")] == ["10", "20"]


def test_another_blank_is_another_text() -> None:
    """With an ordinary blank where the pattern has one that doesn't break, the amount isn't money."""
    assert found("€ 36.000", NL) == [("36.000", "number", Decimal(36000))]
    assert found(f"36 000{WIDE}€", FR) == []
    assert found(f"36{WIDE}000{WIDE}€", FR) == []  # fr_BE groups with a narrow blank


@given(
    st.sampled_from(ALL),
    st.sampled_from(["money", "thousands", "number", "percent"]),
    st.decimals(min_value=-(10**9), max_value=10**9, places=3),
    st.sampled_from(["{}", "from {} on", "({}),", "“{}”", "{}.", "a – {}; b"]),
)
def test_what_is_printed_is_found_again(language: Language, form: str, value: Decimal, around: str) -> None:
    """Whatever a filter prints is found as one figure, which prints the same."""
    value = (value.to_integral_value() if form == "thousands" else value) + 0  # there is no -0
    token = written(form, value, language)

    assert [text for text, _, _ in found(around.format(token), language)] == [token]


@given(st.text(alphabet="0123456789.,-–€%k/: \u00a0\u202fa+", max_size=40), st.sampled_from(ALL))
def test_whatever_is_found_prints_back(text: str, language: Language) -> None:
    """In any text, figures stand one behind the other and print the characters that they stand for."""
    figures = figures_in(text, language)

    assert found(text, language) is not None
    assert all(one.end <= other.start for one, other in zip(figures, figures[1:]))


@pytest.mark.parametrize(
    "hostile", ["1" * 300_000, "1 " * 150_000, "1-" * 150_000, "1.1," * 75_000, "€" * 300_000]
)
def test_hostile_texts_take_no_time(hostile: str) -> None:
    """A line of digits and signs has no figure, and patterns are found in it at once."""
    assert figures_in(hostile, EN) == [] or hostile.startswith(("1 ", "1-"))
    assert patterns_in([hostile], "en_GB").money == "¤#,##0"


@pytest.mark.parametrize(
    ("babel", "texts", "currency", "money", "thousands"),
    [
        ("en_GB", ["€36,000 – €48,000", "€36k"], "EUR", "¤#,##0", "¤#,##0k"),
        ("nl_BE", ["€ 36.000", "€ 37k"], "EUR", "¤ #,##0", "¤ #,##0k"),
        ("nl_BE", [f"€{WIDE}36.000"], "EUR", f"¤{WIDE}#,##0", f"¤{WIDE}#,##0k"),
        ("nl_BE", ["€ 37K"], "EUR", "¤ #,##0", "¤ #,##0K"),
        ("fr_BE", [f"36{NARROW}000{WIDE}€", f"37{WIDE}k€"], "EUR", f"#,##0{WIDE}¤", f"#,##0{WIDE}k¤"),
        ("fr_BE", ["37k €"], "EUR", "#,##0 ¤", "#,##0k ¤"),
        ("fr_BE", [f"36{NARROW}000 EUR"], "EUR", "#,##0 ¤¤", "#,##0 k¤¤"),
        ("en_GB", ["EUR 36,000"], "EUR", "¤¤ #,##0", "¤¤ #,##0k"),
        ("en_GB", ["£36k", "£48k", "€5"], "GBP", "¤#,##0", "¤#,##0k"),
        ("sv_SE", [f"36{WIDE}000 kr"], "SEK", "#,##0 ¤", "#,##0 k¤"),
    ],
)
def test_patterns_are_those_of_the_documents(
    babel: str, texts: list[str], currency: str, money: str, thousands: str
) -> None:
    """Currency and patterns are found with the very blanks, and then all amounts print back."""
    patterns = patterns_in(texts, babel)

    assert patterns[:4] == (babel, currency, money, thousands)
    assert is_money_pattern(money)
    assert is_money_pattern(thousands)


@pytest.mark.parametrize("babel", ["en_GB", "nl_BE", "fr_BE", "de_DE", "ja_JP"])
def test_without_amounts_patterns_are_usual_ones(babel: str) -> None:
    """Where no document has an amount, pack.yaml gets patterns that it may have, and the first currency."""
    patterns = patterns_in(["No amount, but 36,000 people"], babel, ["CHF", "EUR"])

    assert patterns.currency == "CHF"
    assert patterns.amounts == 0
    assert is_money_pattern(patterns.money)
    assert is_money_pattern(patterns.thousands)


def test_the_most_frequent_pattern_wins() -> None:
    """One amount written otherwise doesn't change how the others print; order of texts doesn't matter."""
    texts = ["€ 36.000 en € 48.000", "€36.000", "€ 37k"]

    assert patterns_in(texts, "nl_BE") == patterns_in(texts[::-1], "nl_BE")
    assert patterns_in(texts, "nl_BE") == Patterns("nl_BE", "EUR", "¤ #,##0", "¤ #,##0k", 4)


def test_the_locale_is_the_one_that_prints_the_amounts() -> None:
    """Of several locales of a language it is the one that groups and marks as the documents do."""
    english = ["en_GB", "en_US", "en_BE"]

    assert locale_of(["$36,000 and $5"], english)[:2] == ("en_US", "USD")
    assert locale_of(["€36.000, and 5,5%"], english).babel == "en_BE"
    assert locale_of(["€36,000, and 5.5%"], english).babel == "en_GB"
    assert locale_of(["nothing"], english).babel == "en_GB"


@pytest.mark.parametrize("locale", ["en", "nl", "fr"])
def test_the_shipped_patterns_are_found_in_its_guides(locale: str) -> None:
    """From the goldens alone, the currency and patterns of the shipped pack come out."""
    pack = Pack(ROOT)
    declared = pack.settings.locales[locale]
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "golden" / locale).rglob("*.txt"))]

    patterns = patterns_in(texts, declared.babel)

    assert patterns[1:4] == (pack.settings.currency, declared.money, declared.thousands)
    assert patterns.amounts > 10 * len(texts)
