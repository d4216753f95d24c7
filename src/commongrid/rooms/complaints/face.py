"""The complaints room's face: complaints that never reach whoever they are about.

The complainant has no account: their commands and reads take the receipt ``code``. Staff read
through one condition (``reading.py``) that leaves out everybody with an interest.
"""

from __future__ import annotations

from commongrid.rooms.complaints.cards import (
    ComplaintCard,
    ComplaintPage,
    EntryCard,
    Filed,
    Filing,
    OpeningCard,
    OwnPage,
    Reach,
    StageCard,
)
from commongrid.rooms.complaints.commands.clockwork import (
    erase_again,
    erase_due,
    reroute,
    run_clock,
)
from commongrid.rooms.complaints.commands.filing import file_complaint
from commongrid.rooms.complaints.commands.handling import (
    PURPOSES,
    answer,
    ask,
    name_accused,
    open_identity,
    step_out,
    take,
)
from commongrid.rooms.complaints.commands.holding import has_key, make_key
from commongrid.rooms.complaints.commands.own import erase_identity, give_verdict, say_more
from commongrid.rooms.complaints.domain.stages import (
    HANDLE,
    LONGEST_WHO,
    LONGEST_WORDS,
    REVIEW,
    SHORTEST_PASSPHRASE,
    About,
    Outcome,
    State,
)
from commongrid.rooms.complaints.queries import (
    find_complaint,
    find_own,
    is_own_code,
    list_complaints,
    list_levels,
    list_named_staff,
)

__all__ = [
    "HANDLE",
    "LONGEST_WHO",
    "LONGEST_WORDS",
    "PURPOSES",
    "REVIEW",
    "SHORTEST_PASSPHRASE",
    "About",
    "ComplaintCard",
    "ComplaintPage",
    "EntryCard",
    "Filed",
    "Filing",
    "OpeningCard",
    "Outcome",
    "OwnPage",
    "Reach",
    "StageCard",
    "State",
    "answer",
    "ask",
    "erase_again",
    "erase_due",
    "erase_identity",
    "file_complaint",
    "find_complaint",
    "find_own",
    "give_verdict",
    "has_key",
    "is_own_code",
    "list_complaints",
    "list_levels",
    "list_named_staff",
    "make_key",
    "name_accused",
    "open_identity",
    "reroute",
    "run_clock",
    "say_more",
    "step_out",
    "take",
]
