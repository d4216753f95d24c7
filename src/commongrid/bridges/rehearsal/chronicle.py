"""The past of a place as arrays: what was raised, and how long it lay in which state before what.

No matter can be told from another in it: it holds types, grids, times and actions, nobody's
name, no words, no ids.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from commongrid.bridges.rehearsal.practice import Who
from commongrid.kernel.workcalendar import to_micros

MICROS = 1_000_000
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
REDONE = "+redone"
"""Behind the name of a state in which a matter is again, after it came back undone."""
FlowState = tuple[str, str]


@dataclass(frozen=True, eq=False, kw_only=True)
class Visits:
    """Stays of matters in a state, and what was done in them.

    Shape: one entry a stay; the ``act_`` arrays one an act, by stay and then by time, the act that
    ended the stay last. Units: microseconds; ``act_after`` from the beginning of the stay.
    ``is_over``: false where the matter still was there when the history ends. ``since``: when the
    stay began, an instant.
    """

    since: Ints
    state: Ints
    type: Ints
    length: Ints
    is_over: Bools
    act_visit: Ints
    act_action: Ints
    act_after: Ints


@dataclass(frozen=True, eq=False, kw_only=True)
class History:
    """The matters raised in a place from one local day until another, watched until that day.

    Shape: ``raised_`` arrays one entry a matter; numbers point into ``types``, ``grids``,
    ``states`` and ``actions``. Units: instants are microseconds since 1970. ``forms``: entries
    timed and their minutes, by form.
    """

    place: str
    from_on: date
    until_on: date
    zone: ZoneInfo
    types: tuple[str, ...]
    grids: tuple[str, ...]
    states: tuple[FlowState, ...]
    actions: tuple[tuple[str, Who], ...]
    raised_at: Ints
    raised_type: Ints
    raised_grid: Ints
    flags: Mapping[str, Bools]
    visits: Visits
    forms: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def matters(self) -> int:
        return len(self.raised_at)


class Names:
    """Names numbered in the order in which they come."""

    def __init__(self) -> None:
        self.known: dict[Hashable, int] = {}

    def number(self, name: Hashable) -> int:
        return self.known.setdefault(name, len(self.known))


@dataclass(slots=True)
class _Stay:
    visit: int
    since: int
    flow: str
    state: str
    type: str
    is_redone: bool = False


class Chronicle:
    """Collects a history step by step, each matter's steps in their order.

    Cost: some 100 bytes a stay, and one entry for each matter; nothing of a matter is kept but
    where it is now.
    """

    def __init__(self, place: str, from_on: date, until_on: date, zone: ZoneInfo) -> None:
        self.place, self.from_on, self.until_on, self.zone = place, from_on, until_on, zone
        self.types, self.grids, self.states, self.actions = Names(), Names(), Names(), Names()
        self.stays: dict[Hashable, _Stay] = {}
        self.raised = tuple(array("q") for _ in range(3))
        self.flagged: dict[str, array[int]] = {}
        self.visits = tuple(array("q") for _ in range(5))
        self.acts = tuple(array("q") for _ in range(3))

    def raise_one(
        self, key: Hashable, *, flow: str, state: str, type_code: str, grid: str, at: int,
        flags: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        """A matter begins. Units: microseconds."""
        number = len(self.raised[0])
        for column, value in zip(
            self.raised,
            (at, self.types.number(type_code), self.grids.number(grid)),
            strict=True,
        ):
            column.append(value)
        for flag in flags:
            self.flagged.setdefault(flag, array("q")).append(number)
        self.stays[key] = _Stay(-1, at, flow, state, type_code)
        self._enter(self.stays[key], at)

    def step(
        self, key: Hashable, *, action: str, state: str, at: int, type_code: str = "",
        who: Who = Who.STAFF, is_redone: bool = False,
    ) -> None:  # fmt: skip
        """Something is done with a matter; one that was never raised is none of this history."""
        stay = self.stays.get(key)
        if stay is None:
            return
        at = max(at, stay.since)
        for column, value in zip(
            self.acts,
            (stay.visit, self.actions.number((action, who)), at - stay.since),
            strict=True,
        ):
            column.append(value)
        if type_code:
            stay.type = type_code
        stay.is_redone |= is_redone
        if state != stay.state:
            self._leave(stay, at, is_over=True)
            stay.state = state
            self._enter(stay, at)

    def history(self, forms: Mapping[str, tuple[int, int]] | None = None) -> History:
        """All of it, as it stands when the last day begins."""
        end = to_micros(datetime.combine(self.until_on, time(), self.zone))
        for stay in self.stays.values():
            self._leave(stay, max(end, stay.since), is_over=False)
        self.stays.clear()
        flags = {}
        for name, numbers in self.flagged.items():
            flags[name] = np.zeros(len(self.raised[0]), np.bool_)
            flags[name][np.array(numbers, np.int64)] = True
        state, type_, length, is_over, since = (np.array(a, np.int64) for a in self.visits)
        visit, action, after = (np.array(a, np.int64) for a in self.acts)
        order = np.lexsort((np.arange(len(visit)), after, visit))
        raised = [np.array(a, np.int64) for a in self.raised]
        return History(
            place=self.place,
            from_on=self.from_on,
            until_on=self.until_on,
            zone=self.zone,
            types=tuple(map(str, self.types.known)),
            grids=tuple(map(str, self.grids.known)),
            states=tuple(self.states.known),  # type: ignore[arg-type]
            actions=tuple(self.actions.known),  # type: ignore[arg-type]
            raised_at=raised[0],
            raised_type=raised[1],
            raised_grid=raised[2],
            flags=flags,
            visits=Visits(
                since=since,
                state=state,
                type=type_,
                length=length,
                is_over=is_over.astype(np.bool_),
                act_visit=visit[order],
                act_action=action[order],
                act_after=after[order],
            ),
            forms=forms or {},
        )

    def _enter(self, stay: _Stay, at: int) -> None:
        stay.visit, stay.since = len(self.visits[0]), at
        name = f"{stay.state}{REDONE}" if stay.is_redone else stay.state
        state, type_ = self.states.number((stay.flow, name)), self.types.number(stay.type)
        values = (state, type_, 0, 0, at)
        for column, value in zip(self.visits, values, strict=True):
            column.append(value)

    def _leave(self, stay: _Stay, at: int, *, is_over: bool) -> None:
        self.visits[2][stay.visit] = at - stay.since
        self.visits[3][stay.visit] = int(is_over)
