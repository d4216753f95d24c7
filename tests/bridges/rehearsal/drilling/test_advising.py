"""What a drill says: exact where it is defined, honest where it is not clear."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from commongrid.bridges.rehearsal import advising
from commongrid.bridges.rehearsal.advising import (
    WHOLE,
    Break,
    Drop,
    Help,
    Holds,
    Runs,
    Words,
    advise,
    fewest,
    find_drops,
    find_helpers,
    held_up,
    judge,
    named,
)
from commongrid.bridges.rehearsal.assuming import assumed_practice
from commongrid.bridges.rehearsal.drilling import with_drill_types
from commongrid.bridges.rehearsal.plans import Alternative, Drill, Plan, Shock
from commongrid.bridges.rehearsal.reports import Advice
from commongrid.bridges.rehearsal.running import prepare
from commongrid.bridges.rehearsal.staging import Outcome, Stage, Variant, open_by
from commongrid.charter import compile_charter, load_charter
from commongrid.engines.contrast import interval
from commongrid.kernel.text import Text

ROOT = Path(__file__).parents[4] / "charters"
COMPILED = compile_charter(load_charter(ROOT / "keerqin-subdistrict"))
PLACE = "/150000000000/150500000000/150502000000/150502004000/"
ONE, TWO = f"{PLACE}150502004001/", f"{PLACE}150502004002/"
GRIDS = {f"{community}{n}/": 300.0 for community in (ONE, TWO) for n in (1, 2)}
PRACTICE = assumed_practice(
    COMPILED,
    place=PLACE,
    grids=GRIDS,
    heads=600,
    staff={("heating_company", PLACE): 1},
)
PLAN = Plan(
    place=PLACE,
    from_on="2026-03-02",
    until_on="2026-03-16",
    alternatives=(Alternative(name="as it is"),),
    shock=Shock(drill=Drill.HEATING_FAILURE, strength=5.0),
    least=3,
)


def stage(plan=PLAN):
    ready = prepare(plan, PRACTICE, {"as it is": COMPILED})
    one = ready.stages[0]
    return Stage(
        plan=plan,
        practice=PRACTICE,
        tables=one.tables,
        habits=one.habits,
        staff=one.staff,
        sorting=one.sorting,
        zone=ready.zone,
        is_compiled=False,  # so small a place is played before anything is compiled
    )


@pytest.fixture(scope="module")
def struck_stage():
    return stage()


def runs_of(*rows):
    return np.array(rows, np.float64)


def outcome(open_=((0,),), queue=(), worked=0, kept=None, raised=None):
    return Outcome(
        open=np.array(open_, np.int64),
        queue=np.array(queue, np.int64),
        worked=worked,
        kept=kept or {},
        raised=raised or {},
    )


# --- when it breaks


def test_it_breaks_on_the_first_night_from_which_it_does_not_come_back():
    calm = runs_of([2, 3, 2, 2, 1], [1, 2, 3, 1, 2])
    struck = runs_of([2, 9, 3, 9, 20], [2, 9, 3, 8, 21])
    found = judge(calm, struck)
    assert found.holds is Holds.BREAKS
    assert found.most == 3
    assert found.night == 4  # on the fourth the interval is wide: two runs, one apart
    assert judge(calm, struck + np.array([0, 0, 0, 1, 0])).night == 4
    same = runs_of([2, 9, 3, 9, 20], [2, 9, 3, 9, 20])
    assert judge(calm, same).night == 3


def test_it_holds_when_it_comes_back_before_the_end_and_one_more_is_no_break():
    calm = runs_of([2, 3, 2], [1, 2, 3])
    assert judge(calm, runs_of([50, 60, 3], [50, 60, 3])).holds is Holds.HOLDS
    assert judge(calm, runs_of([2, 3, 4], [2, 3, 4])).holds is Holds.HOLDS


def test_it_is_not_clear_when_only_the_mean_says_so():
    calm = runs_of([2, 3, 2], [1, 2, 3], [2, 2, 3])
    found = judge(calm, runs_of([9, 9, 60], [3, 3, 3], [2, 2, 4]))
    assert found.holds is Holds.NOT_CLEAR
    assert found.night == -1
    assert found.over.low < 0 < found.over.mean


def test_held_up_is_what_is_open_beyond_hands_without_end():
    some, free = outcome([[5, 7], [2, 2]]), outcome([[5, 3], [1, 2]])
    assert held_up([some], [free]).tolist() == [[[0, 4], [1, 0]]]


def test_open_matters_are_counted_at_midnights_by_place():
    tables = type("Tables", (), {})()
    tables.row_to = np.array([0, 1, -1, 0])  # raise, close, an act that stays, reopen
    tables.state_end = np.array([0, 1])
    log = np.array(
        [[5, 0, 0, 0, 0], [7, 1, 0, 0, 0], [8, 0, 2, 0, 0], [12, 0, 1, 0, 0], [20, 1, 1, 0, 0],
         [25, 0, 3, 0, 0], [25, 0, 1, 0, 0]]
    )  # fmt: skip
    where = np.array([1, 0])
    assert open_by(log, tables, where, 2, [0, 6, 10, 20, 21, 30]).tolist() == [
        [0, 0, 1, 1, 0, 0],  # what happens at midnight itself is of the next day
        [0, 1, 1, 0, 0, 0],
    ]


# --- helpers


def test_each_group_gets_as_few_as_it_can_do_with():
    needs = {("a", "/1/"): 3, ("b", ""): 1, ("c", ""): 0}
    asked = []

    def copes(helpers):
        asked.append(helpers)
        return all(helpers[group] >= need for group, need in needs.items())

    found = fewest({("a", "/1/"): 8, ("b", ""): 1, ("c", ""): 2}, copes)
    assert found == [
        Help(group=("a", "/1/"), count=3, tried=8),
        Help(group=("b", ""), count=1, tried=1),
    ]
    assert len(asked) <= 8


class FakeStage:
    """One community with a queue of ten that each helper shortens by two."""

    communities = (ONE,)
    practice = PRACTICE
    plan = PLAN
    pools = (("desk", ""), ("community", ONE))

    def group_of(self, pool):
        return (("desk", WHOLE), ("community", ONE))[pool]

    def play(self, _replication, variant):
        helpers = dict(variant.helpers).get(("community", ONE), 0)
        return outcome([[max(0, 10 - 2 * helpers)]], queue=[1, max(0, 100 - 20 * helpers)])


def left_of(tried):
    return [ONE] if tried[0].open[0, 0] > 3 else []


def test_helpers_go_where_most_waits_and_no_more_than_needed():
    fake = FakeStage()
    runs = Runs(fake, 2, lambda tasks: {task: fake.play(*task) for task in tasks})
    (struck,), (free,) = runs(Variant()), [[outcome([[0]], queue=[1, 0])] * 2]
    broken = {ONE: Break(holds=Holds.BREAKS, night=0, most=3, over=interval([7, 7], first=2))}
    found = find_helpers(runs, struck, free, broken, left_of)
    assert found == [Help(group=("community", ONE), count=4, tried=4)]


def test_helpers_that_do_not_help_are_told_as_such():
    fake = FakeStage()
    runs = Runs(fake, 2, lambda tasks: {task: fake.play(0, Variant()) for task in tasks})
    (struck,), (free,) = runs(Variant()), [[outcome([[0]], queue=[1, 0])] * 2]
    broken = {ONE: Break(holds=Holds.BREAKS, night=0, most=3, over=interval([7, 7], first=2))}
    found = find_helpers(runs, struck, free, broken, left_of)
    assert [(one.group, one.count) for one in found] == [(("community", ONE), None)]
    assert found[0].tried > 4


# --- what could wait


def test_types_are_put_off_by_hours_for_a_promise_and_never_the_urgent_ones():
    hour = 3_600_000_000
    raised = {"B06": 20, "I01": 30, "J06": 50, "C01": 40, "J01": 5, "A07": 0}

    class Fake:
        plan = replace(PLAN, shock=Shock(drill=Drill.OUTBREAK))

    def play(tasks):
        found = {}
        for n, variant in tasks:
            freed = {"B06": 8, "I01": 9}[next(iter(variant.without))]
            kept = {"B06": 2, "I01": 9, "C01": 11 + n}
            found[n, variant] = outcome(worked=(100 - freed + n) * hour, kept=kept, raised=raised)
        return found

    runs = Runs(Fake(), 2, play)
    before = {"B06": 2, "I01": 9, "C01": 10}
    struck = [outcome(worked=(100 + n) * hour, kept=before, raised=raised) for n in range(2)]
    drops = find_drops(runs, struck, COMPILED)
    assert [drop.type for drop in drops] == ["B06", "I01"]  # J06 is what the drill is about
    assert drops[0].hours_a_promise == pytest.approx(4)
    assert drops[0].gained.mean == pytest.approx(1.5)
    assert drops[0].gained.low < 0 < drops[0].gained.high


# --- words


def test_words_say_where_it_is_not_clear(struck_stage):
    words = Words(struck_stage, COMPILED, {ONE: COMPILED.charter.name})
    over = interval([1.0, 9.0, -3.0], first=3)
    unclear = words.of_break(ONE, Break(holds=Holds.NOT_CLEAR, night=-1, most=3, over=over))
    assert "not clear" in unclear.say.en
    assert "看不清" in unclear.say.zh
    assert COMPILED.charter.name.zh in unclear.say.zh
    (none,) = words.of_drops([], [outcome(worked=1)])
    assert "not clear" in none.say.en
    drop = Drop(type="I01", freed=interval([9.0, 9.5], first=2), lost=3, gained=over)
    (told,) = words.of_drops([drop], [outcome(worked=36_000_000_000)])
    assert "no clear difference" in told.say.en
    assert "没有明显差别" in told.say.zh
    assert told.share == pytest.approx(0.925)
    duty = words.of_help(Help(group=("community@duty", ONE), count=2, tried=2))
    assert "emergency duty" in duty.say.en


def test_places_are_called_by_their_names_where_they_are_known():
    say = Text("150502004001：撑得住；1505020040010：看不清。", "150502004001: it copes")
    names = {"150502004001": Text("甲社区", "First"), "1505020040010": Text("乙", "Second")}
    (told,) = named([Advice(kind="breaks", say=say, share=0.5)], names)
    assert told.say == Text("甲社区：撑得住；乙：看不清。", "First: it copes")
    assert told.share == 0.5


# --- the whole way, on a small place


def test_the_stage_is_played_again_alike_and_hands_without_end_hold_nothing_up(struck_stage):
    one, again = (struck_stage.play(1, Variant()) for _ in range(2))
    assert one.open.tolist() == again.open.tolist()
    free = struck_stage.play(1, Variant(is_free=True))
    helped = struck_stage.play(1, Variant(helpers=((("heating_company", WHOLE), 30),)))
    late = slice(8, None)
    assert free.open.sum(axis=0)[late].sum() < one.open.sum(axis=0)[late].sum()
    assert helped.open.sum(axis=0)[late].sum() < one.open.sum(axis=0)[late].sum()
    assert one.raised["C03"] > 5 * struck_stage.play(1, Variant(is_struck=False)).raised["C03"]
    without = struck_stage.play(1, Variant(without=frozenset({"C03"})))
    assert without.raised["C03"] == 0
    assert without.raised["A01"] == one.raised["A01"]


def test_a_drill_that_breaks_gets_all_its_advice(struck_stage, monkeypatch):
    monkeypatch.setattr(advising, "MOST_TYPES", 1)
    told = advise(struck_stage, COMPILED, replications=3)
    kinds = [one.kind for one in told]
    assert kinds[:3] == ["breaks"] * 3  # the whole and two communities
    assert set(kinds) == {"breaks", "helpers", "drop_first"}
    assert "撑不住" in told[0].say.zh
    assert "it breaks" in told[0].say.en
    assert all(one.say.zh and one.say.en for one in told)
    company = COMPILED.unit_name("heating_company")
    assert any(company.en in one.say.en for one in told if one.kind == "helpers")


def test_a_drill_that_is_none_holds_and_needs_nobody():
    calm = replace(stage(), plan=replace(PLAN, shock=replace(PLAN.shock, strength=0.0)))
    told = advise(calm, COMPILED, replications=2)
    assert {one.kind for one in told} == {"breaks"}
    assert all("it copes" in one.say.en for one in told)


def test_one_replication_is_not_enough(struck_stage):
    with pytest.raises(ValueError, match="an interval needs two"):
        advise(struck_stage, COMPILED, replications=1)


def test_whoever_plays_may_cancel(struck_stage):
    class GoneError(RuntimeError):
        pass

    def play(_tasks):
        raise GoneError

    with pytest.raises(GoneError):
        advise(struck_stage, COMPILED, replications=2, play=play)


def test_types_a_drill_brings_are_known_to_the_lowering():
    less = replace(PRACTICE, arrivals=tuple(a for a in PRACTICE.arrivals if a.type != "J06"))
    plan = replace(PLAN, shock=Shock(drill=Drill.OUTBREAK))
    known = {one.type: one.a_year.value for one in with_drill_types(less, plan).arrivals}
    assert known["J06"] == 0
    assert with_drill_types(PRACTICE, PLAN) is PRACTICE
