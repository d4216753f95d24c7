"""erase_due: data that has had its time. Each erasure is an act of the clock.

Contact data dies on the date it got when its matter ended, and the exact point of a matter
``keep_contact_days`` after the end: its purpose was to find the spot. The words and pictures of
a matter die ``keep_matter_days`` (a charter parameter) after its end; what was counted stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet

from commongrid.charter.matter import CLOCK
from commongrid.ledger.face import ActDraft, find_act, record_act
from commongrid.rooms.matters.commands.forgetting import (
    forget_contact,
    forget_details,
    forget_point,
)
from commongrid.rooms.matters.models import ContactRow, Matter
from commongrid.rooms.places import face as places

NAMESPACE = UUID("b8a2a6a5-0c86-4b53-9a2f-5f5c1f3d7e02")
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much was erased in one round."""

    contacts: int
    words: int
    points: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.contacts + self.words + self.points


def erase_due(*, at: datetime, limit: int = BATCH) -> Erased:
    """Erase what is due, at most ``limit`` of each kind. Idempotent; one act a matter and kind."""
    due = ContactRow.objects.filter(erase_at__lte=at).order_by("erase_at", "pk")
    gone = [
        _once(row.matter, "erase_contact", f"{row.pk}", at, _drop_contact)
        for row in due.select_related("matter")[:limit]
    ]
    gone += [
        _once(
            row,
            "erase_contact",
            f"followers {row.changed_at.isoformat()}",
            at,
            _drop_contact,
        )
        for row in _with_late_followers(at, limit)
    ]
    worn = [
        _once(row, "erase_words", row.changed_at.isoformat(), at, _drop_words)
        for row in _worn_out(at, limit)
    ]
    placed = [
        _once(row, "erase_point", row.changed_at.isoformat(), at, _drop_point)
        for row in _with_old_points(at, limit)
    ]
    return Erased(contacts=sum(gone), words=sum(worn), points=sum(placed))


def _with_late_followers(at: datetime, limit: int) -> list[Matter]:
    """Ended matters whose followers left contact data, though nobody else did."""
    ended = Matter.objects.filter(
        state_kind="end", follows__sealed__isnull=False, contact__isnull=True
    )
    return _older_than("keep_contact_days", ended, at, limit)


def _worn_out(at: datetime, limit: int) -> list[Matter]:
    """Ended matters older than their charter keeps words."""
    ended = Matter.objects.filter(state_kind="end", words_erased_at__isnull=True)
    return _older_than("keep_matter_days", ended, at, limit)


def _with_old_points(at: datetime, limit: int) -> list[Matter]:
    """Ended matters whose exact point has had its purpose; their grid says enough."""
    ended = Matter.objects.filter(state_kind="end", lon__isnull=False)
    return _older_than("keep_contact_days", ended, at, limit)


def _older_than(parameter: str, ended: QuerySet[Matter], at: datetime, limit: int) -> list[Matter]:
    """Ended matters unchanged for as long as their own charter's parameter says."""
    found: list[Matter] = []
    for key in ended.order_by("charter_key").values_list("charter_key", flat=True).distinct():
        since = at - timedelta(days=places.get_charter(key).number(parameter))
        old = ended.filter(charter_key=key, changed_at__lte=since)
        found += old.order_by("changed_at", "pk").distinct()[:limit]
    return found[:limit]


def _once(
    row: Matter,
    action: str,
    what: str,
    at: datetime,
    erase: Callable[[Matter, datetime], dict[str, int]],
) -> int:
    """Erase in one act. ``what`` names the data, so that what is given later is erased later."""
    command_id = uuid5(NAMESPACE, f"{row.pk}/{action}/{what}")
    if find_act(command_id) is not None:
        return 0
    with transaction.atomic():
        locked = Matter.objects.select_for_update().get(pk=row.pk)
        counts = erase(locked, at)
        record_act(
            ActDraft(
                command_id=command_id, subject=f"matter:{row.pk}", action=action, actor=CLOCK.key,
                role="clock", power=action, rule_id=f"matter.{action}", at=at,
                charter_key=row.charter_key, after={"state": row.state, "counts": counts},
            )
        )  # fmt: skip
    return 1


def _drop_contact(row: Matter, at: datetime) -> dict[str, int]:
    return forget_contact(row, at=at)


def _drop_point(row: Matter, at: datetime) -> dict[str, int]:
    counts = forget_point(row, at=at)
    row.save(update_fields=["lon", "lat"])
    return counts


def _drop_words(row: Matter, at: datetime) -> dict[str, int]:
    counts = forget_details(row, at=at)
    row.words_erased_at = at
    row.save()
    return counts
