"""Erasing across rooms: all that is kept of a person's matter, and what came back with a backup."""

from commongrid.stories.erasing.again import ErasedAgain, erase_again
from commongrid.stories.erasing.whole import erase_person

__all__ = ["ErasedAgain", "erase_again", "erase_person"]
