"""The list of downloads: how large each is, about, and what its columns are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from commongrid.doors.ogc import links
from commongrid.doors.ogc.asked import EVERYWHERE
from commongrid.doors.ogc.catalogue import COLLECTIONS, MATTERS, Collection
from commongrid.doors.ogc.describing import of_field
from commongrid.doors.ogc.exports.kinds import FORMATS, Format
from commongrid.doors.ogc.exports.rows import Export, about, count_rows
from commongrid.rooms.places import face as places


def list_exports(request: HttpRequest, path: str, at: datetime) -> dict[str, Any]:
    """Every file of every collection, for one place or for all."""
    code = "" if path == EVERYWHERE else path.strip("/").rpartition("/")[2]
    return {
        "place": code,
        "places": _served(),
        "exports": [
            _of_collection(request, collection, path, code, at)
            for collection in COLLECTIONS.values()
        ],
        "links": links.both_formats(request),
    }


def _served() -> list[dict[str, str]]:
    """The places that have adopted rules and so have grids and matters. Cost: 2 statements."""
    paths = tuple(dict.fromkeys(card.place_path for card in places.list_charters()))
    cards = places.list_places(paths).values()
    return [
        {"code": card.code, "name_zh": card.name.zh, "name_en": card.name.en or card.name.zh}
        for card in sorted(cards, key=lambda card: card.path)
    ]


def _of_collection(
    request: HttpRequest, collection: Collection, path: str, code: str, at: datetime
) -> dict[str, Any]:
    export = Export(collection=collection, path=path, produced_at=at)
    rows = count_rows(export)
    return {
        "id": collection.id,
        "rows": rows,
        "about": {name: value for name, value in about(export).items() if name != "produced_at"},
        "files": [
            _file(request, collection, key, made, rows, code) for key, made in FORMATS.items()
        ],
        "columns": [
            {"name": field.name, "sort": field.sort, **_meaning(of_field(field))}
            for field in collection.fields
        ],
    }


def _meaning(said: dict[str, Any]) -> dict[str, Any]:
    return {key: said[key] for key in ("description", "enum") if key in said}


def _file(
    request: HttpRequest, collection: Collection, key: str, made: Format, rows: int, code: str
) -> dict[str, Any]:
    each = made.matter_row_bytes if collection is MATTERS else made.place_row_bytes
    query = f"?place={code}" if code else ""
    return {
        "href": links.absolute(request, "export", collection.id, key) + query,
        "type": made.content_type,
        "title": str(made.title),
        "used_with": str(made.used_with),
        "about_bytes": made.head_bytes + rows * each,
    }
