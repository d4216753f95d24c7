"""One's own matter, opened by the code of the receipt, which travels in a header."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from commongrid.charter.matter import Actor
from commongrid.doors.api import shapes, shaping
from commongrid.doors.api.answers import replayed, send
from commongrid.doors.api.bodies import StepBody, read
from commongrid.doors.api.documents import MATCHED, RECEIPT, sends, with_headers
from commongrid.doors.api.entry import (
    Caller,
    anybody,
    caller_in,
    command_id_of,
    own_matter,
    version_seen,
)
from commongrid.doors.api.problems import not_found
from commongrid.doors.api.routes.common import answers
from commongrid.doors.api.routes.staff import done_shape
from commongrid.doors.api.stepping import check_same_step, step_fields
from commongrid.rooms.matters import face as matters

router = Router(tags=["own"])


@router.get(
    "/own",
    auth=anybody,
    response=answers(shapes.OwnMatter, 404),
    openapi_extra=with_headers(RECEIPT),
    url_name="own",
    operation_id="get_own_matter",
    summary="Read one's own matter",
)
def get_own(request: HttpRequest) -> HttpResponse:
    """Who follows a matter reads its progress, not the words of whoever raised it."""
    caller = caller_in(request)
    page, actor = _page(request, caller)
    told = shaping.matter(page).model_dump()
    body = shapes.OwnMatter(
        **told,
        is_follower=str(page.card.id) not in actor.owns,
        choices=shaping.choices(page.choices),
    )
    return send(request, body, version=page.version)


@router.post(
    "/own/steps/{action}",
    auth=anybody,
    response=answers(shapes.DoneShape, 403, 404, 409, 412, 413, 415, 422),
    openapi_extra=sends(StepBody, has_photos=True) | with_headers(RECEIPT, *MATCHED["parameters"]),
    url_name="own_step",
    operation_id="take_own_step",
    summary="Confirm, dispute, rate, answer or withdraw one's own matter",
)
def take_own_step(request: HttpRequest, action: str) -> HttpResponse:
    """The steps and their fields are those that ``/own`` lists."""
    caller, command_id = caller_in(request), command_id_of(request)
    page, actor = _page(request, caller)
    sent = read(request, StepBody)
    done = matters.take_action(
        actor=actor,
        at=caller.at,
        command_id=command_id,
        matter_id=page.card.id,
        action=action,
        fields=step_fields(page.choices, action, sent.body.fields),
        photos=sent.photos,
        expected_version=version_seen(request, page.version),
    )
    check_same_step(done, command_id, sent)
    return replayed(send(request, done_shape(done)), is_replay=done.is_replay)


def _page(request: HttpRequest, caller: Caller) -> tuple[matters.MatterPage, Actor]:
    matter_id, actor = own_matter(request, caller)
    page = matters.get_own_matter(actor=actor, at=caller.at, matter_id=matter_id)
    if page is None:
        raise not_found()
    return page, actor
