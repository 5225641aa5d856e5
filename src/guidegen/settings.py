"""pack.yaml: the settings of a pack."""

from __future__ import annotations

import re
from typing import NamedTuple

from guidegen.keys import ADDRESS_HINT, Keys, is_address, visible_key
from guidegen.limits import Freshness, read_freshness
from guidegen.problems import Problem, suggest
from guidegen.source import Location
from guidegen.yamlfile import Mapping, Scalar

FILE = "pack.yaml"
STATUSES = ("draft", "published")  # of pairs and locales
FORMATS = ("text", "markdown", "html", "json")
PROSE_RULES = (  # of the linter, which pack.yaml may switch off
    "doubled-word",
    "same-place",
    "double-space",
    "unbalanced-quotes",
    "same-opening",
    "foreign-words",
    "number-form",
    "narrow-space",
)
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_WORDS = r"(?:'[^']*'|[^#0,.'])*"  # in a number pattern; in quotes, no sign is part of the number
_MONEY = re.compile(rf"{_WORDS}#,(##,)?##0([.,]0+)?{_WORDS}")
_NEWLINES = {"lf": "\n", "crlf": "\r\n"}


class Locale(NamedTuple):
    """A language of the guides: its tag, Babel's name for it, and how it writes money.

    `money` and `thousands` are number patterns (CLDR), `¤` standing for the currency. `location` is
    where Babel's name stands.
    """

    tag: str
    babel: str
    money: str
    thousands: str
    location: Location
    status: str = "published"

    @property
    def is_published(self) -> bool:
        """Whether guides in it are made, held by goldens and counted."""
        return self.status == "published"


class Layout(NamedTuple):
    """How the text format lays a guide out; `locations` has where each setting is made."""

    bullet: str
    column: str
    rule: str
    blank_lines: int
    newline: str
    final_newline: bool
    locations: dict[str, Location]


class Settings(NamedTuple):
    """What pack.yaml says, but for the fields, which `schema` reads from `fields`.

    `locales` has those that are drafts too. `prose_off` are the rules that the prose linter passes over.
    `freshness` is how old facts may be whose fields don't say.
    """

    site: dict[str, str]
    currency: str
    as_of: str
    locales: dict[str, Locale]
    layout: Layout
    golden_format: str
    fields: Mapping | None
    locations: dict[str, Location]
    prose_off: tuple[str, ...] = ()
    freshness: Freshness = Freshness()


def is_tag(text: str) -> bool:
    """Whether this has the form of a locale's tag: en, nl or fr-BE."""
    return bool(_TAG.fullmatch(text))


def is_money_pattern(text: str) -> bool:
    """Whether this is a number pattern for money, as ¤#,##0."""
    return "¤" in text and bool(_MONEY.fullmatch(text))


def read_settings(root: Mapping, problems: list[Problem]) -> Settings:
    """The settings in a pack.yaml; notes what is missing, unknown or of the wrong kind."""
    keys = Keys(root, "pack.yaml", problems)
    settings = Settings(
        site=_site(keys, problems),
        currency=_currency(keys),
        as_of=keys.date("as_of", whole=True, required=True) or "",
        locales=_locales(keys, problems),
        layout=_layout(keys, problems),
        golden_format=keys.choice("golden", FORMATS, "text"),
        fields=keys.mapping_of("fields", required=True),
        locations=root.keys,
        prose_off=_prose_off(keys, problems),
        freshness=read_freshness(keys, problems),
    )
    keys.close()
    return settings


def _site(keys: Keys, problems: list[Problem]) -> dict[str, str]:
    mapping = keys.mapping_of("site", required=True)
    if mapping is None:
        return {}
    site = Keys(mapping, "'site'", problems)
    values = {"name": site.text("name", required=True), "address": site.text("address", required=True)}
    if values["address"] and not values["address"].startswith(("https://", "http://")):
        at = mapping.entries["address"].location
        hint = f"write https://{visible_key(values['address'])}"
        site.note("address", "the site's address begins with https://", at, hint)
    elif values["address"] and not is_address(values["address"]):
        at = mapping.entries["address"].location
        site.note("address", "this is no address that can be linked to", at, ADDRESS_HINT)
    site.close()
    return values


def _currency(keys: Keys) -> str:
    scalar = keys.scalar("currency", required=True)
    if scalar and not re.fullmatch("[A-Z]{3}", scalar.text):
        keys.note(
            "unknown-currency",
            f"'{scalar.text}' is no currency",
            scalar.location,
            "write its three-letter code (ISO 4217), as EUR",
        )
    return scalar.text if scalar else ""


def _locales(keys: Keys, problems: list[Problem]) -> dict[str, Locale]:
    mapping = keys.mapping_of("locales", required=True)
    locales = {}
    for tag, at, node in mapping.each() if mapping else ():
        if not is_tag(tag):
            keys.note("locale", f"'{tag}' is no language tag", at, "write it as en, nl or fr-BE")
        if not isinstance(node, Mapping):
            keys.note(
                "wrong-type",
                f"locale '{tag}' holds keys and values",
                node.location,
                'write `{babel: en_GB, money: "¤#,##0", thousands: "¤#,##0k"}`',
            )
            continue
        entry = Keys(node, f"locale '{tag}'", problems)
        locales[tag] = Locale(
            tag,
            entry.text("babel", required=True),
            _pattern(entry, "money"),
            _pattern(entry, "thousands"),
            node.entries["babel"].location if "babel" in node.entries else at,
            entry.choice("status", STATUSES, "published"),
        )
        if len(locales) == 1 and not locales[tag].is_published:
            hint = "publish it, or put a published locale before it"
            message = "the first locale is the source language: it can't be a draft"
            entry.note("locale", message, node.entries["status"].location, hint)
        entry.close()
    if mapping and not mapping.entries:
        hint = 'write `en: {babel: en_GB, money: "¤#,##0", thousands: "¤#,##0k"}` below it'
        keys.note("locale", "a pack has at least one locale", mapping.location, hint)
    return locales


def _pattern(entry: Keys, key: str) -> str:
    scalar = entry.scalar(key, required=True)
    if scalar is None:
        return ""
    if not is_money_pattern(scalar.text):
        entry.note(
            "pattern",
            f"'{scalar.text}' is no pattern for money",
            scalar.location,
            'write the currency as ¤ and the number as #,##0: "¤#,##0"',
        )
    return scalar.text


def _layout(keys: Keys, problems: list[Problem]) -> Layout:
    mapping = keys.mapping_of("text", required=True)
    if mapping is None:
        return Layout("- ", "|", "---", 0, "\n", True, {})
    text = Keys(mapping, "'text'", problems)
    layout = Layout(
        bullet=_mark(text, "bullet"),
        column=_mark(text, "column"),
        rule=_mark(text, "rule"),
        blank_lines=_blank_lines(text),
        newline=_NEWLINES[text.choice("newline", tuple(_NEWLINES), "lf", required=True)],
        final_newline=text.flag("final_newline", True),
        locations=mapping.keys,
    )
    text.close()
    return layout


def _prose_off(keys: Keys, problems: list[Problem]) -> tuple[str, ...]:
    mapping = keys.mapping_of("prose")
    if mapping is None:
        return ()
    prose = Keys(mapping, "'prose'", problems)
    off = prose.words("off", required=True)
    for rule in off:
        if rule.text not in PROSE_RULES:
            message = f"the prose linter has no rule '{visible_key(rule.text)}'"
            prose.note("unknown-rule", message, rule.location, suggest(rule.text, PROSE_RULES))
    prose.close()
    return tuple(rule.text for rule in off)


def _mark(text: Keys, key: str) -> str:
    scalar = text.scalar(key, required=True)
    if scalar and "\n" in scalar.text:
        text.note("layout", f"'{key}' stands within one line", scalar.location)
    return scalar.text if scalar else ""


def _blank_lines(text: Keys) -> int:
    node = text.scalar("blank_lines", required=True)
    if isinstance(node, Scalar) and node.text in ("0", "1", "2"):
        return int(node.text)
    if node is not None:
        text.note("layout", "'blank_lines' is 0, 1 or 2", node.location)
    return 0
