"""The report a person is writing: it survives every page, error and back button of the session.

Privacy: words and contact of the person who reports. They lie in the session, encrypted, until
the report is sent or thrown away; after `DRAFT_S` they can no longer be read.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from uuid import uuid4

from django.http import HttpRequest

from commongrid.doors.resident.sealing import seal, unseal

DRAFT_S = 12 * 3600  # as long as a session lives
_KEY = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDraft:
    """All that the pages of a report have collected. ``command_id`` is made once, at the start."""

    command_id: str
    place_code: str
    text: str = ""
    type_code: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    has_answered: bool = False  # the questions of the type were shown and sent
    overruled: tuple[str, ...] = ()  # advice the person has read and gone past
    way: str = ""  # map | list | address
    grid_code: str = ""
    community_code: str = ""
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    where_words: str = ""  # the place as the pages say it back
    path: str = ""
    has_seen_similar: bool = False
    has_done_photo: bool = False
    photos: tuple[str, ...] = ()  # tokens of the pending store
    name: str = ""
    phone: str = ""
    email: str = ""
    is_shareable: bool = False
    is_for_other: bool = False
    proxy_note: str = ""

    @property
    def has_what(self) -> bool:
        return bool(self.text and self.type_code and self.has_answered)

    @property
    def has_where(self) -> bool:
        return bool(self.grid_code or self.community_code)


def new_draft(place_code: str) -> ReportDraft:
    """An empty report with the command id that makes sending it twice harmless."""
    return ReportDraft(command_id=str(uuid4()), place_code=place_code)


def load_draft(request: HttpRequest) -> ReportDraft | None:
    """The report this session is writing, or None."""
    opened = unseal(request.session.get(_KEY, "").encode(), max_age_s=DRAFT_S)
    if opened is None:
        return None
    plain: dict[str, Any] = json.loads(opened)
    known = {f.name for f in fields(ReportDraft)}
    kept: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in plain.items() if k in known
    }
    return ReportDraft(**kept)


def save_draft(request: HttpRequest, draft: ReportDraft) -> None:
    """Keep the report in the session, sealed."""
    request.session[_KEY] = seal(json.dumps(asdict(draft)).encode()).decode()


def drop_draft(request: HttpRequest) -> None:
    """Forget the report."""
    request.session.pop(_KEY, None)
