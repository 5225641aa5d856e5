"""Reads a mapping whose keys are known: the required, the optional, and none else."""

from __future__ import annotations

import re
from collections.abc import Sequence as Words
from decimal import Decimal
from functools import lru_cache

from guidegen.nodes import NOTHING, Mapping, Node, Scalar, Sequence
from guidegen.problems import Problem, nearest, suggest
from guidegen.source import Location

NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,13})(\.[0-9]{1,12})?", re.ASCII)
KEY = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", re.ASCII)
ADDRESS = re.compile(
    r"https?://[^\s/?#@:\"<>\\^`{|}]+(:[0-9]+)?([/?#][^\s\"<>\\^`{|}]*)?"
    r"|mailto:[^\s@\"<>\\^`{|}]+@[^\s@\"<>\\^`{|}]+"
)
ADDRESS_HINT = "an address begins with https://, http:// or mailto:, and has no blanks, quotes or brackets"
BOOLEANS = {"yes": True, "true": True, "no": False, "false": False}

_COUNT = re.compile(r"[0-9]{1,7}", re.ASCII)


class Keys:
    """One reading of a mapping. Ask for each key, then `close` to refuse what nobody asked for.

    `what` names the mapping in messages ("the settings", "the table 'fit'").
    """

    def __init__(self, mapping: Mapping, what: str, problems: list[Problem]) -> None:
        self.mapping = mapping
        self.what = what
        self.problems = problems
        self.asked: list[str] = []
        self._missing: dict[str, Problem] = {}

    def node(self, key: str, *, required: bool = False, hint: str = "") -> Node | None:
        """What stands under a key; notes a required key that is missing, and a key without a value."""
        self.asked.append(key)
        node = self.mapping.entries.get(key)
        if node is None:
            if required:
                message = f"{self.what} has no '{key}'"
                self._missing[key] = Problem(
                    "missing-key", message, self.mapping.location, hint or f"add `{key}:`"
                )
            return None
        if isinstance(node, Scalar) and node.text in NOTHING and node.plain:
            self.note(
                "empty-value",
                f"'{key}' has no value",
                self.mapping.keys[key],
                "write one, or leave the key out",
            )
            return None
        return node

    def scalar(self, key: str, *, required: bool = False, hint: str = "") -> Scalar | None:
        """A single value; `hint` says how it is written."""
        node = self.node(key, required=required, hint=hint)
        if node is None or isinstance(node, Scalar):
            return node
        message = f"'{key}' is one value, not {kind_of(node)}"
        self.note("wrong-type", message, node.location, hint or f"write `{key}: …`, without brackets")
        return None

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A single value's text; `default` if the key isn't there."""
        scalar = self.scalar(key, required=required)
        return scalar.text if scalar else default

    def mapping_of(self, key: str, *, required: bool = False) -> Mapping | None:
        """Keys and values under a key."""
        node = self.node(key, required=required)
        if node is None or isinstance(node, Mapping):
            return node
        hint = f"write `{key}:`, and below it lines `key: value`"
        self.note("wrong-type", f"'{key}' holds keys and values, not {kind_of(node)}", node.location, hint)
        return None

    def sequence(self, key: str, *, required: bool = False) -> Sequence | None:
        """A list under a key."""
        node = self.node(key, required=required)
        if node is None or isinstance(node, Sequence):
            return node
        self.note(
            "wrong-type",
            f"'{key}' is a list, not {kind_of(node)}",
            node.location,
            list_hint(node),
        )
        return None

    def words(self, key: str, *, required: bool = False) -> tuple[Scalar, ...]:
        """A list of texts."""
        sequence = self.sequence(key, required=required)
        items = sequence.items if sequence else ()
        for item in items:
            if not isinstance(item, Scalar) or item.is_empty:
                self.note("wrong-type", f"'{key}' is a list of words", item.location, "write [a, b]")
        return tuple(item for item in items if isinstance(item, Scalar) and not item.is_empty)

    def choice(self, key: str, options: Words[str], default: str = "", *, required: bool = False) -> str:
        """One of some words."""
        scalar = self.scalar(
            key, required=required, hint=f"write `{key}:` and one of {', '.join(options)}" if required else ""
        )
        if scalar is None:
            return default
        if scalar.text not in options:
            self.note(
                "unknown-choice",
                f"unknown {key} '{scalar.text}'",
                scalar.location,
                suggest(scalar.text, options),
            )
            return default
        return scalar.text

    def flag(self, key: str, default: bool = False) -> bool:
        """Yes or no."""
        scalar = self.scalar(key)
        if scalar is None:
            return default
        if scalar.text not in BOOLEANS:
            self.note(
                "wrong-type", f"'{key}' is yes or no, not '{visible_key(scalar.text)}'", scalar.location
            )
        return BOOLEANS.get(scalar.text, default)

    def decimal(self, key: str) -> Decimal | None:
        """An exact number."""
        scalar = self.scalar(key)
        return decimal_of(scalar, key, self.problems) if scalar else None

    def count(self, key: str) -> int:
        """A whole number, 0 or above; 0 if the key isn't there."""
        scalar = self.scalar(key)
        return self.whole(scalar, key) if scalar else 0

    def whole(self, scalar: Scalar, what: str) -> int:
        """The whole number that a scalar's text is, 0 or above; notes a problem if it is none."""
        if not _COUNT.fullmatch(scalar.text):
            message = f"'{what}' counts lines: {_shown(scalar.text)} is no whole number"
            self.note("not-a-number", message, scalar.location, "write digits: 0, 1 or 12")
            return 0
        return int(scalar.text)

    def date(self, key: str, *, whole: bool = False, required: bool = False) -> str | None:
        """An ISO date: a year, a month or a day (only a day if `whole`)."""
        scalar = self.scalar(key, required=required)
        if scalar is None:
            return None
        if is_date(scalar.text) and (not whole or len(scalar.text) == 10):
            return scalar.text
        message = f"'{key}' is a {'day' if whole else 'date'}, not '{visible_key(scalar.text)}'"
        self.note("wrong-type", message, scalar.location, date_hint(scalar.text, whole=whole))
        return None

    def close(self, or_else: str = "") -> None:
        """Note every key that nobody asked for, and the required ones that aren't there.

        A missing key that was only misspelt is one mistake. `or_else` is what else an unknown key may want.
        """
        if not self._missing and self.mapping.keys.keys() <= set(self.asked):
            return
        unknown = [key for key in self.mapping.keys if key not in self.asked]
        alone = len(unknown) == len(self._missing) == 1 and len(self.mapping.keys) <= 3
        for key in unknown:
            meant = next(iter(self._missing)) if alone else nearest(key, self._missing)
            hint = suggest(key, self.asked)
            if meant and not hint.startswith("did you mean"):
                hint = f"did you mean '{meant}'? {hint}"
            self._missing.pop(meant or "", None)
            message = f"unknown key '{visible_key(key)}' in {self.what}"
            self.note(
                "unknown-key", message, self.mapping.keys[key], f"{hint}; {or_else}" if or_else else hint
            )
        self.problems += self._missing.values()

    def note(self, kind: str, message: str, location: Location, hint: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(kind, message, location, hint))


def visible_key(key: str) -> str:
    """A word of a file, short enough for a message."""
    return key if len(key) <= 60 else key[:59] + "…"


def kind_of(node: Node) -> str:
    """What a node is, in words."""
    if isinstance(node, Scalar):
        return "one value"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def list_hint(node: Node) -> str:
    """How to write as a list what is none."""
    if isinstance(node, Scalar) and "\n" not in node.text and len(node.text) <= 60:
        return f"write it in brackets: [{node.text}]"
    return "write [a, b], or a line `- a` for each"


def date_hint(text: str, *, whole: bool) -> str:
    """How to write as a date (as a day, if `whole`) what is none."""
    if DATE.fullmatch(text) and not is_date(text):
        return "the calendar has no such day"
    return "write it as 2026-11-20" if whole else "write it as 2026-11-20, 2026-11 or 2026"


def is_address(text: str) -> bool:
    """Whether one can link to this: a web or mail address, whole, and of characters that links may have."""
    return bool(ADDRESS.fullmatch(text))


@lru_cache(maxsize=1024)
def is_date(text: str) -> bool:
    """Whether this is a year, a month or a day of the calendar, in ISO form."""
    if not DATE.fullmatch(text):
        return False
    from datetime import date

    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def decimal_of(scalar: Scalar, what: str, problems: list[Problem]) -> Decimal | None:
    """The exact number that a scalar's text is; notes a problem if it is none."""
    if NUMBER.fullmatch(scalar.text):
        return Decimal(scalar.text)
    problems.append(
        Problem(
            "not-a-number",
            f"'{what}' is a number, not {_shown(scalar.text)}",
            scalar.location,
            _number_hint(scalar.text),
        )
    )
    return None


def _shown(text: str) -> str:
    return "a block of text" if "\n" in text else f"'{visible_key(text)}'"


def _number_hint(text: str) -> str:
    if re.fullmatch(r"-?[0-9]{1,3}([ ,.'’\u00a0\u202f][0-9]{3})+", text):
        return f"write it without separators: {re.sub(r'[^0-9-]', '', text)}"
    if re.fullmatch(r"-?[0-9]+,[0-9]+", text):
        return f"write a decimal point: {text.replace(',', '.')}"
    if re.fullmatch(r"-?0+[0-9]+(\.[0-9]+)?", text):
        return "write it without leading zeros"
    if re.fullmatch(r"[0-9]{1,6} ?%", text):
        return f"write it as a share: {Decimal(text.rstrip(' %')) / 100}"
    return "write digits, and a point before decimals: 36000 or 1.03 (at most 14 digits and 12 decimals)"
