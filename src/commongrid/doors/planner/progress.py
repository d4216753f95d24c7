"""How a rehearsal stands, in words: a line of the list and the page of the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commongrid.doors.planner import report_question as question
from commongrid.doors.planner.planning import Planner, lang
from commongrid.rooms.rehearsals import face as rehearsals

Words = str | Promise
STATES: Mapping[rehearsals.State, tuple[Words, str]] = {
    rehearsals.State.ASKED: (_("waits its turn"), ""),
    rehearsals.State.RUNNING: (_("is running"), "blue"),
    rehearsals.State.DONE: (_("done, with a report"), "green"),
    rehearsals.State.CANCELLED: (_("cancelled"), ""),
    rehearsals.State.FAILED: (_("could not be done"), "red"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A rehearsal in a list. Units: ``percent`` 0-100, of the replications at the most."""

    card: rehearsals.RehearsalCard
    title: str
    place: str
    period: str
    state: Words
    tone: str
    percent: int


def line_of(card: rehearsals.RehearsalCard, planner: Planner) -> Line:
    """The line of a card."""
    place = next((p for p in planner.places if p.path == card.place_path), None)
    state, tone = STATES[card.state]
    return Line(
        card=card,
        title=title_of(card.plan),
        place=place.name.in_(lang()) if place else card.place_code,
        period=question.period(card.plan["from_on"], card.plan["until_on"]),
        state=state,
        tone=tone,
        percent=min(100, 100 * card.done // card.planned) if card.planned else 0,
    )


def title_of(plan: Mapping[str, Any]) -> str:
    """What a rehearsal is called: its alternatives, side by side."""
    return " / ".join(str(one.get("name", "")) for one in plan.get("alternatives", ()))
