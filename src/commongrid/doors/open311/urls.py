"""Addresses of this door. The form of an answer is the ending of its address."""

from django.urls import path, re_path

from commongrid.doors.open311.views import page, standard

FORM = r"\.(?P<form>json|xml)$"
ONE = r"(?P<{}>[^/]{{1,100}})"

app_name = "open311"
urlpatterns = [
    path("", page.about, name="page"),
    re_path(rf"^discovery{FORM}", standard.discovery, name="discovery"),
    path("v2/", page.to_about, name="root"),
    # Some clients look for the discovery file beside the requests.
    re_path(rf"^v2/discovery{FORM}", standard.discovery, name="discovery_beside"),
    re_path(rf"^v2/services{FORM}", standard.services, name="services"),
    # The singular is not of the standard, but of clients in the field.
    re_path(rf"^v2/services?/{ONE.format('code')}{FORM}", standard.definition, name="definition"),
    re_path(rf"^v2/requests{FORM}", standard.requests, name="requests"),
    re_path(rf"^v2/requests/{ONE.format('ref')}{FORM}", standard.one_request, name="request"),
    re_path(rf"^v2/tokens/{ONE.format('token')}{FORM}", standard.token, name="token"),
]
