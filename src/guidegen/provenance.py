"""Provenance as files state it: where a value comes from, when it held, who is sure of it."""

from __future__ import annotations

from functools import lru_cache

from guidegen import schema
from guidegen.keys import Keys, is_date
from guidegen.nodes import NOTHING, Mapping, Scalar
from guidegen.values import Provenance

STATED = ("source", "dated", "checked", "confidence")


def read_provenance(keys: Keys, inherited: Provenance) -> Provenance:
    """The provenance that a mapping states, the rest inherited; a note is for authors."""
    keys.text("note")
    return provenance_in(keys, inherited)


def provenance_in(keys: Keys, inherited: Provenance) -> Provenance:
    """The same where a note isn't for authors, but something that is shown."""
    return Provenance(
        keys.text("source") or inherited.source,
        keys.date("dated") or inherited.dated,
        keys.date("checked", whole=True) or inherited.checked,
        keys.choice("confidence", schema.CONFIDENCES) or inherited.confidence,
    )


def at_a_glance(
    node: Mapping, others: tuple[str, ...], texts: tuple[str, ...], inherited: Provenance
) -> Provenance | None:
    """The provenance of a mapping in which nothing is wrong; None where that takes a closer look.

    Its keys are among `others`, which aren't looked at, and `texts`, of which each is a text.
    """
    stated = {}
    for name, part in node.entries.items():
        if name in texts and isinstance(part, Scalar) and not (part.text in NOTHING and part.plain):
            stated[name] = part.text
        elif name not in others:
            return None
    return _fit(inherited, *map(stated.get, STATED)) if stated else inherited


@lru_cache(maxsize=1024)
def _fit(
    inherited: Provenance, source: str | None, dated: str | None, checked: str | None, confidence: str | None
) -> Provenance | None:
    """A provenance of these texts; None if one of them can't be what it has to be."""
    if (
        (dated is not None and not is_date(dated))
        or (checked is not None and (len(checked) != 10 or not is_date(checked)))
        or (confidence is not None and confidence not in schema.CONFIDENCES)
    ):
        return None
    return Provenance(
        source or inherited.source,
        dated or inherited.dated,
        checked or inherited.checked,
        confidence or inherited.confidence,
    )
