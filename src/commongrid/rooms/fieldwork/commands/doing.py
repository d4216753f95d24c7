"""What every command of this room does around its change: replay check, verdict, one act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActCard, find_act

REUSED = Text(
    zh="这个操作编号已用于另一件事，请刷新页面后重试。",
    en="This command number was used for something else. Reload the page and try again.",
)


def was_done(command_id: UUID, action: str, actor: Actor) -> ActCard | None:
    """The act an earlier run of this command left, or None.

    Raises: Refused when the id was used by another actor or for another action.
    """
    act = find_act(command_id)
    if act is not None and (act.action, act.actor) != (action, actor.key):
        raise Refused(Verdict.no("command.id_reused", REUSED, str(command_id)))
    return act


def require(verdict: Verdict) -> Verdict:
    """Go on only when allowed. Raises: Refused."""
    if not verdict:
        raise Refused(verdict)
    return verdict


def facts(**known: Any) -> Mapping[str, Any]:
    """Facts of an act: those that are told."""
    return {name: value for name, value in known.items() if value not in (None, "")}
