"""The power ledger: powers of a place, one power, and the same as tables for programs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from commongrid.charter.compiler import Compiled
from commongrid.doors.common.gates import public
from commongrid.doors.powers import charts, downloads, present
from commongrid.doors.powers.reading import DATA_S, data, month_asked, page, place_or_404
from commongrid.rooms.oversight.face import SETTLE_DAYS
from commongrid.rooms.places import face as places
from commongrid.rooms.publications import face as publications
from commongrid.rooms.publications.face import PowerMonthCard


@public
@require_safe
def chooser(request: HttpRequest) -> HttpResponseBase:
    """All places with a charter, and since when each has figures."""
    newest = publications.list_powered_places()
    rows = [(place, newest.get(place.code)) for place in places.list_chartered_places()]
    return page(request, "chooser", rows=rows)


@public
@require_safe
def definitions(request: HttpRequest) -> HttpResponseBase:
    """What is counted, in words and as a query; what undoes what."""
    undone = [(power, sorted(steps)) for power, steps in publications.undoing_steps().items()]
    return page(request, "definitions", undone=undone, settle_days=SETTLE_DAYS)


@public
@require_safe
@places.one_look()
def ledger(request: HttpRequest, code: str) -> HttpResponseBase:
    """The powers of a place: how often each was used in a month, and who holds what."""
    place, compiled = place_or_404(code)
    card = _month_or_404(request, code)
    chosen = request.GET.get("role", "")
    said = {
        **_head(place, compiled, card),
        "months": publications.list_power_months(code),
        "chapters": _chapters(card, compiled),
        "roles": _roles(compiled),
        "chosen": compiled.charter.roles.get(chosen),
        "held": _held(chosen, compiled),
        "settle_days": SETTLE_DAYS,
        "has_small": bool(compiled.charter.small_powers),
        "has_affairs": bool(compiled.charter.publications),
    }
    return page(request, "ledger", **said)


@public
@require_safe
@places.one_look()
def power(request: HttpRequest, code: str, power: str) -> HttpResponseBase:
    """One power: basis, holders, flow chart, and how it was used, month by month."""
    place, compiled = place_or_404(code)
    rows = compiled.powers.get(power)
    if not rows:
        raise Http404
    card = _month_or_404(request, code)
    parts = publications.list_power_parts(code, power, until=card.month if card else None)
    said = {
        **_head(place, compiled, card),
        "power": power,
        "name": present.name_of(power, compiled),
        "holders": present.holders_of(rows, compiled),
        "charts": charts.charts_of(power, compiled, present.language()),
        "steps": charts.steps_of(power, compiled),
        "is_counted": present.is_counted(power, compiled),
        "part": _part_view(parts[0].content, power) if card and _is_of(parts, card) else None,
        "past": _past(parts, power),
        "settle_days": SETTLE_DAYS,
    }
    return page(request, "power", **said)


@public
@require_safe
def ledger_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """The rows of a month as CSV."""
    _, compiled = place_or_404(code)
    card = _published_or_404(request, code)
    answer = HttpResponse(
        downloads.as_csv(card, publications.list_all_parts(code, card.month), compiled),
        content_type="text/csv; charset=utf-8",
    )
    name = f"{code}-powers-{card.month:%Y-%m}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = f"public, max-age={DATA_S}"
    return answer


@public
@require_safe
def ledger_json(request: HttpRequest, code: str) -> HttpResponseBase:
    """Everything published of a month, as it was frozen: what the digest in the act is of."""
    place_or_404(code)
    card = _published_or_404(request, code)
    return data(downloads.as_plain(card, publications.list_all_parts(code, card.month)))


@public
@require_safe
def small(request: HttpRequest, code: str) -> HttpResponseBase:
    """The list of small powers of a place: holder, basis, steps, who watches."""
    place, compiled = place_or_404(code)
    rows: list[dict[str, Any]] = [
        {"row": row, **present.mark_of(row), "steps": [words for _, words in row.steps]}
        for row in compiled.charter.small_powers.values()
    ]
    kinds = [(kind, [one for one in rows if one["row"].kind == kind]) for kind in KINDS]
    said = {
        **_head(place, compiled, None),
        "kinds": [(kind, found) for kind, found in kinds if found],
        "is_example": any(
            "CommonGrid" in row.source for row in compiled.charter.small_powers.values()
        ),
    }
    return page(request, "small", **said)


KINDS = ("collective", "service")
EXAMPLE = "CommonGrid example"  # the source of rows that only show the form


def _head(
    place: places.PlaceCard, compiled: Compiled, card: PowerMonthCard | None
) -> dict[str, Any]:
    return {
        "place": place,
        "place_name": present.say(place.name),
        "charter": compiled.key,
        "publication": card,
        "month_name": present.month_name(card.month) if card else "",
    }


def _month_or_404(request: HttpRequest, code: str) -> PowerMonthCard | None:
    asked = month_asked(request)
    card = publications.find_power_month(code, asked)
    if card is None and asked is not None:
        raise Http404
    return card


def _published_or_404(request: HttpRequest, code: str) -> PowerMonthCard:
    card = _month_or_404(request, code)
    if card is None:
        raise Http404
    return card


def _roles(compiled: Compiled) -> list[dict[str, Any]]:
    """Every role with the number of powers it holds; rights of residents are named so."""
    held = [row.role for row in compiled.charter.powers]
    return [
        {
            "role": role.role,
            "name": present.say(role.name),
            "count": held.count(role.role),
            "is_right": role.body in present.RIGHTS,
        }
        for role in compiled.charter.roles.values()
        if role.role in held
    ]


def _held(role: str, compiled: Compiled) -> list[dict[str, Any]]:
    return [
        {
            "power": row.power,
            "name": present.name_of(row.power, compiled),
            "holder": present.holders_of((row,), compiled)[0],
        }
        for row in compiled.charter.powers
        if row.role == role
    ]


def _is_of(parts: tuple[publications.PowerPartCard, ...], card: PowerMonthCard) -> bool:
    return bool(parts) and parts[0].month == card.month


def _chapters(card: PowerMonthCard | None, compiled: Compiled) -> tuple[present.UseChapter, ...]:
    if card is None:
        return ()
    parts = publications.list_all_parts(card.root_code, card.month)
    return present.use_chapters(card, parts, compiled)


def _part_view(content: Any, power: str) -> dict[str, Any]:
    most = max((count for _, count in content["by_place"]), default=1)
    fate = content["fate"]
    return {
        "used": present.number(content["used"]),
        "is_none": not content["used"],
        "undone": present.number(fate[1]) if fate else "",
        "can_be_undone": present.can_be_undone(power),
        "by_place": [
            (present.joined(names), present.number(count), present.bar(count, most))
            for names, count in content["by_place"]
        ],
        "reasons": [
            (present.joined(names), present.number(count)) for names, count in content["reasons"]
        ],
        "waits": present.wait_rows(content["waits"]),
    }


def _past(parts: tuple[publications.PowerPartCard, ...], power: str) -> list[dict[str, Any]]:
    most = max((part.content["used"] for part in parts), default=1)
    return [
        {
            "month": part.month,
            "used": present.number(part.content["used"]),
            "undone": present.number(part.content["fate"][1])
            if part.content["fate"] and present.can_be_undone(power)
            else "",
            "bar": present.bar(part.content["used"], most),
        }
        for part in parts
    ]
