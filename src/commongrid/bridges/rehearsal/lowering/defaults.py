"""Habits for steps nobody told us of, and numbers for what draws are for."""

from __future__ import annotations

from commongrid.bridges.rehearsal.practice import Estimate, Known, Practice, Step, Times, Who
from commongrid.charter.schema import Kind

SOURCE = "CommonGrid proposal [proposal]"
SHARES = (0.0, 0.5, 1.0)


def _times(*quantiles: float) -> Times:
    return Times(shares=SHARES, quantiles=quantiles, cases=0, known=Known.ASSUMED, source=SOURCE)


TEN_MINUTES = _times(120.0, 600.0, 1800.0)
A_DAY = _times(3600.0, 86_400.0, 604_800.0)


def default_step(flow: Kind, state: str, action: str, share: float, who: Who = Who.STAFF) -> Step:
    """A step nobody told us of: ten minutes of work, or a day until a person takes it."""
    return Step(
        flow=flow,
        state=state,
        action=action,
        who=who,
        share=Estimate(
            value=share, low=share, high=share, cases=0, known=Known.ASSUMED, source=SOURCE
        ),
        effort=TEN_MINUTES if who is Who.STAFF else None,
        lag=None if who is Who.STAFF else A_DAY,
    )


def purposes_of(practice: Practice, flow: Kind) -> dict[str, int]:
    """What draws are for, numbered from the practice alone: alike in every charter rehearsed."""
    steps = [step for step in practice.steps if step.flow == flow]
    states = sorted({f"task:{step.state}" for step in steps if step.who is Who.STAFF})
    actions = sorted({step.action for step in steps})
    return {name: number for number, name in enumerate([*states, *actions])}
