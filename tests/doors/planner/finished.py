"""Finished rehearsals with a made-up report, stored by real commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from commongrid.bridges.rehearsal.plain import plan_to_plain, report_to_plain, sealed
from commongrid.bridges.rehearsal.reports import Replay, Report
from commongrid.charter.matter import Actor
from commongrid.doors.planner.report_page import Shown, shown_from_plain
from commongrid.kernel.canon import digest
from commongrid.kernel.text import Text
from commongrid.rooms.rehearsals import face as rehearsals
from tests.rooms.rehearsals import standing as s
from tests.support import factories as f
from tests.support.rehearsal import sample_plan, sample_report

GRIDS = (f.GRID, f.NEXT_GRID)


def replayed(report: Report, grids: Sequence[str] = GRIDS, *, every: bool = True) -> Report:
    """The report with a replay on these grids, of every alternative or of none."""
    first = report.played[0].replay
    assert first is not None

    def of(place: int) -> Replay:
        rows = range(len(first.open))
        return replace(
            first,
            grids=tuple(grids),
            open=tuple(
                tuple((step + 3 * g + place) % 9 + 1 for g in range(len(grids))) for step in rows
            ),
            late=tuple(
                tuple((step + 3 * g + place) % 9 // 4 for g in range(len(grids))) for step in rows
            ),
        )

    played = tuple(
        replace(one, replay=of(place) if every else None) for place, one in enumerate(report.played)
    )
    return sealed(replace(report, played=played))


def bare(report: Report) -> Report:
    """The least a report can be: one alternative, and nothing beside its measures."""
    only = replace(report.played[0], units=(), types=(), grids=(), waits={}, runs={}, replay=None)
    return sealed(replace(report, played=(only,), differences=(), given=(), advice=(), notes=()))


def shown(report: Report | None = None) -> Shown:
    """A report as the pages get it, without a database."""
    return shown_from_plain(
        ref="R2603-ABCD",
        place=Text(zh="明仁街道", en="Mingren Subdistrict"),
        place_path=f.TOWN,
        plan=plan_to_plain(sample_plan()),
        report=report_to_plain(report or sample_report()),
    )


def stored(
    actor: Actor, report: Report | None = None, *, place: str = "150502004000"
) -> rehearsals.RehearsalCard:
    """A finished rehearsal in the database; ``actor`` asked for it."""
    card = s.asked(actor, plan=plan_to_plain(sample_plan()), place_code=place)
    plain = report_to_plain(report or replayed(sample_report()))
    begun = rehearsals.begin_rehearsal(at=s.AT)
    assert begun is not None
    assert begun.id == card.id
    return rehearsals.finish_rehearsal(
        rehearsal_id=begun.id, lease=begun.lease, at=s.AT, report=plain,
        report_digest=digest(plain), replications=24,
    )  # fmt: skip
