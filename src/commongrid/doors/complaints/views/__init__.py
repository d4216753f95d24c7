"""Views of the complaints door."""
