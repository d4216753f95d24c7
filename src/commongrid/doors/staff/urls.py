"""Addresses of the staff door, mounted at /staff/."""

from django.urls import path

from commongrid.doors.staff.views import entry, own, setup

app_name = "staff"
urlpatterns = [
    path("", own.account, name="account"),
    path("login/", entry.log_in, name="login"),
    path("login/code/", entry.second_step, name="code"),
    path("logout/", entry.log_out, name="logout"),
    path("again/", entry.again, name="again"),
    path("setup/", setup.set_up, name="setup"),
    path("setup/start/", setup.start, name="setup_start"),
    path("setup/qr.svg", setup.qr, name="setup_qr"),
    path("recovery/", setup.recovery, name="recovery"),
    path("language/", own.language, name="language"),
    path("password/", own.password, name="password"),
    path("sessions/end/", own.end_everywhere, name="end_sessions"),
]
