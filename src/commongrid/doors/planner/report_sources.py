"""How each number of a report came about: the places its links lead to, and the lines on paper."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from commongrid.bridges.rehearsal.plans import Plan
from commongrid.bridges.rehearsal.reports import Report
from commongrid.doors.planner import report_words as words

LINES, WAITS, BACKLOG, ADVICE, PLAYED = "lines", "waits", "backlog", "advice", "played"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What numbers of one kind were computed from. ``file``: the download that has all of them."""

    key: str
    name: str
    said: str
    file: str = ""

    @property
    def anchor(self) -> str:
        return anchor(self.key)


def anchor(key: str) -> str:
    """Where on the page a source stands."""
    return f"from-{key}"


def sources(report: Report) -> tuple[Source, ...]:
    """All kinds of numbers of the page, but measures: those lead to their runs."""
    count = {"n": words.count(report.replications)}
    found = [
        Source(key=PLAYED, name=gettext("How often it was played"), said=_played() % count),
        Source(
            key=LINES, name=gettext("By unit, type and grid"), said=lines_said(report),
            file="figures",
        ),
        Source(key=WAITS, name=gettext("Waiting"), said=_waits() % count, file="curves"),
        Source(key=BACKLOG, name=gettext("Open matters"), said=_backlog() % count, file="curves"),
    ]  # fmt: skip
    if report.advice:
        found.append(Source(key=ADVICE, name=gettext("What the drill says"), said=advice_said()))
    return tuple(found)


def measures_said(report: Report) -> str:
    """Of the table of all measures, for paper."""
    return gettext(
        "Each number is the mean over %(n)s runs, with its 95 %% interval. File of runs: %(file)s"
    ) % {"n": words.count(report.replications), "file": "runs.csv"}


def lines_said(report: Report) -> str:
    """Of a table by unit, type or grid."""
    return gettext(
        "The same measures, of the matters and the working time of one unit, type or grid: in each "
        "run one number, then the mean over the %(n)s runs with its 95 %% interval. Lines with "
        "fewer than five matters a run are put together. File: %(file)s"
    ) % {"n": words.count(report.replications), "file": "figures.csv"}


def plots_said() -> str:
    """Of the plots on paper."""
    return gettext(
        "Curves: the mean over all runs; the band holds 95 of 100 runs. Points: %(file)s"
    ) % {"file": "curves.csv"}


def advice_said() -> str:
    """Of what a drill says."""
    return gettext(
        "From runs of their own, on the same people: with and without the drill, with and without "
        "enough hands. Held up are the matters open at a midnight beyond those that would be open "
        "if nobody ever waited for want of hands. A place breaks where more is held up than ever "
        "on ordinary days, from one midnight until the drill ends, with 95 % certainty."
    )


def calm_said(plan: Plan) -> str:
    """Of alternatives that are not struck; nothing without any."""
    if not any(one.is_calm for one in plan.alternatives):
        return ""
    return gettext(
        "Those on ordinary days did not meet what the drill brings. A share may be better in a "
        "drill only because what came on top is quickly done: look at the table by type."
    )


def cost_said(plan: Plan) -> str:
    """What a cost rests on; nothing where none is shown."""
    if not plan.hour_cost:
        return ""
    return gettext(
        "Cost: hours of work at an assumed %(cost)s an hour (%(source)s). No accounts were read."
    ) % {"cost": words.bare(plan.hour_cost, "money"), "source": plan.cost_source}


def habits_said() -> str:
    """What a rehearsal cannot know, whatever it is asked."""
    return gettext(
        "People work here as they were seen to work, or as is assumed. A stricter limit changes "
        "lights, priorities and escalation; nobody works faster, or worse, because of it. Whether "
        "people would, a rehearsal cannot know."
    )


def _played() -> str:
    return gettext(
        "Replications of each alternative (%(n)s); events are those of all runs of all "
        "alternatives together: something raised, done, due, or a post that came or went."
    )


def _waits() -> str:
    return gettext(
        "In each run the share of its matters that still wait after a time; then the mean over the "
        "%(n)s runs. The interval holds 95 of 100 runs: it is the luck of one run, not of the mean."
    )


def _backlog() -> str:
    return gettext(
        "In each run the matters open at each midnight of the period; then the mean over the "
        "%(n)s runs. The interval holds 95 of 100 runs."
    )
