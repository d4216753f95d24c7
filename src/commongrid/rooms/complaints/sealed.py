"""The words of a complaint as sealed bytes, and how each side opens them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from commongrid.rooms.complaints.domain.sealing import ClosedError, open_sealed, seal_to
from commongrid.rooms.complaints.keys import identity_keys, word_keys
from commongrid.rooms.complaints.models import Complaint, Entry
from commongrid.rooms.vault import face as vault

Words = Mapping[str, str]


def seal_words(row: Complaint, words: Words) -> tuple[bytes, bytes | None]:
    """Seal words for the office and, where this machine cannot open them, for the complainant."""
    plain, bound = _plain(words), _bound(row)
    if row.sealed_to is None:
        return vault.seal_apart(plain, bound_to=bound, house_key=word_keys()[0]), None
    own = seal_to(bytes(row.own_public or b""), plain, bound)
    return seal_to(bytes(row.sealed_to.public), plain, bound), own


def open_words(row: Complaint, entry: Entry, private: bytes | None) -> dict[str, str] | None:
    """The words as the office reads them; None without the private key of supervision.

    Raises: BrokenWrapError where the house's key does not open them.
    """
    if row.sealed_to_id is None:
        plain = vault.open_apart(
            bytes(entry.sealed), bound_to=_bound(row), house_keys=word_keys()
        )  # fmt: skip
        return _read(plain)
    return _opened(bytes(entry.sealed), private, row)


def open_own_words(row: Complaint, entry: Entry, private: bytes | None) -> dict[str, str] | None:
    """The words as the complainant reads them, with the key that the receipt code opens."""
    if row.sealed_to_id is None:
        return open_words(row, entry, None)
    return _opened(bytes(entry.own or b""), private, row)


def seal_identity(row: Complaint, identity: Words) -> bytes:
    """Seal who complained: under the key of identities, and of supervision where it has one."""
    plain = _plain(identity)
    if row.sealed_to is not None:
        plain = seal_to(bytes(row.sealed_to.public), plain, _bound(row))
    return vault.seal_apart(plain, bound_to=_bound(row), house_key=identity_keys()[0])


def open_identity(row: Complaint, sealed: bytes, private: bytes | None) -> dict[str, str] | None:
    """Who complained; None without the private key of supervision where it takes one."""
    plain = vault.open_apart(sealed, bound_to=_bound(row), house_keys=identity_keys())
    return _read(plain) if row.sealed_to_id is None else _opened(plain, private, row)


def _opened(sealed: bytes, private: bytes | None, row: Complaint) -> dict[str, str] | None:
    if private is None:
        return None
    try:
        return _read(open_sealed(sealed, private, _bound(row)))
    except ClosedError:
        return None


def _bound(row: Complaint) -> bytes:
    return b"complaint|" + row.pk.bytes


def _plain(words: Words) -> bytes:
    return json.dumps(dict(words), ensure_ascii=False).encode()


def _read(plain: bytes) -> dict[str, str]:
    read: dict[str, str] = json.loads(plain)
    return read
