"""Real files in three formats and every frame, read back to where they were drawn."""

import json

import pytest
import shapely
from pyproj import CRS

from commongrid.rooms.places.domain.encodings import EncodingError
from commongrid.rooms.places.domain.frames import (
    FrameError,
    outline_from_wgs84,
    parse_frame,
)
from commongrid.rooms.places.domain.reading import BoundaryFileError, read_boundaries
from tests.unit.places.drawing import cell, cells, write_boundaries

CODES = [f"15050200400100{n}" for n in range(1, 5)]
NAMES = ["露天社区第一网格", "交通门第二网格", "新建第三网格", "䶮字网格"]
DRAWN = cells(2, 2)
TENTH_OF_A_MILLIMETRE = 1e-9
CRS_OF = {
    "WGS84": "EPSG:4326",
    "CGCS2000": "EPSG:4490",
    "GCJ02": "EPSG:4326",
    "EPSG:4549": "EPSG:4549",
}


def write_in(frame, path, encoding="UTF-8"):
    outlines = [outline_from_wgs84(outline, parse_frame(frame)) for outline in DRAWN]
    return write_boundaries(path, outlines, CODES, NAMES, crs=CRS_OF[frame], encoding=encoding)


FILES = [
    ("grids.geojson", "UTF-8"),
    ("grids.gpkg", "UTF-8"),
    ("网格.shp", "UTF-8"),
    ("网格.shp", "GB18030"),
]


@pytest.mark.parametrize(
    ("frame", "name", "encoding"),
    [
        (frame, name, encoding)
        for frame in CRS_OF
        for name, encoding in FILES
        if not (frame.startswith("EPSG") and name.endswith(".geojson"))  # it has no metres
    ],
)
def test_what_was_written_in_a_frame_is_read_back(tmp_path, frame, name, encoding):
    path = write_in(frame, tmp_path / name, encoding)
    file = read_boundaries(path, frame=frame, code_field="code", name_field="name")
    assert [f.code for f in file.features] == CODES
    assert [f.name for f in file.features] == NAMES
    assert [f.row for f in file.features] == [1, 2, 3, 4]
    for feature, drawn in zip(file.features, DRAWN, strict=True):
        assert shapely.equals_exact(
            shapely.normalize(feature.outline), shapely.normalize(drawn), TENTH_OF_A_MILLIMETRE * 10
        )
    assert file.frame == frame


def test_gcj02_read_as_wgs84_lies_hundreds_of_metres_off(tmp_path):
    path = write_in("GCJ02", tmp_path / "g.geojson")
    wrong = read_boundaries(path, frame="WGS84", code_field="code")
    assert wrong.features[0].outline.centroid.distance(DRAWN[0].centroid) > 0.003


def test_neighbours_still_share_their_vertices_after_conversion(tmp_path):
    path = write_in("GCJ02", tmp_path / "g.gpkg")
    first, second, *_ = (
        f.outline for f in read_boundaries(path, frame="GCJ02", code_field="code").features
    )
    shared = set(first.exterior.coords) & set(second.exterior.coords)
    assert len(shared) == 2
    assert first.touches(second)


def test_the_encoding_is_told_with_how_it_is_known(tmp_path):
    path = write_in("WGS84", tmp_path / "g.shp", "GB18030")
    path.with_suffix(".cpg").unlink()
    raw = bytearray(path.with_suffix(".dbf").read_bytes())
    raw[29] = 0  # take the mark away too
    path.with_suffix(".dbf").write_bytes(raw)
    file = read_boundaries(path, frame="WGS84", code_field="code", name_field="name")
    assert (file.encoding.name, file.encoding.how) == ("GBK", "found from the bytes")
    assert [f.name for f in file.features] == NAMES


def test_a_wrong_cpg_is_refused_with_the_encoding_that_fits(tmp_path):
    path = write_in("WGS84", tmp_path / "g.shp", "GB18030")
    path.with_suffix(".cpg").write_text("UTF-8")
    with pytest.raises(
        EncodingError, match=r"g\.dbf.*UTF-8 \(named by g\.cpg\).*declare --encoding GBK"
    ):
        read_boundaries(path, frame="WGS84", code_field="code", name_field="name")
    file = read_boundaries(
        path, frame="WGS84", code_field="code", name_field="name", encoding="gbk"
    )
    assert [f.name for f in file.features] == NAMES


def test_geojson_in_gbk_is_read(tmp_path):
    path = write_in("WGS84", tmp_path / "g.geojson")
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    file = read_boundaries(path, frame="WGS84", code_field="code", name_field="name")
    assert file.encoding.name == "GBK"
    assert [f.name for f in file.features] == NAMES


def test_bytes_of_no_encoding_are_refused(tmp_path):
    path = tmp_path / "g.geojson"
    path.write_bytes(b'{"type": "\xff\xff\xff"}')
    with pytest.raises(EncodingError, match="declare --encoding"):
        read_boundaries(path, frame="WGS84", code_field="code")


def test_codes_kept_as_numbers_keep_their_digits(tmp_path):
    features = [
        {
            "type": "Feature",
            "properties": {"adcode": code},
            "geometry": shapely.geometry.mapping(outline),
        }
        for code, outline in zip([150502, 150522.0, None], cells(3, 1), strict=True)
    ]
    path = tmp_path / "d.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    file = read_boundaries(path, frame="GCJ02", code_field="adcode")
    assert [f.code for f in file.features] == ["150502", "150522", ""]


def test_a_feature_without_an_outline_stays_to_be_reported(tmp_path):
    path = write_boundaries(tmp_path / "g.geojson", [cell(0, 0), None], CODES[:2], NAMES[:2])
    second = read_boundaries(path, frame="WGS84", code_field="code").features[1]
    assert (second.outline, second.wrong) == (None, "no outline")


def test_metres_declared_as_degrees_are_refused(tmp_path):
    path = write_in("EPSG:4549", tmp_path / "g.gpkg")
    with pytest.raises(FrameError, match=r"the file says .*CGCS2000.*declared was WGS84"):
        read_boundaries(path, frame="WGS84", code_field="code")


def test_another_zone_than_the_file_says_is_refused(tmp_path):
    path = write_in("EPSG:4549", tmp_path / "g.shp")
    with pytest.raises(FrameError, match=CRS.from_epsg(4548).name.split("/")[0].strip()):
        read_boundaries(path, frame="EPSG:4548", code_field="code")


@pytest.mark.parametrize("frame", ["BD09", "EPSG:1", "EPSG:999999", ""])
def test_an_unknown_frame_is_refused(tmp_path, frame):
    with pytest.raises(FrameError, match=r"must be|no such number"):
        read_boundaries(tmp_path / "x.gpkg", frame=frame, code_field="code")


def test_a_missing_field_names_the_fields_there_are(tmp_path):
    path = write_in("WGS84", tmp_path / "g.gpkg")
    with pytest.raises(BoundaryFileError, match=r"no field 'dm'; it has code, name"):
        read_boundaries(path, frame="WGS84", code_field="dm")


def test_a_missing_table_or_file_is_said(tmp_path):
    path = write_in("WGS84", tmp_path / "g.shp")
    path.with_suffix(".dbf").unlink()
    with pytest.raises(EncodingError, match=r"g\.dbf is missing"):
        read_boundaries(path, frame="WGS84", code_field="code")
    with pytest.raises(BoundaryFileError, match="no such file"):
        read_boundaries(tmp_path / "none.gpkg", frame="WGS84", code_field="code")
    with pytest.raises(BoundaryFileError, match="expected a file ending"):
        read_boundaries(tmp_path / "g.kml", frame="WGS84", code_field="code")


def test_broken_json_names_the_line(tmp_path):
    path = tmp_path / "g.geojson"
    path.write_text('{\n"type": }')
    with pytest.raises(BoundaryFileError, match="line 2"):
        read_boundaries(path, frame="WGS84", code_field="code")


def test_the_digest_covers_the_table_beside_a_shapefile(tmp_path):
    one = write_boundaries(tmp_path / "a.shp", [cell(0, 0)], ["1"], ["甲"])
    other = write_boundaries(tmp_path / "b.shp", [cell(0, 0)], ["1"], ["乙"])
    digests = [read_boundaries(p, frame="WGS84", code_field="code").digest for p in (one, other)]
    assert digests[0] != digests[1]
