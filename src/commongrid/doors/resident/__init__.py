"""The door residents use."""
