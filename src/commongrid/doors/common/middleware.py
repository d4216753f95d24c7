"""Headers that the installed parts do not set."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# A point is tapped and a photo is taken by the person: never in the background, never elsewhere.
POLICY = (
    "geolocation=(self), camera=(self), accelerometer=(), autoplay=(), browsing-topics=(), "
    "display-capture=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "publickey-credentials-get=(self), usb=()"
)


def permissions_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Say which powers of the browser our pages use."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response

    return answer
