"""What waits for this person on other doors: findings, complaints, publications. One link each."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commongrid.doors.desk.reading import Reader
from commongrid.rooms.complaints import face as complaints
from commongrid.rooms.findings import face as findings
from commongrid.rooms.places import face as places
from commongrid.rooms.publications import face as publications

OVERSEEING = frozenset({"supervisor", "reviewer", "village_watch"})
HEARING = frozenset({"supervisor", "reviewer"})
"""Roles for whom it is worth asking; what they are shown, the charter says."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many things on another page, and how many of them are late."""

    words: str
    late: str
    href: str


def waiting_elsewhere(reader: Reader) -> tuple[Waiting, ...]:
    """What waits, by what it is. Cost: at most 4 statements, and 2 a place one publishes for."""
    with places.one_look():
        found = [_findings(reader), _complaints(reader), _publications(reader)]
    return tuple(one for one in found if one is not None)


def _findings(reader: Reader) -> Waiting | None:
    """For a unit what it has to answer; for supervision what is not settled."""
    is_overseeing = bool(OVERSEEING & reader.roles)
    if not (reader.units or is_overseeing):
        return None
    who = (reader.actor, reader.at)
    standing = findings.OPEN if is_overseeing else findings.OWED
    count = findings.count_findings(*who, standing=standing)
    if not count:
        return None
    late = findings.count_findings(*who, standing=findings.LATE)
    words = (
        ngettext("%(count)d finding is not settled", "%(count)d findings are not settled", count)
        if is_overseeing
        else ngettext(
            "%(count)d finding waits for your unit's answer",
            "%(count)d findings wait for your unit's answer",
            count,
        )
    )
    return Waiting(
        words % {"count": count},
        _late(late),
        f"{reverse('oversight:findings')}?standing={standing}",
    )


def _complaints(reader: Reader) -> Waiting | None:
    if not HEARING & reader.roles:
        return None
    cards = complaints.list_complaints(reader.actor, reader.at)
    count, late = len(cards), sum(card.is_late for card in cards)
    words = ngettext("%(count)d complaint to handle", "%(count)d complaints to handle", count)
    href = reverse("complaints:index")
    return Waiting(words % {"count": count}, _late(late), href) if count else None


def _publications(reader: Reader) -> Waiting | None:
    owed = publications.list_owed(reader.actor, at=reader.at)
    late = sum(promise.status == "overdue" for promise in owed)
    count = len(owed)
    words = ngettext("%(count)d publication is due", "%(count)d publications are due", count)
    href = reverse("powers:publishing")
    return Waiting(words % {"count": count}, _late(late), href) if count else None


def _late(count: int) -> str:
    return _("%(count)d late") % {"count": count} if count else ""
