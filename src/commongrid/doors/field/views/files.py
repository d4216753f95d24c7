"""Pictures and voice notes in pieces."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from commongrid.doors.common.problems import MEDIA_TYPE
from commongrid.doors.field.gates import phone, problem, the_phone
from commongrid.kernel.text import Text
from commongrid.rooms.fieldwork.face import GapError, PhoneCard
from commongrid.stories.syncing import MOST_BYTES, FileAnswer, Piece, find_file, put_piece

PIECE_BYTES = 256 * 1024
SHA = re.compile(r"^[0-9a-f]{64}\Z")

BAD_PIECE = Text(
    zh="这一段不合要求：每段最多 256 KB，文件最大 12 MB。",
    en="This piece has not the right shape: 256 KB at most, of a file of 12 MB at most.",
)
NO_FILE = Text(zh="这里没有文件。", en="There is no file here.")
GAP = Text(zh="前面还缺一段。", en="A piece before this one is missing.")


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid")

    command: UUID
    bytes: Annotated[int, Field(gt=0, le=MOST_BYTES)]
    offset: Annotated[int, Field(ge=0)]
    kind: Literal["photo", "voice"] = "photo"
    stage: Literal["report", "before", "after", "evidence"] = "report"


class _Asked(BaseModel):
    model_config = ConfigDict(extra="ignore")

    command: UUID | None = None


@phone
@require_http_methods(["GET", "PUT"])
def file(request: HttpRequest, sha: str) -> HttpResponse:
    """GET: how much has come. PUT: one piece more."""
    asker = the_phone(request)
    if not SHA.match(sha):
        raise problem(404, "field.no_file", NO_FILE)
    if request.method == "PUT":
        return _put(request, asker, sha)
    try:
        asked = _Asked.model_validate(request.GET.dict())
    except ValidationError as error:
        raise problem(422, "field.invalid", BAD_PIECE, field="command") from error
    return _told(find_file(phone=asker, number=asked.command, sha=sha))


def _put(request: HttpRequest, asker: PhoneCard, sha: str) -> HttpResponse:
    piece = _piece(request, sha)
    try:
        return _told(put_piece(phone=asker, at=timezone.now(), piece=piece))
    except GapError as gap:
        said: dict[str, Any] = {"rule": "field.gap", "detail": GAP.in_(get_language() or "")}
        said |= {"received": gap.received}
        return JsonResponse(said, status=409, content_type=MEDIA_TYPE)


def _piece(request: HttpRequest, sha: str) -> Piece:
    """The piece in its shape. Raises: Problem (413, 422)."""
    try:
        content = request.body
        query = _Query.model_validate(request.GET.dict())
    except RequestDataTooBig as error:
        raise problem(413, "field.too_large", BAD_PIECE) from error
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise problem(422, "field.invalid", BAD_PIECE, field=where) from error
    if len(content) > PIECE_BYTES:
        raise problem(413, "field.too_large", BAD_PIECE)
    if not content or query.offset + len(content) > query.bytes:
        raise problem(422, "field.invalid", BAD_PIECE, field="offset")
    return Piece(
        number=query.command,
        sha=sha,
        kind=query.kind,
        total=query.bytes,
        offset=query.offset,
        content=content,
    )


def _told(answer: FileAnswer) -> HttpResponse:
    return JsonResponse(
        {
            "received": answer.received,
            "is_whole": answer.is_whole,
            "is_attached": answer.is_attached,
        }
    )
