"""A site's pages that aren't guides: made anew with every build, and written where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from guidegen.build.folder import Folder
from guidegen.build.outcome import Outcome
from guidegen.build.put import put
from guidegen.build.record import Recorder
from guidegen.build.recorded import PAGES, Record
from guidegen.build.work import File, Output
from guidegen.pack import Pack
from guidegen.problems import Refused
from guidegen.site.lists import Published
from guidegen.site.maker import SiteMaker

DATES = "dates"  # what is attached to a record too: the newest date of a guide, by its file
_AT_ONCE = 200  # files


class Pages:
    """The pages that lead to guides. `dates` are those of guides, by file: as recorded, and as made since."""

    def __init__(self, folder: Folder, record: Record | None) -> None:
        self._folder = folder
        self._before = record.pages() if record else []
        self.dates: dict[str, str] = (record.attached(DATES) if record else None) or {}
        self._published: list[Published] = []

    def lead_to(self, place: str, role: str, locale: str, path: str) -> None:
        """Have a guide on the site, whose page is this file."""
        self._published.append(Published(place, role, locale, path, self.dates.get(path, "")))

    def into(self, pack: Pack, as_of: str, recorder: Recorder, outcome: Outcome) -> None:
        """Make all pages, remove those that lead nowhere any more, and note them. Raises `MachineFailed`."""
        files: list[File] = []
        try:
            outputs = SiteMaker(pack, as_of).pages(self._published)
            for some in _chunks(outputs):
                files += self._put(some, outcome)
        except Refused as refused:
            outcome.note(refused.problems)
            files = _joined(self._before, files)
        else:
            kept = {file.path for file in files} | {guide.path for guide in self._published}
            for file in self._before:
                if file.path not in kept and not self._folder.remove(file):
                    outcome.kept.add(file.path)
        recorder.attach(PAGES, files)
        recorder.attach(DATES, {guide.path: guide.dated for guide in self._published})

    def _put(self, outputs: list[Output], outcome: Outcome) -> list[File]:
        ours = {file.path: file.digest for file in (*self._before, *self._folder.left.values())}
        came = put(self._folder.out, outputs, ours)
        outcome.note([one for one in came if not isinstance(one, File)])
        return [one for one in came if isinstance(one, File)]


def _joined(before: list[File], files: list[File]) -> list[File]:
    return [*{file.path: file for file in (*before, *files)}.values()]


def _chunks(outputs: Iterable[Output]) -> Iterator[list[Output]]:
    outputs = iter(outputs)
    while some := list(islice(outputs, _AT_ONCE)):
        yield some
