"""Whoever appoints: list staff, show one person, make an account, give a post."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from commongrid.doors.common.fresh import is_fresh, prove_first
from commongrid.doors.common.gates import staff
from commongrid.doors.staff.forms_people import AppointForm, FindForm, NewPersonForm
from commongrid.doors.staff.initial import is_now_the_password, new_password
from commongrid.doors.staff.naming import charter_at, post_rows
from commongrid.doors.staff.roster import (
    APPOINTING,
    Officer,
    area_places,
    find_places,
    list_people,
    moment_of,
    officer_of,
    person_rows,
    readable_card,
)
from commongrid.kernel.verdict import Refused
from commongrid.rooms.people import face
from commongrid.rooms.places import face as places

PAGE = 50


@staff(APPOINTING)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List who holds a post in my area, now or on a day."""
    officer, wanted = officer_of(request), FindForm(request.GET).wanted()
    roster = list_people(officer, wanted)
    page = Paginator(roster.people, PAGE).get_page(request.GET.get("page"))
    by_name = face.find_account(wanted.text) if wanted.text else None
    context = {
        "wanted": wanted,
        "roster": roster,
        "page": page,
        "rows": person_rows(page.object_list, moment_of(wanted, officer.at)),
        "places": area_places(officer),
        "by_name": by_name,
    }
    return render(request, "staff/people.html", context)


@staff(APPOINTING)
@require_safe
def person(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show one person: posts now, before and later, and what can be done."""
    officer, card = officer_of(request), card_or_404(account_id)
    all_posts = face.list_own_appointments(account_id)
    shown, posts = readable_card(officer, card, all_posts)
    context = {
        "card": shown,
        "name": card.name_in(get_language() or ""),
        "rows": post_rows(posts, officer.at),
        "is_elsewhere": bool(all_posts) and not posts,
        "has_code": face.has_second_factor(account_id),
        "is_me": officer.actor.key == card.key,
    }
    return render(request, "staff/person.html", context)


@staff(APPOINTING)
def new(request: HttpRequest) -> HttpResponse:
    """Make an account with an initial password that is shown once."""
    if not is_fresh(request):
        return prove_first(request)
    form, refused = NewPersonForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        officer, password = officer_of(request), new_password()
        try:
            card = face.create_account(
                actor=officer.actor, at=officer.at, password=password, **form.cleaned_data
            )
        except Refused as refusal:
            refused = refusal.verdict
        else:
            return show_password(request, card, password)
    return render(request, "staff/person_new.html", {"form": form, "refused": refused})


@staff(APPOINTING)
def appoint(request: HttpRequest, account_id: int) -> HttpResponse:
    """Give a post: choose the place, fill in the rest, read it once more, confirm."""
    if not is_fresh(request):
        return prove_first(request)
    officer, card = officer_of(request), card_or_404(account_id)
    context = {"card": card, "name": card.name_in(get_language() or "")}
    code = request.POST.get("place") or request.GET.get("place") or ""
    if not code:
        text = request.GET.get("q", "")
        found = find_places(officer, text) if text else area_places(officer)
        return render(
            request, "staff/appoint_where.html", {**context, "places": found, "text": text}
        )
    place = places.find_place(code, officer.at)
    if place is None:
        raise Http404
    charter = charter_at(place.path, officer.at)
    form = AppointForm(request.POST or None, charter=charter)
    context |= {"form": form, "place": place}
    if request.method != "POST" or not form.is_valid() or "back" in request.POST:
        return render(request, "staff/appoint.html", context)
    if "confirmed" not in request.POST:
        return render(request, "staff/appoint_confirm.html", context | _chosen(form))
    try:
        _appoint(officer, card.id, place, form)
    except Refused as refusal:
        return render(request, "staff/appoint.html", {**context, "refused": refusal.verdict})
    return redirect("staff:person", account_id)


def _appoint(
    officer: Officer, account_id: int, place: places.PlaceCard, form: AppointForm
) -> face.AppointmentCard:
    given = form.cleaned_data
    return face.appoint_person(
        actor=officer.actor,
        at=officer.at,
        command_id=given["command_id"],
        account_id=account_id,
        role=given["role"],
        place_code=place.code,
        place_path=place.path,
        unit_key=given["unit_key"],
        basis=given["basis"],
        **form.term(),
    )


def _chosen(form: AppointForm) -> dict[str, Any]:
    """The chosen role and unit in words."""
    fields: Any = form.fields
    return {
        name: dict(fields[name].choices)[form.cleaned_data[name]] for name in ("role", "unit_key")
    }


def card_or_404(account_id: int) -> face.AccountCard:
    """The account, or "no such page"."""
    try:
        return face.get_account(account_id)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def show_password(request: HttpRequest, card: face.AccountCard, password: str) -> HttpResponse:
    """Show an initial password, this once; a form sent again shows none."""
    context = {
        "card": card,
        "name": card.name_in(get_language() or ""),
        "password": password if is_now_the_password(card.id, password) else "",
    }
    return render(request, "staff/password_shown.html", context)
