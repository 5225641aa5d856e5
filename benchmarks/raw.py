"""What our own build is held against: Jinja2 in one loop, and writing bytes that are there already.

    python benchmarks/raw.py jinja DATA OUT [PROCESSES]
    python benchmarks/raw.py bytes DOCUMENTS OUT

Both write OUT/CITY/ROLE.md. DATA has cities.json, roles.json and guide.jinja; DOCUMENTS is of `blob`.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def kilo(amount: int) -> str:
    """An amount in thousands with one decimal, halves upwards."""
    tenths = (amount + 50) // 100
    return f"€{tenths // 10}.{tenths % 10}k"


def jinja(data: Path, out: Path, processes: int) -> None:
    """Render every document with one compiled template, as a short program would."""
    from jinja2 import Environment

    env = Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)  # noqa: S701  # it's text
    env.filters |= {"euro": "€{:,}".format, "kilo": kilo}
    render = env.from_string((data / "guide.jinja").read_text("utf-8")).render
    cities, roles = (json.loads((data / f"{name}.json").read_text("utf-8")) for name in ("cities", "roles"))
    children = []
    for number in range(1, processes):
        child = os.fork()
        if not child:
            _render(render, cities[number::processes], roles, out)
            os._exit(0)
        children.append(child)
    _render(render, cities[::processes], roles, out)
    for child in children:
        if os.waitpid(child, 0)[1]:
            raise SystemExit("a process failed")


def _render(
    render: Callable[..., str], cities: list[dict[str, Any]], roles: list[dict[str, Any]], out: Path
) -> None:
    for city in cities:
        folder = f"{out}/{city['slug']}"
        os.mkdir(folder)  # noqa: PTH102  # as fast as Python can: this is what we are held against
        for role in roles:
            with open(f"{folder}/{role['slug']}.md", "w", encoding="utf-8") as file:  # noqa: PTH123
                file.write(render(city=city, role=role))


def blob(documents: Path, packed: Path) -> None:
    """Pack a folder of documents into one file of bytes and an index."""
    packed.mkdir(parents=True, exist_ok=True)
    index: list[tuple[str, list[tuple[str, int]]]] = []
    with (packed / "blob").open("wb") as whole:
        for folder in sorted(documents.iterdir()):
            paths = sorted(folder.iterdir())
            files = [(path.name, whole.write(path.read_bytes())) for path in paths]
            index.append((folder.name, files))
    (packed / "index.json").write_text(json.dumps(index))


def write_bytes(packed: Path, out: Path) -> None:
    """Write packed documents as files, with as few calls as there can be."""
    with (packed / "blob").open("rb") as file:
        data = memoryview(mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ))
    start = 0
    for name, files in json.loads((packed / "index.json").read_bytes()):
        folder = f"{out}/{name}"
        os.mkdir(folder)  # noqa: PTH102  # likewise
        here = os.open(folder, os.O_RDONLY)
        for file, size in files:
            handle = os.open(file, FLAGS, 0o666, dir_fd=here)
            os.write(handle, data[start : start + size])
            os.close(handle)
            start += size
        os.close(here)


def main() -> None:
    """Read the command line, and do it."""
    what, source, out, *rest = sys.argv[1:]
    Path(out).mkdir(parents=True, exist_ok=True)
    if what == "jinja":
        jinja(Path(source), Path(out), int(rest[0]) if rest else 1)
    else:
        {"blob": blob, "bytes": write_bytes}[what](Path(source), Path(out))


if __name__ == "__main__":
    main()
