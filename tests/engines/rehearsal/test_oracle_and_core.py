"""The fast simulator gives what the slow one gives, to the last bit, on any small model."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from commongrid.engines.rehearsal import (
    EndlessMatterError,
    LostMatterError,
    Result,
    simulate,
    simulate_slowly,
)
from commongrid.engines.rehearsal import oracle as slow_engine
from commongrid.engines.rehearsal import oracle_rules as slow_rules
from tests.engines.rehearsal.models import random_model

pytest.importorskip("numba", reason="numba is not installed: the fast simulator is not tested")
MODELS = 3 * settings.default.max_examples  # 300, and 15,000 in the soak


def outcome(run: Any, model: Any) -> Result | None:
    try:
        return run(*model)
    except EndlessMatterError:
        return None


def different(one: Result | None, other: Result | None) -> str:
    """The first field in which two results differ, or nothing."""
    if one is None or other is None:
        return "" if one is other else "endless"
    for field in fields(Result):
        if not np.array_equal(getattr(one, field.name), getattr(other, field.name)):
            return field.name
    return ""


def test_random_models_give_the_same_result_and_the_same_log():
    entries = refused = ended = judged = endless = 0
    for seed in range(MODELS):
        model = random_model(seed)
        slow = outcome(simulate_slowly, model)
        assert not different(slow, outcome(simulate, model)), seed
        if slow is None:
            endless += 1
            continue
        entries += len(slow.log)
        refused += int(slow.refused.sum())
        ended += int(slow.met.sum())
        judged += int(slow.sort_kept.sum() + slow.sort_late.sum())
    assert endless < MODELS / 4
    assert min(entries, refused, ended) > 10 * MODELS, "where nothing happens nothing is shown"
    assert judged > MODELS


def test_the_seed_decides():
    rules, ways, crew, people, one = random_model(4)
    assert np.array_equal(simulate(rules, ways, crew, people, one).log,
                          simulate(rules, ways, crew, people, one).log)  # fmt: skip


# --- engines broken on purpose: each is caught, by the sums or by the other engine ------------


def lose_whoever_waits(monkeypatch):
    def choose(run: Any, number: int) -> None:
        if run.pools[number].queue and run.now % 3 == 0:
            run.pools[number].queue.pop()

    monkeypatch.setattr(slow_engine.Run, "choose", choose)


def lose_count_of_a_matter(monkeypatch):
    settle = slow_engine.Run.settle
    monkeypatch.setattr(
        slow_engine.Run, "settle", lambda run, life: life.number and settle(run, life)
    )


def skip_pauses(monkeypatch):
    monkeypatch.setattr(slow_rules, "_pause", lambda *_: None)


def forget_to_resume(monkeypatch):
    monkeypatch.setattr(slow_rules, "_resume", lambda *_: None)


def take_the_last_of_one_instant_first(monkeypatch):
    def plan(run: Any, at: int, kind: int, life: int, visit: int, what: int) -> None:
        slow_engine.heapq.heappush(run.heap, (at, -run.numbered, kind, life, visit, what))
        run.numbered += 1

    monkeypatch.setattr(slow_engine.Run, "plan", plan)


def let_old_visits_act(monkeypatch):
    visit = slow_engine.Run.visit

    def same_visit(run: Any, life: Any) -> None:
        before = life.visit
        visit(run, life)
        life.visit = before

    monkeypatch.setattr(slow_engine.Run, "visit", same_visit)


def begin_at_night(monkeypatch):
    monkeypatch.setattr(slow_engine.Run, "is_open", lambda *_: True)


def keep_servers_through_a_lag(monkeypatch):
    def done(run: Any, life: Any, pool: int, *, is_here: bool) -> None:
        if is_here:
            life.place = slow_engine.IDLE
            run.wait_or_finish(life)
        run.watch(pool)
        run.pools[pool].busy -= 1
        run.choose(pool)

    monkeypatch.setattr(slow_engine.Run, "done", done)


BROKEN = (
    lose_whoever_waits,
    lose_count_of_a_matter,
    skip_pauses,
    forget_to_resume,
    take_the_last_of_one_instant_first,
    let_old_visits_act,
    begin_at_night,
    keep_servers_through_a_lag,
)


@cache
def fast(seed: int) -> Result | None:
    return outcome(simulate, random_model(seed))


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_engine_is_caught(broken, monkeypatch):
    assert not different(outcome(simulate_slowly, random_model(4)), fast(4))
    broken(monkeypatch)
    for seed in range(100):
        try:
            if different(outcome(simulate_slowly, random_model(seed)), fast(seed)):
                return
        except LostMatterError:
            return
    pytest.fail("nobody noticed")


def test_the_sums_alone_catch_a_lost_matter(monkeypatch):
    """Without another engine beside it."""
    lose_count_of_a_matter(monkeypatch)
    with pytest.raises(LostMatterError, match="open or ended"):
        simulate_slowly(*random_model(4))


def test_the_compiled_sums_catch_what_was_lost():
    from commongrid.engines.rehearsal.core import running
    from commongrid.engines.rehearsal.core.lives import GONE, IDLE, WAITING

    memory = running.memory_of(*random_model(4))
    running.run_to_end(memory)
    running.check_lives(memory)
    places = memory.lives()["place"]
    places[0] = IDLE if places[0] == GONE else GONE
    with pytest.raises(LostMatterError, match="raised"):
        running.check_lives(memory)
    places[0], memory.world["retired"] = WAITING, memory.world["retired"][0] - 1
    with pytest.raises(LostMatterError, match="wait"):
        running.check_lives(memory)


@pytest.mark.parametrize(("bits", "stretches"), [(1, 2), (30, 4096), (36, 64), (50, 8)])
def test_how_long_a_stretch_of_the_ring_is_changes_nothing(bits, stretches):
    """All in the heap; nearly all in the ring; some of both."""
    from commongrid.engines.rehearsal.core import running
    from commongrid.engines.rehearsal.core.memory import STRETCH

    compared = 0
    for seed in range(40):
        model = random_model(seed)
        wanted = fast(seed)
        if wanted is None:
            continue
        memory = running.memory_of(*model)
        memory.put("ring", np.zeros(stretches, STRETCH))
        memory.world["ring_mask"], memory.world["ring_bits"] = stretches - 1, bits
        memory.world["ring_at"] = int(model[3].at[0]) >> bits
        running.run_to_end(memory)
        found = memory.arrays["log"].reshape(-1, 5)[: len(wanted.log)]
        assert np.array_equal(found["n"], wanted.log), seed
        assert memory.world["happened"][0] == wanted.events
        compared += 1
    assert compared > 20


def test_numbers_of_those_who_wait_may_begin_anew():
    import numba

    from commongrid.engines.rehearsal.core.queues import is_numbered_before

    before = numba.njit(lambda one, other: is_numbered_before(one, other))  # noqa: PLW0108 - no door
    top = np.iinfo(np.int32).max
    assert before(np.int32(1), np.int32(2))
    assert not before(np.int32(2), np.int32(1))
    assert before(np.int32(top), np.int32(-top - 1)), "the one after the last is the first again"
