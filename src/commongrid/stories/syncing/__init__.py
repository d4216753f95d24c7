"""Syncing: what a phone meant is judged by the commands of the house, each by itself.

The wire is in ``docs/explanation/field.md``; why it is so, in ADR 0028.
"""

from __future__ import annotations

from commongrid.stories.syncing.attaching import FileAnswer, Piece, find_file, put_piece
from commongrid.stories.syncing.carrying import carry_out
from commongrid.stories.syncing.intentions import Answer, Base, Intention
from commongrid.stories.syncing.reading import (
    MOST_BYTES,
    NoNumberError,
    check_characters,
    read_intention,
)

__all__ = [
    "MOST_BYTES",
    "Answer",
    "Base",
    "FileAnswer",
    "Intention",
    "NoNumberError",
    "Piece",
    "carry_out",
    "check_characters",
    "find_file",
    "put_piece",
    "read_intention",
]
