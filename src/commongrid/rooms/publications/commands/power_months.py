"""publish_powers: how the powers of a place were used in a month, frozen with an act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from commongrid.charter.matter import Actor
from commongrid.kernel.canon import digest
from commongrid.kernel.text import Text
from commongrid.rooms.oversight.face import Monthly, publish_once
from commongrid.rooms.publications.cards import PowerMonthCard, PowerMonthToCount
from commongrid.rooms.publications.models import PowerMonth, PowerPart
from commongrid.rooms.publications.queries import power_month_card

POWERS = Monthly(
    rows=PowerMonth,
    action="publish_powers",
    rule="powers.publish_month",
    subject="powers",
    only_the_clock=Text(
        zh="权力台账由系统按月公布，没有人可以提前、推迟或改动。",
        en="The power ledger is published by the clock, month by month; nobody moves or changes "
        "it.",
    ),
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

    def keep(head: dict[str, Any]) -> PowerMonth:
        row = PowerMonth.objects.create(
            **head,
            charters=list(charters),
            whole=dict(whole),
            digest=digest({"whole": whole, "parts": parts}),
        )
        PowerPart.objects.bulk_create(
            [PowerPart(month=row, power=name, content=dict(part)) for name, part in parts.items()],
            batch_size=200,
        )
        return row

    return power_month_card(
        publish_once(POWERS, actor=actor, at=at, command_id=command_id, month=month, keep=keep)
    )
