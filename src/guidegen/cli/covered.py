"""What `check` shows of a pack besides problems: who uses each thing in it, what a place still waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from guidegen.coverage import Coverage, Covered, GuideId
    from guidegen.pack import Pack
    from guidegen.readiness import Need, Readiness, Unlock

    Pair = tuple[str, str]

NAMED_AT_MOST = 6
FALLEN_AT_MOST = 24  # to `otherwise`: somebody has to look at each
NOBODY = "nobody"


def covered(pack: Pack | None, format_: str) -> bytes:
    """Coverage as `check --coverage` prints it; of a pack whose rules can't be read there is none."""
    from guidegen.coverage import Coverage, coverage
    from guidegen.problems import Refused

    try:
        found = coverage(pack) if pack else Coverage((), 0, ())
    except Refused:
        found = Coverage((), 0, ())
    return (_json_of_coverage(found) if format_ == "json" else _table(found)).encode()


def awaited(root: Path, asked: str, format_: str) -> bytes:
    """Readiness as `check --readiness PLACE` prints it. Raises `Refused` for an unknown place."""
    from guidegen.finding import find
    from guidegen.pack import Pack
    from guidegen.readiness import readiness

    pack = Pack(root)
    found = readiness(pack, find(pack.facts, "place", asked))
    return (_json_of_readiness(found) if format_ == "json" else _list(found)).encode()


# -- coverage


def _json_of_coverage(found: Coverage) -> str:
    import json

    rows = [
        {
            "slug": one.slug,
            "kind": one.kind,
            "file": one.location.path,
            "line": one.location.line,
            "guides": ["/".join(guide) for guide in one.guides],
            "count": len(one.guides),
        }
        for one in found.all
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _table(found: Coverage) -> str:
    """The table for people: languages together where they don't differ, without what is trivial."""
    if not found.guides:
        return "no published guide can be made: nothing can be told of coverage\n"
    pairs = _pairs_by_owner(found.guides)
    places, roles = ({pair[at] for pair in pairs[""]} for at in (0, 1))
    unit = "places" if len(roles) == 1 else "roles" if len(places) == 1 else "places × roles"
    lines: list[tuple[str, ...]] = [("what", unit, "where", "which")]
    unused = shown = left_out = 0
    for one, users in _merged(found.all):
        of = pairs[one.owner]
        if _is_trivial(one, users, of):
            left_out += 1
            continue
        shown += 1
        unused += not users
        count = f"{len(users):,} of {len(of):,}" if users else NOBODY
        at = f"{one.location.path}:{one.location.line}"
        most = FALLEN_AT_MOST if one.kind == "otherwise" else NAMED_AT_MOST
        lines.append((one.what, count, at, _which(users, of, most)))
    said = [_columns(lines), _summary(shown, unused)]
    if left_out:
        said.append(f"not shown: {left_out:,} that belong to one place or role, whose guides use them\n")
    if found.left_out:
        guides = "1 guide" if found.left_out == 1 else f"{found.left_out:,} guides"
        said.append(f"left out: {guides} that can't be made\n")
    return "".join(said)


def _summary(shown: int, unused: int) -> str:
    return f"\n{unused:,} of {shown:,} used by {NOBODY}\n" if unused else "\neverything is used\n"


def _pairs_by_owner(guides: Iterable[GuideId]) -> dict[str, dict[Pair, None]]:
    """The places × roles whose guides could use what an owner has; those of nobody are for all."""
    found: dict[str, dict[Pair, None]] = {}
    for _, place, role in guides:
        for owner in ("", place, role, f"{place}/{role}"):
            found.setdefault(owner, {})[place, role] = None
    return found


def _merged(all_: Iterable[Covered]) -> list[tuple[Covered, set[Pair]]]:
    """Each thing with the places × roles that use it: once if that is the same in all languages."""
    alike: dict[tuple[str, str], list[tuple[Covered, set[Pair]]]] = {}
    for one in all_:
        users = {(place, role) for _, place, role in one.guides}
        alike.setdefault((one.kind, one.slug), []).append((one, users))
    found = []
    for same in alike.values():
        differs = any(users != same[0][1] for _, users in same)
        found += same if differs else same[:1]
    return sorted(found, key=lambda one: (one[0].location.path, one[0].location.line))


def _is_trivial(one: Covered, users: set[Pair], of: dict[Pair, None]) -> bool:
    """What belongs to one place or role and is said there, or is a side without words that isn't taken."""
    return bool(one.owner) and (len(users) == len(of) or (not users and one.is_silent))


def _which(users: set[Pair], of: dict[Pair, None], most: int) -> str:
    """Who uses something, in few words: all, all but a few, or the first `most` by name."""
    if not users:
        return ""
    if len(users) == len(of):
        return "all"
    names, others = _names(users, of), _names(set(of) - users, of)
    if len(others) <= NAMED_AT_MOST // 2 and len(others) < len(names) and most == NAMED_AT_MOST:
        return f"all but {', '.join(others)}"
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _names(some: set[Pair], of: dict[Pair, None]) -> list[str]:
    """Places × roles by name: a place alone if all its roles are meant, a role if all its places are."""
    roles_of, places_of = _grouped(of, 0), _grouped(of, 1)
    roles_here, places_here = _grouped(some, 0), _grouped(some, 1)

    def name(place: str, role: str) -> str:
        if len(places_of) == 1 or (len(roles_of) > 1 and roles_here[place] == roles_of[place]):
            return place
        if len(roles_of) == 1 or places_here[role] == places_of[role]:
            return role
        return f"{place}/{role}"

    return list(dict.fromkeys(name(*pair) for pair in of if pair in some))


def _grouped(pairs: Iterable[Pair], by: int) -> dict[str, set[Pair]]:
    found: dict[str, set[Pair]] = {}
    for pair in pairs:
        found.setdefault(pair[by], set()).add(pair)
    return found


def _columns(rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)


# -- readiness


def _json_of_readiness(found: Readiness) -> str:
    import json

    rows = [
        {
            "slug": need.key,
            "about": need.about,
            "file": need.file,
            "confidence": need.now or None,
            "unlocks": [
                {
                    "kind": unlock.kind,
                    "what": unlock.what,
                    "file": unlock.location.path,
                    "line": unlock.location.line,
                    "text": unlock.text,
                }
                for unlock in need.unlocks
            ],
        }
        for need in found.needs
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _list(found: Readiness) -> str:
    """Each fact with what it would bring, file by file."""
    lines: list[str] = []
    file = ""
    for need in found.needs:
        if need.file != file:
            file = need.file
            lines += [*([""] if lines else []), f"{file} could say more:"]
        lines += ["", f"  {_head(need)}"]
        lines += [f"    {_unlocked(unlock)}" for unlock in need.unlocks]
    if not found.needs:
        lines.append(f"{found.place}: no fact is missing that would change what its guides say")
    if found.others:
        more = "1 more thing keeps" if found.others == 1 else f"{found.others:,} more things keep"
        lines += ["", f"{more} its guides from being made: `guidegen check` says what"]
    return "".join(f"{line}\n" for line in lines)


def _head(need: Need) -> str:
    name = need.key.partition(".")[2]
    if "[]." in name:
        entries, _, part = name.partition("[].")
        return f"{part} (of entries of {entries})"
    now = f" (now {need.now})" if need.now else ""
    return f"{name}{now}: {need.about}" if need.about else f"{name}{now}"


def _unlocked(unlock: Unlock) -> str:
    at = f"{unlock.location.path}:{unlock.location.line}"
    if unlock.kind == "guide":
        return f"needed: {at} reads it, and no guide is made without it"
    return f"{unlock.what} ({at})" + (f": “{unlock.text}”" if unlock.text else "")
