"""What documents leave open: questions with stable ids, and the editor's decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from guidegen.keys import Keys, visible_key
from guidegen.problems import Problem, Refused, suggest
from guidegen.scaffold.naming import as_yaml
from guidegen.source import Location
from guidegen.yamlfile import Mapping, Scalar
from guidegen.yamlfile import Sequence as Listed

FIELD = "field"  # the answer that an editorial fact decides


class Answer(NamedTuple):
    """What can be decided: how it is written, and what it comes to."""

    written: str
    says: str


class Question(NamedTuple):
    """Something that the documents don't say. `evidence` are places in them, as PATH:LINE."""

    id: str
    about: str
    default: str
    answers: tuple[Answer, ...]
    evidence: tuple[str, ...]


class Decision(NamedTuple):
    """An editor's answer: a word, the columns that a table looks at (`by`), or a fact and its values."""

    word: str
    by: tuple[str, ...]
    field: str
    labels: tuple[str, ...]
    location: Location


def question_id(kind: str, heading: str, text: str) -> str:
    """An id that stays as long as kind, heading and text do."""
    return sha256(f"{kind}\x00{heading}\x00{text}".encode()).hexdigest()[:8]


class Decisions:
    """The answers of a decisions.yaml, each used at most for one question."""

    def __init__(self, answers: dict[str, Decision]) -> None:
        self._answers = answers
        self._used: set[str] = set()

    def of(self, id_: str) -> Decision | None:
        """The answer to a question, if there is one."""
        if id_ in self._answers:
            self._used.add(id_)
        return self._answers.get(id_)

    @property
    def is_any(self) -> bool:
        """Whether there is an answer to anything."""
        return bool(self._answers)

    def with_words(self, words: dict[str, str]) -> Decisions:
        """The same, and words that somebody answered."""
        here = Location.of_file("decisions.yaml")
        more = {id_: Decision(word, (), "", (), here) for id_, word in words.items()}
        return Decisions({**self._answers, **more})

    def as_file(self) -> bytes:
        """A decisions.yaml with these answers."""
        lines = ["# What was decided of questions.yaml; `guidegen learn` reads it."]
        for id_, one in self._answers.items():
            said = as_yaml(one.word)
            if one.by:
                said = f"{{by: [{', '.join(map(as_yaml, one.by))}]}}"
            elif one.field:
                labels = f", labels: [{', '.join(map(as_yaml, one.labels))}]" if one.labels else ""
                said = f"{{field: {one.field}{labels}}}"
            lines.append(f"{as_yaml(id_)}: {said}")
        return ("\n".join(lines) + "\n").encode()

    def unused(self, questions: Iterable[Question]) -> list[Problem]:
        """Decisions that answer nothing: the documents may have changed."""
        known = [question.id for question in questions]
        hint = "delete it, or look at questions.yaml again"
        return [
            Problem("unused-decision", f"no question '{id_}'", one.location, f"{suggest(id_, known)}; {hint}")
            for id_, one in self._answers.items()
            if id_ not in self._used
        ]


def read_decisions(root: Mapping | None) -> Decisions:
    """The decisions in a decisions.yaml. Raises `Refused` for what is no answer."""
    problems: list[Problem] = []
    answers = {}
    for id_, at, node in root.each() if root else ():
        if isinstance(node, Scalar) and not node.is_empty:
            answers[id_] = Decision(node.text, (), "", (), node.location)
        elif isinstance(node, Mapping):
            answers[id_] = _decision(node, at, problems)
        else:
            hint = "write a word, `by: COLUMN`, or `field: NAME` and its `labels`"
            problems.append(Problem("decision", f"'{visible_key(id_)}' has no answer", at, hint))
    if problems:
        raise Refused(problems)
    return Decisions(answers)


def _decision(node: Mapping, at: Location, problems: list[Problem]) -> Decision:
    keys = Keys(node, "the decision", problems)
    by = keys.node("by")
    columns = tuple(word.text for word in keys.words("by")) if isinstance(by, Listed) else ()
    if isinstance(by, Scalar):
        columns = (by.text,)
    field, labels = keys.text("field"), tuple(word.text for word in keys.words("labels"))
    keys.close()
    if bool(columns) == bool(field):
        hint = "write `by: COLUMN` for a table over facts, or `field: NAME` for an editorial fact"
        problems.append(Problem("decision", "a decision is by a column, or a field", at, hint))
    return Decision(FIELD if field else "", columns, field, labels, at)


def as_questions_file(questions: Sequence[Question]) -> str:
    """questions.yaml: what an editor may decide, and how it is written."""
    lines = [
        "# What the documents leave open. Decide by lines `ID: ANSWER` in a decisions.yaml, and learn again",
        "# with `--decisions decisions.yaml`. What isn't decided stays as `default` says.",
        "questions:" if questions else "questions: []",
    ]
    for one in questions:
        lines += [
            f"  - id: {one.id}",
            f"    about: {as_yaml(one.about)}",
            f"    default: {as_yaml(one.default)}",
        ]
        lines.append("    answers:")
        lines += [f"      - {{answer: {as_yaml(a.written)}, says: {as_yaml(a.says)}}}" for a in one.answers]
        lines.append(f"    evidence: [{', '.join(map(as_yaml, one.evidence))}]")
    return "\n".join(lines) + "\n"
