"""The burden of forms: what of a month's exact counts may be shown, and how it is read again.

It stands in the publication of the month: published once, with the same act and digest. Forms
stand in the order of their codes when small counts are hidden (ADR 0016); a page may sort what is
shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from commongrid.charter.asking import ESTIMATE_S, Asked, estimate_s, list_forms
from commongrid.charter.compiler import Compiled
from commongrid.engines.tally import halve, mean_interval
from commongrid.kernel.text import Text
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.face import TimeTaken
from commongrid.rooms.oversight import face as oversight
from commongrid.rooms.oversight.face import FormCount, MonthToCount, PublicationHead

DAYS_A_WEEK, MINUTE_S = 7, 60
NOT_TIMED = TimeTaken(cases=0, minutes=0, squares=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BurdenLine:
    """One published form, or several that are shown as one sum.

    Units: ``fields`` and ``minutes`` an entry; what a grid has of it in a week is worked out.
    """

    forms: tuple[str, ...]
    names: tuple[Text, ...]
    entries: int
    timed: int
    fields: int
    minutes: float
    low: float | None  # None: estimated by the charter, not measured
    high: float | None
    entries_a_week: float  # of one grid
    minutes_a_week: float

    @property
    def fields_a_week(self) -> float:
        """Of one grid."""
        return self.entries_a_week * self.fields


@dataclass(frozen=True, slots=True, kw_only=True)
class BurdenPage:
    """The burden of one month of a place, the forms that ask most first.

    ``lines`` is empty where counts are too small; ``grids`` is nothing where too few grids stand
    together to be shown at all.
    """

    head: PublicationHead
    grids: int
    days: int
    lines: tuple[BurdenLine, ...]
    seconds: Mapping[str, float]

    @property
    def total(self) -> tuple[float, float, float]:
        """Entries, fields and minutes of one grid in one week."""
        return (
            sum(line.entries_a_week for line in self.lines),
            sum(line.fields_a_week for line in self.lines),
            sum(line.minutes_a_week for line in self.lines),
        )

    @property
    def untimed(self) -> float | None:
        """The share of entries whose minutes are not known. Units: 0-1."""
        entries = sum(line.entries for line in self.lines)
        return 1 - sum(line.timed for line in self.lines) / entries if entries else None


def burden_of(
    month: MonthToCount, compiled: Compiled, *, grids: int, totals: Collection[int] = ()
) -> dict[str, Any] | None:
    """The burden of a month as it may be shown; None where too few grids stand together.

    ``totals``: what the board tells of all matters of the place.
    """
    if grids < month.least:
        return None
    counts = oversight.count_forms(month)
    taken = fieldwork.sum_minutes(path=month.root_path, since=month.since, until=month.until)
    rows = lines_of(list_forms(compiled, oversight.WORKER), counts, taken, month.least, totals)
    shown = {form for row in rows for form in row["forms"]}
    names = {asked.form: asked.name for asked in list_forms(compiled, oversight.WORKER)}
    return {
        "grids": grids,
        "days": (month.until - month.since).days,
        "rows": rows,
        "labels": {form: [*_both(names, form)] for form in sorted(shown)},
        "seconds": seconds_of_parts(compiled),
    }


def lines_of(
    asked: Sequence[Asked],
    counts: Sequence[FormCount],
    taken: Mapping[str, TimeTaken],
    least: int,
    totals: Collection[int] = (),
) -> list[dict[str, Any]]:
    """Forms, or sums of neighbours, of which no count is small; those never used are left out.

    Fields an entry are a whole number, so that with the entries they tell no small part; of a sum
    of forms they and the estimate are what the charter asks on the average, whatever was used.
    A form used for all matters but a few would tell the few beside one of the ``totals``, so it is
    not shown alone.
    """
    known = {one.form: one for one in asked}
    counted = {one.form: one for one in counts}
    forms = sorted(known.keys() | counted.keys())
    matrix = np.zeros((len(forms), 4), dtype=np.int64)
    for number, form in enumerate(forms):
        entries = counted[form].entries if form in counted else 0
        timed = min(entries, taken.get(form, NOT_TIMED).cases)
        others = [total - entries for total in totals if 0 < total - entries < least]
        matrix[number] = entries, timed, entries - timed, min(others, default=0) if entries else 0
    rows = []
    for first, until in halve(matrix, least):
        entries, timed, *_ = (int(count) for count in matrix[first:until].sum(axis=0))
        if entries:
            members = forms[first:until]
            rows.append(
                {
                    "forms": members,
                    "entries": entries,
                    "timed": timed,
                    "fields": _fields(members, known, counted),
                    **_minutes(members, known, taken, is_measured=timed >= least),
                }
            )
    return rows


def _fields(
    members: Sequence[str], known: Mapping[str, Asked], counted: Mapping[str, FormCount]
) -> int:
    if len(members) == 1:
        one = counted[members[0]]
        return round(one.fields / one.entries)
    asked = [known[form].fields for form in members if form in known]
    return round(sum(asked) / len(asked)) if asked else 0


def _minutes(
    members: Sequence[str],
    known: Mapping[str, Asked],
    taken: Mapping[str, TimeTaken],
    *,
    is_measured: bool,
) -> dict[str, float | None]:
    times = [taken[form] for form in members if form in taken]
    mean = mean_interval(
        sum(time.cases for time in times),
        sum(time.minutes for time in times),
        sum(time.squares for time in times),
    )
    if is_measured and mean is not None:
        return {
            "minutes": round(mean.mean, 1),
            "low": round(mean.low, 1),
            "high": round(mean.high, 1),
        }
    seconds = [known[form].seconds for form in members if form in known]
    estimate = sum(seconds) / len(seconds) / MINUTE_S if seconds else 0.0
    return {"minutes": round(estimate, 1), "low": None, "high": None}


def _both(names: Mapping[str, Text], form: str) -> tuple[str, str]:
    name = names.get(form) or Text.both(form)
    return name.zh, name.en


def seconds_of_parts(compiled: Compiled) -> dict[str, float]:
    """The charter's estimates, for what a new form would cost. Units: seconds."""
    return {part: estimate_s(compiled, part) for part in ESTIMATE_S}


def read_burden(code: str, month: date | None = None) -> BurdenPage | None:
    """The burden of a published month; None where a month or its burden was not published.

    Cost: 2 statements.
    """
    months = oversight.list_months(code)
    chosen = month or (months[0] if months else None)
    if chosen is None or chosen not in months:
        return None
    (found,) = oversight.list_parts(code, {oversight.BURDEN: [chosen]}) or (None,)
    part = found.parts.get(oversight.BURDEN) if found else None
    if found is None or not part:
        return None
    lines = (_line(row, part) for row in part["rows"])
    return BurdenPage(
        head=found.head,
        grids=part["grids"],
        days=part["days"],
        lines=tuple(sorted(lines, key=lambda line: (-line.minutes_a_week, line.forms))),
        seconds=part["seconds"],
    )


def _line(row: Mapping[str, Any], part: Mapping[str, Any]) -> BurdenLine:
    a_week = row["entries"] / part["grids"] * DAYS_A_WEEK / part["days"]
    return BurdenLine(
        forms=tuple(row["forms"]),
        names=tuple(Text(zh=zh, en=en) for zh, en in (part["labels"][f] for f in row["forms"])),
        entries=row["entries"],
        timed=row["timed"],
        fields=row["fields"],
        minutes=row["minutes"],
        low=row["low"],
        high=row["high"],
        entries_a_week=a_week,
        minutes_a_week=a_week * row["minutes"],
    )
