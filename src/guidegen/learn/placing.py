"""Where what a document tells is to stand: files that are new, and lines for files that are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from guidegen import schema
from guidegen.facts import FOLDERS, PAIRS, Owner
from guidegen.learn.agreement import Differing, agree, differing, shown
from guidegen.learn.found import Fact, Plain
from guidegen.learn.imported import Imported
from guidegen.learn.quoted import as_snippets, new_file, quoted, with_passages
from guidegen.lookup import MISSING, Found
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused
from guidegen.scaffold.naming import as_yaml
from guidegen.scaffold.plan import Plan
from guidegen.source import Location, Source
from guidegen.yamledit import insert_entry
from guidegen.yamlfile import Mapping, need_yaml


class Placed(NamedTuple):
    """What is to be written, and what isn't.

    `facts` and `snippets` are the files' texts as if the pack had none, `taken` the facts in them that the
    pack lacks or has otherwise: what the document alone would make of the pack. `by_hand` is what no line
    can be added for.
    """

    plan: Plan
    facts: dict[str, str]
    snippets: dict[str, str]
    taken: frozenset[str]
    differing: tuple[Differing, ...]
    by_hand: tuple[Problem, ...]


def placed(pack: Pack, one: Imported) -> Placed:
    """The files of what a document tells. Raises `Refused` for a file of the pack that can't be read."""
    return _Placing(pack, one).all()


class _Placing:
    def __init__(self, pack: Pack, one: Imported) -> None:
        self.pack, self.one, self.before = pack, one, one.before
        self.source = as_yaml(one.document.path)
        self.by_root: dict[str, dict[str, Fact]] = {"place": {}, "role": {}, "pair": {}}
        for name, fact in one.found.facts.items():
            root, _, path = name.partition(".")
            if path != "scope":
                self.by_root[root][path] = fact
        self.new: dict[str, bytes] = {}
        self.gaining: dict[str, bytes] = {}
        self.facts: dict[str, str] = {}
        self.snippets: dict[str, str] = {}
        self.lacking: list[str] = []
        self.differing: list[Differing] = []
        self.by_hand: list[Problem] = []

    def all(self) -> Placed:
        self._compare()
        for owner in (self.before.place, self.before.role):
            self._owner(owner)
        self._pair()
        self._quoted()
        taken = frozenset(self._taken())
        return Placed(
            Plan(self.new, self.gaining),
            self.facts,
            self.snippets,
            taken,
            tuple(self.differing),
            tuple(self.by_hand),
        )

    def _compare(self) -> None:
        """Find out what the pack lacks, and what it has otherwise."""
        for root, facts in self.by_root.items():
            for path, fact in facts.items():
                name = f"{root}.{path}"
                stated = self._stated(name)
                if stated is MISSING or root in self.one.new:
                    if fact.value is not False or root in self.one.new:
                        self.lacking.append(name)
                elif not agree(stated, fact, self.one.locale):
                    self.differing += differing(name, stated, fact, self.one.locale)

    def _stated(self, name: str) -> Found:
        try:
            return self.before.known.read(name).value
        except Refused:
            return MISSING

    # -- facts

    def _owner(self, owner: Owner) -> None:
        file = f"{FOLDERS[owner.kind]}/{owner.slug}.yaml"
        text = "\n".join(self._new_file(owner)) + "\n"
        if owner.kind in self.one.new:
            self.new[file] = text.encode()
            self.facts[file] = text
        elif owner != self.pack.facts.owner(owner.kind, owner.slug) or any(
            name.startswith(f"{owner.kind}.") for name in self._taken()
        ):
            self.facts[file] = text
            self._add(file, owner)

    def _taken(self) -> list[str]:
        return [*self.lacking, *(each.name.partition("[")[0] for each in self.differing)]

    def _new_file(self, owner: Owner) -> Iterator[str]:
        yield "# Read from a guide. `guidegen check` says what is still missing."
        yield "names:"
        for locale in owner.names.forms:
            yield f"  {self._name(locale, owner)}"
        if owner.kind == "place":
            yield f"scope: {owner.scope}"
            if owner.within:
                yield f"within: {owner.within.text}"
        yield "status: draft"
        yield f"source: {self.source}"
        facts = self.by_root[owner.kind]
        for field in self.pack.fields[owner.kind].values():
            lines = self._field(field, _under(facts, field.name), with_source=False)
            if lines:
                yield from lines

    def _name(self, locale: str, owner: Owner) -> str:
        """What an owner is called in a locale, as a line."""
        forms = owner.names.forms[locale]
        inner = ", ".join(f"{form}: {as_yaml(text)}" for form, text in forms.items())
        written = as_yaml(forms["name"]) if [*forms] == ["name"] else f"{{{inner}}}"
        return f"{locale or self.one.locale}: {written}"

    def _field(self, field: schema.Field, facts: dict[str, Fact], *, with_source: bool) -> list[str]:
        """The lines of a field; none if nothing is told of it."""
        if not facts:
            return []
        sure = facts.get("confidence")
        lines = self._value(field.type, {path: fact for path, fact in facts.items() if fact is not sure})
        about = [f"source: {self.source}"] if with_source and field.sourced else []
        about += [f"confidence: {shown(sure.value)}"] if sure else []
        if not about:
            return [f"{field.name}: {lines[0]}"] if lines[0] else [f"{field.name}:", *_deeper(lines[1:])]
        if lines[0]:
            return [f"{field.name}: {{value: {lines[0]}, {', '.join(about)}}}"]
        if isinstance(field.type, schema.Figures):
            return [f"{field.name}:", *_deeper(self._sourced(lines[1:]))]
        return [f"{field.name}:", "  value:", *_deeper(_deeper(lines[1:])), *_deeper(about)]

    def _sourced(self, lines: Iterable[str]) -> list[str]:
        """Lines `NAME: NUMBER` with the source of each."""
        return [
            f"{name}: {{value: {value}, source: {self.source}}}"
            for name, _, value in (line.partition(": ") for line in lines)
        ]

    def _value(self, kind: schema.Type, facts: dict[str, Fact]) -> list[str]:
        """A value on the first line, or nothing there and lines below it."""
        fact = facts.get("")
        if fact is not None:
            if isinstance(fact.value, tuple):
                item = kind.item if isinstance(kind, schema.ListOf) else kind
                return ["", *(f"- {self._entry(item, *entry)}" for entry in fact.value)]
            return [self._scalar(kind, fact.value)]
        if not isinstance(kind, schema.Record):
            return ["", *(f"{name}: {shown(each.value)}" for name, each in facts.items())]
        records: dict[str, list[str]] = {}
        for path, each in facts.items():
            term, _, name = path.partition(".")
            field = kind.fields.get(name)
            if field:
                records.setdefault(term, []).append(f"{name}: {self._scalar(field.type, each.value)}")
        return ["", *(f"{term}: {{{', '.join(values)}}}" for term, values in records.items())]

    def _scalar(self, kind: schema.Type, value: Plain) -> str:
        if isinstance(kind, schema.Text) and isinstance(value, str):
            return self._text(value)
        return as_yaml(value) if isinstance(value, str) else shown(value)

    def _text(self, text: str) -> str:
        """A text, said in the document's locale where the pack has others."""
        several = len(self.pack.all_locales) > 1
        return f"{{{self.one.locale}: {as_yaml(text)}}}" if several else as_yaml(text)

    def _entry(self, kind: schema.Type, name: str, note: str) -> str:
        if isinstance(kind, schema.Text):
            return self._text(name)
        if note:
            return f"{{name: {as_yaml(name)}, note: {self._text(note)}}}"
        return as_yaml(name)

    def _pair(self) -> None:
        facts = self.by_root["pair"]
        file = f"{PAIRS}/{self.before.place.slug}/{self.before.role.slug}.yaml"
        if not any(name.startswith("pair.") for name in self._taken()):
            return
        lines = [f"source: {self.source}"]
        for field in self.pack.fields["pair"].values():
            lines += self._field(field, _under(facts, field.name), with_source=False)
        text = "\n".join(lines) + "\n"
        self.facts[file] = text
        if (self.pack.root / file).exists():
            self.gaining[file] = self._with_facts(
                (self.pack.root / file).read_bytes().decode(), file, "pair"
            ).encode()
        else:
            self.new[file] = text.encode()

    # -- facts that a file lacks

    def _add(self, file: str, owner: Owner) -> None:
        """Lines for what the file of a place or role lacks; what it has is never changed."""
        text = (self.pack.root / file).read_bytes().decode()
        stated = self.pack.facts.owner(owner.kind, owner.slug)
        if stated and owner.names != stated.names:
            text = self._with_line(text, file, "names", self._name(self.one.locale, owner))
        if stated and owner.within and not stated.within:
            text = self._with_line(text, file, "", f"within: {owner.within.text}")
        text = self._with_facts(text, file, owner.kind)
        if text.encode() != (self.pack.root / file).read_bytes():
            self.gaining[file] = text.encode()

    def _with_line(self, text: str, file: str, under: str, line: str) -> str:
        """The text of a file with a line more, at its end or under a key."""
        whole = need_yaml(Source(file, text.replace("\r\n", "\n")))
        mapping = whole.entries.get(under) if under else whole
        if isinstance(mapping, Mapping):
            try:
                return insert_entry(text, mapping, [line])
            except Refused as refused:
                self.by_hand += [each._replace(kind="by-hand") for each in refused.problems]
        return text

    def _with_facts(self, text: str, file: str, root: str) -> str:
        for field in self.pack.fields[root].values():
            wanted = [name for name in self.lacking if f"{name}.".startswith(f"{root}.{field.name}.")]
            facts = {path: self.by_root[root][path] for path in (name.partition(".")[2] for name in wanted)}
            if not facts:
                continue
            mapping = need_yaml(Source(file, text.replace("\r\n", "\n")))
            inner = mapping.entries.get(field.name)
            under = _under(facts, field.name)
            try:
                if inner is None:
                    text = insert_entry(text, mapping, self._field(field, under, with_source=True))
                elif isinstance(inner, Mapping):
                    text = self._add_inside(text, inner, field, under)
                else:
                    self._note_by_hand(file, wanted)
            except Refused as refused:
                self.by_hand += [each._replace(kind="by-hand") for each in refused.problems]
        return text

    def _add_inside(self, text: str, mapping: Mapping, field: schema.Field, facts: dict[str, Fact]) -> str:
        inner = mapping.entries.get("value")
        if isinstance(inner, Mapping):
            mapping = inner
        _, *lines = self._value(field.type, facts)
        if isinstance(field.type, schema.Figures):
            lines = self._sourced(lines)
        for line in lines:
            text = insert_entry(text, mapping, [line])
            whole = need_yaml(Source(mapping.location.path, text.replace("\r\n", "\n")))
            again = whole.entries[field.name]
            assert isinstance(again, Mapping)
            nested = again.entries.get("value")
            mapping = nested if isinstance(nested, Mapping) else again
        return text

    def _quoted(self) -> None:
        for file, passages in quoted(self.one).items():
            self.snippets[file] = as_snippets(passages)
            if (self.pack.root / file).exists():
                self.gaining[file] = with_passages(self.pack.root, file, passages)
            else:
                self.new[file] = new_file(file, passages, self.one).encode()

    def _note_by_hand(self, file: str, names: Iterable[str]) -> None:
        message = f"{', '.join(names)}: no line can be added for it"
        self.by_hand.append(Problem("by-hand", message, Location.of_file(file), "add it by hand"))


def _under(facts: dict[str, Fact], name: str) -> dict[str, Fact]:
    """The facts at or below a field, by their path from there on."""
    return {
        path.removeprefix(name).removeprefix("."): fact
        for path, fact in facts.items()
        if path == name or path.startswith(f"{name}.")
    }


def _deeper(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]
