"""The prose linter: what reads badly in a passage, and where slots and parts meet in a guide."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from itertools import accumulate

from guidegen.compose import location_of
from guidegen.guide import Guide, Said, Span, Text, plain, texts
from guidegen.language import Language
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused
from guidegen.prose.rules import SPACES, Found, at_joins, in_text, self_comparisons
from guidegen.prose.sentences import FIRST_SLOT, LAST_SLOT
from guidegen.prose.tongue import Tongue, numerals_of, tongue_of
from guidegen.schema import PLACE_FORMS
from guidegen.snippets import Passage
from guidegen.source import Location, Source
from guidegen.template import Branch, Leaf, Part, Words, place_of

_BREAK = re.compile(r" *\n *")
_NAMES = ".names."  # in the key of what a slot read: the names of a place or a role
_WORD_BEFORE = re.compile(r"([^\W\d_][\w'’-]*) $")
_WORD_AFTER = re.compile(r" [^\W\d_]")
_LOOKED_BACK = 40


def lint_passage(pack: Pack, passage: Passage) -> Iterator[Problem]:
    """What reads badly in a passage's own words, each slot being one word that nobody knows.

    Raises `Refused` if the passage's syntax is wrong.
    """
    others = _others(pack.all_locales, passage.locale)
    try:
        language = pack.language(passage.locale)
    except Refused:
        language = None
    said: set[tuple[str, Location]] = set()
    for leaves in _variants(passage.parts):
        text, starts, slots = _with_holes(leaves)
        for found in _in_text(text, passage.locale, others, language):
            begins = found.end - 1 if found.rule == SPACES else found.start
            index = bisect_right(starts, begins) - 1
            offset = max(0, found.start - starts[index])
            at = _where(passage, leaves[index], offset, found.end - starts[index] - offset)
            if found.rule not in pack.settings.prose_off and (found.rule, at) not in said:
                said.add((found.rule, at))
                yield _problem(found._replace(message=_without_holes(found.message, slots)), at)


def lint_guide(pack: Pack, guide: Guide) -> Iterator[Problem]:
    """What reads badly where slots meet words and parts meet parts, said at what comes second.

    What stands in one passage's own words is said by `lint_passage`, at the same place.
    """
    names = _names_of(pack, guide)
    off = pack.settings.prose_off
    for text in (guide.meta.description, *(text for block in guide.blocks for text in texts(block))):
        for found in _in_guide(text, guide.locale, names):
            if found.rule not in off and not _is_of_facts(pack, guide.locale, text, found):
                at = _where_in_guide(pack, guide.locale, text, found)
                yield _problem(found, at, f"{guide.place} × {guide.role}: ")


def lint_lines(
    source: Source, locale: str, language: Language, names: Iterable[str] = (), others: Iterable[str] = ()
) -> Iterator[Problem]:
    """What reads badly in a text that is no passage, each line being a paragraph about a place.

    `names` are what the place is called; `others` are the locales whose words don't belong there.
    """
    tongue = tongue_of(locale)
    pattern = _pattern(names)
    for number, line in enumerate(source.text.split("\n"), 1):
        found = _in_text(line, locale, _others(others, locale), language)
        if pattern:
            is_name = partial(_is_alone, line, tongue)
            found += self_comparisons(line, tongue, pattern, is_name)
        for one in found:
            yield _problem(one, Location(source, number, one.start + 1, one.end - one.start))


def _problem(found: Found, at: Location, where: str = "") -> Problem:
    off = f"`prose: {{off: [{found.rule}]}}` in pack.yaml switches this rule off"
    return Problem(found.rule, where + found.message, at, f"{found.hint}\n{off}")


def _others(locales: Iterable[str], locale: str) -> tuple[str, ...]:
    """The languages of some locales, but for that of one."""
    languages = dict.fromkeys(tongue_of(one).language for one in locales)
    return tuple(language for language in languages if language != tongue_of(locale).language)


@lru_cache(maxsize=4096)
def _joins(text: str, locale: str) -> tuple[Found, ...]:
    """What is found where parts meet; texts that a role's guides share are read once."""
    return tuple(at_joins(text, tongue_of(locale)))


def _in_text(text: str, locale: str, others: tuple[str, ...], language: Language | None) -> list[Found]:
    numerals = numerals_of(language) if language else None
    return in_text(text, tongue_of(locale), tuple(map(tongue_of, others)), numerals)


# -- a passage


def _variants(parts: tuple[Part, ...]) -> Iterator[list[Leaf]]:
    """The passage with all its conditions holding, and with none."""
    yield list(_chosen(parts, holds=True))
    if any(isinstance(part, Branch) for part in parts):
        yield list(_chosen(parts, holds=False))


def _chosen(parts: tuple[Part, ...], *, holds: bool) -> Iterator[Leaf]:
    for part in parts:
        if isinstance(part, Branch):
            yield from _chosen(part.then if holds else part.otherwise, holds=holds)
        else:
            yield part


def _with_holes(leaves: list[Leaf]) -> tuple[str, list[int], dict[str, str]]:
    """The text with a character for each slot, where each leaf starts in it, and the slots by character.

    A constant is a slot too: what is quoted in braces is put as it stands.
    """
    holes: dict[object, str] = {}
    names: dict[str, str] = {}
    pieces = []
    for leaf in leaves:
        if not _is_prose(leaf):
            key = leaf.text if isinstance(leaf, Words) else (leaf.name, leaf.filters)
            hole = holes.setdefault(key, min(chr(ord(FIRST_SLOT) + len(holes)), LAST_SLOT))
            names[hole] = leaf.text if isinstance(leaf, Words) else f"{{{{ {leaf.name} }}}}"
            pieces.append(hole)
        elif isinstance(leaf, Words):
            pieces.append(leaf.text)
    starts = [0, *accumulate(map(len, pieces))]
    return "".join(pieces), starts[:-1], names


def _is_prose(leaf: Leaf) -> bool:
    """Whether a leaf is the passage's own words."""
    return isinstance(leaf, Words) and not leaf.is_constant


def _without_holes(message: str, names: dict[str, str]) -> str:
    for hole, name in names.items():
        message = message.replace(hole, name)
    return message


def _where(passage: Passage, leaf: Leaf, offset: int, width: int) -> Location:
    """Where a stretch of a leaf stands, as far as its line goes; the whole tag if it is a slot."""
    if not isinstance(leaf, Words) or leaf.is_constant:
        return passage.where(leaf)
    start = place_of(passage.text, leaf)[0]
    rest = leaf.text[offset : offset + width].partition("\n")[0]
    return passage.at(start + offset, max(1, len(rest)))


# -- a guide


def _in_guide(text: Text, locale: str, names: re.Pattern[str] | None) -> Iterator[Found]:
    said = plain(text)
    yield from _joins(said, locale)
    if names:
        tongue = tongue_of(locale)
        ends = [*accumulate(len(span.text) for span in text)]

        def is_name(start: int, end: int) -> bool:
            span = text[bisect_right(ends, start)]
            if _reads_names(span):
                return True
            return _is_alone(said, tongue, start, end)

        yield from self_comparisons(said, tongue, names, is_name)


def _reads_names(span: Span) -> bool:
    return isinstance(span.origin, Said) and any(_NAMES in read.key for read in span.origin.reads[-1:])


def _names_of(pack: Pack, guide: Guide) -> re.Pattern[str] | None:
    place = pack.facts.owner("place", guide.place)
    if place is None:
        return None
    kinds = (place.scope, "place")
    name, *forms = (place.names.form(form, guide.locale, kinds) or "" for form in PLACE_FORMS)
    return _pattern([name, *(form for form in forms if name not in form)])


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """What finds any of some names, the longer before the shorter, as words of their own."""
    written = "|".join(re.escape(name) for name in sorted({*names} - {""}, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{written})(?![\w-])") if written else None


def _is_alone(text: str, tongue: Tongue, start: int, end: int) -> bool:
    """Whether a name is no part of a longer one: no other word with a capital stands beside it."""
    before = _WORD_BEFORE.search(text[max(0, start - _LOOKED_BACK) : start])
    after = _WORD_AFTER.match(text, end)
    beside = [before[1]] if before and before[1].casefold() not in tongue.words else []
    return not any(word[:1].isupper() for word in (*beside, after[0].strip() if after else ""))


def _is_of_facts(pack: Pack, locale: str, text: Text, found: Found) -> bool:
    """Whether all of a finding lies in one slot's text: a name that facts give, or a constant."""
    first, last = (_span_at(text, offset) for offset in (found.begins, found.end - 1))
    origin = text[first].origin
    if first != last or not isinstance(origin, Said):
        return False
    return not _is_prose(_leaf(pack, locale, origin)[1])


def _span_at(text: Text, offset: int) -> int:
    ends = [*accumulate(len(span.text) for span in text)]
    return min(bisect_right(ends, offset), len(text) - 1)


def _leaf(pack: Pack, locale: str, origin: Said) -> tuple[Passage, Leaf]:
    passage = pack.passage_by_id(origin.passage, locale)
    return passage, next(leaf for leaf in passage.leaves() if leaf.number == origin.part)


def _where_in_guide(pack: Pack, locale: str, text: Text, found: Found) -> Location:
    """Where what comes second stands in its passage; of spaces, where the passage has one."""
    first, last = _span_at(text, found.start), _span_at(text, found.end - 1)
    said = [index for index in range(first, last + 1) if isinstance(text[index].origin, Said)]
    index = (said[-1] if found.rule == SPACES else said[0]) if said else first
    span = text[index]
    if not isinstance(span.origin, Said):
        return location_of(pack, span.origin, locale)
    passage, leaf = _leaf(pack, locale, span.origin)
    if not isinstance(leaf, Words) or leaf.is_constant:
        return passage.where(leaf)
    before = sum(len(earlier.text) for earlier in text[:index])
    start, end = max(0, found.start - before), min(len(span.text), found.end - before)
    if span.text != leaf.text:
        start, end = (_as_written(leaf.text, offset) for offset in (start, end))
    return _where(passage, leaf, start, end - start)


def _as_written(text: str, offset: int) -> int:
    """Where a character of a flowed text stands in the text as its lines were written."""
    for found in _BREAK.finditer(text):
        if found.start() >= offset:
            break
        offset += found.end() - found.start() - 1
    return offset
