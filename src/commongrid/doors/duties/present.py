"""Admissions in the words of a page: states, items, and the burden as estimated and as measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from commongrid.bridges import board
from commongrid.charter.asking import ACTION, RAISE
from commongrid.charter.demands import item_words
from commongrid.charter.schema import Charter
from commongrid.rooms.duties import face as duties
from commongrid.rooms.oversight import face as oversight
from commongrid.rooms.places import face as places

STATES = {
    duties.State.PROPOSED: (gettext_lazy("grids are asked"), "blue"),
    duties.State.APPROVED: (pgettext_lazy("duty", "in force"), "green"),
    duties.State.REFUSED: (pgettext_lazy("duty", "refused"), "red"),
    duties.State.WITHDRAWN: (pgettext_lazy("duty", "taken back"), ""),
    duties.State.RENEWED: (pgettext_lazy("duty", "renewed"), ""),
    duties.State.EXPIRED: (pgettext_lazy("duty", "expired"), "yellow"),
}
BASES = {"law": gettext_lazy("by law"), "list": gettext_lazy("by the duty list")}


@dataclass(frozen=True, slots=True)
class Line:
    """An admission on a page."""

    card: duties.AdmissionCard
    state: Any
    tone: str
    basis: Any
    place: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A form before and after the admission, as the burden meter published it.

    Units: minutes a week of one grid; None where that month was not published.
    """

    name: str
    before: float | None
    after: float | None

    @property
    def change(self) -> float | None:
        """How many minutes came with it, or went."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Meter:
    """What the burden meter says of the forms an admission is about."""

    before: date | None
    after: date | None
    rows: tuple[Measured, ...]


def language() -> str:
    """The language of the page, as bilingual texts name it."""
    return get_language() or "zh-hans"


def lines(cards: Iterable[duties.AdmissionCard]) -> list[Line]:
    """Admissions with the names of their places. Cost: 1 statement when there are any."""
    cards = list(cards)
    named = places.list_places(tuple({card.place_path for card in cards})) if cards else {}
    return [
        Line(card, *STATES[card.state], BASES[card.basis_kind], _name(named, card))
        for card in cards
    ]


def items(card: duties.AdmissionCard, charter: Charter | None) -> list[tuple[str, str]]:
    """Each key with its words."""
    return [(key, item_words(key, charter).in_(language())) for key in card.items]


def meter(card: duties.AdmissionCard, charter: Charter | None, at: datetime) -> Meter:
    """The forms of an admission in the last month before it and in the newest one after.

    Raising is published by kind of matter, so a new type shows in the sum of its kind: a
    difference may have other causes too. Cost: at most 8 statements.
    """
    if charter is None or card.decided_at is None or not card.items:
        return Meter(None, None, ())
    try:
        key = places.charter_in_force(card.place_path, at)[0]
    except places.NoCharterError:
        return Meter(None, None, ())
    code = places.get_charter_card(key).place_code
    begun = timezone.localtime(card.decided_at).date()
    months = oversight.list_months(code)  # newest first
    after = next((month for month in months if month > begun), None)
    before = next((month for month in months if _next(month) <= begun), None)
    shown = {when: _minutes(code, when) for when in (before, after)}
    forms = dict.fromkeys(form for key in card.items if (form := form_of(key, charter)))
    rows = [_row(form, shown[before], shown[after]) for form in forms]
    return Meter(before, after, tuple(rows))


def form_of(key: str, charter: Charter) -> str:
    """The form of the burden meter an item belongs to; "" for none."""
    kind, _, rest = key.partition(":")
    what = rest.partition("/")[0].rstrip("!")
    if kind in ("step", "field"):
        return f"{ACTION}:{what.partition('.')[2]}"
    row = charter.types.get(what)
    return f"{RAISE}:{row.kind.value}" if row else ""


def _row(form: str, before: dict[str, Any], after: dict[str, Any]) -> Measured:
    old, new = before.get(form), after.get(form)
    names = (new or old or ((form,), None))[0]
    return Measured(" + ".join(names), _of(old, before), _of(new, after))


def _of(found: Any, page: dict[str, Any]) -> float | None:
    """Minutes of a form; nothing where the month was published without anybody using it."""
    if found:
        return float(found[1])
    return 0.0 if page else None


def _minutes(code: str, month: date | None) -> dict[str, tuple[tuple[str, ...], float]]:
    page = board.read_burden(code, month) if month else None
    found = {}
    for line in page.lines if page else ():
        names = tuple(name.in_(language()) for name in line.names)
        for form in line.forms:
            found[form] = (names, line.minutes_a_week)
    return found


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _name(named: dict[str, places.PlaceCard], card: duties.AdmissionCard) -> str:
    place = named.get(card.place_path)
    return place.name.in_(language()) if place else card.place_code
