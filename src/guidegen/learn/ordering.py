"""The outline of a learned pack, and what single documents have otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from guidegen.learn.determined import Determined
from guidegen.learn.draft import Draft, Override
from guidegen.learn.learned import Block, Fix, Learned, kept
from guidegen.learn.naming import Name
from guidegen.pairs import PairFile
from guidegen.scaffold.naming import as_yaml

Of = TypeVar("Of")


class Ordering:
    """Puts the blocks of a draft in order, guards those that some documents lack, and notes exceptions."""

    def __init__(self, learned: Learned, draft: Draft, determined: Determined, names: Sequence[Name]) -> None:
        self.of, self.draft, self.determined, self.names = learned, draft, determined, names
        self.fixes: list[Fix] = []
        self._layout()

    def _layout(self) -> None:
        draft, of = self.draft, self.of
        documents = [of.documents[index] for index in of.place_of]
        draft.newline = _most(document.newline for document in documents)
        draft.final_newline = _most(document.final_newline for document in documents)
        cells = [block for one in of.explained for block in one.column.cells.values()]
        draft.bullet = _most([block.marker for block in cells if block.kind == "list"] or ["- "])
        self._gaps = [_most(block.gap for block in one.column.cells.values()) for one in of.explained]
        draft.blank_lines = _most(self._gaps[1:]) if len(self._gaps) > 1 else 0

    def outline(self, blocks: Sequence[Block]) -> None:
        """Put down the outline: blocks that only some documents have are guarded."""
        everywhere = set(self.of.place_of)
        start = 0
        while start < len(blocks):
            present = set(self.of.explained[start].column.cells)
            end = start + 1
            while end < len(blocks) and set(self.of.explained[end].column.cells) == present:
                end += 1
            if present == everywhere:
                for index in range(start, end):
                    self._put(index, blocks, "", "")
            else:
                self._section(start, end, blocks, present)
            start = end

    def _section(self, start: int, end: int, blocks: Sequence[Block], present: set[int]) -> None:
        """Blocks that only some documents have: guarded by a fact that says which.

        Where neither place nor role decides and most documents have them, the others say so themselves.
        """
        has = {index: index in present for index in self.of.place_of}
        level, values, odd = self.determined.usual(has)
        if any(has[document] for document in odd) or not any(values.values()):
            level, values, odd = (
                self.determined.level(has),
                has,
                [],
            )  # what few have is their own, and no exception
        for index in range(start, end):
            for document in odd:
                self.except_(document, index, blocks[index])
        if all(values.values()):
            for index in range(start, end):
                self._put(index, blocks, "", "")
            return
        values = {index: True for index, one in values.items() if one}  # what isn't said isn't there
        name = self.names[start]
        key = self.draft.free_key(level, f"has_{name.key}")
        what = f"Whether there is a part {name.heading}." if name.heading else "Whether there is such a part."
        self.draft.fields[level][key] = ("type: boolean", f"about: {as_yaml(what)}")
        for index, value in values.items():
            self.draft.fact(level, self.determined.slug(level, index), key, value)
        guard = f"{level}.{key}"
        if end == start + 1:
            self._put(start, blocks, "", guard)
            return
        self.draft.blocks += [f"- section: {name.kebab}-section", f"  when: {guard}", "  blocks:"]
        for index in range(start, end):
            self._put(index, blocks, "    ", "")

    def except_(self, document: int, index: int, block: Block) -> None:
        """Let a document have a block, or none, otherwise than those that it should be like."""
        cell = self.of.explained[index].column.cells.get(document)
        text = cell.text if cell else None
        why = "not as in the other documents" if cell else "missing in this document"
        is_line = cell is not None and cell.kind == "line"
        self._override(document, kept(block.id, text, why, is_line=is_line))
        self.fixes.append(Fix(document, index, text))

    def _override(self, index: int, override: Override) -> None:
        self.draft.overrides.setdefault(self.determined.pair(index), []).append(override)

    def _put(self, index: int, blocks: Sequence[Block], indent: str, guard: str) -> None:
        block = blocks[index]
        keys = dict(block.keys)
        if guard:
            keys["when"] = guard
        gap = self._gaps[index]
        if gap != (self.draft.blank_lines if index else 0):
            keys["blank_lines"] = str(gap)
        listed = [f"{key}: {in_braces(value) if len(keys) > 1 else value}" for key, value in keys.items()]
        written = ", ".join(listed)
        self.draft.blocks.append(f"{indent}- {written}" if len(keys) == 1 else f"{indent}- {{{written}}}")

    def pairs(self, blocks: Sequence[Block]) -> None:
        """Put down what single documents have otherwise: line endings, blank lines, slips."""
        for index in self.of.place_of:
            document, pair = self.of.documents[index], self.determined.pair(index)
            gaps = []
            first = True
            for number, one in enumerate(self.of.explained):
                cell, block = one.column.cells.get(index), blocks[number]
                if cell is None:
                    continue
                laid_out = self.draft.blank_lines if number else 0
                own = self._gaps[number] != laid_out
                usual = self._gaps[number] if own else 0 if first else self.draft.blank_lines
                first = False
                if cell.gap != usual:
                    gaps.append((block.id, cell.gap))
            file = PairFile(
                document.newline if document.newline != self.draft.newline else None,
                document.final_newline if document.final_newline != self.draft.final_newline else None,
                document.byte_order_mark,
                document.odd_newlines,
                tuple(gaps),
                document.blank_end,
            )
            if file != PairFile():
                self.draft.files[pair] = file
        for number, one in enumerate(self.of.explained):
            block = blocks[number]
            for slip in one.slips:
                why = f"{slip.why}: {slip.meant}" if slip.meant else slip.why
                is_line = one.column.cells[slip.document].kind == "line"
                self._override(slip.document, kept(block.id, slip.text, why, is_line=is_line))


def in_braces(value: str) -> str:
    """A value where commas and braces divide: a colon in it is quoted."""
    return f'"{value}"' if ":" in value and value[0] not in "[{" else value


def _most(values: Iterable[Of]) -> Of:
    """The most frequent of some values, the first of several."""
    return Counter(values).most_common(1)[0][0]
