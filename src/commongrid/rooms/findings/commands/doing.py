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
from commongrid.kernel.worktime import due_at
from commongrid.ledger.face import ActDraft, find_act, record_act
from commongrid.rooms.findings.domain.standing import LONG_TEXT, LONGEST_TEXT, NO_TEXT, role_over
from commongrid.rooms.findings.powers import limit_of, may_use, roles_with
from commongrid.rooms.places import face as places

REUSED = Text(
    zh="这个操作编号已用于另一件事，请刷新页面后重试。",
    en="This command number was used for something else. Reload the page and try again.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Who does what, when, under which command id, by which power over which place (and unit)."""

    actor: Actor
    at: datetime
    command_id: UUID
    action: str
    path: str
    power: str
    unit: str = ""


def was_done(deed: Deed, subject: str) -> bool:
    """Whether an earlier run of this command left its act.

    Raises: Refused when the id was used by another actor, for another action or another subject.
    """
    act = find_act(deed.command_id)
    if act is None:
        return False
    if (act.action, act.actor, act.subject) != (deed.action, deed.actor.key, subject):
        raise refusal("command.id_reused", REUSED, str(deed.command_id))
    return True


def require(deed: Deed) -> Verdict:
    """Go on only where the charter gives the power. Raises: Refused."""
    return allowed(may_use(deed.actor, deed.power, deed.path, deed.at, deed.unit))


def allowed(verdict: Verdict) -> Verdict:
    """The verdict where it allows. Raises: Refused."""
    if not verdict:
        raise Refused(verdict)
    return verdict


def refusal(rule: str, say: Text, log: str = "") -> Refused:
    """A refusal to raise."""
    return Refused(Verdict.no(rule, say, log=log))


def checked(text: str) -> str:
    """Words of a fitting length, without blanks around them. Raises: Refused."""
    words = text.strip()
    if not words:
        raise refusal("oversight.needs:text", NO_TEXT)
    if len(words) > LONGEST_TEXT:
        raise refusal("oversight.long:text", LONG_TEXT)
    return words


def due(name: str, path: str, at: datetime) -> tuple[str, datetime]:
    """The charter in force, and when a time of it that begins now is over."""
    key, compiled = places.charter_in_force(path, at)
    ends = due_at(at, limit_of(name, path, at), compiled.calendar)
    if ends is None:  # nothing pauses it
        message = f"no end of {name} from {at}"
        raise RuntimeError(message)
    return key, ends


def record(
    deed: Deed, subject: str, rule: str, *, words: str = "", after: Mapping[str, Any]
) -> None:
    """Write the act of a command."""
    roles = roles_with(deed.power, deed.path, deed.at)
    record_act(
        ActDraft(
            command_id=deed.command_id,
            subject=subject,
            action=deed.action,
            actor=deed.actor.key,
            role=role_over(deed.actor, deed.path, roles, deed.unit),
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
