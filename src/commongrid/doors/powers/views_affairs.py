"""What villages and communities publish: how each promise stands, and every publication."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from commongrid.charter.compiler import Compiled
from commongrid.charter.schema import Publication
from commongrid.doors.common.gates import public
from commongrid.doors.powers import present
from commongrid.doors.powers.reading import DATA_S, data, page, place_or_404
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from commongrid.rooms.publications import face as publications
from commongrid.rooms.publications.face import AffairCard, AffairPromise

ON_A_PAGE = 20
TONES = {"kept": "green", "late": "yellow", "overdue": "red", "running": "blue"}
OWED = ("overdue", "running")


@public
@require_safe
@places.one_look()
def affairs(request: HttpRequest, code: str) -> HttpResponseBase:
    """Every body of a place and how its newest promises stand; what was published last."""
    place, compiled = place_or_404(code)
    promises = publications.list_promises(place, at=timezone.now())
    bodies = publications.list_bodies(place, compiled, timezone.now())
    count = publications.count_affairs(place.path)
    newest = Paginator(range(count), ON_A_PAGE).get_page(request.GET.get("page"))
    offset = (newest.number - 1) * ON_A_PAGE
    cards = publications.list_affairs(place.path, limit=ON_A_PAGE, offset=offset)
    said = {
        "place": place,
        "place_name": present.say(place.name),
        "rules": [_rule_view(rule) for rule in compiled.charter.publications.values()],
        "bodies": _bodies(bodies, promises),
        "cards": _card_views(cards, compiled),
        "page": newest,
    }
    return page(request, "affairs", **said)


@public
@require_safe
@places.one_look()
def affairs_json(_request: HttpRequest, code: str) -> HttpResponseBase:
    """How every promise of a place stands, for programs."""
    place, _ = place_or_404(code)
    rows = publications.list_promises(place, at=timezone.now())
    return data(
        {
            "place": place.code,
            "promises": [
                {
                    "body": row.place.code,
                    "name": {"zh": row.place.name.zh, "en": row.place.name.en},
                    "publication": row.rule.publication,
                    "period": row.period,
                    "due_at": row.due_at.isoformat(),
                    "status": row.status,
                    "published_at": row.published.published_at.isoformat()
                    if row.published
                    else None,
                    "digest": row.published.digest if row.published else None,
                }
                for row in rows
            ],
        }
    )


@public
@require_safe
@places.one_look()
def body(request: HttpRequest, code: str, body: str) -> HttpResponseBase:
    """One village or community: every period that is over, and what it published at once."""
    place, compiled = place_or_404(code)
    known = {one.code: one for one in publications.list_bodies(place, compiled, timezone.now())}
    if body not in known:
        raise Http404
    promises = publications.list_promises(place, at=timezone.now())
    cards = publications.list_affairs(known[body].path)
    said = {
        "place": place,
        "place_name": present.say(place.name),
        "body": known[body],
        "promises": [promise_view(row) for row in promises if row.place.code == body],
        "cards": _card_views(cards, compiled),
    }
    return page(request, "body", **said)


@public
@require_safe
def affair(request: HttpRequest, affair_id: UUID) -> HttpResponseBase:
    """One publication, as it was published, with its digest."""
    card = publications.find_affair(affair_id)
    place = places.find_place(card.place_code) if card else None
    if card is None or place is None:
        raise Http404
    compiled = places.charter_in_force(place.path, timezone.now())[1]
    root = places.get_place(compiled.charter.place)
    said = {
        "card": card,
        "root": root,
        "body": place,
        "place_name": present.say(root.name),
        "view": _card_view(card, compiled, place),
        "is_picture": card.file_kind.startswith("image/"),
        "may_correct": _may_correct(request, card),
    }
    return page(request, "affair", **said)


@public
@require_safe
def affair_file(_request: HttpRequest, affair_id: UUID) -> HttpResponseBase:
    """The picture or table that goes with a publication; nothing in it is run."""
    card = publications.find_affair(affair_id)
    content = publications.read_file(affair_id) if card else None
    if card is None or content is None:
        raise Http404
    is_picture = card.file_kind.startswith("image/")
    answer = HttpResponse(
        content, content_type=card.file_kind if is_picture else "text/csv; charset=utf-8"
    )
    how = "inline" if is_picture else "attachment"
    answer.headers["Content-Disposition"] = f'{how}; filename="{card.file_name}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = f"public, max-age={DATA_S}"
    return answer


def _may_correct(request: HttpRequest, card: AffairCard) -> bool:
    if not request.user.is_authenticated or card.corrected_by is not None:
        return False
    actor = people.staff_actor(request.user.pk, timezone.now())
    return bool(publications.may_publish(actor, card.place_path, timezone.now()))


def status_name(status: str) -> str:
    """How a promise stands, in words."""
    return {
        "kept": gettext("published in time"),
        "late": gettext("published late"),
        "overdue": gettext("not published, overdue"),
        "running": gettext("not due yet"),
    }[status]


def promise_view(row: AffairPromise) -> dict[str, Any]:
    """One promise in words, with how many days it was or is late."""
    until = row.published.published_at if row.published else timezone.now()
    days = (until - row.due_at).days + 1 if row.status in ("late", "overdue") else 0
    return {
        "rule": row.rule.publication,
        "name": present.say(row.rule.name),
        "period": row.period,
        "due": present.day_name(row.due_at),
        "status": row.status,
        "words": status_name(row.status),
        "tone": TONES[row.status],
        "days": days,
        "card": row.published,
        "place": row.place,
        "is_owed": row.status in OWED,
    }


def _bodies(
    bodies: Sequence[places.PlaceCard],
    promises: Sequence[AffairPromise],
) -> list[dict[str, Any]]:
    """Bodies by code, each with its newest promise of every rule and how many are overdue."""
    rows = []
    for place in bodies:
        own = [row for row in promises if row.place.code == place.code]
        newest: dict[str, AffairPromise] = {}
        for row in own:
            newest.setdefault(row.rule.publication, row)
        rows.append(
            {
                "place": place,
                "newest": [promise_view(row) for row in newest.values()],
                "overdue": sum(row.status == "overdue" for row in own),
            }
        )
    return rows


def _rule_view(rule: Publication) -> dict[str, Any]:
    every = {
        "month": gettext("every month"),
        "quarter": gettext("every quarter"),
        "at_once": gettext("at once, when it is decided"),
    }
    return {
        "name": present.say(rule.name),
        "every": every[rule.every],
        "within": present.duration_name(rule.within),
        "basis": present.say(rule.basis),
        **present.mark_of(rule),
    }


def _card_views(cards: Sequence[AffairCard], compiled: Compiled) -> list[dict[str, Any]]:
    """Cards in words. Cost: 1 statement for all their places."""
    known = places.list_places(tuple({card.place_path for card in cards}))
    return [_card_view(card, compiled, known[card.place_path]) for card in cards]


def _card_view(card: AffairCard, compiled: Compiled, body: places.PlaceCard) -> dict[str, Any]:
    rule = compiled.charter.publications.get(card.rule)
    status = "late" if card.is_late else "kept"
    return {
        "card": card,
        "rule": present.say(rule.name) if rule else card.rule,
        "body": body,
        "words": status_name(status),
        "tone": TONES[status],
        "due": present.day_name(card.due_at),
    }
