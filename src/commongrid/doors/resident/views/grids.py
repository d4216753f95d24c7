"""Grids in public: the list, the grid post, the outlines of the map."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect

from commongrid.doors.common.gates import public
from commongrid.doors.common.qr import qr_svg
from commongrid.doors.resident import flow, whereabouts
from commongrid.doors.resident.views.edge import asking, now, show
from commongrid.rooms.places import face as places

OUTLINES_S = 600  # how long a browser may keep the outlines


@public
def grids(request: HttpRequest) -> HttpResponseBase:
    """All grids of the chosen place by community, with a search."""
    place = whereabouts.chosen_place(request)
    if place is None:
        return redirect("resident:places")
    wanted = request.GET.get("q", "").strip()[:60]
    listed = whereabouts.search_grids(place, wanted, now())
    return show(request, "grids", place, listed=listed, wanted=wanted)


@public
def grid_post(request: HttpRequest, code: str) -> HttpResponseBase:
    """The post of one grid: who serves it, whom to call about that, what can be raised."""
    try:
        post = places.get_grid_post(code, now())
    except places.PlaceNotFoundError as error:
        raise Http404 from error
    here = request.build_absolute_uri(request.path)
    groups = flow.type_groups(post.place, now())
    return show(request, "grid_post", None, post=post, groups=groups, here_qr=qr_svg(here), at=here)


@public
@asking
def outlines(request: HttpRequest, code: str) -> HttpResponseBase:
    """The grid outlines of a place for the map, as GeoJSON."""
    place = places.find_place(code, now())
    if place is None:
        raise Http404
    answer = HttpResponse(
        places.outline_geojson(place.path, now()), content_type="application/geo+json"
    )
    answer.headers["Cache-Control"] = f"public, max-age={OUTLINES_S}"
    return answer


@public
@asking
def here(request: HttpRequest) -> HttpResponseBase:
    """The name of the grid a point lies in, for the map; the point is not kept."""
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError) as error:
        raise Http404 from error
    return JsonResponse({"name": whereabouts.name_of_point(lon, lat, now())})
