"""Reminders by mail to staff who asked for it: one mail a run, of what their roles see.

Who sees which light is the charter's rule (``lights.csv``), read again when the mail is written:
who holds no appointment any more, or has stepped out of a matter, hears nothing of it. A mail names
reference, type, light, due time and where to read on; of a matter kept for those in charge not
even the type, and of a sealed one nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.conf import settings

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import Actor
from commongrid.charter.messages import REMINDERS, find_message, write_message
from commongrid.charter.schema import StateKind
from commongrid.kernel.text import Text
from commongrid.ledger.face import Event
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.people.face import staff_actor
from commongrid.rooms.places import face as places
from commongrid.rooms.subscriptions.happenings import SITE
from commongrid.rooms.subscriptions.models import STAFF, Notice, Subscription
from commongrid.rooms.subscriptions.queries import seen_by

REMINDED = "staff.reminded"
MAILED = ("yellow", "red")  # blue is half the time: it stands on the page
MOST = 50  # lines of one mail; the page has them all
SOMETHING = Text("一件事项", "a matter")


def list_reminded(event: Event, at: datetime) -> Iterator[UUID]:
    """The staff subscriptions that see something of this run."""
    rows = Subscription.objects.filter(audience=STAFF, confirmed_at__lte=event.at, until_at__gt=at)
    for row in rows.order_by("pk"):
        if _new_notices(row, event, at):
            yield row.pk


def digest_of_run(
    row: Subscription, event: Event, at: datetime
) -> tuple[dict[str, Text | str], str, str, Compiled] | None:
    """What one member of staff is told of one run; None when there is nothing for them now."""
    notices = _new_notices(row, event, at)
    if not notices:
        return None
    lines = [_line(notice, is_named=is_named) for notice, is_named in notices[:MOST]]
    values: dict[str, Text | str] = {
        "count": str(len(notices)),
        "lines": Text("\n\n".join(x.zh for x in lines), "\n\n".join(x.en for x in lines)),
        "link": f"{settings.SITE_URL}/follow/notices/",
        "site": SITE,
    }
    return values, "unit", REMINDERS, places.get_charter(notices[0][0].charter_key)


def _new_notices(row: Subscription, event: Event, at: datetime) -> list[tuple[Notice, bool]]:
    """The notices of the run that this person sees now, and whether the type may be named."""
    actor = staff_actor(row.account_id or 0, at)
    found = seen_by(actor).filter(made_at=event.at, light__in=MAILED).order_by("due_at", "pk")
    notices = list(found)
    rows = Matter.objects.filter(
        pk__in=[one.matter_id for one in notices],
        state_kind=StateKind.OPEN.value,
        is_sealed=False,
    )
    still = {one.pk: one for one in rows}
    return [
        (one, not still[one.matter_id].in_charge)
        for one in notices
        if one.matter_id in still and _is_theirs(one, still[one.matter_id], actor)
    ]


def _is_theirs(notice: Notice, row: Matter, actor: Actor) -> bool:
    return row.unit == notice.unit and str(row.pk) not in actor.interests


def _line(notice: Notice, *, is_named: bool) -> Text:
    compiled = places.get_charter(notice.charter_key)
    local = notice.due_at.astimezone(compiled.calendar.zone)
    values: dict[str, Text | str] = {
        "ref": notice.ref,
        "type": compiled.type(notice.type_code).name if is_named else SOMETHING,
        "unit": compiled.unit_name(notice.unit),
        "light": compiled.charter.lights[notice.light].name,
        "due": f"{local:%Y-%m-%d %H:%M}",
        **dict.fromkeys(("place", "state", "told", "link"), ""),
        "site": SITE,
    }
    message = find_message(
        compiled.charter, event=f"light_{notice.light}", channel="notice", audience="unit"
    )
    link = f"{settings.SITE_URL}/desk/m/{notice.matter_id}/"
    said = [
        write_message(message, values, lang).subject if message else notice.ref
        for lang in ("zh", "en")
    ]
    due = values["due"]
    return Text(f"{said[0]}，期限 {due}\n{link}", f"{said[1]}, due {due}\n{link}")
