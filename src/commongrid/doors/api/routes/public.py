"""Matters as anybody reads them; raising and following one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Query, Router
from pydantic import Field

from commongrid.doors.api import shapes, shaping
from commongrid.doors.api.answers import bad_cursor, next_link, read_box, replayed, send
from commongrid.doors.api.bodies import FollowBody, RaiseBody, read
from commongrid.doors.api.documents import COMMANDED, sends
from commongrid.doors.api.entry import (
    Caller,
    anybody,
    caller_in,
    command_id_of,
    other_body,
    own_matter,
    raising,
)
from commongrid.doors.api.problems import not_found
from commongrid.doors.api.routes.common import answers, id_or_ref, place_of
from commongrid.doors.api.written import MOMENT_FORM, Flag, Moment, Whole
from commongrid.doors.common.pictures import picture_answer
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places

router = Router(tags=["public"])
Word = Annotated[str, Field(max_length=60)]
Few = Annotated[list[Word], Field(max_length=50)]
HOUR_S = 3600
MOST_COUNTED = 10_000  # counting more would take longer the more there are
SENDS, ASKS = 60, 600  # as at the pages of residents: a counter or a network may share an address


class PublicQuery(shapes.Shape):
    """What the list is narrowed to."""

    place: Word = Field(default="", description="Code of a place: it and everything below.")
    type: Few = Field(default=[], description="Codes of types; may be given several times.")
    state: Few = Field(default=[], description="States of the flow.")
    state_kind: list[Literal["open", "waiting", "end"]] = Field(default=[], max_length=3)
    received_from: Moment | None = Field(default=None, description=f"Inclusive. {MOMENT_FORM}")
    received_until: Moment | None = Field(default=None, description=f"Exclusive. {MOMENT_FORM}")
    changed_from: Moment | None = Field(default=None, description=f"Inclusive. {MOMENT_FORM}")
    changed_until: Moment | None = Field(default=None, description=f"Exclusive. {MOMENT_FORM}")
    bbox: str = Field(
        default="",
        max_length=100,
        description="west,south,east,north in degrees WGS84, of the shown points.",
    )
    order: Literal["newest", "oldest", "changed"] = "newest"
    limit: Annotated[Whole, Field(ge=1, le=200)] = 50
    after: str = Field(default="", max_length=200, description="Cursor: take it from Link.")
    with_total: Flag = Field(
        default=False,
        description="Count what fits, on the first page (without `after`), to 10,000 at the most.",
    )

    def filters(self, at: datetime) -> matters.PublicFilters:
        """As the room takes them. Raises: Problem."""
        return matters.PublicFilters(
            path=place_of(self.place, at).path if self.place else "",
            bbox=read_box(self.bbox),
            types=tuple(self.type),
            states=tuple(self.state),
            state_kinds=tuple(self.state_kind),
            received_from=aware(self.received_from),
            received_until=aware(self.received_until),
            changed_from=aware(self.changed_from),
            changed_until=aware(self.changed_until),
            order=self.order,
        )


def aware(moment: datetime | None) -> datetime | None:
    """A moment without a zone is read in the zone of the site."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return timezone.make_aware(moment)


@router.get(
    "/matters",
    auth=anybody,
    response=answers(shapes.PublicMatters, 422),
    url_name="matters",
    operation_id="list_matters",
    summary="List the matters that anybody may read",
)
def list_matters(request: HttpRequest, query: Query[PublicQuery]) -> HttpResponse:
    """Newest first, page by page. Follow the header Link to the next page."""
    caller = caller_in(request)
    try:
        page = matters.list_public_matters(
            at=caller.at,
            filters=query.filters(caller.at),
            size=query.limit,
            after=query.after,
            is_counted=query.with_total and not query.after,
            counted_to=MOST_COUNTED,
        )
    except ValueError as error:
        raise bad_cursor() from error
    body = shapes.PublicMatters(
        items=[shaping.public_matter(card) for card in page.cards],
        after=page.after,
        total=page.total,
    )
    return send(request, body, headers=next_link(request, page.after))


@router.get(
    "/matters/{matter}",
    auth=anybody,
    response=answers(shapes.PublicMatter, 404),
    url_name="matter",
    operation_id="get_matter",
    summary="Read one matter that anybody may read, by id or number",
)
def get_matter(request: HttpRequest, matter: str) -> HttpResponse:
    """Words, photos and the exact point only where the reporter shared them."""
    return send(request, shaping.public_matter(public_card(matter, caller_in(request).at)))


@router.post(
    "/matters",
    auth=raising,
    response=answers(shapes.RaisedShape, 403, 404, 409, 413, 415, 422, status=201),
    openapi_extra=sends(RaiseBody, has_photos=True) | COMMANDED,
    operation_id="raise_matter",
    summary="Raise a matter, with or without a key",
)
def raise_matter(request: HttpRequest) -> HttpResponse:
    """The receipt code is in this answer only. Without a key a few an hour are taken."""
    caller, command_id = caller_in(request), command_id_of(request)
    caller.count("api-send", tries=SENDS, window_s=HOUR_S)
    sent = read(request, RaiseBody)
    draft = draft_of(sent.body)
    contact = sent.body.contact.contact() if sent.body.contact else None
    reach_place(caller, draft)
    raised = matters.raise_matter(
        actor=caller.speaker,
        at=caller.at,
        command_id=command_id,
        draft=draft,
        contact=contact,
        photos=sent.photos,
    )
    if raised.is_replay and not matters.is_same_draft(
        command_id=command_id, draft=draft, contact=contact, photos=sent.photos
    ):
        raise other_body()
    body = shapes.RaisedShape(id=raised.id, ref=raised.ref, receipt_code=raised.receipt_code)
    return replayed(send(request, body, status=201), is_replay=raised.is_replay)


@router.get(
    "/matters/{matter}/follow",
    auth=anybody,
    response=answers(shapes.FollowShape, 404),
    url_name="follow",
    operation_id="get_followers",
    summary="How many follow a matter",
)
def get_followers(request: HttpRequest, matter: str) -> HttpResponse:
    """A number; who they are is nobody's to read."""
    card = public_card(matter, caller_in(request).at)
    is_open = card.state_kind.value != "end"
    body = shapes.FollowShape(id=card.id, ref=card.ref, followers=card.followers, is_open=is_open)
    return send(request, body)


@router.post(
    "/matters/{matter}/follow",
    auth=raising,
    response=answers(shapes.RaisedShape, 403, 404, 409, 413, 415, 422, status=201),
    openapi_extra=sends(FollowBody) | COMMANDED,
    operation_id="follow_matter",
    summary="Follow a matter instead of raising another one",
)
def follow_matter(request: HttpRequest, matter: str) -> HttpResponse:
    """Gives a receipt code of one's own, in this answer only."""
    caller, command_id = caller_in(request), command_id_of(request)
    caller.count("api-send", tries=SENDS, window_s=HOUR_S)
    sent = read(request, FollowBody)
    card = public_card(matter, caller.at)
    contact = sent.body.contact.contact() if sent.body.contact else None
    caller.must_reach(card.path)
    raised = matters.follow_matter(
        actor=caller.speaker,
        at=caller.at,
        command_id=command_id,
        matter_id=card.id,
        contact=contact,
        language=get_language() or "zh-hans",
    )
    if raised.is_replay and not matters.is_same_follow(command_id=command_id, contact=contact):
        raise other_body()
    body = shapes.RaisedShape(id=raised.id, ref=raised.ref, receipt_code=raised.receipt_code)
    return replayed(send(request, body, status=201), is_replay=raised.is_replay)


@router.get(
    "/photos/{uuid:photo_id}",
    auth=anybody,
    response=answers(None, 404),
    url_name="photo",
    operation_id="get_photo",
    summary="Read a photo: shared ones, or those of matters one may read",
    openapi_extra={
        "responses": {
            200: {
                "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def get_photo(request: HttpRequest, photo_id: str) -> HttpResponse:
    """With a receipt code in its header also those of one's own matter."""
    caller = caller_in(request)
    actor = caller.actor
    if request.headers.get("Receipt-Code"):
        actor = own_matter(request, caller)[1]
    elif caller.key is not None and "read" not in caller.key.scopes:
        actor = Caller(caller.at, caller.address).actor
    found = matters.open_photo(actor=actor, photo_id=photo_id)  # type: ignore[arg-type]
    if found is None:
        raise not_found()
    return picture_answer(found[0])


def public_card(named: str, at: datetime) -> matters.PublicCard:
    """The matter by id or number. Raises: Problem (404)."""
    matter_id, ref = id_or_ref(named)
    try:
        return matters.get_public_matter(at=at, matter_id=matter_id, ref=ref)
    except LookupError:
        raise not_found() from None


def draft_of(body: RaiseBody) -> matters.Draft:
    """As the room takes it."""
    return matters.Draft(
        type_code=body.type_code,
        text=body.text,
        grid_code=body.grid_code,
        community_code=body.community_code,
        lon=body.lon,
        lat=body.lat,
        address=body.address,
        answers=dict(body.answers),
        is_shareable=body.is_shareable,
        channel="api",
        language=get_language() or "zh-hans",
    )


def reach_place(caller: Caller, draft: matters.Draft) -> None:
    """A key raises matters in its own place. Raises: Problem (403).

    A place that is unknown is left to the command, which says so.
    """
    if caller.key is None:
        return
    found, known = None, places.look_up()  # as the command will find it
    if draft.grid_code or (draft.community_code and draft.lon is None):
        found = known.find_place(draft.grid_code or draft.community_code)
    elif draft.lon is not None and draft.lat is not None:
        found = known.locate_grid(draft.lon, draft.lat, caller.at)
    if found is not None:
        caller.must_reach(found.path)
