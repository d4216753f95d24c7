"""The one-matter door."""
