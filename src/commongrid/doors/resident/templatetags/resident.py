"""Filters of the resident door: limits, codes and days in plain words."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django import template
from django.utils import formats, timezone
from django.utils.translation import gettext, pgettext

from commongrid.doors.resident.telling import say_limit

register = template.Library()
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@register.filter
def limit(duration: object) -> str:
    """A duration of the charter in words."""
    return say_limit(str(duration))


@register.filter
def groups_of(code: str) -> list[str]:
    """The groups of a receipt code, to be shown apart."""
    return code.split("-")


@register.filter
def due(at: datetime | None) -> str:
    """A due time as people say it: weekday, day, hour."""
    if at is None:
        return gettext("no date while the clock stands still")
    local = timezone.localtime(at)
    if (local.hour, local.minute) != (0, 0):
        return formats.date_format(local, pgettext("due date", "D j M, H:i"))
    # Midnight belongs to the day that ends with it.
    ending = local - timedelta(minutes=1)
    return formats.date_format(ending, pgettext("due at midnight", "D j M, 24:00"))


@register.filter
def readable(words: str) -> str:
    """Words of a step; a day written as 2026-12-08 is said as people say it."""
    if not _ISO_DAY.fullmatch(words):
        return words
    try:
        return day(date.fromisoformat(words))
    except ValueError:  # such as the 31st of February, typed by hand
        return words


@register.filter
def day(on: date | datetime | None) -> str:
    """A day as people say it."""
    if on is None:
        return ""
    local = timezone.localtime(on) if isinstance(on, datetime) else on
    return formats.date_format(local, pgettext("day", "j F Y"))
