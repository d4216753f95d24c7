"""Reading among 10,000 and among 1,000,000 matters: does it grow?

``bench_scale.py [--sizes 10000,1000000] [--only sqlite|postgresql] [--asked 60]``

Matters are synthetic (``synthetic.py``). How many are open matters most, so both honest answers
are measured: by ``count`` as many are open in the small house as in the large one (a town that
grows older), by ``share`` 1 % of each (a larger town). All houses of a database are grown first,
from one beginning; then every question is asked in turns, one call in the small house and one in
the large, so that whatever else the machine does touches both alike. The ratio of the p95 counts.
Each database has a process of its own, whose memory is what is told.
"""

from __future__ import annotations

import argparse
import gc
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import support

OPEN_SHARE, OPEN_COUNT = 0.01, 5_000
ASKED, WARM = 60, 3
WAYS = ("count", "share")
EVERY = ("open", "waiting", "end")
GOAL = 1.5
TILE_PX, SCREEN_PX = 256, (1280, 720)
Question = tuple[str, Callable[[], Any]]
Seconds = list[tuple[float, float]]


def main() -> None:
    """One process for each database; all figures together."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--sizes", default="10000,1000000", help="the small and the large house")
    words.add_argument("--only", choices=("sqlite", "postgresql"))
    words.add_argument("--asked", type=int, default=ASKED)
    words.add_argument("--one", choices=("sqlite", "postgresql"), help=argparse.SUPPRESS)
    asked = words.parse_args()
    small, large = (int(size) for size in asked.sizes.split(","))
    if asked.one:
        measure(small, large, asked.asked, is_postgres=asked.one == "postgresql")
        return
    for database in [asked.only] if asked.only else ["sqlite", "postgresql"]:
        command = [sys.executable, __file__, "--sizes", asked.sizes, "--asked", str(asked.asked)]
        subprocess.run([*command, "--one", database], check=True)


def measure(small: int, large: int, asked: int, *, is_postgres: bool) -> None:
    """Grow the houses, then ask the same questions of two at a time."""
    name = support.start_house(postgres=is_postgres)
    import township

    town, rng = township.open_township(), random.Random(11)
    houses = Houses()
    grow(houses, small, large, town, rng)
    compare(name, houses, town, asked)


def grow(houses: Houses, small: int, large: int, town: Any, rng: random.Random) -> None:
    """Four houses from one beginning: small and large, open by count and by share."""
    import synthetic
    import township

    samples = township.walk_samples(town, rng)
    houses.keep("beginning")
    for key, size, open_count, starts_from in (
        ("count small", small, OPEN_COUNT, "beginning"),
        ("share small", small, int(small * OPEN_SHARE), "beginning"),
        ("count large", large, OPEN_COUNT, "share small"),
        ("share large", large, int(large * OPEN_SHARE), "count large"),
    ):
        began = time.perf_counter()
        houses.enter(houses.keep(key, of=starts_from))
        houses.hurry()
        synthetic.grow(size, open_count, samples, town, rng)
        houses.leave()
        houses.enter(key)
        houses.notes.append(
            f"{key}: {synthetic.share_open():.2%} open, {houses.disk_mib():,.0f} MiB on disk,"
            f" made in {time.perf_counter() - began:.0f} s"
        )
        print(f"  {houses.notes[-1]}", flush=True)


def compare(name: str, houses: Houses, town: Any, asked: int) -> None:
    """Print what each question takes in the small house and in the large one."""
    for way in WAYS:
        pair = f"{way} small", f"{way} large"
        support.title(f"scale on {name}, open by {way}: ms by the clock, {asked} times each")
        lines = []
        for question, work in questions(town):
            for key in pair * WARM:
                houses.enter(key)
                work()
            gc.collect()
            gc.freeze()  # what lives as long as the process: no pause of its own falls on a call
            few, many = in_turns(houses, pair, work, asked)
            lines.append(line_of(question, few, many))
        head = ("question", "p50 few", "p95 few", "p50 many", "p95 many")
        support.table((*head, "p50 ratio", "p95 ratio", "CPU p95 ratio", ""), lines)
        print(f"  most memory held so far: {support.peak_mib():.0f} MiB")
    for note in houses.notes:
        print(f"  {note}")


def in_turns(
    houses: Houses, pair: tuple[str, str], work: Callable[[], Any], asked: int
) -> list[Seconds]:
    """Seconds of every call, by the clock and of this process alone: with SQLite all the work."""
    seen: list[Seconds] = [[], []]
    for _ in range(asked):
        for key, times in zip(pair, seen, strict=True):
            houses.enter(key)
            began, began_own = time.perf_counter(), time.process_time()
            work()
            times.append((time.perf_counter() - began, time.process_time() - began_own))
    return seen


def line_of(question: str, few: Seconds, many: Seconds) -> tuple[object, ...]:
    """p50 and p95 of both in ms, and the ratios."""
    figures = [_at(times, share, 0) * 1e3 for times in (few, many) for share in (0.5, 0.95)]
    of_p50, of_p95 = figures[2] / figures[0], figures[3] / figures[1]
    own = _at(many, 0.95, 1) / _at(few, 0.95, 1)
    ratios = (f"{of_p50:.2f}", f"{of_p95:.2f}", f"{own:.2f}")
    return (question, *figures, *ratios, "" if of_p95 <= GOAL else f"over {GOAL}")


def _at(times: Seconds, share: float, which: int) -> float:
    return sorted(pair[which] for pair in times)[int(len(times) * share)]


class Houses:
    """Databases side by side behind one alias. Each keeps its own connection open."""

    def __init__(self) -> None:
        from django.db import connection

        self.connection: Any = connection
        self.is_sqlite = connection.vendor == "sqlite"
        self.first = str(connection.settings_dict["NAME"])
        self.open: dict[str, Any] = {}
        self.here = self.first
        self.notes: list[str] = []

    def name_of(self, key: str) -> str:
        """The database of a house: a file beside the first one, or a name on the same server."""
        if key == self.first:
            return key
        plain = key.replace(" ", "_")
        return (
            str(Path(self.first).with_name(f"{plain}.sqlite3"))
            if self.is_sqlite
            else (f"{self.first}_{plain}")
        )

    def keep(self, key: str, *, of: str = "") -> str:
        """Copy a house, the one we are in unless named, under another key."""
        source = of or self.here
        self.enter(source)
        if self.is_sqlite:
            with self.connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.leave()
        if self.is_sqlite:
            shutil.copy(self.name_of(source), self.name_of(key))
            return key
        with self.connection._nodb_cursor() as cursor:
            cursor.execute(
                f'CREATE DATABASE "{self.name_of(key)}" TEMPLATE "{self.name_of(source)}"'
            )
        return key

    def enter(self, key: str) -> None:
        """Go on in another house."""
        if key == self.here and self.connection.connection is not None:
            return
        self.open[self.here] = self.connection.connection
        self.here = key
        self.connection.settings_dict["NAME"] = self.name_of(key)
        self.connection.connection = self.open.get(key)
        self.connection.ensure_connection()

    def leave(self) -> None:
        """Close the connection to where we are."""
        self.connection.close()
        self.open.pop(self.here, None)

    def hurry(self) -> None:
        """Nothing here must outlive a failure of the machine."""
        with self.connection.cursor() as cursor:
            for words in (
                ("PRAGMA synchronous=OFF", "PRAGMA cache_size=-2000000")
                if self.is_sqlite
                else ("SET synchronous_commit=off", "SET maintenance_work_mem='512MB'")
            ):
                cursor.execute(words)

    def disk_mib(self) -> float:
        """What the database takes on disk."""
        with self.connection.cursor() as cursor:
            if not self.is_sqlite:
                cursor.execute("SELECT pg_database_size(current_database())")
                return float(cursor.fetchone()[0]) / 2**20
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Path(self.name_of(self.here)).stat().st_size / 2**20


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
    yield (
        "counts of what has ended",
        lambda: matters.count_matters(
            actor=desk, at=at, filters=matters.Filters(state_kinds=("end",))
        ),
    )
    yield "a unit's list, all, newest", listed(unit, state_kinds=EVERY, order="newest")
    yield "search, common word, all", listed(text=synthetic.COMMON, state_kinds=EVERY)
    yield "search, common word, open", listed(text=synthetic.COMMON)
    yield "search, rare word, all", listed(text=synthetic.RARE, state_kinds=EVERY)
    lon, lat = next(iter(town.points.values()))
    for zoom in (9, 12, 15):
        yield f"map, zoom {zoom}", _map(matters, desk, at, zoom, _seen(lon, lat, zoom))
    yield (
        "public list, newest",
        lambda: matters.list_public_matters(at=at, filters=matters.PublicFilters(), size=100),
    )
    yield (
        "public list, first page of OGC",
        lambda: matters.list_public_matters(
            at=at, filters=matters.PublicFilters(), size=100, is_counted=True, counted_to=10_000
        ),
    )
    near = (lon - 0.002, lat - 0.002, lon + 0.002, lat + 0.002)
    yield (
        "public list, a box",
        lambda: matters.list_public_matters(
            at=at, filters=matters.PublicFilters(bbox=near), size=100
        ),
    )


def _map(matters: Any, actor: Any, at: Any, zoom: int, box: Any) -> Callable[[], Any]:
    filters = matters.Filters(bbox=box)
    return lambda: matters.cluster_matters(actor=actor, at=at, filters=filters, zoom=zoom)


def _seen(lon: float, lat: float, zoom: int) -> tuple[float, float, float, float]:
    """The part of the map that a screen shows around a point, as the page asks for it."""
    wide = 360 / (TILE_PX * 2**zoom)
    return (
        lon - SCREEN_PX[0] / 2 * wide, lat - SCREEN_PX[1] / 2 * wide,
        lon + SCREEN_PX[0] / 2 * wide, lat + SCREEN_PX[1] / 2 * wide,
    )  # fmt: skip


if __name__ == "__main__":
    main()
