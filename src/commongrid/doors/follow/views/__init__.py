"""Views of the follow door."""
