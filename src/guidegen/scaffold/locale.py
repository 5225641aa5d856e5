"""A draft of a locale: its lines in pack.yaml, and a heading for every passage of the source language."""

from __future__ import annotations

import difflib
import re
import unicodedata
from decimal import Decimal

import babel
from babel.localedata import locale_identifiers

from guidegen.files import FORBIDDEN, decode
from guidegen.keys import visible_key
from guidegen.language import Language, is_known
from guidegen.pack import Pack
from guidegen.problems import refuse
from guidegen.scaffold.plan import Plan
from guidegen.settings import FILE, is_money_pattern, is_tag
from guidegen.source import Location, Source
from guidegen.yamledit import insert_entry, quoted
from guidegen.yamlfile import Mapping, need_yaml

_SHOWN = Decimal(36_000)
_NUMBER = re.compile(r"[#0,.]+")
_INDIAN = "#,##,##0"  # lakhs and crores
_NUMBERS = "#,##0"
_AS_TAG = re.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{2,8})*)", re.ASCII)


def plan_locale(pack: Pack, tag: str) -> Plan:
    """A locale as a draft: its entry in pack.yaml, and the source language's snippet files without prose.

    Raises `Refused` for a tag that is there already, that is none or that Babel doesn't know; if its folder
    has files in it; and if pack.yaml can't gain the lines without changing what else it says.
    """
    data = (pack.root / FILE).read_bytes()
    locales = need_yaml(Source(FILE, decode(data, FILE))).entries["locales"]
    assert isinstance(locales, Mapping)  # or the pack would have been refused
    _check_tag(tag, locales)
    _check_folder(pack, tag)
    text = insert_entry(data.decode("utf-8"), locales, _entry(tag, pack.settings.currency))
    source = pack.locales[0]
    files = {
        f"snippets/{tag}/{file.removeprefix(f'snippets/{source}/')}": _headings(pack, tag, file, owner)
        for file, owner in pack.snippet_files(source)
    }
    return Plan(files, {FILE: text.encode("utf-8")})


# -- what may be begun


def _check_tag(tag: str, locales: Mapping) -> None:
    for known, at, _ in locales.each():
        if known.lower() == tag.lower().replace("_", "-"):
            raise refuse("locale", f"the pack has a locale '{known}' already", at, "work on that one")
    written = _as_tag(tag)
    if not is_tag(tag) or written != tag:
        hint = f"write it as {written}" if written else "write it as en, nl or fr-BE"
        raise refuse("locale", f"'{visible_key(tag)}' is no language tag", hint=hint)
    if not is_known(tag.replace("-", "_")):
        raise refuse("locale", f"Babel knows no locale '{visible_key(tag)}'", hint=_nearest(tag))


def _as_tag(text: str) -> str:
    """The tag that is meant by this, in the usual letters: fr_be is fr-BE. Empty if it is like none."""
    if not (found := _AS_TAG.fullmatch(text)):
        return ""
    parts = re.findall("[A-Za-z0-9]+", found[2])
    usual = {2: str.upper, 4: str.capitalize}
    return "-".join((found[1].lower(), *(usual.get(len(part), str)(part) for part in parts)))


def _nearest(tag: str) -> str:
    known = [name.replace("_", "-") for name in locale_identifiers()]
    language = tag.partition("-")[0]
    of_language = [name for name in known if name.partition("-")[0] == language]
    near = difflib.get_close_matches(tag, of_language or known, n=5)
    return (
        f"it knows {', '.join(near)}"
        if near
        else "write a language, or a language and a territory: fr, fr-BE"
    )


def _check_folder(pack: Pack, tag: str) -> None:
    folder = pack.root / "snippets" / tag
    is_taken = folder.is_symlink() or (folder.exists() and not folder.is_dir())
    if is_taken or any(not path.is_dir() for path in folder.rglob("*")):
        raise refuse(
            "file-exists",
            "this folder has files in it",
            Location.of_file(f"snippets/{tag}"),
            "nothing is written over: move them elsewhere, or declare the locale in pack.yaml yourself",
        )


# -- pack.yaml


def _entry(tag: str, currency: str) -> list[str]:
    """The locale's lines, each with a comment that says what it is."""
    name = tag.replace("-", "_")
    money = money_pattern(name)
    thousands, has_word = thousands_pattern(name)
    language = Language(name, money, thousands, currency)
    shown = {key: " ".join(getattr(language, key)(_SHOWN).split()) for key in ("money", "thousands")}
    check = "check it against how the site writes money"
    source = "from CLDR" if has_word else "CLDR has no short form, and k is a guess"
    values = {
        "babel": (_scalar(name), "how numbers and lists are written: Babel's data for this locale"),
        "money": (quoted(money), f"writes {shown['money']}, from CLDR: {check}"),
        "thousands": (quoted(thousands), f"writes {shown['thousands']}, {source}: {check}"),
        "status": ("draft", "no guide is made in it until this says published"),
    }
    width = max(len(key) + len(value) for key, (value, _) in values.items())
    return [
        f"{_scalar(tag)}:",
        *(
            f"  {key}: {value}{' ' * (width - len(key) - len(value))}  # {comment}"
            for key, (value, comment) in values.items()
        ),
    ]


def _scalar(word: str) -> str:
    """A word as most readers of YAML take it for one: Norwegian is `no`."""
    return quoted(word) if word == "no" else word


def money_pattern(name: str) -> str:
    """How a locale of Babel's writes an amount without decimals, by CLDR's standard pattern."""
    return _plain(babel.Locale.parse(name).currency_formats["standard"].pattern)


def thousands_pattern(name: str) -> tuple[str, bool]:
    """How a locale of Babel's writes an amount in thousands, and whether that is CLDR's own.

    Where CLDR's short form is none (German), its word for thousands stands in: 36 Tausend €. Where there is
    no such word (Japanese), it is a k.
    """
    locale = babel.Locale.parse(name)
    short = _for_thousands(locale.compact_currency_formats.get("short", {}))
    if "¤" in short and _says_thousands(short):
        return _plain(short), True
    long = _for_thousands(locale.compact_decimal_formats.get("long", {}))
    word = _plain(long) if _says_thousands(long) else f"{_NUMBERS}k"
    return _NUMBER.sub(lambda _: word, money_pattern(name), count=1), word != f"{_NUMBERS}k"


def _for_thousands(formats: babel.localedata.LocaleDataDict | dict[str, dict[str, object]]) -> str:
    found = formats["other"].get("1000", "") if "other" in formats else ""
    return str(getattr(found, "pattern", found))


def _says_thousands(pattern: str) -> bool:
    """Whether the number stands for thousands: one digit of it, and a word or letter."""
    return pattern.count("0") == 1 and any(letter.isalpha() for letter in pattern)


def _plain(pattern: str) -> str:
    """CLDR's pattern as pack.yaml has it: for positive amounts, no decimals, no invisible marks."""
    positive = FORBIDDEN.sub("", pattern.partition(";")[0])
    whole = _INDIAN if positive.count(_INDIAN) else _NUMBERS
    plain = _outside_quotes(unicodedata.normalize("NFC", positive), whole)
    return plain if is_money_pattern(plain) or "¤" not in plain else f"¤{_NUMBERS}"


def _outside_quotes(pattern: str, number: str) -> str:
    parts = pattern.split("'")
    parts[::2] = [_NUMBER.sub(number, part) for part in parts[::2]]
    return "'".join(parts)


# -- snippets


def _headings(pack: Pack, tag: str, file: str, owner: str) -> bytes:
    """A snippet file with the headings of another, and a word to authors before the first."""
    passages = pack.in_file(pack.locales[0], file, owner)
    lines = [
        f"In {_own_name(tag)}: what {file} says, passage by passage.",
        "Write each below its heading; `guidegen check` warns of those that still say nothing.",
        "Slots, {{ … }} and {% … %}, are copied as they are; write around them. The names that they put in",
        f"need a form for `{tag}` under `names` in facts/: `guidegen check` says which have none.",
        *(line for passage in passages for line in ("", f"## {passage.name}")),
    ]
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _own_name(tag: str) -> str:
    """What the language is called in itself, and its tag: français (fr)."""
    name = babel.Locale.parse(tag, sep="-").get_display_name() or ""
    name = unicodedata.normalize("NFC", FORBIDDEN.sub("", name))
    return f"{name} ({tag})" if name else tag
