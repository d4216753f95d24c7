"""The vault room's face: what is declared of persons' data, and what became of it."""

from __future__ import annotations

from commongrid.rooms.vault.commands.noting import (
    CONTACT,
    FOLLOWER,
    OWN_CONTACT,
    PHOTO,
    POINT,
    SUBSCRIPTION,
    WORDS,
    digest_of,
    note_erasure,
)
from commongrid.rooms.vault.commands.restricting import is_restricted, lift, restrict
from commongrid.rooms.vault.declared import Declared, declared
from commongrid.rooms.vault.domain.wrapping import BrokenWrapError, open_apart, seal_apart
from commongrid.rooms.vault.listing import (
    BrokenListError,
    Entry,
    has_erased_since,
    list_path,
    read_list,
    take_over,
    write_list,
)
from commongrid.rooms.vault.register import RegisterRow, notice, register, register_document
from commongrid.rooms.vault.scrubbing import scrub

__all__ = [
    "CONTACT",
    "FOLLOWER",
    "OWN_CONTACT",
    "PHOTO",
    "POINT",
    "SUBSCRIPTION",
    "WORDS",
    "BrokenListError",
    "BrokenWrapError",
    "Declared",
    "Entry",
    "RegisterRow",
    "declared",
    "digest_of",
    "has_erased_since",
    "is_restricted",
    "lift",
    "list_path",
    "note_erasure",
    "notice",
    "open_apart",
    "read_list",
    "register",
    "register_document",
    "restrict",
    "scrub",
    "seal_apart",
    "take_over",
    "write_list",
]
