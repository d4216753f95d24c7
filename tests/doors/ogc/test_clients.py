"""Clients nobody here wrote, over a real connection: GDAL in two versions, and OWSLib.

What they ask and are told is compared with ``transcripts/``; COMMONGRID_TRANSCRIPTS=1 writes them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import shapely

from tests.doors.ogc.served import FIXTURES, serve
from tests.support import factories as f
from tests.unit.places.drawing import SIDE, SOUTH, WEST

pytestmark = pytest.mark.django_db(transaction=True)
POINT = (WEST + SIDE * 0.8, SOUTH + SIDE * 0.2)
OGRINFO = shutil.which("ogrinfo")
needs_gdal = pytest.mark.skipif(
    not OGRINFO, reason="NO OGRINFO: as root run apt-get install gdal-bin"
)


@pytest.fixture
def served(place):
    for n in range(5):
        f.raised(
            "A01" if n % 2 else "A03", at=f.AT + n * f.HOUR, is_shareable=n == 3,
            lon=POINT[0], lat=POINT[1], text=f"第{n}件",
        )  # fmt: skip
    f.walked(*f.CLOSED, at=f.AT - f.DAY)
    with serve() as door:
        yield door


def compare(door, name: str) -> None:
    """What was said now is what was said then."""
    path = FIXTURES / f"{name}.jsonl"
    if os.environ.get("COMMONGRID_TRANSCRIPTS") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(door.transcript(), "utf-8")
    assert door.transcript().splitlines() == path.read_text("utf-8").splitlines()


def client(verb, url, **more):
    """What GDAL inside pyogrio makes of the door."""
    told = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("gdal_client.py")), verb, f"OAPIF:{url}",
         json.dumps(more)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


# --- GDAL, the version inside pyogrio


def test_gdal_lists_the_layers(served):
    assert sorted(client("list", served.url)["layers"]) == ["divisions", "grids", "matters"]
    compare(served, "gdal-layers")


def test_gdal_reads_the_grids_as_polygons(served):
    said = client("read", served.url, layer="grids")
    assert sorted(said["rows"]["code"]) == [f.GRID_CODE, f.NEXT_CODE]
    shapes = shapely.from_wkb(said["wkb"])
    assert all(shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON)
    assert "CRS84" in said["crs"]
    assert shapes[0].bounds[0] == pytest.approx(WEST), "longitude comes first"
    assert said["kinds"]["valid_from"] == "M", "a date is a date"
    compare(served, "gdal-grids")


def test_gdal_reads_every_page_of_the_matters(served):
    said = client("read", served.url, layer="matters", PAGE_SIZE="2")
    rows = said["rows"]
    assert len(rows["ref"]) == len(set(rows["ref"])) == 6
    points = shapely.from_wkb(said["wkb"])
    assert sum(one is None for one in points) == 1, "the ended one has no point"
    assert rows["point"].count("exact") == 1
    assert "第3件" in rows["text"]
    assert "第2件" not in rows["text"]
    assert said["kinds"]["followers"] == "i"
    assert said["kinds"]["received_at"] in "MO"  # an instant, or text with its offset
    assert any("after=" in one["asked"] for one in served.said), "it followed the links"
    compare(served, "gdal-matters")


def test_gdal_asks_the_door_to_narrow(served):
    """A box and a property go into the address: the door answers less, not the owslib."""
    box = (WEST, SOUTH, WEST + SIDE * 0.9, SOUTH + SIDE * 0.9)
    said = client("read", served.url, layer="grids", bbox=box)
    assert said["rows"]["code"] == [f.GRID_CODE]
    assert any("bbox=" in one["asked"] for one in served.said)
    said = client("read", served.url, layer="matters", where="type_code = 'A01'")
    assert set(said["rows"]["type_code"]) == {"A01"}
    assert any("type_code=A01" in one["asked"] for one in served.said)
    compare(served, "gdal-narrow")


def test_gdal_counts(served):
    said = client("info", served.url, layer="matters")
    assert said["features"] == 6
    assert "received_at" in said["fields"]
    compare(served, "gdal-count")


# --- GDAL, Debian's version


def gdal(*args: str) -> str:
    told = subprocess.run(args, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stderr
    assert "ERROR" not in told.stderr, told.stderr
    return told.stdout


@needs_gdal
def test_ogrinfo_describes_every_layer(served):
    assert OGRINFO
    said = gdal(OGRINFO, "-ro", "-al", "-so", f"OAPIF:{served.url}")
    for name in ("divisions", "grids", "matters"):
        assert f"Layer name: {name}" in said
    assert "Feature Count: 6" in said


@needs_gdal
def test_ogr2ogr_takes_a_layer_home(served, tmp_path: Path):
    at = tmp_path / "grids.geojson"
    gdal("ogr2ogr", "-f", "GeoJSON", str(at), f"OAPIF:{served.url}", "grids")
    said = json.loads(at.read_text("utf-8"))
    assert {one["properties"]["code"] for one in said["features"]} == {f.GRID_CODE, f.NEXT_CODE}
    at = tmp_path / "matters.gpkg"
    gdal(
        "ogr2ogr", "-f", "GPKG", str(at), f"OAPIF:{served.url}", "matters",
        "-where", "state_kind = 'open'", "-spat", "122", "43", "123", "44",
    )  # fmt: skip
    assert OGRINFO
    assert "Feature Count: 5" in gdal(OGRINFO, "-ro", "-al", "-so", str(at))


# --- OWSLib


def test_owslib_does_every_reading_operation(served):
    from owslib.ogcapi.features import Features

    owslib = Features(served.url)
    assert owslib.api()["openapi"].startswith("3.0")
    assert "conformsTo" in owslib.conformance()
    assert [one["id"] for one in owslib.collections()["collections"]] == [
        "divisions", "grids", "matters",
    ]  # fmt: skip
    assert owslib.feature_collections() == ["divisions", "grids", "matters"]
    for name in owslib.feature_collections():
        assert owslib.collection(name)["id"] == name
        assert owslib.collection_schema(name)["type"] == "object"
        assert "properties" in owslib.collection_queryables(name)
    page = owslib.collection_items("matters", limit=2)
    assert (page["numberMatched"], page["numberReturned"]) == (6, 2)
    one = page["features"][0]
    assert owslib.collection_item("matters", one["id"])["properties"] == one["properties"]
    boxed = owslib.collection_items("grids", bbox=[WEST, SOUTH, WEST + 0.001, SOUTH + 0.001])
    assert [one["id"] for one in boxed["features"]] == [f.GRID_CODE]
    early = owslib.collection_items("matters", datetime_="../2026-03-10T01:00:00Z")
    assert early["numberMatched"] == 2
    named = owslib.collection_items("matters", type_code="A01", state_kind="open")
    assert named["numberMatched"] == 2
    compare(served, "owslib")


def test_owslib_is_told_what_is_wrong(served):
    from owslib.ogcapi.features import Features

    owslib = Features(served.url)
    for wrong in ({"limit": -1}, {"sortby": ("text", "desc")}, {"q": "x"}, {"offset": 1}):
        with pytest.raises(RuntimeError, match="InvalidParameterValue"):
            owslib.collection_items("matters", **wrong)
    with pytest.raises(RuntimeError, match="NotFound"):
        owslib.collection_item("matters", "nothing")
    for write in (
        lambda: owslib.collection_create('{"id": "x"}'),
        lambda: owslib.collection_update("matters", "{}"),
        lambda: owslib.collection_delete("matters"),
        lambda: owslib.collection_item_create("matters", '{"type": "Feature"}'),
        lambda: owslib.collection_item_update("matters", "x", "{}"),
        lambda: owslib.collection_item_delete("matters", "x"),
    ):
        with pytest.raises(RuntimeError, match="MethodNotAllowed"):
            write()
    compare(served, "owslib-wrong")
