"""The vault room's face: what is declared of persons' data, and what became of it."""

from __future__ import annotations

from commongrid.rooms.vault.commands.answering import (
    AssessmentCard,
    BreachCard,
    assess,
    is_assessed,
    list_assessments,
    list_breaches,
    record_breach,
    step_breach,
)
from commongrid.rooms.vault.commands.consenting import (
    ConsentCard,
    Given,
    erase_old_consents,
    give_consents,
    last_given,
    list_consents,
    withdraw_consent,
)
from commongrid.rooms.vault.commands.noting import (
    COMMITMENTS,
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
from commongrid.rooms.vault.domain.consents import NEWS_BY_MAIL, ON_BEHALF, SHARED
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
    "COMMITMENTS",
    "CONTACT",
    "FOLLOWER",
    "NEWS_BY_MAIL",
    "ON_BEHALF",
    "OWN_CONTACT",
    "PHOTO",
    "POINT",
    "SHARED",
    "SUBSCRIPTION",
    "WORDS",
    "AssessmentCard",
    "BreachCard",
    "BrokenListError",
    "BrokenWrapError",
    "ConsentCard",
    "Declared",
    "Entry",
    "Given",
    "RegisterRow",
    "assess",
    "declared",
    "digest_of",
    "erase_old_consents",
    "give_consents",
    "has_erased_since",
    "is_assessed",
    "is_restricted",
    "last_given",
    "lift",
    "list_assessments",
    "list_breaches",
    "list_consents",
    "list_path",
    "note_erasure",
    "notice",
    "open_apart",
    "read_list",
    "record_breach",
    "register",
    "register_document",
    "restrict",
    "scrub",
    "seal_apart",
    "step_breach",
    "take_over",
    "withdraw_consent",
    "write_list",
]
