"""The rules of the prose linter, each a reading of one text; all are linear in its length."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import NamedTuple

from guidegen.prose.numbers import number_forms
from guidegen.prose.sentences import Word, is_slot, sentences_of, words_of
from guidegen.prose.tongue import Numerals, Tongue

SPACES = "double-space"
_BLANKS = " \u00a0\u202f"
_NO_BREAK = "\u00a0\u202f"
_MORE_BLANKS = re.compile(rf"(?<![\s])[{_BLANKS}]{{2,}}(?![\s])")
_PART = re.compile(r"[^\W\d_]+")
_LONGEST_NAME = 4  # words of a name that may be doubled as a whole
_NEAR = 4  # words from one foreign word to the next
_LINKS = 3  # words within a name, as in NAME of the NAME
_CLAUSE = 6  # words from a word of comparison to what is compared
_CLAUSE_LETTERS = 100
_CLAUSE_ENDS = re.compile(r"[,;:()–—]")


class Found(NamedTuple):
    """What a rule finds: the stretch to show, where all of it begins, and what to say."""

    rule: str
    start: int
    end: int
    begins: int
    message: str
    hint: str


# -- words


def doubled_words(text: str, tongue: Tongue) -> Iterator[Found]:
    """The same word twice in a row, also across a comma, and the same name of several words."""
    words = words_of(text)
    bare = [_without_possessive(word.folded) for word in words]
    index = 1
    while index < len(words):
        alike = [
            at for at in range(index, min(index + _LONGEST_NAME, len(words))) if bare[at] == bare[index - 1]
        ]
        length = next((at - index + 1 for at in alike if _is_doubled(words, index, at - index + 1)), 0)
        first = words[index].inside
        if length and not (length == 1 and first.casefold() in tongue.doubles):
            last = words[index + length - 1]
            start, end = words[index].start, last.end
            said = text[start:end].replace("\n", " ")
            yield Found(
                "doubled-word",
                start,
                end,
                words[index - length].start,
                f"'{said}' stands twice in a row",
                "say it once; where two facts may be one, let a table choose the passage",
            )
        index += max(1, length)


def _is_doubled(words: tuple[Word, ...], index: int, length: int) -> bool:
    """Whether as many words as `length`, from the index on, repeat those before them."""
    if index < length:
        return False
    first, second = words[index - length : index], words[index : index + length]
    if first[-1].after not in ("", ",") or second[0].before:
        return False
    if not all(word.is_spoken for word in first):
        return False
    if length == 1:
        return first[0].folded == _without_possessive(second[0].folded)
    return (
        (first[0].inside[:1].isupper() or is_slot(first[0].inside[:1]))
        and all(not word.after for word in (*first[:-1], *second[:-1]))
        and [word.inside for word in first[:-1]] == [word.inside for word in second[:-1]]
        and first[-1].inside == _without_possessive(second[-1].inside)
    )


def _without_possessive(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s")


def foreign_words(text: str, tongue: Tongue, others: tuple[Tongue, ...]) -> Iterator[Found]:
    """Frequent words of another language near each other, outside of names."""
    found = list(_PART.finditer(text)) if others else []
    counted = {index for index, part in enumerate(found) if part[0].islower()}
    counted -= _links(text, found)
    for other in others:
        theirs = other.words - tongue.words
        last: int | None = None
        for index, part in enumerate(found):
            if index in counted and part[0] in theirs:
                if last is not None and index - last <= _NEAR and part[0] != found[last][0]:
                    yield Found(
                        "foreign-words",
                        part.start(),
                        part.end(),
                        found[last].start(),
                        f"'{found[last][0]}' and '{part[0]}' are words of '{other.language}', "
                        f"in a text in '{tongue.language}'",
                        "translate them; a name from another language belongs in facts/",
                    )
                    return
                last = index


def _links(text: str, parts: list[re.Match[str]]) -> set[int]:
    """Words in lower case between two with a capital, and nothing else between: parts of a name."""
    found: set[int] = set()
    run: list[int] | None = None
    for index, part in enumerate(parts):
        gap = text[parts[index - 1].end() : part.start()] if index else "."
        if run is not None and gap.strip(" \n'’-"):
            run = None
        if not part[0][0].islower():
            found |= {*(run or ())}
            run = []
        elif run is not None:
            run = [*run, index] if len(run) < _LINKS else None
    return found


# -- signs and blanks


def more_spaces(text: str) -> Iterator[Found]:
    """Two or more spaces in a row within a line."""
    for found in _MORE_BLANKS.finditer(text):
        start, end = found.span()
        message = "two spaces in a row" if end - start == 2 else f"{end - start} spaces in a row"
        hint = "leave one; words in an {% if %} take one of the spaces around it along"
        yield Found(SPACES, start, end, start, message, hint)


def unpaired(text: str, tongue: Tongue) -> Iterator[Found]:
    """Quotes and brackets that don't pair; what closes and is an apostrophe too closes nothing else."""
    partner = {pair[0]: pair[1] for pair in tongue.pairs}
    opens = {pair[1]: [one[0] for one in tongue.pairs if one[1] == pair[1]] for pair in tongue.pairs}
    waiting: list[tuple[int, str]] = []
    for index, letter in enumerate(text):
        if letter not in partner and letter not in opens:
            continue
        before, after = text[index - 1 : index], text[index + 1 : index + 2]
        if letter in opens and (top := _open(waiting, opens[letter])) is not None:
            if letter == tongue.apostrophe and before.isalpha() and after.isalpha():
                continue
            yield from (_unclosed(at, mark, partner) for at, mark in waiting[top + 1 :])
            del waiting[top:]
        elif letter in partner:
            waiting.append((index, letter))
        elif letter != tongue.apostrophe and not (letter == ")" and _is_enumerated(text, index)):
            message = f"this {letter} closes nothing"
            hint = f"write {opens[letter][0]} where it begins, or delete it"
            yield Found("unbalanced-quotes", index, index + 1, index, message, hint)
    yield from (_unclosed(at, mark, partner) for at, mark in waiting)


def _open(waiting: list[tuple[int, str]], marks: list[str]) -> int | None:
    """The last of those waiting that one of these marks has opened, if it isn't far back."""
    for index in range(len(waiting) - 1, max(-1, len(waiting) - 8), -1):
        if waiting[index][1] in marks:
            return index
    return None


def _unclosed(at: int, mark: str, partner: dict[str, str]) -> Found:
    message = f"this {mark} isn't closed"
    hint = f"write {partner[mark]} where it ends, or delete it"
    return Found("unbalanced-quotes", at, at + 1, at, message, hint)


def _is_enumerated(text: str, index: int) -> bool:
    """Whether a bracket follows one letter or digit, as in a) and 1)."""
    return text[index - 1 : index].isalnum() and not text[max(0, index - 2) : index - 1].strip()


def missing_spaces(text: str, tongue: Tongue) -> Iterator[Found]:
    """Marks without the no-break space that the language puts before or after them."""
    marks = tongue.space_before + tongue.space_after + tongue.space_before_unit
    for index, mark in enumerate(text if marks else ""):
        if mark not in marks:
            continue
        before, after = text[index - 1 : index], text[index + 1 : index + 2]
        where = ""
        if mark in tongue.space_after and after and after not in _NO_BREAK:
            where = "after"
        elif _wants_space(text, index, tongue):
            where = "before"
        if where:
            blank = after if where == "after" else before
            message = f"{'an ordinary space' if blank in (' ', chr(10)) else 'no space'} {where} '{mark}'"
            hint = (
                f"put a no-break space {where} it, narrow (U+202F) or wide (U+00A0); "
                "a name that has the mark is written {{ 'NAME" + mark + "' }}"
            )
            yield Found("narrow-space", index, index + 1, index, message, hint)


def _wants_space(text: str, index: int, tongue: Tongue) -> bool:
    """Whether a mark ends a stretch of words, or a number, and has no no-break space before it.

    It doesn't within an address or a time, after another mark, or after a bracket that opens.
    """
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if text[index] in tongue.space_before_unit:
        return _is_number(text[max(0, index - 2) : index])
    if (
        text[index] not in tongue.space_before
        or not before
        or before in _NO_BREAK
        or before in "([{…"
        or before in tongue.space_before
    ):
        return False
    return text[index] == "»" or not (after.isalnum() or after in ("/", "-", "_"))


def _is_number(before: str) -> bool:
    """Whether a number or a slot stands at the end, with an ordinary space after it or none."""
    last = before.rstrip(" \n")[-1:]
    return bool(last) and (last.isdigit() or is_slot(last)) and len(before) - len(before.rstrip(" \n")) < 2


# -- sentences


def same_openings(text: str, tongue: Tongue) -> Iterator[Found]:
    """Neighbouring sentences that open with the same words."""
    before: list[Word] = []
    for sentence in sentences_of(text, tongue):
        words = [word for word in sentence if word.inside][: tongue.opening_words]
        count = _common(before, words)
        is_long = count and len(words[0].inside) >= tongue.opening_letters
        if count and (count == tongue.opening_words or is_long):
            start, end = words[0].start, words[count - 1].end
            said = text[start:end].replace("\n", " ")
            message = f"two sentences in a row open with '{said}'"
            yield Found("same-opening", start, end, before[0].start, message, "open one of them otherwise")
        before = words


def _common(first: list[Word], second: list[Word]) -> int:
    """How many words are the same from the beginning."""
    count = 0
    for one, other in zip(first, second):
        if one.folded != other.folded or not one.is_spoken:
            break
        count += 1
    return count


def self_comparisons(
    text: str, tongue: Tongue, names: re.Pattern[str], is_name: Callable[[int, int], bool]
) -> Iterator[Found]:
    """Sentences that compare a place with itself; `is_name` tells its name from a part of another."""
    if tongue.comparing is None or len(names.findall(text)) < 2:
        return
    for sentence in sentences_of(text, tongue):
        begin, end = sentence[0].start, sentence[-1].end
        places = [found for found in names.finditer(text, begin, end) if is_name(*found.span())]
        if len(places) < 2:
            continue
        starts = [place.start() for place in places]
        for compared in tongue.comparing.finditer(text, begin, end):
            index = bisect_left(starts, compared.end())
            if index < len(places) and _is_close(text, compared.end(), starts[index]):
                index += index == 0 and not _PART.search(text, begin, compared.start())
                if index:
                    message = f"'{places[index][0]}' is compared with itself"
                    hint = "say it otherwise; where the two may be one, let a table choose the passage"
                    yield Found("same-place", *places[index].span(), starts[0], message, hint)
                    break


def _is_close(text: str, start: int, end: int) -> bool:
    """Whether a stretch is within a clause, and short."""
    between = text[start:end] if end - start < _CLAUSE_LETTERS else ";"
    return not _CLAUSE_ENDS.search(between) and len(between.split()) <= _CLAUSE


# -- all that are a matter of one text


def in_text(text: str, tongue: Tongue, others: tuple[Tongue, ...], numerals: Numerals | None) -> list[Found]:
    """What is found in a text by itself: in a passage, its slots being one character each, or in a line."""
    found = [
        *at_joins(text, tongue),
        *unpaired(text, tongue),
        *foreign_words(text, tongue, others),
        *missing_spaces(text, tongue),
    ]
    if numerals:
        found += (
            Found("number-form", start, end, start, message, hint)
            for start, end, message, hint in number_forms(text, tongue, numerals)
        )
    return found


def at_joins(text: str, tongue: Tongue) -> list[Found]:
    """What may come about where slots and parts meet."""
    return [*doubled_words(text, tongue), *more_spaces(text), *same_openings(text, tongue)]
