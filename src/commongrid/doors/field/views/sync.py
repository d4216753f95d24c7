"""Intentions in; answers, and what changed, out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST

from commongrid.doors.field.feeding import feed_for
from commongrid.doors.field.gates import phone, the_phone
from commongrid.doors.field.packing import pack_sha
from commongrid.doors.field.shapes import plain_answer, read_sync
from commongrid.rooms.fieldwork.face import PhoneState
from commongrid.stories.syncing import carry_out


@phone
@require_POST
@gzip_page
def sync(request: HttpRequest) -> HttpResponse:
    """Each intention is answered by itself; then the feed and the sum of the pack."""
    asker, at = the_phone(request), timezone.now()
    sent = read_sync(request, at=at)
    answers = carry_out(phone=asker, at=at, phone_at=sent.phone_at, intentions=sent.intentions)
    until = asker.ended_until
    body = {
        "server_at": at.isoformat(),
        "phone_ahead_s": round((sent.phone_at - at).total_seconds(), 3),
        "answers": [plain_answer(answer) for answer in answers],
        "feed": feed_for(asker, cursor=sent.cursor, have=sent.have, at=timezone.now()),
        "pack": pack_sha(asker, at),
        "phone": {
            "state": asker.state.value,
            "until": until.isoformat() if until else None,
            "erase": asker.state is PhoneState.ENDED,
        },
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})
