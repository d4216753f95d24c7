"""Root addresses: each door brings its own; the site adds the pages under /-/."""

from django.urls import include, path

handler400 = "commongrid.doors.common.errors.bad_request"
handler403 = "commongrid.doors.common.errors.forbidden"
handler404 = "commongrid.doors.common.errors.not_found"
handler500 = "commongrid.doors.common.errors.server_error"

urlpatterns = [
    path("-/", include("commongrid.site.pages")),
    path("", include("commongrid.doors.common.urls")),
    path("staff/", include("commongrid.doors.staff.urls")),
    path("desk/", include("commongrid.doors.desk.urls")),
    path("", include("commongrid.doors.resident.urls")),
]
