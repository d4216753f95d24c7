"""Random histories of phones without signal, through every fault there is.

``FIELD_HISTORIES=1200`` plays as many new ones, and ``FIELD_TOLD=FILE`` counts them there
(tests/soak/soak_field.py does both, on both databases).
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support import factories as f
from tests.support.field.history import BIGGEST, KINDS, LAST_STATEMENT, WELL, Event, play
from tests.support.field.line import FAULTS, KILLED
from tests.support.field.world import House, World, open_house

# Whoever is killed closes nothing: PostgreSQL's cursors are found open then.
KILLED_CLOSE_NOTHING = "ignore::pytest.PytestUnraisableExceptionWarning"
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings(KILLED_CLOSE_NOTHING)]
HISTORIES = int(os.environ.get("FIELD_HISTORIES", "30"))
TOLD = os.environ.get("FIELD_TOLD", "")
SMALL = st.integers(0, BIGGEST)
FEWEST, MOST = 8, 34
EVENTS = st.lists(
    st.tuples(st.integers(0, len(KINDS) - 1), SMALL, SMALL, SMALL, SMALL),
    min_size=FEWEST, max_size=MOST,
)  # fmt: skip
MANY = settings(
    max_examples=HISTORIES, derandomize="FIELD_HISTORIES" not in os.environ, deadline=None,
    database=None, suppress_health_check=[*HealthCheck], report_multiple_bugs=False,
    phases=(Phase.generate, Phase.shrink),
)  # fmt: skip


WAITS_FOR_ITS_PICTURE: list[Event] = [
    (KINDS.index("step"), 1, 0, 1, 1), (KINDS.index("step"), 1, 0, 0, 1),
    (KINDS.index("sync"), 1, WELL, 0, 0),
]  # fmt: skip
"""Four steps on one matter; after the sync the last of them is alone, and waits for its picture."""


@pytest.fixture
def house(db) -> House:
    return open_house()


def drawn(rng: random.Random) -> list[Event]:
    """A history as chance draws it, for those who need none made short."""
    return [
        (rng.randrange(len(KINDS)), *(rng.randint(0, BIGGEST) for _ in range(4)))
        for _ in range(rng.randint(FEWEST, MOST))
    ]


def lived(house: House, clock, events, counts: Counter[str] | None = None) -> list[str]:
    """Play one history and leave nothing of it. Returns the laws that were broken."""
    world = World(house, random.Random(7), clock.move_to)
    world.move_clock(world.at)
    cache.clear()
    with transaction.atomic():
        wrong = play(world, events)
        transaction.set_rollback(True)
    if counts is not None:
        counts += world.counts
        counts["histories"] += 1
        counts.update(f"final: {v}" for found in world.heard.verdicts.values() for v in found)
        counts.update({f"rule: {rule}": n for rule, n in world.heard.rules.items()})
        counts["intentions"] += world.numbers and sum(len(p.made) for p in world.phones)
    return wrong


def told(events: list[Event], wrong: list[str]) -> str:
    """Which laws a history broke, and the whole history, to be copied into a test."""
    played = [f"    {event},  # {KINDS[event[0]]}" for event in events]
    return "\n".join(["broken:", *wrong, "by:", "[", *played, "]"])


def test_nobody_of_the_office_has_the_number_of_a_worker(house):
    """Else what the office did would be held against the worker's hats."""
    office = {actor.key for actor in f.STAFF.values()}
    assert not office & {f"staff:{account}" for account in house.workers}


def test_no_history_loses_repeats_or_parts_anything(house, clock):
    counts: Counter[str] = Counter()

    @MANY
    @given(events=EVENTS)
    def live(events):
        wrong = lived(house, clock, events, counts)
        assert not wrong, told(events, wrong)

    live()
    if TOLD:
        Path(TOLD).write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")
    assert counts["final: done"] > HISTORIES
    assert all(counts[f"final: {verdict}"] for verdict in ("done", "refused", "conflict"))


def test_a_house_killed_at_any_statement_while_a_step_waits_answers_it_later(house, clock):
    """Found once by chance, in thousands: killed while it took back the step that has to wait."""
    for statement in range(LAST_STATEMENT):
        counts: Counter[str] = Counter()
        killed = (KINDS.index("sync"), 1, FAULTS.index(KILLED), 0, statement)
        events = [*WAITS_FOR_ITS_PICTURE, killed]
        wrong = lived(house, clock, events, counts)
        assert not wrong, told(events, wrong)
        if not counts["killed in the midst"]:
            return  # it was through before
    pytest.fail("the sync has more statements than a history can kill it at")
