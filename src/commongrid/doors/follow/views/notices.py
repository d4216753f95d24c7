"""Reminders to my unit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commongrid.doors.common.gates import staff
from commongrid.doors.follow.views.edge import now
from commongrid.rooms.people import face as people
from commongrid.rooms.subscriptions import face as subscriptions


@staff
@require_safe
def notices(request: HttpRequest) -> HttpResponseBase:
    """The matters of my posts whose light has come on, the newest first."""
    actor = people.staff_actor(request.user.pk, now())
    return render(request, "follow/notices.html", {"rows": subscriptions.list_notices(actor)})
