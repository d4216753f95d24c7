"""What a drill says: when it breaks, how many helpers where, what could wait.

Breaking is defined, not felt. *The ordinary most* of a replication is the largest number of open
matters at any midnight of the drill's days had there been no drill. A community breaks on the
first midnight from which, until the drill ends, more is open at every midnight than that, the
95 % interval over the replications lying above it each time. Where only the mean lies above, it is
not clear; else it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from commongrid.bridges.rehearsal.drilling import days_of, is_in, read_courses
from commongrid.bridges.rehearsal.reports import Advice
from commongrid.bridges.rehearsal.staging import Group, Outcome, Stage, Variant
from commongrid.charter import Compiled
from commongrid.charter.schema import Kind
from commongrid.engines.contrast import Interval, interval
from commongrid.kernel.text import Text

Floats = npt.NDArray[np.float64]
Task = tuple[int, Variant]
HOUR = 3_600_000_000
MOST_HELPERS = 32
MOST_TYPES = 8
"""Types that are tried one by one for putting off: those raised most."""
PUT_OFF_RANK = 3
"""Classes from this rank on may be put off at all: a week or more for the first answer."""
WHOLE = ""
"""The whole place, beside its communities."""


class Holds(StrEnum):
    """Whether a place copes with a drill."""

    BREAKS = "breaks"
    NOT_CLEAR = "not_clear"
    HOLDS = "holds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """How one place copes. ``night``: the midnight it breaks, from 0 on; -1 where it does not.

    Units: matters. ``most`` is the ordinary most, ``over`` what is open beyond it when the drill
    ends.
    """

    holds: Holds
    night: int
    most: float
    over: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """The least helpers for one group, or none found. ``tried``: the most that were tried."""

    group: Group
    count: int | None
    tried: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A type put off. Units: hours; promises at most lost, and kept more of the others."""

    type: str
    freed: Interval
    lost: float
    gained: Interval

    @property
    def hours_a_promise(self) -> float:
        """Hours freed for each promise lost, at least."""
        return self.freed.mean / max(self.lost, 1e-9)


Play = Callable[[Sequence[Task]], Mapping[Task, Outcome]]
"""Plays these tasks, a replication and a variant each: a crew, or ``stage.play`` one by one."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Every variant in so many replications."""

    stage: Stage
    replications: int
    play: Play

    def __call__(self, *variants: Variant) -> list[list[Outcome]]:
        """The outcomes of each variant, by replication."""
        tasks = [(n, variant) for variant in variants for n in range(self.replications)]
        found = self.play(tasks)
        return [[found[n, one] for n in range(self.replications)] for one in variants]


def advise(
    stage: Stage,
    compiled: Compiled,
    *,
    replications: int,
    play: Play | None = None,
    names: Mapping[str, Text] | None = None,
) -> tuple[Advice, ...]:
    """All advice on one alternative. ``play`` may raise to cancel; without it runs are made here.

    ``names``: what places are called, by path; a path's last code where it is not told.
    Cost: some 20 variants, each ``replications`` runs. Raises: ValueError below two.
    """
    if replications < 2:
        message = f"{replications} replication: an interval needs two at least"
        raise ValueError(message)
    runs = Runs(stage, replications, play or _one_by_one(stage))
    calm, struck = runs(Variant(is_struck=False), Variant())
    words = Words(stage, compiled, names or {})
    broken = find_breaks(stage, calm, struck)
    advice = [words.of_break(place, found) for place, found in broken.items()]
    if any(found.holds is Holds.BREAKS for found in broken.values()):
        advice += [words.of_help(one) for one in find_helpers(runs, calm, struck, broken)]
        advice += words.of_drops(find_drops(runs, struck, compiled), struck)
    return tuple(advice)


def _one_by_one(stage: Stage) -> Play:
    return lambda tasks: {task: stage.play(*task) for task in tasks}


def find_breaks(
    stage: Stage, calm: Sequence[Outcome], struck: Sequence[Outcome]
) -> dict[str, Break]:
    """The whole place (empty path) and each community."""
    found = {WHOLE: judge(_open(calm, None), _open(struck, None))}
    for n, community in enumerate(stage.communities):
        found[community] = judge(_open(calm, n), _open(struck, n))
    return found


def judge(calm: Floats, struck: Floats) -> Break:
    """Whether it breaks. Shape: replications x midnights, both."""
    most = calm.max(axis=1)
    over = struck - most[:, None]
    spans = [interval(over[:, n], first=len(over)) for n in range(over.shape[1])]
    clear = _first_for_good([span.low > 0 for span in spans])
    likely = _first_for_good([span.mean > 0 for span in spans])
    holds = Holds.BREAKS if clear >= 0 else Holds.NOT_CLEAR if likely >= 0 else Holds.HOLDS
    return Break(holds=holds, night=clear, most=float(most.mean()), over=spans[-1])


def find_helpers(
    runs: Runs,
    calm: Sequence[Outcome],
    struck: Sequence[Outcome],
    broken: Mapping[str, Break],
) -> list[Help]:
    """The least number of helpers with which each broken community copes.

    They go where most waits because of the drill: for a community its own posts or those of the
    whole place, whichever keeps its matters longer. Searched by doubling, then halving, all
    groups at the same time and each on the same people; that more helpers never do harm is
    taken for granted. To cope is not to break: what is not clear is not coped with.
    """
    stage = runs.stage
    wanted: dict[Group, list[str]] = {}
    for community in stage.communities:
        if broken[community].holds is Holds.BREAKS:
            group = _bottleneck(stage, community, calm, struck)
            wanted.setdefault(group, []).append(community)
    if not wanted and broken[WHOLE].holds is Holds.BREAKS:
        wanted[_bottleneck(stage, WHOLE, calm, struck)] = [WHOLE]

    def copes(helpers: Mapping[Group, int]) -> dict[Group, bool]:
        (tried,) = runs(Variant(helpers=tuple(sorted(helpers.items()))))
        judged = find_breaks(stage, calm, tried)
        return {
            group: all(judged[place].holds is Holds.HOLDS for place in places)
            for group, places in wanted.items()
        }

    return least_helpers(sorted(wanted), copes)


def least_helpers(
    groups: Sequence[Group],
    copes: Callable[[Mapping[Group, int]], Mapping[Group, bool]],
    most: int = MOST_HELPERS,
) -> list[Help]:
    """The least number for each group, all searched at once. Cost: about 2 log2(most) calls."""
    fails = dict.fromkeys(groups, 0)
    enough: dict[Group, int] = {}
    while True:
        trying = {g: _next(fails[g], enough.get(g), most) for g in groups}
        open_ = [g for g in groups if trying[g] not in (fails[g], enough.get(g))]
        if not open_:
            return [Help(group=g, count=enough.get(g), tried=trying[g]) for g in groups]
        told = copes(trying)
        for group in open_:
            if told[group]:
                enough[group] = trying[group]
            else:
                fails[group] = trying[group]


def find_drops(runs: Runs, struck: Sequence[Outcome], compiled: Compiled) -> list[Drop]:
    """Types that may be put off, each tried alone, the most hours for a promise first.

    Every promise of a type that was kept counts as lost: an upper bound, since one put off may
    still be kept after the drill.
    """
    found = []
    codes = _may_wait(runs.stage, struck, compiled)
    variants = [Variant(without=frozenset({code})) for code in codes]
    for code, tried in zip(codes, runs(*variants), strict=True):
        pairs = list(zip(struck, tried, strict=True))
        freed = [(one.worked - other.worked) / HOUR for one, other in pairs]
        gained = [_kept_but(other, code) - _kept_but(one, code) for one, other in pairs]
        found.append(
            Drop(
                type=code,
                freed=interval(freed, first=len(freed)),
                lost=float(np.mean([one.kept.get(code, 0) for one in struck])),
                gained=interval(gained, first=len(gained)),
            )
        )
    return sorted(found, key=lambda drop: (-drop.hours_a_promise, drop.type))


@dataclass(frozen=True)
class Words:
    """Advice in words, with its numbers."""

    stage: Stage
    compiled: Compiled
    names: Mapping[str, Text]

    def of_break(self, place: str, found: Break) -> Advice:
        name = self.place(place)
        over = f"{found.over.mean:+.0f} ({found.over.low:+.0f} … {found.over.high:+.0f})"
        if found.holds is Holds.BREAKS:
            day = _day(self.stage, found.night)
            say = Text(
                f"{name.zh}：{day}零点起在办一直多于平日最多的{found.most:.0f}件，"
                f"到演练结束没有回落；结束时与平日最多相比 {over} 件。",
                f"{name.en}: from midnight of {day} on, more is open than the ordinary most of "
                f"{found.most:.0f} until the drill ends; then {over} against it.",
            )
        elif found.holds is Holds.NOT_CLEAR:
            say = Text(
                f"{name.zh}：撑不撑得住看不清；"
                f"结束时与平日最多的{found.most:.0f}件相比 {over} 件。",
                f"{name.en}: whether it copes is not clear; at the end {over} against the ordinary "
                f"most of {found.most:.0f}.",
            )
        else:
            say = Text(
                f"{name.zh}：撑得住；结束时与平日最多的{found.most:.0f}件相比 {over} 件。",
                f"{name.en}: it copes; at the end {over} against the ordinary most of "
                f"{found.most:.0f}.",
            )
        share = found.over.mean / max(found.most, 1.0)
        return Advice(kind="breaks", say=say, share=round(share, 4))

    def of_help(self, found: Help) -> Advice:
        holder, where = found.group
        who, place = self.holder(holder), self.place(where)
        posts = sum(
            int(servers)
            for n, servers in enumerate(self.stage.staff.pool_servers)
            if self.stage.group_of(n) == found.group
        )
        if found.count is None:
            say = Text(
                f"{place.zh}“{who.zh}”：加到{found.tried}人仍不能确定撑得住，只加这里的人手不够。",
                f"{place.en}, {who.en}: even {found.tried} more do not clearly hold it; "
                f"helpers here alone are not enough.",
            )
            return Advice(kind="helpers", say=say)
        say = Text(
            f"{place.zh}“{who.zh}”：演练期间至少加{found.count}人（现有{posts}人），在办不再越过平日最多。",
            f"{place.en}, {who.en}: at least {found.count} more during the drill "
            f"(there are {posts}) keep what is open within the ordinary most.",
        )
        return Advice(kind="helpers", say=say, share=round(found.count / max(posts, 1), 4))

    def of_drops(self, drops: Sequence[Drop], struck: Sequence[Outcome]) -> list[Advice]:
        hours = float(np.mean([one.worked for one in struck])) / HOUR
        clear = [drop for drop in drops if drop.freed.low > 0]
        if not clear:
            say = Text(
                "先放下哪类看不清：没有一类推迟后明显省出工时。",
                "What could wait is not clear: putting off no single type clearly frees hours.",
            )
            return [Advice(kind="drop_first", say=say)]
        return [self._of_drop(drop, hours) for drop in clear[:3]]

    def _of_drop(self, drop: Drop, hours: float) -> Advice:
        name = self.compiled.charter.types[drop.type].name
        freed = f"{drop.freed.mean:.0f} ({drop.freed.low:.0f} … {drop.freed.high:.0f})"
        gained = f"{drop.gained.mean:+.0f} ({drop.gained.low:+.0f} … {drop.gained.high:+.0f})"
        is_clear = drop.gained.low > 0 or drop.gained.high < 0
        zh_gain = (
            f"其他事项按时 {gained} 件" if is_clear else f"其他事项按时没有明显差别（{gained}）"
        )
        en_gain = (
            f"others kept in time {gained}"
            if is_clear
            else f"no clear difference for the others ({gained})"
        )
        rate = f"{drop.hours_a_promise:.1f}" if drop.lost >= 0.5 else "–"
        say = Text(
            f"{drop.type} {name.zh}推迟到演练之后：省出{freed}小时，"
            f"最多少兑现{drop.lost:.0f}件承诺，每件{rate}小时；{zh_gain}。",
            f"{drop.type} {name.en} put off until after the drill: frees {freed} hours for at most "
            f"{drop.lost:.0f} promises lost, {rate} hours each; {en_gain}.",
        )
        return Advice(
            kind="drop_first", say=say, share=round(drop.freed.mean / max(hours, 1e-9), 4)
        )

    def place(self, path: str) -> Text:
        if path == WHOLE:
            return self.names.get(WHOLE, Text("全域", "The whole place"))
        return self.names.get(path, Text.both(path.rstrip("/").rpartition("/")[2]))

    def holder(self, code: str) -> Text:
        role = code.partition("@")[0]
        known = self.compiled.charter.roles.get(role)
        return known.name if known is not None else self.compiled.unit_name(role)


def _open(outcomes: Sequence[Outcome], community: int | None) -> Floats:
    rows = [o.open.sum(axis=0) if community is None else o.open[community] for o in outcomes]
    return np.array(rows, np.float64)


def _first_for_good(told: Sequence[bool]) -> int:
    """The first place from which all are true, -1 where the last is not."""
    place = len(told)
    while place and told[place - 1]:
        place -= 1
    return place if place < len(told) else -1


def _next(fails: int, enough: int | None, most: int) -> int:
    if enough is not None:
        return (fails + enough) // 2 if enough - fails > 1 else enough
    return min(most, max(1, 2 * fails))


def _bottleneck(
    stage: Stage, community: str, calm: Sequence[Outcome], struck: Sequence[Outcome]
) -> Group:
    """Where most more waits because of the drill, of what serves this community."""
    more = np.mean([s.queue - c.queue for s, c in zip(struck, calm, strict=True)], axis=0)
    grids = stage.practice.grids
    here = sum(share for grid, share in grids.items() if is_in(grid, community))
    waits: dict[Group, float] = {}
    for pool, value in enumerate(more.tolist()):
        group = stage.group_of(pool)
        if group[1] in (community, WHOLE) or community == WHOLE:
            part = here if group[1] == WHOLE else 1.0
            waits[group] = waits.get(group, 0.0) + value * part
    return max(sorted(waits), key=lambda group: waits[group])


def _may_wait(stage: Stage, struck: Sequence[Outcome], compiled: Compiled) -> list[str]:
    course = read_courses().get(stage.plan.shock.drill)
    brought = {one.what for one in course.brings} if course else set()
    raised: dict[str, float] = {}
    for outcome in struck:
        for code, count in outcome.raised.items():
            raised[code] = raised.get(code, 0.0) + count
    charter = compiled.charter
    may = [
        code
        for code, count in raised.items()
        if count
        and code not in brought
        and charter.types[code].kind is not Kind.EMERGENCY
        and not charter.types[code].sealed
        and charter.classes[charter.types[code].urgency].rank >= PUT_OFF_RANK
    ]
    return sorted(may, key=lambda code: (-raised[code], code))[:MOST_TYPES]


def _kept_but(outcome: Outcome, code: str) -> int:
    return sum(count for other, count in outcome.kept.items() if other != code)


def _day(stage: Stage, night: int) -> date:
    return days_of(stage.plan)[0] + timedelta(days=night)
