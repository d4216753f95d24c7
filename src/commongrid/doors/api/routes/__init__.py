"""The addresses of the interface, one file for each thing they speak of."""
