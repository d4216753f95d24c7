"""The documents about the collections: what there is, where it lies, what its columns mean."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from commongrid.doors.ogc import links
from commongrid.doors.ogc.asked import CRS84
from commongrid.doors.ogc.catalogue import COLLECTIONS, MATTERS, Collection, Field
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places

CONFORMS_TO = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
)
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_JSON_SORTS = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
}


def landing(request: HttpRequest) -> dict[str, Any]:
    """The first document: a title and where to go from here."""
    return {
        "title": _("CommonGrid: places, grids and public matters"),
        "description": _(
            "Divisions, grids and the matters that anybody may read, as layers for maps. No "
            "names, no contact data, no addresses; what was not shared is not here."
        ),
        "attribution": _("the places that run CommonGrid here"),
        "licence": settings.DATA_LICENCE or _("not stated; ask the place"),
        "links": links.of_landing(request),
    }


def conformance(request: HttpRequest) -> dict[str, Any]:
    """Which parts of the standards are met."""
    return {"conformsTo": list(CONFORMS_TO), "links": links.both_formats(request)}


def collections(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """All collections. Cost: 4 statements."""
    extents = _extents(at)
    return {
        "links": links.both_formats(request),
        "crs": [CRS84],
        "collections": [
            _collection(request, collection, extents[collection.id])
            for collection in COLLECTIONS.values()
        ],
    }


def collection(request: HttpRequest, wanted: Collection, at: datetime) -> dict[str, Any]:
    """One collection."""
    return _collection(request, wanted, _extents(at)[wanted.id])


def _collection(request: HttpRequest, wanted: Collection, extent: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": wanted.id,
        "title": str(wanted.title),
        "description": str(wanted.description),
        "itemType": "feature",
        "extent": extent,
        "crs": [CRS84],
        "storageCrs": CRS84,
        "links": links.of_collection(request, wanted),
    }


def _extents(at: datetime) -> dict[str, dict[str, Any]]:
    bounds = places.bounds_of("/")
    space = {"spatial": {"bbox": [list(bounds)], "crs": CRS84}} if bounds else {}
    oldest = matters.list_public_matters(
        at=at, filters=matters.PublicFilters(order="oldest"), size=1
    ).cards
    since = timezone.localtime(oldest[0].received_at).isoformat() if oldest else None
    matters_time = {"temporal": {"interval": [[since, None]], "trs": GREGORIAN}}
    places_time = {"temporal": {"interval": [[None, None]], "trs": GREGORIAN}}
    return {
        key: {**space, **(matters_time if key == MATTERS.id else places_time)}
        for key in COLLECTIONS
    }


def schema(request: HttpRequest, wanted: Collection) -> dict[str, Any]:
    """The properties of a collection as a JSON Schema; their names do not change."""
    return {
        "$schema": _SCHEMA,
        "$id": links.absolute(request, "schema", wanted.id),
        "type": "object",
        "title": str(wanted.title),
        "description": str(wanted.description),
        "properties": {
            **{field.name: of_field(field, nullable=True) for field in wanted.fields},
            "geometry": {"format": wanted.geometry, "x-ogc-role": "primary-geometry"},
        },
    }


def queryables(request: HttpRequest, wanted: Collection) -> dict[str, Any]:
    """The properties that can be asked for by name."""
    return {
        "$schema": _SCHEMA,
        "$id": links.absolute(request, "queryables", wanted.id),
        "type": "object",
        "title": str(wanted.title),
        "description": _("A parameter of this name keeps the features with this value."),
        "properties": {field.name: of_field(field) for field in wanted.filters},
        "additionalProperties": False,
    }


def of_field(field: Field, *, nullable: bool = False) -> dict[str, Any]:
    """A property as JSON Schema."""
    said: dict[str, Any] = {"title": field.name, "description": str(field.meaning)}
    said |= _JSON_SORTS[field.sort]
    if field.values:
        said["enum"] = list(field.values)
    if nullable and field.sort in ("date", "date-time", "number"):
        said["type"] = [said["type"], "null"]
    return said
