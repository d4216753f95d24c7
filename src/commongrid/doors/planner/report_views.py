"""The pages and files of one finished rehearsal."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from commongrid.doors.common.gates import staff
from commongrid.doors.planner import pdf, replay, report_files, report_page
from commongrid.doors.planner import report_words as words
from commongrid.doors.planner.report_source import get_shown


@staff
def report(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The report as a page."""
    return render(request, "planner/report.html", report_page.page_of(get_shown(request, ref)))


@staff
def report_json(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The report as it was kept, with the plan and the definitions of its measures."""
    shown = get_shown(request, ref)
    answer = JsonResponse(report_files.as_plain(shown), json_dumps_params={"ensure_ascii": False})
    return _named(answer, f"{shown.ref}-simulated.json")


@staff
def report_file(request: HttpRequest, ref: str, name: str) -> HttpResponseBase:
    """One table of the report as CSV."""
    if name not in report_files.FILES:
        raise Http404
    shown = get_shown(request, ref)
    text = report_files.FILES[name](shown.report)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    return _named(answer, f"{shown.ref}-{name}-simulated.csv")


@staff
def report_pdf(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The report on a sheet of paper, in the language of the page; or why that cannot be."""
    shown = get_shown(request, ref)
    try:
        content = pdf.make_pdf(shown, words.language())
    except pdf.FontMissingError as error:
        said = {"shown": shown, "fonts": error.wanted}
        return render(request, "planner/pdf_refused.html", said, status=503)
    answer = HttpResponse(content, content_type="application/pdf")
    return _named(answer, f"{shown.ref}-simulated-{words.language()}.pdf", kind="inline")


@staff
def replay_page(request: HttpRequest, ref: str) -> HttpResponseBase:
    """One simulated replication on the map, one or two alternatives of it."""
    shown = get_shown(request, ref)
    said = replay.replay_of(shown, request.GET.getlist("show"), request.GET.get("at", ""))
    return render(request, "planner/replay.html", said)


def _named(answer: HttpResponse, name: str, *, kind: str = "attachment") -> HttpResponse:
    answer.headers["Content-Disposition"] = f'{kind}; filename="{name}"'
    return answer
