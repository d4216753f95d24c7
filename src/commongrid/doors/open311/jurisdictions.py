"""Jurisdictions: the places that have a charter in force, named by their division code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from commongrid.doors.open311.answers import cleaned
from commongrid.doors.open311.faults import bad, missing
from commongrid.rooms.places import face as places
from commongrid.rooms.places.face import CharterCard, PlaceCard


def served_places() -> tuple[PlaceCard, ...]:
    """The places that have adopted a charter, by code. Cost: 1 statement when warm."""
    return places.list_chartered_places()


def charters_in_force(at: datetime) -> tuple[CharterCard, ...]:
    """Adopted charters, newest first."""
    return tuple(card for card in places.list_charters() if card.adopted_at <= at)


def find_jurisdiction(*told: Mapping[str, str]) -> PlaceCard:
    """The place a request is about: the one named, or the only one there is.

    Raises: FaultError 400 where one has to be named, 404 for one that is not here.
    """
    named = (cleaned(given.get("jurisdiction_id", "")).strip() for given in told)
    code = next(filter(None, named), "")
    served = served_places()
    if not code and len(served) == 1:
        return served[0]
    if not code:
        codes = ", ".join(place.code for place in served)
        raise bad(_("jurisdiction_id was not provided. It is one of: %(codes)s") % {"codes": codes})
    found = next((place for place in served if place.code == code), None)
    if found is None:
        raise missing(_("jurisdiction_id %(code)s was not found.") % {"code": code[:40]})
    return found
