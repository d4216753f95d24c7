"""The addresses of GeoReport v2; each answers in JSON and in XML."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commongrid.doors.open311.answers import answer, cleaned
from commongrid.doors.open311.asking import Asked, read_query
from commongrid.doors.open311.discovery import discovery_tree
from commongrid.doors.open311.edge import now, speaking
from commongrid.doors.open311.jurisdictions import find_jurisdiction
from commongrid.doors.open311.keys import check_key
from commongrid.doors.open311.posting import read_report, send_report
from commongrid.doors.open311.reading import (
    extensions_tree,
    get_request,
    list_requests,
    request_tree,
)
from commongrid.doors.open311.services import (
    definition_tree,
    find_service,
    list_services,
    service_tree,
)
from commongrid.doors.open311.telling import notice_for, similar_refs
from commongrid.rooms.matters.face import PublicCard

REQUESTS = "service_requests"


@speaking("GET", "HEAD")
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    """Where the standard is served."""
    page = request.build_absolute_uri(reverse("open311:page"))
    endpoint = request.build_absolute_uri(reverse("open311:root"))
    tree = discovery_tree(endpoint, page, is_demo=settings.IS_DEMO, at=now())
    return answer("discovery", tree, form)


@speaking("GET", "HEAD")
def services(request: HttpRequest, form: str) -> HttpResponse:
    """What can be reported in a jurisdiction."""
    offered = list_services(find_jurisdiction(request.GET), now())
    return answer("services", [service_tree(one) for one in offered.values()], form)


@speaking("GET", "HEAD")
def definition(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The questions of one type."""
    service = find_service(cleaned(code), find_jurisdiction(request.GET), now())
    return answer("service_definition", definition_tree(service), form)


@speaking("GET", "HEAD", "POST")
def requests(request: HttpRequest, form: str) -> HttpResponse:
    """List public matters, or raise one."""
    return _post(request, form) if request.method == "POST" else _list(request, form)


@speaking("GET", "HEAD")
def one_request(request: HttpRequest, ref: str, form: str) -> HttpResponse:
    """One public matter."""
    card = get_request(cleaned(ref), find_jurisdiction(request.GET), now())
    is_full = request.GET.get("extensions", "").lower() in ("true", "1")
    return answer(REQUESTS, [_tree(request, card, is_full=is_full)], form)


@speaking("GET", "HEAD")
def token(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """The id of a request by its token: here both are the same (ADR 0012)."""
    card = get_request(cleaned(token), find_jurisdiction(request.GET), now())
    return answer(REQUESTS, [{"service_request_id": card.ref, "token": card.ref}], form)


def _list(request: HttpRequest, form: str) -> HttpResponse:
    at = now()
    asked = read_query(request.GET, find_jurisdiction(request.GET), at)
    cards, has_more = list_requests(asked, at)
    trees = [_tree(request, card, is_full=asked.has_extensions) for card in cards]
    response = answer(REQUESTS, trees, form)
    if has_more:
        response.headers["Link"] = f'<{_next_page(request, asked)}>; rel="next"'
    return response


def _post(request: HttpRequest, form: str) -> HttpResponse:
    at = now()
    key = check_key(request, at)
    place = find_jurisdiction(request.POST, request.GET)
    report = read_report(request, place, key, at)
    similar = similar_refs(report, at)
    raised = send_report(report, key, at)
    link = request.build_absolute_uri(reverse("resident:my_link", args=[raised.receipt_code]))
    tree = {
        "service_request_id": raised.ref,
        "service_notice": notice_for(report, raised, request.POST, at),
        "account_id": None,
        "receipt_code": raised.receipt_code,
        "receipt_url": link,
        "similar": [ref for ref in similar if ref != raised.ref],
    }
    return answer(REQUESTS, [tree], form)


def _tree(request: HttpRequest, card: PublicCard, *, is_full: bool) -> dict[str, Any]:
    def photo_address(photo_id: UUID) -> str:
        return request.build_absolute_uri(reverse("resident:shared_photo", args=[photo_id]))

    more = extensions_tree(card, photo_address) if is_full else {}
    return {**request_tree(card, photo_address), **more}


def _next_page(request: HttpRequest, asked: Asked) -> str:
    told = request.GET.copy()
    told["page"], told["page_size"] = str(asked.page + 1), str(asked.size)
    lists = [(name, value) for name, values in told.lists() for value in values]
    return request.build_absolute_uri(f"{request.path}?{urlencode(lists)}")
