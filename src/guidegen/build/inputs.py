"""What a pack's files state, field by field and passage by passage: digests that no comment changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from guidegen.build.digests import of_bytes
from guidegen.build.work import Batch
from guidegen.facts import FOLDERS, PAIRS
from guidegen.pack import Pack, owned_file
from guidegen.parts import bare
from guidegen.problems import errors
from guidegen.rules.book import Derivation, Each, Rule
from guidegen.schema import Type, is_slug
from guidegen.site.plan import FILE as SITE
from guidegen.snippets import Passage
from guidegen.values import Entries, Entry, Fact, Localized, Names, Series, Term

Keys = dict[str, str]  # what a file states: a digest for each name; what isn't stated has none

WRONG = "wrong"  # among a file's keys where it is in a state that keeps guides from being made
SAID = "="  # begins what is kept as it stands, in the place of a digest
_PUBLISHED = f"{SAID}published"
_LENGTH = 16  # hexadecimal digits: these tell apart what one name stood for at two times, no more


def _digest(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return of_bytes(text.encode("utf-8", "surrogatepass"))[:_LENGTH]


# -- what guides share


def shared_keys(pack: Pack) -> Keys:
    """What pack.yaml, vocabularies, rules and outline state.

    The names are those of `Made.reads`: `settings`, `outline`, `rule NAME`, `terms NAME`; and what the pages
    of a site say, by its file.
    """
    keys = {"settings": _settings(pack), "outline": _digest(bare(pack.outline))}
    if pack.site:
        keys[SITE] = _digest(bare(pack.site))
    keys |= {f"terms {name}": _terms(terms) for name, terms in pack.facts.vocabularies.items()}
    return keys | {f"rule {name}": _rule(rule) for name, rule in pack.book.all()}


def locale_keys(pack: Pack, locale: str) -> Keys:
    """The passages that all guides of a locale share, as `passage NAME`."""
    return {f"passage {name}": digest for name, digest in _passages(pack.shared(locale)).items()}


def _settings(pack: Pack) -> str:
    """What pack.yaml says to guides, wherever it says it; the rest of it is for `check`, or for people."""
    settings = pack.settings
    types: dict[str, dict[str, Type]] = {
        owner: {name: fields[name].type for name in sorted(fields)} for owner, fields in pack.fields.items()
    }
    layout = settings.layout._replace(locations={})
    locales = tuple(settings.locales.values())
    return _digest(bare((settings.site, settings.currency, settings.as_of, locales, layout, types)))


def _terms(terms: Mapping[str, Term]) -> str:
    return _digest([(key, _names(term.names)) for key, term in terms.items()])


def _rule(rule: Rule) -> str:
    if isinstance(rule, Derivation):
        return _digest(rule.text.text)
    if isinstance(rule, Each):
        return _digest((rule.over, sorted((name, field.text.text) for name, field in rule.fields.items())))
    return _digest(bare(rule._replace(about="")))


def _passages(passages: Mapping[str, Passage]) -> Keys:
    return {name: _digest(passage.text) for name, passage in passages.items()}


# -- places, roles, pairs: what is wrong with them is said when their guides are made, and is no matter here


def owner_keys(pack: Pack, kind: str, slug: str) -> Keys:
    """What the file of a place or a role states, field by field; nothing but that, if it can't be read.

    `status`, `scope` and `within` stand there as they are, behind `SAID`: what guides there are goes by them.
    """
    with _reading(pack, kind, slug) as wrong:
        owner = pack.facts.owner(kind, slug)
    if owner is None:
        return {"status": f"{SAID}{'published' if wrong else 'draft'}", **wrong}
    keys = {"status": SAID + owner.status, "names": _digest(_names(owner.names)), **wrong}
    if kind == "place":
        keys["scope"] = SAID + owner.scope
    if owner.within is not None:
        keys["within"] = SAID + (owner.within.text if is_slug(owner.within.text) else "")
    for name, fact in owner.facts.items():
        keys[name] = _digest(_fact(fact))
    return keys


def pair_keys(pack: Pack, place: str, role: str) -> Keys:
    """What a pair's file states, as a whole (`pair`), and its `status`; nothing if there is no file."""
    with _reading(pack, "place", place) as wrong:
        pair = pack.facts.pair(place, role)
    if pair.location is None:
        return wrong
    facts = sorted((name, _fact(fact)) for name, fact in pair.facts.items())
    says = (facts, bare(pair.file), bare(pair.overrides))
    return {"status": SAID + pair.status, "pair": _digest(says), **wrong}


def owned_keys(pack: Pack, locale: str, kind: str, slug: str) -> Keys:
    """The passages of a place, a role or a pair (`CITY/ROLE`) in a locale, by their names."""
    with _reading(pack, "place" if kind == "pair" else kind, slug.partition("/")[0]) as wrong:
        keys = _passages(pack.owned(locale, kind, slug))
    return {**keys, **wrong}


def batch_keys(pack: Pack, batch: Batch) -> dict[str, Keys]:
    """What the files state that belong to the place of a batch, by their paths; none that isn't there.

    Files of the batch's locale, and those of its pairs.
    """
    place, locale, roles = batch
    found = {
        f"{FOLDERS['place']}/{place}.yaml": owner_keys(pack, "place", place),
        owned_file(locale, "place", place): owned_keys(pack, locale, "place", place),
    }
    facts, snippets = f"{PAIRS}/{place}", f"snippets/{locale}/pairs/{place}"  # most places have neither
    for role in roles if (pack.root / facts).is_dir() else ():
        if keys := pair_keys(pack, place, role):
            found[f"{facts}/{role}.yaml"] = keys
    for role in roles if (pack.root / snippets).is_dir() else ():
        if keys := owned_keys(pack, locale, "pair", f"{place}/{role}"):
            found[f"{snippets}/{role}.md"] = keys
    return found


def drafts_in(files: Mapping[str, Keys]) -> frozenset[str]:
    """The files of places and pairs that are drafts, by what they state."""
    return frozenset([file for file, keys in files.items() if keys.get("status", _PUBLISHED) != _PUBLISHED])


def is_draft(place: str, role: str, drafts: frozenset[str]) -> bool:
    """Whether a place, or its pair with a role, is among the files of drafts."""
    own = (f"{FOLDERS['place']}/{place}.yaml", f"{PAIRS}/{place}/{role}.yaml")
    return not drafts.isdisjoint(own)


@contextmanager
def _reading(pack: Pack, kind: str, slug: str) -> Iterator[Keys]:
    """Read a file of an owner; gives what stands for that something is wrong with it, filled afterwards.

    A file that something is wrong with is forgotten: whoever reads it next has to hear of it too.
    """
    wrong: Keys = {}
    mark = pack.noted()
    yield wrong
    if errors(pack.take_back(mark)):
        wrong[WRONG] = f"{SAID}yes"
        pack.forget(kind, slug)


# -- values, without where they stand


def _names(names: Names) -> Any:
    return sorted((locale, sorted(forms.items())) for locale, forms in names.forms.items())


def _fact(fact: Fact) -> Any:
    return _value(fact.value), tuple(fact.provenance)


def _value(value: Any) -> Any:
    """What a value says. Which type it has is for pack.yaml to say, and settled there."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is Entries:
        return [_fact(fact) for fact in value]
    if kind is Term:
        return value.key
    if kind is Entry:
        return "entry", _value(value.name), _value(value.note)
    if kind is Localized:
        return sorted(value.texts.items())
    if kind is Series:
        return "series", [(date, _fact(fact)) for date, fact in value.facts]
    if isinstance(value, dict):
        return sorted((name, _fact(fact)) for name, fact in value.items())
    return str(value)
