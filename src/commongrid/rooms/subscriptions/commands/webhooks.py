"""Webhooks: registered, tried out, switched on again and removed by staff, each with one act."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import IntegrityError, transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import (
    ActCard,
    ActDraft,
    add_outbox,
    drop_deliveries,
    find_act,
    record_act,
)
from commongrid.rooms.places import face as places
from commongrid.rooms.subscriptions.cards import WebhookAdded
from commongrid.rooms.subscriptions.domain.sealing import seal
from commongrid.rooms.subscriptions.domain.targets import BadTargetError, read_target
from commongrid.rooms.subscriptions.keys import link_key, sealing_keys
from commongrid.rooms.subscriptions.models import Webhook
from commongrid.rooms.subscriptions.webhooks import PING

KEEPING = "data_officer"
RULE = "subscriptions.keep_webhooks"
ROW = UUID("5d0c6f0a-9a57-4a8e-8a3c-0f4b2d1c7e11")


def add_webhook(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    name: str,
    url: str,
    place_code: str,
    type_code: str = "",
) -> WebhookAdded:
    """Tell a program of what happens at a place. The secret follows from the command id, so that
    a repeated request shows it again; it is kept sealed.

    Raises: Refused without the role over the place, or for an address that may not be called.
    """
    new = uuid5(ROW, str(command_id))
    seed = hmac.new(link_key(), b"webhook\n" + command_id.bytes, sha256).hexdigest()
    added = WebhookAdded(id=new, key_id=new.hex[:10], secret=f"cgs_{seed}")

    def work() -> None:
        place = places.find_place(place_code)
        if place is None:
            raise Refused(_no("place", "没有这个地方。", "There is no such place."))
        _require(actor, place.path)
        _check(name, url)
        Webhook.objects.create(
            id=new,
            name=name.strip(),
            url=url,
            path=place.path,
            type_code=type_code,
            key_id=added.key_id,
            sealed=seal(added.secret, bound_to=str(new), key=sealing_keys()[0]),
            made_at=at,
            made_by_act=act_id,
        )
        after = {"place": place.code, "type": type_code, "key_id": added.key_id}
        _record(actor, at, act_id, new, "add_webhook", after)

    act_id = _act_id(command_id)
    _once(act_id, "add_webhook", actor, work)
    return added


def remove_webhook(*, actor: Actor, at: datetime, command_id: UUID, webhook_id: UUID) -> None:
    """Tell it no more. Raises: Refused when there is none in one's places."""

    def work() -> None:
        row = _locked(webhook_id, actor)
        _record(actor, at, command_id, row.pk, "remove_webhook", {"key_id": row.key_id})
        drop_deliveries("webhook", str(row.pk), at=at)
        row.delete()

    _once(command_id, "remove_webhook", actor, work)


def test_webhook(*, actor: Actor, at: datetime, command_id: UUID, webhook_id: UUID) -> None:
    """Send an event without a matter at the next round; also wakes one that was given up.

    Raises: Refused as above.
    """

    def work() -> None:
        row = _locked(webhook_id, actor)
        was_disabled = row.disabled_at is not None
        row.failing_since = row.disabled_at = None
        row.save(update_fields=["failing_since", "disabled_at"])
        _record(actor, at, command_id, row.pk, "test_webhook", {"was_disabled": was_disabled})
        subject = f"webhook:{row.pk}"
        add_outbox(topic=PING, subject=subject, command_id=command_id, at=at, payload={})

    _once(command_id, "test_webhook", actor, work)


test_webhook.__test__ = False  # type: ignore[attr-defined]  # no test of pytest's


def may_keep(actor: Actor, path: str) -> bool:
    """Whether the actor is the data officer of an area that holds this place."""
    return any(hat.role == KEEPING and path.startswith(hat.path) for hat in actor.hats)


def _once(command_id: UUID, action: str, actor: Actor, work: Any) -> None:
    known = find_act(command_id)
    if known is None:
        try:
            with transaction.atomic():
                work()
        except IntegrityError:
            known = find_act(command_id)
            if known is None:
                raise
    if known is not None:
        _check_same(known, action, actor)


def _check_same(act: ActCard, action: str, actor: Actor) -> None:
    if (act.action, act.actor) != (action, actor.key):
        zh = "这个操作编号已用于另一件事，请刷新页面后重试。"
        en = "This command number was used for something else. Reload the page and try again."
        raise Refused(_no("command_reused", zh, en))


def _act_id(command_id: UUID) -> UUID:
    """The secret follows from the command id, so the act is kept under another one."""
    mark = hmac.new(link_key(), b"act\n" + command_id.bytes, sha256).digest()
    return UUID(bytes=mark[:16], version=4)


def _require(actor: Actor, path: str) -> None:
    if not may_keep(actor, path):
        raise Refused(
            _no(
                "keep_webhooks",
                "只有这个地方的数据保护负责人可以管理推送。",
                "Only the data protection officer of this place looks after webhooks.",
            )
        )


def _check(name: str, url: str) -> None:
    if not name.strip():
        raise Refused(_no("name", "请起个名字。", "Give it a name."))
    try:
        read_target(url, may_be_plain=settings.IS_DEMO)
    except BadTargetError as error:
        raise Refused(
            _no(
                "url",
                "请填写 https 开头的地址，不带用户名和密码。",
                "Give an address that begins with https, without user name or password.",
            )
        ) from error


def _locked(webhook_id: UUID, actor: Actor) -> Webhook:
    """The row, held; that of another place is not there either. Raises: Refused."""
    row = Webhook.objects.select_for_update().filter(pk=webhook_id).first()
    if row is None or not may_keep(actor, row.path):
        raise Refused(_no("unknown", "没有这个推送。", "There is no such webhook."))
    return row


def _record(
    actor: Actor, at: datetime, act_id: UUID, pk: UUID, action: str, after: Mapping[str, Any]
) -> None:
    record_act(
        ActDraft(
            command_id=act_id, subject=f"webhook:{pk}", action=action, actor=actor.key,
            role=KEEPING, power="keep_webhooks", rule_id=RULE, at=at, after=after,
        )
    )  # fmt: skip


def _no(rule: str, zh: str, en: str) -> Verdict:
    return Verdict.no(f"subscriptions.{rule}", Text(zh, en))
