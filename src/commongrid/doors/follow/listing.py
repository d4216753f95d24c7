"""From public matters to the entries of a feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.http import HttpRequest
from django.urls import reverse

from commongrid.charter.messages import Written, find_message, write_message
from commongrid.charter.schema import Message
from commongrid.doors.follow.feeds import Entry, Feed
from commongrid.kernel.text import Text
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.face import PublicCard, PublicFilters
from commongrid.rooms.places import face as places
from commongrid.rooms.places.face import PlaceCard
from commongrid.rooms.subscriptions import face as subscriptions

ENTRIES = 50
LANGUAGES = {"zh": "zh-Hans", "en": "en"}
_HOUSE = uuid5(NAMESPACE_URL, "urn:commongrid:feeds")
AUTHOR = Text("共格", "CommonGrid")


def place_feed(
    request: HttpRequest, place: PlaceCard, type_code: str, lang: str, *, at: datetime
) -> Feed:
    """What changed last in a place, or of one type there. Cost: 4 statements."""
    types = (type_code,) if type_code else ()
    filters = PublicFilters(path=place.path, types=types, order="changed")
    cards = matters.list_public_matters(at=at, filters=filters, size=ENTRIES).cards
    message = _message_at((place.path, *(card.path for card in cards[:1])), at)
    query = f"?place={place.code}" + (f"&type={type_code}" if type_code else "")
    return Feed(
        id=f"urn:uuid:{uuid5(_HOUSE, f'{place.code_system}/{place.code}/{type_code}/{lang}')}",
        title=scope_words(place, type_code, at).in_(lang),
        author=AUTHOR.in_(lang),
        link=request.build_absolute_uri(reverse("follow:index") + query),
        own_link=request.build_absolute_uri(),
        language=LANGUAGES[lang],
        updated_at=max((card.changed_at for card in cards), default=_midnight(at)),
        entries=[_entry(request, card, lang, message) for card in cards],
    )


def matter_feed(request: HttpRequest, card: PublicCard, lang: str, *, at: datetime) -> Feed:
    """How one matter stands: an entry for this state, so that each change is a new one."""
    entry = _entry(request, card, lang, _message_at((card.path,), at))
    now = uuid5(card.id, f"{card.state}/{card.changed_at.isoformat()}")
    entry = replace(entry, id=f"urn:uuid:{now}", published_at=card.changed_at)
    return Feed(
        id=f"urn:uuid:{uuid5(card.id, lang)}",
        title=f"{card.ref} {card.type_name.in_(lang)}",
        author=AUTHOR.in_(lang),
        link=entry.link,
        own_link=request.build_absolute_uri(),
        language=LANGUAGES[lang],
        updated_at=card.changed_at,
        entries=[entry],
    )


def scope_words(place: PlaceCard, type_code: str, at: datetime) -> Text:
    """What is followed: a place, or a type there."""
    if not type_code:
        return Text(f"{place.name.zh}的事项", f"Matters in {place.name.en}")
    name = subscriptions.type_words(type_code, place.path, at)
    return Text(f"{place.name.zh}的{name.zh}", f"{name.en} in {place.name.en}")


def _entry(request: HttpRequest, card: PublicCard, lang: str, message: Message | None) -> Entry:
    link = request.build_absolute_uri(reverse("follow:matter", args=[card.id]))
    words = _words(card, link, lang, message)
    return Entry(
        id=f"urn:uuid:{card.id}",
        title=words.subject,
        summary=words.body,
        link=link,
        category=card.type_code,
        published_at=card.received_at,
        updated_at=card.changed_at,
    )


def _message_at(paths: tuple[str, ...], at: datetime) -> Message | None:
    """The words for feeds of the first of these places that has a charter."""
    for path in paths:
        try:
            charter = places.charter_in_force(path, at)[1].charter
        except places.NoCharterError:
            continue
        return find_message(charter, event="news", channel="feed", audience="anyone")
    return None


def _words(card: PublicCard, link: str, lang: str, message: Message | None) -> Written:
    """The charter's words for a feed; plain facts where it has none."""
    place = subscriptions.place_words(card)
    plain = Written(f"{card.type_name.in_(lang)} · {place.in_(lang)}", card.state_name.in_(lang))
    if message is None:
        return plain
    values: dict[str, Text | str] = {
        "ref": card.ref, "type": card.type_name, "place": place, "state": card.state_name,
        "told": card.state_name, "unit": card.unit_name, "link": link, "site": AUTHOR,
    }  # fmt: skip
    return write_message(message, values, lang)


def _midnight(at: datetime) -> datetime:
    """When nothing has happened yet: the same moment all day, so that the answer is the same."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
