"""The second factor: codes of an authenticator app, and recovery codes for a lost phone.

Checking a code is not an act: a ledger of log-ins would be an attendance record.
Source: RFC 6238 (codes from time).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from commongrid.kernel.ids import ALPHABET
from commongrid.rooms.people.models import Account
from commongrid.rooms.people.totp_rows import KeyedTotp

RECOVERY_CODES = 10
RECOVERY_SYMBOLS = 10  # 50 bits, guessed one at a time against a growing wait
APP_DIGITS = 6
_SALT = "commongrid.people.recovery"
_STORED_SYMBOLS = 16  # as much as the table of django-otp holds: 64 bits of the keyed digest
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """How a code fared. `device_id` marks the session as verified; `wait_s` asks for patience."""

    is_right: bool
    device_id: str = ""
    was_recovery: bool = False
    wait_s: int = 0


@dataclass(frozen=True, slots=True)
class TotpCard:
    """What an authenticator app needs. A secret: show it to its owner once, never log it."""

    secret: str  # base32, for typing
    uri: str  # otpauth://, for the QR code


def must_have_second_factor(account: Account) -> bool:
    """Whether this account may not log in with a password alone."""
    is_required: bool = getattr(settings, "REQUIRE_2FA", True)
    return is_required and account.must_use_totp


def has_second_factor(account_id: int) -> bool:
    """Whether an authenticator app has been confirmed. Cost: 1 statement."""
    return bool(KeyedTotp.objects.filter(user_id=account_id, confirmed=True).exists())


def second_factor_id(account_id: int) -> str:
    """The name by which django-otp knows the confirmed app in a session, or "".

    Cost: 1 statement.
    """
    device = KeyedTotp.objects.filter(user_id=account_id, confirmed=True).first()
    return str(device.persistent_id) if device else ""


def count_recovery_codes(account_id: int) -> int:
    """How many recovery codes are left. Cost: 1 statement."""
    return int(StaticToken.objects.filter(device__user_id=account_id).count())


def find_begun_totp(account_id: int) -> TotpCard | None:
    """The enrolment that waits for its first code, or None; a confirmed secret is never shown."""
    device = KeyedTotp.objects.filter(user_id=account_id, confirmed=False).first()
    return totp_card(device) if device else None


def totp_card(device: KeyedTotp) -> TotpCard:
    """The card of a device."""
    uri = str(device.config_url)
    secret = uri.split("secret=", 1)[1].split("&", 1)[0]
    return TotpCard(secret=secret, uri=uri)


@transaction.atomic
def check_code(account_id: int, code: str) -> CodeCheck:
    """Check a code of the app or a recovery code, which is used up by it.

    After each wrong code the wait doubles (django-otp); while it lasts even a right one fails.
    """
    typed = "".join(code.split()).replace("-", "").upper()
    if typed.isascii() and typed.isdecimal() and len(typed) == APP_DIGITS:
        devices = KeyedTotp.objects.filter(user_id=account_id, confirmed=True)
        return _tried(devices.select_for_update().first(), typed, was_recovery=False)
    devices = StaticDevice.objects.filter(user_id=account_id, confirmed=True)
    stored = stored_recovery_code(account_id, typed)
    return _tried(devices.select_for_update().first(), stored, was_recovery=True)


def _tried(device: KeyedTotp | StaticDevice | None, token: str, *, was_recovery: bool) -> CodeCheck:
    if device is None:
        return CodeCheck(is_right=False)
    allowed, why = device.verify_is_allowed()
    if not allowed:
        return CodeCheck(is_right=False, wait_s=_wait_s(why))
    if not device.verify_token(token):
        return CodeCheck(is_right=False)
    return CodeCheck(is_right=True, device_id=device.persistent_id, was_recovery=was_recovery)


def _wait_s(why: dict[str, object] | None) -> int:
    until = (why or {}).get("locked_until")
    if not isinstance(until, datetime):
        return 1
    return max(1, ceil((until - timezone.now()).total_seconds()))


def new_recovery_codes(account_id: int) -> tuple[str, ...]:
    """Replace the recovery codes; only their keyed digests stay. Call it within a command."""
    StaticDevice.objects.filter(user_id=account_id).delete()
    device = StaticDevice.objects.create(user_id=account_id, name="recovery", confirmed=True)
    codes = tuple(_random_code() for _ in range(RECOVERY_CODES))
    for code in codes:
        device.token_set.create(token=stored_recovery_code(account_id, code.replace("-", "")))
    return codes


def stored_recovery_code(account_id: int, typed: str) -> str:
    """What the database keeps of a recovery code: useless without the key of the installation."""
    known = typed.upper().translate(_READ_AS)
    digest = salted_hmac(_SALT, f"{account_id}:{known}", algorithm="sha256").hexdigest()
    return str(digest)[:_STORED_SYMBOLS]


def _random_code() -> str:
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_SYMBOLS))
    if symbols.isdecimal():  # all digits is rare; never let it look like a code of the app
        return _random_code()
    return f"{symbols[:5]}-{symbols[5:]}"
