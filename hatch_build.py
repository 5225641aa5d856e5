"""Stores the parse tables of the rules' grammar in the package: reading them is faster than building them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ParseTables(BuildHookInterface):
    """Writes src/guidegen/rules/grammar.bin before a wheel or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the tables with the lark of the build; a run with another lark passes them over."""
        sys.path.insert(0, str(Path(self.root) / "src"))
        from guidegen.rules.syntax import TABLES, tables

        TABLES.write_bytes(tables())
