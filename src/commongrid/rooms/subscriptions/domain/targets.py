"""Where a webhook may lead: a named https server in the open net, and nothing inside the house.

A page that calls addresses on somebody's wish can be led to the database beside it. So the name
is resolved here, every address it has must be public, and the call goes to that very address:
a name that answers differently a moment later gains nothing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LONGEST_URL = 500
_EMBEDDING = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class BadTargetError(ValueError):
    """The address cannot be called; the message is the kind of reason: scheme, port ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address taken apart."""

    scheme: str
    host: str
    port: int
    path: str  # with the query


def read_target(url: str, *, may_be_plain: bool = False) -> Target:
    """Take an address apart. ``may_be_plain``: http to this very machine is allowed (demo).

    Raises: BadTargetError.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadTargetError("form") from error
    host = parts.hostname or ""
    if len(url) > LONGEST_URL or not url.isascii() or any(c <= " " or c == "\x7f" for c in url):
        raise BadTargetError("form")
    if not host or parts.username or parts.password or parts.fragment:
        raise BadTargetError("form")
    is_plain = parts.scheme == "http" and may_be_plain and _is_here(host)
    if parts.scheme != "https" and not is_plain:
        raise BadTargetError("scheme")
    path = parts.path or "/"
    return Target(
        scheme=parts.scheme,
        host=host,
        port=port or (443 if parts.scheme == "https" else 80),
        path=f"{path}?{parts.query}" if parts.query else path,
    )


def check_addresses(
    found: Sequence[str], *, allowed: Sequence[Network] = (), may_be_here: bool = False
) -> str:
    """The address to call, when every one the name has may be called. Raises: BadTargetError."""
    if not found:
        raise BadTargetError("unknown")
    for text in found:
        address = _plain(ipaddress.ip_address(text.partition("%")[0]))
        is_allowed = any(address in network for network in allowed)
        is_here = may_be_here and address.is_loopback
        if not (is_allowed or is_here or _is_public(address)):
            raise BadTargetError("inside")
    return found[0]


def _is_public(address: Address) -> bool:
    if address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    if isinstance(address, ipaddress.IPv6Address) and _hides_another(address):
        return False
    return address.is_global


def _hides_another(address: ipaddress.IPv6Address) -> bool:
    """Whether a gateway would turn it into an IPv4 address, which may lie inside."""
    is_embedded = any(address in network for network in _EMBEDDING)
    return bool(address.sixtofour or address.teredo or is_embedded)


def _plain(address: Address) -> Address:
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
