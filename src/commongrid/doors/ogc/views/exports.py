"""Downloads: the list of them, and the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from commongrid.doors.common.gates import public
from commongrid.doors.ogc import links
from commongrid.doors.ogc.answering import answer_with, answering
from commongrid.doors.ogc.asked import only, read_place
from commongrid.doors.ogc.exports.geojson import write_geojson
from commongrid.doors.ogc.exports.kinds import FORMATS
from commongrid.doors.ogc.exports.listing import list_exports
from commongrid.doors.ogc.exports.parquet import write_parquet
from commongrid.doors.ogc.exports.rows import Export
from commongrid.doors.ogc.exports.table import csv_sheet, write_csv
from commongrid.doors.ogc.features import NoFeatureError
from commongrid.doors.ogc.views.core import wanted

WRITERS: Mapping[str, Callable[[Export], Iterator[bytes]]] = {
    "geojson": write_geojson,
    "csv": write_csv,
    "parquet": write_parquet,
}


@public
@answering
def exports(request: HttpRequest) -> HttpResponseBase:
    """All downloads with their size and columns."""
    only(request.GET, "f", "place")
    path = read_place(request.GET)
    said = list_exports(request, path, timezone.now())
    return answer_with(request, said, "exports")


@public
@answering
def export(request: HttpRequest, collection_id: str, format_name: str) -> HttpResponseBase:
    """One file, written while it is sent."""
    only(request.GET, "place")
    made = _export(request, collection_id)
    if format_name not in FORMATS:
        raise NoFeatureError(format_name)
    name = f"{made.collection.id}.{format_name}"
    response = StreamingHttpResponse(
        _without_body(request, WRITERS[format_name](made)),
        content_type=FORMATS[format_name].content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    if format_name == "csv":
        about = links.absolute(request, "csvw", made.collection.id)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        response.headers["Link"] = (
            f'<{about}{query}>; rel="describedby"; type="application/csvm+json"'
        )
    return response


@public
@answering
def csvw(request: HttpRequest, collection_id: str) -> HttpResponseBase:
    """What the columns of the table mean, its licence, and what was left out."""
    only(request.GET, "place")
    made = _export(request, collection_id)
    url = links.absolute(request, "export", collection_id, "csv")
    return answer_with(request, csv_sheet(made, url), "", content_type="application/csvm+json")


def _export(request: HttpRequest, collection_id: str) -> Export:
    row = wanted(collection_id)
    return Export(collection=row, path=read_place(request.GET), produced_at=timezone.now())


def _without_body(request: HttpRequest, written: Iterator[bytes]) -> Iterator[bytes]:
    """Nothing is read for a request that wants the head alone."""
    return iter(()) if request.method == "HEAD" else written
