"""Limits on knocking: a page answers one caller only so often.

The caller's address is never stored. It becomes a keyed hash together with the day, so the
rows cannot be joined over days nor turned back, and they are erased when the window is over.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from commongrid.doors.common.models import Knock

View = Callable[..., HttpResponseBase]


# Written out: the ORM has no insert that counts on and says how far.
COUNT_ONE = (
    "INSERT INTO common_knock (key, count, until) VALUES (%s, 1, %s) "
    "ON CONFLICT (key) DO UPDATE SET count = common_knock.count + 1 RETURNING count"
)
SUBSCRIBER_BITS = 64  # of an IPv6 address: whoever has one has all the others beside it


def caller_address(request: HttpRequest) -> str:
    """Return the address that counts, believing only as many proxies as are trusted.

    Of IPv6 it is the network of the subscriber: else each guess could come from a new address.
    """
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(hops) >= settings.TRUSTED_PROXIES and hops[-settings.TRUSTED_PROXIES]:
            return _of_subscriber(hops[-settings.TRUSTED_PROXIES])
    return _of_subscriber(str(request.META.get("REMOTE_ADDR", "")))


def _of_subscriber(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if known.version == 4 or known.ipv4_mapped:
        return address
    return str(ip_network((address, SUBSCRIBER_BITS), strict=False).network_address)


def knock_key(*, page: str, address: str, window_s: int, at: datetime) -> str:
    """Hash (page, caller, window) with the site's key; changes with the window and the day."""
    window = int(at.timestamp()) // window_s
    text = f"{page}|{address}|{window}|{at.astimezone(UTC).date()}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def count_knock(*, page: str, address: str, window_s: int, at: datetime) -> int:
    """Count one knock and return how many there were in this window, this one included.

    Cost: 1 statement, by itself in its transaction: no two callers are given the same number.
    """
    key = knock_key(page=page, address=address, window_s=window_s, at=at)
    until = connection.ops.adapt_datetimefield_value(at + timedelta(seconds=window_s))
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ONE, [key, until])
        ((count,),) = cursor.fetchall()
    return int(count)


def count_knocks(*, page: str, address: str, window_s: int, at: datetime) -> int:
    """How many knocks there were in this window, without one more. Cost: 1 statement."""
    key = knock_key(page=page, address=address, window_s=window_s, at=at)
    return Knock.objects.filter(key=key).values_list("count", flat=True).first() or 0


def erase_old_knocks(*, at: datetime) -> int:
    """Erase the rows whose window is over (called by the ticker); return how many."""
    return Knock.objects.filter(until__lt=at).delete()[0]


def limited(
    page: str, *, tries: int, window_s: int, methods: frozenset[str] | None = None
) -> Callable[[View], View]:
    """Decorate a view so that one caller may use it `tries` times in `window_s` seconds.

    `methods` names the request methods that count; by default all do.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if methods is None or request.method in methods:
                at = timezone.now()
                address = caller_address(request)
                if count_knock(page=page, address=address, window_s=window_s, at=at) > tries:
                    from commongrid.doors.common.errors import too_many  # breaks a circle

                    return too_many(request, window_s=window_s)
            return view(request, *args, **kwargs)

        guarded.limit = (page, tries, window_s)  # type: ignore[attr-defined]  # for the tests
        return guarded

    return decorate
