"""The kinds of file this door writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from commongrid.doors.ogc.catalogue import Words


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file, and how large it grows: measured on the seed place."""

    title: Words
    content_type: str
    used_with: Words
    head_bytes: int
    place_row_bytes: int
    matter_row_bytes: int


FORMATS: Mapping[str, Format] = {
    "geojson": Format(
        "GeoJSON", "application/geo+json", _("maps: QGIS and every other"), 1500, 750, 900
    ),
    "csv": Format(
        "CSV", "text/csv; charset=utf-8", _("spreadsheets; without outlines"), 300, 180, 420
    ),
    "parquet": Format(
        "GeoParquet",
        "application/vnd.apache.parquet",
        _("analysis of many rows"),
        15_000,
        200,
        200,
    ),
}
