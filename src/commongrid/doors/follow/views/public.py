"""What anybody may follow: pages, feeds, and asking for mail."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from commongrid.doors.common.gates import public, receipt
from commongrid.doors.follow.feeds import TYPES, Feed, atom, rss
from commongrid.doors.follow.forms import MailForm, WhatForm
from commongrid.doors.follow.listing import LANGUAGES, matter_feed, place_feed, scope_words
from commongrid.doors.follow.views.edge import (
    asking,
    followable,
    language,
    now,
    place_or_404,
    types_at,
)
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.face import PublicCard, PublicFilters
from commongrid.rooms.subscriptions import face as subscriptions

SHOWN = 5
FEED_S = 300


@public
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Choose a place, and see how it can be followed."""
    at, listed = now(), followable(now())
    if not listed:
        return render(request, "follow/index.html", {"place": None, "form": None})
    code = request.GET.get("place") or listed[0].code
    place = next((one for one in listed if one.code == code), None)
    if place is None:
        raise Http404
    types = types_at(place, at)
    type_code = request.GET.get("type", "")
    chosen = type_code if type_code in dict(types) else ""
    initial = {"place": place.code, "type": chosen}
    form = WhatForm(initial=initial, places=listed, types=types, language=language())
    filters = PublicFilters(path=place.path, types=(chosen,) if chosen else (), order="changed")
    page = {
        "form": form,
        "place": place,
        "type_code": chosen,
        "scope": scope_words(place, chosen, at).in_(language()),
        "cards": matters.list_public_matters(at=at, filters=filters, size=SHOWN).cards,
        "mail_form": MailForm(initial=initial),
        "is_chosen": "place" in request.GET,
        **_about_mail(),
    }
    return render(request, "follow/index.html", page)


@public
@require_safe
def matter(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """One public matter, and how to follow it."""
    card = _public_or_404(matter_id)
    place = subscriptions.place_words(card)
    page = {
        "card": card,
        "place": place,
        "mail_form": MailForm(initial={"matter": card.id}),
        **_about_mail(),
    }
    return render(request, "follow/matter.html", page)


@public
@asking
@require_POST
def ask(request: HttpRequest) -> HttpResponseBase:
    """Ask for mail: a question to confirm goes to the address, whoever it belongs to."""
    form = MailForm(request.POST)
    if not settings.MAIL_IS_ON:
        raise Http404
    if form.is_valid():
        given = form.cleaned_data
        followed = subscriptions.Followed(
            matter_id=given["matter"],
            place_code="" if given["matter"] else given["place"],
            type_code="" if given["matter"] else given["type"],
        )
        try:
            subscriptions.ask_by_mail(
                at=now(), followed=followed, email=given["email"], language=language()
            )
        except Refused as refusal:
            form.add_error("email", refusal.verdict.say.in_(language()))
        else:
            return redirect("follow:asked")
    page = {"mail_form": form, "form": form, "has_mail": True}
    return render(request, "follow/ask.html", page, status=422)


@public
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """A question is on its way; the same words whether or not the address was known."""
    return render(request, "follow/asked.html")


@receipt
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:
    """Confirm an address. Opening the link asks; programs that open links confirm nothing."""
    at = now()
    card = subscriptions.find_subscription(token, purpose="confirm", at=at)
    is_done = request.method == "POST" and subscriptions.confirm_subscription(token, at=at)
    state = "done" if is_done or (card and card.is_confirmed) else "ask" if card else "over"
    page = {"card": card, "state": state, "scope": card.scope.in_(language()) if card else ""}
    return render(request, "follow/confirm.html", page, status=404 if state == "over" else 200)


@csrf_exempt
@receipt
def stop(request: HttpRequest, token: str) -> HttpResponseBase:
    """Stop mail. A mail program posts here by itself (RFC 8058), without our form's token; the
    link is what only the reader of the mail has.
    """
    if not subscriptions.is_stop_link(token):
        return render(request, "follow/stop.html", {"state": "unknown"}, status=404)
    if request.method == "POST":
        subscriptions.stop_mail(token, at=now())
        return render(request, "follow/stop.html", {"state": "done"})
    return render(request, "follow/stop.html", {"state": "ask"})


@public
@require_safe
def place_list(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """A place, or one type there, as a feed."""
    at, place = now(), place_or_404(code)
    type_code = request.GET.get("type", "")
    if type_code and type_code not in dict(types_at(place, at)):
        raise Http404
    return _answer(request, place_feed(request, place, type_code, _lang(request), at=at), form)


@public
@require_safe
def matter_list(request: HttpRequest, matter_id: UUID, form: str) -> HttpResponseBase:
    """One matter as a feed."""
    card = _public_or_404(matter_id)
    return _answer(request, matter_feed(request, card, _lang(request), at=now()), form)


def _answer(request: HttpRequest, feed: Feed, form: str) -> HttpResponseBase:
    """The feed, or 304 when the reader has it."""
    body = atom(feed) if form == "atom" else rss(feed)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    changed = int(feed.updated_at.timestamp())
    response: Any = HttpResponse(body, content_type=f"{TYPES[form]}; charset=utf-8")
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(changed)
    response.headers["Cache-Control"] = f"public, max-age={FEED_S}"
    found: HttpResponseBase = get_conditional_response(
        request, etag=etag, last_modified=changed, response=response
    )
    return found


def _lang(request: HttpRequest) -> str:
    """The language in the address: a reader of feeds sends no cookie, and caches stay simple."""
    lang = request.GET.get("lang", "zh")
    if lang not in LANGUAGES:
        raise Http404
    return lang


def _public_or_404(matter_id: UUID) -> PublicCard:
    try:
        return matters.get_public_matter(at=now(), matter_id=matter_id)
    except LookupError as error:
        raise Http404 from error


def _about_mail() -> dict[str, Any]:
    return {"has_mail": settings.MAIL_IS_ON, "feed_lang": "zh" if language()[:2] == "zh" else "en"}
