"""Propose a task for grids, and take it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from commongrid.charter.demands import demands_of, is_item, uncovered
from commongrid.charter.matter import Actor
from commongrid.ledger.face import in_turn
from commongrid.rooms.duties.cards import AdmissionCard, admission_card
from commongrid.rooms.duties.commands.doing import (
    Deed,
    account_of,
    check_text,
    joined,
    locked,
    record,
    refusal,
    require,
    was_done,
)
from commongrid.rooms.duties.domain import words
from commongrid.rooms.duties.domain.standing import (
    ADMIT,
    HEARD_DAYS,
    LONGEST,
    LONGEST_TASK,
    MOST_DAYS,
    MOST_ITEMS,
    PROPOSE,
    State,
    may_last,
    ref_for,
    state_on,
)
from commongrid.rooms.duties.models import BASES, AdmissionRow, VoiceRow
from commongrid.rooms.duties.powers import bound, may_use, rules_of
from commongrid.rooms.places import face as places


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyDraft:
    """What somebody wants to ask of grids. Units: ``minutes_a_week`` of one grid, estimated.

    ``items``: keys of forms and fields (``charter/demands.py``); none for a task without a form.
    ``valid_until`` is exclusive. ``renews``: the ref of the admission it goes on from, or "".
    """

    task: str
    items: tuple[str, ...]
    basis_kind: str
    basis: str
    reason: str
    minutes_a_week: int
    valid_until: date
    heard_days: int = 0  # 0: as long as the charter says at least
    renews: str = ""


def propose_duty(
    *, actor: Actor, at: datetime, command_id: UUID, place_code: str, draft: DutyDraft
) -> AdmissionCard:
    """Propose a task, form or field for the grids of a place, and begin to hear them.

    Raises: Refused, PlaceNotFoundError.
    """
    place = places.get_place(place_code)
    deed = Deed(
        actor=actor, at=at, command_id=command_id, action="propose_duty", path=place.path,
        power=PROPOSE,
    )  # fmt: skip
    verdict = require(may_use(PROPOSE, actor, place.path, at))
    try:
        with in_turn(), transaction.atomic():
            if was_done(deed):
                return _earlier(deed)
            row = _row(deed, place, draft)
            row.save(force_insert=True)
            record(deed, row, verdict.rule, said=row.reason, after=_after(row))
            return admission_card(row, deed.today)
    except IntegrityError:  # the same command at the same instant was first
        if was_done(deed):
            return _earlier(deed)
        raise


def withdraw_duty(
    *, actor: Actor, at: datetime, command_id: UUID, admission_id: UUID, reason: str
) -> AdmissionCard:
    """Take a proposal back, or end what is in force, with the reason. Raises: Refused.

    Whoever may propose or admit may do it: asking less of the grids needs no second person.
    """
    with in_turn(), transaction.atomic():
        row = locked(admission_id)
        power = PROPOSE if may_use(PROPOSE, actor, row.place_path, at) else ADMIT
        deed = Deed(
            actor=actor, at=at, command_id=command_id, action="withdraw_duty",
            path=row.place_path, power=power,
        )  # fmt: skip
        if was_done(deed):
            return admission_card(row, deed.today)
        verdict = require(may_use(power, actor, row.place_path, at))
        if state_on(row.state, row.valid_until, deed.today) not in (State.PROPOSED, State.APPROVED):
            raise refusal("duties.not_live", words.NOT_LIVE, row.state)
        row.ending = check_text(reason, "reason", LONGEST, words.NO_REASON)
        row.state, row.ended_at, row.ended_by_id = State.WITHDRAWN, at, account_of(actor)
        row.save(update_fields=["state", "ended_at", "ended_by", "ending"])
        VoiceRow.objects.filter(admission=row).delete()
        record(deed, row, verdict.rule, said=row.ending, after={"state": row.state})
        return admission_card(row, deed.today)


def _earlier(deed: Deed) -> AdmissionCard:
    return admission_card(joined().get(made_by_act=deed.command_id), deed.today)


def _row(deed: Deed, place: places.PlaceCard, draft: DutyDraft) -> AdmissionRow:
    """A new row that is whole. Raises: Refused naming what it lacks."""
    task = check_text(draft.task, "task", LONGEST_TASK, words.NO_TASK)
    basis = check_text(draft.basis, "basis", LONGEST, words.NO_BASIS)
    if draft.basis_kind not in BASES:
        raise refusal("duties.needs:basis", words.NO_BASIS)
    reason = check_text(draft.reason, "reason", LONGEST, words.NO_REASON)
    if draft.minutes_a_week < 1:
        raise refusal("duties.needs:minutes_a_week", words.NO_MINUTES)
    most = bound(MOST_DAYS, place.path, deed.at)
    require(may_last(draft.valid_until, deed.today, most))
    least = bound(HEARD_DAYS, place.path, deed.at)
    if draft.heard_days and draft.heard_days < least:
        raise refusal("duties.short:heard_days", words.too_short_hearing(least))
    renewed = _renewed(draft.renews, place.path, deed.today)
    items = _items(draft.items, place.path, deed, renewed)
    return AdmissionRow(
        pk=uuid5(deed.command_id, "duty"),
        ref=ref_for(deed.command_id),
        place_code=place.code,
        place_path=place.path,
        task=task,
        items=items,
        basis_kind=draft.basis_kind,
        basis=basis,
        reason=reason,
        minutes_a_week=draft.minutes_a_week,
        heard_until=deed.at + timedelta(days=draft.heard_days or least),
        valid_until=draft.valid_until,
        renews=renewed,
        proposed_by_id=account_of(deed.actor),
        proposed_at=deed.at,
        made_by_act=deed.command_id,
    )


def _renewed(ref: str, path: str, today: date) -> AdmissionRow | None:
    if not ref:
        return None
    row = AdmissionRow.objects.filter(ref=ref.strip().upper(), place_path=path).first()
    renewable = (State.APPROVED, State.EXPIRED)
    if row is None or state_on(row.state, row.valid_until, today) not in renewable:
        raise refusal("duties.not_renewable", words.NOT_RENEWABLE, ref)
    return row


def _items(
    asked: tuple[str, ...], path: str, deed: Deed, renewed: AdmissionRow | None
) -> list[str]:
    """The keys in their order, each once: well written, and new to the grids. Raises: Refused."""
    keys = sorted({key.strip() for key in asked} - {""})
    for key in keys:
        if not is_item(key):
            raise refusal("duties.item", words.bad_item(key[:80]), key)
    if len(keys) > MOST_ITEMS:
        raise refusal("duties.long:items", words.NOT_ONE_LINE)
    if old := _asked_already(keys, path, deed, renewed.items if renewed else ()):
        raise refusal("duties.asked_already", words.asked_already(old), ", ".join(old))
    return keys


def _asked_already(
    keys: list[str], path: str, deed: Deed, renewed: Collection[str]
) -> tuple[str, ...]:
    """What the charter in force asks by its own lists: an admission that ends must not end that."""
    compiled = rules_of(path, deed.at)
    if compiled is None:
        return ()
    had = demands_of(compiled.charter)
    new = set(uncovered(keys, had))
    earlier: set[str] = set(renewed)
    for items in AdmissionRow.objects.filter(place_path=path).values_list("items", flat=True):
        earlier.update(items)
    return tuple(key for key in keys if key not in new and key not in earlier)


def _after(row: AdmissionRow) -> dict[str, object]:
    return {
        "task": row.task,
        "items": row.items,
        "basis": f"{row.basis_kind}: {row.basis}",
        "minutes_a_week": row.minutes_a_week,
        "valid_until": row.valid_until,
        "heard_until": row.heard_until.isoformat(),
        "renews": row.renews.ref if row.renews else "",
    }
