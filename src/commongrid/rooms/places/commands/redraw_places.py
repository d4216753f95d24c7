"""Ending places and naming who takes over from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.codes import CodeSystem
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict
from commongrid.ledger.face import find_act
from commongrid.rooms.places.commands.acting import Deed, record, require
from commongrid.rooms.places.domain.authority import may_redraw_places
from commongrid.rooms.places.domain.coding import PRIMARY_SYSTEM
from commongrid.rooms.places.models import Outline, Place, Succession
from commongrid.rooms.places.queries import PlaceNotFoundError

RULE = "place.redraw_places"


def redraw_places(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    predecessor_codes: Sequence[str],
    successor_codes: Sequence[str],
    on: date,
    reason: str,
    code_system: str = PRIMARY_SYSTEM,
) -> None:
    """Let the predecessors end on a day and the successors take over: merge, split or redraw.

    Every successor follows every predecessor. Nothing is deleted: matters keep the grid they
    were raised in.

    Raises: Refused, PlaceNotFoundError.
    Source: domain rule G2.
    """
    with transaction.atomic():
        if find_act(command_id) is not None:
            return
        old = _places(predecessor_codes, code_system)
        new = _places(successor_codes, code_system)
        for place in (*old, *new):
            require(may_redraw_places(actor, place.path))
        require(_can_follow(old, new, on))
        Place.objects.filter(pk__in=[place.pk for place in old]).update(valid_until=on)
        Outline.objects.filter(place__in=old, valid_until__isnull=True, valid_from__lte=on).update(
            valid_until=on
        )
        Succession.objects.bulk_create(
            Succession(predecessor=before, successor=after, on=on, reason=reason)
            for before in old
            for after in new
        )
        record(
            Deed(actor=actor, at=at, command_id=command_id, path=old[0].path),
            subject=f"place:{old[0].code}",
            action="redraw_places",
            rule_id=RULE,
            words=reason,
            before={"valid": [place.code for place in old]},
            after={
                "ended": [place.code for place in old],
                "followed_by": [place.code for place in new],
                "on": on,
            },
        )


def _places(codes: Sequence[str], code_system: str) -> list[Place]:
    system = CodeSystem(code_system)
    found = {
        place.code: place
        for place in Place.objects.select_for_update().filter(code_system=system, code__in=codes)
    }
    for code in codes:
        if code not in found:
            raise PlaceNotFoundError(code)
    return [found[code] for code in dict.fromkeys(codes)]


def _can_follow(old: Sequence[Place], new: Sequence[Place], on: date) -> Verdict:
    if not old or not new:
        say = Text(
            "须写明撤销的和接续的网格。", "Name at least one place that ends and one that follows."
        )
        return Verdict.no(RULE, say)
    if {place.pk for place in old} & {place.pk for place in new}:
        say = Text("同一网格不能接续自己。", "A place cannot take over from itself.")
        return Verdict.no(RULE, say)
    for place in old:
        if place.valid_until is not None or on <= place.valid_from:
            say = Text(
                f"{place.name_zh}在这一天不能撤销：已经撤销或尚未设立。",
                f"{place.name_en or place.name_zh} cannot end on that day: "
                "it has ended already or did not exist yet.",
            )
            return Verdict.no(RULE, say, log=place.code)
    for place in new:
        if place.valid_from > on or place.valid_until is not None:
            say = Text(
                f"{place.name_zh}在这一天尚未设立或已经撤销。",
                f"{place.name_en or place.name_zh} does not exist on that day.",
            )
            return Verdict.no(RULE, say, log=place.code)
    return Verdict.yes(RULE)
