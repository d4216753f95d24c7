"""Run a kept rehearsal once more and compare: what is kept can be worked out again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from commongrid.bridges.rehearsal.plain import plan_from_plain, practice_from_plain
from commongrid.bridges.rehearsal.reports import Report
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.stories.rehearsing.charters import charters_again
from commongrid.stories.rehearsing.trying import rehearse


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What a second run gave beside the first one."""

    card: rehearsals.RehearsalCard
    report: Report
    engine_before: str

    @property
    def is_same(self) -> bool:
        """Whether the digests are equal."""
        return self.report.digest == self.card.report_digest


def run_again(
    card: rehearsals.RehearsalCard,
    progress: Callable[[int, int], None] = lambda _done, _planned: None,
) -> Again:
    """Work a finished rehearsal out once more, from what was kept. Nothing is written.

    Raises: ChartersError when a charter is another text now.
    """
    report = rehearse(
        plan_from_plain(card.plan),
        practice_from_plain(rehearsals.read_practice(card.id)),
        charters_again(card),
        progress=progress,
        is_cancelled=lambda: False,
    )
    before = rehearsals.read_report(card.id) or {}
    return Again(card=card, report=report, engine_before=str(before.get("engine", "")))
