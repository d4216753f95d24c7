"""Who looks at the pages of supervision, and what they oversee: asked first by every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from commongrid.charter.matter import Actor
from commongrid.rooms.findings import face as findings
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places


@dataclass(frozen=True)
class Overseer:
    """The person at this page and the places they oversee; none for staff of units."""

    actor: Actor
    at: datetime
    places: tuple[places.PlaceCard, ...]

    @property
    def is_empty(self) -> bool:
        """Whether they oversee nothing."""
        return not self.places

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The units they hold a post in."""
        return tuple(dict.fromkeys(hat.unit for hat in self.actor.hats if hat.unit))

    @cached_property
    def may_find(self) -> bool:
        """Whether they make findings somewhere."""
        return bool(findings.areas_with(self.actor, findings.MAKE_FINDING, self.at))

    @cached_property
    def may_plan(self) -> bool:
        """Whether they plan samples somewhere."""
        return bool(findings.areas_with(self.actor, findings.PLAN_SAMPLE, self.at))

    def place(self, code: str) -> places.PlaceCard | None:
        """One of the places by its code; the only one without."""
        if not code and len(self.places) == 1:
            return self.places[0]
        return next((place for place in self.places if place.code == code), None)


def overseer_of(request: HttpRequest) -> Overseer:
    """The person behind the request; only behind the staff gate. Cost: 3 statements, once."""
    known: Overseer | None = getattr(request, "overseer", None)
    if known is None:
        at = timezone.now()
        actor = people.staff_actor(request.user.pk, at)  # type: ignore[arg-type]
        known = Overseer(actor, at, findings.list_overseen_places(actor, at))
        request.overseer = known  # type: ignore[attr-defined]
    return known


def supervising(request: HttpRequest) -> Overseer:
    """The same, for pages of supervision alone. Raises: PermissionDenied."""
    overseer = overseer_of(request)
    if overseer.is_empty:
        raise PermissionDenied
    return overseer


def lang() -> str:
    """The language of the page, as bilingual texts name it."""
    return get_language() or "zh-hans"
