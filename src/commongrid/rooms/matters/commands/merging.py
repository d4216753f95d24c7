"""Two matters that are the same go on as one, and part again when they were not (ADR 0020).

A merged matter ends and names its leading matter; whoever raised or followed it follows that one.
When the leading matter is taken back or sent elsewhere unlooked at, what was joined to it parts by
itself, as the charter says (``release_joined``).
Every follower remembers the matter they chose, so whatever was merged into what, and parted in
whatever order, each comes back to where they belong. Counts are counted anew, never added up.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import connection
from django.db.models import Q

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.rooms.matters.models import Follower, Joining, Matter
from commongrid.rooms.matters.queries.lineage import leaders_of, merged_under
from commongrid.rooms.matters.queries.public import TAKEN_BACK
from commongrid.rooms.matters.queries.scope import readable

STEPS = frozenset({"merge", "unmerge"})
RELEASING = frozenset({"withdraw", "redirect", "advise_repetition"})
PARTING = UUID("0f5d9b52-6a55-4f0b-8a35-2f6a4f0f6d11")
BY_ITSELF = Actor(key="system:parting")
TAKEN_BACK_ABOVE = Text(
    "并入的 {ref} 由报的人撤回了，这件单独接着办。",
    "{ref}, into which this was merged, was taken back by whoever reported it; this one goes on.",
)
ENDED_ABOVE = Text(
    "并入的 {ref} 已另作答复，没有往下办；这件单独接着办。",
    "{ref}, into which this was merged, was answered without being taken up; this one goes on.",
)
NOT_FOUND = Text("没有找到要并入的事项。", "There is no such matter to merge into.")
NOT_FIT = Text(
    "只能并入同类且还没有办结的事项。",
    "It can be merged only into an open matter of the same kind.",
)
KEPT_APART = Text(
    "只由专人办理的事项不能和别的事项并在一起。",
    "A matter kept for those in charge is not merged with others.",
)


def lock_family(matter_id: UUID, action: str, named: str) -> None:
    """Lock all matters a merge or a parting touches, always in one order.

    Else two merges of the same pair, each the other way round, would wait for each other.
    A charter that calls these steps otherwise still works; the database ends such a wait itself.
    """
    if action not in STEPS | RELEASING or not connection.in_atomic_block:
        return
    if action in RELEASING:
        joined = Q(leading=matter_id) | Q(pk=matter_id)
        list(Matter.objects.select_for_update().filter(joined).order_by("pk").values_list("pk"))
        return
    pending = Matter.objects.filter(pk=matter_id).values_list("pending", flat=True).first()
    kept = (pending or {}).get("fields", {}).get("leading", "")
    others = [
        *_ids_of(named),
        *([UUID(kept)] if kept else []),
        *leaders_of(matter_id),
    ]
    ids = {matter_id, *others}
    list(Matter.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def _ids_of(named: str) -> list[UUID]:
    if not named:
        return []
    return list(Matter.objects.filter(**name_of_matter(named)).values_list("pk", flat=True)[:1])


def find_leading(row: Matter, named: str, actor: Actor) -> str:
    """The id of the matter another one is to be merged into, named by id or by reference.

    Raises: Refused unless it is another open matter of the same kind that the actor may read.
    """
    leading = readable(actor).filter(**name_of_matter(named)).first()
    if leading is None:
        raise Refused(_no_leading(NOT_FOUND))
    _check_leading(row, leading)
    return str(leading.pk)


def join(row: Matter, *, at: datetime) -> None:
    """Whoever raised or followed the merged matter follows the leading one.

    Judged once more here: between proposing and confirming, the leading matter may have ended or
    have been merged itself. So no two matters can come to lead each other. Raises: Refused.
    """
    assert row.leading_id is not None
    leading = Matter.objects.select_for_update().get(pk=row.leading_id)
    _check_leading(row, leading)
    Follower.objects.filter(matter=row, origin=None).update(origin=row)
    Follower.objects.filter(matter=row).update(matter=leading)
    Joining.objects.create(matter=row, leading=leading, joined_at=at)
    row.save(update_fields=["leading"])  # the count below reads who leads whom
    _recount([leading], at)
    row.follower_count = _count(row)


def part(row: Matter, *, leading_id: UUID, at: datetime) -> None:
    """Everybody who came to the leading matter by this one comes back with it."""
    row.save(update_fields=["leading"])
    above = [leading_id, *leaders_of(leading_id)]
    family = [row.pk, *merged_under(row.pk)]
    Follower.objects.filter(matter__in=above, origin__in=family).update(matter=row)
    Follower.objects.filter(matter=row, origin=row).update(origin=None)
    Joining.objects.filter(matter=row, parted_at=None).update(parted_at=at)
    _recount(Matter.objects.select_for_update().filter(pk__in=above).order_by("pk"), at)
    row.follower_count = _count(row)


def release(row: Matter, take: Callable[..., Any], *, at: datetime, command_id: UUID) -> None:
    """What was joined to a matter that ends unlooked at goes on by itself: one act for each.

    ``take`` is ``take_action``. A matter whose own version of the charter does not know this yet
    stays as it is; its reporter reads on their page how to part it.
    """
    joined = Matter.objects.filter(leading=row).order_by("pk").values_list("pk", "language")
    say = TAKEN_BACK_ABOVE if row.state == TAKEN_BACK else ENDED_ABOVE
    for pk, language in list(joined):
        with suppress(Refused):
            take(
                actor=BY_ITSELF,
                at=at,
                command_id=uuid5(PARTING, f"{command_id}/{pk}"),
                matter_id=pk,
                action="unmerge",
                fields={"reason": say.in_(language).format(ref=row.ref)},
            )
    row.follower_count = _count(row)  # the caller saves the row as it holds it


def _check_leading(row: Matter, leading: Matter) -> None:
    if leading.pk == row.pk:
        raise Refused(_no_leading(NOT_FOUND))
    if leading.state_kind == "end" or leading.kind != row.kind:
        raise Refused(_no_leading(NOT_FIT))
    if (leading.in_charge, leading.is_sealed) != (row.in_charge, row.is_sealed):
        raise Refused(_no_leading(KEPT_APART))


def _recount(rows: Any, at: datetime) -> None:
    for one in rows:
        one.follower_count = _count(one)
        one.version += 1
        one.changed_at = at
        one.save(update_fields=["follower_count", "version", "changed_at"])


def _count(row: Matter) -> int:
    """Who follows it, and who raised what was merged into it."""
    return Follower.objects.filter(matter=row).count() + len(merged_under(row.pk))


def name_of_matter(named: str) -> dict[str, Any]:
    """How a matter named by id or by reference is looked up."""
    try:
        return {"pk": UUID(named)}
    except ValueError:
        return {"ref": "".join(filter(str.isprintable, named)).strip().upper()}


def _no_leading(say: Text) -> Verdict:
    return Verdict.no("merge/needs:leading", say, log="leading")
