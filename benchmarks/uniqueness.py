"""Measures how much of each published guide stands in no other guide of its role and locale.

What is counted are words: the texts that a reader sees, in order; charts are left out, as text formats do.
Names and numbers are masked first, so that a city's name in a sentence that every city has is no difference:

- by origin: a span that reads facts (names of places, roles and tools, entries, specialties, figures, bands)
  is masked whole. Only skills are not: those are words, and the guides of a role share them;
- by spelling: what has a digit is masked, and what has a capital wherever it stands in a locale's guides, for
  that is a name that a writer typed: an agency, a month, another city.

A word is shared with another guide if it lies in a run of at least four consecutive words, with masks at the
same places between them, that the other has too, anywhere. Four, because runs of three meet by chance ("one
of the", "in the end"), and runs of five or more would let a sentence pass that was reworded here and there.
What no other guide has is unique. Of a pair of guides, the share is that of all words of both.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, groupby
from pathlib import Path
from statistics import median

from measured import table

from guidegen.compose import Composer
from guidegen.guide import Chart, Guide, Said, flat, texts
from guidegen.pack import Pack
from guidegen.problems import Refused

ROOT = Path(__file__).resolve().parent.parent
LEAST = 0.35
RUN = 4
MASK = "_"
WORDY = {"skills"}  # fields that are read and yet have words of ours
_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*|_")  # apostrophes end a word: what follows d' may be a name
_FIELD = re.compile(r"[^.]*\.(\w*)")
Runs = list[tuple[str, ...]]


def visible(guide: Guide) -> Iterator[str]:
    """The words of a guide, a mask for what reads facts."""
    for block in flat(guide.blocks):
        for text in () if isinstance(block, Chart) else texts(block):
            shown = ""
            for span in text:
                facts = span.origin.facts if isinstance(span.origin, Said) else []
                fields = {_FIELD.sub(r"\1", read.key.partition("[")[0]) for read in facts}
                shown += MASK if fields - WORDY else span.text.lower() if fields else span.text
            yield from _WORD.findall(shown)


def masked(guides: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Texts of one locale as words: names and numbers are masks, and several masks in a row are one."""
    small = {word for words in guides.values() for word in words if word[0].islower()}
    done = {}
    for name, words in guides.items():
        plain = (
            word.lower() if word.lower() in small and not re.search(r"\d", word) else MASK for word in words
        )
        done[name] = [word for key, group in groupby(plain) for word in ([key] if key == MASK else group)]
    return done


def runs(words: Sequence[str]) -> Runs:
    """For each word but the last three: the run that it begins, each word with the mask before it."""
    marked: list[str] = []
    for number, word in enumerate(words):
        if word != MASK:
            marked.append(f"{MASK}{word}" if number and words[number - 1] == MASK else word)
    return [
        (marked[at].removeprefix(MASK), *marked[at + 1 : at + RUN]) for at in range(len(marked) - RUN + 1)
    ]


def covered(own: Runs, others: set[tuple[str, ...]]) -> int:
    """How many words lie in runs that others have."""
    return len({at + more for at, run in enumerate(own) if run in others for more in range(RUN)})


def uniqueness(guides: Mapping[str, Sequence[str]]) -> tuple[dict[str, float], dict[tuple[str, str], float]]:
    """The share of each text's words that no other has; for each pair, the share that both have."""
    sizes = {name: sum(word != MASK for word in words) or 1 for name, words in guides.items()}
    found = {name: runs(words) for name, words in guides.items()}
    sets = {name: set(own) for name, own in found.items()}
    alone = {}
    for name, own in found.items():
        others = set[tuple[str, ...]]().union(*(one for other, one in sets.items() if other != name))
        alone[name] = 1 - covered(own, others) / sizes[name]
    both = {
        (a, b): (covered(found[a], sets[b]) + covered(found[b], sets[a])) / (sizes[a] + sizes[b])
        for a, b in combinations(found, 2)
    }
    return alone, both


def words_of(pack: Pack, locale: str) -> dict[str, dict[str, list[str]]]:
    """The words of every published guide of a locale, masked, by role and place."""
    composer = Composer(pack)
    names = [(role, place) for tag, place, role in pack.guides() if tag == locale]
    words = masked(
        {f"{role}/{place}": [*visible(composer.compose(place, role, locale))] for role, place in names}
    )
    roles: dict[str, dict[str, list[str]]] = {}
    for role, place in names:
        roles.setdefault(role, {})[place] = words[f"{role}/{place}"]
    return roles


def main() -> int:
    """Read the command line, measure, print: a table for each locale and role, then the least of each."""
    parser = argparse.ArgumentParser(description="How much of each guide stands in no other of its role.")
    parser.add_argument("--pack", type=Path, default=ROOT, metavar="DIR", help="else the repository's")
    parser.add_argument("--locale", metavar="TAG", help="only this one")
    parser.add_argument("--role", metavar="ROLE", help="only this one, by its file's name")
    asked = parser.parse_args()
    pack = Pack(asked.pack)
    summary = []
    for locale in [asked.locale] if asked.locale else pack.locales:
        for role, guides in words_of(pack, locale).items():
            if asked.role and role != asked.role:
                continue
            alone, both = uniqueness(guides)
            print(f"{locale}, {role}: % of words that no other guide has, then % shared with each\n")
            shares = {**both, **{(b, a): share for (a, b), share in both.items()}}
            lines = [
                [one, f"{alone[one]:.1%}", *(f"{shares.get((one, other), 1):.0%}" for other in alone)]
                for one in alone
            ]
            print(table(("place", "alone", *alone), lines))
            least, most = min(alone, key=alone.__getitem__), max(both, key=both.__getitem__, default=("", ""))
            few = [f"{place} {share:.1%}" for place, share in alone.items() if share < LEAST]
            summary.append((locale, role, f"{len(alone)}", f"{alone[least]:.1%} {least}",
                            f"{median(alone.values()):.1%}", f"{' + '.join(most)} {both.get(most, 0):.1%}",
                            ", ".join(few) or "none"))  # fmt: skip
    print(table(("locale", "role", "guides", "least", "median", "most alike", f"under {LEAST:.0%}"), summary))
    return int(not summary or any(line[-1] != "none" for line in summary))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refused as refused:
        sys.exit("\n".join(problem.message for problem in refused.problems))
