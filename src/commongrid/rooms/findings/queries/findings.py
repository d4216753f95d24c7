"""Reading findings: for supervision over the place, and for the unit that owes the answer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from commongrid.charter.matter import Actor
from commongrid.ledger import face as ledger
from commongrid.rooms.findings.cards import FindingCard, Paged
from commongrid.rooms.findings.domain.standing import ANSWER, OVERSEE, FindingState
from commongrid.rooms.findings.models import FindingRow, SampleRow
from commongrid.rooms.findings.powers import areas_with, roles_with, scope_over
from commongrid.rooms.findings.queries.paging import paged
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

LATE, OWED, OPEN, ALL = "late", "owed", "open", "all"


def list_findings(
    actor: Actor, at: datetime, *, standing: str = ALL, page: int = 1
) -> Paged[FindingCard]:
    """Findings somebody may read, newest first; owed ones by their due time. Cost: 2."""
    rows = _narrowed(_readable(actor, at), standing, at)
    ordered = rows.order_by("-made_at", "-pk") if standing == ALL else rows.order_by("due_at", "pk")
    return paged(ordered, finding_card, page)


def count_findings(actor: Actor, at: datetime, *, standing: str = ALL) -> int:
    """How many there are to list. Cost: as the list."""
    return _narrowed(_readable(actor, at), standing, at).count()


def count_standing(actor: Actor, at: datetime) -> tuple[int, int]:
    """How many are not settled, and of how many the answer is late. Cost: 1 statement."""
    late = Q(state=FindingState.OPEN, due_at__lte=at)
    rows = _narrowed(_readable(actor, at), OPEN, at)
    found = rows.aggregate(owed=Count("pk"), late=Count("pk", filter=late))
    return found["owed"], found["late"]


def find_finding(actor: Actor, ref: str, at: datetime) -> FindingCard | None:
    """One by its ref; None where there is none or it is not theirs to read. Cost: 1."""
    row = _readable(actor, at).filter(ref=ref.strip().upper()).first()
    return finding_card(row) if row else None


def finding_card(row: FindingRow) -> FindingCard:
    """A row as others see it. Who made it is in the ledger, not on the page."""
    return FindingCard(
        id=row.pk,
        ref=row.ref,
        place_code=row.place_code,
        place_path=row.place_path,
        unit=row.unit,
        unit_name=places.get_charter(row.charter_key).unit_name(row.unit),
        about=row.about,
        matter_ref=row.matter_ref,
        matter_id=row.matter,
        text=row.text,
        state=FindingState(row.state),
        made_at=row.made_at,
        due_at=row.due_at,
        answer=row.answer,
        answered_at=row.answered_at,
        was_late=row.was_late,
        verdict=row.verdict,
        ended_at=row.ended_at,
        rounds=row.rounds,
    )


def _readable(actor: Actor, at: datetime) -> QuerySet[FindingRow]:
    """Where they oversee, and what their unit has to answer in the area of their post."""
    overseen = scope_over(areas_with(actor, OVERSEE, at))
    posts = tuple(
        people.UnitPost(hat.path, hat.unit)
        for hat in actor.hats
        if hat.unit and hat.path and hat.role in roles_with(ANSWER, hat.path, at)
    )
    scope = people.Scope(paths=overseen.paths, posts=posts)
    return scope.filter(FindingRow.objects.all(), path_field="place_path", unit_field="unit")


def acts_of_oversight_within(areas: Collection[str]) -> Q:
    """A condition on acts: about a finding or a sample of a place there."""
    there = people.within_any("place_path", areas)
    found = ledger.is_named(("finding",), FindingRow.objects.filter(there), by="ref")
    return Q(found) | Q(ledger.is_named(("sample",), SampleRow.objects.filter(there), by="ref"))


def _narrowed(rows: QuerySet[FindingRow], standing: str, at: datetime) -> QuerySet[FindingRow]:
    if standing == LATE:
        return rows.filter(state=FindingState.OPEN, due_at__lte=at)
    if standing == OWED:
        return rows.filter(state=FindingState.OPEN)
    return rows.filter(Q(state="open") | Q(state="answered")) if standing == OPEN else rows
