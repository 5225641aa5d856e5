"""Changes told in a line: what a part of a pack said and what it says now."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from guidegen.changes import Cause
from guidegen.formats.json import value_of
from guidegen.lookup import Found
from guidegen.parts import ORDER, Part
from guidegen.values import Entries, Entry, Fact, Localized, Provenance, Series
from guidegen.yamlfile import Scalar

_AROUND = 40  # characters that are shown beside what differs
_WORD = re.compile(r"\s+")
_SENTENCE = re.compile(r"(?<=[.!?]) +")
_LEFT_OUT = "…"


def told(cause: Cause) -> tuple[str, str]:
    """What a cause's part said and says now; empty where there is none, or where many parts changed."""
    if len(cause.changes) > 1:
        return "", ""
    change = cause.changes[0]
    was, now = _said(change.was), _said(change.now)
    if was == now and change.was and change.now:
        was, now = _whole(change.was), _whole(change.now)
    if was == now and change.was and change.now:
        was, now = _provenance(change.was), _provenance(change.now)
    return differing(was, now) if was and now else (_cut(was), _cut(now))


def differing(was: str, now: str) -> tuple[str, str]:
    """Two texts from shortly before they first differ to shortly after they last do, in whole words.

    Of several sentences, those that both have are left out.
    """
    was, now = _sentences_of_its_own(was, now)
    longest = min(len(was), len(now))
    start = next((index for index in range(longest) if was[index] != now[index]), longest)
    end = 0
    while end < longest - start and was[-1 - end] == now[-1 - end]:
        end += 1
    start = max(0, start - _AROUND)
    start = was.rfind(" ", 0, start + 1) + 1 if start else 0
    shown = []
    for text in (was, now):
        stop = min(len(text), len(text) - end + _AROUND)
        stop = found if stop < len(text) and (found := text.find(" ", stop)) >= 0 else len(text)
        shown.append(("… " if start else "") + text[start:stop].strip() + (" …" if stop < len(text) else ""))
    return shown[0], shown[1]


def _sentences_of_its_own(was: str, now: str) -> tuple[str, str]:
    before, after = _SENTENCE.split(was), _SENTENCE.split(now)
    if len(before) == len(after) == 1:
        return was, now
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    kept: tuple[list[str], list[str]] = ([], [])
    for tag, start, end, other_start, other_end in codes:
        if tag != "equal":
            kept[0].extend(before[start:end])
            kept[1].extend(after[other_start:other_end])
        elif not kept[0] or kept[0][-1] != _LEFT_OUT:
            kept[0].append(_LEFT_OUT)
            kept[1].append(_LEFT_OUT)
    return " ".join(kept[0]), " ".join(kept[1])


def _cut(text: str) -> str:
    return text if len(text) <= 3 * _AROUND else text[: 3 * _AROUND].rpartition(" ")[0] + " …"


def _said(part: Part | None) -> str:
    if part is None:
        return ""
    if part.kind == "fact":
        return _fact(part.content)
    if part.kind == "passage":
        return _WORD.sub(" ", part.content.text)
    if part.kind == "formula":
        return part.says if isinstance(part.says, str) else ""
    if part.kind == ORDER:
        return ", ".join(part.content)
    if part.kind in ("setting", "layout", "file", "override") and isinstance(part.content, (str, int)):
        return repr(part.content) if part.kind == "layout" else str(part.content)
    return part.at.source.line(part.at.line).strip()


def _fact(content: Any) -> str:
    """A fact in the source language, a name, or one of the words that are built in."""
    if isinstance(content, Fact):
        return _value(content.value)
    if isinstance(content, dict):
        return ", ".join(f"{form}: {text}" for form, text in content.items())
    return str(content.text if isinstance(content, Scalar) else content)


def _value(value: Found) -> str:
    if isinstance(value, Entries):
        return ", ".join(_value(entry.value) for entry in value)
    if isinstance(value, Entry):
        return _value(value.name) + (f" ({_value(value.note)})" if value.note else "")
    if isinstance(value, Localized):
        return next(iter(value.texts.values()), "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Series):
        return ", ".join(f"{date}: {_value(fact.value)}" for date, fact in value.facts)
    if isinstance(value, Decimal):
        return str(value)
    return "" if isinstance(value, dict) else str(value_of(value))


def _whole(part: Part) -> str:
    """All that a fact holds, also what isn't shown in short."""
    if not isinstance(part.content, Fact):
        return ""
    value = part.content.value
    inner = value.facts if isinstance(value, Series) else ()
    return json.dumps(
        [value_of(fact.value) for _, fact in inner] if inner else value_of(value), ensure_ascii=False
    )


def _provenance(part: Part) -> str:
    if not isinstance(part.content, Fact):
        return ""
    of: Provenance = part.content.provenance
    return ", ".join(f"{name} {value}" for name, value in of._asdict().items() if value)
