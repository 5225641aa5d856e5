"""A formula written out with its values: each step of it, as one would do it on paper."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from guidegen.lookup import Found, Missing, Read, Reader, is_present
from guidegen.rules.formula import EXACT, Call, Constant, Expression, Name, exact, key_of
from guidegen.values import Entries, Entry, Fact, Localized, Term

_SIGNS = {"*": "×", "/": "÷", "-": "−", "!=": "≠", "<=": "≤", ">=": "≥"}
_CHAINS = ({"+", "-"}, {"*", "/"}, {"and"}, {"or"})
_INFIX = ("+", "-", "*", "/", "and", "or", "=", "!=", "<", "<=", ">", ">=")
_YES_OR_NO = ("and", "or", "not", "=", "!=", "<", "<=", ">", ">=")
_UNREAD = "…"
_LISTED = 20
_DECIMALS = 12


class Step(NamedTuple):
    """One step: what is computed, on values; what comes of it; and why, where that isn't plain to see."""

    says: str
    value: str
    because: str = ""
    is_question: bool = False

    def __str__(self) -> str:
        reason = f", for {self.because}" if self.because else ""
        return f"{self.says}{': ' if self.is_question else ' = '}{self.value}{reason}"


def steps(expression: Expression, read: Reader, locale: str) -> tuple[Step, ...]:
    """The steps of a formula, innermost first; none where it is a single name or value.

    `read` gives what the formula's names stand for; texts are written in the locale. Raises `Failed` as
    the formula itself does.
    """
    written_out = _Steps(read, locale)
    written_out.walk(expression)
    return tuple(dict.fromkeys(written_out.steps))


def in_words(value: Found | Fraction, locale: str = "") -> str:
    """A value as people write it, all its digits kept: 36,000; 1/3; yes; [KEY, KEY]; missing."""
    if isinstance(value, Missing):
        return "missing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:,f}".replace("-", "−")
    if isinstance(value, Fraction):
        return _number(value)
    if isinstance(value, Term):
        return value.key
    if isinstance(value, Entries):
        return _list(value, locale)
    if isinstance(value, Localized):
        return value.texts.get(locale) or next(iter(value.texts.values()), "")
    if isinstance(value, Entry):
        note = f" ({in_words(value.note, locale)})" if value.note is not None else ""
        return in_words(value.name, locale) + note
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {in_words(fact.value, locale)}" for key, fact in value.items()) + "}"
    return str(value)


def _number(value: Fraction) -> str:
    scaled = value * 10**_DECIMALS
    if scaled.denominator > 1:
        said = f"{value.numerator:,}/{value.denominator:,}"
    else:
        decimal = EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
        said = f"{decimal.normalize(EXACT):,f}"
    return said.replace("-", "−")


def _list(entries: Iterable[Fact], locale: str) -> str:
    named = [in_words(fact.value, locale) for fact in entries]
    rest = [f"… ({len(named)} in all)"] if len(named) > _LISTED else []
    return f"[{', '.join([*named[:_LISTED], *rest])}]"


class _Steps:
    """Walks a formula, noting a step for each call."""

    def __init__(self, read: Reader, locale: str) -> None:
        self.read = read
        self.locale = locale
        self.steps: list[Step] = []

    def walk(self, expression: Expression) -> Any:
        """The value of an expression, whose steps are noted."""
        if not isinstance(expression, Call):
            return exact(expression, self.read)
        function = expression.function
        value = exact(expression, self.read)
        because = ""
        if function == "if":
            says = self._choice(expression)
        elif function == "present":
            says, because = self._presence(expression)
        elif function in ("and", "or"):
            says = self._until_decided(expression)
        else:
            says, because = self._call(expression)
        self.steps.append(Step(says, self._said(value), because, function in _YES_OR_NO))
        return value

    def _said(self, value: Any) -> str:
        return in_words(value, self.locale)

    def _operand(self, argument: Expression, value: Any, within: str, *, first: bool) -> str:
        """A value as it stands in a formula: words in quotes, brackets where a sign would be misread."""
        said = self._said(self._as_stated(argument, value))
        if isinstance(value, str):
            return f"'{said}'"
        if not isinstance(value, Fraction):
            return said
        is_misread = (value < 0 and not first) or ("/" in said and within in ("*", "/"))
        return f"({said})" if is_misread else said

    def _as_stated(self, argument: Expression, value: Any) -> Any:
        """A number as the facts or the formula have it, 1.00 being no 1 to a reader."""
        if isinstance(argument, Constant) and isinstance(value, Fraction):
            return argument.value
        if isinstance(argument, Name) and isinstance(value, Fraction):
            return self.read(argument.name).value
        return value

    def _call(self, call: Call) -> tuple[str, str]:
        """A call on its values; and why it is so, of lists that are compared."""
        function = call.function
        if function in _INFIX:
            return self._infix(call), ""
        values = [self.walk(argument) for argument in call.arguments]
        said = [self._operand(arg, one, "", first=True) for arg, one in zip(call.arguments, values)]
        if function == "negative":
            return f"−({said[0]})" if said[0].startswith("−") else f"−{said[0]}", ""
        if function == "not":
            return f"not {said[0]}", ""
        return f"{function}({', '.join(said)})", self._shared(*values) if function == "overlaps" else ""

    def _shared(self, one: Entries, other: Entries) -> str:
        keys = [key_of(fact) for fact in other]
        shared = [in_words(fact.value, self.locale) for fact in one if key_of(fact) in keys]
        return f"both have {' and '.join(shared)}" if shared else "they have nothing in common"

    def _infix(self, call: Call) -> str:
        """Operators of one kind stand in one step: 1 + 2 + 3."""
        chain = next((chain for chain in _CHAINS if call.function in chain), {call.function})
        links: list[tuple[str, Expression]] = []
        left: Expression = call
        while isinstance(left, Call) and left.function in chain and (left is call or len(chain) > 1):
            links.insert(0, (left.function, left.arguments[1]))
            left = left.arguments[0]
        said = self._operand(left, self.walk(left), links[0][0], first=True)
        for function, argument in links:
            value = self._operand(argument, self.walk(argument), function, first=False)
            said += f" {_SIGNS.get(function, function)} {value}"
        return said

    def _until_decided(self, call: Call) -> str:
        """`and` and `or`: what comes after the answer is known isn't looked at."""
        parts: list[Expression] = []
        left: Expression = call
        while isinstance(left, Call) and left.function == call.function:
            parts.insert(0, left.arguments[1])
            left = left.arguments[0]
        said = []
        decided = False
        for part in (left, *parts):
            if decided:
                said.append(_UNREAD)
                continue
            value = self.walk(part)
            said.append(self._said(value))
            decided = value is (call.function == "or")
        return f" {call.function} ".join(said)

    def _choice(self, call: Call) -> str:
        condition, then, otherwise = call.arguments
        holds = self.walk(condition)
        taken = then if holds else otherwise
        said = self._operand(taken, self.walk(taken), "", first=True)
        if holds:
            return f"if yes then {said} else {_UNREAD}"
        return f"if no then {_UNREAD} else {said}"

    def _presence(self, call: Call) -> tuple[str, str]:
        (name,) = call.arguments
        assert isinstance(name, Name)  # types were checked
        found = self.read(name.name)
        return f"present({name.name})", _why_absent(found)


def _why_absent(found: Read) -> str:
    if is_present(found.value):
        return ""
    if isinstance(found.value, Missing):
        return f"there is no {found.key}"
    return f"{found.key} is {'no' if isinstance(found.value, bool) else 'empty'}"


def is_plain(expression: Expression) -> bool:
    """Whether a formula is a single name or value, with nothing to compute."""
    return isinstance(expression, (Name, Constant))
