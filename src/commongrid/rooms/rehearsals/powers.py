"""Which roles the charter of a place gives a power to, and where somebody holds one of them."""

from __future__ import annotations

from datetime import datetime

from commongrid.charter.matter import Actor
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals.domain.standing import PROPOSE, REHEARSE, may


def roles_with(power: str, path: str, at: datetime) -> frozenset[str]:
    """The roles that hold a power where the charter of a place rules. Cost: 1 when warm."""
    try:
        compiled = places.charter_in_force(path, at)[1]
    except places.NoCharterError:
        return frozenset()
    return frozenset(row.role for row in compiled.powers.get(power, ()))


def may_rehearse(actor: Actor, path: str, at: datetime) -> Verdict:
    """Whether somebody may ask for, read and cancel rehearsals of a place."""
    return may(actor, path, roles_with(REHEARSE, path, at), REHEARSE)


def may_propose(actor: Actor, path: str, at: datetime) -> Verdict:
    """Whether somebody may propose a change of the charter of a place."""
    return may(actor, path, roles_with(PROPOSE, path, at), PROPOSE)


def list_planned_places(actor: Actor, at: datetime) -> tuple[places.PlaceCard, ...]:
    """The chartered places somebody may rehearse, by code. Cost: 1 when warm."""
    with places.one_look():
        known = places.list_chartered_places()
        return tuple(place for place in known if may_rehearse(actor, place.path, at))
