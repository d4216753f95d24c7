"""A grid changes hands: posts, promises and the handover itself, in one transaction.

Both ends consent; the decision is that of the office that appoints. So the effect is carried out
with the office's own power, as it is at that moment: an office that no longer appoints there
changes no post, and another one has to take the decision over.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import find_act, in_turn
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face as people

GRID_WORKER = "grid_worker"
WHY_EASED = Text(zh="网格换了网格员", en="the grid has a new worker")


def confirm(
    *, actor: Actor, at: datetime, command_id: UUID, handover_id: UUID, words: str = ""
) -> fieldwork.HandoverCard:
    """Consent as one end; when both have and its time has come, it takes effect at once.

    Raises: Refused.
    """
    with in_turn(), transaction.atomic():
        fieldwork.confirm_handover(
            actor=actor, at=at, command_id=command_id, handover_id=handover_id, words=words
        )
        return _go_on(handover_id, at)


def decide(
    *, actor: Actor, at: datetime, command_id: UUID, handover_id: UUID, reason: str
) -> fieldwork.HandoverCard:
    """Go on without an end, with the reason; at its start it takes effect. Raises: Refused."""
    with in_turn(), transaction.atomic():
        fieldwork.decide_handover(
            actor=actor, at=at, command_id=command_id, handover_id=handover_id, reason=reason
        )
        return _go_on(handover_id, at)


def run_due(*, at: datetime) -> int:
    """What time does to handovers: take effect, come back, be off. Returns how many it moved.

    Idempotent; each in its own transaction. One whose office no longer appoints there stays as it
    is, and its page says so.
    """
    moved = 0
    for card in fieldwork.list_due_handovers(at):
        with in_turn(), transaction.atomic():
            before = fieldwork.lock_handover(card.id)
            moved += _by_time(before, at).state is not before.state
    return moved


def bring_back(
    *, actor: Actor, at: datetime, command_id: UUID, handover_id: UUID, reason: str
) -> fieldwork.HandoverCard:
    """End a cover sooner: the office says why, and the post comes back now. Raises: Refused."""
    with in_turn(), transaction.atomic():
        card = fieldwork.lock_handover(handover_id)
        if find_act(command_id) is None:
            back = _give_back(card, actor, at, command_id, reason)
        else:
            back = card.back_post
        return fieldwork.end_cover(
            actor=actor,
            at=at,
            command_id=command_id,
            handover_id=handover_id,
            back_post=back,
            reason=reason,
        )


def _by_time(card: fieldwork.HandoverCard, at: datetime) -> fieldwork.HandoverCard:
    if card.state is fieldwork.HandoverState.COVERING:
        return fieldwork.end_cover(
            actor=fieldwork.HANDOVER,
            at=at,
            command_id=uuid5(card.id, "over"),
            handover_id=card.id,
        )
    return _go_on(
        fieldwork.lapse_handover(at=at, command_id=uuid5(card.id, "lapse"), handover_id=card.id).id,
        at,
    )


def _go_on(handover_id: UUID, at: datetime) -> fieldwork.HandoverCard:
    """Let an agreed handover take effect when its start has come. Nothing else is touched."""
    card = fieldwork.lock_handover(handover_id)
    if card.state is not fieldwork.HandoverState.AGREED or at < card.from_at:
        return card
    if fieldwork.find_trouble(card, at):
        return card
    try:
        with transaction.atomic():
            return _take_effect(card, at)
    except Refused:  # the office that decided it no longer appoints there; the page says so
        return card


def _take_effect(card: fieldwork.HandoverCard, at: datetime) -> fieldwork.HandoverCard:
    office = people.staff_actor(card.decided_by_id, at)
    outgoing = fieldwork.held(card, at)
    plan = fieldwork.plan_posts(card.kind, card.until_at, outgoing)
    if plan.ends_post_id is not None:
        people.end_appointment(
            actor=office,
            at=at,
            command_id=uuid5(card.id, "end"),
            appointment_id=plan.ends_post_id,
            reason=card.basis,
        )
    incoming = _appoint(card, office, at, card.incoming_id, "incoming", None, plan.until_at)
    back = None
    if plan.back_from is not None:
        back = _appoint(card, office, at, card.outgoing_id, "back", plan.back_from, plan.back_until)
    return fieldwork.enter_effect(
        actor=office,
        at=at,
        command_id=uuid5(card.id, "effect"),
        handover_id=card.id,
        incoming_post=incoming,
        back_post=back,
        eased=_ease(card, at),
    )


def _appoint(
    card: fieldwork.HandoverCard,
    office: Actor,
    at: datetime,
    account_id: int,
    name: str,
    from_at: datetime | None,
    until_at: datetime | None,
) -> int:
    return people.appoint_person(
        actor=office,
        at=at,
        command_id=uuid5(card.id, name),
        account_id=account_id,
        role=GRID_WORKER,
        place_code=card.grid_code,
        place_path=card.grid_path,
        unit_key=card.unit,
        from_at=from_at,
        until_at=until_at,
        basis=card.basis,
    ).id


def _ease(card: fieldwork.HandoverCard, at: datetime) -> int:
    """Give the promises of the post that fall due at once their grace: one act a matter."""
    given = 0
    actor = matters.handing_actor(card.grid_path, card.unit)
    for eased in matters.list_eased(path=card.grid_path, unit=card.unit, at=at):
        try:
            matters.take_action(
                actor=actor,
                at=at,
                command_id=uuid5(card.id, f"ease/{eased.matter_id}"),
                matter_id=eased.matter_id,
                action="ease_handover",
                fields={"reason": f"{WHY_EASED.zh} / {WHY_EASED.en}"},
            )
        except Refused:  # somebody else moved it at this instant: it needs none any more
            continue
        given += 1
    return given


def _give_back(
    card: fieldwork.HandoverCard, actor: Actor, at: datetime, command_id: UUID, reason: str
) -> int | None:
    """End the cover's post and the dated one of its end, and give the post back now.

    Raises: Refused when nothing would come back: the grid would be left without anybody.
    """
    posts = {p.id: p for p in people.list_own_appointments(card.outgoing_id)}
    later = posts.get(card.back_post or 0)
    if card.state is not fieldwork.HandoverState.COVERING:
        return card.back_post  # end_cover() says why not
    if later is None or (later.until_at is not None and later.until_at <= later.from_at):
        raise Refused(Verdict.no("fieldwork.nothing_comes_back", fieldwork.NOTHING_BACK))
    if card.incoming_post in {p.id for p in fieldwork.list_holders(card.grid_path, at)}:
        people.end_appointment(
            actor=actor,
            at=at,
            command_id=uuid5(command_id, "cover"),
            appointment_id=card.incoming_post or 0,
            reason=reason,
        )
    people.end_appointment(
        actor=actor,
        at=at,
        command_id=uuid5(command_id, "later"),
        appointment_id=later.id,
        reason=reason,
    )
    return people.appoint_person(
        actor=actor,
        at=at,
        command_id=uuid5(command_id, "back"),
        account_id=card.outgoing_id,
        role=GRID_WORKER,
        place_code=card.grid_code,
        place_path=card.grid_path,
        unit_key=card.unit,
        until_at=later.until_at,
        basis=card.basis,
    ).id
