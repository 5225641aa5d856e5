"""Review by cause: goldens that differ, each line laid to what has changed in the pack since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from guidegen.accepted import Acceptance, Record
from guidegen.between import GOLDEN, Between, Effect, GuideName, Line, changed_lines, effects
from guidegen.changes import causes
from guidegen.golden import Difference
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused, errors, refuse, suggest
from guidegen.revision import commit_of, last_accepted, pack_at
from guidegen.select import Selection, parse_selectors
from guidegen.source import Location
from guidegen.told import told


class Finding(NamedTuple):
    """A golden that differs, and the lines in which it does; a file that is no golden has none."""

    difference: Difference
    lines: tuple[Line, ...]

    @property
    def causes(self) -> list[str]:
        """The ids of what makes it differ, each once."""
        return list(dict.fromkeys(one for line in self.lines for one in line.causes))

    @property
    def is_explained(self) -> bool:
        """Whether each of its lines is laid to a change of the pack."""
        return bool(self.lines) and all(line.causes and GOLDEN not in line.causes for line in self.lines)


def effects_on(between: Between, findings: Iterable[Finding]) -> list[Effect]:
    """What each cause alters in goldens; what none explains comes last."""
    return effects(between, ((finding.difference.path, finding.lines) for finding in findings))


def since_of(pack: Pack, given: str, record: Record) -> str:
    """The commit to compare with: the one that is named, that of a review under way, or the last accepted.

    Raises `Refused` if git knows of none.
    """
    if given:
        return commit_of(pack.root, given)
    if record.since:
        try:
            return commit_of(pack.root, record.since)
        except Refused:
            pass  # rebased away: the goldens that it left are in a later commit
    return last_accepted(pack.root)


@contextmanager
def compared(pack: Pack, commit: str, format_: str) -> Iterator[Between]:
    """The pack and what it was at a commit. Raises `Refused` if that can't be read."""
    with pack_at(pack.root, commit) as old:
        found = causes(old, pack)
        if wrong := errors(old.problems):
            hint = f"{wrong[0].location}: {wrong[0].message}" if wrong[0].location else wrong[0].message
            raise refuse("no-revision", f"the pack has errors at commit {commit[:10]}", hint=hint)
        yield Between(old, pack, found, format_, commit)


def findings(
    pack: Pack, between: Between, differences: Iterable[Difference], record: Record
) -> list[Finding]:
    """Each difference with its lines, laid to causes that aren't accepted yet."""
    standing = _standing(pack, between, record)
    return [
        Finding(
            difference,
            tuple(
                between.lines(guide, difference.was, _accepted_for(guide, standing))
                if (guide := difference.guide)
                else ()
            ),
        )
        for difference in differences
    ]


def unlaid(differences: Iterable[Difference]) -> list[Finding]:
    """Differences with their lines, when nothing is known of causes."""
    return [Finding(one, tuple(changed_lines(one.was, one.now))) for one in differences]


Standing = dict[str, list[Selection]]


def _standing(pack: Pack, between: Between, record: Record) -> Standing:
    """The causes that were accepted and are still the same change, each with what it was accepted for."""
    found: Standing = {}
    for one in record.accepted:
        cause = between.causes.get(one.cause)
        if cause and cause.mark == one.mark:
            try:
                found.setdefault(one.cause, []).append(parse_selectors(one.only, pack))
            except Refused:  # it was accepted for a place that is gone
                continue
    return found


def _accepted_for(guide: GuideName, standing: Standing) -> frozenset[str]:
    return frozenset(
        one for one, selections in standing.items() if any(only.has(*guide) for only in selections)
    )


# -- accepting


class Accepted(NamedTuple):
    """Goldens to write, entries of golden/review.yaml for them, and what had to be left, each with why.

    `commit` is the one that the pack was compared with.
    """

    commit: str
    written: tuple[Difference, ...]
    entries: tuple[Acceptance, ...]
    left: tuple[Problem, ...]


def accept_causes(
    pack: Pack, between: Between, found: list[Finding], chosen: list[str], record: Record, entry: Acceptance
) -> Accepted:
    """What accepting just these causes comes to; `entry` says who does, why, and for which selectors.

    A golden becomes what the old pack renders with the causes that it has and these. Raises `Refused` for
    a cause that isn't there.
    """
    _check_ids(found, between, chosen)
    standing = _standing(pack, between, record)
    written: list[Difference] = []
    left: list[Problem] = []
    counts = dict.fromkeys(chosen, 0)
    for finding in found:
        guide, difference = finding.difference.guide, finding.difference
        if guide is None or not {*finding.causes} & {*chosen}:
            continue
        at = Location.of_file(difference.path)
        if GOLDEN in finding.causes and GOLDEN not in chosen:
            hint = f"it was edited, or accepted for other files: look at it, then `--cause {GOLDEN}`"
            message = f"this golden isn't what the pack renders at commit {between.commit[:10]}"
            left.append(Problem("golden", message, at, hint))
            continue
        reaching = {cause.id for cause in between.reaching(guide)}
        settled = between.settled(guide, ({*_accepted_for(guide, standing)} | {*chosen}) & reaching)
        for one in chosen:
            if one in settled.left:
                hint = f"accept what it needs as well, or wait: {settled.left[one]}"
                left.append(Problem("waits", f"'{one}' can't be rendered here on its own", at, hint))
        counts = {one: count + (one in finding.causes) for one, count in counts.items()}
        if settled.data != difference.was:
            written.append(difference._replace(now=settled.data))
    entries = (
        entry._replace(cause=one, was=was, now=now, mark=cause.mark, guides=counts[one])
        for one in chosen
        if (cause := between.causes.get(one))
        for was, now in [told(cause)]
    )
    return Accepted(between.commit, tuple(written), tuple(entries), tuple(left))


def _check_ids(found: list[Finding], between: Between, chosen: list[str]) -> None:
    known = list(dict.fromkeys(one for finding in found for one in finding.causes))
    for one in chosen:
        if one not in known and one not in between.causes:
            hint = suggest(one, known) if known else "there is nothing to accept"
            raise refuse("unknown-cause", f"there is no cause '{one}'", hint=hint)
