"""The rules and the map of a phone's grids, as data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from commongrid.doors.common import problems
from commongrid.doors.field.gates import phone, the_phone
from commongrid.doors.field.packing import pack_for, pack_sha


@phone
@require_safe
@gzip_page
def pack(request: HttpRequest) -> HttpResponse:
    """The pack, or 304 when the phone has it."""
    at, asker = timezone.now(), the_phone(request)
    etag = f'"{pack_sha(asker, at)}"'
    if etag != '""' and etag in request.headers.get("If-None-Match", ""):
        return _closed(HttpResponse(status=304), etag)
    packed = pack_for(asker, at)
    if packed is None:
        say = _("This phone is not in service for a grid, or no charter is in force there.")
        raise problems.Problem(409, "field.no_pack", say)
    answer = JsonResponse(packed.body, json_dumps_params={"ensure_ascii": False})
    return _closed(answer, f'"{packed.sha}"')


def _closed(answer: HttpResponse, etag: str) -> HttpResponse:
    """The app keeps it, encrypted; the browser's own cache does not."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["ETag"] = etag
    return answer
