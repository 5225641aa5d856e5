"""All that is learned from some documents: a pack for each family, and what to say about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from guidegen.learn.families import families
from guidegen.learn.family import Family, family, kept_whole
from guidegen.learn.model import Document
from guidegen.learn.naming import title_of
from guidegen.learn.questions import Decisions, Question, as_questions_file
from guidegen.learn.report import report
from guidegen.learn.verify import Proved, proved
from guidegen.learn.write import drafted


class Lesson(NamedTuple):
    """The files of a pack, or of several in folders of their own; open questions; what was found."""

    files: dict[str, bytes]
    questions: list[Question]
    summary: list[str]


def learned_from(
    documents: Sequence[Document],
    locale: str,
    axis: Mapping[str, str],
    decisions: Decisions,
    site: str,
    note: Callable[[int], None],
) -> Lesson:
    """A pack that renders these documents back. Several families are several packs.

    Documents of no family are kept whole, in a pack of their own. `note` is told how many documents are
    done. Raises `Refused` for decisions that don't fit, or if a document doesn't come back as it was.
    """
    found, alone = families(documents)
    groups = sorted(found, key=lambda group: (-len(group), group))
    made: list[tuple[str, Family]] = []
    for number, group in enumerate(groups, 1):
        members = [documents[index] for index in group]
        folder = f"family-{number}/" if len(groups) > 1 else ""
        one = family(members, locale, axis, decisions, site)
        if title_of(one.learned.explained) < 0:  # nothing but lists
            one = kept_whole(members, locale, site)
        made.append((folder, one))
    rest = [*(documents[index] for index in alone), *(left for _, one in made for left in one.left)]
    if rest:
        made.append(("kept-whole/" if groups else "", kept_whole(rest, locale, site)))
    files: dict[str, bytes] = {}
    summary: list[str] = []
    done = 0
    for folder, one in made:
        proof = proved(drafted(one.learned), one.learned)
        files |= {f"{folder}{path}": data for path, data in _files(one, proof).items()}
        summary += _summary(folder, one, proof)
        done += len(one.learned.documents)
        note(done)
    return Lesson(files, [question for _, one in made for question in one.questions], summary)


def _files(made: Family, proof: Proved) -> dict[str, bytes]:
    said = report(proof.shares, made.models, _notes(made, proof), made.questions)
    more = {"report.md": said.encode()}
    if made.questions:
        more["questions.yaml"] = as_questions_file(made.questions).encode()
    return proof.files | more


def _notes(made: Family, proof: Proved) -> list[str]:
    of = made.learned
    said = "belongs to no other document, and is kept whole"
    lines = [f"{of.documents[index].path} {said}" for index in proof.verbatim]
    for fix in proof.fixes:
        cell = of.explained[fix.column].column.cells.get(fix.document)
        at = f"{of.documents[fix.document].path}:{cell.number if cell else 1}"
        said = "kept as it stands" if fix.text is not None else "a block that the others have is missing"
        lines.append(f"{at}: {said}")
    return [*lines, *made.notes]


def _summary(folder: str, made: Family, proof: Proved) -> list[str]:
    """What was learned, in a few lines."""
    total = sum(share.total for share in proof.shares)
    kinds = {kind: sum(share.counts[kind] for share in proof.shares) for kind in ("shared", "own", "literal")}
    shares = ", ".join(f"{100 * count // max(1, total)} % {kind}" for kind, count in kinds.items())
    what = folder or "the pack"
    lines = [f"{what} renders {len(proof.shares)} documents byte for byte: {shares}", *made.models]
    if made.questions:
        lines.append(f"{len(made.questions)} open questions in {folder}questions.yaml")
    return lines
