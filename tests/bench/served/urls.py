"""The house's addresses and, under /bench/, pages that do one thing each.

``insert`` is the measure: what the least honest page of this server costs that reads a request,
writes one row in a transaction and answers. The row is an outbox row made by the ORM: a counted
key and two indexes, against the seven kinds of rows of a matter with all of theirs.
``raise`` reads the same request and raises a matter.
Both are called with the same bytes through the same middleware; neither is there in a real house.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from commongrid.charter.matter import PUBLIC
from commongrid.ledger.models import OutboxRow
from commongrid.rooms.matters import face as matters

handler400 = "commongrid.doors.common.errors.bad_request"
handler403 = "commongrid.doors.common.errors.forbidden"
handler404 = "commongrid.doors.common.errors.not_found"
handler500 = "commongrid.doors.common.errors.server_error"
FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@csrf_exempt  # as programs call: without a page of ours before
def insert(request: HttpRequest) -> HttpResponse:
    """One row in one transaction, by the ORM."""
    asked = json.loads(request.body)
    with transaction.atomic():
        row = OutboxRow.objects.create(
            topic="bench", subject=asked["text"][:80], command_id=uuid4(), created_at=timezone.now()
        )
    return JsonResponse({"id": row.pk, "ref": "", "receipt": ""}, status=201)


@csrf_exempt
def raise_one(request: HttpRequest) -> HttpResponse:
    """A matter with contact data, by the room's command."""
    asked = json.loads(request.body)
    raised = matters.raise_matter(
        actor=PUBLIC,
        at=_moment(asked) or timezone.now(),
        command_id=uuid4(),
        draft=matters.Draft(
            type_code=asked["type"],
            text=asked["text"],
            lon=asked["lon"],
            lat=asked["lat"],
            address=asked["address"],
            channel="api",
        ),
        contact=matters.Contact(name=asked["name"], phone=asked["phone"]),
    )
    told = {"id": str(raised.id), "ref": raised.ref, "receipt": raised.receipt_code}
    return JsonResponse(told, status=201)


def _moment(asked: dict[str, Any]) -> datetime | None:
    return datetime.fromisoformat(asked["at"]) if asked.get("at") else None


def _counted(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The same page, saying how many statements it sent."""

    def page(request: HttpRequest) -> HttpResponse:
        seen = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if not sql.lstrip().upper().startswith(FRAME):
                seen.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            answer = view(request)
        answer.headers["X-Statements"] = str(len(seen))
        return answer

    return csrf_exempt(page)


LARGE = b"x" * (4 * 1024 * 1024)


def large(_request: HttpRequest) -> HttpResponse:
    """More than a socket holds, for those who take it slowly."""
    return HttpResponse(LARGE)


urlpatterns = [
    path("bench/large", large),
    path("bench/insert", insert),
    path("bench/raise", raise_one),
    path("bench/counted/insert", _counted(insert)),
    path("bench/counted/raise", _counted(raise_one)),
    path("", include("commongrid.site.urls")),
]
