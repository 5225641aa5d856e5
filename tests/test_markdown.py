"""Markdown: read by a CommonMark parser, a guide says what it says, and its front matter is texts."""

import io
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from ruamel.yaml import YAML

from conftest import MINI, ROOT, write_pack
from guidegen.compose import compose
from guidegen.formats import rendered
from guidegen.formats.markdown import address, escaped
from guidegen.guide import flat, plain, texts
from guidegen.pack import Pack

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = "\\`*_{}[]()<>#+-.!|~^$=:&;\"'@% 1a\u00e9"


def split(markdown: str) -> tuple[str, str]:
    """Front matter and body, as site generators cut them."""
    found = re.fullmatch(r"---\n(.*?\n)---\n(.*)", markdown, re.DOTALL)
    assert found
    return found[1], found[2]


def front_matter(markdown: str, version: tuple[int, int] = (1, 2)) -> dict[str, Any]:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version  # type: ignore[assignment]
    values: dict[str, Any] = yaml.load(io.StringIO(split(markdown)[0]))
    return values


def said(tokens: list[Token]) -> list[str]:
    """The text of each block, entry and cell."""
    return [text_of(token.children or []) for token in tokens if token.type == "inline"]


def text_of(children: list[Token]) -> str:
    breaks = {"softbreak": "\n", "hardbreak": "\n"}
    for child in children:
        assert child.type in ("text", "link_open", "link_close", "text_special", *breaks), child
    return "".join(breaks.get(child.type, child.content) for child in children)


def published(root: Path) -> list[Any]:
    pack = Pack(root)
    return [pytest.param(pack, name, id="/".join(name)) for name in pack.guides()]


@pytest.mark.parametrize(("pack", "name"), [*published(ROOT), *published(MINI)])
def test_every_text_of_the_guide_once_and_in_order(pack: Pack, name: tuple[str, str, str]) -> None:
    """Read as Markdown, the body says the guide's texts; the title stands in the front matter alone."""
    locale, place, role = name
    guide = compose(pack, place, role, locale)
    markdown = rendered(guide, pack.settings.layout, "markdown").decode()
    blocks = [block for block in flat(guide.blocks) if block.kind not in ("title", "chart")]
    tokens = READER.parse(split(markdown)[1])

    assert said(tokens) == [plain(text) for block in blocks for text in texts(block)]
    assert front_matter(markdown)["title"] == plain(guide.meta.title)
    assert [token.tag for token in tokens if token.type == "heading_open"] == [
        "h2" for block in blocks if block.kind == "heading"
    ]
    assert sum(token.type == "table_open" for token in tokens) == sum(b.kind == "table" for b in blocks)
    assert sum(token.type == "bullet_list_open" for token in tokens) == sum(b.kind == "list" for b in blocks)


def test_front_matter_of_a_guide() -> None:
    """What a theme prints or links with: title, description, canonical address, what it is about, dates."""
    pack = Pack(ROOT)
    place, role = "ghent", "backend"
    markdown = rendered(compose(pack, place, role, "en"), pack.settings.layout, "markdown").decode()
    values = front_matter(markdown)

    assert list(values) == [
        "title",
        "description",
        "canonical",
        "place",
        "role",
        "locale",
        "translationKey",
        "dated",
        "as_of",
    ]
    assert values["canonical"] == "https://www.bedevs.be/hiring/backend-developers-in-ghent"
    assert (values["dated"], values["as_of"]) == ("2026-05", "2026-11-20")


@pytest.mark.parametrize("version", [(1, 1), (1, 2)])
@pytest.mark.parametrize(
    "name",
    ["no", "12:30", "1.10", "- x", "~", "null", "0x1F", "2026-01-01", "a: b", "#x", "'q'", '"q" \\', "é €"],
)
def test_front_matter_is_texts(tmp_path: Path, name: str, version: tuple[int, int]) -> None:
    """A name that YAML 1.1 or 1.2 would take for something else is read back as that text."""
    quoted = json.dumps(name, ensure_ascii=False)
    outline = (MINI / "rules/outline.yaml").read_text("utf-8")
    snippets = (MINI / "snippets/en/guide.md").read_text("utf-8")
    tree = {
        "pack.yaml": (MINI / "pack.yaml").read_text("utf-8").replace("name: Quay", f"name: {quoted}"),
        "rules/outline.yaml": "meta: {description: site.label}\n"
        + outline.replace("guide.title", "site.label"),
        "snippets/en/guide.md": re.sub("guide.title\n.*", "site.label\n{{ site.name }}", snippets),
    }
    pack = Pack(write_pack(tmp_path / "pack", tree))
    guide = compose(pack, "port-ellen", "netmaker", "en")
    values = front_matter(rendered(guide, pack.settings.layout, "markdown").decode(), version)

    assert (values["title"], values["description"]) == (name, name)
    assert all(isinstance(value, str) for value in values.values())


# Escaping


@given(text=st.text(NASTY, min_size=1).map(str.strip).filter(bool))
def test_characters_are_literal_wherever_they_stand(text: str) -> None:
    """As a paragraph, a heading, an entry, a cell or a link's text, the text is read as these characters."""
    safe = escaped(text)
    for markdown in (
        safe,
        f"x\n\n{safe}\n\ny",
        f"## {safe}",
        f"- {safe}\n- y",
        f"| {safe} | x |\n| --- | --- |\n| y | {safe} |",
        f"[{safe}](https://quay.example)",
    ):
        found = said(READER.parse(markdown))

        assert text in found, markdown
        assert set(found) <= {text, "x", "y"}, markdown


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("{{ site.title }}", "{{"),
        ("{% include x %}", "{%"),
        ("{{< figure >}}", "{{<"),
        ("{#id .class}", "{#"),
        ("$$x$$", "$"),
        ("| a | b |", "| "),
        (": a definition", ": "),
        ("<MyComponent />", "<"),
        ("[x]: y", "["),
        (":::note", ":"),
        (":tada: x", ":"),
    ],
)
def test_nothing_is_left_that_a_site_generator_runs(text: str, mark: str) -> None:
    """Templates, shortcodes, components and kramdown's marks don't survive at the beginning of a line."""
    assert not escaped(text).startswith(mark)
    assert said(READER.parse(escaped(text))) == [text]


@pytest.mark.parametrize(
    "text", ["R&D", "C# and .NET", "Node.js", "Salary (Gross/Year)", "€36k – €48k", "it's"]
)
def test_plain_text_stays_plain(text: str) -> None:
    """What needs no escape has none: people read these files too."""
    assert escaped(text) == text


@given(
    path=st.text("abc/()_*~&=?#%2é'!$+,;:@", max_size=20).map(lambda text: text.replace("%", "%25")),
)
def test_addresses_lead_where_they_led(path: str) -> None:
    """The target of a link is the address, read by a CommonMark parser and decoded."""
    wanted = f"https://quay.example/{path}"
    (paragraph,) = [token for token in READER.parse(f"[x]({address(wanted)})") if token.type == "inline"]
    (opened, *_) = paragraph.children or []

    assert opened.type == "link_open"
    assert unquote(str(opened.attrs["href"])) == unquote(wanted)


def test_lines_stay_lines(tmp_path: Path) -> None:
    """A notice keeps its line breaks, paragraphs and indents."""
    notice = "\n## notice\n# Not a heading\n    © Quay {{ '{{' }}\n\n| All rights |\n"
    outline = (MINI / "rules/outline.yaml").read_text("utf-8") + "  - lines: notice\n"
    snippets = (MINI / "snippets/en/guide.md").read_text("utf-8")
    notice = notice.replace("# Not", "{{ '#' }} Not")
    pack = Pack(
        write_pack(tmp_path / "p", {"rules/outline.yaml": outline, "snippets/en/guide.md": snippets + notice})
    )
    guide = compose(pack, "port-ellen", "netmaker", "en")
    tokens = READER.parse(split(rendered(guide, pack.settings.layout, "markdown").decode())[1])

    assert said(tokens)[-2:] == ["# Not a heading\n\u00a0\u00a0\u00a0\u00a0© Quay {{", "| All rights |"]
