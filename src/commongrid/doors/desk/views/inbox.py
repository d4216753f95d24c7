"""The inbox: the list, its live part, its filters, saved views and the export."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    QueryDict,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commongrid.doors.common.gates import staff
from commongrid.doors.desk import present
from commongrid.doors.desk.export import csv_lines
from commongrid.doors.desk.filters import (
    Asked,
    counted_filters,
    query_of,
    read_asked,
)
from commongrid.doors.desk.forms import FilterForm, ViewForm
from commongrid.doors.desk.reading import Reader, reader_of
from commongrid.doors.desk.rules import rules_for
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places

NAME_LENGTH = 60


def list_context(
    reader: Reader, asked: Asked, counts: matters.Counts | None = None
) -> tuple[matters.MatterList, dict[str, Any]]:
    """The list an address asks for, and what its lines need. Cost: as ``list_matters``."""
    rules = cache(lambda: rules_for(reader))
    listed = matters.list_matters(
        **reader.who, filters=asked.filters, page=asked.page, size=asked.size, counts=counts
    )
    return listed, {
        "asked": asked,
        "listed": listed,
        "rows": present.rows_of(listed.cards),
        "chips": present.chips_of(asked, rules),
        "pages": present.pages_of(listed, asked.query),
        "etag": present.etag_of(listed, reader.actor.key),
        "now": reader.at,
    }


def kept_views(reader: Reader) -> list[tuple[str, str]]:
    """Names and addresses of the views this person kept."""
    return [(name, query_of(f)) for name, f in matters.list_views(actor=reader.actor)]


@staff
@require_safe
@places.one_look()
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the list with its counters."""
    reader, asked = reader_of(request), read_asked(request.GET)
    tabs = counted_filters(asked.filters)
    counted = matters.count_each(**reader.who, each=tabs)
    kinds = asked.filters.state_kinds
    shown = next((name for name, tab in tabs.items() if tab.state_kinds == kinds), "")
    _listed, page = list_context(reader, asked, counted.get(shown))
    page["tabs"] = present.tabs_of(counted, asked)
    page["views"] = kept_views(reader)
    page["here_query"] = request.GET.urlencode()
    return render(request, "desk/inbox.html", page)


@staff
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """Give the lines alone to a page that is open; 304 while nothing changed."""
    listed, page = list_context(reader_of(request), read_asked(request.GET))
    if request.headers.get("If-None-Match") == page["etag"]:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = render(request, "desk/parts/rows.html", page)
    response.headers["ETag"] = page["etag"]
    response.headers["X-Total"] = str(listed.total)
    return response


@staff
@require_safe
def filters(request: HttpRequest) -> HttpResponse:
    """Show everything the list can be narrowed by; a part of the inbox, or a page by itself."""
    reader, asked = reader_of(request), read_asked(request.GET)
    form = FilterForm(asked, reader, rules_for(reader))
    view_form = ViewForm(initial={"query": asked.query})
    is_part = bool(request.headers.get("HX-Request"))
    template = "desk/parts/filters.html" if is_part else "desk/filters.html"
    target = reverse("desk:map" if request.GET.get("to") == "map" else "desk:inbox")
    page = {
        "form": form,
        "view_form": view_form,
        "asked": asked,
        "target": target,
        "views": kept_views(reader),
    }
    return render(request, template, page)


@staff
@require_POST
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep the list under a name."""
    reader, form = reader_of(request), ViewForm(request.POST)
    asked = read_asked(QueryDict(request.POST.get("query", "")))
    if not form.is_valid():
        messages.error(request, _("Give the view a name of at most 60 characters."))
        return redirect(f"{reverse('desk:filters')}?{asked.query}")
    name = form.cleaned_data["name"]
    try:
        matters.save_view(**reader.who, name=name, filters=asked.filters)
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": name})
    except Refused as refused:
        messages.error(request, present.say(refused.verdict.say))
    return redirect(f"{reverse('desk:inbox')}?{asked.query}")


@staff
@require_POST
def forget_view(request: HttpRequest) -> HttpResponse:
    """Forget a kept view."""
    name = request.POST.get("name", "")[:NAME_LENGTH]
    matters.drop_view(actor=reader_of(request).actor, name=name)
    messages.success(request, _("The view “%(name)s” is forgotten.") % {"name": name})
    return redirect("desk:inbox")


@staff
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Give the whole list as a table, without any words of the people."""
    reader, asked = reader_of(request), read_asked(request.GET)
    lines = csv_lines(reader, asked.filters, present.lang())
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"matters-{reader.at:%Y%m%d-%H%M}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
