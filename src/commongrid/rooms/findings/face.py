"""The findings room: what supervision looks at, asks an answer to, and re-checks by sample.

It changes no matter. ``bridges/sampling`` draws samples and estimates from them.
"""

from __future__ import annotations

from commongrid.rooms.findings.cards import (
    DrawnCard,
    FindingCard,
    MatterName,
    Overview,
    Paged,
    RecheckCard,
    SampleCard,
    Tile,
    UnitCount,
    WatchPage,
    WatchRow,
)
from commongrid.rooms.findings.commands.erasing import erase_expired
from commongrid.rooms.findings.commands.finding import (
    OTHER,
    answer_finding,
    make_finding,
    settle_finding,
    withdraw_finding,
)
from commongrid.rooms.findings.commands.reminding import remind_answerers
from commongrid.rooms.findings.commands.sampling import (
    announce_sample,
    keep_drawn,
    recheck_matter,
)
from commongrid.rooms.findings.domain.standing import (
    ANSWER,
    ANSWER_LIMIT,
    LONGEST_TEXT,
    MAKE_FINDING,
    MOST_SAMPLED,
    OVERSEE,
    PLAN_SAMPLE,
    RECHECK,
    FindingState,
    Found,
    SampleState,
)
from commongrid.rooms.findings.domain.watching import SAID, Said, Watch
from commongrid.rooms.findings.powers import areas_with, list_overseen_places, may_use
from commongrid.rooms.findings.queries.findings import (
    ALL,
    LATE,
    OPEN,
    OWED,
    acts_of_oversight_within,
    count_findings,
    find_finding,
    list_findings,
)
from commongrid.rooms.findings.queries.lists import (
    count_watched,
    get_overview,
    list_watched,
    thresholds_of,
)
from commongrid.rooms.findings.queries.samples import (
    COMMUNITY,
    TYPE,
    Closed,
    chance_of,
    find_drawn,
    find_sample,
    get_sample,
    list_closed,
    list_samples,
    may_recheck,
    read_frame,
)

__all__ = [
    "ALL",
    "ANSWER",
    "ANSWER_LIMIT",
    "COMMUNITY",
    "LATE",
    "LONGEST_TEXT",
    "MAKE_FINDING",
    "MOST_SAMPLED",
    "OPEN",
    "OTHER",
    "OVERSEE",
    "OWED",
    "PLAN_SAMPLE",
    "RECHECK",
    "SAID",
    "TYPE",
    "Closed",
    "DrawnCard",
    "FindingCard",
    "FindingState",
    "Found",
    "MatterName",
    "Overview",
    "Paged",
    "RecheckCard",
    "Said",
    "SampleCard",
    "SampleState",
    "Tile",
    "UnitCount",
    "Watch",
    "WatchPage",
    "WatchRow",
    "acts_of_oversight_within",
    "announce_sample",
    "answer_finding",
    "areas_with",
    "chance_of",
    "count_findings",
    "count_watched",
    "erase_expired",
    "find_drawn",
    "find_finding",
    "find_sample",
    "get_overview",
    "get_sample",
    "keep_drawn",
    "list_closed",
    "list_findings",
    "list_overseen_places",
    "list_samples",
    "list_watched",
    "make_finding",
    "may_recheck",
    "may_use",
    "read_frame",
    "recheck_matter",
    "remind_answerers",
    "settle_finding",
    "thresholds_of",
    "withdraw_finding",
]
