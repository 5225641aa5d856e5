"""`guidegen list`: what there is in a pack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from guidegen.cli.complete import complete_selector, complete_word
from guidegen.cli.console import open_pack, put

if TYPE_CHECKING:
    from guidegen.facts import Owner
    from guidegen.pack import Pack
    from guidegen.values import Fact

WHATS = ("places", "roles", "guides", "passages", "tables", "facts")


@click.command("list")
@click.argument("what", metavar="|".join(WHATS), shell_complete=complete_word(WHATS))
@click.argument("selectors", nargs=-1, metavar="[SELECTOR]...", shell_complete=complete_selector)
@click.option("--drafts", is_flag=True, help="Also what isn't published.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def command(
    pack_folder: str | None, what: str, selectors: tuple[str, ...], drafts: bool, format_: str
) -> None:
    """Show what the pack has.

    \b
    guidegen list places
    guidegen list guides role:NAME
    guidegen list facts city:NAME --format json

    SELECTORs narrow guides and facts: city:NAME, role:NAME, locale:TAG; `changed` guides are those that
    differ from their goldens.
    """
    import json

    from guidegen.problems import Refused, errors, refuse, suggest
    from guidegen.select import parse_selectors

    if what not in WHATS:
        raise refuse("unknown-list", f"unknown list '{what}'", hint=suggest(what, WHATS))
    pack = open_pack(pack_folder, or_shipped=True)
    if selectors and what not in ("guides", "facts"):
        raise refuse("selector", f"{what} can't be selected", hint="selectors narrow guides and facts")
    selection = parse_selectors(selectors, pack)
    if selection.only_changed and what != "guides":
        raise refuse("selector", "facts can't be selected by `changed`", hint="it selects guides")
    rows = list(
        {
            "places": _owners,
            "roles": _owners,
            "guides": _guides,
            "passages": _passages,
            "tables": _tables,
            "facts": _facts,
        }[what](pack, what, drafts, selection)
    )
    if errors(pack.problems):
        raise Refused(pack.problems)
    if format_ == "json":
        put((json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode())
    else:
        put(_columns(rows).encode())


def _columns(rows: list[dict[str, Any]]) -> str:
    """Rows as text, each column as wide as its widest cell."""
    cells = [[str(value) for value in row.values()] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in cells]
    return "".join(line + "\n" for line in lines)


def _shown(pack: Pack, kind: str, drafts: bool) -> Iterator[Owner]:
    for slug in pack.facts.slugs(kind):
        owner = pack.facts.owner(kind, slug)
        if owner and (drafts or owner.is_published):
            yield owner


def _locales(pack: Pack, drafts: bool) -> tuple[str, ...]:
    return pack.all_locales if drafts else pack.locales


def _owners(pack: Pack, what: str, drafts: bool, selection: Any) -> Iterator[dict[str, Any]]:
    for owner in _shown(pack, what.removesuffix("s"), drafts):
        yield {
            "slug": owner.slug,
            "name": owner.names.label(pack.locales[0]),
            "status": owner.status,
            **({"scope": owner.scope} if owner.kind == "place" else {}),
        }


def _is_changed(pack: Pack) -> Callable[[str, str, str], bool]:
    """Whether a guide isn't its golden."""
    from guidegen.compose import Composer
    from guidegen.golden import differs

    composer = Composer(pack)
    return lambda locale, place, role: differs(composer, locale, place, role)


def _guides(pack: Pack, what: str, drafts: bool, selection: Any) -> Iterator[dict[str, Any]]:
    is_wanted = _is_changed(pack) if selection.only_changed else selection.has
    for locale in _locales(pack, drafts):
        for place in _shown(pack, "place", drafts):
            for role in _shown(pack, "role", drafts):
                guide = (locale, place.slug, role.slug)
                if selection.has(*guide) and is_wanted(*guide):
                    published = locale in pack.locales and place.is_published and role.is_published
                    published = published and pack.facts.pair(place.slug, role.slug).is_published
                    if published or drafts:
                        yield {
                            "slug": f"{locale}/{place.slug}/{role.slug}",
                            "status": "published" if published else "draft",
                        }


def _passages(pack: Pack, what: str, drafts: bool, selection: Any) -> Iterator[dict[str, Any]]:
    for locale in _locales(pack, drafts):
        for file, owner in pack.snippet_files(locale):
            for passage in pack.in_file(locale, file, owner):
                yield {"slug": passage.id, "locale": locale, "file": f"{file}:{passage.location.line}"}


def _tables(pack: Pack, what: str, drafts: bool, selection: Any) -> Iterator[dict[str, Any]]:
    for table in pack.book.tables.values():
        yield {
            "slug": table.name,
            "rows": len(table.rows),
            "hit": table.hit,
            "file": f"{table.location.path}:{table.location.line}",
            "about": table.about,
        }


def _facts(pack: Pack, what: str, drafts: bool, selection: Any) -> Iterator[dict[str, Any]]:
    for kind in ("place", "role"):
        wanted = selection.wanted.get(kind)
        if selection.wanted and wanted is None:
            continue
        for owner in _shown(pack, kind, drafts):
            if wanted is None or owner.slug in wanted:
                for fact in owner.facts.values():
                    yield from _fact(fact, pack.locales[0])


def _fact(fact: Fact, locale: str) -> Iterator[dict[str, Any]]:
    """A fact, or each of those that it holds; texts are shown as the source language has them."""
    from guidegen.formats.json import value_of
    from guidegen.values import Series

    if isinstance(fact.value, dict):
        for inner in fact.value.values():
            yield from _fact(inner, locale)
    elif isinstance(fact.value, Series):
        for date, inner in fact.value.facts:
            yield {**next(_fact(inner, locale)), "from": date}
    else:
        value = value_of(fact.value)
        entries = value if isinstance(value, list) else [value]
        shown = ", ".join(_entry(entry, locale) for entry in entries)
        yield {
            "slug": fact.key,
            "value": shown,
            "confidence": fact.provenance.confidence or "",
            "dated": fact.provenance.dated or "",
            "source": fact.provenance.source or "",
        }


def _entry(value: Any, locale: str) -> str:
    if not isinstance(value, dict):
        return str(value)
    if "note" in value:
        return f"{_entry(value['name'], locale)} ({_entry(value['note'], locale)})"
    return str(value.get(locale, ""))
