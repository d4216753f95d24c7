"""One spelling for one value: the text that ledger digests are computed over."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from commongrid.kernel.text import Text


def canonical_json(value: object) -> str:
    """The value as JSON with sorted keys and no spaces, equal for equal values.

    Instants are written in UTC with microseconds and `Z`; decimals, dates and UUIDs as strings;
    sets as sorted lists; a `Text` as an object. Reading the text back and writing it again
    gives the same text, so a digest can be checked from what a database kept.

    Raises: TypeError naming the path of the first part that has no canonical form.

    Example:
        >>> canonical_json({"b": (1, Decimal("0.50")), "a": Text(zh="网格", en="grid")})
        '{"a":{"en":"grid","zh":"网格"},"b":[1,"0.5"]}'
    """
    return _written(_plain(value, "$"))


def digest(value: object) -> str:
    """The SHA-256 of the canonical JSON, in hexadecimal."""
    return digest_of_text(canonical_json(value))


def digest_of_text(written: str) -> str:
    """The SHA-256 of what `canonical_json` wrote, where the text itself is needed as well."""
    return hashlib.sha256(written.encode("utf-8")).hexdigest()


_written = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


def _plain(value: object, path: str) -> Any:
    kind = type(value)  # most values are one of these; what follows is right for them as well
    if kind is str:
        return _plain_text(value, path)  # type: ignore[arg-type]  # it is one
    if value is None or kind is int or kind is bool:
        return value
    if kind is dict:
        return _plain_names(value, path)  # type: ignore[arg-type]  # it is one
    if kind is datetime or kind is UUID:
        return _plain_name(value, path)  # type: ignore[arg-type]  # it is one
    if isinstance(value, Enum):
        return _plain(value.value, path)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return _plain_text(value, path)
    if isinstance(value, float | Decimal):
        return _plain_number(value, path)
    if isinstance(value, date | UUID):
        return _plain_name(value, path)
    return _plain_group(value, path)


def _plain_text(value: str, path: str) -> str:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            message = f"{path}: half a surrogate pair cannot be written as UTF-8"
            raise TypeError(message) from None
    return str(value)


def _plain_number(value: float | Decimal, path: str) -> float | str:
    if not math.isfinite(value):
        message = f"{path}: {value} is not a finite number"
        raise TypeError(message)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    return value or 0.0  # minus zero equals zero, so it is spelled the same


def _plain_name(value: date | UUID, path: str) -> str:
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            message = f"{path}: a datetime without a time zone is not an instant"
            raise TypeError(message)
        if value.tzinfo is UTC:  # as most are
            return value.isoformat(timespec="microseconds")[:-6] + "Z"  # without its +00:00
        instant = value.astimezone(UTC).replace(tzinfo=None)
        return instant.isoformat(timespec="microseconds") + "Z"
    return str(value)


def _plain_group(value: object, path: str) -> Any:
    if isinstance(value, Text):
        return {"en": _plain(value.en, f"{path}.en"), "zh": _plain(value.zh, f"{path}.zh")}
    if isinstance(value, Mapping):
        return _plain_names(value, path)
    if isinstance(value, list | tuple):
        return [_plain(part, f"{path}[{at}]") for at, part in enumerate(value)]
    if isinstance(value, frozenset | set):
        return sorted((_plain(part, f"{path}{{}}") for part in value), key=_written)
    message = f"{path}: {type(value).__name__} has no canonical form"
    raise TypeError(message)


def _plain_names(value: Mapping[Any, object], path: str) -> dict[str, Any]:
    return {
        key if type(key) is str and key.isascii() else _key(key, path): (
            part
            if type(part) is int or (type(part) is str and part.isascii())  # as most are: no path
            else _plain(part, f"{path}.{key}")
        )
        for key, part in value.items()
    }


def _key(key: object, path: str) -> str:
    if isinstance(key, Enum):
        key = key.value
    if not isinstance(key, str):
        message = f"{path}: the key {key!r} is not a string"
        raise TypeError(message)
    return _plain_text(key, path)
