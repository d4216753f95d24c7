"""Numbers that point outside a table are refused before compiled code reads them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from commongrid.engines.rehearsal.checks import check_input
from commongrid.engines.rehearsal.results import empty_result
from tests.engines.rehearsal.models import DAY, HOUR, random_model

PARTS = {"tables": 0, "habits": 1, "staff": 2, "demand": 3}
OUTSIDE = {
    "row_to": ("tables", 99), "sort_span": ("tables", 99), "candidate": ("tables", 99),
    "task_at": ("habits", 99), "task_lag": ("habits", 99), "outcome_row": ("habits", -1),
    "raise_row": ("habits", 99), "task_again": ("habits", 0), "pool_calendar": ("staff", 9),
    "area": ("staff", 99), "grid": ("demand", 99), "sort": ("demand", -1),
}  # fmt: skip


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_number_that_points_outside_is_refused_by_name(name):
    model = list(full_model())
    part, value = OUTSIDE[name]
    place = PARTS[part]
    values = getattr(model[place], name).copy()
    values.flat[-1] = value
    model[place] = replace(model[place], **{name: values})
    with pytest.raises(ValueError, match=name):
        check_input(*model)


def full_model():
    """A random model in which every list has something."""
    for seed in range(1000):
        model = random_model(seed)
        if model[0].candidate.size and model[1].outcome_row.size:
            check_input(*model)
            return model
    raise AssertionError


def test_what_is_raised_in_disorder_is_refused():
    rules, ways, crew, people, one = random_model(1)
    with pytest.raises(ValueError, match="sorted"):
        check_input(rules, ways, crew, replace(people, at=people.at[::-1].copy()), one)


def test_capacity_is_servers_times_opening_hours_as_people_come_and_go():
    rules, ways, crew, _, one = full_model()
    crew = replace(
        crew,
        pool_calendar=np.full_like(crew.pool_calendar, -1),
        pool_servers=np.full_like(crew.pool_servers, 2),
        change_at=np.array([one.begins_at + DAY], np.int64),
        change_pool=np.array([0], np.int64),
        change_by=np.array([-1], np.int64),
    )
    span = one.ends_at - one.begins_at
    whole = empty_result(rules, ways, crew, one)
    assert whole.pool_open.tolist() == [span] * len(crew.pool_servers)
    assert whole.pool_capacity[0] == 2 * span - (span - DAY)
    later = replace(one, counts_from=one.begins_at + DAY, counts_until=one.begins_at + DAY + HOUR)
    part = empty_result(rules, ways, crew, later)
    assert part.pool_open[0] == HOUR
    assert part.pool_capacity[0] == HOUR
