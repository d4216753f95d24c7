"""The description of this door for programs, made from the same rows that answer.

Source: OGC API - Features Part 1 (OGC 17-069r4), requirements class OpenAPI 3.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from commongrid import __version__
from commongrid.doors.ogc import links
from commongrid.doors.ogc.answering import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from commongrid.doors.ogc.asked import CRS84, DEFAULT_LIMIT, FORMATS, LARGEST_LIMIT
from commongrid.doors.ogc.catalogue import COLLECTIONS, Collection
from commongrid.doors.ogc.describing import of_field
from commongrid.doors.ogc.exports.kinds import FORMATS as EXPORTS

Doc = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, for the page."""

    path: str
    summary: str
    parameters: tuple[tuple[str, str], ...]  # name, meaning


PROBLEM = "application/problem+json"


def definition(request: HttpRequest) -> Doc:
    """The whole description."""
    paths = {
        "/": _get("landing", _("Where a client begins"), JSON, "Landing"),
        "/conformance": _get("conformance", _("What standards are met"), JSON, "Conformance"),
        "/api": _get("api", _("This description"), OPENAPI, "Anything"),
        "/collections": _get("collections", _("All collections"), JSON, "Collections"),
    }
    for collection in COLLECTIONS.values():
        paths |= _collection_paths(collection)
    paths |= {
        "/exports": _get("exports", _("List of downloads"), JSON, "Anything"),
        **{f"/exports/{row.id}.{key}": _export(row, key) for row in COLLECTIONS.values()
           for key in EXPORTS},
        **{f"/exports/{row.id}.csv-metadata.json": _csvw(row) for row in COLLECTIONS.values()},
    }  # fmt: skip
    return {
        "openapi": "3.0.3",
        "info": {
            "title": _("CommonGrid: places, grids and public matters"),
            "version": __version__,
            "description": _("OGC API - Features. Reads only; no key is needed."),
            "license": {"name": "Apache-2.0"},
        },
        "servers": [{"url": links.absolute(request, "landing").rstrip("/")}],
        "paths": paths,
        "components": {"schemas": _schemas(), "parameters": _parameters()},
    }


def operations(said: Doc) -> tuple[Operation, ...]:
    """The operations of a description with their parameters looked up."""
    known = said["components"]["parameters"]
    return tuple(
        Operation(path, methods["get"]["summary"], tuple(_named(methods["get"], known)))
        for path, methods in said["paths"].items()
    )


def _named(operation: Doc, known: Doc) -> Iterator[tuple[str, str]]:
    for row in operation["parameters"]:
        full = known[row["$ref"].rpartition("/")[2]] if "$ref" in row else row
        yield full["name"], full["description"]


def _collection_paths(row: Collection) -> Doc:
    at = f"/collections/{row.id}"
    title = str(row.title)
    feature_id = {
        "name": "featureId",
        "in": "path",
        "required": True,
        "description": _("The id of the feature"),
        "schema": {"type": "string", "minLength": 1},
        "example": row.example,
    }
    return {
        at: _get(f"{row.id}.collection", title, JSON, "Collection"),
        f"{at}/schema": _get(f"{row.id}.schema", _("Properties"), SCHEMA, "Anything"),
        f"{at}/queryables": _get(f"{row.id}.queryables", _("Filters"), SCHEMA, "Anything"),
        f"{at}/items": _get(
            f"{row.id}.items", title, GEOJSON, "Features", (*_asked(row), *_filters(row))
        ),
        f"{at}/items/{{featureId}}": _get(
            f"{row.id}.item", _("One feature"), GEOJSON, "Feature", (feature_id, _ref("crs")),
            missing=True,
        ),
    }  # fmt: skip


def _asked(row: Collection) -> tuple[Doc, ...]:
    datetime = {**_parameters()["datetime"]}
    datetime["description"] = f"{datetime['description']} {row.when}"
    return (*map(_ref, ("limit", "after", "bbox", "bbox-crs", "crs", "place")), datetime)


def _filters(row: Collection) -> tuple[Doc, ...]:
    return tuple(
        {
            "name": field.name,
            "in": "query",
            "description": f"{field.meaning}. {_('One value, or several separated by commas.')}",
            "style": "form",
            "explode": False,
            "schema": {
                "type": "array",
                "minItems": 1,
                "maxItems": 50,
                "items": _value_schema(of_field(field)),
            },
        }
        for field in row.filters
    )


def _value_schema(said: Doc) -> Doc:
    kept: Doc = {key: said[key] for key in said if key in ("type", "enum")}
    return kept if "enum" in kept else {**kept, "pattern": "^[0-9A-Za-z_.-]{1,40}$"}


def _get(
    name: str,
    summary: str,
    content_type: str,
    schema: str,
    parameters: tuple[Doc, ...] = (),
    *,
    missing: bool = False,
) -> Doc:
    answers = {
        "200": {
            "description": _("The answer"),
            "content": {
                content_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}},
                HTML: {"schema": {"type": "string"}},
            },
        },
        "400": _error(_("A parameter is not known here or cannot be read")),
    }
    if missing:
        answers["404"] = _error(_("There is no such feature, or none that is public"))
    operation = {
        "operationId": name,
        "summary": summary,
        "parameters": [_ref("f"), *parameters],
        "responses": answers,
    }
    return {"get": operation}


def _export(row: Collection, key: str) -> Doc:
    made = EXPORTS[key]
    is_json = made.content_type.endswith("json")
    schema = {"type": "object"} if is_json else {"type": "string", "format": "binary"}
    answers = {
        "200": {
            "description": str(made.title),
            "content": {made.content_type: {"schema": schema}},
        },
        "400": _error(_("A parameter is not known here or cannot be read")),
    }
    operation = {
        "operationId": f"{row.id}.{key}",
        "summary": f"{row.title}: {made.title}",
        "parameters": [_ref("place")],
        "responses": answers,
    }
    return {"get": operation}


def _csvw(row: Collection) -> Doc:
    answers = {
        "200": {
            "description": _("What the columns mean, and the licence"),
            "content": {"application/csvm+json": {"schema": {"type": "object"}}},
        },
        "400": _error(_("A parameter is not known here or cannot be read")),
    }
    operation = {
        "operationId": f"{row.id}.csvw",
        "summary": _("What the columns mean, and the licence"),
        "parameters": [_ref("place")],
        "responses": answers,
    }
    return {"get": operation}


def _error(words: str) -> Doc:
    schema = {"$ref": "#/components/schemas/Error"}
    content: Doc = {JSON: {"schema": schema}, HTML: {"schema": {"type": "string"}}}
    content[PROBLEM] = {"schema": {"type": "object"}}  # what the house says before any door
    return {"description": words, "content": content}


def _ref(name: str) -> Doc:
    return {"$ref": f"#/components/parameters/{name}"}


def _parameters() -> dict[str, Doc]:
    crs = {"type": "string", "format": "uri", "enum": [CRS84], "default": CRS84}
    rows: dict[str, tuple[str, Doc]] = {
        "f": (_("json or html; without it the header Accept decides"),
              {"type": "string", "enum": list(FORMATS)}),
        "limit": (
            _("How many features a page has at most."),
            {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT},
        ),
        "after": (_("Where the page begins; only from a link “next”."), {"type": "string"}),
        "bbox": (
            _("West, south, east, north in degrees. Finds what is shown inside, never a hidden "
              "point. A box may not cross the 180th meridian."),
            {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
        ),
        "bbox-crs": (_("Frame of the box."), crs),
        "crs": (_("Frame of the answer."), crs),
        "datetime": (
            _("An RFC 3339 time, or two with a slash; .. is an open end. Compared with:"),
            {"type": "string"},
        ),
        "place": (
            _("Code of a division or grid: keeps what lies in it."),
            {"type": "string", "pattern": "^([a-z_]+:)?[0-9A-Za-z-]{1,40}$"},
        ),
    }  # fmt: skip
    return {
        name: {
            "name": name,
            "in": "query",
            "required": False,
            "description": words,
            "schema": schema,
            **({"style": "form", "explode": False} if schema.get("type") == "array" else {}),
        }
        for name, (words, schema) in rows.items()
    }


def _schemas() -> dict[str, Doc]:
    text, number = {"type": "string"}, {"type": "number"}
    links_of = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}
    geometry = {
        "type": "object",
        "nullable": True,
        "required": ["type", "coordinates"],
        "properties": {
            "type": {"type": "string", "enum": ["Point", "Polygon", "MultiPolygon"]},
            "coordinates": {"type": "array", "items": {}},
        },
    }
    count = {"type": "integer", "minimum": 0}
    return {
        "Anything": {"type": "object"},
        "Error": _object({"code": text, "description": text}, "code", "description"),
        "Link": _object(
            {"href": text, "rel": text, "type": text, "title": text}, "href", "rel", "type"
        ),
        "Landing": _object({"title": text, "description": text, "links": links_of}, "links"),
        "Conformance": _object({"conformsTo": {"type": "array", "items": text}}, "conformsTo"),
        "Collections": _object(
            {
                "links": links_of,
                "collections": {
                    "type": "array", "items": {"$ref": "#/components/schemas/Collection"},
                },
            },
            "links", "collections",
        ),
        "Collection": _object(
            {
                "id": text, "title": text, "description": text, "links": links_of,
                "itemType": {"type": "string", "enum": ["feature"]},
                "crs": {"type": "array", "items": text}, "storageCrs": text,
                "extent": {"type": "object"},
            },
            "id", "links",
        ),
        "Feature": _object(
            {
                "type": {"type": "string", "enum": ["Feature"]}, "id": text,
                "geometry": geometry, "properties": {"type": "object"}, "links": links_of,
                "bbox": {"type": "array", "items": number},
            },
            "type", "id", "geometry", "properties",
        ),
        "Features": _object(
            {
                "type": {"type": "string", "enum": ["FeatureCollection"]},
                "features": {"type": "array", "items": {"$ref": "#/components/schemas/Feature"}},
                "links": links_of, "timeStamp": {"type": "string", "format": "date-time"},
                "numberMatched": count, "numberReturned": count,
            },
            "type", "features", "links", "timeStamp", "numberReturned",
        ),
    }  # fmt: skip


def _object(properties: Doc, *required: str) -> Doc:
    return {"type": "object", "required": list(required), "properties": properties}
