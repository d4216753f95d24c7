"""A finished rehearsal and a proposal of a place, with a word of its own in their plan."""

from __future__ import annotations

from typing import Any

from commongrid.bridges.rehearsal.plain import plan_to_plain, report_to_plain
from commongrid.charter import to_plain
from commongrid.charter.matter import Actor
from commongrid.kernel.canon import digest
from commongrid.kernel.ids import new_id
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals import face as rehearsals
from tests.doors.planner.finished import replayed
from tests.rooms.rehearsals.standing import AT, LIMITS
from tests.support.rehearsal import sample_plan, sample_report


def rehearsed(actor: Actor, path: str, code: str, words: str) -> tuple[Any, Any, tuple[str, ...]]:
    """The rehearsal, the proposal, and what only they say."""
    key, compiled = places.charter_in_force(path, AT)
    used = [
        rehearsals.CharterUsed(
            alternative=name, key=key, digest=places.get_charter_card(key).digest
        )
        for name in ("now", "faster")
    ]
    plan = {**plan_to_plain(sample_plan()), "place": path}
    card = rehearsals.ask_rehearsal(
        actor=actor, plan=plan, plan_digest=digest(plan), practice={"notes": []},
        practice_digest=digest({"notes": []}), charters=used, at=AT, command_id=new_id(),
        place_code=code,
    )  # fmt: skip
    begun = rehearsals.begin_rehearsal(at=AT)
    assert begun is not None
    report = report_to_plain(replayed(sample_report()))
    rehearsals.finish_rehearsal(
        rehearsal_id=begun.id, lease=begun.lease, at=AT, report=report,
        report_digest=digest(report), replications=24,
    )  # fmt: skip
    proposal = rehearsals.propose_change(
        actor=actor, at=AT, command_id=new_id(), place_code=code, base_key=key,
        changes={"limits": LIMITS}, version="2026.9",
        plain={**to_plain(compiled.charter), "version": "2026.9"}, reason=f"太长 {words}",
    )  # fmt: skip
    return card, proposal, (words, card.ref, proposal.ref)
