"""A small place that rehearses, and a runner that is quick: it steps, and may be told to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from commongrid.bridges.rehearsal.crew import CancelledError
from commongrid.bridges.rehearsal.plain import plan_to_plain
from commongrid.bridges.rehearsal.reports import Curve, Figure, Played, Report
from commongrid.kernel.canon import digest
from commongrid.kernel.ids import new_id
from commongrid.stories import rehearsing
from tests.support import factories as f

AT = f.AT
TOWN = "150502004000"


def plan(question: str = "heating", **more: Any) -> dict[str, Any]:
    made = rehearsing.starting_plan(f.TOWN, AT, question, "en")
    return {**plan_to_plain(replace(made, least=2, most=4)), **more}


def asked(actor: Any, plain: Any = None, **more: Any):
    given = {"at": AT, "command_id": new_id(), **more}
    return rehearsing.ask(actor=actor, plain=plain or plan(), **given)


def a_report(asked_plan: Any, seed: int = 1) -> Report:
    """A report that follows from its plan, as a real one does."""
    played = tuple(
        Played(
            name=one.name, charter=one.charter,
            figures={"solved_in_time": Figure(mean=0.5, low=0.4, high=0.6)},
            units=(), types=(), grids=(), waits={},
            backlog=Curve(at=(), mean=(), low=(), high=()), runs={},
        )
        for one in asked_plan.alternatives
    )  # fmt: skip
    report = Report(
        plan_digest="p" * 64, practice_digest="q" * 64, charters={}, engine="fake", seed=seed,
        replications=4, events=100, took_s=0.1, played=played, differences=(), given=(),
    )  # fmt: skip
    return replace(report, digest=digest([seed, [one.name for one in asked_plan.alternatives]]))


def fake(
    at_step: Callable[[int], None] = lambda _step: None, error: Exception | None = None
) -> Callable[..., Report]:
    """A runner of four steps; ``at_step`` is called within each."""

    def rehearse(plan: Any, practice: Any, charters: Any, *, progress: Any, is_cancelled: Any):
        assert set(charters) == {one.name for one in plan.alternatives}
        assert practice.arrivals
        for step in range(5):
            progress(step, 4)
            at_step(step)
            if is_cancelled():
                raise CancelledError
        if error is not None:
            raise error
        return a_report(plan)

    return rehearse
