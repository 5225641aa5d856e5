"""Stores a parser of the rules' grammar in the package: loading it is faster than loading Lark."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GeneratedParser(BuildHookInterface):
    """Writes src/guidegen/rules/generated.py before a wheel or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Generate the parser with the Lark of the build; at run time it needs none."""
        sys.path.insert(0, str(Path(self.root) / "src"))
        from guidegen.rules.syntax import GRAMMAR, generated_parser

        GRAMMAR.with_name("generated.py").write_text(generated_parser(), "utf-8")
