"""The pages under /-/, where the system explains itself to its staff."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from commongrid import __version__
from commongrid.doors.common.gates import public
from commongrid.site.style import SampleForm, samples


@public
def alive(request: HttpRequest) -> HttpResponse:
    """Tell a monitor that the server answers; touches no database."""
    return HttpResponse(f"ok {__version__}\n", content_type="text/plain")


@public
def style(request: HttpRequest) -> HttpResponse:
    """Show every component, to staff and to developers."""
    if not (settings.DEBUG or request.user.is_authenticated):
        raise PermissionDenied
    form = SampleForm(request.GET or None)
    page = Paginator(range(50), 10).get_page(request.GET.get("page"))
    return render(request, "site/style.html", {"form": form, "page": page, **samples()})


urlpatterns: list[URLPattern] = [
    path("alive", alive, name="alive"),
    path("style", style, name="style"),
]
