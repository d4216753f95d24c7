"""The rehearsals room: what was tried, what came of it, and proposed changes of a charter.

Plans, practices and reports are plain values here; ``bridges/rehearsal`` knows what they mean.
"""

from __future__ import annotations

from commongrid.rooms.rehearsals.cards import CharterUsed, ProposalCard, RehearsalCard
from commongrid.rooms.rehearsals.commands.asking import ask_rehearsal, cancel_rehearsal
from commongrid.rooms.rehearsals.commands.proposing import (
    attach_rehearsal,
    close_proposal,
    propose_change,
    withdraw_proposal,
)
from commongrid.rooms.rehearsals.commands.working import (
    begin_rehearsal,
    fail_rehearsal,
    finish_rehearsal,
    is_stopped,
    note_progress,
    release_rehearsal,
)
from commongrid.rooms.rehearsals.domain.standing import (
    LEASE,
    PROPOSE,
    REHEARSE,
    ProposalState,
    State,
    changes_of,
)
from commongrid.rooms.rehearsals.powers import list_planned_places, may_propose, may_rehearse
from commongrid.rooms.rehearsals.queries import (
    count_ahead,
    count_proposals,
    count_rehearsals,
    erase_expired,
    find_proposal,
    find_rehearsal,
    get_proposal,
    get_rehearsal,
    list_proposals,
    list_rehearsals,
    read_practice,
    read_report,
)

__all__ = [
    "LEASE",
    "PROPOSE",
    "REHEARSE",
    "CharterUsed",
    "ProposalCard",
    "ProposalState",
    "RehearsalCard",
    "State",
    "ask_rehearsal",
    "attach_rehearsal",
    "begin_rehearsal",
    "cancel_rehearsal",
    "changes_of",
    "close_proposal",
    "count_ahead",
    "count_proposals",
    "count_rehearsals",
    "erase_expired",
    "fail_rehearsal",
    "find_proposal",
    "find_rehearsal",
    "finish_rehearsal",
    "get_proposal",
    "get_rehearsal",
    "is_stopped",
    "list_planned_places",
    "list_proposals",
    "list_rehearsals",
    "may_propose",
    "may_rehearse",
    "note_progress",
    "propose_change",
    "read_practice",
    "read_report",
    "release_rehearsal",
    "withdraw_proposal",
]
