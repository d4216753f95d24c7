"""The door of programs."""
