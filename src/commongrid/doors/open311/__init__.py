"""The Open311 door."""
