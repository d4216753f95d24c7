"""The map: outlines, clusters, and the same matters as a list beside it."""

from __future__ import annotations

import json
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from commongrid.doors.common.gates import staff
from commongrid.doors.desk import words
from commongrid.doors.desk.filters import read_asked
from commongrid.doors.desk.reading import reader_of
from commongrid.doors.desk.views.inbox import list_context
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places

LEVELS = ("township", "village", "grid")
MOST_ZOOM = 19


@staff
@require_safe
def chart(request: HttpRequest) -> HttpResponse:
    """Show the map with the list beside it."""
    reader, asked = reader_of(request), read_asked(request.GET)
    _listed, page = list_context(reader, asked)
    box = places.bounds_of(asked.filters.path or reader.root, reader.at) if reader.root else None
    page["bounds"] = json.dumps(box)
    page["lights"] = words.LIGHTS
    return render(request, "desk/map.html", page)


@staff
@require_safe
def near(request: HttpRequest) -> HttpResponse:
    """Give the list beside the map for the part of it that is seen."""
    _listed, page = list_context(reader_of(request), read_asked(request.GET))
    return render(request, "desk/parts/near.html", page)


@staff
@require_safe
def clusters(request: HttpRequest) -> HttpResponse:
    """Give the points of the part of the map that is seen, gathered by zoom."""
    reader, asked = reader_of(request), read_asked(request.GET)
    zoom = request.GET.get("zoom", "")
    found = matters.cluster_matters(
        **reader.who,
        filters=asked.filters,
        zoom=min(int(zoom), MOST_ZOOM) if zoom.isascii() and zoom.isdigit() else 12,
    )
    points = [
        {
            "lon": c.lon,
            "lat": c.lat,
            "count": c.count,
            "light": str(c.light),
            "label": c.label,
            "url": reverse("desk:matter", args=[c.matter_id]) if c.matter_id else "",
        }
        for c in found
    ]
    return JsonResponse({"points": points})


@staff
@require_safe
def outlines(request: HttpRequest) -> HttpResponse:
    """Give the outlines of one level where the reader works; 304 while they are the same."""
    reader = reader_of(request)
    wanted = request.GET.get("level", "")
    level = wanted if wanted in LEVELS else LEVELS[-1]
    text = places.outline_geojson(reader.root, reader.at, level=level) if reader.root else "{}"
    etag = f'"{sha256(text.encode()).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(text, content_type="application/geo+json")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response
