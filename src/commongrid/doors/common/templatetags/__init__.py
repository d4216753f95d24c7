"""Template tags all doors share."""
