"""Sealing to a key that the machine does not hold open: X25519, HKDF and AES-256-GCM.

What is sealed to a public key opens with its private key alone. The private key of supervision is
wrapped by a passphrase, the complainant's by the receipt code; neither is kept here.

Source: RFC 7748 (X25519), RFC 5869 (HKDF), RFC 7914 (scrypt).
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

KEY_BYTES, NONCE_BYTES, SALT_BYTES = 32, 12, 16
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**15, 8, 1
"""About 0.1 s and 32 MB a try: a passphrase of sixteen characters is not guessed."""
_PURPOSE = b"commongrid complaint"


class ClosedError(ValueError):
    """It does not open: another key, a wrong passphrase, or altered bytes."""


def new_pair(secret: str) -> tuple[bytes, bytes]:
    """A fresh key pair: the public key, and the private one wrapped by a secret.

    Example:
        >>> public, wrapped = new_pair("a long enough secret")
        >>> open_sealed(seal_to(public, b"words", b"t"), unwrap(wrapped, "a long enough secret"),
        ...             b"t")
        b'words'
    """
    private = X25519PrivateKey.generate()
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    wrapped = AESGCM(_stretched(secret, salt)).encrypt(nonce, private.private_bytes_raw(), _PURPOSE)
    return private.public_key().public_bytes_raw(), salt + nonce + wrapped


def unwrap(wrapped: bytes, secret: str) -> bytes:
    """The private key, with the secret that wraps it. Raises: ClosedError. Cost: about 0.1 s."""
    salt, nonce = wrapped[:SALT_BYTES], wrapped[SALT_BYTES : SALT_BYTES + NONCE_BYTES]
    try:
        body = wrapped[SALT_BYTES + NONCE_BYTES :]
        return AESGCM(_stretched(secret, salt)).decrypt(nonce, body, _PURPOSE)
    except (InvalidTag, ValueError) as error:
        message = "the secret does not open the key"
        raise ClosedError(message) from error


def seal_to(public: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """Seal so that only the private key opens it, and only for what it is bound to."""
    once = X25519PrivateKey.generate()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    sender, nonce = once.public_key().public_bytes_raw(), os.urandom(NONCE_BYTES)
    key = _derived(shared, sender + public)
    return sender + nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def open_sealed(sealed: bytes, private: bytes, bound_to: bytes) -> bytes:
    """Open what was sealed to the public key of this private one. Raises: ClosedError."""
    sender, rest = sealed[:KEY_BYTES], sealed[KEY_BYTES:]
    try:
        own = X25519PrivateKey.from_private_bytes(private)
        shared = own.exchange(X25519PublicKey.from_public_bytes(sender))
        key = _derived(shared, sender + own.public_key().public_bytes_raw())
        return AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        message = "another key, or altered"
        raise ClosedError(message) from error


def _derived(shared: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, _PURPOSE).derive(shared)


def _stretched(secret: str, salt: bytes) -> bytes:
    kdf = Scrypt(salt=salt, length=KEY_BYTES, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P)
    return kdf.derive(secret.encode())
