"""Addresses of this door and the links between its resources."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from commongrid.doors.ogc.answering import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from commongrid.doors.ogc.catalogue import Collection

QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA_REL = "http://www.opengis.net/def/rel/ogc/1.0/schema"
DATA = "http://www.opengis.net/def/rel/ogc/1.0/data"
CONFORMANCE = "http://www.opengis.net/def/rel/ogc/1.0/conformance"
Link = dict[str, Any]


def absolute(request: HttpRequest, name: str, *args: str) -> str:
    """The whole address of a page of this door."""
    return request.build_absolute_uri(reverse(f"ogc:{name}", args=args))


def link(href: str, rel: str, content_type: str, title: str = "") -> Link:
    """One link of a JSON answer."""
    return {"href": href, "rel": rel, "type": content_type, **({"title": title} if title else {})}


def both_formats(request: HttpRequest, content_type: str = JSON) -> list[Link]:
    """This answer, and the same in the other format."""
    return [
        link(_with(request, f="json"), "self", content_type, _("This document")),
        link(_with(request, f="html"), "alternate", HTML, _("This document as a page")),
    ]


def next_page(request: HttpRequest, after: str, content_type: str = GEOJSON) -> Link:
    """Where the next page is."""
    href = _with(request, after=after)
    return link(href, "next", content_type, _("Next page"))


def _with(request: HttpRequest, **changed: str) -> str:
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = value
    return f"{request.build_absolute_uri(request.path)}?{query.urlencode(safe=',/:')}"


def of_landing(request: HttpRequest) -> list[Link]:
    """What the landing page leads to."""
    return [
        *both_formats(request),
        link(absolute(request, "api"), "service-desc", OPENAPI, _("Description for programs")),
        link(
            f"{absolute(request, 'api')}?{urlencode({'f': 'html'})}",
            "service-doc",
            HTML,
            _("Description for people"),
        ),
        link(absolute(request, "conformance"), "conformance", JSON, _("What standards are met")),
        link(absolute(request, "conformance"), CONFORMANCE, JSON, _("What standards are met")),
        link(absolute(request, "collections"), "data", JSON, _("Collections")),
        link(absolute(request, "collections"), DATA, JSON, _("Collections")),
        link(absolute(request, "exports"), "enclosure", HTML, _("Downloads")),
        *licence(),
    ]


def of_collection(request: HttpRequest, collection: Collection) -> list[Link]:
    """What a collection leads to."""
    own = absolute(request, "collection", collection.id)
    items = absolute(request, "items", collection.id)
    return [
        link(own, "self", JSON, str(collection.title)),
        link(f"{own}?f=html", "alternate", HTML, _("This document as a page")),
        link(items, "items", GEOJSON, str(collection.title)),
        link(f"{items}?f=html", "items", HTML, str(collection.title)),
        link(absolute(request, "schema", collection.id), SCHEMA_REL, SCHEMA, _("Properties")),
        link(absolute(request, "schema", collection.id), "describedby", SCHEMA, _("Properties")),
        link(absolute(request, "queryables", collection.id), QUERYABLES, SCHEMA, _("Filters")),
        *licence(),
    ]


def of_feature(request: HttpRequest, collection: Collection) -> list[Link]:
    """What one feature leads to."""
    own = absolute(request, "collection", collection.id)
    return [*both_formats(request, GEOJSON), link(own, "collection", JSON, str(collection.title))]


def licence() -> list[Link]:
    """The licence of the data, where its name is an address."""
    named: str = settings.DATA_LICENCE
    is_address = named.startswith(("https://", "http://"))
    return [link(named, "license", HTML, _("Licence of the data"))] if is_address else []
