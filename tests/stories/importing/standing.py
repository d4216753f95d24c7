"""A small file in the columns of the Boston map and the place made of it, all invented."""

from __future__ import annotations

import csv
import json
import random
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq

from commongrid.charter import Compiled, compile_charter, load_charter
from commongrid.charter.matter import Actor
from commongrid.rooms.places import face as places
from commongrid.stories import importing
from commongrid.stories.importing.maps import ImportMap

ROOT = Path(__file__).resolve().parents[3]
BOSTON, LOS_ANGELES, OPEN311 = (
    ROOT / "maps" / name for name in ("boston_311_2011.yaml", "losangeles_311.yaml", "open311.yaml")
)
INSTALLER = Actor(key=places.SETUP_KEY)
NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
AREAS = {
    "Dorchester": (-71.06, 42.30),
    "Roxbury": (-71.09, 42.32),
    "East Boston": (-71.02, 42.37),
}
KINDS = (
    ("Request for Pothole Repair", "Highway Maintenance", "PWDx"),
    ("Street Light Outages", "Street Lights", "PWDx"),
    ("Rodent Activity", "Environmental Services", "ISD"),
    ("Tree Maintenance Requests", "Trees", "PARK"),
)
COLUMNS = (
    "case_enquiry_id", "open_dt", "closed_dt", "case_status", "closure_reason", "case_title",
    "reason", "type", "department", "neighborhood", "location_street_name", "latitude",
    "longitude",
)  # fmt: skip


def good_row(number: int, **changes: str) -> dict[str, str]:
    """A row that can be recorded, the same for the same number."""
    rng = random.Random(number)
    name = sorted(AREAS)[number % len(AREAS)]
    lon, lat = AREAS[name]
    kind, reason, department = KINDS[number % len(KINDS)]
    opened = datetime.fromisoformat("2011-07-01 09:00") + timedelta(
        hours=7 * number, minutes=rng.randrange(60)
    )
    closed = opened + timedelta(hours=rng.choice((0, 5, 30, 200)))
    is_open = number % 7 == 3
    row = {
        "case_enquiry_id": f"1010{number:05}",
        "open_dt": f"{opened:%Y-%m-%d %H:%M:%S}",
        "closed_dt": "" if is_open else f"{closed:%Y-%m-%d %H:%M:%S}",
        "case_status": "Open" if is_open else "Closed",
        "closure_reason": "" if is_open else f"Case Closed, invented outcome {number}",
        "case_title": kind,
        "reason": reason,
        "type": kind,
        "department": department,
        "neighborhood": name,
        "location_street_name": "Invented St",
        "latitude": f"{lat + rng.uniform(-0.008, 0.008):.4f}",
        "longitude": f"{lon + rng.uniform(-0.008, 0.008):.4f}",
    }
    return {**row, **changes}


def good_rows(count: int) -> list[dict[str, str]]:
    return [good_row(number) for number in range(count)]


def write_csv(path: Path, rows: list[dict[str, str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return path


def write_parquet(path: Path, rows: list[dict[str, str]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def write_json(path: Path, rows: list[dict[str, str]], *, wrapped: bool = False) -> Path:
    whole = {"service_requests": rows} if wrapped else rows
    path.write_text(json.dumps(whole, ensure_ascii=False), "utf-8")
    return path


def write_xml(path: Path, rows: list[dict[str, str]]) -> Path:
    requests = "".join(
        "<request>"
        + "".join(f"<{key}>{escape(value)}</{key}>" for key, value in row.items())
        + "</request>"
        for row in rows
    )
    path.write_text(f"<?xml version='1.0'?><service_requests>{requests}</service_requests>")
    return path


@lru_cache
def boston_map() -> ImportMap:
    return importing.load_map(BOSTON)


@lru_cache
def boston_rules() -> Compiled:
    return compile_charter(load_charter(ROOT / "charters" / "boston-neighbourhoods"))


def make_place(folder: Path, rows: list[dict[str, str]] | None = None) -> importing.PlaceMade:
    file = write_csv(folder / "place.csv", rows or good_rows(90))
    return importing.import_place(actor=INSTALLER, at=NOW, file=file, import_map=boston_map())


def run_import(file: Path, **more: object) -> importing.ImportReport:
    given = {"actor": INSTALLER, "at": NOW, "file": file, "import_map": boston_map(), **more}
    return importing.import_requests(**given)
