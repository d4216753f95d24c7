"""One request for each row of the table, about a thing of its kind, and what may come back."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from commongrid.kernel.ids import new_id
from commongrid.ledger.models import Act
from tests.doors.desk.town import picture
from tests.security.access_table import Row, named_routes, rows
from tests.security.two_places import GRIDS, HERE, Person, Standing, Thing, account_of, reads
from tests.security.young import OWED

SHUT = frozenset({401, 403, 404, 405, 500})
FONTLESS = 503  # a PDF where the fonts are not installed: it says so
LOGIN = "/staff/login/"
OF_A_MATTER = ("complaint", "sealed", "request")
"""Kinds of matters with readers of their own: every address of a matter is asked for them too."""
SHOWS_CONTACT = frozenset({"desk:reveal", "desk:field_contact", "field:contact", "outside:contact"})
BESIDE = {
    "complaints:complaint": ("grievance-unit",),
    "about:send_again": ("letter-hook", "letter-house"),
    "about:let_go": ("letter-hook", "letter-house"),
}
"""What else an address is asked about: things of the same kind with other readers."""
YOUNG = frozenset({"duties", "powers", "complain", "complaints", "oversight"})
"""Doors whose keys are their own: what is not planted is asked with keys that name nothing."""
ELSEWHERE = {"api:v1:nothing": "/api/v1/never", "ogc:nothing": "/ogc/never"}

QUERIES: Mapping[str, Callable[[Standing], dict[str, str]]] = {
    "planner:propose": lambda standing: {"rehearsal": standing.the("rehearsal").id},
    "desk:new_follow": lambda _standing: {
        "grid": GRIDS["here"],
        "type": "B02",
    },
    "planner:reading": lambda _standing: {"place": HERE},
    "about:changes": lambda standing: {"old": standing.charter, "new": standing.charter},
}


@dataclass(frozen=True)
class Question:
    """One request: the row it tests, and the things that its address names."""

    row: Row
    method: str
    address: str
    data: Mapping[str, Any] = field(default_factory=dict)
    things: tuple[Thing, ...] = ()
    is_blind: bool = False  # nothing is known to put into the address: there is no such page

    def __str__(self) -> str:
        kinds = "+".join(thing.about for thing in self.things)
        return f"{self.method} {self.row.route} ({kinds or 'nothing'})"


@dataclass(frozen=True)
class Answer:
    """What came back, as far as it can leak."""

    status: int
    goal: str
    body: str
    acts: int

    @property
    def kind(self) -> str:
        """login, or the status; a page that asks again who one is counts as itself."""
        return "login" if self.goal.startswith(LOGIN) else str(self.status)


@cache
def patterns() -> Mapping[str, Any]:
    """Url patterns by name."""
    return dict(named_routes())


def questions(standing: Standing, *, is_for: Any) -> Iterator[Question]:
    """Every method of every row that ``is_for`` takes, for every kind of thing it can name."""
    for row in rows():
        if not is_for(row):
            continue
        for things in _targets(standing, row):
            address = address_of(standing, row, things)
            for method in row.methods:
                data = _data(row.route, things)
                yield Question(row, method, address, data, things, is_blind(standing, row))


def _targets(standing: Standing, row: Row) -> Iterator[tuple[Thing, ...]]:
    """What the address names: the thing the row is about, and for a matter its other kinds."""
    about = row.about
    known = {thing.about for thing in standing.things}
    if about not in known or (row.outsider == "empty" and not _names(row, "account_id")):
        yield ()
        return
    first = standing.the(about)
    if row.route == "desk:compare":
        yield first, next(t for t in standing.things if t.about == "matter" and t.id != first.id)
        return
    yield (first,)
    yield from ((standing.the(kind),) for kind in BESIDE.get(row.route, ()))
    if about == "matter" and _names(row, "matter_id") and not _names(row, "photo_id", "sound_id"):
        yield from ((standing.the(kind),) for kind in OF_A_MATTER)


def _names(row: Row, *params: str) -> bool:
    """Whether the address has one of these parts."""
    pattern = patterns()[row.route].pattern
    return any(f"{name}>" in str(pattern) for name in params)


def address_of(standing: Standing, row: Row, things: tuple[Thing, ...]) -> str:
    """The address with the keys of what it names, or of the first matter here."""
    if row.route in ELSEWHERE:
        return ELSEWHERE[row.route]
    wanted = set(patterns()[row.route].pattern.regex.groupindex)
    given = {**_keys(standing), **_own(standing, row.route)}
    if things and things[0].about in ("matter", *OF_A_MATTER):
        given |= {"matter_id": things[0].id, "matter": things[0].id}
    if things and things[0].about in BESIDE.get(row.route, ()):
        given["ref"] = given["delivery_id"] = things[0].id
    if len(things) > 1:
        given["other_id"] = things[1].id
    if row.about == "intake" or row.who == ("anybody",):
        given["matter_id"] = given["matter"] = standing.the("intake").id
    query = QUERIES.get(row.route, lambda _standing: {})(standing)
    kwargs = {name: given.get(name, _any_key(row, name)) for name in wanted}
    address = reverse(row.route, kwargs=kwargs)
    return f"{address}?{urlencode(query)}" if query else address


def is_blind(standing: Standing, row: Row) -> bool:
    """Whether nothing is known to put into the address: then there may be no such page."""
    if row.route in ELSEWHERE:
        return False
    known = set(_own(standing, row.route))
    if row.route.partition(":")[0] not in YOUNG:
        known |= _keys(standing).keys()
    elif row.is_of_staff and row.about not in {thing.about for thing in standing.things}:
        return True
    return bool(set(patterns()[row.route].pattern.regex.groupindex) - known)


def _any_key(row: Row, name: str) -> Any:
    """Something of the right form that names nothing."""
    converter = patterns()[row.route].pattern.converters.get(name)
    forms = {"UUIDConverter": UUID(int=1), "IntConverter": 1}
    return forms.get(type(converter).__name__, "x")


def _keys(standing: Standing) -> dict[str, Any]:
    """What fills the parts of addresses, by their names."""
    matter = standing.the("matter")
    return {
        "matter_id": matter.id, "matter": matter.id, "other_id": matter.id,
        "photo_id": matter.more["photo"], "sound_id": matter.more["sound"],
        "link_id": matter.more["link"].id, "handover_id": standing.the("handover").id,
        "phone_id": standing.the("phone").id, "key_id": standing.the("key").id,
        "account_id": standing.the("person").id, "post_id": standing.the("person").more["post"],
        "webhook_id": standing.the("webhook").id, "delivery_id": standing.the("letter").id,
        "intention_id": standing.the("returned").id, "request_id": standing.the("request").id,
        "ref": standing.the("rehearsal").id, "action": "note", "what": "agree",
        "step": "tell_authority", "code": HERE, "key": standing.charter, "part": "types",
        "figure": "raised", "form": "json", "collection_id": "matters", "format_name": "csv",
        "feature_id": GRIDS["here"], "name": "figures", "language": "en", "sha": "0" * 64,
        "token": "x" * 32, "position": 0, "type": "A01",
    }  # fmt: skip


def _own(standing: Standing, route: str) -> dict[str, Any]:
    """Where one name of a part means something else."""
    matter = standing.the("matter")
    finding, sample = standing.the("finding").id, standing.the("sample").id
    grievance, duty = standing.the("grievance").id, standing.the("duty").id
    drawn, publisher = standing.the("drawn"), standing.the("publisher")
    return {
        "duties:show": {"ref": duty},
        "duties:do": {"ref": duty, "what": "answer"},
        "duties:admission": {"ref": duty},
        "duties:place": {"code": HERE},
        "powers:publish": {"body": publisher.id, "rule": "affairs", "period": OWED},
        "powers:affair": {"affair_id": publisher.more["affair"]},
        "powers:affairs": {"code": HERE},
        "powers:affairs_json": {"code": HERE},
        "powers:body": {"code": HERE, "body": publisher.id},
        "oversight:finding": {"finding": finding},
        "oversight:finding_do": {"finding": finding, "what": "withdraw"},
        "oversight:sample": {"sample": sample},
        "oversight:recheck": {"sample": drawn.id, "drawn": drawn.more["drawn"]},
        "oversight:sample_draw": {"sample": sample},
        "oversight:sample_frame": {"sample": drawn.id},
        "complaints:complaint": {"ref": grievance},
        "complaints:do": {"ref": grievance, "what": "take"},
        "about:breach_step": {"ref": standing.the("breach").id},
        "planner:proposal": {"ref": standing.the("rehearsal").more["proposal"]},
        "planner:proposal_do": {
            "ref": standing.the("rehearsal").more["proposal"], "what": "withdraw",
        },
        "oversight:watch": {"watch": "overdue"},
        "open311:request": {"ref": matter.id},
        "open311:definition": {"code": "A01"},
        "open311:token": {"token": matter.id},
        "api:v1:type": {"code": "A01"},
        "ogc:item": {"collection_id": "grids"},
        "resident:grid_post": {"code": GRIDS["here"]},
        "resident:my_link": {"code": matter.more["receipt"]},
        "resident:my_act": {"action": "withdraw"},
        "outside:enter": {"token": matter.more["link"].token},
        "api:v1:why": {"rule": "matter.sealed"},
        "api:v1:own_step": {"action": "withdraw"},
        "outside:act": {"action": "outside_ask"},
        "follow:place_feed": {"form": "atom"},
        "follow:matter_feed": {"form": "atom"},
        "log:tile": {"name": "0/000"},
    }.get(route, {})  # fmt: skip


def _data(route: str, things: tuple[Thing, ...]) -> dict[str, Any]:
    """What makes the form whole, so that only the right to send it decides."""
    ids = {"command_id": str(new_id())}
    sent: dict[str, dict[str, Any]] = {
        "desk:act": {"note": "zq note"},
        "desk:reveal": {"purpose": "call back"},
        "desk:rights": {"do": "restrict", "text": "", "address": ""},
        "desk:write_down": {"words": "zq words"},
        "desk:redact": {"boxes": "0.1,0.1,0.2,0.2"},
        "desk:add_photos": {"stage": "evidence", "photos": _upload()},
        "desk:link_new": {"body": "zq", "until_on": "2026-03-17", "steps": ["outside_ask"]},
        "desk:field_one": {"how": "not_needed", "words": "zq"},
        "desk:field_contact": {"reason": "call back"},
        "staff:handover_do": {"is_agreed": "on", "reason": "zq"},
        "staff:phone_revoke": {"why": "lost", "reason": "zq"},
        "staff:key_revoke": {"reason": "zq"},
        "staff:end_post": {"reason": "zq"},
        "staff:person_close": {"reason": "zq"},
        "staff:person_allow": {"what": "reveal", "reason": "zq"},
        "staff:person_second_step": {"reason": "zq"},
        "planner:proposal_do": {"reason": "zq"},
        "about:assess": {"purposes": "contact", "findings": "zq", "measures": "zq"},
        "about:breach": {"what": "zq", "kinds": "contact", "found_at": "2026-03-10T08:00"},
        "about:breach_step": {"words": "zq"},
        "powers:publish": {"title": "zq", "text": "zq"},
        "duties:do": {"answer": "for", "words": "zq"},
        "complain:say": {"words": "zq"},
        "complain:erase": {"is_sure": "on"},
        "oversight:finding_do": {"text": "zq"},
        "oversight:recheck": {"found": "solved", "how": "zq"},
        "planner:ask": {"plan": things[0].more.get("plan", "") if things else ""},
    }
    if route in ("api:v1:step", "api:v1:own_step"):
        return {"fields": {"note": "zq", "purpose": "zq"}}
    if route == "desk:offer":
        return {**ids, "unit": "sanitation", "reason": "zq"}
    return {**ids, **sent.get(route, {})}


def _upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", io.BytesIO(picture()).read(), content_type="image/jpeg")


def ask(client: Client, question: Question, **headers: str) -> Answer:
    """Send it, read all of the answer, and leave everything as it was."""
    before = Act.objects.count()
    given: dict[str, Any] = {"headers": headers}
    if question.row.route.startswith("api:") and question.method != "GET":
        given |= {"data": dict(question.data), "content_type": "application/json"}
    elif question.method == "POST":
        given["data"] = {k: _again(v) for k, v in question.data.items()}
    with transaction.atomic():
        response = getattr(client, question.method.lower())(question.address, **given)
        answer = Answer(
            status=response.status_code,
            goal=response.headers.get("Location", ""),
            body=_body(response) + response.headers.get("Location", ""),
            acts=Act.objects.count() - before,
        )
        transaction.set_rollback(True)
    return answer


def _again(value: Any) -> Any:
    if isinstance(value, SimpleUploadedFile):
        value.seek(0)
    return value


def _body(response: HttpResponseBase) -> str:
    if getattr(response, "streaming", False):
        return b"".join(response).decode("utf-8", "replace")  # type: ignore[call-overload]
    return bytes(response.content).decode("utf-8", "replace")  # type: ignore[attr-defined]


def expected(question: Question, person: Person) -> str:
    """What the table says somebody of the staff gets: open, or a status."""
    row = question.row
    if row.roles and person.roles.isdisjoint(row.roles):
        return "403"
    if row.outsider.isdecimal() and not all(reads(person, thing) for thing in question.things):
        return row.outsider
    return "open"


def judge(question: Question, person: Person, answer: Answer, standing: Standing) -> str:
    """What is wrong with an answer to somebody of the staff, or nothing."""
    wanted, got = expected(question, person), answer.kind
    if question.is_blind and wanted != "403" and answer.status == 404:
        return leak(question, answer, lambda thing: reads(person, thing), standing, person.name)
    if wanted == "open":
        if got == "login" or (answer.status in SHUT and answer.status != FONTLESS):
            return f"{got} for {person.name}, who may"
    elif got != wanted:
        return f"{got}, not {wanted}, for {person.name}"
    if wanted != "open" and answer.acts:
        return f"an act by {person.name}, who may not"
    return leak(question, answer, lambda thing: reads(person, thing), standing, person.name)


def leak(question: Question, answer: Answer, may: Any, standing: Standing, who: str) -> str:
    """The first word of the body that stands in something this caller may not read."""
    for thing in standing.things:
        shown = [w for w in thing.words if w in answer.body and w not in question.address]
        if shown and not may(thing):
            return f"words of the {thing.about} {thing.where} for {who}"
        opened = [word for word in thing.contact if word in answer.body]
        if opened and (question.row.route not in SHOWS_CONTACT or not may(thing)):
            return f"contact data of the {thing.about} {thing.where} for {who}"
    return ""


def faults_of(
    standing: Standing,
    asked: Sequence[Question],
    people: Iterable[Person],
    is_asked: Callable[[int, Person], bool] = lambda _place, _person: True,
) -> Iterator[str]:
    """Let people ask, and say what is wrong with the answers."""
    for person in people:
        client = Client(headers={"accept-language": "en"})
        client.force_login(account_of(person))
        cookies = client.cookies.output(header="", sep=";")  # some pages take the session away
        for place, question in enumerate(asked):
            if is_asked(place, person):
                client.cookies = SimpleCookie(cookies)
                answer = ask(client, question)
                if fault := judge(question, person, answer, standing):
                    yield f"{question}: {fault}"
