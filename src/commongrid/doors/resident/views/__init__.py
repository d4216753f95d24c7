"""Views of the resident door: load, one command or query, choose a response."""
