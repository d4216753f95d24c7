"""What a person sets for themselves: language, password, the end of all sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.rooms.people.commands.acting import Doing, locked_account, posts_of, require
from commongrid.rooms.people.commands.two_officers import require_another_officer
from commongrid.rooms.people.domain.powers import may_change_own, may_decide_over
from commongrid.rooms.people.models import Account
from commongrid.rooms.people.passwords import password_problems

WRONG_PASSWORD = Text(zh="当前密码不正确。", en="The current password is not right.")
NO_LOGIN = Text(
    zh="程序账号不能登录，因此没有密码。", en="A service account cannot log in and has no password."
)
UNKNOWN_LANGUAGE = Text(zh="没有这种语言。", en="There is no such language here.")


@transaction.atomic
def change_language(
    *, actor: Actor, at: datetime, command_id: UUID, account_id: int, language: str
) -> None:
    """Choose the language the pages greet this person in; "" is the browser's. Raises: Refused."""
    doing = Doing(actor=actor, at=at, command_id=command_id, action="change_language")
    if doing.was_done():
        return
    row = locked_account(account_id)
    verdict = require(may_change_own(actor, account_id=account_id))
    if language and language not in dict(settings.LANGUAGES):
        raise Refused(Verdict.no("people.unknown_language", UNKNOWN_LANGUAGE, language))
    before, row.language = row.language, language
    row.save(update_fields=["language"])
    doing.record(account_id, verdict, before={"language": before}, after={"language": language})


@transaction.atomic
def set_password(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    account_id: int,
    password: str,
    current_password: str = "",
) -> None:
    """Set a password: one's own with the current one, or another's by power over that person.

    Ends every session of the account. The act says that it was set, nothing about what it is.
    Raises: Refused.
    """
    doing = Doing(actor=actor, at=at, command_id=command_id, action="set_password")
    if doing.was_done():
        return
    row = locked_account(account_id)
    if row.is_service:
        raise Refused(Verdict.no("people.service_account", NO_LOGIN, str(account_id)))
    verdict = _may_set_password(actor, row, current_password, at)
    require(password_problems(password, row))
    row.set_password(password)
    row.session_series += 1
    row.save(update_fields=["password", "session_series"])
    doing.record(account_id, verdict, after={"password": "set"})


@transaction.atomic
def end_sessions(*, actor: Actor, at: datetime, command_id: UUID, account_id: int) -> None:
    """Log the account out everywhere: a lost phone, a screen left open. Raises: Refused."""
    doing = Doing(actor=actor, at=at, command_id=command_id, action="end_sessions")
    if doing.was_done():
        return
    row = locked_account(account_id)
    verdict = may_change_own(actor, account_id=account_id)
    if not verdict:
        posts = posts_of(account_id, at)
        verdict = require(may_decide_over(actor, account_id=account_id, posts=posts))
    row.session_series += 1
    row.save(update_fields=["session_series"])
    doing.record(account_id, verdict, after={"sessions": "ended"})


def _may_set_password(actor: Actor, row: Account, current: str, at: datetime) -> Verdict:
    own = may_change_own(actor, account_id=row.pk)
    if not own:
        verdict = require(may_decide_over(actor, account_id=row.pk, posts=posts_of(row.pk, at)))
        require_another_officer(actor, row.pk, gave=("disable_totp",), at=at, until="confirm_totp")
        return verdict
    if not row.check_password(current):
        raise Refused(Verdict.no("people.wrong_password", WRONG_PASSWORD))
    return own
