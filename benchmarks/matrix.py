"""A matrix of guides made ready for measuring: its data, its pack, and the documents that must come out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import own_data
from kit_pack import LOCALE

KIT = Path(__file__).resolve().parents[2] / "shared" / "bench"


class Matrix(NamedTuple):
    """A matrix made ready: its data, its pack, and the documents that must come out (CITY/ROLE.md)."""

    data: Path
    pack: Path
    documents: Path


def prepared(work: Path, cities: int, roles: int, kit: Path | None, *, documents: bool = True) -> Matrix:
    """Make data, pack and documents (if asked for) in a new folder; of the kit's data, or of our own."""
    matrix = Matrix(work / "data", work / "pack", work / "documents")
    matrix.documents.mkdir(parents=True)
    here = Path(__file__).parent
    if kit:
        size = ["--cities", str(cities), "--roles", str(roles), "--no-yaml"]
        program(kit / "make_data.py", *size, "--out", matrix.data)
    else:
        own_data.write_data(matrix.data, cities, roles)
    if kit and documents:
        program(kit / "adapters" / "fstring.py", matrix.data, matrix.documents)
    elif documents:
        program(here / "raw.py", "jinja", matrix.data, matrix.documents)
    text: list[str | Path] = ["--kit", kit] if kit else []
    program(here / "kit_pack.py", matrix.data, matrix.pack, *text)
    return matrix


def program(*command: str | Path) -> None:
    """Run a Python program in a process of its own: what it holds in memory doesn't stay here."""
    subprocess.run([sys.executable, *map(str, command)], check=True)


def different(documents: Path, out: Path) -> str:
    """How a build's files in OUT/en/CITY/ROLE.txt differ from the documents; empty if they don't.

    Paths differ on purpose, so contents are compared: each document has a guide, and there is no other.
    """
    wanted = {(path.parent.name, path.stem): path for path in documents.glob("*/*.md")}
    built = {(path.parent.name, path.stem): path for path in (out / LOCALE).glob("*/*.txt")}
    if wanted.keys() != built.keys():
        return f"{len(built):,} guides of {len(wanted):,} documents"
    others = sum(path.read_bytes() != built[pair].read_bytes() for pair, path in wanted.items())
    return f"{others:,} guides differ" if others else ""
