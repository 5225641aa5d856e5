"""Forms of names that a language's own rules give, as `of NAME` and `in NAME`; read from languages/."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

_LANGUAGES = Path(__file__).with_name("languages")


def derived(locale: str, kinds: tuple[str, ...], form: str, forms: dict[str, str]) -> str | None:
    """A form that follows from the forms that are stated, in the language of a locale; None if none does.

    `kinds` says what the name is of, the narrower first: `city` and `place`, `role`, `term`.
    """
    rule = _rule(locale, kinds, form)
    if rule is None or rule["from"] not in forms:
        return None
    return applied(rule["rules"], forms[rule["from"]])


def made_from(locale: str, kinds: tuple[str, ...], form: str) -> str | None:
    """The form that a language's rules make another from; None if they don't make it."""
    rule = _rule(locale, kinds, form)
    return str(rule["from"]) if rule else None


def _rule(locale: str, kinds: tuple[str, ...], form: str) -> dict[str, Any] | None:
    language = locale.partition("-")[0]
    return next((rules[form] for kind in kinds if form in (rules := _rules(language).get(kind, {}))), None)


def undone(locale: str, kinds: tuple[str, ...], form: str, text: str) -> list[str]:
    """The texts that a language's rules make this one from, as a form; those of the first rules first."""
    rule = _rule(locale, kinds, form)
    found = []
    for pattern, replacement in rule["rules"] if rule else ():
        before, begins = pattern.removeprefix("(?i)").partition("(")[0], replacement.partition("\\1")[0]
        made_from = before + text.removeprefix(begins)
        if text.startswith(begins) and applied(rule["rules"], made_from) == text:  # type: ignore[index]
            found.append(made_from)
    return list(dict.fromkeys(found))


def derivable(locale: str, kind: str) -> tuple[str, ...]:
    """The forms that a language's rules can give for a kind of name."""
    return tuple(_rules(locale.partition("-")[0]).get(kind, {}))


def capital(locale: str, text: str) -> str:
    """The text with a capital at its beginning, as its language writes one."""
    made = derived(locale, ("text",), "capital", {"text": text})
    return made if made is not None else text[:1].upper() + text[1:]


def applied(rules: list[list[str]], text: str) -> str | None:
    """What the first rule that fits the whole text makes of it."""
    for pattern, replacement in rules:
        if found := re.fullmatch(pattern, text):
            return found.expand(replacement)
    return None


@cache
def _rules(language: str) -> dict[str, Any]:
    """The rules of a language, by kind and form; none for a language that has no file."""
    file = _LANGUAGES / f"{language}.toml"
    if not file.is_file():
        return {}
    import tomllib

    return tomllib.loads(file.read_text("utf-8"))
