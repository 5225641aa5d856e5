"""Goldens: the accepted text of each guide, compared with what the pack renders now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from guidegen.compose import Composer
from guidegen.files import remove, write
from guidegen.formats import rendered
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused, refuse, together
from guidegen.select import Selection
from guidegen.source import Location

FOLDER = "golden"
ENDINGS = {"text": "txt", "markdown": "md", "html": "html", "json": "json"}
KNOWN_BY_NAME = ("sources", "review.yaml")


class Difference(NamedTuple):
    """One file that isn't as it should be. `kind` is missing, changed, orphan or stray.

    An orphan has the form of a golden but no guide; a stray is anything else in the folder.
    `was` and `now` are the texts, None where there is none.
    """

    kind: str
    path: str
    was: bytes | None
    now: bytes | None

    @property
    def guide(self) -> tuple[str, str, str] | None:
        """Locale, place and role of the guide that it is of; None for a stray file."""
        if self.kind == "stray":
            return None
        _, locale, place, file = self.path.split("/")
        return locale, place, file.rpartition(".")[0]


def golden_path(pack: Pack, locale: str, place: str, role: str) -> str:
    """Where the golden of a guide is, inside the pack."""
    return f"{FOLDER}/{locale}/{place}/{role}.{ENDINGS[pack.settings.golden_format]}"


def differences(pack: Pack, selection: Selection) -> Iterator[Difference]:
    """Goldens that are missing or changed, then what stands in golden/ without a guide.

    Raises `Refused` with the problems of every guide that can't be composed.
    """
    composer = Composer(pack)
    problems: list[Problem] = []
    expected = set()
    for locale, place, role in pack.guides():
        path = golden_path(pack, locale, place, role)
        expected.add(path)
        if not selection.has(locale, place, role):
            continue
        try:
            now = rendered(
                composer.compose(place, role, locale), pack.settings.layout, pack.settings.golden_format
            )
        except Refused as refused:
            problems += refused.problems
            continue
        was = _accepted(pack, path)
        if was != now:
            yield Difference("missing" if was is None else "changed", path, was, now)
    if problems:
        raise Refused(together(problems))
    if not selection.only_changed:
        yield from _without_guide(pack, selection, expected)


def differs(composer: Composer, locale: str, place: str, role: str) -> bool:
    """Whether what the pack renders now isn't the golden of a guide; one that can't be made isn't either."""
    pack = composer.pack
    try:
        guide = composer.compose(place, role, locale)
        now = rendered(guide, pack.settings.layout, pack.settings.golden_format)
    except Refused:
        return True
    return _accepted(pack, golden_path(pack, locale, place, role)) != now


def _accepted(pack: Pack, path: str) -> bytes | None:
    file = pack.root / path
    return file.read_bytes() if file.is_file() else None


def _without_guide(pack: Pack, selection: Selection, expected: set[str]) -> Iterator[Difference]:
    ending = ENDINGS[pack.settings.golden_format]
    for file in sorted((pack.root / FOLDER).rglob("*")):
        path = file.relative_to(pack.root).as_posix()
        parts = path.split("/")[1:]
        if file.is_dir() or path in expected or parts[0] in KNOWN_BY_NAME or file.name.startswith("."):
            continue
        if len(parts) == 3 and parts[2].endswith(f".{ending}"):
            if selection.has(parts[0], parts[1], parts[2].removesuffix(f".{ending}")):
                yield Difference("orphan", path, file.read_bytes(), None)
        elif not selection.wanted:
            yield Difference("stray", path, file.read_bytes(), None)


def accept(pack: Pack, difference: Difference) -> None:
    """Make a golden what the pack renders now; delete it if there is no such guide.

    A stray file is nobody's golden and is left alone (raises `Refused`).
    """
    path = pack.root / difference.path
    if difference.kind == "stray":
        raise refuse(
            "stray-file",
            "this is no golden, and is left as it is",
            Location.of_file(difference.path),
            "move or delete it yourself",
        )
    if not path.resolve().is_relative_to((pack.root / FOLDER).resolve()):
        raise refuse(
            "file-outside",
            "a link leads out of golden/",
            Location.of_file(difference.path),
            "put a folder in its place",
        )
    if difference.now is None:
        remove(path)
    else:
        write(path, difference.now)
