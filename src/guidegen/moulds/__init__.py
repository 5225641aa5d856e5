"""Guides of one kind in bulk: what many have in common is said once, and put together for each."""
