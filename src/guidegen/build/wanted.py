"""What is asked of a build, what is known when it begins, and who hears how it goes on."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from guidegen.build.listing import Listing, Sum
from guidegen.build.recorded import Record
from guidegen.build.tool import versions
from guidegen.build.work import SITE

END = "end"  # what is attached to a record last of all


class Wanted(NamedTuple):
    """What is asked of a build.

    `formats` are some of `settings.FORMATS`, or `SITE` alone; `as_of` is a day (the pack's if empty).
    `jobs` 0 is as many as pay; `executor` is as `workers.working` has it. `verify`: outputs are read, not
    trusted by their times.
    """

    formats: tuple[str, ...] = ("text",)
    as_of: str = ""
    selectors: tuple[str, ...] = ()
    jobs: int = 0
    executor: str = ""
    verify: bool = False

    @property
    def is_site(self) -> bool:
        """Whether it is a site that is built."""
        return self.formats == (SITE,)

    def options(self) -> dict[str, object]:
        """What a record has of it: with other options, and other versions, other guides are made."""
        return {"versions": versions(), "formats": list(self.formats), "as_of": self.as_of}


class Listener(Protocol):
    """Whoever wants to hear how a build goes on."""

    def began(self, guides: int) -> None:
        """There are so many guides at most."""

    def passed(self, guides: int) -> None:
        """So many guides more are made, or found to be right as they are, or to be drafts."""

    def made(self, guide: str, why: str) -> None:
        """A guide (`LOCALE/PLACE/ROLE`) was made, or couldn't be."""


class Start(NamedTuple):
    """What is known when a build begins: the pack's files, and the record; or why none is trusted."""

    listing: Listing
    sum: Sum
    record: Record | None
    doubt: str
    touched: dict[tuple[str, str], dict[str, str]]
