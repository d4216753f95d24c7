"""The pages of the board. Each reads publications only: nothing here counts matters."""

from __future__ import annotations

from datetime import date
from typing import Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt

from commongrid.bridges import board as figures_of
from commongrid.bridges.board import FigurePage
from commongrid.doors.board import downloads, present
from commongrid.doors.common.gates import public
from commongrid.rooms.oversight import face as oversight
from commongrid.rooms.places import face as places

GRID_DEPTH = 2  # a frame has room for the place and its communities
PAGE_S, DATA_S = 300, 3600  # how long a copy may be kept; a published month never changes


@public
def chooser(request: HttpRequest) -> HttpResponseBase:
    """All places with a charter, and since when each has figures."""
    newest = oversight.list_boards()
    codes = dict.fromkeys(card.place_code for card in places.list_charters())
    rows = [(places.get_place(code), newest.get(code)) for code in codes]
    return _page(request, "chooser", rows=rows)


@public
def definitions(request: HttpRequest) -> HttpResponseBase:
    """What each figure counts, in words and as a query."""
    said = {
        "figures": oversight.figures(),
        "settle_days": oversight.SETTLE_DAYS,
        "recurs_days": oversight.RECURS_WITHIN_DAYS,
    }
    return _page(request, "definitions", **said)


@public
def board(request: HttpRequest, code: str) -> HttpResponseBase:
    """One month of a place at a glance."""
    try:
        page = figures_of.read_board(code, month_asked(request))
    except LookupError as error:
        raise Http404 from error
    first = page.rows[0][0] if page.rows else None
    said = {
        "page": page,
        "place": page.place,
        "place_name": page.place.name.in_(present.language()),
        "rows": [(figure, present.row_views(figure, [row])[0]) for figure, row in page.rows],
        "plot": present.month_plot(first, "raised", page.raised) if first else "",
        "points": present.point_views(first, page.raised) if first else (),
        "waits": [present.wait_view(wait) for wait in page.waits],
        "settle_days": oversight.SETTLE_DAYS,
    }
    return _page(request, "board", **said)


@public
def figure(request: HttpRequest, code: str, figure: str) -> HttpResponseBase:
    """One figure: by place, by type, through the months."""
    page, place = _figure(request, code, figure)
    return _page(request, "figure", **_figure_said(page, place))


@public
def figure_csv(request: HttpRequest, code: str, figure: str) -> HttpResponseBase:
    """The tables of a figure as CSV."""
    page = _table(request, code, figure)
    answer = HttpResponse(downloads.as_csv(page), content_type="text/csv; charset=utf-8")
    name = f"{code}-{figure}-{page.publication.month:%Y-%m}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _kept(request, answer, page.publication, figure)


@public
def figure_json(request: HttpRequest, code: str, figure: str) -> HttpResponseBase:
    """The tables of a figure as JSON, with its definition."""
    page = _table(request, code, figure)
    return _kept(request, _json(downloads.as_plain(page)), page.publication, figure)


@public
def publication(request: HttpRequest, code: str) -> HttpResponseBase:
    """Everything published of a month, as it was frozen."""
    months = oversight.list_months(code)
    try:
        card = oversight.get_publication(code, month_asked(request) or months[0])
    except (LookupError, IndexError) as error:
        raise Http404 from error
    return _kept(request, _json(downloads.publication_plain(card)), card, "all")


@public
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"], "form-action": [NONE]})  # type: ignore[untyped-decorator]
def embed(request: HttpRequest, code: str, figure: str) -> HttpResponseBase:
    """One figure for a frame on anybody's page: no head, no forms, no scripts, no cookies."""
    page, place = _figure(request, code, figure)
    said = _figure_said(page, place)
    said["by_place"] = [row for row in said["by_place"] if row.depth < GRID_DEPTH]
    answer = render(request, "board/embed.html", said)
    return _kept(request, answer, page.publication, f"embed-{figure}-{present.language()}")


def _figure(request: HttpRequest, code: str, key: str) -> tuple[FigurePage, places.PlaceCard]:
    try:
        return figures_of.read_figure(code, key, month_asked(request)), places.get_place(code)
    except LookupError as error:
        raise Http404 from error


def _table(request: HttpRequest, code: str, key: str) -> FigurePage:
    """A figure of one month, without its past: what a download needs."""
    try:
        return figures_of.read_figure(code, key, month_asked(request), months_back=1)
    except LookupError as error:
        raise Http404 from error


def _figure_said(page: FigurePage, place: places.PlaceCard) -> dict[str, Any]:
    return {
        "page": page,
        "figure": page.figure,
        "publication": page.publication,
        "place": place,
        "place_name": place.name.in_(present.language()),
        "month_name": present.month_name(page.publication.month),
        "by_place": present.row_views(page.figure, page.by_place),
        "by_type": present.row_views(page.figure, page.by_type),
        "plot": present.month_plot(page.figure, page.figure.key, page.months),
        "points": present.point_views(page.figure, page.months),
        "has_share": any(part.part == "share" for part in page.figure.categories),
    }


def month_asked(request: HttpRequest) -> date | None:
    """The month asked for, or None for the newest. Raises: Http404."""
    asked = request.GET.get("month", "")
    if not asked:
        return None
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError as error:
        raise Http404 from error


def _page(request: HttpRequest, name: str, **said: Any) -> HttpResponse:
    answer = render(request, f"board/{name}.html", said)
    # Private: the page carries the reader's own language and form token.
    answer.headers["Cache-Control"] = f"private, max-age={PAGE_S}"
    return answer


def _json(plain: dict[str, Any]) -> JsonResponse:
    answer = JsonResponse(plain, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer.headers["Access-Control-Allow-Origin"] = "*"  # public numbers, for anybody's page
    return answer


def _kept(
    request: HttpRequest, answer: HttpResponse, card: oversight.PublicationHead, what: str
) -> HttpResponse:
    """An answer that anybody may keep: named by the digest of what was published."""
    tag = f'"{card.digest[:24]}-{what}"'
    if tag in request.headers.get("If-None-Match", ""):
        answer = HttpResponse(status=304)
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = f"public, max-age={DATA_S}"
    return answer
