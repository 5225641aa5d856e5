"""A passage run backwards: the ways in which it may be said, and what its slots hold in a given text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from guidegen.snippets import flowed
from guidegen.template import Branch, Part, Slot, Words

MOST_WAYS = 64  # of one passage: six conditions
LONGEST_SLOT = 2_000  # characters that one slot may stand for
_MOST_ELEMENTS = 400


class Own(NamedTuple):
    """Any text: a passage of an owner that hasn't written it yet, or one that no row of a table has."""

    name: str


Element = str | Slot | Own
Elements = tuple[Element, ...]
Held = tuple[tuple[Slot | Own, str], ...]


class Way(NamedTuple):
    """One way to say something: text and slots, with what was chosen for it.

    `rows` are tables with the row that each came to (empty where its table says nothing), `branches` are
    conditions with how they turned out, `passages` the names of passages.
    """

    elements: Elements
    rows: tuple[tuple[str, str], ...] = ()
    branches: tuple[tuple[str, bool], ...] = ()
    passages: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """How many characters of it are its own words."""
        return sum(len(element) for element in self.elements if isinstance(element, str))


class Steps:
    """How much may still be tried for one document: no text makes an import endless."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self) -> bool:
        """Whether one more may be tried."""
        self.left -= 1
        return self.left >= 0


def ways_of(parts: Iterable[Part], *, flow: bool = True) -> list[tuple[Elements, dict[str, bool]]]:
    """The ways in which a passage may be said, all conditions met first; at most `MOST_WAYS`.

    With `flow`, its lines are joined as composition joins them. A condition that is asked twice has one
    answer.
    """
    found: list[tuple[Elements, dict[str, bool]]] = [((), {})]
    for part in parts:
        grown: list[tuple[Elements, dict[str, bool]]] = []
        for elements, branches in found:
            if isinstance(part, Branch):
                answers = [branches[part.name]] if part.name in branches else [True, False]
                for answer in answers:
                    chosen = _leaves(part.then if answer else part.otherwise, flow=flow)
                    grown.append(((*elements, *chosen), {**branches, part.name: answer}))
            else:
                grown.append(((*elements, *_leaves((part,), flow=flow)), branches))
        found = grown[:MOST_WAYS]
    return [(joined(elements), branches) for elements, branches in found]


def _leaves(parts: Iterable[Part], *, flow: bool) -> Iterator[Element]:
    for part in parts:
        if isinstance(part, Words):
            yield flowed(part.text) if flow else part.text
        elif isinstance(part, Slot):
            yield part


def joined(elements: Iterable[Element]) -> Elements:
    """The same with neighbouring texts made one, and without empty ones."""
    found: list[Element] = []
    for element in elements:
        if isinstance(element, str) and found and isinstance(found[-1], str):
            found[-1] += element
        elif element != "":
            found.append(element)
    return tuple(found)


def filled(elements: Iterable[Element], known: Callable[[Slot], str | None]) -> Elements:
    """The same with the text of those slots that are known."""
    return joined(
        text if isinstance(element, Slot) and (text := known(element)) else element for element in elements
    )


def key_of(element: Slot | Own) -> tuple[str, object]:
    """What two slots that say the same have in common."""
    return (element.name, element.filters) if isinstance(element, Slot) else (element.name, "")


def feasible(elements: Elements, text: str, *, inside: bool = False) -> bool:
    """Whether a text may be this, each slot being any text at all; with `inside`, whether it is in the text.

    Each literal is looked for behind the one before, the last at the end: time is linear.
    """
    if not elements:
        return inside or not text
    at, gap = 0, int(inside)
    last = len(elements) - 1
    for index, element in enumerate(elements):
        if not isinstance(element, str):
            at, gap = at + 1, 1
            continue
        if index == last and not inside:
            starts = len(text) - len(element)
            return text.endswith(element) and (starts >= at if gap else starts == at)
        found = text.find(element, at) if gap else (at if text.startswith(element, at) else -1)
        if found < 0:
            return False
        at, gap = found + len(element), 0
    return at <= len(text)


def matched(
    elements: Elements,
    text: str,
    fits: Callable[[Slot | Own, str], bool],
    hints: Mapping[tuple[str, object], str],
    steps: Steps,
) -> Held | None:
    """What each slot holds if the text is this; None if it isn't, or if too much would have to be tried.

    A slot holds what `fits` it: what `hints` say of it if that is there, else the shortest text. The same
    slot holds the same text each time.
    """
    if not feasible(elements, text):
        return None
    return next(parses(elements, text, fits, hints, steps), None)


def parses(
    elements: Elements,
    text: str,
    fits: Callable[[Slot | Own, str], bool],
    hints: Mapping[tuple[str, object], str],
    steps: Steps,
) -> Iterator[Held]:
    """All that slots may hold if the text is this, the likeliest first."""
    if len(elements) > _MOST_ELEMENTS:
        return
    keys = [key_of(element) for element in elements if not isinstance(element, str)]
    found = _Match(elements, text, fits, hints, steps, repeats=len({*keys}) < len(keys))
    yield from found.walk(0, 0, ())


class _Match:
    """A text that is gone through once from each place for each element; dead ends are remembered."""

    def __init__(
        self,
        elements: Elements,
        text: str,
        fits: Callable[[Slot | Own, str], bool],
        hints: Mapping[tuple[str, object], str],
        steps: Steps,
        *,
        repeats: bool,
    ) -> None:
        self.elements, self.text, self.fits, self.hints, self.steps = elements, text, fits, hints, steps
        self.repeats = repeats
        self.dead: set[tuple[int, int]] = set()

    def walk(self, index: int, at: int, held: Held) -> Iterator[Held]:
        while index < len(self.elements) and isinstance(element := self.elements[index], str):
            if not self.text.startswith(element, at):
                return
            index, at = index + 1, at + len(element)
        if index == len(self.elements):
            if at == len(self.text):
                yield held
            return
        if (index, at) in self.dead or not self.steps.take():
            return
        slot = self.elements[index]
        assert not isinstance(slot, str)
        any_way = False
        for end in self._ends(index, at, slot, held):
            if not self.steps.take():
                return
            piece = self.text[at:end]
            if self.fits(slot, piece):
                for way in self.walk(index + 1, end, (*held, (slot, piece))):
                    any_way = True
                    yield way
        if not any_way and not self.repeats:
            self.dead.add((index, at))

    def _ends(self, index: int, at: int, slot: Slot | Own, held: Held) -> Iterator[int]:
        """Where the slot may end, the likeliest first."""
        key = key_of(slot)
        before = next((text for one, text in held if key_of(one) == key), None)
        if before is not None:
            if self.text.startswith(before, at):
                yield at + len(before)
            return
        hint = self.hints.get(key)
        hinted = at + len(hint) if hint and self.text.startswith(hint, at) else -1
        if hinted > at:
            yield hinted
        yield from (end for end in self._others(index, at, slot) if end != hinted)

    def _others(self, index: int, at: int, slot: Slot | Own) -> Iterator[int]:
        most = len(self.text) if isinstance(slot, Own) else min(len(self.text), at + LONGEST_SLOT)
        if index + 1 == len(self.elements):
            if at < len(self.text) <= most:
                yield len(self.text)
            return
        following = self.elements[index + 1]
        if not isinstance(following, str):
            yield from range(at + 1, most)
            return
        if index + 2 == len(self.elements):
            end = len(self.text) - len(following)
            if at < end <= most and self.text.endswith(following):
                yield end
            return
        end = self.text.find(following, at + 1)
        while 0 <= end <= most:
            yield end
            end = self.text.find(following, end + 1)
