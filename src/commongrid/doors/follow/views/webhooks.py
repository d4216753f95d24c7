"""Webhooks, for the data protection officer of a place."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commongrid.charter.matter import Actor
from commongrid.doors.common.gates import staff
from commongrid.doors.follow.forms import WebhookForm
from commongrid.doors.follow.views.edge import followable, language, now
from commongrid.kernel.verdict import Refused
from commongrid.rooms.people import face as people
from commongrid.rooms.subscriptions import face as subscriptions

KEEPING = "data_officer"


@staff(KEEPING)
def webhooks(request: HttpRequest) -> HttpResponseBase:
    """The webhooks of my area, and a form for another one."""
    at, actor = now(), _actor(request)
    mine = tuple(one for one in followable(at) if subscriptions.may_keep(actor, one.path))
    form = WebhookForm(request.POST or None, places=mine, language=language())
    added = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            added = subscriptions.add_webhook(
                actor=actor,
                at=at,
                command_id=given["command_id"],
                name=given["name"],
                url=given["url"],
                place_code=given["place"],
            )
            form = WebhookForm(places=mine, language=language())
        except Refused as refusal:
            form.add_error("url", refusal.verdict.say.in_(language()))
    page = {"form": form, "added": added, "rows": subscriptions.list_webhooks(actor)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "follow/webhooks.html", page, status=status)


@staff(KEEPING)
@require_POST
def test(request: HttpRequest, webhook_id: UUID) -> HttpResponseBase:
    """Send an event without a matter; wakes a webhook that was given up."""
    if _did(request, subscriptions.test_webhook, webhook_id):
        messages.success(request, _("A test is sent within a minute."))
    return redirect("follow:webhooks")


@staff(KEEPING)
@require_POST
def remove(request: HttpRequest, webhook_id: UUID) -> HttpResponseBase:
    """Tell it no more."""
    if _did(request, subscriptions.remove_webhook, webhook_id):
        messages.success(request, _("Removed. It is told nothing any more."))
    return redirect("follow:webhooks")


def _did(request: HttpRequest, command: object, webhook_id: UUID) -> bool:
    from commongrid.kernel.ids import new_id

    assert callable(command)
    try:
        command(actor=_actor(request), at=now(), command_id=new_id(), webhook_id=webhook_id)
    except Refused as refusal:
        messages.error(request, refusal.verdict.say.in_(language()))
        return False
    return True


def _actor(request: HttpRequest) -> Actor:
    return people.staff_actor(request.user.pk, now())
