"""Reading admissions: cards, in a fixed number of statements. All but who acted is public."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Q, QuerySet

from commongrid.charter.demands import demands_of
from commongrid.charter.matter import Actor
from commongrid.ledger import face as ledger
from commongrid.rooms.duties.cards import AdmissionCard, admission_card
from commongrid.rooms.duties.commands.doing import day_of, joined
from commongrid.rooms.duties.domain.standing import (
    ADMIT,
    BUDGET,
    OPINE,
    PROPOSE,
    State,
    heaviest,
)
from commongrid.rooms.duties.models import AdmissionRow, VoiceRow
from commongrid.rooms.duties.powers import bound, may_use, rules_of
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places


@dataclass(frozen=True, slots=True)
class Burden:
    """What the most burdened grid of a place is asked by admitted tasks. Units: minutes a week."""

    already: int
    budget: int

    @property
    def left(self) -> int:
        """What a new task may still ask."""
        return max(0, self.budget - self.already)


def find_admission(ref: str, at: datetime) -> AdmissionCard | None:
    """One by its ref, or None. Cost: 1 statement."""
    row = joined().filter(ref=ref.strip().upper()).first()
    return admission_card(row, day_of(at)) if row else None


def list_live(path: str, at: datetime) -> tuple[AdmissionCard, ...]:
    """What the grids of a place are or may soon be asked: proposed and in force. Cost: 1."""
    live = Q(state=State.PROPOSED) | Q(state=State.APPROVED, valid_until__gt=day_of(at))
    return _cards(_touching(path).filter(live), at)


def list_past(
    path: str, at: datetime, *, offset: int = 0, limit: int = 20
) -> tuple[AdmissionCard, ...]:
    """What was refused, has expired, was withdrawn or renewed, newest first. Cost: 1."""
    return _cards(_past(path, at)[offset : offset + limit], at)


def count_past(path: str, at: datetime) -> int:
    """How many there are to list. Cost: 1 statement."""
    return _past(path, at).count()


def burden_of(path: str, at: datetime) -> Burden:
    """What admitted tasks ask of the most burdened grid of a place, and the bound. Cost: 2."""
    live = AdmissionRow.objects.filter(state=State.APPROVED, valid_until__gt=day_of(at))
    load = live.order_by("pk").values_list("place_path", "minutes_a_week")
    return Burden(already=heaviest(path, load), budget=bound(BUDGET, path, at))


def admitted_for(path: str, at: datetime) -> places.Admitted:
    """The items admitted for a whole place, and those whose admission has ended. Cost: 1.

    What was admitted for one grid alone admits nothing for the town around it.
    """
    today = day_of(at)
    rows = AdmissionRow.objects.filter(place_path__in=_line(path)).order_by("pk")
    items: set[str] = set()
    ended: set[str] = set()
    approved = rows.filter(decided_at__isnull=False).exclude(state=State.REFUSED)
    for state, until, keys in approved.values_list("state", "valid_until", "items"):
        is_live = state == State.APPROVED and until > today
        (items if is_live else ended).update(keys)
    return places.Admitted(items=frozenset(items), lapsed=frozenset(ended))


def list_overrun(path: str, at: datetime) -> tuple[str, ...]:
    """Items the charter in force still asks although their admission has ended. Cost: 1."""
    compiled = rules_of(path, at)
    if compiled is None:
        return ()
    return places.asked_beyond(demands_of(compiled.charter), admitted_for(path, at))


def list_to_answer(actor: Actor, at: datetime) -> tuple[AdmissionCard, ...]:
    """What this grid worker is asked about and has not answered. Cost: 2 statements."""
    inside = Q(pk__in=[])
    for hat in actor.hats:
        inside |= Q(place_path__in=_line(hat.path))
    open_now = joined().filter(inside, state=State.PROPOSED, heard_until__gt=at)
    open_now = open_now.exclude(proposed_by_id=_number(actor))
    cards = _cards(open_now, at)
    done = VoiceRow.objects.filter(account_id=_number(actor), admission__in=[c.id for c in cards])
    heard = set(done.values_list("admission_id", flat=True)) if cards else set()
    with places.one_look():
        may = (card for card in cards if may_use(OPINE, actor, card.place_path, at))
        return tuple(card for card in may if card.id not in heard)


def list_for_staff(actor: Actor, at: datetime) -> tuple[AdmissionCard, ...]:
    """Proposed and in force where the actor may propose or decide. Cost: 1 statement."""
    reach = Q(pk__in=[])
    for hat in actor.hats:
        if hat.path:
            reach |= Q(people.is_within("place_path", hat.path))
    live = Q(state=State.PROPOSED) | Q(state=State.APPROVED, valid_until__gt=day_of(at))
    cards = _cards(joined().filter(reach, live), at)
    with places.one_look():
        return tuple(card for card in cards if uses_any(actor, card.place_path, at))


def uses_any(actor: Actor, path: str, at: datetime) -> bool:
    """Whether somebody may propose or decide for a place."""
    return any(may_use(power, actor, path, at) for power in (PROPOSE, ADMIT))


def was_heard(actor: Actor, admission_id: UUID) -> bool:
    """Whether this grid worker gave an opinion already. Cost: 1 statement."""
    rows = VoiceRow.objects.filter(admission_id=admission_id, account_id=_number(actor))
    return rows.exists()


def is_proposer(actor: Actor, admission_id: UUID) -> bool:
    """Whether this is who proposed it. Cost: 1 statement."""
    rows = AdmissionRow.objects.filter(pk=admission_id, proposed_by_id=_number(actor))
    return rows.exists()


def _past(path: str, at: datetime) -> QuerySet[AdmissionRow]:
    over = Q(state__in=[State.REFUSED, State.EXPIRED, State.RENEWED, State.WITHDRAWN])
    return _touching(path).filter(over | Q(state=State.APPROVED, valid_until__lte=day_of(at)))


def _touching(path: str) -> QuerySet[AdmissionRow]:
    """Those of a place, of its parts, and of the places above it."""
    within = Q(people.is_within("place_path", path))
    return joined().filter(within | Q(place_path__in=_line(path)))


def _line(path: str) -> list[str]:
    """The path and every path above it."""
    parts = [part for part in path.split("/") if part]
    return ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))]


def _cards(rows: QuerySet[AdmissionRow], at: datetime) -> tuple[AdmissionCard, ...]:
    today = day_of(at)
    return tuple(admission_card(row, today) for row in rows)


def _number(actor: Actor) -> int:
    kind, _, number = actor.key.partition(":")
    return int(number) if kind == "staff" else 0


def acts_on_duties_within(areas: Collection[str]) -> Exists:
    """A condition on acts: about a task for grids that was proposed for a place there."""
    rows = AdmissionRow.objects.filter(people.within_any("place_path", areas))
    return ledger.is_named(("duty",), rows, by="ref")
