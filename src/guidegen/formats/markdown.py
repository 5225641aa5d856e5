r"""The Markdown format: front matter, then headings, lists, tables and links, for site generators.

Meant for Hugo, Astro, Eleventy and Jekyll alike: CommonMark with pipe tables. What one of them would
take for markup, a template or a directive is escaped, as `\*` or as an entity, so that it reads as it
stands. The escapes were found by building hostile guides with all four, plain and with their extensions on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import quote

from guidegen.guide import Block, Grid, Guide, Link, Listing, Prose, Text, flat, plain

_AS_ENTITY = (
    r"[<>{}\[\]~$^`\\]"  # templates ({{, {%), components, formulas; links and code, where kramdown skips \
    r"|&(?=#?[A-Za-z0-9]+;)"
    r"|^:|:(?=[^\s0-9/])"  # definitions, directives, emoji
    r"|^[^\S \n]|[^\S \n]$"  # no-break spaces, which some trim
)
_WITH_BACKSLASH = (
    r"[*_|]"
    r"|:(?=[0-9/])|(?<=[Ww]{3})\."  # directives; addresses, which some make links of, escapes and all
    r"|#(?=#*\s*$)|^[#+=-]"
    r"|(?P<twice>[+=])(?=(?P=twice)\S)"  # ++inserted++, ==marked==
)
_MARK = re.compile(rf"(?P<entity>{_AS_ENTITY})|{_WITH_BACKSLASH}", re.MULTILINE)
_NUMBERED = re.compile(r"^([0-9]+)([.)])(?=\s|$)", re.MULTILINE)
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\u00a0": "&nbsp;"}
_KEPT_IN_LINKS = "/:?#@!',;=%+&"


def markdown_bytes(guide: Guide) -> bytes:
    """The guide as UTF-8 Markdown. Its title stands in the front matter, as themes print it from there."""
    parts = [_front_matter(guide), *(_block(block) for block in flat(guide.blocks))]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def _front_matter(guide: Guide) -> str:
    """What is said about the guide, each value a quoted text: no reader of YAML takes one for another."""
    meta = guide.meta
    values = {
        "title": plain(meta.title),
        "description": plain(meta.description),
        "canonical": plain(meta.address),
        "place": guide.place,
        "role": guide.role,
        "locale": guide.locale,
        "translationKey": f"{guide.place}/{guide.role}",
        "dated": meta.dated,
        "as_of": guide.as_of,
    }
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items() if value]
    return "\n".join(("---", *lines, "---"))


def _block(block: Block) -> str:
    """A block as Markdown; a chart is left out, for what it shows stands in words beside it."""
    if isinstance(block, Prose):
        return _prose(block)
    if isinstance(block, Listing):
        return "\n".join(f"- {_inline(entry)}" for entry in block.entries)
    if isinstance(block, Grid):
        rule = "|" + " --- |" * len(block.header)
        return "\n".join((_row(block.header), rule, *map(_row, block.rows)))
    if isinstance(block, Link):
        return f"[{_inline(block.text)}]({address(plain(block.address))})"
    return ""


def _prose(block: Prose) -> str:
    if block.kind == "title":
        return ""
    if block.kind == "heading":
        return f"## {_inline(block.text)}"
    if block.kind == "lines":
        return "\n".join(_hard_broken(plain(block.text).split("\n")))
    return _inline(block.text)


def _hard_broken(lines: list[str]) -> Iterator[str]:
    """Lines that stay lines, and keep their indent: two blanks at the end of one that another follows."""
    for line, following in zip(lines, [*lines[1:], ""]):
        text = line.lstrip(" ")
        indent = "&nbsp;" * (len(line) - len(text)) if text else ""
        yield indent + escaped(text) + ("  " if text and following.strip() else "")


def _row(cells: tuple[Text, ...]) -> str:
    return "| " + " | ".join(_inline(cell) for cell in cells) + " |"


def _inline(text: Text) -> str:
    return escaped(plain(text).strip(" "))


def escaped(text: str) -> str:
    """The text as Markdown that reads as these characters, wherever on a line it stands.

    Curly quotes and dashes for straight ones are a setting of the site's renderer, and left to it.
    """
    return _NUMBERED.sub(r"\1\\\2", _MARK.sub(_safe, text))


def _safe(found: re.Match[str]) -> str:
    mark = found[0]
    return _NAMED.get(mark, f"&#{ord(mark)};") if found["entity"] else f"\\{mark}"


def address(text: str) -> str:
    """An address as the target of a Markdown link."""
    return quote(text, safe=_KEPT_IN_LINKS).replace("&", "&amp;")
