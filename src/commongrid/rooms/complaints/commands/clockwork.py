"""What time does by itself: it sends complaints on, begins reviews, closes, and erases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q

from commongrid.charter.matter import CLOCK
from commongrid.ledger.face import find_act, in_turn
from commongrid.rooms.complaints.charters import days_of, rules_of
from commongrid.rooms.complaints.commands.doing import Deed, record
from commongrid.rooms.complaints.commands.own import (
    forget_identity,
    forget_marks,
    identity_subject,
)
from commongrid.rooms.complaints.commands.routing import move, send, send_or_leave
from commongrid.rooms.complaints.domain.stages import (
    HANDLE,
    IDENTITY_DAYS,
    REVIEW,
    WAITS_FOR_VERDICT,
    WORDS_DAYS,
    Outcome,
    State,
)
from commongrid.rooms.complaints.models import (
    Accused,
    Complaint,
    Entry,
    Identity,
    SteppedOut,
)
from commongrid.rooms.complaints.reading import free_of_interest
from commongrid.rooms.people import face as people
from commongrid.rooms.vault import face as vault

A_GO = 200
OPEN = ~Q(state=State.CLOSED)


def run_clock(*, at: datetime) -> int:
    """Take the steps that are due, at most ``A_GO``; returns how many. Idempotent.

    Not taken in time: it goes a level up, or to the reviewer. Not answered in time: to the
    reviewer. Not reviewed in time: a level up, or outside. No verdict in time: closed as such.
    """
    due = Complaint.objects.filter(OPEN, due_at__lte=at).order_by("due_at", "pk")
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:A_GO]):
        with in_turn(), transaction.atomic():
            row = _locked(pk)
            if row.state != State.CLOSED and row.due_at is not None and row.due_at <= at:
                _step(row, at)
                done += 1
    return done


def reroute(*, at: datetime) -> int:
    """Look whether those a complaint waits for are still free of interest; send it on where not.

    What nobody here could take is tried again. Returns how many moved. Idempotent.
    """
    waits = Q(state__in=(State.RECEIVED, State.TAKEN, State.REVIEW)) | Q(
        state=State.OUTSIDE, outcome=""
    )
    done = 0
    for pk in list(Complaint.objects.filter(waits).order_by("pk").values_list("pk", flat=True)):
        with in_turn(), transaction.atomic():
            done += _anew(_locked(pk), at)
    return done


def erase_due(*, at: datetime) -> int:
    """Erase who complained and what was said once their time is over; returns how many rows."""
    done = 0
    closed = Complaint.objects.filter(closed_at__isnull=False, words_erased_at__isnull=True)
    for pk, path in list(closed.order_by("closed_at").values_list("pk", "place_path")):
        rules = rules_of(path, at)
        with in_turn(), transaction.atomic():
            row = _locked(pk)
            assert row.closed_at is not None
            age = at - row.closed_at
            if row.identity_erased_at is None and age >= timedelta(days_of(rules, IDENTITY_DAYS)):
                done += forget_identity(row, at)
                row.identity_erased_at = at
                row.save(update_fields=["identity_erased_at"])
            if age >= timedelta(days_of(rules, WORDS_DAYS)):
                done += forget_words(row, at)
                _record(row, "erase_words", at)
    return done


def forget_words(row: Complaint, at: datetime) -> int:
    """Erase the dialogue, whom it was about and the receipt; the counted facts stay."""
    counts = {
        "entries": Entry.objects.filter(complaint=row).delete()[0],
        "accused": Accused.objects.filter(complaint=row).delete()[0],
        "stepped_out": SteppedOut.objects.filter(complaint=row).delete()[0],
    }
    row.receipt = row.own_public = row.own_wrapped = None
    row.matter_subject, row.words_erased_at = "", at
    row.taken_by_id = row.reviewed_by_id = None
    row.save()
    vault.note_erasure(subject=f"complaint:{row.pk}", what=vault.WORDS, counts=counts, at=at)
    return sum(counts.values())


def erase_again(entries: Iterable[vault.Entry], *, at: datetime) -> int:
    """Erase again what a list names and a restored backup brought back. Returns how many rows.

    Who complained is found by the mark of the row, also on a machine that has other keys.
    """
    wanted = {(one.subject, one.what) for one in entries}
    if not wanted:
        return 0
    done = _identities_again(wanted, at)
    for pk in list(Complaint.objects.filter(words_erased_at=None).values_list("pk", flat=True)):
        subject = vault.digest_of(f"complaint:{pk}")
        if (subject, vault.WORDS) in wanted:
            with in_turn(), transaction.atomic():
                row = _locked(pk)
                done += forget_identity(row, at) + forget_words(row, at)
                _record(row, "erase_words", at)
    return done


def _identities_again(wanted: set[tuple[str, str]], at: datetime) -> int:
    marks = Identity.objects.order_by("pk").values_list("mark", flat=True)
    back = [
        mark for mark in marks
        if (vault.digest_of(identity_subject(mark)), vault.CONTACT) in wanted
    ]  # fmt: skip
    if not back:
        return 0
    with in_turn(), transaction.atomic():
        return forget_marks(back, at)


def _step(row: Complaint, at: datetime) -> None:
    rules, state = rules_of(row.place_path, at), State(row.state)
    was = row.level_path
    command_id = uuid5(row.pk, f"{state}/{row.due_at}")
    if state is State.RECEIVED:
        if send(row, HANDLE, rules, at, over=was):
            move(row, state, rules, at)
        else:
            send_or_leave(row, State.REVIEW, rules, at)
    elif state is State.TAKEN:
        send_or_leave(row, State.REVIEW, rules, at)
    elif state is State.REVIEW:
        row.reviewed_by_id = None
        has_higher = send(row, REVIEW, rules, at, over=was)
        move(row, state if has_higher else State.OUTSIDE, rules, at)
    else:
        row.outcome = row.outcome if state not in WAITS_FOR_VERDICT else ""
        row.outcome = row.outcome or Outcome.NOT_ASKED
        move(row, State.CLOSED, rules, at)
    row.save()
    _record(row, "run_out", at, command_id, {"from": state})


def _anew(row: Complaint, at: datetime) -> int:
    """Send one complaint on where nobody is left who may take it. Returns 1 where it moved."""
    rules, state, was = rules_of(row.place_path, at), State(row.state), row.level_path
    holder = row.taken_by_id if state is State.TAKEN else row.reviewed_by_id
    is_held = state in (State.TAKEN, State.REVIEW) and holder is not None
    if is_held and _is_free(row, holder, at):
        return 0
    if state is State.TAKEN:
        row.taken_by_id, row.state = None, State.RECEIVED
    elif state is State.REVIEW:
        row.reviewed_by_id = None
    elif state is State.OUTSIDE:
        row.state = State.RECEIVED if row.taken_by_id is None else State.REVIEW
    goal = State(row.state)
    has_somebody = send(row, REVIEW if goal is State.REVIEW else HANDLE, rules, at)
    after = goal if has_somebody else State.OUTSIDE
    if (after, row.level_path) == (state, was):
        return 0
    move(row, after, rules, at)
    row.save()
    _record(row, "send_on", at, after={"from": state})
    return 1


def _is_free(row: Complaint, account_id: int | None, at: datetime) -> bool:
    if account_id is None:
        return False
    actor = people.staff_actor(account_id, at)
    on_level = any(hat.path == row.level_path for hat in actor.hats)
    return on_level and free_of_interest(actor, Complaint.objects.filter(pk=row.pk)).exists()


def _locked(pk: UUID) -> Complaint:
    rows = Complaint.objects.select_related("sealed_to").select_for_update(of=("self",))
    return rows.get(pk=pk)


def _record(
    row: Complaint,
    action: str,
    at: datetime,
    command_id: UUID | None = None,
    after: dict[str, str] | None = None,
) -> None:
    known = command_id or uuid5(row.pk, f"{action}/{at.isoformat()}")
    if find_act(known) is None:
        deed = Deed(actor=CLOCK.key, at=at, command_id=known, action=action, role="clock")
        record(deed, row, after=after)
