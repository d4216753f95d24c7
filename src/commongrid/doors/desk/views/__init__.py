"""Views of the desk, one file a page family."""
