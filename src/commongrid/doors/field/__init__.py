"""The field door: the grid worker's phone."""
