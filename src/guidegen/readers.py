"""Who reads a fact: every passage of a published guide that it reaches, in which lines, and how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from guidegen import schema
from guidegen.compose import Composer
from guidegen.facts import FOLDERS, Owner
from guidegen.guide import Guide, Overridden, Said, Span, plain
from guidegen.keys import visible_key
from guidegen.lines import elsewhere, entry_of, guards_of, lines_of, ruled_lists, slots_of
from guidegen.lookup import SITE, Read
from guidegen.pack import Pack
from guidegen.problems import nearest, refuse
from guidegen.prose.sentences import sentences_of
from guidegen.prose.tongue import tongue_of
from guidegen.trace import NAMES, Tracer, is_below
from guidegen.values import Entries, Fact, Localized, Series, Term

DIRECTLY = "directly"


class Place(NamedTuple):
    """Where a guide reads a fact: the line of its text, or, where `line` is 0, what else it is part of."""

    guide: str
    line: int
    where: str

    def __str__(self) -> str:
        return f"{self.guide}:{self.line}" if self.line else f"{self.guide} ({self.where})"


class Reader(NamedTuple):
    """A passage that a fact reaches: how, and the sentences that do, each with the places that have it."""

    passage: str
    how: tuple[str, ...]
    sentences: dict[str, tuple[Place, ...]]


def readers(pack: Pack, key: str, as_of: str = "") -> list[Reader]:
    """Every passage that reads a fact, or something below its key, in the order of the guides.

    Only guides that can read it are composed. Raises `Refused` for an unknown key, and as composing does.
    """
    _check_known(pack, key)
    composer = Composer(pack, as_of)
    found: dict[str, dict[str, list[Place]]] = {}
    ways: dict[str, dict[str, None]] = {}
    for locale, place, role in _guides(pack, key):
        guide = composer.compose(place, role, locale)
        for passage, how, sentence, at in _GuideReaders(composer, guide, key).all():
            places = found.setdefault(passage, {}).setdefault(sentence, [])
            if at not in places:
                places.append(at)
            ways.setdefault(passage, {}).update(dict.fromkeys(how))
    return [
        Reader(passage, tuple(ways[passage]), {said: tuple(at) for said, at in sentences.items()})
        for passage, sentences in found.items()
    ]


def _guides(pack: Pack, key: str) -> Iterator[tuple[str, str, str]]:
    """The published guides that can read a key."""
    slug = key.partition(".")[0]
    is_owned = {kind: pack.facts.has(kind, slug) for kind in FOLDERS}
    for locale, place, role in pack.guides():
        if "/" in slug and slug != f"{place}/{role}":
            continue
        if is_owned["place"] and slug not in _around(pack, place):
            continue
        if is_owned["role"] and slug != role:
            continue
        yield locale, place, role


def _around(pack: Pack, place: str) -> list[str]:
    """A place, and those that it lies within."""
    chain: list[str] = []
    at: str | None = place
    while at and at not in chain:
        chain.append(at)
        owner = pack.facts.owner("place", at) if pack.facts.has("place", at) else None
        at = owner.within.text if owner and owner.within else None
    return chain


class _GuideReaders:
    """Finds the readers of a key in one guide."""

    def __init__(self, composer: Composer, guide: Guide, key: str) -> None:
        self.composer = composer
        self.guide = guide
        self.key = key
        known = composer.known(guide.place, guide.role, guide.locale)
        assert known is not None  # the guide was composed
        self.known = known
        self.tongue = tongue_of(guide.locale)
        self.guards = guards_of(composer.pack.outline)
        self.lists = ruled_lists(composer.pack)
        self.slots = slots_of(composer.pack, guide.locale)
        self.tracer = Tracer(composer.pack, guide.locale, guide.as_of)
        self.is_of_terms = key.partition(".")[0] in composer.pack.facts.vocabularies

    def all(self) -> Iterator[tuple[str, list[str], str, Place]]:
        """Each sentence that reads the key: its passage, how, what it says and where."""
        seen = set()
        for number, (block, line) in enumerate(lines_of(self.composer, self.guide), 1):
            for passage, how, sentence in self._in_text(line, block):
                seen.add(passage)
                yield passage, how, sentence, Place(self.guide.name, number, "")
        for where, block, text in elsewhere(self.guide):
            for passage, how, sentence in self._in_text(text, block):
                if passage not in seen:
                    yield passage, how, sentence, Place(self.guide.name, 0, where)

    def _in_text(self, line: Iterable[Span], block: str) -> Iterator[tuple[str, list[str], str]]:
        spans = tuple(line)
        text = plain(spans)
        by_block = self._by_block(block)
        starts: dict[str, int] = {}
        offset = 0
        for span in spans:
            name = _passage_of(span)
            if name:
                first = name not in starts
                starts.setdefault(name, offset)
                how = self._of_span(span)
                if first:
                    how += [*self._by_table(span), *by_block]
                if how:
                    yield name, how, self._sentence(text, offset)
            offset += len(span.text)

    def _sentence(self, text: str, offset: int) -> str:
        """The sentence of a line that has a character."""
        for words in sentences_of(text, self.tongue):
            first, last = words[0], words[-1]
            start = first.start - len(first.before)
            if offset < last.end + len(last.after):
                return text[start : last.end + len(last.after)]
        return text.strip()

    # -- how

    def _of_span(self, span: Span) -> list[str]:
        origin = span.origin
        if not isinstance(origin, Said):
            return []
        reads = origin.reads
        how: list[str] = []
        if self.slots(origin):
            read, reads = reads[-1], reads[:-1]
            entry = entry_of(read, origin.piece)
            if entry is not None:
                how += [DIRECTLY] if self._is_entry(entry) else []
            if read.is_derived or not (isinstance(read.value, Entries) and origin.piece):
                how += self._of_read(read)
            if isinstance(read.value, Term) and not read.is_derived and self._is_term(read.value):
                how.append(DIRECTLY)
        for read in reads:
            how += self._of_read(read)
        return how

    def _of_read(self, read: Read) -> list[str]:
        if not self._reaches(read):
            return []
        if read.is_derived and not is_below(read.key, self.key):
            return [f"through {read.key}"]
        return [DIRECTLY]

    def _by_table(self, span: Span) -> list[str]:
        origin = span.origin
        if not (isinstance(origin, Said) and origin.table):
            return []
        decision = next(one for one in self.guide.decisions if one.table.name == origin.table)
        reading = [read for read in decision.reads if self._reaches(read)]
        through = [read.key for read in reading if read.is_derived and not is_below(read.key, self.key)]
        if not reading:
            return []
        behind = f", through {' and '.join(through)}" if len(through) == len(reading) else ""
        return [f"decides {origin.table} (row {origin.row}{behind})"]

    def _by_block(self, block: str) -> list[str]:
        how = []
        for guarding in self.guards.get(block, ()):
            assert guarding.when
            if self._reaches(self.known.read(guarding.when.name.removeprefix("not "))):
                how.append(f"when of block {guarding.id}")
        if block in self.lists and self._reaches(self.known.read(self.lists[block])):
            how.append(f"through {self.lists[block].partition('.')[0]}")
        return how

    def _reaches(self, read: Read) -> bool:
        """Whether a read is of the key, of something below it, or of a whole that it is part of."""
        if is_below(read.key, self.key) or (not read.is_derived and is_below(self.key, read.key)):
            return True
        if self.is_of_terms and "[" in read.key and not read.is_derived:
            return any(is_below(traced.key, self.key) for traced in self.tracer.trace(read))
        if ".country" in read.name and self.key.endswith(".within"):
            return self.key.removesuffix(".within") in self._on_the_way()
        return any(map(self._reaches, read.because))

    def _on_the_way(self) -> list[str]:
        """The places by whose `within` the country was found."""
        country = self.composer.pack.facts.country(self.known.subject.place)
        chain = _around(self.composer.pack, self.guide.place)
        return chain[: chain.index(country.slug)] if country else chain

    def _is_entry(self, fact: Fact) -> bool:
        return is_below(fact.key, self.key) or is_below(self.key, fact.key) or self._is_term(fact.value)

    def _is_term(self, value: object) -> bool:
        if not isinstance(value, Term):
            return False
        vocabulary = value.names.location.path.rpartition("/")[2].removesuffix(".yaml")
        return is_below(f"{vocabulary}.{value.key}.name", self.key)


def _passage_of(span: Span) -> str:
    if isinstance(span.origin, Said):
        return span.origin.passage
    return f"override {span.origin.key}" if isinstance(span.origin, Overridden) else ""


# -- which keys there are


def keys_of(pack: Pack) -> Iterator[str]:
    """Every key that a guide may read: facts stated or declared, names, terms, settings, derivations."""
    yield from (f"site.{name}" for name in SITE)
    for vocabulary, terms in pack.facts.vocabularies.items():
        yield vocabulary
        for term in terms.values():
            yield f"{vocabulary}.{term.key}"
            for forms in term.names.forms.values():
                yield from (f"{vocabulary}.{term.key}.{form}" for form in forms)
    for kind in FOLDERS:
        for slug in pack.facts.slugs(kind):
            if owner := pack.facts.owner(kind, slug):
                yield from _keys_of_owner(pack, owner)
    for place, role in pack.facts.pair_slugs():
        for fact in pack.facts.pair(place, role).facts.values():
            yield from _keys_of_fact(fact)
    yield from (*pack.book.derivations, *pack.book.eaches)
    yield from (table.name for table in pack.book.tables.values() if table.gives == "value")
    for each in pack.book.eaches.values():
        kind_of = pack.catalogue.derived[each.name]
        keys = pack.facts.vocabularies[kind_of.vocabulary] if isinstance(kind_of, schema.Record) else ()
        for key in keys:
            yield f"{each.name}.{key}"
            yield from (f"{each.name}.{key}.{field}" for field in each.fields)


def _keys_of_owner(pack: Pack, owner: Owner) -> Iterator[str]:
    yield owner.slug
    yield f"{owner.slug}.slug"
    if owner.kind == "place":
        yield from (f"{owner.slug}.scope", f"{owner.slug}.within")
    forms = schema.PLACE_FORMS if owner.kind == "place" else schema.ROLE_FORMS
    yield f"{owner.slug}.{NAMES}"
    for locale in pack.all_locales:
        yield f"{owner.slug}.{NAMES}.{locale}"
        yield from (f"{owner.slug}.{NAMES}.{locale}.{form}" for form in forms)
    yield from (f"{owner.slug}.{field}" for field in pack.fields[owner.kind])
    for fact in owner.facts.values():
        yield from _keys_of_fact(fact)


def _keys_of_fact(fact: Fact) -> Iterator[str]:
    yield fact.key
    yield from (f"{fact.key}.{aspect}" for aspect in schema.ASPECTS)
    value = fact.value
    if isinstance(value, Series):
        for _, inner in value.facts:
            yield from _keys_of_fact(inner)
    elif isinstance(value, Entries):
        for inner in value:
            yield from _keys_of_fact(inner)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _keys_of_fact(inner)
    elif not isinstance(value, (str, Localized, Term, bool)) and hasattr(value, "note"):
        yield from (f"{fact.key}.name", f"{fact.key}.note")


def _check_known(pack: Pack, key: str) -> None:
    known = dict.fromkeys(keys_of(pack))
    if key in known:
        return
    near = nearest(key, known)
    guess = f"did you mean '{near}'? " if near else ""
    hint = f"{guess}`guidegen list facts --drafts` shows the facts of places and roles"
    raise refuse("unknown-fact", f"unknown fact '{visible_key(key)}'", hint=hint)
