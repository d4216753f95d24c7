"""Give a post and end it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.rooms.people.cards import AppointmentCard, appointment_card
from commongrid.rooms.people.commands.acting import Doing, locked_account, require
from commongrid.rooms.people.domain.powers import (
    Post,
    is_sound_post,
    is_sound_term,
    may_change_post,
)
from commongrid.rooms.people.models import Appointment

ALREADY = Text(
    zh="此人在这段时间内已有相同的任用。",
    en="This person already holds the same post in this time.",
)
NO_POST = Text(zh="没有这项任用。", en="There is no such appointment.")
ENDED = Text(zh="这项任用已在此之前结束。", en="This appointment ends before that already.")
NOT_BACK = Text(zh="任用不能在过去的时间结束。", en="An appointment cannot end in the past.")
NO_BASIS = Text(
    zh="请写明任用依据。", en="Say which document or decision the appointment rests on."
)


@transaction.atomic
def appoint_person(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    account_id: int,
    role: str,
    place_code: str,
    place_path: str,
    unit_key: str = "",
    from_at: datetime | None = None,
    until_at: datetime | None = None,
    basis: str,
) -> AppointmentCard:
    """Give somebody a role in a place (and in a unit), from now or later, with or without end.

    Raises: Refused.
    """
    doing = Doing(actor=actor, at=at, command_id=command_id, action="appoint_person")
    if doing.was_done():
        return appointment_card(_rows().get(made_by_act=command_id))
    start = from_at or at
    account = locked_account(account_id)
    post = Post(role, place_path)
    verdict = require(may_change_post(actor, account_id=account_id, post=post))
    require(
        is_sound_post(role=role, place_code=place_code, place_path=place_path, unit_key=unit_key)
    )
    require(is_sound_term(actor, from_at=start, until_at=until_at, at=at))
    if not basis.strip():
        raise Refused(Verdict.no("people.no_basis", NO_BASIS))
    row = Appointment(
        account=account,
        role=role,
        place_code=place_code,
        place_path=place_path,
        unit_key=unit_key,
        from_at=start,
        until_at=until_at,
        basis=basis.strip(),
        made_at=at,
        made_by_act=command_id,
    )
    if _overlapping(row).exists():
        raise Refused(Verdict.no("people.appointed_already", ALREADY))
    row.save(force_insert=True)
    doing.record(account_id, verdict, words=row.basis, after=_facts(row))
    return appointment_card(row)


@transaction.atomic
def end_appointment(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    appointment_id: int,
    until_at: datetime | None = None,
    reason: str = "",
) -> AppointmentCard:
    """End a post now or at a later moment; its hat is gone from that moment on.

    A post that has not begun yet is ended before it begins. Raises: Refused.
    """
    doing = Doing(actor=actor, at=at, command_id=command_id, action="end_appointment")
    if doing.was_done():
        return appointment_card(_rows().get(pk=appointment_id))
    row = _rows().select_for_update(of=("self",)).filter(pk=appointment_id).first()
    if row is None:
        raise Refused(Verdict.no("people.no_appointment", NO_POST, str(appointment_id)))
    post = Post(row.role, row.place_path)
    verdict = require(may_change_post(actor, account_id=row.account_id, post=post))
    end = until_at or at
    if end < at:
        raise Refused(Verdict.no("people.backdated", NOT_BACK))
    if row.until_at is not None and row.until_at <= end:
        raise Refused(Verdict.no("people.ended_already", ENDED))
    before = _facts(row)
    row.until_at = max(end, row.from_at)
    row.ended_by_act = command_id
    row.save(update_fields=["until_at", "ended_by_act"])
    doing.record(row.account_id, verdict, words=reason, before=before, after=_facts(row))
    return appointment_card(row)


def _rows() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("account")


def _overlapping(row: Appointment) -> QuerySet[Appointment]:
    same = Appointment.objects.filter(
        account_id=row.account_id,
        role=row.role,
        place_path=row.place_path,
        unit_key=row.unit_key,
    ).filter(Q(until_at__isnull=True) | Q(until_at__gt=row.from_at))
    same = same.exclude(until_at__lte=F("from_at"))  # ended before it began: never held
    return same.filter(from_at__lt=row.until_at) if row.until_at else same


def _facts(row: Appointment) -> dict[str, object]:
    return {
        "appointment": row.pk,
        "role": row.role,
        "place": row.place_code,
        "unit": row.unit_key,
        "from_at": row.from_at,
        "until_at": row.until_at,
    }
