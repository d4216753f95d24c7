"""The one place that calls the bridge which runs; what it loads is heavy, so it loads late."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from commongrid.bridges.rehearsal.crew import WorkerLostError
from commongrid.bridges.rehearsal.plain import PlainError
from commongrid.bridges.rehearsal.plans import Alternative, Plan
from commongrid.bridges.rehearsal.practice import Practice
from commongrid.bridges.rehearsal.reports import Report
from commongrid.charter import Compiled
from commongrid.kernel.text import Text
from commongrid.stories.rehearsing.charters import ChartersError

KNOWN = ("ChangeError", "UnknownWordError")
LOST = Text(
    zh="运算进程中途结束，多半是内存不足。请缩短时段、减少方案或重复次数后再推演。",
    en="A process of the work ended, for want of memory as a rule. Rehearse again with a shorter "
    "period, fewer alternatives or fewer replications.",
)


def rehearse(
    plan: Plan,
    practice: Practice,
    charters: Mapping[str, Compiled],
    *,
    progress: Callable[[int, int], None],
    is_cancelled: Callable[[], bool],
) -> Report:
    """Run a plan to its report.

    Raises: the crew's CancelledError when somebody cancelled, WorkerLostError, and ValueErrors that
    ``trouble_of`` puts into words.
    """
    from commongrid.bridges.rehearsal.running import rehearse as run

    return run(plan, practice, charters, progress=progress, is_cancelled=is_cancelled)


def changed(plan: Plan, charters: Mapping[str, Compiled]) -> dict[str, Compiled]:
    """Each alternative's charter with the plan's own changes.

    Raises: ChartersError naming the field of what the charter has not or its bounds forbid.
    """
    from commongrid.bridges.rehearsal.lowering import ChangeError, apply_changes

    found, faults = {}, []
    for number, one in enumerate(plan.alternatives):
        try:
            found[one.name] = apply_changes(charters[one.name], one)
        except ChangeError:
            faults += list(_faults(f"alternatives.{number}", one, charters[one.name]))
    if faults:
        raise ChartersError(tuple(faults))
    return found


def trouble_of(error: Exception) -> tuple[str, Text] | None:
    """The rule and the words of an error that somebody can do something about, or None."""
    if isinstance(error, WorkerLostError):
        return "rehearsal.worker_lost", LOST
    if isinstance(error, PlainError | ChartersError):
        fields = [(field, say) for field, say in error.faults]
        zh = "；".join(f"{field}：{say.zh}" for field, say in fields)
        en = "; ".join(f"{field}: {say.en}" for field, say in fields)
        return "rehearsal.plan", Text(zh=zh, en=en)
    if type(error).__name__ in KNOWN:  # their modules load numpy and numba
        return "rehearsal.plan", getattr(error, "rule", None) or Text.both(str(error))
    return None


def _faults(at: str, one: Alternative, compiled: Compiled) -> Iterator[tuple[str, Text]]:
    """Every change of an alternative that does not fit its charter, each tried by itself."""
    from commongrid.bridges.rehearsal.lowering import ChangeError, apply_changes

    bare = Alternative(name=one.name)
    for group in ("limits", "clocks", "parameters"):
        for number, change in enumerate(getattr(one, group)):
            try:
                only: dict[str, Any] = {group: (change,)}
                apply_changes(compiled, replace(bare, **only))
            except ChangeError as error:
                yield f"{at}.{group}.{number}.{error.column}", error.rule


def check_staff(plan: Plan, practice: Practice, charters: Mapping[str, Compiled]) -> None:
    """Whether everybody whose number changes does any work. Cost: a second an alternative.

    Raises: ChartersError naming the field.
    """
    if not any(one.staff for one in plan.alternatives):
        return
    from commongrid.bridges.rehearsal.preparing import staff_faults

    if faults := staff_faults(plan, practice, charters):
        raise ChartersError(faults)
