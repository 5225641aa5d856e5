"""The documents to learn from: files, and what lies in folders, each under a name of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from glob import glob
from os.path import commonpath
from pathlib import Path

from guidegen.files import read_document as read_bytes
from guidegen.learn.model import Document
from guidegen.learn.segment import read_document
from guidegen.problems import Problem, Refused, refuse
from guidegen.source import Location

ENDINGS = (".txt", ".md")
MOST_DOCUMENTS = 20_000


def gathered(named: Iterable[str]) -> list[Document]:
    """The documents that are named: files, folders (their texts, also in folders within), or patterns.

    In the order of their paths, whatever order they are named in; a document is called by its path from the
    folder that all share. Raises `Refused` with everything that can't be read.
    """
    paths = sorted({path.resolve(): path for one in named for path in _paths(one)}.values())
    if not paths:
        raise refuse(
            "no-documents", "there are no documents", hint="name some, or a folder that has .txt or .md files"
        )
    if len(paths) > MOST_DOCUMENTS:
        hint = "learn from some of them, and import the others"
        raise refuse("no-documents", f"{len(paths):,} documents; at most {MOST_DOCUMENTS:,}", hint=hint)
    names = _names(paths)
    problems: list[Problem] = []
    documents: list[Document] = []
    for path, name in sorted(zip(paths, names), key=lambda pair: pair[1]):
        try:
            documents.append(read_document(name, read_bytes(path)))
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return documents


def _paths(named: str) -> Iterator[Path]:
    path = Path(named)
    if path.is_dir():
        found = [inner for inner in path.rglob("*") if inner.suffix in ENDINGS and inner.is_file()]
        if not found:
            hint = "a folder's documents end in .txt or .md; name others one by one"
            raise refuse("no-documents", "no documents in this folder", Location.of_file(named), hint)
        yield from found
    elif path.exists() or not any(sign in named for sign in "*?["):
        yield path
    else:
        found = [Path(inner) for inner in glob(named, recursive=True)]  # noqa: PTH207  # absolute patterns too
        if not found:
            raise refuse("no-documents", "nothing matches this pattern", Location.of_file(named))
        yield from (inner for inner in found if inner.is_file())


def _names(paths: list[Path]) -> list[str]:
    whole = [path.resolve() for path in paths]
    base = Path(commonpath([path.parent for path in whole]))
    return [path.relative_to(base).as_posix() for path in whole]
