"""The proof of a learned pack: it renders every document byte for byte, or says what it can't."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from guidegen.compose import Composer
from guidegen.files import create, discarded_folder
from guidegen.formats.text import lines_of, text_bytes
from guidegen.guide import Chart, flat, plain
from guidegen.learn.draft import Draft, Override
from guidegen.learn.learned import Block, Drafted, Fix, Learned, kept
from guidegen.learn.segment import document_bytes
from guidegen.learn.shares import Share, Shares
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused, errors

_TRIES = 3


class Proved(NamedTuple):
    """The files of a pack that renders its documents, what is kept as it stands, and documents kept whole."""

    files: dict[str, bytes]
    fixes: tuple[Fix, ...]
    verbatim: tuple[int, ...]
    shares: tuple[Share, ...]


def proved(made: Drafted, learned: Learned) -> Proved:
    """The pack's files, once every document comes back as it was.

    What differs is written over, block by block; a document that still differs is kept whole. Raises
    `Refused` if even so it doesn't come back.
    """
    draft, blocks = made.draft, made.blocks
    fixes = list(made.fixes)
    verbatim: list[int] = []
    for attempt in range(_TRIES + 1):
        files = draft.as_files(_goldens(learned))
        wrong, shares = _differing(files, blocks, learned)
        if not wrong:
            return Proved(files, tuple(fixes), tuple(verbatim), tuple(shares))
        for index, columns in wrong.items():
            if attempt < _TRIES - 1 and columns:
                fixes += _write_over(draft, blocks, learned, index, columns)
            else:
                verbatim.append(index)
                _keep_whole(draft, blocks, learned, index)
    names = [learned.documents[index].path for index in wrong]
    hint = "this should never be: please report it, with the document"
    raise Refused(Problem("learn", f"'{name}' doesn't come back as it was", hint=hint) for name in names)


def _goldens(learned: Learned) -> Iterator[tuple[str, str, bytes]]:
    for index, place in learned.place_of.items():
        yield place, learned.role_of[index], document_bytes(learned.documents[index])


def _differing(
    files: dict[str, bytes], blocks: list[Block], learned: Learned
) -> tuple[dict[int, list[int]], list[Share]]:
    """Documents that aren't rendered as they were, with the columns where they differ; the others' shares."""
    with discarded_folder() as folder:
        for path, data in files.items():
            create(folder / path, data)
        return _compared(Pack(folder), blocks, learned)


def _compared(pack: Pack, blocks: list[Block], learned: Learned) -> tuple[dict[int, list[int]], list[Share]]:
    composer, shares = Composer(pack), Shares(pack)
    layout = pack.settings.layout
    wrong: dict[int, list[int]] = {}
    for index, place in learned.place_of.items():
        guide, _ = composer.attempt(place, learned.role_of[index], learned.locale)
        if guide and text_bytes(guide, layout) == document_bytes(learned.documents[index]):
            shares.note(learned.documents[index].path, guide)
            continue
        made = {
            block.id: "\n".join(plain(line) for line in lines_of(block, layout))
            for block in flat(guide.blocks if guide else ())
            if not isinstance(block, Chart)
        }
        wrong[index] = list(_columns(index, made, blocks, learned))
    if failed := errors(pack.problems):
        raise Refused(failed)
    return wrong, shares.all()


def _columns(index: int, made: dict[str, str], blocks: list[Block], learned: Learned) -> Iterator[int]:
    for number, (one, block) in enumerate(zip(learned.explained, blocks)):
        cell = one.column.cells.get(index)
        if block and made.get(block.id) != (cell.text if cell else None):
            yield number


def _write_over(
    draft: Draft, blocks: list[Block], learned: Learned, index: int, columns: Iterable[int]
) -> Iterator[Fix]:
    pair = f"{learned.place_of[index]}/{learned.role_of[index]}"
    for number in columns:
        block = blocks[number]
        assert block is not None
        cell = learned.explained[number].column.cells.get(index)
        text = cell.text if cell else None
        why = "not explained by the other documents"
        override = kept(block.id, text, why, is_line=cell is not None and cell.kind == "line")
        others = [one for one in draft.overrides.get(pair, []) if one.block != block.id]
        draft.overrides[pair] = [*others, override]
        yield Fix(index, number, text)


def _keep_whole(draft: Draft, blocks: list[Block], learned: Learned, index: int) -> None:
    """Let the first block be the whole document, and no other be there."""
    pair = f"{learned.place_of[index]}/{learned.role_of[index]}"
    document = learned.documents[index]
    text = document_bytes(document).decode("utf-8-sig").replace("\r\n", "\n")
    text = text.removesuffix("\n" * (document.final_newline + document.blank_end))
    known = [block for block in blocks if block]
    reason = "belongs to no other document"
    draft.overrides[pair] = [
        Override(known[0].id, text, True, reason),
        *(Override(block.id, None, False, reason) for block in known[1:]),
    ]
    file = draft.files.get(pair)
    if file:
        draft.files[pair] = file._replace(blank_lines=())
