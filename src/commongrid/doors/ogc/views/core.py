"""Landing page, conformance, the description for programs, and the collections."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from commongrid.doors.common.gates import public
from commongrid.doors.ogc import describing, openapi
from commongrid.doors.ogc.answering import OPENAPI, SCHEMA, answer_with, answering
from commongrid.doors.ogc.asked import only
from commongrid.doors.ogc.catalogue import COLLECTIONS, Collection
from commongrid.doors.ogc.features import NoFeatureError

now = timezone.now


def wanted(collection_id: str) -> Collection:
    """The collection named. Raises: NoFeatureError."""
    if collection_id not in COLLECTIONS:
        raise NoFeatureError(collection_id)
    return COLLECTIONS[collection_id]


@public
@answering
def landing(request: HttpRequest) -> HttpResponseBase:
    """Where a client begins."""
    only(request.GET, "f")
    said = describing.landing(request)
    return answer_with(request, said, "landing", collections=COLLECTIONS.values())


@public
@answering
def conformance(request: HttpRequest) -> HttpResponseBase:
    """Which parts of the standards are met."""
    only(request.GET, "f")
    return answer_with(request, describing.conformance(request), "conformance")


@public
@answering
def api(request: HttpRequest) -> HttpResponseBase:
    """The OpenAPI description, and the same for people."""
    only(request.GET, "f")
    said = openapi.definition(request)
    return answer_with(
        request, said, "api", content_type=OPENAPI, operations=openapi.operations(said)
    )


@public
@answering
def collections(request: HttpRequest) -> HttpResponseBase:
    """All collections."""
    only(request.GET, "f")
    return answer_with(request, describing.collections(request, now()), "collections")


@public
@answering
def collection(request: HttpRequest, collection_id: str) -> HttpResponseBase:
    """One collection."""
    only(request.GET, "f")
    row = wanted(collection_id)
    said = describing.collection(request, row, now())
    return answer_with(request, said, "collection", collection=row)


@public
@answering
def schema(request: HttpRequest, collection_id: str) -> HttpResponseBase:
    """The properties of a collection."""
    only(request.GET, "f")
    row = wanted(collection_id)
    said = describing.schema(request, row)
    return answer_with(request, said, "schema", content_type=SCHEMA, collection=row)


@public
@answering
def queryables(request: HttpRequest, collection_id: str) -> HttpResponseBase:
    """The properties one can ask for."""
    only(request.GET, "f")
    row = wanted(collection_id)
    said = describing.queryables(request, row)
    return answer_with(request, said, "schema", content_type=SCHEMA, collection=row)


@public
@answering
def nothing(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Any other address of this door: the standard's 404, not the site's page."""
    raise NoFeatureError(rest)
