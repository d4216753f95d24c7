"""Tools of the repository: they read the source and never run in a place."""
