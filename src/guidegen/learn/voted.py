"""Who a document is about: its locale, place and role, by the vote of its lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from guidegen import schema
from guidegen.facts import Owner
from guidegen.finding import find
from guidegen.grammar import derived, undone
from guidegen.language import Language
from guidegen.learn.backwards import (
    Element,
    Elements,
    Own,
    Steps,
    feasible,
    filled,
    joined,
    parses,
    ways_of,
)
from guidegen.outline import Link, Prose
from guidegen.pack import Pack
from guidegen.problems import Refused
from guidegen.template import Slot

_TRIED = 12  # candidates for a name that are looked at closely
_PARSES = 24  # of one line
_STEPS = 4_000  # for one line
_LEAST = 4  # characters of its own words that make a line a witness
_TELLING = 60  # those that tell a line whatever its slots hold
_LONGEST_NAME = 120
_BAD = re.compile(r"[.!?:;|{}<>\n]$|^\W|  |[|{}<>\n]")
Forms = Mapping[str, str]


class Witness(NamedTuple):
    """A line of the document that a passage fits, names being open."""

    line: int
    text: str
    elements: Elements
    is_title: bool


class Elected(NamedTuple):
    """The forms of a name that is new, or the slug of one that the pack has; and how many lines say so.

    `seen` are the forms that stand in the document, also those that follow from the name by rule.
    """

    slug: str
    forms: dict[str, str]
    votes: int
    seen: dict[str, str]


def witnesses(pack: Pack, locale: str, lines: Iterable[tuple[int, str]]) -> list[Witness]:
    """The lines of a document that passages of a locale fit, each with each that does.

    Raises `Refused` for a passage whose syntax is wrong.
    """
    patterns = list(_patterns(pack, locale))
    found = []
    for number, text in lines:
        for elements, is_title in patterns:
            if feasible(elements, text):
                found.append(Witness(number, text, elements, is_title))
    return found


def weight_of(found: Iterable[Witness]) -> int:
    """How many characters of a document are passages' own words."""
    by_line: dict[int, int] = {}
    for one in found:
        by_line[one.line] = max(by_line.get(one.line, 0), _weight(one.elements))
    return sum(by_line.values())


def _weight(elements: Elements) -> int:
    return sum(len(element) for element in elements if isinstance(element, str))


def _patterns(pack: Pack, locale: str) -> Iterator[tuple[Elements, bool]]:
    """What lines may be; of a paragraph of several parts, its first and anything behind it."""
    shared, site = pack.shared(locale), pack.settings.site
    for name, is_title, is_whole in _said(pack):
        if name in shared:
            for elements, _ in ways_of(shared[name].parts):
                known = filled(elements, lambda slot: site.get(slot.name.removeprefix("site.")))
                if _words(known):
                    yield joined([*known, *(() if is_whole else (" ", Own("")))]), is_title


def _said(pack: Pack) -> Iterator[tuple[str, bool, bool]]:
    """The passages that lines begin with; whether each is the title, and all there is of its line."""
    for block in pack.outline.all():
        if isinstance(block, Link):
            yield block.text.name, False, True
        elif isinstance(block, Prose) and block.kind != "lines":
            use, *more = block.parts
            table = pack.book.tables.get(use.name) if use.decides else None
            outcomes = [row.outcome for row in table.rows] + [table.otherwise] if table else [use.name]
            for outcome in dict.fromkeys(outcomes):
                if outcome:
                    yield outcome, block.kind == "title", not more


def _words(elements: Elements) -> bool:
    """Whether a pattern has a word to tell a line by."""
    return any(isinstance(element, str) and any(map(str.isalpha, element)) for element in elements)


class Poll:
    """A vote of a document's lines on names, in one locale."""

    def __init__(self, pack: Pack, locale: str, found: list[Witness]) -> None:
        self.pack = pack
        self.locale = locale
        self.language: Language = pack.language(locale)
        self.found = found
        self.steps = Steps(400_000)

    # -- what is asked

    def role(self) -> str:
        """The role of the pack that most lines name; empty if none is named.

        Where no passage names a role, it is the only one that there is.
        """
        slugs = self.pack.facts.slugs("role")
        if len(slugs) == 1 and not any(_names_it(one.elements, "role") for one in self.found):
            return slugs[0]
        text = "\n".join(dict.fromkeys(one.text for one in self.found)).lower()
        best, most = "", 0
        for slug in slugs:
            owner = self.pack.facts.owner("role", slug)
            forms = forms_of(owner, self.locale, schema.ROLE_FORMS) if owner else {}
            if not any(form.lower() in text for form in forms.values()):
                continue
            votes = self._votes({"role": forms}, must_name="role")
            if votes > most:
                best, most = slug, votes
        return best

    def place(self, role: Forms, given: Forms) -> Elected | None:
        """The place that most lines name; `given` are forms that are known of it already.

        A place of the pack is told by its name in the locale.
        """
        found = self._candidates("place", {"role": role})
        if given:
            return self._with_forms("place", {**given}, found, {"role": role})
        best: tuple[tuple[int, bool, int, int], Elected] | None = None
        for forms, count in self._names(found)[:_TRIED]:
            slug = self._known_as(next(iter(forms.values())))
            owner = self.pack.facts.owner("place", slug) if slug else None
            known = forms_of(owner, self.locale, schema.PLACE_FORMS) if owner else forms
            votes = self._votes({"role": role, "place": known or forms}, must_name="place")
            key = votes, bool(slug), count, -len(forms.get("name", ""))
            if votes and (best is None or key > best[0]):
                best = key, Elected(slug, dict(known or forms), votes, {})
        if best is None:
            return None
        elected = best[1]
        return elected if elected.slug else self._with_forms("place", elected.forms, found, {"role": role})

    def new_role(self, place: Forms) -> dict[str, str]:
        """The forms of a role that the pack doesn't have; empty if none is told.

        The title names place and role: what most other lines bear out is how they part.
        """
        best: tuple[int, dict[str, str], dict[str, str]] = (1, {}, {})
        for one in self.found:
            if not one.is_title:
                continue
            elements = self._filled(one.elements, {"place": place})
            for held in self._parsed(elements, one.text):
                forms: dict[str, dict[str, str]] = {"place": {**place}, "role": {}}
                for slot, text in held:
                    owner, _, form = slot.name.partition(".")
                    if owner in forms and _is_form(slot.name, owner):
                        forms[owner][form] = text
                for about in self._as_names(forms["place"]):
                    votes = self._votes({"place": about, "role": forms["role"]})
                    if forms["role"] and votes > best[0]:
                        best = votes, forms["role"], about
        _, role, about = best
        if not role:
            return {}
        found = self._candidates("role", {"place": about})
        return self._with_forms("role", role, found, {"place": about}).forms

    def country(self, place: Forms, role: Forms) -> str:
        """The country of the pack that most lines put the place in; empty if none is named."""
        names = {"place": place, "role": role}
        found = self._candidates("place.country", names)
        texts = Counter({text: len(where) for (_, text), where in found.items()})
        best, most = "", 0
        for slug in dict.fromkeys(self._known_as(text) for text, _ in texts.most_common(_TRIED)):
            owner = self.pack.facts.owner("place", slug) if slug else None
            if owner is None or owner.scope != "country":
                continue
            forms = forms_of(owner, self.locale, schema.PLACE_FORMS)
            votes = self._votes({**names, "place.country": forms}, must_name="place.country")
            if votes > most:
                best, most = slug, votes
        return best

    # -- votes

    def _votes(self, names: Mapping[str, Forms], must_name: str = "") -> int:
        """How many different lines are as they should be if these are the names."""
        lines: set[str] = set()
        for one in self.found:
            if one.text in lines or (must_name and not _names_it(one.elements, must_name)):
                continue
            if feasible(self._filled(one.elements, names), one.text):
                lines.add(one.text)
        return len(lines)

    def _filled(self, elements: Elements, names: Mapping[str, Forms]) -> Elements:
        return filled(elements, lambda slot: self._text(slot, names))

    def _text(self, slot: Slot, names: Mapping[str, Forms]) -> str | None:
        owner, _, form = slot.name.rpartition(".")
        forms = names.get(owner)
        text = self._form(owner, form, forms) if forms else None
        for name, _ in slot.filters if text else ():
            text = self.language.capital(text) if name == "capital" else text.lower()  # type: ignore[arg-type, union-attr]
        return text

    def _form(self, owner: str, form: str, forms: Forms) -> str | None:
        kinds = ("role",) if owner == "role" else (schema.SCOPES[0], "place")
        return forms.get(form) or derived(self.locale, kinds, form, dict(forms))

    def _candidates(self, owner: str, names: Mapping[str, Forms]) -> dict[tuple[str, str], set[str]]:
        """What forms of an owner's name may be, and the lines where they stand."""
        found: dict[tuple[str, str], set[str]] = {}
        for one in self.found:
            elements = self._filled(one.elements, names)
            if not _names_it(elements, owner) or _weight(elements) < _LEAST:
                continue
            if not _only_names(elements) and _weight(elements) < _TELLING:
                continue
            for held in self._parsed(elements, one.text):
                for slot, text in held:
                    if _is_form(slot.name, owner):
                        for before in self._before(slot, text):
                            form = slot.name.rpartition(".")[2]
                            found.setdefault((form, before), set()).add(one.text)
        return found

    def _before(self, slot: Slot | Own, text: str) -> list[str]:
        """What a text may have been before its filter."""
        filters = [name for name, _ in slot.filters] if isinstance(slot, Slot) else []
        if "capital" in filters:
            return list(dict.fromkeys([text, text[:1].lower() + text[1:], text[:2].lower() + text[2:]]))
        return [text]

    def _parsed(self, elements: Elements, text: str) -> Iterator[tuple[tuple[Slot | Own, str], ...]]:
        if not feasible(elements, text):
            return
        steps = Steps(min(_STEPS, self.steps.left))
        self.steps.left -= _STEPS // 10
        for index, held in enumerate(parses(elements, text, _is_name, {}, steps)):
            if index == _PARSES:
                return
            yield held

    def _names(self, found: Mapping[tuple[str, str], set[str]]) -> list[tuple[dict[str, str], int]]:
        """Names that the candidates come from, those of most lines first."""
        lines: dict[tuple[tuple[str, str], ...], set[str]] = {}
        for (form, text), where in found.items():
            for forms in self._as_names({form: text}):
                lines.setdefault(tuple(forms.items()), set()).update(where)
        ranked = sorted(lines.items(), key=lambda one: -len(one[1]))
        return [(dict(forms), len(where)) for forms, where in ranked]

    def _as_names(self, forms: Forms) -> list[dict[str, str]]:
        """Forms with the name that they follow from by rule, where one is; as they are where none is."""
        if "name" in forms or not forms:
            return [{**forms}]
        [(form, text), *_] = forms.items()
        names = undone(self.locale, (schema.SCOPES[0], "place"), form, text)
        return [{"name": name} for name in names] or [{**forms}]

    def _with_forms(
        self,
        owner: str,
        forms: dict[str, str],
        found: Mapping[tuple[str, str], set[str]],
        names: Mapping[str, Forms],
    ) -> Elected:
        """The name with its further forms, where lines have others than the language's rules make."""
        votes = self._votes({**names, owner: forms}, must_name=owner)
        ranked = Counter({candidate: len(where) for candidate, where in found.items()})
        for (form, text), _ in ranked.most_common(_TRIED * 4):
            by_rule = self._form(owner, form, forms)
            if form in forms or by_rule == text:
                continue
            wider = {**forms, form: text}
            more = self._votes({**names, owner: wider}, must_name=owner)
            if more > votes or (more == votes and by_rule is None):
                forms, votes = wider, more
        seen = {form: text for form, text in found if self._form(owner, form, forms) == text}
        return Elected("", forms, votes, seen)

    def _known_as(self, name: str) -> str:
        try:
            return find(self.pack.facts, "place", name) if name else ""
        except Refused:
            return ""


def forms_of(owner: Owner, locale: str, forms: Iterable[str]) -> dict[str, str]:
    """What an owner is called in a locale, by form, those that follow by rule too."""
    kinds = (owner.scope, "place") if owner.kind == "place" else ("role",)
    return {form: text for form in forms if (text := owner.names.form(form, locale, kinds))}


def _is_form(name: str, owner: str) -> bool:
    """Whether a slot's name is a form of an owner's name."""
    forms = schema.ROLE_FORMS if owner == "role" else schema.PLACE_FORMS
    return name.rpartition(".")[0] == owner and name.rpartition(".")[2] in forms


def _names_it(elements: Iterable[Element], owner: str) -> bool:
    return any(isinstance(one, Slot) and _is_form(one.name, owner) for one in elements)


def _only_names(elements: Iterable[Element]) -> bool:
    """Whether all slots are names of a place or a role."""
    owners = ("place", "role", "place.country")
    return all(isinstance(one, str) or any(_is_form(one.name, owner) for owner in owners) for one in elements)


def _is_name(slot: Slot | Own, text: str) -> bool:
    return 0 < len(text) <= _LONGEST_NAME and text == text.strip() and not _BAD.search(text)
