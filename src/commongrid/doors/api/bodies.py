"""What the interface is sent, as JSON or as parts of a form, and how it is read.

Photos come as base64 within JSON (small ones: a body has a limit) or as files beside a part
named ``body`` that holds the JSON.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext
from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError

from commongrid.doors.api.problems import Problem, invalid
from commongrid.rooms.matters.face import Contact, Photo

MOST_PHOTOS = 12
Line = Annotated[str, Field(max_length=200)]
Key = Annotated[str, Field(max_length=60)]
Base64 = Annotated[str, Field(json_schema_extra={"contentEncoding": "base64"})]
Value = str | bool | int | list[str]
Body = TypeVar("Body", bound="Sent")


class Sent(BaseModel):
    """A body. What it does not name is refused, so that a misspelt field is noticed."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class ContactBody(Sent):
    """Name and one way to be reached; all of it may stay away."""

    name: Annotated[str, Field(max_length=60)] = ""
    phone: Annotated[str, Field(max_length=30)] = ""
    email: Annotated[str, Field(max_length=120)] = ""

    def contact(self) -> Contact:
        """As the room takes it."""
        return Contact(name=self.name, phone=self.phone, email=self.email)


class RaiseBody(Sent):
    """A matter to raise: a type, words, and one of grid, community or point."""

    type_code: Annotated[str, Field(max_length=20)]
    text: Annotated[str, Field(max_length=4000)] = ""
    grid_code: Annotated[str, Field(max_length=20)] = ""
    community_code: Annotated[str, Field(max_length=20)] = ""
    lon: Annotated[float, Field(ge=-180, le=180, strict=True)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90, strict=True)] | None = None
    address: Line = ""
    answers: Annotated[dict[Key, Annotated[str, Field(max_length=500)]], Field(max_length=40)] = {}
    is_shareable: StrictBool = False
    contact: ContactBody | None = None
    photos: Annotated[list[Base64], Field(max_length=MOST_PHOTOS)] = []


class StepBody(Sent):
    """The fields a step asks for (see its choices), and photos."""

    fields: Annotated[dict[Key, Value], Field(max_length=40)] = {}
    photos: Annotated[list[Base64], Field(max_length=MOST_PHOTOS)] = []


class FollowBody(Sent):
    """How to reach the follower, if they wish to be told."""

    contact: ContactBody | None = None


class SimilarBody(Sent):
    """What is about to be raised, and where."""

    type_code: Annotated[str, Field(max_length=20)]
    place_code: Annotated[str, Field(max_length=20)]
    lon: Annotated[float, Field(ge=-180, le=180, strict=True)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90, strict=True)] | None = None
    text: Annotated[str, Field(max_length=4000)] = ""


class AdviceBody(Sent):
    """What is about to be raised, in words."""

    type_code: Annotated[str, Field(max_length=20)]
    place_code: Annotated[str, Field(max_length=20)]
    text: Annotated[str, Field(max_length=4000)] = ""
    answers: Annotated[dict[Key, Annotated[str, Field(max_length=500)]], Field(max_length=40)] = {}


class WebhookBody(Sent):
    """A program that is to be told, and of which place."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    url: Annotated[str, Field(min_length=8, max_length=400)]
    place_code: Annotated[str, Field(min_length=1, max_length=20)]


@dataclass(frozen=True, slots=True)
class Read(Generic[Body]):
    """A body that was read, with its photos."""

    body: Body
    photos: tuple[Photo, ...]


def read(request: HttpRequest, shape: type[Body]) -> Read[Body]:
    """The body in its shape. Raises: Problem (400, 413, 415, 422)."""
    try:
        plain, files = _parts(request)
        _check_characters(plain)
    except (RequestDataTooBig, SuspiciousOperation) as error:
        say = gettext("Too much was sent at once. Send photos as files of a form.")
        raise Problem(413, "api.too_large", say) from error
    except (ValueError, RecursionError, MultiPartParserError) as error:
        raise Problem(400, "api.body", gettext("The body is no JSON that can be read.")) from error
    if not isinstance(plain, dict):
        raise invalid("body", gettext("The body must be a JSON object."))
    try:
        body = shape.model_validate(plain)
    except ValidationError as error:
        raise invalid(*told(error.errors()[0])) from error
    encoded = getattr(body, "photos", ())
    photos = (*files, *(_decoded(text) for text in encoded))
    if len(photos) > MOST_PHOTOS:
        raise invalid("photos", gettext("Too many photos."))
    return Read(body, photos)


def told(error: Any) -> tuple[str, str]:
    """The field a validation speaks of, and what is wrong with it, in our words."""
    where = ".".join(str(part) for part in error["loc"] if part not in ("body", "query", "path"))
    kind = str(error["type"])
    if kind == "missing":
        return where, gettext("This is needed.")
    if kind == "extra_forbidden":
        return where, gettext("There is no such field.")
    if kind in ("string_too_long", "too_long"):
        return where, gettext("This is too long.")
    return where, gettext("This value does not have the shape that the documentation names.")


def _parts(request: HttpRequest) -> tuple[Any, tuple[Photo, ...]]:
    kind = request.content_type
    if kind == "application/json":
        return json.loads(request.body or b"{}", parse_constant=_no_constant), ()
    if kind == "multipart/form-data":
        files = request.FILES.getlist("photos")
        photos = tuple(Photo(content=file.read()) for file in files)
        return _part(request.POST.get("body", "")), photos
    if not kind and not request.body:
        return {}, ()
    say = gettext("Send application/json, or multipart/form-data with photos.")
    raise Problem(415, "api.media_type", say)


def _part(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise invalid("body", gettext("The part named body holds no JSON.")) from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are no JSON, though Python reads them


def _check_characters(value: Any) -> None:
    """No database keeps a NUL or half a character. Raises: Problem."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= symbol <= "\udfff" for symbol in value):
            raise invalid("body", gettext("A text holds a character that is none."))
    elif isinstance(value, dict):
        for key, part in value.items():
            _check_characters(key)
            _check_characters(part)
    elif isinstance(value, list):
        for part in value:
            _check_characters(part)


def _decoded(text: str) -> Photo:
    try:
        return Photo(content=base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise invalid("photos", gettext("A photo is not base64.")) from None
