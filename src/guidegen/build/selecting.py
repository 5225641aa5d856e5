"""Which guides a build was asked for, in terms of the pack that is built."""

from __future__ import annotations

from guidegen.compose import Composer
from guidegen.golden import differs
from guidegen.pack import Pack
from guidegen.problems import errors, refuse
from guidegen.select import parse_selectors


class Selected:
    """The guides that selectors mean; all, without any. Raises `Refused` for what is no selector.

    `is_any` says whether a guide was among those that were asked about.
    """

    def __init__(self, selectors: tuple[str, ...], pack: Pack | None) -> None:
        self._pack = pack
        self._selection = parse_selectors(selectors, pack) if pack else None
        self._composer = Composer(pack) if pack else None
        self.is_any = False

    def names(self, locale: str, place: str, role: str) -> bool:
        """Whether a guide is meant by its locale, place and role."""
        return self._selection is None or self._selection.has(locale, place, role)

    def has(self, locale: str, place: str, role: str) -> bool:
        """Whether a guide is meant."""
        is_meant = self.names(locale, place, role) and self._may_be_changed(locale, place, role)
        self.is_any = self.is_any or is_meant
        return is_meant

    def look_among(self, place: str, locale: str, roles: tuple[str, ...]) -> None:
        """Look whether any of these guides is meant, if none was yet."""
        self.is_any = self.is_any or any(self.has(locale, place, role) for role in roles)

    def _may_be_changed(self, locale: str, place: str, role: str) -> bool:
        """Whether a guide isn't its golden, if that is asked for."""
        if not (self._pack and self._composer and self._selection and self._selection.only_changed):
            return True
        mark = self._pack.noted()
        try:
            return differs(self._composer, locale, place, role)
        finally:
            if errors(self._pack.take_back(mark)):  # for whoever makes the guide to say
                self._pack.forget("place", place)
                self._pack.forget("role", role)

    def check(self) -> None:
        """Raise `Refused` if nothing that was asked about is meant, and that can't be right."""
        if self._selection and not self.is_any and not self._selection.only_changed:
            hint = "drafts aren't built: `guidegen list guides --drafts` shows which guides are drafts"
            raise refuse("selector", "no published guide is selected", hint=hint)
