"""Webhooks of the areas a program's account looks after: list, register, remove.

The same commands as on the page of the data protection officer; so the account needs that post.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Router

from commongrid.doors.api import shapes
from commongrid.doors.api.answers import send
from commongrid.doors.api.bodies import WebhookBody, read
from commongrid.doors.api.documents import COMMANDED, sends
from commongrid.doors.api.entry import caller_in, command_id_of, hooking, other_body
from commongrid.doors.api.problems import Problem, not_found
from commongrid.doors.api.routes.common import answers
from commongrid.kernel.verdict import Refused
from commongrid.rooms.subscriptions import face as subscriptions

router = Router(tags=["webhooks"])
FIELDS = {"place": "place_code", "name": "name", "url": "url"}  # a refusal names one of them
WHO = "keep_webhooks"


@router.get(
    "/webhooks",
    auth=hooking,
    response=answers(shapes.Webhooks, 403),
    url_name="webhooks",
    operation_id="list_webhooks",
    summary="The webhooks of the account's areas",
)
def list_webhooks(request: HttpRequest) -> HttpResponse:
    """Never with a secret."""
    rows = subscriptions.list_webhooks(caller_in(request).actor)
    items = [shapes.WebhookShape.model_validate(row, from_attributes=True) for row in rows]
    return send(request, shapes.Webhooks(items=items))


@router.post(
    "/webhooks",
    auth=hooking,
    response=answers(shapes.WebhookMade, 403, 409, 413, 415, 422, status=201),
    openapi_extra=sends(WebhookBody) | COMMANDED,
    operation_id="add_webhook",
    summary="Let a program be told of what happens to public matters of a place",
)
def add_webhook(request: HttpRequest) -> HttpResponse:
    """The secret that signs the calls is in this answer only; sent again, it is shown again."""
    caller, command_id = caller_in(request), command_id_of(request)
    given = read(request, WebhookBody).body
    try:
        made = subscriptions.add_webhook(
            actor=caller.actor,
            at=caller.at,
            command_id=command_id,
            name=given.name,
            url=given.url,
            place_code=given.place_code,
        )
    except Refused as refusal:
        raise _problem(refusal) from refusal
    kept = {row.id: row for row in subscriptions.list_webhooks(caller.actor)}.get(made.id)
    is_same = kept is not None and (kept.name, kept.url) == (given.name.strip(), given.url)
    if kept is None or not is_same or f"{given.place_code}/" not in kept.path:
        raise other_body()  # or it was removed since: the secret opens nothing then
    body = shapes.WebhookMade(id=made.id, key_id=made.key_id, secret=made.secret)
    return send(request, body, status=201)


@router.delete(
    "/webhooks/{uuid:webhook_id}",
    auth=hooking,
    response=answers(None, 403, 404, 409, status=204),
    openapi_extra=COMMANDED,
    url_name="webhook",
    operation_id="remove_webhook",
    summary="Tell a program no more",
)
def remove_webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """What waits to be told it is dropped."""
    caller, command_id = caller_in(request), command_id_of(request)
    try:
        subscriptions.remove_webhook(
            actor=caller.actor, at=caller.at, command_id=command_id, webhook_id=webhook_id
        )
    except Refused as refusal:
        raise _problem(refusal) from refusal
    return HttpResponse(status=204)


def _problem(refusal: Refused) -> Problem:
    """Which field, who not, or that there is none to be seen."""
    verdict = refusal.verdict
    last = verdict.rule.rpartition(".")[2]
    say = verdict.say.in_(get_language() or "")
    if last in FIELDS:
        return Problem(422, verdict.rule, say, FIELDS[last])
    if last == "unknown":
        return not_found()
    return Problem(403 if last == WHO else 409, verdict.rule, say)
