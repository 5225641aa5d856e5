"""What documents are about: the place and the role of each, in all written forms, and what else recurs."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from guidegen.finding import fold
from guidegen.learn.axes import Axes, axes_of
from guidegen.learn.clusters import Cluster, clusters_of
from guidegen.learn.forms import entity_of
from guidegen.learn.gaps import Unit, units_of
from guidegen.learn.model import PAIR, PLACE, ROLE, Column, Document, Entity
from guidegen.learn.phrases import Phrase, forms_of, phrase_of, place_of, said
from guidegen.learn.surfaces import Surfaces
from guidegen.problems import Problem, refuse
from guidegen.schema import LONGEST_SLUG, is_slug
from guidegen.source import Location

SAMPLE = 60  # documents that entities are found in; the others are read by what these show
_NO_PLACE, _NO_ROLE = "everywhere", "guide"  # where nothing says more
_NAMES = ("name", "title_many", "many", "title_one", "one")  # the forms that slugs are made of
_OTHER = "subject"  # what a third entity is called until somebody knows better
_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n"}
)


class Found(NamedTuple):
    """The place and the role of each document, by slug, and what else documents name.

    `place` and `role` have slots only where they vary, or where the editor said what they are: forms
    without a slot stay literal, and a role of which nothing is known has none. `others` are third entities,
    read from the place, the role or the pair that determines them. `offered` is a phrase of all documents
    that looks like a role, or None. `constants` are texts that most documents have which aren't about them.
    `doubled` are documents with the same place and role; `notes` tell the editor.
    """

    place: Entity
    role: Entity
    others: tuple[Entity, ...]
    place_of: dict[int, str]
    role_of: dict[int, str]
    offered: Phrase | None
    constants: frozenset[str]
    doubled: tuple[tuple[int, ...], ...]
    notes: tuple[Problem, ...]

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The place, the role, the others."""
        return (self.place, self.role, *self.others)


def entities(
    documents: Sequence[Document],
    columns: Sequence[Column],
    locale: str = "en",
    axis: Mapping[str, str] | None = None,
) -> Found:
    """What the documents of a family are about, from the columns of their first alignment.

    The axes are the smallest set of entities, of those that vary together in at least two columns, that
    tells all documents apart; the better supported of equally small ones. `axis` is what the editor says of
    an axis: any phrase of it, in one document or in all. Raises `Refused` if no document has that phrase, for
    an axis that there isn't, and for two that are one.
    """
    axis = axis or {}
    everyone = range(len(documents))
    sample = _sample(documents, columns)
    units = units_of(columns, sample)
    labels = _labels(documents)
    clusters = clusters_of(units, sample, everyone, labels)
    varying = {kind: _varying(kind, axis[kind], clusters, units, sample, labels) for kind in sorted(axis)}
    if len(varying) == 2 and varying[PLACE] and varying[PLACE] is varying[ROLE]:
        hint = "name one of them, or two that vary apart"
        raise refuse("axis", f"'{axis[PLACE]}' and '{axis[ROLE]}' are of one axis", hint=hint)
    phrases = {
        kind: _said(kind, axis[kind], units, everyone) for kind, cluster in varying.items() if not cluster
    }
    axes, unlike = _telling_apart(axes_of(clusters, varying, units, everyone, locale), varying, everyone)
    offered = None if axes.role else phrases.get(ROLE) or phrase_of(units, sample)
    writing = _Writing(everyone, locale, labels)
    place, places = writing.place(axes, phrases.get(PLACE), units, documents)
    role, roles = writing.role(axes.role, offered, is_given=ROLE in phrases)
    others = writing.others(clusters, axes, places, roles)
    doubled = _doubled(places, roles)
    constants = _constants((place, role), units, sample)
    notes = tuple(_note(documents, same, ": each file is a place of its own") for same in unlike)
    notes += tuple(_note(documents, same) for same in doubled)
    return Found(place, role, others, places, roles, offered, constants, doubled, notes)


def _sample(documents: Sequence[Document], columns: Sequence[Column]) -> list[int]:
    """Documents that stand for all: at random, lest a step falls in with the order of roles.

    Those that lack half of the columns that most have are left out: no column would be common to all.
    """
    every = range(len(documents))
    several = len(documents) > SAMPLE
    some = sorted(random.Random(len(documents)).sample(every, SAMPLE)) if several else list(every)  # noqa: S311
    usual = [each for each in columns if sum(n in each.cells for n in some) * 5 >= len(some) * 4]
    whole = [n for n in some if sum(n in each.cells for each in usual) * 2 >= len(usual)]
    return whole if len(whole) >= 2 else some


def _labels(documents: Sequence[Document]) -> dict[int, str]:
    """What each file is called: its stem, or its name, or what of its path tells it from the others."""
    paths = [PurePosixPath(document.path) for document in documents]
    parts = [path.parts for path in paths]
    everywhere = {part for part in parts[0] if all(part in other for other in parts)} if parts else set()
    for labels in (
        [path.stem for path in paths],
        [path.name for path in paths],
        [_without(path.with_suffix("").parts, everywhere) for path in paths],
        [_without(path.parts, everywhere) for path in paths],
    ):
        if len({*labels}) == len(labels) and all(labels):
            break
    return {number: label or paths[number].stem for number, label in enumerate(labels)}


def _without(parts: Sequence[str], everywhere: set[str]) -> str:
    return " ".join(part for part in parts if part not in everywhere)


def _telling_apart(
    axes: Axes, given: Mapping[str, Cluster | None], documents: Sequence[int]
) -> tuple[Axes, tuple[tuple[int, ...], ...]]:
    """The axes; without the place if they leave more than half of the documents alike, and which these are.

    A guide is one place and role: of documents that differ in a third thing each is a place of its own.
    """
    values = [
        {number: axis.values.get(number, f"\0{number}") if axis else "" for number in documents}
        for axis in axes
    ]
    same = _doubled(values[0], values[1])
    if PLACE in given or sum(map(len, same)) * 2 <= len(documents) or not any(axes):
        return axes, ()
    return Axes(None, axes.role), same


# What the editor said


def _varying(
    kind: str,
    phrase: str,
    clusters: Sequence[Cluster],
    units: Sequence[Unit],
    sample: Sequence[int],
    labels: Mapping[int, str],
) -> Cluster | None:
    """The entity that has a phrase in some document, also one that a single column has."""
    if kind not in (PLACE, ROLE):
        raise refuse("axis", f"unknown axis '{kind}'", hint="the axes are place and role")
    wanted = phrase.casefold()

    def has(cluster: Cluster) -> bool:
        return any(text.casefold() == wanted for each in cluster.written for text in each.values.values())

    if found := next(filter(has, clusters), None):
        return found
    single = clusters_of(units, sample, sorted(labels), labels, least=1)
    return next(filter(has, single), None)


def _said(kind: str, phrase: str, units: Sequence[Unit], documents: Sequence[int]) -> Phrase:
    if found := said(units, documents, phrase):
        return found
    hint = f"write a phrase as it stands in the documents: --axis {kind}=PHRASE"
    raise refuse("axis", f"no document says '{phrase}'", hint=hint)


# Names and slugs


class _Writing:
    """Makes entities of what was found, and slugs that are unique over places and roles."""

    def __init__(self, documents: Sequence[int], locale: str, labels: Mapping[int, str]) -> None:
        self.documents, self.locale, self.labels = documents, locale, labels
        self.taken: set[str] = set()

    def place(
        self, axes: Axes, phrase: Phrase | None, units: Sequence[Unit], documents: Sequence[Document]
    ) -> tuple[Entity, dict[int, str]]:
        """The place: one that varies, or the phrase that the editor gave, or one per file, or just one."""
        if axes.place:
            return self._varying(PLACE, axes.place)
        if phrase:
            return self._constant(PLACE, phrase, is_slot=True)
        names = dict(self.labels)
        roles = {axes.role.values.get(number) for number in self.documents} if axes.role else {}
        if len(roles) == len(names) > 1:
            name = place_of(units, self.documents, self.locale) or _shared(documents, self.labels)
            names = dict.fromkeys(self.documents, name)
        return Entity(PLACE, {"name": names}, {}), self._slugs(names, names)

    def role(
        self, cluster: Cluster | None, phrase: Phrase | None, *, is_given: bool
    ) -> tuple[Entity, dict[int, str]]:
        """The role: one that varies, else a phrase of all documents, else what stands for every document."""
        if cluster:
            return self._varying(ROLE, cluster)
        if phrase:
            return self._constant(ROLE, phrase, is_slot=is_given)
        every = dict.fromkeys(self.documents, _NO_ROLE)
        return Entity(ROLE, {}, {}), self._slugs(every, every)

    def others(
        self, clusters: Sequence[Cluster], axes: Axes, places: dict[int, str], roles: dict[int, str]
    ) -> tuple[Entity, ...]:
        """Third entities: names, with capitals, that the place, the role or only both determine."""
        found: list[Entity] = []
        for cluster in clusters:
            main = cluster.written[0].values.values()
            if cluster in axes or any(text[:1].islower() for text in main):
                continue
            owners = ((PLACE, places), (ROLE, roles))
            owner = next((kind for kind, of in owners if _determines(of, cluster.values)), PAIR)
            name = f"{owner}.{_OTHER}" + (f"_{len(found) + 1}" if found else "")
            made = entity_of("fact", cluster.written, self.locale, {}, name)
            found.append(made)
        return tuple(found)

    def _varying(self, kind: str, cluster: Cluster) -> tuple[Entity, dict[int, str]]:
        forms = entity_of(kind, cluster.written, self.locale, {}).forms
        names = dict(self.labels)
        for form in reversed(_NAMES):
            names.update(forms.get(form, {}))
        values = {number: cluster.values.get(number, f"\0{number}") for number in self.documents}
        written = next((each.values for each in cluster.written if _are_slugs(each.values, names)), None)
        slugs = self._slugs({**names, **(written or {})}, values)
        return entity_of(kind, cluster.written, self.locale, slugs), slugs

    def _constant(self, kind: str, phrase: Phrase, *, is_slot: bool) -> tuple[Entity, dict[int, str]]:
        every = dict.fromkeys(self.documents, phrase.text)
        slugs = self._slugs(every, every)
        made = entity_of(kind, forms_of(phrase, self.documents), self.locale, slugs)
        return (made if is_slot else made._replace(slots={})), slugs

    def _slugs(self, names: Mapping[int, str], values: Mapping[int, str]) -> dict[int, str]:
        """A slug for each value, of the first name that goes with it."""
        by_value: dict[str, str] = {}
        for number in self.documents:
            if values[number] not in by_value:
                slug = unique(slug_of(names[number]), self.taken)
                self.taken.add(slug)
                by_value[values[number]] = slug
        return {number: by_value[values[number]] for number in self.documents}


def slug_of(name: str) -> str:
    """A slug made of a name as guidegen makes them; nothing if it has no letters that slugs may have."""
    folded = fold(name.casefold().translate(_LETTERS))
    kept = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in folded)
    return "-".join(kept.split())[:LONGEST_SLUG].strip("-")


def unique(slug: str, taken: Iterable[str]) -> str:
    """The slug, numbered if it is taken or can't be one."""
    candidate, count = slug, 2
    while candidate in taken or not is_slug(candidate):
        ending = f"-{count}" if slug else f"document-{count - 1}"
        candidate, count = slug[: LONGEST_SLUG - len(ending)].rstrip("-") + ending, count + 1
    return candidate


def _are_slugs(texts: Mapping[int, str], names: Mapping[int, str]) -> bool:
    """Whether texts are the slugs that documents have for names, in addresses perhaps."""
    return all(map(is_slug, texts.values())) and any(
        "-" in text and "-" not in names[number] for number, text in texts.items()
    )


def _shared(documents: Sequence[Document], labels: Mapping[int, str]) -> str:
    """What all files are called: the words that their names share, else their folder's name."""
    words = [fold(label).split("-") for label in labels.values()]
    common = [word for word in words[0] if all(word in other for other in words)]
    folder = PurePosixPath(documents[0].path).parent.name
    return " ".join(common) or (folder if slug_of(folder) else "") or _NO_PLACE


def _determines(of: Mapping[int, str], values: Mapping[int, str]) -> bool:
    """Whether documents that have the same of the one have the same of the other."""
    return len({of[number] for number in values}) == len(
        {(of[number], value) for number, value in values.items()}
    )


# What the editor should know


def _doubled(places: Mapping[int, str], roles: Mapping[int, str]) -> tuple[tuple[int, ...], ...]:
    same: dict[tuple[str, str], list[int]] = {}
    for number, place in places.items():
        same.setdefault((place, roles[number]), []).append(number)
    return tuple(tuple(numbers) for numbers in same.values() if len(numbers) > 1)


def _note(documents: Sequence[Document], same: tuple[int, ...], so: str = "") -> Problem:
    first, second, *more = (documents[number].path for number in same)
    others = f"{second} and {len(more)} more seem" if more else f"{second} seems"
    return Problem(
        "same-place-and-role",
        f"{others} to be about the same place and role{so}",
        Location.of_file(first),
        "leave out what is there twice, or name in each what tells it apart",
        warning=True,
    )


def _constants(named: Sequence[Entity], units: Sequence[Unit], sample: Sequence[int]) -> frozenset[str]:
    """Forms that most documents have without being about them: a country in the guides of its cities."""
    surfaces = Surfaces(named)
    said_by: dict[str, set[int]] = {}
    own: dict[str, set[int]] = {}
    for number in sample:
        for text in (unit.text(number) or "" for unit in units):
            for span in surfaces.spans(text, number, others=True):
                where = own if span.own else said_by
                where.setdefault(text[span.start : span.end], set()).add(number)
    return frozenset(
        text
        for text, numbers in said_by.items()
        if len(numbers) * 2 > len(sample) - len(own.get(text, ())) > 0
    )
