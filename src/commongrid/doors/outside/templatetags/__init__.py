"""Filters of this door."""
