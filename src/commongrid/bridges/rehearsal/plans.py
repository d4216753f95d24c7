"""What somebody wants to try: which rules, which people, which shock, on which demand.

A plan is stored with its rehearsal and sent by the command line, so it has one plain form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from commongrid.kernel.text import Text

LATER: Mapping[str, bool] = {"later": True}
"""A field that came later. It is written only where it says something, so that what was kept before
keeps its digest.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitChange:
    """Another time limit. ``type``: code or group (``C*``); ``case``: empty for the general one."""

    type: str
    milestone: str
    duration: str
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange:
    """Another duration of a clock of the charter (accept, objection, check ...)."""

    clock: str
    duration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterChange:
    """Another value of a charter parameter."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffChange:
    """More or fewer people of a unit or role. Dates are local days, ``until_on`` exclusive; empty:
    all the time. ``area``: a division's path; empty: wherever the holder serves.
    """

    holder: str
    change: int
    area: str = ""
    from_on: str = ""
    until_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One way of doing it. ``charter``: an adopted key, ``library:<id>``, or empty for the one in
    force. The first alternative of a plan is what the others are compared with. ``is_calm``: the
    plan's shock does not strike it.
    """

    name: str
    charter: str = ""
    limits: tuple[LimitChange, ...] = ()
    clocks: tuple[ClockChange, ...] = ()
    parameters: tuple[ParameterChange, ...] = ()
    staff: tuple[StaffChange, ...] = ()
    order: str = "class_age"  # first_come | class_age | due: who is served first
    is_calm: bool = field(default=False, metadata=LATER)


class Drill(StrEnum):
    """Surges that can be drilled; their factors are data with sources."""

    NONE = "none"
    OUTBREAK = "outbreak"
    BLIZZARD = "blizzard"
    FLOOD = "flood"
    HEATING_FAILURE = "heating_failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shock:
    """What strikes every alternative alike, but those that are calm.

    Units: ``strength`` multiplies the drill's own factors; ``absent`` share of all staff 0-1.
    ``areas``: paths that are struck; empty: the whole place. ``neighbours_help``: grids of one
    community lend each other their workers.
    """

    drill: Drill = Drill.NONE
    from_on: str = ""
    until_on: str = ""
    strength: float = 1.0
    absent: float = 0.0
    areas: tuple[str, ...] = ()
    neighbours_help: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether nothing strikes."""
        return self.drill is Drill.NONE and not self.absent


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole rehearsal. ``from_on`` and ``until_on``: local days, the end exclusive.

    ``demand``: multiplies all arrivals. ``narrow``: runs go on until the half interval of the main
    measure's difference is at most this (a share 0-1), or ``most`` replications are done.
    ``hour_cost``: what an hour of work is taken to cost, 0 where nobody says; ``cost_source``:
    whose figure that is.
    """

    place: str
    from_on: str
    until_on: str
    alternatives: tuple[Alternative, ...]
    shock: Shock = Shock()
    demand: float = 1.0
    least: int = 10
    most: int = 60
    narrow: float = 0.005
    seed: int = 1
    note: Text | None = None
    hour_cost: float = field(default=0.0, metadata=LATER)
    cost_source: str = field(default="", metadata=LATER)
