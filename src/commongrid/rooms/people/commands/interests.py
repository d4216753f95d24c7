"""Step out of a matter that touches oneself."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.rooms.people.commands.acting import Doing, locked_account, posts_of, require
from commongrid.rooms.people.domain.powers import may_change_own, may_decide_over
from commongrid.rooms.people.models import SUBJECT_PATTERN, Interest

BAD_SUBJECT = Text(zh="请指明须回避的事项。", en="Say which matter to step out of.")
DECLARED = Text(zh="此人已声明回避这一事项。", en="This was declared already.")


@transaction.atomic
def declare_interest(
    *, actor: Actor, at: datetime, command_id: UUID, account_id: int, subject: str
) -> None:
    """Have a person step out of one matter, by their own word or by whoever appoints over them.

    The reason is private and is neither asked nor kept. There is no way back: whoever stepped
    out once stays out of that matter. Raises: Refused.
    """
    doing = Doing(actor=actor, at=at, command_id=command_id, action="declare_interest")
    if doing.was_done():
        return
    locked_account(account_id)
    verdict = may_change_own(actor, account_id=account_id)
    if not verdict:
        posts = posts_of(account_id, at)
        verdict = require(may_decide_over(actor, account_id=account_id, posts=posts))
    if not re.match(SUBJECT_PATTERN, subject):
        raise Refused(Verdict.no("people.bad_subject", BAD_SUBJECT, subject))
    if Interest.objects.filter(account_id=account_id, subject=subject).exists():
        raise Refused(Verdict.no("people.interest_declared", DECLARED))
    Interest.objects.create(
        account_id=account_id, subject=subject, declared_at=at, made_by_act=command_id
    )
    doing.record(account_id, verdict, after={"steps_out_of": subject})
