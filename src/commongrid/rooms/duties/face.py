"""The duties room: what is asked of grids needs a basis, their opinion, a decision and an end.

``admitted_for`` is what the adoption of a charter asks; ``stories/adopting`` brings it there.
"""

from __future__ import annotations

from commongrid.rooms.duties.cards import AdmissionCard
from commongrid.rooms.duties.commands.deciding import decide_duty, erase_expired, expire_due
from commongrid.rooms.duties.commands.hearing import give_opinion
from commongrid.rooms.duties.commands.proposing import DutyDraft, propose_duty, withdraw_duty
from commongrid.rooms.duties.domain.standing import (
    ADMIT,
    BUDGET,
    HEARD_DAYS,
    LONGEST,
    LONGEST_OPINION,
    LONGEST_TASK,
    MOST_DAYS,
    OPINE,
    PROPOSE,
    State,
)
from commongrid.rooms.duties.powers import bound, count_asked, list_own_places, may_use, rules_of
from commongrid.rooms.duties.queries import (
    Burden,
    acts_on_duties_within,
    admitted_for,
    burden_of,
    count_past,
    find_admission,
    is_proposer,
    list_for_staff,
    list_live,
    list_overrun,
    list_past,
    list_to_answer,
    uses_any,
    was_heard,
)

__all__ = [
    "ADMIT",
    "BUDGET",
    "HEARD_DAYS",
    "LONGEST",
    "LONGEST_OPINION",
    "LONGEST_TASK",
    "MOST_DAYS",
    "OPINE",
    "PROPOSE",
    "AdmissionCard",
    "Burden",
    "DutyDraft",
    "State",
    "acts_on_duties_within",
    "admitted_for",
    "bound",
    "burden_of",
    "count_asked",
    "count_past",
    "decide_duty",
    "erase_expired",
    "expire_due",
    "find_admission",
    "give_opinion",
    "is_proposer",
    "list_for_staff",
    "list_live",
    "list_overrun",
    "list_own_places",
    "list_past",
    "list_to_answer",
    "may_use",
    "propose_duty",
    "rules_of",
    "uses_any",
    "was_heard",
    "withdraw_duty",
]
