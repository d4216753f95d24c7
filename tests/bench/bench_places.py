"""From a point to its grid: the index beside a loop over all outlines.

Two thousand invented grids lie on a bent lattice, as many as a banner has. The places are adopted
by the room's own commands, and every answer of the index is compared with the loop's.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import support

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
COLUMNS, ROWS, PER_VILLAGE = 50, 40, 20
POINTS, LOOPED = 2000, 100
LON, LAT = 122.26, 43.65
CITY, DISTRICT, TOWN = "150500000000", "150502000000", "150502004000"


def main() -> None:
    """Draw, adopt, locate."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--postgres", action="store_true")
    database = support.start_house(postgres=words.parse_args().postgres)
    from commongrid.rooms.places import face as places

    outlines = draw()
    support.title(f"places on {database}: {len(outlines):,} grids, {POINTS:,} points")
    spent = adopt(outlines)
    print(f"  registered and adopted in {spent:.1f} s")
    points = some_points(outlines)
    shapes = sorted(outlines.items())

    def one(at: int = 0) -> Any:
        return places.locate_grid(*points[at], AT)

    began = time.perf_counter()
    one()
    first = time.perf_counter() - began
    single = support.least(lambda: [one(at) for at in range(LOOPED)]) / LOOPED
    every = support.least(lambda: [one(at) for at in range(POINTS)], repeats=3) / POINTS
    index = _index()
    bare = support.least(lambda: [index.find(*p, AT.date()) for p in points], repeats=3) / POINTS
    loop = support.least(lambda: [brute(p, shapes) for p in points[:LOOPED]], repeats=3) / LOOPED
    agree(points, shapes)
    support.table(
        ("locating a point", "SQL", "us a point", "points a second", "loop / this"),
        [
            ("loop over outlines (shapely)", 0, loop * 1e6, 1 / loop, 1.0),
            ("locate_grid, one", support.statements(one), single * 1e6, 1 / single, loop / single),
            (f"locate_grid, {POINTS:,}", POINTS, every * 1e6, 1 / every, loop / every),
            ("the index alone, in memory", 0, bare * 1e6, 1 / bare, loop / bare),
        ],
    )
    code = shapes[len(shapes) // 2][0]
    reading = (
        ("find_place", lambda: places.find_place(code)),
        ("list_grids of the town", lambda: places.list_grids(_path(), AT)),
        ("outline_geojson of the town", lambda: places.outline_geojson(_path())),
        ("search_places", lambda: places.search_places(f"第 {len(shapes) // 2} 网格")),
    )
    support.table(
        ("reading", "SQL", "ms"),
        [
            (name, support.statements(work), support.least(work, repeats=3) * 1e3)
            for name, work in reading
        ],
    )
    print(f"  first point in a process (all outlines read): {first * 1e3:.0f} ms")
    print(f"  most memory held: {support.peak_mib():.0f} MiB")


def draw() -> dict[str, Any]:
    """Outlines by code: one block of a bent lattice each."""
    from commongrid.rooms.places.domain.invented import Lattice

    lattice = Lattice(lon=LON, lat=LAT, columns=COLUMNS, rows=ROWS, side_m=250.0, seed=5)
    return {
        f"{TOWN[:9]}{1 + number // PER_VILLAGE:03d}{1 + number % PER_VILLAGE:03d}": (
            lattice.outline([block])
        )
        for number, block in enumerate(lattice.blocks())
    }


def adopt(outlines: dict[str, Any]) -> float:
    """Register the divisions and adopt the outlines by the room's commands; seconds spent."""
    from commongrid.charter.matter import Actor
    from commongrid.kernel.text import Text
    from commongrid.rooms.places import face as places
    from commongrid.rooms.places.domain.encodings import UTF8, Encoding

    setup = Actor(key=places.SETUP_KEY)
    villages = sorted({f"{code[:12]}" for code in outlines})
    codes = [CITY, DISTRICT, TOWN, *villages, *sorted(outlines)]
    rows = [
        places.PlaceRow(
            code=code, name=Text(zh=f"第 {number} 网格", en=f"grid {number}"),
            valid_from=AT.date(), source="drawn by a bench", is_invented=True,
        )
        for number, code in enumerate(codes)
    ]  # fmt: skip
    began = time.perf_counter()
    report = places.register_places(
        actor=setup, at=AT, command_id=uuid4(), rows=rows, root_code=CITY, reason="bench"
    )
    file = places.BoundaryFile(
        file_name="drawn by a bench", digest="0" * 64, frame="WGS84",
        encoding=Encoding(UTF8, "drawn here"),
        features=tuple(
            places.Feature(row=row, code=code, name=code, outline=outline)
            for row, (code, outline) in enumerate(sorted(outlines.items()), start=1)
        ),
    )  # fmt: skip
    adopted = places.import_boundaries(
        actor=setup, at=AT, command_id=uuid4(), file=file, level=places.Level.GRID,
        root_code=TOWN, reason="bench", is_invented=True,
    )  # fmt: skip
    if report.rejected or not adopted.has_changes:
        raise SystemExit(f"the drawing was not adopted: {report.rejected[:1]}")
    return time.perf_counter() - began


def some_points(outlines: dict[str, Any]) -> list[tuple[float, float]]:
    """Points all over the drawing, one in ten of them on a corner that grids share."""
    import shapely

    rng = random.Random(3)
    west, south, east, north = shapely.total_bounds(list(outlines.values()))
    corners = [outline.exterior.coords[0] for outline in outlines.values()]
    return [
        rng.choice(corners)
        if number % 10 == 0
        else (float(rng.uniform(west, east)), float(rng.uniform(south, north)))
        for number in range(POINTS)
    ]


def brute(point: tuple[float, float], shapes: Sequence[tuple[str, Any]]) -> str | None:
    """The first outline, by code, that covers the point."""
    import shapely

    spot = shapely.Point(point)
    return next((code for code, outline in shapes if outline.intersects(spot)), None)


def agree(points: Sequence[tuple[float, float]], shapes: Sequence[tuple[str, Any]]) -> None:
    """Stop when index and loop do not give the same answers."""
    from commongrid.rooms.places import face as places

    for point in points[:LOOPED]:
        found = places.locate_grid(*point, AT)
        if (found.code if found else None) != brute(point, shapes):
            raise SystemExit(f"{point}: {found}")


def _index() -> Any:
    from commongrid.rooms.places import caches

    return caches._grids.get(caches._token()).index


def _path() -> str:
    return f"/{CITY}/{DISTRICT}/{TOWN}/"


if __name__ == "__main__":
    main()
