"""Reading among 10,000 and among 1,000,000 matters: does it grow?

``bench_scale.py [--small] [--sizes 10000,1000000] [--only sqlite|postgresql] [--asked 60]
[--keep FOLDER] [--pages WORDS]``

Matters are synthetic (``synthetic.py``). How many are open matters most, so both honest answers
are measured (``scale_houses.py``): by ``count`` as many are open in the small house as in the large
one, by ``share`` 1 % of each. Each house has a process of its own that asks whole pages, with all
middleware; every page is asked in turns, once in the small house and once in the large, so that
whatever else the machine does touches both alike. The ratio of the p95 counts: by the clock, and of
processor time (of the asking process and of PostgreSQL's part for it), which other work on the
machine disturbs less; a page is marked where both are over the goal. With ``--keep`` the
houses stay in a folder and the next run uses them again (some 20 GB for each database); making
them takes longer than asking. ``--small`` asks tiny houses a few times: a trial of the bench.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import support
from scale_houses import HERE, Houses, start_postgres, stop_postgres

ASKED, WARM = 60, 3
GOAL = 1.5
SIZES, TRIAL = "10000,1000000", "300,900"
MILLION = 1_000_000
Spent = tuple[float, float]
HEAD = (
    "page",
    "SQL",
    "p50 few",
    "p95 few",
    "p50 many",
    "p95 many",
    "p95",
    "CPU p95",
    "CPU p50",
    "",
)
WIDTHS = (-42, 6, 9, 9, 9, 9, 8, 8, 8, 10)


def main() -> None:
    """Make the houses, ask the pages, tell ratios."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--small", action="store_true", help="tiny houses, a few calls")
    words.add_argument("--sizes", default="", help=f"matters in both houses ({SIZES})")
    words.add_argument("--only", choices=("sqlite", "postgresql"))
    words.add_argument("--pair", choices=("count", "share"))
    words.add_argument("--asked", type=int, default=0, help=f"calls of each page ({ASKED})")
    words.add_argument("--keep", type=Path, help="a folder in which the houses stay")
    words.add_argument("--pages", default="", help="only pages whose name holds this")
    asked = words.parse_args()
    sizes = asked.sizes or (TRIAL if asked.small else SIZES)
    small, large = (int(size) for size in sizes.split(","))
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="commongrid-bench-"))
    times = asked.asked or (3 if asked.small else ASKED)
    try:
        for database in [asked.only] if asked.only else ["sqlite", "postgresql"]:
            server = start_postgres(folder / "server") if database == "postgresql" else ""
            try:
                houses = Houses(folder / database, server, small, large)
                measure(database, houses, asked.pair or "", asked.pages, times)
            finally:
                if server:
                    stop_postgres(folder / "server")
    finally:
        if not asked.keep:
            shutil.rmtree(folder, ignore_errors=True)


def measure(database: str, houses: Houses, only: str, pages: str, times: int) -> None:
    """All tables of one database."""
    support.title(f"houses on {database}")
    houses.make()
    memory: dict[str, dict[str, float]] = {}
    for pair in [only] if only else ["count", "share"]:
        few, many = House(houses, f"{pair}-small"), House(houses, f"{pair}-large")
        try:
            support.title(f"pages on {database}, open by {pair}: ms by the clock, {times} each")
            tell(HEAD)
            for line in compare(few, many, pages, times):
                tell(line)
            memory |= {house.key: house.say("memory") for house in (few, many)}
        finally:
            few.close()
            many.close()
    tell_sizes(database, houses, memory)


def tell(line: Sequence[object]) -> None:
    """Print a line at once: all of them take long."""
    cells = [f"{one:,.1f}" if isinstance(one, float) else str(one) for one in line]
    padded = [
        cell.ljust(-width) if width < 0 else cell.rjust(width)
        for cell, width in zip(cells, WIDTHS, strict=True)
    ]
    print("  " + "".join(padded), flush=True)


def compare(few: House, many: House, pages: str, times: int) -> Iterator[tuple[object, ...]]:
    """A line for each page; the last columns are ratios."""
    pair = few.key.partition("-")[0]
    for number, (name, where) in enumerate(few.say("names")):
        if where not in ("both", pair) or pages not in name:
            continue
        for house in (few, many) * WARM:
            house.say("ask", number)
        statements = [house.say("sql", number)[0] for house in (few, many)]
        spent: dict[str, list[Spent]] = {few.key: [], many.key: []}
        for turn in range(times):
            for house in (few, many) if turn % 2 else (many, few):
                clock_s, own_s = house.say("ask", number)
                spent[house.key].append((clock_s * 1e3, own_s * 1e3))
        yield line_of(name, statements, spent[few.key], spent[many.key])


def line_of(
    name: str, statements: list[int], few: list[Spent], many: list[Spent]
) -> tuple[object, ...]:
    """p50 and p95 of both in ms, and the ratios of p95."""
    counted = "-".join(str(n) for n in sorted(set(statements)))
    clocks = [[one[0] for one in times] for times in (few, many)]
    owns = [[one[1] for one in times] for times in (few, many)]
    figures = [figure(times) for times in clocks for figure in (median, p95)]
    ratios = p95(clocks[1]) / p95(clocks[0]), p95(owns[1]) / p95(owns[0])
    middle = median(owns[1]) / median(owns[0])
    verdict = f"over {GOAL}" if min(ratios) > GOAL else ""
    return (name, counted, *figures, *(f"{ratio:.2f}" for ratio in (*ratios, middle)), verdict)


def p95(times: list[float]) -> float:
    """The 95th percentile: one in twenty takes longer."""
    return sorted(times)[math.ceil(0.95 * len(times)) - 1]


def tell_sizes(database: str, houses: Houses, memory: dict[str, dict[str, float]]) -> None:
    """Disk and memory of the houses, and disk by the million."""
    support.title(f"sizes on {database}")
    for key in ("count-small", "count-large", "share-small", "share-large"):
        held = ", ".join(f"{name} {value:,.0f}" for name, value in memory.get(key, {}).items())
        print(f"  {key}: {houses.told(key)}; after all pages: {held}")
    few, many = (houses.figures(key) for key in ("share-small", "share-large"))
    alone = (many["disk MiB"] - few["disk MiB"]) / (many["matters"] - few["matters"]) * MILLION
    told = houses.figures("count-small")
    acts = (told["disk MiB"] - few["disk MiB"]) / told["matters"] * MILLION
    print(f"  disk for a million matters: {alone:,.0f} MiB for lists, words and promises,")
    print(f"  and {acts:,.0f} MiB for their acts and counted rows, by the small house with a board")


class House:
    """The process that asks in one house."""

    def __init__(self, houses: Houses, key: str) -> None:
        self.key = key
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "scale_asking.py")],
            env=houses.env(key), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def say(self, *words: object) -> Any:
        """Ask and wait for the answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(*words, file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the process of {self.key} ended: see above")
        return json.loads(line)

    def close(self) -> None:
        """Let it end."""
        self.process.communicate()


if __name__ == "__main__":
    main()
