"""How a place lives: what is raised, who does what next, and how long it takes.

Read off the acts of a place where there are enough of them, assumed where there are not; every
number says which. It knows the words of flows (state, action, type) and of no charter in
particular, so that several charters can be rehearsed on the same people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from commongrid.kernel.text import Text

EVERY = "*"


class Known(StrEnum):
    """Where a number comes from."""

    MEASURED = "measured"  # counted in this place's acts
    SHRUNK = "shrunk"  # few cases: drawn towards the group
    ASSUMED = "assumed"  # no cases: a proposal, or another place's figure


class Who(StrEnum):
    """Whose turn a step is."""

    STAFF = "staff"  # takes a person's working time
    PERSON = "person"  # the resident: nobody's working time
    TIME = "time"  # the clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One number with what stands behind it.

    Units: as its owner says. ``low`` and ``high``: 95 % interval; equal to ``value`` when assumed.
    """

    value: float
    low: float
    high: float
    cases: int
    known: Known
    source: str = ""  # for what is assumed: whose figure, with its trust mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """A distribution of times.

    Units: seconds of the clock on the wall. Shape: ``quantiles`` rises, shares from 0 to 1:
    the time within which that share is done.
    """

    shares: tuple[float, ...]
    quantiles: tuple[float, ...]
    cases: int
    known: Known
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """What is raised, of one type.

    Units: ``a_year`` matters in a year in the whole place. ``flags``: share of them that are
    urgent, dangerous to others, ... by the flag's name.
    """

    type: str
    a_year: Estimate
    flags: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done next with a matter in a state.

    ``type``: a code, a group (``C*``) or ``*``; the most particular row that fits is used.
    ``share``: of the staff steps of one state and type, they add up to 1; of a person's step, the
    share of matters in which the person would take it if nothing came first.
    ``effort``: hands-on time of whoever does it. ``lag``: what passes beside it while the matter
    waits for parts, weather or another office and nobody is kept. Both in seconds.
    """

    flow: str
    state: str
    action: str
    type: str = EVERY
    who: Who
    share: Estimate
    effort: Times | None = None
    lag: Times | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """All of it, for one place.

    Shape: ``week`` 168 shares from Monday 00:00, adding up to 1; ``year`` 12 factors around 1;
    ``grids`` shares by grid path, adding up to 1; ``staff`` persons by holder (a unit's or a
    role's code) and area path. ``travel_s``: way to and back, by grid path.
    """

    place: str
    from_on: str
    until_on: str
    arrivals: tuple[Arrivals, ...]
    steps: tuple[Step, ...]
    week: tuple[float, ...]
    year: tuple[float, ...]
    grids: Mapping[str, float]
    staff: Mapping[tuple[str, str], int]
    travel_s: Mapping[str, float]
    notes: tuple[Text, ...] = ()  # what was left out, and why
