"""Rehearsals: what was tried before anybody lived it, and changes of a charter proposed on it."""
