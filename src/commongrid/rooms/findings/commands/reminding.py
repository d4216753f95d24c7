"""remind_answerers: the unit is told of a finding when it is made, before it is due and when late.

Each is an act of the clock, by which it is known that it was said; to those of the unit who asked
for reminders it goes by mail, one a run.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID, uuid5

from django.db import transaction

from commongrid.charter.matter import CLOCK
from commongrid.kernel.text import Text
from commongrid.ledger import face as ledger
from commongrid.rooms.findings.commands.finding import subject_of
from commongrid.rooms.findings.domain.standing import ANSWER, FindingState
from commongrid.rooms.findings.models import FindingRow
from commongrid.rooms.findings.powers import roles_with
from commongrid.rooms.places import face as places
from commongrid.rooms.subscriptions import face as subscriptions

NAMESPACE = UUID("a4b8f6f0-7c0b-4f4b-9d67-2a7c6a0b51e3")
TOPIC, ACTION, RULE = "finding.due", "remind_answerer", "oversight.remind"
SOON = timedelta(days=3)
A_ROUND = 100


def remind_answerers(*, at: datetime, limit: int = A_ROUND) -> int:
    """Remind units of findings whose answer is owed, once a round of it and reason.

    Idempotent: the ledger knows what was said. The acts of a run and the one mail about it are
    asked for in one transaction, so that neither is without the other.
    Cost: 1, and 1 for each finding that waits.
    """
    rows = FindingRow.objects.filter(state=FindingState.OPEN, made_at__lte=at)
    unsaid = (row for row in rows.order_by("due_at", "pk") if not _was_said(row, at))
    due = list(islice(unsaid, limit))
    if not due:
        return 0
    with ledger.in_turn(), transaction.atomic():
        told = [row for row in due if _remind(row, at)]
        subscriptions.mail_about_work([_work(row, at) for row in told], at=at)
    return len(told)


def _about(row: FindingRow, at: datetime) -> str:
    if row.due_at <= at:
        return "late"
    return "soon" if row.due_at - at <= SOON else "new"


def _command_id(row: FindingRow, at: datetime) -> UUID:
    return uuid5(NAMESPACE, f"{row.ref}/{row.rounds}/{_about(row, at)}")


def _was_said(row: FindingRow, at: datetime) -> bool:
    return ledger.find_act(_command_id(row, at)) is not None


def _remind(row: FindingRow, at: datetime) -> bool:
    """Say it, unless another round has; in the transaction of the run."""
    if _was_said(row, at):
        return False
    command_id, subject = _command_id(row, at), subject_of(row.ref)
    facts = {"about": _about(row, at), "unit": row.unit, "due": row.due_at.isoformat()}
    ledger.record_act(
        ledger.ActDraft(
            command_id=command_id, subject=subject, action=ACTION, actor=CLOCK.key,
            role="clock", rule_id=RULE, at=at, after=facts,
        )
    )  # fmt: skip
    ledger.add_outbox(topic=TOPIC, subject=subject, command_id=command_id, at=at, payload=facts)
    return True


def _work(row: FindingRow, at: datetime) -> subscriptions.Work:
    compiled = places.get_charter(row.charter_key)
    unit, due = compiled.unit_name(row.unit), row.due_at.astimezone(compiled.calendar.zone)
    return subscriptions.Work(
        path=row.place_path,
        roles=tuple(sorted(roles_with(ANSWER, row.place_path, at))),
        unit=row.unit,
        name=Text(f"监督意见 {row.ref}（{unit.zh}）", f"Finding {row.ref} ({unit.en})"),
        due=f"{due:%Y-%m-%d %H:%M}",
        link=f"/oversight/findings/{row.ref}/",
    )
