"""What a step brings with it beyond its own matter: a leading matter gains followers, an appeal or
a follow-up is opened. All of it in the step's own transaction; a matter that is opened has an act
of its own, under a command id that follows from the step's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from commongrid.charter.matter import Actor, Decision
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.rooms.matters.cards import Draft
from commongrid.rooms.matters.models import Follower, Matter
from commongrid.rooms.matters.queries.scope import readable

FOLLOW_UP = UUID("a2f0d0c4-3f53-4c1b-8a1e-7d7f4e0b9c11")
WORDS = ("reason", "note", "words")


def find_leading(row: Matter, named: str, actor: Actor) -> str:
    """The id of the matter another one is to be merged into, named by id or by reference.

    Raises: Refused unless it is another open matter of the same kind that the actor may read.
    """
    leading = readable(actor).filter(**_name(named)).first()
    if leading is None or leading.pk == row.pk:
        raise Refused(
            _no_leading("没有找到要并入的事项。", "There is no such matter to merge into.")
        )
    if leading.state_kind == "end" or leading.kind != row.kind:
        raise Refused(
            _no_leading(
                "只能并入同类且还没有办结的事项。",
                "It can be merged only into an open matter of the same kind.",
            )
        )
    return str(leading.pk)


def follow_through(
    row: Matter,
    decision: Decision,
    *,
    at: datetime,
    command_id: UUID,
    fields: Mapping[str, Any],
) -> None:
    """Carry out the effects of a step that reach beyond the matter's own row."""
    for effect in decision.effects:
        name, _, argument = effect.partition(":")
        if name == "join_leading":
            _join(row)
        elif name == "open_followup":
            _open(row, argument or str(fields["type"]), at, command_id, fields)


def _join(row: Matter) -> None:
    """Whoever raised or followed the merged matter follows the leading one."""
    assert row.leading_id is not None
    leading = Matter.objects.select_for_update().get(pk=row.leading_id)
    moved = Follower.objects.filter(matter=row).update(matter=leading)
    leading.follower_count += moved + 1
    leading.version += 1
    leading.save(update_fields=["follower_count", "version"])


def _open(
    row: Matter, type_code: str, at: datetime, command_id: UUID, fields: Mapping[str, Any]
) -> None:
    """A matter that grows out of this one: an appeal, a part split off, a need behind an alarm."""
    from commongrid.rooms.matters.commands.raising import raise_matter

    words = next((str(fields[name]) for name in WORDS if fields.get(name)), "")
    raise_matter(
        actor=Actor(key="system:follow_up"),
        at=at,
        command_id=uuid5(FOLLOW_UP, str(command_id)),
        draft=Draft(
            type_code=type_code,
            text=words or row.text,
            grid_code=row.place.code,
            lon=row.lon,
            lat=row.lat,
            address=row.address,
            channel=row.channel,
            language=row.language,
            answers={},
        ),
        parent=row,
    )


def _name(named: str) -> dict[str, Any]:
    try:
        return {"pk": UUID(named)}
    except ValueError:
        return {"ref": "".join(filter(str.isprintable, named)).strip().upper()}


def _no_leading(zh: str, en: str) -> Verdict:
    return Verdict.no("merge/needs:leading", Text(zh=zh, en=en), log="leading")
