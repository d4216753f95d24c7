"""remind_units: when a light comes on, the unit and whoever else sees it are reminded, once.

A reminder uses no authority and changes nothing about the matter, so it is no act: the flows give
the clock no such step. The ladder's steps stay with people.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from commongrid.charter.schema import StateKind
from commongrid.ledger.face import add_outbox
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.places import face as places
from commongrid.rooms.subscriptions.models import Notice
from commongrid.rooms.subscriptions.staffmail import REMINDED

RUN = UUID("b7a9a0c4-92c3-4a77-9d0e-5e3b6a1f4c20")
LIGHTS = ("red", "yellow", "blue")  # the highest first: it stands for those below
KEPT_AFTER_END = timedelta(days=30)


def remind_units(*, at: datetime, limit: int = 500) -> int:
    """Remind of every open matter whose light has come on: one notice a matter and light.

    Idempotent: the database lets one notice in. A clock that stands still has no light.
    """
    made = 0
    with transaction.atomic():
        for light in LIGHTS:
            rows = list(_lit(light, at)[: limit - made])
            notices = [notice for row in rows if (notice := _notice(row, light, at)) is not None]
            before = Notice.objects.count() if notices else 0
            Notice.objects.bulk_create(notices, ignore_conflicts=True)
            made += (Notice.objects.count() - before) if notices else 0
        if made:  # whoever of staff asked for mail gets one about this run
            subject = f"reminders:{at.isoformat()}"
            run = uuid5(RUN, subject)
            add_outbox(topic=REMINDED, subject=subject, command_id=run, at=at, payload={})
    return made


def erase_notices(*, at: datetime) -> int:
    """Erase what was said about matters that ended thirty days ago, or that are gone."""
    kept = Matter.objects.filter(pk=OuterRef("matter_id")).exclude(
        state_kind=StateKind.END.value, changed_at__lt=at - KEPT_AFTER_END
    )
    old = Notice.objects.filter(~Exists(kept)).order_by("pk").values_list("pk", flat=True)[:500]
    return Notice.objects.filter(pk__in=list(old)).delete()[0]


def _lit(light: str, at: datetime) -> QuerySet[Matter]:
    """Open matters with a unit whose light is on, and of which nothing was said at this light."""
    rows = Matter.objects.filter(
        state_kind=StateKind.OPEN.value, paused_for="", due_at__isnull=False
    )
    said = Notice.objects.filter(matter_id=OuterRef("pk"), light=light)
    higher = Notice.objects.filter(
        matter_id=OuterRef("pk"), light__in=LIGHTS[: LIGHTS.index(light)]
    )
    rows = rows.filter(**{f"{light}_at__lte": at}).exclude(unit="")
    return rows.filter(~Exists(said), ~Exists(higher)).order_by(f"{light}_at", "pk")


def _notice(row: Matter, light: str, at: datetime) -> Notice | None:
    rules = places.get_charter(row.charter_key).charter.lights.get(light)
    if rules is None or row.due_at is None:
        return None
    return Notice(
        matter_id=row.pk,
        ref=row.ref,
        type_code=row.type_code,
        charter_key=row.charter_key,
        unit=row.unit,
        path=row.path,
        light=light,
        roles=f";{';'.join(rules.seen_by)};",
        due_at=row.due_at,
        made_at=at,
    )
