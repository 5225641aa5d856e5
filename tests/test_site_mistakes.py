"""A site that can't be: where no page can lie, and what rules/site.yaml may not say; told, with its place."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from conftest import MINI, ROOT, write_pack
from guidegen.check import check
from guidegen.editor import schema_of
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused
from guidegen.site.address import Ground, OffSite
from guidegen.site.maker import Published, SiteMaker, site
from site_pack import EN, FR, SITE_TREE, changed, file_at, write_site

# Addresses that won't do


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://quay.example", "index.html"),
        ("https://quay.example/", "index.html"),
        ("https://quay.example/a", "a/index.html"),
        ("https://quay.example/a/", "a/index.html"),
        ("https://quay.example/a/b.html", "a/b.html"),
        ("https://quay.example/a/index.html", "a/index.html"),
        ("https://quay.example/node.js-jobs", "node.js-jobs/index.html"),
        ("https://quay.example/A/v1.2/~x_y", "A/v1.2/~x_y/index.html"),
    ],
)
def test_a_page_lies_where_a_host_serves_it(address: str, path: str) -> None:
    """A folder's page is its index.html; what ends in .html is that file."""
    spot = Ground(Pack(MINI).settings).spot(address)

    assert spot.path == path
    assert file_at(spot.address, "https://quay.example/") == path


@pytest.mark.parametrize(
    "address",
    [
        "https://quay.example.org/a",
        "https://quay.examples",
        "http://quay.example/a",
        "https://other.example/",
        "mailto:jobs@quay.example",
        "https://quay.example/a?b=1",
        "https://quay.example/a#b",
        "https://quay.example/../a",
        "https://quay.example/a/./b",
        "https://quay.example/a/..",
        "https://quay.example//a",
        "https://quay.example/a//",
        "https://quay.example/.guidegen/a",
        "https://quay.example/a./b",
        "https://quay.example/a%2f..%2fb",
        "https://quay.example/liège",
        "https://quay.example/a\\b",
        "https://quay.example/con/a",
        "https://quay.example/NUL.html",
        "https://quay.example/a.html/b",
        "https://quay.example/robots.txt",
        "https://quay.example/Sitemap-2.xml/a",
        f"https://quay.example/{'a' * 201}",
    ],
)
def test_a_page_lies_on_the_site(address: str) -> None:
    """What lies elsewhere, leads out of the folder, or can't be a file everywhere is no page's address."""
    with pytest.raises(OffSite) as off:
        Ground(Pack(MINI).settings).spot(address)

    assert off.value.message
    assert off.value.hint


def problems_of(root: Path) -> list[Problem]:
    """What is wrong with making the whole site."""
    with pytest.raises(Refused) as refused:
        list(site(Pack(root)))
    return list(refused.value.problems)


GUIDE = "{{ site.address }}/{{ role.slug }}-in-{{ place.slug }}/"
MISTAKES = {
    "elsewhere": (EN, (GUIDE, "https://jobs.example/{{ place.slug }}"), "lies outside", EN),
    "out of the folder": (
        EN,
        (GUIDE, "{{ site.address }}/../{{ place.slug }}"),
        "out of the site's folder",
        EN,
    ),
    "no address": (EN, (GUIDE, "/{{ place.slug }}"), "no address that can be linked to", EN),
    "one for all roles": (EN, (GUIDE, "{{ site.address }}/{{ place.slug }}/"), "would be two pages", EN),
    "one in both languages": (
        FR,
        ("/fr/{{ role.slug }}-in", "/{{ role.slug }}-in"),
        "would be two pages",
        FR,
    ),
    "one for all places": (EN, ("/in-{{ place.slug }}/", "/in-town/"), "would be two pages", EN),
    "a role's where a place's is": (
        EN,
        ("{{ site.address }}/{{ role.slug }}/", "{{ site.address }}/in-marland/"),
        "would be two pages",
        EN,
    ),
    "a place on an index": (
        EN,
        ("## index.name\nAll guides", "## index.name\n{{ place.name }}"),
        "about no place",
        EN,
    ),
    "a rule on a role's page": (
        EN,
        ("Work for {{ role.many }}", "{{ band.junior.from | money }} for {{ role.many }}"),
        "reads the place",
        EN,
    ),
    "a place's own passage on an index": (
        "rules/site.yaml",
        ("heading: index.name", "heading: place:scene"),
        "a place's own passage",
        "rules/site.yaml",
    ),
    "a passage that isn't there": (
        "rules/site.yaml",
        ("title: index.title", "title: index.titel"),
        "there is no passage 'index.titel'",
        "rules/site.yaml",
    ),
    "an unknown key": (
        "rules/site.yaml",
        ("  intro:", "  introduction:"),
        "unknown key 'introduction'",
        "rules/site.yaml",
    ),
    "a missing key": (
        "rules/site.yaml",
        ("  title: place-page.title\n", ""),
        "'place' has no 'title'",
        "rules/site.yaml",
    ),
    "no front": (
        "rules/site.yaml",
        (
            SITE_TREE["rules/site.yaml"][
                slice(*(SITE_TREE["rules/site.yaml"].index(f"{kind}:\n") for kind in ("front", "index")))
            ],
            "",
        ),
        "nothing would stand at the site's own address",
        "rules/site.yaml",
    ),
    "no address in the outline": (
        "rules/outline.yaml",
        ("  address: guide.address\n", ""),
        "at which address a guide is",
        "rules/outline.yaml",
    ),
    "an address with a query": (
        "pack.yaml",
        ("https://quay.example", "https://quay.example/?guides"),
        "no ? or #",
        "pack.yaml",
    ),
    "a fact that isn't there": (
        EN,
        ("{{ place.figures.ships | number }}", "{{ place.figures.boats | number }}"),
        "there is no 'marland.figures.boats'",
        EN,
    ),
    "nothing said": (
        EN,
        ("## index.places\nPlaces, English", "## index.places\n{% if site.name %}{% else %}x{% endif %}"),
        "comes to nothing",
        EN,
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, mistake: str) -> None:
    """A site that can't be is refused, in words, at the line that is to be mended; `check` finds it, too."""
    name, change, message, file = MISTAKES[mistake]
    root = write_site(tmp_path, changed(name, change))
    found = problems_of(root)
    at = [problem for problem in found if message in problem.message]

    assert at, found
    assert {problem.location.path for problem in at if problem.location} == {file}
    assert all(problem.hint for problem in at)
    assert [problem for problem in check(Pack(root)) if message in problem.message and problem.location], (
        mistake
    )


def test_one_mistake_keeps_no_other_page_away(tmp_path: Path) -> None:
    """A place without the figure that its page quotes has no page; all others are made, and all is told."""
    place = (MINI / "facts/places/port-ellen.yaml").read_text("utf-8")
    root = write_site(tmp_path, {"facts/places/port-ellen.yaml": place.partition("figures:")[0]})
    (tmp_path / "snippets/en/places/port-ellen.md").write_text("## scene\nA port.\n")
    (tmp_path / "snippets/fr/places/port-ellen.md").write_text("## scene\nUn port.\n")
    pack = Pack(root)
    maker = SiteMaker(pack)
    rows = [Published(p, r, tag, maker.ways.guide(p, r, tag).path, "") for tag, p, r in pack.guides()]
    made = []
    with pytest.raises(Refused) as refused:
        made.extend(maker.pages(rows))

    assert {problem.lacks for problem in refused.value.problems} == {"port-ellen.figures.ships"}
    assert {output.path for output in made} == {
        *("index.html", "all/index.html", "fr/all/index.html", "in-marland/index.html"),
        *("fr/in-marland/index.html", "cooper/index.html", "fr/cooper/index.html", "netmaker/index.html"),
        *("fr/netmaker/index.html", "sitemap.xml", "robots.txt"),
    }


def test_a_pack_without_a_site_is_told_what_to_write() -> None:
    """Without rules/site.yaml there is no site, and the message names the file; `check` is content."""
    with pytest.raises(Refused) as refused:
        SiteMaker(Pack(MINI))
    (problem,) = refused.value.problems

    assert problem.location is not None
    assert problem.location.path == "rules/site.yaml"
    assert "guidegen schema site" in problem.hint
    assert check(Pack(MINI)) == []


# Schema


def schema() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema_of("site", Pack(ROOT)))


def test_the_schema_takes_what_the_reader_takes(tmp_path: Path) -> None:
    """Both take the shipped file; of every key that is left out, both say the same."""
    whole = YAML(typ="safe").load((ROOT / "rules/site.yaml").read_text("utf-8"))
    assert schema().is_valid(whole)
    taken = 0
    for index, keys in enumerate(paths(whole)):
        lacking = json.loads(json.dumps(whole))
        inner = lacking
        for key in keys[:-1]:
            inner = inner[key]
        del inner[keys[-1]]
        root = write_pack(tmp_path / str(index), {"rules/site.yaml": json.dumps(lacking)})
        pack = Pack(root)
        assert schema().is_valid(lacking) == (pack.site is not None), keys
        taken += pack.site is not None

    assert 5 < taken < 12  # front, intros, headings of lists


def paths(value: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*before, key)
            yield from paths(inner, (*before, key))
