"""Gates: every view says who may come in, and a test fails for the view that does not.

    @public                      anybody
    @receipt                     whoever holds the receipt code in the address
    @staff                       anybody logged in
    @staff("supervisor", ...)    logged in and holding one of these roles today
    phone                        a phone in service (doors/field/gates.py)
    key, key:act,read            a program whose key has one of these scopes (doors/api/edge.py)

A gate is the outer wall only. What a person may do to one matter is the command's verdict.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, overload

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from commongrid.doors.common.again import First, fields_to_send_again, sent_too_late
from commongrid.doors.common.ratelimit import limited

View = Callable[..., HttpResponseBase]
# Enough for a person who mistypes; too few for a machine that guesses codes.
RECEIPT_TRIES, RECEIPT_WINDOW_S = 60, 600


def _close(response: HttpResponseBase) -> HttpResponseBase:
    """Keep a page with somebody's data out of caches, search engines and referrers."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def public(view: View) -> View:
    """Let anybody in."""

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    gated.gate = "public"  # type: ignore[attr-defined]
    return gated


def receipt(view: View) -> View:
    """Let in whoever holds a receipt code; the view looks the code up through the face."""
    counted = limited("receipt", tries=RECEIPT_TRIES, window_s=RECEIPT_WINDOW_S)(view)

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _close(counted(request, *args, **kwargs))
        response.headers["Referrer-Policy"] = "no-referrer"  # the address holds the code
        return response

    gated.gate = "receipt"  # type: ignore[attr-defined]
    gated.limit = ("receipt", RECEIPT_TRIES, RECEIPT_WINDOW_S)  # type: ignore[attr-defined]
    return gated


@overload
def staff(view: View, /) -> View: ...
@overload
def staff(*roles: str) -> Callable[[View], View]: ...
def staff(*roles: Any) -> Any:
    """Let in staff: logged in and, where roles are named, holding one of them today."""
    if len(roles) == 1 and callable(roles[0]):
        return _staff_gate(roles[0], ())
    return lambda view: _staff_gate(view, roles)


def _staff_gate(view: View, roles: tuple[str, ...]) -> View:
    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated or not _is_verified(request):
            return _log_in_first(request)
        if roles and not _holds_any(request.user, roles):
            raise PermissionDenied
        return _close(view(request, *args, **kwargs))

    gated.gate = f"staff:{','.join(roles)}" if roles else "staff"  # type: ignore[attr-defined]
    return gated


def _log_in_first(request: HttpRequest) -> HttpResponseBase:
    """Lead to the log-in: the whole page and not a part of it, and never over what was written."""
    if part := getattr(request, "htmx", None):
        page = part.current_url_abs_path
        log_in = redirect_to_login(page).url if page else resolve_url(settings.LOGIN_URL)
        return HttpResponseClientRedirect(log_in)
    if again := fields_to_send_again(request):
        return sent_too_late(request, again, first=First.LOG_IN)
    return redirect_to_login(request.get_full_path())


def _is_verified(request: HttpRequest) -> bool:
    """Whether the second factor was given, or is not asked of this account."""
    from commongrid.rooms.people import face  # the room is not loaded when gates are imported

    user: Any = request.user
    return user.is_verified() or not face.must_have_second_factor(user)


def _holds_any(account: Any, roles: tuple[str, ...]) -> bool:
    from commongrid.rooms.people import face  # as above

    return face.holds_any_role(account_id=account.pk, roles=roles, at=timezone.now())
