"""The line with the root of the transparency log, for what is printed and hung up."""

from typing import Any

from django import template
from django.urls import reverse

from commongrid.ledger.log import face as log

register = template.Library()


@register.inclusion_tag("common/log_line.html", takes_context=True)
def log_line(context: dict[str, Any]) -> dict[str, Any]:
    """How far the log has come, its root's beginning, and where to check. Cost: 1 statement."""
    path = reverse("log:index")
    request = context.get("request")
    where = request.build_absolute_uri(path) if request else path
    return {"root": log.find_mark(), "path": path, "where": where.partition("://")[2] or where}
