"""How old a fact may be: limits that pack.yaml sets for the pack and for single fields."""

from __future__ import annotations

import re
from typing import NamedTuple

from guidegen.keys import Keys, kind_of, visible_key
from guidegen.problems import Problem
from guidegen.source import Location
from guidegen.yamlfile import Mapping, Scalar

AGEING = ("checked", "dated")
NEVER = "never"
DURATION = r"[1-9][0-9]{0,3} (day|month|year)s?"
_UNITS = {"day": 48, "month": 1461, "year": 12 * 1461}  # to compare lengths: a month has 30.4375 days
_WRITE = "write a number of days, months or years: 90 days, 18 months, 3 years"


class Duration(NamedTuple):
    """A number of days, months or years of the calendar."""

    number: int
    unit: str

    def __str__(self) -> str:
        return f"{self.number} {self.unit}{'s' * (self.number != 1)}"

    @property
    def length(self) -> int:
        """How long it is, to be compared with others."""
        return self.number * _UNITS[self.unit]


class Limit(NamedTuple):
    """What `check` warns past, and what it fails past; neither for what never grows old."""

    warn: Duration | None
    fail: Duration | None
    location: Location


class Freshness(NamedTuple):
    """The limits of a pack or a field: since somebody looked, and since the time a value describes."""

    checked: Limit | None = None
    dated: Limit | None = None

    def or_else(self, pack: Freshness) -> Freshness:
        """A field's own limits, the pack's where it has none."""
        return Freshness(self.checked or pack.checked, self.dated or pack.dated)


def read_freshness(keys: Keys, problems: list[Problem]) -> Freshness:
    """The limits under `freshness`; notes what is no limit."""
    mapping = keys.mapping_of("freshness")
    if mapping is None:
        return Freshness()
    inner = Keys(mapping, "'freshness'", problems)
    found = Freshness(*(_limit(inner, what, problems) for what in AGEING))
    inner.close()
    return found


def _limit(keys: Keys, what: str, problems: list[Problem]) -> Limit | None:
    node = keys.node(what)
    if node is None:
        return None
    if isinstance(node, Scalar) and node.text == NEVER:
        return Limit(None, None, node.location)
    if not isinstance(node, Mapping):
        written = f"not '{visible_key(node.text)}'" if isinstance(node, Scalar) else f"not {kind_of(node)}"
        hint = f"write `{what}: {{warn: 12 months, fail: 36 months}}`, one of the two, or `{what}: {NEVER}`"
        keys.note(
            "wrong-type", f"'{what}' is a limit to warn at and one to fail at, {written}", node.location, hint
        )
        return None
    inner = Keys(node, f"'{what}'", problems)
    warn, fail = _duration(inner, "warn"), _duration(inner, "fail")
    inner.close()
    if not node.entries:
        hint = f"write `warn:`, `fail:` or both, or `{what}: {NEVER}`"
        inner.note("missing-key", f"'{what}' has neither 'warn' nor 'fail'", keys.mapping.keys[what], hint)
    if warn and fail and warn.length >= fail.length:
        message = f"'{what}' fails after {fail}, and would warn after {warn} only"
        hint = "a warning comes before the error: let 'warn' be the shorter one"
        inner.note("freshness", message, node.entries["fail"].location, hint)
    return Limit(warn, fail, keys.mapping.keys[what])


def _duration(keys: Keys, key: str) -> Duration | None:
    scalar = keys.scalar(key, hint=_WRITE)
    if scalar is None:
        return None
    if not (found := re.fullmatch(DURATION, scalar.text, re.ASCII)):
        keys.note("duration", f"'{visible_key(scalar.text)}' is no length of time", scalar.location, _WRITE)
        return None
    return Duration(int(scalar.text.split()[0]), found[1])
