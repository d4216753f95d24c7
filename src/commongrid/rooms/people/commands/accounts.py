"""Make and close accounts."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.rooms.people.cards import AccountCard, account_card
from commongrid.rooms.people.commands.acting import (
    Doing,
    account_in,
    locked_account,
    posts_of,
    require,
)
from commongrid.rooms.people.domain.powers import may_create_account, may_decide_over
from commongrid.rooms.people.models import USERNAME_PATTERN, Account
from commongrid.rooms.people.passwords import password_problems

BAD_NAME = Text(
    zh="登录名须为 2 至 40 个字符，只用小写字母、数字、点、横线和下划线，并须填写姓名。",
    en="A login name has 2 to 40 lower-case letters, digits, dots, dashes or underscores; "
    "a display name is needed too.",
)
TAKEN = Text(zh="这个登录名已有人使用。", en="This login name is taken.")


@transaction.atomic
def create_account(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    username: str,
    display_name: str,
    display_name_en: str = "",
    work_phone: str = "",
    language: str = "",
    password: str = "",
    must_use_totp: bool = True,
) -> AccountCard:
    """Make an account for a member of staff; it opens nothing before an appointment.

    Without ``language`` pages speak what the browser asks for.
    With no password nobody can log in until one is set. Raises: Refused.
    """
    doing = Doing(actor=actor, at=at, command_id=command_id, action="create_account")
    if done := doing.was_done():
        return account_card(Account.objects.get(pk=account_in(done)))
    verdict = require(may_create_account(actor))
    row = Account(
        username=username.strip().lower(),
        display_name=display_name.strip(),
        display_name_en=display_name_en.strip(),
        work_phone=work_phone.strip(),
        language=language,
        must_use_totp=must_use_totp,
        made_at=at,
    )
    _require_sound(row)
    if password:
        require(password_problems(password, row))
    row.set_password(password or None)
    row.save(force_insert=True)
    doing.record(row.pk, verdict, after={"is_active": True, "must_use_totp": must_use_totp})
    return account_card(row)


@transaction.atomic
def deactivate_account(
    *, actor: Actor, at: datetime, command_id: UUID, account_id: int, reason: str = ""
) -> AccountCard:
    """Close an account: no login, no hats, every session ended, the work phone emptied.

    Appointments stay as they were, since acts were done under them; they give no hat any more.
    Raises: Refused.
    """
    doing = Doing(actor=actor, at=at, command_id=command_id, action="deactivate_account")
    if doing.was_done():
        return account_card(Account.objects.get(pk=account_id))
    row = locked_account(account_id)
    posts = posts_of(account_id, at)
    verdict = require(may_decide_over(actor, account_id=account_id, posts=posts))
    row.is_active = False
    row.work_phone = ""
    row.session_series += 1
    row.set_unusable_password()
    row.save(update_fields=["is_active", "work_phone", "session_series", "password"])
    doing.record(
        account_id, verdict, words=reason, before={"is_active": True}, after={"is_active": False}
    )
    return account_card(row)


def _require_sound(row: Account) -> None:
    known = dict(settings.LANGUAGES)
    if not (re.match(USERNAME_PATTERN, row.username) and row.display_name):
        raise Refused(Verdict.no("people.bad_name", BAD_NAME))
    if row.language and row.language not in known:
        say = Text(zh="没有这种语言。", en="There is no such language here.")
        raise Refused(Verdict.no("people.unknown_language", say, row.language))
    if Account.objects.filter(username=row.username).exists():
        raise Refused(Verdict.no("people.username_taken", TAKEN))
