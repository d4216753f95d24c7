"""publish_month: the figures of a month are frozen, with an act that holds their digest."""

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
from commongrid.rooms.oversight.cards import GridTypeCount, MonthToCount, PublicationCard
from commongrid.rooms.oversight.domain.parting import parts_of
from commongrid.rooms.oversight.models import MonthCount, Publication, PublicationPart
from commongrid.rooms.oversight.queries import publication_card, publishable_from
from commongrid.rooms.places import face as places

ACTION = "publish_month"
RULE = "board.publish_month"


def publish_month(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    month: MonthToCount,
    tables: Mapping[str, Any],
    charters: Sequence[str],
    counts: Sequence[GridTypeCount],
) -> PublicationCard:
    """Publish the figures of a month, once and for ever.

    Raises: Refused to anybody but the clock and the installer, before the month has settled, and
    when the month was published already.
    """
    with transaction.atomic():
        act = ledger.find_act(command_id)
        if act is not None:
            return _again(act, month, actor)
        verdict = _may_publish(actor, at, month)
        if not verdict:
            raise Refused(verdict)
        row = Publication.objects.create(
            root_code=month.root_code,
            month=month.month,
            as_of=at,
            least=month.least,
            charters=list(charters),
            tables=dict(tables),
            digest=digest(tables),
            made_by_act=command_id,
        )
        MonthCount.objects.bulk_create([_count_row(row, one) for one in counts], batch_size=200)
        parts = parts_of(tables)
        PublicationPart.objects.bulk_create(
            [PublicationPart(publication=row, part=name, content=part) for name, part in parts]
        )
        _record(row, actor, at, command_id, verdict)
        return publication_card(row)


def _may_publish(actor: Actor, at: datetime, month: MonthToCount) -> Verdict:
    if not actor.is_system and actor.key != places.SETUP_KEY:
        say = Text(
            zh="看板由系统按月公布，没有人可以提前、推迟或改动。",
            en="The board is published by the clock, month by month; nobody moves or changes it.",
        )
        return Verdict.no(f"{RULE}.actor", say, log=actor.key)
    if at < publishable_from(month.until):
        say = Text(zh="这个月还没到公布的时候。", en="It is too early to publish this month.")
        return Verdict.no(f"{RULE}.early", say, log=str(month.month))
    if Publication.objects.filter(root_code=month.root_code, month=month.month).exists():
        say = Text(
            zh="这个月已经公布过，只公布一次。",
            en="This month has been published; it is published only once.",
        )
        return Verdict.no(f"{RULE}.once", say, log=f"{month.root_code} {month.month}")
    return Verdict.yes(RULE)


def _again(act: ledger.ActCard, month: MonthToCount, actor: Actor) -> PublicationCard:
    row = Publication.objects.filter(made_by_act=act.command_id).first()
    if row is None or (row.root_code, row.month, act.actor) != (
        month.root_code,
        month.month,
        actor.key,
    ):
        say = Text(
            zh="这个操作编号已用于另一件事。", en="This command number was used for something else."
        )
        raise Refused(Verdict.no(f"{RULE}.reused", say, log=str(act.command_id)))
    return publication_card(row)


def _count_row(row: Publication, one: GridTypeCount) -> MonthCount:
    return MonthCount(
        publication=row,
        place_code=one.place_code,
        path=one.path,
        type_code=one.type_code,
        counts={
            "figures": {key: dict(counts) for key, counts in one.figures.items()},
            "shadows": dict(one.shadows),
            "profiles": dict(one.profiles),
            "waits": {key: [list(part) for part in parts] for key, parts in one.waits.items()},
        },
    )


def _record(
    row: Publication, actor: Actor, at: datetime, command_id: UUID, verdict: Verdict
) -> None:
    ledger.record_act(
        ledger.ActDraft(
            command_id=command_id,
            subject=f"board:{row.root_code}",
            action=ACTION,
            actor=actor.key,
            rule_id=verdict.rule,
            at=at,
            after={"month": row.month, "digest": row.digest, "least": row.least},
        )
    )
