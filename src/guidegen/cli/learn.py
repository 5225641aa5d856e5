"""`guidegen learn`: documents become a pack that renders them back."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guidegen.cli.complete import complete_file
from guidegen.cli.console import complain, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from guidegen.learn.questions import Decisions, Question
    from guidegen.learn.whole import Lesson

_LONG = 50  # documents from which on a bar shows how far it is


@click.command("learn")
@click.argument("documents", nargs=-1, metavar="DOC...", shell_complete=complete_file)
@click.option("-o", "output", metavar="PACK", help="The folder to write the pack to: a new one.")
@click.option("--into", metavar="PACK", help="Learn again into a pack; shows what changes first.")
@click.option("--locale", metavar="TAG", default="en", show_default=True, help="The documents' language.")
@click.option(
    "--axis",
    "axes",
    metavar="role=PHRASE",
    multiple=True,
    help="A phrase of all documents is a role.",
)
@click.option("--decisions", metavar="FILE", help="Answers to questions.yaml of an earlier run.")
@click.option("--ask", is_flag=True, help="Go through the open questions here, and keep the answers.")
@click.option("--yes", is_flag=True, help="With --into: write without asking.")
def command(
    documents: tuple[str, ...],
    output: str | None,
    into: str | None,
    locale: str,
    axes: tuple[str, ...],
    decisions: str | None,
    ask: bool,
    yes: bool,
) -> int:
    """Turn guides that exist into a pack: facts, rules, snippets and outline that render them back.

    DOC is a file, a folder, or a pattern; text and Markdown. Every document comes back byte for byte: what
    nothing explains stays as it stands, and report.md says what that is. questions.yaml has what the
    documents leave open. They are the pack's goldens: `diff` is empty from the first day.

    \b
    guidegen learn guides/ -o pack
    guidegen learn guides/*.txt -o pack --axis role="PHRASE"
    guidegen learn guides/ --into pack --decisions pack/decisions.yaml
    """
    from guidegen.learn.gather import gathered
    from guidegen.learn.whole import learned_from
    from guidegen.problems import refuse

    if not documents:
        raise refuse("no-documents", "which documents?", hint="name files, a folder, or a pattern")
    target = _target(output, into)
    answers = _decisions(decisions, target if into else None)
    axis = _axes(axes)
    found = gathered(documents)
    with _progress(len(found)) as note:
        lesson = learned_from(found, locale, axis, answers, target.name, note)
    if ask and (more := _asked(lesson.questions, answers)):
        answers = answers.with_words(more)
        lesson = learned_from(found, locale, axis, answers, target.name, lambda _done: None)
    if unused := answers.unused(lesson.questions):
        from guidegen.problems import Refused

        raise Refused(unused)
    files = {**lesson.files, **({"decisions.yaml": answers.as_file()} if answers.is_any else {})}
    return _merge(files, target, lesson, yes=yes) if into else _write(files, target, lesson)


def _target(output: str | None, into: str | None) -> Path:
    """The folder to write to: one that isn't there yet, or a pack. Raises `Refused`."""
    from guidegen.problems import refuse
    from guidegen.settings import FILE

    if bool(output) == bool(into):
        hint = "write -o PACK for a new folder, or --into PACK to learn again into one"
        raise refuse("output", "where to? one folder", hint=hint)
    target = Path(output or into or "")
    if into and not (target / FILE).is_file():
        raise refuse("no-pack", f"'{into}' is no pack: it has no {FILE}", hint="begin it with -o")
    if output and target.exists() and (not target.is_dir() or any(target.iterdir())):
        hint = "nothing is written over: name a new folder, or --into for a pack that was learned before"
        raise refuse("file-exists", f"'{output}' is there already", hint=hint)
    return target


def _axes(given: tuple[str, ...]) -> dict[str, str]:
    from guidegen.problems import refuse

    axes = {}
    for one in given:
        kind, sign, phrase = one.partition("=")
        if kind not in ("role", "place") or not sign or not phrase.strip():
            raise refuse(
                "axis", f"'{one}' is no axis", hint='write --axis role="PHRASE", as documents have it'
            )
        axes[kind] = phrase.strip()
    return axes


def _decisions(name: str | None, pack: Path | None) -> Decisions:
    """The editor's answers: of the file that is named, or of the pack that is learned again."""
    from guidegen.files import read_source
    from guidegen.learn.questions import read_decisions
    from guidegen.yamlfile import need_yaml

    path = Path(name) if name else (pack / "decisions.yaml" if pack else None)
    if path is None or (name is None and not path.exists()):
        return read_decisions(None)
    return read_decisions(need_yaml(read_source(path.parent, path.name)))


@contextmanager
def _progress(count: int) -> Iterator[Callable[[int], None]]:
    """Something to report progress to: a bar on a terminal where it takes long, else nothing."""
    if count < _LONG or not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("learning"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=count)
        yield lambda done: progress.update(task, completed=done)


def _asked(questions: list[Question], answers: Decisions) -> dict[str, str]:
    """Answers that somebody gives now, question by question; an empty one leaves the default."""
    from guidegen.problems import visible

    given: dict[str, str] = {}
    for question in questions:
        if answers.of(question.id):
            continue
        lines = [question.about, *(f"  {answer.written}: {answer.says}" for answer in question.answers)]
        complain("\n".join(map(visible, lines)))
        known = [answer.written for answer in question.answers]
        while True:
            word = click.prompt("  answer", default=question.default, show_default=True, err=True)
            if word in known or word == question.default:
                break
            complain(f"  one of: {', '.join(known)}")
        if word != question.default:
            given[question.id] = word
    return given


def _write(files: dict[str, bytes], target: Path, lesson: Lesson) -> int:
    from guidegen.scaffold.plan import Plan, carry_out

    carry_out(Plan(files, {}), target)
    put("".join(f"{line}\n" for line in lesson.summary).encode())
    return 0


def _merge(files: dict[str, bytes], target: Path, lesson: Lesson, *, yes: bool) -> int:
    """Show what would change in a pack, then change it, if somebody says so."""
    from guidegen.files import same, write
    from guidegen.problems import refuse

    changed = {path: data for path, data in files.items() if not same(target / path, data)}
    put("".join(_difference(target, path, data) for path, data in changed.items()).encode())
    if not changed:
        complain("nothing changes")
        return 0
    if not yes:
        if not sys.stdin.isatty():
            raise refuse("into", f"{len(changed)} files would change", hint="look at them, then say --yes")
        click.confirm(f"write these {len(changed)} files?", abort=True, err=True)
    for path, data in changed.items():
        write(target / path, data)
    complain(f"{len(changed)} files written")
    put("".join(f"{line}\n" for line in lesson.summary).encode())
    return 0


def _difference(target: Path, path: str, data: bytes) -> str:
    import difflib

    from guidegen.problems import visible

    old = (target / path).read_bytes() if (target / path).is_file() else b""
    before, after = (text.decode("utf-8", "replace").splitlines() for text in (old, data))
    lines = difflib.unified_diff(before, after, f"a/{path}" if old else "/dev/null", f"b/{path}", lineterm="")
    return "".join(visible(line) + "\n" for line in lines)
