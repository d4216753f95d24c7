"""Opening or erasing the data of many needs two persons; of a few, one and a reason.

Nothing here opens or erases in one go: there is no such button. Many single acts in a day are the
same thing, so from a number on somebody else who has power over the account says that it may go on.
Nobody is measured: no page lists these numbers, and the acts that are counted are there anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger import face as ledger
from commongrid.rooms.people.commands.acting import (
    Doing,
    locked_account,
    posts_of,
    require,
    subject_of,
)
from commongrid.rooms.people.commands.second_person import require_independent
from commongrid.rooms.people.domain.powers import may_decide_over

DAY = timedelta(days=1)
ALLOW = "allow_bulk"


@dataclass(frozen=True, slots=True)
class Bulk:
    """What one account may do alone in a day. ``alone`` is in acts; each consent adds as many."""

    actions: tuple[str, ...]
    alone: int
    say: Text


BULK = {
    "reveal": Bulk(
        actions=("reveal", "open_returned_contact", "open_identity"),
        alone=40,
        say=Text(
            zh="一天内打开的联系方式已较多，再打开须由另一位负责任用的人员先同意。",
            en="Much contact data was opened within a day. Before more is opened, another person, "
            "one who appoints, has to agree.",
        ),
    ),
    "erase": Bulk(
        actions=("erase_person",),
        alone=10,
        say=Text(
            zh="一天内删除的个人信息已较多，再删除须由另一位负责任用的人员先同意。",
            en="The data of many persons were erased within a day. Before more are erased, another "
            "person, one who appoints, has to agree.",
        ),
    ),
}
UNKNOWN = Text(zh="没有这类批量操作。", en="There is no such bulk operation.")


def require_alone(actor: Actor, what: str, *, at: datetime) -> None:
    """Refuse what would be too much for one account in a day, without a second person.

    Cost: 1 statement; 1 more from the limit on. Raises: Refused.
    """
    kind, prefix = BULK[what], "staff:"
    if not actor.key.startswith(prefix):
        return
    done = ledger.count_acts_by(actor.key, actions=kind.actions, since=at - DAY)
    if done < kind.alone:
        return
    account_id = int(actor.key.removeprefix(prefix))
    acts = ledger.list_acts(subject_of(account_id))
    consents = sum(
        act.action == ALLOW and act.at > at - DAY and act.after.get("what") == what for act in acts
    )
    if done >= kind.alone * (1 + consents):
        raise Refused(Verdict.no("people.second_person", kind.say, f"{what}: {done} in a day"))


@transaction.atomic
def allow_bulk(
    *, actor: Actor, at: datetime, command_id: UUID, account_id: int, what: str, reason: str
) -> None:
    """Let somebody else's account open or erase more within a day, as much again.

    Raises: Refused for oneself, for whoever got account or post from the one who asks, without
    power over the account, for an unknown kind.
    """
    doing = Doing(actor=actor, at=at, command_id=command_id, action=ALLOW)
    if doing.was_done():
        return
    if what not in BULK:
        raise Refused(Verdict.no("people.unknown_bulk", UNKNOWN, what))
    locked_account(account_id)
    posts = posts_of(account_id, at)
    verdict = require(may_decide_over(actor, account_id=account_id, posts=posts))
    require_independent(first=f"staff:{account_id}", second=actor.key, at=at)
    after = {"what": what, "more": BULK[what].alone, "until": (at + DAY).isoformat()}
    doing.record(account_id, verdict, words=reason, after=after)
