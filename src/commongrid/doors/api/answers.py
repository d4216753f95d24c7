"""How an answer is sent: JSON with a validator, links to the next page, marks of a replay."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from pydantic import BaseModel

from commongrid.doors.api.problems import Problem, invalid

REPLAYED = "Idempotent-Replayed"
_DIGEST = 20


def send(
    request: HttpRequest,
    body: BaseModel,
    *,
    status: int = 200,
    version: int | None = None,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """The answer, or 304 when the caller has it already.

    With ``version`` the validator begins with the matter's version and a dot: it is what
    If-Match is held against, because lights and times change while nobody acts.
    """
    text = body.model_dump_json(by_alias=True).encode()
    answer = HttpResponse(text, status=status, content_type="application/json", headers=headers)
    if request.method not in ("GET", "HEAD"):
        return answer
    digest = hashlib.sha256(text).hexdigest()[:_DIGEST]
    tag = f'"{version}.{digest}"' if version is not None else f'"{digest}"'
    if tag in tags_of(request.headers.get("If-None-Match", "")):
        answer = HttpResponse(status=304, headers=headers)
        del answer.headers["Content-Type"]
    answer.headers["ETag"] = tag
    return answer


def tags_of(header: str) -> set[str]:
    """The tags of a header, weak or not."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def replayed(answer: HttpResponse, *, is_replay: bool) -> HttpResponse:
    """Mark the answer to a command that was done before."""
    if is_replay:
        answer.headers[REPLAYED] = "true"
    return answer


def next_link(request: HttpRequest, after: str) -> dict[str, str]:
    """The header that leads to the next page; none at the end. Source: RFC 8288."""
    if not after:
        return {}
    given = [(k, v) for k, values in request.GET.lists() if k != "after" for v in values]
    address = f"{request.path}?{urlencode([*given, ('after', after)])}"
    return {"Link": f'<{address}>; rel="next"'}


def cursor_of(moment: datetime, matter_id: UUID) -> str:
    """Where a page of the staff list ended."""
    plain = f"{moment.isoformat()}|{matter_id.hex}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[datetime, UUID]:
    """Where to go on. Raises: Problem for a cursor that we did not make."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        stamp, _, key = plain.partition("|")
        moment, matter_id = datetime.fromisoformat(stamp), UUID(key)
    except (ValueError, binascii.Error):
        raise bad_cursor() from None
    if moment.tzinfo is None:
        raise bad_cursor()
    return moment, matter_id


def bad_cursor() -> Problem:
    """A cursor that is none."""
    return invalid("after", gettext("Take the address of the next page from the header Link."))


def read_box(text: str | None) -> tuple[float, float, float, float] | None:
    """West, south, east, north in degrees. Raises: Problem."""
    if not text:
        return None
    say = gettext("Four numbers with commas between: west, south, east, north.")
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise invalid("bbox", say) from None
    is_box = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    if not is_box:
        raise invalid("bbox", say)
    return west, south, east, north


def plain(value: Any) -> str:
    """A key of an enum or a plain word."""
    return str(getattr(value, "value", value))
