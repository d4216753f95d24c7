"""What a step brings with it beyond its own matter: a leading matter gains followers or gives
them back, an appeal or a follow-up is opened. All of it in the step's own transaction; a matter
that is opened has an act of its own, under a command id that follows from the step's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from commongrid.charter.matter import Actor, Decision
from commongrid.rooms.matters.commanded import Draft
from commongrid.rooms.matters.commands.merging import join, part, release
from commongrid.rooms.matters.models import Matter

FOLLOW_UP = UUID("a2f0d0c4-3f53-4c1b-8a1e-7d7f4e0b9c11")
WORDS = ("reason", "note", "words")


def follow_through(
    row: Matter,
    decision: Decision,
    *,
    at: datetime,
    command_id: UUID,
    fields: Mapping[str, Any],
) -> None:
    """Carry out the effects of a step that reach beyond the matter's own row."""
    for effect in decision.effects:
        name, _, argument = effect.partition(":")
        if name == "join_leading":
            join(row, at=at)
        elif name == "part_leading" and decision.before and decision.before.leading:
            part(row, leading_id=UUID(decision.before.leading), at=at)
        elif name == "release_joined":
            _release(row, at, command_id)
        elif name == "open_followup":
            _open(row, argument or str(fields["type"]), at, command_id, fields)


def _release(row: Matter, at: datetime, command_id: UUID) -> None:
    from commongrid.rooms.matters.commands.acting import take_action

    release(row, take_action, at=at, command_id=command_id)


def _open(
    row: Matter, type_code: str, at: datetime, command_id: UUID, fields: Mapping[str, Any]
) -> None:
    """A matter that grows out of this one: an appeal, a part split off, a need behind an alarm."""
    from commongrid.rooms.matters.commands.raising import raise_matter

    words = next((str(fields[name]) for name in WORDS if fields.get(name)), "")
    raise_matter(
        actor=Actor(key="system:follow_up"),
        at=at,
        command_id=uuid5(FOLLOW_UP, str(command_id)),
        draft=Draft(
            type_code=type_code,
            text=words or row.text,
            grid_code=row.place.code,
            lon=row.lon,
            lat=row.lat,
            address=row.address,
            channel=row.channel,
            language=row.language,
            answers={},
        ),
        parent=row,
    )
