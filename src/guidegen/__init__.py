"""Guides from facts, rules and snippets: every sentence has a reason, every figure a formula."""

__version__ = "0.1.0"
