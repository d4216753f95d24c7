"""Addresses of this door, mounted at /api/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from commongrid.doors.api import views
from commongrid.doors.api.edge import at_the_edge
from commongrid.doors.api.entry import Entrance, anybody
from commongrid.doors.api.interface import ROUTERS, entrance_of, interface

ANYTHING = dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), anybody)


def entrances() -> dict[str, dict[str, Entrance]]:
    """By address and method: who may come in."""
    found: dict[str, dict[str, Entrance]] = {}
    for router in ROUTERS:
        for where, view in router.path_operations.items():
            route = where.strip("/").replace("{", "<").replace("}", ">")
            for operation in view.operations:
                for method in operation.methods:
                    found.setdefault(route, {})[method] = entrance_of(operation)
    return found


def _patterns() -> list[URLPattern]:
    """The addresses of ninja, each behind our edge; its own page is left out."""
    known = entrances()
    return [
        path(route, at_the_edge(pattern.callback, known[route]), name=pattern.name)
        for pattern in interface.urls[0]
        if isinstance(pattern, URLPattern) and (route := str(pattern.pattern)) in known
    ]


_v1: list[URLPattern] = [
    path("openapi.json", at_the_edge(views.openapi, {"GET": anybody}), name="openapi"),
    *_patterns(),
    re_path(r"^[\s\S]*$", at_the_edge(views.nothing, ANYTHING), name="nothing"),
]
app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("docs", views.docs, name="docs"),
    path("v1/", include((_v1, "v1"))),
]
