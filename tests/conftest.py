"""One strict harness for every test."""
