"""What came of a rehearsal: the one form that pages, files and the command line show.

Everything in it can be worked out again from the plan, the practice, the charters and the seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from commongrid.bridges.rehearsal.plans import LATER
from commongrid.bridges.rehearsal.practice import Estimate, Known
from commongrid.kernel.text import Text


class Verdict(StrEnum):
    """What a difference says."""

    MORE = "more"
    LESS = "less"
    NOT_CLEAR = "not_clear"  # the interval holds zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A mean over replications with its 95 % interval. Units: the measure's own."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One measure of one alternative less the same of the first, replication by replication."""

    measure: str
    alternative: str
    figure: Figure
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Measures of a part: a unit, a type, a grid. Shape: ``figures`` by measure id."""

    key: str
    name: Text
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line over time or over waiting time, with its band. Units: ``at`` as the curve says."""

    at: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """One replication on the map. Shape: ``open`` and ``late`` are steps x grids.

    Units: ``begins_at`` microseconds since 1970, ``step_s`` seconds between two steps.
    """

    begins_at: int
    step_s: int
    grids: tuple[str, ...]
    open: tuple[tuple[int, ...], ...]
    late: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What one alternative gave.

    ``figures`` by measure id (measures.csv). ``waits``: curves by kind (first_answer, claim, end),
    ``at`` in seconds, the share still waiting. ``backlog``: ``at`` in days from the beginning.
    ``runs``: each replication's measures, for whoever wants to reckon for themselves.
    """

    name: str
    charter: str
    figures: Mapping[str, Figure]
    units: tuple[Line, ...]
    types: tuple[Line, ...]
    grids: tuple[Line, ...]
    waits: Mapping[str, Curve]
    backlog: Curve
    runs: Mapping[str, tuple[float, ...]]
    replay: Replay | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One number the rehearsal stood on."""

    what: Text
    estimate: Estimate
    unit: str

    @property
    def is_assumed(self) -> bool:
        return self.estimate.known is Known.ASSUMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What a drill says: when it breaks, who helps where, what could wait. Words with numbers.

    ``alternative``: the name of the one it is about.
    """

    kind: str  # breaks | helpers | drop_first
    say: Text
    share: float = 0.0
    alternative: str = field(default="", metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All of it. ``digest`` is over everything but ``took_s``: the same command gives it again."""

    plan_digest: str
    practice_digest: str
    charters: Mapping[str, str]  # digest of each alternative's charter by its name
    engine: str  # compiled | oracle, with the version of the product
    seed: int
    replications: int
    events: int
    took_s: float
    played: tuple[Played, ...]
    differences: tuple[Difference, ...]
    given: tuple[Given, ...]
    advice: tuple[Advice, ...] = ()
    notes: tuple[Text, ...] = ()  # what was left out, what was not clear
    digest: str = ""
