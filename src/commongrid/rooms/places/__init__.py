"""Places: the division tree, boundaries, grids and units."""
