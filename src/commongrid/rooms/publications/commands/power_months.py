"""publish_powers: how the powers of a place were used in a month, frozen with an act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.canon import digest
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger import face as ledger
from commongrid.rooms.oversight.face import SETTLE_DAYS
from commongrid.rooms.places import face as places
from commongrid.rooms.publications.cards import PowerMonthCard, PowerMonthToCount
from commongrid.rooms.publications.domain.periods import days_after
from commongrid.rooms.publications.models import PowerMonth, PowerPart
from commongrid.rooms.publications.queries import power_month_card

ACTION = "publish_powers"
RULE = "powers.publish_month"
ONLY_THE_CLOCK = Text(
    zh="权力台账由系统按月公布，没有人可以提前、推迟或改动。",
    en="The power ledger is published by the clock, month by month; nobody moves or changes it.",
)
TOO_EARLY = Text(zh="这个月还没到公布的时候。", en="It is too early to publish this month.")
ONCE = Text(
    zh="这个月已经公布过，只公布一次。",
    en="This month has been published; it is published only once.",
)
REUSED = Text(
    zh="这个操作编号已用于另一件事。", en="This command number was used for something else."
)


def publish_powers(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    month: PowerMonthToCount,
    whole: Mapping[str, Any],
    parts: Mapping[str, Mapping[str, Any]],
    charters: Sequence[str],
) -> PowerMonthCard:
    """Publish how powers were used in a month, once and for ever.

    Raises: Refused to anybody but the clock and the installer, before the month has settled, and
    when it was published already.
    """
    with transaction.atomic():
        act = ledger.find_act(command_id)
        if act is not None:
            return _again(act, month, actor)
        verdict = _may_publish(actor, at, month)
        if not verdict:
            raise Refused(verdict)
        row = PowerMonth.objects.create(
            root_code=month.root_code,
            month=month.month,
            as_of=at,
            least=month.least,
            charters=list(charters),
            whole=dict(whole),
            digest=digest({"whole": whole, "parts": parts}),
            made_by_act=command_id,
        )
        PowerPart.objects.bulk_create(
            [PowerPart(month=row, power=name, content=dict(part)) for name, part in parts.items()],
            batch_size=200,
        )
        ledger.record_act(
            ledger.ActDraft(
                command_id=command_id,
                subject=f"powers:{row.root_code}",
                action=ACTION,
                actor=actor.key,
                rule_id=verdict.rule,
                at=at,
                after={"month": row.month, "digest": row.digest, "least": row.least},
            )
        )
        return power_month_card(row)


def _may_publish(actor: Actor, at: datetime, month: PowerMonthToCount) -> Verdict:
    if not actor.is_system and actor.key != places.SETUP_KEY:
        return Verdict.no(f"{RULE}.actor", ONLY_THE_CLOCK, log=actor.key)
    if at < days_after(month.until, SETTLE_DAYS):
        return Verdict.no(f"{RULE}.early", TOO_EARLY, log=str(month.month))
    if PowerMonth.objects.filter(root_code=month.root_code, month=month.month).exists():
        return Verdict.no(f"{RULE}.once", ONCE, log=f"{month.root_code} {month.month}")
    return Verdict.yes(RULE)


def _again(act: ledger.ActCard, month: PowerMonthToCount, actor: Actor) -> PowerMonthCard:
    row = PowerMonth.objects.filter(made_by_act=act.command_id).first()
    if row is None or (row.root_code, row.month, act.actor) != (
        month.root_code,
        month.month,
        actor.key,
    ):
        raise Refused(Verdict.no(f"{RULE}.reused", REUSED, log=str(act.command_id)))
    return power_month_card(row)
