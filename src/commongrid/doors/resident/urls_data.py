"""Addresses of a person's own data: who opened it, what may be asked about it, what was erased."""

from django.urls import path

from commongrid.doors.resident.views import data

urlpatterns = [
    path("", data.my_data, name="my_data"),
    path("ask/", data.my_ask, name="my_ask"),
    path("asked/<uuid:request_id>/", data.my_asked, name="my_asked"),
    path("stop-sharing/", data.my_stop_sharing, name="my_stop_sharing"),
    path("copy/", data.my_copy, name="my_copy"),
    path("erased/<int:position>/", data.my_erased, name="my_erased"),
    path("erased/<int:position>/file/", data.my_erased_file, name="my_erased_file"),
]
