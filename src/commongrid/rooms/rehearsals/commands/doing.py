"""What every command of this room does around its change: replay check, verdict, one act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActDraft, find_act, record_act
from commongrid.rooms.rehearsals.domain.standing import role_over
from commongrid.rooms.rehearsals.powers import roles_with

REUSED = Text(
    zh="这个操作编号已用于另一件事，请刷新页面后重试。",
    en="This command number was used for something else. Reload the page and try again.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Who does what, when, under which command id, by which power over which place."""

    actor: Actor
    at: datetime
    command_id: UUID
    action: str
    path: str = ""
    power: str = ""


def was_done(deed: Deed) -> bool:
    """Whether an earlier run of this command left its act.

    Raises: Refused when the id was used by another actor or for another action.
    """
    act = find_act(deed.command_id)
    if act is not None and (act.action, act.actor) != (deed.action, deed.actor.key):
        raise refusal("command.id_reused", REUSED, str(deed.command_id))
    return act is not None


def require(verdict: Verdict) -> Verdict:
    """Go on only when allowed. Raises: Refused."""
    if not verdict:
        raise Refused(verdict)
    return verdict


def refusal(rule: str, say: Text, log: str = "") -> Refused:
    """A refusal to raise."""
    return Refused(Verdict.no(rule, say, log=log))


def record(
    deed: Deed, subject: str, rule: str, *, words: str = "", after: Mapping[str, Any]
) -> None:
    """Write the act of a command."""
    roles = roles_with(deed.power, deed.path, deed.at) if deed.power else ()
    record_act(
        ActDraft(
            command_id=deed.command_id,
            subject=subject,
            action=deed.action,
            actor=deed.actor.key,
            role=role_over(deed.actor, deed.path, roles),
            power=deed.power,
            rule_id=rule,
            at=deed.at,
            words=words,
            after=after,
        )
    )


def account_of(actor: Actor) -> int | None:
    """The account behind an actor; None for whoever looks after the server."""
    kind, _, number = actor.key.partition(":")
    return int(number) if kind == "staff" else None
