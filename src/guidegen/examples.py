"""The examples of a pack, tried by its rules: what fails, and rows of tables that none of them reaches."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from guidegen.facts import Facts, Owner
from guidegen.lookup import MISSING, Found, Missing, Read, Subject
from guidegen.pack import Pack
from guidegen.pairs import Pair, PairFile
from guidegen.problems import Problem, Refused, some
from guidegen.rules.arithmetic import steps
from guidegen.rules.cells import Anything, matches
from guidegen.rules.examples import COUNTRY, SCOPE, Example, Expected, read_examples
from guidegen.rules.known import Known
from guidegen.rules.table import Decision, Row, Table, look, shown
from guidegen.rules.tabular import NOTHING
from guidegen.schema import ASPECTS, SCOPES
from guidegen.source import Location
from guidegen.stated import Reading
from guidegen.values import Entries, Entry, Localized, Names, Term

OTHERWISE = "otherwise"
_COUNTRY = SCOPES[-1]
_NOWHERE = Location.of_file("")


def example_problems(pack: Pack, *, tried: bool = True) -> list[Problem]:
    """What is wrong with the examples; unless the rules themselves are wrong, what comes of trying them.

    An example that fails is an error at what it expects. A table that some example decides gets a warning
    for the rows that none reaches.
    """
    problems: list[Problem] = []
    reading = Reading(pack.all_locales, pack.facts.vocabularies, problems)
    examples = read_examples(pack.examples, pack.book, pack.catalogue, reading)
    if not tried:
        return problems
    all_read = not problems
    reached: dict[str, set[str]] = {}
    for example in examples:
        trial = _Trial(pack, example)
        for expected in example.expected:
            problems += _failure(trial, example, expected)
        for decision in trial.decisions.values():
            rows = {row.name for row in decision.rows} or {OTHERWISE}
            reached.setdefault(decision.table.name, set()).update(rows)
    if all_read:
        problems += _unreached(pack, reached)
    return problems


class _Trial(Known):
    """What is known of an example, and each table that was decided for it."""

    def __init__(self, pack: Pack, example: Example) -> None:
        super().__init__(_subject(pack, example), pack.book, pack.catalogue, example.derived)
        self.decisions: dict[str, Decision] = {}

    def decide(self, table: Table) -> Decision:
        self.decisions[table.name] = decision = super().decide(table)
        return decision

    def _who(self) -> str:
        return "the example"


class _Imagined(Subject):
    """A place, a role and a pair of which nothing is known but what an example gives."""

    def read(self, name: str) -> Read:
        found = super().read(name)
        unknown = name.endswith(".slug") or (name == SCOPE and not found.value)
        return found._replace(value=MISSING) if unknown else found


class _GivenFacts(Facts):
    """The pack's vocabularies, and a country that an example gives."""

    def __init__(self, real: Facts, country: Owner) -> None:
        super().__init__(real.root, real.fields, real.locales, real.draft_locales)
        self._vocabularies = real.vocabularies
        self._given_country = country

    def country(self, place: Owner) -> Owner:
        return place if place.scope == _COUNTRY else self._given_country


def _subject(pack: Pack, example: Example) -> Subject:
    def owner(kind: str, slug: str, scope: str) -> Owner:
        facts = example.facts.get(slug, {})
        return Owner(kind, slug, Names({}, _NOWHERE), "published", scope, None, facts, _NOWHERE)

    country = owner("place", COUNTRY, _COUNTRY)
    return _Imagined(
        _GivenFacts(pack.facts, country),
        pack.settings.site,
        pack.locales[0],
        pack.settings.as_of,
        owner("place", "place", example.scope),
        owner("role", "role", ""),
        Pair("pair", example.facts.get("pair", {}), PairFile(), (), None),
    )


# -- what failed


def _failure(trial: _Trial, example: Example, expected: Expected) -> Iterator[Problem]:
    wanted = _said(expected.value) if expected.passages is None else _listed(expected.passages)
    try:
        differs = _difference(trial, expected)
    except Refused as refused:
        (problem, *_) = refused.problems
        differs = f"but {problem.message}", _hint_of(problem)
    if differs:
        came, why = differs
        about = f"about: {example.about}\n" if example.about else ""
        yield Problem(
            "example", f"'{expected.name}': expected {wanted}, {came}", expected.location, about + why
        )


def _difference(trial: _Trial, expected: Expected) -> tuple[str, str] | None:
    """What came instead of what was expected, and why; None if that came."""
    name = expected.name
    if expected.passages is not None:
        decision = trial.decide(trial.book.tables[name])
        passages = tuple(outcome for _, outcome in decision.outcomes)
        if passages == expected.passages:
            return None
        return f"got {_listed(passages)}", _why_rows(decision, expected.passages or (NOTHING,))
    read = trial.read(name)
    if _comparable(read.value) == _comparable(expected.value):
        return None
    if name in trial.decisions:
        why = _why_rows(trial.decisions[name], (_said(expected.value),))
    else:
        why = _why_value(trial, name, read)
    return f"got {_said(read.value)}", why


def _listed(passages: tuple[str, ...]) -> str:
    return ", ".join(passages) or NOTHING


def _comparable(value: Found) -> object:
    """A value without where it stands and where it comes from."""
    if isinstance(value, Entries):
        return tuple(_comparable(fact.value) for fact in value)
    if isinstance(value, dict):
        return {key: _comparable(fact.value) for key, fact in value.items()}
    return value.key if isinstance(value, Term) else value


def _said(value: Found) -> str:
    """A value as an example states it, numbers without zeros at their end."""
    if isinstance(value, Entries):
        return f"[{', '.join(_said(fact.value) for fact in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_said(fact.value)}' for key, fact in value.items())}}}"
    if isinstance(value, Entry):
        return _said(value.name)
    if isinstance(value, Localized):
        return next(iter(value.texts.values()), "")
    if isinstance(value, (Term, Missing, bool)):
        return shown(look(value))
    text = str(value)
    return text.rstrip("0").rstrip(".") if isinstance(value, Decimal) and "." in text else text


def _why_rows(decision: Decision, wanted: tuple[str, ...]) -> str:
    """The rows that matched, and a row that would have said what was expected, with the cells that count."""
    values = [look(read.value) for read in decision.reads]
    lines = []
    for row in decision.rows:
        cells = [
            f"{read.name} is {shown(value)}" + f" ({_cell(row, index)})" * (_cell(row, index) != shown(value))
            for index, (read, value) in enumerate(zip(decision.reads, values))
            if not isinstance(row.cells[index], Anything)
        ]
        lines.append(f"row '{row.name}' matched: {', '.join(cells) or 'it always does'}")
    if not lines:
        seen = ", ".join(f"{read.name} is {shown(value)}" for read, value in zip(decision.reads, values))
        lines.append(f"no row matched: {seen}")
    matched = {row.name for row in decision.rows}
    others = [row for row in decision.table.rows if row.name not in matched]
    for row in others:
        if (row.outcome or NOTHING) in wanted:
            failed = [
                f"{read.name} {_cell(row, index)}"
                for index, (read, value) in enumerate(zip(decision.reads, values))
                if not matches(row.cells[index], value)
            ]
            lines.append(
                f"row '{row.name}' wants {', '.join(failed)}" if failed else f"row '{row.name}' comes later"
            )
            break
    return "\n".join((*lines, f"the table is in {decision.table.location}"))


def _cell(row: Row, index: int) -> str:
    return row.cell_locations[index].text


def _why_value(trial: _Trial, name: str, read: Read) -> str:
    """The formula, and its steps with what was read."""
    root, *path = name.split(".")
    each = trial.book.eaches.get(root)
    derivation = each.fields[path[-1]] if each else trial.book.derivations[root]
    where = f"the formula is in {derivation.location}"
    if isinstance(read.value, Missing) and each:
        lacking = f"'{each.over}'" if read.because else f"'{path[0]}' among '{each.over}'"
        return f"give {lacking} in the example too\n{where}"
    behind = {found.name: found for found in read.because}
    done = steps(derivation.expression, behind.__getitem__, trial.subject.locale)
    reads = [f"{found.name} is {_said(found.value)}" for found in read.because]
    shown_ = "; ".join(map(str, done)) or ", ".join(reads)
    return f"{derivation.text.text}{': ' if shown_ else ''}{shown_}\n{where}"


def _hint_of(problem: Problem) -> str:
    give = problem.hint
    if problem.lacks:
        name, _, aspect = problem.lacks.rpartition(".")
        whole = f"{name}: {{value: …, {aspect}: …}}" if aspect in ASPECTS else problem.lacks
        give = f"give '{whole}' in the example too"
    return f"{give}\nthe rule is in {problem.location}" if problem.location else give


# -- rows that no example reaches


def _unreached(pack: Pack, reached: dict[str, set[str]]) -> Iterator[Problem]:
    for name, rows in reached.items():
        table = pack.book.tables[name]
        unreached = [f"'{row.name}'" for row in table.rows if row.name not in rows]
        if not table.is_complete and OTHERWISE not in rows:
            unreached.append(f"`{OTHERWISE}`")
        if unreached:
            what = "row" if len(unreached) == 1 else "rows"
            message = f"table '{name}': no example reaches {what} {some(unreached)}"
            yield Problem("untried-row", message, table.location, "add one below `examples:`", warning=True)
