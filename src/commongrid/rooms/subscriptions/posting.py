"""One call of a webhook: to a checked address, in a limited time, following nobody elsewhere."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from threading import Timer

from django.conf import settings

from commongrid.rooms.subscriptions.domain.targets import (
    BadTargetError,
    Network,
    Target,
    check_addresses,
    read_target,
)

CONNECT_S = 5.0
TOTAL_S = 10.0
LARGEST_BODY = 64 * 1024


class CallFailedError(Exception):
    """The receiver did not take it. ``kind`` says how, without a word of its answer."""

    def __init__(self, kind: str, status: int = 0) -> None:
        super().__init__(kind)
        self.kind = kind
        self.status = status


def allowed_networks() -> tuple[Network, ...]:
    """Networks inside the house that webhooks may reach, as the settings say."""
    return tuple(ipaddress.ip_network(net, strict=False) for net in settings.WEBHOOK_NETWORKS)


def post(url: str, body: bytes, headers: Mapping[str, str], *, total_s: float = TOTAL_S) -> int:
    """Send a body; returns the status when it is 2xx.

    A redirect is no success: whoever moved registers the new address.
    Raises: BadTargetError when the address may not be called; CallFailedError otherwise.
    """
    if len(body) > LARGEST_BODY:
        raise CallFailedError("too_large")
    target = read_target(url, may_be_plain=settings.IS_DEMO)
    try:
        address = _resolve(target)
        status = _call(target, address, body, headers, total_s)
    except BadTargetError:
        raise
    except (OSError, http.client.HTTPException) as error:
        raise CallFailedError(type(error).__name__) from None
    if not 200 <= status < 300:
        raise CallFailedError(f"answered_{status}", status)
    return status


def _resolve(target: Target) -> str:
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    return check_addresses(
        [str(each[4][0]) for each in found],
        allowed=allowed_networks(),
        may_be_here=settings.IS_DEMO,
    )


def _call(
    target: Target, address: str, body: bytes, headers: Mapping[str, str], total_s: float
) -> int:
    """Call the address that was checked, under the name that was given."""
    sock = socket.create_connection((address, target.port), timeout=min(CONNECT_S, total_s))
    # A receiver that sends a byte now and then would never time out by itself.
    alarm = Timer(total_s, _hang_up, [sock])
    alarm.daemon = True
    alarm.start()
    try:
        if target.scheme == "https":
            context = ssl.create_default_context()
            sock = context.wrap_socket(sock, server_hostname=target.host)
        line = http.client.HTTPConnection(target.host, target.port, timeout=total_s)
        line.sock = sock
        line.request("POST", target.path, body=body, headers=dict(headers))
        return line.getresponse().status  # the answer's body is of no use here
    finally:
        alarm.cancel()
        sock.close()


def _hang_up(sock: socket.socket) -> None:
    with suppress(OSError):  # it is over already
        sock.shutdown(socket.SHUT_RDWR)
