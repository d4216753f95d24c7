"""Waiting times where some still wait: a life table over fixed intervals.

Leaving out those who still wait makes every wait look short; counting them as if they had ended
now does too. A life table counts each of them for as long as it was seen to wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from commongrid.engines.tally.intervals import Z95


@dataclass(frozen=True, slots=True)
class Step:
    """One interval of the table. ``waiting`` is the share that waits longer than ``until``.

    ``until`` is None for the last, open interval. ``low`` and ``high`` are 95 % bounds.
    """

    since: float
    until: float | None
    at_risk: int
    ended: int
    left: int  # still waiting when last seen, or owed no more
    waiting: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LifeTable:
    """The steps and what they say about quantiles."""

    steps: tuple[Step, ...]

    def quantile(self, share: float) -> tuple[float, float | None]:
        """The interval in which a share of all has ended; without an end when not by the last edge.

        ``(24.0, 72.0)`` for 0.5 says: the median lies between 24 and 72 hours. ``(72.0, None)``
        says: above 72, and no more than that, since the last interval is open.
        """
        for step in self.steps:
            if step.until is None or step.waiting <= 1 - share + 1e-12:
                return step.since, step.until
        raise AssertionError("the last interval is open")


def life_table(
    edges: Sequence[float], ended: Sequence[int], left: Sequence[int], *, z: float = Z95
) -> LifeTable:
    """The share still waiting after each edge, with Greenwood's bounds.

    ``edges`` are the inner edges; counts have one entry more. Those who left in an interval count
    half in it (actuarial estimate).
    Raises: ValueError when the lengths do not fit.
    Source: Cutler and Ederer, J. Chronic Dis. 8 (1958) 699-712; Greenwood 1926.
    """
    if len(ended) != len(edges) + 1 or len(left) != len(ended):
        raise ValueError("one count more than edges")
    at_risk, waiting, spread = sum(ended) + sum(left), 1.0, 0.0
    bounds = [0.0, *edges]
    steps = []
    for place, (e, c) in enumerate(zip(ended, left, strict=True)):
        exposed = at_risk - c / 2
        hazard = e / exposed if exposed > 0 else 0.0
        waiting *= 1 - hazard
        if 0 < hazard < 1:
            spread += hazard / (exposed * (1 - hazard))
        reach = z * waiting * sqrt(spread)
        until = edges[place] if place < len(edges) else None
        low, high = max(0.0, waiting - reach), min(1.0, waiting + reach)
        steps.append(Step(bounds[place], until, at_risk, e, c, waiting, low, high))
        at_risk -= e + c
    return LifeTable(tuple(steps))
