"""`guidegen accept`: the goldens become what the pack renders now; translations are in step again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from guidegen.cli.complete import complete_locale, complete_selector
from guidegen.cli.console import colours, complain, open_pack, put, report
from guidegen.cli.diff import shown

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from guidegen.accepted import Acceptance, Record
    from guidegen.followed import Standing
    from guidegen.golden import Difference
    from guidegen.pack import Pack
    from guidegen.review import Accepted
    from guidegen.snippets import Passage

_WORDS = {
    "stale": "translates an earlier text of its source",
    "unfollowed": "isn't accepted yet",
    "gone": "is no passage of the source language any more",
}


def _complete(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Selectors; after --translation nothing, for what to accept is read first."""
    return [] if ctx.params.get("translation") else complete_selector(ctx, param, typed)


@click.command("accept")
@click.argument("selectors", nargs=-1, metavar="[SELECTOR]...", shell_complete=_complete)
@click.option(
    "--translation",
    metavar="LOCALE",
    shell_complete=complete_locale,
    help="Accept translations instead: of the passages that are named, else of all that need it.",
)
@click.option(
    "--cause", "chosen", metavar="ID", multiple=True, help="Only what comes of this change; see diff."
)
@click.option("--why", metavar="TEXT", default="", help="Keep who accepts and why in golden/review.yaml.")
@click.option("--since", metavar="REV", default="", help="Look for causes since this commit, as diff does.")
@click.pass_obj
def command(
    pack_folder: str | None,
    selectors: tuple[str, ...],
    translation: str | None,
    chosen: tuple[str, ...],
    why: str,
    since: str,
) -> int:
    """Make the goldens what the pack renders now, and show each difference that is accepted.

    A golden whose guide is gone is deleted. Refuses where CI is set: a machine accepts nothing.

    \b
    guidegen accept city:NAME
    guidegen accept
    guidegen accept --cause fact:CITY.NAME --why "the figures of 2026"
    guidegen accept --translation LOCALE
    guidegen accept --translation LOCALE PASSAGE

    With --translation, shows passages beside their source, and notes that they are written for what it
    says now. A PASSAGE is named as in the origins of a guide: guide.title, CITY:scene. No golden changes.
    """
    from guidegen.problems import refuse

    _keep_machines_out("goldens" if translation is None else "translations")
    if translation is None:
        return _accept_goldens(pack_folder, selectors, chosen, why, since)
    if chosen or why or since:
        hint = "--cause, --why and --since are about goldens"
        raise refuse("translation", "a translation is accepted by its passage's name", hint=hint)
    return _accept_translations(pack_folder, translation, selectors)


def _keep_machines_out(what: str) -> None:
    """Refuse where CI is set."""
    from guidegen.problems import refuse

    if os.environ.get("CI", "").lower() not in ("", "0", "false", "no"):
        raise refuse(
            "ci",
            f"{what} aren't accepted where CI is set",
            hint="run `guidegen accept` yourself, read what it shows, and commit the goldens"
            if what == "goldens"
            else "run it yourself, read what it shows, and commit what it writes",
        )


def _accept_goldens(
    pack_folder: str | None, selectors: tuple[str, ...], chosen: tuple[str, ...], why: str, since: str
) -> int:
    from guidegen.accepted import Acceptance, read_record
    from guidegen.golden import accept, differences
    from guidegen.problems import Refused, ordered
    from guidegen.revision import author
    from guidegen.select import parse_selectors

    pack = open_pack(pack_folder)
    selection = parse_selectors(selectors, pack)
    record = read_record(pack)
    found = list(differences(pack, selection))
    by = author(pack.root) if chosen or why else ""
    entry = Acceptance("", "", "", "", selectors, 0, by, why)
    review = _by_cause(pack, found, chosen, record, since, entry) if chosen else None
    accepted: list[Difference] = []
    left = list(review.left) if review else []
    for difference in review.written if review else found:
        try:
            accept(pack, difference)
            accepted.append(difference)
        except Refused as refused:
            left += refused.problems
    put("".join(map(shown, accepted)).encode())
    entries = review.entries if review else (entry._replace(guides=len(accepted)),) * bool(why and accepted)
    _keep_record(pack, review.commit if review else record.since, entries)
    complain(f"accepted {len(accepted)}" if accepted or left else "nothing to accept")
    if left and not (accepted or entries):
        raise Refused(left)
    if left:
        report(ordered(left))
    return 1 if left else 0


def _by_cause(
    pack: Pack,
    found: list[Difference],
    chosen: tuple[str, ...],
    record: Record,
    since: str,
    entry: Acceptance,
) -> Accepted:
    from guidegen.review import accept_causes, compared, findings, since_of

    commit = since_of(pack, since, record)
    with compared(pack, commit, pack.settings.golden_format) as between:
        listed = findings(pack, between, found, record)
        return accept_causes(pack, between, listed, list(dict.fromkeys(chosen)), record, entry)


def _keep_record(pack: Pack, since: str, entries: tuple[Acceptance, ...]) -> None:
    """Note what was accepted; a review is under way as long as anything differs."""
    from guidegen.accepted import add_to_record
    from guidegen.golden import differences
    from guidegen.select import parse_selectors

    if since or entries:
        rest = next(iter(differences(pack, parse_selectors((), pack))), None) if since else None
        add_to_record(pack, since if rest else "", entries)


def _accept_translations(pack_folder: str | None, locale: str, ids: tuple[str, ...]) -> int:
    from guidegen.followed import follow, to_accept

    pack = open_pack(pack_folder)
    found = to_accept(pack, locale, ids)
    follow(pack, locale, found)
    put("".join(map(_beside_its_source, found)).encode())
    complain(f"accepted {len(found)}" if found else "nothing to accept")
    return 0


def _beside_its_source(one: Standing) -> str:
    """A passage's text below that of its source."""
    heading = f"{one.id} {_WORDS[one.kind]}"
    lines = [click.style(heading, bold=True) if colours() else heading]
    for passage in one.passages or ():
        lines += _text_of(passage)
    return "\n".join(lines) + "\n\n"


def _text_of(passage: Passage) -> list[str]:
    from guidegen.problems import visible

    place = f"{passage.location.path}:{passage.location.line}"
    return [
        click.style(place, fg="cyan") if colours() else place,
        *(f"  {visible(line)}" for line in passage.text.split("\n")),
    ]
