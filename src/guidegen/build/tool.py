"""What makes guides, by versions: when one of these changes, all guides are made again."""

from __future__ import annotations

import os
import re
import sys

from guidegen import __version__

_ENDING = ".dist-info"
_PACKAGE = re.compile(r"(babel|jinja2)-([^-]+)\.dist-info", re.IGNORECASE)  # whose texts and numbers we use


def versions() -> dict[str, str]:
    """The version of guidegen, and of what writes numbers and reads passages for it, where that is known.

    Looked up by the names of folders: to ask the packages takes longer than to find nothing to do.
    """
    found = {"guidegen": __version__}
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208  # in every build
        except OSError:
            continue
        for name in names:
            if name.endswith(_ENDING) and (package := _PACKAGE.fullmatch(name)):
                found.setdefault(package[1].lower(), package[2])
    return dict(sorted(found.items()))
