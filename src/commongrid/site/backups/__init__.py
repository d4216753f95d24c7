"""Backups of a place: one folder with a manifest, made while it runs, restored into an empty place.

What is in one, and why keys are not: docs/adr/0021.
"""
