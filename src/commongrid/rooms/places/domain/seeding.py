"""The seed place as its tables say it: real divisions, invented grids."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from commongrid.kernel.coordinates import Frame, to_wgs84
from commongrid.kernel.text import Text
from commongrid.rooms.places.domain.coding import read_place_code
from commongrid.rooms.places.domain.invented import Lattice, VillagePlan, draw
from commongrid.rooms.places.domain.words import Kind, Level

INVENTED = "虚构示例，非真实边界。Invented example, not a real boundary."


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRow:
    """One place of the seed."""

    code: str
    kind: str
    name: Text
    name_mn: str
    settlement: tuple[str, ...]
    valid_from: date
    note: str
    source: str
    is_invented: bool = False

    @property
    def level(self) -> Level:
        """What the code says."""
        return read_place_code(self.code).level


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedDrawing:
    """The invented ground of one township: its grids as rows, and all outlines by code."""

    root: str
    grids: tuple[SeedRow, ...]
    outlines: Mapping[str, BaseGeometry]


def read_divisions(folder: Path) -> tuple[SeedRow, ...]:
    """The real divisions. Shape of the table: see its header line."""
    return tuple(
        SeedRow(
            code=row["code"],
            kind=row["kind"],
            name=Text(row["name_zh"], row["name_en"]),
            name_mn=row["name_mn"],
            settlement=_words(row["settlement"]),
            valid_from=date.fromisoformat(row["valid_from"]),
            note=row["note"],
            source=row["source"],
        )
        for row in _table(folder / "divisions.csv")
    )


def read_drawings(folder: Path, divisions: Sequence[SeedRow]) -> tuple[SeedDrawing, ...]:
    """The invented grids of every township that has a drawing."""
    plans = list(_table(folder / "grids.csv"))
    by_code = {row.code: row for row in divisions}
    return tuple(
        _drawing(line, [plan for plan in plans if plan["village"][:9] == line["root"][:9]], by_code)
        for line in _table(folder / "drawings.csv")
    )


def _drawing(
    line: Mapping[str, str], plans: Sequence[Mapping[str, str]], by_code: Mapping[str, SeedRow]
) -> SeedDrawing:
    lon, lat = to_wgs84(float(line["lon_gcj02"]), float(line["lat_gcj02"]), Frame.GCJ02)
    lattice = Lattice(
        lon=lon,
        lat=lat,
        columns=int(line["columns"]),
        rows=int(line["rows"]),
        side_m=float(line["side_m"]),
        seed=int(line["seed"]),
    )
    villages = [
        VillagePlan(
            code=plan["village"],
            grids=int(plan["grids"]),
            exclusive=tuple(blocks for _, blocks in _exclusive(plan)),
            micro_grids=int(plan["micro_grids"]),
        )
        for plan in plans
    ]
    drawn = dict(draw(lattice, villages, is_round=line["is_round"] == "yes"))
    drawn[line["root"]] = drawn.pop("")
    since = date.fromisoformat(line["valid_from"])
    names = {plan["village"]: [name for name, _ in _exclusive(plan)] for plan in plans}
    grids = tuple(_grid(code, names, by_code, since) for code in sorted(drawn) if len(code) > 12)
    return SeedDrawing(root=line["root"], grids=grids, outlines=drawn)


def _grid(
    code: str, exclusive: Mapping[str, Sequence[Text]], by_code: Mapping[str, SeedRow], since: date
) -> SeedRow:
    read = read_place_code(code)
    village = by_code[code[:12]]
    kind = read.kind
    number = int(code[12:15])
    if read.level is Level.MICRO_GRID:
        is_hamlet = village.kind == Kind.GACHA
        kind = Kind.HAMLET if is_hamlet else Kind.STAIRWELL
        at = int(code[-2:])
        own = Text(
            f"第{number}网格第{at}{'艾里' if is_hamlet else '微网格'}",
            f"grid {number}, {'hamlet' if is_hamlet else 'micro-grid'} {at}",
        )
    elif kind is Kind.EXCLUSIVE:
        purpose = exclusive[village.code][number - 601]
        own = Text(f"{purpose.zh}专属网格", f"{purpose.en} grid")
    else:
        own = Text(f"第{number}网格", f"grid {number}")
    return SeedRow(
        code=code,
        kind=kind,
        name=Text(f"{village.name.zh}{own.zh}", f"{village.name.en}, {own.en}"),
        name_mn="",
        settlement=village.settlement,
        valid_from=since,
        note=INVENTED,
        source="invented for the seed place",
        is_invented=True,
    )


def _exclusive(plan: Mapping[str, str]) -> list[tuple[Text, int]]:
    found = []
    for word in _words(plan["exclusive"]):
        names, _, blocks = word.partition(":")
        zh, _, en = names.partition("=")
        found.append((Text(zh, en), int(blocks)))
    return found


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in cell.split(";") if word.strip())


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(line for line in lines if not line.startswith("#"))
