"""Intentions from JSON. One that cannot be read is refused by itself and holds up no other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from commongrid.rooms.fieldwork.face import Announced
from commongrid.rooms.matters.face import Contact, Draft
from commongrid.stories.syncing.intentions import RAISE, STEP, UNREADABLE, Base, Intention

RANDOM = (4, 7)  # the versions of a UUID that nobody can guess
MOST_PHOTOS, MOST_FIELDS = 12, 40
MOST_BYTES = 12 * 1024 * 1024
MOST_MINUTES = 30
MEANT = ("kind", "draft", "matter", "of", "action", "fields", "base", "photos")
"""What an intention says is to be done: another one under the same number is another body."""
Key = Annotated[str, Field(max_length=60)]
Code = Annotated[str, Field(max_length=20)]
Sha = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Stage = Literal["report", "before", "after", "evidence"]


class NoNumberError(ValueError):
    """An intention without a number of its own: there is nothing to answer it under."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class _Contact(_Part):
    name: Annotated[str, Field(max_length=60)] = ""
    phone: Annotated[str, Field(max_length=30)] = ""
    email: Annotated[str, Field(max_length=120)] = ""


class _Draft(_Part):
    type_code: Code
    text: Annotated[str, Field(max_length=4000)] = ""
    grid_code: Code = ""
    community_code: Code = ""
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    address: Annotated[str, Field(max_length=200)] = ""
    answers: Annotated[
        dict[Key, Annotated[str, Field(max_length=500)]], Field(max_length=MOST_FIELDS)
    ] = {}
    cases: Annotated[list[Key], Field(max_length=MOST_FIELDS)] = []
    is_shareable: bool = False
    channel: Literal["grid_worker", "proxy"] = "grid_worker"
    proxy_note: Annotated[str, Field(max_length=300)] = ""
    language: Literal["zh-hans", "en"] = "zh-hans"
    contact: _Contact | None = None


class _Photo(_Part):
    sha: Sha
    bytes: Annotated[int, Field(gt=0, le=MOST_BYTES)]
    kind: Literal["photo", "voice"] = "photo"
    stage: Stage = "report"


class _Base(_Part):
    version: Annotated[int, Field(ge=0)] | None = None
    state: Annotated[str, Field(max_length=40)] | None = None
    unit: Key | None = None
    place: Code | None = None


class _Intention(_Part):
    id: UUID
    seq: Annotated[int, Field(ge=0, lt=2**53)] = 0
    made_at: AwareDatetime
    photos: Annotated[list[_Photo], Field(max_length=MOST_PHOTOS)] = []
    minutes: Annotated[int, Field(ge=0, le=MOST_MINUTES)] = 0


class _Raise(_Intention):
    kind: Literal["raise"]
    draft: _Draft


class _Step(_Intention):
    kind: Literal["step"]
    matter: UUID | Literal[""] = ""
    of: UUID | Literal[""] = ""
    after: UUID | Literal[""] = ""
    action: Annotated[str, Field(min_length=1, max_length=60)]
    fields: Annotated[dict[Key, str | bool | int | list[str]], Field(max_length=MOST_FIELDS)] = {}
    base: _Base = _Base()


def read_intention(plain: Any, *, at: datetime) -> Intention:
    """One intention in its shape; an unreadable one with the name of the part at fault.

    ``at`` stands for the time of one that cannot be read.
    Raises: NoNumberError when it has no random UUID as its number.
    """
    number = number_of(plain)
    body = {name: plain[name] for name in MEANT if name in plain}
    try:
        check_characters(plain)
        if plain.get("kind") == STEP:
            return _step(_Step.model_validate(plain), body)
        return _raise(_Raise.model_validate(plain), body)
    except ValidationError as error:
        fault = ".".join(str(part) for part in error.errors()[0]["loc"])
    except (ValueError, RecursionError):
        fault = "text"
    return Intention(id=number, made_at=at, kind=UNREADABLE, body=dict(plain), fault=fault)


def number_of(plain: Any) -> UUID:
    """The number the phone gave it. Raises: NoNumberError."""
    try:
        number = UUID(str(plain["id"]))
    except (TypeError, KeyError, ValueError) as error:
        raise NoNumberError from error
    if not isinstance(plain, Mapping) or number.version not in RANDOM:
        raise NoNumberError
    return number


def check_characters(value: Any) -> None:
    """No database keeps a NUL or half a character. Raises: ValueError."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= symbol <= "\udfff" for symbol in value):
            raise ValueError(value[:20])
    elif isinstance(value, Mapping):
        for key, part in value.items():
            check_characters(key)
            check_characters(part)
    elif isinstance(value, list):
        for part in value:
            check_characters(part)


def _raise(sent: _Raise, body: dict[str, Any]) -> Intention:
    given = sent.draft.model_dump(exclude={"contact"})
    contact = sent.draft.contact
    return Intention(
        id=sent.id,
        made_at=sent.made_at,
        kind=RAISE,
        body=body,
        seq=sent.seq,
        draft=Draft(**given | {"cases": frozenset(sent.draft.cases)}),
        contact=Contact(**contact.model_dump()) if contact else None,
        photos=_photos(sent),
        minutes=sent.minutes,
    )


def _step(sent: _Step, body: dict[str, Any]) -> Intention:
    return Intention(
        id=sent.id,
        made_at=sent.made_at,
        kind=STEP,
        body=body,
        seq=sent.seq,
        matter=sent.matter or None,
        of=sent.of or None,
        after=sent.after or None,
        action=sent.action,
        fields=dict(sent.fields),
        base=Base(**sent.base.model_dump()),
        photos=_photos(sent),
        minutes=sent.minutes,
    )


def _photos(sent: _Intention) -> tuple[Announced, ...]:
    found = {
        photo.sha: Announced(sha=photo.sha, total=photo.bytes, kind=photo.kind, stage=photo.stage)
        for photo in sent.photos
    }
    return tuple(found.values())
