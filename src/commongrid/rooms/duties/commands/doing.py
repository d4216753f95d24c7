"""What every command of this room does around its change: replay check, verdict, one act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActDraft, find_act, record_act
from commongrid.rooms.duties.domain import words
from commongrid.rooms.duties.domain.standing import OPINE, role_over
from commongrid.rooms.duties.models import AdmissionRow
from commongrid.rooms.duties.powers import roles_with


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Who does what, when, under which command id, by which power over which place."""

    actor: Actor
    at: datetime
    command_id: UUID
    action: str
    path: str
    power: str

    @property
    def today(self) -> date:
        """The day in the place's own time zone."""
        return day_of(self.at)


def day_of(at: datetime) -> date:
    """The local day of an instant."""
    return timezone.localtime(at).date()


def was_done(deed: Deed) -> bool:
    """Whether an earlier run of this command left its act.

    Raises: Refused when the id was used by another actor or for another action.
    """
    act = find_act(deed.command_id)
    if act is not None and (act.action, act.actor) != (deed.action, deed.actor.key):
        raise refusal("command.id_reused", words.REUSED, str(deed.command_id))
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
    deed: Deed, row: AdmissionRow, rule: str, *, said: str = "", after: Mapping[str, Any]
) -> None:
    """Write the act of a command."""
    roles = roles_with(deed.power, deed.path, deed.at) if deed.power else frozenset()
    is_within = deed.power == OPINE
    record_act(
        ActDraft(
            command_id=deed.command_id,
            subject=f"duty:{row.ref}",
            action=deed.action,
            actor=deed.actor.key,
            role="system"
            if deed.actor.is_system
            else role_over(deed.actor, deed.path, roles, is_within=is_within),
            power=deed.power,
            rule_id=rule,
            at=deed.at,
            words=said,
            after=after,
        )
    )


def account_of(actor: Actor) -> int:
    """The account behind an actor. Every command of this room but the clock's has one."""
    return int(actor.key.partition(":")[2])


def locked(admission_id: UUID) -> AdmissionRow:
    """The row, held until the transaction ends. Raises: Refused."""
    row = joined().select_for_update(of=("self",)).filter(pk=admission_id).first()
    if row is None:
        raise refusal("duties.none", words.NONE, str(admission_id))
    return row


def joined() -> QuerySet[AdmissionRow]:
    """Rows with what they renew."""
    return AdmissionRow.objects.select_related("renews")


def check_text(text: str, field: str, most: int, missing: Text) -> str:
    """Words that are there and not too long, without blanks around them. Raises: Refused."""
    found = text.strip()
    if not found:
        raise refusal(f"duties.needs:{field}", missing)
    if len(found) > most:
        raise refusal(f"duties.long:{field}", words.NOT_ONE_LINE)
    return found
