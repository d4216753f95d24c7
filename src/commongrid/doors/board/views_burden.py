"""How much the forms of a place ask of a grid in a week. Reads publications only."""

from __future__ import annotations

import csv
import io
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy, pgettext

from commongrid.bridges import board as figures_of
from commongrid.bridges.board import BurdenLine, BurdenPage
from commongrid.doors.board import plots, present
from commongrid.doors.board.views import PAGE_S, month_asked
from commongrid.doors.common.gates import public
from commongrid.rooms.oversight import face as oversight
from commongrid.rooms.places import face as places

DRAWN = 8  # bars of the plot; the table has all
NAMED = 3  # forms of a sum that are named; the download names all
MOST_FIELDS, MOST_TIMES = 60, 200
COLUMNS = (
    "month", "as_of", "grids", "days", "forms", "names_zh", "names_en", "entries", "timed",
    "fields_an_entry", "minutes_an_entry", "low", "high", "is_measured",
    "entries_a_grid_and_week", "fields_a_grid_and_week", "minutes_a_grid_and_week",
)  # fmt: skip


class CostForm(forms.Form):
    """A form that does not exist yet."""

    fields_count = forms.IntegerField(
        label=gettext_lazy("Fields"), min_value=1, max_value=MOST_FIELDS, initial=8
    )
    times = forms.IntegerField(
        label=gettext_lazy("Times a week"), min_value=1, max_value=MOST_TIMES, initial=5
    )


@public
def burden(request: HttpRequest, code: str) -> HttpResponseBase:
    """What the forms asked of a grid in a week of one month, and what one more would cost."""
    place, page = _read(request, code)
    form = CostForm(request.GET if "times" in request.GET else None)
    said: dict[str, Any] = {
        "place": place,
        "place_name": place.name.in_(present.language()),
        "page": page,
        "months": oversight.list_months(code),
        "cost_form": form,
        "publication": page.head if page else None,
    }
    if page:
        said |= {
            "month_name": present.month_name(page.head.month),
            "lines": [_line_view(page, line) for line in page.lines],
            "total": [_short(value) for value in page.total],
            "untimed": present.percent(page.untimed),
            "plot": _plot(page),
            "seconds": [(_part_name(part), value) for part, value in page.seconds.items()],
            "cost": _cost(page, form) if form.is_valid() else None,
        }
    answer = render(request, "board/burden.html", said)
    answer.headers["Cache-Control"] = f"private, max-age={PAGE_S}"
    return answer


@public
def burden_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same as CSV: published numbers, and what is worked out from them."""
    _, page = _read(request, code)
    if page is None:
        raise Http404
    out = io.StringIO()
    out.write("\ufeff")  # for spreadsheets that would read Chinese as something else
    lines = csv.writer(out)
    lines.writerow(COLUMNS)
    month, as_of = f"{page.head.month:%Y-%m}", page.head.as_of.isoformat()
    for line in page.lines:
        lines.writerow([month, as_of, page.grids, page.days, *_csv_line(line)])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}-burden-{month}.csv"'
    answer.headers["Cache-Control"] = f"public, max-age={PAGE_S}"
    return answer


def _read(request: HttpRequest, code: str) -> tuple[places.PlaceCard, BurdenPage | None]:
    asked = month_asked(request)
    try:
        place = places.get_place(code)
    except LookupError as error:
        raise Http404 from error
    if asked is not None and asked not in oversight.list_months(code):
        raise Http404
    return place, figures_of.read_burden(code, asked)


def _csv_line(line: BurdenLine) -> list[Any]:
    return [
        " + ".join(line.forms),
        " + ".join(name.zh for name in line.names),
        " + ".join(name.en for name in line.names),
        line.entries,
        line.timed,
        line.fields,
        line.minutes,
        "" if line.low is None else line.low,
        "" if line.high is None else line.high,
        "yes" if line.low is not None else "no",
        *(round(v, 2) for v in (line.entries_a_week, line.fields_a_week, line.minutes_a_week)),
    ]


def _line_view(page: BurdenPage, line: BurdenLine) -> dict[str, Any]:
    most = max((one.minutes_a_week for one in page.lines), default=0)
    return {
        "name": _name(line),
        "entries": present.number(line.entries),
        "timed": present.number(line.timed),
        "fields": line.fields,
        "minutes": _short(line.minutes),
        "interval": _interval(line),
        "entries_a_week": _short(line.entries_a_week),
        "fields_a_week": _short(line.fields_a_week),
        "minutes_a_week": _short(line.minutes_a_week),
        "bar": plots.count_bar(round(100 * line.minutes_a_week), round(100 * most)),
    }


def _name(line: BurdenLine) -> str:
    names = [name.in_(present.language()) for name in line.names]
    if len(names) == 1:
        return names[0]
    shown = pgettext("between names", ", ").join(names[:NAMED])
    if len(names) <= NAMED:
        return gettext("%(names)s, together") % {"names": shown}
    words = gettext("%(names)s and %(more)d other forms, together")
    return words % {"names": shown, "more": len(names) - NAMED}


def _interval(line: BurdenLine) -> str:
    if line.low is None or line.high is None:
        return gettext("estimated")
    return f"{_short(line.low)}–{_short(line.high)}"


def _plot(page: BurdenPage) -> str:
    marks = [
        plots.Mark(
            _name(line),
            line.minutes_a_week,
            *(
                (line.low * line.entries_a_week, line.high * line.entries_a_week)
                if line.low is not None and line.high is not None
                else (None, None)
            ),
        )
        for line in page.lines[:DRAWN]
    ]
    title = gettext("Minutes of one grid in one week, by form")
    told = gettext("The same numbers stand in the table below. A line: the 95 % interval.")
    return plots.named_bars("burden", title, told, marks) if marks else ""


def _cost(page: BurdenPage, form: CostForm) -> dict[str, str]:
    """What one more form would take; half of its fields are words, half choices."""
    fields, times = form.cleaned_data["fields_count"], form.cleaned_data["times"]
    field_s = (page.seconds["text"] + page.seconds["choice"]) / 2
    minutes = times * (page.seconds["form"] + fields * field_s) / 60
    return {
        "minutes": _short(minutes),
        "of_all": _short(minutes * page.grids / 60),
        "now": _short(page.total[2]),
    }


def _part_name(part: str) -> str:
    return {
        "form": gettext("to open any form"),
        "text": gettext("a field of words or a number"),
        "choice": gettext("a choice or a date"),
        "point": gettext("a place, tapped"),
        "photo": gettext("a photo"),
        "flag": gettext("a yes or no"),
    }[part]


def _short(value: float) -> str:
    return present.decimal(value)
