"""The site: every guide has its page, every page leads to others that are there, and says where it is."""

import json
import random
import re
import threading
import urllib.request
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

import pytest
import tinyhtml5
from hypothesis import given
from hypothesis import strategies as st

from conftest import MINI, ROOT
from guidegen.compose import compose
from guidegen.formats import rendered
from guidegen.guide import plain
from guidegen.pack import Pack
from guidegen.site.address import link
from guidegen.site.maker import Published, SiteMaker, site
from guidegen.site.sitemap import LARGEST, MOST, Mapped, sitemaps
from site_pack import EN, SITE_TREE, changed, file_at, served, write_site

HOME = "https://www.bedevs.be/"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
Files = dict[str, bytes]


def files_of(root: Path) -> Files:
    made = list(site(Pack(root)))
    assert len({output.path for output in made}) == len(made)
    return {output.path: output.data for output in made}


@pytest.fixture(scope="module")
def shipped() -> Files:
    """The site of the shipped pack."""
    return files_of(ROOT)


@pytest.fixture(scope="module")
def quay(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The site of the mini pack: two places, two roles, two languages."""
    return files_of(write_site(tmp_path_factory.mktemp("site") / "pack"))


def pages_of(files: Files) -> dict[str, Element]:
    """The pages as a browser reads them, by their files."""
    return {path: page(data) for path, data in files.items() if path.endswith(".html")}


def page(data: bytes) -> Element:
    return tinyhtml5.parse(data.decode())


def named(element: Element, *tags: str) -> list[Element]:
    return [found for found in element.iter() if str(found.tag).rpartition("}")[2] in tags]


def text_of(element: Element) -> str:
    return "".join(element.itertext())


def head(element: Element) -> dict[str, str]:
    """What the page's meta elements say, by their names."""
    return {
        str(tag.get("name") or tag.get("property")): str(tag.get("content"))
        for tag in named(element, "meta")
        if tag.get("name") or tag.get("property")
    }


def linked(element: Element, rel: str) -> list[Element]:
    return [tag for tag in named(element, "link") if tag.get("rel") == rel]


def canonical(element: Element) -> str:
    (tag,) = linked(element, "canonical")
    return str(tag.get("href"))


def alternates(element: Element) -> dict[str, str]:
    return {str(tag.get("hreflang")): str(tag.get("href")) for tag in linked(element, "alternate")}


def structured(element: Element) -> dict[str, dict[str, Any]]:
    (script,) = named(element, "script")
    return {thing["@type"]: thing for thing in json.loads(text_of(script))["@graph"]}


def navs(element: Element) -> list[Element]:
    return named(element, "nav")


def trail(element: Element) -> list[tuple[str, str]]:
    """The breadcrumbs that are seen: texts and links."""
    lists = named(element, "ol")
    return [(text_of(a), str(a.get("href"))) for a in named(lists[0], "a")] if lists else []


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


# What there is


def test_every_page_has_its_file(shipped: Files) -> None:
    """A page for each guide where its address says, for each place, role and index in each language."""
    pack = Pack(ROOT)
    guides = [compose(pack, place, role, locale) for locale, place, role in pack.guides()]
    prefix = {"en": "", "nl": "nl/", "fr": "fr/"}
    expected = {f"{urlsplit(plain(guide.meta.address)).path[1:]}/index.html" for guide in guides}
    for locale in pack.locales:
        expected.add(f"{prefix[locale]}hiring/index.html")
        expected |= {f"{prefix[locale]}hiring/in-{one.slug}/index.html" for one in pack.published("place")}
        expected |= {
            f"{prefix[locale]}hiring/{one.facts['address'].value}/index.html"
            for one in pack.published("role")
        }

    assert len(guides) >= 20
    assert {*shipped} == {*expected, "index.html", "sitemap.xml", "robots.txt"}


def test_a_guide_s_page_is_the_guide(shipped: Files) -> None:
    """Between the site's header and footer stands what `render --format html` has, character by character."""
    pack = Pack(ROOT)
    main = re.compile(rb"<main>.*</main>", re.DOTALL)
    for locale, place, role in pack.guides():
        guide = compose(pack, place, role, locale)
        alone = rendered(guide, pack.settings.layout, "html")
        on_site = shipped[file_at(plain(guide.meta.address) + "/", HOME)]

        assert main.findall(on_site) == main.findall(alone)
        assert text_of(named(page(on_site), "title")[0]) == plain(guide.meta.title)


def test_places_and_roles_are_listed(quay: Files) -> None:
    """An index lists places and roles, a place its roles, a role its places: each leads to a page of that."""
    pages = pages_of(quay)

    def lists(path: str) -> list[tuple[str, list[tuple[str, str]]]]:
        main = named(pages[path], "main")[0]
        headings = [text_of(found) for found in named(main, "h2")] or [""]
        return [
            (heading, [(text_of(a), str(a.get("href"))) for a in named(found, "a")])
            for heading, found in zip(headings, named(main, "ul"))
        ]

    assert lists("all/index.html") == [
        ("Places, English", [("Marland", "../in-marland/"), ("Port Ellen", "../in-port-ellen/")]),
        ("Roles, English", [("cooper ens", "../cooper/"), ("netmaker ens", "../netmaker/")]),
    ]
    assert lists("fr/in-port-ellen/index.html") == [
        (
            "Guides, Français",
            [
                ("cooper frs, Français", "../cooper-in-port-ellen/"),
                ("netmaker frs, Français", "../netmaker-in-port-ellen/"),
            ],
        )
    ]
    assert lists("netmaker/index.html") == [
        ("", [("Marland", "../netmaker-in-marland/"), ("Port Ellen", "../netmaker-in-port-ellen/")])
    ]
    assert lists("index.html") == [("", [("Guides, English", "all/"), ("Guides, Français", "fr/all/")])]


def test_lists_are_in_the_reader_s_order(shipped: Files) -> None:
    """The country first, then its places by name, accents making no difference."""
    pages = pages_of(shipped)
    (places, _) = named(named(pages["hiring/index.html"], "main")[0], "ul")
    (in_dutch, _) = named(named(pages["nl/hiring/index.html"], "main")[0], "ul")

    assert " ".join(text_of(places).split()) == (
        "Belgium Antwerp Bruges Brussels Genk Ghent Hasselt Leuven Liège Louvain-la-Neuve Mechelen"
    )
    assert text_of(in_dutch).split()[:3] == ["België", "Antwerpen", "Brugge"]


def test_drafts_are_not_on_the_site(tmp_path: Path) -> None:
    """A place that is a draft has no page and stands in no list."""
    draft = (MINI / "facts/places/port-ellen.yaml").read_text("utf-8").replace("published", "draft")
    files = files_of(write_site(tmp_path, {"facts/places/port-ellen.yaml": draft}))

    assert "in-marland/index.html" in files
    assert not [path for path in files if "port-ellen" in path]
    assert not [path for path, data in files.items() if b"in-port-ellen" in data]


# Where pages are, and what leads to them


@pytest.mark.parametrize("which", ["shipped", "quay"])
def test_every_link_leads_to_a_file(which: str, request: pytest.FixtureRequest) -> None:
    """Links, canonical addresses, alternates, Open Graph, structured data, the sitemap: all are files, in
    that case; but where a guide's own text leads elsewhere."""
    files: Files = request.getfixturevalue(which)
    home = HOME if which == "shipped" else "https://quay.example/"
    for path, element in pages_of(files).items():
        links = [str(tag.get("href")) for tag in named(element, "a")]
        assert links, path
        for href in links:
            if href.startswith("https://quay.example/"):  # the jobs' own pages, which the guides link to
                continue
            assert file_at(urljoin(canonical(element), href), home) in files, (path, href)
        named_addresses = [canonical(element), *alternates(element).values(), head(element)["og:url"]]
        named_addresses += [text for text in strings(structured(element)) if text.startswith(home)]
        for address in named_addresses:
            assert file_at(address, home) in files, (path, address)


@pytest.mark.parametrize("which", ["shipped", "quay"])
def test_each_page_says_where_it_is(which: str, request: pytest.FixtureRequest) -> None:
    """The canonical address is what its very file is served at; no two pages have one."""
    files: Files = request.getfixturevalue(which)
    home = HOME if which == "shipped" else "https://quay.example/"
    addresses = {path: canonical(element) for path, element in pages_of(files).items()}

    assert {path: file_at(address, home) for path, address in addresses.items()} == {
        path: path for path in addresses
    }
    assert len({*addresses.values()}) == len(addresses)


def test_languages_lead_to_each_other(shipped: Files) -> None:
    """`hreflang` names a page in every language, itself too, and all alike; English is for the rest."""
    pages = pages_of(shipped)
    for path, element in pages.items():
        if path == "index.html":
            assert alternates(element) == {}
            continue
        found = alternates(element)
        assert set(found) == {"en", "nl", "fr", "x-default"}
        assert found[str(element.get("lang"))] == canonical(element)
        assert found["x-default"] == found["en"]
        for address in found.values():
            assert alternates(pages[file_at(address, HOME)]) == found


def test_a_reader_changes_languages(shipped: Files) -> None:
    """On each page stand the languages by their own names; the others are links to the page in them."""
    for path, element in pages_of(shipped).items():
        if path == "index.html":
            continue
        (switch,) = [nav for nav in navs(element) if nav.get("class") == "languages"]
        entries = named(switch, "li")
        found = {
            str(a.get("hreflang")): urljoin(canonical(element), str(a.get("href")))
            for a in named(switch, "a")
        }

        assert [text_of(entry) for entry in entries] == ["English", "Nederlands", "Français"]
        assert [text_of(entry) for entry in entries if entry.get("aria-current")] == [
            {"en": "English", "nl": "Nederlands", "fr": "Français"}[str(element.get("lang"))]
        ]
        assert {**found, str(element.get("lang")): canonical(element)} == {
            tag: address for tag, address in alternates(element).items() if tag != "x-default"
        }
        assert all(a.get("lang") == a.get("hreflang") for a in named(switch, "a"))


def test_trails_lead_back(shipped: Files) -> None:
    """From the first page over the index and the place to a guide; search engines are told the same way."""
    pages = pages_of(shipped)
    path = "nl/hiring/backend-developers-in-ghent/index.html"

    assert trail(pages[path]) == [
        ("BeDevs", "../../../"),
        ("Gidsen voor wie aanwerft", "../"),
        ("Gent", "../in-ghent/"),
    ]
    assert trail(pages["nl/hiring/in-ghent/index.html"]) == trail(pages[path])[:2]
    assert trail(pages["nl/hiring/index.html"]) == [("BeDevs", "../../")]
    for element in pages.values():
        steps = [(name, urljoin(canonical(element), href)) for name, href in trail(element)]
        if not steps:
            assert canonical(element) == HOME
            continue
        listed = structured(element)["BreadcrumbList"]["itemListElement"]
        assert [(step["name"], step["item"]) for step in listed[:-1]] == steps
        assert listed[-1]["item"] == canonical(element)
        assert [step["position"] for step in listed] == [*range(1, len(listed) + 1)]


def test_a_guide_leads_on(shipped: Files) -> None:
    """At its end stand links to all of its place and to all of its role."""
    element = pages_of(shipped)["hiring/backend-developers-in-ghent/index.html"]
    (footer,) = named(element, "footer")

    assert [(text_of(a), a.get("href")) for a in named(footer, "a")] == [
        ("Recruiting in Ghent", "../in-ghent/"),
        ("Recruiting Backend Developers", "../backend-developers/"),
    ]


def test_every_page_is_reached_from_the_first(shipped: Files) -> None:
    """By links alone one comes from the first page to every other."""
    pages = pages_of(shipped)
    reached, open_ = {"index.html"}, ["index.html"]
    while open_:
        element = pages[open_.pop()]
        for a in named(element, "a"):
            target = file_at(urljoin(canonical(element), str(a.get("href"))), HOME)
            if target not in reached:
                reached.add(target)
                open_.append(target)

    assert reached == {*pages}


# What pages say of themselves


def test_pages_are_told_apart(shipped: Files) -> None:
    """Each has a title and a description that no other page of its language has, and one h1."""
    pages = pages_of(shipped)
    seen: set[tuple[str, str]] = set()
    for element in pages.values():
        title, locale = text_of(named(element, "title")[0]), str(element.get("lang"))
        description = head(element)["description"]
        assert 10 < len(title) < 90
        assert 50 < len(description) < 200
        assert not seen & {(locale, title), (locale, description)}
        seen |= {(locale, title), (locale, description)}
        assert len(named(element, "h1")) == 1

    assert (
        text_of(named(pages["hiring/in-ghent/index.html"], "title")[0])
        == "Recruiting in Ghent – guides | BeDevs"
    )


def test_open_graph_says_what_is_shared(shipped: Files) -> None:
    """Title, description, address, kind, language and site, as on the page."""
    pages = pages_of(shipped)
    for path, element in pages.items():
        said = head(element)
        assert said["og:title"] == text_of(named(element, "title")[0])
        assert said["og:description"] == said["description"]
        assert said["og:url"] == canonical(element)
        assert said["og:type"] == ("article" if "-in-" in path else "website")
        assert said["og:site_name"] == "BeDevs"
        assert said["og:locale"] == {"en": "en_GB", "nl": "nl_BE", "fr": "fr_BE"}[str(element.get("lang"))]
        others = [
            tag.get("content")
            for tag in named(element, "meta")
            if tag.get("property") == "og:locale:alternate"
        ]
        assert len(others) == (0 if path == "index.html" else 2)
        assert said["og:locale"] not in others


def test_lists_are_structured_data(quay: Files) -> None:
    """A page of lists is a CollectionPage of the site, with what it lists in the order of the page."""
    element = pages_of(quay)["in-port-ellen/index.html"]
    collection = structured(element)["CollectionPage"]

    assert collection["name"] == "Work in Port Ellen, English"
    assert collection["url"] == "https://quay.example/in-port-ellen/"
    assert collection["isPartOf"] == {"@type": "WebSite", "name": "Quay", "url": "https://quay.example/"}
    (listed,) = collection["mainEntity"]
    assert listed["name"] == "Guides, English"
    assert [(one["position"], one["name"], one["url"]) for one in listed["itemListElement"]] == [
        (1, "cooper ens, English", "https://quay.example/cooper-in-port-ellen/"),
        (2, "netmaker ens, English", "https://quay.example/netmaker-in-port-ellen/"),
    ]


def test_a_date_is_that_of_a_fact(quay: Files, shipped: Files) -> None:
    """A guide is as new as its newest fact, a place's page as a fact that it shows; others have no date."""
    pack = Pack(ROOT)
    guides = {}
    for locale, place, role in pack.guides():
        guide = compose(pack, place, role, locale)
        guides[file_at(plain(guide.meta.address) + "/", HOME)] = guide.meta.dated
    for path, element in pages_of(shipped).items():
        things = structured(element)
        dated = things.get("Article", things.get("CollectionPage", {})).get("dateModified", "")
        assert dated == guides.get(path, ""), path
    lists = {path: structured(element).get("CollectionPage", {}) for path, element in pages_of(quay).items()}

    assert guides["hiring/backend-developers-in-ghent/index.html"] == "2026-05"
    assert {path for path, thing in lists.items() if "dateModified" in thing} == {
        "in-port-ellen/index.html",
        "fr/in-port-ellen/index.html",
    }
    assert lists["in-port-ellen/index.html"]["dateModified"] == "2024"


def test_pages_load_and_run_nothing(shipped: Files) -> None:
    """No page names another file to load, and none has a script but its structured data."""
    for element in pages_of(shipped).values():
        assert [
            tag.get("rel")
            for tag in named(element, "link")
            if tag.get("rel") not in ("canonical", "alternate")
        ] == (["icon"])
        assert linked(element, "icon")[0].get("href") == "data:,"
        assert [script.get("type") for script in named(element, "script")] == ["application/ld+json"]
        assert not [tag for tag in element.iter() if tag.get("src") or tag.get("style")]
        assert not re.search(r"url\(|@import", text_of(named(element, "style")[0]))


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    """Whatever the site is called, its pages have the same elements, and say the name."""
    hostile = "</script></title><b>\" & 'x' <!--"
    settings = SITE_TREE["pack.yaml"].replace("name: Quay", f"name: {json.dumps(hostile)}")
    files = files_of(write_site(tmp_path / "hostile", {"pack.yaml": settings}))
    harmless = files_of(write_site(tmp_path / "harmless"))
    pages, others = pages_of(files), pages_of(harmless)

    assert {path: [tag.tag for tag in element.iter()] for path, element in pages.items()} == {
        path: [tag.tag for tag in element.iter()] for path, element in others.items()
    }
    element = pages["in-port-ellen/index.html"]
    assert trail(element)[0][0] == hostile
    assert head(element)["og:site_name"] == hostile
    assert structured(element)["CollectionPage"]["isPartOf"]["name"] == hostile


# Sitemap and robots.txt


def entries(data: bytes) -> dict[str, tuple[str, dict[str, str]]]:
    """The pages of a sitemap: dates and languages by address."""
    found = {}
    for url in ET.fromstring(data):  # noqa: S314  # our own
        languages = {str(tag.get("hreflang")): str(tag.get("href")) for tag in url.findall(f"{XHTML}link")}
        address = url.findtext(f"{SITEMAP}loc") or ""
        assert address not in found
        found[address] = (url.findtext(f"{SITEMAP}lastmod") or "", languages)
    return found


@pytest.mark.parametrize("which", ["shipped", "quay"])
def test_the_sitemap_has_every_page(which: str, request: pytest.FixtureRequest) -> None:
    """Each page once, with the date and the languages that the page itself states."""
    files: Files = request.getfixturevalue(which)
    expected = {}
    for element in pages_of(files).values():
        things = structured(element)
        dated = things.get("Article", things.get("CollectionPage", {})).get("dateModified", "")
        expected[canonical(element)] = (dated, alternates(element))

    assert entries(files["sitemap.xml"]) == expected


def test_robots_are_told_of_the_sitemap(shipped: Files) -> None:
    """Everything may be read, and the sitemap's address is whole."""
    assert (
        shipped["robots.txt"] == b"User-agent: *\nDisallow:\n\nSitemap: https://www.bedevs.be/sitemap.xml\n"
    )


def test_a_large_sitemap_is_several() -> None:
    """No file has more than 50,000 pages, and one file names the others; together they have every page."""
    addresses = [f"https://quay.example/{number}/" for number in range(MOST + 1)]
    made = {
        one.path: one.data
        for one in sitemaps("https://quay.example/", (Mapped(a, "", ()) for a in addresses))
    }
    index = ET.fromstring(made["sitemap.xml"])  # noqa: S314  # our own
    parts = [entries(made[f"sitemap-{number}.xml"]) for number in (1, 2)]

    assert MOST == 50_000
    assert [*made] == ["sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]
    assert [tag.text for tag in index.iter(f"{SITEMAP}loc")] == [
        "https://quay.example/sitemap-1.xml",
        "https://quay.example/sitemap-2.xml",
    ]
    assert [len(part) for part in parts] == [MOST, 1]
    assert [address for part in parts for address in part] == addresses


def test_a_sitemap_has_few_bytes() -> None:
    """Pages of many languages fill a file before they are 50,000."""
    languages = tuple((f"l{number}", f"https://quay.example/{number}/{'x' * 150}") for number in range(40))
    pages = [Mapped(f"https://quay.example/{number}/", "2026", languages) for number in range(1500)]
    *parts, index = sitemaps("https://quay.example/", pages)

    assert len(parts) == 2
    assert all(len(part.data) <= LARGEST for part in parts)
    assert sum(len(entries(part.data)) for part in parts) == 1500
    assert index.path == "sitemap.xml"


# Elsewhere than at a domain's root


def elsewhere(folder: Path, home: str) -> Path:
    return write_site(folder, changed("pack.yaml", ("https://quay.example", home)))


@pytest.mark.parametrize("address", ["https://quay.example/guides", "https://quay.example/guides/"])
def test_a_site_may_lie_in_a_folder(tmp_path: Path, quay: Files, address: str) -> None:
    """The same files, each knowing its whole address."""
    tree = changed("pack.yaml", ("https://quay.example", address))
    if address.endswith("/"):
        tree |= {
            f"snippets/{tag}/site.md": SITE_TREE[f"snippets/{tag}/site.md"].replace(
                "address }}/", "address }}"
            )
            for tag in ("en", "fr")
        }
        tree["snippets/en/guide.md"] = (MINI / "snippets/en/guide.md").read_text("utf-8")
    files = files_of(write_site(tmp_path, tree))

    assert {*files} == {*quay}
    for path, element in pages_of(files).items():
        assert file_at(canonical(element), "https://quay.example/guides/") == path
    assert b"Sitemap: https://quay.example/guides/sitemap.xml\n" in files["robots.txt"]


@pytest.mark.parametrize("below", ["", "guides/"])
def test_any_static_server_will_do(tmp_path: Path, below: str) -> None:
    """Python's own: what the sitemap names is answered at once with that page, and so is every link of it."""
    home = f"https://quay.example/{below}"
    files = files_of(elsewhere(tmp_path / "pack", home.rstrip("/")))
    for path, data in files.items():
        file = tmp_path / "www" / below / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path / "www")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        local = f"http://127.0.0.1:{server.server_port}/"

        def ask(address: str) -> bytes:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310
                assert answer.url == address  # no detour
                return bytes(answer.read())

        try:
            for address in entries(files["sitemap.xml"]):
                here = local + below + address.removeprefix(home)
                data = ask(here)
                assert data == files[file_at(address, home)]
                for a in named(page(data), "a"):
                    href = str(a.get("href"))
                    if "://" not in href:
                        assert ask(urljoin(here, href)) in files.values()
        finally:
            server.shutdown()


NAMES = st.from_regex(r"[a-z0-9]{1,3}", fullmatch=True)
FILE = st.builds(
    lambda folders, name: "/".join([*folders, name]),
    st.lists(NAMES, max_size=4),
    st.one_of(st.just("index.html"), NAMES.map(lambda name: f"{name}.html")),
)


@given(here=FILE, there=FILE)
def test_links_lead_there_from_anywhere(here: str, there: str) -> None:
    """A link, followed as browsers do from wherever the site is served, comes to the other page."""
    for home in ("https://quay.example/", "http://127.0.0.1:8000/a/b/"):
        address = home + (here.removesuffix("index.html") if served_as_folder(here) else here)
        reached = urljoin(address, link(here, there))

        assert reached.startswith(home)
        assert served(reached[len(home) :]) == there


def served_as_folder(path: str) -> bool:
    return path.rpartition("/")[2] == "index.html"


def test_an_index_may_be_the_first_page(tmp_path: Path) -> None:
    """An index at the site's own address: there is no page before it, and trails begin there."""
    text = SITE_TREE["rules/site.yaml"]
    without = text[: text.index("front:\n")] + text[text.index("index:\n") :]
    tree = changed(EN, ("{{ site.address }}/all/", "{{ site.address }}"))
    files = files_of(write_site(tmp_path, {**tree, "rules/site.yaml": without}))
    pages = pages_of(files)

    assert canonical(pages["index.html"]) == "https://quay.example/"
    assert trail(pages["index.html"]) == []
    assert trail(pages["in-marland/index.html"]) == [("All guides, English", "../")]
    assert trail(pages["fr/in-marland/index.html"]) == [("All guides, Français", "../all/")]
    assert "all/index.html" not in files


def test_one_language_has_no_alternates(tmp_path: Path) -> None:
    """Where there is one language, none is named and there is nothing to choose."""
    tree: dict[str, str | bytes | None] = {
        name: None for name in SITE_TREE if name.startswith("snippets/fr/")
    }
    root = write_site(
        tmp_path, changed("pack.yaml", ("fr: {babel: fr_BE", "fr: {status: draft, babel: fr_BE"))
    )
    for name in tree:
        (root / name).unlink()
    for element in pages_of(files_of(root)).values():
        assert alternates(element) == {}
        assert not [nav for nav in navs(element) if nav.get("class")]


# The same again


def test_the_order_of_guides_makes_no_difference(tmp_path: Path) -> None:
    """However the guides come in, the pages that lead to them are the same bytes, one after another."""
    root = write_site(tmp_path)
    pack = Pack(root)
    maker = SiteMaker(pack)
    rows = [Published(p, r, tag, maker.ways.guide(p, r, tag).path, "2024") for tag, p, r in pack.guides()]
    first = list(maker.pages(rows))
    for seed in range(3):
        random.Random(seed).shuffle(rows)  # noqa: S311
        assert list(SiteMaker(Pack(root)).pages(rows)) == first


def test_what_a_page_reads_is_named(tmp_path: Path) -> None:
    """Of the passages around a guide, just those that are named among what it reads change its page."""

    def of(root: Path) -> dict[str, tuple[bytes, frozenset[str]]]:
        maker = SiteMaker(Pack(root))
        return {
            tag: (maker.guide("port-ellen", "cooper", tag).data, maker.reads("port-ellen", "cooper", tag))
            for tag in ("en", "fr")
        }

    before = of(write_site(tmp_path / "before"))
    moved = 0
    for number, (locale, name) in enumerate(
        (locale, name)
        for locale in ("en", "fr")
        for name in re.findall(r"^## (\S+)$", SITE_TREE[EN], re.MULTILINE)
    ):
        if name.startswith("place-page.description"):
            continue  # the guide's own description, too
        file = f"snippets/{locale}/site.md"
        addition = r"\1new-\2" if name.endswith("address") else r"\1New \2"
        pattern = rf"(## {re.escape(name)}\n(?:{{{{ site.address }}}}/)?)(.*)"
        text, count = re.subn(pattern, addition, SITE_TREE[file])
        assert count == 1
        after = of(write_site(tmp_path / str(number), {file: text}))
        for tag, (data, reads) in before.items():
            key = f"passage {name}" if tag == locale else f"snippets/{locale}#{name}"
            assert (data != after[tag][0]) <= (key in reads), (tag, key)
            moved += data != after[tag][0]

    assert moved >= 20
    assert {"place.names", "role.names", "settings", "outline", "rules/site.yaml"} <= before["en"][1]
