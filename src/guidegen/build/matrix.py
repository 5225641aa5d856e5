"""Which guides there are: published places × roles × locales, place by place."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from guidegen.build.noted import Noted
from guidegen.build.standing import Standing

_PAIRS = "facts/pairs/"


class Matrix:
    """The guides of a pack. It is a stream: nothing is kept of a place that was passed."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    @property
    def locales(self) -> tuple[str, ...]:
        """The published locales, in the pack's order."""
        return self._standing.published

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The published roles, by slug."""
        return tuple([role for role in self._standing.listing.roles if self._is_published("role", role)])

    @property
    def size(self) -> int:
        """How many guides there can be at most: drafts aren't known before they are looked at."""
        return len(self._standing.listing.places) * len(self.roles) * len(self.locales)

    def places(self) -> Iterator[str]:
        """The places that have a file, by slug; drafts too."""
        return iter(self._standing.listing.places)

    def roles_of(self, place: str) -> tuple[str, ...]:
        """The roles that have a guide in a place: none if it is a draft, and not those of draft pairs."""
        if not self._is_published("place", place):
            return ()
        drafts = {role_of(one) for one in self._standing.owner("place", place).files if _is_draft_pair(one)}
        return tuple([role for role in self.roles if role not in drafts]) if drafts else self.roles

    def _is_published(self, kind: str, slug: str) -> bool:
        return self._standing.owner(kind, slug).said("status") == "published"


def role_of(pair: Noted) -> str:
    """The role that a pair's file is about."""
    return pair.file.rpartition("/")[2].partition(".")[0]


def _is_draft_pair(one: Noted) -> bool:
    return one.file.startswith(_PAIRS) and one.keys.get("status") == "=draft"
