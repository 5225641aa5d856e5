"""The command line: flags to a call, outcome to text and exit code."""

from guidegen.cli.main import main

__all__ = ["main"]
