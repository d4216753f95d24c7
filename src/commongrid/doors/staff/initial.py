"""Initial passwords: made here, shown once, known to nobody afterwards."""

from __future__ import annotations

import secrets

from django.contrib.auth import load_backend

from commongrid.doors.staff.pending import BACKEND
from commongrid.kernel.ids import ALPHABET

GROUPS, GROUP = 4, 4
"""80 bits; groups of four are read aloud and typed without mistakes."""


def new_password() -> str:
    """A random password in groups."""
    parts = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(parts)


def is_now_the_password(account_id: int, password: str) -> bool:
    """Whether this is the account's password: false when the form was sent before.

    A command that is sent twice acts once, so the second answer must not show a password that
    was never set.
    """
    account = load_backend(BACKEND).get_user(account_id)
    return account is not None and account.check_password(password)
