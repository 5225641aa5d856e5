"""The command line: flags to a call, outcome to text and exit code."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run a command and leave with its exit code."""
    gc.set_threshold(500_000)  # most of what a command makes, its modules first, lives as long as it does
    from guidegen.cli.main import run

    code = run()
    gc.freeze()  # and needn't be gone through once more on the way out
    sys.exit(code)
