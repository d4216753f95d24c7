"""Root addresses: each door brings its own; the site adds the pages under /-/."""

from importlib.util import find_spec

from django.urls import include, path

handler400 = "commongrid.doors.common.errors.bad_request"
handler403 = "commongrid.doors.common.errors.forbidden"
handler404 = "commongrid.doors.common.errors.not_found"
handler500 = "commongrid.doors.common.errors.server_error"

urlpatterns = [
    path("-/", include("commongrid.site.pages")),
    path("", include("commongrid.doors.common.urls")),
]
for _prefix, _door in (("staff/", "staff"), ("desk/", "desk"), ("", "resident")):
    if find_spec(f"commongrid.doors.{_door}.urls"):
        urlpatterns.append(path(_prefix, include(f"commongrid.doors.{_door}.urls")))
