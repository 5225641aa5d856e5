"""A pack in the making: fields, facts, rules, blocks and passages, put down as its files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from guidegen.facts import FOLDERS
from guidegen.learn.model import PAIR, PLACE, ROLE, Slot, Template
from guidegen.pack import OWNED
from guidegen.pairs import PairFile
from guidegen.scaffold.naming import as_yaml
from guidegen.settings import PROSE_RULES

_WIDTH = 100  # of the lines of a passage
_TAGS = re.compile(r"\{(?=[{%#]|$)")
_BLANKS = re.compile(r"  +")
_LEADING, _TRAILING = re.compile(r"^(?: +|#)"), re.compile(r" +$")
_WORDS = re.compile(r"(?:\{\{.*?\}\}|[^ ])+")
_SCOPE = "scope: country  # a guess: documents don't say so; a city or region also has `within:`"
_OWNERS = (PLACE, ROLE, PAIR)
Value = str | Decimal | bool | tuple[str, ...] | dict[str, dict[str, Decimal]]


class Money(NamedTuple):
    """How a pack writes money: its currency, and the number patterns of its locale."""

    currency: str
    money: str
    thousands: str


class Override(NamedTuple):
    """A block that a document has otherwise: its text there, None if it has none."""

    block: str
    text: str | None
    as_lines: bool
    reason: str


class Row(NamedTuple):
    """A row of a decision table; the outcome None says nothing."""

    name: str
    cells: tuple[str, ...]
    outcome: str | None


class Decides(NamedTuple):
    """A decision table; `otherwise` is what it falls to, None if its rows match everything."""

    about: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    otherwise: str | None = None


class Draft:
    """What is put down so far. Names are the caller's; nothing is ever written twice under one name."""

    def __init__(self, locale: str, babel: str, money: Money, site: str) -> None:
        self.locale = locale
        self.babel = babel
        self.money = money
        self.site = site
        self.names: dict[str, dict[str, dict[str, str]]] = {PLACE: {}, ROLE: {}}  # kind, slug, form
        self.sources: dict[str, dict[str, str]] = {PLACE: {}, ROLE: {}, PAIR: {}}
        self.fields: dict[str, dict[str, tuple[str, ...]]] = {owner: {} for owner in _OWNERS}
        self.facts: dict[str, dict[str, dict[str, Value]]] = {owner: {} for owner in _OWNERS}
        self.levels: dict[str, str] = {}
        self.derivations: list[str] = []
        self.tables: dict[str, Decides] = {}
        self.blocks: list[str] = []
        self.passages: dict[str, dict[str, str]] = {}  # file inside the locale's folder, name, text
        self.files: dict[str, PairFile] = {}
        self.overrides: dict[str, list[Override]] = {}
        self.unpublished: list[str] = []  # pairs that no document is of
        self.blank_lines = 0
        self.bullet = "- "
        self.newline = "\n"
        self.final_newline = True

    def passage(self, owner: str, slug: str, name: str, template: Template) -> None:
        """Put down a passage: everybody's (no owner), or a place's, a role's or a pair's (`CITY/ROLE`)."""
        file = f"{OWNED[owner]}/{slug}.md" if owner else "guide.md"
        self.passages.setdefault(file, {})[name] = passage_text(template)

    def lines(self, owner: str, slug: str, name: str, templates: Iterable[Template]) -> None:
        """Put down a passage of lines that keep their breaks."""
        file = f"{OWNED[owner]}/{slug}.md" if owner else "guide.md"
        self.passages.setdefault(file, {})[name] = "\n".join(map(line_text, templates))

    def fact(self, owner: str, slug: str, name: str, value: Value) -> None:
        """State a fact of a place, a role or a pair."""
        self.facts[owner].setdefault(slug, {})[name] = value

    def free_key(self, level: str, wanted: str) -> str:
        """A name for a fact that no other of the place, role or pair has."""
        number, key = 2, wanted
        while key in self.fields[level]:
            key, number = f"{wanted}_{number}", number + 1
        return key

    # -- files

    def as_files(self, documents: Iterable[tuple[str, str, bytes]]) -> dict[str, bytes]:
        """The pack's files by path; `documents` are its goldens, each with its place and role."""
        texts = {"pack.yaml": self._settings(), "rules/outline.yaml": self._outline()}
        if rules := self._rules():
            texts["rules/rules.yaml"] = rules
        if self.levels:
            texts["facts/levels.yaml"] = "".join(
                f"{key}: {{{self.locale}: {as_yaml(name)}}}\n" for key, name in self.levels.items()
            )
        for kind, folder in FOLDERS.items():
            for slug in self.names[kind]:
                texts[f"{folder}/{slug}.yaml"] = self._owner(kind, slug)
        pairs = dict.fromkeys((*self.facts[PAIR], *self.files, *self.overrides, *self.unpublished))
        for slug in pairs:
            texts[f"facts/pairs/{slug}.yaml"] = self._pair(slug)
        for file, passages in self.passages.items():
            texts[f"snippets/{self.locale}/{file}"] = _snippets(passages)
        files = {path: text.encode() for path, text in texts.items()}
        return files | {f"golden/{self.locale}/{place}/{role}.txt": data for place, role, data in documents}

    def _settings(self) -> str:
        newline = {"\n": "lf", "\r\n": "crlf"}[self.newline]
        final = "yes" if self.final_newline else "no"
        lines = [
            "# What `guidegen learn` can't know is a guess: the site, and the day that facts are read at.",
            f'site: {{name: {as_yaml(self.site)}, address: "https://example.com"}}',
            f"currency: {self.money.currency}",
            "as_of: 2000-01-01",
            "locales:",
            (
                f"  {self.locale}: {{babel: {self.babel}, money: {_quoted(self.money.money)}, "
                f"thousands: {_quoted(self.money.thousands)}}}"
            ),
            (
                f'text: {{bullet: {_quoted(self.bullet)}, column: "|", rule: "---", '
                f"blank_lines: {self.blank_lines}, newline: {newline}, final_newline: {final}}}"
            ),
            "prose:  # these are documents that were published: their wording is nobody's mistake any more",
            f"  off: [{', '.join(PROSE_RULES)}]",
            "fields:",
        ]
        for owner, fields in self.fields.items():
            if fields:
                lines.append(f"  {owner}:")
            for name, declared in fields.items():
                lines += [f"    {name}:", *(f"      {line}" for line in declared)]
        if not any(self.fields.values()):
            lines[-1] = "fields: {}"
        return "\n".join(lines) + "\n"

    def _outline(self) -> str:
        return "blocks:\n" + "".join(f"  {line}\n" for line in self.blocks)

    def _rules(self) -> str:
        lines = list(self.derivations)
        for name, table in self.tables.items():
            lines += ["", f"{name}:", f"  about: {as_yaml(table.about)}", "  table: |"]
            lines += [f"    {line}" for line in _table(table.columns, table.rows)]
            lines += [] if table.otherwise is None else [f"  otherwise: {table.otherwise}"]
        return "\n".join(lines).strip("\n") + "\n" if lines else ""

    def _owner(self, kind: str, slug: str) -> str:
        forms = self.names[kind][slug]
        lines = ["names:", f"  {self.locale}:"]
        lines += [f"    {form}: {as_yaml(text)}" for form, text in forms.items()]
        if list(forms) == ["name"]:
            lines = [f"names: {as_yaml(forms['name'])}"]
        lines += [_SCOPE] if kind == PLACE else []
        lines += ["status: published", f"source: {as_yaml(self.sources[kind][slug])}"]
        return "\n".join([*lines, *_stated(self.facts[kind].get(slug, {}))]) + "\n"

    def _pair(self, slug: str) -> str:
        if slug in self.unpublished:
            return "status: draft  # no document is of this place and role\n"
        lines = [f"source: {as_yaml(self.sources[PAIR][slug])}"]
        lines += _file(self.files.get(slug, PairFile()))
        lines += _stated(self.facts[PAIR].get(slug, {}))
        if overrides := self.overrides.get(slug):
            lines.append("overrides:")
            for one in overrides:
                lines += [f"  - locale: {self.locale}", f"    block: {one.block}"]
                key = "lines" if one.as_lines else "text"
                lines.append("    absent: yes" if one.text is None else f"    {key}: {_quoted(one.text)}")
                lines += ["    owner: learned", f"    reason: {as_yaml(one.reason)}"]
                lines.append(f"    source: {as_yaml(self.sources[PAIR][slug])}")
        return "\n".join(lines) + "\n"


def _table(columns: tuple[str, ...], rows: tuple[Row, ...]) -> Iterator[str]:
    cells = [("row", *columns), *((row.name, *row.cells) for row in rows)]
    outcomes = ["passage", *(row.outcome or "nothing" for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    wide = max(map(len, outcomes))
    for line, outcome in zip(cells, outcomes):
        inner = " | ".join(cell.ljust(width) for cell, width in zip(line, widths))
        yield f"| {inner} || {outcome.ljust(wide)} |"


def _stated(facts: dict[str, Value]) -> Iterator[str]:
    for name, value in facts.items():
        if isinstance(value, tuple):
            yield f"{name}:"
            yield from (f"  - {as_yaml(entry)}" for entry in value)
        elif isinstance(value, dict):
            yield f"{name}:"
            for key, record in value.items():
                inner = ", ".join(f"{field}: {number}" for field, number in record.items())
                yield f"  {key}: {{{inner}}}"
        elif isinstance(value, bool):
            yield f"{name}: {'yes' if value else 'no'}"
        else:
            yield f"{name}: {as_yaml(value) if isinstance(value, str) else value}"


def _file(file: PairFile) -> Iterator[str]:
    said = []
    if file.newline is not None:
        said.append(f"newline: {'lf' if file.newline == chr(10) else 'crlf'}")
    if file.final_newline is not None:
        said.append(f"final_newline: {'yes' if file.final_newline else 'no'}")
    if file.byte_order_mark:
        said.append("byte_order_mark: yes")
    if file.odd_newlines:
        said.append(f"odd_newlines: [{', '.join(map(str, file.odd_newlines))}]")
    if file.blank_lines:
        inner = ", ".join(f"{_quoted(block)}: {count}" for block, count in file.blank_lines)
        said.append(f"blank_lines: {{{inner}}}")
    if file.blank_end:
        said.append(f"blank_end: {file.blank_end}")
    if said:
        yield f"file: {{{', '.join(said)}}}"


def _quoted(text: str) -> str:
    from guidegen.yamledit import quoted

    return quoted(text)


# -- passages


def _snippets(passages: dict[str, str]) -> str:
    return "\n".join(f"## {name}\n{text}\n" for name, text in passages.items())


def passage_text(template: Template) -> str:
    """A template as the text of a passage that says it: on lines of a readable length.

    What a passage can't hold as it is, braces of a tag, tabs, blanks at an edge or several in a row, is
    written as a constant.
    """
    return _wrapped(line_text(template))


def line_text(template: Template) -> str:
    """A template as a line of a passage that says it, however long."""
    pieces = [_slot(part) if isinstance(part, Slot) else _literal(str(part)) for part in template]
    if template and isinstance(template[0], str):
        pieces[0] = _edged(pieces[0], _LEADING)
    if template and isinstance(template[-1], str):
        pieces[-1] = _edged(pieces[-1], _TRAILING)
    return "".join(pieces)


def _slot(slot: Slot) -> str:
    return "{{ " + " | ".join((slot.name, *slot.filters)) + " }}"


def _literal(text: str) -> str:
    text = _TAGS.sub(lambda found: _constant(found[0]), text)
    text = _BLANKS.sub(lambda found: _constant(found[0]), text)
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = "".join(_constant(f"\\u{ord(one):04x}") if unicodedata.combining(one) else one for one in text)
    return text.replace("\t", _constant("\\t"))


def _edged(text: str, edge: re.Pattern[str]) -> str:
    return edge.sub(lambda found: _constant(found[0]), text)


def _constant(text: str) -> str:
    return "{{ '" + text + "' }}"


def _wrapped(text: str) -> str:
    """The text on lines that are joined by single spaces again."""
    lines: list[str] = []
    line = ""
    for word in _WORDS.findall(text):
        if line and len(line) + 1 + len(word) > _WIDTH and not word.startswith("#"):
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])
