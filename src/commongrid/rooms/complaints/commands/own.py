"""What the complainant does, by the receipt code alone: speak, judge, withdraw, erase."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commongrid.ledger.face import in_turn
from commongrid.rooms.complaints.charters import rules_of
from commongrid.rooms.complaints.commands.doing import (
    Deed,
    add_entry,
    check_words,
    locked_own,
    record,
    was_done,
)
from commongrid.rooms.complaints.commands.routing import move, send_or_leave
from commongrid.rooms.complaints.domain import stages
from commongrid.rooms.complaints.domain.stages import (
    COMPLAINANT,
    WAITS_FOR_VERDICT,
    Outcome,
    State,
    refusal,
    state_after,
)
from commongrid.rooms.complaints.models import Complaint, Identity
from commongrid.rooms.complaints.receipts import marks_of
from commongrid.rooms.vault import face as vault


def say_more(*, code: str, at: datetime, command_id: UUID, words: str) -> None:
    """Add words to one's complaint, or answer what was asked. Raises: Refused."""
    deed = _deed(at, command_id, "say_more")
    with in_turn(), transaction.atomic():
        row = locked_own(code)
        if was_done(deed):
            return
        if row.state == State.CLOSED:
            raise refusal("not_now", stages.NOT_NOW, row.state)
        add_entry(row, deed, "words", check_words(words))
        record(deed, row)


def give_verdict(
    *, code: str, at: datetime, command_id: UUID, verdict: Outcome, words: str = ""
) -> None:
    """Say whether it is solved. Solved closes; else an independent reviewer has it, by itself.

    After the review what is still unsolved is shown the bodies outside. Raises: Refused.
    """
    deed = _deed(at, command_id, "give_verdict")
    with in_turn(), transaction.atomic():
        row = locked_own(code)
        if was_done(deed):
            return
        if verdict not in verdicts_for(row):
            raise refusal("not_now", stages.NOT_NOW, row.state)
        rules = rules_of(row.place_path, at)
        if words.strip():
            add_entry(row, deed, "words", check_words(words))
        row.outcome = verdict
        was = State(row.state)
        is_over = verdict is Outcome.WITHDRAWN or was is State.OUTSIDE
        after = State.CLOSED if is_over else state_after(verdict, was)
        if after is State.REVIEW:
            send_or_leave(row, after, rules, at)
        else:
            if after is State.OUTSIDE:
                row.level_path, row.level_roles = "", ""
            move(row, after, rules, at)
        row.save()
        record(deed, row, after={"verdict": verdict})


def erase_identity(*, code: str, at: datetime, command_id: UUID) -> None:
    """Erase who complained; the complaint goes on. Raises: Refused."""
    deed = _deed(at, command_id, "erase_identity")
    with in_turn(), transaction.atomic():
        row = locked_own(code)
        if not was_done(deed):
            forget_identity(row, at)
            record(deed, row)


def forget_identity(row: Complaint, at: datetime) -> int:
    """Erase the row of who complained, and note that it was."""
    return forget_marks(marks_of(row.pk), at)


def forget_marks(marks: Iterable[str], at: datetime) -> int:
    """Erase identities by their marks; each is noted by its mark, which names no complaint.

    So a list of erasures finds it again after a restore without the keys that lead to it.
    """
    gone = list(Identity.objects.filter(mark__in=marks).values_list("mark", flat=True))
    Identity.objects.filter(mark__in=gone).delete()
    for mark in gone:
        subject = identity_subject(mark)
        vault.note_erasure(subject=subject, what=vault.CONTACT, counts={"contacts": 1}, at=at)
    return len(gone)


def identity_subject(mark: str) -> str:
    """How the list of erasures names an identity."""
    return f"complainant:{mark}"


def verdicts_for(row: Complaint) -> tuple[Outcome, ...]:
    """What the complainant may say at this stage."""
    if row.state in WAITS_FOR_VERDICT:
        return (Outcome.SOLVED, Outcome.PARTLY, Outcome.NOT_SOLVED)
    if row.state == State.OUTSIDE:
        return (Outcome.SOLVED, Outcome.NOT_SOLVED)
    return () if row.state == State.CLOSED else (Outcome.WITHDRAWN,)


def _deed(at: datetime, command_id: UUID, action: str) -> Deed:
    return Deed(
        actor=COMPLAINANT, at=at, command_id=command_id, action=action, role="reporter"
    )  # fmt: skip
