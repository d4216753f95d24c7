"""Who plans, for which places: what every page of this door asks first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from commongrid.charter.matter import Actor
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals import face as rehearsals


@dataclass(frozen=True, slots=True)
class Planner:
    """The person at this page, and the places they may rehearse."""

    actor: Actor
    at: datetime
    places: tuple[places.PlaceCard, ...]

    def place(self, code: str) -> places.PlaceCard | None:
        """One of the places by its code; the only one without."""
        if not code and len(self.places) == 1:
            return self.places[0]
        return next((place for place in self.places if place.code == code), None)


def planner_of(request: HttpRequest) -> Planner:
    """The planner behind the request; only behind the staff gate. Cost: 3 statements."""
    at = timezone.now()
    actor = people.staff_actor(request.user.pk, at)  # type: ignore[arg-type]
    return Planner(actor, at, rehearsals.list_planned_places(actor, at))


def rehearsal_or_404(planner: Planner, ref: str) -> rehearsals.RehearsalCard:
    """A rehearsal of one of the places. Raises: Http404."""
    card = rehearsals.find_rehearsal(planner.actor, ref, planner.at)
    if card is None:
        raise Http404
    return card


def lang() -> str:
    """The language of the page, as bilingual texts name it."""
    return get_language() or "zh-hans"
