"""The oversight room's face: figures defined once, counted from acts alone, published once.

What a page shows comes from publications. Exact counts leave this room only to the bridge that
hides small ones, and to the proof that what was published is what was counted.
"""

from __future__ import annotations

from commongrid.rooms.oversight.burden import WORKER, count_forms
from commongrid.rooms.oversight.cards import (
    FormCount,
    GridTypeCount,
    MonthParts,
    MonthToCount,
    PublicationCard,
    PublicationHead,
)
from commongrid.rooms.oversight.commands.freezing import Monthly, publish_once
from commongrid.rooms.oversight.commands.publishing import publish_month
from commongrid.rooms.oversight.commands.reading import (
    has_new_acts,
    read_all,
    read_new_acts,
    read_what_was_missed,
)
from commongrid.rooms.oversight.domain.figures import (
    BY_TYPE,
    PROFILE,
    RECURS_WITHIN_DAYS,
    SETTLE_DAYS,
    WAIT_EDGES_H,
    WAITS,
    Category,
    Figure,
    figures,
)
from commongrid.rooms.oversight.domain.parting import BURDEN, WHOLE, part_name
from commongrid.rooms.oversight.queries import (
    charters_of,
    count_month,
    get_publication,
    list_boards,
    list_due_months,
    list_exact_counts,
    list_months,
    list_parts,
)

__all__ = [
    "BURDEN",
    "BY_TYPE",
    "PROFILE",
    "RECURS_WITHIN_DAYS",
    "SETTLE_DAYS",
    "WAITS",
    "WAIT_EDGES_H",
    "WHOLE",
    "WORKER",
    "Category",
    "Figure",
    "FormCount",
    "GridTypeCount",
    "MonthParts",
    "MonthToCount",
    "Monthly",
    "PublicationCard",
    "PublicationHead",
    "charters_of",
    "count_forms",
    "count_month",
    "figures",
    "get_publication",
    "has_new_acts",
    "list_boards",
    "list_due_months",
    "list_exact_counts",
    "list_months",
    "list_parts",
    "part_name",
    "publish_month",
    "publish_once",
    "read_all",
    "read_new_acts",
    "read_what_was_missed",
]
