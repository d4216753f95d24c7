"""/-/letters and /-/messages: what could not be delivered, and the words written to people."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from commongrid.charter.messages import AUDIENCES, CHANNELS, EVENTS
from commongrid.doors.common.gates import staff
from commongrid.ledger import face as ledger
from commongrid.rooms.places import face as places
from commongrid.rooms.subscriptions import face as subscriptions
from commongrid.site.pages_reading import KEEPERS, own_charter_key, reader_of

RECEIVERS = {
    "mail": gettext_lazy("Mail to a subscriber"),
    "follower": gettext_lazy("Mail to a follower"),
    "webhook": gettext_lazy("Call of a program"),
}


@staff(*KEEPERS)
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Show deliveries that were given up, and those that are tried again."""
    page = {
        "dead": _named(ledger.list_dead_letters()),
        "waiting": _named(ledger.list_waiting()),
    }
    return render(request, "site/letters.html", page)


def _named(cards: Iterable[ledger.DeliveryCard]) -> list[tuple[str, ledger.DeliveryCard]]:
    """Each with its receiver in words."""
    return [(str(RECEIVERS.get(card.receiver, card.receiver)), card) for card in cards]


@staff(*KEEPERS)
@require_POST
def send_again(request: HttpRequest, delivery_id: int) -> HttpResponseRedirect:
    """Try one again. It uses no authority over anybody, so it leaves no act."""
    if ledger.retry_delivery(delivery_id, at=timezone.now()):
        messages.success(request, _("It is sent again within a minute."))
    return redirect("about:letters")


@staff(*KEEPERS)
@require_POST
def let_go(request: HttpRequest, delivery_id: int) -> HttpResponseRedirect:
    """Let one go: whoever should have had it has been told in another way, or need not be."""
    if ledger.drop_delivery(delivery_id, at=timezone.now()):
        messages.success(request, _("Let go."))
    return redirect("about:letters")


@staff
@require_safe
def wording(request: HttpRequest) -> HttpResponse:
    """Show every message of a charter as it would read, with an invented matter."""
    keys = [card.key for card in places.list_charters()]
    key = request.GET.get("charter", "")
    key = key if key in keys else own_charter_key(reader_of(request))
    rows = []
    if key:
        compiled = places.get_charter(key)
        for one in subscriptions.preview_messages(compiled):
            event = one.message.event
            rows.append(
                {
                    "event": EVENTS.get(event) or compiled.label(event),
                    "channel": CHANNELS[one.message.channel],
                    "audience": AUDIENCES[one.message.audience],
                    "sides": (("zh-Hans", one.zh), ("en", one.en)),
                    "source": one.message.source,
                    "where": str(one.message.where),
                }
            )
    return render(request, "site/wording.html", {"rows": rows, "keys": keys, "chosen": key})
