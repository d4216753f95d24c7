"""Careful acts about one person: each asks for a reason on a page of its own before it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commongrid.doors.common.fresh import is_fresh, prove_first
from commongrid.doors.common.gates import staff
from commongrid.doors.staff.forms import CommandForm
from commongrid.doors.staff.forms_people import BulkForm, EndPostForm, ReasonForm
from commongrid.doors.staff.initial import new_password
from commongrid.doors.staff.naming import post_rows
from commongrid.doors.staff.roster import APPOINTING, officer_of, readable_card
from commongrid.doors.staff.views.people import card_or_404, show_password
from commongrid.kernel.verdict import Refused
from commongrid.rooms.people import face

Do = Callable[[dict[str, Any], Any], HttpResponse]


@staff(APPOINTING)
def password(request: HttpRequest, account_id: int) -> HttpResponse:
    """Set a new initial password for somebody who forgot theirs."""
    card = card_or_404(account_id)

    def do(doing: dict[str, Any], _form: Any) -> HttpResponse:
        fresh = new_password()
        face.set_password(**doing, account_id=card.id, password=fresh)
        return show_password(request, card, fresh)

    words = {
        "title": _("Set a new initial password"),
        "what": _(
            "A random password takes the place of the old one, and every session of this person "
            "ends. It is shown to you once. Make sure beforehand that you speak to the right "
            "person."
        ),
        "button": _("Set it and show it"),
    }
    return _careful(request, card, CommandForm, words, do)


@staff(APPOINTING)
def second_step(request: HttpRequest, account_id: int) -> HttpResponse:
    """Remove the second factor, as when a phone is lost."""
    card = card_or_404(account_id)

    def do(doing: dict[str, Any], form: Any) -> HttpResponse:
        face.disable_totp(**doing, account_id=card.id, reason=form.cleaned_data["reason"])
        messages.success(request, _("The second step is removed; a new one is set up at log-in."))
        return redirect("staff:person", card.id)

    words = {
        "title": _("Remove the second step"),
        "what": _(
            "For a lost or new phone. The app and the recovery codes stop working, every session "
            "ends, and the person sets up a new app at the next log-in."
        ),
        "button": _("Remove it"),
    }
    return _careful(request, card, ReasonForm, words, do)


@staff(APPOINTING)
def allow(request: HttpRequest, account_id: int) -> HttpResponse:
    """Be the second person: let somebody open or erase the data of more people within a day."""
    card = card_or_404(account_id)

    def do(doing: dict[str, Any], form: Any) -> HttpResponse:
        told = {name: form.cleaned_data[name] for name in ("what", "reason")}
        face.allow_bulk(**doing, account_id=card.id, **told)
        messages.success(request, _("Agreed. It holds for a day and is in the ledger."))
        return redirect("staff:person", card.id)

    words = {
        "title": _("Agree to more within a day"),
        "what": _(
            "Nobody alone opens contact data or erases the data of many people within a day. "
            "Ask what it is for before you agree: you answer for it too."
        ),
        "button": _("Agree"),
    }
    return _careful(request, card, BulkForm, words, do)


@staff(APPOINTING)
def close(request: HttpRequest, account_id: int) -> HttpResponse:
    """Deactivate an account."""
    card = card_or_404(account_id)

    def do(doing: dict[str, Any], form: Any) -> HttpResponse:
        face.deactivate_account(**doing, account_id=card.id, reason=form.cleaned_data["reason"])
        messages.success(request, _("The account is closed."))
        return redirect("staff:person", card.id)

    words = {
        "title": _("Close the account"),
        "what": _(
            "For good: it cannot be opened again. Nobody can log in with it, its posts give no "
            "right any more, and the work phone is erased. What was done under it stays in the "
            "ledger."
        ),
        "button": _("Close it for good"),
    }
    return _careful(request, card, ReasonForm, words, do)


@staff(APPOINTING)
def end_post(request: HttpRequest, account_id: int, post_id: int) -> HttpResponse:
    """End one post of a person."""
    card, officer = card_or_404(account_id), officer_of(request)
    _card, posts = readable_card(officer, card, face.list_own_appointments(account_id))
    rows = post_rows([post for post in posts if post.id == post_id], officer.at)
    if not rows:
        raise Http404

    def do(doing: dict[str, Any], form: EndPostForm) -> HttpResponse:
        face.end_appointment(
            **doing,
            appointment_id=post_id,
            until_at=form.until_at(),
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("The end of the post is set."))
        return redirect("staff:person", card.id)

    words = {
        "title": _("End the post"),
        "what": _("Its rights are gone from that moment; what was done under it stays."),
        "button": _("End it"),
        "row": rows[0],
    }
    return _careful(request, card, EndPostForm, words, do)


def _careful(
    request: HttpRequest,
    card: face.AccountCard,
    form_type: type[CommandForm],
    words: dict[str, Any],
    do: Do,
) -> HttpResponse:
    """Ask, and do it when the answer comes; a refusal is shown with its rule."""
    if not is_fresh(request):
        return prove_first(request)
    form, refused = form_type(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        officer = officer_of(request)
        doing = {
            "actor": officer.actor,
            "at": officer.at,
            "command_id": form.cleaned_data["command_id"],
        }
        try:
            return do(doing, form)
        except Refused as refusal:
            refused = refusal.verdict
    context = {"card": card, "name": card.name_in(get_language() or ""), **words}
    return render(request, "staff/careful.html", {**context, "form": form, "refused": refused})
