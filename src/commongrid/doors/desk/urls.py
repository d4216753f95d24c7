"""Addresses of the desk, mounted at /desk/."""

from django.urls import path

from commongrid.doors.desk.views import (
    acting,
    bulk,
    chart,
    compare,
    fromphones,
    inbox,
    intake,
    matter,
    outside,
    photos,
    sounds,
    tasks,
)

app_name = "desk"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("rows/", inbox.rows, name="rows"),
    path("filters/", inbox.filters, name="filters"),
    path("views/", inbox.keep_view, name="keep_view"),
    path("views/forget/", inbox.forget_view, name="forget_view"),
    path("export.csv", inbox.export, name="export"),
    path("offer/", bulk.offer, name="offer"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("field/", fromphones.returned, name="field"),
    path("field/hand-in/", fromphones.handed_in, name="hand_in"),
    path("field/<uuid:intention_id>/", fromphones.returned_one, name="field_one"),
    path("field/<uuid:intention_id>/contact/", fromphones.returned_contact, name="field_contact"),
    path("map/", chart.chart, name="map"),
    path("map/list/", chart.near, name="map_list"),
    path("map/points.json", chart.clusters, name="map_points"),
    path("map/outlines.json", chart.outlines, name="map_outlines"),
    path("new/", intake.new, name="new"),
    path("new/grids/", intake.grids, name="new_grids"),
    path("new/follow/<uuid:matter_id>/", intake.follow, name="new_follow"),
    path("m/<uuid:matter_id>/", matter.matter, name="matter"),
    path("m/<uuid:matter_id>/sheet/", matter.sheet, name="sheet"),
    path("m/<uuid:matter_id>/do/<slug:action>/", acting.act, name="act"),
    path("m/<uuid:matter_id>/compare/<uuid:other_id>/", compare.side_by_side, name="compare"),
    path("m/<uuid:matter_id>/links/new/", outside.make, name="link_new"),
    path("m/<uuid:matter_id>/links/<uuid:link_id>/end/", outside.end, name="link_end"),
    path("m/<uuid:matter_id>/contact/", acting.reveal, name="reveal"),
    path("m/<uuid:matter_id>/photos/", photos.add, name="add_photos"),
    path("m/<uuid:matter_id>/photos/<uuid:photo_id>/redact/", photos.redact, name="redact"),
    path("photos/<uuid:photo_id>.jpg", photos.photo, name="photo"),
    path("m/<uuid:matter_id>/sounds/<uuid:sound_id>/words/", sounds.write_down, name="write_down"),
    path("sounds/<uuid:sound_id>/", sounds.sound, name="sound"),
    path("why/<uuid:matter_id>/<slug:action>/", matter.why, name="why"),
]
