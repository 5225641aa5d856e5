"""Digests: what stands for bytes and for values in a record of what was built."""

from __future__ import annotations

from hashlib import sha256

from guidegen.source import Location

_AS_WRITTEN = frozenset({str, int, bool, type(None), bytes})
_NUMBERS_AND_DAYS = ("decimal", "fractions", "datetime")  # modules, not imported for their names only


def of_bytes(data: bytes) -> str:
    """The digest of these bytes: 32 hexadecimal digits."""
    return sha256(data).hexdigest()[:32]


def of_value(value: object) -> str:
    """The digest of a value made of texts, numbers, mappings, sequences, sets and named tuples.

    What says the same has one digest, wherever it stands: locations don't count. The order of a mapping's
    entries does, for rules go over them in it; a set has none. `1.10` and `1.1` are two numbers here, as
    they are written differently. Raises `TypeError` for what is none of these.
    """
    return of_bytes(_canonical(value).encode("utf-8", "surrogatepass"))


def _canonical(value: object) -> str:
    kind = type(value)
    if kind in _AS_WRITTEN or kind.__module__ in _NUMBERS_AND_DAYS:
        return repr(value)
    if kind is Location:
        return ""
    if isinstance(value, dict):
        return f"{{{','.join([f'{_canonical(key)}:{_canonical(item)}' for key, item in value.items()])}}}"
    if isinstance(value, (tuple, list)):
        name = kind.__name__ if hasattr(kind, "_fields") else ""  # what is named otherwise is something else
        return f"{name}({','.join([_canonical(item) for item in value])})"
    if isinstance(value, (set, frozenset)):
        return f"<{','.join(sorted([_canonical(item) for item in value]))}>"
    raise TypeError(f"no digest of {kind.__name__}")
