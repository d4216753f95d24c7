"""The office's key: what a phone exports is sealed for it, and opened where it is handed in."""

from __future__ import annotations

import base64
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings


def office_key() -> RSAPrivateKey:
    """The private key; it stays in the house."""
    return _read(settings.OFFICE_KEY)


def office_public_key() -> str:
    """The public key as phones are given it: SPKI, DER in base64."""
    return _public(settings.OFFICE_KEY)


@cache
def _read(plain: str) -> RSAPrivateKey:
    key = serialization.load_der_private_key(base64.b64decode(plain), password=None)
    if not isinstance(key, RSAPrivateKey):
        message = "COMMONGRID_OFFICE_KEY is no RSA key"
        raise TypeError(message)
    return key


@cache
def _public(plain: str) -> str:
    spki = (
        _read(plain)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return base64.b64encode(spki).decode("ascii")
