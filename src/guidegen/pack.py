"""A pack: settings, facts, rules, outline and snippets, loaded as they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from guidegen.facts import FOLDERS, Facts, Owner
from guidegen.files import read_source
from guidegen.language import Language, is_known
from guidegen.lookup import Catalogue
from guidegen.outline import FILE as OUTLINE
from guidegen.outline import About, Outline, check_outline
from guidegen.outline_file import read_outline
from guidegen.problems import Problem, Refused, errors, nearest, refuse, suggest
from guidegen.rules.book import EXAMPLES, Book, check_book, read_rules
from guidegen.schema import read_fields, vocabularies
from guidegen.settings import FILE as SETTINGS
from guidegen.settings import read_settings
from guidegen.site.plan import FILE as SITE
from guidegen.site.plan import Plan, read_plan
from guidegen.snippets import Passage, read_snippets
from guidegen.source import Location
from guidegen.yamlfile import Node, need_yaml, read_file

OWNED = {"place": "places", "role": "roles", "pair": "pairs"}


class Pack:
    """A pack in a folder.

    Opening it reads settings, vocabularies, rules and outline; places, roles and snippet files are read
    when they are reached. What is wrong gathers in `problems`; what is wrong with a draft, as warnings.

    `locales` are the published ones, the source language first; `draft_locales` are the others, and
    `all_locales` has both in the order of pack.yaml. `examples` are as rules files state them, unread.

    Raises `Refused` if pack.yaml or a vocabulary can't be read as a whole.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._problems: list[Problem] = []
        self.settings = read_settings(need_yaml(read_source(root, SETTINGS)), self._problems)
        if errors(self._problems):
            raise Refused(self._problems)
        self.fields = read_fields(self.settings.fields, self._problems)
        self.all_locales = tuple(self.settings.locales)
        self.locales = tuple(tag for tag, one in self.settings.locales.items() if one.is_published)
        self.draft_locales = tuple(tag for tag in self.all_locales if tag not in self.locales)
        self.facts = Facts(root, self.fields, self.locales, self.draft_locales)
        self._note_unknown_vocabularies()
        if errors(self._problems) or any(found.kind != "missing-key" for found in self.facts.problems):
            raise Refused(self.problems)  # where a field or a term is lost, all that names it looks wrong
        self.catalogue = Catalogue(self.fields, self.facts.vocabularies, self.all_locales)
        self.book = self._read_book()
        self.outline = self._read_outline()
        self._languages: dict[str, Language] = {}
        self._snippets: dict[tuple[str, str], dict[str, Passage]] = {}
        self._paired: dict[str, bool] = {}

    @property
    def problems(self) -> list[Problem]:
        """What has been found wrong so far."""
        return [*self._problems, *self.facts.problems]

    def noted(self) -> tuple[int, int]:
        """How many problems have been found so far, as a mark for `take_back`."""
        return len(self._problems), len(self.facts.problems)

    def take_back(self, mark: tuple[int, int]) -> list[Problem]:
        """The problems found since: from now on they aren't the pack's, but whoever's who asked for them."""
        since = [*self._problems[mark[0] :], *self.facts.problems[mark[1] :]]
        del self._problems[mark[0] :], self.facts.problems[mark[1] :]
        return since

    def forget(self, kind: str, slug: str) -> None:
        """Drop what was read of a place or role: it is read again when it is asked for."""
        self.facts.forget(kind, slug)
        for locale, owner in [*self._snippets]:
            if owner.partition("/")[0] == slug:
                del self._snippets[locale, owner]

    # -- rules and outline

    def _read_book(self) -> Book:
        book = Book({}, {}, {})
        self._broken: set[str] = set()
        self.examples: list[tuple[Location, Node]] = []
        for path in sorted((self.root / "rules").glob("*.yaml")):
            if path.name in (Path(OUTLINE).name, Path(SITE).name):
                continue
            if mapping := read_file(self.root, f"rules/{path.name}", self._problems):
                self._broken |= read_rules(mapping, book, self._problems)
                if EXAMPLES in mapping.entries:
                    self.examples.append((mapping.keys[EXAMPLES], mapping.entries[EXAMPLES]))
            else:
                self.catalogue.is_partial = True
        terms = {name: list(found) for name, found in self.facts.vocabularies.items()}
        self._problems += check_book(book, self.catalogue, terms, self._broken)
        return book

    def _read_outline(self) -> Outline:
        mapping = read_file(self.root, OUTLINE, self._problems)
        if mapping is None:
            return Outline((), About())
        outline = read_outline(mapping, self._problems)
        deciding = [table.name for table in self.book.tables.values() if table.gives == "passage"]
        self._problems += check_outline(outline, self.catalogue, [*deciding, *sorted(self._broken)])
        return outline

    @cached_property
    def site(self) -> Plan | None:
        """What the pages of the pack's site say; None without rules/site.yaml, or if it is wrong."""
        return read_plan(self.root, self._problems)

    def _note_unknown_vocabularies(self) -> None:
        for name, at in vocabularies(self.fields).items():
            if name not in self.facts.vocabularies:
                self._problems.append(
                    Problem(
                        "unknown-vocabulary",
                        f"there is no vocabulary '{name}'",
                        at,
                        f"write facts/{name}.yaml; " + suggest(name, list(self.facts.vocabularies)),
                    )
                )

    # -- languages and snippets

    def language(self, locale: str) -> Language:
        """How a locale of the pack writes numbers and lists. Raises `Refused` for an unknown one."""
        known = self.all_locales
        settings = self.settings.locales.get(locale)
        if settings is None:
            raise refuse("unknown-locale", f"unknown locale '{locale}'", hint=suggest(locale, known))
        if locale not in self._languages:
            if not is_known(settings.babel):
                raise refuse(
                    "locale",
                    f"Babel knows no locale '{settings.babel}'",
                    settings.location,
                    "write a language and a territory: en_GB, nl_BE, fr_BE",
                )
            self._languages[locale] = Language(
                settings.babel, settings.money, settings.thousands, self.settings.currency
            )
        return self._languages[locale]

    def snippet_files(self, locale: str) -> Iterator[tuple[str, str]]:
        """Every snippet file of a locale, with the slug of the place, role or pair that owns it."""
        folder = self.root / "snippets" / locale
        for path in sorted(folder.glob("*.md")):
            yield f"snippets/{locale}/{path.name}", ""
        for kind in ("places", "roles"):
            for path in sorted(folder.glob(f"{kind}/*.md")):
                yield f"snippets/{locale}/{kind}/{path.name}", path.stem
        for path in sorted(folder.glob("pairs/*/*.md")):
            place = path.parent.name
            yield f"snippets/{locale}/pairs/{place}/{path.name}", f"{place}/{path.stem}"

    def in_file(self, locale: str, file: str, owner: str) -> list[Passage]:
        """The passages of one of a locale's snippet files, in order."""
        passages = self.owned(locale, kind_of_file(file), owner) if owner else self.shared(locale)
        return [passage for passage in passages.values() if passage.location.path == file]

    def shared(self, locale: str) -> dict[str, Passage]:
        """The passages that all guides of a locale share."""
        if (locale, "") not in self._snippets:
            shared: dict[str, Passage] = {}
            mark = len(self._problems)
            for path in sorted((self.root / "snippets" / locale).glob("*.md")):
                for name, passage in self._read_snippets(
                    f"snippets/{locale}/{path.name}", locale, ""
                ).items():
                    if name in shared:
                        self._problems.append(
                            Problem(
                                "duplicate-passage",
                                f"passage '{name}' stands here a second time",
                                passage.location,
                                f"it is first given in {shared[name].location}",
                            )
                        )
                    shared.setdefault(name, passage)
            self._snippets[locale, ""] = shared
            self._excuse(locale, mark)
        return self._snippets[locale, ""]

    def owned(self, locale: str, kind: str, slug: str) -> dict[str, Passage]:
        """The passages of one place, role or pair (`CITY/ROLE`); none if it has no file."""
        if (locale, slug) not in self._snippets:
            name = owned_file(locale, kind, slug)
            there = (kind != "pair" or self._has_pairs(locale)) and (self.root / name).exists()
            mark = len(self._problems)
            self._snippets[locale, slug] = self._read_snippets(name, locale, slug) if there else {}
            self._excuse(locale, mark, kind, slug)
        return self._snippets[locale, slug]

    def _has_pairs(self, locale: str) -> bool:
        """Whether any pair has passages to itself."""
        if locale not in self._paired:
            self._paired[locale] = (self.root / "snippets" / locale / OWNED["pair"]).exists()
        return self._paired[locale]

    def _read_snippets(self, name: str, locale: str, owner: str) -> dict[str, Passage]:
        try:
            return read_snippets(read_source(self.root, name), locale, owner, self._problems)
        except Refused as refused:
            self._problems += refused.problems
            return {}

    def _excuse(self, locale: str, mark: int, kind: str = "", slug: str = "") -> None:
        """Make warnings of the problems noted since, if the locale or the owner is a draft."""
        if len(self._problems) == mark:
            return
        known = kind in FOLDERS and self.facts.has(kind, slug)
        owner = self.facts.owner(kind, slug) if known else None
        if locale in self.draft_locales or (owner and not owner.is_published):
            self._problems[mark:] = [found._replace(warning=True) for found in self._problems[mark:]]

    def passage(self, name: str, locale: str, place: str, role: str, at: Location) -> Passage:
        """The passage that a name means in a guide. `at` is where it is named. Raises `Refused`."""
        kind, colon, inner = name.partition(":")
        if not colon:
            found, file = self.shared(locale), f"snippets/{locale}/"
        elif kind in OWNED:
            slug = {"place": place, "role": role, "pair": f"{place}/{role}"}[kind]
            found, file = self.owned(locale, kind, slug), owned_file(locale, kind, slug)
            name = inner
        else:
            raise refuse(
                "unknown-passage",
                f"unknown passage '{name}'",
                at,
                "what stands before a colon is place, role or pair",
            )
        if name not in found:
            message = f"there is no passage '{name}' in {file}"
            hint = missing_passage(name, found)
            missing = Problem("missing-passage", message, at, hint, lacks=f"{file}#{name}")
            raise Refused(self._unread(file) or [missing])
        if not found[name].text:
            hint = "write it, or delete its heading"
            raise refuse("empty-passage", f"passage '{name}' says nothing", found[name].location, hint)
        return found[name]

    def _unread(self, file: str) -> list[Problem]:
        """What keeps passages of a draft locale's file or folder from being read."""
        return [
            problem._replace(warning=False)
            for problem in self._problems
            if problem.warning
            and problem.kind != "empty-passage"
            and problem.location
            and problem.location.path.startswith(file)
        ]

    def passage_by_id(self, id_: str, locale: str) -> Passage:
        """The passage that an origin names: `fit.in-field`, `CITY:scene`, `CITY/ROLE:note`."""
        owner, colon, name = id_.rpartition(":")
        if not colon:
            return self.shared(locale)[name]
        kind = "pair" if "/" in owner else "place" if self.facts.has("place", owner) else "role"
        return self.owned(locale, kind, owner)[name]

    # -- guides

    def published(self, kind: str) -> Iterator[Owner]:
        """Published places or roles that could be read, by slug."""
        for slug in self.facts.slugs(kind):
            if (owner := self.facts.owner(kind, slug)) and owner.is_published:
                yield owner

    def guides(self) -> Iterator[tuple[str, str, str]]:
        """Locale, place and role of every published guide, in order; pairs may be drafts."""
        roles = [role.slug for role in self.published("role")]
        for locale in self.locales:
            for place in self.published("place"):
                for role in roles:
                    if self.facts.pair(place.slug, role).is_published:
                        yield locale, place.slug, role


def missing_passage(name: str, found: Iterable[str]) -> str:
    """A hint for a passage that isn't among those found."""
    near = nearest(name, found)
    return f"did you mean '{near}'? If not, write `## {name}` there" if near else f"write `## {name}` there"


def kind_of_file(file: str) -> str:
    """What owns a snippet file: a place, a role or a pair; empty if all guides share it."""
    return next((kind for kind, folder in OWNED.items() if f"/{folder}/" in file), "")


def owned_file(locale: str, kind: str, slug: str) -> str:
    """The snippet file of a place, role or pair."""
    return f"snippets/{locale}/{OWNED[kind]}/{slug}.md"
