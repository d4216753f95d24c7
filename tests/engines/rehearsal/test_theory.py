"""Queues that can be worked out on paper: means and tails of the wait, at long runs.

Each law is held within three standard errors of independent replications, or within 1 %; and the
error itself has to be small, so that the test can fail.
"""

from __future__ import annotations

from math import exp, factorial, log, sqrt
from statistics import NormalDist, mean, stdev

import numpy as np
import pytest

from commongrid.engines.rehearsal import Result, bin_edge, quantile_table, simulate, wait_bin
from commongrid.engines.rehearsal.draws import knots
from commongrid.engines.rehearsal.words import WHOLE, Order
from tests.engines.rehearsal.models import (
    SECOND,
    demand,
    exponential,
    fixed,
    habits,
    queue,
    setting,
    staff,
    tables,
)

pytest.importorskip("numba", reason="numba is not installed: long runs are not tested")
WORK = 1000 * SECOND
RUNS, MATTERS = 16, 80_000
POINTS = [(servers, busy) for servers in (1, 2, 5) for busy in (0.5, 0.7, 0.85)]
POINTS += [(10, busy) for busy in (0.7, 0.8, 0.85)]  # with half the work few of ten wait at all


def erlang_c(servers: int, load: float) -> float:
    """The share that has to wait in M/M/c. Source: Erlang 1917."""
    full = load**servers / factorial(servers) * servers / (servers - load)
    return full / (sum(load**n / factorial(n) for n in range(servers)) + full)


def moments(table: np.ndarray) -> tuple[float, float]:
    """The mean and the mean square of what a table draws."""
    widths, low, high = -np.diff(knots()), table[:-1] / WORK, table[1:] / WORK
    square = (widths * (low * low + low * high + high * high) / 3).sum()
    return float((widths * (low + high) / 2).sum()), float(square)


def lognormal(spread: float) -> np.ndarray:
    def longer(share: float) -> float:
        return 0.0 if share == 1 else WORK * exp(spread * NormalDist().inv_cdf(1 - share))

    return quantile_table(longer)


def arrivals(run: int, rate: float, count: int = MATTERS) -> np.ndarray:
    """``rate`` in matters a WORK."""
    gaps = np.random.default_rng([7, run]).exponential(WORK / rate, count)
    return np.rint(np.cumsum(gaps)).astype(np.int64)


def is_near(values: list[float], law: float) -> None:
    error = stdev(values) / sqrt(len(values))
    assert error < 0.04 * law, "too noisy to show anything"
    assert abs(mean(values) - law) < max(3 * error, 0.01 * law), (mean(values), law, error)


def mean_wait(result: Result, pool: int = 0) -> float:
    return result.pool_waited[pool] / result.pool_begun[pool] / WORK


@pytest.mark.parametrize(("servers", "busy"), POINTS)
def test_many_servers_wait_as_erlang_says_and_so_does_the_tail(servers, busy):
    """The mean, and the shares that wait longer than a half and nine tenths of those who wait."""
    load = busy * servers
    rules, ways, crew = queue(servers, [exponential(WORK)])
    results = [
        simulate(rules, ways, crew, demand(arrivals(run, load)), setting(run))
        for run in range(RUNS)
    ]
    waits = erlang_c(servers, load)
    is_near([mean_wait(result) for result in results], waits / (servers - load))
    for share in (0.5, 0.1):
        place = wait_bin(int(-log(share) / (servers - load) * WORK))
        longer = [result.task_wait[0, place:].sum() / result.task_wait.sum() for result in results]
        law = waits * exp(-(servers - load) * bin_edge(place) / WORK)
        is_near([float(found) for found in longer], law)


@pytest.mark.parametrize("name", ["fixed", "lognormal"])
def test_one_server_waits_as_pollaczek_and_khinchine_say(name):
    table = {"fixed": fixed(WORK), "lognormal": lognormal(0.9)}[name]
    work, square = moments(table)
    rate = 0.65 / work
    rules, ways, crew = queue(1, [table])
    found = [
        mean_wait(simulate(rules, ways, crew, demand(arrivals(run, rate)), setting(run)))
        for run in range(RUNS)
    ]
    is_near(found, rate * square / (2 * (1 - rate * work)))


def test_the_urgent_wait_less_as_cobham_says():
    """Two classes, none interrupted; work differs, so that swapping them would show."""
    work = [exponential(WORK), exponential(0.5 * WORK)]
    (first, first_square), (second, second_square) = moments(work[0]), moments(work[1])
    rates = (0.3, 0.8)
    rest = (rates[0] * first_square + rates[1] * second_square) / 2
    busy_first = rates[0] * first
    busy = busy_first + rates[1] * second
    laws = rest / (1 - busy_first), rest / ((1 - busy_first) * (1 - busy))
    rules, ways, crew = queue(1, work, order=Order.CLASS_AGE)
    found: list[tuple[float, float]] = []
    for run in range(RUNS):
        sort = (np.random.default_rng([8, run]).random(MATTERS) > rates[0] / 1.1).astype(np.int64)
        people = demand(arrivals(run, 1.1), sort)
        log = simulate(rules, ways, crew, people, setting(run, is_logged=True)).log
        closed = log[log[:, 2] == 1]
        stay = (closed[:, 0] - people.at[closed[:, 1]]) / WORK
        is_second = sort[closed[:, 1]] == 1
        found.append((stay[~is_second].mean() - first, stay[is_second].mean() - second))
    for place, law in enumerate(laws):
        is_near([float(pair[place]) for pair in found], law)


def test_a_network_with_redo_is_a_product_of_queues():
    """Two pools in a row; three of ten come back to the first. Source: Jackson 1957."""
    back, rate = 0.3, 0.5
    rules = tables(ends=[0, 0, 1], rows=[0, 1, 2])
    ways = habits(
        raise_row=[0],
        task_at=[[0], [1], [-1]],
        task_list=[(0, 0, 0, 0), (1, 1, 0, 1)],
        outcomes=[[(1, WHOLE)], [(0, int(back * WHOLE)), (2, WHOLE)]],
        quantiles=[exponential(WORK), exponential(2 * WORK)],
    )
    crew = staff([1, 2])
    results = [
        simulate(rules, ways, crew, demand(arrivals(run, rate)), setting(run))
        for run in range(RUNS)
    ]
    flow = rate / (1 - back)
    is_near([mean_wait(result) for result in results], erlang_c(1, flow) / (1 - flow))
    second = erlang_c(2, 2 * flow) / (2 - 2 * flow) * 2
    is_near([mean_wait(result, 1) for result in results], second)
