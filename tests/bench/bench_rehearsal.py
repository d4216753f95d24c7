"""The rehearsal's engine: against SimPy and a loop by hand, a city's year, grids, processes.

``bench_rehearsal.py [--quick]``: fewer matters everywhere. Ratios are of the best of several short
turns, taken in turns in one process, by processor time.
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
    support.title("the same network of 2,224 queues, one process, in turns")
    support.table(("engine", "events/s", "ours is"), rivals(turns=3 if scale > 1 else 12))
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
                env=support.os.environ | {"COMMONGRID_HOME": folder},
                check=True,
            )
            wall, used = time.perf_counter() - begun, children_s() - before
            lines.append((name, f"{wall:.1f}", f"{used:.1f}"))
    return lines


def children_s() -> float:
    used = support.resource.getrusage(support.resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rivals(turns: int) -> list[tuple[str, str, str]]:
    """Events are the same for all: arrivals and works done."""
    import rehearsal_models
    import rehearsal_rivals

    from commongrid.engines.rehearsal import simulate

    model = rehearsal_models.network(100_000)
    simulate(*rehearsal_models.network(100))
    engines: dict[str, Callable[[], int]] = {
        "SimPy": lambda: rehearsal_rivals.by_simpy(4_000)[0],
        "a heapq loop by hand": lambda: rehearsal_rivals.by_hand(20_000)[0],
        "this engine": lambda: simulate(*model).events,
    }
    best = dict.fromkeys(engines, 0.0)
    for _ in range(turns):
        for name, engine in engines.items():
            begun = time.process_time()
            events = engine()
            best[name] = max(best[name], events / (time.process_time() - begun))
    ours = best["this engine"]
    return [
        (name, f"{rate:,.0f}", f"{ours / rate:.1f}x (wanted {WANTED.get(name, 1)}x)")
        for name, rate in best.items()
    ]


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
