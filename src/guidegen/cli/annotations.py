"""Annotations: what is wrong with a pack as lines that GitHub marks in a pull request."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guidegen.problems import Problem


def annotation(problem: Problem, root: Path) -> str:
    """A line that GitHub makes an annotation of: `::error file=…,line=…::message`."""
    from guidegen.problems import visible

    properties: dict[str, str | int] = {}
    if at := problem.location:
        properties["file"] = _in_repository(root, at.path)
        if at.line:
            properties |= {"line": at.line, "col": at.column, "endColumn": at.column + max(1, at.width)}
    properties["title"] = problem.kind
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    said = "\n".join(visible(line) for line in (problem.message, *problem.hint.splitlines()))
    return f"::{'warning' if problem.warning else 'error'} {listed}::{_data(said)}\n"


def _in_repository(root: Path, name: str) -> str:
    """A file of the pack as GitHub names it: from the folder on that the workflow checked out."""
    base = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()
    path = root.resolve() / name
    return (path.relative_to(base) if path.is_relative_to(base) else path).as_posix()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
