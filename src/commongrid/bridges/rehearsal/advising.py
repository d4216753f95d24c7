"""What a drill says: when it breaks, how many helpers where, what could wait.

Breaking is defined, not felt. *Held up* are the matters open at a midnight beyond those that
would be open if nobody ever waited for want of hands: the same people, the same days, hands without
end. *The ordinary most* of a replication is the largest number held up at any midnight of the
drill's days had there been no drill. A place breaks on the first midnight from which, until the
drill ends, more is held up at every midnight than the ordinary most and one, the 95 % interval over
the replications lying above that each time. Where only the mean lies above, it is not clear;
else it holds: what is held up returns before the drill ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
MARGIN = 1.0
"""Matters: a single one more is no break."""
MOST_HELPERS = 32
ROUNDS = 7
NEAR = 0.5
"""Queues at least so long against the longest get helpers in the same round."""
MOST_TYPES = 8
"""Types that are tried one by one for putting off: those raised most."""
PUT_OFF_RANK = 3
"""Classes from this rank on may be put off at all: a week or more for the first answer."""
MOST_LINES = 5
"""Communities, and posts, that are told of one by one."""
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

    Units: matters. ``most`` is the ordinary most, ``over`` what is held up beyond it when the drill
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
    calm, free, struck, struck_free = runs(
        Variant(is_struck=False),
        Variant(is_struck=False, is_free=True),
        Variant(),
        Variant(is_free=True),
    )
    ordinary = held_up(calm, free)
    words = Words(stage, compiled, names or {})
    broken = find_breaks(stage, ordinary, held_up(struck, struck_free))
    advice = words.of_breaks(broken)
    if any(found.holds is Holds.BREAKS for found in broken.values()):

        def left(tried: Sequence[Outcome]) -> list[str]:
            found = find_breaks(stage, ordinary, held_up(tried, struck_free))
            return [place for place in found if found[place].holds is not Holds.HOLDS]

        advice += words.of_helpers(find_helpers(runs, struck, struck_free, broken, left))
        advice += words.of_drops(find_drops(runs, struck, compiled), struck)
    return tuple(advice)


def named(advice: Sequence[Advice], names: Mapping[str, Text]) -> tuple[Advice, ...]:
    """The same advice with places called by their names instead of their codes.

    A report keeps codes: a place that is renamed does not change what was worked out.
    """
    return tuple(replace(one, say=_with_names(one.say, names)) for one in advice)


def _with_names(say: Text, names: Mapping[str, Text]) -> Text:
    zh, en = say.zh, say.en
    for code in sorted(names, key=len, reverse=True):  # a grid's code begins with its community's
        zh, en = zh.replace(code, names[code].zh), en.replace(code, names[code].en)
    return Text(zh, en)


def held_up(outcomes: Sequence[Outcome], free: Sequence[Outcome]) -> Floats:
    """What is open for want of hands. Shape: replications x communities x midnights."""
    pairs = zip(outcomes, free, strict=True)
    return np.array([one.open - other.open for one, other in pairs], np.float64)


def _one_by_one(stage: Stage) -> Play:
    return lambda tasks: {task: stage.play(*task) for task in tasks}


def find_breaks(stage: Stage, ordinary: Floats, struck: Floats) -> dict[str, Break]:
    """The whole place (empty path) and each community."""
    found = {WHOLE: judge(ordinary.sum(axis=1), struck.sum(axis=1))}
    for n, community in enumerate(stage.communities):
        found[community] = judge(ordinary[:, n], struck[:, n])
    return found


def judge(ordinary: Floats, struck: Floats) -> Break:
    """Whether it breaks. Shape: replications x midnights, both of what is held up."""
    most = ordinary.max(axis=1)
    over = struck - most[:, None]
    spans = [interval(over[:, n], first=len(over)) for n in range(over.shape[1])]
    clear = _first_for_good([span.low > MARGIN for span in spans])
    likely = _first_for_good([span.mean > MARGIN for span in spans])
    holds = Holds.BREAKS if clear >= 0 else Holds.NOT_CLEAR if likely >= 0 else Holds.HOLDS
    return Break(holds=holds, night=clear, most=float(most.mean()), over=spans[-1])


def find_helpers(
    runs: Runs,
    struck: Sequence[Outcome],
    free: Sequence[Outcome],
    broken: Mapping[str, Break],
    left_of: Callable[[Sequence[Outcome]], list[str]],
) -> list[Help]:
    """Helpers for the drill's days, and where, with which what broke copes again.

    First added where most waits for want of hands, doubling, until it copes; then taken
    away again group by group, halving, as long as it still copes. So no group can do with
    clearly fewer while the others stay; another mix may need fewer in all. ``left_of``: the
    places that do not cope in these runs.
    """
    stage = runs.stage
    places = [place for place in stage.communities if broken[place].holds is Holds.BREAKS]
    places = places or [WHOLE]

    def judged(helpers: Mapping[Group, int]) -> tuple[list[str], list[Outcome]]:
        (tried,) = runs(Variant(helpers=tuple(sorted(helpers.items()))))
        still = left_of(tried)
        return [place for place in places if place in still], tried

    helpers: dict[Group, int] = {}
    left, now = list(places), list(struck)
    for _ in range(ROUNDS):
        for group in sorted({g for place in left for g in _bottlenecks(stage, place, free, now)}):
            helpers[group] = min(MOST_HELPERS, max(1, 2 * helpers.get(group, 0)))
        left, now = judged(helpers)
        if not left:
            return fewest(helpers, lambda fewer: not judged(fewer)[0])
    return [Help(group=group, count=None, tried=n) for group, n in sorted(helpers.items())]


def fewest(enough: Mapping[Group, int], copes: Callable[[Mapping[Group, int]], bool]) -> list[Help]:
    """As few as each group can do with while the others stay. Cost: log2 of the numbers, calls.

    That more helpers never do harm is taken for granted.
    """
    helpers = dict(enough)
    for group in sorted(helpers, key=lambda g: (-helpers[g], g)):
        fails, holds = -1, helpers[group]
        while holds - fails > 1:
            middle = (fails + holds) // 2
            if copes({**helpers, group: middle}):
                holds = middle
            else:
                fails = middle
        helpers[group] = holds
    return [
        Help(group=group, count=count, tried=enough[group])
        for group, count in sorted(helpers.items())
        if count
    ]


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

    def of_breaks(self, broken: Mapping[str, Break]) -> list[Advice]:
        """The whole place, then communities, the worst first; of many the rest by number."""
        order = {holds: n for n, holds in enumerate(Holds)}
        parts = sorted(
            (place for place in broken if place != WHOLE),
            key=lambda place: (order[broken[place].holds], -broken[place].over.mean, place),
        )
        shown, rest = parts[:MOST_LINES], [broken[place].holds for place in parts[MOST_LINES:]]
        lines = [self.of_break(place, broken[place]) for place in (WHOLE, *shown)]
        if rest:
            counts = [rest.count(holds) for holds in Holds]
            say = Text(
                "其余 {} 个社区：撑不住 {}，看不清 {}，撑得住 {}。".format(len(rest), *counts),
                "{} more communities: {} break, {} not clear, {} cope.".format(len(rest), *counts),
            )
            lines.append(Advice(kind="breaks", say=say))
        return lines

    def of_helpers(self, found: Sequence[Help]) -> list[Advice]:
        """Where most are needed first; the others by number."""
        parts = sorted(found, key=lambda one: (-(one.count or one.tried), one.group))
        lines = [self.of_help(one) for one in parts[:MOST_LINES]]
        rest = parts[MOST_LINES:]
        if rest:
            count = sum(one.count or one.tried for one in rest)
            say = Text(
                f"其余 {len(rest)} 处共加{count}人。",
                f"{count} more at {len(rest)} other posts together.",
            )
            lines.append(Advice(kind="helpers", say=say))
        return lines

    def of_break(self, place: str, found: Break) -> Advice:
        name, most = self.place(place), f"{found.most:.0f}"
        over = f"{found.over.mean:+.0f} ({found.over.low:+.0f} … {found.over.high:+.0f})"
        at_end = Text(
            f"结束时与平日最多的{most}件相比 {over} 件",
            f"at its end {over} against the ordinary most of {most}",
        )
        if found.holds is Holds.BREAKS:
            day = _day(self.stage, found.night)
            say = Text(
                f"{name.zh}：撑不住。{day}零点起，因人手不够而积压的事项一直多于平日最多，"
                f"到演练结束没有回落；{at_end.zh}。",
                f"{name.en}: it breaks. From midnight of {day} on, more is held up for want of "
                f"hands than ever on ordinary days, until the drill ends; {at_end.en}.",
            )
        elif found.holds is Holds.NOT_CLEAR:
            say = Text(
                f"{name.zh}：撑不撑得住看不清；因人手不够而积压的事项，{at_end.zh}。",
                f"{name.en}: whether it copes is not clear; held up for want of hands, "
                f"{at_end.en}.",
            )
        else:
            say = Text(
                f"{name.zh}：撑得住；因人手不够而积压的事项在演练结束前回落，{at_end.zh}。",
                f"{name.en}: it copes; what is held up for want of hands returns before the drill "
                f"ends, {at_end.en}.",
            )
        share = found.over.mean / max(found.most, 1.0)
        return Advice(kind="breaks", say=say, share=round(share, 4))

    def of_help(self, found: Help) -> Advice:
        holder, where = found.group
        who, place = self.holder(holder), self.place(where)
        posts = int(self.stage.staff.pool_servers[self.stage.members_of(found.group)].sum())
        if found.count is None:
            say = Text(
                f"{place.zh}“{who.zh}”：演练期间加{found.tried}人，仍撑不住。",
                f"{place.en}, {who.en}: {found.tried} more during the drill do not hold it.",
            )
            return Advice(kind="helpers", say=say)
        say = Text(
            f"{place.zh}“{who.zh}”：演练期间加{found.count}人（现有{posts}人）；"
            f"与其他各条一起，积压在演练结束前回落。",
            f"{place.en}, {who.en}: {found.count} more during the drill (there are {posts}); "
            f"together with the other lines, what is held up returns before it ends.",
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
        name = known.name if known is not None else self.compiled.unit_name(role)
        if role == code:
            return name
        return Text(f"{name.zh}（应急值班）", f"{name.en} (emergency duty)")


def _first_for_good(told: Sequence[bool]) -> int:
    """The first place from which all are true, -1 where the last is not."""
    place = len(told)
    while place and told[place - 1]:
        place -= 1
    return place if place < len(told) else -1


def _bottlenecks(
    stage: Stage, place: str, free: Sequence[Outcome], struck: Sequence[Outcome]
) -> list[Group]:
    """Where most waits for want of hands, of what serves a place, and all that comes near.

    What serves the whole place counts for a community by the share of its matters.
    """
    more = np.mean([s.queue - f.queue for s, f in zip(struck, free, strict=True)], axis=0)
    here = sum(share for grid, share in stage.practice.grids.items() if is_in(grid, place))
    waits: dict[Group, float] = {}
    for pool, value in enumerate(more.tolist()):
        group = stage.group_of(pool)
        if place == WHOLE or group[1] in (place, WHOLE):
            part = here if group[1] == WHOLE else 1.0
            waits[group] = waits.get(group, 0.0) + value * part
    most = max(waits.values())
    return [group for group, value in waits.items() if value >= NEAR * most]


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
