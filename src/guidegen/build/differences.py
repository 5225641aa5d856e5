"""What a pack says otherwise than was recorded, by the keys that guides read: why to make them again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from guidegen.build.inputs import WRONG
from guidegen.build.matrix import Matrix
from guidegen.build.standing import UNREAD, Standing, State
from guidegen.site.plan import FILE as SITE

_COUNTRY = "place.country."


class Change(NamedTuple):
    """By key that guides read, the file that says otherwise now; false if nothing changed.

    With `always`, why all guides are to be made that this is about, whatever they read.
    With `country`, why those are that read anything of the country.
    """

    files: Mapping[str, str] = {}
    always: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        return bool(self.files or self.always or self.country)

    def why(self, reads: frozenset[str]) -> str:
        """Why a guide that read these keys is to be made again; empty if it needn't be."""
        if self.always:
            return self.always
        if self.country and any(key.startswith(_COUNTRY) for key in reads):
            return self.country
        hit = sorted(reads.intersection(self.files))
        if not hit:
            return ""
        more = f", and {len(hit) - 1} more" if len(hit) > 1 else ""
        return f"{hit[0]} changed ({self.files[hit[0]]}){more}"


_NOTHING = Change()


class Differences:
    """What isn't as it was recorded, of a place, of a role, or of all."""

    def __init__(self, standing: Standing, matrix: Matrix) -> None:
        self._standing = standing
        self._matrix = matrix
        self._locales: dict[str, Change] = {}

    def is_any(self, place: str, locale: str, country: str) -> bool:
        """Whether anything changed of a place, its pairs, its country (as it was), or of any role."""
        has_changed = bool(self._standing.owner("place", place).changed)
        return has_changed or locale in self._roles or bool(self.of_place(place, locale, country))

    def of_locale(self, locale: str) -> Change:
        """What changed of all that the guides of a locale share: settings, rules, outline, passages."""
        if locale not in self._locales:
            changed = {key: self._home(key, locale) for key in self._standing.shared[1]}
            changed |= {key: self._home(key, locale) for key in self._standing.locales[locale][1]}
            for other, (_, names) in self._standing.locales.items():  # which the pages of a site lead to
                named = (name.removeprefix("passage ") for name in names)
                changed |= {f"snippets/{other}#{name}": f"snippets/{other}/" for name in named}
            self._locales[locale] = Change(changed) if changed else _NOTHING
        return self._locales[locale]

    def of_role(self, role: str, place: str, locale: str) -> Change:
        """What changed of a role, and of its pair with a place."""
        of_role = self._roles.get(locale, {}).get(role, _NOTHING)
        state = self._standing.owner("place", place)
        if not state.changed:
            return of_role
        pair = _owned("pair", state, locale, f"/{place}/{role}.")
        return Change({**of_role.files, **pair.files}, of_role.always or pair.always)

    def of_place(self, place: str, locale: str, country: str) -> Change:
        """What changed of a place, and of its country, which was this one when its guides were made."""
        state = self._standing.owner("place", place)
        around, is_sound = self._standing.country(place)
        change = _owned("place", state, locale, f"/{place}.") if state.changed else _NOTHING
        if not is_sound:
            return change._replace(always=change.always or f"what {place} lies in can't be used")
        if around != country:
            was, now = country or "none", around or "none"
            return change._replace(country=f"its country changed ({was} → {now})")
        if not around:
            return change
        of_country = self._standing.owner("place", around, keep=True)
        file = of_country.files[0].file
        if file not in of_country.changed:
            return change
        fields = {f"{_COUNTRY}{name}": file for name in of_country.changed[file]}
        always = f"{file} changed" if UNREAD in of_country.changed[file] else ""
        return Change({**change.files, **fields}, change.always, always)

    @cached_property
    def _roles(self) -> dict[str, dict[str, Change]]:
        """Changed roles, by locale."""
        found: dict[str, dict[str, Change]] = {}
        for role in self._matrix.roles:
            state = self._standing.owner("role", role)
            for locale in self._matrix.locales if state.changed else ():
                if change := _owned("role", state, locale, f"/{role}."):
                    found.setdefault(locale, {})[role] = change
        return found

    def _home(self, key: str, locale: str) -> str:
        """The file that states what all guides share under a key; its folder, if nothing does any more."""
        kind, _, name = key.partition(" ")
        if kind == "settings":
            return "pack.yaml"
        if kind == "outline":
            return "rules/outline.yaml"
        if key == SITE:
            return SITE
        if kind == "terms":
            return f"facts/{name}.yaml"
        pack = self._standing.pack
        if kind == "rule":
            return next((rule.location.path for known, rule in pack.book.all() if known == name), "rules/")
        passage = pack.shared(locale).get(name)
        return passage.location.path if passage else f"snippets/{locale}/"


def _owned(kind: str, state: State, locale: str, ending: str) -> Change:
    """What changed in the files of a place, a role or a pair, for guides of a locale."""
    facts, snippets = f"facts/{kind}s{ending}", f"snippets/{locale}/{kind}s{ending}"
    files: dict[str, str] = {}
    always = ""
    for file, names in state.changed.items():
        if file.startswith(facts):
            files |= {"pair" if kind == "pair" else f"{kind}.{name}": file for name in names}
        elif file.startswith(snippets):
            files |= {f"passage {kind}:{name}": file for name in names}
        elif file.startswith("snippets/") and file.endswith(ending.replace(".", ".md")):
            files |= {f"{file}#{name}": file for name in names}  # of another locale: see `site.reads`
            continue
        else:
            continue
        if UNREAD in names:
            always = f"{file} changed"
        elif WRONG in names:
            always = f"{file} can't be used"
    return Change(files, always) if files else _NOTHING
