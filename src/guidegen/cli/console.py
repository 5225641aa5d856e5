"""What commands share: the pack they work on, standard output and standard error."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guidegen.pack import Pack
    from guidegen.problems import Problem


def put(data: bytes) -> None:
    """Write to standard output as it is, and flush. Raises `OSError` if it is closed or full."""
    stream = getattr(sys.stdout, "buffer", None)  # there is none where a shell has closed it (>&-)
    if stream is None:
        raise OSError("it is closed")
    stream.write(data)
    stream.flush()


def complain(text: str) -> None:
    """Write a line to standard error; what can't be written there is lost, and nothing else."""
    try:
        sys.stderr.buffer.write((text + "\n").encode("utf-8", "backslashreplace"))
        sys.stderr.buffer.flush()
    except (OSError, AttributeError):  # a closed one is None
        pass


def report(problems: Sequence[Problem]) -> None:
    """Write problems to standard error, the first hundred, and their number."""
    from guidegen.problems import SHOWN_AT_MOST, show

    complain("\n\n".join(show(problem) for problem in problems[:SHOWN_AT_MOST]))
    if len(problems) > SHOWN_AT_MOST:
        complain(f"\n… and {len(problems) - SHOWN_AT_MOST} more")
    if len(problems) > 1:
        complain(f"\n{counted(problems)}")


def counted(problems: Sequence[Problem]) -> str:
    """How many problems and warnings there are, in words."""
    from guidegen.problems import errors

    found = len(errors(problems))
    counts = {"problem": found, "warning": len(problems) - found}
    said = [f"{count} {what}{'s' * (count != 1)}" for what, count in counts.items() if count]
    return ", ".join(said) or "no problems"


def colours() -> bool:
    """Whether standard output is a terminal that wants colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def open_pack(given: str | None, *, or_shipped: bool = False) -> Pack:
    """The pack to work on: the given folder, the nearest upward, else the shipped one where it serves.

    Raises `Refused` if there is none.
    """
    from guidegen.pack import Pack

    return Pack(find_pack(given, or_shipped=or_shipped))


def find_pack(given: str | None, *, or_shipped: bool = False) -> Path:
    """The folder of the pack to work on, as `open_pack` looks for it. Raises `Refused` if there is none."""
    from guidegen.keys import visible_key
    from guidegen.problems import refuse
    from guidegen.settings import FILE

    if given is not None:
        if not _holds(Path(given), FILE):
            message = f"'{visible_key(given)}' is no pack: it has no {FILE}"
            hint = "give the folder that holds it, or begin one: guidegen init DIR"
            raise refuse("no-pack", message, hint=hint)
        return Path(given)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    if not or_shipped:
        raise refuse(
            "no-pack",
            f"no pack here: neither this folder nor one above it has a {FILE}",
            hint="go to a pack's folder, or name it: guidegen --pack DIR …, or begin one: guidegen init DIR",
        )
    complain("using the pack that comes with guidegen (no pack.yaml in this folder or above it)")
    return shipped()


def _holds(folder: Path, name: str) -> bool:
    try:
        return (folder / name).is_file()
    except OSError:  # a name that is too long for a folder
        return False


def shipped() -> Path:
    """The pack that comes with guidegen: inside an installed package, or the repository's top level."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "shipped"
    return inside if inside.is_dir() else package.parents[1]


def keep_out_of_pack(path: Path, root: Path) -> None:
    """Let no output be written over what the pack is made of. Raises `Refused` for such a file."""
    from guidegen.files import PARTS_OF_PACK
    from guidegen.problems import refuse

    if "\0" in str(path):
        raise refuse("output", "a file's name has no NUL character", hint="give another name after -o")
    target, pack = path.resolve(), root.resolve()
    sources = [pack / name for name in PARTS_OF_PACK]
    if any(target == source or target.is_relative_to(source) for source in sources):
        raise refuse("output-in-pack", f"'{path}' is part of the pack", hint="write to another folder")
