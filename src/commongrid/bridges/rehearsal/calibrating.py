"""From a history to a practice: measured where there are cases, drawn together where they are few.

What is assumed stays where nothing was seen, and is marked so. What a measured time holds: all
that passed until the next step, the waiting for somebody to have time among it. It is kept as a
``lag`` beside the assumed ``effort``; a rehearsal with far fewer people than the history had
shows longer waits than the lag, one with more cannot show shorter ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from commongrid.bridges.rehearsal.chronicle import MICROS, History
from commongrid.bridges.rehearsal.demanding import measured_demand
from commongrid.bridges.rehearsal.practice import (
    EVERY,
    Estimate,
    Known,
    Practice,
    Step,
    Times,
    Who,
)
from commongrid.charter import Compiled
from commongrid.engines.calibration import (
    Curve,
    curve_strength,
    first_of,
    kaplan_meier,
    share_range,
    share_strength,
    shrunk_curve,
    tail_rate,
    with_tail,
)
from commongrid.kernel.text import Text

ENOUGH = 30
"""Cases from which a number counts as measured; below it is drawn to its group all the same, only
the mark differs."""
YEAR_DAYS = 365
FEWEST = 5
"""Below so many endings in a whole state what is assumed for it stays."""
ASSUMED_CASES = 1.0
"""What is assumed of a state's shares counts as one case: an action that was never seen keeps a
small share."""
SHARES = (*(n / 100 for n in range(100)), 0.995, 0.998, 0.9995, 1.0)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
FlowState = tuple[str, str]


@dataclass(frozen=True, eq=False, slots=True)
class Gaps:
    """Waits in one state: how long until the next step of its staff, and which; -1: none yet."""

    type: Ints
    length: Floats
    action: Ints

    def of(self, types: Bools) -> Gaps:
        """Those of some types. Shape: ``types`` one flag a type."""
        chosen = types[self.type]
        return Gaps(self.type[chosen], self.length[chosen], self.action[chosen])

    @property
    def is_end(self) -> Bools:
        return self.action >= 0


def calibrate(history: History, assumed: Practice, compiled: Compiled) -> Practice:
    """The practice of a place: what its history says over what is assumed.

    Structure is taken from what is assumed: which steps there are in a state and whose they
    are. Each number says whether it was measured, and from how many cases.
    Cost: about a second for 100,000 stays.
    """
    arrivals, week, year, grids = measured_demand(history, assumed)
    known = {(step.flow, step.state) for step in assumed.steps}
    seen = set(history.states) & known
    steps = [step for step in assumed.steps if (step.flow, step.state) not in seen]
    for place in sorted(seen):
        rows = [step for step in assumed.steps if (step.flow, step.state) == place]
        steps += _state_steps(history, place, rows)
    return replace(
        assumed,
        place=history.place,
        from_on=history.from_on.isoformat(),
        until_on=history.until_on.isoformat(),
        arrivals=arrivals,
        steps=tuple(steps),
        week=week,
        year=year,
        grids=grids,
        notes=(*assumed.notes, *_notes(history, assumed, compiled)),
    )


def group_of(type_code: str) -> str:
    """The group of a type: its letter.

    Example:
        >>> group_of("C01")
        'C*'
    """
    return f"{type_code[:1]}*"


def _state_steps(history: History, place: FlowState, rows: list[Step]) -> list[Step]:
    staff = [step for step in rows if step.who is Who.STAFF]
    others = [step for step in rows if step.who is not Who.STAFF]
    found = _staff_steps(history, place, staff) if staff else []
    for action in sorted({step.action for step in others}):
        same = [step for step in others if step.action == action]
        found += _person_steps(history, place, same) if same[0].who is Who.PERSON else same
    return found


# --- the staff: one wait until the next step, and which it is


def _staff_steps(history: History, place: FlowState, rows: list[Step]) -> list[Step]:
    actions = sorted({step.action for step in rows})
    gaps = _gaps(history, place, actions)
    if int(gaps.is_end.sum()) < FEWEST:
        return rows
    cells = _cells(history, gaps, rows)
    told = _staff_told(history, gaps, cells, _assumed_shares(rows, actions))
    found = []
    for cell, (shares, whole, lag) in told.items():
        for number, action in enumerate(actions):
            like = _most_particular(rows, action, cell)
            if like is None:
                continue
            estimate = share_range(float(shares[number]) * whole, whole) if whole else None
            found.append(
                replace(
                    like,
                    type=cell,
                    share=_estimate(float(shares[number]), estimate, lag.cases),
                    lag=lag,
                )
            )
    return found


def _gaps(history: History, place: FlowState, actions: Sequence[str]) -> Gaps:
    """The waits until staff did something. What the person or the clock did ends them unseen."""
    visits = history.visits
    is_ours = visits.state == history.states.index(place)
    number = {name: n for n, name in enumerate(actions)}
    code = np.array([number.get(name, -1) for name in history.actions] or [-1], np.int64)
    chosen = np.zeros(len(visits.act_visit), np.bool_)
    if len(chosen):
        chosen = is_ours[visits.act_visit] & (code[visits.act_action] >= 0)
    visit, after = visits.act_visit[chosen], visits.act_after[chosen]
    begins = np.zeros_like(after)
    is_next = np.concatenate([[False], visit[1:] == visit[:-1]])[: len(visit)]
    begins[is_next] = after[:-1][is_next[1:]] if len(after) else after
    last = np.zeros(len(visits.length), np.int64)
    last[visit] = after  # the acts of a stay come in order: the last one stays
    has_ended = np.zeros(len(visits.length), np.bool_)
    closing = code[visits.act_action[chosen]] if len(visit) else visit
    has_ended[visit] = visits.is_over[visit] & (after == visits.length[visit])
    still = np.flatnonzero(is_ours & ~has_ended)
    return Gaps(
        np.concatenate([visits.type[visit], visits.type[still]]),
        np.concatenate([after - begins, visits.length[still] - last[still]]) / MICROS,
        np.concatenate([closing, np.full(len(still), -1, np.int64)]),
    )


def _cells(history: History, gaps: Gaps, rows: Iterable[Step]) -> list[str]:
    """Every type that was seen or is assumed apart, its group, and all."""
    types = {history.types[n] for n in np.unique(gaps.type)}
    types |= {step.type for step in rows if not step.type.endswith(EVERY)}
    groups = {group_of(name) for name in types}
    groups |= {step.type for step in rows if step.type.endswith(EVERY)} - {EVERY}
    return [EVERY, *sorted(groups), *sorted(types)]


_Told = tuple[Floats, float, Times]


def _staff_told(
    history: History, gaps: Gaps, cells: Sequence[str], base: Floats
) -> dict[str, _Told]:
    """Shares of the actions, the cases they are worth, and the wait: of all, groups, and types."""
    number = len(base)
    whole = first_of(gaps.length, gaps.action, number=number)
    ended = int(gaps.is_end.sum())
    shares = (whole.shares() * ended + base * ASSUMED_CASES) / (ended + ASSUMED_CASES)
    curve = kaplan_meier(gaps.length, gaps.is_end)
    rate = tail_rate(gaps.length, gaps.is_end)
    told = {EVERY: (shares, ended + ASSUMED_CASES, _times(curve, rate, ended, ended))}
    by_group: dict[str, list[str]] = defaultdict(list)
    for cell in cells:
        if not cell.endswith(EVERY):
            by_group[group_of(cell)].append(cell)
    groups = [cell for cell in cells if cell.endswith(EVERY) and cell != EVERY]
    above = _Above(shares, curve)
    for name, one in _drawn(gaps, {g: _flags(history, g) for g in groups}, above).items():
        told[name] = one.told(rate)
        under = _Above(one.shares, one.curve)
        inside = gaps.of(_flags(history, name))
        members = {t: _flags(history, t) for t in by_group[name]}
        for type_code, type_one in _drawn(inside, members, under).items():
            told[type_code] = type_one.told(rate)
    return told


@dataclass(frozen=True, eq=False, slots=True)
class _Above:
    shares: Floats
    curve: Curve


@dataclass(frozen=True, eq=False, slots=True)
class _Cell:
    shares: Floats
    worth: float
    curve: Curve
    ended: int
    rate: float

    def told(self, rate: float) -> _Told:
        times = _times(self.curve, self.rate or rate, self.ended, self.ended)
        return self.shares, self.worth, times


def _drawn(gaps: Gaps, members: Mapping[str, Bools], above: _Above) -> dict[str, _Cell]:
    """Each member drawn towards what is above it, as strongly as the members are alike."""
    own = {name: gaps.of(flags) for name, flags in members.items()}
    full = [one for one in own.values() if len(one.length)]
    number = len(above.shares)
    counts = {name: _counts(one, number) for name, one in own.items()}
    strength = share_strength(np.array([*counts.values()] or [above.shares]), above.shares)
    alike = curve_strength([(one.length, one.is_end) for one in full], above.curve)
    found = {}
    for name, one in own.items():
        k = counts[name]
        worth = float(k.sum()) + strength
        curve = shrunk_curve(one.length, one.is_end, above.curve, alike)
        is_own = int(one.is_end.sum()) >= ENOUGH
        found[name] = _Cell(
            (k + strength * above.shares) / worth,
            worth,
            curve,
            int(one.is_end.sum()),
            tail_rate(one.length, one.is_end) if is_own else 0.0,
        )
    return found


def _counts(gaps: Gaps, number: int) -> Floats:
    """How many took each way; what is still open is shared out as the estimate shares it."""
    return first_of(gaps.length, gaps.action, number=number).shares() * int(gaps.is_end.sum())


def _flags(history: History, cell: str) -> Bools:
    """Which types belong to a cell."""
    if cell.endswith(EVERY):
        return np.array([name.startswith(cell[:-1]) for name in history.types], np.bool_)
    return np.array([name == cell for name in history.types], np.bool_)


def _assumed_shares(rows: Iterable[Step], actions: Sequence[str]) -> Floats:
    """The assumed shares of the widest rows, adding up to 1; alike where none are said."""
    rows = list(rows)
    found = []
    for action in actions:
        like = _most_particular(rows, action, EVERY)
        found.append(like.share.value if like else 0.0)
    shares = np.array(found, np.float64)
    whole = float(shares.sum())
    return shares / whole if whole > 0 else np.full(len(actions), 1 / len(actions))


def _most_particular(rows: Iterable[Step], action: str, cell: str) -> Step | None:
    """The assumed row that fits a cell best; for a wide cell any row of the action will do."""
    same = {step.type: step for step in rows if step.action == action}
    for name in (cell, group_of(cell), EVERY):
        if name in same:
            return same[name]
    is_wide = cell == EVERY
    return next(iter(same.values()), None) if is_wide else None


# --- the person: would do it after some time, if nothing came first


def _person_steps(history: History, place: FlowState, rows: list[Step]) -> list[Step]:
    gaps = _first_times(history, place, rows[0].action)
    if not len(gaps.length):
        return rows
    curve = kaplan_meier(gaps.length, gaps.is_end)
    done = _share_done(curve, gaps)
    cases = int(gaps.is_end.sum())
    if done is None:
        return rows
    share, watched = done
    lag = rows[0].lag
    if cases >= FEWEST:
        lag = _given_done(curve, share, cases)
    found = [
        replace(
            _most_particular(rows, rows[0].action, EVERY) or rows[0],
            type=EVERY,
            share=_estimate(share, share_range(share * watched, watched), cases),
            lag=lag,
        )
    ]
    for name, (value, worth, own) in _person_cells(history, gaps, (share, watched)).items():
        found.append(
            replace(
                _most_particular(rows, rows[0].action, name) or found[0],
                type=name,
                share=_estimate(value, share_range(value * worth, worth), own),
                lag=lag,
            )
        )
    return found


def _person_cells(
    history: History, gaps: Gaps, above: tuple[float, float]
) -> dict[str, tuple[float, float, int]]:
    """The shares of the groups, drawn towards the whole."""
    share, watched = above
    whole = max(len(gaps.length), 1)
    names = sorted({group_of(history.types[n]) for n in np.unique(gaps.type)})
    own = {name: gaps.of(_flags(history, name)) for name in names}
    rows = {
        name: (int(g.is_end.sum()), max(len(g.length) * watched / whole, int(g.is_end.sum())))
        for name, g in own.items()
    }
    table = np.array([(part, worth - part) for part, worth in rows.values()])
    strength = share_strength(table, np.array([share, 1 - share]))
    return {
        name: ((part + strength * share) / (worth + strength), worth + strength, part)
        for name, (part, worth) in rows.items()
    }


def _first_times(history: History, place: FlowState, action: str) -> Gaps:
    """For each stay, when the person first did this; or how long it was watched without."""
    visits = history.visits
    ours = np.flatnonzero(visits.state == history.states.index(place))
    length = visits.length / MICROS
    kind = np.full(len(length), -1, np.int64)
    if action in history.actions and len(visits.act_visit):
        chosen = visits.act_action == history.actions.index(action)
        visit, first = np.unique(visits.act_visit[chosen], return_index=True)
        kind[visit] = 0
        length[visit] = visits.act_after[chosen][first] / MICROS
    return Gaps(visits.type[ours], length[ours], kind[ours])


def _share_done(curve: Curve, gaps: Gaps) -> tuple[float, float] | None:
    """The share that would have done it, and how many cases that is worth.

    Looked at as long as a twentieth of all, and five, were still watched: who had not done it by
    then is taken for somebody who does not.
    """
    watched = np.sort(gaps.length)[::-1]
    least = max(FEWEST, len(watched) // 20)
    if len(watched) < least or not len(watched):
        return None
    if not curve.ended:
        return (0.0, float(len(watched)))
    share = 1 - float(curve.longer_than(watched[least - 1]))
    if share <= 0:
        return (0.0, float(len(watched)))
    return share, max(curve.ended / share, 1.0)


def _given_done(curve: Curve, share: float, cases: int) -> Times:
    """The times of those who do it."""
    inside = curve.waiting >= 1 - share - 1e-12
    waiting = np.maximum(1 - (1 - curve.waiting[inside]) / share, 0.0)
    given = Curve(curve.times[inside], waiting, curve.seen_until, cases, cases)
    return _times(given, 1.0, cases, cases)


# --- words


def _times(curve: Curve, rate: float, cases: int, ended: int) -> Times:
    quantiles = np.round(with_tail(curve, max(rate, 1e-12), SHARES), 1)
    known = Known.MEASURED if ended >= ENOUGH else Known.SHRUNK
    return Times(
        shares=SHARES, quantiles=tuple(float(q) for q in quantiles), cases=cases, known=known
    )


def _estimate(value: float, found: object, cases: int) -> Estimate:
    low, high = getattr(found, "low", value), getattr(found, "high", value)
    known = Known.MEASURED if cases >= ENOUGH else Known.SHRUNK
    return Estimate(
        value=value, low=min(low, value), high=max(high, value), cases=cases, known=known
    )


def _notes(history: History, assumed: Practice, compiled: Compiled) -> list[Text]:
    """What was measured, what was seen and is not rehearsed, and what a measured time holds."""
    days = (history.until_on - history.from_on).days
    notes = [
        Text(
            zh=f"按 {days} 天内提出的 {history.matters} 件事项校准。",
            en=f"Calibrated on {history.matters} matters raised in {days} days.",
        ),
        Text(
            zh="测得的时间包含当时排队等待的时间;亲手办理的时间仍是假定的。",
            en="Measured times hold the queueing of their time; hands-on times are still assumed.",
        ),
    ]
    if (history.until_on - history.from_on).days < YEAR_DAYS:
        notes.append(
            Text(
                zh="历史不满一年:各月的起伏仍是假定的。",
                en="The history is shorter than a year: how the months differ is still assumed.",
            )
        )
    for action, count in _left_out(history, assumed):
        label = compiled.label(action)
        notes.append(
            Text(
                zh=f"没有演练的步骤:{label.zh},历史中有 {count} 次。",
                en=f"A step that is not rehearsed: {label.en}, {count} times in the history.",
            )
        )
    return notes + _form_notes(history)


def _left_out(history: History, assumed: Practice) -> list[tuple[str, int]]:
    """Actions that were seen in states in which nothing of the kind is assumed."""
    known = {(step.flow, step.state, step.action) for step in assumed.steps}
    visits = history.visits
    counts: Counter[str] = Counter()
    if not len(visits.act_visit):
        return []
    pairs = np.stack([visits.state[visits.act_visit], visits.act_action], axis=1)
    for (state, action), count in zip(*np.unique(pairs, axis=0, return_counts=True), strict=True):
        name = history.actions[action]
        if (*history.states[state], name) not in known:
            counts[name] += int(count)
    return sorted(counts.items())


def _form_notes(history: History) -> list[Text]:
    """How long forms took on the phone: the paper, not the work."""
    timed = sum(cases for cases, _ in history.forms.values())
    if not timed:
        return []
    mean = sum(minutes for _, minutes in history.forms.values()) / timed
    return [
        Text(
            zh=f"填一张表平均 {mean:.1f} 分钟({timed} 次);这是填表,不是办事的时间。",
            en=f"A form took {mean:.1f} minutes ({timed} entries): that is the form, not the work.",
        )
    ]
