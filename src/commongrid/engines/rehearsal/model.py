"""What goes into a run and what comes out: frozen arrays, and nothing of where they came from.

Units: instants are microseconds since 1970 in UTC; shares are thresholds in ``WHOLE``.
Shape: ``*_from`` arrays have one entry more than rows; row ``i`` owns ``[from[i], from[i + 1])``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from commongrid.engines.rehearsal.words import NEVER

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Calendar:
    """One working calendar, from some day until another.

    Shape: ``worked`` has one entry more than ``opens``: working time before each period, and all.
    ``midnights[i]`` is the instant at which day ``i`` ends. ``months[k, i]`` is the day ``k + 1``
    months after day ``i``; it may have no rows.
    """

    opens: Ints
    closes: Ints
    worked: Ints
    day_closes: Ints
    midnights: Ints
    months: Ints


@dataclass(frozen=True, eq=False, kw_only=True)
class Tables:
    """A lowered charter: what may be done, and what it changes. See ``words`` for the codes."""

    calendar: Calendar
    registers: int
    state_end: Ints
    row_to: Ints  # -1: the state stays
    row_by_time: Ints  # 1: the clock itself takes it
    guard_from: Ints
    guard_op: Ints
    guard_group: Ints  # of guards with one number in a row, one is enough
    guard_a: Ints
    guard_b: Ints
    step_from: Ints
    step_verb: Ints
    step_mask: Ints
    effect_from: Ints
    effect_op: Ints
    effect_a: Ints
    effect_b: Ints
    span_unit: Ints
    span_amount: Ints
    slot_flags: Ints
    sort_span: Ints  # Shape: sorts x slots; -1: this sort has no such promise
    sort_flags: Ints
    sort_rank: Ints  # the class of urgency; 0 is first
    candidate_from: Ints  # by sort
    candidate: Ints  # holders, the one to be asked first before the others

    @property
    def slots(self) -> int:
        return len(self.slot_flags)


@dataclass(frozen=True, eq=False, kw_only=True)
class Habits:
    """Who tries what, after how much work, and how people answer. From calibration.

    ``purpose`` numbers what a draw is for: the same number in two charters draws alike.
    """

    raise_row: Ints  # by sort
    task_at: Ints  # Shape: states x sorts; -1: nobody's turn
    task_holder: Ints  # a holder, HOLDER_UNIT or HOLDER_ASKED
    task_work: Ints  # a quantile table
    task_travels: Ints  # 1: the grid's travel is added
    task_lag: Ints  # a quantile table, or -1: what passes after the work, while nobody is kept
    task_again: Ints  # after how long it is tried again when every outcome was refused
    task_purpose: Ints
    outcome_from: Ints
    outcome_row: Ints
    outcome_until: Ints  # cumulated share
    rival_from: Ints  # by state
    rival_row: Ints
    rival_share: Ints
    rival_delay: Ints  # a quantile table
    rival_purpose: Ints
    due_from: Ints  # by state
    due_slot: Ints
    due_row: Ints
    due_again: Ints  # after how long it is tried again when a guard refused it
    quantiles: Ints  # Shape: tables x KNOTS; see ``draws``

    @property
    def purposes(self) -> int:
        """How many purposes are numbered."""
        known = [*self.task_purpose.tolist(), *self.rival_purpose.tolist()]
        return max(known, default=-1) + 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Staff:
    """Who is there to do it. A pool is one holder in one area."""

    calendars: tuple[Calendar, ...]
    pool_servers: Ints
    pool_calendar: Ints  # -1: day and night
    pool_order: Ints
    holder_base: Ints  # the holder's pool in area 0 ...
    holder_level: Ints  # ... of this division of the grids
    area: Ints  # Shape: levels x grids
    travel: Ints  # by grid, in working time
    change_at: Ints  # sorted
    change_pool: Ints
    change_by: Ints


@dataclass(frozen=True, eq=False, kw_only=True)
class Demand:
    """The matters that are raised, sorted by instant. The same for every charter compared.

    ``key`` numbers a matter for its draws: whoever adds matters gives them numbers of their own.
    """

    at: Ints
    key: Ints
    grid: Ints
    sort: Ints


@dataclass(frozen=True, eq=False, kw_only=True)
class Shock:
    """What a drill changes: added matters (before a run) and people who are away (in it)."""

    added: Demand
    change_at: Ints
    change_pool: Ints
    change_by: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One replication: its seed, its number, its end, and whether every row taken is logged.

    Matters raised outside ``counts_from .. counts_until`` are served like the others and left out
    of what is counted by matter: a place does not begin empty, and its last week is no holiday.
    """

    seed: int
    replication: int
    begins_at: int
    ends_at: int
    is_logged: bool = False
    counts_from: int = 0
    counts_until: int = NEVER


@dataclass(frozen=True, eq=False, kw_only=True)
class Result:
    """What a run counted. Everything is a whole number; histograms are over ``wait_bin``.

    By matter, each once, as it stood when nothing more could happen to it or at the end of the
    run: ``ended``, ``marked``, ``claimed``, ``claim_wait``, ``end_wait``, ``overdue`` and the
    ``*_kept`` and ``*_late``. A matter is *late* once a finish promise of it was met late, failed,
    or is owed and past due; *kept* when it is not late, one was kept and none is owed.
    """

    events: int
    raised: int  # all, counted or not
    raised_by_sort: Ints  # those counted, as are all below that are by sort, grid or unit
    open_at_end: int  # all
    ended: Ints  # Shape: sorts x kinds of End
    marked: Ints  # Shape: sorts x registers: matters in which it was not 0 (redone, whistled ...)
    claimed: Ints  # by sort: matters that were ever claimed done
    claim_wait: Ints  # Shape: sorts x WAIT_BINS, from receipt to the claim that stood
    end_wait: Ints  # Shape: sorts x WAIT_BINS, from receipt to the end that stood
    sort_kept: Ints
    sort_late: Ints
    grid_raised: Ints
    grid_kept: Ints
    grid_late: Ints
    unit_kept: Ints  # by the unit that held it: place 0 is nobody, holder h is at h + 1
    unit_late: Ints
    met: Ints  # Shape: sorts x slots x Status, each promise where it ended
    met_wait: Ints  # Shape: slots x WAIT_BINS, from receipt, kept or late
    overdue: Ints  # Shape: sorts x slots, still owed at the end and due by then
    taken: Ints  # by row
    refused: Ints  # by row
    task_wait: Ints  # Shape: tasks x WAIT_BINS, in the queue before the work
    pool_begun: Ints
    pool_waited: Ints  # summed
    pool_queue_area: Ints  # the queue's length, integrated
    pool_longest: Ints
    pool_waiting: Ints  # left in the queue at the end
    pool_busy: Ints  # at work at the end
    pool_worked: Ints  # work begun while counting
    pool_overload: Ints  # opening time, while counting, in which one waited and none was free
    pool_open: Ints  # opening time while counting
    pool_capacity: Ints  # the same times the servers that were there
    backlog: Ints  # open matters, all, at each midnight of the run
    log: Ints  # Shape: entries x 5: instant, matter, row, unit, due; empty unless logged

    # ``due`` in the log: when the first running finish promise falls due, NEVER where none runs.
