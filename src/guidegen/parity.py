"""Parity: whether the guides to one place and role mention the same facts in each locale."""

from __future__ import annotations

from collections.abc import Iterator

from guidegen.compose import location_of
from guidegen.grammar import derivable
from guidegen.guide import Block, Guide, Said, Section, Text, texts
from guidegen.lookup import TERM
from guidegen.pack import Pack
from guidegen.problems import Problem
from guidegen.values import Entries

Mentioned = dict[str, Said]  # the facts of one guide, and what mentions each first


class Parity:
    """Compares the guides of a pack as they are made: those to one place and role one after the other.

    Only these are kept meanwhile, as the facts that they mention.
    """

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._about = ("", "")
        self._mentioned: dict[str, Mentioned] = {}
        self._problems: list[Problem] = []
        self._forms = _forms(pack)

    def note(self, guide: Guide) -> None:
        """Take in a guide, in any locale."""
        if (guide.place, guide.role) != self._about:
            self._compare()
            self._about = (guide.place, guide.role)
        self._mentioned[guide.locale] = self._facts(guide)

    def problems(self) -> list[Problem]:
        """The facts that a guide mentions and one in another locale doesn't, at the passage that does.

        They are as many as the guides that differ: said of several, they are for `problems.together`.
        """
        self._compare()
        return self._problems

    def _compare(self) -> None:
        every = {key: None for mentioned in self._mentioned.values() for key in mentioned}
        for key in every:
            theirs, said = next(
                (locale, mentioned[key]) for locale, mentioned in self._mentioned.items() if key in mentioned
            )
            for locale, mentioned in self._mentioned.items():
                if key not in mentioned:
                    self._problems.append(self._problem(key, locale, theirs, said))
        self._mentioned = {}

    def _problem(self, key: str, locale: str, theirs: str, said: Said) -> Problem:
        place, role = self._about
        message = (
            f"the {locale} guide to {place} × {role} doesn't mention '{key}', which the {theirs} one does"
        )
        hint = f"say it in {self._where(said, locale)} too, or leave it out here"
        return Problem("parity", message, location_of(self.pack, said, theirs), hint)

    def _where(self, said: Said, locale: str) -> str:
        """Where another locale would say it: the passage of the same name, if it has one."""
        try:
            at = self.pack.passage_by_id(said.passage, locale).location
        except KeyError:
            return f"snippets/{locale}/"
        return f"{at.path}:{at.line}"

    # -- what a guide mentions

    def _facts(self, guide: Guide) -> Mentioned:
        pair = self.pack.facts.pair(guide.place, guide.role)
        overridden = {override.block for override in pair.overrides}
        found: Mentioned = {}
        for text in _texts(guide.blocks, overridden):
            for span in text:
                if isinstance(span.origin, Said):
                    for read in _keys(span.origin):
                        if key := self._fact(read):
                            found.setdefault(key, span.origin._replace(reads=()))
        return found

    def _fact(self, key: str) -> str:
        """The fact that was read under a key; empty for a name, which each locale has its own forms of."""
        root, _, rest = key.partition(".")
        first = rest.partition(".")[0]
        if (
            root == "site"
            or first in ("names", "slug")
            or first in self.pack.facts.vocabularies.get(root, ())
        ):
            return ""
        inner, _, form = key.rpartition(".")
        return inner if form in self._forms and "." in inner else key


def _keys(said: Said) -> Iterator[str]:
    """The keys that a span was read under; of a list that is told, those of the entries that are named."""
    if said.piece and isinstance(entries := said.reads[-1].value, Entries):
        if said.piece % 2:  # between them stand commas and such
            yield entries[said.piece // 2].key
        said = said._replace(reads=(*said.reads[:-1], *said.reads[-1].because))
    yield from (read.key for read in said.facts)


def _forms(pack: Pack) -> set[str]:
    """What a term or an entry is read by, in whichever locale: `name`, and the forms of terms."""
    stated = (
        form
        for terms in pack.facts.vocabularies.values()
        for term in terms.values()
        for forms in term.names.forms.values()
        for form in forms
    )
    by_rule = (form for locale in pack.locales for form in derivable(locale, *TERM))
    return {"name", *stated, *by_rule}


def _texts(blocks: tuple[Block, ...], overridden: set[str]) -> Iterator[Text]:
    """What a reader sees, but for the blocks that one locale or another has a text of its own for."""
    for block in blocks:
        if block.id in overridden:
            continue
        if isinstance(block, Section):
            yield from _texts(block.blocks, overridden)
        else:
            yield from texts(block)
