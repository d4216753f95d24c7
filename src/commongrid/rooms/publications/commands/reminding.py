"""remind_publishers: whoever publishes is told before it is due, and once when it is late."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from commongrid.charter.matter import CLOCK
from commongrid.kernel.text import Text
from commongrid.ledger import face as ledger
from commongrid.rooms.places import face as places
from commongrid.rooms.publications.cards import AffairPromise
from commongrid.rooms.publications.domain.periods import MOMENT
from commongrid.rooms.publications.models import AffairReminder
from commongrid.rooms.publications.powers import publishing_roles
from commongrid.rooms.publications.queries import list_promises
from commongrid.rooms.subscriptions import face as subscriptions

NAMESPACE = UUID("0d2f6b64-6d0e-4b6e-9a53-5d0f21b7c3aa")
TOPIC = "affairs.due"
ACTION, RULE = "remind_publisher", "publications.remind"
SOON = timedelta(days=3)
A_ROUND = 100
KEPT = timedelta(days=400)


def remind_publishers(*, at: datetime, limit: int = A_ROUND) -> int:
    """Put what is due soon or late into the outbox, each once; returns how many.

    Idempotent: the database lets one reminder in. Each is an act of the clock; the acts of a run
    and the one mail about it are asked for in one transaction: neither is without the other.
    Cost: 3 statements for every place with a charter, and some for each reminder.
    """
    said, due = _said(), list[tuple[AffairPromise, str]]()
    for root in places.list_chartered_places():
        for promise in list_promises(root, at=at):
            about = _about(promise, at)
            key = promise.place.code, promise.rule.publication, promise.period, about
            if about and key not in said and len(due) < limit:
                due.append((promise, about))
    with ledger.in_turn(), transaction.atomic():
        told = [promise for promise, about in due if _remind(promise, about, at)]
        subscriptions.mail_about_work([_work(promise, at) for promise in told], at=at)
    return len(told)


def _work(promise: AffairPromise, at: datetime) -> subscriptions.Work:
    """The same for those of staff who asked for mail: it says the last day, as the page does."""
    names = promise.place.name, promise.rule.name
    zone = places.charter_in_force(promise.place.path, at)[1].calendar.zone
    return subscriptions.Work(
        path=promise.place.path,
        roles=publishing_roles(promise.place.path, at),
        name=Text(
            f"{names[0].zh} {promise.period} {names[1].zh}",
            f"{names[0].en} {promise.period}: {names[1].en}",
        ),
        due=f"{(promise.due_at - MOMENT).astimezone(zone):%Y-%m-%d}",
        link="/powers/publishing/",
    )


def erase_old_reminders(*, at: datetime) -> int:
    """Forget reminders whose period nobody looks at any more. Returns how many."""
    return AffairReminder.objects.filter(made_at__lt=at - KEPT).delete()[0]


def _about(promise: AffairPromise, at: datetime) -> str:
    if promise.status == "overdue":
        return "late"
    return "soon" if promise.status == "running" and promise.due_at - at <= SOON else ""


def _said() -> set[tuple[str, str, str, str]]:
    rows = AffairReminder.objects.order_by("pk")
    return set(rows.values_list("place_code", "rule", "period", "about"))


def _remind(promise: AffairPromise, about: str, at: datetime) -> bool:
    """Say it, unless it was said; in the transaction of the run."""
    place, rule = promise.place.code, promise.rule.publication
    command_id = uuid5(NAMESPACE, f"{place}/{rule}/{promise.period}/{about}")
    subject = f"affair:{place}:{rule}"
    facts = {"period": promise.period, "about": about, "due": promise.due_at}
    if ledger.find_act(command_id) is not None:
        return False
    AffairReminder.objects.create(
        place_code=place,
        rule=rule,
        period=promise.period,
        about=about,
        made_at=at,
        made_by_act=command_id,
    )
    ledger.record_act(
        ledger.ActDraft(
            command_id=command_id,
            subject=subject,
            action=ACTION,
            actor=CLOCK.key,
            role="clock",
            rule_id=RULE,
            at=at,
            after=facts,
        )
    )
    payload = {**facts, "due": promise.due_at.isoformat(), "place": place, "rule": rule}
    ledger.add_outbox(topic=TOPIC, subject=subject, command_id=command_id, at=at, payload=payload)
    return True
