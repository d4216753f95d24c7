"""Clock effects: what an act does to the promises of a matter.

Pure: promises in, promises out. Only the effects named in a transition move a clock; the first
due time of every promise stays visible for ever.
Source: reference matters section 5 (clocks) and 1 (milestones).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from commongrid.charter.compiler import Compiled, answer_limit, limits_for
from commongrid.charter.matter import MatterState, Pause, PromiseState, PromiseStatus
from commongrid.charter.schema import ClockStep, Outcome
from commongrid.charter.vocabulary import HANDOVER_GRACE, URGENT_OF
from commongrid.kernel.altering import altered
from commongrid.kernel.worktime import Duration, due_at

FINISH = "finish"
NAMED = "*"
MET = (PromiseStatus.KEPT, PromiseStatus.LATE)
GRID_WORKER = "grid_worker"
HANDOVER = "handover"
DATED = {"review": "review_on", "supervise": "reply_by", "task": "due"}


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything a clock effect may look at."""

    matter: MatterState
    compiled: Compiled
    at: datetime
    to_state: str
    fields: Mapping[str, Any]
    units: frozenset[str] = frozenset()  # units the actor acts for
    is_by_time: bool = False


def run_clocks(steps: Iterable[ClockStep], moment: Moment) -> tuple[PromiseState, ...]:
    """Apply a transition's clock effects in order."""
    promises = moment.matter.promises
    for step in steps:
        promises = VERBS[step.verb](promises, step.clock, moment)
    return promises


def with_due(promise: PromiseState, compiled: Compiled) -> PromiseState:
    """The promise with its due time worked out anew (None while its clock stands still)."""
    if promise.pauses and promise.pauses[-1].until_at is None:
        return altered(promise, due_at=None)
    if promise.set_due_at is not None:
        return altered(promise, due_at=promise.set_due_at)
    if promise.duration is None:
        return promise
    spans = tuple((p.from_at, p.until_at) for p in promise.pauses)
    return altered(
        promise, due_at=due_at(promise.started_at, promise.duration, compiled.calendar, spans)
    )


def end_of_day(value: date | datetime | str, compiled: Compiled) -> datetime:
    """A promised date as an instant: the end of office hours that day, or its last minute."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        return value
    close = compiled.calendar.close_of(value)
    if close is not None:
        return close
    return datetime.combine(value, time(23, 59, 59), tzinfo=compiled.calendar.zone)


def grace_until(at: datetime, compiled: Compiled, parameter: str = HANDOVER_GRACE) -> datetime:
    """Until when the clocks of a post that changes hands now stand still."""
    until = due_at(at, compiled.duration(parameter), compiled.calendar)
    assert until is not None
    return until


def needs_grace(
    promise: PromiseState, units: frozenset[str], at: datetime, until: datetime
) -> bool:
    """Whether a promise of the post falls due in that time. What is late stays late."""
    due = promise.due_at
    is_soon = promise.status is PromiseStatus.RUNNING and due is not None and at < due <= until
    return is_soon and promise.owner in units | {GRID_WORKER}


def base_key(clock: str, milestone: str) -> str:
    """A promise's key before it is numbered: the clock, with its milestone where it has one."""
    return f"{clock}:{milestone}" if milestone else clock


def redate(promises: tuple[PromiseState, ...], m: Moment) -> tuple[PromiseState, ...]:
    """What is owed after the type or a case changed; every first due time stays visible."""
    return _redate_finish(_redate_answer(promises, m), m)


def _redate_answer(promises: tuple[PromiseState, ...], m: Moment) -> tuple[PromiseState, ...]:
    """The open first answer moves to the limit of the new class, counted from receipt as before."""
    limit = answer_limit(m.matter.type, m.matter.cases, m.matter.urgency, m.compiled)

    def moved(p: PromiseState) -> PromiseState:
        if limit is None:
            return altered(p, status=PromiseStatus.STOPPED)
        return with_due(altered(p, duration=limit), m.compiled)

    return tuple(moved(p) if p.clock == "answer" and p.is_open else p for p in promises)


def _redate_finish(promises: tuple[PromiseState, ...], m: Moment) -> tuple[PromiseState, ...]:
    """Milestones after the type or a case changed: new ones start from receipt, others move.

    The first due time stays on each promise; a milestone that binds no more is stopped.
    """
    if not any(p.clock == FINISH for p in promises):
        return promises
    limits = {
        r.milestone: r.duration for r in limits_for(m.matter.type, m.matter.cases, m.compiled)
    }
    changed = []
    for p in promises:
        if p.clock != FINISH or not p.is_open:
            changed.append(p)
        elif p.milestone not in limits:
            changed.append(altered(p, status=PromiseStatus.STOPPED))
        else:
            changed.append(with_due(altered(p, duration=limits[p.milestone]), m.compiled))
    known = {p.milestone for p in promises if p.clock == FINISH}
    owner = m.matter.unit or "unit"
    began = m.matter.received_at
    added = [
        _promise(promises, FINISH, milestone, owner, duration, began, m)
        for milestone, duration in limits.items()
        if milestone not in known
    ]
    return (*changed, *added)


def _start(promises: tuple[PromiseState, ...], clock: str, m: Moment) -> tuple[PromiseState, ...]:
    """Start what does not run yet; a clock that runs is not started twice."""
    running = {base_key(p.clock, p.milestone) for p in promises if p.is_open}
    new = _new_promises(promises, clock, m, m.at)
    return (*promises, *(p for p in new if base_key(p.clock, p.milestone) not in running))


def _restart(promises: tuple[PromiseState, ...], clock: str, m: Moment) -> tuple[PromiseState, ...]:
    """Start anew from now; what is still open of the same clock is owed no more.

    Milestones that were reached before a matter was hung or lapsed are not owed again; where all
    were reached (it is reopened), all are.
    """
    left = tuple(
        altered(p, status=PromiseStatus.STOPPED) if p.is_open and _matches(p, clock, m) else p
        for p in promises
    )
    new = _new_promises(left, clock, m, m.at, is_restart=True)
    last = {base_key(p.clock, p.milestone): p.status for p in left}
    unmet = [p for p in new if last.get(base_key(p.clock, p.milestone)) not in MET]
    return (*left, *(unmet or new))


def _stop(promises: tuple[PromiseState, ...], clock: str, m: Moment) -> tuple[PromiseState, ...]:
    outcome = _outcome(m)
    return tuple(
        _met(p, m, clock, outcome) if p.is_open and _matches(p, clock, m) else p for p in promises
    )


def _pause(promises: tuple[PromiseState, ...], clock: str, m: Moment) -> tuple[PromiseState, ...]:
    cause = "person" if m.to_state.endswith("person") else "office"

    def paused(p: PromiseState) -> PromiseState:
        pauses = (*p.pauses, Pause(m.at, None, cause))
        return altered(p, pauses=pauses, status=PromiseStatus.PAUSED, due_at=None)

    return tuple(
        paused(p) if p.status is PromiseStatus.RUNNING and _matches(p, clock, m) else p
        for p in promises
    )


def _resume(promises: tuple[PromiseState, ...], clock: str, m: Moment) -> tuple[PromiseState, ...]:
    def resumed(p: PromiseState) -> PromiseState:
        last = p.pauses[-1]
        stood_still = m.at - last.from_at
        moved = altered(
            p,
            pauses=(*p.pauses[:-1], altered(last, until_at=m.at)),
            status=PromiseStatus.RUNNING,
            set_due_at=p.set_due_at + stood_still if p.set_due_at else None,
        )
        return with_due(moved, m.compiled)

    return tuple(
        resumed(p) if p.status is PromiseStatus.PAUSED and _matches(p, clock, m) else p
        for p in promises
    )


def _move(promises: tuple[PromiseState, ...], clock: str, m: Moment) -> tuple[PromiseState, ...]:
    """A new date, told with a reason (extension or dated plan)."""
    new_due = end_of_day(m.fields["new_due_on"], m.compiled)
    named = str(m.fields.get("milestone", ""))

    def moved(p: PromiseState) -> PromiseState:
        changed = altered(p, set_due_at=new_due, extensions=p.extensions + 1)
        return with_due(changed, m.compiled)

    return tuple(
        moved(p)
        if p.is_open and _matches(p, clock, m) and (not named or p.milestone == named)
        else p
        for p in promises
    )


def _grace(promises: tuple[PromiseState, ...], clock: str, m: Moment) -> tuple[PromiseState, ...]:
    """A post changes hands: what falls due before the new holder could act stands still so long.

    The pause ends an instant early, because a pause holds its end too: a limit that ends with that
    very day would else be moved by another one.
    """
    until = grace_until(m.at, m.compiled)
    pause = Pause(m.at, until - timedelta(microseconds=1), HANDOVER)

    def eased(p: PromiseState) -> PromiseState:
        later = p.set_due_at + (until - m.at) if p.set_due_at else None
        return with_due(altered(p, pauses=(*p.pauses, pause), set_due_at=later), m.compiled)

    return tuple(
        eased(p) if _matches(p, clock, m) and needs_grace(p, m.units, m.at, until) else p
        for p in promises
    )


def _fail(promises: tuple[PromiseState, ...], clock: str, m: Moment) -> tuple[PromiseState, ...]:
    return tuple(
        altered(p, status=PromiseStatus.UNSOLVED) if p.is_open and _matches(p, clock, m) else p
        for p in promises
    )


def _follow(promises: tuple[PromiseState, ...], clock: str, m: Moment) -> tuple[PromiseState, ...]:
    """The leading matter's clocks stand for this one now."""
    return tuple(altered(p, status=PromiseStatus.STOPPED) if p.is_open else p for p in promises)


def _unfollow(
    promises: tuple[PromiseState, ...], clock: str, m: Moment
) -> tuple[PromiseState, ...]:
    """What another matter's clocks stood for is owed by its own again, as if never stopped.

    What is over stays as it was; each promise that was stopped last of its kind goes on under a
    new key with its first start, limit and date. Units called to join are called anew.
    """
    last = {base_key(p.clock, p.milestone): p for p in promises}
    back = [
        _as_if_never_stopped(p, promises, m)
        for p in last.values()
        if p.status is PromiseStatus.STOPPED and p.clock != "whistle" and _is_still_owed(p, m)
    ]
    return (*promises, *back)


def _as_if_never_stopped(
    p: PromiseState, known: tuple[PromiseState, ...], m: Moment
) -> PromiseState:
    base = base_key(p.clock, p.milestone)
    times = sum(1 for q in known if base_key(q.clock, q.milestone) == base)
    pauses = tuple(q if q.until_at else altered(q, until_at=m.at) for q in p.pauses)
    back = altered(p, key=f"{base}#{times + 1}", status=PromiseStatus.RUNNING, pauses=pauses)
    return with_due(back, m.compiled)


def _is_still_owed(p: PromiseState, m: Moment) -> bool:
    """A first answer that a statute times was stopped for that, not by the merge."""
    if p.clock != "answer":
        return True
    limit = answer_limit(m.matter.type, m.matter.cases, m.matter.urgency, m.compiled)
    return limit is not None


Verb = Callable[[tuple[PromiseState, ...], str, Moment], tuple[PromiseState, ...]]
VERBS: Mapping[str, Verb] = {
    "start": _start,
    "stop": _stop,
    "pause": _pause,
    "resume": _resume,
    "restart": _restart,
    "move": _move,
    "grace": _grace,
    "fail": _fail,
    "follow": _follow,
    "unfollow": _unfollow,
}


def _matches(promise: PromiseState, clock: str, m: Moment) -> bool:
    if clock == "all":
        return True
    name, _, part = clock.partition(":")
    if promise.clock != name:
        return False
    if part == NAMED:
        return promise.milestone == m.fields.get("milestone")
    if name == "whistle":
        return promise.owner in m.units
    return not part or promise.milestone == part


def _outcome(m: Moment) -> Outcome:
    state = m.compiled.charter.states.get((m.matter.kind, m.to_state))
    return state.outcome if state else Outcome.NONE


def _met(p: PromiseState, m: Moment, clock: str, outcome: Outcome) -> PromiseState:
    """A promise that ends. A finish promise counts from the day the work was claimed done."""
    is_claimed = m.matter.claimed_at is not None
    if clock == "all":
        owed_no_more = outcome is not Outcome.SOLVED and not (is_claimed and p.clock == FINISH)
        if owed_no_more or p.clock not in (FINISH, "check", "answer", "accept", "task"):
            return altered(p, status=PromiseStatus.STOPPED)
    if p.clock == "objection" and m.is_by_time:
        return altered(p, status=PromiseStatus.STOPPED)  # silence is an answer, not a delay
    met_at = (m.matter.claimed_at if p.clock == FINISH else None) or m.at
    due = _due_if_running(p, m)
    is_late = due is not None and met_at > due
    status = PromiseStatus.LATE if is_late else PromiseStatus.KEPT
    return altered(p, status=status, met_at=met_at, due_at=due)


def _due_if_running(p: PromiseState, m: Moment) -> datetime | None:
    """The due time as if a pause had ended now, so that ending while waiting is judged fairly."""
    if p.status is not PromiseStatus.PAUSED:
        return p.due_at
    resumed = altered(p, pauses=(*p.pauses[:-1], altered(p.pauses[-1], until_at=m.at)))
    return with_due(resumed, m.compiled).due_at


def _new_promises(
    known: tuple[PromiseState, ...],
    clock: str,
    m: Moment,
    at: datetime,
    *,
    is_restart: bool = False,
) -> list[PromiseState]:
    name, _, part = clock.partition(":")
    if name == FINISH:
        began = at if is_restart else m.matter.received_at
        limits = limits_for(m.matter.type, m.matter.cases, m.compiled)
        rows = [(row.milestone, row.duration) for row in limits if part in ("", row.milestone)]
        owner = m.matter.unit or "unit"
        return [_promise(known, FINISH, ms, owner, d, began, m) for ms, d in rows]
    if name == "answer":
        limit = answer_limit(m.matter.type, m.matter.cases, m.matter.urgency, m.compiled)
        if limit is None:
            return []
        return [_promise(known, "answer", "", "unit", limit, m.matter.received_at, m)]
    if name == "whistle":
        return _whistles(known, m, at)
    row = m.compiled.clock(name)
    return [_promise(known, name, "", row.owner, row.duration, at, m)]


def _whistles(known: tuple[PromiseState, ...], m: Moment, at: datetime) -> list[PromiseState]:
    is_urgent = m.matter.urgency in ("U0", "U1")
    row = m.compiled.clock(URGENT_OF["whistle"] if is_urgent else "whistle")
    units = [str(unit) for unit in m.fields.get("units", ())]
    return [_promise(known, "whistle", unit, unit, row.duration, at, m) for unit in units]


def _promise(
    known: tuple[PromiseState, ...],
    clock: str,
    milestone: str,
    owner: str,
    duration: Duration | None,
    started_at: datetime,
    m: Moment,
) -> PromiseState:
    base = base_key(clock, milestone)
    times = sum(1 for p in known if base_key(p.clock, p.milestone) == base)
    named = m.fields.get(DATED.get(clock, ""))
    set_due = end_of_day(named, m.compiled) if named else None
    due = set_due
    if due is None and duration is not None:
        due = due_at(started_at, duration, m.compiled.calendar, ())
    return PromiseState(
        key=f"{base}#{times + 1}" if times else base,
        clock=clock,
        milestone=milestone,
        owner=owner,
        duration=None if named else duration,
        started_at=started_at,
        due_at=due,
        first_due_at=due,
        status=PromiseStatus.RUNNING,
        set_due_at=set_due,
    )
