"""Addresses of the resident door, mounted at the root."""

from django.urls import include, path

from commongrid.doors.resident.views import grids, home, mail, my, report

app_name = "resident"
urlpatterns = [
    path("", home.home, name="home"),
    path("places/", home.places, name="places"),
    path("help/", home.help_page, name="help"),
    path("help/paper/", home.paper, name="paper"),
    path("privacy/", home.privacy, name="privacy"),
    path("privacy/register/", home.register, name="register"),
    path("accessibility/", home.accessibility, name="accessibility"),
    path("report/", report.report, name="report"),
    path("report/what/", report.what, name="what"),
    path("report/what/suggest/", report.suggest, name="suggest"),
    path("report/questions/", report.questions, name="questions"),
    path("report/advice/", report.advice, name="advice"),
    path("report/where/", report.where, name="where"),
    path("report/similar/", report.similar, name="similar"),
    path("report/follow/<uuid:matter_id>/", report.follow, name="follow"),
    path("report/photo/", report.photo, name="photo"),
    path("report/photo/<slug:token>/", report.waiting_photo, name="waiting_photo"),
    path("report/check/", report.check, name="check"),
    path("report/cancel/", report.cancel, name="cancel"),
    path("report/sent/", my.my_sent, name="sent"),
    path("r/<str:code>/", my.my_link, name="my_link"),
    path("my/", my.my, name="my"),
    path("my/leading/", my.my_leading, name="my_leading"),
    path("my/code/", my.my_code, name="my_code"),
    path("my/open/", my.my_open, name="my_open"),
    path("my/do/<slug:action>/", my.my_act, name="my_act"),
    path("my/photo/<uuid:photo_id>/", my.my_photo, name="my_photo"),
    path("my/sound/<uuid:sound_id>/", my.my_sound, name="my_sound"),
    path("my/contact/", my.my_contact, name="my_contact"),
    path("my/contact/erase/", my.my_erase, name="my_erase"),
    path("my/mail/", mail.my_mail, name="my_mail"),
    path("my/data/", include("commongrid.doors.resident.urls_data")),
    path("my/file/", my.my_file, name="my_file"),
    path("my/proof/", my.my_proof, name="my_proof"),
    path("my/close/", my.my_close, name="my_close"),
    path("shared/photo/<uuid:photo_id>/", my.shared_photo, name="shared_photo"),
    path("grids/", grids.grids, name="grids"),
    path("grids/here/", grids.here, name="here"),
    path("grids/outlines/<slug:code>/", grids.outlines, name="outlines"),
    path("grids/<slug:code>/", grids.grid_post, name="grid_post"),
]
