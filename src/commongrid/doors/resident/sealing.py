"""Sealing what a person has told us while it waits in a session or in the pending store."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.CONTACT_KEYS])


def seal(content: bytes) -> bytes:
    """Encrypt with the newest of the installation's contact keys."""
    return _box().encrypt(content)


def unseal(sealed: bytes, *, max_age_s: int) -> bytes | None:
    """Decrypt, or None when it is too old, damaged or was sealed elsewhere."""
    try:
        return _box().decrypt(sealed, ttl=max_age_s)
    except InvalidToken:
        return None
