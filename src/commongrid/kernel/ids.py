"""Identifiers: row ids that sort by time, and the receipt code a resident keeps."""

from __future__ import annotations

import hmac
import re
import secrets
import threading
import time
import unicodedata
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

_STEPS_PER_MS = 1 << 12  # the 12 bits after the version hold fractions of a millisecond
_MAX_AHEAD = 10_000 * _STEPS_PER_MS


class _Stamps:
    """Time stamps that only go up, in steps of a 4096th of a millisecond."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        """The time now, or a step after the last stamp where the clock has not moved on."""
        now = time.time_ns() * _STEPS_PER_MS // 1_000_000
        with self._lock:
            # A clock set back a little is counted past; one set back a lot is followed.
            ahead = self._last - now
            self._last = self._last + 1 if 0 <= ahead < _MAX_AHEAD else now
            return self._last


_stamps = _Stamps()


def new_id() -> UUID:
    """A new UUID version 7; ids made one after the other in a process sort in that order.

    Source: RFC 9562 section 5.7, and section 6.2 method 3 (fractions of a millisecond).
    """
    milliseconds, fraction = divmod(_stamps.next(), _STEPS_PER_MS)
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | fraction << 64
    return UUID(int=value | 0b10 << 62 | secrets.randbits(62))


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O (read as digits) and no U."""
DATA_SYMBOLS = 12
_GROUP = 4
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_AS_PRINTED = re.compile(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]")
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


class Chooser(Protocol):
    """Anything that picks one of several: the `secrets` module, or a seeded `random.Random`."""

    def choice(self, seq: Sequence[str], /) -> str:
        """One of them, each as likely as the others."""
        ...


def new_receipt_code(rng: Chooser = secrets) -> str:
    """A new receipt code of 12 random symbols and a check symbol, grouped for reading aloud.

    Units: 5 bits a symbol, so about 60 bits. Randomness: `rng`; only tests pass their own.

    Example:
        >>> import random
        >>> code = new_receipt_code(random.Random(7))
        >>> len(code), code == normalise_receipt_code(code.lower())
        (16, True)
    """
    data = "".join(rng.choice(ALPHABET) for _ in range(DATA_SYMBOLS))
    return _grouped(data + _check_symbol(data))


def derived_receipt_code(seed: bytes) -> str:
    """The receipt code that follows from a secret: always the same one, guessed by nobody.

    Units: each symbol is 5 bits of HMAC-SHA-256 of its place (4 bytes) under ``seed``.
    """
    keyed, symbols = hmac.new(seed, digestmod="sha256"), []
    for place in range(DATA_SYMBOLS):
        mark = keyed.copy()  # the key is set once for all the symbols
        mark.update(place.to_bytes(4, "big"))
        symbols.append(ALPHABET[mark.digest()[7] & 31])
    data = "".join(symbols)
    return _grouped(data + _check_symbol(data))


def normalise_receipt_code(text: str) -> str | None:
    """The code as printed on the receipt, or None when what was typed cannot be one.

    Lower case, full-width letters, spaces and dashes are forgiven; O is read as 0, I and L as 1.
    Any one wrong symbol and any two neighbours exchanged are noticed.

    Example:
        >>> normalise_receipt_code("not a code") is None
        True
    """
    if _AS_PRINTED.fullmatch(text):  # as most are: nothing to forgive
        plain = text.replace("-", "")
        return text if _check_symbol(plain[:-1]) == plain[-1] else None
    wide = unicodedata.normalize("NFKC", text)
    kept = (c for c in wide if not c.isspace() and unicodedata.category(c) not in ("Pd", "Cf"))
    symbols = "".join(kept).upper().translate(_READ_AS).replace("\u2212", "")
    if len(symbols) != DATA_SYMBOLS + 1 or not all(symbol in _VALUE for symbol in symbols):
        return None
    if _check_symbol(symbols[:-1]) != symbols[-1]:
        return None
    return _grouped(symbols)


def receipt_digest(code: str, key: bytes) -> str:
    """The keyed digest under which a receipt is found again; the code itself is never stored.

    Raises: ValueError when the code is not one, or the key is empty.
    Source: RFC 2104 with SHA-256.
    """
    known = normalise_receipt_code(code)
    if known is None:
        message = "this is not a receipt code: its check symbol does not fit"
        raise ValueError(message)
    if not key:
        message = "a receipt digest needs a key that is not empty"
        raise ValueError(message)
    return hmac.digest(key, known.encode("ascii"), "sha256").hex()


def _grouped(symbols: str) -> str:
    return "-".join(symbols[at : at + _GROUP] for at in range(0, len(symbols), _GROUP))


def _check_symbol(data: str) -> str:
    # A sum over the field of 32 elements, each place with its own power of 2 as weight: one
    # changed symbol changes the sum, and so does an exchange, since no two weights are equal.
    total = 0
    for symbol in data:
        total = _DOUBLED[total ^ _VALUE[symbol]]
    return ALPHABET[total]


def _doubled(element: int) -> int:
    # x^5 + x^2 + 1 is primitive over two elements, so 31 doublings pass before one comes back.
    twice = element << 1
    return twice ^ 0b100101 if twice & 0b100000 else twice


_DOUBLED = tuple(map(_doubled, range(len(ALPHABET))))
