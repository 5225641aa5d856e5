"""The written forms of one entity: which of its texts is the name, the plural, the one with a preposition."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from guidegen.finding import fold
from guidegen.grammar import capital, derivable, derived
from guidegen.learn.model import PLACE, ROLE, Entity, Slot

_ALIKE = 4  # letters that two forms of a word have in common, at least
_PREFIX = 8  # letters of prepositions and articles, at most
_KINDS = {PLACE: ("city", "place"), ROLE: ("role",)}


class Written(NamedTuple):
    """A text per document that is an entity's in one of its forms, and in which columns it stands so."""

    values: dict[int, str]
    columns: frozenset[int]


def alike(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether texts may be forms of the same names: two by two they begin or end alike.

    At least four letters in common, or all there are; one in five may be irregular where there are five or
    more. A name with further words beside it is no form of it, but prepositions and articles may precede.
    """
    pairs = {(a.casefold(), b.casefold()) for a, b in zip(first, second, strict=True)}
    odd = len(pairs) // 5
    for pair in pairs:
        odd -= not _look_alike(*sorted(pair, key=len))
        if odd < 0:
            return False
    return True


def _look_alike(short: str, long: str) -> bool:
    if short == long or fold(short) == fold(long):
        return True
    if has_words(long, short):
        return long.endswith(short) and len(long) - len(short) <= _PREFIX
    begins = next((k for k, (a, b) in enumerate(zip(short, long)) if a != b), len(short))
    ends = next((k for k, (a, b) in enumerate(zip(short[::-1], long[::-1])) if a != b), len(short))
    both = max(begins, ends)
    return both >= min(_ALIKE, len(short)) and both * 2 >= len(short)


def has_words(text: str, words: str) -> bool:
    """Whether words stand in a text, none of them cut."""
    return words in text and bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text))


def entity_of(
    kind: str, written: Sequence[Written], locale: str, slugs: Mapping[int, str], owner: str = ""
) -> Entity:
    """An entity of its written forms, the best supported first.

    A form that a filter makes of another is read through it (`place.name | lower`); what is no form that
    names have in guidegen becomes a text of its own (`place.adjective`). `owner` names a third entity's slot.
    """
    named = _roles(written, locale) if kind == ROLE else _places(written, locale)
    made = _Made(owner or kind, locale, slugs)
    for form, values in named:
        made.add(form, values)
    taken = [values for _, values in named]
    for each in written:
        if each.values not in taken:
            made.add_other(each.values)
    return Entity(kind, made.forms, made.slots)


class _Made:
    """Forms and slots, as they are found."""

    def __init__(self, root: str, locale: str, slugs: Mapping[int, str]) -> None:
        self.root, self.locale, self.slugs = root, locale, slugs
        self.forms: dict[str, dict[int, str]] = {}
        self.slots: dict[str, Slot] = {}

    def add(self, form: str, values: dict[int, str]) -> None:
        name = form
        count = 2
        while name in self.forms:
            name, count = f"{form}_{count}", count + 1
        self.forms[name], self.slots[name] = values, Slot(self._stated(name))

    def _stated(self, form: str) -> str:
        """The name that a slot has for a form; a third entity's are facts each."""
        if self.root in _KINDS:
            return f"{self.root}.{form}"
        return self.root if form == "name" else f"{self.root}_{form}"

    def add_other(self, values: dict[int, str]) -> None:
        """A form that a filter makes of one that is there, else a text of its own."""
        if all(values[document] == self.slugs.get(document) for document in values):
            self.forms["slug"], self.slots["slug"] = values, Slot(f"{self.root}.slug")
            return
        for filtered in ("capital", "lower"):
            for form, slot in list(self.slots.items()):
                stated = self.forms[form]
                if slot.filters or not all(
                    document in stated and self._through(filtered, stated[document]) == text
                    for document, text in values.items()
                ):
                    continue
                name = filtered if form in ("name", "many") else f"{form}_{filtered}"
                self.forms[name], self.slots[name] = values, Slot(slot.name, (filtered,))
                return
        self.add(self._called(values), values)

    def _through(self, filtered: str, text: str) -> str:
        return text.lower() if filtered == "lower" else capital(self.locale, text)

    def _called(self, values: dict[int, str]) -> str:
        """A name for a form that has none: `upper`, `short`, after its preposition, else `adjective`."""
        name = self.forms.get("name") or next(iter(self.forms.values()), {})
        pairs = [(name[document], text) for document, text in values.items() if document in name]
        if pairs and all(text == stated.upper() for stated, text in pairs):
            return "upper"
        if pairs and all(stated.casefold().startswith(f"{text.casefold()} ") for stated, text in pairs):
            return "short"
        before = Counter(
            fold(text[: -len(stated)]).replace("-", "_")
            for stated, text in pairs
            if text.casefold().endswith(stated.casefold()) and len(text) > len(stated)
        )
        if before and sum(before.values()) * 2 > len(pairs):
            word = min(before, key=lambda word: (-before[word], word))
            if word in ("in", "of") and word not in derivable(self.locale, PLACE):
                return word
            if re.fullmatch("[a-z][a-z_]*", word):
                return f"with_{word}"
        return "adjective" if self.root == PLACE else "variant"


def _places(written: Sequence[Written], locale: str) -> list[tuple[str, dict[int, str]]]:
    """The name, and what stands for it after `in` and `of`, which a language's rules make of most names."""
    if not written:
        return []
    name = _name(written, locale)
    named = [("name", name)]
    for form in ("in", "of"):
        scores = {
            number: sum(
                _follows(form, name.get(document, ""), text, locale) for document, text in each.values.items()
            )
            for number, each in enumerate(written)
            if each.values not in [values for _, values in named]
        }
        best = max(scores, key=lambda number: (scores[number], -number), default=None)
        if best is not None and scores[best] * 2 >= len(written[best].values):
            named.append((form, written[best].values))
    return named


def _follows(form: str, name: str, text: str, locale: str) -> bool:
    return bool(name) and derived(locale, _KINDS[PLACE], form, {"name": name}) == text


def _name(written: Sequence[Written], locale: str) -> dict[int, str]:
    """The texts that begin with a capital most often; without their prepositions if all have some."""
    after = [each.values for each in written if is_after_a_word(each.values.values())]
    begins = [{d: capital(locale, text) for d, text in values.items()} for values in after]
    named = [each for each in written if each.values not in after and each.values not in begins]
    if not named:
        return {document: bare(text) for document, text in after[0].items()}

    def score(each: Written) -> tuple[int, int, int]:
        values = each.values.values()
        low = sum(text[:1].islower() for text in values)
        return (-low, -sum(text.isupper() and len(text) > 3 for text in values), len(each.columns))

    return max(named, key=score).values


def is_after_a_word(texts: Iterable[str]) -> bool:
    """Whether most texts begin in lower case and go on with a capital: a name after its preposition."""
    found = [
        text[:1].islower() and any(word[:1].isupper() for word in re.findall(r"\w+", text)) for text in texts
    ]
    return sum(found) * 2 > len(found)


def bare(text: str) -> str:
    """The text from its first word with a capital on."""
    found = next((match for match in re.finditer(r"\w+", text) if match[0][:1].isupper()), None)
    return text[found.start() :] if found else text


def _roles(written: Sequence[Written], locale: str) -> list[tuple[str, dict[int, str]]]:
    """One and several, in lower case and as in titles; and `of_many`, where a language's rules make most."""
    by_key: dict[tuple[str, ...], list[Written]] = {}
    for each in written:
        by_key.setdefault(tuple(each.values[d].casefold() for d in sorted(each.values)), []).append(each)
    if not by_key:
        return []
    keys = sorted(by_key, key=lambda key: -len(_columns(by_key[key])))
    base = keys[0]
    named: list[tuple[str, dict[int, str]]] = []
    numbers = {"many": base}
    for key in keys[1:]:
        if len(key) == len(base) and len(numbers) == 1 and _same_words(base, key):
            numbers = {"one": key, "many": base} if _longer(base, key) else {"one": base, "many": key}
    for number, key in numbers.items():
        cases = sorted(by_key[key], key=lambda each: _capitals(each.values.values()))
        plain = cases[0].values
        if len(cases) == 1 and number == "one" and _is_sentence_case(plain.values(), by_key[base]):
            named.append((number, {d: text[:1].lower() + text[1:] for d, text in plain.items()}))
            continue
        if (
            len(cases) == 1
            and _capitals(plain.values()) * 5 >= sum(len(t.split()) for t in plain.values()) * 4
        ):
            named.append((f"title_{number}", plain))
            continue
        named.append((number, plain))
        titles = [
            each.values
            for each in cases[1:]
            if any(text != capital(locale, plain.get(d, "")) for d, text in each.values.items())
        ]
        if titles:
            named.append((f"title_{number}", titles[-1]))
    forms = dict(named)
    if many := forms.get("many"):
        for each in written:
            fits = sum(
                derived(locale, _KINDS[ROLE], "of_many", {"many": many.get(d, "")}) == text
                for d, text in each.values.items()
            )
            if fits * 2 >= len(each.values) and each.values not in forms.values():
                named.append(("of_many", each.values))
                break
    return named


def _is_sentence_case(texts: Iterable[str], others: Sequence[Written]) -> bool:
    """Whether only the first word has its capital, and loses it elsewhere: as the other number does."""
    lower = any(text[:1].islower() for each in others for text in each.values.values())
    texts = list(texts)
    several = [text for text in texts if " " in text]
    return lower and len(several) * 2 > len(texts) and all(_capitals([text]) == 1 for text in texts)


def _columns(written: Iterable[Written]) -> set[int]:
    return {column for each in written for column in each.columns}


def _capitals(texts: Iterable[str]) -> int:
    """How many words of the texts begin with a capital."""
    return sum(word[:1].isupper() for text in texts for word in text.split())


def _same_words(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether texts differ within words only, most of them, as one from several."""
    same = sum(
        len(a.split()) == len(b.split())
        and "-" not in {a[len(b) :][:1], b[len(a) :][:1]}
        and all(x[0] == y[0] or max(len(x), len(y)) <= 3 for x, y in zip(a.split(), b.split()))
        for a, b in zip(first, second)
    )
    return same * 5 >= len(first) * 4


def _longer(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the first texts look like the plural: longer, most of them."""
    longer = sum(len(a) - len(b) for a, b in zip(first, second))
    return longer >= 0
