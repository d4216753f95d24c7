"""The findings room: what supervision looks at, asks an answer to, and re-checks by sample.

It changes no matter. ``bridges/sampling`` draws samples and estimates from them.
"""

from __future__ import annotations

from commongrid.rooms.findings.cards import (
    MatterName,
    UnitCount,
    WatchPage,
    WatchRow,
)
from commongrid.rooms.findings.domain.standing import (
    ANSWER,
    MAKE_FINDING,
    OVERSEE,
    PLAN_SAMPLE,
    RECHECK,
)
from commongrid.rooms.findings.domain.watching import SAID, Said, Watch
from commongrid.rooms.findings.powers import areas_with, list_overseen_places, may_use
from commongrid.rooms.findings.queries.lists import count_watched, list_watched

__all__ = [
    "ANSWER",
    "MAKE_FINDING",
    "OVERSEE",
    "PLAN_SAMPLE",
    "RECHECK",
    "SAID",
    "MatterName",
    "Said",
    "UnitCount",
    "Watch",
    "WatchPage",
    "WatchRow",
    "areas_with",
    "count_watched",
    "list_overseen_places",
    "list_watched",
    "may_use",
]
