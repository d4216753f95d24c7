"""publish_month: the figures of a month are frozen, with an act that holds their digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from commongrid.charter.matter import Actor
from commongrid.kernel.canon import digest
from commongrid.kernel.text import Text
from commongrid.rooms.oversight.cards import GridTypeCount, MonthToCount, PublicationCard
from commongrid.rooms.oversight.commands.freezing import Monthly, publish_once
from commongrid.rooms.oversight.domain.parting import parts_of
from commongrid.rooms.oversight.models import MonthCount, Publication, PublicationPart
from commongrid.rooms.oversight.queries import publication_card

BOARD = Monthly(
    rows=Publication,
    action="publish_month",
    rule="board.publish_month",
    subject="board",
    only_the_clock=Text(
        zh="看板由系统按月公布，没有人可以提前、推迟或改动。",
        en="The board is published by the clock, month by month; nobody moves or changes it.",
    ),
)


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

    def keep(head: dict[str, Any]) -> Publication:
        row = Publication.objects.create(
            **head, charters=list(charters), tables=dict(tables), digest=digest(tables)
        )
        MonthCount.objects.bulk_create([_count_row(row, one) for one in counts], batch_size=200)
        PublicationPart.objects.bulk_create(
            PublicationPart(publication=row, part=name, content=part)
            for name, part in parts_of(tables)
        )
        return row

    return publication_card(
        publish_once(BOARD, actor=actor, at=at, command_id=command_id, month=month, keep=keep)
    )


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
