"""The grammar of formulas and cells, ready to parse.

Building parse tables from `grammar.lark` takes longer than most renders, so a build of the package
stores them beside it; tables of another lark or another grammar are passed over, never trusted.
"""

from __future__ import annotations

import pickle
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark import Lark, Tree

GRAMMAR = Path(__file__).with_name("grammar.lark")
TABLES = Path(__file__).with_name("grammar.bin")
LONGEST = 2_000
DEEPEST = 40
_STARTS = ["formula", "cell"]
_STEPS = re.compile(r"[-+*/]|\b(?:and|or|not|if)\b")
_WORD = re.compile(r"[\w.]+")
_GROUPED = re.compile(r"(?<![\w.])([0-9]+),([0-9]+)")


class Fault(Exception):
    """Something wrong with a formula or cell: what, where in its text (offset, width), how to mend it."""

    def __init__(self, message: str, offset: int = 0, width: int = 1, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.width = width
        self.hint = hint


class SyntaxFault(Fault):
    """The text is no formula or cell."""


def parse(text: str, start: str) -> Tree[Any]:
    """The tree of a `formula` or a `cell`. Raises `SyntaxFault`."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

    if len(text) > LONGEST:
        raise SyntaxFault(f"longer than {LONGEST:,} characters", hint="divide it into several")
    if too_deep(text):
        hint = "divide it into several"
        raise SyntaxFault(f"nested deeper than {DEEPEST} levels", max(0, text.find("(")), 1, hint)
    try:
        return parser().parse(text, start=start)
    except UnexpectedCharacters as error:
        raise _fault(text, error.pos_in_stream or 0) from None
    except UnexpectedToken as error:
        if error.token.type == "$END":
            hint = "close the bracket" if text.count("(") > text.count(")") else ""
            raise SyntaxFault("it ends too early", len(text), 1, hint) from None
        raise _fault(text, error.token.start_pos or 0) from None
    except UnexpectedInput:
        raise SyntaxFault("it has no meaning here") from None


def _fault(text: str, offset: int) -> SyntaxFault:
    """What is wrong with the word at an offset."""
    found = _WORD.match(text, offset)
    word = found[0] if found else text[offset : offset + 1]
    hint = ""
    number = next((found for found in _GROUPED.finditer(text) if found.start() <= offset < found.end()), None)
    if number:
        point = f"{number[1]}.{number[2]} for decimals"
        plain = f"{number[1]}{number[2]} without separators, or " if len(number[2]) == 3 else ""
        hint = f"write {plain}{point}: a comma stands between values"
    elif re.fullmatch("[0-9.]{15,}", word):
        hint = "a number has at most 14 digits and 12 decimals"
    elif re.fullmatch("0[0-9.]+", word):
        hint = "write the number without leading zeros"
    return SyntaxFault(f"'{word[:40]}' has no meaning here", offset, len(word), hint)


def too_deep(text: str) -> bool:
    """Whether parentheses, signs or words nest deeper than is safe to go through (1 + 1 + 1 nests too)."""
    depth = deepest = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    return deepest > DEEPEST or len(_STEPS.findall(text)) > 4 * DEEPEST


@cache
def parser() -> Lark:
    """The parser of both languages."""
    from lark import Lark

    grammar = GRAMMAR.read_text("utf-8")
    stored = _stored(grammar)
    return stored or Lark(grammar, parser="lalr", start=_STARTS, propagate_positions=True)


def _stored(grammar: str) -> Lark | None:
    import lark

    try:
        with TABLES.open("rb") as file:
            if pickle.load(file) != [lark.__version__, grammar]:  # noqa: S301  # our own package's file
                return None
            return lark.Lark.load(file)
    except Exception:  # noqa: BLE001  # whatever is wrong with stored tables, the grammar is there
        return None


def tables() -> bytes:
    """What a build stores as `grammar.bin`."""
    import io

    import lark

    file = io.BytesIO()
    pickle.dump([lark.__version__, GRAMMAR.read_text("utf-8")], file)
    lark.Lark(GRAMMAR.read_text("utf-8"), parser="lalr", start=_STARTS, propagate_positions=True).save(file)
    return file.getvalue()
