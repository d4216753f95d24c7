"""Which matter goes on under which: chains of merged matters, and how they came about."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import NOTHING, Actor
from commongrid.charter.schema import Kind
from commongrid.kernel.text import Text
from commongrid.rooms.matters.cards import Lineage, LineageStep
from commongrid.rooms.matters.models import Follower, Joining, Matter
from commongrid.rooms.matters.queries.public import TAKEN_BACK

LONGEST = 64  # merged one by one by two persons each: no chain comes near this


def leaders_of(matter_id: UUID) -> tuple[UUID, ...]:
    """The matters it goes on under, the next one first; () where it goes on by itself.

    Cost: one statement for each.
    """
    found: list[UUID] = []
    here: UUID | None = matter_id
    while here is not None and len(found) < LONGEST:
        here = Matter.objects.filter(pk=here).values_list("leading_id", flat=True).first()
        if here is None or here in found:
            break
        found.append(here)
    return tuple(found)


def merged_under(matter_id: UUID) -> tuple[UUID, ...]:
    """The matters that go on under this one, also those merged into them. One statement a level."""
    found: dict[UUID, None] = {}
    level: Iterable[UUID] = (matter_id,)
    while level := [
        pk
        for pk in Matter.objects.filter(leading__in=level).values_list("pk", flat=True)
        if pk not in found and pk != matter_id
    ]:
        found.update(dict.fromkeys(level))
    return tuple(found)


def lineage_of(row: Matter, compiled: Compiled, *, is_whole: bool) -> Lineage:
    """What this matter goes on under and what goes on under it, now and before.

    ``is_whole`` is for staff; the person reads where their own goes on, and of others' matters
    only how many. Cost: one statement, and two where it is merged.
    """
    joinings = Joining.objects.filter(Q(matter=row) | Q(leading=row))
    up: list[LineageStep] = []
    down: list[LineageStep] = []
    for one in joinings.select_related("matter", "leading").order_by("joined_at", "pk"):
        is_own = one.matter_id == row.pk
        (up if is_own else down).append(_step(one.leading if is_own else one.matter, one))
    end = _end_of(row)
    return Lineage(
        led_by=tuple(up),
        leads=tuple(down) if is_whole else (),
        lead_count=sum(step.parted_at is None for step in down),
        end_id=end.pk if end else None,
        end_ref=end.ref if end else "",
        end_plain=_plain(end, compiled) if end else NOTHING,
        is_end_taken_back=end is not None and end.state == TAKEN_BACK,
    )


def came_from_ref(actor: Actor, matter_id: UUID) -> str:
    """The reference of the matter by which somebody came to read this one; "" for their own."""
    kind, _, key = actor.key.partition(":")
    if str(matter_id) in actor.owns:
        return ""
    if kind == "follower" and key.isdecimal():
        came = Follower.objects.filter(pk=int(key), matter_id=matter_id)
        return came.values_list("origin__ref", flat=True).first() or ""
    own = Matter.objects.filter(pk__in=actor.owns, leading__isnull=False)
    return own.order_by("received_at").values_list("ref", flat=True).first() or ""


def _end_of(row: Matter) -> Matter | None:
    """The matter in which all of a chain goes on; None for one that goes on by itself."""
    above = leaders_of(row.pk) if row.leading_id else ()
    if not above:
        return None
    return row.leading if above == (row.leading_id,) else Matter.objects.get(pk=above[-1])


def _plain(row: Matter, compiled: Compiled) -> Text:
    state = compiled.charter.states.get((Kind(row.kind), row.state))
    return state.plain if state else NOTHING


def _step(other: Matter, joining: Joining) -> LineageStep:
    return LineageStep(
        id=other.pk, ref=other.ref, joined_at=joining.joined_at, parted_at=joining.parted_at
    )
