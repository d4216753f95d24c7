"""Adopting a charter through the task-access gate: two rooms, one transaction.

Every way to adopt a version that a person can take leads through here (ADR 0037).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from commongrid.charter import Charter
from commongrid.charter.demands import added_demands, demands_of, has_gate, uncovered
from commongrid.charter.matter import Actor
from commongrid.rooms.duties import face as duties
from commongrid.rooms.places import face as places


def adopt_charter(
    *, actor: Actor, at: datetime, command_id: UUID, charter: Charter, reason: str, **given: Any
) -> places.CharterCard:
    """Adopt a version; what it newly asks of grids must be admitted there.

    ``given``: what else ``places.adopt_charter`` takes. Raises: Refused, PlaceNotFoundError.
    """
    place = places.get_place(charter.place, code_system=charter.code_system.lower())
    with transaction.atomic():
        return places.adopt_charter(
            actor=actor,
            at=at,
            command_id=command_id,
            charter=charter,
            reason=reason,
            admitted=duties.admitted_for(place.path, at),
            **given,
        )


def list_unadmitted(charter: Charter, at: datetime) -> tuple[str, ...]:
    """What adopting a version would be refused for: items not admitted, or not any more."""
    place = places.get_place(charter.place, code_system=charter.code_system.lower())
    try:
        before = places.charter_in_force(place.path, at)[1].charter
    except places.NoCharterError:
        return ()
    if not has_gate(before):
        return ()
    admitted = duties.admitted_for(place.path, at)
    new = uncovered(added_demands(before, charter), admitted.items)
    return tuple(dict.fromkeys((*new, *places.asked_beyond(demands_of(charter), admitted))))
