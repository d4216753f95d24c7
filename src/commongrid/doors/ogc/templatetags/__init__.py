"""Template tags of the map door."""
