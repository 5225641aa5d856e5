"""Guides as files: each format is a function from a guide to bytes."""
