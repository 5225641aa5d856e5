"""A build from beginning to end: nothing to do, or what the pack and the folder ask for."""

from __future__ import annotations

from pathlib import Path

from guidegen.build.folder import Folder, locked
from guidegen.build.listing import Listing
from guidegen.build.outcome import Outcome
from guidegen.build.recorded import Record, read_record
from guidegen.build.wanted import END, Listener, Start, Wanted


def build(root: Path, out: Path, wanted: Wanted, listener: Listener) -> Outcome:
    """Make the guides of a pack in a folder: those that aren't there as they should be.

    Raises `Refused` for a pack that can't be loaded, an unknown selector, and a folder that is no place for
    outputs; `MachineFailed` if it can't be written. What was there is whole then, as it was or made anew.
    """
    with locked(out, root) as folder:
        found = read_record(folder.out)
        record, doubt = (None, found) if isinstance(found, str) else (found, "")
        listing = Listing(root)
        start = Start(listing, listing.sum(), record, doubt, _touched(folder, record, wanted))
        if record and (outcome := _nothing_to_do(folder, record, start, wanted)):
            return outcome
        from guidegen.build.making import make

        return make(root, folder, start, wanted, listener)


def _touched(folder: Folder, record: Record | None, wanted: Wanted) -> dict[tuple[str, str], dict[str, str]]:
    """Guides whose outputs aren't as they were recorded: by place and locale, role → why.

    That is "gone", "edited", or "left" by a build that was broken off.
    """
    touched: dict[tuple[str, str], dict[str, str]] = {}
    for place, locale, role, why in folder.untouched(record, verify=wanted.verify) if record else ():
        begins = f"{locale}/{place}/{role}."
        is_ours = folder.left and any(path.startswith(begins) for path in folder.left_in(place, locale))
        touched.setdefault((place, locale), {})[role] = "left" if is_ours else why
    return touched


def _nothing_to_do(folder: Folder, record: Record, start: Start, wanted: Wanted) -> Outcome | None:
    """What came of a build that finds all as the last one left it; None if there is something to do."""
    if (
        start.touched
        or wanted.selectors
        or folder.left
        or folder.renewed
        or record.header != wanted.options()
    ):
        return None
    end = record.attached(END)
    if not end or not end["whole"] or end["sum"] != start.sum.digest or start.sum.newest >= end["began"]:
        return None
    for page in record.pages():
        if folder.trusted(page, verify=wanted.verify):
            return None
    outcome = Outcome()
    outcome.unchanged = end["guides"]
    return outcome
