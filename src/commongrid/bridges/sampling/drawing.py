"""Rows to keys and strata, the engine's draw, and back to rows."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import UUID

from commongrid.charter.matter import Actor
from commongrid.engines import sampling
from commongrid.kernel.text import Text
from commongrid.rooms.findings import face as findings

OTHERS = Text("其他", "others")


def draw_sample(
    *, actor: Actor, at: datetime, command_id: UUID, sample_id: UUID
) -> findings.SampleCard:
    """Draw an announced sample: the seed chooses, nobody else. Raises: Refused."""
    card = findings.get_sample(sample_id)
    frame = findings.list_closed(card)
    chance = findings.chance_of(card)
    into = sampling.merge_small(Counter(one.stratum for one in frame), card.size)
    keyed = [(one.ref, into[one.stratum]) for one in frame]
    sizes = sampling.allocate(Counter(stratum for _, stratum in keyed), card.size)
    drawn = sampling.draw(keyed, sizes, sampling.seed_from(card.seed, chance))
    names = {into[one.stratum]: one.name for one in frame if into[one.stratum] == one.stratum}
    return findings.keep_drawn(
        actor=actor, at=at, command_id=command_id, sample_id=sample_id, frame=frame,
        strata=into, names=names | {sampling.OTHERS: OTHERS}, drawn=drawn, chance=chance,
    )  # fmt: skip
