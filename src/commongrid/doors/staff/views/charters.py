"""The charter keeper's page: what is in force, what was before, and how a version is adopted."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commongrid.doors.common.gates import staff
from commongrid.doors.staff.roster import KEEPING, Officer, officer_of
from commongrid.rooms.places import face as places


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """A place whose charter is kept: the version in force and all adopted ones."""

    place: places.PlaceCard
    in_force: str
    versions: tuple[places.CharterCard, ...]


@staff(KEEPING)
@require_safe
def charters(request: HttpRequest) -> HttpResponse:
    """Show the versions of every place in my area."""
    return render(
        request, "staff/charters.html", {"kept": kept_places(officer_of(request, KEEPING))}
    )


def kept_places(officer: Officer) -> tuple[KeptPlace, ...]:
    """Places in the areas that have a charter, and the areas themselves.

    Cost: 2 statements and one for each place.
    """
    versions = [card for card in places.list_charters() if officer.reaches(card.place_path)]
    paths = tuple(dict.fromkeys([*officer.areas, *(card.place_path for card in versions)]))
    known = places.list_places(paths)
    return tuple(
        KeptPlace(
            place=known[path],
            in_force=_key_in_force(path, officer),
            versions=tuple(card for card in versions if card.place_path == path),
        )
        for path in sorted(paths)
        if path in known
    )


def _key_in_force(path: str, officer: Officer) -> str:
    try:
        return places.charter_in_force(path, officer.at)[0]
    except places.NoCharterError:
        return ""
