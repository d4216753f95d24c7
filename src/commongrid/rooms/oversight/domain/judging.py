"""Which category of each figure a matter falls into, as of an instant. Definitions: figures.csv."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime

from commongrid.charter.schema import Outcome
from commongrid.rooms.oversight.domain.figures import WAIT_EDGES_H

CHECKS = frozenset({"confirm", "check_pass", "settle"})
BY_WORD = frozenset({"claimed", "served", "unconfirmed"})
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What is kept of one matter for counting. ``finish_due_at``: the first one still running."""

    place_code: str
    type_code: str
    received_at: datetime
    state: str
    outcome: str
    last_action: str
    claimed_at: datetime | None
    ended_at: datetime | None
    solved_at: datetime | None
    answer: str  # "" | running | paused | kept | late | stopped | unsolved
    answer_due_at: datetime | None
    answer_at: datetime | None  # when its status was last told
    finish_broken: bool
    finish_kept: bool
    finish_due_at: datetime | None
    redone: int
    hung: int


def categories_of(one: Counted, as_of: datetime, *, is_recurring: bool) -> dict[str, str]:
    """The category of every figure."""
    return {
        "raised": "raised",
        "answer": answer_of(one, as_of),
        "solution": solution_of(one, as_of),
        "standing": standing_of(one, as_of),
        "checked": checked_of(one),
        "redone": "yes" if one.redone else "no",
        "recurring": "yes" if is_recurring else "no",
        "hung": "yes" if one.hung else "no",
        "withdrawn": "yes" if one.state == "withdrawn" else "no",
    }


def shadows_of(found: dict[str, str]) -> tuple[str, ...]:
    """Figures in whose shadow a matter stands: a count nobody prints, but anybody can subtract.

    Whatever was solved in time or checked is solved, and whatever was withdrawn has ended. So a
    reader of both figures also knows how many were solved but not in time, not checked, or ended
    without being withdrawn; these must not be small either (ADR 0016).
    """
    is_solved, has_ended = found["standing"] == "solved", found["standing"] == "ended"
    return tuple(
        figure
        for figure, is_in in (
            ("solution", is_solved and found["solution"] != "in_time"),
            ("checked", is_solved and found["checked"] != "checked"),
            ("withdrawn", has_ended and found["withdrawn"] != "yes"),
        )
        if is_in
    )


def answer_of(one: Counted, as_of: datetime) -> str:
    """Whether the first useful answer came in time."""
    if one.answer == "kept":
        return "in_time"
    if one.answer == "late" or _is_answer_overdue(one, as_of):
        return "late"
    return "unknown"


def solution_of(one: Counted, as_of: datetime) -> str:
    """Whether every promise of the solution was kept so far."""
    if one.finish_broken or _is_finish_overdue(one, as_of):
        return "late"
    if one.outcome == Outcome.SOLVED and one.finish_kept:
        return "in_time"
    return "unknown"


def standing_of(one: Counted, as_of: datetime) -> str:
    """Where it stands: solved, ended otherwise, running, or running past a due time."""
    if one.outcome == Outcome.SOLVED:
        return "solved"
    if one.outcome != Outcome.NONE:
        return "ended"
    is_overdue = _is_answer_overdue(one, as_of) or _is_finish_overdue(one, as_of)
    return "overdue" if is_overdue else "running"


def checked_of(one: Counted) -> str:
    """Whether somebody else than the unit said that it is done."""
    if one.outcome == Outcome.SOLVED:
        return "checked" if one.last_action in CHECKS else "unchecked"
    return "unchecked" if one.state in BY_WORD else "not_applicable"


def waits_of(one: Counted, as_of: datetime) -> dict[str, tuple[int, bool]]:
    """For each wait that was owed: its interval, and whether it ended in what was waited for.

    Who still waits, or is owed no more, has waited at least so long.
    """
    found = {}
    if one.answer:
        has_ended = one.answer in ("kept", "late")
        until = one.answer_at if has_ended else one.ended_at or as_of
        found["wait_answer"] = (interval_of(one.received_at, until or as_of), has_ended)
    until = one.solved_at or one.ended_at or as_of
    found["wait_solution"] = (interval_of(one.received_at, until), one.solved_at is not None)
    return found


def interval_of(since: datetime, until: datetime) -> int:
    """The number of the interval a wait falls into; an edge belongs to the one after it."""
    return bisect_right(WAIT_EDGES_H, (until - since).total_seconds() / HOUR_S)


def _is_answer_overdue(one: Counted, as_of: datetime) -> bool:
    is_running = one.answer == "running" and one.outcome == Outcome.NONE
    return is_running and one.answer_due_at is not None and one.answer_due_at <= as_of


def _is_finish_overdue(one: Counted, as_of: datetime) -> bool:
    if one.outcome != Outcome.NONE or one.finish_due_at is None:
        return False
    return one.finish_due_at < (one.claimed_at or as_of)
