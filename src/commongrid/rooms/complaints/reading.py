"""Who may read a complaint: the one condition that every read of staff goes through.

What it leaves out is left out of lists, counts, pages and commands alike, and for reasons that are
asked of the database at that moment: posts held now, matters worked on until now.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from commongrid.charter.matter import Actor, Hat
from commongrid.ledger.models import Act
from commongrid.rooms.complaints.domain.interest import above, account_of, area_hats
from commongrid.rooms.complaints.models import Accused, Complaint, SteppedOut
from commongrid.rooms.people import face as people


def readable(actor: Actor) -> QuerySet[Complaint]:
    """The complaints somebody may read now. Cost: part of the caller's statement."""
    account = account_of(actor)
    if account is None or not actor.hats:
        return Complaint.objects.none()
    given = Q()
    for hat in actor.hats:
        role = f";{hat.role};"
        given |= Q(level_path=hat.path, level_roles__contains=role)
        mine = Q(taken_by_id=account) | Q(reviewed_by_id=account)
        given |= mine & Q(powers__contains=role)
    return free_of_interest(actor, Complaint.objects.filter(given))


def free_of_interest(actor: Actor, rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Those of the rows in which somebody has no interest."""
    account = account_of(actor)
    if account is None:
        return rows.none()
    touched = Accused.objects.filter(_touches(actor, account), complaint=OuterRef("pk"))
    left = SteppedOut.objects.filter(complaint=OuterRef("pk"), account_id=account)
    worked = Act.objects.filter(subject=OuterRef("matter_subject"), actor=actor.key)
    return rows.filter(~Exists(touched), ~Exists(left), ~Exists(worked))


def level_hat(actor: Actor, row: Complaint) -> Hat | None:
    """The hat by which somebody may act on a complaint at its level, or None."""
    return next(
        (
            hat
            for hat in actor.hats
            if hat.path == row.level_path and f";{hat.role};" in row.level_roles
        ),
        None,
    )


def _touches(actor: Actor, account: int) -> Q:
    """Posts complained of that are the actor's own, of their unit, their office or their line."""
    found = Q(account_id=account)
    for hat in actor.hats:
        found |= Q(role=hat.role, path=hat.path)
        if hat.unit:
            near = Q(people.is_within("path", hat.path)) | Q(path__in=above(hat.path))
            found |= Q(unit=hat.unit) & near
    for hat in area_hats(actor.hats):
        is_line = ~Q(complaint__powers__contains=f";{hat.role};")
        found |= Q(people.is_within("path", hat.path)) & is_line
    return found
