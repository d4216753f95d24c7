"""What every command of this room does around its change: replay check, verdict, one act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger import face as ledger
from commongrid.rooms.people.domain.powers import Post, role_used
from commongrid.rooms.people.domain.roles import APPOINTING
from commongrid.rooms.people.models import Account, Appointment

POWER = "appointing"

REUSED = Text(
    zh="这个操作编号已用于另一件事，请刷新页面后重试。",
    en="This command number was used for something else. Reload the page and try again.",
)
NO_ACCOUNT = Text(zh="没有这个账号。", en="There is no such account.")
INACTIVE = Text(zh="这个账号已停用。", en="This account has been deactivated.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """One command being done: by whom, when, under which id."""

    actor: Actor
    at: datetime
    command_id: UUID
    action: str

    def was_done(self) -> ledger.ActCard | None:
        """The act an earlier run of this command left, or None.

        Raises: Refused when the id was used by another actor or for another action.
        """
        act = ledger.find_act(self.command_id)
        if act is not None and (act.action, act.actor) != (self.action, self.actor.key):
            raise Refused(Verdict.no("people.command_reused", REUSED, str(self.command_id)))
        return act

    def record(
        self,
        account_id: int,
        verdict: Verdict,
        *,
        words: str = "",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write the act: facts about the account, never names, phones, passwords or secrets."""
        ledger.record_act(
            ledger.ActDraft(
                command_id=self.command_id,
                subject=subject_of(account_id),
                action=self.action,
                actor=self.actor.key,
                role=role_used(verdict.rule),
                power=POWER if verdict.rule == "people.appointing_over_area" else "",
                rule_id=verdict.rule,
                at=self.at,
                words=words,
                before=before,
                after=after,
            )
        )


def require(verdict: Verdict) -> Verdict:
    """Go on only when allowed. Raises: Refused."""
    if not verdict:
        raise Refused(verdict)
    return verdict


def subject_of(account_id: int) -> str:
    """Under which subject the acts about an account are kept."""
    return f"person:{account_id}"


def account_in(act: ledger.ActCard) -> int:
    """The account an act is about."""
    return int(act.subject.split(":", 1)[1])


def locked_account(account_id: int, *, must_be_active: bool = True) -> Account:
    """The account, held until the transaction ends. Raises: Refused when missing or inactive."""
    row = Account.objects.select_for_update().filter(pk=account_id).first()
    if row is None:
        raise Refused(Verdict.no("people.no_account", NO_ACCOUNT, str(account_id)))
    if must_be_active and not row.is_active:
        raise Refused(Verdict.no("people.account_inactive", INACTIVE, str(account_id)))
    return row


def posts_of(account_id: int, at: datetime) -> list[Post]:
    """Posts held now or later: what power over the person is measured against.

    Somebody without any is measured by the posts held before, and a new account by the area of
    whoever made it: else anybody who appoints anywhere could take over an account that another
    area is about to appoint.
    """
    rows = Appointment.objects.filter(account_id=account_id)
    now_or_later = rows.exclude(until_at__lte=at).exclude(until_at__lte=F("from_at"))
    return _posts(now_or_later) or _posts(rows) or _areas_of_maker(account_id)


def _posts(rows: QuerySet[Appointment]) -> list[Post]:
    return [Post(role, path) for role, path in rows.values_list("role", "place_path")]


def _areas_of_maker(account_id: int) -> list[Post]:
    """Where whoever made an account appoints; nowhere when the installer made it."""
    acts = ledger.list_acts(subject_of(account_id))
    maker = acts[0].actor if acts else ""
    if not maker.startswith("staff:"):
        return []
    rows = Appointment.objects.filter(account_id=int(maker.removeprefix("staff:")), role=APPOINTING)
    return [Post("new", post.path) for post in _posts(rows)]
