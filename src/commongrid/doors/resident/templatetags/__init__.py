"""Filters of the resident door."""
