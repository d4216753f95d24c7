"""Writes of the vault room."""
