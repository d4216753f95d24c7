"""What the answer to a report adds: advice, what to keep, and open matters that may be the same."""

from __future__ import annotations

from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from commongrid.doors.open311.asking import word
from commongrid.doors.open311.edge import language
from commongrid.doors.open311.posting import Report
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.face import PublicFilters, Raised


def similar_refs(report: Report, at: datetime) -> list[str]:
    """Open public matters near by that may be the same, nearest first. Never in the way.

    Cost: 6 statements at the most.
    """
    near = matters.find_similar(
        at=at,
        type_code=report.draft.type_code,
        path=report.spot.path,
        lon=report.draft.lon,
        lat=report.draft.lat,
    )
    if not near:
        return []
    refs = tuple(card.ref for card in near)
    public = matters.list_public_matters(at=at, filters=PublicFilters(refs=refs)).cards
    seen = {card.ref for card in public}  # what is kept apart is not even counted
    return [ref for ref in refs if ref in seen]


def notice_for(report: Report, raised: Raised, told: QueryDict, at: datetime) -> str:
    """What the person should know now, in plain words."""
    said = []
    advice = matters.advise_before_raising(
        path=report.spot.path,
        at=at,
        text=report.draft.text,
        type_code=report.draft.type_code,
        answers=report.draft.answers,
    )
    if advice:
        said.append(advice.answer.in_(language()))
    if word(told, "media_url"):
        said.append(_("Pictures behind media_url are not fetched; send them as files (media)."))
    said.append(
        _(
            "Keep the receipt code %(code)s: with it you follow the matter, say whether it is "
            "solved, and erase your contact data."
        )
        % {"code": raised.receipt_code}
    )
    return " ".join(said)
