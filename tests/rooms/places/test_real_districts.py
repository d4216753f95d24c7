"""The published outlines of Tongliao's districts, adopted as an installer would."""

import csv
import json
import os
from datetime import date

import pytest
import shapely

from commongrid.kernel.coordinates import Frame, to_wgs84
from commongrid.kernel.ids import new_id
from commongrid.rooms.places import face
from tests.consistency.repository import ROOT
from tests.rooms.places.standing import AT, CITY, SETUP, adopt, file_of, register, row
from tests.unit.places.drawing import cell

DATA = ROOT.parent / "shared" / "data"
OUTLINES = DATA / "boundaries_tongliao" / "districts_datav_2022_detailed.geojson"
POINTS = OUTLINES.with_name("town_village_points_2016_gcj02.csv")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not DATA.is_dir() or os.environ.get("CI") == "true",
        reason="REAL DATA ABSENT: the districts of Tongliao were not adopted",
    ),
]


@pytest.fixture
def register_of_2023():
    with (DATA / "divisions_tongliao" / "areas_2023.csv").open(encoding="utf-8") as lines:
        areas = [row(line["code"], line["name"]) for line in csv.DictReader(lines)]
    register(row(CITY, "通辽市"), *areas)


def read(frame="GCJ02"):
    return face.read_boundaries(OUTLINES, frame=frame, code_field="adcode", name_field="name")


def test_eight_districts_are_adopted_and_found_as_adopted(register_of_2023):
    report = adopt(file=read(), level="county", root_code=CITY)
    assert len(report.accepted) == 8
    assert {result.reason for result in report.features} == {face.Reason.CHANGED}
    kept = face.check_boundaries(f"/{CITY}/", "county", AT)
    assert kept == report.boundaries
    assert kept.pieces == 8
    again = adopt(file=read(), level="county", root_code=CITY)
    assert {result.reason for result in again.features} == {face.Reason.UNCHANGED}


def test_every_seat_lies_in_the_outline_that_was_adopted(register_of_2023):
    adopt(file=read(), level="county", root_code=CITY)
    collection = json.loads(face.outline_geojson(f"/{CITY}/", AT, level="county"))
    outlines = {f["id"]: shapely.from_geojson(json.dumps(f)) for f in collection["features"]}
    with POINTS.open(encoding="utf-8") as lines:
        seats = [line for line in csv.DictReader(lines) if line["level"] == "county"]
    assert len(seats) == 8
    for seat in seats:
        at = to_wgs84(float(seat["longitude"]), float(seat["latitude"]), Frame.GCJ02)
        inside = {code for code, outline in outlines.items() if shapely.intersects_xy(outline, *at)}
        assert inside == {seat["code"]}


def test_the_codes_of_a_map_provider_do_not_slip_in_as_those_of_the_bureau(register_of_2023):
    """Towns of the two lists share numbers and not names; the import says which."""
    with (DATA / "divisions_tongliao" / "streets_2023.csv").open(encoding="utf-8") as lines:
        towns = [
            row(line["code"], line["name"], valid_from=date(2020, 1, 1))
            for line in csv.DictReader(lines)
        ]
    register(*towns)
    with (DATA / "divisions_tongliao" / "level4_areacity_2023.csv").open(encoding="utf-8") as lines:
        other = [line for line in csv.DictReader(lines) if line["deep"] == "3"]
    drawn = [(line["ext_id"], line["ext_name"], cell(at, 0)) for at, line in enumerate(other)]
    report = face.import_boundaries(
        actor=SETUP, at=AT, command_id=new_id(), file=file_of(*drawn),
        level="township", root_code=CITY, reason="a trial", is_dry_run=True,
    )  # fmt: skip
    clashes = {r.code: r for r in report.rejected if r.reason is face.Reason.NAME_CLASH}
    assert "150502009000" in clashes
    assert "红星街道" in clashes["150502009000"].detail
    assert "电厂街道" in clashes["150502009000"].detail
