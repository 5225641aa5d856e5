"""`guidegen diff`: goldens against what the pack renders now, by what changed in the pack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from guidegen.cli.causes import effect_json, effect_text, line_json
from guidegen.cli.complete import complete_selector
from guidegen.cli.console import colours, complain, open_pack, put

if TYPE_CHECKING:
    from guidegen.between import Effect
    from guidegen.golden import Difference
    from guidegen.pack import Pack
    from guidegen.review import Finding

_WORDS = {
    "missing": "has no golden yet",
    "changed": "differs from its golden",
    "orphan": "is a golden without a guide",
    "stray": "is no golden and doesn't belong here",
}
_COLOURS = {"-": "red", "+": "green", "@": "cyan"}


@click.command("diff")
@click.argument("selectors", nargs=-1, metavar="[SELECTOR]...", shell_complete=complete_selector)
@click.option("--since", metavar="REV", default="", help="Look for causes since this commit.")
@click.option("--full", is_flag=True, help="Every difference whole, golden by golden.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github", "html"]),
    default="text",
    show_default=True,
    help="How differences are written out; html is a page to read them side by side.",
)
@click.pass_obj
def command(pack_folder: str | None, selectors: tuple[str, ...], since: str, full: bool, format_: str) -> int:
    """Compare the goldens with what the pack renders now.

    Differences are grouped by their causes: what changed in the pack since the last commit that changed
    goldens, or since --since. Goldens that are missing, changed or without a guide all count: the exit
    code is 1 then.

    \b
    guidegen diff
    guidegen diff city:NAME,NAME role:NAME
    guidegen diff --since main --format html > review.html
    """
    from guidegen.golden import differences
    from guidegen.select import parse_selectors

    pack = open_pack(pack_folder)
    found = list(differences(pack, parse_selectors(selectors, pack)))
    if full:
        put("".join(map(shown, found)).encode())
    else:
        commit, findings, effects = _reviewed(pack, found, since)
        put(_formatted(pack, commit, findings, effects, format_))
    count = len(found)
    complain(f"{count} difference{'s' * (count != 1)}" if count else "no differences")
    return 1 if count else 0


def _reviewed(pack: Pack, found: list[Difference], since: str) -> tuple[str, list[Finding], list[Effect]]:
    """The commit compared with, the differences line by line, and by cause; no causes without a history."""
    from guidegen.accepted import read_record
    from guidegen.problems import Refused
    from guidegen.review import compared, effects_on, findings, since_of, unlaid

    record = read_record(pack)
    if not found and not since:
        return "", [], []
    try:
        commit = since_of(pack, since, record)
        with compared(pack, commit, pack.settings.golden_format) as between:
            listed = findings(pack, between, found, record)
            return commit, listed, effects_on(between, listed)
    except Refused as refused:
        if since:
            raise
        complain(f"no causes: {refused.problems[0].message}")
        return "", unlaid(found), []


def _formatted(
    pack: Pack, commit: str, findings: list[Finding], effects: list[Effect], format_: str
) -> bytes:
    if format_ == "json":
        return _json(commit, findings, effects)
    if format_ == "github":
        return "".join(_annotations(pack, findings, effects)).encode()
    if format_ == "html":
        from guidegen.report import report_page

        return report_page(pack.settings.site["name"], commit, findings, effects)
    return "".join(_text(commit, findings, effects)).encode()


def _text(commit: str, findings: list[Finding], effects: list[Effect]) -> Iterator[str]:
    """Causes with samples; what none explains as whole differences."""
    if commit and effects:
        yield f"compared with {commit[:10]}\n\n"
    for effect in effects:
        if effect.cause:
            yield effect_text(effect)
    for finding in findings:
        if not finding.is_explained:
            yield shown(finding.difference)


def _json(commit: str, findings: list[Finding], effects: list[Effect]) -> bytes:
    import json

    value = {
        "since": commit or None,
        "causes": [effect_json(effect, "goldens") for effect in effects],
        "differences": [
            {
                "slug": "/".join(finding.difference.guide or ()) or None,
                "kind": finding.difference.kind,
                "file": finding.difference.path,
                "lines": [line_json(line) for line in finding.lines],
            }
            for finding in findings
        ],
    }
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _annotations(pack: Pack, findings: list[Finding], effects: list[Effect]) -> Iterator[str]:
    """A line for each cause, where it stands in the pack; and for each difference that none explains."""
    from guidegen.cli.annotations import annotation
    from guidegen.problems import Problem
    from guidegen.source import Location

    for effect in effects:
        if effect.cause:
            said = effect_text(effect).strip().split("\n", 1)
            yield annotation(
                Problem(f"changes {len(effect.lines)} guides", said[0], effect.cause.at, said[1]), pack.root
            )
    for finding in findings:
        if not finding.is_explained:
            difference = finding.difference
            at = Location.of_file(difference.path)
            message = f"{difference.path} {_WORDS[difference.kind]}"
            yield annotation(Problem(difference.kind, message, at, "guidegen diff shows it"), pack.root)


def shown(difference: Difference) -> str:
    """A difference as a heading and a unified diff."""
    lines = [f"{difference.path} {_WORDS[difference.kind]}"]
    if difference.kind in ("missing", "changed"):
        lines += _unified(difference)
    if colours():
        lines = [click.style(lines[0], bold=True), *map(_coloured, lines[1:])]
    return "\n".join(lines) + "\n\n"


def _unified(difference: Difference) -> Iterator[str]:
    import difflib

    from guidegen.problems import visible

    was, now = (_lines(difference.was), _lines(difference.now))
    if was == now:
        yield "  only line endings or the end of the file differ"
    before = f"a/{difference.path}" if difference.was is not None else "/dev/null"
    for line in difflib.unified_diff(was, now, before, f"b/{difference.path}", n=1, lineterm=""):
        yield visible(line)


def _lines(data: bytes | None) -> list[str]:
    lines = (data or b"").decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _coloured(line: str) -> str:
    return click.style(line, fg=_COLOURS.get(line[:1]))
