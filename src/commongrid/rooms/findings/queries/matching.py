"""Which matters stand on which list: conditions on rows that are readable already."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import (
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
)

from commongrid.rooms.findings.domain.watching import NEAR_A_DEADLINE, Thresholds, Watch
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import Matter, Promise
from commongrid.rooms.oversight.face import RECURS_WITHIN_DAYS
from commongrid.rooms.oversight.models import CountedMatter
from commongrid.rooms.places import face as places

RECURS_WITHIN = timedelta(days=RECURS_WITHIN_DAYS)
Matters = QuerySet[Matter]
DEFAULT_TIMES = 3
REDO, TRANSFER = "redo_threshold", "transfer_threshold"


def overdue(rows: Matters, at: datetime, by: Thresholds) -> Matters:
    """Open, and the governing promise is past."""
    del by
    return rows.filter(matters.IsOpen("state_kind"), due_at__lte=at).order_by("due_at", "pk")


def redone(rows: Matters, at: datetime, by: Thresholds) -> Matters:
    """Gone back at least once, and moved lately."""
    lately = rows.filter(changed_at__gte=at - by.back, redone__gte=1)
    return lately.order_by("-redone", "-changed_at", "pk")


def passed_on(rows: Matters, at: datetime, by: Thresholds) -> Matters:
    """Open, passed on, and held by no unit."""
    del at, by
    open_ones = rows.filter(matters.IsOpen("state_kind"), unit="", transfers__gte=1)
    return open_ones.order_by("-transfers", "received_at", "pk")


def raised(rows: Matters, at: datetime, by: Thresholds) -> Matters:
    """Open, and redone or passed on as often as their own charter allows; not raised ones first.

    Source: R14 of the domain reference [S47]. Cost: the charters' list, when warm none.
    """
    del at, by
    limits: dict[tuple[int, int], list[str]] = defaultdict(list)
    for card in places.list_charters():
        numbers = places.get_charter(card.key).charter.parameters
        redo, transfer = (
            int(numbers[name].value) if name in numbers else DEFAULT_TIMES
            for name in (REDO, TRANSFER)
        )
        limits[redo, transfer].append(card.key)
    often = Q(pk__in=())
    for (redo, transfer), keys in sorted(limits.items()):
        times = Q(redone__gte=redo) | Q(transfers__gte=transfer)
        often |= Q(charter_key__in=sorted(set(keys))) & times
    return (
        rows.filter(matters.IsOpen("state_kind"))
        .filter(often)
        .order_by("raised_to", "due_at", "pk")
    )


def hung(rows: Matters, at: datetime, by: Thresholds) -> Matters:
    """Hung, and the date of the review is past."""
    del by
    running = Q(promises__clock="review", promises__status="running")
    waiting = rows.filter(matters.IsOpen("state_kind"), state="hung").annotate(
        review=FilteredRelation("promises", condition=running), review_due_at=F("review__due_at")
    )
    return waiting.filter(review_due_at__lte=at).order_by("review_due_at", "pk")


def recurring(rows: Matters, at: datetime, by: Thresholds) -> Matters:
    """Raised lately, within thirty days of a solution of the same kind in the same grid.

    The same rule as the board's figure. Cost: one look into an index for each raised lately.
    """
    before = CountedMatter.objects.filter(
        place_code=OuterRef("place__code"),
        type_code=OuterRef("type_code"),
        solved_at__lte=OuterRef("received_at"),
        solved_at__gte=ExpressionWrapper(
            OuterRef("received_at") - RECURS_WITHIN, output_field=DurationField()
        ),
    ).exclude(matter=OuterRef("pk"))
    lately = rows.filter(received_at__gte=at - by.back)
    return lately.filter(Exists(before))


def claimed_near_a_deadline(rows: Matters, at: datetime, by: Thresholds) -> Matters:
    """Said to be done lately, within a day before something was due on the solution."""
    near = Promise.objects.filter(
        matter=OuterRef("pk"),
        clock="finish",
        due_at__gte=OuterRef("claimed_at"),
        due_at__lte=F("matter__claimed_at") + NEAR_A_DEADLINE,
    )
    lately = rows.filter(changed_at__gte=at - by.back, claimed_at__gte=at - by.back)
    return lately.exclude(unit="").filter(Exists(near))


def claimed_lately(rows: Matters, at: datetime, by: Thresholds) -> Matters:
    """Said to be done lately, newest first."""
    lately = rows.filter(changed_at__gte=at - by.back, claimed_at__gte=at - by.back)
    return lately.order_by("-changed_at", "pk")


PLAIN = {
    Watch.OVERDUE: overdue,
    Watch.REDONE: redone,
    Watch.PASSED_ON: passed_on,
    Watch.RAISED: raised,
    Watch.HUNG: hung,
}
"""Lists with one matter a row."""
