"""The grammar of formulas and cells, ready to parse.

Loading Lark and building its parse tables takes a fifth of a whole render, so a build of the package
stores the parser that Lark generates from `grammar.lark`; without it, or with another grammar's, Lark
parses.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

GRAMMAR = Path(__file__).with_name("grammar.lark")
GENERATED = "guidegen.rules.generated"
LONGEST = 2_000
DEEPEST = 40
OPTIONS: dict[str, Any] = {"parser": "lalr", "start": ["formula", "cell"], "propagate_positions": True}
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


def parse(text: str, start: str) -> Any:
    """The tree of a `formula` or a `cell`. Raises `SyntaxFault`."""
    if len(text) > LONGEST:
        raise SyntaxFault(f"longer than {LONGEST:,} characters", hint="divide it into several")
    if too_deep(text):
        hint = "divide it into several"
        raise SyntaxFault(f"nested deeper than {DEEPEST} levels", max(0, text.find("(")), 1, hint)
    library = _library()
    try:
        return _parser().parse(text, start=start)
    except library.UnexpectedCharacters as error:
        raise _fault(text, error.pos_in_stream or 0) from None
    except library.UnexpectedToken as error:
        if error.token.type == "$END":
            hint = "close the bracket" if text.count("(") > text.count(")") else ""
            raise SyntaxFault("it ends too early", len(text), 1, hint) from None
        raise _fault(text, error.token.start_pos or 0) from None
    except library.UnexpectedInput:
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
def _parser() -> Any:
    library = _library()
    if hasattr(library, "Lark_StandAlone"):
        return library.Lark_StandAlone()
    return library.Lark(GRAMMAR.read_text("utf-8"), **OPTIONS)


@cache
def _library() -> Any:
    """The parser that the build made with Lark's own generator; Lark itself, if it is of another grammar."""
    try:
        generated = import_module(GENERATED)
    except ImportError:
        return import_module("lark")
    fits = GRAMMAR.read_text("utf-8") == generated.GRAMMAR
    return generated if fits else import_module("lark")


def generated_parser() -> str:
    """The Python module that a build stores: a parser of the grammar that needs no Lark, and the grammar."""
    from io import StringIO

    from lark import Lark

    grammar = GRAMMAR.read_text("utf-8")
    module = StringIO()
    import_module("lark.tools.standalone").gen_standalone(Lark(grammar, **OPTIONS), out=module)
    later = "from __future__ import annotations"  # or each import evaluates some four hundred of them
    return f"{later}\n\n{module.getvalue()}\n\nGRAMMAR = {grammar!r}\n"
