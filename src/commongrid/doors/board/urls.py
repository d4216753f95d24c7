"""Addresses of this door."""

from django.urls import URLPattern, URLResolver, path

from commongrid.doors.board import views, views_burden

app_name = "board"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.chooser, name="chooser"),
    path("definitions/", views.definitions, name="definitions"),
    path("<str:code>/", views.board, name="board"),
    path("<str:code>/publication.json", views.publication, name="publication"),
    path("<str:code>/burden/", views_burden.burden, name="burden"),
    path("<str:code>/burden.csv", views_burden.burden_csv, name="burden_csv"),
    path("<str:code>/<slug:figure>/", views.figure, name="figure"),
    path("<str:code>/<slug:figure>.csv", views.figure_csv, name="figure_csv"),
    path("<str:code>/<slug:figure>.json", views.figure_json, name="figure_json"),
    path("<str:code>/embed/<slug:figure>/", views.embed, name="embed"),
]
