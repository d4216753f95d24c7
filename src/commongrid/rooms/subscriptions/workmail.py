"""Mail to staff about work that is no matter: publications due, findings to answer. One a run.

Rooms above say what came due, of which place, for which roles and unit; whoever of staff asked for
reminders by mail and holds such a post when the mail is written is told of it. A mail names what
it is and where to read on, never a word somebody wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import Actor
from commongrid.charter.messages import WORK_DUE
from commongrid.kernel.text import Text
from commongrid.ledger.face import Event, add_outbox
from commongrid.rooms.people.face import staff_actor
from commongrid.rooms.subscriptions.happenings import SITE, rules_at
from commongrid.rooms.subscriptions.models import STAFF, Subscription

RUN = UUID("4f0f3a26-6f0d-4a4e-8a0e-9b3f6c1d7e52")
TOPIC = "staff.work_due"
MOST = 50  # lines of one mail; the pages have them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Something one of ``roles`` over ``path`` (in ``unit``, if named) has to do by ``due``.

    ``due``: the day or instant in words. ``link``: a path of this site.
    """

    path: str
    roles: tuple[str, ...]
    name: Text
    due: str
    link: str
    unit: str = ""


def mail_about_work(works: Sequence[Work], *, at: datetime) -> None:
    """Ask for one mail each to those whom it concerns.

    In the transaction of the acts that say so: a stop in between would lose the mail for good. The
    callers see to it that it is once.
    """
    if not works:
        return
    subject = f"work:{at.isoformat()}"
    command_id = uuid5(RUN, f"{subject}/{works[0].link}")
    items = [
        {
            "path": one.path,
            "roles": list(one.roles),
            "unit": one.unit,
            "zh": one.name.zh,
            "en": one.name.en,
            "due": one.due,
            "link": one.link,
        }
        for one in works
    ]
    with transaction.atomic():
        add_outbox(
            topic=TOPIC, subject=subject, command_id=command_id, at=at,
            payload={"items": items},
        )  # fmt: skip


def list_concerned(event: Event, at: datetime) -> Iterator[UUID]:
    """The staff subscriptions that have some of this work."""
    rows = Subscription.objects.filter(audience=STAFF, confirmed_at__lte=event.at, until_at__gt=at)
    for row in rows.order_by("pk"):
        if _theirs(row, event, at):
            yield row.pk


def digest_of_work(
    row: Subscription, event: Event, at: datetime
) -> tuple[dict[str, Text | str], str, str, Compiled] | None:
    """What one member of staff is told of one run; None when nothing of it is theirs now."""
    items, compiled = _theirs(row, event, at), rules_at(row.path, at)
    if not items or compiled is None:
        return None
    lines = [
        Text(
            f"{one['zh']}，期限 {one['due']}\n{settings.SITE_URL}{one['link']}",
            f"{one['en']}, due {one['due']}\n{settings.SITE_URL}{one['link']}",
        )
        for one in items[:MOST]
    ]
    values: dict[str, Text | str] = {
        "count": str(len(items)),
        "lines": Text("\n\n".join(x.zh for x in lines), "\n\n".join(x.en for x in lines)),
        "link": f"{settings.SITE_URL}/desk/tasks/",
        "site": SITE,
    }
    return values, "unit", WORK_DUE, compiled


def _theirs(row: Subscription, event: Event, at: datetime) -> list[dict[str, Any]]:
    actor = staff_actor(row.account_id or 0, at)
    return [one for one in event.payload["items"] if _is_theirs(one, actor)]


def _is_theirs(one: dict[str, Any], actor: Actor) -> bool:
    return any(
        hat.role in one["roles"]
        and bool(hat.path)
        and one["path"].startswith(hat.path)
        and one["unit"] in ("", hat.unit)
        for hat in actor.hats
    )
