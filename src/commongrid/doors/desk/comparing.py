"""What the page of two matters side by side needs: both, their distance, ways to join them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django import forms

from commongrid.doors.desk.matterpage import choice_of, step_form
from commongrid.doors.desk.reading import Reader
from commongrid.doors.desk.steps import StepForm
from commongrid.kernel.coordinates import distance_m
from commongrid.rooms.matters import face as matters

MERGE = "merge"
HALF = 100  # of the sketch's width
INNER = 70  # from its middle to the farther point, at most
ROUND = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)  # metres a scale bar may stand for


@dataclass(frozen=True, slots=True)
class Joining:
    """A way to join: which matter would go on under which, with the form that proposes it."""

    page: matters.MatterPage
    into: matters.MatterPage
    form: StepForm | None
    why_not: Any = None
    is_pending: bool = False


@dataclass(frozen=True, slots=True)
class Sketch:
    """Both points on a small plan, north up: pixels from its middle, and a scale bar."""

    ax: int
    ay: int
    bx: int
    by: int
    bar_px: int
    bar_m: int
    metres: int


def compare(reader: Reader, one: matters.MatterPage, other: matters.MatterPage) -> dict[str, Any]:
    """The page's words."""
    ways = (_way(reader, one, other), _way(reader, other, one))
    return {
        "pages": (one, other),
        "card": one.card,
        "now": reader.at,
        "ways": [way for way in ways if way is not None],
        "sketch": sketch_of(one.card, other.card),
    }


def sketch_of(one: matters.MatterCard, other: matters.MatterCard) -> Sketch | None:
    """Where the two points lie; None where one of them has none."""
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return None
    metres = distance_m(one.lon, one.lat, other.lon, other.lat)
    across = distance_m(one.lon, one.lat, other.lon, one.lat) * _sign(other.lon - one.lon)
    along = distance_m(one.lon, one.lat, one.lon, other.lat) * _sign(other.lat - one.lat)
    px_per_m = 2 * INNER / max(abs(across), abs(along), 20.0)
    x, y = round(across * px_per_m / 2), round(-along * px_per_m / 2)
    bar_m = max((m for m in ROUND if m * px_per_m <= HALF), default=ROUND[0])
    return Sketch(-x, -y, x, y, round(bar_m * px_per_m), bar_m, round(metres))


def _sign(value: float) -> float:
    return math.copysign(1.0, value)


def _way(reader: Reader, page: matters.MatterPage, into: matters.MatterPage) -> Joining | None:
    choice = choice_of(page, MERGE)
    if choice is None:
        return None
    if not choice.verdict.allowed:
        return Joining(page, into, None, why_not=choice.verdict.say)
    form = step_form(reader, page, choice)
    form.fields["leading"].widget = forms.HiddenInput()
    form.initial["leading"] = into.card.ref
    form.auto_id = f"id_{page.card.ref}_%s"
    return Joining(page, into, form, is_pending=choice.is_pending)
