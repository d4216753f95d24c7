"""The report a person is writing: it survives every page, error and back button of the session.

Privacy: words and contact of the person who reports. They lie in the session, encrypted, until
the report is sent or thrown away; after `DRAFT_S` they can no longer be read.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any
from uuid import uuid4

from django.http import HttpRequest

from commongrid.doors.common.sessions import MERGERS
from commongrid.doors.resident.sealing import seal, unseal

DRAFT_S = 12 * 3600  # as long as a session lives
_KEY = "report"
# What belongs together: a step is kept whole or not at all.
_STEPS: tuple[tuple[str, ...], ...] = (
    ("text", "type_code", "answers", "has_answered", "overruled"),
    ("way", "grid_code", "community_code", "lon", "lat", "address", "where_words", "path"),
    ("has_seen_similar",),
    ("has_done_photo", "photos"),
    ("name", "phone", "email", "is_shareable", "is_for_other", "proxy_note"),
)


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
    return _opened(request.session.get(_KEY))


def _opened(sealed: str | None) -> ReportDraft | None:
    opened = unseal((sealed or "").encode(), max_age_s=DRAFT_S)
    if opened is None:
        return None
    plain: dict[str, Any] = json.loads(opened)
    known = {f.name for f in fields(ReportDraft)}
    kept: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in plain.items() if k in known
    }
    return ReportDraft(**kept)


def _sealed(draft: ReportDraft) -> str:
    return seal(json.dumps(asdict(draft)).encode()).decode()


def save_draft(request: HttpRequest, draft: ReportDraft) -> None:
    """Keep the report in the session, sealed."""
    request.session[_KEY] = _sealed(draft)


def drop_draft(request: HttpRequest) -> None:
    """Forget the report."""
    request.session.pop(_KEY, None)


def merge_steps(was: ReportDraft, there: ReportDraft, own: ReportDraft) -> ReportDraft:
    """What another request kept meanwhile, with the steps that this one has changed."""
    changed = (step for step in _STEPS if any(getattr(was, n) != getattr(own, n) for n in step))
    return replace(there, **{name: getattr(own, name) for step in changed for name in step})


def _merge(was: str | None, there: str | None, own: str | None) -> str | None:
    """Of two requests that changed the report at once: nothing that was sent comes back."""
    began, now_there, wanted = _opened(was), _opened(there), _opened(own)
    if began is None or wanted is None or wanted.command_id != began.command_id:
        return own  # begun, sent or thrown away by this request
    if now_there is None or now_there.command_id != began.command_id:
        return there  # by the other one: what this one knows is over
    return _sealed(merge_steps(began, now_there, wanted))


MERGERS[_KEY] = _merge
