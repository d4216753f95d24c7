"""What the load bench serves: the house as it is, and a few pages more to measure beside it."""
