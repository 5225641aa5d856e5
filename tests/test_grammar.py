"""Forms that follow from a name by its language's rules: right for names nobody thought of."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import MINI, run, write_pack
from guidegen.grammar import capital, derived

CITY = ("city", "place")
PORT = (MINI / "facts/places/port-ellen.yaml").read_text("utf-8")
PACK = (MINI / "pack.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "in_", "of"),
    [
        ("Gand", "à Gand", "de Gand"),
        ("Anvers", "à Anvers", "d'Anvers"),
        ("Ostende", "à Ostende", "d'Ostende"),
        ("Écaussinnes", "à Écaussinnes", "d'Écaussinnes"),
        ("Le Havre", "au Havre", "du Havre"),
        ("La Louvière", "à La Louvière", "de La Louvière"),
        ("Les Bons Villers", "aux Bons Villers", "des Bons Villers"),
        ("L'Isle-Adam", "à L'Isle-Adam", "de L'Isle-Adam"),
        ("Yvoir", "à Yvoir", "d'Yvoir"),
        ("Ypres", "à Ypres", "d'Ypres"),
        ("Yaoundé", "à Yaoundé", "de Yaoundé"),
        ("Huy", "à Huy", "de Huy"),
        ("Hannut", "à Hannut", "de Hannut"),
        ("Lessines", "à Lessines", "de Lessines"),
        ("Leuze-en-Hainaut", "à Leuze-en-Hainaut", "de Leuze-en-Hainaut"),
        ("Œudeghien", "à Œudeghien", "d'Œudeghien"),
        ("Waterloo", "à Waterloo", "de Waterloo"),
        ("'s-Hertogenbosch", "à 's-Hertogenbosch", "de 's-Hertogenbosch"),
    ],
)
def test_french_cities(name: str, in_: str, of: str) -> None:
    """À, au, aux; de, d', du, des: by the article and the first letter, an h being no vowel."""
    assert derived("fr", CITY, "in", {"name": name}) == in_
    assert derived("fr-BE", CITY, "of", {"name": name}) == of


@pytest.mark.parametrize(
    ("many", "of_many"),
    [
        ("développeuses et développeurs", "de développeuses et développeurs"),
        ("ingénieurs", "d'ingénieurs"),
        ("architectes cloud", "d'architectes cloud"),
        ("électriciens", "d'électriciens"),
        ("hackers éthiques", "de hackers éthiques"),
        ("hôtes et hôtesses", "d'hôtes et hôtesses"),
        ("horlogers", "d'horlogers"),
        ("héros", "de héros"),
        ("yachtmen", "de yachtmen"),
        ("UX designers", "d'UX designers"),
    ],
)
def test_french_roles(many: str, of_many: str) -> None:
    """D'ingénieurs, de développeurs; a mute h elides, one that isn't doesn't."""
    assert derived("fr", ("role",), "of_many", {"many": many}) == of_many


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("la fintech", "de la fintech"),
        ("le SaaS", "du SaaS"),
        ("les technologies de la santé", "des technologies de la santé"),
        ("l'aérospatiale", "de l'aérospatiale"),
        ("SaaS", None),
    ],
)
def test_french_words(name: str, of: str | None) -> None:
    """A word has its article; without one nothing can be known of its genitive."""
    assert derived("fr", ("term",), "of", {"name": name}) == of


@pytest.mark.parametrize("scope", ["country", "region"])
def test_what_french_cant_know(scope: str) -> None:
    """The gender of a country or region isn't in its name: en, au and aux have to be stated."""
    assert derived("fr", (scope, "place"), "in", {"name": "Portugal"}) is None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ijsland", "IJsland"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("'t Zand", "'t Zand"),
        ("brugge", "Brugge"),
    ],
)
def test_a_dutch_capital(text: str, written: str) -> None:
    """IJ is one letter, and 's stays small."""
    assert capital("nl-BE", text) == written
    assert derived("nl", CITY, "in", {"name": text}) == f"in {text}"


@pytest.mark.parametrize(("locale", "text", "written"), [("fr", "école", "École"), ("de", "über", "Über")])
def test_a_capital_elsewhere(locale: str, text: str, written: str) -> None:
    """A language without rules of its own makes the first letter a capital."""
    assert capital(locale, text) == written


@given(
    name=st.text(st.characters(categories=["Lu", "Ll"]), min_size=1),
    locale=st.sampled_from(["en", "nl", "fr"]),
)
def test_a_form_keeps_the_name(name: str, locale: str) -> None:
    """Whatever a city is called, its forms end in its name."""
    for form in ("in", "of"):
        made = derived(locale, CITY, form, {"name": name})

        assert made is not None
        assert made.endswith(name)


def guide(folder: Path, names: str, passage: str, locale: str = "fr") -> str:
    """What a passage says of a place, in a pack that has this locale alone."""
    tree: dict[str, str | bytes | None] = {
        "pack.yaml": PACK.replace("  en: {babel: en_GB", f"  {locale}: {{babel: {locale}_BE"),
        "facts/places/port-ellen.yaml": PORT.replace("{en: Port Ellen, fr: Port-Hélène}", names),
        "rules/outline.yaml": "blocks:\n  - title: said\n",
        f"snippets/{locale}/guide.md": f"## said\n{passage}\n",
    }
    for name in ("facts/levels.yaml", "facts/trades.yaml", "facts/roles/netmaker.yaml"):
        tree[name] = re.sub(r"\ben:", f"{locale}:", (MINI / name).read_text("utf-8"))
    pack = write_pack(folder / "pack", tree)
    done = run(
        "--pack", str(pack), "render", "--city", "port-ellen", "--role", "netmaker", "--locale", locale
    )
    return done.out or done.err


def test_a_passage_reads_derived_and_stated_forms(tmp_path: Path) -> None:
    """What follows by rule needn't be written; what is stated counts more."""
    said = guide(tmp_path / "1", "{fr: Le Havre}", "Travailler {{ place.in }}, près {{ place.of }}")
    stated = guide(tmp_path / "2", "{fr: {name: Ys, of: de Ys}}", "Près {{ place.of }}")

    assert said == "Travailler au Havre, près du Havre\n"
    assert stated == "Près de Ys\n"


def test_a_form_that_no_rule_gives_has_to_be_stated(tmp_path: Path) -> None:
    """It is refused at the passage that reads it, naming where to state it."""
    place = PORT.replace("scope: city", "scope: region").replace(
        "{en: Port Ellen, fr: Port-Hélène}", "{fr: Islay}"
    )
    said = guide(tmp_path, "{fr: Islay}", "Travailler {{ place.in }}")
    pack = tmp_path / "pack"
    (pack / "facts/places/port-ellen.yaml").write_text(place, "utf-8")
    done = run("--pack", str(pack), "render", "--city", "port-ellen", "--role", "netmaker")

    assert said == "Travailler à Islay\n"
    assert done.code == 2
    assert "state `names.fr.in` in facts/places/port-ellen.yaml" in done.err
