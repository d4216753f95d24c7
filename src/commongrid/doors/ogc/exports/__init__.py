"""Whole collections as files, written while they are read: memory does not grow with the place."""
