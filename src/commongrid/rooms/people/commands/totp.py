"""Begin, confirm and remove the second factor."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.rooms.people.commands.acting import Doing, locked_account, posts_of, require
from commongrid.rooms.people.commands.two_officers import require_another_officer
from commongrid.rooms.people.domain.powers import may_change_own, may_decide_over
from commongrid.rooms.people.second_factor import TotpCard, new_recovery_codes, totp_card
from commongrid.rooms.people.totp_rows import KEYED, KeyedTotp

ACTIVE = Text(
    zh="已启用两步验证。如需更换手机，请由有权人员先行解除。",
    en="Two-step login is on already. To change phones, ask whoever appoints you to remove it.",
)
NOT_BEGUN = Text(zh="请先开始设置两步验证。", en="Begin setting up two-step login first.")
WRONG_CODE = Text(
    zh="验证码不正确，请查看应用中最新的 6 位数字，并检查手机时间。",
    en="The code is not right. Take the newest 6 digits from the app, and check the phone's time.",
)
NONE_THERE = Text(zh="此人没有启用两步验证。", en="This person has no two-step login.")
NO_SELF_REMOVAL = Text(
    zh="两步验证不能由本人解除，须由另一位有权人员办理。",
    en="Nobody removes their own second step; another person with the power has to.",
)


@transaction.atomic
def enroll_totp(
    *, actor: Actor, at: datetime, command_id: UUID, account_id: int
) -> TotpCard | None:
    """Begin the second factor with a fresh secret; an earlier unconfirmed one is thrown away.

    Gives what the app needs, or None on a replay after it was confirmed. Raises: Refused.
    """
    doing = Doing(actor=actor, at=at, command_id=command_id, action="enroll_totp")
    begun = KeyedTotp.objects.filter(user_id=account_id, confirmed=False)
    if doing.was_done():
        device = begun.first()
        return totp_card(device) if device else None
    locked_account(account_id)
    verdict = require(may_change_own(actor, account_id=account_id))
    if KeyedTotp.objects.filter(user_id=account_id, confirmed=True).exists():
        raise Refused(Verdict.no("people.totp_active", ACTIVE))
    begun.delete()
    device = KeyedTotp.objects.create(user_id=account_id, name=KEYED, confirmed=False)
    doing.record(account_id, verdict, after={"second_factor": "begun"})
    return totp_card(device)


@transaction.atomic
def confirm_totp(
    *, actor: Actor, at: datetime, command_id: UUID, account_id: int, code: str
) -> tuple[str, ...]:
    """Switch the second factor on by a first right code.

    Gives the recovery codes, this once; a replay gives none. Raises: Refused.
    """
    doing = Doing(actor=actor, at=at, command_id=command_id, action="confirm_totp")
    if doing.was_done():
        return ()
    locked_account(account_id)
    verdict = require(may_change_own(actor, account_id=account_id))
    devices = KeyedTotp.objects.select_for_update()
    device = devices.filter(user_id=account_id, confirmed=False).first()
    if device is None:
        raise Refused(Verdict.no("people.totp_not_begun", NOT_BEGUN))
    if not device.verify_token("".join(code.split())):
        raise Refused(Verdict.no("people.totp_wrong_code", WRONG_CODE))
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    codes = new_recovery_codes(account_id)
    doing.record(account_id, verdict, before={"second_factor": "begun"}, after=_ON)
    return codes


@transaction.atomic
def renew_recovery_codes(
    *, actor: Actor, at: datetime, command_id: UUID, account_id: int
) -> tuple[str, ...]:
    """Throw the recovery codes away and give new ones, this once; a replay gives none.

    Raises: Refused.
    """
    doing = Doing(actor=actor, at=at, command_id=command_id, action="renew_recovery_codes")
    if doing.was_done():
        return ()
    locked_account(account_id)
    verdict = require(may_change_own(actor, account_id=account_id))
    if not KeyedTotp.objects.filter(user_id=account_id, confirmed=True).exists():
        raise Refused(Verdict.no("people.totp_not_begun", NOT_BEGUN))
    codes = new_recovery_codes(account_id)
    doing.record(account_id, verdict, after={"recovery_codes": "renewed"})
    return codes


@transaction.atomic
def disable_totp(
    *, actor: Actor, at: datetime, command_id: UUID, account_id: int, reason: str = ""
) -> None:
    """Remove somebody else's second factor, as when a phone is lost; ends their sessions.

    The person has to set up a new one at the next login. Raises: Refused.
    """
    doing = Doing(actor=actor, at=at, command_id=command_id, action="disable_totp")
    if doing.was_done():
        return
    row = locked_account(account_id)
    if may_change_own(actor, account_id=account_id):
        raise Refused(Verdict.no("people.not_own", NO_SELF_REMOVAL))
    posts = posts_of(account_id, at)
    verdict = require(may_decide_over(actor, account_id=account_id, posts=posts))
    if not KeyedTotp.objects.filter(user_id=account_id, confirmed=True).exists():
        raise Refused(Verdict.no("people.totp_absent", NONE_THERE))
    require_another_officer(actor, account_id, gave=("create_account", "set_password"), at=at)
    KeyedTotp.objects.filter(user_id=account_id).delete()
    StaticDevice.objects.filter(user_id=account_id).delete()
    row.session_series += 1
    row.save(update_fields=["session_series"])
    doing.record(account_id, verdict, words=reason, before=_ON, after={"second_factor": "off"})


_ON = {"second_factor": "on"}
