"""/-/letters and /-/messages: what could not be delivered, and the words written to people."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
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
from commongrid.site.pages_reading import KEEPERS, Reader, own_charter_key, reader_of

LOOKED_AT, SHOWN = 2_000, 100
"""How many deliveries are looked at for those of one's own places, and how many are shown."""

RECEIVERS = {
    "mail": gettext_lazy("Mail to a subscriber"),
    "follower": gettext_lazy("Mail to a follower"),
    "webhook": gettext_lazy("Call of a program"),
}


@staff(*KEEPERS)
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Show deliveries of one's own places that were given up, and those that are tried again."""
    reader = reader_of(request)
    page = {
        "dead": _named(reader, ledger.list_dead_letters(limit=LOOKED_AT)),
        "waiting": _named(reader, ledger.list_waiting(limit=LOOKED_AT)),
    }
    return render(request, "site/letters.html", page)


def _named(
    reader: Reader, cards: Iterable[ledger.DeliveryCard]
) -> list[tuple[str, ledger.DeliveryCard]]:
    """Those one decides on, each with its receiver in words."""
    own = _kept_by(reader, tuple(cards))[:SHOWN]
    return [(str(RECEIVERS.get(card.receiver, card.receiver)), card) for card in own]


def _kept_by(
    reader: Reader, cards: tuple[ledger.DeliveryCard, ...]
) -> tuple[ledger.DeliveryCard, ...]:
    """Those of the places one keeps; what is of no place, for whoever keeps all places here."""
    areas = reader.paths_as(KEEPERS)
    served = [place.path for place in places.list_chartered_places()]
    keeps_all = all(any(path.startswith(area) for area in areas) for path in served)
    paths = subscriptions.paths_of_deliveries(cards)

    def is_own(path: str) -> bool:
        return any(path.startswith(area) for area in areas) if path else keeps_all

    return tuple(card for card in cards if is_own(paths[card.id]))


def _letter_or_404(request: HttpRequest, delivery_id: int) -> int:
    """The key of a dead letter this person decides on. Raises: Http404."""
    card = ledger.find_dead_letter(delivery_id)
    if card is None or not _kept_by(reader_of(request), (card,)):
        raise Http404
    return card.id


@staff(*KEEPERS)
@require_POST
def send_again(request: HttpRequest, delivery_id: int) -> HttpResponseRedirect:
    """Try one again. It uses no authority over anybody, so it leaves no act."""
    if ledger.retry_delivery(_letter_or_404(request, delivery_id), at=timezone.now()):
        messages.success(request, _("It is sent again within a minute."))
    return redirect("about:letters")


@staff(*KEEPERS)
@require_POST
def let_go(request: HttpRequest, delivery_id: int) -> HttpResponseRedirect:
    """Let one go: whoever should have had it has been told in another way, or need not be."""
    if ledger.drop_delivery(_letter_or_404(request, delivery_id), at=timezone.now()):
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
