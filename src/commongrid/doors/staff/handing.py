"""Handovers of grids in words: what moves, what does not, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commongrid.charter.matter import Actor
from commongrid.doors.staff.roster import APPOINTING, Officer
from commongrid.kernel.text import Text
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face
from commongrid.rooms.places import face as places

WORKING = "grid_worker"
KINDS = {"for_good": _("for good"), "leave_cover": _("leave cover")}
STATES = {
    "proposed": (_("waits for consent"), "yellow"),
    "agreed": (_("agreed"), "blue"),
    "covering": (_("cover in effect"), "blue"),
    "done": (_("done"), "green"),
    "withdrawn": (_("withdrawn"), ""),
    "lapsed": (_("off by itself"), ""),
}
LIGHTS = {
    "red": _("Red"),
    "yellow": _("Yellow"),
    "blue": _("Blue"),
    "grey": _("Standing still"),
    "none": _("In time"),
}


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """A handover in a list."""

    card: fieldwork.HandoverCard
    place: Text
    kind: Any
    state: Any
    tone: str
    waits_for_me: bool


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post as a grid worker that could be handed over."""

    post: face.AppointmentCard
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a handover would move now, and what it leaves."""

    standing: matters.GridStanding
    lights: tuple[tuple[str, Any, int], ...]
    phones: tuple[fieldwork.PhoneEntry, ...]
    posted: places.GridPostCard | None
    beside: tuple[str, ...]
    phone_days: int  # in which what is unsent is still taken

    @property
    def total(self) -> int:
        """Open matters in the grid."""
        return len(self.standing.lines)


def lines_of(cards: Iterable[fieldwork.HandoverCard], account_id: int) -> list[HandoverLine]:
    """Handovers in words. Cost: 1 statement."""
    cards = tuple(cards)
    known = places.list_places(tuple({card.grid_path for card in cards}))
    return [
        HandoverLine(
            card=card,
            place=known[card.grid_path].name
            if card.grid_path in known
            else Text.both(card.grid_code),
            kind=KINDS[card.kind],
            state=STATES[card.state][0],
            tone=STATES[card.state][1],
            waits_for_me=card.waits_for(account_id),
        )
        for card in cards
    ]


def post_lines(officer: Officer) -> list[PostLine]:
    """Posts of grid workers in the areas one appoints for, by place and name.

    Cost: one statement an area and one for places.
    """
    held = [p for area in officer.areas for p in face.list_appointments(area, officer.at)]
    posts = [p for p in held if p.role == WORKING and f"staff:{p.account_id}" != officer.actor.key]
    known = places.list_places(tuple({post.place_path for post in posts}))
    language = get_language() or ""
    return [
        PostLine(
            post=post,
            name=_name(post, language),
            place=known[post.place_path].name.in_(language),
        )
        for post in posts
        if post.place_path in known
    ]


def staff_choices(officer: Officer, leave_out: int) -> list[tuple[str, str]]:
    """Staff of the areas, each once, by name: who may take a grid over."""
    language = get_language() or ""
    found = {
        str(post.account_id): _name(post, language)
        for area in officer.areas
        for post in face.list_appointments(area, officer.at)
        if post.account_id != leave_out and f"staff:{post.account_id}" != officer.actor.key
    }
    return sorted(found.items(), key=lambda pair: (pair[1], pair[0]))


def preview_of(*, code: str, path: str, unit: str, outgoing_id: int, at: datetime) -> Preview:
    """What is there to hand over at this moment. Cost: 9 statements and the charters."""
    standing = matters.get_grid_standing(path=path, unit=unit, at=at)
    counted = standing.by_light
    keys = {
        f"staff:{post.account_id}"
        for post in fieldwork.list_holders(path, at)
        if post.account_id != outgoing_id
    }
    names = face.display_names(keys, get_language() or "") if keys else {}
    phones = fieldwork.list_own_phones(outgoing_id)
    return Preview(
        standing=standing,
        lights=tuple((key, said, counted[key]) for key, said in LIGHTS.items() if key in counted),
        phones=tuple(phone for phone in phones if phone.revoked_at is None),
        posted=_posted(code, at),
        beside=tuple(sorted(names.values())),
        phone_days=_phone_days(path, at),
    )


def is_office(actor: Actor, card: fieldwork.HandoverCard) -> bool:
    """Whether somebody appoints over the grid and is none of its ends."""
    ends = {f"staff:{card.outgoing_id}", f"staff:{card.incoming_id}"}
    return actor.key not in ends and any(
        hat.role == APPOINTING and hat.path and card.grid_path.startswith(hat.path)
        for hat in actor.hats
    )


def _phone_days(path: str, at: datetime) -> int:
    try:
        return places.charter_in_force(path, at)[1].number("phone_grace_days")
    except (places.NoCharterError, KeyError):
        return fieldwork.GRACE_DAYS


def _posted(code: str, at: datetime) -> places.GridPostCard | None:
    try:
        post = places.get_grid_post(code, at)
    except places.PlaceNotFoundError:
        return None
    return post if post.worker_name else None


def _name(post: face.AppointmentCard, language: str) -> str:
    return (post.display_name_en if language.startswith("en") else "") or post.display_name
