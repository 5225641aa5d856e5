"""How a fact of each type is written: the type in words, and a form with blanks to fill."""

from __future__ import annotations

from guidegen import schema
from guidegen.pack import Pack
from guidegen.problems import some

_PROVENANCE = ["source:", "dated:", "checked:", "confidence:"]


# -- in words


def in_words(kind: schema.Type, pack: Pack, *, sourced: bool = False) -> str:
    """What a value of this type is, in words: its choices, bounds and known terms."""
    if isinstance(kind, schema.ListOf):
        return f"A list. Each entry: {_lower(in_words(kind.item, pack, sourced=sourced))}"
    if isinstance(kind, schema.Number):
        return _number(kind)
    if isinstance(kind, schema.Boolean):
        return "yes or no."
    if isinstance(kind, schema.Choice):
        return f"One of: {some(kind.options)}."
    if isinstance(kind, schema.KeyOf):
        return f"A key of {_file(kind.vocabulary)}: {_terms(kind.vocabulary, pack)}."
    if isinstance(kind, schema.Entry):
        return f"A name{'; a line `note: …` may follow it' if sourced else ', or {name: …, note: …}'}."
    if isinstance(kind, schema.Record):
        return _record(kind, pack)
    if isinstance(kind, schema.Figures):
        return (
            "Numbers, each under a NAME of your own (lower-case letters, digits and _) and with what it "
            "counts as `unit`."
        )
    locales = pack.locales
    by_locale = ", ".join(f"{locale}: …" for locale in locales)
    return f"A text, or one for each locale: {{{by_locale}}}." if len(locales) > 1 else "A text."


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _number(kind: schema.Number) -> str:
    words = ["A whole number" if kind.integral else "A number, with a point before decimals"]
    if kind.low is not None:
        words.append(f"{'over' if kind.low_open else 'at least'} {kind.low}")
    if kind.high is not None:
        words.append(f"{'under' if kind.high_open else 'at most'} {kind.high}")
    return ", ".join(words) + "."


def _file(vocabulary: str) -> str:
    return f"facts/{vocabulary}.yaml"


def _terms(vocabulary: str, pack: Pack) -> str:
    return some(pack.facts.vocabularies.get(vocabulary, {}), _file(vocabulary)) or "it has none yet"


def _record(kind: schema.Record, pack: Pack) -> str:
    words = [f"For each key of {_file(kind.vocabulary)} ({_terms(kind.vocabulary, pack)}):"]
    for name, field in kind.fields.items():
        about = f" {_sentence(field.about)}" if field.about else ""
        words.append(f"`{name}`, {_lower(in_words(field.type, pack))}{about}")
    for low, high in zip(kind.ascending, kind.ascending[1:]):
        words.append(f"`{low}` is at most `{high}`.")
    words += [f"`{name}` never falls from one key to the next." for name in kind.rising]
    return " ".join(words)


def _sentence(text: str) -> str:
    flat = " ".join(text.split())
    return flat if flat[-1:] in ".!?:" else f"{flat}."


def about(field: schema.Field) -> str:
    """What the pack says that a field is for, as a sentence."""
    return _sentence(field.about) if field.about else f"`{field.name}`: pack.yaml doesn't say what it is for."


# -- as a form


def stub(field: schema.Field, pack: Pack) -> list[str]:
    """The lines that state a field, with blanks to fill; the first is `FIELD:`."""
    return _under(field.name, _stated(field.type, pack, sourced=field.sourced))


def _stated(kind: schema.Type, pack: Pack, *, sourced: bool) -> list[str]:
    """A value with its provenance if it needs a source, else bare: one line, or several."""
    if not sourced or isinstance(kind, (schema.ListOf, schema.Figures)):
        return _bare(kind, pack, sourced=sourced)
    if isinstance(kind, schema.Entry):
        return [*_bare(kind, pack, sourced=True), *_PROVENANCE]
    return [*_under("value", _bare(kind, pack, sourced=False)), *_PROVENANCE]


def _bare(kind: schema.Type, pack: Pack, *, sourced: bool) -> list[str]:
    if isinstance(kind, schema.ListOf):
        first, *rest = _stated(kind.item, pack, sourced=sourced)
        entry = [f"- {first}".rstrip(), *(f"  {line}" for line in rest)]
        return entry if rest else entry * 3
    if isinstance(kind, schema.Entry):
        return ["name:"] if sourced else [""]
    if isinstance(kind, schema.Figures):
        return _under("NAME", ["value:", "unit:", *(_PROVENANCE if sourced else [])])
    if isinstance(kind, schema.Record):
        terms = list(pack.facts.vocabularies.get(kind.vocabulary, {})) or ["KEY"]
        return [line for term in terms for line in _record_form(term, kind, pack)]
    return [""]


def _under(key: str, lines: list[str]) -> list[str]:
    if lines == [""]:
        return [f"{key}:"]
    return [f"{key}:", *(f"  {line}" for line in lines)]


def _record_form(term: str, kind: schema.Record, pack: Pack) -> list[str]:
    flat = (schema.Number, schema.Boolean, schema.Choice, schema.KeyOf)
    if all(isinstance(field.type, flat) for field in kind.fields.values()):
        return [f"{term}: {{{', '.join(f'{name}: ' for name in kind.fields)}}}"]
    inner = [
        line
        for name, field in kind.fields.items()
        for line in _under(name, _bare(field.type, pack, sourced=False))
    ]
    return _under(term, inner)
