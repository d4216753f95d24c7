"""/-/rules, /-/states and /-/why: the rules that are in force, and how they judge."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from commongrid.charter import diff
from commongrid.charter.diagrams import state_svg
from commongrid.doors.common.gates import staff
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places
from commongrid.site.pages_charter import PARTS, flow_names, flow_of
from commongrid.site.pages_reading import (
    Reader,
    charter_or_404,
    own_charter_key,
    page_lang,
    reader_of,
)

ANY_STATE_KIND = ("open", "waiting", "end")


@dataclass(frozen=True, slots=True)
class RuledPlace:
    """A place with its own charter: what is in force there, and the versions there were."""

    place: places.PlaceCard | None
    code: str
    in_force: str
    versions: tuple[places.CharterCard, ...]


@staff
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List the charters of all places, in force and before."""
    context = {"ruled": ruled_places(reader_of(request))}
    return render(request, "site/rules.html", context)


def ruled_places(reader: Reader) -> tuple[RuledPlace, ...]:
    """Every place with a charter of its own. Cost: 2 statements and one for each place."""
    versions = places.list_charters()
    paths = tuple(sorted({card.place_path for card in versions}))
    known = places.list_places(paths)
    return tuple(_ruled(path, known.get(path), versions, reader) for path in paths)


def _ruled(
    path: str,
    place: places.PlaceCard | None,
    versions: tuple[places.CharterCard, ...],
    reader: Reader,
) -> RuledPlace:
    own = tuple(card for card in versions if card.place_path == path)
    try:
        in_force = places.charter_in_force(path, reader.at)[0]
    except places.NoCharterError:
        in_force = ""
    return RuledPlace(place=place, code=own[0].place_code, in_force=in_force, versions=own)


@staff
@require_safe
def charter(request: HttpRequest, key: str, part: str = "types") -> HttpResponse:
    """Show one part of one adopted version."""
    card, book = charter_or_404(key)
    if part not in PARTS:
        raise Http404
    lang, years = page_lang(), sorted({day.year for day in book.calendar.exceptions})
    given = {name: request.GET.get(name, "") for name in ("q", "class", "flow", "year")}
    if part == "calendar" and not given["year"].isdecimal():
        given["year"] = str(reader_of(request).at.year)
    older = [c for c in places.list_charters() if c.place_path == card.place_path and c.key != key]
    context = {
        "card": card,
        "book": book,
        "part": part,
        "parts": tuple((name, title) for name, (title, _make) in PARTS.items()),
        "tables": tuple(PARTS[part][1](book, lang, given)),
        "given": given,
        "classes": tuple(book.classes.values()),
        "flows": flow_names(book, lang),
        "flow": flow_of(book, given["flow"]).value,
        "years": years,
        "week": ", ".join(map(str, sorted(book.calendar.week))),
        "others": older,
    }
    return render(request, "site/charter.html", context)


@staff
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Say in words what one adopted version changes against another."""
    old, new = (charter_or_404(request.GET.get(name, "")) for name in ("old", "new"))
    context = {"old": old[0], "new": new[0], "changes": diff(old[1], new[1])}
    return render(request, "site/changes.html", context)


@staff
@require_safe
def states(request: HttpRequest) -> HttpResponse:
    """Draw the states of a flow from the charter."""
    reader = reader_of(request)
    key = request.GET.get("charter") or own_charter_key(reader)
    if not key:
        return render(request, "site/states.html", {"card": None})
    card, book = charter_or_404(key)
    lang, flow = page_lang(), flow_of(book, request.GET.get("flow", ""))
    # The drawing is made by our own code, which escapes every word of the charter.
    drawing = mark_safe(state_svg(book, flow, lang, is_standalone=False))  # noqa: S308
    context = {
        "card": card,
        "book": book,
        "known": places.list_charters(),
        "flows": flow_names(book, lang),
        "flow": flow.value,
        "drawing": drawing,
    }
    return render(request, "site/states.html", context)


@staff
@require_safe
def why(request: HttpRequest) -> HttpResponse:
    """Ask why a step on a matter is possible or not; the answer stands on the desk's page.

    A matter that is not there and one the reader may not read look the same.
    """
    reader, ref = reader_of(request), request.GET.get("matter", "").strip()
    action = request.GET.get("action", "").strip()
    found = find_matter(reader, ref) if ref else None
    if found and action.isidentifier():
        return redirect("desk:why", found.card.id, action)
    context = {"ref": ref, "page": found, "is_asked": bool(ref)}
    return render(request, "site/why.html", context)


def find_matter(reader: Reader, ref: str) -> matters.MatterPage | None:
    """The matter with this number, among those the reader may read."""
    filters = matters.Filters(text=ref, state_kinds=ANY_STATE_KIND)
    cards = matters.list_matters(actor=reader.actor, at=reader.at, filters=filters, size=10).cards
    for card in cards:
        if card.ref.casefold() == ref.casefold():
            return matters.get_matter(actor=reader.actor, at=reader.at, matter_id=card.id)
    return None
