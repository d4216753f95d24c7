"""Reading among 10,000 and among 1,000,000 matters: does it grow?

``bench_scale.py [--sizes 10000,1000000] [--open share|count|both] [--only sqlite|postgresql]``

Matters are synthetic (``synthetic.py``). How many are open matters most, so both honest answers
are measured: ``share`` keeps 1 % open (as work that comes in evenly and takes ten days), ``count``
keeps 2,000 open whatever the size. Each question is asked many times in one process; the ratio of
the p95 is what counts. With one database after the other in a process of its own, memory is that
process's.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import support

OPEN_SHARE, OPEN_COUNT = 0.01, 2_000
ASKED, WARM = 30, 2
EVERY = ("open", "waiting", "end")
Question = tuple[str, Callable[[], Any]]


def main() -> None:
    """One process for each database and way of counting the open ones; all figures together."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--sizes", default="10000,1000000")
    words.add_argument("--open", choices=("share", "count", "both"), default="both")
    words.add_argument("--only", choices=("sqlite", "postgresql"))
    words.add_argument("--one", choices=("sqlite", "postgresql"), help=argparse.SUPPRESS)
    asked = words.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    if asked.one:
        measure(sizes, asked.open, is_postgres=asked.one == "postgresql")
        return
    for database in [asked.only] if asked.only else ["sqlite", "postgresql"]:
        for way in ("share", "count") if asked.open == "both" else (asked.open,):
            command = [sys.executable, __file__, "--sizes", asked.sizes, "--open", way]
            subprocess.run([*command, "--one", database], check=True)


def measure(sizes: list[int], way: str, *, is_postgres: bool) -> None:
    """Grow one house from size to size and ask the same questions at each."""
    name = support.start_house(postgres=is_postgres)
    import synthetic
    import township

    town, rng = township.open_township(), random.Random(11)
    samples = township.walk_samples(town, rng)
    seen: dict[str, list[tuple[float, float, float]]] = {}
    notes = []
    for size in sizes:
        began = time.perf_counter()
        open_count = int(size * OPEN_SHARE) if way == "share" else OPEN_COUNT
        synthetic.grow(size, open_count, samples, town, rng)
        notes.append(
            f"{size:,}: {synthetic.share_open():.2%} open, {disk_mib():,.0f} MiB on disk,"
            f" made in {time.perf_counter() - began:.0f} s"
        )
        for question, work in questions(town):
            seen.setdefault(question, []).append(spread(work))
        notes.append(f"  most memory held so far: {support.peak_mib():.0f} MiB")
    support.title(f"scale on {name}, open by {way}: ms by the clock, {ASKED} times each")
    head = ["question"]
    for size in sizes:
        head += [f"p50 {size:,}", f"p95 {size:,}"]
    lines = []
    for question, figures in seen.items():
        line: list[object] = [question]
        for p50, p95, _ in figures:
            line += [p50 * 1e3, p95 * 1e3]
        line += [f"{last / first:.2f}" for first, last in zip(figures[0], figures[-1], strict=True)]
        lines.append(line)
    support.table((*head, "p50 ratio", "p95 ratio", "CPU ratio"), lines)
    for note in notes:
        print(f"  {note}")


def spread(work: Callable[[], Any]) -> tuple[float, float, float]:
    """The median and the 95th percentile of the seconds one call takes, and the median of those
    of this process alone: with SQLite all the work, whatever else the machine does meanwhile.
    """
    for _ in range(WARM):
        work()
    times, own = [], []
    for _ in range(ASKED):
        began, began_own = time.perf_counter(), time.process_time()
        work()
        times.append(time.perf_counter() - began)
        own.append(time.process_time() - began_own)
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.95)], sorted(own)[len(own) // 2]


def questions(town: Any) -> Iterator[Question]:
    """What a desk, the public and the board ask."""
    import synthetic
    import township

    from commongrid.rooms.matters import face as matters

    desk, unit, at = town.staff["town-desk"], town.staff["town-sanitation"], township.AT

    def listed(actor: Any = desk, **more: Any) -> Callable[[], Any]:
        page = more.pop("page", 1)
        filters = matters.Filters(**more)
        return lambda: matters.list_matters(
            actor=actor, at=at, filters=filters, page=page, size=100
        )

    yield "desk list, open, by light", listed()
    yield "desk list, open, by light, page 5", listed(page=5)
    yield "desk list, all, newest", listed(state_kinds=EVERY, order="newest")
    yield "a unit's list, open, by light", listed(unit)
    yield (
        "counts beside the list",
        lambda: matters.count_matters(actor=desk, at=at, filters=matters.Filters()),
    )
    yield "search, common word, all", listed(text=synthetic.COMMON, state_kinds=EVERY)
    yield "search, common word, open", listed(text=synthetic.COMMON)
    yield "search, rare word, all", listed(text=synthetic.RARE, state_kinds=EVERY)
    for zoom in (9, 12, 15):
        yield f"map, zoom {zoom}", _map(matters, desk, at, zoom)
    yield (
        "public list, newest",
        lambda: matters.list_public_matters(at=at, filters=matters.PublicFilters(), size=100),
    )
    lon, lat = next(iter(town.points.values()))
    near = (lon - 0.002, lat - 0.002, lon + 0.002, lat + 0.002)
    yield (
        "public list, a box",
        lambda: matters.list_public_matters(
            at=at, filters=matters.PublicFilters(bbox=near), size=100
        ),
    )


def _map(matters: Any, actor: Any, at: Any, zoom: int) -> Callable[[], Any]:
    return lambda: matters.cluster_matters(actor=actor, at=at, filters=matters.Filters(), zoom=zoom)


def disk_mib() -> float:
    """What the database takes on disk."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return float(cursor.fetchone()[0]) / 2**20
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(connection.settings_dict["NAME"]).stat().st_size / 2**20


if __name__ == "__main__":
    main()
