"""Formulas: expression trees over facts, evaluated exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from guidegen import schema
from guidegen.keys import NUMBER
from guidegen.lookup import Catalogue, Found, Missing, Read, Reader, UnknownName, home_of, is_present
from guidegen.problems import suggest
from guidegen.rules.syntax import Fault, SyntaxFault, parse
from guidegen.values import Entries, Fact, Term

EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])


class Constant(NamedTuple):
    """A number, a text or yes/no that stands in the formula itself."""

    value: Decimal | str | bool


class Name(NamedTuple):
    """A fact or derivation, by its dotted name; `offset` is where it stands in the formula."""

    name: str
    offset: int


class Call(NamedTuple):
    """A function, or an operator under its sign, on its arguments."""

    function: str
    arguments: tuple[Expression, ...]
    offset: int


Expression = Constant | Name | Call


class Failed(Fault):
    """The formula has no type, or no value for these facts; `lacks` is the key of one that is missing."""

    lacks = ""


# -- parsing


@lru_cache(maxsize=10_000)
def parse_formula(text: str) -> Expression:
    """The expression that a formula's text stands for. Raises `SyntaxFault`."""
    return _expression(parse(text, "formula"))


_OPERATORS = {
    "either": "or",
    "both": "and",
    "negation": "not",
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "minus": "negative",
    "choice": "if",
}


def _expression(tree: Any) -> Expression:
    kind, children = str(tree.data), [child for child in tree.children if child is not None]
    if kind == "number":
        return Constant(Decimal(str(children[0])))
    if kind == "text":
        return Constant(str(children[0])[1:-1])
    if kind in ("yes", "no"):
        return Constant(kind == "yes")
    if kind == "name":
        return Name(str(children[0]), children[0].start_pos)
    if kind == "comparison":
        arguments = (_expression(children[0]), _expression(children[2]))
        return Call(str(children[1]), arguments, children[1].start_pos)
    offset = tree.meta.start_pos or 0
    if kind == "call":
        function, *rest = children
        if str(function) not in _FUNCTIONS:
            known = [name for name in _FUNCTIONS if name.isidentifier() and name not in _WORDS]
            raise SyntaxFault(
                f"unknown function '{function}'", offset, len(function), suggest(function, known)
            )
        return Call(str(function), tuple(map(_expression, rest)), offset)
    return Call(_OPERATORS[kind], tuple(map(_expression, children)), offset)


def names(expression: Expression) -> Iterator[Name]:
    """Every name that a formula mentions, in order."""
    if isinstance(expression, Name):
        yield expression
    elif isinstance(expression, Call):
        for argument in expression.arguments:
            yield from names(argument)


# -- types

_WORDS = ("and", "or", "not", "negative")  # operators, which are never called by name
_NUMBER, _BOOLEAN, _LIST = "a number", "yes or no", "a list"
_FUNCTIONS: dict[str, tuple[tuple[str, ...], int, str]] = {  # arguments, how many are needed, result
    "round": ((_NUMBER, _NUMBER), 1, _NUMBER),
    "floor": ((_NUMBER, _NUMBER), 1, _NUMBER),
    "ceil": ((_NUMBER, _NUMBER), 1, _NUMBER),
    "half_even": ((_NUMBER, _NUMBER), 1, _NUMBER),
    "min": ((_NUMBER,) * 8, 2, _NUMBER),
    "max": ((_NUMBER,) * 8, 2, _NUMBER),
    "count": ((_LIST,), 1, _NUMBER),
    "overlaps": ((_LIST, _LIST), 2, _BOOLEAN),
    "common": ((_LIST, _LIST), 2, _LIST),
    "without": ((_LIST, _LIST), 2, _LIST),
    "present": (("",), 1, _BOOLEAN),
    "+": ((_NUMBER, _NUMBER), 2, _NUMBER),
    "-": ((_NUMBER, _NUMBER), 2, _NUMBER),
    "*": ((_NUMBER, _NUMBER), 2, _NUMBER),
    "/": ((_NUMBER, _NUMBER), 2, _NUMBER),
    "negative": ((_NUMBER,), 1, _NUMBER),
    "and": ((_BOOLEAN, _BOOLEAN), 2, _BOOLEAN),
    "or": ((_BOOLEAN, _BOOLEAN), 2, _BOOLEAN),
    "not": ((_BOOLEAN,), 1, _BOOLEAN),
    "<": ((_NUMBER, _NUMBER), 2, _BOOLEAN),
    "<=": ((_NUMBER, _NUMBER), 2, _BOOLEAN),
    ">": ((_NUMBER, _NUMBER), 2, _BOOLEAN),
    ">=": ((_NUMBER, _NUMBER), 2, _BOOLEAN),
}


def type_of(expression: Expression, catalogue: Catalogue, item: schema.Type | None) -> schema.Type:
    """The type of a formula's value. Raises `Failed` for what can't be computed."""
    if isinstance(expression, Constant):
        if isinstance(expression.value, bool):
            return schema.Boolean()
        return schema.Text() if isinstance(expression.value, str) else schema.Number()
    if isinstance(expression, Name):
        try:
            return catalogue.type_of(expression.name, item)
        except UnknownName as unknown:
            hint = unknown.hint + (
                "" if "." in expression.name else f"; a word is quoted: '{expression.name}'"
            )
            raise Failed(unknown.message, expression.offset, len(expression.name), hint) from None
    kinds = [type_of(argument, catalogue, item) for argument in expression.arguments]
    if expression.function in ("=", "!="):
        if _in_words(kinds[0]) != _in_words(kinds[1]) or _in_words(kinds[0]) == _LIST:
            raise Failed(
                f"{_in_words(kinds[0])} is compared with {_in_words(kinds[1])}",
                expression.offset,
                len(expression.function),
                "compare numbers with numbers, words with words: place.NAME = 'WORD'",
            )
        return schema.Boolean()
    if expression.function == "if":
        return _type_of_choice(expression, kinds)
    return _type_of_call(expression, kinds)


def _type_of_choice(expression: Call, kinds: list[schema.Type]) -> schema.Type:
    if not isinstance(kinds[0], schema.Boolean):
        place = _place(expression.arguments[0], expression)
        hint = "compare it (place.NUMBER > 1), or ask for it: present(place.NAME)"
        raise Failed(f"a condition is yes or no, not {_in_words(kinds[0])}", *place, hint)
    if _in_words(kinds[1]) != _in_words(kinds[2]):
        raise Failed(
            f"'then' gives {_in_words(kinds[1])}, 'else' {_in_words(kinds[2])}",
            expression.offset,
            2,
            "let both give the same kind of value",
        )
    return kinds[1] if kinds[1] == kinds[2] else schema.Number()


def _type_of_call(expression: Call, kinds: list[schema.Type]) -> schema.Type:
    wanted, needed, result = _FUNCTIONS[expression.function]
    width = len(expression.function)
    if not needed <= len(kinds) <= len(wanted):
        many = str(needed) if needed == len(wanted) else f"{needed} or {len(wanted)}"
        many = f"{needed} to {len(wanted)}" if len(wanted) > needed + 1 else many
        raise Failed(
            f"'{expression.function}' takes {many} argument{'s' * (many != '1')}, not {len(kinds)}",
            expression.offset,
            width,
            f"as {_EXAMPLES[expression.function]}" if expression.function in _EXAMPLES else "",
        )
    for argument, kind, want in zip(expression.arguments, kinds, wanted):
        if want and _in_words(kind) != want:
            raise Failed(
                f"'{expression.function}' takes {want}, not {_in_words(kind)}",
                *_place(argument, expression),
                f"as {_EXAMPLES[expression.function]}" if expression.function in _EXAMPLES else "",
            )
    if expression.function == "present" and not isinstance(expression.arguments[0], Name):
        raise Failed("'present' takes a name", expression.offset, width)
    if result == _LIST:
        return kinds[0]
    if result == _BOOLEAN:
        return schema.Boolean()
    return schema.Number(integral=expression.function == "count")


_EXAMPLES = {
    **dict.fromkeys(("round", "floor", "ceil", "half_even"), "round(item.NUMBER * place.NUMBER, 10)"),
    "min": "min(place.NUMBER, 1.05)",
    "max": "max(place.NUMBER, 1.05)",
    "count": "count(place.LIST)",
    "overlaps": "overlaps(role.LIST, place.LIST)",
    "common": "common(role.LIST, place.LIST)",
    "without": "without(place.LIST, role.LIST)",
    "present": "present(place.NAME)",
}


def _place(argument: Expression, within: Call) -> tuple[int, int]:
    """Offset and width of an argument; of what it stands in where that can't be told."""
    if isinstance(argument, Name):
        return argument.offset, len(argument.name)
    return (argument if isinstance(argument, Call) else within).offset, 1


def _in_words(kind: schema.Type) -> str:
    if isinstance(kind, schema.Number):
        return _NUMBER
    if isinstance(kind, schema.Boolean):
        return _BOOLEAN
    if isinstance(kind, schema.ListOf):
        return _LIST
    if isinstance(kind, (schema.Record, schema.Figures)):
        return "several values"
    return "a word"


# -- evaluation


class Numbers(NamedTuple):
    """A way to compute exactly: a number from the text of a fact, and what each function makes of some."""

    of: Callable[[Decimal], Any]
    compute: dict[str, Callable[..., Any]]


def evaluate(expression: Expression, read: Reader) -> tuple[Found, tuple[Read, ...]]:
    """The exact value, and what was read for it. Raises `Failed`.

    Nothing is rounded inside a formula, and the result must come out as a decimal: a third has to be
    rounded. Decimals serve until one would have no end; then all of it is computed in fractions.
    """
    reads: dict[str, Read] = {}

    def noting(name: str) -> Read:
        reads[name] = found = read(name)
        return found

    try:
        value = _computed(expression, noting, DECIMALS)
    except (Inexact, InvalidOperation):
        value = exact(expression, noting)
    if isinstance(value, (Decimal, Fraction)):
        value = _decimal(value)
    return value, tuple(reads.values())


def _decimal(value: Decimal | Fraction) -> Decimal:
    try:
        if isinstance(value, Fraction):
            value = EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    except Inexact:
        raise Failed("the result has no end, as 1/3 has none", 0, 0, "round it: round(…, 0.01)") from None
    text = f"{EXACT.add(value, _ZERO).normalize(EXACT):f}"  # which leaves no minus before a zero
    if not NUMBER.fullmatch(text):
        raise Failed("the result has too many digits", 0, 0, "at most 14 digits and 12 decimals")
    return Decimal(text)


def exact(expression: Expression, read: Reader) -> Any:
    """What a formula comes to, a number as a fraction: nothing is rounded yet. Raises `Failed`."""
    return _computed(expression, read, FRACTIONS)


def _computed(expression: Expression, read: Reader, numbers: Numbers) -> Any:
    if isinstance(expression, Constant):
        value = expression.value
        return numbers.of(value) if isinstance(value, Decimal) else value
    if isinstance(expression, Name):
        return _named(expression, read, numbers)
    function, arguments = expression.function, expression.arguments
    if function == "present":
        argument = arguments[0]
        assert isinstance(argument, Name)  # types were checked
        return is_present(read(argument.name).value)
    if function == "if":
        return _computed(arguments[1 if _computed(arguments[0], read, numbers) else 2], read, numbers)
    if function == "and":
        return _computed(arguments[0], read, numbers) and _computed(arguments[1], read, numbers)
    if function == "or":
        return _computed(arguments[0], read, numbers) or _computed(arguments[1], read, numbers)
    values = [_computed(argument, read, numbers) for argument in arguments]
    if function == "/" and values[1] == 0:
        hint = "say what it is then: if … = 0 then … else …"
        raise Failed("division by zero", *_place(arguments[1], expression), hint)
    if function in _ROUNDINGS and len(values) == 2 and values[1] <= 0:
        raise Failed(
            f"'{function}' to a multiple of {values[1]}",
            expression.offset,
            len(function),
            "round to a multiple above zero: 10, 1 or 0.01",
        )
    return numbers.compute[function](*values)


def _named(expression: Name, read: Reader, numbers: Numbers) -> Any:
    found = read(expression.name)
    value = found.value
    if isinstance(value, Missing):
        otherwise = f"if present({expression.name}) then … else …"
        hint = f"{home_of(found)}, or write `{otherwise}`"
        failed = Failed(f"'{expression.name}' is missing", expression.offset, len(expression.name), hint)
        failed.lacks = found.key
        raise failed
    if isinstance(value, Term):
        return value.key
    return numbers.of(value) if isinstance(value, Decimal) else value


def round_half_up(value: Fraction, unit: Fraction = Fraction(1)) -> Fraction:
    """The nearest multiple of the unit; a half goes away from zero."""
    steps = abs(value) / unit + Fraction(1, 2)
    return (steps.numerator // steps.denominator) * unit * (1 if value >= 0 else -1)


def _floor(value: Fraction, unit: Fraction = Fraction(1)) -> Fraction:
    return (value / unit).__floor__() * unit


def _ceil(value: Fraction, unit: Fraction = Fraction(1)) -> Fraction:
    return (value / unit).__ceil__() * unit


def _half_even(value: Fraction, unit: Fraction = Fraction(1)) -> Fraction:
    return round(value / unit) * unit


_ZERO, _ONE, _TWO = map(Decimal, (0, 1, 2))


def _steps(value: Decimal, unit: Decimal) -> tuple[Decimal, Decimal]:
    """How many whole units lie below a value, and what is left: at least 0, and less than a unit."""
    steps, rest = EXACT.divmod(value, unit)
    return (steps, rest) if rest >= 0 else (EXACT.subtract(steps, _ONE), EXACT.add(rest, unit))


def _floor_decimal(value: Decimal, unit: Decimal = _ONE) -> Decimal:
    return EXACT.multiply(_steps(value, unit)[0], unit)


def _ceil_decimal(value: Decimal, unit: Decimal = _ONE) -> Decimal:
    steps, rest = _steps(value, unit)
    return EXACT.multiply(EXACT.add(steps, _ONE) if rest else steps, unit)


def _half_up_decimal(value: Decimal, unit: Decimal = _ONE) -> Decimal:
    steps, rest = _steps(value, unit)
    twice = EXACT.add(rest, rest)
    is_up = twice > unit or (twice == unit and value > 0)
    return EXACT.multiply(EXACT.add(steps, _ONE) if is_up else steps, unit)


def _half_even_decimal(value: Decimal, unit: Decimal = _ONE) -> Decimal:
    steps, rest = _steps(value, unit)
    twice = EXACT.add(rest, rest)
    is_up = twice > unit or (twice == unit and EXACT.remainder(steps, _TWO) != 0)
    return EXACT.multiply(EXACT.add(steps, _ONE) if is_up else steps, unit)


def key_of(fact: Fact) -> object:
    """What entries of lists are compared by: the key of a term, else the value."""
    return fact.value.key if isinstance(fact.value, Term) else fact.value


def _common(one: Entries, other: Entries) -> Entries:
    keys = [key_of(fact) for fact in other]
    return Entries([fact for fact in one if key_of(fact) in keys])


def _without(one: Entries, other: Entries) -> Entries:
    keys = [key_of(fact) for fact in other]
    return Entries([fact for fact in one if key_of(fact) not in keys])


_ROUNDINGS: dict[str, Callable[..., Fraction]] = {
    "round": round_half_up,
    "floor": _floor,
    "ceil": _ceil,
    "half_even": _half_even,
}
_COMPUTE: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "overlaps": lambda one, other: bool(_common(one, other)),
    "common": _common,
    "without": _without,
    "not": lambda one: not one,
    "=": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}
FRACTIONS = Numbers(
    Fraction,
    {
        **_COMPUTE,
        **_ROUNDINGS,
        "count": lambda entries: Fraction(len(entries)),
        "+": lambda one, other: one + other,
        "-": lambda one, other: one - other,
        "*": lambda one, other: one * other,
        "/": lambda one, other: one / other,
        "negative": lambda one: -one,
    },
)
DECIMALS = Numbers(
    Decimal,
    {
        **_COMPUTE,
        "round": _half_up_decimal,
        "floor": _floor_decimal,
        "ceil": _ceil_decimal,
        "half_even": _half_even_decimal,
        "count": lambda entries: Decimal(len(entries)),
        "+": EXACT.add,
        "-": EXACT.subtract,
        "*": EXACT.multiply,
        "/": EXACT.divide,
        "negative": EXACT.minus,
    },
)
