"""How much of a document is explained: its bytes by where a learned pack has them from."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from guidegen.formats.text import spans
from guidegen.guide import Guide, Origin, Overridden, Said
from guidegen.pack import Pack
from guidegen.template import Words

KINDS = ("shared", "facts", "computed", "own", "once", "literal", "layout")


class Share(NamedTuple):
    """Bytes of a document by kind.

    shared: text that other documents have too; facts: names and values; computed: what formulas give; own:
    text of its place, role or pair; once: a variant that only it has; literal: kept as it stands, not
    explained; layout: line endings and marks.
    """

    path: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All its bytes."""
        return sum(self.counts.values())


class Shares:
    """Shares in the making: whether a variant is said once is known when all guides are."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._guides: Counter[tuple[str, str]] = Counter()
        self._bytes: dict[str, Counter[str | tuple[str, str]]] = {}

    def note(self, path: str, guide: Guide) -> None:
        """Count the bytes of a document that a guide gives back."""
        for decision in guide.decisions:
            self._guides.update((decision.table.name, row) for row, _ in decision.outcomes)
        counts: Counter[str | tuple[str, str]] = Counter()
        for span in spans(guide, self.pack.settings.layout):
            counts[self._kind(span.origin, guide.locale)] += len(span.text.encode())
        self._bytes[path] = counts

    def all(self) -> list[Share]:
        """The share of each document, in the order in which they were noted."""
        return [Share(path, self._resolved(counts)) for path, counts in self._bytes.items()]

    def _resolved(self, counts: Counter[str | tuple[str, str]]) -> dict[str, int]:
        found = dict.fromkeys(KINDS, 0)
        for kind, count in counts.items():
            once = isinstance(kind, tuple) and self._guides[kind] == 1
            found[kind if isinstance(kind, str) else "once" if once else "shared"] += count
        return found

    def _kind(self, origin: Origin, locale: str) -> str | tuple[str, str]:
        if isinstance(origin, Overridden):
            return "literal"
        if not isinstance(origin, Said):
            return "layout"
        if origin.derivations:
            return "computed"
        passage = self.pack.passage_by_id(origin.passage, locale)
        leaf = next(leaf for leaf in passage.leaves() if leaf.number == origin.part)
        if not isinstance(leaf, Words):
            return "facts"
        if ":" in origin.passage:
            return "own"
        return (origin.table, origin.row) if origin.table else "shared"
