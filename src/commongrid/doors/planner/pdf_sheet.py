"""What stands on the printed sheet, as plain data: the answer first, then plots, then tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext

from commongrid.doors.planner import (
    plots,
    report_answer,
    report_plots,
    report_sources,
    report_tables,
)
from commongrid.doors.planner import report_question as question
from commongrid.doors.planner import report_words as words
from commongrid.doors.planner.report_answer import SAME, Answer
from commongrid.doors.planner.report_measures import in_order
from commongrid.doors.planner.report_page import Shown, advice_words, command
from commongrid.doors.planner.report_tables import Table

MAIN = (
    *("answered_in_time", "solved_in_time", "wait_p90", "backlog_most"),
    *("overload_hours", "worst_tenth"),
)
"""The measures plotted on the sheet; all are in its table."""
DETAILS = (12, 8, 5, 3, 2, 1, 0)
"""How many findings of a kind, assumptions and notes are said: more first, less if it is full.
At nothing, findings are named only; their numbers stand in the table behind the sheet.
"""
WIDTHS = (100, 94, 88, 82, 76, 70, 64, 57, 50)
"""How wide the plots are, percent of their column."""
CROWDED = 4  # with more alternatives fewer plots are drawn: small ones say nothing
MOST_COLUMNS = 4  # of a part's table on paper; the page and the files have all
ROWS = (40, 24, 16, 12, 9, 7, 5, 4, 3, 2)
"""How many rows of a table stand behind the sheet: as many as fit; the files have all."""


def sheet_of(shown: Shown, *, detail: int, wide: int, rows: int, font: str) -> dict[str, Any]:
    """All words and drawings, in the language that is on."""
    report = shown.report
    place = shown.place.in_(words.language())
    return {
        "lang": "zh" if words.language().startswith("zh") else "en",
        "font": font,
        "title": gettext("Rehearsal for %(place)s") % {"place": place},
        "colon": pgettext("before a value", ": "),
        "label": words.LABEL,
        "warning": gettext("A reckoning with assumptions, not something that happened."),
        "facts": _facts(shown),
        "asked": {
            "head": gettext("What was compared"),
            "rows": [_asked(row, detail) for row in question.asked(shown.plan, shown.rules)],
        },
        "answer": {
            "head": pgettext("report", "The answer"),
            "rows": [_answer(row, detail) for row in report_answer.answers(report)],
            "foot": _foot(shown),
        },
        "advice": {
            "head": gettext("What the drill says"),
            "rows": _advice(shown, detail),
            "source": report_sources.advice_said() if report.advice and detail > 1 else "",
        },
        "plots": _plots(shown, font),
        "drawn": report_sources.plots_said(),
        "wide": wide,
        "size": 8.5 if detail else 7.5,
        "stands": _stands(shown, detail),
        "tables": _tables(shown, rows),
        "meanings": {
            "head": gettext("What the measures mean"),
            "rows": [
                [measure.name.in_(words.language()), measure.definition.in_(words.language())]
                for measure in in_order(k for played in report.played for k in played.figures)
            ],
        },
        "again": _again(shown),
    }


def _facts(shown: Shown) -> list[list[str]]:
    plan, report = shown.plan, shown.report
    rows = [
        [gettext("Number"), shown.ref],
        [gettext("Period"), question.period(plan.from_on, plan.until_on)],
    ]
    shock = question.shock_words(plan.shock)
    if shock:
        rows.append([gettext("What strikes"), shock])
    if plan.demand != 1.0:
        times = gettext("times %(demand)s") % {"demand": f"{plan.demand:g}"}
        rows.append([gettext("Demand"), times])
    played = gettext("%(replications)s times, %(events)s events") % {
        "replications": words.count(report.replications),
        "events": words.count(report.events),
    }
    return [*rows, [gettext("Played"), played]]


def _asked(row: question.Asked, detail: int) -> list[Any]:
    most = max(detail, 1)
    changes = list(row.changes[:most]) or [gettext("the charter as it is, nothing changed")]
    if len(row.changes) > most:
        changes.append(_more(len(row.changes) - most))
    return [row.letter, row.name, changes]


def _answer(answer: Answer, detail: int) -> dict[str, Any]:
    """The clear findings in sentences; the others by name only."""
    groups = []
    for tone, name, findings in answer.groups:
        if tone == SAME or not detail:
            names = gettext(", ").join(_name(finding) for finding in findings)
            groups.append({"tone": tone, "name": name, "rows": [], "names": names})
            continue
        rows = [
            gettext("%(measure)s: %(finding)s") % {"measure": _name(f), "finding": str(f.said)}
            for f in findings[:detail]
        ]
        if len(findings) > detail:
            rows.append(_more(len(findings) - detail))
        groups.append({"tone": tone, "name": name, "rows": rows, "names": ""})
    return {
        "head": gettext("%(letter)s compared with A") % {"letter": answer.letter}
        + pgettext("before a value", ": ")
        + answer.name,
        "lead": str(answer.lead),
        "groups": groups,
    }


def _advice(shown: Shown, detail: int) -> list[list[Any]]:
    """What is said of each alternative, told apart by its letter where there are more."""
    found: list[list[Any]] = []
    for who, kinds in advice_words(shown.report):
        first = f"{who.partition(' ')[0]} " if who else ""
        found += [[f"{first}{name}", rows[: max(detail, 1)]] for name, rows in kinds]
    return found


def _name(finding: report_answer.Finding) -> str:
    return finding.measure.name.in_(words.language())


def _more(count: int) -> str:
    return ngettext("%(n)s more", "%(n)s more", count) % {"n": count}


def _foot(shown: Shown) -> str:
    said = gettext(
        "Each alternative met the same people, matters and weather, %(replications)s times. The "
        "interval holds what the difference may be with 95 %% certainty; where it holds zero, no "
        "clear difference is claimed."
    ) % {"replications": words.count(shown.report.replications)}
    more = (report_sources.calm_said(shown.plan), report_sources.cost_said(shown.plan))
    return " ".join((said, *(one for one in more if one)))


def _plots(shown: Shown, font: str) -> list[list[str]]:
    """Drawings with their heads and the words read instead of them."""
    report = shown.report
    is_crowded = len(report.played) > CROWDED
    keys = MAIN[::2] if is_crowded else MAIN
    kinds = () if is_crowded else report_plots.wait_kinds(report)[-1:]
    drawn = [
        (gettext("Main measures with their intervals"), report_plots.measures_plot(report, keys)),
        (gettext("Open matters, day by day"), report_plots.backlog_plot(report)),
        *(
            (
                gettext("Still waiting %(what)s") % {"what": report_plots.wait_name(kind)},
                report_plots.waits_plot(report, kind),
            )
            for kind in kinds
        ),
    ]
    alternative = gettext("The numbers stand in the tables of this report.")
    return [
        [head, plots.on_paper(plot, font), f"{head}. {alternative}"] for head, plot in drawn if plot
    ]


def _stands(shown: Shown, detail: int) -> dict[str, Any]:
    given = shown.report.given
    assumed = report_tables.given_rows(given, assumed=True)
    measured = report_tables.given_rows(given, assumed=False)
    rows = [
        gettext("%(what)s: %(number)s (%(source)s)")
        % {"what": row.what, "number": row.number, "source": row.source or "–"}
        for row in assumed[:detail]
    ]
    if len(assumed) > detail:
        rows.append(_more(len(assumed) - detail))
    notes = [note.in_(words.language()) for note in shown.report.notes]
    more = [_more(len(notes) - detail)] if len(notes) > detail else []
    counted = ngettext(
        "%(n)s number was counted in this place.",
        "%(n)s numbers were counted in this place.",
        len(measured),
    )
    return {
        "head": gettext("What it stands on"),
        "counted": f"{counted % {'n': len(measured)}} {report_sources.habits_said()}",
        "assumed": [gettext("Assumed"), rows],
        "left": [gettext("Left out, and not clear"), notes[:detail] + more],
    }


def _tables(shown: Shown, most: int) -> list[dict[str, Any]]:
    report = shown.report
    tables = (
        (gettext("All measures"), report_tables.measures_table(report, gettext("Measure"))),
        (
            gettext("By unit"),
            report_tables.parts_table("units", gettext("Unit"), report, lambda p: p.units),
        ),
        (
            gettext("By type"),
            report_tables.parts_table("types", gettext("Type"), report, lambda p: p.types),
        ),
    )
    # The measures are never cut: the answer names them.
    measures, lines = report_sources.measures_said(report), report_sources.lines_said(report)
    return [
        _table(head, table, most, lines)
        if number
        else _table(head, table, len(table.rows), measures)
        for number, (head, table) in enumerate(tables)
        if table.rows
    ]


def _table(head: str, table: Table, most: int, source: str) -> dict[str, Any]:
    across = len(table.columns) if table.key == "all" else MOST_COLUMNS
    rows = [[str(row.name), *(_cell(cell) for cell in row.cells[:across])] for row in table.rows]
    return {
        "head": head,
        "columns": [table.first, *(column.name for column in table.columns[:across])],
        "rows": rows[:most],
        "more": _more(len(rows) - most) if len(rows) > most else "",
        "source": source,
    }


def _cell(entries: Sequence[report_tables.Entry]) -> list[list[str]]:
    """Letter, number, interval of each alternative."""
    return [[e.letter, e.number.text, str(e.reach or "")] for e in entries]


def _again(shown: Shown) -> dict[str, Any]:
    return {
        "head": gettext("Run it again"),
        "command": command(shown),
        "rows": [
            [gettext("Seed"), str(shown.report.seed)],
            [gettext("Engine"), shown.report.engine],
        ],
    }
