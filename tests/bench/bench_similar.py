"""How often the list of similar matters holds the one a city's own staff called the first.

Boston closed 1,135 requests of 2011 with a note that names another request of the file. For each
pair, the later one is asked about at the hour it came in, among all requests open then, and the
rank of the earlier one is counted. The words are poor there (a title and a street name), so a
second table reads Chinese messages that a contest team grouped by topic: silver, not gold.
Figures only, and only where the data sets lie beside the project.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

from commongrid.kernel.coordinates import distance_m  # noqa: E402
from commongrid.rooms.matters.domain.likeness import likeness, pieces  # noqa: E402
from commongrid.rooms.matters.domain.similarity import Asked, Candidate, rank  # noqa: E402

FILES = ROOT.parent / "shared" / "data"
BOSTON = FILES / "sr311_boston_2011h2" / "boston_311_2011_jul_oct.parquet"
MESSAGES = FILES / "teddy2020c" / "hot_issue_raw.parquet"
CITY_HALL = (42.3594, -71.0587)  # where the city put whatever it could not locate
WEEKS = timedelta(weeks=12)
CELLS = 500  # of a degree
NAMED = re.compile(r"(?<!\d)(?:101000)?(\d{6})(?!\d)")
Order = Callable[["Request", "list[tuple[Request, float]]", int], Sequence[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """One past request, as far as it matters here."""

    key: str
    kind: str
    lon: float
    lat: float
    opened: datetime
    closed: datetime | None
    words: frozenset[str]
    note: str


def read_boston() -> list[Request]:
    import pyarrow.parquet as pq

    return [_request(row) for row in pq.read_table(BOSTON).to_pylist()]


def _request(row: dict[str, Any]) -> Request:
    told = f"{row['case_title'] or ''} {row['location_street_name'] or ''}"
    closed = row["closed_dt"]
    return Request(
        key=str(row["case_enquiry_id"]),
        kind=_types().get(row["type"], row["type"]),
        lon=row["longitude"],
        lat=row["latitude"],
        opened=datetime.fromisoformat(str(row["open_dt"])),
        closed=datetime.fromisoformat(str(closed)) if closed else None,
        words=pieces(told),
        note=row["closure_reason"] or "",
    )


def _types() -> dict[str, str]:
    import yaml

    if not _KNOWN:
        text = (ROOT / "maps" / "boston_311_2011.yaml").read_text("utf-8")
        _KNOWN.update(yaml.safe_load(text)["types"]["lookups"][0]["table"])
    return _KNOWN


_KNOWN: dict[str, str] = {}


def reaches() -> dict[str, int]:
    table = ROOT / "charters" / "boston-neighbourhoods" / "types.csv"
    lines = [line for line in table.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {row["code"]: int(row["reach_m"] or 0) for row in csv.DictReader(lines)}


def labelled(rows: Sequence[Request]) -> list[tuple[Request, Request]]:
    """(later, earlier) of the pairs staff named, both located and the earlier one still open."""
    by_key = {row.key: row for row in rows}
    pairs = []
    for row in rows:
        if not re.search(r"duplic|dup\b", row.note, re.IGNORECASE):
            continue
        others = (by_key.get(f"101000{number}") for number in NAMED.findall(row.note))
        other = next((o for o in others if o is not None and o is not row), None)
        if other is not None:
            pairs.append((row, other) if row.opened >= other.opened else (other, row))
    print(f"{len(pairs):,} requests name another of the file as the same")
    return [(a, b) for a, b in pairs if _located(a) and _located(b) and _is_open(b, a.opened)]


def _located(row: Request) -> bool:
    return max(abs(row.lat - CITY_HALL[0]), abs(row.lon - CITY_HALL[1])) > 2e-4


def _is_open(row: Request, at: datetime) -> bool:
    return row.closed is None or row.closed > at


class Town:
    """All requests by cell, to ask what was open near by at an hour."""

    def __init__(self, rows: Sequence[Request]) -> None:
        self.cells: dict[tuple[int, int], list[Request]] = defaultdict(list)
        for row in rows:
            self.cells[round(row.lat * CELLS), round(row.lon * CELLS)].append(row)

    def near(self, asked: Request, reach_m: int) -> list[tuple[Request, float]]:
        """Open ones of the type within reach, the latest first."""
        found = [
            (row, metres)
            for row in self._around(asked)
            if row is not asked
            and row.kind == asked.kind
            and asked.opened - WEEKS <= row.opened <= asked.opened
            and _is_open(row, asked.opened)
            and (metres := distance_m(asked.lon, asked.lat, row.lon, row.lat)) <= reach_m
        ]
        return sorted(found, key=lambda pair: pair[0].opened, reverse=True)

    def _around(self, asked: Request) -> Iterator[Request]:
        lat, lon = round(asked.lat * CELLS), round(asked.lon * CELLS)
        for i in (lat - 1, lat, lat + 1):
            for j in (lon - 1, lon, lon + 1):
                yield from self.cells.get((i, j), ())


def newest(_: Request, found: list[tuple[Request, float]], __: int) -> Sequence[str]:
    return [row.key for row, _metres in found[:5]]


def nearest(_: Request, found: list[tuple[Request, float]], __: int) -> Sequence[str]:
    return [row.key for row, _metres in sorted(found, key=lambda pair: pair[1])[:5]]


def ours(asked: Request, found: list[tuple[Request, float]], reach_m: int) -> Sequence[str]:
    told = Asked(asked.kind, reach_m, asked.words)
    candidates = [Candidate(row.key, row.kind, metres, row.words) for row, metres in found]
    return [str(match.key) for match in rank(told, candidates, 5)]


ORDERS: dict[str, Order] = {"newest first": newest, "nearest first": nearest, "ours": ours}


def measure(rows: Sequence[Request]) -> dict[str, float]:
    """Print the table; return our own figures."""
    pairs, town, reach = labelled(rows), Town(rows), reaches()
    print(f"{len(pairs):,} of them located, with the earlier one open when the later came")
    shares = {}
    for name, order in ORDERS.items():
        lists = [
            (order(a, town.near(a, reach.get(a.kind, 60)), reach.get(a.kind, 60)), b.key)
            for a, b in pairs
        ]
        first = sum(keys[:1] == [key] for keys, key in lists) / len(pairs)
        five = sum(key in keys for keys, key in lists) / len(pairs)
        shares = {"first": first, "five": five}
        print(f"  {name:14} recall@1 {first:6.1%}  recall@5 {five:6.1%}")
    kin = sum(a.kind == b.kind for a, b in pairs) / len(pairs)
    print(f"  the two of a pair have one type in {kin:.1%}: no order of one type gets beyond")
    every = [row for row in rows[::10] if _located(row)]
    shown = sum(bool(town.near(row, reach.get(row.kind, 60))) for row in every) / len(every)
    print(f"  something is shown for {shown:.1%} of all requests; staff called 2.7 % the same")
    return {**shares, "shown": shown}


def measure_words() -> float:
    """Chinese: of five messages most alike in words, is one of the same silver topic?"""
    import pyarrow.parquet as pq

    rows = pq.read_table(MESSAGES).to_pylist()
    read = [pieces(f"{row['留言主题']} {row['留言详情']}") for row in rows]
    topics = [row["silver_dbscan_cluster_jesHrz"] for row in rows]
    hits = tries = 0
    for i, topic in enumerate(topics):
        if topic is None or topic < 0:
            continue
        best = sorted(
            (j for j in range(len(rows)) if j != i), key=lambda j: -likeness(read[i], read[j])
        )[:5]
        tries += 1
        hits += any(topics[j] == topic for j in best)
    print(f"Chinese messages: {hits / tries:.1%} of {tries} find their topic among five of 2,917")
    return hits / tries


if __name__ == "__main__":
    if not BOSTON.exists():
        sys.exit("SKIPPED: the data set of Boston is not here")
    measure(read_boston())
    if MESSAGES.exists():
        measure_words()
