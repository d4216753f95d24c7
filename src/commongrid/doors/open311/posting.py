"""A report as the standard sends it: read, checked, and raised like any other.

``device_id`` and ``account_id`` are taken and dropped: nobody is followed from one report to the
next. Attributes that the type does not ask for are dropped too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from commongrid.charter.matter import PUBLIC, Actor
from commongrid.charter.schema import Question
from commongrid.doors.common.once import IDEMPOTENCY, command_id_from
from commongrid.doors.open311.answers import cleaned
from commongrid.doors.open311.asking import word
from commongrid.doors.open311.edge import language
from commongrid.doors.open311.faults import CONFLICT, Fault, FaultError, bad
from commongrid.doors.open311.keys import check_area
from commongrid.doors.open311.services import Service, find_service, options_of
from commongrid.doors.open311.whereabouts import Spot, find_spot
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.face import Contact, Draft, Photo, Raised
from commongrid.rooms.people.face import KeyCard
from commongrid.rooms.places.face import PlaceCard

if TYPE_CHECKING:  # Django's class is not generic at run time
    from django.core.files.uploadedfile import UploadedFile

CHANNEL = "open311"
LONGEST_TEXT, LONGEST_ANSWER = 4000, 500  # the first one is the standard's
LONGEST = {"first_name": 60, "last_name": 60, "email": 120, "phone": 20}
MOST_PHOTOS, MOST_PHOTO_MB = 4, 12
MB = 1024 * 1024
YES = ("true", "1", "yes")

_PHONE = re.compile(r"[0-9+()\s-]{3,20}")
_NUMBER = re.compile(r"[+-]?\d{1,12}([.]\d{1,6})?", re.ASCII)
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a report says, checked for its shape."""

    service: Service
    spot: Spot
    draft: Draft
    contact: Contact | None
    photos: tuple[Photo, ...]
    command_id: UUID


def read_report(
    request: HttpRequest, place: PlaceCard, key: KeyCard | None, at: datetime
) -> Report:
    """The report in a request.

    Raises: FaultError with everything that is wrong, so that a program need not ask again and
    again; 404 for an unknown service, 403 for a place that is not the key's.
    """
    told = request.POST
    service = find_service(word(told, "service_code"), place, at)
    spot = find_spot(told, place, at)
    check_area(key, spot.path)
    faults: list[Fault] = []
    text = _text(told, faults)
    answers = dict(_answers(told, service.questions, faults))
    contact = _contact(told, faults)
    photos = tuple(_photos(request, faults))
    command_id = _command_id(request, key, faults)
    if faults:
        raise FaultError(*faults)
    draft = Draft(
        type_code=service.card.code,
        text=text,
        grid_code=spot.grid_code,
        community_code=spot.community_code,
        lon=spot.lon,
        lat=spot.lat,
        address=word(told, "address_string"),
        channel=CHANNEL,
        answers=answers,
        is_shareable=word(told, "share").lower() in YES,
        language=language(),
    )
    return Report(service, spot, draft, contact, photos, command_id)


def send_report(report: Report, key: KeyCard | None, at: datetime) -> Raised:
    """Raise the matter; the act names the program, never a person.

    Raises: FaultError; 409 where the number of the command was used for another report.
    """
    try:
        raised = matters.raise_matter(
            actor=Actor(key=key.actor.key) if key else PUBLIC,
            at=at,
            command_id=report.command_id,
            draft=report.draft,
            contact=report.contact,
            photos=report.photos,
        )
    except Refused as refusal:
        raise bad(refusal.verdict.say.in_(language())) from refusal
    if raised.is_replay and not matters.is_same_draft(
        command_id=report.command_id,
        draft=report.draft,
        contact=report.contact,
        photos=report.photos,
    ):
        words = _("This %(name)s was used for another report. Send a new one.")
        raise FaultError(Fault(words % {"name": IDEMPOTENCY}, CONFLICT))
    return raised


def _text(told: QueryDict, faults: list[Fault]) -> str:
    text = word(told, "description").replace("\r\n", "\n")
    if len(text) > LONGEST_TEXT:
        words = _("%(name)s is too long: %(most)s characters at the most.")
        faults.append(Fault(words % {"name": "description", "most": LONGEST_TEXT}))
    return text


def _answers(
    told: QueryDict, questions: Sequence[Question], faults: list[Fault]
) -> Iterator[tuple[str, str]]:
    for question in questions:
        name = f"attribute[{question.question}]"
        given = [*told.getlist(name), *told.getlist(f"{name}[]")]
        values = [value for one in given if (value := cleaned(one).strip())]
        fault = _fault_in(question, name, values)
        if fault:
            faults.append(Fault(fault))
        elif values:
            yield question.question, values[0]


def _fault_in(question: Question, name: str, values: Sequence[str]) -> str:
    keys = [key for key, _words in options_of(question)]
    if not values:
        return _("%(name)s was not provided.") % {"name": name} if question.required else ""
    if len(values) > 1:
        return _("%(name)s takes one value only.") % {"name": name}
    if keys and values[0] not in keys:
        options = ", ".join(keys)
        return _("%(name)s must be one of: %(keys)s") % {"name": name, "keys": options}
    if question.kind == "number" and not _NUMBER.fullmatch(values[0]):
        return _("%(name)s must be a number.") % {"name": name}
    if len(values[0]) > LONGEST_ANSWER:
        words = _("%(name)s is too long: %(most)s characters at the most.")
        return words % {"name": name, "most": LONGEST_ANSWER}
    return ""


def _contact(told: QueryDict, faults: list[Fault]) -> Contact | None:
    """Name and ways to be reached. The matters room seals them apart; no door shows them again."""
    given = {name: word(told, name) for name in LONGEST}
    for name, most in LONGEST.items():
        if len(given[name]) > most:
            words = _("%(name)s is too long: %(most)s characters at the most.")
            faults.append(Fault(words % {"name": name, "most": most}))
    if given["email"] and not _is_email(given["email"]):
        faults.append(Fault(_("%(name)s cannot be read.") % {"name": "email"}))
    if given["phone"] and not _PHONE.fullmatch(given["phone"]):
        faults.append(Fault(_("%(name)s cannot be read.") % {"name": "phone"}))
    name = _full_name(given["first_name"], given["last_name"])
    contact = Contact(name=name, phone=given["phone"], email=given["email"])
    return None if contact.is_empty else contact


def _full_name(first: str, last: str) -> str:
    """Chinese names put the family name first and leave no space."""
    if _HAN.search(first + last):
        return f"{last}{first}"
    return f"{first} {last}".strip()


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _photos(request: HttpRequest, faults: list[Fault]) -> Iterator[Photo]:
    files = list(_files(request))
    if len(files) > MOST_PHOTOS:
        faults.append(Fault(_("At most %(most)s pictures.") % {"most": MOST_PHOTOS}))
        return
    for file in files:
        if (file.size or 0) > MOST_PHOTO_MB * MB:
            words = _("A picture may have %(most)s MB.")
            faults.append(Fault(words % {"most": MOST_PHOTO_MB}))
        else:
            yield Photo(content=bytes(file.read()))


def _files(request: HttpRequest) -> Iterable[UploadedFile[Any]]:
    """Every file of a multipart report, whatever its field is called: clients differ."""
    for name in request.FILES:
        yield from request.FILES.getlist(name)


def _command_id(request: HttpRequest, key: KeyCard | None, faults: list[Fault]) -> UUID:
    """The id that makes a repeat harmless, from the client's own."""
    given = request.headers.get(IDEMPOTENCY, "").strip() or word(request.POST, "command_id")
    if not given:
        return uuid4()
    command_id = command_id_from(given, door="open311", key_id=key.id if key else None)
    if command_id is None:
        words = _("%(name)s must be a random UUID (version 4 or 7).")
        faults.append(Fault(words % {"name": IDEMPOTENCY}))
    return command_id or uuid4()
