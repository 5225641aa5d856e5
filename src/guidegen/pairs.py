"""What is true of one role in one place only: how its text is laid out, and blocks written over."""

from __future__ import annotations

from typing import NamedTuple

from guidegen.keys import Keys
from guidegen.source import Location
from guidegen.values import Fact
from guidegen.yamlfile import Mapping, Node, Scalar

_CONTENT = ("text", "lines", "absent")  # what stands in a block's place


class Override(NamedTuple):
    """A literal text for one block of one locale of one pair; None leaves the block out.

    With `as_lines` it stands in place of any block, and is put out as it stands. It holds through the day
    that `expires` states, or for good. `owner` wrote it, for this `reason`.
    """

    locale: str
    block: str
    text: str | None
    key: str
    location: Location
    as_lines: bool = False
    owner: str = ""
    reason: str = ""
    expires: Scalar | None = None


class PairFile(NamedTuple):
    """How a pair's text differs from the layout: None where it doesn't.

    `odd_newlines` are the numbers of lines that end the other way; `blank_lines` stand before the blocks
    that are named, `blank_end` behind the last.
    """

    newline: str | None = None
    final_newline: bool | None = None
    byte_order_mark: bool = False
    odd_newlines: tuple[int, ...] = ()
    blank_lines: tuple[tuple[str, int], ...] = ()
    blank_end: int = 0


class Pair(NamedTuple):
    """What is true of one role in one place only; as a draft it has no guide of its own yet."""

    slug: str
    facts: dict[str, Fact]
    file: PairFile
    overrides: tuple[Override, ...]
    location: Location | None
    status: str = "published"

    @property
    def is_published(self) -> bool:
        """Whether its guides are made, if those of its place and role are."""
        return self.status == "published"


NO_PAIR = Pair("", {}, PairFile(), (), None)


def read_pair_file(keys: Keys) -> PairFile:
    """What `file` of a pair's mapping says; notes what is wrong with it."""
    mapping = keys.mapping_of("file")
    if mapping is None:
        return PairFile()
    file = Keys(mapping, "'file'", keys.problems)
    newline = {"lf": "\n", "crlf": "\r\n", "": None}[file.choice("newline", ("lf", "crlf"))]
    final = file.flag("final_newline") if "final_newline" in mapping.entries else None
    file.asked.append("final_newline")
    gaps = file.mapping_of("blank_lines")
    counts = Keys(gaps, "'blank_lines'", keys.problems) if gaps else None
    result = PairFile(
        newline,
        final,
        file.flag("byte_order_mark"),
        tuple(file.whole(word, "odd_newlines") for word in file.words("odd_newlines")),
        tuple((block, counts.count(block)) for block in gaps.entries) if gaps and counts else (),
        file.count("blank_end"),
    )
    file.close()
    return result


def read_overrides(keys: Keys, slug: str, locales: tuple[str, ...]) -> tuple[Override, ...]:
    """The `overrides` of a pair's mapping; notes what is wrong with them."""
    sequence = keys.sequence("overrides")
    found = (
        _override(node, f"{slug}.overrides[{index}]", locales, keys)
        for index, node in enumerate(sequence.items if sequence else ())
    )
    return tuple(override for override in found if override)


def _override(node: Node, key: str, locales: tuple[str, ...], keys: Keys) -> Override | None:
    if not isinstance(node, Mapping):
        hint = "write {locale: en, block: BLOCK, text: …, owner: …, reason: …}"
        keys.note("wrong-type", "an override holds keys and values", node.location, hint)
        return None
    entry = Keys(node, "the override", keys.problems)
    locale, block = entry.choice("locale", locales, required=True), entry.text("block", required=True)
    absent = entry.flag("absent")
    given = [name for name in ("text", "lines") if name in node.entries] + ["absent"] * absent
    text = None if absent else entry.text("lines" if "lines" in node.entries else "text")
    if len(given) != 1:
        both = f"not {' and '.join(given)}" if given else "and this has neither"
        hint = "write `text: …`, `lines: …` to put lines out as they stand, or `absent: yes`"
        entry.note("override", f"an override has a text or is absent, {both}", node.location, hint)
    entry.asked += [name for name in _CONTENT if name not in entry.asked]
    expires = entry.scalar("expires") if entry.date("expires", whole=True) else None
    override = Override(
        locale,
        block,
        text,
        key,
        node.entries["block"].location if "block" in node.entries else node.location,
        "lines" in node.entries,
        entry.text("owner", required=True),
        entry.text("reason", required=True),
        expires,
    )
    if not entry.text("source") and "expires" not in node.entries:
        hint = "say until when it holds: `expires: 2027-01-31`"
        entry.note("missing-key", "the override has no 'expires'", node.location, hint)
    entry.close()
    return override
