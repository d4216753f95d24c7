"""Invented actors for the rules: a hat for every role, and the people who must be refused."""

from __future__ import annotations

from collections.abc import Iterator

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import CLOCK, PUBLIC, Actor, Hat, MatterState
from commongrid.charter.schema import Power, Scope, Transition

TOWN = "/150500000000/150502000000/150502004000/"
GRID = TOWN + "150502004001/150502004001001/"
NEXT_GRID = TOWN + "150502004001/150502004001002/"
MATTER = "m-1"
OTHER_MATTER = "m-2"
REPORTER = Actor(key=f"reporter:{MATTER}", owns=frozenset({MATTER}))
OTHER_REPORTER = Actor(key=f"reporter:{OTHER_MATTER}", owns=frozenset({OTHER_MATTER}))
OUTSIDE = Actor(key="link:1", links=frozenset({MATTER}))
OTHER_OUTSIDE = Actor(key="link:2", links=frozenset({OTHER_MATTER}))
NO_UNIT = "unit_of_nobody"


def staff(role: str, *, path: str = GRID, unit: str = "", name: str = "") -> Actor:
    """Somebody with one appointment; equal names are one person."""
    return Actor(key=f"staff:{name or role}", hats=(Hat(role, path, unit),))


def handing_over(matter: MatterState) -> Actor:
    """The handover of a grid, in the name of the post that changes hands."""
    return Actor("system:handover", (Hat("grid_worker", matter.path, matter.unit),))


def holder(power: Power, matter: MatterState, row: Transition, *, name: str = "") -> Actor:
    """Whoever this power row speaks of, standing where it asks them to stand."""
    if power.scope is Scope.SYSTEM:
        is_handover = any(step.verb == "grace" for step in row.clocks)
        return handing_over(matter) if is_handover else CLOCK
    if power.scope is Scope.PUBLIC:
        return PUBLIC
    if power.scope is Scope.OWN:
        return REPORTER
    if power.scope is Scope.LINK:
        return OUTSIDE
    if "whistled" in row.guards:
        return staff(power.role, unit=min(matter.whistled, default=NO_UNIT), name=name)
    if power.scope is Scope.UNIT:
        unit = matter.unit or matter.offered_unit or NO_UNIT
        return staff(power.role, unit=unit, name=name or f"{power.role}-of-{unit}")
    return staff(power.role, name=name)


def holders(
    row: Transition, matter: MatterState, compiled: Compiled, *, name: str = ""
) -> Iterator[Actor]:
    """Everybody whom the charter gives this step; nobody of a unit while none is in play."""
    for power in compiled.powers[row.power]:
        if power.scope is Scope.UNIT and not (matter.unit or matter.offered_unit):
            continue
        yield holder(power, matter, row, name=name)


def strangers(
    rows: tuple[Transition, ...], matter: MatterState, compiled: Compiled
) -> Iterator[tuple[str, Actor]]:
    """Everybody who may take none of these steps: other roles, places, units and reporters.

    ``rows`` are all the steps of one action from one state: holding any of them is enough.
    """
    powers = [power for row in rows for power in compiled.powers[row.power]]
    scopes = {power.scope for power in powers}
    if Scope.PUBLIC in scopes:
        return
    unit = matter.unit or matter.offered_unit
    held = {power.role for power in powers if power.scope in (Scope.AREA, Scope.UNIT)}
    for role in compiled.charter.roles:
        if role not in held:
            yield f"{role} in the unit", staff(role, unit=unit)
    for role in held:
        yield f"{role} of the next grid", staff(role, path=NEXT_GRID, unit=unit)
    by_area = {power.role for power in powers if power.scope is Scope.AREA}
    for role in held - by_area:
        yield f"{role} of another unit", staff(role, unit=NO_UNIT)
        yield f"{role} without a unit", staff(role)
    yield "the public", PUBLIC
    yield "the reporter of another matter", OTHER_REPORTER
    if Scope.OWN not in scopes:
        yield "the reporter", REPORTER
    yield "the outside body of another matter", OTHER_OUTSIDE
    if Scope.LINK not in scopes:
        yield "the outside body", OUTSIDE
    if Scope.SYSTEM not in scopes:
        yield "the clock", CLOCK
