"""How long it takes until staff or a person do something, and which: measured in one state.

Staff times are measured from when their office is open: whoever comes at night waits for the
morning in a rehearsal too, and would wait twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from commongrid.bridges.rehearsal.chronicle import MICROS, History
from commongrid.bridges.rehearsal.practice import EVERY, Estimate, Known, Step, Times, Who
from commongrid.engines.calibration import (
    Curve,
    FirstOf,
    curve_strength,
    first_of,
    kaplan_meier,
    share_range,
    share_strength,
    shrunk_curve,
    tail_rate,
    with_tail,
    worth_at,
)
from commongrid.engines.rehearsal import Calendar

ENOUGH = 30
"""Cases from which a number counts as measured; below it is drawn to its group all the same, only
the mark differs."""
FEWEST = 5
"""Below so many endings in a whole state what is assumed for it stays."""
ASSUMED_CASES = 1.0
"""What is assumed of a state's shares counts as one case: an action that was never seen keeps a
small share."""
SHARES = (*(n / 100 for n in range(100)), 0.995, 0.998, 0.9995, 1.0)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Gaps:
    """Waits in one state: how long until the next step, and which; -1: none yet. Units: seconds."""

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


@dataclass(frozen=True, eq=False, slots=True)
class Cell:
    """What is told of one type, group, or all: the shares of the actions and a curve for each.

    Shape: ``seen`` cases by action; a curve is None where its action was hardly seen anywhere.
    ``worth``: the cases that the shares stand for.
    """

    shares: Floats
    worth: float
    curves: tuple[Curve | None, ...]
    seen: Ints
    rates: Floats


def group_of(type_code: str) -> str:
    """The group of a type: its letter.

    Example:
        >>> group_of("C01")
        'C*'
    """
    return f"{type_code[:1]}*"


# --- the staff: one wait until the next step, and which it is


def staff_steps(
    history: History, rows: list[Step], states: Ints, office: Calendar | None
) -> list[Step]:
    """The steps of staff in one state. ``states``: its numbers; ``office``: when they are there."""
    actions = sorted({step.action for step in rows})
    gaps = _gaps(history, states, actions, office)
    if int(gaps.is_end.sum()) < FEWEST:
        return rows
    told = _told(history, gaps, _cells(history, gaps, rows), _assumed_shares(rows, actions))
    found = []
    for name, cell in told.items():
        for number, action in enumerate(actions):
            like = _most_particular(rows, action, name)
            if like is not None:
                found.append(_staff_step(like, name, cell, number))
    return found


def _staff_step(like: Step, name: str, cell: Cell, number: int) -> Step:
    share, cases = float(cell.shares[number]), int(cell.seen[number])
    whole = int(cell.seen.sum())
    curve = cell.curves[number]
    lag = like.lag
    if curve is not None:
        lag = _times(curve, float(cell.rates[number]), cases, _median(like.effort))
    estimate = _estimate(share, cell.worth, whole)
    return replace(like, type=name, share=estimate, lag=lag)


def _gaps(history: History, states: Ints, actions: Sequence[str], office: Calendar | None) -> Gaps:
    """The waits until staff did something. What the person or the clock did ends them unseen."""
    visits = history.visits
    is_ours = np.isin(visits.state, states)
    number = {(name, Who.STAFF): n for n, name in enumerate(actions)}
    code = np.array([number.get(name, -1) for name in history.actions] or [-1], np.int64)
    chosen = np.zeros(len(visits.act_visit), np.bool_)
    if len(chosen):
        chosen = is_ours[visits.act_visit] & (code[visits.act_action] >= 0)
    visit, after = visits.act_visit[chosen], visits.act_after[chosen]
    begins = np.zeros_like(after)
    if len(visit):
        is_next = visit[1:] == visit[:-1]
        begins[1:][is_next] = after[:-1][is_next]
    last = np.zeros(len(visits.length), np.int64)
    last[visit] = after  # the acts of a stay come in order: the last one is left standing
    is_closed = np.zeros(len(visits.length), np.bool_)
    is_closed[visit] = visits.is_over[visit] & (last[visit] == visits.length[visit])
    still = np.flatnonzero(is_ours & ~is_closed)
    starts = np.concatenate([visits.since[visit] + begins, visits.since[still] + last[still]])
    ends = np.concatenate([visits.since[visit] + after, visits.since[still] + visits.length[still]])
    return Gaps(
        np.concatenate([visits.type[visit], visits.type[still]]),
        np.maximum(ends - _opened(starts, office), 0) / MICROS,
        np.concatenate([code[visits.act_action[chosen]], np.full(len(still), -1, np.int64)]),
    )


def _opened(instants: Ints, office: Calendar | None) -> Ints:
    """When the office next was open, from these instants on."""
    if office is None or not len(office.opens):
        return instants
    place = np.searchsorted(office.closes, instants, side="right")
    place = np.minimum(place, len(office.opens) - 1)
    return np.maximum(instants, office.opens[place])


def _cells(history: History, gaps: Gaps, rows: Iterable[Step]) -> list[str]:
    """Every type that was seen or is assumed apart, its group, and all."""
    types = {history.types[n] for n in np.unique(gaps.type)}
    types |= {step.type for step in rows if not step.type.endswith(EVERY)}
    groups = {group_of(name) for name in types}
    groups |= {step.type for step in rows if step.type.endswith(EVERY)} - {EVERY}
    return [EVERY, *sorted(groups), *sorted(types)]


def _told(history: History, gaps: Gaps, cells: Sequence[str], base: Floats) -> dict[str, Cell]:
    """All, then the groups drawn towards all, then the types drawn towards their groups."""
    number = len(base)
    whole = first_of(gaps.length, gaps.action, number=number)
    ended = int(gaps.is_end.sum())
    worth = ended + ASSUMED_CASES
    shares = (whole.shares() * ended + base * ASSUMED_CASES) / worth
    samples = [_sample(gaps, whole, n) for n in range(number)]
    curves = tuple(
        kaplan_meier(*one) if whole.counts[n] >= FEWEST else None for n, one in enumerate(samples)
    )
    rates = np.array([tail_rate(times, ends) for times, ends, _ in samples])
    top = Cell(shares, worth, curves, whole.counts, rates)
    told = {EVERY: top}
    under: dict[str, list[str]] = defaultdict(list)
    for name in cells:
        if not name.endswith(EVERY):
            under[group_of(name)].append(name)
    groups = {g: _flags(history, g) for g in cells if g.endswith(EVERY) and g != EVERY}
    told |= _drawn(gaps, groups, top)
    for name, flags in groups.items():
        members = {t: _flags(history, t) for t in under[name]}
        told |= _drawn(gaps.of(flags), members, told[name])
    return told


def _drawn(gaps: Gaps, members: Mapping[str, Bools], above: Cell) -> dict[str, Cell]:
    """Each member drawn towards what is above it, as strongly as the members are alike."""
    number = len(above.shares)
    own = {name: gaps.of(flags) for name, flags in members.items()}
    firsts = {n: first_of(g.length, g.action, number=number) for n, g in own.items()}
    counts = {n: one.shares() * int(one.counts.sum()) for n, one in firsts.items()}
    strength = share_strength(np.array([*counts.values()] or [above.shares]), above.shares)
    strength = min(strength, above.worth)  # nobody is surer of a part than of the whole
    whole = first_of(gaps.length, gaps.action, number=number)
    curves: dict[str, list[Curve | None]] = {name: [] for name in own}
    for action, curve in enumerate(above.curves):
        samples = {name: _sample(one, whole, action) for name, one in own.items()}
        if curve is None:
            drawn: dict[str, Curve | None] = dict.fromkeys(own)
        else:
            seen = [(times, ends) for times, ends, _ in samples.values() if len(times)]
            alike = min(curve_strength(seen, curve), float(max(curve.cases, 1)))
            drawn = {
                name: shrunk_curve(times, ends, curve, alike, weights)
                for name, (times, ends, weights) in samples.items()
            }
        for name, one in drawn.items():
            curves[name].append(one)
    return {
        name: Cell(
            (counts[name] + strength * above.shares) / (counts[name].sum() + strength),
            float(counts[name].sum() + strength),
            tuple(curves[name]),
            firsts[name].counts,
            _rates(own[name], whole, above),
        )
        for name in own
    }


def _rates(gaps: Gaps, whole: FirstOf, above: Cell) -> Floats:
    """How fast it goes on beyond what was seen: the cell's own rate where it has enough cases."""
    samples = [_sample(gaps, whole, n) for n in range(len(above.shares))]
    own = [tail_rate(t, e) if int(e.sum()) >= ENOUGH else 0.0 for t, e, _ in samples]
    return np.where(np.array(own) > 0, own, above.rates)


def _sample(gaps: Gaps, whole: FirstOf, action: int) -> tuple[Floats, Bools, Floats]:
    """The times of one action: those it ended, and of what is still open the share that it will.

    Leaving out what is open would make slow steps look fast.
    """
    chosen = (gaps.action == action) | (gaps.action < 0)
    length, is_end = gaps.length[chosen], gaps.action[chosen] == action
    return length, is_end, np.where(is_end, 1.0, whole.later_share(action, length))


def _flags(history: History, cell: str) -> Bools:
    """Which types belong to a cell."""
    if cell.endswith(EVERY):
        return np.array([name.startswith(cell[:-1]) for name in history.types], np.bool_)
    return np.array([name == cell for name in history.types], np.bool_)


def _assumed_shares(rows: Iterable[Step], actions: Sequence[str]) -> Floats:
    """The assumed shares of the widest rows, adding up to 1; alike where none are said."""
    rows = list(rows)
    likes = (_most_particular(rows, action, EVERY) for action in actions)
    shares = np.array([like.share.value if like else 0.0 for like in likes], np.float64)
    whole = float(shares.sum())
    return shares / whole if whole > 0 else np.full(len(actions), 1 / len(actions))


def _most_particular(rows: Iterable[Step], action: str, cell: str) -> Step | None:
    """The assumed row that fits a cell best; for all of them any row of the action will do."""
    same = {step.type: step for step in rows if step.action == action}
    for name in (cell, group_of(cell), EVERY):
        if name in same:
            return same[name]
    return next(iter(same.values()), None) if cell == EVERY else None


# --- the person: would do it after some time, if nothing came first


def person_steps(history: History, rows: list[Step], states: Ints) -> list[Step]:
    """One step of the person in one state: in which share of stays, and after how long."""
    gaps = _first_times(history, states, rows[0].action)
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
            share=_estimate(share, watched, cases),
            lag=lag,
        )
    ]
    for name, (value, worth, own) in _person_cells(history, gaps, (share, watched)).items():
        found.append(
            replace(
                _most_particular(rows, rows[0].action, name) or found[0],
                type=name,
                share=_estimate(value, worth, own),
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
    strength = min(share_strength(table, np.array([share, 1 - share])), watched)
    return {
        name: ((part + strength * share) / (worth + strength), worth + strength, part)
        for name, (part, worth) in rows.items()
    }


def _first_times(history: History, states: Ints, action: str) -> Gaps:
    """For each stay, when the person first did this; or how long it was watched without."""
    visits = history.visits
    ours = np.flatnonzero(np.isin(visits.state, states))
    length = visits.length / MICROS
    kind = np.full(len(length), -1, np.int64)
    name = (action, Who.PERSON)
    if name in history.actions and len(visits.act_visit):
        chosen = visits.act_action == history.actions.index(name)
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
    at = float(watched[least - 1])
    share = 1 - float(curve.longer_than(at))
    if share <= 0:
        return (0.0, float(len(watched)))
    return share, max(worth_at(gaps.length, gaps.is_end, at), 1.0)


def _given_done(curve: Curve, share: float, cases: int) -> Times:
    """The times of those who do it."""
    inside = curve.waiting >= 1 - share - 1e-12
    waiting = np.maximum(1 - (1 - curve.waiting[inside]) / share, 0.0)
    given = Curve(curve.times[inside], waiting, curve.seen_until, cases, cases)
    return _times(given, 1.0, cases)


# --- numbers


def _median(times: Times | None) -> float:
    return 0.0 if times is None else float(np.interp(0.5, times.shares, times.quantiles))


def _times(curve: Curve, rate: float, cases: int, effort: float = 0.0) -> Times:
    """A curve as times, without the work that a rehearsal adds by itself."""
    whole = with_tail(curve, max(rate, 1e-12), SHARES)
    return Times(
        shares=SHARES,
        quantiles=tuple(float(q) for q in np.round(np.maximum(whole - effort, 0.0), 1)),
        cases=cases,
        known=Known.MEASURED if cases >= ENOUGH else Known.SHRUNK,
    )


def _estimate(value: float, worth: float, cases: int) -> Estimate:
    found = share_range(value * worth, worth)
    return Estimate(
        value=value,
        low=min(found.low, value),
        high=max(found.high, value),
        cases=cases,
        known=Known.MEASURED if cases >= ENOUGH else Known.SHRUNK,
    )
