"""``commongrid places`` from a file on disk to a located point."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from commongrid.rooms.places import face
from commongrid.rooms.places.domain.frames import outline_from_wgs84, parse_frame
from tests.rooms.places.standing import AT, COMMUNITY, GRID, NEXT_GRID, TOWN, register
from tests.unit.places.drawing import SIDE, SOUTH, WEST, cell, write_boundaries

pytestmark = pytest.mark.django_db
INSIDE = (WEST + SIDE / 2, SOUTH + SIDE / 2)


def run(*words):
    out = io.StringIO()
    call_command("places", *map(str, words), stdout=out)
    return out.getvalue()


def grids_file(path, frame="WGS84", **more):
    outlines = [outline_from_wgs84(cell(c, 0), parse_frame(frame)) for c in (0, 1)]
    names = ["露天第一网格", "交通门第一网格"]
    crs = frame if frame.startswith("EPSG") else "EPSG:4326"
    return write_boundaries(path, outlines, [GRID, NEXT_GRID], names, crs=crs, **more)


def import_words(path, frame, *more):
    return ("import", path, "--frame", frame, "--level", "grid", "--parent", TOWN,
            "--code-field", "code", "--name-field", "name", *more)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "frame", "more"),
    [
        ("g.geojson", "GCJ02", {}),
        ("g.gpkg", "CGCS2000", {}),
        ("g.gpkg", "EPSG:4549", {}),
        ("g.shp", "GCJ02", {"encoding": "GB18030"}),
        ("g.shp", "WGS84", {"encoding": "UTF-8"}),
    ],
)
def test_a_file_is_imported_and_a_point_located(tmp_path, name, frame, more):
    register()
    said = run(*import_words(grids_file(tmp_path / name, frame, **more), frame))
    assert "2 accepted, 0 rejected" in said
    assert "new 2" in said
    assert "0 overlaps, 0 gaps" in said
    assert face.locate_grid(*INSIDE, AT).name.zh == "露天第一网格"
    again = run(*import_words(tmp_path / name, frame))
    assert "unchanged 2" in again


def test_a_dry_run_says_so_and_saves_nothing(tmp_path):
    register()
    said = run(*import_words(grids_file(tmp_path / "g.gpkg"), "WGS84", "--dry-run"))
    assert "dry run: nothing saved" in said
    assert face.find_place(GRID) is None


def test_the_report_lists_rejects_gaps_and_overlaps(tmp_path):
    register()
    path = write_boundaries(
        tmp_path / "g.gpkg",
        [cell(0, 0), cell(0, 0), cell(1, 0)],
        [GRID, f"{COMMUNITY}002", ""],
        ["一", "二", "三"],
    )
    report = tmp_path / "report.json"
    said = run(*import_words(path, "WGS84", "--report", report))
    assert "2 accepted, 1 rejected" in said
    assert "row 3" in said
    assert "no_code" in said
    assert f"{GRID} 一 and {COMMUNITY}002 二" in said
    plain = json.loads(report.read_text("utf-8"))
    assert plain["boundaries"]["overlaps"][0]["codes"] == [GRID, f"{COMMUNITY}002"]
    assert "1 overlaps" in run("check", "--root", TOWN, "--level", "grid")


@pytest.mark.parametrize(
    ("words", "say"),
    [
        (("--frame", "BD09"), "must be WGS84, CGCS2000, GCJ02 or EPSG:number"),
        (("--code-field", "dm"), "no field 'dm'; it has code, name"),
        (("--parent", "150502010000"), "register it first"),
        (("--level", "village"), "no feature was accepted"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path, words, say):
    register()
    path = grids_file(tmp_path / "g.gpkg")
    with pytest.raises(CommandError, match=say):
        run(*import_words(path, "WGS84"), *words)


def test_a_list_of_divisions_is_registered(tmp_path):
    register()
    path = tmp_path / "list.csv"
    path.write_text(
        "# a list of our own\ncode,name_zh,valid_from,settlement\n"
        "150502005000,施介街道,2020-01-01,urban\n150502005001,辽河社区,2020-01-01,urban\nbad,坏,2020-01-01,\n",
        "utf-8",
    )
    said = run("register", path, "--root", "150502000000")
    assert "2 added, 0 changed, 0 unchanged, 1 rejected" in said
    assert "row 3 bad" in said
    assert face.get_place("150502005001").settlement == ("urban",)
    path.write_text("code,name\n", "utf-8")
    with pytest.raises(CommandError, match="no column name_zh, valid_from"):
        run("register", path, "--root", "150502000000")


def test_a_grid_is_posted_and_what_is_refused_is_said(tmp_path):
    register()
    run(*import_words(grids_file(tmp_path / "g.gpkg"), "WGS84"))
    words = ["post", GRID, "--worker", "示例（虚构）", "--phone", "0475-0000001", "--supervision"]
    with pytest.raises(CommandError, match="cannot be the grid worker's own"):
        run(*words, "0475-0000001")
    assert f"/grids/{GRID}/" in run(*words, "0475-0009000")
    assert face.get_grid_post(GRID).worker_phone == "0475-0000001"


def test_a_grid_ends_and_another_follows(tmp_path):
    register()
    run(*import_words(grids_file(tmp_path / "g.gpkg"), "WGS84"))
    said = run("redraw", "--end", GRID, "--follow", NEXT_GRID, "--on", "2026-04-01",
               "--reason", "merged")  # fmt: skip
    assert "end on 2026-04-01" in said
    assert face.list_successions(GRID)[0].successor_code == NEXT_GRID
    with pytest.raises(CommandError, match="cannot end"):
        run("redraw", "--end", GRID, "--follow", NEXT_GRID, "--on", "2026-05-01", "--reason", "x")
