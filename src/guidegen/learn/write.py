"""What was learned, written as a pack: blocks, passages, facts, and a table for each choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from guidegen.learn.determined import Determined
from guidegen.learn.draft import Decides, Draft, Row
from guidegen.learn.learned import Bands, Block, Choice, Drafted, Learned, labels_of
from guidegen.learn.model import (
    ALL,
    PAIR,
    PLACE,
    ROLE,
    Explained,
    Figure,
    Grid,
    Items,
    Own,
    Sentences,
    Shared,
    Slot,
    Template,
    Variants,
    templates_of,
)
from guidegen.learn.naming import Name, first_words, names, title_of
from guidegen.learn.ordering import Ordering, in_braces
from guidegen.learn.tabled import Rule, row_names
from guidegen.scaffold.naming import as_yaml


def drafted(learned: Learned) -> Drafted:
    """The pack that says what was learned."""
    writer = _Writer(learned)
    blocks = writer.write()
    return Drafted(writer.draft, blocks, tuple(writer.ordering.fixes))


class _Writer:
    """Puts down owners, blocks and passages; what is in which order is the ordering's."""

    def __init__(self, learned: Learned) -> None:
        self.of = learned
        self.names = names(learned.explained)
        self._title = title_of(learned.explained)
        self.draft = Draft(learned.locale, learned.babel, learned.money, learned.site)
        self.determined = Determined(learned.place_of, learned.role_of)
        self.ordering = Ordering(learned, self.draft, self.determined, self.names)
        self._figures: dict[int, Slot] = dict(learned.slots)
        self._odd: dict[str, list[int]] = {}  # documents that a table's fact doesn't give their text

    def write(self) -> list[Block]:
        """The blocks, everything they need being put down."""
        self._owners()
        blocks = [self._block(index) for index in range(len(self.of.explained))]
        self.ordering.outline(blocks)
        self.ordering.pairs(blocks)
        return blocks

    # -- places, roles, layout

    def _owners(self) -> None:
        draft, of = self.draft, self.of
        for kind, known, owner_of in ((PLACE, of.places, of.place_of), (ROLE, of.roles, of.role_of)):
            for slug, forms in known.items():
                needed = "name" if kind == PLACE else "one"
                draft.names[kind][slug] = forms or {needed: slug.replace("-", " ")}
                paths = [of.documents[index].path for index, owner in owner_of.items() if owner == slug]
                draft.sources[kind][slug] = (
                    paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"
                )
        for index in of.place_of:
            draft.sources[PAIR][self.determined.pair(index)] = of.documents[index].path
        pairs = (f"{place}/{role}" for place in of.places for role in of.roles)
        draft.unpublished = [pair for pair in pairs if pair not in draft.sources[PAIR]]
        for (owner, name), declared in of.declared.items():
            draft.fields[owner][name] = declared
        for owner, slug, name, value in of.stated:
            draft.fact(owner, slug, name, value)
        draft.derivations = list(of.derivations)
        slots = [part for one in of.explained for template in templates_of(one.by) for part in template]
        read_as = dict(_name_and_owner(slot) for slot in slots if isinstance(slot, Slot))
        for name, texts in of.texts.items():
            level = read_as.get(name) or self.determined.level(texts)
            draft.fields[level][name] = ("type: text", "about: Words that a sentence has of its own there.")
            self._state(level, name, texts)

    # -- blocks

    def _block(self, index: int) -> Block:
        one, name = self.of.explained[index], self.names[index]
        if self.of.bands and self.of.bands.column == index:
            return self._bands(name, self.of.bands)
        by = one.by
        if isinstance(by, Items):
            return self._items(index, name, one, by)
        if isinstance(by, Grid):
            lines = [self._filled(line, name) for line in _grid_lines(by)]
            self.draft.lines("", "", f"{name.kebab}.table", lines)
            return _made("lines", f"{name.kebab}.table")
        kind = "title" if index == self._title else "heading" if name.is_heading else "paragraph"
        if isinstance(by, Shared):
            passage = f"{name.kebab}.{ {'title': 'title', 'heading': 'heading'}.get(kind, 'text') }"
            self.draft.passage("", "", passage, self._filled(by.template, name))
            return _made(kind, passage)
        if any(block.kind != "line" or not block.text.strip() for block in one.column.cells.values()):
            return self._as_they_stand(name, {i: block.text for i, block in one.column.cells.items()})
        parts = by.parts if isinstance(by, Sentences) else (by,)
        made = [self._part(index, number, part) for number, part in enumerate(parts)]
        odd = sorted({document for called in self._odd.values() for document in called})
        self._odd.clear()
        listed = made[0] if len(made) == 1 else f"[{', '.join(map(in_braces, made))}]"
        block = Block(made[0].removeprefix("{decide: ").removesuffix("}"), {kind: listed})
        for document in odd:
            self.ordering.except_(document, index, block)
        return block

    def _part(self, index: int, number: int, part: Shared | Variants | Own) -> str:
        """A passage or a decision, as an outline names it."""
        name = self.names[index]
        called = name.kebab if number == 0 else f"{name.kebab}-{number + 1}"
        if isinstance(part, Shared):
            self.draft.passage("", "", f"{called}.text", self._filled(part.template, name))
            return f"{called}.text"
        if isinstance(part, Own) and part.by != ALL and all(part.of.values()):
            for document, template in part.of.items():
                slug = self.determined.slug(part.by, document)
                self.draft.passage(part.by, slug, called, self._filled(template, name))
            return f"{part.by}:{called}"
        if isinstance(part, Own):
            part = _as_variants(part)
        self._choose(called, name, part, self.of.choices.get((index, number), Choice()))
        return f"{{decide: {called}}}"

    def _choose(self, called: str, name: Name, part: Variants, choice: Choice) -> None:
        """Passages for variants, and the table that chooses one: by a rule, else by an editorial fact."""
        labels = choice.labels or labels_of(part)
        outcomes: dict[str, str | None] = {}
        for label, template in zip(labels, part.templates):
            outcomes[label] = f"{called}.{label}" if template else None
            if template:
                self.draft.passage("", "", f"{called}.{label}", self._filled(template, name))
        about = f"Which text stands under {name.heading or 'the title'}."
        if choice.rule:
            self._ruled(called, about, choice.rule, labels, outcomes)
            return
        level, of, odd = self.determined.usual(part.of)
        own = name.key if called == name.kebab else f"{name.key}_{called.rpartition('-')[2]}"
        key = choice.field or self.draft.free_key(level, f"{own}_text")
        begins = "; ".join(
            f"{label}: {first_words(template) or 'nothing'}"
            for label, template in zip(labels, part.templates)
        )
        self.draft.fields[level][key] = (
            "type: choice",
            f"choices: [{', '.join(labels)}]",
            f"about: {as_yaml(f'{about} {begins}')}",
        )
        self._odd[called] = odd
        if level == PAIR:  # a pair says only what is unusual
            usual = Counter(of.values()).most_common(1)[0][0]
            of = {index: number for index, number in of.items() if number != usual}
            cells = {label: "missing" if number == usual else label for number, label in enumerate(labels)}
        else:
            cells = {label: label for label in labels}
        self._state(level, key, {index: labels[number] for index, number in of.items()})
        rows = tuple(Row(label, (cells[label],), outcome) for label, outcome in outcomes.items())
        self.draft.tables[called] = Decides(about, (f"{level}.{key}",), rows)

    def _ruled(
        self, called: str, about: str, rule: Rule, labels: tuple[str, ...], outcomes: dict[str, str | None]
    ) -> None:
        by_number = {f"v{number}": label for number, label in enumerate(labels, 1)}
        rows = tuple(
            Row(
                row_name.replace(line.label, by_number[line.label]),
                line.cells,
                outcomes[by_number[line.label]],
            )
            for row_name, line in zip(row_names(rule), rule.rows)
        )
        otherwise = None if rule.otherwise is None else outcomes[by_number[rule.otherwise]] or "nothing"
        self.draft.tables[called] = Decides(about, rule.columns, rows, otherwise)
        for column, formula in zip(rule.columns, rule.formulas):
            if formula and f"{column}: {formula}" not in self.draft.derivations:
                self.draft.derivations.append(f"{column}: {formula}")

    def _items(self, index: int, name: Name, one: Explained, by: Items) -> Block:
        entries = by.of
        odd = any(
            len({*listed}) < len(listed) or not all(map(_is_entry, listed)) for listed in entries.values()
        )
        marked = any(block.marker != self.draft.bullet for block in one.column.cells.values())
        if odd or marked:
            texts = {index: block.text for index, block in one.column.cells.items()}
            return self._as_they_stand(name, texts)
        level = by.by or ROLE
        key = self.of.list_keys.get(index) or self.draft.free_key(level, name.key)
        self.draft.fields[level][key] = (
            "type: list of text",
            "sourced: yes",
            f"about: {as_yaml(f'Listed under {name.heading}.' if name.heading else 'A list.')}",
        )
        self._state(level, key, entries)
        self.draft.passage("", "", f"{name.kebab}.entry", (Slot("item"),))
        return Block(f"{level}.{key}", {"list": f"{{each: {level}.{key}, entry: {name.kebab}.entry}}"})

    def _as_they_stand(self, name: Name, texts: dict[int, str]) -> Block:
        """Lines that are each document's, place's or role's own, put out as they stand."""
        level = self.determined.level(texts)
        for index, text in texts.items():
            slug = self.determined.slug(level, index)
            self.draft.lines(level, slug, name.kebab, [(line,) for line in text.split("\n")])
        return _made("lines", f"{level}:{name.kebab}")

    def _bands(self, name: Name, bands: Bands) -> Block:
        self.draft.levels = bands.levels
        made: dict[str, list[str]] = {"header": [], "row": []}
        for kind, templates in (("header", bands.header), ("row", bands.row)):
            for number, template in enumerate(templates, 1):
                passage = f"{name.kebab}.{kind}-{number}"
                self.draft.passage("", "", passage, template)
                made[kind].append(passage)
        inner = f"header: [{', '.join(made['header'])}], each: band, row: [{', '.join(made['row'])}]"
        return Block(made["header"][0], {"table": f"{{{inner}}}"})

    # -- figures

    def _filled(self, template: Template, name: Name) -> Template:
        return tuple(self._figure(part, name) if isinstance(part, Figure) else part for part in template)

    def _figure(self, figure: Figure, name: Name) -> Slot:
        """What a figure reads: what was found for it, else a fact of its own."""
        if figure.number not in self._figures:
            values = {index: _stored(figure.form, value) for index, value in figure.values.items()}
            level = self.determined.level(values)
            key = self.draft.free_key(level, f"{name.key}_figure")
            self.draft.fields[level][key] = (
                "type: decimal",
                f"about: {as_yaml(f'A figure under {name.heading}.' if name.heading else 'A figure.')}",
            )
            self._state(level, key, values)
            self._figures[figure.number] = Slot(f"{level}.{key}", (figure.form,))
        return self._figures[figure.number]

    # -- facts

    def _state(
        self, level: str, name: str, values: Mapping[int, str | Decimal | bool | tuple[str, ...]]
    ) -> None:
        for index, value in values.items():
            self.draft.fact(level, self.determined.slug(level, index), name, value)

    # -- the outline

    # -- pairs


def _name_and_owner(slot: Slot) -> tuple[str, str]:
    """The name of a fact that a slot reads, and whether it is a place's, a role's or a pair's."""
    owner, _, name = slot.name.partition(".")
    return name, owner


def _is_entry(text: str) -> bool:
    """Whether a list of facts may have this entry."""
    return bool(text.strip()) and "\t" not in text


def _made(kind: str, passage: str) -> Block:
    return Block(passage, {kind: passage})


def _stored(form: str, value: Decimal) -> Decimal:
    return value * 1000 if form == "thousands" else value


def _as_variants(own: Own) -> Variants:
    """Texts of each owner as variants: some of them are nothing, which no passage says."""
    templates = list(dict.fromkeys(own.of.values()))
    return Variants(tuple(templates), {index: templates.index(one) for index, one in own.of.items()})


def _grid_lines(grid: Grid) -> list[Template]:
    def line(cells: tuple[Template, ...]) -> Template:
        parts: list[str | Slot | Figure] = ["| "]
        for number, cell in enumerate(cells):
            parts += [*cell, " | " if number < len(cells) - 1 else " |"]
        return tuple(parts)

    rule = "|" + "---|" * len(grid.header)
    return [line(grid.header), (rule,), *map(line, grid.rows)]
