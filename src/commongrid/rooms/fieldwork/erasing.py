"""Erase what has had its time."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from commongrid.rooms.fieldwork.commands.burden import erase_old_minutes
from commongrid.rooms.fieldwork.handovers import erase_handover_words
from commongrid.rooms.fieldwork.models import FileRow, IntentionRow, PhoneRow

KEPT = timedelta(days=183)
SETTLED_KEPT = timedelta(days=90)
FILES_KEPT = timedelta(days=7)


def erase_expired(*, at: datetime) -> int:
    """Erase answers after 183 days, words of what was returned 90 days after they were settled,
    files a week after their last piece, phones 183 days after they were taken out of service, words
    of a handover 90 days after its end, sums of minutes after 400 days.

    Returns how many. Idempotent. Cost: 6 statements.
    """
    old = IntentionRow.objects.filter(received_at__lte=at - KEPT)
    settled = IntentionRow.objects.filter(settled_at__lte=at - SETTLED_KEPT, sealed__isnull=False)
    files = FileRow.objects.filter(changed_at__lte=at - FILES_KEPT)
    gone = PhoneRow.objects.filter(Q(revoked_at__lte=at - KEPT))
    return sum(
        (
            old.delete()[0],
            settled.update(sealed=None),
            files.delete()[0],
            gone.delete()[0],
            erase_handover_words(at=at),
            erase_old_minutes(at=at),
        )
    )


def forget_matter(matter_id: UUID) -> int:
    """Erase the words that phones sent about a matter and that were refused. Returns how many."""
    rows = IntentionRow.objects.filter(matter_id=matter_id, sealed__isnull=False)
    return rows.update(sealed=None)
