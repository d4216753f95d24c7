"""Writes of the duties room."""
