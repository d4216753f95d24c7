"""The rehearsal's engine: against SimPy and a loop by hand, a city's year, grids, processes.

``bench_rehearsal.py [--quick]``: fewer matters everywhere. Ratios are of the best of several
turns, taken in turns in one process, by processor time. Events are counted alike for all: each
arrival and each end of a work. What an engine does besides (SimPy starts a process and grants a
request, this engine asks guards, counts waits and checks its sums) is its own affair.
"""

from __future__ import annotations

import argparse
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

import support

WANTED = {"SimPy": 100, "a heapq loop by hand": 8}
COLD = "from commongrid.engines.rehearsal.core.running import get_ready; get_ready()"


def main() -> None:
    """Print the tables."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--quick", action="store_true", help="a tenth of everything")
    scale = 10 if words.parse_args().quick else 1
    support.title("compiling, in a process of its own")
    support.table(("compiled code", "seconds", "CPU seconds"), compiling())
    support.title("the same network of 2,224 queues, the same matters, one process, in turns")
    head = ("matters", "SimPy events/s", "heapq loop", "this engine", "x SimPy", "x loop",
            "mean stays, minutes")  # fmt: skip
    support.table(head, rivals((4_000,) if scale > 1 else (4_000, 20_000, 100_000)))
    print(
        f"  wanted: {WANTED['SimPy']} times SimPy, {WANTED['a heapq loop by hand']} times the loop"
    )
    support.title("a whole charter's model: the oracle is a loop over heapq that does all of it")
    support.table(("events", "oracle, events/s", "this engine", "times"), whole_model())
    support.title("a city's year: calendars, promises, pauses, redo, priorities")
    head = ("grids", "matters", "rows", "CPU s", "ns a row", "lives at once", "arrays MiB")
    support.table(head, years(scale))
    print(f"  most memory held by this process: {support.peak_mib():.0f} MiB")
    support.title("replications of a township's year in processes side by side")
    support.table(("processes", "replications", "seconds", "a second"), processes(scale))


def compiling() -> list[tuple[str, str, str]]:
    """Cold: an empty cache. Warm: the same folder again."""
    lines = []
    with tempfile.TemporaryDirectory(prefix="commongrid-bench-") as folder:
        for name in ("none kept", "kept"):
            begun, before = time.perf_counter(), children_s()
            subprocess.run(
                [sys.executable, "-c", COLD],
                env=support.os.environ | {"NUMBA_CACHE_DIR": folder},
                check=True,
            )
            wall, used = time.perf_counter() - begun, children_s() - before
            lines.append((name, f"{wall:.1f}", f"{used:.1f}"))
    return lines


def children_s() -> float:
    used = support.resource.getrusage(support.resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rivals(sizes: tuple[int, ...]) -> list[tuple[str, ...]]:
    """The same number of matters for each: who simulates fewer has a smaller heap and cache."""
    import rehearsal_models
    import rehearsal_rivals

    from commongrid.engines.rehearsal import simulate

    simulate(*rehearsal_models.network(100))
    lines = []
    for matters in sizes:
        model = rehearsal_models.network(matters)
        best, stays = [float("inf")] * 3, [0.0] * 3
        for _ in range(2):
            for place, engine in enumerate((rehearsal_rivals.by_simpy, rehearsal_rivals.by_hand)):
                begun = time.process_time()
                _, stays[place] = engine(matters)
                best[place] = min(best[place], time.process_time() - begun)
            for _ in range(3):
                begun = time.process_time()
                found = simulate(*model)
                best[2] = min(best[2], time.process_time() - begun)
        stays[2] = (found.pool_waited.sum() + found.pool_worked.sum()) / matters / 1e6
        rates = [f"{found.events / used:,.0f}" for used in best]
        means = " ".join(f"{stay / 60:.0f}" for stay in stays)
        shares = (f"{best[0] / best[2]:.1f}", f"{best[1] / best[2]:.1f}")
        lines.append((f"{matters:,}", *rates, *shares, means))
    return lines


def whole_model() -> list[tuple[str, ...]]:
    """Calendars, promises, pauses, priorities, redo: SimPy has none of them, so it is not here."""
    import rehearsal_models

    from commongrid.engines.rehearsal import simulate, simulate_slowly

    model = rehearsal_models.city(rehearsal_models.City(20, 2_900))
    events = simulate(*model).events
    slow = spent(lambda: simulate_slowly(*model))
    fast = min(spent(lambda: simulate(*model)) for _ in range(5))
    rates = (f"{events / slow:,.0f}", f"{events / fast:,.0f}")
    return [(f"{events:,}", *rates, f"{slow / fast:.0f}")]


def spent(work: Callable[[], object]) -> float:
    """Units: seconds of processor time."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def years(scale: int) -> list[tuple[str, ...]]:
    """From two grids to a city: what one row costs."""
    import rehearsal_models

    from commongrid.engines.rehearsal.core.packing import memory_of
    from commongrid.engines.rehearsal.core.running import check_lives, run_to_end

    lines = []
    for grids in (2, 20, 200, 2_000, 20_000):
        matters = 145 * grids if grids < 20_000 else 2_900_000
        if grids == 20_000 and scale > 1:
            continue
        model = rehearsal_models.city(rehearsal_models.City(grids, matters))
        begun = time.process_time()
        memory = memory_of(*model)
        run_to_end(memory)
        used = time.process_time() - begun
        check_lives(memory)
        rows = int(memory.arrays["rows"]["taken"].sum())
        lines.append(
            (f"{grids:,}", f"{matters:,}", f"{rows:,}", f"{used:.2f}", f"{used / rows * 1e9:.0f}",
             f"{int(memory.world['lives_used'][0]):,}", f"{memory.size() / 2**20:.0f}")
        )  # fmt: skip
    return lines


def one_replication(number: int) -> int:
    """A township's year under another number."""
    import rehearsal_models

    from commongrid.engines.rehearsal import simulate

    *model, setting = rehearsal_models.city(rehearsal_models.City(100, 14_500))
    return simulate(*model, replace(setting, replication=number)).events


def processes(scale: int) -> list[tuple[str, ...]]:
    """Each process reads the compiled code once."""
    lines, count = [], max(40 // scale, 4)
    for workers in (1, 2):
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            pool.map(one_replication, range(workers), chunksize=1)  # everybody is ready
            begun = time.perf_counter()
            pool.map(one_replication, range(count), chunksize=1)
            took = time.perf_counter() - begun
        lines.append((str(workers), str(count), f"{took:.2f}", f"{count / took:.1f}"))
    return lines


if __name__ == "__main__":
    main()
