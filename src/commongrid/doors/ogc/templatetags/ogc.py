"""Filters for the tables of features."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.translation import get_language, gettext

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
register = template.Library()
# A page shows what a person can take in; the rest stands on the page of the one feature.
SHOWN = (
    *("code", "ref", "name", "type", "state", "grid", "kind", "valid_from", "valid_until"),
    *("area_km2", "received_at", "promised_at", "promise"),
)


@register.filter
def heads(features: Iterable[Mapping[str, Any]]) -> list[str]:
    """The columns of a page's table."""
    return next(([name for name, _value in cells(feature)] for feature in features), [])


@register.filter
def cells(feature: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Names and values of one row, in the language of the page."""
    properties = feature["properties"]
    suffix = "_en" if get_language() == "en" else "_zh"
    pairs = ((name, properties.get(f"{name}{suffix}", properties.get(name))) for name in SHOWN)
    named = ((name, value) for name, value in pairs if name in properties or value is not None)
    return [(name, _plain(value)) for name, value in named]


@register.filter
def value_of(properties: Mapping[str, Any], name: str) -> Any:
    """One property."""
    return _plain(properties[name])


@register.filter
def name_of(row: Mapping[str, str]) -> str:
    """A place's name in the language of the page."""
    return row["name_en"] if get_language() == "en" else row["name_zh"]


def _plain(value: Any) -> Any:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return value[:16].replace("T", " ")  # to the minute, in the time of the place
    return value
