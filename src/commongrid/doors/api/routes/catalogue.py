"""Places, types, the charter, and what to know before raising a matter."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Query, Router
from pydantic import Field

from commongrid.charter.vocabulary import guard_text
from commongrid.doors.api import shapes, shaping
from commongrid.doors.api.answers import send
from commongrid.doors.api.bodies import AdviceBody, SimilarBody, read
from commongrid.doors.api.documents import sends
from commongrid.doors.api.entry import anybody, caller_in
from commongrid.doors.api.problems import Problem, not_found
from commongrid.doors.api.routes.common import answers, must_have_charter, place_of
from commongrid.doors.api.routes.public import ASKS
from commongrid.doors.api.written import Number
from commongrid.kernel.text import Text
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places

router = Router(tags=["catalogue"])
Code = Annotated[str, Field(max_length=20)]
At = Annotated[
    str, Query(max_length=20, description="Code of the place whose charter is asked for.")
]


@router.get(
    "/places",
    auth=anybody,
    response=answers(shapes.Places, 422),
    url_name="places",
    operation_id="list_places",
    summary="The places that have a charter, or those below a place",
)
def list_places(
    request: HttpRequest, below: Annotated[str, Query(max_length=20)] = ""
) -> HttpResponse:
    """Begin without ``below``, then go down the tree."""
    at = caller_in(request).at
    if below:
        cards = places.list_children(place_of(below, at, "below").code, at)
    else:
        paths = tuple(dict.fromkeys(card.place_path for card in places.list_charters()))
        known = places.list_places(paths)
        cards = tuple(known[path] for path in paths if path in known)
    return send(request, shapes.Places(items=[shaping.place(card) for card in cards]))


@router.get(
    "/places/at",
    auth=anybody,
    response=answers(shapes.Place, 404, 422),
    url_name="place_at",
    operation_id="locate_grid",
    summary="The grid in which a point lies",
)
def locate_grid(
    request: HttpRequest,
    lon: Annotated[Number, Query(ge=-180, le=180, allow_inf_nan=False)],
    lat: Annotated[Number, Query(ge=-90, le=90, allow_inf_nan=False)],
) -> HttpResponse:
    """Degrees WGS84."""
    card = places.locate_grid(lon, lat, caller_in(request).at)
    if card is None:
        raise not_found()
    return send(request, shaping.place(card))


@router.get(
    "/places/{code}",
    auth=anybody,
    response=answers(shapes.Place, 404),
    url_name="place",
    operation_id="get_place",
    summary="One place",
)
def get_place(request: HttpRequest, code: str) -> HttpResponse:
    """By its code."""
    return send(request, shaping.place(_known(code, request)))


@router.get(
    "/places/{code}/grids",
    auth=anybody,
    response=answers(shapes.Places, 404),
    url_name="grids",
    operation_id="list_grids",
    summary="Every grid of a place",
)
def list_grids(request: HttpRequest, code: str) -> HttpResponse:
    """In the order of their codes. Outlines are at /ogc/."""
    caller = caller_in(request)
    cards = places.list_grids(_known(code, request).path, caller.at)
    return send(request, shapes.Places(items=[shaping.place(card) for card in cards]))


@router.get(
    "/types",
    auth=anybody,
    response=answers(shapes.Types, 404, 422),
    url_name="types",
    operation_id="list_types",
    summary="The types of matter of a place, with what is promised",
)
def list_types(request: HttpRequest, place: At) -> HttpResponse:
    """By group, in the order of the charter."""
    at = caller_in(request).at
    path = place_of(place, at).path
    key = must_have_charter(path, at)
    groups = [
        shapes.TypeGroup(name=shaping.words(name), types=[shaping.type_shape(c) for c in cards])
        for name, cards in matters.list_matter_types(path=path, at=at)
    ]
    return send(request, shapes.Types(charter=key, groups=groups))


@router.get(
    "/types/{code}",
    auth=anybody,
    response=answers(shapes.TypePage, 404, 422),
    url_name="type",
    operation_id="get_type",
    summary="One type: what it asks and what is promised",
)
def get_type(request: HttpRequest, code: str, place: At) -> HttpResponse:
    """The questions are those to answer when raising a matter."""
    at = caller_in(request).at
    path = place_of(place, at).path
    must_have_charter(path, at)
    groups = matters.list_matter_types(path=path, at=at)
    found = next((c for _name, cards in groups for c in cards if c.code == code), None)
    if found is None:
        raise not_found()
    rows = matters.list_questions(path=path, at=at, type_code=code)
    questions = [shaping.question(row) for row in rows]
    return send(request, shapes.TypePage(type=shaping.type_shape(found), questions=questions))


@router.post(
    "/similar",
    auth=anybody,
    response=answers(shapes.SimilarList, 404, 413, 415, 422),
    openapi_extra=sends(SimilarBody),
    url_name="similar",
    operation_id="find_similar",
    summary="Open matters near by that may be the same",
)
def find_similar(request: HttpRequest) -> HttpResponse:
    """Ask before raising. A POST, so that nobody's point lies in an address."""
    caller = caller_in(request)
    caller.count("api-ask", tries=ASKS)
    body = read(request, SimilarBody).body
    path = place_of(body.place_code, caller.at, "place_code").path
    must_have_charter(path, caller.at)
    cards = matters.find_similar(
        at=caller.at,
        type_code=body.type_code,
        path=path,
        lon=body.lon,
        lat=body.lat,
        text=body.text,
    )
    return send(request, shapes.SimilarList(items=[shaping.similar(card) for card in cards]))


@router.post(
    "/sort-advice",
    auth=anybody,
    response=answers(shapes.Advice, 404, 413, 415, 422),
    openapi_extra=sends(AdviceBody),
    url_name="sort_advice",
    operation_id="advise_before_raising",
    summary="Whether this should go another way at once, and why",
)
def advise(request: HttpRequest) -> HttpResponse:
    """Advice with the word that led to it; a person decides. Nothing of it is kept."""
    caller = caller_in(request)
    caller.count("api-ask", tries=ASKS)
    body = read(request, AdviceBody).body
    path = place_of(body.place_code, caller.at, "place_code").path
    must_have_charter(path, caller.at)
    found = matters.advise_before_raising(
        path=path,
        at=caller.at,
        text=body.text,
        type_code=body.type_code,
        answers=dict(body.answers),
    )
    told = shapes.Advice(
        is_advised=found is not None,
        rule=found.rule if found else "",
        outcome=found.outcome if found else "",  # type: ignore[arg-type]
        case=found.case if found else "",
        say=shaping.words(found.answer if found else Text("", "")),
        line=found.line if found else "",
        because=found.because if found else "",
    )
    return send(request, told)


@router.get(
    "/charter",
    auth=anybody,
    response=answers(shapes.CharterShape, 404, 422),
    url_name="charter",
    operation_id="get_charter",
    summary="Which charter is in force at a place",
)
def get_charter(request: HttpRequest, place: At) -> HttpResponse:
    """With the digest by which a copy of its files can be checked."""
    at = caller_in(request).at
    card = places.get_charter_card(must_have_charter(place_of(place, at).path, at))
    body = shapes.CharterShape(
        key=card.key,
        charter_id=card.charter_id,
        version=card.version,
        digest=card.digest,
        place_code=card.place_code,
        valid_from=card.valid_from,
        adopted_at=card.adopted_at,
    )
    return send(request, body)


@router.get(
    "/why/{rule}",
    auth=anybody,
    response=answers(shapes.RuleShape, 404, 422),
    url_name="why",
    operation_id="get_rule",
    summary="What a rule id of a problem or an act says",
)
def get_rule(request: HttpRequest, rule: str, place: At) -> HttpResponse:
    """Rules of steps, such as ``event.reported.accept``; what follows a slash is left aside."""
    at = caller_in(request).at
    path = place_of(place, at).path
    must_have_charter(path, at)
    key, book = places.charter_in_force(path, at)
    rows = [row for row in book.charter.transitions if row.rule_id == rule]
    if not rows:
        say = gettext("The charter of this place has no step with this rule id.")
        raise Problem(404, "api.not_found", say)
    told = [
        shapes.RuleRow(
            from_state=row.from_state,
            action=row.action,
            to_state=row.to_state,
            label=shaping.words(book.label(row.action)),
            needs=list(row.needs),
            conditions=[shaping.words(guard_text(guard)) for guard in row.guards],
            holders=[
                shapes.Holder(
                    role=shaping.words(book.role_name(power.role)),
                    scope=power.scope.value,
                    basis=shaping.words(power.basis),
                )
                for power in book.powers.get(row.power, ())
            ],
            source=str(row.source),
        )
        for row in rows
    ]
    return send(request, shapes.RuleShape(rule=rule, charter=key, rows=told))


def _known(code: str, request: HttpRequest) -> places.PlaceCard:
    card = places.find_place(code, caller_in(request).at)
    if card is None:
        raise not_found()
    return card
