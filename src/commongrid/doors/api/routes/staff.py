"""Matters as a service account reads them and acts on them, by its own appointments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from commongrid.doors.api import shapes, shaping
from commongrid.doors.api.answers import cursor_of, next_link, read_cursor, replayed, send
from commongrid.doors.api.bodies import StepBody, read
from commongrid.doors.api.documents import MATCHED, sends
from commongrid.doors.api.entry import (
    Caller,
    acting,
    any_key,
    caller_in,
    command_id_of,
    looking,
    reading,
    version_seen,
)
from commongrid.doors.api.problems import not_found
from commongrid.doors.api.routes.common import answers, id_or_ref, place_of
from commongrid.doors.api.routes.public import Few, Word, aware
from commongrid.doors.api.stepping import check_same_step, step_fields
from commongrid.doors.api.written import MOMENT_FORM, Moment, Whole
from commongrid.rooms.matters import face as matters

router = Router(tags=["staff"])
EVERY_STATE = ("open", "waiting", "end")
TICK = timedelta(microseconds=1)


class StaffQuery(shapes.Shape):
    """What the list is narrowed to."""

    text: Annotated[str, Field(max_length=200)] = ""
    place: Word = Field(default="", description="Code of a place: it and everything below.")
    type: Few = []
    state: Few = []
    state_kind: list[Literal["open", "waiting", "end"]] = Field(default=[], max_length=3)
    light: list[Literal["none", "blue", "yellow", "red", "grey"]] = Field(default=[], max_length=5)
    unit: Few = []
    received_from: Moment | None = Field(default=None, description=f"Inclusive. {MOMENT_FORM}")
    received_until: Moment | None = Field(default=None, description=f"Exclusive. {MOMENT_FORM}")
    order: Literal["newest", "oldest"] = "newest"
    limit: Annotated[Whole, Field(ge=1, le=100)] = 50
    after: str = Field(default="", max_length=200, description="Cursor: take it from Link.")

    def filters(self, at: datetime) -> matters.Filters:
        """As the room takes them. Raises: Problem."""
        return matters.Filters(
            text=self.text,
            path=place_of(self.place, at).path if self.place else "",
            types=tuple(self.type),
            states=tuple(self.state),
            state_kinds=tuple(self.state_kind) or EVERY_STATE,
            lights=tuple(self.light),
            units=tuple(self.unit),
            received_from=aware(self.received_from),
            received_until=aware(self.received_until),
            order=self.order,
        )


@router.get(
    "/key",
    auth=any_key,
    response=answers(shapes.KeyShape),
    url_name="key",
    operation_id="get_key",
    summary="What the key that was sent opens",
)
def get_key(request: HttpRequest) -> HttpResponse:
    """Scopes, place, and the roles of the account within it."""
    key = caller_in(request).key
    assert key is not None
    body = shapes.KeyShape(
        name=key.name,
        scopes=sorted(key.scopes),
        path=key.path,
        roles=sorted({hat.role for hat in key.actor.hats}),
    )
    return send(request, body)


@router.get(
    "/staff/matters",
    auth=reading,
    response=answers(shapes.StaffMatters, 403, 422),
    url_name="staff_matters",
    operation_id="list_staff_matters",
    summary="List the matters that the account may read",
)
def list_matters(request: HttpRequest, query: Query[StaffQuery]) -> HttpResponse:
    """Page by page. Follow the header Link to the next page."""
    caller = caller_in(request)
    cards, total, after = page_of(caller, query)
    body = shapes.StaffMatters(
        items=[shaping.staff_matter(card) for card in cards], after=after, total=total
    )
    return send(request, body, headers=next_link(request, after))


@router.get(
    "/staff/matters/{matter}",
    auth=reading,
    response=answers(shapes.MatterShape, 403, 404),
    url_name="staff_matter",
    operation_id="get_staff_matter",
    summary="Read one matter as staff in charge read it",
)
def get_matter(request: HttpRequest, matter: str) -> HttpResponse:
    """Contact data is never part of it: it is opened one by one, by a person."""
    page = page_or_404(caller_in(request), matter)
    return send(request, shaping.matter(page), version=page.version)


@router.get(
    "/matters/{matter}/choices",
    auth=looking,
    response=answers(shapes.Choices, 403, 404),
    url_name="choices",
    operation_id="list_choices",
    summary="What can be done with a matter now, and why not",
)
def list_choices(request: HttpRequest, matter: str) -> HttpResponse:
    """Every step of the charter from this state, with the rule that allows or refuses it."""
    page = page_or_404(caller_in(request), matter)
    body = shapes.Choices(
        matter_id=page.card.id,
        ref=page.card.ref,
        version=page.version,
        items=shaping.choices(page.choices),
    )
    return send(request, body, version=page.version)


@router.post(
    "/matters/{matter}/steps/{action}",
    auth=acting,
    response=answers(shapes.DoneShape, 403, 404, 409, 412, 413, 415, 422),
    openapi_extra=sends(StepBody, has_photos=True) | MATCHED,
    url_name="step",
    operation_id="take_step",
    summary="Take a step on a matter as the account",
)
def take_step(request: HttpRequest, matter: str, action: str) -> HttpResponse:
    """The same command, rules and ledger as at the desk."""
    caller, command_id = caller_in(request), command_id_of(request)
    sent = read(request, StepBody)
    page = page_or_404(caller, matter)
    done = matters.take_action(
        actor=caller.actor,
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


def done_shape(done: matters.Done) -> shapes.DoneShape:
    """What a step did."""
    return shapes.DoneShape(
        matter_id=done.matter_id,
        action=done.action,
        state=done.state,
        rule=done.verdict.rule,
        is_proposal=done.is_proposal,
    )


def page_or_404(caller: Caller, named: str) -> matters.MatterPage:
    """The matter, if the account may read it. Raises: Problem (404)."""
    matter_id, ref = id_or_ref(named)
    if matter_id is None:
        matter_id = _by_ref(caller, ref)
    page = matters.get_matter(actor=caller.actor, at=caller.at, matter_id=matter_id)
    if page is None:
        raise not_found()
    return page


def _by_ref(caller: Caller, ref: str) -> UUID:
    filters = matters.Filters(text=ref, state_kinds=EVERY_STATE)
    found = matters.list_matters(actor=caller.actor, at=caller.at, filters=filters, size=10)
    card = next((card for card in found.cards if card.ref == ref.upper()), None)
    if card is None:
        raise not_found()
    return card.id


def page_of(caller: Caller, query: StaffQuery) -> tuple[list[matters.MatterCard], int, str]:
    """One page behind the cursor, the number of rows from it on, and the next cursor.

    The room counts pages; a cursor is a moment and an id, so that a matter that comes in between
    two pages moves nothing. Rows of the cursor's own moment are read again and skipped.
    """
    filters = query.filters(caller.at)
    is_newest = query.order == "newest"
    seen = read_cursor(query.after) if query.after else None
    if seen is not None:
        filters = _behind(filters, seen[0], is_newest=is_newest)
    cards: list[matters.MatterCard] = []
    number, total = 1, 0
    while True:
        found = matters.list_matters(
            actor=caller.actor, at=caller.at, filters=filters, page=number, size=query.limit + 1
        )
        total = found.total if number == 1 else total
        cards += [
            card
            for card in found.cards
            if seen is None or _is_past(card, seen, is_newest=is_newest)
        ]
        if len(cards) > query.limit or number >= found.pages:
            break
        number += 1
    shown = cards[: query.limit]
    after = cursor_of(shown[-1].received_at, shown[-1].id) if len(cards) > query.limit else ""
    return shown, total, after


def _behind(filters: matters.Filters, moment: datetime, *, is_newest: bool) -> matters.Filters:
    if is_newest:
        until = filters.received_until or moment + TICK
        return replace(filters, received_until=min(until, moment + TICK))
    return replace(filters, received_from=max(filters.received_from or moment, moment))


def _is_past(card: matters.MatterCard, seen: tuple[datetime, UUID], *, is_newest: bool) -> bool:
    moment, matter_id = seen
    if card.received_at == moment:
        return card.id > matter_id
    return card.received_at < moment if is_newest else card.received_at > moment
