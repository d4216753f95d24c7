"""A collection as GeoParquet, row group by row group, without a file in between.

Source: GeoParquet 1.1.0: WKB, longitude before latitude, frame in the metadata.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from commongrid.doors.ogc.catalogue import MATTERS, Collection
from commongrid.doors.ogc.exports.rows import Export, about, batches
from commongrid.doors.ogc.features import Feature

GEOMETRY = "geometry"
_SORTS = {
    "text": pa.string(),
    "integer": pa.int32(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "date-time": pa.timestamp("s", tz="UTC"),
}
_READ = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}


class Drain(io.RawIOBase):
    """A file that only remembers what was written since it was last emptied."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def empty(self) -> bytes:
        """What was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def schema_of(export: Export) -> pa.Schema:
    """Columns with their meaning; the frame, the licence and what was left out in the metadata."""
    fields = [
        pa.field(field.name, _SORTS[field.sort], metadata={"description": str(field.meaning)})
        for field in export.collection.fields
    ]
    said = {"geo": _geo(export.collection), "about": about(export)}
    return pa.schema(
        [*fields, pa.field(GEOMETRY, pa.binary())],
        metadata={key: json.dumps(value, ensure_ascii=False) for key, value in said.items()},
    )


def write_parquet(export: Export) -> Iterator[bytes]:
    """The file in pieces: one row group a batch, and the footer."""
    schema = schema_of(export)
    drain = Drain()
    with pq.ParquetWriter(drain, schema, compression="zstd") as writer:
        for features in batches(export):
            writer.write_table(_table(features, schema, export.collection))
            yield drain.empty()
    yield drain.empty()


def _table(features: list[Feature], schema: pa.Schema, collection: Collection) -> pa.Table:
    columns = [
        pa.array(
            [_value(one["properties"][field.name], field.sort) for one in features],
            type=schema.field(field.name).type,
        )
        for field in collection.fields
    ]
    shapes = [json.dumps(one["geometry"]) if one["geometry"] else None for one in features]
    wkb = shapely.to_wkb(shapely.from_geojson(shapes))
    return pa.table([*columns, pa.array(list(wkb), type=pa.binary())], schema=schema)


def _value(value: Any, sort: str) -> Any:
    read = _READ.get(sort)
    return read(value) if read and value is not None else value


def _geo(collection: Collection) -> dict[str, Any]:
    shapes = ["Point"] if collection is MATTERS else ["Polygon", "MultiPolygon"]
    column = {"encoding": "WKB", "geometry_types": shapes, "crs": _frame()}
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}


@cache
def _frame() -> dict[str, Any]:
    frame: dict[str, Any] = pyproj.CRS("OGC:CRS84").to_json_dict()
    return frame
