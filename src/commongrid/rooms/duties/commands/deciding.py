"""Approve or refuse what was proposed, note what has expired, and erase what was said long ago."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q

from commongrid.charter.matter import CLOCK, Actor
from commongrid.ledger.face import in_turn
from commongrid.rooms.duties.cards import AdmissionCard, admission_card
from commongrid.rooms.duties.commands.doing import (
    Deed,
    account_of,
    check_text,
    day_of,
    locked,
    record,
    refusal,
    require,
    was_done,
)
from commongrid.rooms.duties.domain import words
from commongrid.rooms.duties.domain.standing import (
    ADMIT,
    BUDGET,
    LONGEST,
    MOST_DAYS,
    OPINIONS_KEPT,
    State,
    heaviest,
    may_decide_now,
    may_last,
    may_weigh,
    state_on,
)
from commongrid.rooms.duties.models import AdmissionRow, VoiceRow
from commongrid.rooms.duties.powers import bound, count_asked, may_use
from commongrid.rooms.vault import face as vault


def decide_duty(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    admission_id: UUID,
    is_approved: bool,
    reason: str,
) -> AdmissionCard:
    """Approve or refuse a proposed task, with the reason. Raises: Refused.

    Approving needs another person than the proposer, the opinion of the grids, an end that lies
    ahead and room in the week of the most burdened grid. Refusing needs the reason alone.
    """
    with in_turn(), transaction.atomic():
        _wait_for_others()
        row = locked(admission_id)
        deed = Deed(
            actor=actor, at=at, command_id=command_id,
            action="approve_duty" if is_approved else "refuse_duty",
            path=row.place_path, power=ADMIT,
        )  # fmt: skip
        if was_done(deed):
            return admission_card(row, deed.today)
        verdict = require(may_use(ADMIT, actor, row.place_path, at))
        if row.state != State.PROPOSED:
            raise refusal("duties.not_open", words.NOT_OPEN, row.state)
        _decide(deed, row, is_approved=is_approved, reason=reason)
        after = {
            "state": row.state, "for": row.votes_for, "against": row.votes_against,
            "asked": row.asked, "minutes_a_week": row.minutes_a_week,
        }  # fmt: skip
        record(deed, row, verdict.rule, said=row.decision, after=after)
        return admission_card(row, deed.today)


def _wait_for_others() -> None:
    """One decision at a time: two at once would each see a week that has room for one of them."""
    live = AdmissionRow.objects.filter(state__in=[State.PROPOSED, State.APPROVED])
    list(live.select_for_update().order_by("pk").values_list("pk", flat=True))


def _decide(deed: Deed, row: AdmissionRow, *, is_approved: bool, reason: str) -> None:
    row.asked = count_asked(row.place_path, deed.at, proposed_by=row.proposed_by_id)
    is_same = row.proposed_by_id == account_of(deed.actor)
    heard = row.votes_for + row.votes_against
    if is_approved or is_same:
        require(
            may_decide_now(
                is_same_person=is_same, heard=heard, asked=row.asked,
                heard_until=row.heard_until, at=deed.at,
            )
        )  # fmt: skip
    row.decision = check_text(reason, "reason", LONGEST, words.NO_REASON)
    if is_approved:
        _check_burden(deed, row)
        _end_renewed(deed, row)
    row.state = State.APPROVED if is_approved else State.REFUSED
    row.decided_by_id, row.decided_at = account_of(deed.actor), deed.at
    row.save(update_fields=["asked", "decision", "state", "decided_by", "decided_at"])
    VoiceRow.objects.filter(admission=row).delete()


def _check_burden(deed: Deed, row: AdmissionRow) -> None:
    """An end that lies ahead, and room for it in every grid. Raises: Refused."""
    require(may_last(row.valid_until, deed.today, bound(MOST_DAYS, row.place_path, deed.at)))
    live = AdmissionRow.objects.filter(state=State.APPROVED, valid_until__gt=deed.today)
    if row.renews_id:
        live = live.exclude(pk=row.renews_id)
    load = live.order_by("pk").values_list("place_path", "minutes_a_week")
    already = heaviest(row.place_path, load)
    require(may_weigh(row.minutes_a_week, already, bound(BUDGET, row.place_path, deed.at)))


def _end_renewed(deed: Deed, row: AdmissionRow) -> None:
    """What it goes on from ends with it, when it still stands."""
    old = row.renews
    if old is not None and state_on(old.state, old.valid_until, deed.today) is State.APPROVED:
        old.state, old.ended_at, old.ending = State.RENEWED, deed.at, row.ref
        old.ended_by_id = account_of(deed.actor)
        old.save(update_fields=["state", "ended_at", "ended_by", "ending"])


def expire_due(*, at: datetime) -> int:
    """Note by an act each what has run out, and return how many. Idempotent.

    Nothing waits for it: what has run out is out from its day on, noted or not.
    """
    today = day_of(at)
    over = AdmissionRow.objects.filter(state=State.APPROVED, valid_until__lte=today)
    return sum(_expire(pk, at) for pk in over.order_by("pk").values_list("pk", flat=True))


def _expire(pk: UUID, at: datetime) -> bool:
    deed = Deed(
        actor=CLOCK, at=at, command_id=uuid5(pk, "expire"), action="expire_duty", path="", power=""
    )
    with in_turn(), transaction.atomic():
        row = locked(pk)
        if row.state != State.APPROVED or was_done(deed):
            return False
        row.state, row.ended_at = State.EXPIRED, at
        row.save(update_fields=["state", "ended_at"])
        record(deed, row, "duties.expired", after={"state": row.state})
        return True


def erase_expired(*, at: datetime) -> int:
    """Erase what grid workers said once an admission has been over for a year; counts stay.

    Returns how many admissions. Idempotent. Cost: one statement, and three for each.
    """
    over = Q(state=State.REFUSED, decided_at__lte=at - OPINIONS_KEPT) | Q(
        ended_at__lte=at - OPINIONS_KEPT
    )
    done = 0
    for row in AdmissionRow.objects.filter(over).exclude(words=[]).order_by("pk"):
        with in_turn(), transaction.atomic():
            counts = {"opinions": len(row.words)}
            AdmissionRow.objects.filter(pk=row.pk).update(words=[])
            vault.note_erasure(
                subject=f"duty:{row.ref}", what=vault.WORDS, counts=counts, at=at
            )  # fmt: skip
            done += 1
    return done
