"""Where a page of a site lies: its address, the file that is served there, and links from page to page."""

from __future__ import annotations

import re
from typing import NamedTuple

from guidegen.problems import Problem
from guidegen.settings import FILE as SETTINGS
from guidegen.settings import Settings
from guidegen.source import Location

LONGEST = 200  # characters between two slashes; file systems take 255, and a name beside it is longer
_INDEX = "index.html"
_PART = re.compile(r"[A-Za-z0-9_~-]([A-Za-z0-9._~-]*[A-Za-z0-9_~-])?", re.ASCII)
_KEPT = re.compile(r"robots\.txt|sitemap(-[0-9]+)?\.xml", re.ASCII | re.IGNORECASE)
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.ASCII | re.IGNORECASE)
_CHARACTERS = "letters a to z, digits, . _ ~ and - (place.slug has no others)"


class Spot(NamedTuple):
    """A page of a site: its whole address, and its file below the site's folder."""

    address: str
    path: str


class OffSite(Exception):
    """An address at which the site can't have a page; carries message and hint."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Ground:
    """The part of the web that a site has to itself: its address and all that lies below."""

    def __init__(self, settings: Settings) -> None:
        self.home = settings.site["address"].rstrip("/") + "/"
        self.location = settings.locations.get("site", Location.of_file(SETTINGS))

    @property
    def problem(self) -> Problem | None:
        """What is wrong with the site's own address, if anything is."""
        if not re.search(r"[?#]|[^!-~]", self.home):
            return None
        hint = "write the folder's alone, as https://www.example.com or https://www.example.com/guides"
        message = "a site's address has no ? or #, and no characters beyond ASCII"
        return Problem("site", message, self.location, hint)

    def spot(self, address: str) -> Spot:
        """The page at an address, as a static host serves it.

        A folder's page is its index.html, and the folder's address ends in a slash; `…/PAGE.html` is that
        file. Raises `OffSite`.
        """
        if (address + "/").startswith(self.home) and not re.search(r"[?#]", address):
            return self.at(_file(address[len(self.home) :]))
        if re.search(r"[?#]", address):
            raise OffSite("a file's address has no ? or #", "write the page's path without them")
        raise OffSite(f"the site is {self.home}, and this lies outside", "begin it with {{ site.address }}/")

    def at(self, path: str) -> Spot:
        """The page that a file is."""
        return Spot(self.home + path.removesuffix(_INDEX) if _is_index(path) else self.home + path, path)


def link(here: str, there: str) -> str:
    """A link from one file of a site to another, that holds wherever the site's folder is served."""
    folders, target = here.split("/")[:-1], there.split("/")
    if target[-1] == _INDEX:
        target[-1] = ""
    common = 0
    while common < min(len(folders), len(target) - 1) and folders[common] == target[common]:
        common += 1
    return "../" * (len(folders) - common) + "/".join(target[common:]) or "./"


def _is_index(path: str) -> bool:
    return path == _INDEX or path.endswith(f"/{_INDEX}")


def _file(path: str) -> str:
    """The file that is served at a path below the site's address."""
    *folders, last = path.split("/")
    if last and not last.endswith(".html"):
        folders.append(last)
        last = ""
    for part in (*folders, *([last] if last else [])):
        _check(part)
    for folder in folders:
        if folder.lower().endswith(".html"):
            raise OffSite(
                f"'{folder}' is a page, and no folder",
                "a page's name ends in .html, in small letters, and a folder's doesn't",
            )
    if folders and _KEPT.fullmatch(folders[0]):
        raise OffSite(f"the site keeps the name '{folders[0]}' for itself", "give the page another")
    return "/".join((*folders, last or _INDEX))


def _check(part: str) -> None:
    """Refuse what can't be the name of a file or folder everywhere, or leads out of the site's folder."""
    if part in (".", ".."):
        raise OffSite(f"'{part}' would lead out of the site's folder", "write the path itself")
    if not part:
        raise OffSite("two slashes stand side by side", "write one; is a slot empty?")
    if not _PART.fullmatch(part):
        raise OffSite(f"'{part[:60]}' can't name a file of the site", f"write it with {_CHARACTERS}")
    if _DEVICE.fullmatch(part):
        raise OffSite(f"an operating system keeps the name '{part}' for itself", "give the page another")
    if len(part) > LONGEST:
        raise OffSite(f"a name of {len(part)} characters; it may have {LONGEST}", "shorten it")
