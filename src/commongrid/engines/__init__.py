"""Engines: pure and numeric; each could leave home as a library. Only bridges call them."""
