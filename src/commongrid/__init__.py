"""CommonGrid (共格): run, rehearse and prove the grid service management of a place."""

__version__ = "0.1.0"
