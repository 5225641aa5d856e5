"""What is wrong with places, roles and pairs next to each other: sources, circles, names claimed twice."""

from __future__ import annotations

from collections.abc import Iterator

from guidegen.facts import FOLDERS, Owner
from guidegen.finding import claims
from guidegen.pack import Pack
from guidegen.problems import Problem
from guidegen.source import Location
from guidegen.values import Entries, Fact, Series


def owner_problems(pack: Pack) -> Iterator[Problem]:
    """What can be known of all places, roles and pairs once each has been read."""
    yield from _owners(pack)
    yield from _claims(pack)


def _owners(pack: Pack) -> Iterator[Problem]:
    for kind in FOLDERS:
        for slug in pack.facts.slugs(kind):
            owner = pack.facts.owner(kind, slug)
            if owner and not _may_misstate_source(pack, owner):
                yield from _unsourced(pack, kind, owner.facts, warning=not owner.is_published)
            if owner and kind == "place":
                yield from _circle(pack, owner)
    for place, role in pack.facts.pair_slugs():
        yield from _unsourced(pack, "pair", pack.facts.pair(place, role).facts, warning=False)


def _may_misstate_source(pack: Pack, owner: Owner) -> bool:
    """Whether a key of an owner's file is unknown or empty: it may be the `source` that is missed."""
    path = owner.location.path
    return any(
        problem.kind in ("unknown-key", "empty-value") and problem.location and problem.location.path == path
        for problem in pack.facts.problems
    )


def _unsourced(pack: Pack, kind: str, facts: dict[str, Fact], *, warning: bool) -> Iterator[Problem]:
    """The facts of one file that need a source and have none; one `source:` may mend them all."""
    sourced = [fact for name, fact in facts.items() if pack.fields[kind][name].sourced]
    lacking = [next(_without_source(fact)) for fact in sourced if any(_without_source(fact))]
    if lacking:
        others = [fact.key.partition(".")[2].partition("[")[0] for fact in lacking[1:]]
        more = f", nor have {', '.join(others)}" if others else ""
        yield Problem(
            "no-source",
            f"'{lacking[0].key}' has no source{more}",
            lacking[0].location,
            "add `source:` to the value, to its list or at the top of the file",
            warning,
        )


def _without_source(fact: Fact) -> Iterator[Fact]:
    inner: list[Fact] = []
    if isinstance(fact.value, Series):
        inner = [dated for _, dated in fact.value.facts]
    elif isinstance(fact.value, Entries):
        inner = list(fact.value)
    elif isinstance(fact.value, dict):
        inner = list(fact.value.values())
    if not inner and not fact.provenance.source:
        yield fact
    for part in inner:
        yield from _without_source(part)


def _circle(pack: Pack, place: Owner) -> Iterator[Problem]:
    """A place that lies within itself, said at the first of those that do."""
    chain = [place]
    while chain[-1].within and pack.facts.has("place", chain[-1].within.text):
        around = pack.facts.owner("place", chain[-1].within.text)
        if around is None or around in chain[1:]:
            return
        chain.append(around)
        if around is place:
            break
    if len(chain) > 1 and chain[-1] is place and place.within and place.slug == min(p.slug for p in chain):
        yield Problem(
            "within-itself",
            f"'{place.slug}' lies within itself: {' → '.join(member.slug for member in chain)}",
            place.within.location,
            "`within:` has to lead to a place whose scope is country",
        )


def _claims(pack: Pack) -> Iterator[Problem]:
    """Names and aliases that two owners claim, and slugs that a place and a role share."""
    for kind in FOLDERS:
        yield from claims(pack.facts, kind)
    for slug in set(pack.facts.slugs("place")) & set(pack.facts.slugs("role")):
        yield Problem(
            "claimed-twice",
            f"'{slug}' names a place and a role",
            Location.of_file(f"{FOLDERS['role']}/{slug}.yaml"),
            f"rename one of the two; the other is {FOLDERS['place']}/{slug}.yaml",
        )
