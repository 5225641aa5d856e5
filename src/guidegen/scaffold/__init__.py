"""Scaffolds: commented drafts of a place, a role or a locale, and the smallest pack."""
