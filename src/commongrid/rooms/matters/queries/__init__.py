"""Reads of the matters room, scoped to what the reader may see."""
