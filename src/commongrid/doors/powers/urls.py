"""Addresses of this door."""

from django.urls import URLPattern, URLResolver, path

from commongrid.doors.powers import views, views_affairs, views_publishing

app_name = "powers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.chooser, name="chooser"),
    path("definitions/", views.definitions, name="definitions"),
    path("publishing/", views_publishing.publishing, name="publishing"),
    path(
        "publishing/<str:body>/<slug:rule>/<str:period>/",
        views_publishing.publish,
        name="publish",
    ),
    path("affair/<uuid:affair_id>/", views_affairs.affair, name="affair"),
    path("affair/<uuid:affair_id>/file", views_affairs.affair_file, name="affair_file"),
    path("<str:code>/", views.ledger, name="ledger"),
    path("<str:code>/powers.csv", views.ledger_csv, name="ledger_csv"),
    path("<str:code>/publication.json", views.ledger_json, name="ledger_json"),
    path("<str:code>/affairs/", views_affairs.affairs, name="affairs"),
    path("<str:code>/affairs.json", views_affairs.affairs_json, name="affairs_json"),
    path("<str:code>/affairs/<str:body>/", views_affairs.body, name="body"),
    path("<str:code>/small/", views.small, name="small"),
    path("<str:code>/<slug:power>/", views.power, name="power"),
]
