"""Personal data with a clock: what is declared, what is erased, who consented, who was told."""
