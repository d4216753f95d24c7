"""The network of the rehearsal's bench in two other ways: SimPy, and a loop over a heap by hand."""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Iterator
from itertools import count
from typing import Any

import simpy
from rehearsal_models import STAGES, network_rate, stage_means


def by_simpy(matters: int, seed: int = 1) -> tuple[int, float]:
    """How many steps were counted, and the mean stay in seconds."""
    env, rng = simpy.Environment(), random.Random(seed)
    means, grids = stage_means(), STAGES[0][0]
    pools = [[simpy.Resource(env, servers) for _ in range(n)] for n, servers in STAGES]
    stays: list[float] = []

    def matter(grid: int) -> Iterator[Any]:
        begun = env.now
        for stage, (number, _) in enumerate(STAGES):
            with pools[stage][grid * number // grids].request() as turn:
                yield turn
                yield env.timeout(rng.expovariate(1 / means[stage]))
        stays.append(env.now - begun)

    def source() -> Iterator[Any]:
        for _ in range(matters):
            yield env.timeout(rng.expovariate(network_rate()))
            env.process(matter(rng.randrange(grids)))

    env.process(source())
    env.run()
    return matters * (1 + len(STAGES)), sum(stays) / len(stays)


def by_hand(matters: int, seed: int = 1) -> tuple[int, float]:
    """As fast as one writes it in Python: tuples on a heap, a deque a pool, nothing checked."""
    rng, numbers = random.Random(seed), count()
    draw, pick, push, pop = rng.expovariate, rng.randrange, heapq.heappush, heapq.heappop
    rates, grids, rate = [1 / mean for mean in stage_means()], STAGES[0][0], network_rate()
    free = [[servers] * n for n, servers in STAGES]
    waiting: list[list[deque[tuple[int, float]]]] = [[deque() for _ in range(n)] for n, _ in STAGES]
    sizes, last = [n for n, _ in STAGES], len(STAGES) - 1
    heap: list[tuple[float, int, int, int, float]] = []
    left, steps, stay = matters - 1, 0, 0.0
    push(heap, (draw(rate), next(numbers), -1, 0, 0.0))
    while heap:
        now, _, stage, grid, begun = pop(heap)
        steps += 1
        if stage < 0:
            if left:
                left -= 1
                push(heap, (now + draw(rate), next(numbers), -1, 0, 0.0))
            grid, begun, stage = pick(grids), now, 0
        else:
            pool = grid * sizes[stage] // grids
            if waiting[stage][pool]:
                other, its = waiting[stage][pool].popleft()
                push(heap, (now + draw(rates[stage]), next(numbers), stage, other, its))
            else:
                free[stage][pool] += 1
            stage += 1
            if stage > last:
                stay += now - begun
                continue
        pool = grid * sizes[stage] // grids
        if free[stage][pool]:
            free[stage][pool] -= 1
            push(heap, (now + draw(rates[stage]), next(numbers), stage, grid, begun))
        else:
            waiting[stage][pool].append((grid, begun))
    return steps, stay / matters
