"""Addresses of this door, mounted at /task/."""

from django.urls import path

from commongrid.doors.outside import views

app_name = "outside"
urlpatterns = [
    path("", views.task, name="task"),
    path("do/<slug:action>/", views.act, name="act"),
    path("contact/", views.contact, name="contact"),
    path("photos/<uuid:photo_id>.jpg", views.photo, name="photo"),
    path("leave/", views.leave, name="leave"),
    path("<str:token>/", views.enter, name="enter"),
]
