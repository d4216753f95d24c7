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
    path("open311/", include("commongrid.doors.open311.urls")),
    path("api/", include("commongrid.doors.api.urls")),
    path("ogc/", include("commongrid.doors.ogc.urls")),
    path("plan/", include("commongrid.doors.planner.urls")),
    path("oversight/", include("commongrid.doors.oversight.urls")),
    path("powers/", include("commongrid.doors.powers.urls")),
    path("board/", include("commongrid.doors.board.urls")),
    path("follow/", include("commongrid.doors.follow.urls")),
    path("field/", include("commongrid.doors.field.urls")),
    path("task/", include("commongrid.doors.outside.urls")),
    path("log/", include("commongrid.doors.log.urls")),
    path("duties/", include("commongrid.doors.duties.urls")),
    path("complain/", include("commongrid.doors.complaints.urls")),
    path("complaints/", include("commongrid.doors.complaints.urls_office")),
    path("witness/", include("commongrid.doors.log.urls_witness")),
    path("", include("commongrid.doors.resident.urls")),
]
