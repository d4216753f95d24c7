"""Which place a delivery is about: so that whoever looks after one place decides for it alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from commongrid.ledger.face import DeliveryCard
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.subscriptions.models import Subscription, Webhook

MATTER = "matter:"


def paths_of_deliveries(cards: Iterable[DeliveryCard]) -> Mapping[int, str]:
    """The path of each delivery: its matter's, else that of whoever is told; "" for neither.

    Cost: 3 statements, however many there are.
    """
    known = tuple(cards)
    told = [key for card in known if (key := _key(card.address))]
    hooks = dict(Webhook.objects.filter(pk__in=told).order_by().values_list("pk", "path"))
    rows = (
        Subscription.objects.filter(pk__in=told).order_by().values_list("pk", "path", "matter_id")
    )
    asked = {key: (path, matter_id) for key, path, matter_id in rows}
    about = {card.id: _key(card.subject.removeprefix(MATTER)) for card in known}
    named = {*about.values(), *(matter_id for _, matter_id in asked.values())}
    wanted = [key for key in named if key]
    matters = dict(Matter.objects.filter(pk__in=wanted).order_by().values_list("pk", "path"))
    found: dict[int, str] = {}
    for card in known:
        key = _key(card.address)
        path, matter_id = asked.get(key, ("", None)) if key else ("", None)
        own = _first(matters, about[card.id]) or path or _first(matters, matter_id)
        found[card.id] = own or _first(hooks, key)
    return found


def _first(paths: Mapping[UUID, str], key: UUID | None) -> str:
    return paths.get(key, "") if key else ""


def _key(text: str) -> UUID | None:
    """The id a text is, or None: other receivers have addresses of their own kind."""
    try:
        return UUID(text)
    except ValueError:
        return None
