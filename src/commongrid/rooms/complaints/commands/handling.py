"""What the office does: take, ask, answer, step out, open who complained, say whom it is about."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.ledger.face import in_turn
from commongrid.rooms.complaints.cards import Reach
from commongrid.rooms.complaints.charters import rules_of
from commongrid.rooms.complaints.commands.accusing import Named, write_accused
from commongrid.rooms.complaints.commands.doing import (
    Deed,
    add_entry,
    check_words,
    locked_for,
    record,
    role_at_level,
    was_done,
)
from commongrid.rooms.complaints.commands.routing import move, send_or_leave
from commongrid.rooms.complaints.domain import stages
from commongrid.rooms.complaints.domain.interest import account_of
from commongrid.rooms.complaints.domain.sealing import ClosedError, unwrap
from commongrid.rooms.complaints.domain.stages import HANDLE, REVIEW, State, refusal
from commongrid.rooms.complaints.models import Accused, Complaint, Identity, SteppedOut
from commongrid.rooms.complaints.reading import free_of_interest, level_hat
from commongrid.rooms.complaints.receipts import marks_of
from commongrid.rooms.complaints.sealed import open_identity as open_sealed_identity
from commongrid.rooms.people import face as people

PURPOSES = ("ask_back", "protect", "tell_result")


def take(*, actor: Actor, at: datetime, command_id: UUID, ref: str) -> None:
    """Take a complaint on: its limit for an answer begins. Raises: Refused."""
    with in_turn(), transaction.atomic():
        if _known(actor, at, command_id, "take_complaint"):
            return
        row = locked_for(actor, ref)
        deed = _deed(actor, at, command_id, "take_complaint", row)
        if "take" not in can(actor, row):
            raise refusal("not_now", stages.NOT_NOW, row.state)
        if row.state == State.REVIEW:
            row.reviewed_by_id = account_of(actor)
        else:
            row.taken_by_id = account_of(actor)
            move(row, State.TAKEN, rules_of(row.place_path, at), at)
        row.save()
        record(deed, row)


def ask(*, actor: Actor, at: datetime, command_id: UUID, ref: str, words: str) -> None:
    """Ask the complainant something; they read it by their code. Raises: Refused."""
    with in_turn(), transaction.atomic():
        if _known(actor, at, command_id, "ask_complainant"):
            return
        row = locked_for(actor, ref)
        deed = _deed(actor, at, command_id, "ask_complainant", row)
        if "ask" not in can(actor, row):
            raise refusal("not_now", stages.NOT_NOW, row.state)
        add_entry(row, deed, "question", check_words(words))
        record(deed, row)


def answer(*, actor: Actor, at: datetime, command_id: UUID, ref: str, words: str) -> None:
    """Answer a complaint, or decide the review: the complainant then judges. Raises: Refused."""
    with in_turn(), transaction.atomic():
        if _known(actor, at, command_id, "answer_complaint"):
            return
        row = locked_for(actor, ref)
        deed = _deed(actor, at, command_id, "answer_complaint", row)
        if "answer" not in can(actor, row):
            raise refusal("not_now", stages.NOT_NOW, row.state)
        is_review = row.state == State.REVIEW
        add_entry(row, deed, "review" if is_review else "answer", check_words(words))
        after = State.REVIEWED if is_review else State.ANSWERED
        move(row, after, rules_of(row.place_path, at), at)
        row.save()
        record(deed, row)


def step_out(*, actor: Actor, at: datetime, command_id: UUID, ref: str) -> None:
    """Step out for an interest of one's own, for good; the reason is neither asked nor kept.

    Where nobody is left at the level it goes up, or outside. Raises: Refused.
    """
    with in_turn(), transaction.atomic():
        if _known(actor, at, command_id, "step_out"):
            return
        row = locked_for(actor, ref)
        deed = _deed(actor, at, command_id, "step_out", row)
        account = account_of(actor)
        assert account is not None  # nobody else reads a complaint
        SteppedOut.objects.create(complaint=row, account_id=account)
        _route_anew(row, at)
        row.save()
        record(deed, row)


def name_accused(
    *, actor: Actor, at: datetime, command_id: UUID, ref: str, account_id: int
) -> None:
    """Say whom it is about, once that is known: from now on they and their line are left out.

    Raises: Refused.
    """
    with in_turn(), transaction.atomic():
        if _known(actor, at, command_id, "name_accused"):
            return
        row = locked_for(actor, ref)
        deed = _deed(actor, at, command_id, "name_accused", row)
        if row.state == State.CLOSED:
            raise refusal("not_now", stages.NOT_NOW, row.state)
        near = {post.account_id for post in people.list_appointments(row.place_path, at)}
        if account_id not in near:
            raise refusal("no_whom", stages.NO_WHOM)
        if not Accused.objects.filter(complaint=row, account_id=account_id).exists():
            named = Named(accounts=frozenset({account_id}))
            write_accused(row, named, row.place_path, at)
            _route_anew(row, at)
        row.save()
        record(deed, row)


def open_identity(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    ref: str,
    purpose: str,
    passphrase: str = "",
) -> Reach:
    """Open who complained, where they agreed: an act the complainant reads. Raises: Refused."""
    with in_turn(), transaction.atomic():
        row = locked_for(actor, ref)
        deed = _deed(actor, at, command_id, "open_identity", row)
        kept = Identity.objects.filter(mark__in=marks_of(row.pk), may_open=True).first()
        if kept is None or purpose not in PURPOSES or "open_identity" not in can(actor, row):
            raise refusal("no_identity", stages.NO_IDENTITY)
        opened = open_sealed_identity(row, bytes(kept.sealed), private_of(row, passphrase))
        if opened is None:
            raise refusal("no_identity", stages.NO_IDENTITY)
        if not was_done(deed):
            people.require_alone(actor, "reveal", at=at)
            record(deed, row, after={"purpose": purpose})
        return Reach(**opened, may_open=True)


def private_of(row: Complaint, passphrase: str) -> bytes | None:
    """The private key a complaint is sealed to, with its passphrase; None where it is wrong."""
    if row.sealed_to is None or not passphrase:
        return None
    try:
        return unwrap(bytes(row.sealed_to.wrapped), passphrase)
    except ClosedError:
        return None


def can(actor: Actor, row: Complaint) -> tuple[str, ...]:
    """What somebody who reads a complaint may do with it now."""
    account = account_of(actor)
    if level_hat(actor, row) is None or row.state == State.CLOSED:
        return ()
    is_review = row.state == State.REVIEW
    if is_review and account == row.taken_by_id:
        return ()
    holder = row.reviewed_by_id if is_review else row.taken_by_id
    steps: tuple[str, ...] = ("name_accused", "step_out")
    if row.state == State.RECEIVED or (is_review and holder is None):
        return ("take", *steps)
    if row.state in (State.TAKEN, State.REVIEW) and holder == account:
        return ("answer", "ask", "open_identity", *steps)
    return steps


def _route_anew(row: Complaint, at: datetime) -> None:
    """Who has it may have it no longer: give it back to the level, or to a higher one."""
    if row.state not in (State.RECEIVED, State.TAKEN, State.REVIEW):
        return
    if row.state == State.TAKEN and _is_free(row, row.taken_by_id, at):
        return
    if row.state == State.REVIEW:
        row.reviewed_by_id = None
    else:
        row.taken_by_id = None
    state = State.REVIEW if row.state == State.REVIEW else State.RECEIVED
    row.state = state
    send_or_leave(row, state, rules_of(row.place_path, at), at)


def _is_free(row: Complaint, account_id: int | None, at: datetime) -> bool:
    if account_id is None:
        return False
    actor = people.staff_actor(account_id, at)
    return free_of_interest(actor, Complaint.objects.filter(pk=row.pk)).exists()


def _known(actor: Actor, at: datetime, command_id: UUID, action: str) -> bool:
    return was_done(Deed(actor=actor.key, at=at, command_id=command_id, action=action))


def _deed(actor: Actor, at: datetime, command_id: UUID, action: str, row: Complaint) -> Deed:
    is_review = row.state in (State.REVIEW, State.REVIEWED)
    return Deed(
        actor=actor.key, at=at, command_id=command_id, action=action,
        role=role_at_level(actor, row), power=REVIEW if is_review else HANDLE,
    )  # fmt: skip
