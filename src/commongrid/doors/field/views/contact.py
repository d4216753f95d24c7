"""Open the contact data of one matter on a phone: an act with its reason, seen by the person."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commongrid.doors.common import problems
from commongrid.doors.common.ratelimit import count_knock
from commongrid.doors.field.gates import phone, problem, the_phone
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.matters import face as matters

ERASE_AFTER_S = 8 * 3600  # one shift
TRIES, WINDOW_S = 30, 600
LONGEST_PURPOSE = 300
MOST_BYTES = 4096
UNKNOWN = Text(zh="没有找到这件事项。", en="There is no such matter.")


@phone
@require_POST
def contact(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Name and ways to reach the person; the phone erases them after a shift."""
    _count(the_phone(request))
    number, purpose = _asked(request)
    opened = _opened(the_phone(request), matter_id, number, purpose)
    told = {"name": opened.name, "phone": opened.phone, "email": opened.email}
    return JsonResponse({**told, "erase_after_s": ERASE_AFTER_S})


def _count(asker: fieldwork.PhoneCard) -> None:
    """By phone, not by address: many phones share one. Raises: Problem."""
    knocks = count_knock(
        page="field-contact", address=f"phone:{asker.id}", window_s=WINDOW_S, at=timezone.now()
    )
    if knocks > TRIES:
        say = _("Too many requests. Wait and try again.")
        wait = {"Retry-After": str(WINDOW_S)}
        raise problems.Problem(429, "field.too_many", say, headers=wait)


def _asked(request: HttpRequest) -> tuple[UUID, str]:
    """The number of the command and the reason. Raises: Problem."""
    try:
        sent: Any = json.loads(request.body[:MOST_BYTES])
        return UUID(str(sent["id"])), " ".join(str(sent["purpose"]).split())[:LONGEST_PURPOSE]
    except (ValueError, KeyError, TypeError) as error:
        raise problems.Problem(400, "field.unreadable", _("This cannot be read.")) from error


def _opened(
    asker: fieldwork.PhoneCard, matter_id: UUID, number: UUID, purpose: str
) -> matters.Contact:
    """Raises: Problem."""
    if asker.state is not fieldwork.PhoneState.IN_SERVICE:
        raise problems.Problem(403, "field.ended", _("Your post is over."))
    if not purpose:
        raise problems.Problem(422, "field.purpose", _("Say why you need it."), "purpose")
    at = timezone.now()
    if matters.find_standing(actor=asker.actor, at=at, matter_id=matter_id) is None:
        # Not "you may not": that would tell of a complaint that it is there.
        raise problem(404, "matter.unknown", UNKNOWN)
    try:
        return matters.reveal_contact(
            actor=asker.actor,
            at=at,
            command_id=fieldwork.command_id_for(number, account_id=asker.account_id),
            matter_id=matter_id,
            purpose=purpose,
        )
    except Refused as refused:
        verdict = refused.verdict
        status = 404 if verdict.rule == "matter.unknown" else 403
        raise problems.Problem(
            status, verdict.rule, verdict.say.in_(get_language() or "")
        ) from refused
