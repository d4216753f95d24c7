"""What was raised in a place and what was done with it, for counting: no words, no persons.

For bridges only: the facts of single matters leave here to be summed, never to be shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commongrid.ledger.face import walk_acts
from commongrid.rooms.matters.models import Matter

SUBJECT = "matter:"
ROWS_A_GO = 5_000


@dataclass(frozen=True, slots=True)
class PastMatter:
    """One matter as far as it is counted. ``type`` is the one it has now."""

    id: UUID
    kind: str
    type: str
    urgency: str
    path: str
    received_at: datetime
    others_in_danger: bool


@dataclass(frozen=True, slots=True)
class PastAct:
    """One step taken: in which role, into which state; ``type``, ``redone`` where they changed."""

    matter_id: UUID
    action: str
    role: str
    at: datetime
    state: str
    type: str
    redone: int


def walk_past_matters(*, path: str, since: datetime, until: datetime) -> Iterator[PastMatter]:
    """The matters raised in a place in a time, in no order that means anything.

    Cost: 1 statement, streamed; it reads the rows of the time and place and no others.
    """
    rows = Matter.objects.filter(
        path__startswith=path, received_at__gte=since, received_at__lt=until
    ).order_by("received_at", "id")
    fields = ("id", "kind", "type_code", "urgency", "path", "received_at", "others_in_danger")
    for row in rows.values_list(*fields).iterator(ROWS_A_GO):
        yield PastMatter(*row)


def first_raised_at(path: str) -> datetime | None:
    """When the oldest matter of a place was raised. Cost: 1 statement."""
    rows = Matter.objects.filter(path__startswith=path).order_by("received_at")
    return rows.values_list("received_at", flat=True).first()


def walk_past_acts(*, since: datetime, until: datetime) -> Iterator[PastAct]:
    """The steps taken in a time on any matter, each matter's in their order; proposals left out.

    Cost: 1 statement, streamed; the acts of the time, whatever place they lie in.
    """
    for act in walk_acts(prefix=SUBJECT, since=since, until=until):
        after = json.loads(act.core)["after"]
        if "proposed" in after or "state" not in after:
            continue
        yield PastAct(
            UUID(act.subject.removeprefix(SUBJECT)),
            act.action,
            act.role,
            act.at,
            str(after["state"]),
            str(after.get("type", "")),
            int(after.get("redone", 0)),
        )
