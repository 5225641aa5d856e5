"""Which of the things that vary are the place and the role: the fewest that tell all documents apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from guidegen.grammar import derived
from guidegen.learn.clusters import Cluster
from guidegen.learn.forms import is_after_a_word
from guidegen.learn.gaps import Unit
from guidegen.learn.model import PLACE, ROLE
from guidegen.learn.phrases import is_plural

_MOST = 30  # entities that are tried, the best supported
_ASKED = 12  # documents whose texts are searched for a name after its preposition


class Axes(NamedTuple):
    """What varies as the place and as the role; None for what doesn't."""

    place: Cluster | None
    role: Cluster | None


def axes_of(
    clusters: Sequence[Cluster],
    given: Mapping[str, Cluster | None],
    units: Sequence[Unit],
    documents: Sequence[int],
    locale: str,
) -> Axes:
    """The axes among some entities; `given` are those that the editor named, None for one that doesn't vary.

    One entity if it tells as many documents apart as all together do, else two; two also if the one has
    less than half their support and they have fewer values than there are documents, as with a reference
    number; or if the title names a second one that is written like what the first isn't. Which of two is
    the role shows in how it is written (`role_score`).
    """
    tried = list(clusters[:_MOST])
    tried += [each for each in given.values() if each and not _among(each, tried)]
    parts = [each.partition(documents) for each in tried]
    chosen = _chosen(tried, parts, given)
    scores = {number: role_score(tried[number], units, documents, locale) for number in chosen}
    named = {kind: number for kind, each in given.items() for number in chosen if tried[number] is each}
    if len(chosen) == 2:
        order = sorted(chosen, key=lambda number: (scores[number], -len({*parts[number]}), -number))
        role = named.get(ROLE, order[0] if named.get(PLACE) == order[1] else order[1])
        return Axes(next(tried[number] for number in chosen if number != role), tried[role])
    if not chosen:
        return Axes(None, None)
    [only] = chosen
    if given:
        is_role = ROLE in named or PLACE in given
        return Axes(None, tried[only]) if is_role else Axes(tried[only], None)
    for number, each in enumerate(tried):
        if number != only and _is_beside(each, tried[only]) and len({*parts[number]}) <= len({*parts[only]}):
            score = role_score(each, units, documents, locale)
            if (score > 0) != (scores[only] > 0):
                return Axes(tried[only], each) if score > 0 else Axes(each, tried[only])
    return Axes(None, tried[only]) if scores[only] > 0 else Axes(tried[only], None)


def _is_beside(cluster: Cluster, other: Cluster) -> bool:
    """Whether an entity stands in the title that another stands in, and in two columns more."""
    return min(other.columns) in cluster.columns and len(cluster.columns) >= 3


def _among(cluster: Cluster, clusters: Sequence[Cluster]) -> bool:
    return any(cluster is each for each in clusters)


def _chosen(
    tried: Sequence[Cluster], parts: Sequence[tuple[int, ...]], given: Mapping[str, Cluster | None]
) -> tuple[int, ...]:
    """The numbers of the axes: those given, and what else it takes."""
    fixed = tuple(number for number, each in enumerate(tried) if any(each is one for one in given.values()))
    free = [number for number in range(len(tried)) if number not in fixed]
    constant = sum(each is None for each in given.values())
    sizes = range(len(fixed), 3 - constant)
    sets = [(*fixed, *more) for size in sizes for more in combinations(free, size - len(fixed))]
    if not sets:
        return fixed[:2]
    apart = {numbers: _apart(parts, numbers) for numbers in sets}
    best = max(apart.values())
    good = [numbers for numbers in sets if apart[numbers] == best]
    fewest = {
        size: max(same, key=lambda numbers: (_support(tried, numbers), tuple(-n for n in numbers)))
        for size in sizes
        if (same := [numbers for numbers in good if len(numbers) == size])
    }
    one, two = fewest.get(1), fewest.get(2)
    if one and two and not fixed and _support(tried, one)[0] * 2 <= _support(tried, two)[0]:
        values = sum(len({*parts[number]}) for number in two)
        return two if values < len(parts[0]) else one
    return fewest[min(fewest)]


def _apart(parts: Sequence[tuple[int, ...]], numbers: tuple[int, ...]) -> int:
    """How many documents differ in some entities."""
    return len({*zip(*(parts[number] for number in numbers))}) if numbers else 1


def _support(tried: Sequence[Cluster], numbers: tuple[int, ...]) -> tuple[int, int]:
    columns = [len(tried[number].columns) for number in numbers]
    return (min(columns, default=0), sum(columns))


def role_score(cluster: Cluster, units: Sequence[Unit], documents: Sequence[int], locale: str) -> int:
    """How much an entity is written like a role: lower case within sentences, one and several.

    Less if it is written like a place: with a capital wherever it stands, and after the word for `in`.
    """
    score = 0
    texts = [[*each.values.values()] for each in cluster.written]
    folded = [[text.casefold() for text in values] for values in texts]
    lower = [sum(text == text.lower() for text in values) * 2 >= len(values) for values in texts]
    if any(
        lower[a] and not lower[b] and folded[a] == folded[b]
        for a in range(len(texts))
        for b in range(len(texts))
    ):
        score += 1
    if any(
        len(one) == len(many) and sum(map(is_plural, one, many)) * 5 >= len(one) * 4
        for one, many in combinations(folded, 2)
    ):
        score += 1
    main = max(cluster.written, key=lambda each: sum(text[:1].isupper() for text in each.values.values()))
    after = 0
    asked = documents[:: max(1, len(documents) // _ASKED)][:_ASKED]
    for document in asked:
        name = main.values.get(document, "")
        said = name and derived(locale, ("city", "place"), "in", {"name": name})
        if said and any(said in (unit.text(document) or "") for unit in units):
            after += 1
    is_after = after * 2 > len(asked) or any(is_after_a_word(values) for values in texts)
    return score - 2 * is_after
