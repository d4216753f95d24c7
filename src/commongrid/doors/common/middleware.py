"""Headers that the installed parts do not set, and addresses that no page can answer."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

# A point is tapped and a photo is taken by the person: never in the background, never elsewhere.
POLICY = (
    "geolocation=(self), camera=(self), accelerometer=(), autoplay=(), browsing-topics=(), "
    "display-capture=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "publickey-credentials-get=(self), usb=()"
)

# The grid worker's phone: a place is tapped on the map, so where the phone is need not be known and
# cannot be asked; a voice note is spoken while a button is on.
FIELD = "/field/"
FIELD_POLICY = POLICY.replace("geolocation=(self)", "geolocation=()").replace(
    "microphone=()", "microphone=(self)"
)


def permissions_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Say which powers of the browser our pages use."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        policy = FIELD_POLICY if request.path_info.startswith(FIELD) else POLICY
        response.headers.setdefault("Permissions-Policy", policy)
        return response

    return answer


def refuse_nul(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 400 to an address with a NUL: PostgreSQL takes none, so any search would break."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            message = "a NUL in the address"
            raise BadRequest(message)
        return get_response(request)

    return answer
