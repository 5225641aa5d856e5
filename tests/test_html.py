"""Pages: what stands in a guide stands on its page, once and in order, whatever the facts hold."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import tinyhtml5
from hypothesis import given
from hypothesis import strategies as st

from conftest import MINI, ROOT, write_pack
from guidegen.compose import compose
from guidegen.formats import rendered
from guidegen.guide import Guide, flat, plain, texts
from guidegen.pack import Pack
from guidegen.problems import Refused

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
SAID = ("h1", "h2", "p", "pre", "li", "th", "td", "figcaption", "text")
OUTLINE = (MINI / "rules" / "outline.yaml").read_text("utf-8")
SNIPPETS = (MINI / "snippets" / "en" / "guide.md").read_text("utf-8")
CHART = (
    "  - chart: {title: pay.band, each: band, label: pay.level-cell, value: pay.band-cell, "
    "from: item.from, to: item.to}\n"
)
ABOUT = (
    "meta:\n  description: pool.deep\n  address: jobs.address\n"
    "  publisher: {text: site.label, to: site.home}\n"
    "  breadcrumbs: [{text: site.label, to: site.home}, {text: pay.band, to: jobs.address}]\n"
)
SITE = "\n## site.label\n{{ site.name }}\n\n## site.home\n{{ site.address }}\n"
FULL = {"rules/outline.yaml": ABOUT + OUTLINE + CHART, "snippets/en/guide.md": SNIPPETS + SITE}


def page_of(pack: Pack, guide: Guide) -> Element:
    """The page as a browser reads it."""
    return tinyhtml5.parse(rendered(guide, pack.settings.layout, "html").decode())


def mini(folder: Path, tree: dict[str, str]) -> tuple[Pack, Guide]:
    pack = Pack(write_pack(folder / "pack", {**FULL, **tree}))
    return pack, compose(pack, "port-ellen", "netmaker", "en")


def published(root: Path) -> list[Any]:
    pack = Pack(root)
    return [pytest.param(pack, name, id="/".join(name)) for name in pack.guides()]


GUIDES = [*published(ROOT), *published(MINI)]


def named(page: Element, *tags: str) -> Iterator[Element]:
    for element in page.iter():
        name = str(element.tag).rpartition("}")[2]
        if name in tags:
            yield element


def one(page: Element, tag: str) -> Element:
    (element,) = named(page, tag)
    return element


def text_of(element: Element) -> str:
    return "".join(element.itertext())


def structured(page: Element) -> dict[str, dict[str, Any]]:
    """The page's structured data, by type."""
    (script,) = named(page, "script")
    assert script.attrib == {"type": "application/ld+json"}
    return {thing["@type"]: thing for thing in json.loads(text_of(script))["@graph"]}


# What stands on the page


@pytest.mark.parametrize(("pack", "name"), GUIDES)
def test_every_text_of_the_guide_once_and_in_order(pack: Pack, name: tuple[str, str, str]) -> None:
    """The main part of the page says the guide's texts, each in an element of its own, and nothing else."""
    locale, place, role = name
    guide = compose(pack, place, role, locale)
    main = one(page_of(pack, guide), "main")
    said = [text_of(element) for element in named(main, *SAID)]

    assert said == [plain(text) for block in flat(guide.blocks) for text in texts(block)]
    assert "".join(said) == "".join(text_of(main).split("\n"))


@pytest.mark.parametrize(("pack", "name"), GUIDES)
def test_the_page_is_whole_and_alone(pack: Pack, name: tuple[str, str, str]) -> None:
    """It names its language and title, asks for no other file, and runs nothing."""
    locale, place, role = name
    guide = compose(pack, place, role, locale)
    page = page_of(pack, guide)
    links = {link.get("rel"): link.get("href") for link in named(page, "link")}
    meta = {tag.get("name") or tag.get("http-equiv"): tag.get("content") for tag in named(page, "meta")}
    css = text_of(one(page, "style"))
    policy = str(meta["Content-Security-Policy"])
    (script,) = named(page, "script")
    hashes = [hashlib.sha256(text.encode()).digest() for text in (css, text_of(script))]
    style, data = (base64.b64encode(digest).decode() for digest in hashes)

    assert (page.get("lang"), page.get("dir")) == (locale, "ltr")
    assert text_of(one(page, "title")) == plain(guide.meta.title)
    assert links.pop("icon") == "data:,"
    assert links == ({"canonical": plain(guide.meta.address)} if guide.meta.address else {})
    assert meta.get("description", "") == plain(guide.meta.description)
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{style}'; script-src 'sha256-{data}'" in policy
    assert not any(element.get("src") for element in page.iter())
    assert not re.search(r"url\(|@import", css)
    assert not [key for element in page.iter() for key in element.attrib if str(key).startswith("on")]


def test_headings_tables_and_links_are_what_they_are() -> None:
    """One h1, an h2 for each heading, header cells for columns and rows, links that lead somewhere."""
    pack = Pack(ROOT)
    place, role = "ghent", "backend"
    guide = compose(pack, place, role, "en")
    page = page_of(pack, guide)
    blocks = list(flat(guide.blocks))
    headers = [header.get("scope") for header in named(one(page, "table"), "th")]

    assert len(list(named(page, "h1"))) == 1
    assert len(list(named(page, "h2"))) == sum(block.kind == "heading" for block in blocks)
    assert headers == ["col", "col", "row", "row", "row"]
    assert [link.get("href") for link in named(one(page, "main"), "a")] == [
        plain(block.address)
        for block in blocks
        if block.kind == "link"  # type: ignore[union-attr]
    ]
    assert [text_of(link) for link in named(one(page, "nav"), "a")] == ["BeDevs"]


# The chart


@pytest.mark.parametrize(("pack", "name"), published(ROOT))
def test_the_chart_says_in_words_what_it_draws(pack: Pack, name: tuple[str, str, str]) -> None:
    """Its name for those who don't see it is its title, then each level with its band."""
    locale, place, role = name
    page = page_of(pack, compose(pack, place, role, locale))
    chart = one(page, "svg")
    by_id = {element.get("id"): text_of(element) for element in page.iter() if element.get("id")}
    name_ = [by_id[id_] for id_ in str(chart.get("aria-labelledby")).split()]
    rows = [[text_of(cell) for cell in named(row, "th", "td")] for row in named(one(page, "tbody"), "tr")]

    assert chart.get("role") == "img"
    assert name_ == [text_of(one(page, "figcaption")), *(cell for row in rows for cell in row)]


def test_bars_are_as_long_as_their_numbers(tmp_path: Path) -> None:
    """Bands 20,600–26,780 and 25,750–37,600 (factor 1.03, to the ten): shares of 37,600, to 0.01 %."""
    pack, guide = mini(tmp_path, {})
    bars = [bar for bar in named(page_of(pack, guide), "rect") if bar.get("class") == "bar"]
    chart = next(block for block in flat(guide.blocks) if block.kind == "chart")
    ends = [(bar.low.value, bar.high.value) for bar in chart.bars]  # type: ignore[union-attr]
    widest = max(high for _, high in ends)

    assert [(bar.get("x"), bar.get("width")) for bar in bars] == [
        (f"{100 * low / widest:.2f}%", f"{100 * (high - low) / widest:.2f}%") for low, high in ends
    ]
    assert bars[-1].get("width") is not None
    assert ends[0][0] < ends[1][0] < widest


def drawn(folder: Path, role: tuple[str, str], rule: tuple[str, str] = ("", "")) -> list[tuple[str, str]]:
    """Where the chart's bars are drawn, with something changed in the role's file or in the rules."""
    names = {"facts/roles/netmaker.yaml": role, "rules/rules.yaml": rule}
    tree = {name: (MINI / name).read_text("utf-8").replace(*change) for name, change in names.items()}
    bars = named(page_of(*mini(folder, tree)), "rect")
    return [(str(bar.get("x")), str(bar.get("width"))) for bar in bars if bar.get("class") == "bar"]


def test_an_amount_without_a_range_is_a_dot(tmp_path: Path) -> None:
    """A band that ends where it begins is drawn one per cent wide, inside the chart's edge."""
    bars = drawn(tmp_path, ("senior: {from: 25000", "senior: {from: 36500"))

    assert bars[-1] == ("99.00%", "1.00%")


def test_a_bar_may_begin_at_nothing(tmp_path: Path) -> None:
    """A band from 0 is drawn from the left edge."""
    bars = drawn(tmp_path, ("", ""), ("from: round(item.from", "from: round(item.from * 0"))

    assert [left for left, _ in bars] == ["0.00%", "0.00%"]


@pytest.mark.parametrize("formula", ["item.from - 99999", "item.to * 9"])
def test_a_bar_goes_upwards(tmp_path: Path, formula: str) -> None:
    """A bar below nothing, or one that ends before it begins, is refused with its numbers."""
    with pytest.raises(Refused) as refused:
        drawn(tmp_path, ("", ""), ("from: round(item.from", f"from: round({formula}"))
    (problem, *_) = [found for found in refused.value.problems if found.kind == "chart"]

    assert "'band.junior.from', 'band.junior.to'" in problem.message


# Structured data


def test_structured_data_is_the_guides(tmp_path: Path) -> None:
    """The article has the guide's title, description, address and newest date; the crumbs end in it."""
    pack, guide = mini(tmp_path, {})
    things = structured(page_of(pack, guide))
    home = {"@type": "Organization", "name": "Quay", "url": "https://quay.example"}

    assert set(things) == {"Article", "BreadcrumbList"}
    assert things["Article"] == {
        "@type": "Article",
        "headline": "Net Makers in Port Ellen",
        "description": "There are many net makers in Port Ellen.",
        "inLanguage": "en",
        "mainEntityOfPage": "https://quay.example/port-ellen",
        "author": home,
        "publisher": home,
        **({"dateModified": guide.meta.dated} if guide.meta.dated else {}),
    }
    assert [
        (step["position"], step["name"], step["item"]) for step in things["BreadcrumbList"]["itemListElement"]
    ] == [
        (1, "Quay", "https://quay.example"),
        (2, "Pay", "https://quay.example/port-ellen"),
        (3, "Net Makers in Port Ellen", "https://quay.example/port-ellen"),
    ]


def test_dated_is_the_newest_fact_that_reached_the_page() -> None:
    """Ghent's newest fact is of May 2026; no clock is asked."""
    pack = Pack(ROOT)
    place, role = "ghent", "backend"

    assert structured(page_of(pack, compose(pack, place, role, "en")))["Article"]["dateModified"] == "2026-05"


def test_an_occupation_only_if_the_pack_asks(tmp_path: Path) -> None:
    """With `occupation` in meta, the bands stand there as exact numbers in the pack's currency."""
    job = (
        "  occupation: {name: guide.title, where: pay.band, each: band, label: pay.level-cell, "
        "from: item.from, to: item.to, per: year}\n"
    )
    pack, guide = mini(tmp_path, {"rules/outline.yaml": ABOUT + job + OUTLINE})
    occupation = structured(page_of(pack, guide))["Occupation"]
    junior = occupation["estimatedSalary"][0]

    assert occupation["name"] == "Net Makers in Port Ellen"
    assert occupation["occupationLocation"] == {"@type": "Place", "name": "Pay"}
    assert (junior["name"], junior["currency"]) == ("Junior", "EUR")
    assert junior["value"] == {
        "@type": "QuantitativeValue",
        "minValue": "20600",
        "maxValue": "26780",
        "unitText": "YEAR",
    }


# Hostile facts


HOSTILE = [
    "<script>alert(1)</script>",
    "]]>",
    "</script><b>x</b>",
    "</title></style>--><!--",
    '" onmouseover="alert(1)',
    "' autofocus='",
    "&lt;b&gt; &amp; &#60;",
    "{{ 7 * 7 }} {% x %}",
    "<svg/onload=alert(1)>",
    "\\u003c/script\\u003e",
]


def with_name(name: str) -> dict[str, str]:
    """The mini pack, a text in every place that a fact may reach."""
    quoted = json.dumps(name, ensure_ascii=False)
    place = (MINI / "facts/places/port-ellen.yaml").read_text("utf-8")
    place = place.replace("Salt & Sons", quoted)
    settings = (MINI / "pack.yaml").read_text("utf-8").replace("name: Quay", f"name: {quoted}")
    snippets = SNIPPETS.replace("in {{ place.name }}", "in {{ site.name }}", 1)
    snippets = snippets.replace("{{ item.title }}", "{{ item.title }} {{ site.name }}")
    return {
        "facts/places/port-ellen.yaml": place,
        "pack.yaml": settings,
        "snippets/en/guide.md": snippets + SITE,
    }


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_facts_come_out_inert(tmp_path: Path, name: str) -> None:
    """Whatever a name holds, the page has the same elements as ever, and the name is text in them."""
    pack, guide = mini(tmp_path, with_name(name))
    harmless = page_of(*mini(tmp_path / "harmless", with_name("Harmless")))
    page = page_of(pack, guide)

    assert [(el.tag, sorted(el.attrib)) for el in page.iter()] == [
        (el.tag, sorted(el.attrib)) for el in harmless.iter()
    ]
    assert text_of(one(page, "title")) == f"Net Makers in {name}"
    assert name in [text_of(element) for element in named(page, "li")]
    assert f"Junior {name}" in [text_of(element) for element in named(page, "text")]
    assert structured(page)["Article"]["publisher"]["name"] == name
    assert text_of(next(named(one(page, "nav"), "a"))) == name


@given(
    name=st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc"]), min_size=1)
)
def test_the_structured_data_never_ends_its_element(name: str) -> None:
    """No text makes the JSON hold a character that HTML reads, and it is read back whole."""
    from guidegen.formats.structured import json_ld
    from guidegen.guide import Joined, Meta, Span
    from guidegen.pairs import NO_PAIR

    text = (Span(name, Joined("x")),)
    guide = Guide("a", "b", "en", "2026-01-01", Meta(text, text, (), ""), (), (), NO_PAIR.file)
    written = json_ld(guide)

    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written)["@graph"][0]["headline"] == name


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "https://quay.example/a b",
        'https://quay.example/"x',
        "https://user@quay.example",
        "//quay.example",
        "/jobs",
        "https://",
        "mailto:",
        "ftp://quay.example",
    ],
)
def test_links_lead_to_the_web_or_to_mail(tmp_path: Path, address: str) -> None:
    """A link to anything but http, https and mailto is refused at its passage's line."""
    text = re.sub(r"(## jobs.address\n).*", lambda found: found[1] + address.strip(), SNIPPETS)
    if address != address.strip():
        text = text.replace(address.strip(), "{{ '" + address + "' }}")
    with pytest.raises(Refused) as refused:
        mini(tmp_path, {"snippets/en/guide.md": text + SITE})
    (problem, *_) = refused.value.problems

    assert problem.kind == "address"
    assert problem.location is not None
    assert problem.location.path == "snippets/en/guide.md"


@pytest.mark.parametrize("address", ["https://quay.example/é?a=1&b='2'#c", "mailto:jobs@quay.example"])
def test_links_that_may_be(tmp_path: Path, address: str) -> None:
    """Web and mail addresses come out as they are, escaped where HTML needs it."""
    text = re.sub(r"(## jobs.address\n).*", lambda found: found[1] + address, SNIPPETS)
    pack, guide = mini(tmp_path, {"snippets/en/guide.md": text + SITE})

    assert [link.get("href") for link in named(one(page_of(pack, guide), "main"), "a")] == [address]


# Smaller things


def test_lines_stay_as_they_stand(tmp_path: Path) -> None:
    """A notice keeps its line breaks and indents, an empty first line too."""
    notice = "\n## notice\n{{ '' }}\n  © Quay\n\n    All rights kept <here>\n"
    outline = OUTLINE + "  - lines: notice\n"
    notice = notice.replace("{{ '' }}\n", "")
    pack, guide = mini(tmp_path, {"rules/outline.yaml": outline, "snippets/en/guide.md": SNIPPETS + notice})

    assert text_of(one(page_of(pack, guide), "pre")) == "  © Quay\n\n    All rights kept <here>"


def test_a_locale_that_is_written_from_right_to_left(tmp_path: Path) -> None:
    """The page says so."""
    settings = (MINI / "pack.yaml").read_text("utf-8").replace("  en: {babel: en_GB", "  ar: {babel: ar")
    tree = {"pack.yaml": settings}
    for name in ("facts/places/port-ellen.yaml", "facts/places/marland.yaml", "facts/roles/netmaker.yaml"):
        tree[name] = re.sub(r"\ben:", "ar:", (MINI / name).read_text("utf-8"))
    for name in ("facts/levels.yaml", "facts/trades.yaml"):
        tree[name] = re.sub(r"\ben:", "ar:", (MINI / name).read_text("utf-8"))
    for path in (MINI / "snippets" / "en").rglob("*.md"):
        tree[f"snippets/ar/{path.relative_to(MINI / 'snippets' / 'en').as_posix()}"] = path.read_text("utf-8")
    pack = Pack(write_pack(tmp_path / "pack", tree))
    page = page_of(pack, compose(pack, "port-ellen", "netmaker", "ar"))

    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
