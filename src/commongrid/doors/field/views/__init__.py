"""The views of the field door."""
