"""Addresses of this door."""

from django.urls import URLPattern, URLResolver, path, re_path

from commongrid.doors.ogc.views import core, exports, items

app_name = "ogc"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", core.landing, name="landing"),
    path("conformance", core.conformance, name="conformance"),
    path("api", core.api, name="api"),
    path("collections", core.collections, name="collections"),
    path("collections/<str:collection_id>", core.collection, name="collection"),
    path("collections/<str:collection_id>/schema", core.schema, name="schema"),
    path("collections/<str:collection_id>/queryables", core.queryables, name="queryables"),
    path("collections/<str:collection_id>/items", items.items, name="items"),
    path("collections/<str:collection_id>/items/<str:feature_id>", items.item, name="item"),
    path("exports", exports.exports, name="exports"),
    path("exports/<slug:collection_id>.csv-metadata.json", exports.csvw, name="csvw"),
    path("exports/<slug:collection_id>.<slug:format_name>", exports.export, name="export"),
    re_path(r"^(?P<rest>[\s\S]+)$", core.nothing, name="nothing"),
]
