"""The pages under /-/, where the system explains itself to its staff."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from commongrid import __version__
from commongrid.doors.common.gates import public


@public
def alive(request: HttpRequest) -> HttpResponse:
    """Tell a monitor that the server answers; touches no database."""
    return HttpResponse(f"ok {__version__}\n", content_type="text/plain")


urlpatterns: list[URLPattern] = [path("alive", alive, name="alive")]
