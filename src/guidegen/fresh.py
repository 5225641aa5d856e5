"""What has grown too old by a day: facts past the limits of pack.yaml, overrides past their end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from guidegen.facts import FOLDERS
from guidegen.limits import AGEING, Duration, Freshness, Limit
from guidegen.pack import Pack
from guidegen.pairs import Override, Pair
from guidegen.problems import Problem, some
from guidegen.schema import Field
from guidegen.settings import FILE
from guidegen.values import Entries, Fact, Series

_DAY = timedelta(days=1)


class _Old(NamedTuple):
    """A fact that is too old: by which of its dates, past which limit, and whether that fails."""

    fact: Fact
    what: str
    day: str
    limit: Limit
    past: Duration
    fails: bool


def age_problems(pack: Pack, today: str) -> Iterator[Problem]:
    """Facts that are past a limit, and overrides that have expired, on a day (2026-11-20).

    Warnings past a first limit, errors past a second; of drafts all are warnings. Facts of one file that
    went past one limit with one date are said together.
    """
    for kind in FOLDERS:
        for slug in pack.facts.slugs(kind):
            if owner := pack.facts.owner(kind, slug):
                yield from _facts(pack, pack.fields[kind], owner.facts, not owner.is_published, today)
    for place, role in pack.facts.pair_slugs():
        pair = pack.facts.pair(place, role)
        of_draft = any(_is_draft(pack, kind, slug) for kind, slug in zip(FOLDERS, (place, role)))
        yield from _facts(pack, pack.fields["pair"], pair.facts, of_draft, today)
        yield from _overrides(pack, pair, of_draft, today)


def _is_draft(pack: Pack, kind: str, slug: str) -> bool:
    owner = pack.facts.owner(kind, slug) if pack.facts.has(kind, slug) else None
    return owner is not None and not owner.is_published


# -- facts


def _facts(
    pack: Pack, fields: dict[str, Field], facts: dict[str, Fact], of_draft: bool, today: str
) -> Iterator[Problem]:
    together: dict[tuple[str, str, str], list[_Old]] = {}
    for name, fact in facts.items():
        limits = fields[name].freshness.or_else(pack.settings.freshness)
        for old in _old(fact, limits, pack.settings.as_of, today):
            together.setdefault((old.what, old.day, str(old.past)), []).append(old)
    for same in together.values():
        problem = _problem(same, today)
        yield problem._replace(warning=problem.warning or of_draft)


def _old(fact: Fact, limits: Freshness, as_of: str, today: str) -> Iterator[_Old]:
    for what in AGEING:
        limit: Limit | None = getattr(limits, what)
        for found in _answerable(fact, what, as_of) if limit else ():
            day = _date_of(found, what)
            if limit and limit.fail and is_past(day, limit.fail, today):
                yield _Old(found, what, day, limit, limit.fail, True)
            elif limit and limit.warn and is_past(day, limit.warn, today):
                yield _Old(found, what, day, limit, limit.warn, False)


def _answerable(fact: Fact, what: str, as_of: str) -> Iterator[Fact]:
    """Each fact whose own date this is: what a list holds, but for entries that have the date from the list.

    Of a series only the value that is in force counts.
    """
    if isinstance(fact.value, Series):
        current = [inner for begins, inner in fact.value.facts if begins <= as_of]
        if current:
            yield from _answerable(current[-1], what, as_of)
        return
    parts: list[Fact] = []
    if isinstance(fact.value, Entries):
        parts = [*fact.value]
    elif isinstance(fact.value, dict):
        parts = [*fact.value.values()]
    found = [inner for part in parts for inner in _answerable(part, what, as_of)]
    own = _date_of(fact, what)
    if own and (not parts or any(_date_of(inner, what) == own for inner in found)):
        yield fact
    yield from (inner for inner in found if _date_of(inner, what) != own)


def _date_of(fact: Fact, what: str) -> str:
    found: str | None = getattr(fact.provenance, what)
    return found or ""


def _problem(same: list[_Old], today: str) -> Problem:
    first = min(same, key=lambda old: old.fact.location[1:3])
    keys = [old.fact.key for old in same]
    limit, past = first.limit, first.past
    who, verb, them = f"'{keys[0]}'", "was", "it"
    if len(keys) > 1:
        who, verb, them = f"{len(keys)} facts of this file", "were", "them"
    if first.what == "checked":
        says = f"{who} {verb} last checked on {first.day}"
        hint = f"look {them} up again, and write that day as `checked:`"
    else:
        says = f"{who} {'describe' if len(keys) > 1 else 'describes'} {first.day}"
        hint = "look for a newer value, and write its `dated:` and `checked:`"
        if len(keys) > 1:
            hint = "look for newer values, and write their `dated:` and `checked:`"
    ago = age(first.day, today, past.unit)
    message = f"{says}, {'over ' * (ago == str(past))}{ago} ago: the limit is {past}"
    if limit.fail and not first.fails:
        hint += f"; after {last_day(first.day, limit.fail)} it is an error"
    listed = f"{some(keys)}\n" if len(keys) > 1 else ""
    set_in = f"the limit is set in {FILE}:{limit.location.line}"
    return Problem(
        "stale", message, first.fact.location, f"{listed}{hint}\n{set_in}", warning=not first.fails
    )


# -- overrides


def _overrides(pack: Pack, pair: Pair, of_draft: bool, today: str) -> Iterator[Problem]:
    for override in pair.overrides:
        if override.expires and override.expires.text < today:
            warning = of_draft or override.locale in pack.draft_locales
            yield _expired(override, today)._replace(warning=warning)


def _expired(override: Override, today: str) -> Problem:
    assert override.expires
    block, ended = override.block, override.expires.text
    ago = age(ended, today, "day")
    message = f"the override of '{block}' in '{override.locale}' expired on {ended}, {ago} ago"
    hint = "delete it, or if it has to stay, write a later day"
    if override.owner and override.reason:
        hint += f"\n{override.owner} wrote it: {override.reason}"
    return Problem("expired", message, override.expires.location, hint)


# -- the calendar


def last_day(dated: str, duration: Duration) -> str:
    """The last day on which what has this date (a day, a month or a year) is no older than this.

    Age counts from the end of the period that the date names; empty if the calendar ends before.
    """
    try:
        if len(dated) == 10 or duration.unit == "day":
            return _later(_end(dated), duration).isoformat()
        return (_later(_end(dated) + _DAY, duration) - _DAY).isoformat()  # a month's end stays one
    except OverflowError:
        return ""


def is_past(dated: str, duration: Duration, today: str) -> bool:
    """Whether what has this date is older than this on a day."""
    last = last_day(dated, duration)
    return bool(last) and last < today


def age(dated: str, today: str, unit: str) -> str:
    """How long ago a period ended, in a unit: 90 days, 13 months, 2 years and 1 month."""
    end, now = _end(dated), date.fromisoformat(today)
    months = (now.year - end.year) * 12 + now.month - end.month
    if months and last_day(dated, Duration(months, "month")) > today:
        months -= 1
    if unit == "day" or not months:
        return str(Duration((now - end).days, "day"))
    if unit == "month" or months < 12:
        return str(Duration(months, "month"))
    years, rest = divmod(months, 12)
    return (
        f"{Duration(years, 'year')} and {Duration(rest, 'month')}" if rest else str(Duration(years, "year"))
    )


def _end(dated: str) -> date:
    """The last day of a day, a month or a year. Raises `OverflowError` past the calendar's end."""
    if len(dated) == 10:
        return date.fromisoformat(dated)
    year, month = int(dated[:4]), int(dated[5:] or 12)
    return _first(year, month + 1) - _DAY


def _later(day: date, duration: Duration) -> date:
    """The same day some days, months or years later; the month's last where it has no such day."""
    if duration.unit == "day":
        return day + timedelta(days=duration.number)
    months = duration.number * (12 if duration.unit == "year" else 1)
    first = _first(day.year, day.month + months)
    end = _first(first.year, first.month + 1) - _DAY
    return first.replace(day=min(day.day, end.day))


def _first(year: int, month: int) -> date:
    """The first day of a month; months past the twelfth are those of later years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if year > 9999:
        raise OverflowError
    return date(year, month, 1)
