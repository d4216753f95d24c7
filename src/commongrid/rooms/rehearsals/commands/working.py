"""What a worker does: begin, tell how far it is, finish, fail. The system acts, by a lease.

A worker may be killed at any instant. Its lease runs out then, another one begins anew, and what
the first one still sends, should it live, is not taken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.ledger.face import in_turn
from commongrid.rooms.rehearsals.cards import RehearsalCard, rehearsal_card
from commongrid.rooms.rehearsals.commands.asking import locked, subject_of
from commongrid.rooms.rehearsals.commands.doing import Deed, record, was_done
from commongrid.rooms.rehearsals.domain import standing
from commongrid.rooms.rehearsals.domain.standing import LEASE, MOST_TRIES, WORKER, State
from commongrid.rooms.rehearsals.models import RehearsalRow

BY_WORKER = "rehearsal.by_worker"
BROKEN = "rehearsal.broke_off"


def begin_rehearsal(*, at: datetime) -> RehearsalCard | None:
    """Take the oldest that waits, or one whose worker was lost; None when there is none.

    Two workers never take the same one. What broke off too often is failed instead.
    """
    with in_turn(), transaction.atomic():
        for row in _waiting(at):
            if row.tries >= MOST_TRIES:
                _end(row, at, State.FAILED, "fail_rehearsal", trouble=(BROKEN, standing.STOPPED))
                continue
            if taken := _take(row, at):
                return taken
    return None


def note_progress(
    *, rehearsal_id: UUID, lease: UUID, at: datetime, done: int = 0, planned: int = 0
) -> bool:
    """Tell how far it is and keep the lease; False when it was cancelled or taken away.

    No act: nothing is decided. Without ``planned`` only the lease is kept. Cost: 1 statement.
    """
    told = {"done": done, "planned": planned} if planned else {}
    rows = RehearsalRow.objects.filter(pk=rehearsal_id, lease=lease, state=State.RUNNING)
    with in_turn():
        return bool(rows.update(leased_until=at + LEASE, **told))


def is_stopped(*, rehearsal_id: UUID, lease: UUID) -> bool:
    """Whether the worker should let go. Cost: 1 statement."""
    rows = RehearsalRow.objects.filter(pk=rehearsal_id, lease=lease, state=State.RUNNING)
    return not rows.exists()


def release_rehearsal(*, rehearsal_id: UUID, lease: UUID, at: datetime) -> None:
    """Let another worker take it at once: this one was asked to stop. No act: nothing is decided.

    It does not count as a try that broke off. Cost: 1 statement.
    """
    rows = RehearsalRow.objects.filter(pk=rehearsal_id, lease=lease, state=State.RUNNING)
    with in_turn():
        rows.update(leased_until=at - LEASE, tries=F("tries") - 1)


def finish_rehearsal(
    *,
    rehearsal_id: UUID,
    lease: UUID,
    at: datetime,
    report: Mapping[str, Any],
    report_digest: str,
    replications: int,
) -> RehearsalCard:
    """Keep what came of it. Does nothing when it was cancelled or taken over meanwhile."""
    with in_turn(), transaction.atomic():
        row = locked(rehearsal_id)
        if row.state != State.RUNNING or row.lease != lease:
            return rehearsal_card(row)
        row.report = json.dumps(report, ensure_ascii=False)
        row.report_digest, row.done, row.planned = report_digest, replications, replications
        _end(row, at, State.DONE, "finish_rehearsal")
        return rehearsal_card(row)


def fail_rehearsal(
    *, rehearsal_id: UUID, lease: UUID, at: datetime, rule: str, say: Text
) -> RehearsalCard:
    """Keep why it could not be done. Does nothing when it was cancelled or taken over."""
    with in_turn(), transaction.atomic():
        row = locked(rehearsal_id)
        if row.state != State.RUNNING or row.lease != lease:
            return rehearsal_card(row)
        _end(row, at, State.FAILED, "fail_rehearsal", trouble=(rule, say))
        return rehearsal_card(row)


def _take(row: RehearsalRow, at: datetime) -> RehearsalCard | None:
    tries, lease = row.tries + 1, new_id()
    taken = RehearsalRow.objects.filter(pk=row.pk, state=row.state, lease=row.lease).update(
        state=State.RUNNING,
        lease=lease,
        leased_until=at + LEASE,
        tries=tries,
        begun_at=row.begun_at or at,
        done=0,
    )
    if not taken:  # another one was quicker
        return None
    now = locked(row.pk)
    deed = _deed(now, at, "begin_rehearsal", f"begin/{lease}")
    record(deed, subject_of(now), BY_WORKER, after={"state": now.state, "tries": tries})
    return rehearsal_card(now)


def _end(
    row: RehearsalRow,
    at: datetime,
    state: State,
    action: str,
    *,
    trouble: tuple[str, Text] | None = None,
) -> None:
    deed = _deed(row, at, action, "end")
    if was_done(deed):
        return
    row.state, row.ended_at, row.lease, row.leased_until = state, at, None, None
    after: dict[str, Any] = {"state": state.value}
    if trouble:
        rule, say = trouble
        row.trouble = {"rule": rule, "zh": say.zh, "en": say.en}
        after["trouble"] = rule
    else:
        after |= {"report": row.report_digest, "replications": row.done}
    row.save()
    record(deed, subject_of(row), BY_WORKER, after=after)


def _waiting(at: datetime) -> QuerySet[RehearsalRow]:
    rows = RehearsalRow.objects.filter(
        Q(state=State.ASKED) | Q(state=State.RUNNING, leased_until__lt=at)
    ).defer("practice", "report")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return rows.order_by("asked_at", "id")[:5]


def _deed(row: RehearsalRow, at: datetime, action: str, name: str) -> Deed:
    return Deed(actor=WORKER, at=at, command_id=uuid5(row.pk, name), action=action)
