"""The receipt page after sending: its code lives in the session for a short time, then never.

Privacy: the receipt code, encrypted, until the person says it is noted, at most `SHOWN_S`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from commongrid.doors.resident.draft import ReportDraft, drop_draft
from commongrid.doors.resident.pending import drop_pending
from commongrid.doors.resident.receipts import hold_receipt
from commongrid.doors.resident.sealing import seal, unseal
from commongrid.rooms.matters.face import Raised

SHOWN_S = 1800
_KEY = "sent"


@dataclass(frozen=True, slots=True)
class Sent:
    """What the receipt page shows once."""

    command_id: str
    code: str
    ref: str
    line: str  # emergency line it was handed to
    is_followed: bool


def keep_and_show(
    request: HttpRequest, raised: Raised, draft: ReportDraft, *, is_followed: bool = False
) -> HttpResponseRedirect:
    """Keep the receipt for its page and forget the draft. Pressing twice gives the same code."""
    hold_receipt(request, raised.receipt_code, is_new=True)
    kept = Sent(
        draft.command_id, raised.receipt_code, raised.ref, raised.handed_over_to, is_followed
    )
    request.session[_KEY] = seal(json.dumps(asdict(kept)).encode()).decode()
    drop_pending(draft.photos)
    drop_draft(request)
    return redirect("resident:sent")


def shown(request: HttpRequest) -> Sent | None:
    """The receipt of this session while it may still be shown."""
    opened = unseal(request.session.get(_KEY, "").encode(), max_age_s=SHOWN_S)
    return Sent(**json.loads(opened)) if opened else None


def forget(request: HttpRequest) -> None:
    """The person has noted the code: it is shown no more."""
    request.session.pop(_KEY, None)
