"""How recently the owner of a session proved who they are.

Ask before something that cannot be undone or that shows what is kept apart, such as contact data.
Needs nothing of the staff door but its address ``staff:again``.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from commongrid.doors.common.again import First, fields_to_send_again, holds_words, sent_too_late

FRESH = "staff.fresh"
FRESH_S = 10 * 60


def now_s() -> int:
    """The clock of the sessions, in whole seconds."""
    return int(timezone.now().timestamp())


def is_fresh(request: HttpRequest) -> bool:
    """Whether the owner proved who they are within the last ten minutes."""
    if not request.user.is_authenticated:
        return False
    return 0 <= now_s() - int(request.session.get(FRESH, 0)) < FRESH_S


def mark_fresh(request: HttpRequest) -> None:
    """The owner has just proved who they are."""
    request.session[FRESH] = now_s()


def prove_first(request: HttpRequest, back_to: str = "") -> HttpResponse:
    """Send the person to prove it is them, and then back to a page that can be opened by GET.

    Who wrote something keeps it on the answer, and proves it in another tab.
    """
    query = urlencode({"next": back_to or request.get_full_path()})
    where = f"{reverse('staff:again')}?{query}"
    again = fields_to_send_again(request)
    if holds_words(again):
        return sent_too_late(request, again, first=First.PROVE, where=where)
    return HttpResponseRedirect(where)
