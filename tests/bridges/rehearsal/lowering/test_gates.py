"""Milestones that come before the last work have times of their own."""

from __future__ import annotations

from commongrid.engines.rehearsal import simulate_slowly
from tests.bridges.rehearsal.lowering.runs import lowered_of, people_of, practice_of, setting
from tests.support.flows import real

NAME = "kezuohouqi-township"


def test_earlier_milestones_come_before_the_claim_and_the_last_with_it():
    compiled = real(NAME)
    practice = practice_of(compiled)
    given = lowered_of(compiled, practice)
    people = people_of(given, practice, 150)
    result = simulate_slowly(given.tables, given.habits, given.staff, people, setting())
    many = {n for n, known in enumerate(given.index.milestones) if len(known) > 1}
    acts: dict[int, list[str]] = {}
    for _, matter, row, *_ in result.log.tolist():
        acts.setdefault(matter, []).append(given.index.rows[row].action)
    seen = 0
    for matter, names in acts.items():
        sort = int(people.sort[matter])
        if "claim_done" in names:
            before = names[: names.index("claim_done")].count("milestone")
            least = len(given.index.milestones[sort]) - 1 if sort in many else 0
            if "hang" not in names:
                assert before >= least, (matter, names)
            seen += before > 0
    assert seen > 5


def test_nobody_is_kept_at_a_gate():
    """A gate has no task: it takes no work, and no time."""
    given = lowered_of(real(NAME))
    gates = [n for n, s in enumerate(given.index.states) if s.part.endswith("gate")]
    assert gates
    assert (given.habits.task_at[gates] == -1).all()
    for gate in gates:
        first, last = given.habits.rival_from[gate], given.habits.rival_from[gate + 1]
        delays = given.habits.quantiles[given.habits.rival_delay[first:last]]
        assert delays.max() <= 1
