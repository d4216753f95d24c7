"""Errors for programs: problem details, or the error forms of Open311.

Source: RFC 9457; Open311 GeoReport v2, section "Errors".
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse, JsonResponse

from commongrid.doors.common.trouble import Trouble

PHONES = ("/field/sync/", "/field/files/", "/field/pack/", "/field/contact/")
DOORS = ("/api/", "/ogc/", "/open311/", "/-/", *PHONES)
TITLES = {
    Trouble.DATABASE: "The database does not answer. Send the same request again later.",
    Trouble.DISK: "There is no room left to write. Send the same request again later.",
    Trouble.FAULT: "Something broke on our side.",
}
RULES = {Trouble.DATABASE: "house.database", Trouble.DISK: "house.disk"}


def asks_by_program(request: HttpRequest) -> bool:
    """Whether a program asked: by the door, or because it accepts JSON and no page."""
    accepted = request.headers.get("Accept", "")
    return request.path.startswith(DOORS) or ("json" in accepted and "html" not in accepted)


def machine_error(request: HttpRequest, status: int, trouble: Trouble) -> HttpResponse:
    """The error in the form of the door that was asked."""
    return machine_answer(request, status, TITLES[trouble], RULES.get(trouble, "house.fault"))


def machine_answer(request: HttpRequest, status: int, title: str, rule: str) -> HttpResponse:
    """Any error that no door's own code answers, such as an address that holds a NUL."""
    if not request.path.startswith("/open311/"):
        problem = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "rule": rule,
        }
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    if request.path.endswith(".xml"):
        body = (
            '<?xml version="1.0" encoding="utf-8"?>\n'
            f"<errors><error><code>{status}</code>"
            f"<description>{escape(title)}</description></error></errors>\n"
        )
        return HttpResponse(body, status=status, content_type="text/xml; charset=utf-8")
    errors = [{"code": status, "description": title}]
    return JsonResponse(errors, status=status, safe=False)
