"""From the acts of one matter to what moved it in a month: who can be balanced against whom.

What goes into a state comes out of it or stays. An office's moves are published as uses of power,
a grid worker's by form (ADR 0030), what was raised and withdrawn on the board: all that can be set
off against each other. Residents' other moves, and what waits in a state, are told nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from commongrid.rooms.publications.domain.using import LEFT_OUT, RAISE, BodyOf, ReadAct

WITHDRAW = "withdraw"  # told by the board


@dataclass(frozen=True, slots=True)
class Move:
    """A change of state by a counted use of power."""

    power: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Loose:
    """A matter that came into a state, left it or stood in it, and nothing published says so."""

    state: str
    side: str  # in | out | start | end


def moves_of(
    acts: Sequence[ReadAct], *, since: datetime, until: datetime, body_of: BodyOf
) -> Iterator[Move | Loose]:
    """What moved a matter within a month, and where it stood at both ends of it."""
    flow = acts[0].flow if acts else ""
    state = at_start = ""
    for act in acts:
        if act.at >= until:
            break
        before, state = state, str(act.after.get("state", state))
        if act.at < since:
            at_start = state
        elif before and before != state and act.action not in (RAISE, WITHDRAW):
            yield from _moved(act, f"{flow}:{before}", f"{flow}:{state}", body_of)
    if at_start:
        yield Loose(f"{flow}:{at_start}", "start")
    if state:
        yield Loose(f"{flow}:{state}", "end")


def _moved(act: ReadAct, before: str, after: str, body_of: BodyOf) -> Iterator[Move | Loose]:
    if act.role in LEFT_OUT:
        return
    if act.power and body_of(act.charter_key, act.role) in ("staff", "system"):
        yield Move(act.power, before, after)
    else:
        yield Loose(before, "out")
        yield Loose(after, "in")
