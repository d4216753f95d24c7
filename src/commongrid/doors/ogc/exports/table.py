"""A collection as a table for spreadsheets, and the sheet that says what its columns mean.

Source: RFC 4180; W3C Metadata Vocabulary for Tabular Data (the sheet beside the table).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from commongrid.doors.ogc.catalogue import MATTERS, Collection
from commongrid.doors.ogc.describing import of_field
from commongrid.doors.ogc.exports.rows import Export, about, batches
from commongrid.doors.ogc.features import Feature

BOM = "\ufeff"  # spreadsheets then read UTF-8
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_WIDE = str.maketrans("＝＋－＠", "=+-@")  # which some spreadsheets take for them
_CSVW_SORTS = {"text": "string", "date-time": "dateTimeStamp"}


def columns_of(collection: Collection) -> list[str]:
    """The heads of the table: the properties, and the point where there is one."""
    names = [field.name for field in collection.fields]
    return [*names, "lon", "lat"] if collection is MATTERS else names


def write_csv(export: Export) -> Iterator[bytes]:
    """The file in pieces: a head, then one line a feature."""
    names = columns_of(export.collection)
    texts = {field.name for field in export.collection.fields if field.sort == "text"}
    yield (BOM + _lines([names])).encode()
    for features in batches(export):
        yield _lines([_cells(one, names, texts) for one in features]).encode()


def _cells(feature: Feature, names: list[str], texts: set[str]) -> list[str]:
    properties = feature["properties"]
    drawn = feature["geometry"]
    is_point = drawn is not None and drawn["type"] == "Point"
    beside = dict(zip(("lon", "lat"), drawn["coordinates"], strict=True)) if is_point else {}
    return [
        tame(properties[name]) if name in texts else _plain(properties.get(name, beside.get(name)))
        for name in names
    ]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def tame(text: str) -> str:
    """Words that a spreadsheet would take for a formula, with a quote before them."""
    begins = text.lstrip(" \u00a0\u3000\ufeff\0").translate(_WIDE)
    return f"'{text}" if begins.startswith(FORMULA_STARTS) else text


def _lines(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def csv_sheet(export: Export, url: str) -> dict[str, Any]:
    """What the table's columns mean, its licence, and what was left out."""
    said = about(export)
    described = {field.name: field for field in export.collection.fields}
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": url,
        "dialect": {"encoding": "utf-8", "header": True},
        "dc:title": said["title"],
        "dc:description": said["description"],
        "dc:license": said["licence"],
        "dc:source": said["source"],
        "dc:created": said["produced_at"],
        "commongrid:about": said,
        "tableSchema": {
            "columns": [
                _column(name, described.get(name)) for name in columns_of(export.collection)
            ]
        },
    }


def _column(name: str, field: Any) -> dict[str, Any]:
    if field is None:
        return {"name": name, "titles": name, "datatype": "number"}
    return {
        "name": name,
        "titles": name,
        "datatype": _CSVW_SORTS.get(field.sort, field.sort),
        "dc:description": of_field(field)["description"],
    }
