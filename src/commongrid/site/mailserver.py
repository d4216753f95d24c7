"""The mail server's address, taken apart."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


def smtp_settings(address: str) -> dict[str, Any]:
    """Django's settings for a mail server; none for an empty address.

    Raises: ValueError for an address that is none.

    Example:
        >>> smtp_settings("smtps://a:b@mail.example.org")["EMAIL_USE_SSL"]
        True
        >>> smtp_settings("")
        {}
    """
    if not address:
        return {}
    parts = urlsplit(address)
    if parts.scheme not in PORTS or not parts.hostname:
        message = "COMMONGRID_SMTP must look like smtp://user:password@host:587"
        raise ValueError(message)
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }
