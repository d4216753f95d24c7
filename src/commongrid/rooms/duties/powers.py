"""Which roles the charter of a place gives a power to, and the bounds it sets."""

from __future__ import annotations

from datetime import datetime

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import Actor
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.duties.domain.standing import DEFAULTS, OPINE, PROPOSE, may
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places


def rules_of(path: str, at: datetime) -> Compiled | None:
    """The charter that rules a place, or None. Cost: 1 when warm."""
    try:
        return places.charter_in_force(path, at)[1]
    except places.NoCharterError:
        return None


def roles_with(power: str, path: str, at: datetime) -> frozenset[str]:
    """The roles that hold a power where the charter of a place rules. Cost: 1 when warm."""
    compiled = rules_of(path, at)
    return frozenset(row.role for row in compiled.powers.get(power, ())) if compiled else NOBODY


def may_use(power: str, actor: Actor, path: str, at: datetime) -> Verdict:
    """Whether somebody uses one of this room's powers over a place."""
    return may(actor, path, roles_with(power, path, at), power)


def bound(name: str, path: str, at: datetime) -> int:
    """A parameter of the charter in force, or what holds where it names none."""
    compiled = rules_of(path, at)
    row = compiled.charter.parameters.get(name) if compiled else None
    return int(row.value) if row else DEFAULTS[name]


def list_own_places(actor: Actor, at: datetime) -> tuple[places.PlaceCard, ...]:
    """The chartered places for which somebody may propose tasks, by code. Cost: 1 when warm."""
    with places.one_look():
        known = places.list_chartered_places()
        return tuple(place for place in known if may_use(PROPOSE, actor, place.path, at))


def count_asked(path: str, at: datetime, *, proposed_by: int | None = None) -> int:
    """How many grid workers of a place can give an opinion, but not who proposed. Cost: 1."""
    roles = roles_with(OPINE, path, at)
    posts = people.list_appointments(path, at)
    return len({post.account_id for post in posts if post.role in roles} - {proposed_by})


NOBODY: frozenset[str] = frozenset()
