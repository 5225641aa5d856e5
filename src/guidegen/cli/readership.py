"""Who reads a fact, as people read it on a terminal and as programs read it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from guidegen.cli.console import complain
from guidegen.cli.reasons import fact_value, place_of, source_of, stated, styled
from guidegen.problems import visible
from guidegen.readers import Reader, readers
from guidegen.trace import stated_under

if TYPE_CHECKING:
    from guidegen.pack import Pack
    from guidegen.trace import Traced

_WIDTH, _SHOWN = 110, 12


def readership(pack: Pack, key: str, as_of: str, format_: str) -> bytes:
    """Every passage and sentence that reads a fact. Raises `Refused` for an unknown key."""
    found = readers(pack, key, as_of)
    facts = list(stated_under(pack, key, as_of))
    if format_ == "json":
        value = {
            "fact": key,
            "stated": [fact_value(fact) for fact in facts],
            "readers": [_value(reader) for reader in found],
        }
        return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
    lines = [*_heading(pack, key, facts), ""]
    for reader in found:
        lines += [*_reader(reader), ""]
    if not found:
        complain(f"no published guide reads {visible(key)}")
    return "\n".join(lines).encode() + (b"" if found else b"\n")


def _heading(pack: Pack, key: str, facts: list[Traced]) -> Iterator[str]:
    """The facts that are asked for, with where each is stated and where it comes from."""
    locale = pack.locales[0]
    if not facts:
        yield styled(key, bold=True)
    for fact in facts[:_SHOWN]:
        says = visible(stated(fact.key, fact.value, locale))
        yield f"{styled(says, bold=True)}  {styled(place_of(fact.location), dim=True)}"
        if any(fact.provenance):
            yield f"  {visible(source_of(fact.provenance))}"
    if len(facts) > _SHOWN:
        yield f"… and {len(facts) - _SHOWN} more"


def _reader(reader: Reader) -> Iterator[str]:
    yield f"{styled(reader.passage, fg='cyan')}  {_ways(reader.how)}"
    for sentence, places in reader.sentences.items():
        yield f"  {visible(sentence)}"
        listed = textwrap.wrap(
            " ".join(str(at).replace(" ", "\xa0") for at in places), _WIDTH, break_on_hyphens=False
        )
        yield from (f"    {styled(line.replace(chr(0xA0), ' '), dim=True)}" for line in listed)


def _ways(how: tuple[str, ...]) -> str:
    """The ways in which a passage reads a fact, those through rules together."""
    through = [way.removeprefix("through ") for way in how if way.startswith("through ")]
    others = [way for way in how if not way.startswith("through ")]
    return ", ".join([*others, *([f"through {', '.join(through)}"] if through else [])])


def _value(reader: Reader) -> dict[str, object]:
    return {
        "passage": reader.passage,
        "how": list(reader.how),
        "sentences": [
            {
                "text": sentence,
                "guides": [
                    {"guide": at.guide, "line": at.line or None, "part": at.where or "text"} for at in places
                ],
            }
            for sentence, places in reader.sentences.items()
        ],
    }
