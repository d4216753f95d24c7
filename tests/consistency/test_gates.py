"""Every address says who may come in."""

from django.http import HttpResponse
from django.urls import path

from commongrid.doors.common import gates
from commongrid.site.generated import routes

KNOWN = ("public", "receipt", "staff", "key", "phone")


def without_gate(pairs):
    """List the addresses whose view names no gate we know."""
    return [
        where
        for where, pattern in pairs
        if str(getattr(pattern.callback, "gate", "")).split(":")[0] not in KNOWN
    ]


def test_every_route_names_its_gate():
    assert without_gate(routes()) == []


def test_a_view_without_a_gate_is_found():
    def bare(request):
        return HttpResponse()

    pairs = [("/bare", path("bare", bare)), ("/open", path("open", gates.public(bare)))]
    assert without_gate(pairs) == ["/bare"]


def test_the_routes_are_all_walked():
    names = {where for where, _ in routes()}
    assert {"/-/alive", "/language/"} <= names
