"""Which posts the charter of a place gives supervision, and where somebody holds one of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from commongrid.charter.matter import Actor
from commongrid.kernel.duration import Duration, parse_duration
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.findings.domain.standing import DEFAULT_LIMITS, OVERSEE, may
from commongrid.rooms.findings.domain.watching import PARAMETERS, Thresholds
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places


def roles_with(power: str, path: str, at: datetime) -> frozenset[str]:
    """The roles that hold a power where the charter of a place rules. Cost: 1 when warm."""
    try:
        compiled = places.charter_in_force(path, at)[1]
    except places.NoCharterError:
        return frozenset()
    return frozenset(row.role for row in compiled.powers.get(power, ()))


def may_use(actor: Actor, power: str, path: str, at: datetime, unit: str = "") -> Verdict:
    """Whether somebody may use one of this room's powers over a place, for a unit if named."""
    return may(actor, path, roles_with(power, path, at), power, unit)


def limit_of(name: str, path: str, at: datetime) -> Duration:
    """A time of the charter in force; the room's own where a charter says nothing."""
    compiled = places.charter_in_force(path, at)[1]
    if name in compiled.charter.parameters:
        return compiled.duration(name)
    return parse_duration(DEFAULT_LIMITS[name])


def areas_with(actor: Actor, power: str, at: datetime) -> tuple[str, ...]:
    """The paths over which somebody holds a power, none inside another. Cost: 1 when warm.

    A post above a charter's place reaches that place; one below it reaches what it is for.
    """
    with places.one_look():
        known = [place.path for place in places.list_chartered_places()]
        if actor.is_system:
            return _outermost(known)
        found = set()
        for hat in actor.hats:
            if not hat.path:
                continue
            for path in (hat.path, *(p for p in known if p.startswith(hat.path))):
                if hat.role in roles_with(power, path, at):
                    found.add(path)
    return _outermost(found)


def thresholds_over(areas: tuple[str, ...], at: datetime) -> Thresholds:
    """The thresholds of the charters that rule there; where they differ, what shows the most.

    Cost: 1 when warm.
    """
    found: Thresholds | None = None
    with places.one_look():
        roots = [place.path for place in places.list_chartered_places()]
        for path in roots:
            if any(path.startswith(area) or area.startswith(path) for area in areas):
                one = _thresholds(path, at)
                found = one if found is None else found.widest(one)
    return found or Thresholds()


def _thresholds(path: str, at: datetime) -> Thresholds:
    try:
        numbers = places.charter_in_force(path, at)[1].charter.parameters
    except places.NoCharterError:
        return Thresholds()
    given = {own: int(numbers[name].value) for own, name in PARAMETERS.items() if name in numbers}
    return replace(Thresholds(), **given)


def list_overseen_places(actor: Actor, at: datetime) -> tuple[places.PlaceCard, ...]:
    """The places somebody oversees, by code. Cost: 1 when warm, 1 for each place."""
    found = (places.find_place(_code(path)) for path in areas_with(actor, OVERSEE, at))
    return tuple(sorted((card for card in found if card), key=lambda card: card.code))


def scope_over(areas: tuple[str, ...]) -> people.Scope:
    """What may be read of matters there: nothing that names who alone is in charge of it.

    So complaints about staff and sealed types stand on no list of this room.
    """
    return people.Scope(paths=areas)


def _outermost(paths: list[str] | set[str]) -> tuple[str, ...]:
    return tuple(
        sorted(p for p in paths if not any(p != other and p.startswith(other) for other in paths))
    )


def _code(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2].rpartition(":")[2]
