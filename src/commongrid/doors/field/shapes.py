"""What a phone sends to be synced, and what it is answered, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from commongrid.doors.field.gates import problem
from commongrid.kernel.text import Text
from commongrid.stories.syncing import (
    Answer,
    Intention,
    NoNumberError,
    check_characters,
    read_intention,
)

MOST_BYTES = 1024 * 1024
MOST_INTENTIONS = 60

UNREADABLE = Text(zh="发来的内容无法读取。", en="What was sent cannot be read.")
TOO_LARGE = Text(
    zh=f"一次最多发 {MOST_INTENTIONS} 条、1 MB，请分几次发。",
    en=f"At most {MOST_INTENTIONS} intentions and 1 MB at once; send it in parts.",
)
NO_NUMBER = Text(
    zh="每一条都须有自己的随机编号。", en="Each intention needs a random UUID of its own."
)


class _Sync(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    v: Literal[1]
    phone_at: AwareDatetime
    cursor: Annotated[str, Field(max_length=200)] = ""
    have: Annotated[str, Field(max_length=200_000)] = ""
    pack: Annotated[str, Field(max_length=64)] = ""
    commands: list[Any] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """A sync as it was read."""

    phone_at: datetime
    cursor: str
    have: str
    intentions: tuple[Intention, ...]


def read_sync(request: HttpRequest, *, at: datetime) -> Sync:
    """The body in its shape. Raises: Problem (400, 413, 422)."""
    try:
        if len(request.body) > MOST_BYTES:
            raise problem(413, "field.too_large", TOO_LARGE)
        plain = json.loads(request.body, parse_constant=_no_constant)
        sent = _Sync.model_validate(plain)
        check_characters([sent.cursor, sent.have, sent.pack])
    except RequestDataTooBig as error:
        raise problem(413, "field.too_large", TOO_LARGE) from error
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise problem(422, "field.invalid", UNREADABLE, field=where) from error
    except (ValueError, RecursionError) as error:
        raise problem(400, "field.body", UNREADABLE) from error
    if len(sent.commands) > MOST_INTENTIONS:
        raise problem(413, "field.too_large", TOO_LARGE)
    try:
        intentions = tuple(read_intention(one, at=at) for one in sent.commands)
    except NoNumberError as error:
        raise problem(422, "field.no_number", NO_NUMBER, field="commands") from error
    return Sync(phone_at=sent.phone_at, cursor=sent.cursor, have=sent.have, intentions=intentions)


def plain_answer(answer: Answer) -> dict[str, Any]:
    """An answer as the phone reads it."""
    return {
        "id": str(answer.id),
        "verdict": answer.verdict,
        "rule": answer.rule,
        "say": {"zh": answer.say.zh, "en": answer.say.en},
        "next": {"zh": answer.next.zh, "en": answer.next.en},
        "matter": str(answer.matter) if answer.matter else "",
        "ref": answer.ref,
        "receipt": answer.receipt,
        "version": answer.version,
        "state": answer.state,
        "is_beside": answer.is_beside,
        "need": list(answer.need),
        "now": dict(answer.now) if answer.now else None,
    }


def _no_constant(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are no JSON, though Python reads them
