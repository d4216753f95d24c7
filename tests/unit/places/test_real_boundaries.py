"""Real outlines: Tongliao's districts with their towns, and the census blocks of Providence."""

import csv
import gzip
import os

import pytest
import shapely

from commongrid.kernel.coordinates import Frame, to_wgs84
from commongrid.rooms.places.domain.boundaries import Piece, check_pieces
from commongrid.rooms.places.domain.measuring import area_m2
from commongrid.rooms.places.domain.reading import read_boundaries
from commongrid.rooms.places.domain.repairing import repair_outline
from tests.consistency.repository import ROOT

DATA = ROOT.parent / "shared" / "data"
TONGLIAO = DATA / "boundaries_tongliao"
PROVIDENCE = DATA / "smallarea_polygons" / "providence_census_blocks_2010.geojson.gz"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir() or os.environ.get("CI") == "true",
    reason="REAL DATA ABSENT: outlines of Tongliao and Providence were not read",
)
# km2, Albers equal area, as the source note gives them
AREAS = {"150502": 3494, "150521": 9572, "150522": 11523, "150523": 4376, "150524": 4712,
         "150525": 8131, "150526": 16486, "150581": 584}  # fmt: skip


@pytest.fixture(scope="module")
def districts():
    file = read_boundaries(
        TONGLIAO / "districts_datav_2022_detailed.geojson",
        frame="GCJ02",
        code_field="adcode",
        name_field="name",
    )
    assert file.encoding.name == "UTF-8"
    return {f.code: repair_outline(f.outline).geometry for f in file.features}


def test_eight_districts_of_the_known_size(districts):
    assert set(districts) == set(AREAS)
    for code, outline in districts.items():
        assert area_m2(outline) / 1e6 == pytest.approx(AREAS[code], rel=0.005)


def test_every_town_and_village_lies_in_its_own_district_after_conversion(districts):
    with (TONGLIAO / "town_village_points_2016_gcj02.csv").open(encoding="utf-8") as lines:
        points = list(csv.DictReader(lines))
    assert len(points) == 1038
    wrong = []
    for row in points:
        lon, lat = to_wgs84(float(row["longitude"]), float(row["latitude"]), Frame.GCJ02)
        if not shapely.intersects_xy(districts[row["code"][:6]], lon, lat):
            wrong.append(row["name"])
    assert wrong == []


def test_without_conversion_some_towns_would_leave_their_district(districts):
    """The offset is real: read in the wrong frame, points near a border change sides."""
    with (TONGLIAO / "town_village_points_2016_gcj02.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    outside = [
        row
        for row in rows
        if not shapely.intersects_xy(
            districts[row["code"][:6]], float(row["longitude"]), float(row["latitude"])
        )
    ]
    assert outside


def test_districts_meet_within_the_precision_of_the_source(districts):
    report = check_pieces([Piece(code, code, outline) for code, outline in districts.items()])
    assert report.pieces == 8
    assert sum(o.area_m2 for o in report.overlaps) < 0.001 * report.area_m2
    assert sum(g.area_m2 for g in report.gaps) < 0.001 * report.area_m2


def test_providence_blocks_tile_and_a_missing_block_is_found(tmp_path):
    path = tmp_path / "blocks.geojson"
    path.write_bytes(gzip.decompress(PROVIDENCE.read_bytes()))
    file = read_boundaries(path, frame="WGS84", code_field="GEOID10")
    repairs = [repair_outline(f.outline) for f in file.features]
    assert len(repairs) == 3014
    assert all(repair.geometry is not None for repair in repairs)
    pieces = [
        Piece(f.code, f.code, r.geometry) for f, r in zip(file.features, repairs, strict=True)
    ]
    whole = check_pieces(pieces)
    assert whole.overlaps == ()
    assert whole.gaps == ()
    tree = shapely.STRtree([piece.geometry for piece in pieces])
    inner = next(
        at
        for at, piece in enumerate(pieces)
        if shapely.union_all(
            [
                pieces[n].geometry
                for n in tree.query(piece.geometry, predicate="intersects")
                if n != at
            ]
        ).convex_hull.contains_properly(piece.geometry)
        and area_m2(piece.geometry) > 2000
    )
    holed = check_pieces([piece for at, piece in enumerate(pieces) if at != inner])
    missing = pieces[inner].geometry
    assert any(
        missing.covers(shapely.Point(gap.lon, gap.lat))
        and gap.area_m2 == pytest.approx(area_m2(missing), rel=1e-6)
        for gap in holed.gaps
    )
