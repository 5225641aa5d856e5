"""Everything that can be known to be wrong with a pack, without asking what day it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from guidegen import schema
from guidegen.accepted import record_problems
from guidegen.compose import Composer
from guidegen.drafts import lacking
from guidegen.examples import example_problems
from guidegen.facts import FOLDERS, PAIRS
from guidegen.followed import out_of_step
from guidegen.fresh import age_problems
from guidegen.guide import Guide, Said, texts
from guidegen.lookup import UnknownName, Unusable
from guidegen.outline import Use, uses, uses_about
from guidegen.owners import owner_problems
from guidegen.pack import OWNED, Pack, kind_of_file, missing_passage, owned_file
from guidegen.parity import Parity
from guidegen.problems import Problem, Refused, errors, ordered, suggest, together
from guidegen.proofs import proof_problems
from guidegen.prose import lint_guide, lint_passage
from guidegen.settings import FILE as SETTINGS
from guidegen.settings import PROSE_RULES
from guidegen.site.audit import site_problems
from guidegen.site.plan import FILE as SITE
from guidegen.site.plan import uses as uses_of_site
from guidegen.snippets import Passage, check_passage
from guidegen.source import Location
from guidegen.stray import stray_files
from guidegen.template import Slot
from guidegen.translation import is_draft, one_sided, untranslated, unwritten
from guidegen.values import Entries

Items = dict[str, list[schema.Type | None]]


def check(pack: Pack, today: str = "") -> list[Problem]:
    """All problems of a pack, each once, in the order of its files; those of a draft as warnings.

    How old facts are is told by the day that `today` is; without one, nothing has grown old.
    """
    items = _items(pack)
    problems = [
        *stray_files(pack),
        *record_problems(pack),
        *_languages(pack, pack.locales),
        *owner_problems(pack),
        *_passages(pack, items),
    ]
    drafts = tuple(f"snippets/{locale}/" for locale in pack.draft_locales)
    problems += [found for found in pack.problems if not _lies_in(found, drafts)]
    rules_hold = not _blocking([found for found in problems if not _lies_in(found, (SITE,))])
    if rules_hold:
        problems += proof_problems(pack)
        side_by_side = sorted(pack.guides(), key=lambda guide: guide[1:])
        found_in_guides = _guides(pack, side_by_side, problems)
        problems += together(found_in_guides)
        problems += lacking(pack, problems)
        problems += one_sided(pack, items, {found.lacks for found in found_in_guides})
        reported = {_whereabouts(problem) for problem in problems}
        problems += [found for found in site_problems(pack) if _whereabouts(found) not in reported]
    problems = _without_consequences(problems)
    for locale in pack.locales[1:]:
        problems += out_of_step(pack, locale)
    for locale in pack.draft_locales:
        problems += _draft_locale(pack, locale, items, problems)
    problems += example_problems(pack, tried=rules_hold)
    if today:
        problems += age_problems(pack, today)
    return ordered(problems)


_UNREAD = (
    "passage-name",
    "heading",
    "encoding",
    "character",
    "tab",
    "file-too-large",
    "file-kind",
    "file-outside",
)


def _without_consequences(problems: list[Problem]) -> list[Problem]:
    """A passage that isn't read, or misspelt where it is named, looks missing or unused from elsewhere."""
    kinds = {problem.kind for problem in problems}
    unread = {
        found.kind for found in problems if found.location and found.location.path.startswith("snippets/")
    }
    left_out = {"unused-passage"} if kinds & {"unknown-passage", "missing-passage"} else set()
    if unread & {*_UNREAD}:
        left_out |= {"unused-passage", "missing-passage"}
    return [problem for problem in problems if problem.kind not in left_out]


def _blocking(problems: list[Problem]) -> bool:
    """Whether something is wrong that every guide would stumble over again, in other words."""
    return any(
        problem.location is None
        or problem.location.path == SETTINGS
        or (problem.location.path.startswith("rules/") and problem.kind != "missing-passage")
        for problem in errors(problems)
    )


def _languages(pack: Pack, locales: tuple[str, ...]) -> Iterator[Problem]:
    for locale in locales:
        try:
            pack.language(locale)
        except Refused as refused:
            yield from refused.problems


# -- outline, tables, passages


def _wanted(pack: Pack) -> Iterator[tuple[Use, schema.Type | None]]:
    """Every passage that the outline and the tables name, with the type of its `item`."""
    for block in pack.outline.all():
        for use, each in uses(block):
            if not use.decides:
                yield use, _item_type(pack, each)
    for use, each in uses_about(pack.outline.about):
        yield use, _item_type(pack, each)
    for use, _ in uses_of_site(pack.site) if pack.site else ():
        yield use, None
    for table in pack.book.tables.values():
        if table.gives == "passage":
            for row in table.rows:
                if row.outcome is not None:
                    yield Use(row.outcome, False, row.outcome_location), None
            if table.otherwise is not None:
                yield Use(table.otherwise, False, table.otherwise_location), None


def _item_type(pack: Pack, each: Use | None) -> schema.Type | None:
    try:
        return pack.catalogue.item_of(each.name) or schema.Broken() if each else None
    except (UnknownName, Unusable):
        return schema.Broken()


def _items(pack: Pack) -> Items:
    """The types of `item` that each passage is wanted for, by the passage's name; None for no `item`."""
    items: Items = {}
    for use, item in _wanted(pack):
        items.setdefault(use.name, []).append(item)
    return items


def _passages(pack: Pack, items: Items) -> Iterator[Problem]:
    """Passages that are missing, wrong or unused; snippet files whose owner isn't there."""
    for use, _ in _wanted(pack):
        if ":" not in use.name:
            for locale in pack.locales:
                if use.name not in pack.shared(locale):
                    yield Problem(
                        "missing-passage",
                        f"there is no passage '{use.name}' in snippets/{locale}/",
                        use.location,
                        missing_passage(use.name, pack.shared(locale)),
                    )
        elif use.name.partition(":")[0] not in OWNED:
            yield Problem(
                "unknown-passage",
                f"unknown passage '{use.name}'",
                use.location,
                "what stands before a colon is place, role or pair",
            )
    for locale in pack.locales:
        yield from _snippet_files(pack, locale, items)


def _snippet_files(pack: Pack, locale: str, items: Items) -> Iterator[Problem]:
    """Passages of a locale that are wrong or unused; snippet files whose owner isn't there."""
    blocked = _blocking(pack.problems)  # then nothing can be known to be unused
    for file, owner in pack.snippet_files(locale):
        kind = kind_of_file(file)
        if unknown := _unknown_owner(pack, kind, owner):
            of, slug = unknown
            hint = f"{suggest(slug, pack.facts.slugs(of))}; rename this, or write {FOLDERS[of]}/{slug}.yaml"
            yield Problem("unknown-owner", f"there is no {of} '{slug}'", Location.of_file(file), hint)
            continue
        of_draft = is_draft(pack, kind, owner)
        for passage in pack.in_file(locale, file, owner):
            name = f"{kind}:{passage.name}" if owner else passage.name
            for problem in _passage(pack, passage, items.get(name), blocked=blocked):
                yield problem._replace(warning=problem.warning or of_draft)


def _unknown_owner(pack: Pack, kind: str, owner: str) -> tuple[str, str] | None:
    """The place or role that a snippet file belongs to and that isn't there, as kind and slug."""
    owners = zip(("place", "role"), owner.split("/")) if kind == "pair" else [(kind, owner)]
    return next(((of, slug) for of, slug in owners if slug and slug not in pack.facts.slugs(of)), None)


def _passage(
    pack: Pack, passage: Passage, items: list[schema.Type | None] | None, *, blocked: bool
) -> Iterator[Problem]:
    if items is None and not blocked:
        message = f"no outline or table names passage '{passage.id}'"
        yield Problem(
            "unused-passage", message, passage.location, "name it there, or delete it", warning=True
        )
    try:
        for item in items or [None]:
            checked = check_passage(passage, pack.catalogue, item)
            yield from checked if items is not None else ()
        yield from lint_passage(pack, passage)
    except Refused as refused:
        yield from refused.problems


# -- draft locales


def _draft_locale(pack: Pack, locale: str, items: Items, known: list[Problem]) -> list[Problem]:
    """What a draft locale lacks and what is wrong with it, as warnings: it fails no guide but its own.

    Its guides are composed as far as they are written, so that it can be published without surprises.
    """
    found = [
        *_languages(pack, (locale,)),
        *untranslated(pack, locale),
        *unwritten(pack, locale),
        *_snippet_files(pack, locale, items),
    ]
    here = (f"snippets/{locale}/",)
    found += [noted for noted in pack.problems if _lies_in(noted, here) and noted.kind != "empty-passage"]
    by_file = groupby(ordered(found), lambda noted: noted.location.path if noted.location else "")
    found = [kept for _, noted in by_file for kept in _without_consequences(list(noted))]
    if not _blocking(known):
        guides = (
            (locale, place.slug, role.slug)
            for place in pack.published("place")
            for role in pack.published("role")
            if pack.facts.pair(place.slug, role.slug).is_published
        )
        reported = [*known, *(noted._replace(warning=False) for noted in found)]
        unsaid = ("empty-passage", "missing-passage")  # said once for the whole file
        composed = together(_guides(pack, guides, reported))
        found += [noted for noted in composed if noted.kind not in unsaid]
    return [noted._replace(warning=True) for noted in (*found, *out_of_step(pack, locale))]


def _lies_in(problem: Problem, folders: tuple[str, ...]) -> bool:
    return problem.location is not None and problem.location.path.startswith(folders)


# -- guides


def _guides(pack: Pack, guides: Iterable[tuple[str, str, str]], known: list[Problem]) -> list[Problem]:
    """What only shows when guides are composed; a place with a faulty file is passed over."""
    wrong = [problem for problem in errors(known) if problem.kind not in PROSE_RULES]
    faulty = {problem.location.path for problem in wrong if problem.location}
    composer, parity = Composer(pack), Parity(pack)
    found: list[Problem] = []
    for locale, place, role in guides:
        if faulty & files_of(pack, locale, place, role):
            continue
        try:
            guide, problems = composer.attempt(place, role, locale)
        except Refused as refused:
            guide, problems = None, list(refused.problems)
        found += problems
        if guide:
            found += _short_lists(pack, guide)
            found += lint_guide(pack, guide)
            if not errors(problems):
                parity.note(guide)
    found += parity.problems()
    reported = {_whereabouts(problem) for problem in known}
    return [problem for problem in found if _whereabouts(problem) not in reported]


def files_of(pack: Pack, locale: str, place: str, role: str) -> set[str]:
    """The files that are a guide's own: its place's and those around it, its role's, its pair's."""
    places = (place, *pack.facts.around(place))
    return {
        *(f"{FOLDERS['place']}/{slug}.yaml" for slug in places),
        f"{FOLDERS['role']}/{role}.yaml",
        f"{PAIRS}/{place}/{role}.yaml",
        owned_file(locale, "place", place),
        owned_file(locale, "role", role),
    }


def _whereabouts(problem: Problem) -> tuple[str, Location | None]:
    """Where a problem is; how words read is a matter apart from whether they can be read."""
    return problem.kind if problem.kind in PROSE_RULES else "", problem.location


def _short_lists(pack: Pack, guide: Guide) -> Iterator[Problem]:
    """Slots that ask for the first few of a list that has fewer."""
    for block in guide.blocks:
        for text in texts(block):
            for span in text:
                if isinstance(span.origin, Said) and span.origin.piece < 2 and span.origin.reads:
                    yield from _short_list(pack, guide.locale, span.origin)


def _short_list(pack: Pack, locale: str, origin: Said) -> Iterator[Problem]:
    passage = pack.passage_by_id(origin.passage, locale)
    leaf = next(leaf for leaf in passage.leaves() if leaf.number == origin.part)
    entries = origin.reads[-1].value
    if isinstance(leaf, Slot) and isinstance(entries, Entries):
        for name, arguments in leaf.filters:
            if name == "first" and isinstance(arguments[0], int) and len(entries) < arguments[0]:
                yield Problem(
                    "short-list",
                    f"first({arguments[0]}) of '{origin.reads[-1].key}', which has {len(entries)}",
                    passage.where(leaf, leaf.name),
                    "state more, or ask for fewer",
                )
