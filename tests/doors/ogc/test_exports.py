"""Whole files: the same rows in every kind, what goes with them, and nothing that is not public."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise

import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from commongrid.doors.ogc.catalogue import COLLECTIONS, GRIDS, MATTERS
from commongrid.doors.ogc.exports import rows
from commongrid.doors.ogc.exports.kinds import FORMATS
from commongrid.doors.ogc.exports.parquet import write_parquet
from commongrid.doors.ogc.exports.table import BOM, tame
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.places import face as places
from tests.rooms.places import standing
from tests.support import factories as f
from tests.unit.places.drawing import SIDE, SOUTH, WEST

POINT = (WEST + SIDE * 0.81, SOUTH + SIDE * 0.17)
FILES = [f"{collection}.{kind}" for collection in COLLECTIONS for kind in FORMATS]


def load(door, name, **query) -> bytes:
    answer = door.get(f"/ogc/exports/{name}", query)
    assert answer.status_code == 200
    assert answer.streaming
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    return answer.getvalue()


def table(door, name, **query):
    text = load(door, name, **query).decode()
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM))))


def parquet(door, name, **query):
    return pq.ParquetFile(io.BytesIO(load(door, name, **query)))


def about_of(file):
    return json.loads(file.schema_arrow.metadata[b"about"])


@pytest.fixture
def made(door):
    """Shared, hidden and ended matters."""
    f.raised(is_shareable=True, text="路灯坏了", lon=POINT[0], lat=POINT[1], photos=(f.photo(),))
    f.raised(text="不公开的话", lon=POINT[0], lat=POINT[1], contact=f.CONTACT, address="三号楼402")
    f.walked(*f.CLOSED, is_shareable=True, lon=POINT[0], lat=POINT[1], at=f.AT - f.DAY)
    return door


@pytest.fixture
def later(clock):
    """A file holds what came before it, so it is asked for a little later."""
    clock.shift(1)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("later")]


# --- the same rows in every kind


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_kind_of_file_says_the_same(made, collection):
    features = json.loads(load(made, f"{collection}.geojson"))["features"]
    assert len(features) == {"matters": 3, "grids": 2, "divisions": 6}[collection]
    lines = table(made, f"{collection}.csv")
    columns = parquet(made, f"{collection}.parquet").read().to_pylist()
    names = [field.name for field in COLLECTIONS[collection].fields]
    for feature, line, row in zip(features, lines, columns, strict=True):
        assert list(feature["properties"]) == names
        for name in names:
            value = feature["properties"][name]
            plain = "" if value is None else str(value)
            assert line[name] == (plain.lower() if isinstance(value, bool) else plain)
            if isinstance(value, (int, float, bool)):
                assert row[name] == value
            if value is None:
                assert row[name] is None
        wkb = row["geometry"]
        shape = shapely.from_wkb(wkb) if wkb else None
        drawn = feature["geometry"]
        expected = shapely.from_geojson(json.dumps(drawn)) if drawn else None
        assert shape == expected


def test_the_file_is_what_the_layer_is(made):
    features = json.loads(load(made, "matters.geojson"))["features"]
    layer = made.get("/ogc/collections/matters/items").json()["features"]
    # A file goes on from the oldest, the layer begins with the newest.
    assert features == list(reversed(layer))


# --- other programs read them


def test_geojson_is_read_by_gdal(made, tmp_path):
    at = tmp_path / "grids.geojson"
    at.write_bytes(load(made, "grids.geojson"))
    meta, _fids, geometry, _columns = pyogrio.raw.read(at)
    assert len(geometry) == 2
    assert "area_km2" in meta["fields"]
    assert all(one.is_valid for one in shapely.from_wkb(geometry))


def test_parquet_says_its_frame_as_geoparquet_does(made):
    import pyproj

    for name, shapes in (("matters", ["Point"]), ("grids", ["Polygon", "MultiPolygon"])):
        file = parquet(made, f"{name}.parquet")
        geo = json.loads(file.schema_arrow.metadata[b"geo"])
        assert geo["version"] == "1.1.0"
        column = geo["columns"][geo["primary_column"]]
        assert (column["encoding"], column["geometry_types"]) == ("WKB", shapes)
        assert pyproj.CRS.from_json_dict(column["crs"]) == pyproj.CRS("OGC:CRS84")
        told = {shapely.from_wkb(row["geometry"]).geom_type for row in file.read().to_pylist()
                if row["geometry"]}  # fmt: skip
        assert told <= set(shapes)


def test_parquet_has_columns_of_their_sort_with_their_meaning(made):
    schema = parquet(made, "matters.parquet").schema_arrow
    assert str(schema.field("received_at").type) == "timestamp[s, tz=UTC]" or str(
        schema.field("received_at").type
    ).startswith("timestamp[")
    assert str(schema.field("followers").type) == "int32"
    assert schema.field("ref").metadata[b"description"]
    row = parquet(made, "matters.parquet").read().to_pylist()[0]
    assert row["received_at"] == Matter.objects.get(ref=row["ref"]).received_at


def test_an_empty_place_gives_whole_files(door):
    assert json.loads(load(door, "matters.geojson"))["features"] == []
    assert table(door, "matters.csv") == []
    assert parquet(door, "matters.parquet").metadata.num_rows == 0


# --- spreadsheets


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\u3000=1",
        "＝1+1",
        "\n=1",
        "|x",
        "%x",
    ],
)
def test_words_are_never_formulas(door, text):
    f.raised(is_shareable=True, text=f"{text} 路灯")
    said = table(door, "matters.csv")[0]["text"]
    assert said.startswith("'") or said[0] not in "=+-@\t\r\n|%＝"
    assert tame(text) == f"'{text}"


def test_numbers_and_harmless_words_stay_as_they_are(made):
    rows_ = table(made, "matters.csv")
    assert not any(value.startswith("'") for row in rows_ for value in row.values())
    assert float(next(row["lat"] for row in rows_ if row["point"] == "exact")) > 0


def test_words_with_quotes_and_lines_come_back_whole(door):
    f.raised(is_shareable=True, text='他说"坏了",\n第二行;三')
    assert table(door, "matters.csv")[0]["text"] == '他说"坏了",\n第二行;三'


def test_the_table_has_a_sheet_that_says_what_its_columns_mean(made):
    answer = made.get("/ogc/exports/matters.csv")
    assert 'rel="describedby"' in answer.headers["Link"]
    at = answer.headers["Link"].partition(">")[0].lstrip("<").removeprefix("http://testserver")
    sheet = made.get(at, headers={"accept": "text/html"})
    assert sheet.headers["Content-Type"] == "application/csvm+json"
    said = sheet.json()
    columns = [one["name"] for one in said["tableSchema"]["columns"]]
    assert columns == list(table(made, "matters.csv")[0])
    assert said["commongrid:about"]["left_out"]


# --- what goes with them


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_file_says_licence_source_time_and_charter(made, collection, settings):
    settings.DATA_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
    told = [
        json.loads(load(made, f"{collection}.geojson"))["about"],
        about_of(parquet(made, f"{collection}.parquet")),
        made.get(f"/ogc/exports/{collection}.csv-metadata.json").json()["commongrid:about"],
    ]
    assert told[0] == told[1] == told[2]
    said = told[0]
    assert said["licence"] == settings.DATA_LICENCE
    assert said["source"]
    assert said["produced_at"] == "2026-03-10T09:00:01+08:00"
    key, rules = places.charter_in_force(f.GRID, f.AT)
    assert [one["key"] for one in said["charters"]] == [key]
    assert said["charters"][0]["digest"] == places.get_charter_card(key).digest
    assert rules
    assert ("left_out" in said) == (collection == "matters")


def test_without_a_licence_the_files_say_so(made, settings):
    settings.DATA_LICENCE = ""
    headers = {"accept-language": "en"}
    answer = made.get("/ogc/exports/grids.geojson", headers=headers).getvalue()
    assert json.loads(answer)["about"]["licence"] == "not stated; ask the place"


def test_the_licence_is_a_link_where_it_is_an_address(made, settings):
    settings.DATA_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
    assert any(one["rel"] == "license" for one in made.get("/ogc/").json()["links"])
    settings.DATA_LICENCE = "CC BY 4.0"
    assert not any(one["rel"] == "license" for one in made.get("/ogc/").json()["links"])


# --- nothing private


def test_nothing_unshared_is_in_any_file(made):
    types = f.rules().charter.types.values()
    given = {"text": "不公开的话", "address": "三号楼402", "contact": f.CONTACT}
    private = [
        f.raised(next(row.code for row in types if row.kind == kind and not row.sealed), **given)
        for kind in ("service", "dispute")
    ]
    private.append(f.raised(next(row.code for row in types if row.sealed), **given))
    taken_back = f.raised(is_shareable=True, text="收回的话", photos=(f.photo(),))
    f.step(taken_back.id, "reporter", "withdraw", f.AT)
    hidden = ("不公开的话", "收回的话", "三号楼", f.CONTACT.name, f.CONTACT.phone, f.CONTACT.email,
              *(one.ref for one in private), *map(str, (Matter.objects.get(ref=one.ref).pk
                                                         for one in private)))  # fmt: skip
    for name in FILES:
        body = load(made, name)
        if name.endswith("parquet"):
            file = pq.ParquetFile(io.BytesIO(body))
            body += repr(file.read().to_pylist()).encode() + repr(file.schema_arrow).encode()
        for secret in hidden:
            assert secret.encode() not in body, (name, secret)
    exact = [row for row in table(made, "matters.csv") if row["point"] == "exact"]
    assert len(exact) == 1
    for row in table(made, "matters.csv"):
        if row["point"] == "none":
            assert (row["lon"], row["lat"]) == ("", "")
    grid = places.get_place(f.GRID_CODE)
    middle = places.middles_of_places()[grid.id]
    told = {
        (row["lon"], row["lat"]) for row in table(made, "matters.csv") if row["point"] == "grid"
    }
    assert told == {tuple(map(str, middle))}


def test_counts_of_what_is_left_out_do_not_shrink_with_the_place(made):
    code = next(
        row.code for row in f.rules().charter.types.values()
        if row.kind == "service" and not row.sealed
    )  # fmt: skip
    for _ in range(11):
        f.raised(code)

    def left(**query):
        answer = made.get("/ogc/exports/matters.csv-metadata.json", query)
        return answer.json()["commongrid:about"]["left_out"]

    town = left(place=standing.TOWN)
    assert town["other_kinds"] == {"from": 10, "to": 19}
    assert town["kept_apart"] == {"from": 0, "to": 9}
    for code in (f.GRID_CODE, standing.COMMUNITY, f.NEXT_CODE):
        assert left(place=code) == town, "a grid's own count could be subtracted"


# --- streaming


def test_files_are_written_batch_by_batch(door, monkeypatch):
    monkeypatch.setattr(rows, "BATCH", 2)
    made = [f.raised(at=f.AT - n * f.HOUR).ref for n in range(5)][::-1]
    assert [row["ref"] for row in table(door, "matters.csv")] == made
    file = parquet(door, "matters.parquet")
    assert file.metadata.num_row_groups == 3
    assert file.read().column("ref").to_pylist() == made
    got = [one["id"] for one in json.loads(load(door, "matters.geojson"))["features"]]
    assert got == made


def test_no_more_than_a_batch_is_held(door, monkeypatch):
    """Each piece leaves before the next batch is read: memory does not grow with the place."""
    monkeypatch.setattr(rows, "BATCH", 3)
    for n in range(12):
        f.raised(at=f.AT - n * f.HOUR)
    asked: list[int] = []
    one_batch = rows._one_batch
    monkeypatch.setattr(rows, "_one_batch", lambda *given: (asked.append(1), one_batch(*given))[1])
    export = rows.Export(collection=MATTERS, path="/", produced_at=f.AT + f.HOUR)
    pieces = write_parquet(export)
    seen = []
    for piece in pieces:
        seen.append((len(asked), len(piece)))
    assert [count for count, _ in seen] == [1, 2, 3, 4, 4]
    assert all(later > 0 for _, later in seen)
    assert all(b[0] - a[0] <= 1 for a, b in pairwise(seen))


def test_what_comes_in_meanwhile_is_in_the_next_file(door, monkeypatch):
    monkeypatch.setattr(rows, "BATCH", 1)
    first = [f.raised(at=f.AT - n * f.HOUR).ref for n in range(3)]
    export = rows.Export(collection=MATTERS, path="/", produced_at=f.AT + f.HOUR)
    seen = []
    for batch in rows.batches(export):
        seen += [one["id"] for one in batch]
        f.raised(at=f.AT + 2 * f.HOUR)
    assert sorted(seen) == sorted(first)


def test_statements_grow_with_batches_and_not_with_rows(door, count_sql, monkeypatch):
    for n in range(6):
        f.raised(is_shareable=True, photos=(f.photo(),), at=f.AT - n * f.HOUR)
    load(door, "matters.csv")
    with count_sql(max=6):
        load(door, "matters.csv")
    with count_sql(max=9):  # and what goes with it: charters, roots, counts
        load(door, "matters.geojson")
    monkeypatch.setattr(rows, "BATCH", 2)
    with count_sql(max=18):
        load(door, "matters.csv")
    with count_sql(max=2):
        load(door, "grids.csv")


def test_a_head_reads_nothing(door, count_sql):
    with count_sql(max=0):
        assert door.head("/ogc/exports/matters.csv").status_code == 200


# --- the list


def test_the_list_leads_to_every_file(made):
    said = made.get("/ogc/exports", {"place": standing.TOWN}).json()
    assert [one["code"] for one in said["places"]] == [standing.TOWN]
    files = [one for row in said["exports"] for one in row["files"]]
    assert len(files) == len(FILES)
    for one in files:
        answer = made.get(one["href"].removeprefix("http://testserver"))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == one["type"]
    assert [row["rows"] for row in said["exports"]] == [3, 2, 3]
    for row in said["exports"]:
        names = [field.name for field in COLLECTIONS[row["id"]].fields]
        assert [one["name"] for one in row["columns"]] == names
        assert all(one["description"] for one in row["columns"])


def test_a_file_of_a_place_holds_that_place(made):
    f.raised(grid_code=f.NEXT_CODE, at=f.AT)
    codes = {row["grid_code"] for row in table(made, "matters.csv", place=f.NEXT_CODE)}
    assert codes == {f.NEXT_CODE}
    assert len(table(made, "grids.csv", place=standing.NEXT_COMMUNITY)) == 1


def test_the_list_takes_few_statements(made, count_sql):
    made.get("/ogc/exports")
    with count_sql(max=24):
        made.get("/ogc/exports")


def test_the_outline_of_a_grid_is_in_its_file(made):
    row = next(
        one for one in parquet(made, "grids.parquet").read().to_pylist()
        if one["code"] == f.GRID_CODE
    )  # fmt: skip
    assert shapely.from_wkb(row["geometry"]).bounds == pytest.approx(
        (WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)
    )
    assert GRIDS.id == "grids"
