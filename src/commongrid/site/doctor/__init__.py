"""``commongrid doctor``: what an installer can get wrong, found before people find it."""
