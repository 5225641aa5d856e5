"""The pack that is to be built, next to what the last build knew of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guidegen.build.listing import Listing, Sum
from guidegen.build.noted import Before
from guidegen.build.standing import Standing
from guidegen.build.wanted import END, Start, Wanted
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused, errors, refuse


def compared(root: Path, start: Start, wanted: Wanted) -> tuple[Standing, str]:
    """How the pack stands to what was recorded of it, and why all guides are to be made: "" if not all are.

    Raises `Refused` for a pack that can't be loaded.
    """
    record = start.record
    end = record.attached(END) if record else None
    everything = _all_for(record.header, end, wanted.options()) if record else ""
    before = Before(record) if record and not everything else None
    settled = end["began"] if end else 0
    standing = Standing(start.listing, before, settled, lambda: _loaded(root))
    changed, _ = standing.shared[1], standing.locales  # what all guides share is looked at before any is made
    if before and "settings" in changed:
        everything = "settings changed (pack.yaml)"
        standing.start_afresh()
    if standing.is_loaded and errors(standing.pack.problems):
        raise Refused(standing.pack.problems)
    return standing, everything


def _loaded(root: Path) -> Pack:
    pack = Pack(root)
    if errors(pack.problems):
        raise Refused(pack.problems)
    first: dict[str, str] = {}
    for locale in pack.locales:
        other = first.setdefault(locale.lower(), locale)
        if other != locale:
            at = pack.settings.locales[locale].location
            message = f"'{other}' and '{locale}' would be one folder where capital letters don't count"
            raise refuse("output-clash", message, at, "write one of them another way")
    return pack


def _all_for(header: Mapping[str, Any], end: Mapping[str, Any] | None, options: Mapping[str, Any]) -> str:
    """Why all guides are to be made, by what the last build was asked for and how it ended."""
    if end is None:
        return "the record can't be trusted: it has no end"
    if end["edited"]:
        return "the pack was edited while it was built last"
    was, now = header.get("versions", {}), options["versions"]
    for name in {**was, **now}:
        if was.get(name) != now.get(name):
            return f"{name} changed ({was.get(name, 'unknown')} → {now.get(name, 'unknown')})"
    if header.get("formats") != options["formats"]:
        return (
            f"the formats changed ({', '.join(header.get('formats', []))} → {', '.join(options['formats'])})"
        )
    days = [one.get("as_of") or "the pack's" for one in (header, options)]
    if days[0] != days[1]:
        return f"the day changed ({' → '.join(days)})"
    return "" if header == options else "the options changed"


def edited(root: Path, before: Sum) -> list[Problem]:
    """That the pack isn't as it was, if so, with the files that were edited since."""
    listing = Listing(root)
    if listing.sum().digest == before.digest:
        return []
    files = listing.changed_after(before.newest)
    named = f": {', '.join(files[:3])}{', …' if len(files) > 3 else ''}" if files else ""
    message = f"the pack was edited while it was built{named}"
    return [Problem("pack-edited", message, hint="build again: all guides are made once more then")]
