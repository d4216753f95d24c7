"""Public matters as the standard's requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from commongrid.charter.schema import StateKind
from commongrid.doors.open311.asking import MOST, Asked
from commongrid.doors.open311.edge import language
from commongrid.doors.open311.faults import bad, missing
from commongrid.kernel.coordinates import distance_m
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.face import PublicCard, PublicFilters
from commongrid.rooms.places.face import PlaceCard

Tree = dict[str, Any]
PhotoAddress = Callable[[UUID], str]


def list_requests(asked: Asked, at: datetime) -> tuple[tuple[PublicCard, ...], bool]:
    """One page of public matters, and whether there is another.

    Cost: 3 statements, however many matters there are.
    """
    if asked.circle is not None:
        return _within_circle(asked, at)
    found = matters.list_public_matters(
        at=at, filters=asked.filters, size=asked.size, offset=asked.offset
    )
    return found.cards, bool(found.after)


def get_request(ref: str, place: PlaceCard, at: datetime) -> PublicCard:
    """One public matter of a jurisdiction. Raises: FaultError 404."""
    wanted = PublicFilters(path=place.path, refs=(ref,))
    found = matters.list_public_matters(at=at, filters=wanted, size=1)
    if not found.cards:
        words = _("service_request_id %(ref)s was not found, or is not public.")
        raise missing(words % {"ref": ref[:40]})
    return found.cards[0]


def request_tree(card: PublicCard, photo_address: PhotoAddress) -> Tree:
    """A public matter with the fields of the standard, in its order.

    Nothing here comes from a contact, an account or words that were not shared.
    """
    tongue = language()
    is_closed = card.state_kind is StateKind.END
    changed_at = (card.closed_at if is_closed else None) or card.changed_at
    return {
        "service_request_id": card.ref,
        "status": "closed" if is_closed else "open",
        "status_notes": card.state_plain.in_(tongue) or card.state_name.in_(tongue),
        "service_name": card.type_name.in_(tongue),
        "service_code": card.type_code,
        "description": card.text or _plain_sentence(card),
        "agency_responsible": card.unit_name.in_(tongue) or None,
        "service_notice": None,
        "requested_datetime": w3c(card.received_at),
        "updated_datetime": w3c(changed_at),
        "expected_datetime": w3c(card.promised_at) if card.promised_at else None,
        "address": _address(card),
        "address_id": card.place_code,
        "zipcode": None,
        "lat": card.lat,
        "long": card.lon,
        "media_url": photo_address(card.photo_ids[0]) if card.photo_ids else None,
    }


def extensions_tree(card: PublicCard, photo_address: PhotoAddress) -> Tree:
    """What the standard has no field for; given only where ``extensions=true`` asks for it."""
    return {
        "extended_attributes": {
            "channel": card.channel,
            "state": card.state,
            "community_id": card.community_code,
            "is_exact": card.is_exact,
            "promise": card.promise or None,
            "followers": card.followers,
            "redone": card.redone,
            "photos": [{"media_url": photo_address(photo)} for photo in card.photo_ids],
        }
    }


def w3c(at: datetime) -> str:
    """A point in time as the W3C note has it, to the second, with the zone of the place."""
    return timezone.localtime(at).isoformat(timespec="seconds")


def _plain_sentence(card: PublicCard) -> str:
    words = {"name": card.type_name.in_(language()), "state": card.state_name.in_(language())}
    return _("%(name)s: %(state)s. The words of the report are not shared.") % words


def _address(card: PublicCard) -> str:
    """From the smaller to the larger unit; a grid called after its community says both."""
    grid, community = (name.in_(language()) for name in (card.place_name, card.community_name))
    return grid if community in grid else f"{grid}, {community}"


def _within_circle(asked: Asked, at: datetime) -> tuple[tuple[PublicCard, ...], bool]:
    """By the distance of the SHOWN point: nothing can be found out that the answer hides."""
    circle = asked.circle
    assert circle is not None
    found = matters.list_public_matters(at=at, filters=asked.filters, size=MOST)
    if found.after:
        words = _("More than %(most)s requests lie there. Make the radius or the time shorter.")
        raise bad(words % {"most": MOST})
    near = [
        card
        for card in found.cards
        if card.lon is not None
        and card.lat is not None
        and distance_m(circle.lon, circle.lat, card.lon, card.lat) <= circle.radius_m
    ]
    page = near[asked.offset : asked.offset + asked.size]
    return tuple(page), len(near) > asked.offset + asked.size
