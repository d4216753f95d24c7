"""A stored rehearsal as a page: everything the template shows, and nothing it has to reckon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from commongrid.bridges.rehearsal.plain import plan_from_plain, report_from_plain
from commongrid.bridges.rehearsal.plans import Plan
from commongrid.bridges.rehearsal.reports import Advice, Report
from commongrid.charter.compiler import Compiled
from commongrid.doors.planner import (
    report_answer,
    report_measures,
    report_plots,
    report_sources,
    report_tables,
)
from commongrid.doors.planner import report_question as question
from commongrid.doors.planner import report_words as words
from commongrid.kernel.text import Text

MOST_GRIDS = 300  # rows on the page; the download has all
MANY_ROWS = 8  # from here on a table is folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A rehearsal that is done, as the pages need it. ``plain``: the report as it was kept;
    ``names``: of grids and communities, by path.
    """

    ref: str
    place: Text
    place_path: str
    plan: Plan
    report: Report
    plain: Mapping[str, Any]
    plain_plan: Mapping[str, Any]
    rules: Compiled | None = None
    made_at: datetime | None = None
    names: Mapping[str, Text] = field(default_factory=dict)


def shown_from_plain(
    *,
    ref: str,
    place: Text,
    place_path: str,
    plan: Mapping[str, Any],
    report: Mapping[str, Any],
    rules: Compiled | None = None,
    made_at: datetime | None = None,
    names: Mapping[str, Text] | None = None,
) -> Shown:
    """Read what was stored. Raises: PlainError for a report of another form."""
    return Shown(
        ref=ref,
        place=place,
        place_path=place_path,
        plan=plan_from_plain(plan),
        report=report_from_plain(report),
        plain=report,
        plain_plan=plan,
        rules=rules,
        made_at=made_at,
        names=names or {},
    )


def page_of(shown: Shown) -> dict[str, Any]:
    """The words, plots and tables of the report page."""
    report = shown.report
    return {
        "label": words.LABEL,
        "shown": shown,
        "report": report,
        "place": shown.place.in_(words.language()),
        "place_name": shown.place.in_(words.language()),
        "period": question.period(shown.plan.from_on, shown.plan.until_on),
        "shock": question.shock_words(shown.plan.shock),
        "demand": "" if shown.plan.demand == 1.0 else f"{shown.plan.demand:g}",
        "asked": question.asked(shown.plan, shown.rules),
        "signs": report_plots.played_signs(report),
        "first": report.played[0],
        "answers": report_answer.answers(report),
        "measures": report_tables.measures_table(report, gettext("Measure")),
        "measures_plot": report_plots.measures_plot(report),
        "waits": [
            _wait(report, kind)
            for kind in report_plots.wait_kinds(report)
            if report_plots.waits_of(report, kind)
        ],
        "backlog": _backlog(report),
        **_parts(shown),
        "advice": advice_words(report),
        "measured": report_tables.given_rows(report.given, assumed=False),
        "assumed": report_tables.given_rows(report.given, assumed=True),
        "many": MANY_ROWS,
        "notes": [note.in_(words.language()) for note in report.notes],
        "definitions": _definitions(report),
        "runs": report_tables.runs(report),
        "sources": report_sources.sources(report),
        "habits": report_sources.habits_said(),
        "calm": report_sources.calm_said(shown.plan),
        "cost": report_sources.cost_said(shown.plan),
        "command": command(shown),
        "has_replay": any(played.replay for played in report.played),
        **facts(report),
    }


def facts(report: Report) -> dict[str, Any]:
    """How large the rehearsal was. Numbers of the report."""
    return {
        "replications": words.count(report.replications),
        "events": words.count(report.events),
        "seed": words.Number(report.seed, str(report.seed)),
    }


def command(shown: Shown) -> str:
    """The one command that gives this report again, and says whether it is the same."""
    return f"commongrid rehearse again {shown.ref} --expect {shown.report.digest}"


def advice_words(report: Report) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """The advice on each alternative under its headings, in a fixed order.

    Nobody is named where there is only one, or where a report of before did not say.
    """
    letters = {played.name: words.letter(place) for place, played in enumerate(report.played)}
    found = []
    for name in ("", *letters):
        rows = tuple(row for row in report.advice if row.alternative == name)
        if rows:
            found.append((f"{letters.get(name, '')} {name}".strip(), _advice_kinds(rows)))
    return found


def _advice_kinds(advice: tuple[Advice, ...]) -> list[tuple[str, list[str]]]:
    names = {
        "breaks": gettext("When it breaks"),
        "helpers": gettext("Who should help, and where"),
        "drop_first": gettext("What could wait"),
    }
    kinds = [*names, *sorted({row.kind for row in advice} - set(names))]
    said = {k: [a.say.in_(words.language()) for a in advice if a.kind == k] for k in kinds}
    return [(names.get(kind, kind), rows) for kind, rows in said.items() if rows]


def _wait(report: Report, kind: str) -> dict[str, Any]:
    curves = report_plots.waits_of(report, kind)
    key = f"wait-{kind}"
    return {
        "key": key,
        "name": report_plots.wait_name(kind),
        "plot": report_plots.waits_plot(report, kind),
        "table": report_tables.curve_table(
            key,
            gettext("Still waiting after"),
            curves,
            words.span,
            "share",
            until=report_plots.waits_end(curves),
        ),
    }


def _backlog(report: Report) -> dict[str, Any] | None:
    curves = {place: p.backlog for place, p in enumerate(report.played) if p.backlog.at}
    if not curves:
        return None

    def named(at: float) -> str:
        return gettext("day %(n)s") % {"n": f"{at:g}"}

    return {
        "plot": report_plots.backlog_plot(report),
        "table": report_tables.curve_table(
            "backlog", gettext("Day"), curves, named, "matters", source=report_sources.BACKLOG
        ),
    }


def _parts(shown: Shown) -> dict[str, Any]:
    tables, report = report_tables, shown.report
    grids = tables.parts_table("grids", gettext("Grid"), report, lambda p: p.grids, shown.names)
    return {
        "units": tables.parts_table("units", gettext("Unit"), report, lambda p: p.units),
        "units_plot": report_plots.units_plot(report),
        "types": tables.parts_table("types", gettext("Type"), report, lambda p: p.types),
        "grids": replace(grids, rows=grids.rows[:MOST_GRIDS]),
        "grids_left": max(0, len(grids.rows) - MOST_GRIDS),
        "grids_plot": report_plots.fairness_plot(report),
    }


def _definitions(report: Report) -> list[dict[str, str]]:
    """Every measure that stands anywhere on the page."""
    keys = {key for played in report.played for key in (*played.figures, *played.runs)}
    for played in report.played:
        for line in (*played.units, *played.types, *played.grids):
            keys |= set(line.figures)
    return [
        {
            "anchor": measure.anchor,
            "name": measure.name.in_(words.language()),
            "said": measure.definition.in_(words.language()),
        }
        for measure in report_measures.in_order(keys)
    ]
