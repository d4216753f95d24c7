"""The page about this door, for people."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from commongrid.doors.common.gates import public
from commongrid.doors.open311.edge import now
from commongrid.doors.open311.jurisdictions import served_places
from commongrid.doors.open311.services import list_services
from commongrid.rooms.places import face as places


@public
def about(request: HttpRequest) -> HttpResponseBase:
    """What this door is, how to use it, and what it never tells."""
    served, at = served_places(), now()
    sample = next(iter(served), None)
    offered = list_services(sample, at) if sample else {}
    said = {
        "places": served,
        "sample": sample,
        "grid": next(iter(places.list_grids(sample.path, at)), None) if sample else None,
        "services": list(offered.values()),
        "base": request.build_absolute_uri(reverse("open311:root")),
        "is_keyless": settings.OPEN311_KEYLESS,
    }
    return render(request, "open311/about.html", said)


@public
def to_about(request: HttpRequest) -> HttpResponseBase:
    """The root of the endpoint has nothing of its own to say."""
    return redirect("open311:page")
