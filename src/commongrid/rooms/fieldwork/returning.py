"""Reads of what was returned: refused, or in conflict with what others had done."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from commongrid.charter.matter import Actor
from commongrid.rooms.fieldwork.cards import ReturnedCard
from commongrid.rooms.fieldwork.commands.intentions import text_of
from commongrid.rooms.fieldwork.domain.returning import OFFICE, without_contact
from commongrid.rooms.fieldwork.domain.sealing import BrokenSealError, unseal
from commongrid.rooms.fieldwork.erasing import KEPT
from commongrid.rooms.fieldwork.keys import sealing_keys
from commongrid.rooms.fieldwork.models import RETURNED, IntentionRow
from commongrid.rooms.fieldwork.phones import names_of
from commongrid.rooms.people import face as people

MOST = 200


def list_returned(
    actor: Actor, at: datetime, *, language: str = "zh-hans", with_settled: bool = False
) -> tuple[ReturnedCard, ...]:
    """What came back from phones in the area of an office, oldest first; at most 200.

    Cost: 2 statements.
    """
    rows = _readable(actor).filter(received_at__gt=at - KEPT)
    if not with_settled:
        rows = rows.filter(settled_at__isnull=True)
    found = list(rows.select_related("phone").order_by("received_at", "pk")[:MOST])
    names = names_of({r.phone.pk: r.phone.account_id for r in found if r.phone}, language)
    return tuple(card_of(row, name=names.get(row.phone_id or 0, "")) for row in found)


def count_returned(actor: Actor) -> int:
    """How many wait for this actor. Cost: 1 statement."""
    return _readable(actor).filter(settled_at__isnull=True).count()


def find_returned(actor: Actor, intention_id: UUID) -> ReturnedCard | None:
    """One of them, or None when it is unknown or not this actor's. Cost: 1 statement."""
    row = _readable(actor).filter(pk=intention_id).first()
    return card_of(row) if row else None


def card_of(row: IntentionRow, *, name: str = "") -> ReturnedCard:
    """A returned intention, its words opened and contact data masked."""
    try:
        words = unseal(bytes(row.sealed or b""), row=row.pk, keys=sealing_keys())
    except BrokenSealError:
        words = {}
    shown, has_contact = without_contact(words)
    return ReturnedCard(
        id=row.pk,
        kind=row.kind,
        action=row.action,
        verdict=row.verdict,
        rule=row.rule,
        say=text_of(row.say),
        matter_id=row.matter_id,
        ref=row.ref,
        path=row.path,
        name=name,
        made_at=row.made_at,
        received_at=row.received_at,
        settled_at=row.settled_at,
        now=row.now,
        words=shown,
        has_contact=has_contact,
    )


def _readable(actor: Actor) -> QuerySet[IntentionRow]:
    condition = Q(pk__in=())
    for hat in actor.hats:
        if not hat.path:
            continue
        within = Q(people.is_within("path", hat.path))
        condition |= within & Q(in_charge__contains=f";{hat.role};")
        if hat.role in OFFICE:
            condition |= within & Q(in_charge="")
    return IntentionRow.objects.filter(condition, verdict__in=RETURNED)
