"""Where a report comes from: the rehearsals room, for whoever may read it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone

from commongrid.bridges.rehearsal.advising import named
from commongrid.bridges.rehearsal.drilling import community_of
from commongrid.bridges.rehearsal.reports import Report
from commongrid.charter.compiler import Compiled
from commongrid.doors.planner.report_page import Shown, shown_from_plain
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals import face as rehearsals


def get_shown(request: HttpRequest, ref: str) -> Shown:
    """The finished rehearsal of a ref.

    Raises: Http404 where there is none, it has no report yet, or it is not theirs to read.
    """
    user: Any = request.user
    at = timezone.now()
    actor = people.staff_actor(user.pk, at)
    card = rehearsals.find_rehearsal(actor, ref, at)
    plain = rehearsals.read_report(card.id) if card else None
    if card is None or plain is None:
        raise Http404
    shown = shown_from_plain(
        ref=card.ref,
        place=places.get_place(card.place_code).name,
        place_path=card.place_path,
        plan=card.plan,
        report=plain,
        rules=_rules(card.charters[0].key if card.charters else ""),
        made_at=card.ended_at,
        names={grid.path: grid.name for grid in places.list_grids(card.place_path, at)},
    )
    return replace(shown, report=_named(shown.report))


def _named(report: Report) -> Report:
    """The report with the communities of its advice by name; what is kept has their codes."""
    paths = tuple({community_of(line.key) for line in report.played[0].grids})
    cards = places.list_places(paths) if report.advice else {}
    names = {path.rstrip("/").rpartition("/")[2]: card.name for path, card in cards.items()}
    return replace(report, advice=named(report.advice, names))


def _rules(key: str) -> Compiled | None:
    """The charter that names the plan's codes; a library's text is not adopted here."""
    try:
        return places.get_charter(key)
    except places.NoCharterError:
        return None
