"""The oversight room."""
