"""golden/review.yaml: who accepted which change of the pack, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from guidegen.files import read_source, write
from guidegen.keys import Keys
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused, refuse
from guidegen.source import Location, Source
from guidegen.yamledit import quoted
from guidegen.yamlfile import Mapping, Sequence, need_yaml

FILE = "golden/review.yaml"
_HEADER = """\
# Who accepted which change of the pack, and why. `guidegen accept` adds to it with --cause and --why.
"""
_SINCE = re.compile(r"^since: .*\n", re.MULTILINE)
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


class Acceptance(NamedTuple):
    """That a cause was accepted. `mark` tells this very change from later ones of the same part.

    `only` are the selectors it was accepted for, none for all guides; `guides` counts the goldens that
    were written. A cause that is empty stands for all that was to be accepted then.
    """

    cause: str
    was: str
    now: str
    mark: str
    only: tuple[str, ...]
    guides: int
    by: str
    why: str


class Record(NamedTuple):
    """What was accepted, oldest first; `since` is the commit that a review under way compares with."""

    since: str
    accepted: tuple[Acceptance, ...]


def read_record(pack: Pack) -> Record:
    """The record of a pack, empty if it has none. Raises `Refused` for a file that can't be read."""
    if not (pack.root / FILE).exists():
        return Record("", ())
    return _record(need_yaml(read_source(pack.root, FILE)))


def record_problems(pack: Pack) -> list[Problem]:
    """What is wrong with the record of a pack."""
    try:
        read_record(pack)
    except Refused as refused:
        return list(refused.problems)
    return []


def add_to_record(pack: Pack, since: str, added: Iterable[Acceptance]) -> None:
    """Write what was accepted behind what was accepted before, and the commit of a review under way.

    All else in the file stays as it is. Raises `Refused` if it doesn't read back as meant.
    """
    listed = tuple(added)
    known = read_record(pack)
    path = pack.root / FILE
    text = read_source(pack.root, FILE).text if path.exists() else f"{_HEADER}\naccepted: []\n"
    if listed:
        text = re.sub(r"^accepted: *\[\] *\n", "accepted:\n", text, count=1, flags=re.MULTILINE)
        text += "" if text.endswith("\n") else "\n"
        text += "".join(map(_entry, listed))
    text = _SINCE.sub("", text)
    if since:
        text = re.sub(r"^accepted:", f"since: {since}\naccepted:", text, count=1, flags=re.MULTILINE)
    wanted = Record(since, (*known.accepted, *listed))
    try:
        written = _record(need_yaml(Source(FILE, text)))
    except Refused:
        written = None
    if written != wanted:
        hint = "let `accepted:` be the last key of the file, with an entry `  - cause: …` in each"
        raise refuse("review", "what was accepted can't be added here", Location.of_file(FILE), hint)
    if listed or since or path.exists():
        write(path, text.encode())


def _record(root: Mapping) -> Record:
    problems: list[Problem] = []
    keys = Keys(root, "review.yaml", problems)
    since = keys.scalar("since")
    if since and not _COMMIT.fullmatch(since.text):
        hint = "delete the line: the next `guidegen accept --cause` begins anew"
        keys.note("review", "this is no commit", since.location, hint)
    listed = keys.sequence("accepted", required=True)
    accepted = tuple(_acceptance(node, problems) for node in (listed or Sequence((), root.location)).items)
    keys.close()
    if problems:
        raise Refused(problems)
    return Record(since.text if since else "", tuple(one for one in accepted if one))


def _acceptance(node: object, problems: list[Problem]) -> Acceptance | None:
    if not isinstance(node, Mapping):
        at = getattr(node, "location", None)
        problems.append(Problem("wrong-type", "an entry holds keys and values", at, "write `- cause: …`"))
        return None
    keys = Keys(node, "the entry", problems)
    guides = keys.decimal("guides")
    found = Acceptance(
        keys.text("cause"),
        keys.text("was"),
        keys.text("now"),
        keys.text("mark"),
        tuple(word.text for word in keys.words("only")),
        int(guides) if guides is not None else 0,
        keys.text("by"),
        keys.text("why"),
    )
    keys.close()
    return found


def _entry(one: Acceptance) -> str:
    """An entry as YAML; what is empty is left out."""
    lines = [
        f"{name}: {quoted(value)}"
        for name in ("cause", "was", "now", "mark")
        if (value := getattr(one, name))
    ]
    if one.only:
        lines.append(f"only: [{', '.join(map(quoted, one.only))}]")
    lines += [f"guides: {one.guides}", f"by: {quoted(one.by)}"]
    if one.why:
        lines.append(f"why: {quoted(one.why)}")
    return "  - " + "\n    ".join(lines) + "\n"
