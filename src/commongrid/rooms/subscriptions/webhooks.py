"""Telling programs: the public card of a matter, signed, to whoever registered for the place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from commongrid import __version__
from commongrid.ledger.face import Event, Receiver, UndeliverableError
from commongrid.rooms.matters.face import PublicCard
from commongrid.rooms.subscriptions.domain.sealing import unseal
from commongrid.rooms.subscriptions.domain.signing import signature
from commongrid.rooms.subscriptions.domain.targets import BadTargetError
from commongrid.rooms.subscriptions.happenings import (
    happening_of,
    is_told_to_all,
    public_card,
    rules_at,
)
from commongrid.rooms.subscriptions.keys import sealing_keys
from commongrid.rooms.subscriptions.models import Webhook
from commongrid.rooms.subscriptions.posting import CallFailedError, post

PING = "webhook.ping"
DISABLE_AFTER = timedelta(days=3)
GONE = 410


def webhook_receiver(at: datetime) -> Receiver:
    """Webhooks as a receiver of the outbox."""
    return Receiver(
        addresses=lambda event: map(str, _registered(event, at)),
        deliver=lambda event, address: _call(event, UUID(address), at),
    )


def _registered(event: Event, at: datetime) -> Iterator[UUID]:
    if event.topic == PING:
        yield UUID(event.subject.removeprefix("webhook:"))
        return
    step = happening_of(event)
    card = public_card(step.matter_id, at) if step else None
    if card is None:
        return
    above = card.path.strip("/").split("/")
    paths = ["/" + "/".join(above[:n]) + "/" for n in range(1, len(above) + 1)]
    rows = Webhook.objects.filter(disabled_at=None, made_at__lte=event.at)
    rows = rows.filter(Q(path__in=paths) & Q(type_code__in=("", card.type_code)))
    yield from rows.order_by("pk").values_list("pk", flat=True)


def _call(event: Event, webhook_id: UUID, at: datetime) -> None:
    row = Webhook.objects.filter(pk=webhook_id, disabled_at=None).first()
    content = content_of(event, at) if row else None
    if row is None or content is None:
        return
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    secret = unseal(bytes(row.sealed), bound_to=str(row.pk), keys=sealing_keys())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"CommonGrid/{__version__}",
        "CommonGrid-Event": str(event.id),
        "CommonGrid-Signature": signature(
            body, secret=secret, key_id=row.key_id, at_s=int(at.timestamp())
        ),
    }
    try:
        post(row.url, body, headers)
    except (BadTargetError, CallFailedError) as error:
        _note_failure(row, error, at)
        raise
    Webhook.objects.filter(pk=row.pk).exclude(failing_since=None).update(failing_since=None)


def content_of(event: Event, at: datetime) -> dict[str, Any] | None:
    """What is sent: the matter as anybody may read it now. None when nobody may any more."""
    head = {"id": str(event.id), "topic": event.topic, "at": event.at.isoformat()}
    if event.topic == PING:
        return {**head, "matter": None}
    step = happening_of(event)
    card = public_card(step.matter_id, at) if step else None
    compiled = rules_at(card.path, at) if card else None
    if step is None or card is None or compiled is None:
        return None
    if not is_told_to_all(compiled, card.kind, step.action):
        return None
    return {**head, "action": step.action, "matter": plain_card(card)}


def plain_card(card: PublicCard) -> dict[str, Any]:
    """The public card in JSON values."""
    texts = ("type_name", "state_name", "place_name", "community_name", "unit_name")
    plain = ("ref", "type_code", "state", "place_code", "community_code", "unit", "lon", "lat")
    times = ("received_at", "changed_at", "closed_at", "promised_at")
    found: dict[str, Any] = {"id": str(card.id), "kind": card.kind.value}
    found |= {name: getattr(card, name) for name in (*plain, "is_exact", "text", "promise")}
    found |= {"state_kind": card.state_kind.value, "outcome": card.outcome.value}
    for name in texts:
        words = getattr(card, name)
        found[name] = {"zh": words.zh, "en": words.en}
    for name in times:
        moment = getattr(card, name)
        found[name] = moment.isoformat() if moment else None
    return found


def _note_failure(row: Webhook, error: Exception, at: datetime) -> None:
    """Count from the first failure; give the address up when it is gone or fails for days."""
    is_gone = getattr(error, "status", 0) == GONE
    if row.failing_since is None:
        Webhook.objects.filter(pk=row.pk, failing_since=None).update(failing_since=at)
    if is_gone or (row.failing_since and at - row.failing_since >= DISABLE_AFTER):
        Webhook.objects.filter(pk=row.pk).update(disabled_at=at)
        raise UndeliverableError from None
