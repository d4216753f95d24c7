"""Filters of the one-matter door."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import formats, timezone
from django.utils.translation import pgettext

register = template.Library()


@register.filter
def day(at: datetime) -> str:
    """A day as people say it."""
    return formats.date_format(timezone.localtime(at), pgettext("day", "j F Y"))
